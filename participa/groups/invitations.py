"""The invitation of a member: a link that expires and needs no account, and what they answer."""

import hmac
import secrets
import unicodedata
from datetime import timedelta
from http import HTTPStatus

from sqlalchemy import and_, func, or_, select

from participa.core import audit, clock, links, spanish
from participa.core.db import db
from participa.core.editing import versions
from participa.core.errors import Refused
from participa.core.jobs import mail
from participa.core.web import link_tokens
from participa.groups.models import GroupMember, MeetingGroup, MemberKind
from participa.staff.models import Account

LASTS = timedelta(days=30)
RETENTION = timedelta(days=365)  # of the address of who does not belong to the group
PURPOSE = "groups.invitation"
PATH = "/instancias/aceptar/{token}"
UNKNOWN = "Este enlace no es de una invitación. Revise que esté completo."

TAKEN = (
    "Con ese nombre ya se aceptó por otro integrante. Cada integrante acepta con una persona "
    "distinta."
)
ANOTHER = "Esta invitación es para otra persona. Escriba el nombre de quien fue invitado."


class UnknownInvitation(Refused):
    """The token is not one of ours; it does not say more."""

    status = HTTPStatus.NOT_FOUND


class InvitationOver(Refused):
    """The invitation was replaced or withdrawn, or nobody answered it in time."""

    status = HTTPStatus.GONE


def invite(member: GroupMember, by: Account | str) -> str:
    """Give the member a new link, which replaces the one before; returns the address.

    It is sent by mail if the member has an address and the installation sends mail.
    """
    if why_not := why_not_invited(member):
        raise Refused(why_not)
    secret = secrets.token_urlsafe(32)
    member.token_digest = link_tokens.digest_of(secret)
    member.invited_at = clock.now()
    member.invitation_expires_at = member.invited_at + LASTS
    member.declined_at, member.decline_reason = None, ""
    member.is_handed_over = not is_mailed(member)
    member.group.touch()
    token = link_tokens.issue(PURPOSE, [member.id, secret])
    address = links.absolute(PATH.format(token=token))
    if is_mailed(member):
        mail.send(member.email, f"Invitación: {member.group.name}", letter(member, address))
    facts = {"member": member.public_name, "handed_over": member.is_handed_over}
    audit.record("groups.member_invited", member.group, by, part=member, **facts)
    return address


def why_not_invited(member: GroupMember) -> str:
    """Why the member cannot be invited now; "" if they can."""
    if not member.group.is_public:
        return "Publique primero la convocatoria: la invitación la muestra."
    if member.withdrawn_at:
        return "Este integrante ya no hace parte de la instancia. Agréguelo otra vez."
    return "Este integrante ya aceptó." if member.accepted_at else ""


def is_mailed(member: GroupMember) -> bool:
    """Whether the invitation leaves by mail; if not, the staff hand the link over."""
    return bool(member.email) and mail.is_configured()


def letter(member: GroupMember, address: str) -> str:
    group = member.group
    end = spanish.day(member.invitation_expires_at or clock.now())
    return (
        f"{host(group)} invita a {member.public_name} a integrar: {group.name}.\n\n"
        "Abra este enlace para leer la convocatoria y decir si acepta. No necesita cuenta.\n"
        f"Sirve hasta el {end}:\n\n"
        f"{address}\n\n"
        f"Si este correo no es para usted, avise a {asked(group)}.\n"
    )


def host(group: MeetingGroup) -> str:
    """Who invites."""
    return group.office.name if group.office else "La Alcaldía"


def asked(group: MeetingGroup) -> str:
    """Whom a member may ask, for the end of a sentence."""
    return f"la dependencia que invita: {group.office.name}" if group.office else "quien lo invitó"


