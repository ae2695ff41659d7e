"""Who guards a box outside the platform, and whether they have accepted it themselves.

Trustees and the registrar sign the paper of their role with the private key that they keep, before
the box opens. The paper says what will be asked and by which rules; that of the registrar also has
the fingerprint of the roll. A paper that has changed since has to be signed again. Whose key it is
no signature shows: the two officials who open the box vouch for that.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, LargeBinary, String, select
from sqlalchemy.orm import Mapped, mapped_column

from participa.ballots.ceremony import ceremony_of, quorum_of
from participa.ballots.kinds import Act, BelowMinimum
from participa.ballots.models import BallotBox, BoxKind, BoxQuestion, BoxTrustee
from participa.belenios import canonical
from participa.core import spanish
from participa.core.db import db
from participa.staff.models import Account

VERSION = 2
FOREVER = ("uuid", "box", "role", "name", "fingerprint")  # of a paper of any version
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
        """Of the trustee's public part, once it is here; a registrar's comes with the signature."""
        return (self.trustee.fingerprint or "") if self.trustee else ""

    @property
    def key_fingerprint(self) -> str:
        """Of the public part of the key that accepted this role; "" while there is none."""
        if self.trustee:
            return self.fingerprint
        is_signed = self.acceptance is not None and self.box.registrar_key is not None
        return canonical.fingerprint(self.box.registrar_key or b"") if is_signed else ""

    @property
    def holder(self) -> str:
        """The key of its acceptance within the box; "" of a trustee without a key."""
        return self.fingerprint if self.trustee else REGISTRAR

    @property
    def person(self) -> str:
        """Whose link it is, also while there is no key; a trustee who comes later has another."""
        return f"{self.trustee.id}|{self.trustee.added_at}" if self.trustee else REGISTRAR

    @property
    def lacks_roll(self) -> bool:
        """Whether a registrar has nothing to sign yet: no roll, or one that is being checked."""
        is_checked = self.box.roll_fingerprint and self.box.roll_upload is None
        return self.trustee is None and not is_checked

    @property
    def paper(self) -> bytes:
        """The document to sign, byte for byte; another one after a change of what it states."""
        is_registrar = self.trustee is None
        return canonical.write(
            {
                "version": VERSION,
                **self._identity,
                "roll": (self.box.roll_fingerprint or "") if is_registrar else "",
                "seconds": (self.box.seconds_fingerprint or "") if is_registrar else "",
                "asked": list(asked_of(self.box)),
            }
        )

    @property
    def _identity(self) -> dict[str, str]:
        values = (self.box.uuid, self.box.title, self.word, self.name, self.fingerprint)
        return dict(zip(FOREVER, values, strict=True))

    @property
    def acceptance(self) -> RoleAcceptance | None:
        """Their signature of the paper as it is now, given before the box opened."""
        return self.signed if self.signed and self._holds(self.signed) else None

    def _holds(self, signed: RoleAcceptance) -> bool:
        """Whether it is of this paper. The opening deletes others, and nothing changes after it."""
        if self.box.opened_at is None:
            return signed.paper == self.paper
        told = json.loads(signed.paper)
        is_same = {name: told.get(name) for name in FOREVER} == self._identity
        return is_same and signed.accepted_at <= self.box.opened_at

    @property
    def is_outdated(self) -> bool:
        """Whether they signed something that has changed since, and have to sign again."""
        return self.signed is not None and self.acceptance is None

    @property
    def signs_roll(self) -> bool:
        """Whether what they signed says which roll it is; earlier papers did not."""
        return self.acceptance is not None and bool(json.loads(self.acceptance.paper).get("roll"))

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
    trustees = [BoxRole(box, one, signed.get(one.fingerprint or "")) for one in box.trustees]
    return [*trustees, *registrar]


def accepted(box: BallotBox) -> dict[str, datetime]:
    """The day of acceptance by trustee's fingerprint or REGISTRAR, of those who have accepted."""
    return {role.holder: role.accepted_at for role in roles_of(box) if role.accepted_at}


def drop_outdated(box: BallotBox) -> None:
    """Delete the acceptances that do not hold, when the box opens."""
    for role in roles_of(box):
        if role.signed is not None and role.acceptance is None:
            db.session.delete(role.signed)
    if box.registrar_key and REGISTRAR not in accepted(box):
        box.registrar_key = None


def vouchers_of(box: BallotBox) -> tuple[Account, Account] | None:
    """The two officials who say that they compared each fingerprint with its holder."""
    opening = box.act(Act.OPEN)
    if opening is None or not opening.has_compared_keys or opening.confirmed_by is None:
        return None
    return opening.asked_by, opening.confirmed_by


def asked_of(box: BallotBox) -> Iterator[str]:
    """Spanish sentences: the questions and the rules that whoever accepts a role agrees to."""
    yield f"El resultado lo usará {box.used_by}"
    yield f"Abre: {spanish.moment(box.opens_at) if box.opens_at else 'al abrirla'}"
    end = spanish.as_end(box.closes_at) if box.closes_at else None
    yield f"Cierra: {spanish.moment(end) if end else 'sin registrar'}"
    yield f"Otro voto con el mismo código: {'cuenta el último' if box.takes_last else 'no entra'}"
    if ceremony_of(box) is not None:
        yield f"Para abrir el total: {quorum_of(box).phrase}"
    yield f"Votar sin JavaScript: {_yes(box.allows_assisted)}"
    yield f"Votos en papel: {_yes(box.allows_paper)}"
    days = f" ({box.extra_days})" if box.below_minimum is BelowMinimum.EXTEND else ""
    yield f"Si llegan pocos votos: {box.below_minimum.value}{days}"
    for question in box.questions:
        yield from _asked_in(question)


def _asked_in(question: BoxQuestion) -> Iterator[str]:
    number = question.position
    blank = ", o en blanco" if question.has_blank else ""
    yield f"Pregunta {number}: {question.text}"
    yield f"Se marcan en la {number}: de {question.least} a {question.most}{blank}"
    for place, answer in enumerate(question.answers, start=1):
        yield f"Opción {number}.{place}: {answer}"


def _yes(is_so: bool) -> str:
    return "sí" if is_so else "no"


def signed_papers(box: BallotBox) -> bytes | None:
    """All signed papers of a box as one public file; None without any.

    With the public part of the registrar's key, whose fingerprint the minutes print.
    """
    papers = list(_signed(box))
    if not papers:
        return None
    key = json.loads(box.registrar_key) if box.registrar_key else None
    return canonical.write({"version": VERSION, "papers": papers, "registrar_key": key})


def _signed(box: BallotBox) -> Iterator[dict[str, Any]]:
    for role in roles_of(box):
        if acceptance := role.acceptance:
            signature = json.loads(acceptance.signature)
            yield {"paper": json.loads(acceptance.paper), "signature": signature}
