"""The link of a member: read, answered once, expired, replaced, altered."""

import re
from datetime import timedelta

import pytest

from participa.core import clock
from participa.core.audit import AuditEntry
from participa.core.db import db
from participa.core.installation import installation
from participa.core.jobs.mail import Outbox
from participa.groups import invitations, service
from participa.groups.models import GroupMember, MemberKind, MemberState
from tests.groups import builders
from tests.plan.builders import account, office
from tests.visitor import field

ANA = "Ana María Ejemplo"


@pytest.fixture
def invited(app) -> GroupMember:
    made = builders.group(office=office())
    return builders.member(made, email="ana@ejemplo.org")


def answer(client, path: str, how: str = "accept", **values: str):
    page = client.get(path)
    sent = {"submission": field(page, "submission"), "name": ANA, "answer": how}
    return client.post(path, data=sent | values)


def again(member: GroupMember) -> GroupMember:
    db.session.expire_all()
    return db.session.get_one(GroupMember, member.id)


def test_the_invitation_shows_the_body_the_call_the_role_and_who_invites(client, invited):
    """And, before any field, what is done with the answer (DAT-02)."""
    page = client.get(builders.link_of(invited))
    for told in (
        invited.group.name,
        "Se convoca a conformar el nodo.",
        "Departamento Administrativo de Planeación invita a <b>Corporación Ejemplo</b> (Delegada)",
        "su nombre y su cargo se publican",
    ):
        assert told in page.text
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["X-Robots-Tag"] == "noindex"
    assert "ana@ejemplo.org" not in page.text


def test_who_accepts_belongs_to_the_body_with_name_and_position(client, invited):
    path = builders.link_of(invited)
    done = answer(client, path)
    assert (done.status_code, done.location) == (303, path)
    assert again(invited).state is MemberState.ACCEPTED
    assert "Usted aceptó el" in client.get(path).text
    public = client.get(f"/instancias/{builders.CODE}").text
    assert f"{ANA}, Delegada" in public
    assert "ana@ejemplo.org" not in public


@pytest.mark.parametrize("pressed", ["", "si", "ACCEPT", None])
def test_who_pressed_neither_button_has_not_accepted(client, invited, pressed):
    path = builders.link_of(invited)
    values = {} if pressed is None else {"answer": pressed}
    token = field(client.get(path), "submission")
    page = client.post(path, data={"submission": token, "name": ANA} | values)
    assert page.status_code == 422
    assert "Elija con un botón: «Aceptar» o «No aceptar»." in page.text
    assert ANA in page.text
    assert again(invited).state is MemberState.INVITED


def test_accepting_twice_says_what_was_done_and_changes_nothing(client, invited):
    path = builders.link_of(invited)
    page = client.get(path)
    sent = {"submission": field(page, "submission"), "name": ANA, "answer": "accept"}
    assert client.post(path, data=sent).status_code == 303
    first = again(invited).accepted_at
    second = client.post(path, data=sent | {"name": "Otra Persona", "answer": "decline"})
    assert second.status_code == 200
    assert "Usted aceptó el" in second.text
    assert (again(invited).accepted_at, invited.accepted_name) == (first, ANA)
    acts = db.session.query(AuditEntry).filter_by(action="groups.member_accepted").all()
    assert [one.actor for one in acts] == ["Corporación Ejemplo"]


def test_an_acceptance_needs_a_name(client, invited):
    path = builders.link_of(invited)
    refused = answer(client, path, name="  ")
    assert refused.status_code == 422
    assert "Escriba su nombre completo" in refused.text
    assert again(invited).is_pending


@pytest.mark.parametrize("typed", [ANA, "  ana  maria EJEMPLO "])
def test_nobody_accepts_for_two_members_of_one_group(client, invited, typed):
    builders.accepted(invited.group, "Corporación Dos", ANA)
    refused = answer(client, builders.link_of(invited), name=typed)
    assert refused.status_code == 422
    assert "ya se aceptó por otro integrante" in refused.text
    assert again(invited).is_pending
    assert answer(client, builders.link_of(invited), name="Luis Ejemplo").status_code == 303


def test_the_same_person_may_belong_to_two_groups(client, invited):
    builders.accepted(builders.group("AAAAAAAA"), "Corporación Dos", ANA)
    assert answer(client, builders.link_of(invited)).status_code == 303


