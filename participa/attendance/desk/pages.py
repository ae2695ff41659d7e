"""What accounts and door devices share: the page of the desk, its answers to the script."""

from dataclasses import dataclass, replace
from functools import partial
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs, urlencode

from flask import current_app, jsonify, redirect, request, url_for
from werkzeug.wrappers import Response

from participa.attendance import device_tokens, sign_in, wording
from participa.attendance.desk import acts, people
from participa.attendance.desk import counters as counting
from participa.attendance.desk.acts import Desk, Done
from participa.attendance.desk.forms import (
    SENT_BEFORE,
    DoorWalkInForm,
    WalkInForm,
    fresh,
)
from participa.attendance.desk.people import DeskLine
from participa.attendance.models import SignInWay
from participa.attendance.snapshots import ListSnapshot
from participa.core import clock
from participa.core.db import db
from participa.core.errors import Refused
from participa.core.forms import clean
from participa.core.installation import installation
from participa.core.submissions import AlreadySent, Stale
from participa.core.web import link_tokens
from participa.staff.models import Account

STAFF, DOOR = "attendance_desk", "attendance_door"
# What the buttons of a person do, by the word in their address.
ACTS = {
    "ingreso": acts.check_in,
    "deshacer": acts.undo,
    "salida": acts.check_out,
    "reingreso": acts.let_back_in,
}
ACT = f"<any({', '.join(ACTS)}):word>"
PURPOSE = "attendance.desk"  # of what the page after an act says
COOKIE = "mesa"  # the door and the session that were chosen on this device
COOKIE_SECONDS = 12 * 3600
LARGEST_ID = 2**31 - 1
PRIVATE = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex"}


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskPage:
    """What a page of the desk shows beside the counters."""

    typed: str = ""  # in the search
    scanned: str = ""
    told: str = ""
    is_refused: bool = False
    card: DeskLine | None = None  # of the person of the last act
    people: list[DeskLine] | None = None  # None: nothing was searched
    is_done: bool = False  # an act, not a search

    @property
    def look(self) -> str:
        """The class of the note that says `told`."""
        return "late" if self.is_refused else "done" if self.is_done else ""

    @property
    def status(self) -> HTTPStatus:
        """Of the answer to what was sent; the page that a redirect leads to is a page like any."""
        is_no = self.is_refused and request.method == "POST"
        return HTTPStatus.CONFLICT if is_no else HTTPStatus.OK


def desk_at(
    listed: ListSnapshot, attendant: Account | str, door: str = "", pass_id: int | None = None
) -> Desk:
    """The desk of this request: its door and session as chosen on the device."""
    chosen = parse_qs(request.cookies.get(COOKIE, "")[:400])
    door = next(iter(chosen.get("door", [door]))).casefold()
    session = next(iter(chosen.get("session", [])), "")
    session_id = next((one.id for one in listed.sessions if str(one.id) == session), None)
    return Desk(
        listed=listed,
        by=attendant,
        pass_id=pass_id,
        door=next((one for one in listed.doors if one.casefold() == door), ""),
        session_id=session_id or sign_in.session_now(listed, clock.now()),
        is_session_chosen=session_id is not None,
    )


def choose(desk: Desk, address: str) -> Response:
    """Remember the door and the session that were chosen, on this device and for this list."""
    answer = redirect(address, HTTPStatus.SEE_OTHER)
    chosen = {name: request.form.get(name, "")[:100] for name in ("door", "session")}
    answer.set_cookie(
        COOKIE,
        urlencode(chosen),
        max_age=COOKIE_SECONDS,
        path=address,
        secure=installation().settings.is_https,
        httponly=True,
        samesite="Strict",
    )
    return answer


def wants_parts() -> bool:
    """Whether the page's script asks, which puts the answer into the page."""
    best: str | None = request.accept_mimetypes.best
    return best == "application/json"


def is_scan() -> bool:
    return "scan" in request.form


def sought(desk: Desk) -> DeskPage:
    """The people that were searched."""
    typed = clean(request.form.get("typed", "")[: people.LONGEST])
    if sentence := people.too_short(typed):
        return DeskPage(typed=typed, told=sentence if typed else "")
    lines = people.found(desk.listed.id, typed, desk.session_id)
    told = {0: "Nadie en la lista con eso.", 1: "Una persona."}.get(
        len(lines), f"{len(lines)} personas."
    )
    if len(lines) == people.MOST:
        told = f"Las primeras {people.MOST} personas. Escriba más para ver a otras."
    return DeskPage(typed=typed, told=told, people=lines)


def scanned(desk: Desk) -> Done:
    """Read the ticket that was scanned. A refusal is an answer, with nothing stored."""
    return _attempt(acts.read_ticket, desk, clean(request.form["scan"][: people.LONGEST]))


def act(word: str, desk: Desk) -> Done:
    """Carry out one of ACTS on the person that the button names."""
    typed = request.form.get("attendee", "")
    attendee_id = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 11 else 0
    return _attempt(ACTS[word], desk, min(attendee_id, LARGEST_ID))


