"""The counting of a box that some of its trustees open: any of them, and no more than needed."""

import pytest

from participa.ballots import queries
from participa.ballots.models import BallotBox
from participa.ballots.results import counting, opening_file, results
from participa.belenios import tally, verifier
from participa.belenios.canonical import Malformed
from participa.core.db import db
from participa.core.errors import Refused
from tests.ballots import city, keepers
from tests.belenios.groups_of_keys import key_group
from tests.belenios.test_belenios import TOOL, Tool
from tests.conftest import need


def deliver(made, raw):
    number = counting.receive_partial(made.box, city.officials()[0], raw)
    db.session.commit()
    return number


@pytest.mark.parametrize(("openers", "lost"), [((1, 2), 3), ((3, 1), 2), ((2, 3), 1)])
def test_any_two_of_three_open_the_box_and_the_third_key_may_be_lost(app, openers, lost):
    made = keepers.counted()
    names = [f"Custodia {number}" for number in openers]
    for number in openers:
        assert results.results_of(made.box, made.definition) == []
        deliver(made, made.part(number))
    parts = queries.parts_of(made.box)
    assert (parts.lacking, sorted(parts.arrived)) == (0, sorted(names))
    assert parts.missing == [f"Custodia {lost}"]
    verdict = made.verify()
    assert (verdict.is_finished, verdict.counts, verdict.unproved_trustees) == (True, [[2, 1]], [])
    assert opening_file.lacks_proof(made.box) is False


def test_a_part_that_comes_after_the_result_is_not_taken_and_blamed_on_nobody(app):
    made = keepers.counted()
    late = made.part(3)
    for number in (1, 2):
        deliver(made, made.part(number))
    before = made.archive
    with pytest.raises(Refused, match=r"La parte de Custodia 3 no hizo falta, y no se recibió\."):
        deliver(made, late)
    db.session.rollback()
    assert made.archive == before


def test_a_part_of_a_wrong_share_is_refused_before_it_is_appended(app):
    """With the trustee's own key instead of the share, and with the share of another."""
    made = keepers.counted()
    before, read = made.archive, verifier.verify(made.archive)
    group = key_group(keepers.NEEDED, keepers.KEYS)
    for secret in (group.secrets[0], group.shares[1], 12345):
        with pytest.raises(Refused, match="La parte de Custodia 1 no abre el total de esta urna"):
            deliver(made, city.part_of(read, 1, secret))
        db.session.rollback()
    assert made.archive == before
    deliver(made, made.part(1))
    with pytest.raises(Refused, match="El custodio 1 ya entregó su parte"):
        deliver(made, made.part(1))


def test_with_fewer_parts_than_are_needed_nothing_is_opened(app):
    made = keepers.counted()
    deliver(made, made.part(2))
    assert not made.box.is_finished
    election, read = made.definition.election, made.verify()
    totals = counting.published_totals(made.box, election)
    with pytest.raises(Malformed, match="Faltan descifrados"):
        tally.counts_of(election, totals, read.trustees, read.partials, 3)
    with pytest.raises(Malformed, match="no son un conteo"):
        tally.counts(election, totals, list(read.partials.values()), 3)


def test_of_two_parts_that_would_both_be_the_last_one_brings_the_result(app):
    made = keepers.counted()
    deliver(made, made.part(1))
    parts, id = [made.part(number) for number in (2, 3)], made.id

    def bring(raw):
        def brings(ready):
            box = db.session.get_one(BallotBox, id)
            ready()
            return counting.receive_partial(box, city.officials()[0], raw)

        return brings

    outcomes = city.at_once(*map(bring, parts))
    assert sum(isinstance(one, int) for one in outcomes) == 1
    assert any("no hizo falta" in str(one) for one in outcomes)
    assert made.verify().is_finished


def test_belenios_tool_accepts_the_archive_of_a_box_that_some_opened(app, tmp_path):
    if TOOL is None:
        need("urna", "sudo apt install belenios-tool")
    made = keepers.counted()
    for number in (1, 3):
        deliver(made, made.part(number))
    outsider = Tool(tmp_path / "tool")
    outsider.write(f"{made.uuid}.bel", made.archive)
    done = outsider.run("election", "verify")
    assert done.returncode == 0, done.stderr
    assert b"all checks passed" in done.stderr + done.stdout
