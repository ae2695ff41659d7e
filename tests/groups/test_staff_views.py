"""The staff's pages of a group, from the draft to the formed body."""

import re
from io import BytesIO

import pytest

from participa.core import clock
from participa.core.audit import AuditEntry
from participa.core.db import db
from participa.groups.models import GroupKind, MeetingGroup, MemberKind
from tests.groups import builders
from tests.plan.builders import office, plan, task
from tests.visitor import field

LIST = "/gestion/instancias"
SHOW = f"{LIST}/{builders.CODE}"


def sent(page, *names: str, **values):
    proofs = {one: field(page, one) for one in ("csrf_token", "about", *names)}
    return proofs | values


def press(visitor, show: str, action: str):
    """Press the button of this page that leads there."""
    page = visitor.get(show).text
    form = page.partition(f'action="{action}"')[2].partition("</form>")[0]
    assert form, f"no button to {action}"
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form))
    return visitor.post(action, data=fields)


def test_an_official_forms_a_body_from_the_draft_to_the_act(client, staff, make):
    kept = make(plan(task(measure="groups.formed"), year=clock.today().year))
    [counted] = kept.actions[0].tasks
    editor = staff("EDITOR")
    page = editor.get(f"{LIST}/nueva")
    facts = {
        "name": "Mesa de género",
        "kind": "TABLE",
        "aim": "Revisa los formatos.",
        "call_text": "Se convoca a la mesa.",
        "tasks": str(counted.id),
        "office": "0",
    }
    done = editor.post(f"{LIST}/nueva", data=sent(page, "creation", **facts))
    assert done.status_code == 302, done.text
    show = done.location.partition("?")[0]
    assert "Guardó el borrador." in editor.get(done.location).text
    called = press(editor, show, f"{show}/convocar")
    assert "Publicó la convocatoria." in editor.get(called.location).text
    for name in ("Corporación Uno", "Corporación Dos"):
        page = editor.get(f"{show}/integrantes/agregar")
        member = {"kind": "EXTERNAL", "office": "0", "name": name, "position": "Delegada"}
        added = editor.post(f"{show}/integrantes/agregar", data=sent(page, "creation", **member))
        assert added.status_code == 302, added.text
    people = iter(("Ana Ejemplo", "Luis Ejemplo"))
    for action in re.findall(r'action="(/[^"]+/invitar)"', editor.get(show).text):
        link = re.search(r"/instancias/aceptar/[^<\s]+", press(editor, show, action).text)[0]
        token = field(client.get(link), "submission")
        answer = {"submission": token, "name": next(people), "answer": "accept"}
        assert client.post(link, data=answer).status_code == 303
    assert "falta el acta de conformación" in editor.get(show).text
    page = editor.get(f"{show}/acta")
    act = {"founded_on": clock.today().isoformat(), "text": "Se conforma la mesa."}
    filed = editor.post(f"{show}/acta", data=sent(page, "shown", **act))
    assert filed.status_code == 302, filed.text
    assert "Guardó el acta." in editor.get(filed.location).text
    assert "Conformada" in editor.get(show).text
    told = client.get(f"/plan/tareas/{counted.code}").text
    assert "Cuenta: " in told
    assert "Mesa de género" in told


def test_what_the_call_lacks_is_a_list_and_the_button_says_it_again(staff):
    builders.draft(call_text="")
    db.session.commit()
    editor = staff("EDITOR")
    assert "<li>el texto de la convocatoria</li>" in editor.get(SHOW).text
    refused = press(editor, SHOW, f"{SHOW}/convocar")
    assert refused.status_code == 409
    assert "Para publicar falta" in refused.text


def test_a_double_click_makes_one_body(staff):
    editor = staff("EDITOR")
    page = editor.get(f"{LIST}/nueva")
    facts = sent(page, "creation", name="Nodo", kind="NODE", office="0")
    first = editor.post(f"{LIST}/nueva", data=facts)
    second = editor.post(f"{LIST}/nueva", data=facts)
    assert first.location.partition("?")[0] == second.location.partition("?")[0]
    assert db.session.query(MeetingGroup).count() == 1


def test_the_act_comes_as_a_file_and_is_replaced_with_a_reason(client, staff):
    builders.group()
    db.session.commit()
    editor, today = staff("EDITOR"), clock.today().isoformat()

    def file_act(text: bytes, **values):
        page = editor.get(f"{SHOW}/acta")
        upload = {"file": (BytesIO(text), "acta.txt"), "founded_on": today}
        return editor.post(f"{SHOW}/acta", data=sent(page, "shown", **upload, **values))

    assert file_act(b"Acta uno.").status_code == 302
    refused = file_act(b"Acta dos.")
    assert refused.status_code == 422
    assert "Escriba por qué se reemplaza el acta." in refused.text
    assert file_act(b"Acta dos.", reason="Faltaba una firma.").status_code == 302
    with client.get(f"/instancias/{builders.CODE}/acta") as answer:
        assert answer.data == b"Acta dos."


def test_a_file_that_lies_is_refused_at_its_field(staff):
    builders.group()
    db.session.commit()
    editor = staff("EDITOR")
    page = editor.get(f"{SHOW}/acta")
    upload = {"file": (BytesIO(b"MZ\x90"), "acta.pdf"), "founded_on": clock.today().isoformat()}
    refused = editor.post(f"{SHOW}/acta", data=sent(page, "shown", **upload))
    assert refused.status_code == 422
    assert 'id="file-error"' in refused.text


