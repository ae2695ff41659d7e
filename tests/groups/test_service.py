"""What the staff may do with a group, and what is refused with the way to repair it."""

from datetime import timedelta
from io import BytesIO

import pytest
from werkzeug.datastructures import FileStorage

from participa.core import clock
from participa.core.audit import AuditEntry
from participa.core.db import db
from participa.core.errors import Refused
from participa.core.files.files import StoredFile
from participa.core.links import ShortLink
from participa.groups import forming, service
from participa.groups.models import GroupKind, MeetingGroup, MemberKind
from participa.staff.models import Account
from tests.groups import builders
from tests.plan.builders import account, office, plan, task

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


@pytest.fixture
def by(app) -> Account:
    made = account()
    db.session.add(made)
    db.session.flush()
    return made


def upload(body: bytes = PDF, name: str = "acta.pdf") -> FileStorage:
    return FileStorage(BytesIO(body), name)


def acts() -> list[str]:
    return [one.action for one in db.session.query(AuditEntry).order_by(AuditEntry.number)]


def test_a_new_group_has_a_printed_code_and_the_office_of_its_task(by, make):
    kept = make(plan(task(offices=(office(),))))
    tasks = kept.actions[0].tasks
    made = service.create(by, tasks, kind=GroupKind.NODE, name="Nodo")
    assert db.session.get(ShortLink, made.code).path == f"/instancias/{made.code}"
    assert made.office.slug == "dap"
    assert acts() == ["groups.created"]


def test_a_call_without_its_text_is_not_published_and_says_what_it_lacks(by):
    made = builders.draft(purpose="", call_text="")
    with pytest.raises(Refused, match=r"falta: decir para qué es; el texto de la convocatoria\."):
        service.call(made, by)
    made.purpose, made.call_text = "Para algo.", "Se convoca."
    service.call(made, by)
    assert made.called_on == clock.today()
    with pytest.raises(Refused, match="ya está publicada"):
        service.call(made, by)


def test_a_call_of_before_keeps_its_day_and_one_of_tomorrow_is_refused(by):
    made = builders.draft(called_on=clock.today() - timedelta(days=60))
    service.call(made, by)
    assert made.called_on == clock.today() - timedelta(days=60)
    with pytest.raises(Refused, match="no ha llegado") as refusal:
        service.create(by, [], kind=GroupKind.NODE, name="N", called_on=tomorrow())
    assert refusal.value.field == "called_on"


def tomorrow():
    return clock.today() + timedelta(days=1)


def test_what_somebody_accepted_does_not_change_under_them(by):
    made = builders.group()
    one = builders.accepted(made, "Corporación Uno")
    with pytest.raises(Refused, match="Ya hay quien aceptó esta convocatoria"):
        service.change(made, by, [], call_text="Otra cosa.")
    service.change(made, by, [], call_text=made.call_text, name="Nodo con otro nombre")
    assert made.name == "Nodo con otro nombre"
    facts = {"kind": one.kind, "name": one.name, "position": one.position}
    with pytest.raises(Refused, match="Ya aceptó tal como está"):
        service.change_member(one, by, **facts | {"position": "Tesorera"})
    service.change_member(one, by, **facts, email="uno@ejemplo.org", office_id=None)
    assert one.email == "uno@ejemplo.org"


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"kind": MemberKind.OFFICE, "name": "x"}, "office"),
        ({"kind": MemberKind.EXTERNAL, "position": "Delegada"}, "name"),
        ({"kind": MemberKind.PERSON, "name": "Ana"}, "position"),
    ],
    ids=["office without office", "body without name", "person without position"],
)
def test_a_member_lacks_nothing_that_its_kind_needs(by, facts, field):
    with pytest.raises(Refused) as refusal:
        service.add_member(builders.group(), by, **facts)
    assert refusal.value.field == field


def test_an_office_has_its_own_name(by, make):
    planning = make(office())
    facts = {"kind": MemberKind.OFFICE, "name": "Otra", "office_id": planning.id}
    assert service.add_member(builders.group(), by, **facts).name == planning.name


def test_the_trail_names_no_person_and_no_address(by):
    made = builders.group()
    facts = {"kind": MemberKind.PERSON, "name": "Ana Pérez", "position": "Vocera"}
    one = service.add_member(made, by, **facts, email="ana@ejemplo.org")
    service.change_member(one, by, **facts, email="otra@ejemplo.org")
    service.withdraw_member(one, by, "Terminó su periodo.")
    told = " ".join(str(entry.details) for entry in db.session.query(AuditEntry))
    assert "Vocera" in told
    assert "Ana" not in told
    assert "ejemplo.org" not in told


