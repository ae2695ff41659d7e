"""Trustees: the holders of shares of the election key, on their own machines or this server alone.

The server's secret is stored encrypted, decrypted once by the tally, and then erased.
"""

from sqlalchemy import func, select

from participa.ballots import box_lock
from participa.ballots.keys import private_keys, sealing
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
from participa.staff.signing_in import second_factor

GROUP = BELENIOS_2048
PURPOSE = "trustee"
SERVER = "El servidor de la ciudad"
SECRET_BYTES = 80  # decimal digits of the longest secret
ALREADY = "Esta llave ya está. Cada custodio hace la suya."
OF_REGISTRAR = "Esa llave ya es la del registrador. Cada custodio hace la suya."
LIMIT = 10_000  # bytes of an upload
MOST = 9


def add(box: BallotBox, by: Account, name: str, raw: bytes) -> BoxTrustee:
    """Add a trustee with the public share that their machine made; its proof is verified.

    The stored fingerprint is that of the uploaded bytes, which the trustee's machine shows as well.
    """
    second_factor.require(by)
    private_keys.refuse(raw)
    _may_change(box)
    if len(box.trustees) >= MOST:
        raise Refused(f"Una urna tiene hasta {MOST} custodios.")
    what = "La parte pública"
    try:
        share = trustees.read_one(GROUP, canonical.read(raw.strip(), what, LIMIT), what)
    except (Malformed, Unsupported) as problem:
        raise Refused(f"Este archivo no sirve. {problem}", "file") from None
    if share.public_key in {other.public_key for other in public_shares(box)}:
        raise Refused(ALREADY, "file")
    if share.public_key == registrar_key(box):
        raise Refused(OF_REGISTRAR, "file")
    named = share._replace(name=name)
    return _store(box, by, canonical.write(named.record()), name, raw.strip())


def registrar_key(box: BallotBox) -> int | None:
    """The public key with which the registrar accepted their role; None before that."""
    if box.registrar_key is None:
        return None
    what = "La llave del registrador"
    value = canonical.read(box.registrar_key, what, LIMIT)
    return trustees.read_one(GROUP, value, what).public_key


def remove(trustee: BoxTrustee, by: Account) -> None:
    second_factor.require(by)
    box = trustee.box
    _may_change(box)
    if trustee not in box.trustees:
        raise Refused("Ese custodio ya no está. Recargue la página.")
    audit.record("ballots.trustee_removed", box, by, part=trustee, name=trustee.name)
    box.trustees.remove(trustee)
    db.session.flush()
    for position, other in enumerate(box.trustees, start=1):  # the archive numbers them by position
        other.position = position


def make_server_key(box: BallotBox, by: Account | str) -> BoxTrustee:
    """Create the server's key and store it as the only trustee of a box with codes."""
    secret = GROUP.random()
    record = canonical.write(trustees.make(GROUP, secret, SERVER).record())
    trustee = _store(box, by, record, SERVER, record)
    trustee.sealed_secret = sealing.seal(salt_of(box), PURPOSE, str(secret).encode(), SECRET_BYTES)
    return trustee


def server_secret(box: BallotBox) -> int:
    """Decrypt the server's secret. Raises Refused once it is erased."""
    sealed = box.trustees[0].sealed_secret
    if sealed is None:
        raise Refused("La llave de esta urna ya se usó y se borró.")
    return int(sealing.unseal(salt_of(box), PURPOSE, sealed))


def erase_secrets(box: BallotBox) -> None:
    """Erase the server's secret and the salt, so that nothing can be decrypted any more."""
    for trustee in box.trustees:
        trustee.sealed_secret = None
    box.salt = None


def public_shares(box: BallotBox) -> list[trustees.Trustee]:
    """The trustees' public shares, in the order in which the archive numbers them."""
    return [
        trustees.read_one(GROUP, canonical.read(trustee.record, trustee.name, LIMIT), trustee.name)
        for trustee in box.trustees
    ]


def salt_of(box: BallotBox) -> bytes:
    """The salt of the encryption at rest. Raises Refused once it is erased."""
    if box.salt is None:
        raise Refused("Lo que esta urna guardaba sellado ya se contó y se borró.")
    return box.salt


def _store(
    box: BallotBox, by: Account | str, record: bytes, name: str, handed_in: bytes
) -> BoxTrustee:
    """Append a trustee; the fingerprint is that of `handed_in`, the bytes of the upload."""
    last = select(func.max(BoxTrustee.position)).where(BoxTrustee.box_id == box.id)
    position = (db.session.scalar(last) or 0) + 1
    fingerprint = canonical.fingerprint(handed_in)
    trustee = BoxTrustee(position=position, name=name, record=record, fingerprint=fingerprint)
    with unique_or_refuse("uq_trustee_box_id_fingerprint", Refused(ALREADY, "file")):
        box.trustees.append(trustee)
    audit.record("ballots.trustee_added", box, by, name=name, fingerprint=fingerprint)
    return trustee


def _may_change(box: BallotBox) -> None:
    box_lock.lock_draft(box, Frozen("La urna ya abrió: sus custodios no cambian."))
    if box.kind is not BoxKind.VERIFIABLE:
        raise Refused("Esta urna no tiene custodios fuera de la plataforma.")