@pytest.mark.parametrize(
    ("typed", "status"),
    [("Luis Otro", 422), ("Ana Otra", 422), ("Ana Ejemplo", 303), ("Ana María Ejemplo Ríos", 303)],
)
def test_who_was_invited_by_name_accepts_with_that_name(client, invited, typed, status):
    made = builders.member(invited.group, "Ana María Ejemplo", kind=MemberKind.PERSON)
    done = answer(client, builders.link_of(made), name=typed)
    assert done.status_code == status
    assert ("Esta invitación es para otra persona" in done.text) is (status == 422)


def test_the_public_page_says_that_the_city_handed_the_link_over(client, invited, posting):
    by_hand = builders.member(invited.group, "Corporación Dos")
    answer(client, builders.link_of(by_hand), name="Luis Ejemplo")
    answer(client, builders.link_of(invited))
    page = client.get(f"/instancias/{builders.CODE}").text
    assert page.count("La ciudad entregó el enlace.") == 1
    told = {one.details["member"]: one.details["handed_over"] for one in invitations_sent()}
    assert told == {"Corporación Dos": True, "Corporación Ejemplo": False}


def invitations_sent() -> list[AuditEntry]:
    return db.session.query(AuditEntry).filter_by(action="groups.member_invited").all()


def test_who_declines_needs_no_name_and_is_not_published(client, invited):
    path = builders.link_of(invited)
    done = answer(client, path, "decline", name="", decline_reason="No tengo tiempo.")
    assert done.status_code == 303
    assert again(invited).state is MemberState.DECLINED
    assert "Usted respondió que no acepta" in client.get(path).text
    public = client.get(f"/instancias/{builders.CODE}").text
    assert "Corporación Ejemplo" not in public
    assert "No tengo tiempo" not in public
    entries = [str(one.details) for one in db.session.query(AuditEntry)]
    assert not any("No tengo tiempo" in one or ANA in one for one in entries)


def test_an_expired_link_says_whom_to_ask(client, invited, at):
    at(2026, 3, 2, 14)
    path = builders.link_of(invited)
    at(2026, 4, 1, 13, 59)
    assert client.get(path).status_code == 200
    at(2026, 4, 1, 14, 1)
    over = client.get(path)
    assert over.status_code == 410
    assert "venció el 1 de abril de 2026" in over.text
    assert (
        "Pida uno nuevo a la dependencia que invita: Departamento Administrativo de Planeación"
        in over.text
    )
    assert client.post(path, data={"answer": "accept", "name": ANA}).status_code == 410
    assert again(invited).is_pending


def test_who_answered_in_time_reads_the_answer_after_it(client, invited, at):
    at(2026, 3, 2, 14)
    path = builders.link_of(invited)
    answer(client, path)
    at(2026, 6, 1, 14)
    assert "Usted aceptó el 2 de marzo de 2026" in client.get(path).text


def test_another_invitation_replaces_the_link(client, invited):
    first = builders.link_of(invited)
    second = builders.link_of(invited)
    replaced = client.get(first)
    assert replaced.status_code == 410
    assert "se reemplazó por otro más reciente" in replaced.text
    assert client.get(second).status_code == 200


def test_who_was_withdrawn_cannot_accept_any_more(client, invited):
    path = builders.link_of(invited)
    service.withdraw_member(invited, account(), "Se fusionó la entidad.")
    db.session.commit()
    over = client.get(path)
    assert over.status_code == 410
    assert "Esta invitación se retiró." in over.text
    assert "Se fusionó" not in over.text


def test_every_wrong_link_looks_the_same(client, invited):
    path = builders.link_of(invited)
    token = path.rpartition("/")[2]
    # Not the last letter of the signature: some of its bits say nothing.
    altered = token[:-2] + ("A" if token[-2] != "A" else "B") + token[-1]
    wrong = [altered, f"{token}A", token[1:], "x", "." * 9]
    pages = {client.get(f"/instancias/aceptar/{one}").text for one in wrong}
    assert len(pages) == 1
    assert invitations.UNKNOWN in pages.pop()
    assert all(client.get(f"/instancias/aceptar/{one}").status_code == 404 for one in wrong)


def test_the_table_does_not_have_what_opens_the_link(client, invited):
    token = builders.link_of(invited).rpartition("/")[2]
    stored = [getattr(again(invited), column.key) for column in GroupMember.__table__.columns]
    assert not any(str(value) in token for value in stored if len(str(value)) > 20)


def test_a_role_that_changed_meanwhile_is_not_accepted_unseen(client, invited):
    path = builders.link_of(invited)
    page = client.get(path)
    sent = {"submission": field(page, "submission"), "name": ANA, "answer": "accept"}
    facts = {"kind": MemberKind.EXTERNAL, "name": invited.name, "email": ""}
    service.change_member(invited, account(), position="Tesorera", **facts)
    db.session.commit()
    refused = client.post(path, data=sent)
    assert refused.status_code == 422
    assert "Tesorera" in refused.text
    assert f'value="{ANA}"' in refused.text
    assert again(invited).is_pending
    assert answer(client, path).status_code == 303


