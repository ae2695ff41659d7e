"""Boxes that some of their trustees open, at each stage of the ceremony."""

from participa.ballots.ceremony import CeremonyFile, KeyCeremony, Round
from participa.ballots.models import BoxKind, BoxTrustee
from participa.belenios import canonical, threshold
from participa.core import clock
from participa.core.db import db
from tests.ballots import city
from tests.ballots.city import Voting
from tests.belenios.groups_of_keys import GROUP, KeyGroup, key_group
from tests.worlds import remembered

NEEDED, KEYS = 2, 3


def document(group: KeyGroup, round: Round, number: int) -> bytes:
    """What the machine of the trustee with this number (from 1) makes in this round."""
    if round is Round.PART:
        return group.certificates[number - 1].raw
    if round is Round.DEAL:
        return group.dealings[number - 1].raw
    return threshold.verification_key(GROUP, group.shares[number - 1])


@remembered
def draft(
    until: Round | None = None, needed: int = NEEDED, keys: int = KEYS, asked=(), **facts
) -> Voting:
    """A box whose trustees have handed in everything; or nothing of the round `until` and after."""
    made = city.draft(BoxKind.VERIFIABLE, *asked, keys=0, **facts)
    group = key_group(needed, keys)
    rounds = list(Round)[: None if until is None else list(Round).index(until)]
    is_listed = Round.PART in rounds
    listed_at = clock.now() if is_listed else None
    mark = threshold.ceremony(needed, group.certificates) if is_listed else None
    listed = {"listed_at": listed_at, "fingerprint": mark}
    db.session.add(KeyCeremony(box_id=made.id, needed=needed, **listed))
    for number in range(1, keys + 1):
        raw = document(group, Round.PART, number)
        facts = {"record": raw, "fingerprint": canonical.fingerprint(raw)} if is_listed else {}
        keeper = BoxTrustee(position=number, name=f"Custodia {number}", **facts)
        made.box.trustees.append(keeper)
        db.session.flush()
        for round in rounds[1:]:
            content = document(group, round, number)
            db.session.add(CeremonyFile(trustee_id=keeper.id, round=round, content=content))
    db.session.flush()
    if until is None:
        made.secrets = group.secrets
        city.accept_roles(made)
    made.secrets = group.shares
    db.session.commit()
    return made


@remembered
def opened(needed: int = NEEDED, keys: int = KEYS, **facts) -> Voting:
    """The same box, open; it takes no paper votes."""
    return city.open_now(draft(needed=needed, keys=keys, **({"allows_paper": False} | facts)))


@remembered
def counted(votes=((city.YES,), (city.YES,), (city.NO,)), **facts) -> Voting:
    """Counted, and waiting for enough of its trustees."""
    made = opened(**facts)
    for voter, vote in enumerate(votes):
        made.cast(voter, *vote)
    return city.count(city.close(made))
