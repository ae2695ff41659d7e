"""What goes into a file comes out of it again, whoever opens it. (TRA-01, S7, G9)"""

import json
import tracemalloc
from datetime import date, datetime
from decimal import Decimal

import pytest
from flask import Blueprint, Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text as sql
from werkzeug.http import parse_options_header

from participa.core.db import db
from participa.core.tables import tables
from participa.core.tables.tables import Column
from tests.core.reading import (
    EMPTY,
    ROW,
    ROWS,
    TEXTS,
    as_typed,
    in_csv,
    read_csv,
    read_sheet,
    table,
    written,
)


def test_a_spanish_excel_opens_the_csv_with_accents_columns_days_and_decimals():
    content = written(table([ROW, ("Niñez", Decimal("38.5"), None, None, False)]), "csv")
    assert content == (
        b"\xef\xbb\xbf"
        + "Nombre;Votos;Fecha;Enviado;Abierto\r\n"
        "Salud;412;9/3/2024;9/3/2024 20:05:07;sí\r\n"
        "Niñez;38,5;;;no\r\n".encode()
    )


@pytest.mark.parametrize("code", ["0012", "00.5", "12345678901234567", "12E5", "7e12", "01"])
def test_a_spreadsheet_keeps_the_zeros_and_the_digits_of_a_code(code):
    """Excel and JSON need no apostrophe, and a program that reads the CSV gets none."""
    rows = [(code, 1, None, None, True)]
    assert f"\r\n'{code};1;" in written(table(rows), "csv").decode()
    assert f"\r\n{code},1," in written(table(rows), "csv-international").decode()
    assert [cells[0] for cells in read_sheet(written(table(rows), "xlsx"))][1:] == [code]


@pytest.mark.parametrize("code", ["7K3F2QXM", "0", "12", "1.234", "604 385 5555", "E5"])
def test_what_a_spreadsheet_leaves_alone_has_no_apostrophe(code):
    assert f"\r\n{code};1;" in written(table([(code, 1, None, None, True)]), "csv").decode()


def test_programs_get_a_csv_with_commas_points_and_iso_dates():
    content = written(table([ROW, ("Niñez", 38.5, None, None, False)]), "csv-international")
    assert content.decode() == (
        "Nombre,Votos,Fecha,Enviado,Abierto\r\n"
        "Salud,412,2024-03-09,2024-03-09T20:05:07-05:00,sí\r\n"
        "Niñez,38.5,,,no\r\n"
    )


def test_the_json_says_what_its_columns_mean():
    document = json.loads(written(table([ROW, EMPTY]), "json"))
    assert document["title"] == "Temas elegidos"
    assert document["columns"][1] == {
        "key": "votes",
        "label": "Votos",
        "description": "Cuántas personas lo eligieron",
        "kind": "number",
    }
    assert document["rows"] == [
        {
            "name": "Salud",
            "votes": 412,
            "held_on": "2024-03-09",
            "sent_at": "2024-03-09T20:05:07-05:00",
            "is_open": True,
        },
        dict.fromkeys(("name", "votes", "held_on", "sent_at", "is_open")),
    ]


@pytest.mark.parametrize("format", tables.FORMATS)
def test_a_table_without_rows_still_has_its_header(format):
    content = written(table([]), format)
    if format == "json":
        assert json.loads(content)["rows"] == []
    elif format == "xlsx":
        assert read_sheet(content) == [["Nombre", "Votos", "Fecha", "Enviado", "Abierto"]]
    else:
        assert content.count(b"\r\n") == 1


@given(st.lists(ROWS, max_size=5))
def test_a_csv_read_again_tells_the_same(rows):
    _header, *read = read_csv(written(table(rows), "csv"))
    assert len(read) == len(rows)
    for cells, (name, votes, held_on, sent_at, is_open) in zip(read, rows, strict=True):
        assert cells[0] == in_csv(name)
        assert cells[1] == ("" if votes is None else f"{votes}".replace(".", ","))
        day = f"{held_on.day}/{held_on.month}/{held_on.year}" if held_on else ""
        assert cells[2] == day
        assert (cells[3] == "") == (sent_at is None)
        assert cells[4] == {None: "", True: "sí", False: "no"}[is_open]