def member_of(token: str) -> GroupMember:
    """The member of this link; raises UnknownInvitation, or InvitationOver with its reason."""
    facts = link_tokens.read(PURPOSE, token)
    member = db.session.get(GroupMember, facts[0]) if facts else None
    if member is None:
        raise UnknownInvitation(UNKNOWN)
    digest = link_tokens.digest_of(facts[1])
    if not hmac.compare_digest(member.token_digest or "", digest):
        raise over("Este enlace se reemplazó por otro más reciente.", member.group)
    if member.withdrawn_at:
        raise over("Esta invitación se retiró.", member.group)
    if member.is_expired:
        end = spanish.day(member.invitation_expires_at or clock.now())
        raise over(f"Esta invitación venció el {end}.", member.group)
    return member


def over(sentence: str, group: MeetingGroup) -> InvitationOver:
    return InvitationOver(f"{sentence} Pida uno nuevo a {asked(group)}.")


def shown(member: GroupMember) -> str:
    """A fingerprint of what the invitation says, so that no other role is accepted unseen."""
    group = member.group
    facts = [group.name, group.purpose, group.call_text, member.kind.name]
    return versions.fingerprint({"facts": [*facts, member.name, member.position]})


def accept(member: GroupMember, name: str) -> None:
    """Belong to the group, in the name of this person. A second time changes nothing."""
    versions.lock(member)
    if member.is_accepted:
        return
    require_pending(member)
    if not name.strip():
        raise Refused("Escriba su nombre completo: firma la aceptación.", "name")
    versions.lock(member.group)  # of two acceptances at once the second sees the name of the first
    check_name(member, name)
    member.accepted_at, member.accepted_name = clock.now(), name.strip()
    member.group.touch()
    answered("groups.member_accepted", member)


def check_name(member: GroupMember, name: str) -> None:
    """Refuse who accepted for another member already, and another person than the invited one."""
    others = [one for one in member.group.members if one is not member and one.is_accepted]
    if words_of(name) in [words_of(one.accepted_name) for one in others]:
        raise Refused(TAKEN, "name")
    if member.kind is not MemberKind.PERSON or member.name == member.position:
        return  # whoever the body sends, or a person whose name was erased
    invited, given = set(words_of(member.name)), set(words_of(name))
    if not (invited <= given or given <= invited):
        raise Refused(ANOTHER, "name")


def words_of(name: str) -> list[str]:
    """The words of a name, to compare: without accents, capitals or spaces."""
    letters = unicodedata.normalize("NFKD", name.casefold())
    return "".join(one for one in letters if not unicodedata.combining(one)).split()


def decline(member: GroupMember, reason: str = "") -> None:
    """Not belong to the group. A second time changes nothing."""
    versions.lock(member)
    if member.declined_at:
        return
    require_pending(member)
    member.declined_at, member.decline_reason = clock.now(), reason.strip()
    member.group.touch()
    answered("groups.member_declined", member)


def require_pending(member: GroupMember) -> None:
    if not member.is_pending or member.is_expired:
        raise InvitationOver(
            "Esta invitación ya se respondió o ya no sirve. Para cambiar la respuesta, "
            f"hable con {asked(member.group)}."
        )


def answered(act: str, member: GroupMember) -> None:
    """The entry of an answer. It names the body or the position, and never the person."""
    audit.record(act, member.group, member.public_name, part=member)


def erase_old() -> int:
    """Erase what is no longer needed to invite, a year after who did not accept; returns how many.

    That is the address, the reason, and the name of a person. The body and the position stay.
    """
    ended_at = func.coalesce(
        GroupMember.withdrawn_at, GroupMember.declined_at, GroupMember.invitation_expires_at
    )
    is_over = or_(GroupMember.accepted_at.is_(None), GroupMember.withdrawn_at.is_not(None))
    has_some = or_(GroupMember.email != "", GroupMember.decline_reason != "")
    rows = select(GroupMember).where(ended_at < clock.now() - RETENTION, is_over)
    is_named = and_(
        GroupMember.kind == MemberKind.PERSON,
        GroupMember.accepted_at.is_(None),
        GroupMember.name != GroupMember.position,
    )
    found = db.session.scalars(rows.where(or_(has_some, is_named))).all()
    for member in found:
        member.email = member.decline_reason = ""
        if member.kind is MemberKind.PERSON and not member.accepted_at:
            member.name = member.position
    return len(found)
