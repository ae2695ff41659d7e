"""`participa verify-bel` and `participa urna …`, which need no server, network or installation.

The registrar and the trustees run them on their own machines. Every error is one Spanish sentence,
and no existing file is ever replaced.
"""

import re
import sys
from collections.abc import Iterable, Iterator
from datetime import datetime

import click

from participa.ballots import trustees_cli
from participa.ballots.offline_files import (
    Stopped,
    checked_path,
    new_folder,
    read_file,
    secret_in,
    write_new,
)
from participa.ballots.roll import cards, second_part
from participa.ballots.roll.cards import PrintedCard
from participa.belenios import (
    canonical,
    credentials,
    election,
    signatures,
    trustees,
    verdict,
)
from participa.belenios.bundles import browser_files, single_file
from participa.belenios.credentials import Mistyped
from participa.belenios.groups import BELENIOS_2048
from participa.core import clock, spanish

MOST_CARDS = 100_000
SHOW_PROGRESS_FROM = 100
SHORT = re.compile(r"|[A-Za-z0-9.:-]+(/[A-Za-z0-9._-]+)*")


@click.command("verify-bel")
@click.argument("file", default="")
@click.option("--refuerzo", metavar="JSON", help="Las pruebas de la apertura, refuerzo.json.")
@click.option("--snapshot", metavar="ANTERIOR", help="Una copia anterior, que debe continuar.")
@click.option("--head", metavar="HUELLA", help="Una huella del acta, que debe estar en él.")
def verify_bel(file: str, refuerzo: str | None, snapshot: str | None, head: str | None) -> None:
    """Revisa el archivo .bel de una urna.

    Termina con 0 si lo acepta, 1 si lo rechaza, 2 si no lo pudo leer, y 3 si lo acepta sin prueba
    de que la apertura del total sea la de sus papeletas.
    """
    if not file:
        click.echo("Diga qué archivo revisar: participa verify-bel ARCHIVO.bel", err=True)
        sys.exit(verdict.UNREADABLE)
    is_seen = sys.stderr.isatty()
    hint = (lambda text: click.echo(f"{text}\r", err=True, nl=False)) if is_seen else str
    sys.exit(verdict.judge(file, snapshot, head, click.echo, hint, refuerzo))


@click.group("urna")
def urna() -> None:
    """Trabajo sin red de quien hace los códigos y de los custodios de la llave."""


@urna.command("credentials")
@click.option("--uuid", default="", help="El identificador de la urna.")
@click.option("--count", default="", metavar="N", help="Cuántos códigos.")
@click.option("--out", default="", metavar="CARPETA", help="Carpeta nueva para los archivos.")
@click.option("--host", default="", help="El sitio, por ejemplo participa.ciudad.gov.co.")
@click.option("--title", default="Urna virtual", help="Lo que la tarjeta dice arriba.")
@click.option("--short", default="", help="La dirección corta de la urna, como en su cartel.")
@click.option("--closes", default="", metavar="FECHA", help="El cierre: 2026-12-20T17:00.")
@click.option("--second-part", "has_second", is_flag=True, help="Para urnas con cambio de voto.")
def make_credentials(
    uuid: str,
    count: str,
    out: str,
    host: str,
    title: str,
    short: str,
    closes: str,
    has_second: bool,
) -> None:
    """Hace códigos, padrón público y tarjetas para imprimir."""
    check_uuid(uuid)
    if not (count.isascii() and count.isdigit() and 1 <= int(count[:9]) <= MOST_CARDS):
        raise Stopped(f"Escriba --count con un número entre 1 y {MOST_CARDS}.")
    try:
        site = cards.read_host(host) if host else None
    except ValueError as problem:
        raise Stopped(str(problem)) from None
    face = cards.Face(title, uuid, site, read_short(short), read_closing(closes))
    folder = new_folder(out)
    new_credentials = credentials.make(int(count), uuid)
    roll = credentials.public_roll(new_credentials)
    fingerprint = credentials.fingerprint(roll)
    made = [
        cards.PrintedCard(credential.code, second_part.new() if has_second else "")
        for credential in new_credentials
    ]
    write_new(folder / "codigos.csv", credentials.codes_file(new_credentials))
    write_new(folder / "tarjetas.html", cards.html(with_progress(made), face).encode())
    for name, part in pdf_files(made):
        write_new(folder / name, cards.pdf(part, face))
    write_new(folder / "padron.json", roll)
    if has_second:
        digests = {
            credential.public: second_part.digest(card.second, uuid, credential.public)
            for credential, card in zip(new_credentials, made, strict=True)
        }
        seconds = second_part.write(digests)
        write_new(folder / "segundas.json", seconds)
        of_seconds = canonical.fingerprint(seconds)
    lines = [fingerprint, *([f"{of_seconds} segundas.json"] if has_second else [])]
    write_new(folder / "huella.txt", "".join(f"{line}\n" for line in lines).encode())
    click.echo(f"Listo: {count} códigos en {folder}.")
    click.echo(f"Huella del padrón, para el acta: {fingerprint}")
    if has_second:
        click.echo(f"Huella de segundas.json, para compararla al firmar: {of_seconds}")
        click.echo("Entregue solo padron.json y segundas.json. El segundo no se publica.")
    else:
        click.echo("Entregue solo padron.json.")
    click.echo("Imprima las tarjetas en papel carta, por una cara: van cuatro por hoja.")
    click.echo("Corte, doble con el código por dentro, pegue y revuelva las tarjetas.")
    click.echo("Después destruya codigos.csv y los archivos de tarjetas: con ellos se puede votar.")
    if site is None:
        click.echo("Las tarjetas van sin QR. Para ponerlo, repita con --host en otra carpeta.")
    if not cards.HAS_PDF:
        click.echo("Para tenerlas también en PDF, instale: pip install 'participa[pdf]'")


