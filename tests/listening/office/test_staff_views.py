"""The staff make a listening post, publish it, look after it and close it."""

import pytest
from werkzeug.datastructures import MultiDict

from participa.core.audit import AuditEntry
from participa.core.db import db
from participa.listening import acts
from participa.listening.models import (
    FULL_NAME,
    Attachment,
    Contribution,
    ListeningPost,
    PostKind,
)
from tests.attendance.office.sending import form_of, sent
from tests.ballots.city import officials
from tests.formats import builders
from tests.listening import city
from tests.listening.office import posts
from tests.plan.builders import office, plan, task
from tests.visitor import field

pytestmark = pytest.mark.one_engine

HOME = "/gestion/escuchaderos"
NEW = f"{HOME}/nuevo"


@pytest.fixture
def the_plan(make):
    own = office("dap", "Planeación")
    made = plan(task(1, (own,), measure="listening.working"))
    made.actions[0].number = 7  # its only task is 7.1
    return make(made)


def only_post():
    return db.session.query(ListeningPost).one()


def test_an_editor_makes_a_post_in_a_minute_and_publishes_it(staff, client, the_plan):
    editor = staff("EDITOR")
    title = f"{FULL_NAME} de Popular"
    made = sent(editor, NEW, title=title, place="Casa de gobierno", hours="De 8 a 4")
    post = only_post()
    assert (post.title, post.kind, post.office.slug) == (title, PostKind.PHYSICAL, "dap")
    assert client.get(f"/escuchaderos/{post.code}").status_code == 404
    done = sent(editor, made.location, "/publicar")
    assert "Publicó el escuchadero." in editor.get(done.location).text
    assert client.get(f"/escuchaderos/{post.code}").status_code == 200
    acts_done = [one.action for one in db.session.query(AuditEntry)]
    assert acts_done[-2:] == ["listening.created", "listening.published"]


def test_the_task_of_the_plan_is_ticked_and_the_full_name_is_there(staff, the_plan):
    page = staff("EDITOR").get(NEW).text
    assert f'value="{the_plan.actions[0].tasks[0].id}" checked' in page
    assert f'value="{FULL_NAME}"' in page


@pytest.mark.parametrize("title", ["Escuchadero de Popular", "Escuchadero", "Salud mental"])
def test_a_name_that_could_be_that_of_a_mental_health_service_is_refused(staff, the_plan, title):
    """Medellín's «escuchaderos» are another service, and people in crisis look for it."""
    refused = sent(staff("EDITOR"), NEW, title=title, place="Casa de gobierno")
    assert refused.status_code == 422
    assert "Empiece el nombre con «Escuchadero de rendición de cuentas»." in refused.text
    assert "Casa de gobierno" in refused.text, "what was typed stays"
    assert db.session.query(ListeningPost).count() == 0


def test_the_full_name_may_be_written_without_its_accent(staff, the_plan):
    sent(staff("EDITOR"), NEW, title="ESCUCHADERO DE RENDICION DE CUENTAS DEL CENTRO")
    assert only_post().title.endswith("DEL CENTRO")


@pytest.mark.parametrize("link", ["http://ejemplo.org", "javascript:alert(1)", "ejemplo"])
def test_a_link_that_opens_nothing_is_refused_in_words(staff, the_plan, link):
    refused = sent(staff("EDITOR"), NEW, link=link, kind="VIRTUAL")
    assert refused.status_code == 422
    assert "Ponga una dirección completa" in refused.text


def test_what_its_publication_lacks_is_named_piece_by_piece(staff):
    post = posts.draft(place="", hours="", closes_at=None)
    editor = staff("EDITOR")
    page = editor.get(f"{HOME}/{post.code}").text
    for phrase in ("el lugar", "el horario de atención", "la fecha hasta la que escucha"):
        assert f"<li>{phrase}</li>" in page
    refused = sent(editor, f"{HOME}/{post.code}", "/publicar")
    shown = editor.get(refused.location).text if refused.location else refused.text
    assert "Para publicar falta: el lugar; el horario de atención" in shown
    assert not only_post().is_published


def test_one_that_listens_online_needs_no_place(staff):
    post = posts.draft(place="", kind=PostKind.VIRTUAL)
    sent(staff("EDITOR"), f"{HOME}/{post.code}", "/publicar")
    assert only_post().is_published


def test_after_the_first_contribution_the_place_may_change_and_the_questions_may_not(staff):
    post = posts.open_post()
    posts.heard(post)
    editor, path = staff("EDITOR"), f"{HOME}/{post.code}/cambiar"
    assert "Ya hay aportes." in editor.get(path).text
    assert sent(editor, path, place="Parque biblioteca").status_code == 302
    assert only_post().place == "Parque biblioteca"
    refused = sent(editor, path, variables=["curso_vida"], place="Otra casa")
    assert refused.status_code == 422
    assert "Si cambia lo que se pregunta, ya no se podrían comparar." in refused.text
    assert only_post().place == "Parque biblioteca"


def test_a_published_post_keeps_what_its_publication_needed(staff):
    post = posts.open_post()
    refused = sent(staff("EDITOR"), f"{HOME}/{post.code}/cambiar", place="", hours="")
    assert refused.status_code == 422
    assert "tiene el lugar; el horario de atención" in refused.text


