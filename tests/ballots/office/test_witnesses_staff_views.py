"""The staff's page of the addresses to which the heads of a box are mailed."""

import pytest

from participa.ballots.lifecycle import witnessing
from participa.ballots.models import BoxKind
from tests.ballots import city
from tests.visitor import field

pytestmark = pytest.mark.one_engine


def page_of(made: city.Voting) -> str:
    return f"/gestion/urnas/{made.uuid}/testigos"


def test_one_mailbox_is_one_witness_however_it_is_written(staff, app):
    made, editor = city.opened(BoxKind.CODES), staff("EDITOR")
    typed = "Ana@ejemplo.org\nana@ejemplo.org, beto@ejemplo.org"
    page = editor.get(page_of(made))
    hidden = {name: field(page, name) for name in ("csrf_token", "shown")}
    editor.post(page_of(made), data=hidden | {"emails": typed})
    assert witnessing.witnesses_of(made.box) == ["Ana@ejemplo.org", "beto@ejemplo.org"]


def test_a_closed_box_says_that_nothing_will_be_mailed(staff, app):
    made, editor = city.close(city.opened(BoxKind.CODES)), staff("EDITOR")
    assert witnessing.OVER in editor.get(page_of(made)).text


def test_an_open_consultation_has_no_heads_and_no_witnesses(staff, app):
    made = city.opened(BoxKind.OPEN)
    assert staff("EDITOR").get(page_of(made)).status_code == 404
