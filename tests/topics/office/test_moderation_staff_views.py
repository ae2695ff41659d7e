"""Deciding about all topics of a call, and reviewing many proposals, on one page."""

import re
from html import escape

import pytest

from participa.channels.moderation import ReviewState
from participa.core import clock
from participa.core.audit import AuditEntry
from participa.core.db import db
from participa.topics.models import Decision, Proposal
from tests.plan.builders import office
from tests.topics.builders import CODE, call
from tests.visitor import field, where

SHOW = f"/gestion/temas/{CODE}"
DECIDE, PROPOSALS = f"{SHOW}/decisiones", f"{SHOW}/propuestas"
WHY = "No entran, porque la audiencia dura tres horas."


def send(visitor, address, **values):
    visitor.get(address)
    token = field(visitor.get("/gestion/cuenta"), "csrf_token")
    return visitor.post(address, data={"csrf_token": token} | values)


def row(topic, decision="TAKEN", text="Abre la audiencia.", url=""):
    """What a browser sends for the row of a topic."""
    typed = {"decision": decision, "decision_text": text, "agenda_url": url}
    return {f"tema-{topic.id}-{name}": value for name, value in typed.items()}


def blank(topics):
    return {name: value for topic in topics for name, value in row(topic, "PENDING", "").items()}


def decisions(made):
    return [topic.decision.name for topic in made.topics]


def acts(verb="topics.decided"):
    return db.session.query(AuditEntry).filter_by(action=verb).all()


def test_two_topics_enter_and_the_others_do_not_on_one_page(staff, client, make, at):
    at(2026, 11, 10, 15)
    made = make(call())
    editor = staff("EDITOR")
    assert editor.get(DECIDE).text.count('<fieldset class="topic">') == len(made.topics) + 1
    first, second, *others = made.topics
    url = "https://ejemplo.gov.co/agenda"
    filled = row(first) | row(second, text="Va al final.", url=url) | blank(others)
    sent = filled | {"rest": "NOT_TAKEN", "rest_text": WHY}
    done = send(editor, DECIDE, **sent)
    assert (where(done), done.location.endswith("#decisiones")) == (SHOW, True)
    assert decisions(made) == ["TAKEN", "TAKEN", "NOT_TAKEN", "NOT_TAKEN", "NOT_TAKEN"]
    assert made.topics[1].agenda_url == "https://ejemplo.gov.co/agenda"
    assert [one.decision_text for one in others] == [WHY] * 3
    assert [entry.details["topic"] for entry in acts()] == [one.title for one in made.topics]
    public = client.get(f"/temas/{CODE}/resultados").text
    assert public.count(WHY) == 3
    assert "Todos los temas están decididos." in editor.get(DECIDE).text


def test_a_second_click_decides_nothing_twice(staff, make):
    made = make(call())
    editor = staff("EDITOR")
    sent = row(made.topics[0]) | blank(made.topics[1:]) | {"rest": "NOT_TAKEN", "rest_text": WHY}
    answers = [send(editor, DECIDE, **sent).status_code for _ in range(2)]
    assert (answers, len(acts())) == ([302, 302], len(made.topics))


def test_an_error_stands_in_its_row_and_everything_typed_stays(staff, make):
    made = make(call())
    first, second, third, *others = made.topics
    sent = row(first, text="") | row(second, "PENDING", "Algo dicho.") | row(third, url="agenda")
    sent |= blank(others) | {"rest": "PENDING", "rest_text": WHY}
    page = send(staff("EDITOR"), DECIDE, **sent)
    assert page.status_code == 422
    sentences = {
        f"tema-{first.id}-decision_text": "Escriba en una frase qué se decidió y por qué.",
        f"tema-{second.id}-decision": "Elija qué se decidió, o borre lo que escribió en esta fila.",
        f"tema-{third.id}-agenda_url": "Ponga una dirección completa, como "
        "https://ejemplo.org/informe, o una de este sitio, "
        "como /plan.",
    }
    for id, sentence in sentences.items():
        assert f'id="{id}-error">{sentence}</p>' in page.text
        assert f'<a href="#{id}">' in page.text
    for typed in ("Algo dicho.", "Abre la audiencia.", 'value="agenda"', WHY):
        assert typed in page.text
    assert decisions(made) == ["PENDING"] * 5
    assert acts() == []


@pytest.mark.parametrize(
    ("rest", "sentence"),
    [
        ({"rest": "NOT_TAKEN"}, "Escriba en una frase qué se decidió y por qué."),
        ({"rest_text": WHY}, "Elija qué pasa con los demás temas, o borre el porqué."),
        ({}, "Decida al menos un tema, o diga qué pasa con todos."),
    ],
    ids=["no reason", "no decision", "nothing at all"],
)
def test_the_other_topics_need_a_decision_and_its_reason(staff, make, rest, sentence):
    made = make(call())
    sent = blank(made.topics) | {"rest": "PENDING", "rest_text": ""} | rest
    page = send(staff("EDITOR"), DECIDE, **sent)
    assert (page.status_code, sentence in page.text) == (422, True)


