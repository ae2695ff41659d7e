"""The inbox: by last day, with filters in the address, and with the figure that hides nothing."""

import re
from datetime import date

import pytest

from participa.cases.models import CaseKind
from participa.core import clock, workdays
from participa.core.db import db
from participa.core.web.lists import PAGE
from participa.listening.desk import listing
from participa.listening.models import CaseStage
from tests.listening.desk import people
from tests.listening.desk.people import DESK, heard, post
from tests.staff.people import post as send

ROW = re.compile(r"Fila \d\d\d")


@pytest.fixture
def official(staff, app):
    return staff("RESPONSIBLE", people.works())


def rows(page) -> list[str]:
    assert page.status_code == 200, page.status_code
    return list(dict.fromkeys(ROW.findall(page.text)))


def filed(days: int) -> date:
    """So many working days ago."""
    return workdays.add(clock.today(), -days) if days else clock.today()


def fact(page, label: str) -> str:
    text = re.sub(r"<[^>]+>", " ", page.text.partition('<dl class="facts">')[2])
    return " ".join(text.partition(label)[2].split())


def test_the_first_to_end_stands_on_top_and_what_is_over_comes_last(official):
    at = post()
    heard("Fila 000", at)
    heard("Fila 001", at, filed_on=filed(20))
    heard("Fila 002", at, filed_on=filed(12))
    answered = heard("Fila 003", at, filed_on=filed(30))
    send(official, f"{DESK}/{answered.receipt}/respuesta", text="Ya se hizo.", step="send")
    inbox = official.get(DESK)
    assert rows(inbox) == ["Fila 001", "Fila 002", "Fila 000", "Fila 003"]
    assert rows(official.get(f"{DESK}?orden=-vence"))[:3] == ["Fila 000", "Fila 002", "Fila 001"]
    by_arrival = rows(official.get(f"{DESK}?orden=llegada"))
    assert by_arrival == ["Fila 003", "Fila 001", "Fila 002", "Fila 000"]


def test_an_opinion_that_nobody_has_read_stands_where_a_petition_would(official):
    """PQR-08: it may ask for something, and then its term has begun."""
    at = post()
    heard("Fila 000", at, filed_on=filed(5))
    opinion = heard("Fila 001", at, wants_answer=False, filed_on=filed(14))
    page = official.get(DESK)
    assert rows(page) == ["Fila 001", "Fila 000"]
    assert "Clasifíquelo: si pide algo, vence el" in page.text
    send(official, f"{DESK}/{opinion.receipt}/clase", kind="OPINION")
    assert rows(official.get(DESK)) == ["Fila 000", "Fila 001"]


def test_an_opinion_that_nobody_classified_in_its_days_says_that_they_are_over(official):
    said = heard("Fila 000", wants_answer=False, filed_on=filed(30))
    assert "Clasifíquelo: si pide algo, venció el" in official.get(DESK).text
    said.stage = CaseStage.CLOSED
    db.session.commit()
    assert "sin clasificar</span>" not in official.get(DESK).text


def test_a_danger_to_a_life_stands_on_top(official):
    at = post()
    heard("Fila 000", at, filed_on=filed(20))
    risky = heard("Fila 001", at)
    risky.is_life_risk = True
    db.session.commit()
    page = official.get(DESK)
    assert page.text.index(risky.receipt) < page.text.index("Fila 000")


def test_what_comes_after_hours_is_warned_by_the_earlier_day(official, at):
    """Both readings of article 54."""
    said = heard("Fila 000", filed_on=filed(10))
    said.case.is_after_hours = True
    db.session.commit()
    assert said.case.alert_on < said.case.due_on
    left = (said.case.alert_on - clock.today()).days
    assert f"Vence en {left} días" in official.get(DESK).text


def test_counts_and_the_figure_with_its_formula_stand_on_top(official):
    """The Austin test: what is overdue and unanswered lowers the figure."""
    at = post()
    good = heard("Fila 000", at, filed_on=filed(3))
    late = heard("Fila 001", at, filed_on=filed(20))
    heard("Fila 002", at, filed_on=filed(13))
    page = official.get(DESK)
    assert fact(page, "Abiertos").startswith("3")
    assert fact(page, "Vencen en 5 días o menos").startswith("1")
    assert fact(page, "Vencidos").startswith("1")
    assert "0 % = 0 ÷ (0 + 1)" in page.text.replace("\xa0", " ")
    send(official, f"{DESK}/{good.receipt}/respuesta", text="Ya se hizo.", step="send")
    page = official.get(DESK)
    assert "A tiempo = respondidos a tiempo ÷ (respondidos + vencidos sin responder)." in page.text
    assert "50 % = 1 ÷ (1 + 1)" in page.text.replace("\xa0", " ")
    send(official, f"{DESK}/{late.receipt}/respuesta", text="Con retraso.", step="send")
    page = official.get(DESK).text.replace("\xa0", " ")
    assert "50 % = 1 ÷ (2 + 0)" in page, "a late answer does not raise it"
    assert rows(official.get(f"{DESK}?plazo=vencidos")) == []


