"""What came on paper: counted by hand, and told in a line of its own."""

import pytest

from participa.ballots.models import BallotBox, BoxKind, QuestionKind
from participa.core.db import db
from participa.core.editing import versions
from tests.ballots import city
from tests.staff.people import post
from tests.visitor import field

pytestmark = pytest.mark.one_engine

UNCOUNTED = versions.fingerprint({})
PRIORITIES = (
    QuestionKind.PRIORITIES,
    "¿Qué va primero?",
    {"answers": ("Salud", "Vías", "Colegios"), "most": 2},
)


@pytest.fixture
def made(app):
    return city.close(city.opened(BoxKind.CODES, city.YES_NO, PRIORITIES))


@pytest.fixture
def page(made):
    return f"/gestion/urnas/{made.uuid}/papel"


def told(**others):
    """Nine cards, one of them void: six yes, two no; one blank, the others two marks each."""
    sent = {"ballots": "9", "invalid": "1", "q1_0": "6", "q1_1": "2", "note": "Ante la veeduría"}
    return sent | {"q2_0": "1", "q2_1": "7", "q2_2": "4", "q2_3": "3"} | others


def counted(made):
    return db.session.get(BallotBox, made.id).paper


def test_the_paper_is_counted_question_by_question(staff, page, made):
    editor = staff("EDITOR")
    form = editor.get(page).text
    for label in ("Voto en blanco", "Salud", "Colegios", "No"):
        assert label in form
    assert post(editor, page, **told()).status_code == 302
    paper = counted(made)
    assert (paper.ballots, paper.invalid, paper.counts) == (9, 1, [[6, 2], [1, 7, 4, 3]])
    assert (paper.note, paper.counted_by.id) == ("Ante la veeduría", editor.account.id)
    again = editor.get(page).text
    assert 'name="q2_1" value="7"' in again
    post(editor, page, **told(q1_0="5"))
    assert counted(made).counts[0] == [5, 2]


def test_what_is_left_empty_counts_zero(staff, page, made):
    post(staff("EDITOR"), page, ballots="2", q1_0="2")
    assert counted(made).counts == [[2, 0], [0, 0, 0, 0]]


@pytest.mark.parametrize(
    ("others", "sentence"),
    [
        ({"ballots": ""}, "Escriba cuántas tarjetas había."),
        ({"ballots": "-1"}, "Escriba un número entero, desde 0."),
        ({"q1_0": "tres"}, "Escriba un número."),
        ({"q1_0": "9"}, "La pregunta 1 suma más de lo que cabe en 8 papeletas válidas."),
        ({"q2_0": "8"}, "La pregunta 2 suma más de lo que cabe en 8 papeletas válidas."),
        ({"q2_3": "4"}, "La pregunta 2 suma más de lo que cabe en 8 papeletas válidas."),
        ({"invalid": "10"}, "papeletas"),
        ({"note": "a" * 601}, "Use hasta 600 letras."),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, dict) else "",
)
def test_a_count_that_does_not_add_up_is_told_and_stays_on_the_page(
    staff, page, made, others, sentence
):
    refused = post(staff("EDITOR"), page, **told(**others))
    assert refused.status_code == 422
    assert sentence in refused.text
    assert 'name="q2_2" value="4"' in refused.text
    assert counted(made) is None


def test_the_box_of_paper_stays_shut_until_the_closing(staff, app):
    made = city.opened(BoxKind.CODES)
    page = f"/gestion/urnas/{made.uuid}/papel"
    editor = staff("EDITOR")
    assert "El papel se cuenta cuando la urna cierra" in editor.get(page).text
    refused = post(
        editor, f"/gestion/urnas/{made.uuid}", page, shown=UNCOUNTED, ballots="1", q1_0="1"
    )
    assert refused.status_code == 422
    assert counted(made) is None


def test_a_box_that_takes_no_paper_says_so(staff, app):
    made = city.close(city.opened(BoxKind.CODES, allows_paper=False))
    assert (
        "no recibe votos en papel" in staff("EDITOR").get(f"/gestion/urnas/{made.uuid}/papel").text
    )


def test_a_conflict_of_two_counts_lists_only_what_differs(staff, app):
    """A field left blank counts zero, so nothing and zero are the same."""
    made = city.opened(BoxKind.CODES, allows_paper=True)
    city.close(made)
    address = f"/gestion/urnas/{made.uuid}/papel"
    first, second = staff("EDITOR"), staff("EDITOR")
    first.get(address), second.get(address)
    token = {one: field(one.get(address), "csrf_token") for one in (first, second)}
    counted = {"ballots": "0", "invalid": "0"}
    first.post(address, data={"csrf_token": token[first], "note": "Contó Ana"} | counted)
    refused = second.post(
        address, data={"csrf_token": token[second], "note": "Contó Luz"} | counted
    )
    table = refused.text.partition("Lo que está guardado ahora")[2].partition("</table>")[0]
    assert "Contó Ana" in table
    assert "(nada)" not in table
