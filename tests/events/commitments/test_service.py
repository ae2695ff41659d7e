"""What happens to a commitment: noted, changed, reported, removed; every change stays (RDC-07)."""

from datetime import timedelta
from io import BytesIO

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import FileStorage

from participa.core import clock
from participa.core.audit import AuditEntry
from participa.core.db import db
from participa.core.errors import Refused
from participa.core.files.files import StoredFile
from participa.events.commitments import service
from participa.events.commitments.service import CommitmentFacts
from participa.events.commitments.totals import totals_of
from participa.events.commitments.wording import changed
from participa.events.questions import service as questions
from participa.events.record_models import AskedBy, Commitment, CommitmentState
from participa.staff.models import Office
from tests.ballots.city import officials
from tests.events import city
from tests.plan.builders import office

TEXT = "Instalar rampas en la calle 10."
KEPT, NOT_KEPT = CommitmentState.KEPT, CommitmentState.NOT_KEPT


def works() -> Office:
    found = db.session.scalar(db.select(Office).filter_by(slug="obras"))
    return found or office("obras", "Secretaría de Infraestructura")


def facts(**others):
    values = {"text": TEXT, "office": works(), "due_on": clock.today() + timedelta(days=30)}
    return CommitmentFacts(**(values | others))


def noted(event=None, **others) -> Commitment:
    made = service.add(event or city.held(), officials()[0], facts(**others))
    db.session.commit()
    return made


def todays_plan():
    """An event of today that nobody has called yet."""
    event = city.planned()
    event.opens_at = clock.now()
    db.session.commit()
    return event


def file(text="Acta de recibo", name="acta.txt"):
    return FileStorage(BytesIO(text.encode()), name)


def close(event):
    event.closed_at = clock.now()
    db.session.commit()


def report(made, state=CommitmentState.UNDER_WAY, progress="", **others):
    service.report(made, officials()[0], state, progress, **others)
    db.session.commit()


def test_commitments_are_numbered_within_their_event(app):
    event, other = city.held(), city.held()
    numbers = [noted(one).number for one in (event, event, other, event)]
    assert numbers == [1, 2, 1, 3]


def test_a_change_keeps_author_moment_reason_and_what_stood_before(app, at):
    at(2026, 11, 10, 15)
    made = noted()
    late = made.due_on + timedelta(days=60)
    at(2026, 11, 20, 15)
    by = officials()[1]
    service.change(made, by, facts(due_on=late), "El contrato se declaró desierto.")
    db.session.commit()
    (one,) = made.changes
    assert one.before == {"Fecha": "10 de diciembre de 2026"}
    assert one.after == {"Fecha": "8 de febrero de 2027"}
    assert (one.changed_by, one.reason) == (by, "El contrato se declaró desierto.")
    assert one.changed_at == clock.now()
    entry = db.session.query(AuditEntry).filter_by(action="events.commitment_changed").one()
    assert (entry.details["before"], entry.details["after"]) == (one.before, one.after)


@pytest.mark.parametrize(
    "others",
    [{"text": "Instalar dos rampas."}, {"due_on": clock.today() + timedelta(days=90)}],
    ids=["text", "date"],
)
def test_what_people_read_changes_with_a_reason_only(app, others):
    made = noted()
    with pytest.raises(Refused) as refusal:
        service.change(made, officials()[0], facts(**others), " ")
    assert refusal.value.field == "reason"
    db.session.rollback()
    assert (made.text, made.changes) == (TEXT, [])


def test_before_the_call_the_text_changes_without_a_reason_and_the_post_always(app):
    made = noted(todays_plan())
    service.change(made, officials()[0], facts(text="Otro.", due_on=made.due_on))
    public = noted()
    service.change(public, officials()[0], facts(position="Subsecretaría de obras"))
    db.session.commit()
    assert [one.before for one in made.changes] == [{"Compromiso": TEXT}]
    assert [one.before for one in public.changes] == [{"Cargo responsable": "(nada)"}]


