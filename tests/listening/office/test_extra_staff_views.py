"""A post asks more through a survey: the office chooses it, people find it on their receipt."""

import pytest

from participa.core.db import db
from participa.listening.models import Contribution
from participa.surveys import queries, service
from participa.surveys.models import Anonymity, SurveyAccess, SurveyResponse, SurveyUse
from tests.ballots.city import officials
from tests.listening import city
from tests.listening.answers.builders import office_of
from tests.listening.public import people
from tests.surveys import city as surveys
from tests.surveys.public.people import send as answer
from tests.surveys.sending import send
from tests.visitor import field

MORE = "¿Nos responde 3 preguntas más?"


def path(post) -> str:
    return f"/gestion/escuchaderos/{post.code}/preguntas"


def attached(post, made) -> SurveyUse:
    use = service.attach(made, officials()[0], "listening", post.id, post.code, post.title)
    db.session.commit()
    return use


def heard(client, post) -> str:
    """Somebody says something; the address of the receipt."""
    return people.send(client, post).location


def test_the_office_puts_a_survey_and_sees_where_its_results_are(staff):
    post, made, visitor = city.open_post(), surveys.open_survey(), staff()
    assert "no hace preguntas adicionales" in visitor.get(path(post)).text
    send(visitor, path(post), survey=made.id)
    page = visitor.get(path(post)).text
    assert "Se ofrece ahora" in page
    assert f"/gestion/encuestas/{made.code}/resultados" in page
    assert made.title in visitor.get(f"/gestion/escuchaderos/{post.code}").text


def test_a_second_click_puts_the_survey_once_and_shows_no_error(staff):
    post, made = city.open_post(), surveys.open_survey()
    first, other = staff(), staff("ADMINISTRATOR")
    sent = [(one, opened(one, post) | {"survey": made.id}) for one in (first, other)]
    for visitor, values in (sent[0], sent[0], sent[1]):
        assert visitor.post(path(post), data=values).status_code == 302
    assert len(queries.attached_to("listening", post.id)) == 1


def opened(visitor, post) -> dict[str, str]:
    """What the form of the page sends besides what is chosen."""
    page = visitor.get(path(post))
    return {name: field(page, name) for name in ("csrf_token", "creation")}


def test_who_was_heard_is_offered_the_questions_and_answers_them(client):
    post, made = city.open_post(), surveys.open_survey()
    assert MORE not in client.get(heard(client, post)).text
    use = attached(post, made)
    page = client.get(heard(client, post)).text
    assert MORE in page
    assert "no se unen con lo que usted contó" in page
    assert f"/encuestas/{made.code}?en={post.code}" in page
    answer(client, made, query=f"?en={post.code}")
    assert queries.people_of_uses([use]) == {use.id: 1}


def test_nothing_of_the_contribution_comes_along_with_the_answer(client):
    post, made = city.open_post(), surveys.open_survey()
    attached(post, made)
    receipt = heard(client, post)
    said = db.session.scalars(db.select(Contribution)).one()
    link = client.get(receipt).text.split(f"/encuestas/{made.code}")[1].split('"')[0]
    assert link == f"?en={post.code}"  # the same for everybody
    answer(client, made, query=link)
    row = str(vars(db.session.scalars(db.select(SurveyResponse)).one()))
    for word in (receipt.rsplit("/", 1)[1], said.receipt, said.submission_id, str(said.case_id)):
        assert word not in row


@pytest.mark.parametrize(
    "facts",
    [{"access": SurveyAccess.CODE}, {"anonymity": Anonymity.CONFIDENTIAL}],
    ids=["needs a code", "leads to a person"],
)
def test_a_survey_that_could_lead_to_the_contribution_is_not_put(staff, client, facts):
    post, visitor = city.open_post(), staff()
    made = surveys.open_survey(**facts)
    assert "No hay una encuesta que se pueda poner" in visitor.get(path(post)).text
    attached(post, made)  # it was another one then
    assert MORE not in client.get(heard(client, post)).text
    assert "dejó de ser anónima" in visitor.get(path(post)).text


def test_a_survey_that_is_over_is_offered_no_more(staff, client):
    post, made = city.open_post(), surveys.open_survey()
    attached(post, made)
    surveys.close(made)
    assert MORE not in client.get(heard(client, post)).text
    assert "Ya cerró" in staff().get(path(post)).text


def test_a_tablet_that_people_share_stays_with_the_post(client):
    post = city.open_post()
    attached(post, surveys.open_survey())
    address = heard(client, post)
    assert MORE in client.get(address).text
    assert MORE not in client.get(f"{address}?canal=kiosco").text


def test_a_survey_is_taken_off_until_somebody_has_answered_it_there(staff, client):
    post, made, visitor = city.open_post(), surveys.open_survey(), staff()
    use = attached(post, made)
    assert "Quitar la encuesta" in visitor.get(path(post)).text
    surveys.answer(made, use_id=use.id)
    page = visitor.get(path(post)).text
    assert "Quitar la encuesta" not in page
    assert "Ya tiene respuestas" in page


def test_an_official_takes_a_survey_off(staff):
    post, visitor = city.open_post(), staff()
    use = attached(post, surveys.open_survey())
    send(
        visitor,
        f"{path(post)}/{use.id}/quitar",
        path(post),
        shown=field(visitor.get(path(post)), "shown"),
    )
    assert MORE not in visitor.get(path(post)).text
    assert db.session.scalars(db.select(SurveyUse)).all() == []


def test_results_of_another_offices_survey_are_seen_as_everybody_sees_them(staff):
    mine = office_of()
    db.session.add(mine)
    db.session.commit()
    post, made = city.open_post(office_id=mine.id), surveys.open_survey()
    attached(post, made)
    visitor = staff("RESPONSIBLE", office=mine)
    page = visitor.get(path(post)).text
    assert f'href="/encuestas/{made.code}/resultados"' in page
