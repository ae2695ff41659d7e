"""An event from its plan to its call, and what may change afterwards."""

from datetime import date, timedelta
from uuid import uuid4

import pytest

from participa.channels.lifecycle import NotReady
from participa.citizens.queries import newest_notice
from participa.core import clock
from participa.core.audit import AuditEntry
from participa.core.db import db
from participa.core.errors import Refused
from participa.events import parts, service, support, wording
from participa.events.models import (
    ChecklistMoment,
    Event,
    EventKind,
    EventState,
    NoticeCause,
)
from participa.events.queries import is_in_state
from participa.events.readiness import STEPS, missing_requirements
from tests.ballots.city import officials
from tests.events import city
from tests.formats import builders as formats


@pytest.fixture
def later(monkeypatch):
    """Put the clock so many days on: later(30)."""

    def later(days: int) -> None:
        moment = clock.now() + timedelta(days=days)
        monkeypatch.setattr(clock, "system_now", lambda: moment)

    return later


def test_a_new_event_has_the_steps_of_the_planning_format(app):
    event = city.planned()
    assert [(one.moment, one.text) for one in event.checklist] == list(STEPS)
    assert event.state is EventState.PLANNED


@pytest.mark.parametrize(
    ("without", "phrase"),
    [
        ({"opens_at": None, "closes_at": None}, "la fecha y la hora"),
        ({"place": "", "online_url": ""}, "el lugar o el enlace"),
        ({"methodology": ""}, "la metodología"),
        ({"call_channels": ""}, "los canales de la convocatoria"),
        ({"called_on": None}, "el día de la convocatoria"),
        ({"report_url": ""}, "la dirección del informe"),
        ({"accessibility": ""}, "los apoyos de accesibilidad"),
    ],
)
def test_nobody_is_called_before_the_event_has_what_the_law_asks(app, without, phrase):
    """RDC-03."""
    event = city.planned(**without)
    assert missing_requirements(event) == [phrase]
    with pytest.raises(NotReady, match=phrase):
        service.publish(event, officials()[0])


def test_nobody_is_called_to_an_event_of_no_task_or_of_yesterday(app):
    begins = clock.now() - timedelta(hours=3)
    event = city.planned(
        tasks=[],
        opens_at=begins,
        closes_at=clock.now() + timedelta(hours=1),
        called_on=clock.local(begins).date(),
    )
    assert missing_requirements(event) == [
        "una fecha que no haya pasado",
        "la tarea del plan que cumple",
    ]


def test_a_virtual_event_needs_no_place(app):
    event = city.called(place="", online_url="https://reunion.ejemplo.org/1")
    assert event.state is EventState.CALLED
    assert event.is_virtual


def test_another_date_is_told_with_the_first_one_and_its_reason(app):
    event, by = city.called(), officials()[0]
    before, begins = service.in_words(event), event.opens_at + timedelta(days=7)
    service.reschedule(event, by, begins, begins + timedelta(hours=2), "Paro de transporte.")
    db.session.commit()
    [notice] = event.notices
    assert (notice.cause, notice.before) == (NoticeCause.RESCHEDULED, before)
    assert event.opens_at == begins


def test_a_postponed_event_comes_back_with_its_new_date(app):
    event, by = city.called(), officials()[0]
    service.postpone(event, by, "Llueve mucho.")
    assert event.state is EventState.POSTPONED
    with pytest.raises(NotReady, match="ya está aplazado"):
        service.postpone(event, by, "Otra vez.")
    begins = clock.now() + timedelta(days=20)
    service.reschedule(event, by, begins, begins + timedelta(hours=2), "Ya hay otra fecha.")
    assert event.state is EventState.CALLED
    assert [one.cause for one in event.notices] == [NoticeCause.POSTPONED, NoticeCause.RESCHEDULED]


def test_a_cancelled_event_stays_cancelled(app):
    event, by = city.called(), officials()[0]
    service.cancel(event, by, "No hay recursos.")
    for again in (service.cancel, service.postpone):
        with pytest.raises(NotReady, match="cancelado"):
            again(event, by, "Otra vez.")
    begins = clock.now() + timedelta(days=20)
    with pytest.raises(NotReady, match="Duplicar"):
        service.reschedule(event, by, begins, begins + timedelta(hours=1), "Sí se hace.")


