"""When a group is formed, and what it lacks until then. Pure.

The founding act fixes who counts: a member who comes after it, or leaves after it, does not undo
what was founded.
"""

from collections.abc import Sequence
from datetime import date

from participa.channels.wording import ended
from participa.core import clock, spanish
from participa.groups.models import GroupMember, MeetingGroup

LEAST = 2  # members
NAMED = 3  # of those who are missing; the others are counted


def missing(group: MeetingGroup, members: Sequence[GroupMember]) -> list[str]:
    """What the group lacks to be formed, as phrases of a sentence."""
    counted = members_of_act(group, members)
    pending = [one for one in counted if not one.accepted_at]
    phrases = []
    if group.called_at is None:
        phrases.append("falta publicar la convocatoria")
    if len(counted) < LEAST:
        has = "no hay ninguno" if not counted else f"hay {len(counted)}"
        phrases.append(f"faltan integrantes: {has} y se necesitan al menos {LEAST}")
    if pending:
        verb = "falta" if len(pending) == 1 else "faltan"
        how_many = spanish.several(len(pending), "integrante", "integrantes")
        phrases.append(f"{verb} {how_many} por aceptar: {named(pending)}")
    if group.act_filed_at is None:
        phrases.append("falta el acta de conformación")
    return phrases


def members_of_act(group: MeetingGroup, members: Sequence[GroupMember]) -> list[GroupMember]:
    """The members that the founding act is about; before it, all who may still be in it."""
    filed_at = group.act_filed_at
    return [
        one
        for one in members
        if (filed_at is None or one.added_at <= filed_at)
        and one.declined_at is None
        and (
            one.withdrawn_at is None
            or (
                one.accepted_at is not None and filed_at is not None and one.withdrawn_at > filed_at
            )
        )
    ]


def signers(group: MeetingGroup, members: Sequence[GroupMember]) -> list[GroupMember]:
    """The members who accepted, of those that the act is about."""
    return [one for one in members_of_act(group, members) if one.accepted_at]


def formed_on(group: MeetingGroup, members: Sequence[GroupMember]) -> date:
    """The day from which the group counts: its act is signed, stored here, and all accepted.

    Without an act it is the day of its creation.
    """
    if group.founded_on is None or group.act_filed_at is None:
        return clock.local(group.created_at).date()
    moments = [group.act_filed_at, *(one.accepted_at for one in signers(group, members))]
    days = [clock.local(moment).date() for moment in moments if moment]
    return max([group.founded_on, *days])


def is_formed(group: MeetingGroup, members: Sequence[GroupMember]) -> bool:
    return not missing(group, members)


def sentence(phrases: Sequence[str]) -> str:
    """The phrases as one sentence: "Falta publicar la convocatoria; falta el acta."; "" of none."""
    text = "; ".join(phrases)
    return ended(text[:1].upper() + text[1:]) if text else ""


def named(members: Sequence[GroupMember]) -> str:
    """The public names of the first members, and how many others there are."""
    names = [one.public_name for one in members[:NAMED]]
    others = len(members) - len(names)
    return spanish.listed([*names, f"{others} más"] if others else names)
