"""What the desk does: note who comes and goes, take it back, put somebody on the list.

Every act returns the sentence that the screen says. What somebody else did first is told, not
refused: two devices may attend the same person.
"""

from dataclasses import dataclass

import structlog
from sqlalchemy import select

from participa.attendance import queries, sign_in, withdrawals
from participa.attendance.desk import people
from participa.attendance.desk.people import DeskLine
from participa.attendance.models import Attendee, Presence, SignInWay
from participa.attendance.sign_in import Arrival, Identity, ListIsFull
from participa.attendance.snapshots import ListSnapshot
from participa.channels.phases import Phase
from participa.channels.wording import ended
from participa.core import audit, clock, spanish
from participa.core.db import db
from participa.core.errors import Refused
from participa.core.spanish import hour
from participa.staff.models import Account

GONE = "Esa persona ya no está en la lista. Búsquela otra vez."
UNDONE = "Ese registro ya se había deshecho."
TOO_LATE = "Ya pasaron diez minutos. Quien organiza lo corrige en la lista."
NOT_A_TICKET = "Ese código no es un pase. Escanee el pase de la persona, o búsquela por su nombre."
UNKNOWN_TICKET = "Ese pase no está en esta lista. Busque a la persona por su nombre."
OTHER_EVENT = "Ese pase es de otro evento. Busque a la persona por su nombre."

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Who attends where: an account or the device of a door pass, at a door, for a session."""

    listed: ListSnapshot
    by: Account | str
    door: str = ""
    session_id: int | None = None
    pass_id: int | None = None  # of the door pass
    is_session_chosen: bool = False  # by hand; else it follows the hours of the sessions

    @property
    def operator(self) -> Account | None:
        return self.by if isinstance(self.by, Account) else None

    @property
    def arrival(self) -> Arrival:
        """Somebody comes now, by the server's clock."""
        return Arrival(
            way=SignInWay.DESK,
            session_id=self.session_id,
            door=self.door,
            operator=self.operator,
        )

    @property
    def has_choice(self) -> bool:
        """Whether there is a door or a session to choose."""
        return bool(self.listed.doors or self.listed.sessions)

    @property
    def lacks_door(self) -> bool:
        return bool(self.listed.doors) and not self.door

    @property
    def session_title(self) -> str:
        return next((one.title for one in self.listed.sessions if one.id == self.session_id), "")


@dataclass(frozen=True, slots=True)
class Done:
    """What came of an act: whose entry it was, and the sentence for the screen."""

    attendee_id: int | None
    sentence: str
    is_refused: bool = False


def why_shut(listed: ListSnapshot) -> str:
    """Why nobody can be registered now; "" while the list is open."""
    if listed.is_off:
        return "El evento está aplazado o cancelado: hoy no se registra a nadie."
    match listed.phase:
        case Phase.DRAFT:
            return "El listado todavía no está publicado."
        case Phase.SCHEDULED if listed.opens_at:
            return ended(f"El listado abre el {spanish.moment(listed.opens_at)}")
        case Phase.CLOSED if listed.ended_at:
            return ended(f"El listado cerró el {spanish.moment(spanish.as_end(listed.ended_at))}")
        case _:
            return ""


def check_in(desk: Desk, attendee_id: int) -> Done:
    """Note that somebody on the list came."""
    _require_open(desk)
    line = _line(desk, attendee_id)
    if line.is_there or not sign_in.enter(attendee_id, desk.arrival):
        return Done(attendee_id, already(_line(desk, attendee_id)))
    _record("attendance.checked_in", desk, attendee_id)
    return Done(attendee_id, _welcome(desk))


def check_out(desk: Desk, attendee_id: int) -> Done:
    """Note that somebody left; the last time counts."""
    now = clock.now()
    if not sign_in.leave(attendee_id, desk.session_id, now):
        raise Refused("Esa persona no ha entrado: no hay salida que marcar.")
    _record("attendance.checked_out", desk, attendee_id)
    return Done(attendee_id, ended(f"Salió: {hour(now)}"))


