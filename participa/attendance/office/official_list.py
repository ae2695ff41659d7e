"""The list with names in the layout of the city's paper list: its header, columns and rows.

What people said of sex, age or group has no column here: it is stored without a name (DAT-05). The
organisation is left out unless somebody asks for it, as membership may be sensitive.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from participa.attendance import claims, queries
from participa.attendance.models import AttendanceList, Attendee, Presence, SignInWay
from participa.attendance.office import roster
from participa.attendance.paper import queries as paper
from participa.citizens.models import Consent
from participa.core import clock, spanish
from participa.core.db import db
from participa.core.spanish import hour
from participa.core.tables.cells import Column, Table
from participa.events import wording as events
from participa.formats import queries as formats
from participa.formats.header import printed_header
from participa.staff.models import Account

NO_FORMAT = "Sin formato oficial"
DRAWN, ACCEPTED, ON_PAPER = "Firmó con el dedo", "Firmó aceptando", "En papel"
APART = (
    "Lo que las personas dijeron de su sexo, edad, grupo y territorio se guarda sin su nombre. "
    "Está en las cifras del listado."
)
PIECE = 500
COLUMNS = (
    Column("number", "No.", "Número de orden, según la llegada", "number"),
    Column("name", "Nombres y apellidos", "Como los escribió la persona"),
    Column("document_type", "Tipo de documento", "CC, CE, PPT…; SD si no lo indicó"),
    Column("document", "Número de documento", "Sin puntos ni espacios; vacío si no lo indicó"),
    Column("email", "Correo", "Vacío si no lo dio"),
    Column("phone", "Teléfono", "Vacío si no lo dio"),
    Column("arrived_at", "Llegada", "Primera llegada; vacío si firmó solo en papel", "moment"),
    Column("door", "Puerta", "Por dónde entró"),
    Column("way", "Forma", "Celular, mesa, tableta o papel"),
    Column("allows_data", "Autoriza sus datos", "Si autorizó guardar sus datos", "yes_no"),
    Column("allows_contact", "Autoriza el contacto", "Si autorizó que le escriban", "yes_no"),
    Column("allows_image", "Autoriza su imagen", "Si autorizó fotos y videos", "yes_no"),
    Column("claim", "Reclamo en trámite", "Desde cuándo y por qué; vacío si no hay ninguno"),
    Column("signature", "Firma", f"«{DRAWN}», «{ACCEPTED}», o en qué hoja y fila de papel está"),
)
ORGANISATION = (
    Column("organisation", "Entidad, dependencia u organización", "Vacío si no la dio"),
    Column("position", "Cargo", "Vacío si no lo dio"),
)
AFTER_DOCUMENT = 4  # where the columns of the organisation stand
EXPORTED = Column("exported", "Exportado", "Quién sacó este archivo, cuándo y para qué")


@dataclass(frozen=True, slots=True)
class OfficialList:
    """The whole document. `rows` have the values of `columns`, `drawings` their drawn signatures.

    `watermark` says who took it out, when and why (DAT-13).
    """

    title: str
    header: tuple[tuple[str, str], ...]
    columns: tuple[Column, ...]
    watermark: str
    people: int
    list_id: int
    with_organisation: bool

    @property
    def claim_at(self) -> int:
        """The place of the mark, which on paper has a line of its own under the person."""
        return [column.key for column in self.columns].index("claim")

    @property
    def printed_columns(self) -> tuple[Column, ...]:
        return tuple(column for column in self.columns if column.key != "claim")

    def rows(self) -> Iterator[tuple[Sequence[Any], str]]:
        """The values of each row and the path of its drawn signature, or ""."""
        proofs, marks = paper.proofs(self.list_id), claims.pending_of_list(self.list_id)
        for number, (entry, purposes, at, door) in enumerate(_people(self.list_id), 1):
            signed = _signature(entry, proofs.get(entry.id, ""))
            mark = claims.legend(marks[entry.id]) if entry.id in marks else ""
            values = _row(number, entry, purposes, at, door, mark, signed, self.with_organisation)
            yield values, entry.signature


def official_list(
    record: AttendanceList, exporter: str, reason: str, with_organisation: bool
) -> OfficialList:
    """`exporter` is who takes it out, as `signed_by` returns it."""
    extra = ORGANISATION if with_organisation else ()
    columns = (*COLUMNS[:AFTER_DOCUMENT], *extra, *COLUMNS[AFTER_DOCUMENT:])
    return OfficialList(
        title="Listado de asistencia",
        header=header_of(record),
        columns=columns,
        watermark=watermark(exporter, reason),
        people=queries.attended(record.id),
        list_id=record.id,
        with_organisation=with_organisation,
    )


def header_of(record: AttendanceList) -> tuple[tuple[str, str], ...]:
    """The header of the format and the facts of the event, as label and value."""
    event = record.event
    official = formats.format_by_id(formats.format_id_of(record))
    lines = printed_header(record.channel, record.id) or (f"Código: {NO_FORMAT}",)
    told = [(label, value) for label, _, value in (line.partition(": ") for line in lines)]
    day, _, hours = events.dates(event).partition(", de ")
    return (
        *told,
        ("Proceso", official.process if official else ""),
        ("Tema", event.title),
        ("Fecha", day),
        *([("Hora", f"de {hours}")] if hours else []),
        ("Lugar", events.place(event)),
        ("Responsable", record.office.name if record.office else ""),
        ("Asistentes", spanish.number(queries.attended(record.id))),
    )


def signed_by(account: Account) -> str:
    return f"{account.name} ({account.email})"


def watermark(exporter: str, reason: str) -> str:
    """Exportado por Ana Gil el 3 de marzo de 2026, 4:05 p. m., motivo: pago de refrigerios."""
    when = spanish.moment(clock.local(clock.now()))
    return f"Exportado por {exporter} el {when}, motivo: {' '.join(reason.split())}"


def short_moment(at: datetime) -> str:
    """20/3/2026, 8:05 a. m."""
    return f"{spanish.short_day(clock.local(at))}, {hour(at)}"


def table_of(made: OfficialList) -> Table:
    """The rows as a plain table, each with the watermark: a file of text has no other place."""
    rows = ((*values, made.watermark) for values, _ in made.rows())
    return Table("asistencia", made.title, (*made.columns, EXPORTED), rows, made.watermark)


def _people(list_id: int) -> Iterator[tuple[Attendee, Any, Any, str]]:
    """Each person who came, with the uses they authorised and their first arrival, in its order."""
    rows = (
        select(Attendee, Consent.purposes, Presence.entered_at, Presence.door)
        .join(Presence, Presence.attendee_id == Attendee.id)
        .outerjoin(Consent, Consent.id == Attendee.consent_id)
        .where(Attendee.list_id == list_id, queries.counts(), queries.is_first_arrival())
        .order_by(Presence.entered_at, Attendee.id)
    )
    found = db.session.execute(rows.execution_options(yield_per=PIECE))
    for entry, purposes, at, door in found:
        yield entry, frozenset(purposes or ()), at, door


def _signature(entry: Attendee, proof: str) -> str:
    """How the person signed; `proof` is where on paper, if they also or only signed there."""
    if not entry.name:
        return ""
    on_paper = f"{ON_PAPER}: {proof}" if proof else ON_PAPER
    if entry.way is SignInWay.PAPER:
        return on_paper
    own = DRAWN if entry.signature else ACCEPTED
    return f"{own}. {on_paper}" if proof else own


def _row(
    number: int,
    entry: Attendee,
    purposes: Any,
    at: Any,
    door: str,
    mark: str,
    signed: str,
    with_organisation: bool,
) -> tuple[Any, ...]:
    organisation = (entry.organisation, entry.position) if with_organisation else ()
    is_named = bool(entry.name)
    return (
        number,
        roster.name_of(entry),
        entry.document_type if is_named else "",
        entry.document,
        *organisation,
        entry.email,
        entry.phone,
        None if entry.way is SignInWay.PAPER else at,
        door,
        entry.way.value,
        "attendance" in purposes if is_named else None,
        "contact" in purposes if is_named else None,
        "image" in purposes if is_named else None,
        mark,
        signed,
    )
