"""Example boxes, for somebody who looks at participa for the first time: never for a real city.

One of each label, made by the same verbs as real ones: an open consultation, a box with codes to
try, and one with codes and a verifiable one that have their result. They count for no task. What
waits on cards to be tried lies in a file of the demonstration and in no table.
"""

import json
import random
from collections.abc import Collection, Iterable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from participa.ballots import queries, snapshots
from participa.ballots.keys import trustee_keys
from participa.ballots.lifecycle import service, two_person
from participa.ballots.models import (
    Act,
    BallotBox,
    BoxKind,
    QuestionKind,
)
from participa.ballots.results import counting
from participa.ballots.roll import enrolment, trial_cards
from participa.ballots.roll.credential_digest import credential_digest
from participa.ballots.snapshots import BoxSnapshot
from participa.ballots.voting import casting, open_consultation, voter_details
from participa.belenios import ballot, canonical, credentials, tally, trustees
from participa.belenios.election import Election
from participa.channels.example import is_seeded
from participa.citizens import service as citizens
from participa.config import Settings
from participa.core import clock
from participa.core.db import db
from participa.core.installation import installation
from participa.core.jobs import jobs
from participa.plan import queries as plans
from participa.plan.models import Task
from participa.staff.models import Account

TASK = "4.1"
CARDS = 40
AGES = (["JU"], ["AU"], ["AU"], ["PM"])

# What invented people chose: per ballot and question the places, or None for a blank vote.
Votes = Sequence[Collection[int] | None]
HEARD: Sequence[Votes] = (
    [[{3}, {0}]] * 4 + [[{2}, {0}]] * 3 + [[{1}, {2}]] * 4 + [[{0}, {1}]] * 2 + [[{4}, {3}]] * 2
) + [[None, {2}], [{2}, None]]
EARLY: Sequence[Votes] = ([{0}], [{1}], [{0}], [{0}], [None], [{0}])
RATED: Sequence[Votes] = ([{3}], [{2}], [{2}], [{3}], [{1}], [None], [{2}], [{0}], [{3}], [{2}])
RATED_LATE: Sequence[Votes] = ([None],)
RATED_HERE: Votes = [{2}]  # by who asked the server to encrypt it
APPROVED: Sequence[Votes] = ([{0}], [{0}], [{1}], [{0}], [None], [{0}], [{1}])
KEEPERS = (
    "Universidad (ejemplo)",
    "Comité Territorial (ejemplo)",
    "Veeduría ciudadana (ejemplo)",
)
chance = random.SystemRandom()


def seed_example(by: Account, second: Account) -> None:
    """The four boxes; nothing when they are there already, or when no plan has their task."""
    plan = plans.current_plan()
    task = plans.task_of(plan, TASK) if plan else None
    if task is None or is_seeded(BallotBox):
        return
    # One of them asks who votes, and nobody is asked without a notice of what that is for.
    citizens.publish_notice("ballots", installation().settings.entity, by)
    consultation(task, by, second)
    box_to_try(task, by, second)
    counted_box(task, by, second)
    verified_box(task, by, second)


def demo_note(base: str) -> str:
    """The box that waits for votes, with unused codes to vote in it; "" once there are none."""
    box = open_to_try()
    codes = trial_cards.codes_to_try(box.uuid) if box else []
    if box is None or not codes:
        return ""
    listed = "\n".join(f"  {code}" for code in codes)
    address = f"  Urna para votar      {base}/urna/{box.uuid}"
    return f"{address}\n\nCódigos para votar en ella, uno por voto\n{listed}\n"


def open_to_try() -> BallotBox | None:
    """The example that waits for somebody with a card."""
    found = select(BallotBox).filter_by(is_example=True, kind=BoxKind.CODES, closed_at=None)
    return db.session.scalar(found.order_by(BallotBox.id).limit(1))


def consultation(task: Task, by: Account, second: Account) -> None:
    box = made(
        BoxKind.OPEN,
        task,
        by,
        title="¿Cómo se entera usted de lo que hace la Alcaldía? (ejemplo)",
        why="Con las respuestas se escoge dónde se publica la rendición de cuentas.",
        used_by="la Secretaría de Comunicaciones, para escoger los canales del próximo año",
        shows_live=True,
    )
    easy = ("Muy difícil", "Difícil", "Ni fácil ni difícil", "Fácil", "Muy fácil")
    service.ask(box, by, QuestionKind.SCALE, "¿Qué tan fácil es enterarse?", easy)
    ways = ("Redes sociales", "Radio o televisión", "Vecinos y líderes", "La página de la Alcaldía")
    service.ask(box, by, QuestionKind.ONE, "¿Por dónde se entera más?", ways)
    agreed(box, Act.OPEN, by, second)
    definition = snapshots.snapshot_of(box)
    for votes in HEARD:
        open_consultation.answer(definition, new_submission(), votes)


def box_to_try(task: Task, by: Account, second: Account) -> None:
    """Open, with a few ballots in it and cards for whoever wants to vote."""
    box = made(
        BoxKind.CODES,
        task,
        by,
        title="¿Abrir las bibliotecas los domingos? (ejemplo)",
        why="La decisión se anuncia en la audiencia pública.",
        used_by="la Secretaría de Cultura, para fijar los horarios",
        expected_ballots=10,
        variables=["curso_vida"],
    )
    service.ask(box, by, QuestionKind.YES_NO, "¿Está de acuerdo con abrir los domingos?")
    codes = enrolment.make_cards(box, by, CARDS, "Mesa de la audiencia (ejemplo)")
    agreed(box, Act.OPEN, by, second)
    service.hand_out(box, by, len(EARLY) + 2)
    definition = snapshots.snapshot_of(box)
    cast(definition, codes, EARLY)
    for age in AGES:
        voter_details.store(definition, new_submission(), {"curso_vida": age})
    put_aside(box.uuid, codes[len(EARLY) :])


