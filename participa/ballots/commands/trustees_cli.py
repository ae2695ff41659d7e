"""`participa urna part`, `ceremony` and `decrypt`: what trustees do on their own machines."""

import click

from participa.ballots.commands.offline_files import (
    Stopped,
    checked_path,
    read_file,
    secret_in,
    write_new,
)
from participa.belenios import canonical, opening_proofs, threshold, verdict, verifier
from participa.belenios.archive import UnreadableArchive
from participa.belenios.canonical import Malformed
from participa.belenios.groups import BELENIOS_2048
from participa.belenios.questions import Unsupported
from participa.belenios.threshold import Ceremony, WrongShare
from participa.belenios.verifier import Rejected, Verdict

CEREMONY = "ceremonia.json, donde bastan algunas llaves."


@click.command("part")
@click.option("--key", default="", metavar="ARCHIVO", help="La llave privada del custodio.")
@click.option("--out", default="", metavar="ARCHIVO", help="Archivo nuevo para la parte pública.")
def make_part(key: str, out: str) -> None:
    """Hace la parte pública de un custodio, donde bastan algunas llaves."""
    file = checked_path(out)
    record = threshold.certificate(BELENIOS_2048, secret_in(BELENIOS_2048, read_file(key, "--key")))
    write_new(file, record)
    click.echo(f"Parte pública: {file}. Entréguela a quien prepara la urna.")
    click.echo(f"Huella de la parte pública, para el acta: {canonical.fingerprint(record)}")


@click.command("ceremony")
@click.option("--key", default="", metavar="ARCHIVO", help="La llave privada del custodio.")
@click.option("--ceremony", default="", metavar="JSON", help="ceremonia.json, de la ciudad.")
@click.option("--out", default="", metavar="ARCHIVO", help="Archivo nuevo para entregar.")
def take_part(key: str, ceremony: str, out: str) -> None:
    """Reparte, o comprueba lo repartido: según lo que ya trae ceremonia.json."""
    file = checked_path(out)
    secret = secret_in(BELENIOS_2048, read_file(key, "--key"))
    held = read_ceremony(ceremony)
    try:
        number = threshold.number_of(BELENIOS_2048, secret, held.certificates)
    except Malformed as problem:
        raise Stopped(str(problem)) from None
    if held.is_dealt:
        made = "Comprobación"
        record = threshold.verification_key(BELENIOS_2048, own_share(held, secret))
    else:
        made = "Reparto"
        record = threshold.deal(BELENIOS_2048, secret, held.threshold, held.certificates)
    write_new(file, record)
    mark = threshold.ceremony(held.threshold, held.certificates)
    names = ", ".join(f"{n} {name}" for n, name in enumerate(held.names, start=1))
    click.echo(f"Bastan {held.threshold} de estos custodios: {verdict.printable(names)}.")
    click.echo(f"Huella de la ceremonia: {mark}. Debe ser igual para todos: llámelos y compare.")
    click.echo(f"{made} del custodio {number}: {file}. Si la huella es igual, entregue el archivo.")


@click.command("decrypt")
@click.option("--key", default="", metavar="ARCHIVO", help="La llave privada del custodio.")
@click.option("--archive", default="", metavar="BEL", help="El archivo .bel con el total.")
@click.option("--refuerzo", default="", metavar="JSON", help="refuerzo.json, si ya hay partes.")
@click.option("--ceremony", default="", metavar="JSON", help=CEREMONY)
@click.option("--out", default="", metavar="ARCHIVO", help="Archivo nuevo para el descifrado.")
def decrypt(key: str, archive: str, refuerzo: str, ceremony: str, out: str) -> None:
    """Revisa la urna ya sumada y hace el descifrado parcial de un custodio."""
    file = checked_path(out)
    if file.exists():
        raise Stopped(f"Ya existe {file}. Escoja otro nombre: aquí no se reemplaza nada.")
    proofs = read_file(refuerzo, "--refuerzo") if refuerzo else None
    content = verified_tally(read_file(archive, "--archive"), proofs)
    asked = content.election
    if asked is None:
        raise Stopped("El archivo no tiene apertura.")
    secret = decrypting_secret(content, secret_in(asked.group, read_file(key, "--key")), ceremony)
    owner = owner_of(content, asked.group.generator.power(secret))
    write_new(file, opening_proofs.make_part(asked, content.totals, secret, owner))
    click.echo(f"La urna «{verdict.printable(asked.name)}» está bien ({asked.uuid}).")
    click.echo(
        f"Papeletas que cuentan: {content.num_counted}. Huella del cierre: {content.closing}"
    )
    click.echo(f"Descifrado del custodio {owner}: {file}. Entréguelo a quien publica el resultado.")


def read_ceremony(file: str) -> Ceremony:
    try:
        return threshold.read_file(BELENIOS_2048, read_file(file, "--ceremony"))
    except Malformed as problem:
        raise Stopped(str(problem)) from None


def own_share(held: Ceremony, secret: int) -> int:
    """The share of this key. Raises Stopped, with the name of a trustee who dealt it wrong."""
    about = (held.threshold, held.certificates, held.dealings)
    try:
        return threshold.share_of(BELENIOS_2048, secret, *about)
    except WrongShare as problem:
        name = verdict.printable(held.names[problem.dealer - 1])
        raise Stopped(f"{problem} El custodio {problem.dealer} es {name}.") from None
    except Malformed as problem:
        raise Stopped(str(problem)) from None


def decrypting_secret(content: Verdict, secret: int, ceremony: str) -> int:
    """What this trustee decrypts with: the key, or the share where some of the keys are enough."""
    listed = content.trustees
    keys = {trustee.public_key for trustee in listed}
    group = listed.group
    if listed.threshold == len(listed) or group.generator.power(secret) in keys:
        return secret
    if not ceremony:
        raise Stopped("En esta urna bastan algunas llaves: diga con --ceremony su ceremonia.json.")
    share = own_share(read_ceremony(ceremony), secret)
    if group.generator.power(share) not in keys:
        raise Stopped("Esa ceremonia no es la de esta urna. Baje otra vez ceremonia.json.")
    return share


def verified_tally(raw: bytes, refuerzo: bytes | None) -> Verdict:
    """Verify an archive that has its totals but no result. Raises Stopped for any other."""
    try:
        content = verifier.verify(raw, refuerzo=refuerzo)
    except Rejected as reason:
        raise Stopped(f"No descifre esta urna: fue rechazada. {reason}") from None
    except (UnreadableArchive, Unsupported) as reason:
        raise Stopped(str(reason)) from None
    if content.is_finished:
        raise Stopped("Esta urna ya tiene su resultado.")
    if not content.totals:
        raise Stopped("Esta urna aún no ha cerrado o no se ha sumado. Espere el archivo final.")
    return content


def owner_of(content: Verdict, public_key: int) -> int:
    """Number of the trustee with this key.

    Raises Stopped if it is unknown or has decrypted, or if an earlier part is not proved.
    """
    keys = [trustee.public_key for trustee in content.trustees]
    if public_key not in keys:
        raise Stopped("Esta llave no es de ningún custodio de esta urna. Busque la otra.")
    owner = keys.index(public_key) + 1
    if owner in content.partials:
        raise Stopped(f"El custodio {owner} ya descifró esta urna.")
    if unproved := content.unproved_trustees:
        raise Stopped(
            f"La parte del custodio {unproved[0]} ya está en el archivo y falta comprobar que abre "
            "este total: diga con --refuerzo el archivo refuerzo.json de la urna."
        )
    return owner


COMMANDS = (make_part, take_part, decrypt)
