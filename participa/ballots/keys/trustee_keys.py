"""Trustees: the holders of shares of the election key, on their own machines or this server alone.

The server's secret is stored encrypted, decrypted once by the tally, and then erased.
"""

from collections.abc import Sequence

from sqlalchemy import func, select

from participa.ballots import box_lock
from participa.ballots.ceremony import Round, ceremony_of, files_of
from participa.ballots.keys import private_keys, sealing
from participa.ballots.models import BallotBox, BoxKind, BoxTrustee
from participa.belenios import canonical, threshold, trustees
from participa.belenios.canonical import Malformed
from participa.belenios.groups import BELENIOS_2048
from participa.belenios.questions import Unsupported
from participa.belenios.threshold import Dealing
from participa.belenios.trustees import TrusteeCertificate
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
SAME_NAME = "Ya hay un custodio con ese nombre. Escriba algo que los distinga."
PART_AGAIN = {
    False: "Suba «llave.publica.json» tal como salió de la página de los custodios.",
    True: "Suba la parte pública para un reparto, tal como salió de la página de los custodios.",
}


LISTED = (
    "La lista de custodios ya se cerró, y con ella se reparte la llave. Para cambiarla, empiece la "
    "ceremonia otra vez."
)


def add(box: BallotBox, by: Account, name: str, raw: bytes) -> BoxTrustee:
    """Add a trustee with the public part that their machine made; its proof is verified.

    Of a ceremony the part may come later (`raw` is empty). The stored fingerprint is that of the
    uploaded bytes, which the trustee's machine shows as well.
    """
    second_factor.require(by)
    private_keys.refuse(raw)
    require_unlisted(box)
    if len(box.trustees) >= MOST:
        raise Refused(f"Una urna tiene hasta {MOST} custodios.")
    is_later = not raw.strip() and ceremony_of(box) is not None
    record = None if is_later else read_part(box, name, raw)
    if name.casefold() in {other.name.casefold() for other in box.trustees}:
        raise Refused(SAME_NAME, "name")
    return _store(box, by, record, name, None if is_later else raw.strip())


def read_part(box: BallotBox, name: str, raw: bytes) -> bytes:
    """The public part to store of what a trustee handed in. Raises Refused."""
    what = "La parte pública"
    some = ceremony_of(box)
    try:
        if some:
            certificate = threshold.read_certificate(GROUP, raw, what)
            key, record = certificate.verification, raw.strip()
        else:
            share = trustees.read_one(GROUP, canonical.read(raw.strip(), what, LIMIT), what)
            key, record = share.public_key, canonical.write(share._replace(name=name).record())
    except (Malformed, Unsupported) as problem:
        raise Refused(
            f"Este archivo no sirve. {problem} {PART_AGAIN[bool(some)]}", "file"
        ) from None
    if key in signing_keys(box).values():
        raise Refused(ALREADY, "file")
    if key == registrar_key(box):
        raise Refused(OF_REGISTRAR, "file")
    return record


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
    require_unlisted(box)
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


def signing_keys(box: BallotBox) -> dict[int, int]:
    """Trustee id → the public key of what they sign, of those whose public part is here."""
    some = ceremony_of(box)
    keys = {}
    for trustee in box.trustees:
        if trustee.record is None:
            continue
        if some:
            keys[trustee.id] = certificate_of(trustee).verification
        else:
            keys[trustee.id] = _share_of(trustee).public_key
    return keys


def certificate_of(trustee: BoxTrustee) -> TrusteeCertificate:
    return threshold.read_certificate(GROUP, trustee.record or b"", trustee.name)


def trustees_record(box: BallotBox) -> bytes:
    """The trustees record of the archive, when everything is here. Raises Malformed."""
    some = ceremony_of(box)
    if some is None:
        return trustees.write([_share_of(trustee) for trustee in box.trustees])
    certificates = [certificate_of(trustee) for trustee in box.trustees]
    dealings = dealings_of(box, some.needed, certificates)
    checks, keys = files_of(box, Round.CHECK), []
    for number, trustee in enumerate(box.trustees, start=1):
        raw = checks.get(trustee.id, b"")
        about = (certificates, dealings, number, raw, trustee.name)
        keys.append(threshold.read_verification_key(GROUP, *about)._replace(name=trustee.name))
    return threshold.record(some.needed, certificates, dealings, keys)


def dealings_of(
    box: BallotBox, needed: int, certificates: Sequence[TrusteeCertificate]
) -> list[Dealing]:
    """What each trustee dealt, of those who have, in the order of their numbers."""
    dealt = files_of(box, Round.DEAL)
    return [
        threshold.read_dealing(GROUP, needed, certificates, number, dealt[one.id], one.name)
        for number, one in enumerate(box.trustees, start=1)
        if one.id in dealt
    ]


def _share_of(trustee: BoxTrustee) -> trustees.Trustee:
    record = canonical.read(trustee.record or b"", trustee.name, LIMIT)
    return trustees.read_one(GROUP, record, trustee.name)


def salt_of(box: BallotBox) -> bytes:
    """The salt of the encryption at rest. Raises Refused once it is erased."""
    if box.salt is None:
        raise Refused("Lo que esta urna guardaba sellado ya se contó y se borró.")
    return box.salt


def _store(
    box: BallotBox, by: Account | str, record: bytes | None, name: str, handed_in: bytes | None
) -> BoxTrustee:
    """Append a trustee; the fingerprint is that of `handed_in`, the bytes of the upload."""
    last = select(func.max(BoxTrustee.position)).where(BoxTrustee.box_id == box.id)
    position = (db.session.scalar(last) or 0) + 1
    fingerprint = canonical.fingerprint(handed_in) if handed_in else None
    trustee = BoxTrustee(position=position, name=name, record=record, fingerprint=fingerprint)
    with unique_or_refuse("uq_trustee_box_id_fingerprint", Refused(ALREADY, "file")):
        box.trustees.append(trustee)
    told = {"fingerprint": fingerprint} if fingerprint else {}
    audit.record("ballots.trustee_added", box, by, name=name, **told)
    return trustee


def require_unlisted(box: BallotBox) -> None:
    """Lock the draft; raise Refused unless its list of trustees may change."""
    lock_trustees(box)
    some = ceremony_of(box)
    if some is not None and some.listed_at is not None:
        raise Refused(LISTED)


def lock_trustees(box: BallotBox) -> None:
    """Lock the draft until the transaction ends; raise Refused if it has opened, or has none."""
    box_lock.lock_draft(box, Frozen("La urna ya abrió: sus custodios no cambian."))
    if box.kind is not BoxKind.VERIFIABLE:
        raise Refused("Esta urna no tiene custodios fuera de la plataforma.")
