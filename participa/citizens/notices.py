"""What a person reads before giving any data: the text of each privacy notice. No database.

A notice is plain text: blocks between blank lines; "# " begins a heading, "- " the lines of a
list. Who answers for the data comes from the installation's settings (DAT-02), and the deadlines
are those of Ley 1581 de 2012, articles 14 and 15.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from participa.config import Entity
from participa.core.installation import installation

QUERY_DAYS, QUERY_EXTRA = 10, 5
CLAIM_DAYS, CLAIM_EXTRA = 15, 8


@dataclass(frozen=True, slots=True)
class Purpose:
    """One thing the data is used for; each has its own tick (DAT-03) and its own term (DAT-10)."""

    code: str
    tick: str
    sentence: str


PURPOSES: Mapping[str, Purpose] = MappingProxyType(
    {
        purpose.code: purpose
        for purpose in (
            Purpose(
                "attendance",
                "Autorizo guardar mi nombre como constancia de asistencia.",
                "Dejar constancia de quién asistió.",
            ),
            Purpose(
                "statistics",
                "Autorizo usar mis respuestas para estadísticas.",
                "Contar quiénes participan, por edad, territorio y grupo, sin nombres.",
            ),
            Purpose(
                "sensitive",
                "Autorizo usar mis datos sensibles solo para estadísticas.",
                "Contar los datos sensibles que usted quiera dar, con su autorización aparte.",
            ),
            Purpose(
                "contact",
                "Autorizo que me escriban o llamen para contarme qué pasó.",
                "Contarle después qué pasó con su participación, si usted lo autoriza.",
            ),
            Purpose(
                "image",
                "Autorizo fotos y videos en los que aparezco.",
                "Publicar fotos y videos del encuentro en que usted aparece, si usted lo autoriza.",
            ),
        )
    }
)


@dataclass(frozen=True, slots=True)
class NoticeKind:
    """A notice that the city uses: its name in the code, its word in the address, its uses."""

    purpose: str
    word: str
    title: str
    uses: tuple[str, ...]
    months: int  # how long what people tell about themselves is kept
    stays: str  # what stays beyond them


def kinds() -> Mapping[str, NoticeKind]:
    """The notices of this installation by purpose: one for each channel that asks for data."""
    by_purpose: Mapping[str, NoticeKind] = installation().notice_kinds
    return by_purpose


def kind_of_word(word: str) -> NoticeKind | None:
    """The notice with this word in its address."""
    return next((kind for kind in kinds().values() if kind.word == word), None)


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of a text as the page shows it: heading, paragraph or list."""

    kind: str
    lines: tuple[str, ...]


def reach(entity: Entity) -> list[str]:
    """How to reach who answers for the data; only what the installation has told."""
    told = [
        ("Dirección", entity.address),
        ("Correo", entity.privacy_email),
        ("Teléfono", entity.phone),
    ]
    return [f"{label}: {value}." for label, value in told if value]


def short_lines(kind: NoticeKind, entity: Entity) -> tuple[str, ...]:
    """The notice before the first field, in at most five lines (DAT-02)."""
    how = "; ".join(line.rstrip(".") for line in reach(entity))
    return (
        f"{entity.name} responde por estos datos.{f' {how}.' if how else ''}",
        f"Para qué: {' '.join(PURPOSES[use].sentence for use in kind.uses)}",
        "Las preguntas sobre usted son opcionales, también las sensibles.",
        f"Guardamos {kind.months} meses lo que diga de usted; después, solo totales. {kind.stays}",
        "Usted puede conocer, corregir y borrar sus datos, y retirar su autorización.",
    )


def full_text(kind: NoticeKind, entity: Entity) -> str:
    """The whole notice. The same settings always give the same text."""
    return "\n\n".join(_blocks(kind, entity)) + "\n"


def _blocks(kind: NoticeKind, entity: Entity) -> Iterator[str]:
    yield "# Quién responde por sus datos"
    yield f"{entity.name} es responsable de los datos que usted da en «{kind.title}»."
    if ways := reach(entity):
        yield "\n".join(f"- {way}" for way in ways)
    yield "# Para qué los usamos"
    yield "\n".join(f"- {PURPOSES[use].sentence}" for use in kind.uses)
    yield "No los usamos para nada más. Si el uso cambia, pedimos otra autorización."
    yield "# Qué no tiene que responder"
    yield (
        "Las preguntas sobre usted son opcionales. Puede dejarlas en blanco o elegir "
        "«Prefiero no responder»."
    )
    if "sensitive" in kind.uses:
        yield (
            "Hay datos sensibles, como la pertenencia étnica o la discapacidad. La ley los protege "
            "más. Nadie puede obligarlo(a) a darlos ni condicionar su participación a que los dé."
        )
    yield "# Cómo los guardamos"
    yield (
        "Los guardamos aparte de lo que usted propone o elige, con el día y sin la hora. "
        "Publicamos solo totales, nunca de grupos pequeños."
    )
    yield (
        f"Conservamos los datos sobre usted {kind.months} meses. Después se borran y quedan "
        "solo los totales."
    )
    yield kind.stays
    yield "# Sus derechos"
    yield "\n".join(f"- {right}" for right in RIGHTS)
    yield "# Cómo ejercerlos"
    yield "\n\n".join(how_to_ask(entity))


RIGHTS = (
    "Conocer sus datos, gratis, al menos una vez al mes.",
    "Actualizarlos y corregirlos.",
    "Pedir prueba de la autorización que dio.",
    "Saber qué uso se les ha dado.",
    "Retirar su autorización o pedir que se borren.",
    "Quejarse ante la Superintendencia de Industria y Comercio, después de reclamar aquí.",
)


def how_to_ask(entity: Entity) -> tuple[str, ...]:
    """How to use the rights, with the deadlines of the law."""
    where = f" a {entity.privacy_email}" if entity.privacy_email else f" a {entity.name}"
    return (
        f"Escriba{where} y cuente qué dato quiere conocer, corregir o borrar. No necesita cuenta.",
        f"Respondemos una consulta en {QUERY_DAYS} días hábiles. Si hace falta más tiempo, le "
        f"avisamos antes y respondemos en {QUERY_EXTRA} más.",
        f"Respondemos un reclamo en {CLAIM_DAYS} días hábiles. Si hace falta más tiempo, le "
        f"avisamos antes y respondemos en {CLAIM_EXTRA} más.",
        "Mientras lo resolvemos, sus datos quedan marcados «reclamo en trámite».",
        "Si no dio su nombre, no podemos saber cuáles respuestas son suyas.",
    )


def blocks(text: str) -> tuple[Block, ...]:
    """The text as a page shows it."""
    return tuple(_block(piece.splitlines()) for piece in text.strip().split("\n\n"))


def _block(lines: list[str]) -> Block:
    for sign, kind in (("# ", "heading"), ("- ", "list")):
        if all(line.startswith(sign) for line in lines):
            return Block(kind, tuple(line.removeprefix(sign) for line in lines))
    return Block("paragraph", tuple(lines))


def fingerprint(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
