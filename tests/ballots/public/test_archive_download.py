"""Who has a part of the archive takes the rest: a range of it, or what came after a height."""

import pytest

from participa.ballots import archive_store
from participa.ballots.models import BoxKind
from tests.ballots import city
from tests.ballots.city import NO, YES
from tests.worlds import remembered


@pytest.fixture
@remembered
def voting(app):
    made = city.opened(BoxKind.CODES)
    made.cast(0, YES)
    made.cast(1, NO)
    made.cast(2, NO)
    return made


def ask(client, made, query="", **headers):
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    address = f"/urna/{made.uuid}/archivo.bel{query}"
    return client.get(address, headers=named, buffered=True)


def ends(made):
    """Where each event ends in the file."""
    return [archive_store.size(made.box, height) for height in range(1, 5)]


def test_what_came_after_a_height_continues_the_copy_that_ended_there(client, voting):
    whole, sizes = voting.archive, ends(voting)
    for height, size in enumerate(sizes, start=1):
        answer = ask(client, voting, f"?desde={height}")
        assert answer.status_code == 200
        assert whole[:size] + answer.data == whole
        known = archive_store.digest_at(voting.box, height)
        assert answer.headers["Archive-From"] == str(height)
        assert answer.headers["Archive-From-Head"] == known
        assert answer.headers["Archive-Height"] == "4"
        assert answer.headers["Archive-Head"] == archive_store.head_of(voting.box).digest


def test_between_two_heights_nothing_ever_changes(client, voting):
    sizes = ends(voting)
    answer = ask(client, voting, "?desde=1&altura=3")
    assert answer.data == voting.archive[sizes[0] : sizes[2]]
    assert "immutable" in answer.headers["Cache-Control"]
    tag = answer.headers["ETag"]
    voting.cast(3, YES)
    again = ask(client, voting, "?desde=1&altura=3", If_None_Match=tag)
    assert again.status_code == 304
    assert ask(client, voting, "?desde=2", If_None_Match=tag).status_code == 200


def test_from_the_beginning_on_it_is_the_whole_file(client, voting):
    assert ask(client, voting, "?desde=0").data == voting.archive


def test_a_height_that_the_box_does_not_have_yet_is_refused_in_words(client, voting):
    answer = ask(client, voting, "?desde=5")
    assert answer.status_code == 409
    assert "desde la altura 5" in answer.text
    assert "la urna retrocedió" in answer.text
    assert answer.headers["Archive-Height"] == "4"
    between = ask(client, voting, "?desde=3&altura=2")
    assert between.status_code == 404
    assert "retrocedió" not in between.text, "the box has what was asked for"


@pytest.mark.parametrize("typed", ["-1", "x", "", "1.0", "٣", "9" * 40, "1e1"])
def test_what_is_no_height_is_not_there_and_the_page_says_what_is(client, voting, typed):
    answer = ask(client, voting, f"?desde={typed}")
    assert answer.status_code == 404
    assert "números de 1 a 4" in answer.text


def test_every_range_is_that_part_of_the_file(client, voting):
    whole, sizes = voting.archive, ends(voting)
    length = len(whole)
    edges = sorted({0, 1, 511, 1023, 1024, 1025, *sizes, *(size - 1 for size in sizes)} - {length})
    for first in edges:
        for last in (first, first + 1, first + 700, length - 1):
            answer = ask(client, voting, Range=f"bytes={first}-{last}")
            stop = min(last, length - 1)
            assert answer.status_code == 206
            assert answer.data == whole[first : last + 1]
            assert answer.headers["Content-Range"] == f"bytes {first}-{stop}/{length}"
            assert answer.headers["Content-Length"] == str(stop + 1 - first)
    assert ask(client, voting, Range="bytes=-100").data == whole[-100:]
    assert ask(client, voting, Range="bytes=1030-").data == whole[1030:]


def test_a_range_of_what_came_after_a_height_is_a_part_of_that(client, voting):
    later = ask(client, voting, "?desde=2").data
    answer = ask(client, voting, "?desde=2", Range="bytes=10-2000")
    assert (answer.status_code, answer.data) == (206, later[10:2001])


def test_what_lies_beyond_the_file_is_no_range_of_it(client, voting):
    length = len(voting.archive)
    answer = ask(client, voting, Range=f"bytes={length}-")
    assert answer.status_code == 416
    assert answer.headers["Content-Range"] == f"bytes */{length}"


@pytest.mark.parametrize("asked", ["bytes=0-1,4-5", "lines=0-1", "bytes=x-y", "bytes=5-1"])
def test_several_ranges_and_nonsense_are_answered_with_the_whole_file(client, voting, asked):
    answer = ask(client, voting, Range=asked)
    assert (answer.status_code, answer.data) == (200, voting.archive)


def test_a_range_of_an_older_file_is_not_joined_to_a_newer_one(client, voting):
    first = ask(client, voting, Range="bytes=0-99")
    tag = first.headers["ETag"]
    assert ask(client, voting, Range="bytes=100-199", If_Range=tag).status_code == 206
    voting.cast(3, YES)
    again = ask(client, voting, Range="bytes=100-199", If_Range=tag)
    assert (again.status_code, again.data) == (200, voting.archive)
    dated = ask(client, voting, Range="bytes=0-9", If_Range="Tue, 01 Jan 2030 00:00:00 GMT")
    assert dated.status_code == 200


def test_a_slow_download_holds_no_connection_between_two_chunks(app, voting, monkeypatch):
    monkeypatch.setattr(archive_store, "EVENTS_PER_CHUNK", 1)
    address = f"/urna/{voting.uuid}/archivo.bel"
    pool = archive_store.db.engine.pool
    with app.test_client() as visitor:
        answer = visitor.get(address)
        begun = pool.checkedout()
        chunks = []
        for chunk in answer.iter_encoded():
            chunks.append(chunk)
            assert pool.checkedout() <= begun
        assert b"".join(chunks) == voting.archive
        assert len(chunks) == 5