@urna.command("key")
@click.option("--out", default="", metavar="ARCHIVO", help="Archivo nuevo para la llave privada.")
@click.option("--name", default="", help="Nombre público del custodio, si lo quiere.")
def make_key(out: str, name: str) -> None:
    """Hace la llave de un custodio: la privada y su parte pública."""
    file, public_file = checked_path(out), checked_path(f"{out}.publica.json")
    if public_file.exists():
        raise Stopped(f"Ya existe {public_file}. Escoja otro nombre: aquí no se reemplaza nada.")
    secret = BELENIOS_2048.random()
    trustee = trustees.make(BELENIOS_2048, secret, name or None)
    record = canonical.write(trustee.record())
    write_new(file, trustees.write_secret(secret))
    write_new(public_file, record)
    click.echo(f"Llave privada: {file}. No la muestre ni la envíe, y guarde una copia en papel.")
    click.echo(f"Parte pública: {public_file}. Entréguela a quien prepara la urna.")
    click.echo(f"Huella de la parte pública, para el acta: {canonical.fingerprint(record)}")
    click.echo("Si en la urna hacen falta todas las llaves y se pierde una, no habrá resultado.")
    click.echo("Si bastan algunas, entregue la parte pública que hace: participa urna part")


@urna.command("void")
@click.option("--uuid", default="", help="El identificador de la urna.")
@click.option("--codes", default="", metavar="ARCHIVO", help="Códigos sin usar, uno por renglón.")
@click.option("--out", default="", metavar="ARCHIVO", help="Archivo nuevo: anuladas.json.")
def void(uuid: str, codes: str, out: str) -> None:
    """Hace la lista pública de tarjetas anuladas, sin decir sus códigos."""
    check_uuid(uuid)
    file = checked_path(out)
    try:
        unused = credentials.read_codes(read_file(codes, "--codes"))
    except Mistyped as problem:
        raise Stopped(str(problem)) from None
    if not unused:
        raise Stopped(f"En {codes} no hay códigos. Escriba uno en cada renglón.")
    record = credentials.public_roll(credentials.derive(code, uuid) for code in unused)
    write_new(file, record)
    click.echo(f"Listo: {file}. Tarjetas anuladas: {len(unused)}.")
    click.echo(f"Huella de las anuladas, para el acta: {canonical.fingerprint(record)}")
    click.echo(f"Entregue solo {file}. Mientras la ciudad no lo publique, esos códigos aún votan.")
    click.echo(f"Destruya {codes} y las tarjetas.")


