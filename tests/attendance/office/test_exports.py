"""The list with names leaves with a reason, a trace and a watermark, in the city's layout."""

import io
import zipfile
from datetime import timedelta

import pytest
from python_calamine import CalamineWorkbook

from participa.attendance.models import SignInWay
from participa.attendance.office import signature_pictures
from participa.attendance.sign_in import Arrival, Identity
from participa.channels import exports
from participa.core import clock
from participa.core.audit import AuditEntry
from participa.core.db import db
from participa.core.jobs.jobs import Job
from participa.formats import service as formats
from tests.attendance import city
from tests.attendance.office.sending import sent
from tests.attendance.paper import paper_city as paper
from tests.ballots.city import run_jobs
from tests.formats.builders import in_force

NUMBER = "1017123456"
DRAWN = "M10 10L200 90L40 60"
WHY = "Soporte del pago de refrigerios"
WHOLE = Identity(
    name="=Ángela Úsuga",
    document_type="CC",
    document=NUMBER,
    email="angela@ejemplo.org",
    phone="3001234567",
    organisation="Sindicato de Prueba",
    position="Vocal",
    signature=DRAWN,
    purposes=frozenset({"attendance", "image"}),
)


@pytest.fixture
def record(app, at):
    at(2026, 11, 24, 15)  # in the morning of the city: an event of the night ends on another day
    made = city.open_list()
    city.signed(made, identity=WHOLE, arrival=Arrival(way=SignInWay.PHONE, door="Norte"))
    city.signed(made, "Bruno Díaz", way=SignInWay.PAPER)
    city.signed(made, identity=city.minor())
    return made


def path_of(record) -> str:
    return f"/gestion/asistencia/{record.code}/exportar"


def exported(staff, record, kind: str, **typed):
    return sent(staff("EDITOR"), path_of(record), kind=kind, reason=WHY, **typed)


def cells(answer) -> list[list[str]]:
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(answer.data)).get_sheet_by_index(0)
    return [[str(cell) for cell in row] for row in sheet.to_python()]


def test_the_layout_says_where_on_paper_a_signature_stands(staff, record):
    paper.keyed(paper.printed(record), 2, "Pedro Luis Restrepo", "43987654")
    rows = cells(exported(staff, record, "xlsx"))
    signed = next(row for row in rows if "Pedro Luis Restrepo" in row)
    assert "En papel: Hoja 1, fila 2" in signed


def test_the_workbook_has_the_header_of_the_format_and_numbered_rows(staff, record):
    made = in_force("DE-FORC-015", process="Direccionamiento")
    db.session.add(made)
    db.session.flush()
    by = record.created_by
    formats.register_twin(
        made, record.channel, record.id, record.title, "/x", record.code, record.variables, by=by
    )
    db.session.commit()
    rows = cells(exported(staff, record, "xlsx"))
    pairs = [(row[at], row[at + 2]) for row in rows for at in (0, 5)]
    top = {name: value for name, value in pairs if name.endswith(":")}
    assert top["Código:"] == "DE-FORC-015"
    assert {"Versión:", "Vigencia:", "Fecha:", "Hora:"} <= set(top)
    assert (top["Proceso:"], top["Tema:"]) == ("Direccionamiento", record.event.title)
    assert (top["Lugar:"], top["Asistentes:"]) == (record.event.place, "3")
    [head] = [number for number, row in enumerate(rows) if row[0] == "No."]
    assert [row[0] for row in rows[head + 1 :]] == ["1.0", "2.0", "3.0"]


def test_each_row_says_what_was_authorised_and_how_it_was_signed(staff, record):
    rows = cells(exported(staff, record, "xlsx"))
    [head] = [row for row in rows if row[0] == "No."]
    people = {row[1]: dict(zip(head, row, strict=True)) for row in rows if row[0].endswith(".0")}
    angela, minor = people["=Ángela Úsuga"], people["Menor de 18 años, sin nombre"]
    assert (angela["Autoriza sus datos"], angela["Autoriza su imagen"]) == ("sí", "sí")
    assert (angela["Autoriza el contacto"], angela["Firma"]) == ("no", "Firmó con el dedo")
    assert (angela["Puerta"], people["Bruno Díaz"]["Firma"]) == ("Norte", "En papel")
    assert (minor["Número de documento"], minor["Firma"]) == ("", "")


