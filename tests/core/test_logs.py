"""The log tells what happened and nothing about anybody."""

import json
import logging

import pytest
import structlog
from flask import request
from sqlalchemy import text

from participa.app import create_app
from participa.core import logs
from participa.core.db import db
from participa.core.installation import installation
from tests.conftest import settings
from tests.effort import effort

TYPED = {
    "path": "7K3F2QXM",
    "query": "MariaRestrepo",
    "form": "cedula43123456",
    "header": "token-de-Ana",
    "cookie": "sesion-secreta",
    "agent": "TelefonoDeAna",
    "error": "dato-en-el-error",
    "address": "181.55.23.7",
}


@pytest.fixture
def city(tmp_path):
    app = create_app(settings(tmp_path))

    @app.route("/recibo/<code>", methods=["GET", "POST"], endpoint="receipt")
    def receipt(code):
        return "Listo"

    @app.route("/falla/<code>", methods=["GET", "POST"], endpoint="fails")
    def fails(code):
        raise ValueError(f"{TYPED['error']} {request.form} {code}")

    @app.post("/repetido/<code>", endpoint="repeated")
    def repeated(code):
        db.session.execute(text("SELECT * FROM nada WHERE a = :a"), {"a": TYPED["form"]})

    @app.post("/urna/deposito/<code>", endpoint="vote")
    def vote(code):
        return "Listo"

    @app.post("/urna/<code>/falla", endpoint="vote_fails")
    def vote_fails(code):
        raise ValueError

    return app


def visit(app, path, method="POST"):
    visitor = app.test_client()
    visitor.set_cookie("sesion", TYPED["cookie"])
    return visitor.open(
        f"{path}/{TYPED['path']}?nombre={TYPED['query']}",
        method=method,
        data={"documento": TYPED["form"]} if method == "POST" else None,
        headers={
            "Authorization": TYPED["header"],
            "X-Request-ID": TYPED["header"],
            "User-Agent": TYPED["agent"],
            "X-Forwarded-For": TYPED["address"],
            "Referer": f"https://ejemplo.org/{TYPED['path']}",
        },
        environ_base={"REMOTE_ADDR": TYPED["address"]},
    )


@pytest.mark.parametrize("path", ["/recibo", "/falla", "/repetido", "/no-existe"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_nothing_that_a_person_typed_is_in_the_log(city, capsys, path, method):
    visit(city, path, method)
    told = capsys.readouterr().err
    assert "request" in told
    assert [name for name, secret in TYPED.items() if secret in told] == []


def test_a_line_tells_the_rule_the_status_and_the_time_it_took(city, capsys):
    answer = visit(city, "/recibo", "GET")
    (line,) = map(json.loads, capsys.readouterr().err.splitlines())
    assert line["rule"] == "/recibo/<code>"
    assert (line["method"], line["status"], line["bytes"]) == ("GET", 200, 5)
    assert 0 <= line["ms"] < 1000
    assert line["id"] == answer.headers["X-Request-ID"]


def test_a_fault_is_told_with_its_place_and_the_name_of_the_request(city, capsys):
    answer = visit(city, "/falla")
    assert answer.status_code == 500
    first, second = map(json.loads, capsys.readouterr().err.splitlines())
    assert (first["event"], first["error"]) == ("request.failed", "ValueError")
    assert any("test_logs.py" in place for place in first["where"])
    assert first["id"] == second["id"] == answer.headers["X-Request-ID"]


def test_votes_are_counted_by_the_hour_and_not_told_one_by_one(city, capsys, at, monkeypatch):
    at(2024, 9, 3, 14, 5)
    for _ in range(3):
        visit(city, "/urna/deposito")
    assert capsys.readouterr().err == ""
    at(2024, 9, 3, 15, 1)
    visit(city, "/urna/deposito")
    told = capsys.readouterr().err
    assert [name for name, secret in TYPED.items() if secret in told] == []
    (line,) = map(json.loads, told.splitlines())
    assert line["rule"] == "/urna/deposito/<code>"
    assert (line["hour"], line["times"]) == ("2024-09-03T14Z", 3)
    assert "id" not in line


def test_what_was_counted_is_told_at_the_end_and_only_once(city, capsys):
    visit(city, "/urna/deposito")
    installation(city).close()
    (line,) = map(json.loads, capsys.readouterr().err.splitlines())
    assert (line["event"], line["times"]) == ("requests", 1)
    installation(city).close()
    assert capsys.readouterr().err == ""


def test_a_fault_in_the_ballot_box_is_told_with_its_hour_and_not_with_its_second(city, capsys, at):
    at(2024, 9, 3, 14, 5)
    assert city.test_client().post("/urna/7K3F/falla").status_code == 500
    line = json.loads(capsys.readouterr().err)
    assert (line["event"], line["at"]) == ("request.failed", "2024-09-03T14Z")


def test_the_name_of_a_request_is_taken_from_our_proxy_only(tmp_path):
    sent = {"X-Request-ID": "abcdef0123456789"}
    alone = create_app(settings(tmp_path)).test_client()
    assert alone.get("/salud", headers=sent).headers["X-Request-ID"] != sent["X-Request-ID"]
    behind = create_app(settings(tmp_path, proxies=1)).test_client()
    assert behind.get("/salud", headers=sent).headers["X-Request-ID"] == sent["X-Request-ID"]
    odd = {"X-Request-ID": "a b c; María"}
    assert "Mar" not in behind.get("/salud", headers=odd).headers["X-Request-ID"]


def test_libraries_tell_of_a_fault_only_what_and_where(city, capsys):
    try:
        raise ValueError(TYPED["error"])
    except ValueError:
        logging.getLogger("some.library").exception("it failed")
    line = json.loads(capsys.readouterr().err)
    assert (line["logger"], line["error"]) == ("some.library", "ValueError")
    assert TYPED["error"] not in json.dumps(line)


def test_the_log_can_be_quiet(tmp_path, capsys):
    quiet = create_app(settings(tmp_path, log="off")).test_client()
    assert quiet.get("/salud").headers["X-Request-ID"]
    create_app(settings(tmp_path, log="events")).test_client().get("/salud")
    assert capsys.readouterr().err == ""


def test_a_line_costs_next_to_nothing(capsys):
    logs.configure("requests")
    log = structlog.get_logger()

    def write():
        for _ in range(1000):
            log.info("request", id="a" * 16, method="GET", rule="/x", status=200, ms=1.2, bytes=5)

    assert effort(write) < 10  # 0.04 ms for a line is the goal