def test_saving_the_same_leaves_no_change_and_no_new_version(app):
    made = noted()
    version = made.version
    service.change(made, officials()[0], facts(due_on=made.due_on))
    db.session.commit()
    assert (made.changes, made.version) == ([], version)


def test_a_commitment_is_not_due_before_its_event(app):
    event = city.held()
    day = clock.local(event.opens_at).date()
    with pytest.raises(Refused, match="Ponga una fecha desde el día del evento"):
        service.add(event, officials()[0], facts(due_on=day - timedelta(days=1)))
    db.session.rollback()
    assert noted(event, due_on=day).due_on == day


def test_it_comes_from_a_question_of_the_same_event_only(app):
    event, other = city.held(), city.held()
    ask = lambda one: questions.register(  # noqa: E731 - twice the same call
        one, officials()[0], ["¿Y las rampas?"], AskedBy.CARD, clock.today()
    )
    mine, theirs = ask(event), ask(other)
    with pytest.raises(Refused, match="Elija una pregunta de este evento"):
        service.add(event, officials()[0], facts(case=theirs))
    assert noted(event, case=mine).case is mine


def test_kept_needs_words_and_something_that_proves_it(app):
    made = noted()
    for progress, url, field in (("", "/acta", "progress"), ("Listas.", "", "evidence_url")):
        with pytest.raises(Refused) as refusal:
            service.report(made, officials()[0], KEPT, progress, url)
        assert refusal.value.field == field
        db.session.rollback()
    report(made, KEPT, "Seis rampas recibidas.", evidence_url="/acta")
    assert (made.state, made.settled_on) == (KEPT, clock.today())


def test_a_file_proves_it_too_and_a_new_one_replaces_it(app):
    made = noted()
    report(made, KEPT, "Seis rampas.", upload=file())
    first = made.evidence_file.sha256
    report(made, KEPT, "Seis rampas.", upload=file("Acta corregida"))
    assert made.evidence_file.sha256 != first
    assert db.session.query(StoredFile).filter_by(sha256=first).count() == 0
    assert [list(one.before) for one in made.changes][-1] == ["Archivo de la evidencia"]
    with pytest.raises(Refused):
        service.report(made, officials()[0], KEPT, "Seis rampas.", drops_file=True)


def test_a_file_that_is_not_what_it_says_is_refused(app):
    made = noted()
    with pytest.raises(Refused) as refusal:
        service.report(made, officials()[0], KEPT, "Listas.", upload=file("texto", "acta.pdf"))
    assert refusal.value.field == "file"


def test_what_was_not_kept_says_why_and_can_be_taken_up_again_with_a_reason(app):
    made = noted()
    with pytest.raises(Refused, match="Escriba por qué no se cumplió"):
        service.report(made, officials()[0], NOT_KEPT, "")
    db.session.rollback()
    report(made, NOT_KEPT, "No hubo presupuesto.")
    with pytest.raises(Refused) as refusal:
        service.report(made, officials()[0], CommitmentState.UNDER_WAY, "Hay contrato.")
    assert refusal.value.field == "reason"
    db.session.rollback()
    report(made, CommitmentState.UNDER_WAY, "Hay contrato.", reason="Se adicionó presupuesto.")
    assert (made.settled_on, made.changes[-1].reason) == (None, "Se adicionó presupuesto.")


def test_after_the_minutes_a_commitment_lives_on_but_none_comes_or_goes(app):
    """RDC-05: the event is locked; what it promised goes on."""
    event = city.held()
    made = noted(event)
    close(event)
    with pytest.raises(Refused, match="No recibe ni pierde compromisos"):
        service.add(event, officials()[0], facts())
    with pytest.raises(Refused, match="cerrado con su acta"):
        service.remove(made, officials()[0], "Por error.")
    db.session.rollback()
    report(made, KEPT, "Listas.", evidence_url="/acta")
    assert made.state is KEPT