def test_a_drawn_signature_is_a_picture_in_its_row(staff, record):
    with zipfile.ZipFile(io.BytesIO(exported(staff, record, "xlsx").data)) as packed:
        pictures = [name for name in packed.namelist() if name.startswith("xl/media/")]
    assert len(pictures) == 1


@pytest.mark.parametrize("kind", ["xlsx", "csv", "print"])
def test_the_organisation_stays_out_unless_it_is_asked_for(staff, record, kind):
    def text(answer) -> str:
        return str(cells(answer)) if kind == "xlsx" else answer.text

    assert "Sindicato" not in text(exported(staff, record, kind))
    assert "Sindicato" in text(exported(staff, record, kind, with_organisation="y"))


@pytest.mark.parametrize("kind", ["xlsx", "csv", "print"])
def test_the_file_says_who_took_it_out_when_and_why(staff, record, kind):
    answer = exported(staff, record, kind)
    text = str(cells(answer)) if kind == "xlsx" else answer.text
    assert "Exportado por " in text
    assert f"motivo: {WHY}" in text
    assert answer.headers["Cache-Control"] == "no-store"


def test_an_export_leaves_a_trace_with_its_reason_and_no_data(staff, record):
    exported(staff, record, "csv")
    entry = db.session.query(AuditEntry).filter_by(action="attendance.exported").one()
    told = {"format": "csv", "rows": 3, "reason": WHY, "organisation": False}
    assert entry.details == told


def test_without_a_reason_nothing_leaves(staff, record):
    page = sent(staff("EDITOR"), path_of(record), kind="csv")
    assert page.status_code == 422
    assert "Escriba para qué lo necesita." in page.text
    assert NUMBER not in page.text
    assert db.session.query(AuditEntry).filter_by(action="attendance.exported").count() == 0


def test_an_export_asks_for_the_password_again(staff, record, monkeypatch):
    visitor = staff("EDITOR")
    later = clock.now() + timedelta(minutes=20)
    monkeypatch.setattr(clock, "system_now", lambda: later)
    asked = visitor.get(path_of(record))
    assert asked.location.startswith("/gestion/cuenta/confirmar?next=")


def test_a_name_that_begins_a_formula_is_text(staff, record):
    assert ";'=Ángela Úsuga;" in exported(staff, record, "csv").text


def test_an_empty_list_has_nothing_to_export(staff):
    page = exported(staff, city.open_list(), "xlsx")
    assert "Todavía no ha firmado nadie: no hay qué exportar." in page.text


def test_a_long_list_is_made_by_a_worker(staff, record, monkeypatch):
    monkeypatch.setattr(exports, "LONG", 2)
    visitor = staff("EDITOR")
    answer = sent(visitor, path_of(record), kind="xlsx", reason=WHY)
    job = db.session.query(Job).one()
    assert answer.location.startswith(f"/gestion/trabajos/{job.id}")
    assert job.arguments["reason"] == WHY
    run_jobs()
    with visitor.get(f"/gestion/trabajos/{job.id}/resultado") as result:
        assert len([row for row in cells(result) if row[0].endswith(".0")]) == 3


def test_a_signature_is_drawn_along_its_path():
    assert signature_pictures.strokes_of("M0 0l10 5 10 5H50V9c1 1 2 2 3 3Z") == [
        [(0, 0), (10, 5), (20, 10), (50, 10), (50, 9), (53, 12), (0, 0)]
    ]
    assert signature_pictures.png(DRAWN).startswith(b"\x89PNG")
    assert signature_pictures.png("M1 1") == b""
