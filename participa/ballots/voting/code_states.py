"""What a code can still do in a box, by the digest of its public credential."""

import enum

from sqlalchemy import select

from participa.ballots.models import BoxCredential
from participa.ballots.snapshots import BoxSnapshot
from participa.ballots.voting import casting, second_vote
from participa.belenios import canonical
from participa.core.db import db


class CodeState(enum.Enum):
    """Whether a code votes."""

    NEW = "nobody has voted with it"
    AGAIN = "a ballot is stored, and the code alone replaces it"
    SECOND = "a ballot is stored, and replacing it takes the second part"
    USED = "a ballot is stored, and one is all"
    VOID = "its card was voided"
    UNKNOWN = "it is not on the roll"


SENTENCES = {
    CodeState.SECOND: second_vote.NEEDED,
    CodeState.USED: casting.ALREADY,
    CodeState.VOID: casting.VOID,
    CodeState.UNKNOWN: casting.FOREIGN,
}


def state_of(box: BoxSnapshot, digest: str) -> CodeState:
    if not canonical.is_hex_digest(digest):
        return CodeState.UNKNOWN
    columns = select(BoxCredential.voided_on, BoxCredential.second_digest)
    row = db.session.execute(columns.filter_by(box_id=box.id, digest=digest)).one_or_none()
    if row is None:
        return CodeState.UNKNOWN
    if second_vote.is_used(box.id, digest):
        if not box.takes_last:
            return CodeState.USED
        return CodeState.AGAIN if row.second_digest is None else CodeState.SECOND
    return CodeState.NEW if row.voided_on is None else CodeState.VOID
