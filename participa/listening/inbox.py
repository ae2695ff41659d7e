"""Listening posts on other pages: where one is heard now, and what waits for the staff."""

from datetime import date

from flask import url_for
from sqlalchemy import func, select

from participa.cases.models import Case
from participa.channels.access import open_records, visible_to
from participa.channels.inbox import Card, OpenChannel
from participa.channels.phases import Phase, is_in, is_open_now
from participa.core import clock, spanish
from participa.core.db import db
from participa.listening import queries
from participa.listening.models import Contribution, ListeningPost
from participa.staff.models import Account

FEW, MANY = 6, 50


def open_now() -> list[Card]:
    """The posts where anybody is heard now, the first to close on top."""
    return [
        Card(
            post.title,
            url_for("listening.post", code=post.code),
            f"Escucha hasta el {spanish.weekday(post.closes_at)}." if post.closes_at else "",
        )
        for post in open_records(ListeningPost, FEW)
    ]


def recent() -> list[Card]:
    """The posts that closed last and heard somebody, with how much was answered."""
    ended = func.coalesce(ListeningPost.closed_at, ListeningPost.closes_at)
    heard = func.count(Contribution.case_id)
    rows = (
        select(ListeningPost, heard, func.count(Case.answered_on))
        .join(Contribution, Contribution.post_id == ListeningPost.id)
        .join(Case, Case.id == Contribution.case_id)
        .where(is_in(ListeningPost, Phase.CLOSED, clock.now()))
        .group_by(ListeningPost.id)
        .order_by(ended.desc(), ListeningPost.id)
        .limit(FEW)
    )
    return [
        Card(
            post.title,
            url_for("listening.post", code=post.code),
            f"Se oyeron {spanish.several(count, 'aporte', 'aportes')}; con respuesta, {answered}.",
            state="Cerrado",
            ended_at=post.ended_at,
        )
        for post, count, answered in db.session.execute(rows)
    ]


def open_for(account: Account) -> list[OpenChannel]:
    """The open posts that an account may see, with what was heard so far."""
    rows = select(ListeningPost).where(
        is_open_now(ListeningPost, clock.now()), visible_to(ListeningPost, account)
    )
    rows = rows.order_by(ListeningPost.closes_at, ListeningPost.id).limit(MANY)
    posts = list(db.session.scalars(rows))
    heard = queries.heard_by_post([post.id for post in posts])
    return [
        OpenChannel(
            post.title,
            url_for("listening_staff.show", code=post.code),
            url_for("listening.post", code=post.code),
            heard[post.id],
            post.closes_at,
        )
        for post in posts
    ]


def answers(year: int) -> int:
    """How many contributions came in a year."""
    rows = select(func.count(Contribution.case_id)).where(
        Contribution.received_on >= date(year, 1, 1),
        Contribution.received_on < date(year + 1, 1, 1),
    )
    return db.session.scalar(rows) or 0
