"""What a monitor and a balancer ask, and what browsers complain of."""

import json

import pytest
from sqlalchemy.exc import OperationalError

from participa.core import audit
from participa.core.audit import BEGINNING
from participa.core.db import db
from participa.core.jobs import worker
from participa.core.ops import migrations


def test_health_tells_each_check(client):
    told = client.get("/salud")
    assert told.status_code == 200
    assert told.json["checks"]["database"] is True
    assert told.json["checks"]["jobs"] is False
    assert "jobs" in told.json["wrong"]
    assert told.json["audit"] == {"length": 0, "digest": BEGINNING}
    worker.beat()
    assert "jobs" not in client.get("/salud").json["wrong"]


def test_health_publishes_the_end_of_the_trail(client):
    entry = audit.record("topics.published", "TopicCall:1", by="ana")
    db.session.commit()
    assert client.get("/salud").json["audit"] == {"length": 1, "digest": entry.digest}


def away(*args):
    raise OperationalError("SELECT", {}, ConnectionError())


def test_without_a_database_health_still_answers_and_readiness_says_no(client, monkeypatch):
    monkeypatch.setattr(migrations, "revision", away)
    assert client.get("/salud").json["checks"]["database"] is False
    assert client.get("/listo").status_code == 503


def test_a_process_whose_tables_are_older_is_not_ready(client, monkeypatch):
    assert client.get("/listo").status_code == 200
    monkeypatch.setattr(migrations, "revision", lambda: "0001_before")
    monkeypatch.setattr(migrations, "head", lambda: "0002_after")
    assert client.get("/listo").status_code == 503
    assert client.get("/salud").json["checks"]["migrations"] is False
    monkeypatch.setattr(migrations, "revision", lambda: "0002_after")
    assert client.get("/listo").json == {"ready": True}


OLD = {"csp-report": {"violated-directive": "script-src 'self'", "blocked-uri": "inline"}}
NEW = [
    {
        "type": "csp-violation",
        "url": "https://ejemplo.org/radicado/7K3F2QXM",
        "body": {"effectiveDirective": "img-src", "blockedURL": "https://malo.org/7K3F2QXM"},
    }
]
ODD = {"csp-report": {"violated-directive": "7K3F2QXM", "blocked-uri": "7K3F2QXM"}}


@pytest.mark.parametrize(
    ("report", "directive", "blocked"),
    [
        (OLD, "script-src", "inline"),
        (NEW, "img-src", "address"),
        (ODD, "other", "address"),
        ({"csp-report": [1]}, "other", "address"),
        ("7K3F2QXM", "other", "address"),
    ],
    ids=["old", "new", "odd", "list", "text"],
)
def test_a_report_leaves_a_line_without_addresses(client, capsys, report, directive, blocked):
    answer = client.post("/informe-csp", data=json.dumps(report))
    assert (answer.status_code, answer.data) == (204, b"")
    line = next(line for line in capsys.readouterr().err.splitlines() if "policy" in line)
    told = json.loads(line)
    assert (told["directive"], told["blocked"]) == (directive, blocked)
    assert "7K3F2QXM" not in line


def test_a_report_is_small_and_a_report_that_is_none_is_ignored(client):
    assert client.post("/informe-csp", data="x" * 9000).status_code == 413
    assert client.post("/informe-csp", data="{").status_code == 204
    assert client.post("/informe-csp", data="[" * 7000).status_code == 204
