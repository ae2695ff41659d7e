"""Ballot boxes as the city keeps them, at each stage, with what people outside the server hold.

They are small, and the box with trustees is the same in every test, so that a ballot is encrypted
once and cast in many tests.
"""

import json
from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from functools import cache, partial
from inspect import signature
from threading import Barrier
from typing import Any

from flask import current_app
from sqlalchemy import select

from participa.ballots import archive_store
from participa.ballots.keys import role_acceptance
from participa.ballots.lifecycle import closing, opening, paper, service, voiding
from participa.ballots.models import (
    BallotBox,
    BoxCredential,
    BoxKind,
    BoxTrustee,
    CardBatch,
    QuestionKind,
)
from participa.ballots.results import counting, opening_file
from participa.ballots.roles import RoleAcceptance, roles_of
from participa.ballots.roll import enrolment, second_part
from participa.ballots.roll.credential_digest import credential_digest
from participa.ballots.snapshots import SNAPSHOTS, BoxSnapshot
from participa.ballots.voting import casting
from participa.ballots.voting.casting import Deposit
from participa.belenios import (
    ballot,
    canonical,
    credentials,
    opening_proofs,
    roll,
    signatures,
    trustees,
    verifier,
)
from participa.belenios.credentials import Credential
from participa.belenios.election import Election
from participa.belenios.groups import BELENIOS_2048
from participa.belenios.verifier import Verdict
from participa.core import clock
from participa.core.db import db
from participa.core.errors import Refused
from participa.core.jobs import queue
from participa.core.jobs.jobs import Job
from participa.plan.models import Task
from participa.staff.models import Account, Role
from tests.belenios.builders import SECRETS, UUID
from tests.conftest import store_account
from tests.plan import builders as plans
from tests.worlds import remembered

REGISTRAR = 7**20  # the secret key of who makes the codes of a verifiable box
VOTERS = 10  # as few as a secret box may expect
YES_NO = (QuestionKind.YES_NO, "¿Está de acuerdo?", {"has_blank": False})
SCALE = (QuestionKind.SCALE, "¿Cómo califica la gestión?", {"answers": ("Mala", "Buena")})
YES, NO, BLANK = frozenset({0}), frozenset({1}), None
Vote = Collection[int] | None


@dataclass
class Voting:
    """A box, the codes on its cards, and the secrets of the trustees outside."""

    box: BallotBox
    holders: tuple[Credential, ...] = ()
    secrets: tuple[int, ...] = ()

    @property
    def id(self) -> int:
        return self.box.id

    @property
    def uuid(self) -> str:
        return self.box.uuid

    @property
    def codes(self) -> list[str]:
        return [holder.code for holder in self.holders]

    @property
    def definition(self) -> BoxSnapshot:
        found = SNAPSHOTS.find(self.box.uuid)
        assert found is not None
        return found

    def ballot(self, voter: int, *votes: Vote) -> bytes:
        """The same bytes whenever the same voter chooses the same in the same box."""
        chosen = tuple(None if vote is None else frozenset(vote) for vote in votes)
        asked = self.definition.election
        assert asked is not None
        return _encrypted(asked, self.holders[voter].secret, chosen)

    def cast(self, voter: int, *votes: Vote) -> Deposit:
        return self.put_in(self.ballot(voter, *votes))

    def put_in(self, raw: bytes) -> Deposit:
        done = casting.cast(self.definition, raw)
        db.session.commit()
        return done

    @property
    def archive(self) -> bytes:
        return archive_of(self.box)

    def verify(self, snapshot: bytes | None = None) -> Verdict:
        return verifier.verify(self.archive, snapshot, refuerzo=opening_file.opening_file(self.box))

    def part(self, number: int) -> bytes:
        """What the machine of a trustee (from 1) makes of the totals."""
        return _part(self.archive, number, self.secrets[number - 1])


def archive_of(box: BallotBox) -> bytes:
    head = archive_store.head_of(box)
    assert head is not None
    return b"".join(archive_store.archive_chunks(box, head.height))


def part_of(read: Verdict, number: int, secret: int) -> bytes:
    assert read.election is not None
    return opening_proofs.make_part(read.election, read.totals, secret, number)


@cache
def _part(archive: bytes, number: int, secret: int) -> bytes:
    return part_of(verifier.verify(archive), number, secret)


