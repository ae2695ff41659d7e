"""The command `participa demo`: a server with example data, without any preparation."""

import os
import secrets
import shutil
import socket
from pathlib import Path

import click
import qrcode
from flask import Flask
from flask.cli import ScriptInfo

from participa import config
from participa.channels import registry
from participa.core.db import db
from participa.core.installation import installation
from participa.core.ops import listener, migrations, presence, server
from participa.pages import example

ELSEWHERE = ("10.255.255.255", 1)  # nothing is sent there; connecting reveals the own address


@click.command()
@click.option("--port", default="8000", show_default=True, help="Puerto en que se atiende.")
@click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("instance/demo"),
    show_default=True,
    help="Carpeta de los datos de ejemplo.",
)
@click.option("--reset", is_flag=True, help="Borra los datos de ejemplo y empieza de nuevo.")
@click.option("--password", default="", help="La clave de las cuentas de ejemplo.")
@click.pass_context
def demo(context: click.Context, port: str, data: Path, reset: bool, password: str) -> None:
    """Muestra todo con el plan 2024 y datos de ejemplo."""
    # Before anything is erased, and until the end.
    reserved = listener.reserve("0.0.0.0", port)  # noqa: S104 - phones connect by Wi-Fi
    if reset:
        erase(data)
    address = lan_address()
    prepare_environment(data, port, address)
    app = context.ensure_object(ScriptInfo).load_app()
    password = password or secrets.token_urlsafe(9)
    with app.app_context():
        fill(password)
        base = f"http://127.0.0.1:{port}"
        notes = [row.demo_note(base) for row in registry.features() if row.demo_note]
        db.session.remove()
        db.engine.dispose()  # the processes of the server open connections of their own
    print_addresses(app, port, password, "".join(notes))
    with app.app_context(), presence.serving(), reserved:
        server.run(installation(app).settings, reserved)


def erase(data: Path) -> None:
    """Erase the folder of an earlier demo; refuse any other folder."""
    if data.exists() and not marker(data).exists():
        raise click.ClickException(f"{data} no es una carpeta de la demostración. No la borro.")
    shutil.rmtree(data, ignore_errors=True)


def marker(data: Path) -> Path:
    return data / "ejemplo.txt"


def prepare_environment(data: Path, port: str, address: str) -> None:
    """Set the environment variables of the demo, for this process and the server's processes."""
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    if any(data.iterdir()) and not marker(data).exists():
        raise click.ClickException(f"{data} ya tiene otros datos. Elija otra carpeta con --data.")
    marker(data).write_text("Datos de ejemplo de participa; se pueden borrar.\n")
    key = data / "secret_key"
    if not key.exists():
        key.touch(mode=0o600)
        key.write_text(secrets.token_urlsafe(config.MINIMUM_KEY))
    for name in [name for name in os.environ if name.startswith("PARTICIPA_")]:
        if name not in {"PARTICIPA_LIMITS", "PARTICIPA_LOG"}:
            del os.environ[name]  # a demo never touches an installation that is configured here
    os.environ.update(
        PARTICIPA_DATA=str(data),
        PARTICIPA_SECRET_KEY=key.read_text(),
        PARTICIPA_BASE_URL=f"http://{address}:{port}",
        PARTICIPA_DEMO="yes",
    )
    os.environ.setdefault("PARTICIPA_LOG", "events")


def fill(password: str) -> None:
    migrations.upgrade()
    example.seed()
    example.set_password(password)
    db.session.commit()


def lan_address() -> str:
    """The address of this machine in the local network, for phones; 127.0.0.1 without a network."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(ELSEWHERE)
            return str(probe.getsockname()[0])
        except OSError:
            return "127.0.0.1"


def print_addresses(app: Flask, port: str, password: str, notes: str) -> None:
    base = installation(app).settings.base_url
    code = qrcode.QRCode(border=2)
    code.add_data(base)
    code.print_ascii(invert=True)
    accounts = "\n".join(
        f"  {example.email_of(word):28}{role.value}" for word, (role, _) in example.ACCOUNTS.items()
    )
    click.echo(
        f"participa, con datos de ejemplo\n\n"
        f"  En este equipo       http://127.0.0.1:{port}\n"
        f"  En su celular        {base}\n"
        f"  Personal             http://127.0.0.1:{port}/gestion/entrar\n"
        f"{notes}\n"
        f"Cuentas, todas con la clave {password}\n{accounts}\n\n"
        "Para terminar: Ctrl+C. Para empezar de nuevo: --reset"
    )


COMMANDS = (demo,)
