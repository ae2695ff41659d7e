"""The operator's commands. Expected errors are one Spanish sentence and exit code 2."""

import os
import sqlite3
import sys
from pathlib import Path
from typing import Any

import click
from flask import current_app
from flask.cli import FlaskGroup, with_appcontext
from sqlalchemy.exc import DBAPIError

from participa.config import Misconfigured, Settings
from participa.core import audit
from participa.core.db import db
from participa.core.errors import Refused, Unusable
from participa.core.installation import Rekey, Step, installation
from participa.core.jobs import worker
from participa.core.ops import (
    audit_verify,
    backup,
    demonstration,
    listener,
    migrations,
    presence,
    restoring,
    server,
    storage,
)
from participa.core.personal import rotation

UNUSABLE = 2
MISSING_KEY = (
    "Falta una llave: ninguna de las que hay abre {place}. No se cambió nada. Ponga la llave "
    "anterior al final de PARTICIPA_PERSONAL_KEYS (la primera vez, es PARTICIPA_SECRET_KEY) y "
    "repita la orden."
)
NEXT_KEY_STEP = (
    "Todo quedó con la primera llave. Deje solo esa en PARTICIPA_PERSONAL_KEYS y reinicie. Guarde "
    "la anterior mientras conserve copias de respaldo hechas con ella."
)
ONE_KEY = (
    "Hay una sola llave, así que nada cambió de llave. Para cambiarla, ponga la nueva delante de "
    "la de ahora en PARTICIPA_PERSONAL_KEYS, reinicie y repita la orden."
)


class CommandGroup(FlaskGroup):
    """The program `participa`: prints expected errors as one sentence and exits with 2."""

    def main(self, *args: Any, **named: Any) -> Any:
        os.umask(0o077)  # files are readable by their owner only
        try:
            return super().main(*args, **named)
        except (Misconfigured, Unusable, Refused) as reason:
            sentence = str(reason)
        except (DBAPIError, sqlite3.Error, OSError) as error:
            sentence = storage.sentence_of(error)
            if not sentence:
                raise
        click.echo(sentence, err=True)
        sys.exit(UNUSABLE)


@click.command("serve")
@click.option("--port", default="8000", show_default=True, help="Puerto en que se atiende.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Dirección en que se atiende.")
@with_appcontext
def serve(port: str, host: str) -> None:
    """Atiende a la ciudad, con los trabajos de fondo al lado."""
    storage.require_room()
    if not migrations.is_current():
        raise Unusable("La base de datos no está al día. Ejecute primero: participa migrate")
    demonstration.refuse_mixture()
    db.session.remove()
    db.engine.dispose()  # the processes of the server open connections of their own
    with presence.serving(), listener.reserve(host, port) as reserved:
        click.echo(f"participa atiende en http://{host}:{port}", err=True)
        server.run(installation().settings, reserved)


@click.command("jobs")
@with_appcontext
def jobs() -> None:
    """Hace los trabajos de fondo: correos, importaciones, exportaciones."""
    demonstration.refuse_mixture()
    db.session.remove()
    with presence.serving():
        worker.run(current_app._get_current_object())  # type: ignore[attr-defined]


@click.command("migrate")
@with_appcontext
def migrate() -> None:
    """Pone la base de datos al día. Se puede repetir."""
    demonstration.refuse_mixture()
    db.session.remove()
    if copy := migrations.upgrade():
        click.echo(f"Copia anterior: {copy}")
    seed()
    click.echo(f"La base de datos está al día ({migrations.revision() or 'sin migraciones'}).")


def seed() -> None:
    """Insert the rows that every installation has."""
    steps: tuple[Step, ...] = installation().seeds
    for label, insert in steps:
        click.echo(f"{label}: {insert()}")
        db.session.commit()


@click.command("backup")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@with_appcontext
def make_backup(file: Path) -> None:
    """Guarda en un archivo la base de datos y los adjuntos, sin detener el servicio."""
    if not file.parent.is_dir():
        raise Unusable(f"No existe la carpeta {file.parent}. Créela o elija otra.")
    manifest = backup.backup(file)
    size = file.stat().st_size / 1_000_000
    click.echo(f"Copia completa: {file} ({len(manifest['members'])} partes, {size:.1f} MB).")
    click.echo("No incluye PARTICIPA_SECRET_KEY ni PARTICIPA_PERSONAL_KEYS, ni los resultados.")
    click.echo("Guárdelas aparte: sin ellas, los datos cifrados de esta copia no se leen.")
    click.echo("Contiene datos personales: cifre esta copia.")


@click.command("restore")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--yes", is_flag=True, help="Reemplaza todo lo que haya en esta instalación.")
@with_appcontext
def restore(file: Path, yes: bool) -> None:
    """Repone una copia en esta instalación. Detenga antes el servicio."""
    manifest = restoring.restore(file, overwrite=yes)
    if manifest["copy"]:
        click.echo(f"Copia anterior: {manifest['copy']}")
    if manifest["revision"] is not None:
        seed()
    click.echo(f"Se repuso la copia del {manifest['made_at']}.")
    click.echo("Use la misma PARTICIPA_SECRET_KEY de antes: con otra, los recibos cambian.")


@click.command("verify-log")
@click.option("--head", default="", help="Una huella publicada antes, que debe seguir ahí.")
@with_appcontext
def verify_log(head: str) -> None:
    """Comprueba que nadie cambió, quitó ni movió anotaciones del registro."""
    verdict = audit_verify.chain(head.strip().lower())
    click.echo(f"Anotaciones comprobadas: {verdict.length}")
    click.echo(f"Huella final: {verdict.digest}")
    click.echo(verdict.fault or "El registro está completo y sin cambios.")
    sys.exit(0 if verdict.is_sound else 1)


@click.command("purge")
@with_appcontext
def purge() -> None:
    """Borra lo que ya cumplió su tiempo de conservación."""
    demonstration.refuse_mixture()
    purges: tuple[Step, ...] = installation().purges
    removed: dict[str, int] = {}
    for label, erase in purges:
        removed[label] = erase()
        db.session.commit()
        click.echo(f"{label}: {removed[label]}")
    audit.record("retention.purged", "purge", by="participa purge", removed=removed)
    db.session.commit()


@click.command("rotate-personal-keys")
@with_appcontext
def rotate_personal_keys() -> None:
    """Cifra otra vez los datos personales con la primera llave. Se puede repetir."""
    demonstration.refuse_mixture()
    if place := rotation.unreadable():
        raise Unusable(MISSING_KEY.format(place=place))
    rekeys: tuple[Rekey, ...] = (("Textos cifrados", rotation.reseal), *installation().rekeys)
    changed: dict[str, int] = {}
    for label, rekey in rekeys:
        changed[label] = 0
        for rows in rekey():
            db.session.commit()
            changed[label] += rows
        click.echo(f"{label}: {changed[label]}")
    audit.record("personal.keys_rotated", "keys", by="participa", changed=changed)
    db.session.commit()
    settings: Settings = installation().settings
    click.echo(NEXT_KEY_STEP if len(settings.personal_keys) > 1 else ONE_KEY)


COMMANDS = (
    serve,
    jobs,
    migrate,
    make_backup,
    restore,
    verify_log,
    purge,
    rotate_personal_keys,
)