def test_a_member_is_in_the_list_once_however_it_is_typed(by):
    made = builders.group()
    facts = {"kind": MemberKind.EXTERNAL, "name": "Corporación Ejemplo", "position": "Delegada"}
    first = service.add_member(made, by, **facts)
    again = facts | {"name": "CORPORACION  ejemplo", "position": "delegada"}
    with pytest.raises(Refused, match="ya está en la lista") as refusal:
        service.add_member(made, by, **again)
    assert refusal.value.field == "position"
    other = service.add_member(made, by, **again | {"position": "Tesorero"})
    with pytest.raises(Refused, match="ya está en la lista"):
        service.change_member(other, by, **again)
    service.change_member(first, by, **facts, email="ana@ejemplo.org")
    service.withdraw_member(first, by, "Terminó su periodo.")
    service.change_member(other, by, **again)
    assert other.position == "delegada"


def test_an_act_written_here_waits_for_two_who_accepted(by):
    made = builders.group()
    builders.accepted(made, "Corporación Uno")
    with pytest.raises(Refused, match="la firman quienes aceptaron") as refusal:
        service.file_founding_act(made, by, clock.today(), text="Se conforma.")
    assert refusal.value.field == "text"
    builders.accepted(made, "Corporación Dos")
    db.session.refresh(made)
    service.file_founding_act(made, by, clock.today(), text="Se conforma.")
    assert forming.is_formed(made, made.members)


def test_an_act_is_of_no_day_to_come_and_not_before_its_call(by):
    made = builders.group()
    for day, word in ((tomorrow(), "no ha llegado"), (made.called_on - timedelta(1), "anterior")):
        with pytest.raises(Refused, match=word) as refusal:
            service.file_founding_act(made, by, day, upload=upload())
        assert refusal.value.field == "founded_on"
    with pytest.raises(Refused, match="Adjunte el acta o escríbala"):
        service.file_founding_act(made, by, clock.today())


@pytest.mark.parametrize("facts", [{"text": "Se conforma."}, {"upload": True}])
def test_an_act_is_not_of_before_the_last_acceptance(by, at, facts):
    at(2026, 3, 10, 15)
    made = builders.group()
    for name in ("Uno", "Dos"):
        builders.accepted(made, f"Corporación {name}", f"{name} Ejemplo")
    given = {"upload": upload()} if "upload" in facts else facts
    with pytest.raises(Refused, match="La última aceptación fue el 10 de marzo de 2026") as refused:
        service.file_founding_act(made, by, clock.today() - timedelta(days=1), **given)
    assert refused.value.field == "founded_on"
    service.file_founding_act(made, by, clock.today(), **given)


def test_a_file_in_the_place_of_another_keeps_its_day_though_somebody_came_later(by, at):
    at(2026, 3, 10, 15)
    made = builders.formed()
    at(2026, 4, 10, 15)
    builders.accepted(made, "Corporación Tres", "Tres Ejemplo")
    first = clock.today() - timedelta(days=31)
    service.file_founding_act(made, by, first, upload=upload(), reason="Se ve mejor.")
    with pytest.raises(Refused, match="La última aceptación"):
        service.file_founding_act(made, by, first, text="Se conforma.", reason="Otra vez.")


def test_a_draft_has_no_act(by):
    with pytest.raises(Refused, match="Publique primero la convocatoria"):
        service.file_founding_act(builders.draft(), by, clock.today(), upload=upload())


def test_an_act_is_replaced_with_a_reason_and_the_earlier_file_goes(by):
    made = builders.group()
    service.file_founding_act(made, by, clock.today(), upload=upload())
    first = made.act_file.sha256
    other = PDF.replace(b"Catalog", b"Catalog/Lang(es)")
    with pytest.raises(Refused, match="Escriba por qué se reemplaza") as refusal:
        service.file_founding_act(made, by, clock.today(), upload=upload(other))
    assert refusal.value.field == "reason"
    facts = {"upload": upload(other), "reason": "Faltaba una firma."}
    service.file_founding_act(made, by, clock.today(), **facts)
    assert [one.sha256 for one in db.session.query(StoredFile)] == [made.act_file.sha256]
    assert made.act_file.sha256 != first
    assert acts()[-2:] == ["groups.act_filed", "groups.act_replaced"]


def test_a_file_that_is_not_what_it_says_is_no_act(by):
    made = builders.group()
    with pytest.raises(Refused) as refusal:
        service.file_founding_act(made, by, clock.today(), upload=upload(b"MZ\x90\x00nada"))
    assert refusal.value.field == "file"


def test_the_call_is_not_moved_behind_the_act(by):
    made = builders.group(called_on=clock.today() - timedelta(days=9))
    made.founded_on = clock.today() - timedelta(days=5)
    made.act_filed_at = clock.now()
    with pytest.raises(Refused, match="va antes del acta"):
        service.change(made, by, [], called_on=clock.today())
    assert db.session.get_one(MeetingGroup, made.id).called_on < made.founded_on