@pytest.mark.parametrize("verb", [service.postpone, service.cancel])
def test_without_a_reason_nothing_is_told(app, verb):
    event = city.called()
    with pytest.raises(Refused, match="Escriba el motivo"):
        verb(event, officials()[0], "  ")


def test_what_happened_is_neither_postponed_nor_moved(app):
    event, by = city.held(), officials()[0]
    for verb in (service.postpone, service.cancel):
        with pytest.raises(NotReady, match="ya pasó"):
            verb(event, by, "Tarde.")


def test_crossed_dates_are_refused_at_their_field(app):
    event = city.called()
    begins = clock.now() + timedelta(days=3)
    with pytest.raises(Refused) as refusal:
        service.reschedule(event, officials()[0], begins, begins - timedelta(hours=1), "Error.")
    assert refusal.value.field == "closes_at"


def test_a_called_event_keeps_what_its_call_needs(app):
    event, by = city.called(), officials()[0]
    with pytest.raises(Refused, match="no se queda sin la metodología"):
        service.change(event, by, event.tasks, methodology="")
    db.session.rollback()
    with pytest.raises(Refused, match="al menos una tarea"):
        service.change(event, by, [])


def test_another_place_after_the_call_leaves_a_notice(app):
    event, by = city.called(), officials()[0]
    service.change(event, by, event.tasks, "Se dañó el techo.", place="Casa de la Cultura")
    [notice] = event.notices
    assert (notice.cause, notice.before) == (NoticeCause.MOVED, city.PLAN["place"])
    assert notice.reason == "Se dañó el techo."
    service.change(event, by, event.tasks, why="Otro objetivo")
    assert len(event.notices) == 1


@pytest.mark.parametrize(
    ("facts", "cause", "told"),
    [
        ({"title": "Otro nombre"}, NoticeCause.RENAMED, f"Antes se llamaba «{city.TITLE}»."),
        ({"kind": EventKind.FORUM}, NoticeCause.RETYPED, "Antes era de tipo «Audiencia pública»."),
        ({"place": "Salón"}, NoticeCause.MOVED, f"Antes era en {city.PLAN['place']}."),
        (
            {"online_url": "https://nuevo.ejemplo.org"},
            NoticeCause.RECONNECTED,
            "Antes era https://viejo.ejemplo.org.",
        ),
        ({"territory": "01"}, NoticeCause.RELOCATED, "Antes era en toda la ciudad."),
        ({"capacity": 40}, NoticeCause.RESIZED, "Antes era de 80 personas."),
        (
            {"map_url": "https://mapa.ejemplo.org/2"},
            NoticeCause.REMAPPED,
            "Antes era https://mapa.ejemplo.org/1.",
        ),
        (
            {"report_url": "/plan/2030/informe.xlsx"},
            NoticeCause.REPORT_REPLACED,
            f"Antes era {city.PLAN['report_url']}.",
        ),
        (
            {"accessibility": "Rampa."},
            NoticeCause.SUPPORT_CHANGED,
            f"Antes decía «{city.PLAN['accessibility']}».",
        ),
    ],
)
def test_what_the_call_said_changes_with_its_reason_and_a_notice(app, facts, cause, told):
    links = {"online_url": "https://viejo.ejemplo.org", "map_url": "https://mapa.ejemplo.org/1"}
    event, by = city.called(capacity=80, **links), officials()[0]
    with pytest.raises(Refused, match="Escriba el motivo del cambio") as refusal:
        service.change(event, by, event.tasks, " ", **facts)
    assert refusal.value.field == "reason"
    db.session.rollback()
    service.change(event, by, event.tasks, "Hubo un daño", **facts)
    db.session.commit()
    [notice] = event.notices
    assert notice.cause is cause
    sentence = wording.notice_sentence(notice)
    assert sentence.endswith(f"{told} Motivo: Hubo un daño.")