@given(st.lists(ROWS, max_size=5))
def test_an_international_csv_read_again_has_the_same_values(rows):
    _header, *read = read_csv(written(table(rows), "csv-international"), ",")
    again = [
        (
            name,
            Decimal(votes) if votes else None,
            date.fromisoformat(held_on) if held_on else None,
            datetime.fromisoformat(sent_at) if sent_at else None,
            {"": None, "sí": True, "no": False}[is_open],
        )
        for name, votes, held_on, sent_at, is_open in read
    ]
    assert again == [(in_csv(row[0]), *row[1:]) for row in rows]


@given(st.lists(ROWS, max_size=5))
def test_a_json_read_again_has_the_same_values(rows):
    read = json.loads(written(table(rows), "json"))["rows"]
    again = [
        (
            cells["name"],
            cells["votes"],
            cells["held_on"] and date.fromisoformat(cells["held_on"]),
            cells["sent_at"] and datetime.fromisoformat(cells["sent_at"]),
            cells["is_open"],
        )
        for cells in read
    ]
    assert again == [
        (
            None if name is None else as_typed(name),
            votes if isinstance(votes, int | None) else float(votes),
            *others,
        )
        for name, votes, *others in rows
    ]


@given(TEXTS)
def test_no_cell_of_a_csv_begins_like_a_formula(text):
    for format, separator in (("csv", ";"), ("csv-international", ",")):
        content = written(table([(text,)], (Column("a", text, ""),)), format)
        for (cell,) in read_csv(content, separator):
            seen = cell.lstrip(" \t\r\n\"'") if not cell.startswith("'") else ""
            assert seen[:1] not in {"=", "+", "-", "@"}
            assert cell[:1] not in {"\t", "\r", "\n"}


@pytest.mark.parametrize(
    "attack",
    [
        "=1+1",
        "+57 300 123 4567",
        "-2+3",
        "@SUM(A1)",
        "\t=1+1",
        "\r=1+1",
        ' "=HYPERLINK("http://mal.example")',
        "' =1+1",
        "\u00a0=1+1",
        "＝1+1",
    ],
)
def test_what_looks_like_a_formula_is_shown_and_not_computed(attack):
    one = (Column("text", "Texto", "Lo que escribió la persona"),)
    shown = as_typed(attack)
    assert read_csv(written(table([(attack,)], one), "csv"))[1] == [f"'{shown}"]
    content = written(table([(attack,)], one), "xlsx")
    assert read_sheet(content)[1] == [shown]
    assert json.loads(written(table([(attack,)], one), "json"))["rows"] == [{"text": shown}]


def test_a_negative_number_stays_a_number():
    one = (Column("change", "Cambio", "Diferencia", "number"),)
    assert read_csv(written(table([(-5,), (-0.5,)], one), "csv"))[1:] == [["-5"], ["-0,5"]]
    assert read_sheet(written(table([(-5,)], one), "xlsx"))[1] == [-5]


def test_a_hidden_small_number_may_stand_in_words_among_numbers():
    one = (Column("people", "Personas", "Cuántas", "number"),)
    rows = [(12,), ("menos de 5",)]
    assert read_csv(written(table(rows, one), "csv"))[1:] == [["12"], ["menos de 5"]]
    assert read_sheet(written(table(rows, one), "xlsx"))[1:] == [[12], ["menos de 5"]]


def test_what_is_not_a_number_leaves_the_cell_empty():
    one = (Column("share", "Parte", "", "number"),)
    rows = [(float("nan"),), (float("inf"),), (Decimal("NaN"),)]
    assert read_csv(written(table(rows, one), "csv"))[1:] == [[""]] * 3
    assert json.loads(written(table(rows, one), "json"))["rows"] == [{"share": None}] * 3


