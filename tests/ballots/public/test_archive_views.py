"""Whoever counts again takes the public records of a box, during the voting too."""

import pytest

from participa.ballots.models import BoxKind
from participa.belenios import verifier
from tests.ballots import city
from tests.ballots.city import NO, YES
from tests.worlds import remembered

pytestmark = pytest.mark.one_engine


@pytest.fixture
@remembered
def voting(app):
    made = city.opened(BoxKind.CODES)
    made.cast(0, YES)
    made.cast(1, NO)
    return made


def archive(client, made, height=""):
    query = f"?altura={height}" if height else ""
    return client.get(f"/urna/{made.uuid}/archivo.bel{query}", buffered=True)


def test_the_election_record_travels_byte_for_byte(client, voting):
    answer = client.get(f"/urna/{voting.uuid}/eleccion.json")
    assert answer.data == voting.definition.election.raw
    assert answer.mimetype == "application/json"


def test_the_archive_of_an_open_box_is_whole_and_anybody_can_check_it(client, voting):
    answer = archive(client, voting)
    assert answer.data == voting.archive
    assert len(verifier.verify(answer.data).ballots) == 2
    assert answer.headers["Content-Length"] == str(len(answer.data))
    assert f'filename="{voting.uuid}.bel"' in answer.headers["Content-Disposition"]


def test_a_later_archive_begins_with_every_earlier_one(client, voting):
    whole = archive(client, voting).data
    heights = [archive(client, voting, height).data for height in (1, 2, 3)]
    assert [whole.startswith(earlier) for earlier in heights] == [True] * 3
    assert heights[2] == whole
    voting.cast(2, YES)
    assert archive(client, voting, 3).data == whole
    assert archive(client, voting).data.startswith(whole)
    assert verifier.verify(archive(client, voting).data, whole)


@pytest.mark.parametrize("height", ["0", "-1", "4", "x", "1.0", "٣", "9" * 40, " ", "1e1"])
def test_a_height_that_the_archive_never_had_is_not_there(client, voting, height):
    assert archive(client, voting, height).status_code == 404


def test_an_archive_that_has_not_grown_is_not_sent_again(client, voting):
    first = archive(client, voting)
    again = {"If-None-Match": first.headers["ETag"]}
    address = f"/urna/{voting.uuid}/archivo.bel"
    assert client.get(address, headers=again).status_code == 304
    voting.cast(2, YES)
    grown = client.get(address, headers=again, buffered=True)
    assert grown.status_code == 200
    assert grown.headers["ETag"] != first.headers["ETag"]


def test_asking_only_how_long_it_is_sends_no_archive(client, voting):
    answer = client.head(f"/urna/{voting.uuid}/archivo.bel")
    assert answer.status_code == 200
    assert answer.headers["Content-Length"] == str(len(voting.archive))
    assert answer.data == b""


def test_what_has_no_archive_says_that_it_is_not_there(client, app):
    consultation = city.opened(BoxKind.OPEN, uuid="A" * 14)
    draft = city.draft(BoxKind.CODES, uuid="B" * 14)
    for made in (consultation, draft):
        assert archive(client, made).status_code == 404
        assert client.get(f"/urna/{made.uuid}/eleccion.json").status_code == 404


def test_the_archive_with_its_result_is_accepted_and_continues_the_earlier_copy(client, app):
    made = city.opened(BoxKind.VERIFIABLE)
    made.cast(0, YES)
    earlier = archive(client, made).data
    city.finish(made)
    found = verifier.verify(archive(client, made).data, earlier)
    assert found.counts == [[1, 0]]
