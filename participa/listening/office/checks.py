"""The daily self-check: does the page of each open post answer?

The page is asked for as a resident would: at the public address of this site, over the network. A
server that cannot reach its own address, as behind some routers, asks the application itself. Then
the check says so, because it proves less: not that somebody outside gets the page.
"""

import ssl
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from html import unescape
from http import HTTPStatus
from http.client import HTTPException
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from flask import current_app, url_for
from sqlalchemy import delete, func, select

from participa.channels.phases import is_open_now
from participa.core import clock, links
from participa.core.db import db
from participa.core.jobs import queue
from participa.listening import queries
from participa.listening.models import ListeningPost, PostCheck
from participa.staff.models import Account, Role
from participa.staff.waiting.pending import Pending

SHOWN_DAYS, STORED_DAYS = 90, 400
SECONDS = 15  # that a page may take
MOST_BYTES = 300_000
AGENT = "participa-revision"
INSIDE = "Se revisó por dentro: el servidor no alcanza su propia dirección pública."
SILENT = "La dirección pública no respondió, y antes sí."
BAD_CERTIFICATE = "La conexión segura falló: revise el certificado."
WRONG_STATUS = "La página respondió con el error {status}."
ANOTHER_PAGE = "La página respondió, pero no es la de este escuchadero."


class Unreachable(Exception):
    """The server got no answer at its own public address."""


class Insecure(Exception):
    """There is no secure connection to that address."""


@dataclass(frozen=True, slots=True)
class PageAnswer:
    """What came back: the status of HTTP, and the page."""

    status: int
    page: str


Ask = Callable[[str], PageAnswer]  # for the page at a path of this site


def over_the_network(path: str) -> PageAnswer:
    """Ask as anybody would; raises Unreachable without an answer, or Insecure."""
    # The address is of this installation's settings, and always http or https.
    asked = Request(links.absolute(path), headers={"User-Agent": AGENT})  # noqa: S310
    try:
        with urlopen(asked, timeout=SECONDS) as response:  # noqa: S310 - see above
            return PageAnswer(response.status, response.read(MOST_BYTES).decode("utf-8", "replace"))
    except HTTPError as refusal:
        return PageAnswer(refusal.code, "")
    except (OSError, HTTPException) as error:
        if isinstance(error, URLError) and isinstance(error.reason, ssl.SSLError):
            raise Insecure from error
        raise Unreachable from error


def in_process(path: str) -> PageAnswer:
    """Ask the application itself, as the server in front of it does."""
    client = current_app.test_client(use_cookies=False)
    response = client.get(path, base_url=links.absolute("/"), follow_redirects=True)
    return PageAnswer(response.status_code, response.get_data(as_text=True))


def check_all(ask: Ask = over_the_network) -> int:
    """Check the open posts, one row for each; returns how many did not answer."""
    rows = select(ListeningPost.id, ListeningPost.code, ListeningPost.title)
    posts = db.session.execute(rows.where(is_open_now(ListeningPost, clock.now()))).all()
    had_answered = _has_answered_before()
    found = [(post.id, *_found(post.code, post.title, ask, had_answered)) for post in posts]
    now = clock.now()
    for post_id, is_ok, fault in found:
        db.session.add(PostCheck(post_id=post_id, checked_at=now, is_ok=is_ok, fault=fault))
    return sum(not is_ok for _, is_ok, _ in found)


@queue.periodic("listening.check_posts", hour="11")  # 6 a. m. in the city
def check_regularly() -> None:
    check_all()
    db.session.commit()


def _found(code: str, title: str, ask: Ask, had_answered: bool) -> tuple[bool, str]:
    """Whether the page answered, and what there is to say about it."""
    path = f"/escuchaderos/{code}"
    try:
        return _judged(ask(path), title)
    except Insecure:
        return False, BAD_CERTIFICATE
    except Unreachable:
        if had_answered:
            return False, SILENT
    is_ok, fault = _judged(in_process(path), title)
    return is_ok, fault or INSIDE


def _judged(answer: PageAnswer, title: str) -> tuple[bool, str]:
    if answer.status != HTTPStatus.OK:
        return False, WRONG_STATUS.format(status=answer.status)
    return (True, "") if title in unescape(answer.page) else (False, ANOTHER_PAGE)


def _has_answered_before() -> bool:
    """Whether the public address was ever reached from here: then its silence is a fault."""
    rows = select(func.count(PostCheck.id)).where(PostCheck.is_ok, PostCheck.fault == "")
    return bool(db.session.scalar(rows))


def history(post_id: int) -> list[PostCheck]:
    """The checks of the last days, the newest first."""
    since = clock.now() - timedelta(days=SHOWN_DAYS)
    rows = select(PostCheck).where(PostCheck.post_id == post_id, PostCheck.checked_at >= since)
    return list(db.session.scalars(rows.order_by(PostCheck.checked_at.desc(), PostCheck.id.desc())))


def pending(account: Account) -> list[Pending]:
    """For administrators: the open posts whose last check found a fault."""
    if account.role is not Role.ADMINISTRATOR:
        return []
    last = queries.last_checks().subquery()
    rows = select(ListeningPost, PostCheck).join(PostCheck, PostCheck.post_id == ListeningPost.id)
    rows = rows.join(last, last.c.id == PostCheck.id)
    rows = rows.where(PostCheck.is_ok.is_(False), is_open_now(ListeningPost, clock.now()))
    return [
        Pending(
            "Un escuchadero no responde",
            url_for("listening_staff.show", code=post.code, _anchor="revisiones"),
            f"«{post.title}»: {check.fault}",
            (f"listening.check:{check.id}",),
        )
        for post, check in db.session.execute(rows.order_by(ListeningPost.id))
    ]


def erase_old() -> int:
    """Erase checks of more than STORED_DAYS; returns their number."""
    old = delete(PostCheck).where(PostCheck.checked_at < clock.now() - timedelta(days=STORED_DAYS))
    return db.session.execute(old).rowcount  # type: ignore[attr-defined]


PURGES = ((f"Revisiones de escuchaderos de más de {STORED_DAYS} días", erase_old),)
