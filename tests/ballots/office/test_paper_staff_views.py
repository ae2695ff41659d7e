"""What came on paper: one person types the count, and another confirms the same numbers."""

import pytest

from participa.ballots.kinds import BelowMinimum
from participa.ballots.models import BallotBox, BoxKind, QuestionKind
from participa.core import clock, spanish
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
    return city.close(city.opened(BoxKind.CODES, city.YES_NO, PRIORITIES, allows_paper=True))


@pytest.fixture
def page(made):
    return f"/gestion/urnas/{made.uuid}/papel"


@pytest.fixture
def elena(staff):
    return staff("EDITOR", name="Elena Editora")


@pytest.fixture
def beto(staff):
    return staff("EDITOR", name="Beto Barrera")


def told(**others):
    """Nine cards, one of them void: six yes, two no; one blank, the others two marks each."""
    sent = {"ballots": "9", "invalid": "1", "q1_0": "6", "q1_1": "2", "note": "Ante la veeduría"}
    return sent | {"q2_0": "1", "q2_1": "7", "q2_2": "4", "q2_3": "3"} | others


def send(visitor, page, **typed):
    """Fill in the form as the page shows it now."""
    return post(visitor, page, shown=field(visitor.get(page), "shown"), **typed)


def confirm(visitor, page):
    shown = visitor.get(f"{page}/confirmar")
    return post(visitor, f"{page}/confirmar", seen=field(shown, "seen"))


def counted(made):
    db.session.expire_all()
    return db.session.get(BallotBox, made.id).paper


def test_two_people_count_the_paper_question_by_question(elena, beto, page, made):
    form = elena.get(page).text
    for label in ("Voto en blanco", "Salud", "Colegios", "No llegó ningún voto en papel"):
        assert label in form
    assert send(elena, page, **told()).status_code == 302
    assert counted(made) is None
    mine, theirs = elena.get(page).text, beto.get(page).text
    assert "Espera a otra persona." in mine
    assert "Elena Editora anotó el conteo" in theirs
    for text in (mine, theirs):
        assert '<tr><th scope="row">Salud</th><td class="number">7</td></tr>' in text
    assert "papel/confirmar" not in mine
    assert "Elena Editora anotó un conteo." in beto.get("/gestion").text
    refused = elena.get(f"{page}/confirmar")
    assert "Usted lo anotó. Lo confirma otra persona" in refused.text
    assert confirm(beto, page).status_code == 302
    paper = counted(made)
    assert (paper.ballots, paper.invalid, paper.counts) == (9, 1, [[6, 2], [1, 7, 4, 3]])
    assert (paper.asked_by.name, paper.confirmed_by.name) == ("Elena Editora", "Beto Barrera")
    assert paper.note == "Ante la veeduría"


def test_who_typed_it_is_refused_even_without_the_page(elena, page, made):
    send(elena, page, **told())
    version = db.session.get(BallotBox, made.id).version
    refused = post(elena, page, f"{page}/confirmar", seen=str(version))
    assert refused.status_code == 422
    assert "Se necesitan dos personas." in refused.text
    assert counted(made) is None


def test_until_then_the_count_of_the_box_leads_here(elena, beto, page, made):
    box = f"/gestion/urnas/{made.uuid}"
    asking = elena.get(f"{box}/contar").text
    assert "que dos personas cuenten el papel, o digan que no hubo" in asking
    assert f'href="{page}"' in asking
    assert post(elena, f"{box}/contar").status_code == 409
    assert "Contar el papel" in elena.get(box).text
    send(elena, page, none_came="y")
    assert "que otra persona confirme el conteo del papel" in elena.get(f"{box}/contar").text
    confirm(beto, page)
    assert post(elena, f"{box}/contar").status_code == 302


def test_results_and_minutes_say_that_the_paper_is_missing(elena, beto, client, page, made):
    for public in ("resultados", "acta"):
        text = client.get(f"/urna/{made.uuid}/{public}").text
        assert "Faltan por contar los votos en papel" in text
    send(elena, page, none_came="y")
    confirm(beto, page)
    for public in ("resultados", "acta"):
        text = client.get(f"/urna/{made.uuid}/{public}").text
        assert "Faltan por contar los votos en papel" not in text


def test_that_no_paper_came_is_said_and_not_left_empty(elena, beto, page, made):
    empty = send(elena, page)
    assert empty.status_code == 422
    assert "Escriba los números, o marque que no llegó ningún voto en papel." in empty.text
    both = send(elena, page, **told(none_came="y"))
    assert "Marcó que no llegó ninguno y escribió números." in both.text
    assert send(elena, page, none_came="y").status_code == 302
    assert "Dice que no llegó ningún voto en papel." in beto.get(page).text
    confirm(beto, page)
    assert counted(made).ballots == 0


def test_a_zero_says_the_same_as_the_tick(elena, page, made):
    assert send(elena, page, ballots="0").status_code == 302
    assert db.session.get(BallotBox, made.id).typed_paper.ballots == 0


