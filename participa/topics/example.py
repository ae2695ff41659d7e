"""The topic calls in the story of a demonstration, made with the same services as real ones.

One of 2024, asked, answered and decided; one of this year's first quarter, as soon as it is over;
and one that is open now.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from participa.cases import service as cases
from participa.cases.models import Case
from participa.channels.example import days_ago
from participa.citizens import variables
from participa.citizens.fields import CONSENT
from participa.citizens.territories import CITY
from participa.core import clock
from participa.core.db import db
from participa.events.example_gatherings import HEARING
from participa.events.models import Event
from participa.formats import queries as formats
from participa.formats.example import TOPICS as TOPICS_FORMAT
from participa.plan import queries as plans
from participa.staff.models import Account, Office
from participa.topics import queries, results, service, snapshots, submit_answer
from participa.topics.models import Decision, Proposal, TopicCall
from participa.topics.office import moderation
from participa.topics.submit_answer import FilledForm

TOPICS = (
    ("Seguridad alimentaria", "Comedores, mercados campesinos y apoyo a hogares.", 9),
    ("Salud y salud mental", "Citas, escuchaderos de salud y atención en su comuna.", 8),
    ("Educación", "Cupos, alimentación escolar y becas.", 7),
    ("Seguridad y convivencia", "Entornos protegidos y acceso a la justicia.", 6),
    ("Movilidad y transporte", "Vías, ciclorrutas, buses y aceras.", 6),
    ("Vivienda y hábitat", "Mejoramiento, titulación y zonas de riesgo.", 4),
    ("Empleo y emprendimiento", "Formación, ferias de empleo y crédito.", 4),
    ("Calidad del aire", "Emisiones, arbolado y transporte limpio.", 3),
    ("Basuras y reciclaje", "Aseo, reciclaje y puntos críticos.", 3),
    ("Quebradas y gestión del riesgo", "Limpieza de quebradas y alertas por lluvia.", 2),
    ("Uso de los recursos públicos y contratación", "En qué se gasta y quién contrata.", 5),
    ("Participación y presupuesto participativo", "Qué pasó con lo que votó su comuna.", 2),
)
PROPOSALS = (
    "Aceras para sillas de ruedas",
    "Ruido en las noches",
    "Andenes sin obstáculos",
    "Horarios de las bibliotecas",
)
QUESTIONS = (
    "¿Cuándo se pavimenta la vía principal de la vereda?",
    "¿Qué pasó con los cupos de la media técnica?",
)
ANSWER = "Los estudios ya están; sigue contratar la obra. El cronograma se publica en la página."
OFFICE = "sec-infraestructura-fisica"  # that answers


@dataclass(frozen=True, slots=True)
class SpringCall:
    """A call of March that was asked, answered and decided; `seed` draws its invented answers."""

    people: int
    seed: int
    proposal: str
    question: str
    answer: str
    office: str


THEN = SpringCall(
    people=60,
    seed=3,
    proposal="Baños públicos en los parques",
    question="¿Cuántos hogares recibieron mercado el año pasado?",
    answer="Los totales por comuna están en el informe de gestión, en el capítulo de hogares.",
    office="sec-inclusion-social-familia",
)
THIS_YEAR = SpringCall(
    people=48,
    seed=5,
    proposal="Cuidado de los animales",
    question="¿Quién revisa que las rampas queden bien hechas?",
    answer="La interventoría de cada obra. Su informe se publica con el contrato.",
    office="sec-infraestructura-fisica",
)
PLACES = 3  # on the agenda of the hearing
ON_THE_AGENDA = "Está entre los tres temas más votados: se presenta en la audiencia pública."
IN_THE_REPORT = "La audiencia alcanza para tres temas. De este se da cuenta en el informe escrito."
PAST = 2024
PEOPLE = 64
VARIABLES = tuple(
    one.id for one in variables.in_order(("curso_vida", "pertenencia_etnica", "identidad_genero"))
)
BUSY = (
    "01",
    "03",
    "04",
    "08",
    "13",
    "60",
)  # territories with enough people for their numbers to be published
WAYS = ("qr", "qr", "qr", "web", "whatsapp")


def strands(by: Account, second: Account) -> list[Iterator[datetime]]:
    """The calls of the story; `second` has no part in it."""
    year = clock.today().year
    finished = [decided_call(by, PAST, THEN)]
    if year > PAST and clock.today() > date(year, 4, 15):
        finished.append(decided_call(by, year, THIS_YEAR))
    return [*finished, open_call(by)]


def decided_call(by: Account, year: int, told: SpringCall) -> Iterator[datetime]:
    """A call of March: published, answered, closed at its date, decided in April."""
    yield clock.at_city(date(year, 3, 4), 8)
    title = f"¿De qué temas debe rendir cuentas la ciudad en {year}?"
    call = published_call(by, title, date(year, 3, 22))
    answers = filled_forms(call, told.seed, told.people, [told.proposal], [told.question])
    for day, part in zip((5, 9, 14, 20), in_four_parts(answers), strict=True):
        yield clock.at_city(date(year, 3, day), 15)
        store(call, part)
    yield clock.at_city(date(year, 3, 21), 9)
    for proposal in proposals_of(call):
        moderation.publish_proposal(proposal, by)
    for question in db.session.scalars(queries.questions(call.id).order_by(Case.filed_on, Case.id)):
        respond(question, by, told.office, told.answer)
    yield clock.at_city(date(year, 4, 11), 11)
    for placed in results.results_of(call).placed:
        if placed.place <= PLACES:
            service.decide(placed.topic, by, Decision.TAKEN, ON_THE_AGENDA, hearing_of(year))
        else:
            service.decide(placed.topic, by, Decision.NOT_TAKEN, IN_THE_REPORT)


def hearing_of(year: int) -> str:
    """The address of the hearing of this year, to whose agenda the topics go."""
    title = HEARING.format(year=year)
    code = db.session.scalar(select(Event.code).where(Event.title == title))
    return f"/eventos/{code}" if code else ""


def open_call(by: Account) -> Iterator[datetime]:
    """The call that residents answer now; a proposal and a question wait for the staff."""
    now, closes_on = clock.now(), clock.today() + timedelta(days=30)
    later, then = days_ago(6), days_ago(3)
    yield days_ago(9)
    title = "¿De qué temas debe rendir cuentas la ciudad?"
    call = published_call(by, title, closes_on, shows_live=True)
    first, second, third, last = in_four_parts(filled_forms(call, 1, PEOPLE, PROPOSALS, QUESTIONS))
    store(call, first)
    yield later
    store(call, second)
    yield then
    store(call, third)
    moderate(call, by)
    yield now
    store(call, last)


def published_call(by: Account, title: str, closes_on: date, **facts: Any) -> TopicCall:
    plan = plans.current_plan()
    task = plans.task_of(plan, "2.1") if plan else None
    call = service.create(
        by,
        [(title, description) for title, description, _ in TOPICS],
        [task] if task else [],
        formats.format_of(TOPICS_FORMAT),
        title=title,
        why="En la audiencia hablaremos primero de lo que más le importe a la gente.",
        opens_at=clock.now().replace(second=0, microsecond=0),
        closes_at=clock.at_city(closes_on, 17),
        results_on=closes_on + timedelta(days=4),
        decided_by_on=closes_on + timedelta(days=21),
        is_example=True,
        variables=list(VARIABLES),
        **facts,
    )
    service.publish(call, by)
    db.session.flush()
    return call


def filled_forms(
    call: TopicCall, seed: int, people: int, proposals: Sequence[str], questions: Sequence[str]
) -> list[tuple[str, FilledForm]]:
    """Answers from all over the city with their submission ids, the same ones for the same seed."""
    chance = random.Random(seed)  # noqa: S311 - an example has to be the same each time
    wishes = {topic.id: wish for topic, (_, _, wish) in zip(call.topics, TOPICS, strict=True)}
    texts = iter([("proposal", text) for text in proposals] + [("question", q) for q in questions])
    forms = []
    for number in range(people):
        place = chance.choices(CITY, [20 if place.code in BUSY else 1 for place in CITY])[0]
        kind, text = next(texts, ("", "")) if number % 9 == 0 else ("", "")
        filled = FilledForm(
            ranking=preferred(wishes, chance),
            territory=place.code,
            neighbourhood=chance.choice(place.neighbourhoods).code,
            channel=chance.choice(WAYS),
            proposal=text if kind == "proposal" else "",
            question=text if kind == "question" else "",
            population=personal_details(chance),
        )
        forms.append((f"{chance.getrandbits(128):032x}", filled))
    return forms


def in_four_parts(
    forms: Sequence[tuple[str, FilledForm]],
) -> list[Sequence[tuple[str, FilledForm]]]:
    size = -(-len(forms) // 4)
    return [forms[size * part : size * (part + 1)] for part in range(4)]


def store(call: TopicCall, forms: Sequence[tuple[str, FilledForm]]) -> None:
    snapshot = snapshots.snapshot_of(call)
    for submission_id, filled in forms:
        submit_answer.answer(snapshot, submission_id, filled)


def personal_details(chance: random.Random) -> dict[str, list[str]]:
    """Answers about an invented person: the age mostly, sensitive data in half of the cases."""
    details = {
        "curso_vida": [chance.choice(("AD", "JU", "JU", "AU", "AU", "PM", "NR"))],
        "campesino": [chance.choice(("1", "2", "2", "2"))],
    }
    if chance.random() < 0.5:
        return details
    return details | {
        "pertenencia_etnica": [chance.choice(("5", "6", "6"))],
        "discapacidad": [chance.choice(("0", "0", "0", "FI"))],
        "identidad_genero": [chance.choice(("1", "2"))],
        CONSENT: ["y"],
    }


def preferred(wishes: dict[int, int], chance: random.Random) -> tuple[int, ...]:
    """One to three topics; a topic with a larger wish is drawn more often and ranked higher."""
    left, ranked = dict(wishes), []
    for _ in range(chance.choice((1, 2, 3, 3, 3))):
        topic = chance.choices(list(left), list(left.values()))[0]
        ranked.append(topic)
        del left[topic]
    return tuple(ranked)


def moderate(call: TopicCall, by: Account) -> None:
    """One proposal published, one joined to it, one question answered; the others wait."""
    first, _, third, *_ = proposals_of(call)
    moderation.publish_proposal(first, by)
    moderation.merge_proposal(third, by, first)
    questions = queries.questions(call.id).order_by(Case.filed_on, Case.id)
    respond(db.session.scalars(questions.limit(1)).one(), by, OFFICE, ANSWER)


def proposals_of(call: TopicCall) -> list[Proposal]:
    rows = select(Proposal).filter_by(call_id=call.id).order_by(Proposal.id)
    return list(db.session.scalars(rows))


def respond(question: Case, by: Account, slug: str, text: str) -> None:
    """Assign the question to the office with this slug, answer it and publish it."""
    office = db.session.scalars(select(Office).filter_by(slug=slug)).one()
    cases.assign(question, by, office)
    cases.answer(question, by, text)
    cases.publish(question, by)