def test_what_a_colleague_decided_meanwhile_is_not_overwritten(staff, make):
    made = make(call())
    first, *others = made.topics
    send(staff("EDITOR"), f"{DECIDE}/{first.id}", decision="TAKEN", decision_text="Entra.")
    other = staff("EDITOR")
    no_rest = blank(others) | {"rest": "PENDING"}
    page = send(other, DECIDE, **(row(first, "NOT_TAKEN", "No cabe.") | no_rest))
    assert page.status_code == 422
    assert "Otra persona ya decidió este tema." in page.text
    assert "No cabe." in page.text
    rest = {"rest": "NOT_TAKEN", "rest_text": WHY}
    send(other, DECIDE, **(blank(made.topics) | rest))
    db.session.expire_all()
    assert decisions(made) == ["TAKEN", *["NOT_TAKEN"] * 4]
    assert first.decision is Decision.TAKEN


def test_another_office_decides_and_reviews_nothing(staff, make):
    mine, theirs = make(office("dap")), make(office("salud", "Secretaría de Salud"))
    make(call(office=mine))
    stranger = staff("RESPONSIBLE", office=theirs)
    for address in (DECIDE, PROPOSALS):
        assert stranger.get(address).status_code == 404
        assert send(stranger, address).status_code == 404
        assert staff("RESPONSIBLE", office=mine).get(address).status_code == 200


@pytest.fixture
def six(make):
    made = make(call())
    return [make(Proposal(call=made, territory="01", text=f"Idea {one}")) for one in range(6)]


def states(six):
    db.session.expire_all()
    return [one.state.name for one in six]


def test_ticked_proposals_are_published_together(staff, six):
    editor = staff("EDITOR")
    page = editor.get(PROPOSALS).text
    assert page.count('name="chosen"') == 6
    ticked = [str(one.id) for one in six[:4]]
    for _ in range(2):  # a second click
        assert send(editor, PROPOSALS, chosen=ticked, verdict="publish").status_code == 302
    assert states(six) == [*["PUBLISHED"] * 4, "PENDING", "PENDING"]
    assert len(acts("topics.proposal_reviewed")) == 4
    assert editor.get(PROPOSALS).text.count('name="chosen"') == 2


def test_a_proposal_is_called_published_once_the_public_reads_it(staff, client, six):
    editor = staff("EDITOR")
    send(editor, PROPOSALS, chosen=[str(six[0].id)], verdict="publish")
    shown = editor.get(PROPOSALS).text
    assert "Aceptada: se publica al cierre" in shown
    assert "Publicada" not in shown
    results = f"/temas/{six[0].call.code}/resultados"
    assert "Idea 0" not in client.get(results).text
    six[0].call.closed_at = clock.now()
    six[0].call.touch()
    db.session.commit()
    assert "Publicada" in editor.get(PROPOSALS).text
    assert "Idea 0" in client.get(results).text


def test_proposals_that_are_not_published_share_a_reason(staff, six):
    editor = staff("EDITOR")
    ticked = [str(one.id) for one in six[1:3]]
    page = send(editor, PROPOSALS, chosen=ticked, verdict="reject")
    assert (page.status_code, "Escriba por qué no se publica." in page.text) == (422, True)
    assert page.text.count(" checked>") == 2
    send(editor, PROPOSALS, chosen=ticked, verdict="reject", reason="Nombran a una persona.")
    assert states(six) == ["PENDING", "REJECTED", "REJECTED", *["PENDING"] * 3]
    assert six[1].reason == "Nombran a una persona."


def test_a_review_without_ticks_or_with_foreign_ones_changes_nothing(staff, six, make):
    stranger = make(Proposal(call=make(call("AAAAAAAA")), territory="01", text="De otra"))
    editor = staff("EDITOR")
    empty = send(editor, PROPOSALS, verdict="publish")
    assert "Marque al menos un tema propuesto." in empty.text
    foreign = send(editor, PROPOSALS, chosen=[str(stranger.id)], verdict="publish")
    assert "Elija opciones de la lista." in foreign.text
    undecided = send(editor, PROPOSALS, chosen=[str(six[0].id)])
    assert escape("Elija qué hacer con los temas marcados.") in undecided.text
    argued = send(editor, PROPOSALS, chosen=[str(six[0].id)], verdict="publish", reason="Sí")
    assert "Lo que se publica no lleva motivo." in argued.text
    assert states([*six, stranger]) == [ReviewState.PENDING.name] * 7


def test_what_a_colleague_reviewed_meanwhile_is_not_dropped_in_silence(staff, six):
    """Both decisions are shown, and none of the old page's is carried out."""
    editor = staff("EDITOR")
    first, second, *_ = six
    ticked = [str(first.id), str(second.id)]
    colleague = {"chosen": ticked[:1], "verdict": "reject", "reason": "Nombra a una vecina"}
    assert send(staff("EDITOR"), PROPOSALS, **colleague).status_code == 302
    refused = send(editor, PROPOSALS, chosen=ticked, verdict="publish", reason="")
    assert refused.status_code == 422
    assert f"«{first.text}»: No publicada, porque Nombra a una vecina." in refused.text
    assert "Guardó la revisión" not in refused.text
    assert re.search(rf'value="{second.id}" checked', refused.text)
    assert [db.session.get_one(Proposal, one.id).state.name for one in (first, second)] == [
        "REJECTED",
        "PENDING",
    ]
    assert send(editor, PROPOSALS, chosen=ticked[1:], verdict="publish").status_code == 302
