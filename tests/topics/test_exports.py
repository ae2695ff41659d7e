"""The answers as files for the staff."""

import csv
import io
import json
from datetime import timedelta

import pytest
from python_calamine import CalamineWorkbook

from participa.channels import exports as channel_exports
from participa.core import clock
from participa.core.audit import AuditEntry
from participa.core.db import db
from participa.core.jobs import jobs
from participa.core.jobs.jobs import Job
from participa.topics import exports
from tests.topics.builders import CODE, call, filled, stored
from tests.visitor import field

SHOW = f"/gestion/temas/{CODE}"


def ask(visitor, format):
    token = field(visitor.get(SHOW), "csrf_token")
    return visitor.post(f"{SHOW}/exportar/{format}", data={"csrf_token": token})


@pytest.fixture
def answered(client, make, at):
    at(2026, 11, 10, 15)
    made = make(call(topics=["=1+1", "Salud", "<script>alert(1)</script>", "Vivienda", "Ríos"]))
    ids = [topic.id for topic in made.topics]
    for order, place in (((ids[0], ids[1]), "07"), ((ids[2],), "NR")):
        sent = filled(made, client.get(f"/temas/{CODE}"), *order, territory=place)
        assert client.post(f"/temas/{CODE}?canal=qr", data=sent).status_code == 303
    return made


def test_excel_holds_one_row_per_answer_with_a_dictionary_and_no_live_formula(staff, answered):
    with ask(staff("EDITOR"), "xlsx") as file:
        book = CalamineWorkbook.from_filelike(io.BytesIO(file.data))
    rows = book.get_sheet_by_name("Datos").to_python()
    assert rows[0][-4:] == ["Canal", "Puesto 1", "Puesto 2", "Puesto 3"]
    assert rows[1][2:] == ["Comuna 7 – Robledo", "Código QR", "=1+1", "Salud", ""]
    assert rows[2][2:5] == ["Prefiero no responder", "Código QR", "<script>alert(1)</script>"]
    assert "Diccionario" in book.sheet_names


def test_csv_for_a_spanish_excel_disarms_what_looks_like_a_formula(staff, answered):
    with ask(staff("READER"), "csv") as file:
        text = file.data.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text), delimiter=";"))
    # The apostrophe keeps the zero, which Excel would drop.
    assert rows[1][1:4] == ["'07", "Comuna 7 – Robledo", "Código QR"]
    assert not rows[1][4].startswith("=")
    assert rows[1][4].endswith("=1+1")


def test_the_file_tells_the_day_and_neither_hour_nor_receipt_nor_barrio(staff, answered):
    with ask(staff("EDITOR"), "json") as file:
        content = json.loads(file.data)
    assert [row["day"] for row in content["rows"]] == ["2026-11-10", "2026-11-10"]
    assert set(content["rows"][0]) == {
        "day",
        "territory_code",
        "territory",
        "channel",
        "place_1",
        "place_2",
        "place_3",
    }
    assert not any(row.receipt in json.dumps(content) for row in stored())


def test_each_export_leaves_a_trace(staff, answered):
    ask(staff("EDITOR"), "csv").close()
    [entry] = db.session.query(AuditEntry).all()
    assert (entry.action, entry.details) == ("topics.exported", {"format": "csv", "rows": 2})


def test_an_unknown_format_is_not_found_and_a_link_alone_exports_nothing(staff, answered):
    editor = staff("EDITOR")
    assert ask(editor, "exe").status_code == 404
    assert editor.get(f"{SHOW}/exportar/csv").status_code == 405
    assert db.session.query(AuditEntry).count() == 0


def test_a_long_export_runs_as_a_job_whose_file_is_whole(staff, answered, monkeypatch):
    monkeypatch.setattr(channel_exports, "LONG", 1)
    sent = ask(staff("EDITOR"), "csv")
    [job] = db.session.query(Job).all()
    assert sent.location == f"/gestion/trabajos/{job.id}"
    jobs.run(job.id)
    db.session.refresh(job)
    assert job.error == ""
    text = jobs.result_path(job).read_text("utf-8-sig")
    assert len(text.splitlines()) == 3


def test_a_long_table_is_read_piece_by_piece_without_losing_a_row(client, answered, monkeypatch):
    monkeypatch.setattr(channel_exports, "PIECE", 1)
    rows = list(exports.answers_table(answered).rows)
    assert [row[1] for row in rows] == ["07", "NR"]
    assert rows[0][0] == (clock.now() - timedelta(hours=5)).date()
