"""The acceptance of a role: a link that expires, the paper to sign, and the signature."""

from datetime import timedelta

from sqlalchemy import select

from participa.ballots.keys import trustee_keys
from participa.ballots.models import BallotBox
from participa.ballots.roles import BoxRole, RoleAcceptance, roles_of
from participa.belenios import canonical, signatures, trustees
from participa.belenios.canonical import Malformed
from participa.belenios.questions import Unsupported
from participa.core import audit, clock
from participa.core.db import db, unique_or_refuse
from participa.core.errors import Refused
from participa.core.web import link_tokens

LASTS = timedelta(days=14)  # of a link
PURPOSE = "ballots.role"
ALREADY = "Este papel ya se aceptó con su firma."


class RoleLinkOver(Refused):
    """The link is invalid or too old, or the role is no longer there."""


def link_token(role: BoxRole) -> str:
    """The secret part of the link of this role."""
    return link_tokens.issue(PURPOSE, [role.box.uuid, role.holder])


def role_of(token: str) -> BoxRole:
    """The role of a link; raises RoleLinkOver."""
    over = RoleLinkOver("Este enlace ya no sirve. Pida uno nuevo a quien prepara la urna.")
    facts = link_tokens.read(PURPOSE, token, LASTS)
    if facts is None:
        raise over
    uuid, holder = facts
    box = db.session.scalar(select(BallotBox).filter_by(uuid=uuid))
    found = [role for role in roles_of(box) if role.holder == holder] if box else []
    if not found:
        raise over
    return found[0]


def accept(role: BoxRole, signature: bytes, public_part: bytes = b"") -> RoleAcceptance:
    """Store the signature of the role's paper. Raises Refused.

    `public_part` is the registrar's public key; that of a trustee is already there.
    """
    if role.acceptance:
        raise Refused(ALREADY)
    box = role.box
    try:
        key = _trustee_key(role) if role.trustee else _registrar_key(public_part)
        signatures.check(signature, role.paper, key)
    except (Malformed, Unsupported) as problem:
        raise Refused(_explained(problem), "signature") from None
    if role.signed is not None:
        db.session.delete(role.signed)
        db.session.flush()
    acceptance = RoleAcceptance(
        box_id=box.id,
        holder=role.holder,
        paper=role.paper,
        signature=signature.strip(),
        accepted_at=clock.now(),
    )
    with unique_or_refuse("pk_role_acceptance", Refused(ALREADY)):
        db.session.add(acceptance)
    if role.trustee is None:
        box.registrar_key = public_part.strip()
    box.touch()
    audit.record("ballots.role_accepted", box, role.name, **{"as": role.word})
    return acceptance


def _trustee_key(role: BoxRole) -> int:
    assert role.trustee is not None  # noqa: S101 - asked by the caller
    place = role.box.trustees.index(role.trustee)
    return trustee_keys.public_shares(role.box)[place].public_key


def _registrar_key(public_part: bytes) -> int:
    what = "La parte pública"
    value = canonical.read(public_part.strip(), what, trustee_keys.LIMIT)
    if isinstance(value, str):
        raise Refused(trustee_keys.PRIVATE, "public_part")
    return trustees.read_one(trustee_keys.GROUP, value, what).public_key


def _explained(problem: Exception) -> str:
    return f"Esta firma no sirve. {problem} Firme otra vez el papel que se baja de esta página."
