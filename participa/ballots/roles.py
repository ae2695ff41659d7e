"""Who guards a box outside the platform, and whether they have accepted it themselves.

Trustees and the registrar sign the paper of their role with the private key that they keep. Until
then the pages say that the city declares them.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, LargeBinary, String, select
from sqlalchemy.orm import Mapped, mapped_column

from participa.ballots.models import BallotBox, BoxKind, BoxTrustee
from participa.belenios import canonical
from participa.core.db import db

VERSION = 1
TRUSTEE, REGISTRAR = "custodio", "registrador"


class RoleAcceptance(db.Model):
    """The paper of a role, with the signature of who accepted it.

    `holder` is the fingerprint of a trustee's public part, or REGISTRAR.
    """

    box_id: Mapped[int] = mapped_column(
        ForeignKey("ballot_box.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    holder: Mapped[str] = mapped_column(String(43), primary_key=True)
    paper: Mapped[bytes] = mapped_column(LargeBinary)
    signature: Mapped[bytes] = mapped_column(LargeBinary)
    accepted_at: Mapped[datetime]


@dataclass(frozen=True, slots=True)
class BoxRole:
    """Somebody outside the platform who guards a box; `trustee` is None for its registrar."""

    box: BallotBox
    trustee: BoxTrustee | None = None
    signed: RoleAcceptance | None = None  # perhaps a paper that has changed since

    @property
    def word(self) -> str:
        return TRUSTEE if self.trustee else REGISTRAR

    @property
    def name(self) -> str:
        return self.trustee.name if self.trustee else self.box.registrar

    @property
    def fingerprint(self) -> str:
        """Of the trustee's public part; a registrar brings theirs with the signature."""
        return self.trustee.fingerprint if self.trustee else ""

    @property
    def holder(self) -> str:
        """The key of its acceptance within the box."""
        return self.fingerprint or REGISTRAR

    @property
    def paper(self) -> bytes:
        """The document to sign, byte for byte; another one after a change of box or name."""
        return canonical.write(
            {
                "version": VERSION,
                "uuid": self.box.uuid,
                "box": self.box.title,
                "role": self.word,
                "name": self.name,
                "fingerprint": self.fingerprint,
            }
        )

    @property
    def acceptance(self) -> RoleAcceptance | None:
        """Their signature of the paper as it is now."""
        return self.signed if self.signed and self.signed.paper == self.paper else None

    @property
    def accepted_at(self) -> datetime | None:
        return self.acceptance.accepted_at if self.acceptance else None


def roles_of(box: BallotBox) -> list[BoxRole]:
    """The trustees, then the registrar, of a verifiable box."""
    if box.kind is not BoxKind.VERIFIABLE:
        return []
    rows = db.session.scalars(select(RoleAcceptance).filter_by(box_id=box.id))
    signed = {row.holder: row for row in rows}
    registrar = [BoxRole(box, None, signed.get(REGISTRAR))] if box.registrar else []
    trustees = [BoxRole(box, one, signed.get(one.fingerprint)) for one in box.trustees]
    return [*trustees, *registrar]


def accepted(box: BallotBox) -> dict[str, datetime]:
    """The day of acceptance by trustee's fingerprint or REGISTRAR, of those who have accepted."""
    return {role.holder: role.accepted_at for role in roles_of(box) if role.accepted_at}


def signed_papers(box: BallotBox) -> bytes | None:
    """All signed papers of a box as one public file; None without any."""
    papers = list(_signed(box))
    return canonical.write({"version": VERSION, "papers": papers}) if papers else None


def _signed(box: BallotBox) -> Iterator[dict[str, Any]]:
    for role in roles_of(box):
        if acceptance := role.acceptance:
            signature = json.loads(acceptance.signature)
            yield {"paper": json.loads(acceptance.paper), "signature": signature}
