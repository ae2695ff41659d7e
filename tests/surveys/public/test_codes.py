"""A survey for who has a code: each serves once, and a wrong one is refused in words."""

import pytest

from participa.core.db import db
from participa.core.web import limits
from participa.surveys import access_codes
from participa.surveys.models import CodeUse, SurveyAccess, SurveyCode, SurveyResponse
from tests.ballots.city import officials
from tests.surveys import city
from tests.surveys.public.people import Reader, opened, path, send, stored


@pytest.fixture
def with_codes(app):
    survey = city.open_survey(access=SurveyAccess.CODE)
    batch = access_codes.make_batch(survey, officials()[0], "Barrio Belén", 3)
    db.session.commit()
    return survey, list(access_codes.codes_of(batch))


def states() -> dict[CodeUse, int]:
    rows = db.session.scalars(db.select(SurveyCode.state)).all()
    return {state: rows.count(state) for state in CodeUse}


def test_the_link_of_a_slip_brings_the_code_along(client, with_codes):
    survey, [code, *_] = with_codes
    page = client.get(f"{path(survey)}?c={code}").text
    assert f'value="{code}"' in page
    assert "Responde solo quien tenga un código." in page


def test_at_a_tablet_no_code_is_filled_in(client, with_codes):
    survey, [code, *_] = with_codes
    assert f'value="{code}"' not in client.get(f"{path(survey)}?c={code}&canal=kiosco").text


def test_a_code_answers_once_and_the_answer_does_not_lead_to_it(client, with_codes):
    survey, [code, *_] = with_codes
    assert send(client, survey, code=code.lower()).status_code == 303
    [response] = db.session.scalars(db.select(SurveyResponse)).all()
    assert response.code_id is None
    assert states() == {CodeUse.UNUSED: 2, CodeUse.USED: 1, CodeUse.VOID: 0}
    again = send(client, survey, code=code)
    assert again.status_code == 422
    assert "Con ese código ya se respondió." in again.text
    assert len(stored()) == 1


def test_the_same_form_sent_twice_with_its_code_is_one_answer(client, with_codes):
    survey, [code, *_] = with_codes
    token = opened(client, survey)
    first, second = (send(client, survey, code=code, submission=token) for _ in range(2))
    assert first.location == second.location
    assert len(stored()) == 1


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Ese código no es de esta encuesta."),
        ("nada", "Ese código no es de esta encuesta."),
        ("x" * 500, "no puede"),
        ("ABCD-EFGH-JKMN", "Ese código no es de esta encuesta."),
    ],
)
def test_a_code_of_nothing_is_refused_beside_its_field(client, with_codes, typed, sentence):
    survey, _ = with_codes
    page = send(client, survey, code=typed)
    assert page.status_code == 422
    assert sentence in page.text or "Ese código no es de esta encuesta." in page.text
    assert 'id="code-error' in page.text
    assert "Más sillas." in page.text
    assert stored() == []


def test_a_void_code_and_one_of_another_survey_say_so(client, with_codes):
    survey, [code, *_] = with_codes
    row = access_codes.look_up(survey.id, code)
    access_codes.void(row, officials()[0])
    other = city.open_survey(access=SurveyAccess.CODE, title="Otra")
    foreign = access_codes.give(other, "attendance")
    db.session.commit()
    assert "Ese código se anuló." in send(client, survey, code=code).text
    assert "Ese código no es de esta encuesta." in send(client, survey, code=foreign).text
    assert send(client, other, code=foreign).status_code == 303


def test_page_by_page_the_code_is_asked_first_and_comes_along(client, with_codes):
    survey, [code, *_] = with_codes
    reader = Reader(client, survey)
    assert reader.go_on(q_vino="no", code="nada").status_code == 422
    assert "Ese código no es de esta encuesta." in reader.text
    reader.go_on(q_vino="no", code=code)
    assert f'<input type="hidden" name="code" value="{code}">' in reader.text
    reader.go_on()
    assert reader.send().status_code == 303
    assert states()[CodeUse.USED] == 1


def test_a_code_that_somebody_used_meanwhile_is_refused_and_what_was_typed_stays(
    client, with_codes
):
    survey, [code, *_] = with_codes
    reader = Reader(client, survey)
    reader.go_on(q_vino="no", code=code)
    reader.go_on(q_mejorar="Otra hora.")
    assert send(client, survey, code=code).status_code == 303
    refused = reader.send()
    assert refused.status_code == 422
    assert "Con ese código ya se respondió." in refused.text
    assert "Otra hora." in refused.text
    assert len(stored()) == 1


def test_who_guesses_codes_has_to_wait_and_who_has_one_does_not_before(client, with_codes):
    survey, [code, *_] = with_codes
    token = opened(client, survey)
    for number in range(limits.GUESSES.amount):
        wrong = f"ABCDEFGHJK{number:02d}"
        assert send(client, survey, code=wrong, submission=token).status_code == 422
    assert send(client, survey, code=code, submission=token).status_code == 429
    assert stored() == []
