"""Below the minimum of ballots nothing is opened, whatever the kind of the box."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from participa.ballots import minimum
from participa.ballots.kinds import BelowMinimum, BoxKind, BoxState
from participa.ballots.lifecycle import closing, labels, paper, service, two_person
from participa.ballots.models import Act, BoxHead, ChainEvent, OpenAnswer, QuestionKind, SealedPaper
from participa.ballots.results import counting, exports, results
from participa.ballots.voting import casting, open_consultation
from participa.core import clock
from participa.core.audit import AuditEntry
from participa.core.db import db
from participa.core.errors import Refused
from tests.ballots import city
from tests.ballots.city import NO, YES

KINDS = pytest.mark.parametrize("kind", list(BoxKind), ids=lambda kind: kind.name)
BLANK_TOO = (QuestionKind.YES_NO, "¿Está de acuerdo?", {})
NOTHING_OPENED = {"EncryptedTally", "PartialDecryption", "Result"}


def vote(made, number: int) -> None:
    for voter in range(number):
        if made.box.is_secret:
            made.cast(voter, YES)
        else:
            open_consultation.answer(made.definition, f"{voter:032x}", [YES])
    db.session.commit()


def two_people(made, act):
    one, other = city.officials()
    two_person.request(made.box, act, one, "Llovió")
    two_person.confirm(made.box, act, other)
    db.session.commit()


def events(made) -> set[str]:
    return set(db.session.scalars(select(ChainEvent.kind).where(ChainEvent.box_id == made.id)))


def sealed(made) -> int:
    return db.session.scalar(
        select(func.count()).select_from(SealedPaper).where(SealedPaper.box_id == made.id)
    )


# ---- it ends without a result


@KINDS
def test_with_one_vote_less_nothing_is_opened(app, client, kind):
    made = city.opened(kind, minimum=3)
    vote(made, 2)
    city.count(city.close(made))
    assert made.box.state is BoxState.TOO_FEW
    assert not made.box.is_finished
    assert results.results_of(made.box, made.definition) == []
    assert events(made) & NOTHING_OPENED == set()
    assert made.box.salt is None
    assert all(trustee.sealed_secret is None for trustee in made.box.trustees)
    assert sealed(made) == 0
    assert db.session.scalar(select(func.count()).select_from(OpenAnswer)) == 0
    what = "respuestas" if kind is BoxKind.OPEN else "votos"
    told = f"No hubo {what} suficientes. Llegaron 2 "
    for page in ("resultados", "acta"):
        text = client.get(f"/urna/{made.uuid}/{page}").text
        assert told in text
        assert "se necesitaban 3. No se abrió nada." in text
    assert client.get(f"/urna/{made.uuid}/resultados.csv").status_code == 409
    with pytest.raises(Refused):
        exports.counts(made.box)
    entry = db.session.scalars(select(AuditEntry).order_by(AuditEntry.number.desc())).first()
    assert (entry.action, entry.details) == ("ballots.ended_without_result", {"ballots": 2})


@KINDS
def test_with_exactly_the_minimum_it_is_counted(app, kind):
    made = city.opened(kind, minimum=3)
    vote(made, 3)
    city.finish(made)
    assert made.box.state is BoxState.FINISHED
    [told] = results.results_of(made.box, made.definition)
    assert told.outcome.counts == (3, 0)


def test_two_ballots_of_one_code_are_one_vote(app):
    made = city.opened(BoxKind.CODES, minimum=2, takes_last=True)
    made.cast(0, YES)
    made.cast(0, NO)
    city.count(city.close(made))
    assert made.box.state is BoxState.TOO_FEW


@KINDS
def test_what_ended_is_not_counted_again(app, kind):
    made = city.opened(kind, minimum=3)
    vote(made, 2)
    city.count(city.close(made))
    city.count(made)
    assert made.box.state is BoxState.TOO_FEW
    assert not counting.needs_count(made.box)
    with pytest.raises(Refused, match="no se puede repetir"):
        counting.restart(made.box, city.officials()[0])


def test_the_number_is_fixed_by_the_opening(app):
    assert city.draft(BoxKind.CODES).box.minimum_ballots is None
    made = city.draft(BoxKind.CODES, uuid="z" * 14)
    two_people(made, Act.OPEN)
    assert made.box.minimum_ballots == 10
    assert minimum.fewest_of(made.definition) == 10


def test_a_box_that_opened_before_there_was_a_minimum_ends_too(app):
    made = city.opened(BoxKind.OPEN, shows_live=True)
    made.box.minimum_ballots = None
    vote(made, 9)
    head = db.session.get_one(BoxHead, made.id)
    head.published, head.published_ballots = [[5, 0]], 5
    db.session.commit()
    assert results.results_of(made.box, made.definition) == []
    city.count(city.close(made))
    assert made.box.state is BoxState.TOO_FEW
    assert db.session.get_one(BoxHead, made.id).published is None


def test_live_results_begin_with_the_minimum(app, client):
    made = city.opened(BoxKind.OPEN, shows_live=True, minimum=8)
    vote(made, 12)
    told = "El primer resultado se muestra cuando lleguen 13 respuestas."
    assert told in client.get(f"/urna/{made.uuid}/resultados").text
    page = client.get(f"/urna/{made.uuid}").text
    assert "Hay resultados desde que llegan 13 respuestas, y avanzan por grupos de 5." in page
    assert "desde ya" not in page
    assert results.published_ballots(made.box) == 0
    open_consultation.answer(made.definition, "f" * 32, [NO])
    db.session.commit()
    assert results.published_ballots(made.box) == 8


@KINDS
def test_the_rule_is_told_before_anybody_votes(app, client, kind):
    made = city.opened(kind, minimum=7)
    rule = "Con menos de 7 "
    assert rule in client.get(f"/urna/{made.uuid}").text
    assert rule in client.get(f"/urna/{made.uuid}/acta").text


@pytest.mark.parametrize("kind", [BoxKind.CODES, BoxKind.VERIFIABLE], ids=lambda kind: kind.name)
def test_the_rule_is_bound_to_every_ballot(app, kind):
    made = city.draft(kind, below_minimum=BelowMinimum.EXTEND, extra_days=5)
    city.open_now(made, 10)
    assert "menos de 10 votos, recibe más durante 5 días, una sola vez." in labels.description(
        made.box
    )
    assert made.definition.election.description == labels.description(made.box)


def test_it_is_no_evidence_and_stands_in_its_own_group(app, client):
    made = city.opened(BoxKind.OPEN, minimum=3)
    vote(made, 1)
    city.count(city.close(made))
    page = client.get("/urna").text
    assert "<h2>Sin votos suficientes</h2>" in page
    assert f'href="/urna/{made.uuid}/resultados"' in page


def test_paper_that_reached_the_minimum_is_told_by_itself(app, client):
    made = city.opened(BoxKind.CODES, minimum=3, allows_paper=True)
    vote(made, 2)
    city.count(city.count_paper(city.close(made), 5, 1, [3, 1]))
    text = client.get(f"/urna/{made.uuid}/resultados").text
    assert "Lo más escogido: Sí, con 3 de 4 papeletas." in text
    assert "El papel sí alcanzó el mínimo" in client.get(f"/urna/{made.uuid}/acta").text


def test_paper_below_it_is_told_as_a_number_alone(app, client):
    made = city.opened(BoxKind.CODES, minimum=3, allows_paper=True)
    vote(made, 2)
    city.count(city.count_paper(city.close(made), 2, 0, [2, 0]))
    text = client.get(f"/urna/{made.uuid}/resultados").text
    assert "Lo más escogido" not in text
    assert "En papel llegaron 2 papeletas" in text


# ---- it stays open longer


def extended(votes: int = 2, **facts):
    made = city.opened(
        BoxKind.CODES, minimum=3, below_minimum=BelowMinimum.EXTEND, extra_days=5, **facts
    )
    vote(made, votes)
    return made


def test_a_closing_below_the_minimum_gives_more_days_once(app, client, at):
    at(2027, 3, 1, 15)
    made = extended(closes_at=clock.now() + timedelta(days=2))
    at(2027, 3, 4, 15)
    two_people(made, Act.CLOSE)
    box = made.box
    assert (box.state, box.is_closed) == (BoxState.OPEN, False)
    assert box.closes_at == clock.now() + timedelta(days=5)
    assert events(made) == {"Setup", "Ballot"}
    for page in ("", "/resultados", "/acta"):
        text = client.get(f"/urna/{made.uuid}{page}").text
        assert "La fecha de cierre era el 3 de marzo de 2027" in text, page
        assert "Había menos de 3 votos, y por eso recibe votos hasta el 9 de marzo" in text, page
    one = city.officials()[0]
    minutes = client.get(f"/urna/{made.uuid}/acta").text
    assert '<th scope="row">Más días</th>' in minutes
    assert minutes.count(one.name) >= 2, "who opened it and who extended it"

    at(2027, 3, 10, 15)
    two_people(made, Act.CLOSE)
    assert made.box.is_closed
    city.count(made)
    assert made.box.state is BoxState.TOO_FEW


def test_in_the_added_days_people_vote_and_it_is_counted(app, client, at):
    at(2027, 3, 1, 15)
    made = extended(closes_at=clock.now() + timedelta(days=2))
    at(2027, 3, 4, 15)
    with pytest.raises(casting.NotOpen):
        made.cast(2, NO)
    two_people(made, Act.CLOSE)
    made.cast(2, NO)
    at(2027, 3, 5, 16)
    two_people(made, Act.CLOSE)
    told = client.get(f"/urna/{made.uuid}/acta").text
    assert "y por eso recibió votos hasta el 5 de marzo de 2027" in told, "not until the 9th"
    city.count(made)
    assert made.box.state is BoxState.FINISHED
    assert made.verify().is_finished


def test_below_the_minimum_nobody_cuts_the_days_that_the_box_promises(app, at):
    at(2027, 3, 1, 15)
    made = extended(closes_at=clock.now() + timedelta(days=2))
    one = city.officials()[0]
    for day in (2, 4, 6):  # before the date; at it; during the added days
        at(2027, 3, day, 16)
        if day == 4:
            two_people(made, Act.CLOSE)
            assert made.box.extended_from_at
            continue
        with pytest.raises(Refused, match="que llegue su fecha"):
            two_person.request(made.box, Act.CLOSE, one, "Llovió")
        with pytest.raises(Refused, match="que llegue su fecha"):
            closing.close(made.box, one)
        db.session.rollback()
        assert not made.box.is_closed
        assert (made.box.extended_from_at is None) is (day == 2), "the extension is not spent"


def test_with_enough_votes_it_closes_at_once(app):
    made = extended(votes=3)
    two_people(made, Act.CLOSE)
    assert made.box.is_closed
    assert made.box.extended_from_at is None


# ---- it is counted together with the paper


def merged(answers: int, minimum: int = 6, **facts):
    made = city.opened(
        BoxKind.OPEN,
        BLANK_TOO,
        minimum=minimum,
        allows_paper=True,
        below_minimum=BelowMinimum.MERGE,
        **facts,
    )
    vote(made, answers)
    return city.close(made)


def test_few_answers_and_paper_are_published_as_one_sum(app, client):
    made = city.count(city.count_paper(merged(2), 5, 1, [1, 1, 2]))
    assert made.box.state is BoxState.FINISHED
    [told] = results.results_of(made.box, made.definition)
    assert (told.ballots, told.total.counts, told.total.blank) == (6, (3, 2), 1)
    assert told.outcome is None
    assert told.paper is None
    assert [line.virtual for line in told.lines] == [None] * 3
    text = client.get(f"/urna/{made.uuid}/resultados").text
    assert "se contaron junto con el papel y se publica solo la suma" in text
    assert "Lo más escogido: Sí, con 3 de 6 respuestas." in text
    assert "En papel</small>" not in text
    assert client.get(f"/urna/{made.uuid}/respuestas.csv").status_code == 409
    rows = client.get(f"/urna/{made.uuid}/resultados.json").json["rows"]
    assert (rows[0]["ballots"], rows[0]["paper"], rows[0]["total"]) == (None, None, 3)
    assert exports.offered(made.box) == [("resultado", "El resultado, opción por opción")]


def test_neither_part_of_the_sum_is_left_anywhere(app):
    made = city.count(city.count_paper(merged(2), 5, 1, [1, 1, 2]))
    assert made.box.paper.counts is None
    assert sealed(made) == 0
    assert made.box.salt is None
    assert db.session.scalar(select(func.count()).select_from(OpenAnswer)) == 0
    assert "[[1, 1, 2]]" not in str(db.session.scalars(select(AuditEntry.details)).all())
    with pytest.raises(Refused, match="Por separado ya no existe"):
        paper.type_count(made.box, city.officials()[0], 5, 0, [[1, 2, 2]], reason="Otra vez")


def test_together_still_below_the_minimum_nothing_is_opened(app):
    made = city.count(city.count_paper(merged(2), 3, 0, [0, 1, 2]))
    assert made.box.state is BoxState.TOO_FEW
    assert results.results_of(made.box, made.definition) == []


def test_with_enough_answers_both_are_published_apart(app):
    made = city.count(city.count_paper(merged(6), 3, 0, [0, 1, 2]))
    [told] = results.results_of(made.box, made.definition)
    assert told.outcome.counts == (6, 0)
    assert told.paper.counts == (1, 2)


REFUSED = {
    "a secret box": (
        BoxKind.CODES,
        {"below_minimum": BelowMinimum.MERGE},
        "el archivo es público",
    ),
    "a box without paper": (
        BoxKind.OPEN,
        {"below_minimum": BelowMinimum.MERGE, "allows_paper": False},
        "reciba también votos en papel",
    ),
    "no days": (BoxKind.CODES, {"below_minimum": BelowMinimum.EXTEND}, "cuántos días, de 1 a 30"),
    "too many days": (
        BoxKind.OPEN,
        {"below_minimum": BelowMinimum.EXTEND, "extra_days": 31},
        "cuántos días, de 1 a 30",
    ),
}


@pytest.mark.parametrize(("kind", "facts", "says"), REFUSED.values(), ids=REFUSED)
@pytest.mark.one_engine
def test_a_rule_that_cannot_be_kept_is_refused(app, kind, facts, says):
    made = city.draft(kind)
    with pytest.raises(Refused, match=says):
        service.change(made.box, city.officials()[0], made.box.tasks, **facts)


@pytest.mark.one_engine
def test_after_the_opening_the_rule_is_fixed(app):
    made = city.opened(BoxKind.OPEN, allows_paper=True)
    with pytest.raises(Refused, match="La urna ya abrió"):
        service.change(
            made.box,
            city.officials()[0],
            made.box.tasks,
            below_minimum=BelowMinimum.MERGE,
        )


PUBLISHED = {
    "all": (6, "Se publicaron todas las respuestas, para que cualquiera repita la suma."),
    "the sum": (2, "Se publicó solo la suma con el papel."),
}


@pytest.mark.parametrize(("answers", "told"), PUBLISHED.values(), ids=PUBLISHED)
def test_a_consultation_says_what_it_published_and_what_it_erased(app, client, answers, told):
    made = merged(answers)
    before = client.get(f"/urna/{made.uuid}/resultados").text
    assert "Si llegan al mínimo, al final se publican todas" in before
    city.count(city.count_paper(made, 5, 1, [1, 1, 2]))
    page = client.get(f"/urna/{made.uuid}/resultados").text
    assert told in page
    assert [other for _, other in PUBLISHED.values() if other in page] == [told]
    is_summed = answers < 6
    assert ("Se suman todas las respuestas." in page) is not is_summed
    assert ("Va al lado de lo virtual" in page) is not is_summed
    assert ("Después, solo la suma con el papel." in page) is is_summed
    asked = client.get(f"/urna/{made.uuid}/respuestas.csv").status_code
    assert asked == (409 if is_summed else 200)
    assert sealed(made) == 0


def test_a_consultation_without_a_result_promises_no_answers_any_more(app, client):
    made = city.opened(BoxKind.OPEN, minimum=3)
    vote(made, 1)
    city.count(city.close(made))
    page = client.get(f"/urna/{made.uuid}/resultados").text
    assert "No llegaron al mínimo: ninguna respuesta se abrió, y todas se borraron." in page
    assert "se publican todas" not in page
    assert "Se suman todas las respuestas." not in page