def test_a_long_text_that_changed_is_told_by_its_beginning(app):
    event, by = city.called(accessibility="Rampa e intérprete.\n" * 200), officials()[0]
    service.change(event, by, event.tasks, "No hay intérprete", accessibility="Rampa.")
    [notice] = event.notices
    assert notice.before == "Rampa e intérprete.\n" * 200
    sentence = wording.notice_sentence(notice)
    assert "Antes decía «Rampa e intérprete. Rampa" in sentence
    assert "…». Motivo: No hay intérprete." in sentence
    assert len(sentence) < 450


def test_of_several_changes_the_place_is_told_last(app):
    """The letter about the change tells the last one."""
    event, by = city.called(map_url="https://mapa.ejemplo.org/1"), officials()[0]
    facts = {"place": "Casa de la Cultura", "map_url": "https://mapa.ejemplo.org/2"}
    service.change(event, by, event.tasks, "Goteras", title="Otro nombre", **facts)
    causes = [one.cause for one in event.notices]
    assert causes == [NoticeCause.RENAMED, NoticeCause.REMAPPED, NoticeCause.MOVED]


DAY = date(2030, 6, 20)


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"called_on": date(2030, 6, 21)}, "called_on"),
        ({"called_on": date(2029, 6, 1)}, "called_on"),
        ({"prior_information_on": date(2030, 6, 21)}, "prior_information_on"),
        ({"closes_at": city.at(date(2030, 7, 22))}, "closes_at"),
        ({"closes_at": city.at(DAY)}, "closes_at"),
        ({"called_on": DAY, "prior_information_on": DAY}, ""),
        ({"called_on": date(2029, 6, 20)}, ""),
        ({"closes_at": city.at(date(2030, 7, 21))}, ""),
    ],
)
def test_the_dates_of_a_plan_go_together(app, facts, field):
    """RDC-03."""
    values = {"opens_at": city.at(DAY), "closes_at": city.at(DAY, 12), "called_on": DAY} | facts
    event = city.planned(opens_at=None, closes_at=None, called_on=None)
    for plan in (
        lambda: city.planned(**values),
        lambda: service.change(event, officials()[0], event.tasks, **values),
    ):
        if not field:
            plan()
            continue
        with pytest.raises(Refused) as refusal:
            plan()
        assert refusal.value.field == field
        db.session.rollback()


def test_an_event_does_not_move_before_its_call(app):
    begins = city.planned().opens_at
    event = city.called(called_on=clock.local(begins).date())
    early = begins - timedelta(days=2)
    with pytest.raises(Refused, match="La convocatoria empieza el") as refusal:
        service.reschedule(event, officials()[0], early, early + timedelta(hours=2), "Paro.")
    assert refusal.value.field == "opens_at"


@pytest.mark.parametrize(
    ("facts", "days", "told"),
    [
        ({"prior_information_on": 8}, -5, "La información previa se publica el"),
        ({}, 400, "ponga un día de menos de un año después"),
        ({}, 0, "El evento ya tiene esa fecha"),
    ],
    ids=["before its information", "over a year after its call", "the same day"],
)
def test_a_new_date_goes_together_with_the_rest_of_the_plan(app, facts, days, told):
    """Else the next change of the plan would be refused for a date that nobody is changing."""
    values = {name: clock.today() + timedelta(days=some) for name, some in facts.items()}
    event = city.called(**values)
    begins, ends = (one + timedelta(days=days) for one in (event.opens_at, event.closes_at))
    with pytest.raises(Refused, match=told) as refusal:
        service.reschedule(event, officials()[0], begins, ends, "Paro.")
    assert refusal.value.field == "opens_at"


def test_another_end_is_told_with_the_hours_that_it_had(app):
    event, by = city.called(), officials()[0]
    before = wording.span(event.opens_at, event.closes_at)
    service.reschedule(event, by, event.opens_at, event.closes_at + timedelta(hours=1), "Más mesas")
    [notice] = event.notices
    assert f"Antes era el {before}" in wording.notice_sentence(notice)


