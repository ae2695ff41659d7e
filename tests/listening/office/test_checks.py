"""Each morning the page of every open post is asked for, and a fault has a word for it."""

import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from participa.core import clock
from participa.core.db import db
from participa.core.installation import installation
from participa.core.jobs import queue
from participa.listening import queries
from participa.listening.models import PostCheck
from participa.listening.office import checks
from participa.listening.office.checks import Ask, Insecure, PageAnswer, Unreachable
from participa.staff.models import Role
from tests.ballots.city import officials
from tests.listening.office import posts


def answering(path: str) -> PageAnswer:
    return PageAnswer(200, f"<h1>{posts.TITLE}</h1>")


def silent(path: str) -> PageAnswer:
    raise Unreachable


def insecure(path: str) -> PageAnswer:
    raise Insecure


def checked(ask: Ask) -> int:
    faults = checks.check_all(ask)
    db.session.commit()
    return faults


def found() -> list[tuple[bool, str]]:
    return [(one.is_ok, one.fault) for one in db.session.query(PostCheck).order_by(PostCheck.id)]


def test_a_page_that_answers_is_noted_and_may_be_told_to_people(app):
    post = posts.open_post()
    assert checked(answering) == 0
    assert found() == [(True, "")]
    assert queries.answering_today() == {post.id}


def test_yesterdays_check_says_nothing_of_today(app, at):
    at(2026, 11, 28, 14)
    posts.open_post(closes_at=clock.now() + timedelta(days=9))
    checked(answering)
    at(2026, 11, 29, 14)
    assert queries.answering_today() == set()


@pytest.mark.parametrize(
    ("ask", "fault"),
    [
        (lambda path: PageAnswer(503, ""), "La página respondió con el error 503."),
        (lambda path: PageAnswer(200, "<h1>Otra cosa</h1>"), checks.ANOTHER_PAGE),
        (insecure, checks.BAD_CERTIFICATE),
    ],
    ids=["an error", "another page", "a certificate that is over"],
)
def test_a_fault_is_stored_in_words(app, ask, fault):
    posts.open_post()
    assert checked(ask) == 1
    assert found() == [(False, fault)]
    assert queries.answering_today() == set()


def test_a_server_that_cannot_reach_its_own_address_looks_inside_and_says_so(app):
    """What is seen from inside is not told to people: it does not prove that they get the page."""
    posts.open_post()
    assert checked(silent) == 0
    assert found() == [(True, checks.INSIDE)]
    assert queries.answering_today() == set()


def test_an_address_that_answered_before_and_is_silent_now_is_a_fault(app):
    posts.open_post()
    checked(answering)
    assert checked(silent) == 1
    assert found()[-1] == (False, checks.SILENT)


def test_only_open_posts_are_checked(app):
    posts.draft()
    closed = posts.open_post()
    closed.closed_at = clock.now()
    db.session.commit()
    checked(answering)
    assert found() == []


def test_an_administrator_finds_the_fault_and_nobody_else_does(app, staff):
    post = posts.open_post()
    checked(lambda path: PageAnswer(500, ""))
    chief = staff("ADMINISTRATOR").get("/gestion").text
    assert "Un escuchadero no responde" in chief
    assert f"/gestion/escuchaderos/{post.code}#revisiones" in chief
    assert "Un escuchadero no responde" not in staff("EDITOR").get("/gestion").text
    checked(answering)
    assert "Un escuchadero no responde" not in staff("ADMINISTRATOR").get("/gestion").text


def test_the_page_of_the_post_shows_ninety_days_of_checks(staff, at):
    at(2026, 11, 29, 14)
    post = posts.open_post(closes_at=clock.now() + timedelta(days=9))
    old = PostCheck(post_id=post.id, checked_at=clock.now() - timedelta(days=91), is_ok=False)
    db.session.add(old)
    db.session.commit()
    checked(lambda path: PageAnswer(500, ""))
    checked(answering)
    page = staff("READER").get(f"/gestion/escuchaderos/{post.code}").text
    assert "2 revisiones y 1 falla" in page
    assert "La página respondió con el error 500." in page
    assert "Revisado hoy: funciona." in page


def test_old_checks_are_erased(app, at):
    at(2026, 11, 29, 14)
    post = posts.open_post(closes_at=clock.now() + timedelta(days=9))
    for days in (399, 401):
        moment = clock.now() - timedelta(days=days)
        db.session.add(PostCheck(post_id=post.id, checked_at=moment, is_ok=True))
    db.session.commit()
    assert checks.erase_old() == 1
    labels = [label for label, _ in installation().purges]
    assert any("Revisiones de escuchaderos" in label for label in labels)


def test_it_runs_once_a_day():
    assert queue.PERIODIC["listening.check_posts"] == ("11", "0")


class Page(BaseHTTPRequestHandler):
    def do_GET(self):
        is_there = self.path == "/escuchaderos/hay"
        self.send_response(200 if is_there else 404)
        self.end_headers()
        self.wfile.write("Rendición".encode())

    def log_message(self, *words):
        pass


def test_the_page_is_asked_for_over_the_network(app, monkeypatch):
    with HTTPServer(("127.0.0.1", 0), Page) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}"
        monkeypatch.setattr(checks.links, "absolute", lambda path: f"{address}{path}")
        assert checks.over_the_network("/escuchaderos/hay") == PageAnswer(200, "Rendición")
        assert checks.over_the_network("/escuchaderos/no").status == 404
        server.shutdown()
    with pytest.raises(Unreachable):
        checks.over_the_network("/escuchaderos/hay")


def test_who_is_no_administrator_is_not_asked_to_repair(app):
    by = officials()[0]
    assert by.role is not Role.ADMINISTRATOR
    assert checks.pending(by) == []