def test_nobody_is_invited_before_the_call_nor_after_accepting(app):
    early = builders.member(builders.draft())
    assert invitations.why_not_invited(early).startswith("Publique primero la convocatoria")
    done = builders.accepted(builders.group("AAAAAAAA"), "Corporación Uno")
    assert invitations.why_not_invited(done) == "Este integrante ya aceptó."


def test_whoever_declined_can_be_invited_again(client, invited):
    answer(client, builders.link_of(invited), "decline")
    path = builders.link_of(again(invited))
    assert again(invited).state is MemberState.INVITED
    assert answer(client, path).status_code == 303
    assert again(invited).is_accepted


@pytest.fixture
def posting(app, monkeypatch):
    """An installation with a mail server."""
    monkeypatch.setattr("participa.core.jobs.mail.is_configured", lambda: True)
    return installation()


def test_with_a_mail_server_the_letter_takes_the_link(client, staff, invited, posting):
    editor = staff("EDITOR")
    done = invite(editor, invited)
    assert done.status_code == 302
    assert "Envió la invitación." in editor.get(done.location).text
    [letter] = db.session.query(Outbox).all()
    assert letter.to == "ana@ejemplo.org"
    path = re.search(r"/instancias/aceptar/\S+", letter.body)[0]
    assert client.get(path).status_code == 200


def test_without_a_mail_server_the_page_shows_the_link_once(client, staff, invited):
    editor = staff("EDITOR")
    page = invite(editor, invited)
    assert page.status_code == 200
    assert "Se muestra una sola vez" in page.text
    path = re.search(r"/instancias/aceptar/[^<\s]+", page.text)[0]
    assert client.get(path).status_code == 200
    assert path not in editor.get(f"/gestion/instancias/{builders.CODE}").text
    assert db.session.query(Outbox).count() == 0


def test_a_second_click_on_invite_does_not_replace_the_link(client, staff, invited):
    editor = staff("EDITOR")
    sent = button(editor, invited)
    first = editor.post(f"/gestion/instancias/integrantes/{invited.id}/invitar", data=sent)
    path = re.search(r"/instancias/aceptar/[^<\s]+", first.text)[0]
    second = editor.post(f"/gestion/instancias/integrantes/{invited.id}/invitar", data=sent)
    assert second.status_code == 409
    assert client.get(path).status_code == 200


def invite(editor, member: GroupMember):
    sent = button(editor, member)
    return editor.post(f"/gestion/instancias/integrantes/{member.id}/invitar", data=sent)


def button(editor, member: GroupMember) -> dict[str, str]:
    db.session.commit()
    page = editor.get(f"/gestion/instancias/{builders.CODE}").text
    form = page.partition(f"/integrantes/{member.id}/invitar")[2].partition("</form>")[0]
    return dict(re.findall(r'name="(\w+)" value="([^"]*)"', form))


def test_the_limit_of_an_invitation_is_thirty_days(app, invited):
    builders.link_of(invited)
    lasts = again(invited).invitation_expires_at - clock.now()
    assert timedelta(days=29, hours=23) < lasts <= timedelta(days=30)


def test_a_year_after_who_did_not_accept_nothing_of_the_person_is_left(app, at):
    """DAT-10: what was kept to invite goes; the body, the position and the acceptances stay."""
    at(2024, 3, 4, 14)
    made = builders.group()
    person = {"kind": MemberKind.PERSON, "position": "Vocera", "email": "ana@ejemplo.org"}
    declined = builders.member(made, "Ana Pérez", declined_at=clock.now(), **person)
    declined.decline_reason = "Por salud."
    silent = builders.member(made, "Luz Pérez", **person)
    builders.link_of(silent)
    belongs = builders.accepted(made, "Corporación Uno")
    belongs.email, belongs.invitation_expires_at = "uno@ejemplo.org", clock.now()
    db.session.commit()
    at(2025, 3, 4, 13)
    assert invitations.erase_old() == 0
    at(2025, 4, 4, 14)
    assert invitations.erase_old() == 2
    db.session.commit()
    for one in (declined, silent):
        assert (one.name, one.position, one.email) == ("Vocera", "Vocera", "")
        assert one.decline_reason == ""
    assert (belongs.email, belongs.accepted_name) == ("uno@ejemplo.org", "Ana Ejemplo")
    assert invitations.erase_old() == 0
