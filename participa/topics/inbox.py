"""Topic calls on other pages: open ones, recent results, and proposals to read."""

from datetime import date

from flask import url_for
from sqlalchemy import func, select
from sqlalchemy.orm import aliased, selectinload

from participa.channels.access import open_records, visible_to
from participa.channels.inbox import Card, OpenChannel
from participa.channels.moderation import ReviewState
from participa.channels.phases import Phase, is_in, is_open_now
from participa.core import clock, spanish
from participa.core.db import db
from participa.staff.models import Account
from participa.staff.waiting.pending import Pending
from participa.topics.models import Decision, Proposal, TopicAnswer, TopicCall

FEW, MANY = 6, 50


def open_now() -> list[Card]:
    """The calls that anybody can answer now, the first to close on top."""
    return [
        Card(
            call.title,
            url_for("topics.answer", code=call.code),
            f"Abierto hasta el {spanish.weekday(spanish.as_end(call.closes_at))}."
            if call.closes_at
            else "",
        )
        for call in open_records(TopicCall, FEW)
    ]


def recent() -> list[Card]:
    """The calls that closed last, with links to their results."""
    ended = func.coalesce(TopicCall.closed_at, TopicCall.closes_at)
    rows = select(TopicCall).where(is_in(TopicCall, Phase.CLOSED, clock.now()))
    rows = rows.options(selectinload(TopicCall.topics))
    return [
        Card(
            call.title,
            url_for("topics.results", code=call.code),
            outcome(call),
            prefix="Resultados: ",
            ended_at=call.ended_at,
        )
        for call in db.session.scalars(rows.order_by(ended.desc(), TopicCall.id).limit(FEW))
    ]


def outcome(call: TopicCall) -> str:
    """What the city did with the topics of a closed call, and when it closed."""
    closed = f"Cerró el {spanish.day(spanish.as_end(call.ended_at))}." if call.ended_at else ""
    taken = [f"«{topic.title}»" for topic in call.topics if topic.decision is Decision.TAKEN]
    if taken:
        verb = "Entra" if len(taken) == 1 else "Entran"
        return f"{verb} a la agenda {spanish.listed(taken)}. {closed}"
    is_open = any(not topic.is_decided for topic in call.topics)
    return f"{'Falta decidir' if is_open else 'Ninguno entra a la agenda'}. {closed}"


def answers(year: int) -> int:
    """Number of answers in a year; those of examples are in no installation but a demonstration."""
    begins, ends = (clock.at_city(date(one, 1, 1)) for one in (year, year + 1))
    rows = select(func.count(TopicAnswer.id))
    rows = rows.where(TopicAnswer.received_at >= begins, TopicAnswer.received_at < ends)
    return db.session.scalar(rows) or 0


def open_for(account: Account) -> list[OpenChannel]:
    """The open calls that an account may see, with their answers so far and today's."""
    now, midnight = clock.now(), clock.at_city(clock.today())
    today = func.count(TopicAnswer.id).filter(TopicAnswer.received_at >= midnight)
    rows = (
        select(TopicCall, func.count(TopicAnswer.id), today)
        .outerjoin(TopicAnswer, TopicAnswer.call_id == TopicCall.id)
        .where(is_open_now(TopicCall, now), visible_to(TopicCall, account))
        .group_by(TopicCall.id)
        .order_by(TopicCall.closes_at, TopicCall.id)
        .limit(MANY)
    )
    return [
        OpenChannel(
            call.title,
            url_for("topics_staff.show", code=call.code),
            url_for("topics.answer", code=call.code),
            count,
            call.closes_at,
            of_today,
        )
        for call, count, of_today in db.session.execute(rows)
    ]


def pending(account: Account) -> list[Pending]:
    """The calls with unread proposals that an account may see, and how many each has."""
    every = aliased(Proposal)
    newest = select(func.max(every.id)).where(every.call_id == TopicCall.id).scalar_subquery()
    rows = (
        select(TopicCall, func.count(Proposal.id), newest)
        .join(Proposal, Proposal.call_id == TopicCall.id)
        .where(Proposal.state == ReviewState.PENDING, visible_to(TopicCall, account))
        .group_by(TopicCall.id)
        .order_by(TopicCall.id)
        .limit(MANY)
    )
    return [
        Pending(
            spanish.several(count, "tema propuesto", "temas propuestos"),
            url_for("topics_staff.show", code=call.code, _anchor="propuestas"),
            f"en {call.title}",
            (f"topics.proposal:{call.id}:{latest}",),
        )
        for call, count, latest in db.session.execute(rows)
    ]