@pytest.mark.parametrize(
    ("others", "sentence"),
    [
        ({"ballots": ""}, "Escriba los números, o marque que no llegó ningún voto en papel."),
        ({"ballots": "-1"}, "Escriba un número entero, desde 0."),
        ({"q1_0": "tres"}, "Escriba un número."),
        ({"q1_0": "5"}, "En la pregunta 1 hay 7 votos y 8 papeletas válidas."),
        ({"q1_0": "", "q1_1": ""}, "Escriba los votos de la pregunta 1."),
        ({"q2_0": "9"}, "En la pregunta 2 hay 9 votos en blanco y 8 papeletas válidas."),
        ({"q2_3": "4"}, "En la pregunta 2 hay 15 marcas, y con 7 papeletas válidas"),
        ({"invalid": "10"}, "Hay 10 nulas y 9 en la caja"),
        ({"note": "a" * 601}, "Use hasta 600 letras."),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, dict) else "",
)
def test_a_count_that_does_not_add_up_is_told_and_stays_on_the_page(
    elena, page, made, others, sentence
):
    refused = send(elena, page, **told(**others))
    assert refused.status_code == 422
    assert sentence in refused.text
    assert 'name="q2_2" value="4"' in refused.text
    assert db.session.get(BallotBox, made.id).hand_counts == []


def test_a_second_click_is_one_count(elena, page, made):
    sent = told(shown=field(elena.get(page), "shown"))
    for _ in range(2):
        assert post(elena, f"/gestion/urnas/{made.uuid}", page, **sent).status_code == 302
    assert len(db.session.get(BallotBox, made.id).hand_counts) == 1


def test_two_who_type_at_once_compare_their_numbers(elena, beto, page, made):
    shown = field(beto.get(page), "shown")
    send(elena, page, **told())
    theirs = told(q1_0="5", q1_1="3", shown=shown)
    refused = post(beto, f"/gestion/urnas/{made.uuid}", page, **theirs)
    assert refused.status_code == 409
    assert "Lo que usted escribió" in refused.text
    again = theirs | {"shown": field(refused, "shown")}
    insisted = post(beto, f"/gestion/urnas/{made.uuid}", page, **again)
    assert insisted.status_code == 422
    assert "Elena Editora ya anotó un conteo. Compárelo con el suyo" in insisted.text
    assert 'name="q1_1" value="3"' in insisted.text


def test_a_page_from_before_confirms_nothing(elena, beto, page, made):
    send(elena, page, **told())
    seen = field(beto.get(f"{page}/confirmar"), "seen")
    post(elena, page, f"{page}/retirar")
    send(elena, page, **told(q1_0="5", q1_1="3"))
    refused = post(beto, page, f"{page}/confirmar", seen=seen)
    assert refused.status_code == 422
    assert "La urna cambió mientras usted la revisaba." in refused.text
    assert counted(made) is None


def test_only_who_typed_it_withdraws(elena, beto, page, made):
    send(elena, page, **told())
    assert "Retirar lo anotado" in elena.get(page).text
    assert "Retirar lo anotado" not in beto.get(page).text
    assert post(beto, page, f"{page}/retirar").status_code == 409
    assert post(elena, page, f"{page}/retirar").status_code == 302
    assert db.session.get(BallotBox, made.id).hand_counts == []


def test_a_correction_is_public_with_day_reason_and_both_numbers(elena, beto, client, page, made):
    send(elena, page, **told())
    confirm(beto, page)
    form = elena.get(page).text
    assert "Corregir el papel" in form
    assert 'name="q2_1" value="7"' in form
    refused = send(elena, page, **told(q1_0="5", q1_1="3"))
    assert "Escriba por qué se corrige." in refused.text
    reason = "Se leyó mal una tarjeta."
    assert send(elena, page, **told(q1_0="5", q1_1="3", reason=reason)).status_code == 302
    assert "Pregunta 1, «Sí»: de 6 a 5" in beto.get(f"{page}/confirmar").text
    confirm(beto, page)
    city.count(made)
    for public in ("resultados", "acta"):
        text = client.get(f"/urna/{made.uuid}/{public}").text
        assert f'<td data-label="Día">{spanish.day(clock.today())}</td>' in text
        assert reason in text
        assert "Pregunta 1, «Sí»: de 6 a 5" in text
        assert "Pregunta 1, «No»: de 2 a 3" in text
    note = client.get(f"/urna/{made.uuid}/resultados.json").json["note"]
    assert f"El papel se corrigió el {spanish.day(clock.today())}." in note
    assert reason in note


def test_what_was_summed_is_not_corrected(elena, app):
    made = city.opened(BoxKind.OPEN, minimum=3, allows_paper=True, below_minimum=BelowMinimum.MERGE)
    city.count(city.count_paper(city.close(made), 4, 0, [2, 2]))
    text = elena.get(f"/gestion/urnas/{made.uuid}/papel").text
    assert "El papel ya se sumó con las respuestas." in text
    assert 'name="ballots"' not in text


def test_the_box_of_paper_stays_shut_until_the_closing(elena, app):
    made = city.opened(BoxKind.CODES, allows_paper=True)
    page = f"/gestion/urnas/{made.uuid}/papel"
    assert "El papel se cuenta cuando la urna cierra" in elena.get(page).text
    refused = post(
        elena, f"/gestion/urnas/{made.uuid}", page, shown=UNCOUNTED, ballots="1", q1_0="1"
    )
    assert refused.status_code == 422
    assert counted(made) is None


def test_a_box_that_takes_no_paper_says_so(elena, app):
    made = city.close(city.opened(BoxKind.CODES, allows_paper=False))
    assert "no recibe votos en papel" in elena.get(f"/gestion/urnas/{made.uuid}/papel").text


@pytest.mark.parametrize("role", ["READER", "DOOR"])
def test_who_only_reads_counts_nothing(staff, page, made, role):
    visitor = staff(role)
    token = field(visitor.get("/gestion/cuenta"), "csrf_token")
    for part in ("", "/confirmar", "/retirar"):
        sent = visitor.post(page + part, data={"csrf_token": token} | told())
        assert sent.status_code == 403, part
