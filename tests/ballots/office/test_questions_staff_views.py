"""The staff writes what a box asks, until it opens."""

import pytest

from participa.ballots.lifecycle import opening
from participa.ballots.models import BoxKind, BoxQuestion, QuestionKind
from participa.core.db import db
from tests.ballots import city
from tests.staff.people import post
from tests.visitor import where

pytestmark = pytest.mark.one_engine


@pytest.fixture
def made(app):
    return city.draft(BoxKind.OPEN)


@pytest.fixture
def page(made):
    return f"/gestion/urnas/{made.uuid}/preguntas"


def texts() -> list[str]:
    rows = db.session.query(BoxQuestion).order_by(BoxQuestion.position)
    return [question.text for question in rows]


def told(**others):
    sent = {"kind": "ONE", "text": "¿Cuál va primero?", "answers": "Salud\n\n Vías \n"}
    return sent | {"has_blank": "y"} | others


def test_a_question_is_added_with_its_options_one_a_line(staff, page):
    editor = staff("EDITOR")
    assert where(post(editor, f"{page}/nueva", **told())) == page
    question = db.session.query(BoxQuestion).filter_by(text="¿Cuál va primero?").one()
    assert question.answers == ["Salud", "Vías"]
    assert (question.least, question.most, question.has_blank) == (1, 1, True)
    assert "¿Cuál va primero?" in editor.get(page).text


@pytest.mark.parametrize(
    ("kind", "typed", "limits"),
    [
        ("ONE", {"least": "7", "most": "x"}, None),
        ("ONE", {}, (1, 1)),
        ("SEVERAL", {"least": "1", "most": "2"}, (1, 2)),
        ("SEVERAL", {"least": "", "most": "3"}, (0, 3)),
        ("APPROVE", {}, (0, 3)),
        ("YES_NO", {"answers": ""}, (1, 1)),
        ("SCALE", {}, (1, 1)),
        ("PRIORITIES", {"least": "0", "most": "2"}, (1, 2)),
    ],
)
def test_each_kind_has_the_limits_that_apply_to_it(staff, page, kind, typed, limits):
    sent = told(kind=kind, answers="Uno\nDos\nTres") | typed
    answer = post(staff("EDITOR"), f"{page}/nueva", **sent)
    if limits is None:
        assert answer.status_code == 422
        return
    assert answer.status_code == 302
    question = db.session.query(BoxQuestion).filter_by(kind=QuestionKind[kind], position=2).one()
    assert (question.least, question.most) == limits


@pytest.mark.parametrize(
    ("others", "sentence"),
    [
        ({"text": ""}, "Escriba la pregunta."),
        ({"text": "¿" * 501}, "Use hasta 500 letras."),
        ({"kind": "RANK"}, "Elija qué hace la gente con las opciones."),
        ({"answers": "Una sola"}, "Ponga entre 2 y 40 opciones, una por línea."),
        ({"answers": "\n".join(map(str, range(41)))}, "Ponga entre 2 y 40 opciones"),
        ({"answers": "Salud\nsalud"}, "Una opción está dos veces."),
        ({"answers": f"Salud\n{'a' * 201}"}, "Una opción pasa de 200 letras."),
        ({"kind": "SEVERAL", "most": "3"}, "El máximo va de 1 a 2, y el mínimo no lo pasa."),
        ({"kind": "SEVERAL", "least": "2", "most": "1"}, "El máximo va de 1 a 2"),
        ({"kind": "PRIORITIES", "most": ""}, "El máximo va de 1 a 2"),
        ({"kind": "SEVERAL", "most": "-1"}, "Escriba un número entero, desde 0."),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, dict) else "",
)
def test_a_question_that_cannot_be_says_why_and_keeps_what_was_typed(staff, page, others, sentence):
    answer = post(staff("EDITOR"), f"{page}/nueva", **(told() | others))
    assert answer.status_code == 422
    assert sentence in answer.text
    assert (others | told())["text"] in answer.text or "text" in others
    assert len(texts()) == 1


def test_questions_are_ordered_by_buttons(staff, page, made):
    editor = staff("EDITOR")
    for text in ("Dos", "Tres"):
        post(editor, f"{page}/nueva", **told(text=text))
    first, _, third = db.session.query(BoxQuestion).order_by(BoxQuestion.position)
    listed = editor.get(page).text
    assert f"{page}/{first.id}/subir" not in listed
    assert f"{page}/{third.id}/bajar" not in listed
    post(editor, page, f"{page}/{third.id}/subir")
    assert texts() == [first.text, "Tres", "Dos"]
    post(editor, page, f"{page}/{first.id}/bajar")
    assert texts() == ["Tres", first.text, "Dos"]


def test_a_question_is_changed_and_taken_out(staff, page, made):
    editor = staff("EDITOR")
    question = db.session.query(BoxQuestion).one()
    address = f"{page}/{question.id}"
    assert "¿Está de acuerdo?" in editor.get(address).text
    post(editor, address, **told(text="¿Qué va primero?"))
    assert texts() == ["¿Qué va primero?"]
    post(editor, page, f"{address}/quitar")
    assert texts() == []
    assert "Agregar la primera" in editor.get(page).text
    assert post(editor, page, f"{address}/quitar").status_code == 410


def test_the_thirteenth_question_is_refused(staff, page):
    editor = staff("EDITOR")
    for number in range(11):
        assert post(editor, f"{page}/nueva", **told(text=f"¿{number}?")).status_code == 302
    refused = post(editor, f"{page}/nueva", **told())
    assert "Una urna tiene hasta 12 preguntas." in refused.text
    assert "Salud" in refused.text


def test_what_is_asked_stays_as_it_is_once_the_box_has_opened(staff, page, made):
    editor = staff("EDITOR")
    question = db.session.query(BoxQuestion).one()
    opening.open_box(made.box, city.officials()[0])
    db.session.commit()
    assert "Agregar una pregunta" not in editor.get(page).text
    for address in (f"{page}/nueva", f"{page}/{question.id}"):
        refused = post(editor, address, **told())
        assert refused.status_code in {409, 422}
        assert "La urna ya abrió: sus preguntas no cambian." in refused.text
        assert "¿Cuál va primero?" in refused.text
    for act in ("quitar", "subir"):
        assert post(editor, page, f"{page}/{question.id}/{act}").status_code == 409
    assert texts() == ["¿Está de acuerdo?"]


def test_a_question_is_found_in_its_own_box_alone(staff, page, made):
    other = city.draft(BoxKind.OPEN, uuid="Otra1111111111")
    foreign = f"{page}/{other.box.questions[0].id}"
    editor = staff("EDITOR")
    assert editor.get(foreign).status_code == 404
    assert post(editor, page, f"{foreign}/quitar").status_code == 404