def counted_box(task: Task, by: Account, second: Account) -> None:
    """Counted by the server: blank votes, one that it encrypted itself, paper, a void card."""
    box = made(
        BoxKind.CODES,
        task,
        by,
        title="Balance del año en su comuna (ejemplo)",
        why="El balance entra en el informe de gestión.",
        used_by="el Departamento de Planeación, para el informe de gestión",
        expected_ballots=12,
    )
    marks = ("Mala", "Regular", "Buena", "Muy buena")
    service.ask(box, by, QuestionKind.SCALE, "¿Cómo califica la gestión de este año?", marks)
    codes = enrolment.make_cards(box, by, 15, "Casa de gobierno (ejemplo)")
    agreed(box, Act.OPEN, by, second)
    definition = snapshots.snapshot_of(box)
    cast(definition, codes, RATED)
    casting.cast_assisted(definition, codes[len(RATED)], RATED_HERE, new_submission())
    cast(definition, codes[len(RATED) + 1 :], RATED_LATE)
    enrolment.void(box, by, enrolment.publics_of_codes(box, codes[-1:]))
    service.hand_out(box, by, 13)
    agreed(box, Act.CLOSE, by, second)
    by_hand = [[1, 0, 2, 3, 1]]
    service.count_paper(box, by, 8, 1, by_hand, "Se contó en público, ante la veeduría (ejemplo).")
    counted(box, by, second)


def verified_box(task: Task, by: Account, second: Account) -> None:
    """Its codes and keys are made here and thrown away: who makes them is part of the example."""
    box = made(
        BoxKind.VERIFIABLE,
        task,
        by,
        title="¿Aprueba el plan de mejora? (ejemplo)",
        why="El resultado se lee en la última reunión del Comité Territorial.",
        used_by="el Comité Territorial, para su concepto sobre el plan",
        registrar="Personería (ejemplo)",
        expected_ballots=10,
        takes_last=True,
    )
    service.ask(box, by, QuestionKind.YES_NO, "¿Aprueba el plan de mejora de la ciudad?")
    cards = credentials.make(len(APPROVED) + 4, box.uuid)
    enrolment.receive_roll(box, by, credentials.public_roll(cards))
    work_is_done(box)
    secrets = [trustee_keys.GROUP.random() for _ in KEEPERS]
    for name, secret in zip(KEEPERS, secrets, strict=True):
        public = trustees.make(trustee_keys.GROUP, secret).record()
        trustee_keys.add(box, by, name, canonical.write(public))
    agreed(box, Act.OPEN, by, second)
    definition = snapshots.snapshot_of(box)
    codes = [card.code for card in cards]
    cast(definition, [*codes[: len(APPROVED)], codes[2]], [*APPROVED, [{0}]])
    service.hand_out(box, by, len(APPROVED))
    agreed(box, Act.CLOSE, by, second)
    counted(box, by, second)
    totals = counting.published_totals(box, election_of(definition))
    for number, secret in enumerate(secrets, start=1):
        part = tally.decrypt(election_of(definition), totals, secret).record()
        counting.receive_partial(box, by, b"\n".join([part, tally.owned_record(number, part)]))


def made(kind: BoxKind, task: Task, by: Account, **facts: Any) -> BallotBox:
    now = clock.now().replace(second=0, microsecond=0)
    closes_on = clock.today() + timedelta(days=20)
    told = {"opens_at": now - timedelta(days=2), "closes_at": clock.at_city(closes_on, 17)}
    return service.create(by, kind, [task], is_example=True, **(told | facts))


def agreed(box: BallotBox, act: Act, by: Account, second: Account) -> None:
    two_person.request(box, act, by)
    two_person.confirm(box, act, second)


def counted(box: BallotBox, by: Account, second: Account) -> None:
    agreed(box, Act.TALLY, by, second)
    work_is_done(box)


def work_is_done(box: BallotBox) -> None:
    """Do here and now the job that waits for a worker: the demonstration begins with its end."""
    job = queries.running_job(box)
    assert job is not None  # noqa: S101 - the verb before has just asked for it
    jobs.WORK[job.name](jobs.Progress(job.id), **job.arguments)
    job.started_at = job.seen_at = job.finished_at = clock.now()


def cast(definition: BoxSnapshot, codes: Sequence[str], chosen: Iterable[Votes]) -> None:
    """Vote with these codes, each with what its holder chose."""
    for code, votes in zip(codes, chosen, strict=False):
        secret = credentials.secret_of(code, definition.uuid)
        casting.cast(definition, ballot.make(election_of(definition), secret, votes))


def election_of(definition: BoxSnapshot) -> Election:
    assert definition.election is not None  # noqa: S101 - it has opened, and its ballots are secret
    return definition.election


def put_aside(uuid: str, codes: Iterable[str]) -> None:
    """Keep the cards to try where only this demonstration finds them."""
    settings: Settings = installation().settings
    if not settings.demo:
        return
    cards = {code: credential_digest(credentials.derive(code, uuid).public) for code in codes}
    path = Path(settings.data, trial_cards.FILE)
    path.touch(mode=0o600)
    path.write_text(json.dumps({uuid: cards}), encoding="utf-8")


def new_submission() -> str:
    return f"{chance.getrandbits(128):032x}"
