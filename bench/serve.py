"""Start participa's own server, around participa or around the bare application.

    python -m bench.serve participa|bare PORT

Both get the same granian with the same threads; the bare one has no gate and no worker of jobs.
"""

import os
import socket
import sys

from flask import Flask

from bench import bare
from participa import config
from participa.core.ops import listener, server


class Nobody:
    """The bare application has no jobs."""

    def __init__(self, app: Flask, reserved: socket.socket) -> None:
        pass

    def start(self) -> None:
        pass

    def stop(self) -> None:
        pass


if __name__ == "__main__":
    subject, port = sys.argv[1:]
    if subject == "bare":
        server.load = bare.load
        server.guarded = lambda app, port: app
        server.Worker = Nobody
    server.run(config.from_environment(os.environ), listener.reserve("127.0.0.1", port))