def test_a_postponed_event_may_be_called_anew_and_on_its_old_day(app, later):
    """What its old day was does not bind the plan."""
    event, by = city.called(), officials()[0]
    service.postpone(event, by, "Llueve.")
    db.session.commit()
    begins, ends = event.opens_at, event.closes_at
    later(1)
    service.reschedule(event, by, begins, ends, "Ya no llueve.")
    assert event.state is EventState.CALLED
    service.postpone(event, by, "Llueve otra vez.")
    later(20)
    service.change(event, by, event.tasks, called_on=clock.today())
    begins = clock.now() + timedelta(days=3)
    service.reschedule(event, by, begins, begins + timedelta(hours=2), "Ya no llueve.")
    assert event.called_on == clock.today()


def session(event, begins, ends):
    """A session that begins and ends so many hours after the event begins."""
    return parts.add(
        event,
        officials()[0],
        parts.KINDS["jornadas"],
        title="Mesas",
        starts_at=event.opens_at + timedelta(hours=begins),
        ends_at=event.opens_at + timedelta(hours=ends),
    )


@pytest.mark.parametrize(
    ("begins", "ends", "field"),
    [(-1, 2, "starts_at"), (1, 5, "ends_at"), (2, 1, "ends_at"), (0, 4, "")],
)
def test_a_session_lies_within_its_event(app, begins, ends, field):
    event = city.planned()  # of four hours
    if not field:
        assert session(event, begins, ends).id
        return
    with pytest.raises(Refused) as refusal:
        session(event, begins, ends)
    assert refusal.value.field == field


def test_a_session_needs_the_date_of_its_event(app):
    event = city.planned(opens_at=None, closes_at=None)
    now = clock.now()
    facts = {"title": "Mesas", "starts_at": now, "ends_at": now + timedelta(hours=1)}
    with pytest.raises(Refused, match="Ponga primero la fecha"):
        parts.add(event, officials()[0], parts.KINDS["jornadas"], **facts)


@pytest.mark.parametrize("is_called", [True, False])
def test_sessions_move_with_their_event(app, is_called):
    event, by = (city.called() if is_called else city.planned()), officials()[0]
    made = session(event, 1, 3)
    starts, begins = made.starts_at, event.opens_at + timedelta(days=4)

    def move(hours):
        ends = begins + timedelta(hours=hours)
        if is_called:
            service.reschedule(event, by, begins, ends, "Paro.")
        else:
            service.change(event, by, event.tasks, opens_at=begins, closes_at=ends)

    db.session.commit()
    with pytest.raises(Refused, match="«Mesas» queda por fuera"):
        move(2)
    db.session.rollback()
    move(4)
    assert made.starts_at == starts + timedelta(days=4)


def test_a_copy_takes_agenda_people_and_own_steps_and_is_numbered(app):
    event, by = city.called(title="Foro"), officials()[0]
    parts.add(event, by, parts.KINDS["agenda"], starts="09:00", title="Himno", speaker="Coro")
    parts.take_to_agenda(event, by, "Comedores", "/temas/X", "Temas")
    parts.add(event, by, parts.KINDS["responsables"], position="Profesional", duty="Modera")
    step = {"moment": ChecklistMoment.BEFORE, "text": "Pedir sillas"}
    parts.add(event, by, parts.KINDS["pasos"], **step)
    session(event, 1, 2)
    event.checklist[0].done_at = clock.now()
    copy = service.duplicate(event, by)
    db.session.commit()
    assert [(one.starts, one.title, one.speaker) for one in copy.agenda] == [
        ("09:00", "Himno", "Coro")
    ]
    assert [(one.position, one.duty) for one in copy.people] == [("Profesional", "Modera")]
    assert [one.text for one in copy.checklist] == [one.text for one in event.checklist]
    assert not any(one.done_at for one in copy.checklist)
    assert copy.sessions == []
    others = [service.duplicate(one, by).title for one in (event, copy)]
    assert [copy.title, *others] == ["Foro (copia)", "Foro (copia 2)", "Foro (copia 3)"]
    assert len(service.title_of_copy("x" * 120)) <= 120


def test_a_closed_event_is_locked(app):
    """RDC-05."""
    event, by = city.held(), officials()[0]
    event.closed_at = clock.now()
    with pytest.raises(Refused, match="cerrado con su acta"):
        service.change(event, by, event.tasks, why="Otra cosa")


