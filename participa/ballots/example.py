"""The boxes in the story of a demonstration, made by the same functions as real ones.

Two of 2024 with a result, one with codes and one verifiable; and two that are open now, a
consultation and a box with codes to try. The codes to try are stored in a file of the
demonstration, never in a table.
"""

import json
import random
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

from sqlalchemy import select

from participa.ballots import queries, snapshots
from participa.ballots.keys import ceremony_rounds, role_acceptance, trustee_keys
from participa.ballots.lifecycle import paper, service, two_person, voiding
from participa.ballots.models import (
    Act,
    BallotBox,
    BoxKind,
    QuestionKind,
)
from participa.ballots.results import counting
from participa.ballots.roles import roles_of
from participa.ballots.roll import enrolment, registrars_roll, second_part, trial_cards
from participa.ballots.roll.credential_digest import credential_digest
from participa.ballots.snapshots import BoxSnapshot
from participa.ballots.voting import casting, open_consultation, voter_details
from participa.belenios import (
    ballot,
    canonical,
    credentials,
    opening_proofs,
    signatures,
    threshold,
    trustees,
)
from participa.belenios.election import Election
from participa.channels.example import days_ago
from participa.config import Settings
from participa.core import clock
from participa.core.db import db
from participa.core.installation import installation
from participa.core.jobs import jobs
from participa.formats import queries as formats
from participa.formats.example import BALLOTS
from participa.plan import queries as plans
from participa.staff.models import Account

TASK = "4.1"
PAST = 2024
CARDS = 40
AGES = (["JU"], ["AU"], ["AU"], ["PM"])

# Invented votes: per ballot and question the indices of the options, or None for a blank vote.
Votes = Sequence[Collection[int] | None]
CONSULTATION_VOTES: Sequence[Votes] = (
    [[{3}, {0}]] * 4 + [[{2}, {0}]] * 3 + [[{1}, {2}]] * 4 + [[{0}, {1}]] * 2 + [[{4}, {3}]] * 2
) + [[None, {2}], [{2}, None]]
OPEN_BOX_VOTES: Sequence[Votes] = ([{0}], [{1}], [{0}], [{0}], [None], [{0}])
RATINGS: Sequence[Votes] = ([{3}], [{2}], [{2}], [{3}], [{1}], [None], [{2}], [{0}], [{3}], [{2}])
LATE_RATINGS: Sequence[Votes] = ([None],)
ASSISTED_RATING: Votes = [{2}]  # encrypted by the server
APPROVAL_VOTES: Sequence[Votes] = ([{0}], [{0}], [{1}], [{0}], [None], [{0}], [{1}]) + ([{0}],) * 3
TRUSTEES = (
    "Universidad (ejemplo)",
    "Comité Territorial (ejemplo)",
    "Veeduría ciudadana (ejemplo)",
)
ENOUGH = 2  # of them open the box
chance = random.SystemRandom()


def strands(by: Account, second: Account) -> list[Iterator[datetime]]:
    return [
        counted_box(by, second),
        verified_box(by, second),
        consultation(by, second),
        box_to_try(by, second),
    ]


def demo_note(base: str) -> str:
    """Address and unused codes of the box to try, as text for the terminal; "" without codes."""
    box = trial_box()
    codes = trial_cards.codes_to_try(box.uuid) if box else []
    if box is None or not codes:
        return ""
    listed = "\n".join(f"  {code}" for code in codes)
    address = f"  Urna para votar      {base}/urna/{box.uuid}"
    return f"{address}\n\nCódigos para votar en ella, uno por voto\n{listed}\n"


def trial_box() -> BallotBox | None:
    """The open example box with codes."""
    boxes = select(BallotBox).filter_by(is_example=True, kind=BoxKind.CODES, closed_at=None)
    return db.session.scalar(boxes.order_by(BallotBox.id).limit(1))


def consultation(by: Account, second: Account) -> Iterator[datetime]:
    now, closes_on = clock.now(), clock.today() + timedelta(days=20)
    yield days_ago(5)
    box = create_box(
        BoxKind.OPEN,
        by,
        closes_on,
        title="¿Cómo se entera usted de lo que hace la Alcaldía?",
        why="Con las respuestas se escoge dónde se publica la rendición de cuentas.",
        used_by="la Secretaría de Comunicaciones, para escoger los canales del próximo año",
        shows_live=True,
    )
    easy = ("Muy difícil", "Difícil", "Ni fácil ni difícil", "Fácil", "Muy fácil")
    service.ask(box, by, QuestionKind.SCALE, "¿Qué tan fácil es enterarse?", easy)
    ways = ("Redes sociales", "Radio o televisión", "Vecinos y líderes", "La página de la Alcaldía")
    service.ask(box, by, QuestionKind.ONE, "¿Por dónde se entera más?", ways)
    do_with_two_people(box, Act.OPEN, by, second)
    yield now
    definition = snapshots.snapshot_of(box)
    for votes in CONSULTATION_VOTES:
        open_consultation.answer(definition, new_submission(), votes)


