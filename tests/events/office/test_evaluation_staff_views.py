"""An event is evaluated with a survey: the staff attaches it, people find it on the receipt."""

import pytest

from participa.core.db import db
from participa.surveys import access_codes, queries, service
from participa.surveys.models import SurveyAccess, SurveyResponse, SurveyUse
from tests.attendance import city as attendance
from tests.ballots.city import officials
from tests.events import city as events
from tests.surveys import city
from tests.surveys.sending import send
from tests.visitor import field

TITLE = "Evalúe el encuentro"


def path(event) -> str:
    return f"/gestion/eventos/{event.code}/evaluacion"


def attached(event, made) -> SurveyUse:
    use = service.attach(made, officials()[0], "events", event.id, event.code, event.title)
    db.session.commit()
    return use


def test_a_survey_is_attached_once_and_its_link_names_the_event(staff):
    event, made, visitor = events.held(), city.open_survey(), staff()
    assert "no tiene encuesta todavía" in visitor.get(path(event)).text
    send(visitor, path(event), survey=made.id)
    page = visitor.get(path(event)).text
    assert f"/encuestas/{made.code}?en={event.code}" in page
    assert "No hay una encuesta abierta por poner" in page
    assert [use.source for use in db.session.scalars(db.select(SurveyUse))] == ["events"]


def test_a_second_click_attaches_it_once_and_shows_no_error(staff):
    event, made, visitor = events.held(), city.open_survey(), staff()
    page = visitor.get(path(event))
    sent = {name: field(page, name) for name in ("csrf_token", "creation")} | {"survey": made.id}
    assert [visitor.post(path(event), data=sent).status_code for _ in range(2)] == [302, 302]
    assert len(queries.attached_to("events", event.id)) == 1


def test_after_the_event_its_page_leads_to_the_evaluation(client):
    event, made = events.held(), city.open_survey()
    attached(event, made)
    page = client.get(f"/eventos/{event.code}").text
    assert TITLE in page
    assert f"/encuestas/{made.code}?en={event.code}" in page


def test_before_the_event_nobody_is_asked_to_evaluate_it(client):
    event = events.called()
    attached(event, city.open_survey())
    assert TITLE not in client.get(f"/eventos/{event.code}").text


def test_a_survey_that_was_answered_stays_with_the_event(staff):
    event, made, visitor = events.held(), city.open_survey(), staff()
    use = attached(event, made)
    assert "Quitar la encuesta" in visitor.get(path(event)).text
    city.answer(made, use_id=use.id)
    page = visitor.get(path(event)).text
    assert "Quitar la encuesta" not in page
    assert "Ya tiene respuestas" in page


def test_one_that_nobody_answered_is_taken_off(staff):
    event, made, visitor = events.held(), city.open_survey(), staff()
    use = attached(event, made)
    page = visitor.get(path(event)).text
    shown = page.partition("/quitar")[2].partition('name="shown" value="')[2].partition('"')[0]
    send(visitor, f"{path(event)}/{use.id}/quitar", path(event), shown=shown)
    assert db.session.scalars(db.select(SurveyUse)).all() == []


def test_who_came_has_a_code_of_their_own_that_is_stored_when_it_is_used(client):
    record = attendance.open_list()
    made = city.open_survey(access=SurveyAccess.GIVEN)
    attached(record.event, made)
    one, other = (attendance.signed(record, f"Persona {n}").receipt for n in "ab")
    pages = [client.get(f"/asistencia/{record.code}/listo/{r}").text for r in (one, other)]
    codes = [page.partition("&amp;c=")[2].partition('"')[0] for page in pages]
    assert len(set(codes)) == 2
    assert access_codes.counts(made.id).keys()
    assert sum(access_codes.counts(made.id).values()) == 0
    city.answer(made, code=codes[0])
    stored = db.session.scalars(db.select(SurveyResponse)).one()
    assert stored.code_id is None
    assert sum(access_codes.counts(made.id).values()) == 1
    with pytest.raises(access_codes.CodeRefused, match="ya se respondió"):
        city.answer(made, code=codes[0])
    db.session.rollback()
    city.answer(made, code=codes[1])
    assert queries.people(made.id) == 2


@pytest.mark.parametrize("change", [slice(1, None), slice(0, -1)])
def test_a_code_that_nobody_was_given_is_none(app, change):
    made = city.open_survey(access=SurveyAccess.GIVEN)
    code = access_codes.given(made.id, "comprobante")[change]
    forged = code.rjust(16, "0") if change.start else code.ljust(16, "0")
    if forged == access_codes.given(made.id, "comprobante"):
        return
    with pytest.raises(access_codes.CodeRefused, match="no es de esta encuesta"):
        city.answer(made, code=forged)