def walk_in(form: WalkInForm | DoorWalkInForm, desk: Desk) -> Done | None:
    """Register who stands there; None when the form has to be repaired."""
    if not (form.validate_on_submit() and form.check()):
        return None
    try:
        return acts.walk_in(desk, form.submission_id, form.identity)
    except Refused as refusal:
        db.session.rollback()
        if isinstance(refusal, AlreadySent | Stale):
            form.renew()
        is_other = isinstance(refusal, AlreadySent)
        form.reject(SENT_BEFORE if is_other else str(refusal), refusal.field)
    return None


def answer(desk: Desk, done: Done, blueprint: str) -> Response:
    """After an act: its parts for the script, or the page of the desk, which says it."""
    if wants_parts():
        shown = page_after(desk, done)
        return parts(desk, shown, blueprint)
    facts = [desk.listed.code, done.attendee_id, done.sentence, done.is_refused]
    said = link_tokens.issue(PURPOSE, facts)
    address = url_for(f"{blueprint}.show", code=desk.listed.code, hecho=said)
    return redirect(address, HTTPStatus.SEE_OTHER)


def page_after(desk: Desk, done: Done) -> DeskPage:
    return DeskPage(
        told=done.sentence, is_refused=done.is_refused, is_done=True, card=card_of(desk, done)
    )


def card_of(desk: Desk, done: Done) -> DeskLine | None:
    if done.attendee_id is None:
        return None
    return people.line(desk.listed.id, done.attendee_id, desk.session_id)


def said(desk: Desk) -> DeskPage:
    """The page after an act, from its signed address; or one on which nothing was done."""
    facts = link_tokens.read(PURPOSE, request.args.get("hecho", ""), people.UNDO_LASTS)
    if not facts or facts[0] != desk.listed.code:
        return DeskPage()
    return page_after(desk, Done(*facts[1:]))


def parts(desk: Desk, shown: DeskPage, blueprint: str, form: Any = None) -> Response:
    """The parts of the page that the script replaces, and the sentence that it announces."""
    about = context(desk, shown, blueprint, form)
    answered = jsonify(
        told=shown.told,
        is_refused=shown.is_refused,
        look=shown.look,
        people=part_of_page("_people", about),
        counters=part_of_page("_counters", about),
    )
    answered.status_code = shown.status if form is None else form.status
    answered.headers.update(PRIVATE)
    return answered


def part_of_page(name: str, values: dict[str, Any]) -> str:
    """A part of the page of the desk, with what every template has."""
    current_app.update_template_context(values)
    return current_app.jinja_env.get_template(f"attendance_desk/{name}.html").render(values)


def context(desk: Desk, shown: DeskPage, blueprint: str, form: Any = None) -> dict[str, Any]:
    """The values of the templates that both kinds of desk share."""
    listed = desk.listed
    why_shut = acts.why_shut(listed)
    return {
        "desk": desk,
        "listed": listed,
        "event_when": wording.event_when(listed),
        "shown": shown,
        "why_shut": why_shut,
        "form": form or fresh_form(listed, blueprint, shown.typed),
        "is_asked": form is not None,
        "counters": counting.counters(desk),
        "is_staff": blueprint == STAFF,
        "here": f"{blueprint}.",
        "device_token": partial(device_token, desk),
        "device_key": device_tokens.key_of,
    }


def device_token(desk: Desk, way: str) -> str:
    """What this device takes along for when there is no signal, at the desk or as a tablet."""
    account_id = desk.operator.id if desk.operator else None
    return device_tokens.issue(
        desk.listed.code, SignInWay[way], pass_id=desk.pass_id, account_id=account_id
    )


def counters_now(desk: Desk, blueprint: str) -> Response:
    """The counters alone, which the script asks for every few seconds."""
    answered = jsonify(counters=part_of_page("_counters", {"counters": counting.counters(desk)}))
    answered.headers.update(PRIVATE)
    return answered


def fresh_form(listed: ListSnapshot, blueprint: str, typed: str) -> WalkInForm | DoorWalkInForm:
    """The form for somebody new, beginning with what was searched."""
    if blueprint == STAFF:
        return fresh(WalkInForm.begun, typed)
    return fresh(partial(DoorWalkInForm.begun, listed), typed)


def refused_scan(desk: Desk, done: Done) -> DeskPage:
    """The page that says why a scan opened nothing, with what was typed."""
    return replace(
        DeskPage(told=done.sentence, is_refused=True),
        scanned=request.form["scan"][: people.LONGEST],
    )


def _attempt(verb: Any, desk: Desk, *args: Any) -> Done:
    """Call a verb; a refusal becomes its sentence, and the transaction is rolled back."""
    try:
        done: Done = verb(desk, *args)
    except Refused as refusal:
        db.session.rollback()
        return Done(None, str(refusal), is_refused=True)
    return done
