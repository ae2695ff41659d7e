"""The rounds of a ceremony: how many trustees are enough, what each hands in, beginning again.

Whatever arrives is verified at once and kept byte for byte. Whether a share that was dealt is right
only its receiver can see, on their own machine: then the staff begin again.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete

from participa.ballots import quorum
from participa.ballots.ceremony import (
    CeremonyFile,
    CeremonyRestart,
    KeyCeremony,
    Round,
    ceremony_of,
    files_of,
)
from participa.ballots.keys import private_keys, trustee_keys
from participa.ballots.keys.trustee_keys import GROUP
from participa.ballots.models import BallotBox, BoxTrustee
from participa.ballots.roles import RoleAcceptance
from participa.belenios import canonical, threshold
from participa.belenios.canonical import Malformed
from participa.core import audit, clock, spanish
from participa.core.db import db, unique_or_refuse
from participa.core.errors import Refused
from participa.staff.models import Account
from participa.staff.signing_in import second_factor

GONE = "Ese custodio ya no está. Recargue la página."
NOT_NOW = "Ahora no se espera ningún archivo de este custodio. Recargue la página."
TOO_FEW = f"Para que basten algunos hacen falta {quorum.FEWEST_KEEPERS} custodios o más."
NOT_LISTED = "La lista de custodios no se ha cerrado: puede cambiarla sin empezar otra vez."
# How to repair a file that does not do, by what was expected.
AGAIN = {
    Round.DEAL: (
        "Baje «ceremonia.json» otra vez, haga el reparto con la llave de su parte pública y suba "
        "el archivo tal como sale."
    ),
    Round.CHECK: (
        "Baje «ceremonia.json» otra vez, compruebe lo que le repartieron y suba el archivo tal "
        "como sale."
    ),
}
WHAT = {Round.DEAL: "El reparto", Round.CHECK: "La comprobación"}


@dataclass(frozen=True, slots=True)
class KeyProgress:
    """How far the trustees of a box have come; `round` is None once nothing is missing."""

    round: Round | None
    missing: tuple[BoxTrustee, ...]  # who have not handed in the file of this round
    arrived: dict[int, frozenset[Round]]  # by trustee

    def owes(self, trustee: BoxTrustee) -> Round | None:
        """What this trustee hands in now; None while others are awaited, and at the end."""
        return self.round if trustee in self.missing else None


def progress_of(box: BallotBox) -> KeyProgress:
    some = ceremony_of(box)
    handed_in = {Round.PART: {one.id for one in box.trustees if one.record is not None}}
    if some is not None:
        handed_in |= {round: set(files_of(box, round)) for round in (Round.DEAL, Round.CHECK)}
    arrived = {
        one.id: frozenset(round for round, ids in handed_in.items() if one.id in ids)
        for one in box.trustees
    }
    for round, ids in handed_in.items():
        missing = tuple(one for one in box.trustees if one.id not in ids)
        is_list_open = round is Round.PART and some is not None and some.listed_at is None
        if missing or is_list_open:
            return KeyProgress(round, missing, arrived)
    return KeyProgress(None, (), arrived)


def is_done(trustee: BoxTrustee) -> bool:
    """Whether this trustee has handed in everything, so that they can accept their role."""
    last = Round.PART if ceremony_of(trustee.box) is None else Round.CHECK
    return last in progress_of(trustee.box).arrived[trustee.id]


def ceremony_file(box: BallotBox) -> bytes | None:
    """`ceremonia.json`, from the closing of the list on; with the dealings once all have dealt."""
    some = ceremony_of(box)
    if some is None or some.listed_at is None:
        return None
    certificates = [trustee_keys.certificate_of(trustee) for trustee in box.trustees]
    dealings = trustee_keys.dealings_of(box, some.needed, certificates)
    if len(dealings) < len(certificates):
        dealings = []
    names = [trustee.name for trustee in box.trustees]
    return threshold.write_file(some.needed, names, certificates, dealings)


def hand_in(trustee: BoxTrustee, by: Account | str, raw: bytes) -> Round:
    """Store what the trustee hands in now, verified; the same bytes once more change nothing.

    Raises Refused with a sentence that says how to repair it.
    """
    private_keys.refuse(raw)
    box = trustee.box
    trustee_keys.lock_trustees(box)
    if trustee not in box.trustees:
        raise Refused(GONE)
    if (earlier := _same_file(box, trustee, raw)) is not None:
        return earlier
    round = progress_of(box).owes(trustee)
    if round is None:
        raise Refused(_why_not_now(box, trustee), "file")
    if round is Round.PART:
        trustee.record = trustee_keys.read_part(box, trustee.name, raw)
        trustee.fingerprint = canonical.fingerprint(raw.strip())
        with unique_or_refuse(
            "uq_trustee_box_id_fingerprint", Refused(trustee_keys.ALREADY, "file")
        ):
            db.session.flush()
    else:
        _check(box, trustee, round, raw)
        row = CeremonyFile(trustee_id=trustee.id, round=round, content=raw.strip())
        with unique_or_refuse("pk_ceremony_file", Refused(NOT_NOW, "file")):
            db.session.add(row)
    audit.record(
        "ballots.ceremony_file_received",
        box,
        by,
        part=trustee,
        round=round.name,
        fingerprint=canonical.fingerprint(raw.strip()),
    )
    return round


def _check(box: BallotBox, trustee: BoxTrustee, round: Round, raw: bytes) -> None:
    """Verify a dealing, or what a trustee received. Raises Refused."""
    some = ceremony_of(box)
    assert some is not None  # noqa: S101 - only a ceremony has these rounds
    certificates = [trustee_keys.certificate_of(one) for one in box.trustees]
    number = box.trustees.index(trustee) + 1
    what = WHAT[round]
    try:
        if round is Round.DEAL:
            threshold.read_dealing(GROUP, some.needed, certificates, number, raw, what)
            return
        dealings = trustee_keys.dealings_of(box, some.needed, certificates)
        threshold.read_verification_key(GROUP, certificates, dealings, number, raw, what)
    except Malformed as problem:
        raise Refused(f"Este archivo no sirve. {problem} {AGAIN[round]}", "file") from None


def _same_file(box: BallotBox, trustee: BoxTrustee, raw: bytes) -> Round | None:
    """The round whose file this was, from a second click."""
    if trustee.fingerprint and trustee.fingerprint == canonical.fingerprint(raw.strip()):
        return Round.PART
    for round in (Round.DEAL, Round.CHECK):
        if files_of(box, round).get(trustee.id) == raw.strip():
            return round
    return None


def _why_not_now(box: BallotBox, trustee: BoxTrustee) -> str:
    progress = progress_of(box)
    if progress.round is None:
        return f"{trustee.name} ya entregó todo lo que le toca. Recargue la página."
    return f"{trustee.name} ya entregó {progress.round.the}. {about_missing(progress)}"


def about_missing(progress: KeyProgress) -> str:
    """Spanish sentence: what the ceremony waits for; "" once nothing is missing."""
    if progress.round is None:
        return ""
    if not progress.missing:
        return "Falta que la ciudad cierre la lista de custodios."
    names = spanish.listed([one.name for one in progress.missing])
    return f"Falta {progress.round.the} de {names}."


# ---- the staff


def choose_quorum(box: BallotBox, by: Account, needed: int | None) -> None:
    """Let `needed` of the trustees be enough, or None: all of them.

    Between all and some of them, the public parts that came are of no use any more.
    """
    second_factor.require(by)
    if needed is not None and not quorum.FEWEST <= needed <= quorum.MOST:
        raise Refused(f"Elija de {quorum.FEWEST} a {quorum.MOST} custodios, o todos.", "needed")
    trustee_keys.require_unlisted(box)
    some = ceremony_of(box)
    if needed == (some.needed if some else None):
        return
    if some is None:
        db.session.add(KeyCeremony(box_id=box.id, needed=needed))
        _forget_parts(box.trustees)
    elif needed is None:
        db.session.delete(some)
        _forget_parts(box.trustees)
    else:
        some.needed = needed
    audit.record("ballots.quorum_chosen", box, by, needed=needed or "ALL")


def close_list(box: BallotBox, by: Account) -> None:
    """Fix the trustees and their quorum: the dealing begins."""
    second_factor.require(by)
    trustee_keys.require_unlisted(box)
    some = ceremony_of(box)
    if some is None:
        raise Refused("En esta urna hacen falta todos los custodios: no hay nada que repartir.")
    if missing := missing_for_list(box):
        raise Refused(missing)
    certificates = [trustee_keys.certificate_of(trustee) for trustee in box.trustees]
    some.listed_at = clock.now()
    some.fingerprint = threshold.ceremony(some.needed, certificates)
    facts = {"needed": some.needed, "trustees": len(box.trustees)}
    audit.record("ballots.trustees_listed", box, by, **facts)


def missing_for_list(box: BallotBox) -> str:
    """Spanish sentence: why the list cannot be closed yet; "" if it can, or if it is closed."""
    some, count = ceremony_of(box), len(box.trustees)
    if some is None or some.listed_at is not None:
        return ""
    if count < quorum.FEWEST_KEEPERS:
        return f"{TOO_FEW} Hay {count}."
    if some.needed >= count:
        return (
            f"Hacen falta {some.needed} y hay {count} custodios. Elija menos, o «todos», o agregue "
            "otro custodio."
        )
    lacking = [one.name for one in box.trustees if one.record is None]
    return f"Falta la parte pública de {spanish.listed(lacking)}." if lacking else ""


def restart(box: BallotBox, by: Account, reason: str, keeps_keys: bool) -> None:
    """Begin again, with a public reason: what was dealt is forgotten, and the keys unless kept."""
    second_factor.require(by)
    trustee_keys.lock_trustees(box)
    some = ceremony_of(box)
    if some is None or some.listed_at is None:
        raise Refused(NOT_LISTED)
    some.listed_at = some.fingerprint = None
    ids = [trustee.id for trustee in box.trustees]
    db.session.execute(delete(CeremonyFile).where(CeremonyFile.trustee_id.in_(ids)))
    if not keeps_keys:
        _forget_parts(box.trustees)
    db.session.add(
        CeremonyRestart(box_id=box.id, by=by, reason=reason.strip(), keeps_keys=keeps_keys)
    )
    facts = {"reason": reason.strip(), "keeps_keys": keeps_keys}
    audit.record("ballots.ceremony_restarted", box, by, **facts)


def _forget_parts(trustees: Sequence[BoxTrustee]) -> None:
    """Forget the keys, and what was signed with them; who the trustees are stays."""
    for trustee in trustees:
        if trustee.fingerprint:
            signed = delete(RoleAcceptance).filter_by(
                box_id=trustee.box_id, holder=trustee.fingerprint
            )
            db.session.execute(signed)
        trustee.record = trustee.fingerprint = None
