"""The staff's acts on the questions of an event: register, group, answer together."""

from collections.abc import Collection, Sequence
from datetime import date

from participa.cases import service as cases
from participa.cases.models import CODE_LENGTH, Case
from participa.channels.snapshots import answering_office_id
from participa.core import audit, clock, codes, spanish
from participa.core.db import db
from participa.core.editing import versions
from participa.core.errors import Refused
from participa.events.models import Event
from participa.events.questions import queries
from participa.events.questions.asking import LONGEST, SOURCE
from participa.events.record_models import AskedBy, EventQuestion
from participa.staff.models import Account, Office

MOST_AT_ONCE = 50
LOCKED = "El evento está cerrado con su acta. Las preguntas pendientes se responden por escrito."
NOT_CALLED = "Convoque primero el evento. Después reciba sus preguntas."


def register(
    event: Event,
    by: Account,
    texts: Sequence[str],
    asked_by: AskedBy,
    asked_on: date,
    theme: str = "",
) -> Case:
    """File the questions of cards, or spoken ones, and return the first of them.

    Their term runs from the day on which they were asked.
    """
    if why_not := why_not_registered(event):
        raise Refused(why_not)
    check_texts(texts)
    if not first_day(event) <= asked_on <= clock.today():
        begin = spanish.day(first_day(event))
        raise Refused(f"Escriba un día entre el {begin} y hoy.", "asked_on")
    office_id = answering_office_id(event)
    ids = [
        cases.file(SOURCE, codes.new(CODE_LENGTH), text, office_id, filed_on=asked_on)
        for text in texts
    ]
    db.session.add_all(
        EventQuestion(case_id=id, event_id=event.id, asked_by=asked_by, theme=theme) for id in ids
    )
    facts = {"rows": len(ids), "way": asked_by.value, "asked_on": asked_on.isoformat()}
    audit.record("events.questions_registered", event, by, **facts, theme=theme)
    return db.session.get_one(Case, ids[0])


def check_texts(texts: Sequence[str]) -> None:
    if not texts:
        raise Refused("Escriba al menos una pregunta.", "texts")
    if len(texts) > MOST_AT_ONCE:
        raise Refused(
            f"Son {len(texts)} preguntas. Registre hasta {MOST_AT_ONCE} a la vez.", "texts"
        )
    for number, text in enumerate(texts, 1):
        if len(text) > LONGEST:
            raise Refused(f"La pregunta {number} pasa de {LONGEST} letras. Acórtela.", "texts")


def first_day(event: Event) -> date:
    """The first day on which somebody can have asked: that of the call."""
    return clock.local(event.published_at or clock.now()).date()


def day_of(event: Event) -> date:
    """The day of the event, or today before it: what a form offers."""
    if event.opens_at is None:
        return clock.today()
    return max(first_day(event), min(clock.today(), clock.local(event.opens_at).date()))


def why_not_registered(event: Event) -> str:
    """Why no questions can be registered or grouped now; "" if they can."""
    if event.is_locked:
        return LOCKED
    if event.cancelled_at is not None:
        return "El evento se canceló: no hubo quien preguntara. Vuelva al evento."
    return "" if event.is_published else NOT_CALLED


def group(event: Event, by: Account, shown: dict[int, str], theme: str) -> None:
    """Put these questions under one theme; "" takes them out of theirs.

    `shown` has the theme that the page showed, by id of the case. Sent twice, it changes nothing;
    a question that somebody else grouped meanwhile is refused, and with it all of them.
    """
    if event.is_locked:
        raise Refused(LOCKED)
    versions.lock(event)
    questions = queries.of_cases(event.id, list(shown))
    moved = [one for one in questions if one.theme not in (shown[one.case_id], theme)]
    if moved:
        told = "; ".join(
            f"«{one.case.text}» está en «{one.theme or queries.OTHERS}»" for one in moved
        )
        raise Refused(f"Otra persona ya cambió el tema. No se guardó nada: {told}.", "chosen")
    changed = [one for one in questions if one.theme != theme]
    for one in changed:
        one.theme = theme
    if changed:
        facts = {"rows": len(changed), "theme": theme}
        audit.record("events.questions_grouped", event, by, **facts)


def answer_together(
    event: Event,
    by: Account,
    ids: Collection[int],
    text: str,
    answered_on: date | None = None,
    office: Office | None = None,
) -> None:
    """Publish one answer to these questions of a theme (CPACA, art. 22).

    `answered_on` is the day on which it was given at the event; None for an answer in writing. Sent
    twice, it answers once; if somebody answered one of them otherwise meanwhile, none is answered.
    """
    versions.lock(event)
    if answered_on is not None:
        _check_day(event, answered_on)
    questions = queries.of_cases(event.id, ids)
    if not questions:
        raise Refused("Marque al menos una pregunta.", "chosen")
    _require_one_theme(questions)
    open_ones = [one for one in questions if one.case.answer != text]
    if answered := [one for one in open_ones if one.case.is_answered]:
        told = "; ".join(f"«{one.case.text}»" for one in answered)
        raise Refused(
            f"Otra persona ya respondió {told}. No se guardó nada: desmárquela y repita.", "chosen"
        )
    for one in open_ones:
        if office is not None and one.case.office is not office:
            cases.assign(one.case, by, office)
        if one.case.office is None:
            raise Refused("Diga qué dependencia responde.", "office")
        cases.answer(one.case, by, text, answered_on)
        cases.publish(one.case, by)
        one.is_answered_there = answered_on is not None
    if open_ones:
        is_there = answered_on is not None
        act = "events.questions_answered_there" if is_there else "events.questions_answered"
        audit.record(act, event, by, rows=len(open_ones), theme=open_ones[0].theme)


def _check_day(event: Event, day: date) -> None:
    if event.is_locked:
        raise Refused(f"{LOCKED} Elija «Por escrito».", "where")
    if event.opens_at is None or event.opens_at > clock.now():
        raise Refused("El evento no ha empezado. Elija «Por escrito».", "where")
    begun = clock.local(event.opens_at).date()
    if not begun <= day <= clock.today():
        raise Refused(f"Escriba un día entre el {spanish.day(begun)} y hoy.", "answered_on")


def _require_one_theme(questions: Sequence[EventQuestion]) -> None:
    if len(questions) == 1:
        return
    if len({one.theme for one in questions}) > 1 or not questions[0].theme:
        raise Refused(
            "Una respuesta sirve a preguntas iguales. Póngales primero el mismo tema.", "chosen"
        )
