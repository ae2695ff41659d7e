"""Verifying a box from outside: its fingerprints, the programs to use, and the exact commands."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from flask import url_for

from participa.ballots import queries
from participa.ballots.ceremony import ceremony_of
from participa.ballots.models import BallotBox
from participa.ballots.queries import Heads
from participa.ballots.results import opening_file
from participa.ballots.snapshots import current
from participa.belenios.questions import Question
from participa.core import links
from participa.core.installation import installation
from participa.core.static_files import Asset

VERIFIER = "verificador/verificar_bel.py"
WITNESS = "verificador/testigo.py"
TRUSTEES = "verificador/custodios.html"
REGISTRAR = "verificador/registrador.html"
SCRIPTS = ("urna/urna.js", "js/ballots.js", "js/ballots_kiosk.js")


@dataclass(frozen=True, slots=True)
class ProgramFile:
    """A downloadable file of this site, with the SHA-256 of its bytes in hex."""

    name: str
    address: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Fingerprints:
    """Fingerprints that identify this election, its roll and its archive."""

    election: str
    roll: str
    heads: Heads
    opening: str | None  # SHA-256 of refuerzo.json in hexadecimal


def program(name: str) -> ProgramFile:
    asset: Asset = installation().assets[name]
    return ProgramFile(
        name.rpartition("/")[2], asset.address, hashlib.sha256(asset.body).hexdigest()
    )


def fingerprints(box: BallotBox) -> Fingerprints | None:
    """None before the opening, and for an open consultation, which has no archive."""
    definition = current(box)
    election, roll = definition.election, definition.roll_print
    if election is None or roll is None:
        return None
    return Fingerprints(election.fingerprint, roll, queries.heads(box), opening_file.digest(box))


@dataclass(frozen=True, slots=True)
class Recipe:
    """A procedure, with the command lines to type."""

    title: str
    explanation: str
    lines: tuple[str, ...]


def verification_recipes(box: BallotBox) -> Iterator[Recipe]:
    """Ways to verify the archive: with Belenios' own program first, then with ours."""
    archive = links.absolute(url_for("ballots.archive_file", uuid=box.uuid))
    name = f"{box.uuid}.bel"
    verifier = program(VERIFIER)
    proofs = links.absolute(url_for("ballots.opening_proofs", uuid=box.uuid))
    is_opened = opening_file.digest(box) is not None
    fetch_proofs = (f"wget {proofs} -O refuerzo.json",) if is_opened else ()
    with_proofs = f"{name} --refuerzo refuerzo.json" if is_opened else name
    earlier = f"--snapshot antes/{name} --head {minutes_head(box)}"
    yield Recipe(
        "Con un programa que no hicimos nosotros",
        "En Debian 12. La carpeta debe tener un solo archivo .bel. No revisa la prueba de la "
        "apertura del total, que va en otro archivo.",
        (
            "sudo apt install belenios-tool",
            "mkdir urna && cd urna",
            f"wget {archive} -O {name}",
            "belenios-tool election verify",
        ),
    )
    yield Recipe(
        "Comparar con una copia anterior",
        "Guarde hoy una copia. Cualquier archivo posterior debe empezar por ella, byte por byte.",
        (
            "mkdir antes ahora",
            f"cp COPIA_GUARDADA.bel antes/{name}",
            f"wget {archive} -O ahora/{name}",
            "belenios-tool election verify-diff --dir1 antes --dir2 ahora",
        ),
    )
    witness, box_address = program(WITNESS), links.absolute(url_for("ballots.show", uuid=box.uuid))
    yield Recipe(
        "Ser testigo: vigilar la urna mientras está abierta",
        "El programa guarda su propia copia. Cada hora pide lo nuevo, lo revisa y lo agrega. Si la "
        "urna pierde papeletas o cambia lo que ya mostró, avisa con ALARMA y no toca su copia. "
        "Con --correo o --avisar le avisa a usted, y con --cabeza compara la huella de un correo o "
        "del acta. Sirve con Python 3.9 o más nuevo, sin instalar nada.",
        (
            f"wget {links.absolute(witness.address)} -O {witness.name}",
            f"sha256sum {witness.name}",
            f"python3 {witness.name} {box_address} mi-copia --cada 60",
        ),
    )
    yield Recipe(
        "Con nuestro verificador, que revisa más",
        "Es un solo archivo. Sirve con Python 3.9 o más nuevo, sin instalar nada.",
        (
            f"wget {links.absolute(verifier.address)} -O {verifier.name}",
            f"sha256sum {verifier.name}",
            *fetch_proofs,
            f"python3 {verifier.name} {with_proofs}",
            f"python3 {verifier.name} {with_proofs} {earlier}",
        ),
    )
    yield Recipe(
        "Donde esta plataforma está instalada",
        "Hace lo mismo que el verificador.",
        (f"participa verify-bel {with_proofs}",),
    )


