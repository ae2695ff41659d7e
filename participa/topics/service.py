"""The staff's acts on a topic call: create, change, publish, close, reopen, copy, decide."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import exists, select

from participa.channels import lifecycle
from participa.channels.lifecycle import Frozen, NotReady
from participa.citizens.variables import TERRITORY
from participa.core import audit, clock, codes, spanish
from participa.core.db import db
from participa.core.errors import Refused
from participa.formats import queries as formats
from participa.formats import service as format_service
from participa.formats.models import OfficialFormat
from participa.plan.models import Task
from participa.staff.models import Account
from participa.topics import agenda, queries, topic_lines
from participa.topics.models import Decision, Topic, TopicAnswer, TopicCall
from participa.topics.topic_lines import Line

MOST_TOPICS = 60
PATH = "/temas/{code}?canal=qr"
# Columns that may change after the first answer: they do not alter the question itself.
SAFE = ("why", "closes_at", "results_on", "decided_by_on")
FROZEN = (
    "Ya hay respuestas. Si cambia los temas o lo que se pregunta, ya no se podrían comparar. "
    "Cambie solo el porqué y las fechas, o duplique la convocatoria."
)
WHY_MISSING = "Escriba en una frase qué se decidió y por qué."
COPIED = ("choose_up_to", "allows_proposals", "allows_questions", "shows_live")


def create(
    by: Account | None,
    topics: Sequence[Line],
    tasks: Sequence[Task],
    official: OfficialFormat | None = None,
    **facts: Any,
) -> TopicCall:
    """Store a new draft, made with an official format or with none. Its address and its printed
    code are assigned now.
    """
    call = TopicCall(code=codes.new(), **facts)
    call.topics = _numbered(topics)
    _consistent(call)
    lifecycle.create(call, PATH.format(code=call.code), by, tasks)
    choose_format(call, by, official)
    return call


def choose_format(call: TopicCall, by: Account | None, official: OfficialFormat | None) -> None:
    """Let the call be this official format from now on, or none."""
    if official is None:
        format_service.end_twin(call.channel, call.id, by=by)
        return
    format_service.register_twin(
        official,
        call.channel,
        call.id,
        call.title,
        PATH.format(code=call.code),
        call.code,
        asked_variables(call),
        by=by,
    )
    if call.is_published:
        format_service.publish_twin(call.channel, call.id)


def asked_variables(call: TopicCall) -> set[str]:
    """The ids of what the form asks about the person; it always asks for the territory."""
    return {TERRITORY, *call.variables}


def change(
    call: TopicCall,
    by: Account,
    topics: Sequence[Line],
    tasks: Sequence[Task],
    earlier_because: str = "",
    **facts: Any,
) -> None:
    """Change a call: all of it before the first answer, only the columns in SAFE afterwards."""
    before = call.audit_facts()
    same_topics = [(topic.title, topic.description) for topic in call.topics] == list(topics)
    if has_answers(call):
        if not same_topics:
            raise Frozen(FROZEN)
        facts = lifecycle.only_safe(call, facts, SAFE, FROZEN)
    elif not same_topics:
        call.topics = _numbered(topics)
    if call.is_closed and facts.get("closes_at") != call.closes_at:
        raise Refused("Para recibir respuestas otra vez use «Reabrir», con su motivo.", "closes_at")
    if call.is_published and call.tasks and not tasks:
        raise Refused("Una convocatoria publicada cumple al menos una tarea del plan.", "tasks")
    lifecycle.change(call, by, facts, tasks, before, earlier_because)
    format_service.refresh_twin(call.channel, call.id, call.title, asked_variables(call))
    _consistent(call)
    _still_public(call)


def publish(call: TopicCall, by: Account | str) -> None:
    if call.is_published:
        raise NotReady("Esta convocatoria ya está publicada.")
    lifecycle.publish(call, by, missing_requirements(call))
    format_service.publish_twin(call.channel, call.id)


def missing_requirements(call: TopicCall) -> list[str]:
    """What the call lacks to be published, as phrases of a sentence."""
    least = call.choose_up_to + 1
    checks = [
        (len(call.topics) >= least, f"al menos {least} temas para elegir"),
        (call.closes_at is not None, "la fecha de cierre"),
        (bool(call.tasks), "la tarea del plan que cumple"),
        (call.closes_at is None or call.closes_at > clock.now(), "un cierre que no haya pasado"),
    ]
    return [phrase for is_met, phrase in checks if not is_met]


def close(call: TopicCall, by: Account, reason: str = "") -> None:
    if why_not := why_not_closed(call):
        raise NotReady(why_not)
    lifecycle.close(call, by, reason)


def why_not_closed(call: TopicCall) -> str:
    """Why it cannot be closed now; "" if it can."""
    if call.is_closed:
        return "Esta convocatoria ya está cerrada."
    return "" if call.is_published else "Esta convocatoria no está publicada: no hay qué cerrar."


def reopen(call: TopicCall, by: Account, closes_at: datetime, reason: str) -> None:
    """Take answers again until a new closing date; the reason stays in the audit trail."""
    if why_not := why_not_reopened(call):
        raise NotReady(why_not)
    lifecycle.reopen(call, by, closes_at, reason)
    call.reopened_at = call.reopened_at or clock.now()


def why_not_reopened(call: TopicCall) -> str:
    """Why it cannot be reopened now; "" if it can."""
    if not call.is_closed:
        return "Esta convocatoria no está cerrada."
    if call.reopened_at and queries.people_since(call.id, call.reopened_at):
        # Results are protected against the difference between two closings, not between three.
        return "Esta convocatoria ya se reabrió una vez. Haga otra con «Duplicar»."
    return ""


def duplicate(call: TopicCall, by: Account) -> TopicCall:
    """A new draft with the same question; dates, answers and decisions are not copied."""
    topics = [(topic.title, topic.description) for topic in call.topics]
    official = formats.format_by_id(formats.format_id_of(call))
    facts = lifecycle.copy_of(call, topic_lines.TITLE, *COPIED)
    return create(by, topics, call.tasks, official, **facts)


def decide(topic: Topic, by: Account, decision: Decision, text: str, agenda_url: str = "") -> None:
    """Record the city's decision about a topic, with its reason (RDC-06)."""
    if decision is not Decision.PENDING and not text:
        raise Refused(WHY_MISSING, "decision_text")
    before = topic.decision.name
    topic.decision = decision
    topic.decision_text = text
    topic.agenda_url = agenda_url
    topic.decided_on = None if decision is Decision.PENDING else clock.today()
    topic.call.touch()
    agenda.place(topic, by)
    facts = {"topic": topic.title, "before": before, "after": decision.name, "text": text}
    audit.record("topics.decided", topic.call, by, part=topic, **facts)