def test_it_closes_before_its_date_with_a_reason_and_opens_again(staff, client):
    post = posts.open_post()
    posts.heard(post)
    editor, path = staff("EDITOR"), f"{HOME}/{post.code}"
    page = editor.get(f"{path}/cerrar").text
    assert "1 aporte espera respuesta." in page
    assert sent(editor, f"{path}/cerrar").status_code == 422
    sent(editor, f"{path}/cerrar", reason="Se dañó la sede.")
    assert only_post().is_closed
    assert "Motivo: Se dañó la sede." in editor.get(path).text
    sent(editor, f"{path}/reabrir", closes_at="2031-05-05T17:00", reason="Ya hay otra sede.")
    assert only_post().is_open


def test_what_cannot_be_closed_or_reopened_says_why(staff):
    post = posts.draft()
    editor, path = staff("EDITOR"), f"{HOME}/{post.code}"
    assert "no está publicado: no hay qué cerrar" in editor.get(f"{path}/cerrar").text
    assert "no está cerrado" in editor.get(f"{path}/reabrir").text


def test_the_page_counts_what_came_what_is_owed_and_what_was_in_time(staff):
    """An answer that is owed and late lowers the figure (the Austin test)."""
    post, by = posts.open_post(), officials()[0]
    for days in (0, 1):
        acts.answer(posts.heard(post, days), by, "Ya hay luz.")
    posts.heard(post, 60)
    posts.heard(post, 3)
    posts.heard(post, 2, wants_answer=False)
    db.session.commit()
    page = staff("READER").get(f"{HOME}/{post.code}").text
    for label, value in (
        ("Aportes oídos", "5"),
        ("Sin responder", "2"),
        ("Vencidos", "1"),
        ("A tiempo", "66,7\xa0%"),
    ):
        assert f"<dt>{label}</dt><dd>{value}</dd>" in page, label
    assert "A tiempo: respondidos a tiempo ÷ (respondidos + vencidos sin responder)." in page
    assert "66,7\xa0% = 2 ÷ (2 + 1)." in page


def test_the_page_leads_to_what_its_own_people_said(staff):
    post = posts.open_post()
    address = f'href="{HOME}/aportes?escuchadero={post.code}"'
    assert address in staff("EDITOR").get(f"{HOME}/{post.code}").text
    assert address not in staff("READER").get(f"{HOME}/{post.code}").text


def test_a_post_that_owes_nothing_yet_has_no_share(staff):
    page = staff("READER").get(f"{HOME}/{posts.open_post().code}").text
    assert "<dt>A tiempo</dt><dd>–</dd>" in page


def test_the_preview_shows_a_draft_as_people_will_see_it(staff):
    post = posts.draft(supports="Rampa y lengua de señas", territory="01")
    page = staff("READER").get(f"{HOME}/{post.code}/vista").text
    for words in ("Vista previa.", post.title, "Rampa y lengua de señas", "Popular", post.hours):
        assert words in page
    for words in ("Línea 106", "Cuente con sus palabras", "Sin dar mi nombre", "Nota de voz"):
        assert words in page


def test_the_preview_leads_through_the_review_to_the_end_and_stores_nothing(staff):
    post, reader = posts.draft(), staff("READER")
    path = f"{HOME}/{post.code}/vista"
    page = reader.get(path)
    values = {name: field(page, name) for name in ("submission", "csrf_token")}
    empty = reader.post(path, data=values)
    assert empty.status_code == 422
    assert "Diga si quiere opinar o si quiere respuesta." in empty.text
    values |= {"wish": "reply", "text": "Falta luz.", "who": "anonymous", "step": "review"}
    review = reader.post(path, data=values | {"photos": (city.photo(), "foto.jpg")})
    assert "Revise lo que va a enviar" in review.text
    assert "Vista previa." in review.text
    end = reader.post(path, data=values | {"confirm": "1"})
    assert "No se guardó nada." in end.text
    assert db.session.query(Contribution).count() == db.session.query(Attachment).count() == 0


def test_it_can_be_one_of_the_official_formats_whose_code_it_then_carries(staff, make):
    chosen = make(builders.in_force())
    post, editor = posts.open_post(), staff("EDITOR")
    path = f"{HOME}/{post.code}"
    sent(editor, f"{path}/cambiar", official_format=str(chosen.id))
    for word in ("", "/vista", "/cartel"):
        assert builders.REFERENCE in editor.get(f"{path}{word}").text, word
    sent(editor, f"{path}/cambiar", official_format="0")
    assert builders.REFERENCE not in editor.get(path).text


def test_only_its_own_office_sees_a_post(staff, make):
    mine, other = make(office("dap", "Planeación")), make(office("salud", "Salud"))
    post = posts.open_post(office_id=other.id)
    visitor = staff("RESPONSIBLE", office=mine)
    for word in ("", "/cambiar", "/cerrar", "/reabrir", "/vista"):
        assert visitor.get(f"{HOME}/{post.code}{word}").status_code == 404, word


def test_two_officials_at_once_the_second_sees_the_difference(staff):
    post = posts.open_post()
    path = f"{HOME}/{post.code}/cambiar"
    second = staff("EDITOR")
    form = form_of(second.get(path), path)
    values = MultiDict(form.as_it_stands())
    post.place, post.version = "La sede nueva", post.version + 1
    db.session.commit()
    values["place"] = "Otra sede"
    refused = second.post(path, data=values)
    assert refused.status_code in {409, 422}
    assert "La sede nueva" in refused.text
    assert "Otra sede" in refused.text
