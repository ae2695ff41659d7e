"""What everybody reads about the groups."""

from io import BytesIO

from werkzeug.datastructures import FileStorage

from participa.channels.mentions import Mention
from participa.core import clock
from participa.core.db import db
from participa.core.installation import installation
from participa.groups import service
from participa.groups.feature import FEATURE
from participa.groups.models import GroupKind, MemberKind
from tests.groups import builders
from tests.plan.builders import account, office, plan, task

SHOW = f"/instancias/{builders.CODE}"


def test_the_list_groups_the_bodies_by_what_they_are(client):
    builders.formed()
    builders.group("AAAAAAAA", kind=GroupKind.COMMITTEE, name="Comité Territorial de 2026")
    db.session.commit()
    page = client.get("/instancias").text
    assert page.index("<h2>Comité Territorial</h2>") < page.index("<h2>Nodo territorial</h2>")
    assert "Falta el acta" in page or "falta el acta de conformación" in page
    assert "Acta del" in page


def test_an_empty_list_says_what_belongs_there(client):
    page = client.get("/instancias").text
    assert "Aquí aparecerán los equipos, comités, nodos y mesas" in page


def test_a_draft_is_nobodys_page_until_its_call(client, make):
    builders.draft()
    db.session.commit()
    assert client.get(SHOW).status_code == 404
    assert client.get(f"{SHOW}/acta").status_code == 404
    assert "Nodo de seguridad" not in client.get("/instancias").text


def test_a_draft_that_the_plan_counts_on_is_listed_with_what_it_lacks(client, make):
    kept = make(plan(task(measure="groups.formed")))
    builders.draft(tasks=kept.actions[0].tasks)
    db.session.commit()
    page = client.get("/instancias").text
    assert "Nodo de seguridad alimentaria" in page
    assert "Falta publicar la convocatoria" in page
    assert SHOW not in page


def test_the_page_of_a_body_has_its_call_members_act_and_tasks(client, make):
    kept = make(plan(task(measure="groups.formed")))
    builders.formed(tasks=kept.actions[0].tasks)
    page = client.get(SHOW)
    for told in (
        "Se convoca a conformar el nodo.",
        "<b>Corporación Uno</b>",
        "Ana Ejemplo, Delegada",
        "Se conforma el nodo.",
        "Firman con su aceptación",
        "tarea 1.1 del plan 2024",
        "Conformada",
    ):
        assert told in page.text
    assert "s-maxage" in page.headers["Cache-Control"]


def test_a_person_is_named_once_they_accepted_and_nobodys_address_ever(client):
    """DAT-13: no personal data on the open web but what the person agreed to publish."""
    made = builders.group()
    facts = {"kind": MemberKind.PERSON, "position": "Vocera", "email": "ana@ejemplo.org"}
    person = builders.member(made, "Ana Pérez", **facts)
    db.session.commit()
    page = client.get(SHOW).text
    assert "<b>Vocera</b>" in page
    assert "Ana" not in page
    person.accepted_at, person.accepted_name = clock.now(), "Ana Pérez"
    db.session.commit()
    page = client.get(SHOW).text
    assert "Ana Pérez" in page
    assert "ejemplo.org" not in page
    person.withdrawn_at = clock.now()
    db.session.commit()
    assert "Ana Pérez" not in client.get(SHOW).text


def test_an_act_in_a_file_is_downloaded_and_never_shown_by_the_browser(client, make):
    made, by = builders.group(), make(account())
    upload = FileStorage(BytesIO(b"Acta de ejemplo.\n"), "acta.txt")
    service.file_founding_act(made, by, clock.today(), upload=upload)
    db.session.commit()
    assert f"{SHOW}/acta" in client.get(SHOW).text
    with client.get(f"{SHOW}/acta") as answer:
        assert answer.data == b"Acta de ejemplo.\n"
        assert answer.headers["Content-Disposition"].startswith("attachment")


def test_what_other_features_say_about_a_body_stands_on_its_page(app, client, monkeypatch):
    builders.group(office=office())
    db.session.commit()
    assert "Todavía no hay reuniones" in client.get(SHOW).text

    def meetings(group):
        return [Mention(f"Reunión de {group.name}", "/plan", "Con acta", (("Asistentes", "12"),))]

    from dataclasses import replace  # noqa: PLC0415 - only here

    other = replace(FEATURE, name="prueba", mentions={"groups": meetings})
    monkeypatch.setattr(installation(app), "features", (*installation(app).features, other))
    page = client.get(SHOW).text
    assert '<a href="/plan">Reunión de Nodo de seguridad alimentaria</a>' in page
    assert "Asistentes" in page


def test_the_official_menu_lists_the_nodes_and_the_committee(client):
    """RDC-01, item 5: the channels of dialogue and the bodies that go with them."""
    builders.formed()
    builders.group("AAAAAAAA", kind=GroupKind.TABLE, name="Mesa de género")
    db.session.commit()
    page = client.get("/participa").text
    item = page.partition('id="canal-de-dialogo"')[2].partition("</li>\n")[0]
    assert f'<a href="{SHOW}">Nodo de seguridad alimentaria</a>' in item
    assert "Conformada" in item
    assert "Mesa de género" not in page


def test_the_printed_code_of_a_body_opens_its_page(client):
    builders.group()
    db.session.commit()
    assert client.get(f"/q/{builders.CODE}").location.endswith(SHOW)
