"""The codes of the ballot box on the page for every code: receipts and trackers."""

import pytest

from participa.ballots.models import BoxKind
from participa.ballots.voting import receipts
from participa.core import codes
from tests.ballots import city
from tests.ballots.city import YES


def follow(client, typed):
    return client.get("/radicado", query_string={"codigo": typed})


def test_the_receipt_of_an_open_consultation_proves_that_an_answer_arrived(client, app):
    city.opened(BoxKind.OPEN, title="Ciclovías", uuid="A" * 14)
    made = city.opened(BoxKind.OPEN, title="Parques de noche", uuid="B" * 14)
    receipt = receipts.with_check(made.definition, "ABCD1234EFGH")
    page = follow(client, codes.show(receipt).lower())
    assert page.status_code == 200
    assert "Recibimos su respuesta" in page.text
    assert codes.show(receipt) in page.text
    assert "A la consulta «Parques de noche» llegó una respuesta" in page.text
    assert "No encontramos" not in page.text
    assert "Ciclovías" not in page.text
    assert "¿Está de acuerdo?" not in page.text


def test_the_receipt_stays_true_after_the_counting(client, app):
    made = city.finish(city.opened(BoxKind.OPEN))
    receipt = receipts.with_check(made.definition, "ABCD1234EFGH")
    assert "el resultado y el acta están publicados" in follow(client, receipt).text


@pytest.mark.parametrize("wrong", ["last", "short", "code"])
def test_an_invented_receipt_is_an_unknown_code(client, app, wrong):
    receipt = receipts.with_check(city.opened(BoxKind.OPEN).definition, "ABCD1234EFGH")
    last = "1" if receipt[-1] == "0" else "0"
    typed = {"last": receipt[:-1] + last, "short": receipt[:-1], "code": receipt[:12]}[wrong]
    page = follow(client, typed)
    assert page.status_code == 404
    assert "No encontramos ese código" in page.text


def test_receipts_are_read_in_one_select_however_many_consultations(client, app, questions):
    for letter in "ABC":
        city.opened(BoxKind.OPEN, uuid=letter * 14)
    questions.clear()
    follow(client, "A" * 20)
    assert len([words for words in questions if "ballot_box" in words]) == 1


def test_a_tracker_leads_to_its_ballot(client, app):
    made = city.opened()
    tracker = made.cast(0, YES).tracker
    page = follow(client, tracker)
    assert page.status_code == 302
    shown = client.get(page.location)
    assert shown.status_code == 200
    assert tracker in shown.text
    grouped = " ".join(tracker[start : start + 4] for start in range(0, 43, 4))
    assert follow(client, grouped).location == page.location


def test_a_tracker_of_no_box_is_an_unknown_code(client, app):
    city.opened()
    page = follow(client, "a" * 43)
    assert page.status_code == 404
    assert "No encontramos ese código" in page.text