def box_to_try(by: Account, second: Account) -> Iterator[datetime]:
    """An open box with a few ballots, and cards to vote with."""
    now, closes_on = clock.now(), clock.today() + timedelta(days=20)
    yield days_ago(2)
    box = create_box(
        BoxKind.CODES,
        by,
        closes_on,
        title="¿Abrir las bibliotecas los domingos?",
        why="La decisión se anuncia en la audiencia pública.",
        used_by="la Secretaría de Cultura, para fijar los horarios",
        expected_ballots=10,
        places=["Mesa de la audiencia (ejemplo)"],
        variables=["curso_vida"],
    )
    service.ask(box, by, QuestionKind.YES_NO, "¿Está de acuerdo con abrir los domingos?")
    cards = enrolment.make_cards(box, by, CARDS, "Mesa de la audiencia (ejemplo)")
    codes = [card.code for card in cards]
    do_with_two_people(box, Act.OPEN, by, second)
    yield now
    service.hand_out(box, by, len(OPEN_BOX_VOTES) + 2)
    definition = snapshots.snapshot_of(box)
    cast(definition, codes, OPEN_BOX_VOTES)
    for age in AGES:
        voter_details.store(definition, new_submission(), {"curso_vida": age})
    store_trial_codes(box.uuid, codes[len(OPEN_BOX_VOTES) :])


def counted_box(by: Account, second: Account) -> Iterator[datetime]:
    """A counted box with blank votes, an assisted ballot, paper votes and a void card."""
    yield clock.at_city(date(PAST, 11, 18), 8)
    box = create_box(
        BoxKind.CODES,
        by,
        date(PAST, 12, 2),
        title="Balance del año en su comuna",
        why="El balance entra en el informe de gestión.",
        used_by="el Departamento de Planeación, para el informe de gestión",
        expected_ballots=12,
        places=["Casa de gobierno (ejemplo)"],
    )
    marks = ("Mala", "Regular", "Buena", "Muy buena")
    service.ask(box, by, QuestionKind.SCALE, "¿Cómo califica la gestión de este año?", marks)
    codes = [card.code for card in enrolment.make_cards(box, by, 15, "Casa de gobierno (ejemplo)")]
    do_with_two_people(box, Act.OPEN, by, second)
    yield clock.at_city(date(PAST, 11, 26), 15)
    definition = snapshots.snapshot_of(box)
    cast(definition, codes, RATINGS)
    casting.cast_assisted(definition, codes[len(RATINGS)], ASSISTED_RATING, new_submission())
    cast(definition, codes[len(RATINGS) + 1 :], LATE_RATINGS)
    damaged = voiding.request_codes(box, by, codes[-1:], "La tarjeta se dañó (ejemplo).")
    voiding.confirm(damaged, second)
    service.hand_out(box, by, 13)
    yield clock.at_city(date(PAST, 12, 2), 17)
    do_with_two_people(box, Act.CLOSE, by, second)
    by_hand = [[1, 0, 2, 3, 1]]
    note = "Se contó en público, ante la veeduría (ejemplo)."
    paper.type_count(box, by, 8, 1, by_hand, note)
    paper.confirm(box, second)
    tally_box(box, by, second)


def verified_box(by: Account, second: Account) -> Iterator[datetime]:
    """A verifiable box that two of three trustees opened: the third one lost the key.

    Its codes and keys are made here and not stored.
    """
    yield clock.at_city(date(PAST, 11, 25), 8)
    box = create_box(
        BoxKind.VERIFIABLE,
        by,
        date(PAST, 12, 6),
        title="¿Aprueba el plan de mejora?",
        why="El resultado se lee en la última reunión del Comité Territorial.",
        used_by="el Comité Territorial, para su concepto sobre el plan",
        registrar="Personería (ejemplo)",
        expected_ballots=10,
        takes_last=True,
    )
    service.ask(box, by, QuestionKind.YES_NO, "¿Aprueba el plan de mejora de la ciudad?")
    cards = credentials.make(len(APPROVAL_VOTES) + 4, box.uuid)
    seconds = [second_part.new() for _ in cards]
    digests = {
        card.public: second_part.digest(second, box.uuid, card.public)
        for card, second in zip(cards, seconds, strict=True)
    }
    roll = credentials.public_roll(cards)
    registrars_roll.receive(box, by, BytesIO(roll), BytesIO(second_part.write(digests)))
    run_job(box)
    secrets = [trustee_keys.GROUP.random() for _ in TRUSTEES]
    shares = share_key(box, by, secrets)
    *keepers, registrar = roles_of(box)
    for role, secret in zip(keepers, secrets, strict=True):
        role_acceptance.accept(role, signatures.sign(secret, role.paper))
    own = trustee_keys.GROUP.random()
    public_part = canonical.write(trustees.make(trustee_keys.GROUP, own).record())
    role_acceptance.accept(registrar, signatures.sign(own, registrar.paper), public_part)
    do_with_two_people(box, Act.OPEN, by, second)
    yield clock.at_city(date(PAST, 11, 29), 15)
    definition = snapshots.snapshot_of(box)
    codes = [card.code for card in cards]
    cast(definition, codes, APPROVAL_VOTES)
    cast(definition, codes[2:3], [[{0}]], seconds[2])
    service.hand_out(box, by, len(APPROVAL_VOTES))
    yield clock.at_city(date(PAST, 12, 6), 17)
    do_with_two_people(box, Act.CLOSE, by, second)
    no_paper(box, by, second)
    tally_box(box, by, second)
    election = election_of(definition)
    totals = counting.published_totals(box, election)
    for number, share in enumerate(shares[:ENOUGH], start=1):
        part = opening_proofs.make_part(election, totals, share, number)
        counting.receive_partial(box, by, part)


