"""Text of the privacy notices, shown before any data is asked. No database.

A notice is plain text: blocks separated by blank lines; "# " begins a heading, "- " each line of
a list. The data controller comes from the installation's settings (DAT-02); the deadlines, in
working days, from Ley 1581 de 2012, articles 14 and 15.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from participa.config import Entity
from participa.core import spanish
from participa.core.installation import installation

# Uses of which some data are sensitive (DAT-05).
SENSITIVE = frozenset({"sensitive", "support"})
ALL_OPTIONAL = "Las preguntas sobre usted son opcionales, también las sensibles."
ONLY_THE_NAME = "Solo su nombre es necesario. Lo demás es opcional, también lo sensible."
NOT_EVEN_THE_NAME = "Todo es opcional: su nombre, su contacto y lo demás sobre usted."
WITH_RECEIPT = (
    "Con el radicado de su firma usted ve, corrige y borra sus datos: escríbalo en "
    "«Consultar mi radicado»."
)
QUERY_DAYS, QUERY_EXTRA = 10, 5
CLAIM_DAYS, CLAIM_EXTRA = 15, 8
MARK_DAYS = 2  # until the data are marked «reclamo en trámite»


@dataclass(frozen=True, slots=True)
class Purpose:
    """A use of the data, with its own consent checkbox (DAT-03) and retention period (DAT-10).

    `earlier` are the sentences of notices before: a consent to them covers no more than they say.
    """

    code: str
    tick: str
    sentence: str
    earlier: tuple[str, ...] = ()


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
                "Autorizo que me escriban o llamen para enviarme mi pase, mi constancia y la "
                "evaluación, y contarme qué pasó.",
                "Enviarle su pase, su constancia y la evaluación, y contarle después qué pasó, si "
                "usted lo autoriza.",
                ("Contarle después qué pasó con su participación, si usted lo autoriza.",),
            ),
            Purpose(
                "reply",
                "Autorizo usar mi nombre y mi contacto solo para responderme.",
                "Responderle, si usted deja su nombre o un contacto.",
            ),
            Purpose(
                "survey",
                "Autorizo guardar mis datos personales con lo que respondo.",
                "Guardar con sus respuestas los datos personales que la encuesta pida, si usted lo "
                "autoriza.",
            ),
            Purpose(
                "survey_contact",
                "Autorizo que me escriban o llamen por lo que respondí.",
                "Escribirle o llamarlo por lo que respondió, si usted lo autoriza.",
            ),
            Purpose(
                "calls",
                "Autorizo que me escriban para avisarme de los eventos.",
                "Avisarle por correo de los eventos de la ciudad, si usted lo autoriza.",
            ),
            Purpose(
                "support",
                "Autorizo usar lo que escribo, aunque sea un dato sensible, solo para el apoyo.",
                "Preparar el apoyo que usted pide para participar.",
            ),
            Purpose(
                "support_contact",
                "Autorizo usar mi correo o teléfono solo para responderme sobre el apoyo.",
                "Responderle sobre el apoyo, si usted deja un contacto y lo autoriza.",
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
    """A privacy notice of one channel; `word` is its URL segment, `uses` are keys of PURPOSES."""

    purpose: str
    word: str
    title: str
    uses: tuple[str, ...]
    months: int  # retention of the population answers
    stays: str  # sentence about the data stored beyond that
    # What nobody has to answer, where the form does not have the questions about the person.
    optional: str = ""
    # Whether names are stored too, as on a list of attendance: `months` and what is said of the
    # questions about the person do not hold for them, and `stays` says what does.
    has_names: bool = False
    # Where names are stored: whether one is needed, and how somebody finds their own data again.
    needs_name: bool = True
    way_back: str = WITH_RECEIPT

    @property
    def free(self) -> str:
        """What nobody has to answer."""
        if self.has_names:
            return ONLY_THE_NAME if self.needs_name else NOT_EVEN_THE_NAME
        return self.optional


def authorised(uses: Iterable[str], notice_text: str) -> list[str]:
    """What each of these uses is, in the words of the notice that the person saw."""
    return [_sentence_in(notice_text, PURPOSES[use]) for use in uses]


def _sentence_in(notice_text: str, purpose: Purpose) -> str:
    known = (purpose.sentence, *purpose.earlier)
    return next((one for one in known if one in notice_text), purpose.sentence)


def kinds() -> Mapping[str, NoticeKind]:
    """The notices of this installation by purpose, one per channel that collects data."""
    by_purpose: Mapping[str, NoticeKind] = installation().notice_kinds
    return by_purpose


def kind_of_word(word: str) -> NoticeKind | None:
    """The notice with this URL segment, if any."""
    return next((kind for kind in kinds().values() if kind.word == word), None)


@dataclass(frozen=True, slots=True)
class Block:
    """A block of a notice; `kind` is "heading", "paragraph" or "list"."""

    kind: str
    lines: tuple[str, ...]


def contact_lines(entity: Entity) -> list[str]:
    """Contact details of the data controller; those missing in the settings are left out."""
    details = [
        ("Dirección", entity.address),
        ("Correo", entity.privacy_email),
        ("Teléfono", entity.phone),
    ]
    return [f"{label}: {value}." for label, value in details if value]


def short_lines(kind: NoticeKind, entity: Entity) -> tuple[str, ...]:
    """The summary shown above the first field of a form, in at most five lines (DAT-02)."""
    contact = "; ".join(line.rstrip(".") for line in contact_lines(entity))
    return (
        f"{entity.name} responde por estos datos.{f' {contact}.' if contact else ''}",
        f"Para qué: {' '.join(PURPOSES[use].sentence for use in kind.uses)}",
        kind.free or ALL_OPTIONAL,
        f"Guardamos {_term(kind)} {_what(kind)}{_then(kind)}. {kind.stays}",
        "Usted puede conocer, corregir y borrar sus datos, y retirar su autorización.",
    )


def full_text(kind: NoticeKind, entity: Entity) -> str:
    """The whole notice. Deterministic: its hash identifies the version."""
    return "\n\n".join(_blocks(kind, entity)) + "\n"


def _blocks(kind: NoticeKind, entity: Entity) -> Iterator[str]:
    yield "# Quién responde por sus datos"
    yield f"{entity.name} es responsable de los datos que usted da en «{kind.title}»."
    if lines := contact_lines(entity):
        yield "\n".join(f"- {line}" for line in lines)
    yield "# Para qué los usamos"
    yield "\n".join(f"- {PURPOSES[use].sentence}" for use in kind.uses)
    yield "No los usamos para nada más. Si el uso cambia, pedimos otra autorización."
    yield "# Qué no tiene que responder"
    if kind.has_names:
        yield kind.free
        yield "A las personas menores de 18 años no les pedimos nombre, documento ni contacto."
    else:
        yield kind.optional or (
            "Las preguntas sobre usted son opcionales. Puede dejarlas en blanco o elegir "
            "«Prefiero no responder»."
        )
    if SENSITIVE.intersection(kind.uses):
        yield (
            "Hay datos sensibles, como la pertenencia étnica o la discapacidad. La ley los protege "
            "más. Nadie puede obligarlo(a) a darlos ni condicionar su participación a que los dé."
        )
    yield "# Cómo los guardamos"
    if kind.has_names:
        yield (
            "Sus respuestas opcionales van aparte de su nombre, con el día y sin la hora: nadie "
            "puede saber cuáles son suyas. Publicamos solo totales, nunca de grupos pequeños."
        )
        yield (
            f"Las conservamos {_term(kind)}. Después se borran y quedan solo los totales. Su "
            "documento y su contacto se guardan cifrados, y no se publican."
        )
    elif kind.optional:
        yield f"Conservamos los datos sobre usted {_term(kind)}. No los publicamos."
    else:
        yield (
            "Los guardamos aparte de lo que usted propone o elige, con el día y sin la hora. "
            "Publicamos solo totales, nunca de grupos pequeños."
        )
        yield (
            f"Conservamos los datos sobre usted {_term(kind)}. Después se borran y quedan "
            "solo los totales."
        )
    yield kind.stays
    yield "# Sus derechos"
    yield "\n".join(f"- {right}" for right in RIGHTS)
    yield "# Cómo ejercerlos"
    if kind.has_names:
        yield kind.way_back
    yield "\n\n".join(how_to_ask(entity))


def _term(kind: NoticeKind) -> str:
    return spanish.several(kind.months, "mes", "meses")


def _what(kind: NoticeKind) -> str:
    return "sus respuestas opcionales" if kind.has_names else "lo que diga de usted"


def _then(kind: NoticeKind) -> str:
    return "" if kind.optional else "; después, solo totales"


RIGHTS = (
    "Conocer sus datos, gratis, al menos una vez al mes.",
    "Actualizarlos y corregirlos.",
    "Pedir prueba de la autorización que dio.",
    "Saber qué uso se les ha dado.",
    "Retirar su autorización o pedir que se borren.",
    "Quejarse ante la Superintendencia de Industria y Comercio, después de reclamar aquí.",
)


def how_to_ask(entity: Entity) -> tuple[str, ...]:
    """How to exercise the rights, with the legal deadlines."""
    lines = contact_lines(entity)
    where = f"Escriba a {entity.privacy_email}" if entity.privacy_email else "Pídalo en este sitio"
    if lines and not entity.privacy_email:
        where = f"{where}, o por los datos de contacto de {entity.name},"
    return (
        f"{where} y cuente qué dato quiere conocer, corregir o borrar. No necesita cuenta.",
        f"Respondemos una consulta en {QUERY_DAYS} días hábiles. Si hace falta más tiempo, le "
        f"avisamos antes y respondemos en {QUERY_EXTRA} más.",
        f"Respondemos un reclamo en {CLAIM_DAYS} días hábiles. Si hace falta más tiempo, le "
        f"avisamos antes y respondemos en {CLAIM_EXTRA} más.",
        "Mientras lo resolvemos, sus datos quedan marcados «reclamo en trámite».",
        "Si no dio su nombre, no podemos saber cuáles respuestas son suyas.",
    )


def blocks(text: str) -> tuple[Block, ...]:
    """Parse the text of a notice."""
    return tuple(_block(piece.splitlines()) for piece in text.strip().split("\n\n"))


def _block(lines: list[str]) -> Block:
    for prefix, kind in (("# ", "heading"), ("- ", "list")):
        if all(line.startswith(prefix) for line in lines):
            return Block(kind, tuple(line.removeprefix(prefix) for line in lines))
    return Block("paragraph", tuple(lines))


def fingerprint(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
