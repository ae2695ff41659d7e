"""Who keeps the key: trustees with a machine of their own, or this server alone.

The server's secret is sealed as soon as it exists, opened once after the closing, and erased.
"""

from sqlalchemy import func, select

from participa.ballots import box_lock
from participa.ballots.keys import sealing
from participa.ballots.models import BallotBox, BoxKind, BoxTrustee
from participa.belenios import canonical, trustees
from participa.belenios.canonical import Malformed
from participa.belenios.groups import BELENIOS_2048
from participa.belenios.questions import Unsupported
from participa.channels.lifecycle import Frozen
from participa.core import audit
from participa.core.db import db, unique_or_refuse
from participa.core.errors import Refused
from participa.staff.models import Account

GROUP = BELENIOS_2048
SECRET = "trustee"  # noqa: S105 - what a key is for, not the key
SERVER = "El servidor de la ciudad"
SECRET_BYTES = 80  # as many digits as a secret may have
ALREADY = "Esta llave ya está. Cada custodio hace la suya."
PRIVATE = "Este archivo no sirve. Es la llave privada, y ya la vio otro equipo: haga otra llave."
LIMIT = 10_000
MOST = 9


def add(box: BallotBox, by: Account, name: str, raw: bytes) -> BoxTrustee:
    """Take the public half that a trustee made; the proof inside says that the other exists.

    Its fingerprint is that of the bytes handed in, which the trustee's machine has told as well.
    """
    _may_change(box)
    if len(box.trustees) >= MOST:
        raise Refused(f"Una urna tiene hasta {MOST} custodios.")
    what = "La parte pública"
    try:
        value = canonical.read(raw.strip(), what, LIMIT)
        if isinstance(value, str):
            raise Refused(PRIVATE, "file")
        found = trustees.read_one(GROUP, value, what)
    except (Malformed, Unsupported) as problem:
        raise Refused(f"Este archivo no sirve. {problem}", "file") from None
    if found.public_key in {half.public_key for half in public_halves(box)}:
        raise Refused(ALREADY, "file")
    told = found._replace(name=name)
    return _keep(box, by, canonical.write(told.record()), name, raw.strip())


def is_private_key(raw: bytes) -> bool:
    """Whether somebody hands in what should never leave a trustee's machine."""
    try:
        trustees.read_secret(GROUP, raw)
    except Malformed:
        return False
    return True


def remove(trustee: BoxTrustee, by: Account) -> None:
    box = trustee.box
    _may_change(box)
    if trustee not in box.trustees:
        raise Refused("Ese custodio ya no está. Recargue la página.")
    audit.record("ballots.trustee_removed", box, by, name=trustee.name)
    box.trustees.remove(trustee)
    db.session.flush()
    for position, one in enumerate(box.trustees, start=1):  # the archive numbers them by place
        one.position = position


def make_own(box: BallotBox, by: Account | str) -> BoxTrustee:
    """The server's key, for a box with codes."""
    secret = GROUP.random()
    record = canonical.write(trustees.make(GROUP, secret, SERVER).record())
    kept = _keep(box, by, record, SERVER, record)
    kept.sealed_secret = sealing.seal(salt_of(box), SECRET, str(secret).encode(), SECRET_BYTES)
    return kept


def own_secret(box: BallotBox) -> int:
    """The server's secret, for the one time it is used."""
    sealed = box.trustees[0].sealed_secret
    if sealed is None:
        raise Refused("La llave de esta urna ya se usó y se borró.")
    return int(sealing.unseal(salt_of(box), SECRET, sealed))


def forget(box: BallotBox) -> None:
    """Erase what could still open something: the server's secret and the salt."""
    for trustee in box.trustees:
        trustee.sealed_secret = None
    box.salt = None


def public_halves(box: BallotBox) -> list[trustees.Trustee]:
    """In the order in which the archive numbers them."""
    return [
        trustees.read_one(GROUP, canonical.read(one.record, one.name, LIMIT), one.name)
        for one in box.trustees
    ]


def salt_of(box: BallotBox) -> bytes:
    if box.salt is None:
        raise Refused("Lo que esta urna guardaba sellado ya se contó y se borró.")
    return box.salt


def _keep(
    box: BallotBox, by: Account | str, record: bytes, name: str, handed_in: bytes
) -> BoxTrustee:
    last = select(func.max(BoxTrustee.position)).where(BoxTrustee.box_id == box.id)
    position = (db.session.scalar(last) or 0) + 1
    fingerprint = canonical.fingerprint(handed_in)
    kept = BoxTrustee(position=position, name=name, record=record, fingerprint=fingerprint)
    with unique_or_refuse("uq_trustee_box_id_fingerprint", Refused(ALREADY, "file")):
        box.trustees.append(kept)
    audit.record("ballots.trustee_added", box, by, name=name, fingerprint=fingerprint)
    return kept


def _may_change(box: BallotBox) -> None:
    box_lock.lock_draft(box, Frozen("La urna ya abrió: sus custodios no cambian."))
    if box.kind is not BoxKind.VERIFIABLE:
        raise Refused("Esta urna no tiene custodios fuera de la plataforma.")
