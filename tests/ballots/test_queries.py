"""What the city asks about its boxes: which there are, how many came, what the minutes state."""

from datetime import timedelta

import pytest

from participa.ballots import archive_store, queries
from participa.ballots.lifecycle import service
from participa.ballots.models import BallotBox, BoxKind
from participa.ballots.voting import casting
from participa.channels.listing import visible_rows
from participa.channels.wording import grouped
from participa.core.db import db
from participa.core.errors import Refused
from participa.staff.models import Role
from tests.ballots import city
from tests.ballots.city import NO, YES
from tests.conftest import store_account
from tests.plan.builders import office


def titles(boxes):
    return [box.title for box in boxes]


def test_everybody_sees_the_boxes_that_opened_by_what_one_can_do_there(app, at):
    now = at(2024, 9, 3, 14)
    day = timedelta(days=1)
    city.draft(BoxKind.OPEN, uuid="a" * 14, title="Borrador")
    city.opened(BoxKind.OPEN, uuid="b" * 14, title="Pronto", opens_at=now + day)
    city.opened(BoxKind.OPEN, uuid="c" * 14, title="Abierta")
    city.opened(BoxKind.OPEN, uuid="d" * 14, title="Vence", closes_at=now + timedelta(hours=1))
    city.close(city.opened(BoxKind.OPEN, uuid="e" * 14, title="Cerrada"))
    city.finish(city.opened(BoxKind.OPEN, uuid="f" * 14, title="Contada"))
    at(2024, 9, 3, 16)
    told = [
        (word, titles(boxes))
        for word, boxes in grouped(queries.opened_boxes(), queries.HEADINGS, "state")
    ]
    assert told == [
        ("Abiertas", ["Abierta"]),
        ("Próximas", ["Pronto"]),
        ("En recuento", ["Cerrada", "Vence"]),
        ("Con resultado", ["Contada"]),
    ]


def test_a_responsable_sees_the_boxes_of_the_own_office(app, make):
    mine, other = make(office("dap")), make(office("salud", "Secretaría de Salud"))
    city.draft(BoxKind.OPEN, uuid="a" * 14, title="Mía", office_id=mine.id)
    city.draft(BoxKind.OPEN, uuid="b" * 14, title="De otra", office_id=other.id)
    responsible = store_account(Role.RESPONSIBLE, mine)
    own = db.session.scalars(visible_rows(BallotBox, responsible))
    everybodys = db.session.scalars(visible_rows(BallotBox, city.officials()[0]))
    assert (titles(own), sorted(titles(everybodys))) == (["Mía"], ["De otra", "Mía"])


def test_the_minutes_state_cards_made_void_used_and_handed_out(app):
    made, editor = city.opened(BoxKind.CODES, takes_last=True), city.officials()[0]
    made.cast(0, YES)
    made.cast(0, NO)
    made.cast(1, YES)
    city.void(made, 2)
    cards = queries.cards(made.box)
    assert (cards.made, cards.void, cards.used, cards.unused) == (10, 1, 2, 7)
    assert (cards.handed_out, cards.exceeds_handed_out) == (None, False)
    for impossible, why in ((0, "Ya votaron 2 códigos"), (10, "Cuente otra vez")):
        with pytest.raises(Refused, match=why):
            service.hand_out(made.box, editor, impossible)
    service.hand_out(made.box, editor, 2)
    made.cast(3, YES)
    assert queries.cards(made.box).exceeds_handed_out
    service.hand_out(made.box, editor, 3)
    assert not queries.cards(made.box).exceeds_handed_out
    assert queries.ballots(made.id) == 4


def test_of_the_assisted_ballots_only_those_that_count_are_told(app):
    made = city.opened(BoxKind.CODES, takes_last=True)
    for voter, submission_id in ((0, "a" * 32), (1, "b" * 32)):
        casting.cast_assisted(made.definition, made.codes[voter], [YES], submission_id)
    assert queries.assisted(made.id) == 2
    made.cast(0, NO)
    assert queries.assisted(made.id) == 1


def test_the_heads_of_the_opening_and_the_closing_stay(app):
    made = city.opened(BoxKind.CODES)
    opening = queries.heads(made.box)
    assert opening.opening == opening.last == made.verify().head
    assert (opening.closing, opening.height) == (None, 1)
    made.cast(0, YES)
    city.close(made)
    closing = queries.heads(made.box)
    assert closing.closing == closing.last == made.verify().head
    city.count(made)
    after = queries.heads(made.box)
    assert (after.opening, after.closing) == (opening.opening, closing.closing)
    assert after.last == made.verify().head
    assert after.height == archive_store.head_of(made.box).height == 6


def test_a_page_of_ballots_follows_the_archive(app, monkeypatch):
    monkeypatch.setattr(queries, "PAGE", 2)
    made = city.opened(BoxKind.VERIFIABLE)
    trackers = [made.cast(voter, YES).tracker for voter in range(3)]
    pages = [queries.trackers(made.id, page) for page in (1, 2)]
    assert [one.tracker for page in pages for one in page.rows] == trackers
    assert {page.pages for page in pages} == {2}
    assert queries.trackers(made.id, 99).page == 2
    assert queries.trackers(made.id, -1).page == 1


def test_a_replaced_ballot_is_found_and_told_so(app):
    made = city.opened(takes_last=True)
    first, second = made.cast(0, YES).tracker, made.cast(0, NO).tracker
    assert queries.is_replaced(queries.ballot_of(made.id, first))
    assert not queries.is_replaced(queries.ballot_of(made.id, second))
    assert queries.ballot_of(made.id, "x" * 43) is None


@pytest.mark.parametrize("kind", [BoxKind.CODES, BoxKind.OPEN], ids=lambda kind: kind.value)
def test_where_nobody_outside_keeps_a_key_nobody_is_missing(app, kind):
    made = city.count(city.close(city.opened(kind)))
    assert queries.parts_of(made.box) is None
    assert queries.running_job(made.box) is None


def test_the_work_on_a_box_is_its_own(app):
    made, other = city.close(city.opened(BoxKind.OPEN)), city.opened(BoxKind.OPEN, uuid="z" * 14)
    city.counting.start(made.box, city.officials()[0])
    db.session.commit()
    assert queries.running_job(made.box).title == "Recuento de «Gestión de 2024»"
    assert queries.running_job(other.box) is None