class Decided(NamedTuple):
    """A decision about a topic, with its reason and where it can be read."""

    decision: Decision
    text: str
    agenda_url: str = ""


def decide_together(
    call: TopicCall, by: Account, decided: Mapping[int, Decided], rest: Decided | None = None
) -> None:
    """Record decisions by id of the topic; `rest` is for all other topics without a decision.

    Sent twice, it records once. A topic that somebody else decided meanwhile is refused.
    """
    call.touch()
    db.session.flush()  # decisions that arrive meanwhile wait for this one, and then see it
    rows = select(Topic).filter_by(call_id=call.id).order_by(Topic.position)
    for topic in db.session.scalars(rows.execution_options(populate_existing=True)).all():
        one = decided.get(topic.id) or (None if topic.is_decided else rest)
        if one is None or one == stored_decision(topic):
            continue
        if topic.is_decided:
            raise Refused(
                "Otra persona ya decidió este tema. Cámbielo en su propia página.", field_of(topic)
            )
        decide(topic, by, *one)


def stored_decision(topic: Topic) -> Decided:
    return Decided(topic.decision, topic.decision_text, topic.agenda_url)


def field_of(topic: Topic) -> str:
    """The name of a topic's row in the form that decides about many."""
    return f"topic-{topic.id}"


def has_answers(call: TopicCall) -> bool:
    return bool(db.session.scalar(select(exists().where(TopicAnswer.call_id == call.id))))


def _numbered(topics: Sequence[Line]) -> list[Topic]:
    if len(topics) > MOST_TOPICS:
        raise Refused(f"Ponga hasta {MOST_TOPICS} temas.", "topics")
    repeated = {
        title for title, _ in topics if [t.lower() for t, _ in topics].count(title.lower()) > 1
    }
    if repeated:
        raise Refused(f"Este tema está dos veces: {min(repeated)}.", "topics")
    return [
        Topic(position=place, title=title, description=description)
        for place, (title, description) in enumerate(topics, 1)
    ]


def _consistent(call: TopicCall) -> None:
    lifecycle.check_dates(call)
    closes_on = call.closes_at and clock.local(spanish.as_end(call.closes_at)).date()
    if call.results_on and closes_on and call.results_on < closes_on:
        raise Refused("Los resultados se publican el día del cierre o después.", "results_on")
    if call.results_on and call.decided_by_on and call.decided_by_on < call.results_on:
        raise Refused("La decisión va después de publicar los resultados.", "decided_by_on")


def _still_public(call: TopicCall) -> None:
    """Refuse a change that takes from a published call something that publication requires."""
    if call.is_published and call.closes_at is None:
        raise Refused("Una convocatoria publicada necesita fecha de cierre.", "closes_at")
    if call.is_published and len(call.topics) <= call.choose_up_to:
        raise Refused(f"Deje al menos {call.choose_up_to + 1} temas para elegir.", "topics")