def test_every_state_is_the_same_in_python_and_in_sql(app):
    now = clock.now()
    made = [
        city.planned(title="1"),
        city.planned(title="2", opens_at=None, closes_at=None),
        city.called(title="3"),
        city.held(title="4"),
        city.held(title="5"),
        city.called(title="6"),
        city.called(title="7"),
        city.called(title="8"),
        city.called(title="9"),
    ]
    made[4].closed_at = now
    service.postpone(made[5], officials()[0], "Llueve.")
    service.cancel(made[6], officials()[0], "No hay con qué.")
    made[7].opens_at = now - timedelta(hours=1)
    service.postpone(made[8], officials()[0], "Llueve.")
    service.cancel(made[8], officials()[0], "No hay con qué.")
    db.session.commit()
    for state in EventState:
        found = db.session.scalars(db.select(Event).where(is_in_state(state, now))).all()
        assert {one.title for one in found} == {one.title for one in made if one.state is state}
    assert {one.state for one in made} == set(EventState)


def test_the_audit_trail_has_the_reason(app):
    event = city.called()
    service.cancel(event, officials()[0], "No hay recursos.")
    db.session.commit()
    entry = db.session.scalars(db.select(AuditEntry).order_by(AuditEntry.number.desc())).first()
    assert (entry.action, entry.details["reason"]) == ("events.cancelled", "No hay recursos.")


def ask_support(event, need="Intérprete"):
    notice = newest_notice(Event.channel)
    support.ask(event, uuid4().hex, need, "", notice.id)
    db.session.commit()


def test_requests_for_support_are_erased_a_month_after_the_event(app, later):
    """DAT-10."""
    event = city.called()  # in ten days
    city.notice()
    ask_support(event)
    later(10 + 30)
    assert support.erase_old() == 0
    later(1)
    assert support.erase_old() == 1


def test_requests_of_a_cancelled_event_are_erased_a_month_after_that(app, later):
    """DAT-10. Its day may be a year away."""
    begins = clock.now() + timedelta(days=300)
    event = city.called(opens_at=begins, closes_at=begins + timedelta(hours=2))
    city.notice()
    ask_support(event)
    service.cancel(event, officials()[0], "No hay recursos.")
    db.session.commit()
    later(29)
    assert support.erase_old() == 0
    later(2)
    assert support.erase_old() == 1


def test_requests_of_an_event_that_stays_postponed_are_erased_too(app, later):
    """DAT-10. One that arrives while the event has no date waits as long as the others."""
    event = city.called()
    city.notice()
    ask_support(event)
    service.postpone(event, officials()[0], "Llueve.")
    db.session.commit()
    later(100)
    ask_support(event, "Transporte")
    later(79)
    assert support.erase_old() == 0
    later(2)
    assert support.erase_old() == 1
    assert [one.need for one in support.requests_of(event)] == ["Transporte"]
    later(100)
    assert support.erase_old() == 1


def test_a_new_date_starts_the_month_of_the_requests_anew(app, later):
    event, by = city.called(), officials()[0]
    city.notice()
    ask_support(event)
    service.postpone(event, by, "Llueve.")
    later(170)
    begins = clock.now() + timedelta(days=20)
    service.reschedule(event, by, begins, begins + timedelta(hours=2), "Ya hay otra fecha.")
    db.session.commit()
    later(20 + 29)
    assert support.erase_old() == 0
    later(2)
    assert support.erase_old() == 1


def test_a_cancelled_event_was_not_planned_with_its_format_after_all(app):
    official = formats.in_force()
    db.session.add(official)
    db.session.flush()
    event = city.called(format_id=official.id)
    db.session.refresh(official)
    assert [use.title for use in official.uses] == [event.title]
    service.cancel(event, officials()[0], "No hay recursos.")
    db.session.commit()
    db.session.refresh(official)
    assert official.uses == []
    service.change(event, officials()[0], event.tasks, why="Otro objetivo")
    db.session.commit()
    db.session.refresh(official)
    assert official.uses == []
