"""The port on which the city is served, by one participa alone."""

import errno
import socket
from typing import Any

from granian.net import SocketHolder
from granian.server.mp import MPServer

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


def reserve(host: str, port: int | str) -> socket.socket:
    """A socket on this port, which nobody else can have; raises Unusable, which says why.

    It takes no visitors before `open_door`.
    """
    number = int(port) if str(port).isdecimal() else 0
    if not 0 < number <= LAST_PORT:
        raise Unusable(NOT_A_PORT)
    try:
        family, _, _, _, address = socket.getaddrinfo(
            host, number, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        reserved = socket.socket(family)
    except (OSError, UnicodeError):  # a gaierror is an OSError
        raise Unusable(NO_HOST.format(host=host)) from None
    try:
        # With this option connections of an earlier server that are about to end do not count;
        # without it from then on, nobody else with the option can have the port.
        reserved.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        reserved.bind(address)
        reserved.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 0)
    except OSError as error:
        reserved.close()
        sentence = {errno.EADDRINUSE: TAKEN, errno.EACCES: FORBIDDEN}.get(error.errno or 0, NO_HOST)
        raise Unusable(sentence.format(host=host, port=port)) from None
    reserved.setblocking(False)
    return reserved


def open_door(reserved: socket.socket) -> None:
    """Take visitors; every process of a server calls it when it is ready for them."""
    # Connections inherit both. Without the second each answer waits 40 ms for an acknowledgement.
    reserved.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    reserved.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    reserved.listen(WAITING_ROOM)


class SoleServer(MPServer):
    """granian on a socket that was reserved before.

    By itself each of its processes opens the port with SO_REUSEPORT, and so would those of a second
    server: the system would divide the visitors between the two.
    """

    def __init__(self, target: str, reserved: socket.socket, **named: Any):
        super().__init__(target, **named)
        self.bind_addr, self.bind_port = reserved.getsockname()[:2]
        self.reserved = reserved

    def _init_shared_socket(self) -> None:
        number = self.reserved.fileno()
        holder = SocketHolder(number, False, WAITING_ROOM)  # type: ignore[call-arg]
        vars(self).update(_sso=self.reserved, _sfd=number, _shd=holder, _ssp=None)