def test_without_a_denominator_there_is_no_figure(official):
    heard("Fila 000")
    assert "Sin denominador" in official.get(DESK).text


FILTERS = (
    ("estado=sin-revisar", ["Fila 000", "Fila 002", "Fila 003", "Fila 004"]),
    ("estado=en-revision", ["Fila 001"]),
    ("estado=cerrados", ["Fila 005"]),
    ("estado=abiertos", ["Fila 000", "Fila 001", "Fila 002", "Fila 003", "Fila 004"]),
    ("plazo=vencidos", ["Fila 001"]),
    ("plazo=en-cinco-dias", ["Fila 002"]),
    ("plazo=con-mas-plazo", ["Fila 000", "Fila 004"]),
    ("plazo=sin-termino", ["Fila 003"]),
    ("clase=OPINION", ["Fila 003", "Fila 005"]),
    ("clase=GENERAL", ["Fila 000", "Fila 001", "Fila 002"]),
    ("senal=denuncia-de-corrupcion", ["Fila 004"]),
    ("senal=anonimo", ["Fila 000", "Fila 001", "Fila 002", "Fila 003", "Fila 005"]),
    ("tema=Educación", ["Fila 000"]),
    ("territorio=16", ["Fila 001"]),
    ("escuchadero={post}", ["Fila 002"]),
    ("dependencia={health}", ["Fila 003"]),
    ("tema=Educación&estado=cerrados", []),
    ("estado=x&clase=RC&dependencia=9999999999&plazo=x&tema=x&etiqueta=-1&orden=x&pagina=x", None),
)


@pytest.mark.parametrize(("query", "found"), FILTERS, ids=[one[0] for one in FILTERS])
def test_a_filter_in_the_address_shows_what_it_says(staff, app, query, found):
    at, elsewhere = post(), post(title="Otro escuchadero")
    heard("Fila 000", at, topic="Educación")
    heard("Fila 001", at, territory="16", filed_on=filed(20)).stage = CaseStage.IN_REVIEW
    heard("Fila 002", elsewhere, filed_on=filed(13))
    heard("Fila 003", at, wants_answer=False, office=people.health())
    control = people.control()
    report = heard("Fila 004", at, is_corruption=True, is_anonymous=False)
    report.case.office = control
    heard("Fila 005", at, wants_answer=False).stage = CaseStage.CLOSED
    db.session.commit()
    chief = staff("ADMINISTRATOR")
    page = chief.get(f"{DESK}?{query.format(post=elsewhere.code, health=people.health().id)}")
    everything = [f"Fila {place:03}" for place in range(6)]
    assert sorted(rows(page)) == (everything if found is None else found)


def test_a_number_is_searched_as_it_is_printed_and_words_in_what_people_said(official):
    at = post()
    said = heard("Fila 000, el ANDÉN está roto", at)
    heard("Fila 001, la cancha", at)
    printed = f"{said.receipt[:4]}-{said.receipt[4:8]}-{said.receipt[8:]}"
    for words in (printed, printed.lower(), said.receipt[:6], "anden", "ANDÉN roto"):
        assert rows(official.get(f"{DESK}?buscar={words}")) == ["Fila 000"], words
    page = official.get(f"{DESK}?buscar=cancha")
    assert "la palabra se buscó en" in page.text
    assert rows(page) == ["Fila 001"]
    assert "Ninguna fila coincide" in official.get(f"{DESK}?buscar=nada+de+eso").text


def test_a_search_says_when_it_has_not_read_everything(official, monkeypatch):
    monkeypatch.setattr(listing, "MOST_READ", 2)
    at = post()
    for place in range(3):
        heard(f"Fila {place:03} cancha", at, filed_on=filed(place))
    page = official.get(f"{DESK}?buscar=cancha")
    assert sorted(rows(page)) == ["Fila 000", "Fila 001"]
    assert "los más recientes" in page.text


def test_a_long_inbox_is_turned_over_and_its_statements_do_not_grow(official, questions):
    at = post()
    for place in range(3):
        heard(f"Fila {place:03}", at)
    official.get(DESK)
    before = len(questions)
    official.get(DESK)
    few = len(questions) - before
    for place in range(3, PAGE + 2):
        said = heard(f"Fila {place:03}", at)
        said.stage = CaseStage.CLOSED if place % 2 else CaseStage.RECEIVED
        said.case.kind = CaseKind.GENERAL
    db.session.commit()
    before = len(questions)
    first = official.get(DESK)
    assert len(questions) - before == few
    second = official.get(f"{DESK}?pagina=2")
    assert (len(rows(first)), len(rows(second))) == (PAGE, 2)
    assert set(rows(first)) | set(rows(second)) == {f"Fila {n:03}" for n in range(PAGE + 2)}
    assert rows(official.get(f"{DESK}?pagina=99")) == rows(second)
    arrival = [rows(official.get(f"{DESK}?orden=llegada&pagina={page}")) for page in (1, 2)]
    assert [len(page) for page in arrival] == [PAGE, 2]
