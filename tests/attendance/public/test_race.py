"""Sixty-four phones sign with the same document at the same moment: one person, one receipt."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from flask.testing import FlaskClient

from participa.attendance import queries
from participa.citizens.models import Consent
from participa.core import submissions
from participa.core.db import db
from tests.attendance import city
from tests.attendance.public.people import MARIA, path, rows

PHONES = 64


def together(app, address: str, sheets: list[dict[str, str]]):
    """What each phone got for its sheet, all sent at the same moment."""
    start = Barrier(len(sheets))

    def one(sheet):
        with FlaskClient(app, app.response_class) as client:
            start.wait(60)
            return client.post(address, data=sheet)

    with ThreadPoolExecutor(len(sheets)) as threads:
        return list(threads.map(one, sheets))


def sheets_of(record, count: int, **typed: str) -> list[dict[str, str]]:
    """As many sheets, each of a showing of its own."""
    purpose = city.listed(record).purpose
    return [{"submission": submissions.issue(purpose), **MARIA, **typed} for _ in range(count)]


def test_the_same_document_on_many_phones_is_one_person_with_one_receipt(app, client):
    record = city.open_list()
    sheets, address = sheets_of(record, PHONES), path(record)
    db.session.remove()
    answers = together(app, address, sheets)
    assert {answer.status_code for answer in answers} == {303}
    assert len({answer.location for answer in answers}) == 1
    assert rows() == 1
    assert queries.attended(1) == 1
    assert db.session.query(Consent).count() == 1


def test_copies_of_one_sheet_are_one_person(app, client):
    record = city.open_list()
    sheets, address = sheets_of(record, 1, document_type="SD", document="") * 16, path(record)
    db.session.remove()
    answers = together(app, address, sheets)
    assert len({answer.location for answer in answers}) == 1
    assert rows() == 1


def test_no_more_people_come_in_than_fit(app, client):
    record = city.open_list(capacity=5)
    purpose = city.listed(record).purpose
    sheets = [
        {"submission": submissions.issue(purpose), **MARIA, "document": f"10171234{number}"}
        for number in range(10, 30)
    ]
    address = path(record)
    db.session.remove()
    answers = together(app, address, sheets)
    assert sorted(answer.status_code for answer in answers) == [303] * 5 + [409] * 15
    assert rows() == 5