def share_key(box: BallotBox, by: Account, secrets: Sequence[int]) -> list[int]:
    """Take the trustees with these secrets through their ceremony; returns their shares."""
    group = trustee_keys.GROUP
    ceremony_rounds.choose_quorum(box, by, ENOUGH)
    for name, secret in zip(TRUSTEES, secrets, strict=True):
        trustee_keys.add(box, by, name, threshold.certificate(group, secret))
    ceremony_rounds.close_list(box, by)
    certificates = [trustee_keys.certificate_of(trustee) for trustee in box.trustees]
    for trustee, secret in zip(list(box.trustees), secrets, strict=True):
        dealt = threshold.deal(group, secret, ENOUGH, certificates)
        ceremony_rounds.hand_in(trustee, trustee.name, dealt)
    dealings = trustee_keys.dealings_of(box, ENOUGH, certificates)
    shares = [
        threshold.share_of(group, secret, ENOUGH, certificates, dealings) for secret in secrets
    ]
    for trustee, share in zip(list(box.trustees), shares, strict=True):
        ceremony_rounds.hand_in(trustee, trustee.name, threshold.verification_key(group, share))
    return shares


def create_box(kind: BoxKind, by: Account, closes_on: date, **facts: Any) -> BallotBox:
    """A draft for the plan of its year that opens now and closes on this day at five."""
    plan = plans.current_plan()
    task = plans.task_of(plan, TASK) if plan else None
    dates = {
        "opens_at": clock.now().replace(second=0, microsecond=0),
        "closes_at": clock.at_city(closes_on, 17),
    }
    official = formats.format_of(BALLOTS)
    tasks = [task] if task else []
    return service.create(by, kind, tasks, official, is_example=True, **(dates | facts))


def do_with_two_people(
    box: BallotBox, act: Act, by: Account, second: Account, reason: str = ""
) -> None:
    two_person.request(box, act, by, reason)
    two_person.confirm(box, act, second, has_compared=True)


def no_paper(box: BallotBox, by: Account, second: Account) -> None:
    """Say that the box of paper was empty."""
    paper.type_count(box, by, 0, 0, [[0] * question.asked.slots for question in box.questions])
    paper.confirm(box, second)


def tally_box(box: BallotBox, by: Account, second: Account) -> None:
    do_with_two_people(box, Act.TALLY, by, second)
    run_job(box)


def run_job(box: BallotBox) -> None:
    """Run the queued job of this box at once instead of waiting for a worker."""
    job = queries.running_job(box)
    assert job is not None  # noqa: S101 - the call before has just queued it
    jobs.WORK[job.name](jobs.Progress(job.id), **job.arguments)
    job.started_at = job.seen_at = job.finished_at = clock.now()


def cast(
    definition: BoxSnapshot, codes: Sequence[str], chosen: Iterable[Votes], second: str = ""
) -> None:
    """Cast one ballot per code."""
    for code, votes in zip(codes, chosen, strict=False):
        secret = credentials.secret_of(code, definition.uuid)
        casting.cast(definition, ballot.make(election_of(definition), secret, votes), second)


def election_of(definition: BoxSnapshot) -> Election:
    assert definition.election is not None  # noqa: S101 - it has opened, and its ballots are secret
    return definition.election


def store_trial_codes(uuid: str, codes: Iterable[str]) -> None:
    """Write the codes to try into the data folder of the demonstration."""
    settings: Settings = installation().settings
    cards = {code: credential_digest(credentials.derive(code, uuid).public) for code in codes}
    path = Path(settings.data, trial_cards.FILE)
    path.touch(mode=0o600)
    path.write_text(json.dumps({uuid: cards}), encoding="utf-8")


def new_submission() -> str:
    return f"{chance.getrandbits(128):032x}"
