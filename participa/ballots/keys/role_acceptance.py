"""The acceptance of a role: a link that expires, the paper to sign, and the signature."""

from datetime import timedelta

from sqlalchemy import select

from participa.ballots import box_lock
from participa.ballots.keys import ceremony_rounds, private_keys, trustee_keys
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
OPENED = "La urna ya abrió: su papel se aceptaba antes. Lo que no se firmó lo declara la ciudad."
NO_ROLL = (
    "Todavía no hay un padrón revisado. Entregue «padron.json» a quien prepara la urna y vuelva: "
    "su firma dice cuál es."
)
NO_KEY = (
    "Primero falta su parte en la llave de la urna. Entregue lo que se le pide, y después acepte "
    "su papel."
)
CHANGED = "La urna cambió mientras usted firmaba. Baje otra vez «rol.json», léalo y fírmelo."
USED_KEY = (
    "Esa llave ya es de un custodio de esta urna. Cada persona usa la suya: haga otra en la página "
    "sin red."
)


class RoleLinkOver(Refused):
    """The link is invalid or too old, or the role is no longer there."""


def link_token(role: BoxRole) -> str:
    """The secret part of the link of this role."""
    return link_tokens.issue(PURPOSE, [role.box.uuid, role.person])


def role_of(token: str) -> BoxRole:
    """The role of a link; raises RoleLinkOver."""
    over = RoleLinkOver("Este enlace ya no sirve. Pida uno nuevo a quien prepara la urna.")
    facts = link_tokens.read(PURPOSE, token, LASTS)
    if facts is None:
        raise over
    uuid, person = facts  # of a link of an earlier version: the fingerprint of the key
    box = db.session.scalar(select(BallotBox).filter_by(uuid=uuid))
    found = [role for role in roles_of(box) if person in (role.person, role.holder)] if box else []
    if not found:
        raise over
    return found[0]


def why_not(role: BoxRole) -> str:
    """Spanish sentence: why this role cannot be accepted now; "" if it can."""
    if role.box.opened_at is not None:
        return OPENED
    if role.trustee is not None and not ceremony_rounds.is_done(role.trustee):
        return NO_KEY
    return NO_ROLL if role.lacks_roll else ""


def accept(role: BoxRole, signature: bytes, public_part: bytes = b"") -> RoleAcceptance:
    """Store the signature of the role's paper, before the box opens. Raises Refused.

    `public_part` is the registrar's public key; that of a trustee is already there.
    """
    private_keys.refuse(signature, "signature")
    private_keys.refuse(public_part, "public_part")
    if role.acceptance:
        raise Refused(ALREADY)
    box, read = role.box, role.paper
    box_lock.lock_draft(box, Refused(OPENED))
    role = next((one for one in roles_of(box) if one.holder == role.holder), role)
    if sentence := why_not(role):
        raise Refused(sentence)
    if role.paper != read:
        raise Refused(CHANGED, "signature")
    if role.acceptance:
        raise Refused(ALREADY)
    try:
        key = _trustee_key(role) if role.trustee else _registrar_key(box, public_part)
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
    return trustee_keys.signing_keys(role.box)[role.trustee.id]


def _registrar_key(box: BallotBox, public_part: bytes) -> int:
    what = "La parte pública"
    value = canonical.read(public_part.strip(), what, trustee_keys.LIMIT)
    key = trustees.read_one(trustee_keys.GROUP, value, what).public_key
    if key in trustee_keys.signing_keys(box).values():
        raise Refused(USED_KEY, "public_part")
    return key


def _explained(problem: Exception) -> str:
    return f"Esta firma no sirve. {problem} Firme otra vez el papel que se baja de esta página."