@dataclass(frozen=True, slots=True)
class TrusteeCommands:
    """Command lines of a trustee: before the opening, and after the count for the first and the
    later ones.
    """

    before: tuple[str, ...]
    first: tuple[str, ...]
    later: tuple[str, ...]


def trustee_commands(box: BallotBox) -> TrusteeCommands:
    archive = links.absolute(url_for("ballots.archive_file", uuid=box.uuid))
    proofs = links.absolute(url_for("ballots.opening_proofs", uuid=box.uuid))
    fetch = [f"wget {archive} -O {box.uuid}.bel"]
    decrypt = f"participa urna decrypt --key llave --archive {box.uuid}.bel"
    shares: list[str] = []
    if ceremony_of(box) is not None:
        take_part = "participa urna ceremony --key llave --ceremony ceremonia.json"
        shares = [
            "participa urna part --key llave --out parte-publica.json",
            f"{take_part} --out reparto.json",
            f"{take_part} --out comprobacion.json",
        ]
        documents = links.absolute(url_for("ballots.ceremony", uuid=box.uuid))
        fetch.append(f"wget {documents} -O ceremonia.json")
        decrypt += " --ceremony ceremonia.json"
    return TrusteeCommands(
        (
            "participa urna key --out llave",
            *shares,
            "participa urna sign --key llave --document rol.json --out rol.firma.json",
        ),
        (*fetch, f"{decrypt} --out parte"),
        (
            *fetch,
            f"wget {proofs} -O refuerzo.json",
            f"{decrypt} --refuerzo refuerzo.json --out parte",
        ),
    )


def casting_recipe(box: BallotBox) -> Recipe:
    """How to vote without trusting our page: Belenios' own program encrypts the ballot."""
    votes = ", ".join(str(first_choice(question.asked)) for question in box.questions)
    address = links.absolute(url_for("ballots.cast", uuid=box.uuid))
    second = " -H 'Second-Part: LAS-SEIS-CIFRAS'" if current(box).has_second_part else ""
    make = "belenios-tool election generate-ballot --privcred codigo --ballot voto.json"
    return Recipe(
        "Votar con otro programa",
        "En la carpeta del archivo. El voto lleva un número por opción, con el blanco primero.",
        (
            "printf %s 'EL-CODIGO-DE-SU-TARJETA' > codigo",
            f"echo '[{votes}]' > voto.json",
            f"{make} | tr -d '\\n' > papeleta.json",
            f"curl{second} --data-binary @papeleta.json {address}",
        ),
    )


def first_choice(question: Question) -> list[int]:
    """An example vote as one number per slot: as few options as allowed, at least one."""
    return question.vector(range(max(question.least, 1)))


def minutes_head(box: BallotBox) -> str:
    """The archive hash in the minutes: of the closing, or of the opening before that; else ""."""
    heads = queries.heads(box)
    return heads.closing or heads.opening or ""
