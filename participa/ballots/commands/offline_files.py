"""Files of the commands without server: none is replaced, and each fault is one sentence."""

import os
from pathlib import Path

import click

from participa.belenios import trustees
from participa.belenios.canonical import Malformed
from participa.belenios.groups import Group


class Stopped(click.ClickException):
    """The command did nothing; the Spanish message says what to do instead."""

    def show(self, file: object = None) -> None:
        click.echo(self.message, err=True)


def secret_in(group: Group, raw: bytes) -> int:
    try:
        return trustees.read_secret(group, raw)
    except Malformed:
        raise Stopped("Ese archivo no es una llave privada.") from None


def read_file(file: str, option: str) -> bytes:
    if not file:
        raise Stopped(f"Diga con {option} qué archivo usar.")
    try:
        return Path(file).read_bytes()
    except OSError:
        raise Stopped(f"No se pudo leer {file}. Revise el nombre y los permisos.") from None


def checked_path(out: str) -> Path:
    if not out or out.startswith(".publica"):
        raise Stopped("Diga con --out dónde guardar.")
    return Path(out)


def new_folder(out: str) -> Path:
    folder = checked_path(out)
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        if any(folder.iterdir()):
            raise Stopped(f"La carpeta {folder} no está vacía. Escoja otra: nada se reemplaza.")
    except OSError:
        raise Stopped(f"No se pudo hacer la carpeta {folder}. Escoja otro lugar.") from None
    return folder


def write_new(path: Path, body: bytes) -> None:
    """Create a file with mode 600 and sync it to disk. Raises Stopped if it exists."""
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
    except FileExistsError:
        raise Stopped(f"Ya existe {path}. Escoja otro nombre: aquí no se reemplaza nada.") from None
    except OSError:
        raise Stopped(f"No se pudo escribir {path}. Revise la carpeta y los permisos.") from None
