"""What the staff does with a topic call: make it, publish it, close it, tell what came of it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import exists, select

from participa.citizens import variables
from participa.core import audit, clock, codes, links
from participa.core.db import db
from participa.core.errors import Refused
from participa.plan.models import Task
from participa.staff.models import Account
from participa.topics import queries, topic_lines
from participa.topics.models import Decision, Topic, TopicAnswer, TopicCall, as_told
from participa.topics.topic_lines import Line

MOST_TOPICS = 60
PATH = "/temas/{code}?canal=qr"
# What may change once residents have answered: it does not alter what they were asked.
SAFE = ("why", "closes_at", "results_on", "decided_by_on")


class NotReady(Refused):
    """Something is missing; the message says everything that is."""


class Frozen(Refused):
    """Residents have answered: changing the question now would change what they said."""


def create(
    by: Account | None, topics: Sequence[Line], tasks: Sequence[Task], **facts: Any
) -> TopicCall:
    """A new draft, with its address and its QR from the first moment."""
    call = TopicCall(code=codes.new(), created_by=by, **facts)
    call.topics = _numbered(topics)
    call.tasks = list(tasks)
    _consistent(call)
    db.session.add(call)
    links.register(call.code, PATH.format(code=call.code))
    audit.record("topics.created", call, by or "demo", **as_told(call))
    return call


def change(
    call: TopicCall, by: Account, topics: Sequence[Line], tasks: Sequence[Task], **facts: Any
) -> None:
    """Change a call: all of it before the first answer, what is safe afterwards."""
    if has_answers(call):
        _only_safe(call, topics, facts)
        facts = {name: facts[name] for name in SAFE if name in facts}
    elif [(topic.title, topic.description) for topic in call.topics] != list(topics):
        call.topics = _numbered(topics)
    if call.is_closed and facts.get("closes_at") != call.closes_at:
        raise Refused("Para recibir respuestas otra vez use «Reabrir», con su motivo.", "closes_at")
    before = as_told(call)
    for name, value in facts.items():
        setattr(call, name, value)
    if call.is_published and call.tasks and not tasks:
        raise Refused("Una convocatoria publicada cumple al menos una tarea del plan.", "tasks")
    call.tasks = list(tasks)
    _consistent(call)
    _still_public(call)
    touch(call)
    audit.record("topics.changed", call, by, before=before, after=as_told(call))


def publish(call: TopicCall, by: Account | str) -> None:
    if call.is_published:
        raise NotReady("Esta convocatoria ya está publicada.")
    if missing := missing_requirements(call):
        raise NotReady(f"Para publicar falta: {'; '.join(missing)}.")
    call.published_at = clock.now()
    # To the minute, as forms show it: an unchanged form then changes nothing.
    call.opens_at = call.opens_at or call.published_at.replace(second=0, microsecond=0)
    touch(call)
    audit.record("topics.published", call, by, **as_told(call))


def missing_requirements(call: TopicCall) -> list[str]:
    """What has to be there before residents can see it."""
    least = call.choose_up_to + 1
    checks = [
        (len(call.topics) >= least, f"al menos {least} temas para elegir"),
        (call.closes_at is not None, "la fecha de cierre"),
        (bool(call.tasks), "la tarea del plan que cumple"),
        (call.closes_at is None or call.closes_at > clock.now(), "un cierre que no haya pasado"),
    ]
    return [what for is_there, what in checks if not is_there]


def close(call: TopicCall, by: Account) -> None:
    if not call.is_published or call.is_closed:
        raise NotReady("Solo se cierra una convocatoria publicada que sigue abierta.")
    call.closed_at = clock.now()
    touch(call)
    audit.record("topics.closed", call, by)


def reopen(call: TopicCall, by: Account, closes_at: datetime, reason: str) -> None:
    """Take answers again until a new closing date; why stays in the audit trail."""
    if not call.is_closed:
        raise NotReady("Esta convocatoria no está cerrada.")
    if closes_at <= clock.now():
        raise Refused("Ponga un cierre que no haya pasado.", "closes_at")
    if call.reopened_at and queries.people_since(call.id, call.reopened_at):
        # The figures of one closing hide the newcomers of one reopening, not of several.
        raise NotReady("Esta convocatoria ya se reabrió una vez. Haga otra con «Duplicar».")
    call.closed_at = None
    call.reopened_at = call.reopened_at or clock.now()
    call.closes_at = closes_at
    touch(call)
    audit.record("topics.reopened", call, by, reason=reason, closes_at=closes_at.isoformat())


def duplicate(call: TopicCall, by: Account) -> TopicCall:
    """A new draft with the same question; dates, answers and decisions stay behind."""
    return create(
        by,
        [(topic.title, topic.description) for topic in call.topics],
        call.tasks,
        title=f"{call.title[: topic_lines.TITLE - 8]} (copia)",
        why=call.why,
        choose_up_to=call.choose_up_to,
        allows_proposals=call.allows_proposals,
        allows_questions=call.allows_questions,
        shows_live=call.shows_live,
        variables=list(call.variables),
        office_id=call.office_id,
    )


def decide(topic: Topic, by: Account, decision: Decision, text: str, agenda_url: str = "") -> None:
    """Say what the city did with a topic, and why (RDC-06)."""
    if decision is not Decision.PENDING and not text:
        raise Refused("Escriba en una frase qué se decidió y por qué.", "decision_text")
    before = topic.decision.name
    topic.decision = decision
    topic.decision_text = text
    topic.agenda_url = agenda_url
    topic.decided_on = None if decision is Decision.PENDING else clock.today()
    touch(topic.call)
    facts = {"topic": topic.title, "before": before, "after": decision.name, "text": text}
    audit.record("topics.decided", topic.call, by, **facts)


def has_answers(call: TopicCall) -> bool:
    found: bool = db.session.scalar(select(exists().where(TopicAnswer.call_id == call.id))) or False
    return found


def touch(call: TopicCall) -> None:
    """Let every process know that what it remembers is old; counted by the database, so that two
    changes at once give two versions.
    """
    call.version = TopicCall.version + 1


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
    if call.opens_at and call.closes_at and call.closes_at <= call.opens_at:
        raise Refused("El cierre debe ser después de la apertura.", "closes_at")
    if call.results_on and call.closes_at and call.results_on < clock.local(call.closes_at).date():
        raise Refused("Los resultados se publican el día del cierre o después.", "results_on")
    if call.results_on and call.decided_by_on and call.decided_by_on < call.results_on:
        raise Refused("La decisión va después de publicar los resultados.", "decided_by_on")
    variables.check_form(call.variables or ())


def _still_public(call: TopicCall) -> None:
    """What residents see already keeps what it needed to be published."""
    if call.is_published and call.closes_at is None:
        raise Refused("Una convocatoria publicada necesita fecha de cierre.", "closes_at")
    if call.is_published and len(call.topics) <= call.choose_up_to:
        raise Refused(f"Deje al menos {call.choose_up_to + 1} temas para elegir.", "topics")


def _only_safe(call: TopicCall, topics: Sequence[Line], facts: Mapping[str, Any]) -> None:
    same_topics = [(topic.title, topic.description) for topic in call.topics] == list(topics)
    same_facts = all(
        getattr(call, name) == value for name, value in facts.items() if name not in SAFE
    )
    if not (same_topics and same_facts):
        raise Frozen(
            "Ya hay respuestas. Cambiar los temas o lo que se pregunta las haría incomparables. "
            "Cambie solo el porqué y las fechas, o duplique la convocatoria."
        )