@cache
def _encrypted(asked: Election, secret: int, votes: tuple[Vote, ...]) -> bytes:
    return ballot.make(asked, secret, votes)


@cache
def _holder(number: int, uuid: str) -> Credential:
    return credentials.derive(_code(number), uuid)


@cache
def _code(number: int) -> str:
    """The code on the card with this number, another one in each run."""
    return credentials.new_code()


def holders(number: int, uuid: str = UUID) -> tuple[Credential, ...]:
    return tuple(_holder(one, uuid) for one in range(number))


@cache
def public_half(secret: int) -> bytes:
    return canonical.write(trustees.make(BELENIOS_2048, secret).record())


def keeper(number: int, secret: int) -> BoxTrustee:
    """As `keeping.add` leaves it, which checks the key once more each time."""
    name = f"Custodia {number}"
    facts = {
        "record": _record(secret, name),
        "fingerprint": canonical.fingerprint(public_half(secret)),
    }
    return BoxTrustee(position=number, name=name, **facts)


@cache
def _record(secret: int, name: str) -> bytes:
    told = trustees.read_one(BELENIOS_2048, json.loads(public_half(secret)), name)
    return canonical.write(told._replace(name=name).record())


def officials() -> tuple[Account, Account]:
    """Two people of the staff: what one asks for, the other confirms."""
    found = list(db.session.scalars(select(Account).order_by(Account.id).limit(2)))
    while len(found) < 2:
        found.append(store_account(Role.EDITOR))
    return found[0], found[1]


@remembered
def stored_officials() -> tuple[Account, Account]:
    """The same two, so that a box built afterwards begins from a known state."""
    found = officials()
    db.session.commit()
    return found


def task_of_the_plan() -> Task:
    found = db.session.scalar(select(Task).where(Task.measure == "ballots.working"))
    if found is not None:
        return found
    made = plans.plan(plans.task(1, measure="ballots.working"))
    db.session.add(made)
    db.session.flush()
    return made.actions[0].tasks[0]


def void(made: "Voting", *voters: int) -> None:
    """Void the cards of these voters of an open box, as two people do it."""
    one, other = officials()
    publics = [made.holders[voter].public for voter in voters]
    document = roll.write(publics)
    sign = b""
    if made.box.kind is BoxKind.VERIFIABLE:
        made.box.registrar_key = public_half(REGISTRAR)
        sign = signatures.sign(REGISTRAR, document)
    asked = voiding.request_list(made.box, one, document, "Sobraron", sign)
    voiding.confirm(asked, other)
    db.session.commit()


@remembered
def draft(
    kind: BoxKind = BoxKind.VERIFIABLE,
    *asked: tuple[QuestionKind, str, dict[str, Any]],
    voters: int = VOTERS,
    keys: int = 2,
    uuid: str = UUID,
    **facts: Any,
) -> Voting:
    """A box that lacks nothing and has not opened; one question, unless others are given."""
    editor, _ = officials()
    told = {
        "title": "Gestión de 2024",
        "used_by": "la Secretaría de Planeación",
        "registrar": "Personería" if kind is BoxKind.VERIFIABLE else "",
        "closes_at": clock.now() + timedelta(days=3),
        "expected_ballots": VOTERS if kind.is_secret else 0,
        "places": ["Teatro"] if kind is BoxKind.CODES else [],
    }
    box = service.create(editor, kind, [task_of_the_plan()], **(told | {"uuid": uuid} | facts))
    for what, text, others in asked or (YES_NO,):
        service.ask(box, editor, what, text, **others)
    made = Voting(box)
    if kind.is_secret and voters:
        made.holders = holders(voters, uuid)
        _enrol(made)
    if kind is BoxKind.VERIFIABLE:
        made.secrets = SECRETS[:keys]
        box.trustees.extend(keeper(number, secret) for number, secret in enumerate(made.secrets, 1))
        db.session.flush()
        accept_roles(made)
    db.session.commit()
    return made


def accept_roles(made: Voting) -> None:
    """Let each trustee sign their role; the registrar has not."""
    for role, secret in zip(roles_of(made.box), made.secrets, strict=False):
        signature = signatures.sign(secret, role.paper)
        accepted = {"holder": role.holder, "paper": role.paper, "signature": signature}
        db.session.add(RoleAcceptance(box_id=made.id, accepted_at=clock.now(), **accepted))