def let_back_in(desk: Desk, attendee_id: int) -> Done:
    """Note that somebody who left is inside again."""
    _require_open(desk)
    if not sign_in.come_back(attendee_id, desk.session_id):
        raise Refused("Esa persona no ha entrado. Regístrela.")
    _record("attendance.let_back_in", desk, attendee_id)
    return Done(attendee_id, "Volvió a entrar.")


def undo(desk: Desk, attendee_id: int) -> Done:
    """Take back that somebody came just now; an entry that the desk itself made goes with it."""
    entry = queries.attendee(desk.listed.id, attendee_id)
    presence = sign_in.presence_of(attendee_id, desk.session_id) if entry else None
    if entry is None or presence is None:
        return Done(attendee_id if entry else None, UNDONE)
    if clock.now() - presence.entered_at >= people.UNDO_LASTS:
        raise Refused(TOO_LATE)
    was_made_here = entry.way is SignInWay.DESK and entry.signed_at == presence.entered_at
    withdrawals.take_back(presence, desk.by, entry)
    if was_made_here and not _comes_again(entry):
        withdrawals.withdraw(entry, desk.by)
        return Done(None, "Se deshizo: ya no está en la lista.")
    return Done(attendee_id, "Se deshizo: sigue en la lista, sin ingreso.")


def walk_in(desk: Desk, submission_id: str, identity: Identity) -> Done:
    """Put somebody on the list and note that they came."""
    _require_open(desk)
    try:
        made = sign_in.sign(desk.listed, submission_id, identity, desk.arrival)
    except ListIsFull:
        raise Refused(full(desk.listed)) from None
    line = people.line(desk.listed.id, made.attendee_id, desk.session_id)
    if line is None:
        raise Refused("Ese registro se deshizo. Empiece uno nuevo.")
    if made.is_new:
        _record("attendance.walked_in", desk, made.attendee_id)
        return Done(made.attendee_id, _welcome(desk))
    if not made.is_same_name:
        return Done(made.attendee_id, f"{already(line)} Está con otro nombre: compare.")
    return Done(made.attendee_id, already(line))


def read_ticket(desk: Desk, scanned: str) -> Done:
    """Note that the person with this ticket came."""
    if not people.ticket_code(scanned):
        return _unread("not a ticket", NOT_A_TICKET)
    entry = people.of_any_list(scanned)
    if entry is None:
        return _unread("unknown", UNKNOWN_TICKET)
    if entry.list_id != desk.listed.id:
        return _unread("other event", OTHER_EVENT)
    return check_in(desk, entry.id)


def already(line: DeskLine) -> str:
    """Ya está: 6:12 p. m., puerta norte."""
    if line.has_left:
        return ended(f"Ya estuvo: entró a las {line.words} y salió a las {line.exit_words}")
    return ended(f"Ya está: {line.words}")


def full(listed: ListSnapshot) -> str:
    """Why nobody else can be put on the list, with how many are there."""
    people_there, came = queries.on_list(listed.id), queries.attended(listed.id)
    absent = people_there - came
    missing = f" Faltan por llegar {spanish.number(absent)}." if absent else ""
    return (
        f"El cupo está completo: caben {spanish.number(listed.capacity or 0)} y hay "
        f"{spanish.number(people_there)} en la lista.{missing} Quien organiza puede subir el cupo."
    )


def _welcome(desk: Desk) -> str:
    where = f", {people.at_door(desk.door)}" if desk.door else ""
    return ended(f"Listo, quedó registrada a las {hour(clock.now())}{where}")


def _unread(reason: str, sentence: str) -> Done:
    log.info("attendance.scan_refused", reason=reason)
    return Done(None, sentence, is_refused=True)


def _require_open(desk: Desk) -> None:
    if sentence := why_shut(desk.listed):
        raise Refused(sentence)


def _line(desk: Desk, attendee_id: int) -> DeskLine:
    line = people.line(desk.listed.id, attendee_id, desk.session_id)
    if line is None:
        raise Refused(GONE)
    return line


def _comes_again(entry: Attendee) -> bool:
    """Whether the person came to another session too."""
    rows = select(Presence.id).where(Presence.attendee_id == entry.id).limit(1)
    return db.session.scalar(rows) is not None


def _record(action: str, desk: Desk, attendee_id: int) -> None:
    audit.record(action, f"AttendanceList:{desk.listed.id}", desk.by, entry=attendee_id)
