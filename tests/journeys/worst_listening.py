"""Listening posts in every state, and a contribution after each act: longest words, or bare."""

import secrets
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from participa.cases import service as cases
from participa.cases.models import CaseKind
from participa.core import clock
from participa.core.db import db
from participa.listening import acts, receive, service
from participa.listening.models import (
    FULL_NAME,
    Contribution,
    ListeningPost,
    PostCheck,
    PostKind,
    Way,
)
from participa.listening.receive import Said
from participa.listening.snapshots import snapshot_of
from participa.plan.models import Task
from participa.staff.models import Account, Office

STATES = ("draft", "soon", "open", "closed", "early", "reopened")
TOPIC = "Uso de los recursos públicos y contratación"
Act = Callable[[Contribution, Account, Office, str], Any]


def answered(one: Contribution, by: Account, office: Office, words: str) -> None:
    acts.answer(one, by, words)


def closed(one: Contribution, by: Account, office: Office, words: str) -> None:
    acts.answer(one, by, words)
    acts.close(one, by, words[:280])


# What is done to a contribution, after which it is in a state of its own.
ACTS: dict[str, Act] = {
    "received": lambda one, by, office, words: None,
    "reviewed": lambda one, by, office, words: acts.review(one, by),
    "noted": lambda one, by, office, words: acts.note(one, by, words),
    "transferred": lambda one, by, office, words: acts.transfer(one, by, office, words[:280]),
    "helped": lambda one, by, office, words: acts.ask_help(one, by, office, words[:280]),
    "incomplete": lambda one, by, office, words: acts.ask_to_complete(one, by, words[:280]),
    "extended": lambda one, by, office, words: acts.extend(one, by, 10, words[:280]),
    "classified": lambda one, by, office, words: cases.classify(one.case, by, CaseKind.INFORMATION),
    "replied": lambda one, by, office, words: acts.reply(one, by, words),
    "answered": answered,
    "closed": closed,
    "risk": lambda one, by, office, words: acts.mark_life_risk(one, by, True),
}


def fill_listening(by: Account, office: Office, long: str, unbroken: str) -> None:
    """A bare draft, and a post in each state with all that a post can have; `long` is a text."""
    service.create(None, [], title="A")
    task = db.session.query(Task).filter_by(measure="listening.working").first()
    for state in STATES:
        begins = clock.now() + timedelta(days=9 if state == "soon" else -9)
        facts: dict[str, Any] = {
            "title": f"{FULL_NAME} {state} {long}"[:118],
            "why": long * 4,
            "kind": PostKind.VIRTUAL if state == "closed" else PostKind.PHYSICAL,
            "place": long,
            "territory": "60",
            "link": unbroken,
            "hours": long,
            "supports": long * 4,
            "opens_at": begins,
            "closes_at": clock.now() + timedelta(days=400),
            "variables": ["curso_vida", "pertenencia_etnica", "discapacidad"],
            "office_id": office.id,
        }
        post = service.create(by, [task] if task else [], **facts)
        db.session.flush()
        if state != "draft":
            service.publish(post, by)
            db.session.flush()
            bring_to(post, state, by, long)
        db.session.flush()
        if state == "open":
            hear(post, by, long, unbroken)


def bring_to(post: ListeningPost, state: str, by: Account, long: str) -> None:
    for day in range(40 if state == "open" else 0):
        fault = f"La página respondió con el error 503. {long}" if day % 7 == 0 else ""
        moment = clock.now() - timedelta(days=day)
        db.session.add(PostCheck(post_id=post.id, checked_at=moment, is_ok=not fault, fault=fault))
    if state in {"closed", "early", "reopened"}:
        service.close(post, by, long[:280])
    if state == "reopened":
        service.reopen(post, by, clock.now() + timedelta(days=3), long[:280])


def hear(post: ListeningPost, by: Account, long: str, unbroken: str) -> None:
    """Each act on a contribution with the longest words, and the same on a bare one."""
    other = db.session.query(Office).filter(Office.slug == "sec-salud").one()
    for name, act in ACTS.items():
        for is_bare in (False, True):
            one = said(post, name, "A" if is_bare else f"{long} {unbroken} " * 12, is_bare)
            act(one, by, other, "A" if is_bare else long * 3)
            db.session.flush()
    said(post, "late", long * 8, is_bare=False, days_ago=400)
    report = said(post, "report", long * 8, is_bare=False, is_corruption=True)
    report.accused_office_id = other.id


def said(
    post: ListeningPost,
    name: str,
    text: str,
    is_bare: bool,
    days_ago: int = 1,
    is_corruption: bool = False,
) -> Contribution:
    contact = {"name": f"{name} {text}"[:110], "phone": "3005550100"}
    words = Said(
        text=text,
        wants_answer=True,
        is_anonymous=is_bare,
        topic="" if is_bare else TOPIC,
        territory="" if is_bare else "60",
        way=Way.WEB if is_bare else Way.DESK,
        is_corruption=is_corruption,
        **({} if is_bare else contact),
    )
    filed_on = clock.today() - timedelta(days=days_ago)
    number = secrets.token_hex(16)
    made = receive.receive(snapshot_of(post), number, words, filed_on=filed_on)
    return db.session.get_one(Contribution, made.case_id)