def accept_as_registrar(made: Voting, secret: int = REGISTRAR) -> None:
    """Let the registrar sign their role in a draft."""
    role = roles_of(made.box)[-1]
    role_acceptance.accept(role, signatures.sign(secret, role.paper), public_half(secret))
    db.session.commit()


def _enrol(made: Voting) -> None:
    batch_id = None
    if made.box.kind is BoxKind.CODES:
        batch = CardBatch(cards=len(made.holders), place="Teatro", box=made.box)
        db.session.add(batch)
        db.session.flush()
        batch_id = batch.id
    enrolment.enrol(made.box.id, [holder.public for holder in made.holders], batch_id)
    if made.box.kind is BoxKind.VERIFIABLE:
        made.box.roll_fingerprint = canonical.fingerprint(roll_of(made))


def give_second_parts(made: Voting, second: str, voters: Collection[int] | None = None) -> None:
    """Print these digits on the cards of these voters, or of all."""
    for number, holder in enumerate(made.holders):
        if voters is None or number in voters:
            row = db.session.get_one(BoxCredential, (made.id, credential_digest(holder.public)))
            digest = second_part.digest(second, made.uuid, holder.public)
            row.second_digest = enrolment.keyed(made.box, digest)
    db.session.commit()


def open_now(made: Voting, minimum: int = 0) -> Voting:
    """Open a draft, so that it opens its total however few come, unless a minimum is given."""
    opening.open_box(made.box, officials()[0])
    made.box.minimum_ballots = minimum
    db.session.commit()
    return made


def roll_of(made: Voting) -> bytes:
    """What the registrar hands in."""
    return credentials.public_roll(made.holders)


@remembered
def opened(
    kind: BoxKind = BoxKind.VERIFIABLE, *asked: Any, minimum: int = 0, **facts: Any
) -> Voting:
    """A box that takes ballots. It takes no paper votes unless it is asked to."""
    made = draft(kind, *asked, **({"allows_paper": False} | facts))
    return open_now(made, minimum)


@remembered
def close(made: Voting) -> Voting:
    closing.close(made.box, officials()[0])
    db.session.commit()
    return made


@remembered
def count_paper(made: Voting, ballots: int = 0, invalid: int = 0, *counts: list[int]) -> Voting:
    """The paper votes, or that there were none, as two officials counted them."""
    first, second = officials()
    lines = counts or [[0] * question.asked.slots for question in made.box.questions]
    paper.type_count(made.box, first, ballots, invalid, lines)
    paper.confirm(made.box, second)
    db.session.commit()
    return made


@remembered
def count(made: Voting) -> Voting:
    """All that the server can count; a box with trustees then waits for them."""
    counting.start(made.box, officials()[0])
    db.session.commit()
    run_jobs()
    return made


@remembered
def finish(made: Voting) -> Voting:
    """From the votes to the result."""
    count(close(made))
    if made.box.kind is BoxKind.VERIFIABLE:
        for number in range(1, len(made.secrets) + 1):
            counting.receive_partial(made.box, officials()[0], made.part(number))
            db.session.commit()
    return made


def at_once(*works: Callable[..., Any]) -> list[Any]:
    """What came of each, done at the same moment by as many people: a result or a refusal.

    A work that takes an argument calls it when it has in hand what it will change, as a page does
    that was opened before somebody else was done.
    """
    app, start = current_app._get_current_object(), Barrier(len(works))  # type: ignore[attr-defined]  # the proxy's own
    db.session.rollback()

    def one(work: Callable[..., Any]) -> Any:
        with app.app_context():
            waits = bool(signature(work).parameters)
            if not waits:
                start.wait(30)
            try:
                done = work(partial(start.wait, 30)) if waits else work()
                db.session.commit()
            except Refused as refusal:
                db.session.rollback()
                return refusal
            finally:
                db.session.remove()
            return done

    with ThreadPoolExecutor(len(works)) as hands:
        return list(hands.map(one, works))


def last_job() -> Job:
    found = db.session.scalars(select(Job).order_by(Job.id.desc())).first()
    assert found is not None
    return found


def run_jobs() -> None:
    """Let a worker do what waits; afterwards this session sees it."""
    queue.run_pending(current_app)
    db.session.expire_all()