@pytest.mark.parametrize("format", tables.FORMATS)
@pytest.mark.parametrize("row", [("uno",), ("uno", "dos", "tres")], ids=["short", "long"])
def test_a_row_that_does_not_fit_its_columns_is_an_error(format, row):
    two = (Column("a", "A", ""), Column("b", "B", ""))
    with pytest.raises(ValueError, match="zip"):
        written(table([("uno", "dos"), row], two), format)


def test_a_moment_without_zone_is_an_error():
    one = (Column("at", "Cuándo", "", "moment"),)
    with pytest.raises(ValueError, match="time zone"):
        written(table([(datetime(2024, 3, 9),)], one), "csv")  # noqa: DTZ001


@pytest.mark.slow
@pytest.mark.parametrize("format", ["csv", "csv-international", "json"])
def test_a_long_table_is_never_whole_in_memory(format):
    rows = (ROW for _ in range(30_000))
    tracemalloc.start()
    try:
        size = sum(len(piece) for piece in tables.FORMATS[format].stream(table(rows)))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert size > 1_000_000
    assert peak < 500_000


def test_a_download_bears_its_name_and_is_kept_by_nobody():
    app = Flask(__name__)
    with app.test_request_context("/"):
        response = tables.download(table([ROW]), "csv", "Temas de la Niñez 2024")
        assert response.is_streamed
        body = response.get_data()
    assert body == written(table([ROW]), "csv")
    _, said = parse_options_header(response.headers["Content-Disposition"])
    assert said["filename"] == "Temas de la Niñez 2024.csv"
    assert 'filename="Temas de la Ninez 2024.csv"' in response.headers["Content-Disposition"]
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Cache-Control"] == "no-store"


@given(st.text())
def test_no_name_of_a_file_breaks_its_header(name):
    header = tables.attachment(name)
    assert header.isascii()
    assert header.isprintable()
    assert header.count('"') == 2
    _, said = parse_options_header(header)
    assert said["filename"]
    assert "/" not in said["filename"]
    assert not said["filename"].startswith(".")


def test_rows_are_read_from_the_database_while_the_answer_travels(app):
    one = (Column("number", "Número", "", "number"),)

    def rows():
        yield from db.session.execute(sql("SELECT 1 UNION SELECT 2 ORDER BY 1"))

    bp = Blueprint("sheet", __name__)
    bp.add_url_rule("/hoja", "show", lambda: tables.download(table(rows(), one), "csv", "hoja"))
    small = Flask(__name__)
    small.config["SQLALCHEMY_DATABASE_URI"] = app.config["SQLALCHEMY_DATABASE_URI"]
    db.init_app(small)
    small.register_blueprint(bp)
    content = small.test_client().get("/hoja").data
    with small.app_context():
        db.engine.dispose()
    assert content == b"\xef\xbb\xbfN\xc3\xbamero\r\n1\r\n2\r\n"


@pytest.mark.parametrize("format", tables.FORMATS)
def test_a_job_writes_the_same_file_and_hears_how_far_it_is(format, tmp_path):
    heard = []
    tables.write(table([ROW] * 2500), format, tmp_path / "temas", heard.append)
    assert heard == [1000, 2000, 2500]
    content = (tmp_path / "temas").read_bytes()
    if format == "xlsx":
        assert read_sheet(content) == read_sheet(written(table([ROW] * 2500), format))
    else:
        assert content == written(table([ROW] * 2500), format)
    assert [path.name for path in tmp_path.iterdir()] == ["temas"]


@pytest.mark.parametrize("format", tables.FORMATS)
def test_a_job_that_is_stopped_leaves_no_half_file(format, tmp_path):
    class Stopped(Exception):
        pass

    def stop(done):
        raise Stopped

    with pytest.raises(Stopped):
        tables.write(table([ROW] * 2500), format, tmp_path / "temas", stop)
    assert list(tmp_path.iterdir()) == []
