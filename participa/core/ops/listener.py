"""The port on which the city is served, by one participa alone."""

import errno
import socket

from granian import Granian
from granian.net import SocketHolder

from participa.core.errors import Unusable

WAITING_ROOM = 2048
LAST_PORT = 65_535
TAKEN = (
    "El puerto {port} está ocupado: otro programa, o participa mismo, ya atiende ahí. Deténgalo "
    "primero, o elija otro puerto con --port."
)
FORBIDDEN = "El puerto {port} está reservado en esta máquina. Elija uno desde 1024 con --port."
NOT_A_PORT = "Elija con --port un número entre 1 y 65535."
NO_HOST = "«{host}» no es una dirección de esta máquina. Corrija --host."


def listen(host: str, port: int | str) -> socket.socket:
    """A listening socket that no other process can share; raises Unusable, which says why."""
    number = int(port) if str(port).isdecimal() else 0
    if not 0 < number <= LAST_PORT:
        raise Unusable(NOT_A_PORT)
    try:
        family, _, _, _, address = socket.getaddrinfo(
            host, number, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.create_server(address[:2], family=family, backlog=WAITING_ROOM)
    except (socket.gaierror, UnicodeError):
        raise Unusable(NO_HOST.format(host=host)) from None
    except OSError as error:
        sentence = {errno.EADDRINUSE: TAKEN, errno.EACCES: FORBIDDEN}.get(error.errno or 0, NO_HOST)
        raise Unusable(sentence.format(host=host, port=port)) from None
    listener.setblocking(False)
    return listener


class SoleServer(Granian):
    """granian on a socket that was opened before.

    By itself each of its processes opens the port with SO_REUSEPORT, and so would those of a second
    server: the system would divide the visitors between the two.
    """

    def __init__(self, *args, listener: socket.socket, **named):
        host, port = listener.getsockname()[:2]
        super().__init__(*args, address=host, port=port, backlog=WAITING_ROOM, **named)
        self.listener = listener

    def _init_shared_socket(self) -> None:
        self._sso = self.listener
        self._sfd = self.listener.fileno()
        self._shd = SocketHolder(self._sfd, False, WAITING_ROOM)
        self._ssp = None