def test_a_responsable_sees_and_changes_the_bodies_of_the_own_office(staff, make):
    own = make(office())
    builders.group(office=own)
    other = builders.group("AAAAAAAA", name="Mesa ajena", kind=GroupKind.TABLE)
    guest = builders.member(other)
    db.session.commit()
    rosa = staff("RESPONSIBLE", office=own)
    page = rosa.get(LIST).text
    assert "Nodo de seguridad alimentaria" in page
    assert "Mesa ajena" not in page
    assert rosa.get(SHOW).status_code == 200
    for path in ("AAAAAAAA", "AAAAAAAA/cambiar", "AAAAAAAA/acta", f"integrantes/{guest.id}"):
        assert rosa.get(f"{LIST}/{path}").status_code == 404


def test_who_only_reads_finds_no_button_but_the_downloads(staff):
    made = builders.group()
    builders.member(made)
    db.session.commit()
    page = staff("READER").get(SHOW).text
    main = page.partition("<main")[2].partition("</main>")[0]
    actions = re.findall(r'<form method="post" action="([^"]+)"', main)
    assert {one.rpartition("/")[0] for one in actions} == {f"{SHOW}/exportar"}
    assert "/integrantes/" not in main


def test_a_member_is_withdrawn_with_a_reason_and_keeps_no_button(staff):
    made = builders.group()
    guest = builders.member(made)
    db.session.commit()
    editor, address = staff("EDITOR"), f"{LIST}/integrantes/{guest.id}/retirar"
    page = editor.get(address)
    assert editor.post(address, data=sent(page, "shown", reason="")).status_code == 422
    done = editor.post(address, data=sent(page, "shown", reason="Se fusionó."))
    assert "Retiró el integrante." in editor.get(done.location).text
    page = editor.get(SHOW).text
    assert "Retirado" in page
    assert "/invitar" not in page
    assert "ya se retiró" in editor.get(address).text


@pytest.mark.parametrize("days", [14, 16])
def test_a_body_that_lacks_something_for_long_waits_under_today(staff, at, days):
    at(2026, 3, 2, 14)
    builders.group()
    builders.formed("AAAAAAAA", name="Nodo completo")
    db.session.commit()
    at(2026, 3, 1 + days, 15)
    page = staff("EDITOR").get("/gestion").text
    assert ("Conformar: Nodo de seguridad alimentaria" in page) == (days > 14)
    assert "Nodo completo" not in page


def test_two_officials_who_file_an_act_lose_nothing_of_either(staff):
    made = builders.group()
    for name in ("Corporación Uno", "Corporación Dos"):
        builders.accepted(made, name)
    db.session.commit()
    first, second = staff("EDITOR"), staff("EDITOR")
    act = {"founded_on": clock.today().isoformat()}
    ours = sent(first.get(f"{SHOW}/acta"), "shown", text="Acta de la primera.", **act)
    theirs = sent(second.get(f"{SHOW}/acta"), "shown", text="Acta de la segunda.", **act)
    assert first.post(f"{SHOW}/acta", data=ours).status_code == 302
    refused = second.post(f"{SHOW}/acta", data=theirs | {"reason": "Otra versión."})
    assert refused.status_code == 409
    assert "Acta de la primera." in refused.text
    assert "Acta de la segunda." in refused.text
    assert "Esto cambió después de que usted abrió la página" in refused.text


def test_the_members_are_exported_without_persons_or_addresses(staff):
    made = builders.group()
    facts = {"kind": MemberKind.PERSON, "position": "Vocera", "email": "ana@ejemplo.org"}
    builders.member(made, "Ana Pérez", **facts)
    builders.accepted(made, "Corporación Uno", "Luis Ejemplo")
    db.session.commit()
    reader = staff("READER")
    file = press(reader, SHOW, f"{SHOW}/exportar/csv")
    text = file.data.decode("utf-8-sig")
    assert "Persona en un cargo;Vocera;Vocera;Sin invitar" in text
    assert "Entidad externa;Corporación Uno;Delegada;Aceptó" in text
    assert not any(word in text for word in ("Ana", "Luis", "@"))
    [entry] = db.session.query(AuditEntry).filter_by(action="groups.exported")
    assert entry.details["rows"] == 2


def test_an_act_of_two_megabytes_typed_by_hand_is_refused_with_the_limit(staff):
    builders.group()
    db.session.commit()
    editor = staff("EDITOR")
    page = editor.get(f"{SHOW}/acta")
    facts = {"founded_on": clock.today().isoformat(), "text": "a" * 20_001}
    refused = editor.post(f"{SHOW}/acta", data=sent(page, "shown", **facts))
    assert refused.status_code == 422
    assert "Use hasta 20.000 letras." in refused.text
    facts["text"] = "a" * 2_000_000
    assert editor.post(f"{SHOW}/acta", data=sent(page, "shown", **facts)).status_code == 422
    assert not db.session.query(MeetingGroup).one().has_act


def test_who_only_reads_sees_of_a_person_what_everybody_sees(staff, app):
    """Names and addresses of who has not accepted are for those who invite."""
    made = builders.group()
    person = {"kind": MemberKind.PERSON, "position": "Vocera", "email": "luz@ejemplo.org"}
    builders.member(made, "Luz Pérez", **person)
    declined = builders.member(made, "Ana Pérez", declined_at=clock.now(), **person)
    declined.decline_reason = "Por salud."
    gone = builders.accepted(made, "Corporación Uno", "Rosa Gil")
    gone.withdrawn_at = clock.now()
    db.session.commit()
    secrets = ("Luz Pérez", "Ana Pérez", "luz@ejemplo.org", "Por salud.", "Rosa Gil")
    address = f"/gestion/instancias/{builders.CODE}"
    read, written = (staff(role).get(address).text for role in ("READER", "EDITOR"))
    assert "Vocera" in read
    assert [one for one in secrets if one in read] == []
    assert [one for one in secrets if one not in written] == []