@urna.command("sign")
@click.option("--key", default="", metavar="ARCHIVO", help="La llave privada de quien firma.")
@click.option("--document", default="", metavar="ARCHIVO", help="rol.json o anuladas.json.")
@click.option("--out", default="", metavar="ARCHIVO", help="Archivo nuevo para la firma.")
def sign(key: str, document: str, out: str) -> None:
    """Firma un documento con la llave de un custodio o del registrador."""
    file = checked_path(out)
    signed = read_file(document, "--document")
    secret = secret_in(BELENIOS_2048, read_file(key, "--key"))
    write_new(file, signatures.sign(secret, signed) + b"\n")
    click.echo(f"Firma de {document}: {file}. Entregue este archivo, no la llave.")
    click.echo(f"Huella de lo firmado: {canonical.fingerprint(signed)}")


@urna.command("trustees")
@click.option("--out", default="", metavar="ARCHIVO", help="Archivo nuevo, con final .html.")
def write_trustees_page(out: str) -> None:
    """Escribe la página de los custodios, que se abre en un navegador sin red."""
    write_page(out, browser_files.trustees())


def write_page(out: str, text: str) -> None:
    write_new(checked_path(out), text.encode())
    click.echo(f"Listo: {out}\nSHA-256: {canonical.hex_digest(text.encode())}")


@urna.command("registrar")
@click.option("--out", default="", metavar="ARCHIVO", help="Archivo nuevo, con final .html.")
def write_registrars_page(out: str) -> None:
    """Escribe la página del registrador, que se abre en un navegador sin red."""
    write_page(out, browser_files.registrar())


@urna.command("verifier")
@click.option("--out", default="", metavar="ARCHIVO", help="Archivo nuevo, con final .py.")
def write_verifier(out: str) -> None:
    """Escribe el verificador de un solo archivo, que corre sin instalar nada."""
    text = single_file.build()
    write_new(checked_path(out), text.encode())
    click.echo(f"Listo: {out}\nSHA-256: {single_file.digest(text)}")


def check_uuid(uuid: str) -> None:
    if not election.is_uuid(uuid):
        raise Stopped("Escriba --uuid tal como aparece en la página de la urna.")


def read_short(typed: str) -> str:
    """The short address without its scheme, as the cards print it; "" if none was given."""
    short = typed.strip().partition("://")[2] or typed.strip()
    if not SHORT.fullmatch(short):
        raise Stopped("Escriba --short así: participa.ciudad.gov.co/q/7K3F-2QXM")
    return short


def read_closing(typed: str) -> str:
    """The closing in words; "" if none was given."""
    if not typed:
        return ""
    try:
        closing = datetime.strptime(typed, "%Y-%m-%dT%H:%M")  # noqa: DTZ007 - the city's own time
    except ValueError:
        raise Stopped("Escriba --closes así: 2026-12-20T17:00") from None
    moment = clock.at_city(closing.date(), closing.hour, closing.minute)
    words = spanish.moment(spanish.as_end(moment))
    return words if words.endswith(".") else f"{words}."


def with_progress(made: list[PrintedCard]) -> Iterator[PrintedCard] | Iterable[PrintedCard]:
    """The cards, with a progress bar if they are many: making their QR codes takes a while."""
    if len(made) < SHOW_PROGRESS_FROM or not sys.stderr.isatty():
        return made
    return iter(click.progressbar(made, label="Tarjetas", file=sys.stderr))


def pdf_files(made: list[PrintedCard]) -> Iterator[tuple[str, list[PrintedCard]]]:
    """PDF file names with the cards of each; empty without the extra `pdf`."""
    if not cards.HAS_PDF:
        return
    if len(made) <= cards.MOST_IN_PDF:
        yield "tarjetas.pdf", made
        return
    for start in range(0, len(made), cards.MOST_IN_PDF):
        end = min(start + cards.MOST_IN_PDF, len(made))
        yield f"tarjetas-{start + 1}-a-{end}.pdf", made[start:end]


for command in trustees_cli.COMMANDS:
    urna.add_command(command)
COMMANDS = (verify_bel, urna)
