"""What people wrote is read by somebody before it is public, and found again."""

import pytest

from participa.channels.moderation import ReviewState
from participa.core.db import db
from participa.surveys.models import WrittenAnswer
from participa.surveys.texts.frequent_words import frequent
from tests.surveys.results import city as results_city
from tests.visitor import field

pytestmark = pytest.mark.one_engine


@pytest.fixture
def made(app):
    return results_city.answered(20)


def texts(made) -> list[WrittenAnswer]:
    db.session.expire_all()
    rows = db.select(WrittenAnswer).where(WrittenAnswer.survey_id == made.id)
    return list(db.session.scalars(rows.order_by(WrittenAnswer.text)))


def path(made, text=None) -> str:
    return f"/gestion/encuestas/{made.code}/textos" + (f"/{text.id}" if text else "")


def send(visitor, where, **sent):
    page = visitor.get(where)
    hidden = {
        name: field(page, name) for name in ("csrf_token", "shown") if f'name="{name}"' in page.text
    }
    return visitor.post(where, data={**hidden, **sent})


def test_a_text_is_published_in_clearer_words(staff, made):
    text = texts(made)[0]
    where = path(made, text)
    sent = {"verdict": "publish", "public_text": "Falta luz.", "tags": "parques, luz , parques"}
    assert send(staff("EDITOR"), where, **sent).status_code == 302
    stored = texts(made)[0]
    assert (stored.state, stored.public_text) == (ReviewState.PUBLISHED, "Falta luz.")
    assert stored.tags == ["parques", "luz"]


def test_what_is_not_published_says_why(staff, made):
    where, editor = path(made, texts(made)[0]), staff("EDITOR")
    assert send(editor, where, verdict="reject").status_code == 422
    send(editor, where, verdict="reject", reason="Nombra a una persona")
    assert texts(made)[0].state is ReviewState.REJECTED


def test_clearer_words_and_reasons_are_not_lost_without_a_decision(staff, made):
    text, editor = texts(made)[0], staff("EDITOR")
    page = send(editor, path(made, text), public_text="Falta luz.")
    assert (page.status_code, "Elija arriba «Publicarlo»" in page.text) == (422, True)
    kept = {"public_text": text.text, "reason": "Nombra a una persona"}
    page = send(editor, path(made, text), **kept)
    assert (page.status_code, "Elija arriba «No publicarlo»" in page.text) == (422, True)
    assert send(editor, path(made, text), public_text=text.text, tags="luz").status_code == 302
    assert texts(made)[0].tags == ["luz"]


def test_the_ticked_ones_are_published_together(staff, made):
    chosen = [str(text.id) for text in texts(made)[:3]]
    send(staff("EDITOR"), path(made), chosen=chosen, verdict="publish")
    assert [text.is_published for text in texts(made)] == [True, True, True, False, False]


def test_a_reader_reads_and_decides_nothing(staff, made):
    reader = staff("READER")
    page = reader.get(path(made))
    assert "Texto 0 del parque." in page.text
    assert "Guardar la decisión" not in page.text
    token = field(reader.get("/gestion/cuenta"), "csrf_token")
    assert reader.post(path(made), data={"csrf_token": token}).status_code == 403


def test_texts_are_found_by_question_and_by_tag(staff, made):
    editor = staff("EDITOR")
    send(editor, path(made, texts(made)[0]), tags="señal, ruido")
    assert "Texto 0 " in editor.get(f"{path(made)}?etiqueta=señal").text
    assert "Texto 4 " not in editor.get(f"{path(made)}?etiqueta=señal").text
    assert "Texto 4 " in editor.get(f"{path(made)}?pregunta=cuente").text
    assert "Ninguna fila coincide" in editor.get(f"{path(made)}?pregunta=quiere.otra").text


def test_a_survey_without_texts_says_what_comes_here(staff, app):
    made = results_city.answered(0)
    assert "Aquí llega lo que la gente escribe" in staff("EDITOR").get(path(made)).text


def test_frequent_words_leave_out_what_only_holds_a_sentence_together():
    said = ["El Parque está sin luz.", "Más luz en el parque, por favor", "Árboles en el párque"]
    assert frequent(said) == [("parque", 3)]
    assert frequent([]) == []
