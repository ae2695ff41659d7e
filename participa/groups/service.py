"""The staff's acts on a group: create, change, call, its members, its founding act."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from werkzeug.datastructures import FileStorage

from participa.channels import lifecycle
from participa.channels.lifecycle import NotReady
from participa.core import audit, clock, codes, spanish
from participa.core.db import db
from participa.core.errors import Refused
from participa.core.files import files
from participa.groups import forming, invitations
from participa.groups.models import GroupMember, MeetingGroup, MemberKind
from participa.plan.models import Task
from participa.staff.models import Account, Office

PATH = "/instancias/{code}"
ACTS = files.DOCUMENTS | files.IMAGES
MOST_MEMBERS = 200
# Columns that may change after the first member has accepted: they accepted the others.
SAFE = ("name", "territory", "office_id")
FROZEN = (
    "Ya hay quien aceptó esta convocatoria. Cambie solo el nombre, el territorio, la dependencia "
    "y las tareas; para lo demás, cree otra instancia."
)
UNSIGNED = (
    f"Un acta escrita aquí la firman quienes aceptaron: se necesitan al menos {forming.LEAST}. "
    "Espere a que acepten, o adjunte el acta firmada."
)
TWICE = (
    "Ese integrante ya está en la lista. Si va otra persona en su nombre, escriba el cargo que la "
    "distingue."
)
SIGNED = "Ya aceptó tal como está. Retírelo y agregue otro integrante con lo que cambió."


def create(by: Account | None, tasks: Sequence[Task], **facts: Any) -> MeetingGroup:
    """Store a new draft. Its address and its printed code are assigned now."""
    check_called_on(facts.get("called_on"))
    group = MeetingGroup(code=codes.new(), **facts)
    path = PATH.format(code=group.code)
    lifecycle.store(group, path, by, tasks, "groups.created")
    return group


def change(group: MeetingGroup, by: Account, tasks: Sequence[Task], **facts: Any) -> None:
    """Change a group: all of it before somebody accepted, only the columns in SAFE afterwards."""
    before = group.audit_facts()
    if has_acceptances(group):
        facts = lifecycle.only_safe(group, facts, SAFE, FROZEN)
    if group.is_public and not facts.get("call_text", group.call_text):
        raise Refused("Una convocatoria publicada necesita su texto.", "call_text")
    if group.is_public and not facts.get("purpose", group.purpose):
        raise Refused("Una instancia convocada dice para qué es.", "aim")
    if group.is_public and "called_on" in facts:
        facts["called_on"] = facts["called_on"] or group.called_on
    called_on = facts.get("called_on", group.called_on)
    check_called_on(called_on)
    if group.founded_on and called_on and group.founded_on < called_on:
        raise Refused("La convocatoria va antes del acta.", "called_on")
    for name, value in facts.items():
        setattr(group, name, value)
    group.tasks = list(tasks)
    group.touch()
    audit.record("groups.changed", group, by, before=before, after=group.audit_facts())


def has_acceptances(group: MeetingGroup) -> bool:
    return any(member.accepted_at for member in group.members)


def call(group: MeetingGroup, by: Account) -> None:
    """Publish the call: the group has a public page from now on. Raises NotReady."""
    if group.is_public:
        raise NotReady("Esta convocatoria ya está publicada.")
    if missing := missing_for_call(group):
        raise NotReady(f"Para publicar falta: {'; '.join(missing)}.")
    group.called_at = clock.now()
    group.called_on = group.called_on or clock.today()
    group.touch()
    day = group.called_on.isoformat()
    audit.record("groups.called", group, by, called_on=day, **group.audit_facts())


def missing_for_call(group: MeetingGroup) -> list[str]:
    """What the call lacks to be published, as phrases of a sentence."""
    checks = [
        (bool(group.purpose), "decir para qué es"),
        (bool(group.call_text), "el texto de la convocatoria"),
    ]
    return [phrase for is_met, phrase in checks if not is_met]


def check_called_on(day: date | None) -> None:
    if day is not None and day > clock.today():
        raise Refused("La convocatoria no puede tener una fecha que no ha llegado.", "called_on")


def add_member(group: MeetingGroup, by: Account, **facts: Any) -> GroupMember:
    if len(group.members) >= MOST_MEMBERS:
        raise Refused(f"Una instancia tiene hasta {MOST_MEMBERS} integrantes.")
    facts = named(facts)
    check_once(group, facts)
    member = GroupMember(**facts)
    group.members.append(member)
    group.touch()
    db.session.flush()
    audit.record("groups.member_added", group, by, part=member, **facts_of(member))
    return member


def change_member(member: GroupMember, by: Account, **facts: Any) -> None:
    """Change a member; of one who has accepted, the address only."""
    facts, before = named(facts), facts_of(member)
    if member.withdrawn_at:
        raise Refused("Este integrante ya no hace parte de la instancia.")
    if member.accepted_at:
        facts = lifecycle.only_safe(member, facts, ("email",), SIGNED)
    elif told(facts) != told_of(member):
        check_once(member.group, facts)
    for name, value in facts.items():
        setattr(member, name, value)
    member.group.touch()
    after = facts_of(member)
    audit.record("groups.member_changed", member.group, by, member, before=before, after=after)


def withdraw_member(member: GroupMember, by: Account, reason: str) -> None:
    """The member does not belong to the group any more; the reason stays in the audit trail."""
    if member.withdrawn_at:
        raise Refused("Este integrante ya se retiró.")
    member.withdrawn_at = clock.now()
    member.group.touch()
    facts = {"member": member.public_name, "reason": reason}
    audit.record("groups.member_withdrawn", member.group, by, part=member, **facts)


def named(facts: dict[str, Any]) -> dict[str, Any]:
    """The facts of a member, complete: an office has its own name. Raises Refused."""
    kind, office_id = facts["kind"], facts.get("office_id")
    office = db.session.get(Office, office_id) if office_id else None
    if kind is MemberKind.OFFICE and office is None:
        raise Refused("Elija la dependencia que integra.", "office")
    if kind is MemberKind.OFFICE and office is not None:
        facts = {**facts, "name": office.name}
    if not facts.get("name"):
        raise Refused("Escriba el nombre del integrante.", "name")
    if kind is MemberKind.PERSON and not facts.get("position"):
        raise Refused("Escriba el cargo: es lo que se publica mientras no acepte.", "position")
    return facts


def check_once(group: MeetingGroup, facts: dict[str, Any]) -> None:
    """Refuse a member who is there already: the act would wait for the same acceptance twice.

    One body may send two people, each with a position of their own.
    """
    if told(facts) in [told_of(one) for one in group.members if not one.withdrawn_at]:
        raise Refused(TWICE, "position" if facts.get("position") else "name")


def told(facts: dict[str, Any]) -> tuple[MemberKind, list[str], list[str]]:
    """What tells one member from another, however it is typed."""
    words = invitations.words_of
    return facts["kind"], words(facts["name"]), words(facts.get("position") or "")


def told_of(member: GroupMember) -> tuple[MemberKind, list[str], list[str]]:
    return told({"kind": member.kind, "name": member.name, "position": member.position})


def facts_of(member: GroupMember) -> dict[str, Any]:
    """What the audit trail stores of a member: no name of a person and no address."""
    return {"member": member.public_name, "kind": member.kind.name}


def file_founding_act(
    group: MeetingGroup,
    by: Account,
    founded_on: date,
    place: str = "",
    text: str = "",
    upload: FileStorage | None = None,
    reason: str = "",
) -> None:
    """Store the founding act: a file, or a text that the members who accepted sign.

    An act in the place of another one needs a reason. A text without a file drops the earlier file.
    """
    if why_not := why_not_filed(group):
        raise NotReady(why_not)
    check_founded_on(group, founded_on)
    is_replaced = group.has_act
    check_acceptances(group, founded_on, is_text=upload is None)
    if is_replaced and not reason.strip():
        raise Refused("Escriba por qué se reemplaza el acta.", "reason")
    if upload is None and not text:
        raise Refused("Adjunte el acta o escríbala aquí.", "text")
    if upload is None and sum(one.is_accepted for one in group.members) < forming.LEAST:
        raise NotReady(UNSIGNED, "text")
    earlier = group.act_file
    group.act_file = files.store(upload, ACTS) if upload else None
    group.founded_on, group.founding_place, group.founding_text = founded_on, place, text
    group.act_filed_at = clock.now()
    group.touch()
    db.session.flush()
    if earlier is not None and earlier is not group.act_file:
        files.release(earlier)
    facts: dict[str, Any] = {
        "founded_on": founded_on.isoformat(),
        "signers": len(forming.signers(group, group.members)),
    }
    if group.act_file:
        facts["sha256"] = group.act_file.sha256
    if is_replaced:
        audit.record("groups.act_replaced", group, by, reason=reason, **facts)
    else:
        audit.record("groups.act_filed", group, by, **facts)


def why_not_filed(group: MeetingGroup) -> str:
    """Why no founding act can be stored now; "" if one can."""
    return "" if group.is_public else "Publique primero la convocatoria: el acta viene después."


def check_founded_on(group: MeetingGroup, founded_on: date) -> None:
    if founded_on > clock.today():
        raise Refused("El acta no puede tener una fecha que no ha llegado.", "founded_on")
    if group.called_on and founded_on < group.called_on:
        raise Refused("El acta no puede ser anterior a la convocatoria.", "founded_on")


def check_acceptances(group: MeetingGroup, founded_on: date, *, is_text: bool) -> None:
    """Refuse an act of before the last acceptance of those whom it names.

    A text names everybody who has accepted; a file in the place of another one names the same
    members as the other.
    """
    named = [one for one in group.members if one.is_accepted]
    if group.has_act and not is_text:
        named = forming.signers(group, group.members)
    days = [clock.local(one.accepted_at).date() for one in named if one.accepted_at]
    if days and founded_on < max(days):
        raise Refused(
            f"La última aceptación fue el {spanish.day(max(days))}. El acta es de ese día o de uno "
            "posterior.",
            "founded_on",
        )
