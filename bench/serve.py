"""Start participa's own server, around participa or around the bare application.

    python -m bench.serve participa|before|bare PORT

All get the same granian with the same threads; the bare one has no gate and no worker of jobs.
`before` is participa as it let ballots in formerly: one proof check and one ballot a commit at a
time, and no libcrypto.
"""

import os
import socket
import sys

from flask import Flask

from bench import bare
from participa import config
from participa.ballots.voting import casting, group_commit
from participa.belenios import groups
from participa.core.ops import gate, listener, server
from participa.core.throttle import Throttle


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
    if subject == "before":
        casting.PROOFS = Throttle(1, casting.PROOFS.wait_seconds, casting.PROOFS.full)
        group_commit.MOST, gate.SLOW_PLACES = 1, 2
        for group in groups.GROUPS.values():
            group.modulus = None
    server.run(config.from_environment(os.environ), listener.reserve("127.0.0.1", port))
