"""Whoever signs with a phone is noted at the door that they scanned, and so is who is next."""

import re
from html import unescape

import pytest
from sqlalchemy import select

from participa.attendance.models import Presence
from participa.attendance.public import presence_codes
from participa.core.db import db
from tests.attendance import city
from tests.attendance.public.people import MARIA, opened, path, sign
from tests.topics.builders import token


def test_who_types_the_code_of_the_screen_stays_at_their_door(client):
    record = city.open_list(doors=["Norte", "Sur"], has_rotating_code=True)
    asked = opened(client, record, puerta="2")
    assert '<input type="hidden" name="puerta" value="2">' in asked.text
    wrong = opened(client, record, puerta="2", pase="AAA AAA")
    assert '<input type="hidden" name="puerta" value="2">' in wrong.text
    page = opened(client, record, puerta="2", pase=presence_codes.current(record.code))
    action = unescape(re.search(r'<form method="post" action="([^"]+)"', page.text)[1])
    permit = re.search(r'name="permit" value="([^"]+)"', page.text)[1]
    client.post(action, data={"submission": token(page), **MARIA, "permit": permit})
    assert db.session.scalar(select(Presence.door)) == "Sur"


@pytest.mark.parametrize("number", ["0", "3", "²", "-1", "99999", "Sur", ""])
def test_a_door_that_the_list_does_not_have_is_left_out(client, number):
    record = city.open_list(doors=["Norte", "Sur"], has_rotating_code=True)
    assert 'name="puerta"' not in opened(client, record, puerta=number).text


class TestTheNextPersonAtTheSamePhone:
    """They sign at the door at which the person before signed."""

    @pytest.fixture
    def record(self, app):
        return city.open_list(doors=["Norte", "Sur"])

    def test_begins_from_the_receipt(self, client, record):
        receipt = self.sign(client, record, "2").location
        assert self.next_sheet(record, 2) in client.get(receipt).text

    def test_begins_after_a_document_that_is_on_the_list(self, client, record):
        self.sign(client, record, "1")
        known = self.sign(client, record, "2", name="Otra Persona")
        assert known.status_code == 409
        assert self.next_sheet(record, 2) in known.text

    def test_begins_after_a_sheet_that_was_sent(self, client, record):
        form = {"submission": token(opened(client, record)), **MARIA}
        client.post(path(record), query_string={"puerta": "2"}, data=form)
        changed = {**form, "name": "Otra Persona", "document": "43222111"}
        again = client.post(path(record), query_string={"puerta": "2"}, data=changed)
        assert again.status_code == 409
        assert self.next_sheet(record, 2) in again.text

    def test_begins_without_a_door_where_none_was_named(self, client, record):
        receipt = sign(client, record).location
        assert f'href="{path(record)}"' in client.get(receipt).text

    @staticmethod
    def sign(client, record, door, **typed):
        form = {"submission": token(opened(client, record, puerta=door)), **MARIA, **typed}
        return client.post(path(record), query_string={"puerta": door}, data=form)

    @staticmethod
    def next_sheet(record, door):
        return f'href="{path(record)}?puerta={door}"'