def test_a_commitment_is_noted_from_the_day_of_its_event_on_and_kept_not_before(app):
    event = city.called()
    with pytest.raises(Refused, match="se anotan desde el día del evento"):
        service.add(event, officials()[0], facts(due_on=clock.today() + timedelta(days=60)))
    db.session.rollback()
    made = noted(event := city.held())
    event.opens_at, event.closes_at = (clock.now() + timedelta(days=n) for n in (5, 6))
    with pytest.raises(Refused, match="El evento no ha llegado") as refusal:
        service.report(made, officials()[0], KEPT, "Listas.", "/acta")
    assert refusal.value.field == "state"


def test_a_removed_commitment_keeps_its_number_its_reason_and_its_history(app):
    """RDC-07: what people read does not vanish, and its number is never another one's."""
    event = city.held()
    noted(event)
    made = noted(event, due_on=clock.today())
    service.remove(made, officials()[0], "Se anotó dos veces.")
    db.session.commit()
    assert noted(event).number == 3
    assert (made.number, made.removed_because) == (2, "Se anotó dos veces.")
    assert made.changes[-1].before == {"Estado": "Pendiente"}
    assert made.changes[-1].after == {"Estado": "Retirado"}
    assert (totals_of(event.id).made, made.is_overdue) == (2, False)
    for act in (
        lambda: service.change(made, officials()[0], facts(), "Otra cosa."),
        lambda: service.report(made, officials()[0], NOT_KEPT, "No hubo presupuesto."),
        lambda: service.remove(made, officials()[0], "Otra vez."),
    ):
        with pytest.raises(Refused, match="Este compromiso se quitó el"):
            act()


def test_the_history_never_repeats_the_text_of_a_question(app):
    """A question that is hidden later would stay in it."""
    event = city.held()
    asked = questions.register(
        event, officials()[0], ["¿Y la casa de Rosa Pérez?"], AskedBy.CARD, clock.today()
    )
    made = noted(event)
    service.change(made, officials()[0], facts(due_on=made.due_on, case=asked))
    db.session.commit()
    told = made.changes[-1].after["Pregunta de la que sale"]
    assert told.startswith("Pregunta del ")
    assert "Rosa" not in told


def test_what_was_noted_by_mistake_in_a_plan_is_taken_out_and_the_trail_says_why(app):
    made = noted(todays_plan())
    report(made, upload=file())
    with pytest.raises(Refused):
        service.remove(made, officials()[0], " ")
    service.remove(made, officials()[0], "Se anotó dos veces.")
    db.session.commit()
    assert (db.session.query(Commitment).count(), db.session.query(StoredFile).count()) == (0, 0)
    entry = db.session.query(AuditEntry).filter_by(action="events.commitment_removed").one()
    assert (entry.details["text"], entry.details["reason"]) == (TEXT, "Se anotó dos veces.")


def test_totals_count_states_and_what_is_overdue(app, at, questions):
    at(2026, 11, 10, 15)
    event = city.held()
    one, two, _, _ = (noted(event, due_on=clock.today()) for _ in range(4))
    report(one, KEPT, "Listas.", evidence_url="/acta")
    report(two)
    assert totals_of(event.id).overdue == 0
    at(2026, 11, 11, 15)
    event_id = event.id
    before = len(questions)
    found = totals_of(event_id)
    assert len(questions) - before == 1
    counts = {state.name: count for state, count in found.by_state}
    assert counts == {"PENDING": 2, "UNDER_WAY": 1, "KEPT": 1, "NOT_KEPT": 0}
    assert (found.made, found.overdue) == (4, 3)


TEXTS = st.dictionaries(st.sampled_from(["a", "b", "c"]), st.text(max_size=3), min_size=3)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(TEXTS, TEXTS)
def test_a_change_holds_what_differs_and_nothing_else(before, after):
    was, now = changed(before, after)
    assert was.keys() == now.keys() == {one for one in before if before[one] != after[one]}
    assert before | now == after
    assert after | was == before
