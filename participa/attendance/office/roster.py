"""The people of a list for its staff: search and order, and a look at a whole document."""

from sqlalchemy import ColumnElement, Select, case, func, or_, select

from participa.attendance import documents, queries
from participa.attendance.models import AttendanceList, Attendee, Presence, SignInWay
from participa.core import audit, spanish
from participa.core.web.lists import LETTERS, MOMENTS, ListRules, Order, folded, one_of
from participa.staff.models import Account

NAMELESS = "zzzz"
ON_PAPER = "Sin hora, en papel"
ARRIVED_AT = (
    select(func.min(Presence.entered_at))
    .where(Presence.attendee_id == Attendee.id)
    .correlate(Attendee)
    .scalar_subquery()
)
# Who has no name stands behind those who do.
BY_NAME = case((Attendee.search_name == "", NAMELESS), else_=Attendee.search_name)
CAME, REGISTERED = "Asistió", "Inscrita, sin llegar"
MINOR, EMPTIED = "Menor de 18 años, sin nombre", "Datos borrados"


def matches(word: str) -> ColumnElement[bool]:
    """Whether a word of the name begins so, or the document ends in these digits."""
    begins = Attendee.search_name.contains(f" {folded(word)}", autoescape=True)
    digits = documents.SEPARATORS.sub("", word)
    if len(digits) < documents.SHOWN_DIGITS or not digits.isascii() or not digits.isdecimal():
        return begins
    return or_(begins, Attendee.document_end.in_(queries.ends_of(digits)))


LIST = ListRules(
    search=matches,
    orders={
        "nombre": Order("Nombre", BY_NAME, LETTERS),
        "llegada": Order("Llegada", ARRIVED_AT, MOMENTS),
    },
    first="nombre",
    unique=Attendee.id,
    filters=(
        one_of(
            "estado", "Estado", {CAME: ARRIVED_AT.is_not(None), REGISTERED: ARRIVED_AT.is_(None)}
        ),
        one_of("forma", "Cómo firmó", {way.value: Attendee.way == way for way in SignInWay}),
    ),
)


def people_of(record: AttendanceList) -> Select:
    return select(Attendee).where(Attendee.list_id == record.id, queries.counts())


def name_of(entry: Attendee) -> str:
    """The name as the staff read it; what stands in its place where there is none."""
    if entry.is_minor:
        return MINOR
    return entry.name or EMPTIED


def document_of(entry: Attendee, masked: bool = True) -> str:
    """Type and number, the latter with its last digits only unless it is revealed."""
    kind = documents.TYPES.get(entry.document_type)
    if not entry.document or kind is None:
        return "Sin documento"
    number = documents.masked(entry.document) if masked else entry.document
    return f"{kind.code} {number}"


def reveal(entry: Attendee, by: Account) -> None:
    """Note that somebody looked at a whole document: who, which entry and when, and no data."""
    audit.record("attendance.revealed", entry.attendance_list, by, entry=entry.id)


def arrival(entry: Attendee, presence: Presence) -> str:
    """When somebody came, and by which door. Paper does not say when."""
    at = ON_PAPER if entry.way is SignInWay.PAPER else spanish.moment(presence.entered_at)
    return f"{at}{f', {presence.door}' if presence.door else ''}"
