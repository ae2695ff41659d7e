"""An example call for the demo command, never for a real installation.

It is made with the same services as a real one, marked «Ejemplo» on every page, and counts for
no task.
"""

import random
from datetime import timedelta

from sqlalchemy import select

from participa.cases import service as cases
from participa.cases.models import Case
from participa.channels.example import has_examples
from participa.citizens import service as citizens
from participa.citizens.fields import CONSENT
from participa.citizens.territories import CITY
from participa.core import clock
from participa.core.db import db
from participa.core.installation import installation
from participa.plan import queries as plans
from participa.staff.models import Account, Office
from participa.topics import queries, service, snapshots, submit_answer
from participa.topics.models import Proposal, TopicCall
from participa.topics.office import moderation
from participa.topics.snapshots import CallSnapshot
from participa.topics.submit_answer import FilledForm

PEOPLE = 64
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
VARIABLES = ("curso_vida", "pertenencia_etnica", "discapacidad", "identidad_genero", "campesino")
BUSY = (
    "01",
    "03",
    "04",
    "08",
    "13",
    "60",
)  # territories with enough people for their numbers to be published
WAYS = ("qr", "qr", "qr", "web", "whatsapp")


def seed_example(by: Account, second: Account) -> TopicCall | None:
    """Create the example with its answers; returns None if it exists already."""
    if has_examples(TopicCall):
        return None
    # It asks about the person, which needs a privacy notice in force.
    citizens.publish_notice("topics", installation().settings.entity, by)
    call = open_call(by)
    service.publish(call, by)
    db.session.flush()
    fill(snapshots.snapshot_of(call))
    moderate(call, by)
    return call


def open_call(by: Account) -> TopicCall:
    plan = plans.current_plan()
    task = plans.task_of(plan, "2.1") if plan else None
    closes_on = clock.today() + timedelta(days=30)
    return service.create(
        by,
        [(title, description) for title, description, _ in TOPICS],
        [task] if task else [],
        title="¿De qué temas debe rendir cuentas la ciudad? (ejemplo)",
        why="En la audiencia hablaremos primero de lo que más le importe a la gente.",
        opens_at=clock.now() - timedelta(days=3),
        closes_at=clock.at_city(closes_on, 17),
        results_on=closes_on + timedelta(days=4),
        decided_by_on=closes_on + timedelta(days=18),
        shows_live=True,
        is_example=True,
        variables=list(VARIABLES),
    )


def fill(call: CallSnapshot) -> None:
    """Store answers from all over the city, the same ones each time."""
    chance = random.Random(2024)  # noqa: S311 - an example has to be the same each time
    wishes = {topic.id: wish for topic, (_, _, wish) in zip(call.topics, TOPICS, strict=True)}
    written = [("proposal", text) for text in PROPOSALS] + [
        ("question", text) for text in QUESTIONS
    ]
    for number in range(PEOPLE):
        place = chance.choices(CITY, [9 if place.code in BUSY else 1 for place in CITY])[0]
        turn, is_writer = number // 9, number % 9 == 0 and number // 9 < len(written)
        kind, text = written[turn] if is_writer else ("", "")
        filled = FilledForm(
            ranking=preferred(wishes, chance),
            territory=place.code,
            neighbourhood=chance.choice(place.neighbourhoods).code,
            channel=chance.choice(WAYS),
            proposal=text if kind == "proposal" else "",
            question=text if kind == "question" else "",
            population=personal_details(chance),
        )
        submit_answer.answer(call, f"{chance.getrandbits(128):032x}", filled)


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
    first, _, third, *_ = db.session.scalars(
        select(Proposal).filter_by(call_id=call.id).order_by(Proposal.id)
    )
    moderation.publish_proposal(first, by)
    moderation.merge_proposal(third, by, first)
    rows = queries.questions(call.id).order_by(Case.filed_on, Case.id)
    question = db.session.scalars(rows.limit(1)).one()
    office = db.session.scalar(select(Office).order_by(Office.id).limit(1))
    if office is not None:
        cases.assign(question, by, office)
        answer = "Es un ejemplo de respuesta: la obra empieza en el segundo semestre."
        cases.answer(question, by, answer)
        cases.publish(question, by)
