"""Radicados leave for the city's own system, its numbers come back: one petition, one clock."""

import csv
import io
import zipfile
from datetime import date

import pytest

from participa.cases.models import Case
from participa.core import codes
from participa.core.audit import AuditEntry
from participa.core.db import db
from participa.core.jobs.mail import Outbox
from participa.listening import receive, routing
from participa.listening.intake import bringing
from participa.listening.models import CaseStage, Contribution
from participa.listening.receive import Said
from participa.listening.snapshots import snapshot_of
from tests.listening.intake.desks import desk
from tests.plan.builders import office
from tests.visitor import field, where

SYSTEM = "/gestion/escuchaderos/sistema"
BRING = f"{SYSTEM}/traer"
SEEN = ("lines", "seen")


@pytest.fixture(autouse=True)
def monday(at, app):
    at(2026, 3, 16, 16)


@pytest.fixture
def city(app):
    """A post, and two petitions of the second of March: of Rosa, and of nobody."""
    post = snapshot_of(desk())
    rosa = Said(
        text="Que arreglen el andén.",
        wants_answer=True,
        is_anonymous=False,
        name="Rosa Mesa",
        email="rosa@ejemplo.org",
        phone="3001234567",
    )
    nobody = Said(text="Que poden el árbol.", wants_answer=True)
    day = {"filed_on": date(2026, 3, 2)}
    ids = [receive.receive(post, f"{n}" * 32, said, **day) for n, said in enumerate((rosa, nobody))]
    db.session.commit()
    return [db.session.get_one(Contribution, one.case_id) for one in ids]


def shown(contribution: Contribution) -> str:
    return codes.show(contribution.receipt)


def download(visitor, address: str = SYSTEM, **sent):
    token = field(visitor.get(address), "csrf_token")
    return visitor.post(address, data={"csrf_token": token, "which": "open", "kind": "csv"} | sent)


def rows_of(answer) -> list[dict[str, str]]:
    text = answer.get_data(as_text=True).removeprefix("\ufeff")
    return list(csv.DictReader(io.StringIO(text), delimiter=";"))


def look(visitor, body: bytes | str, name: str = "sistema.csv"):
    """The page with what each line of this file would do."""
    body = body.encode() if isinstance(body, str) else body
    sent = {"csrf_token": field(visitor.get(BRING), "csrf_token")}
    sent["file"] = (io.BytesIO(body), name)
    return visitor.post(BRING, data=sent, content_type="multipart/form-data")


def confirm(visitor, page, **changes):
    sent = {name: field(page, name) for name in ("csrf_token", *SEEN)}
    return visitor.post(BRING, data=sent | changes)


def last(action: str) -> AuditEntry | None:
    rows = db.select(AuditEntry).filter_by(action=action).order_by(AuditEntry.number.desc())
    return db.session.scalars(rows).first()


def test_the_file_has_the_clock_of_each_petition_and_nobodys_words(staff, city):
    """PQR-12."""
    answer = download(staff("EDITOR"))
    rows = {row["Radicado"]: row for row in rows_of(answer)}
    row = rows[shown(city[0])]
    assert (row["Radicado el"], row["Vence el"]) == ("2/3/2026", "24/3/2026")
    assert row["Dependencia"] == "Secretaría de Participación"
    assert (row["Clase"], row["Estado"], row["Número externo"]) == (
        city[0].case.kind.label,
        "Recibido",
        "",
    )
    text = answer.get_data(as_text=True)
    for word in ("Rosa", "rosa@", "300123", "andén", "árbol"):
        assert word not in text
    entry = last("listening.exported")
    assert entry.details == {"format": "csv", "rows": 2}


def test_names_leave_with_a_reason_a_trace_and_a_mark_in_each_row(staff, city):
    """DAT-13."""
    visitor = staff("EDITOR", name="Luz Gil")
    address = f"{SYSTEM}/con-nombres"
    assert "Escriba para qué los necesita." in download(visitor, address).text
    rows = rows_of(download(visitor, address, reason="Radicar allá"))
    named = next(row for row in rows if row["Nombre"])
    assert (named["Nombre"], named["Correo"]) == ("Rosa Mesa", "rosa@ejemplo.org")
    assert all("Sacado por Luz Gil" in row["Exportado"] for row in rows)
    assert last("listening.exported").details["reason"] == "Radicar allá"


def test_without_a_second_factor_no_names_leave(staff, city):
    visitor = staff("EDITOR", tf_primary_method=None)
    answer = visitor.get(f"{SYSTEM}/con-nombres")
    assert answer.status_code in {302, 303}


def test_an_office_takes_out_its_own_and_no_names(staff, city, make):
    other = make(office("obras", "Secretaría de Infraestructura"))
    assert rows_of(download(staff("RESPONSIBLE", office=other))) == []
    own = staff("RESPONSIBLE", office=city[0].case.office)
    assert len(rows_of(download(own))) == 2
    assert own.get(f"{SYSTEM}/con-nombres").status_code == 403
    assert own.get(BRING).status_code == 403


def test_what_is_answered_stays_in_the_file_of_all(staff, city):
    city[0].case.answered_on = date(2026, 3, 10)
    db.session.commit()
    visitor = staff("EDITOR")
    assert len(rows_of(download(visitor))) == 1
    assert len(rows_of(download(visitor, which="all", kind="csv"))) == 2
    with download(visitor, which="all", kind="xlsx") as book:
        assert zipfile.is_zipfile(io.BytesIO(book.data))


def test_a_file_is_shown_line_by_line_before_it_does_anything(staff, city):
    """PQR-12."""
    visitor = staff("EDITOR")
    body = (
        "Radicado;Número externo;Respondido el\n"
        f"{shown(city[0])};PQR-77;10/3/2026\n"
        f"{shown(city[1]).lower()};PQR-78;\n"
        "ZZZZ-ZZZZ-ZZZZ;PQR-79;\n"
    )
    page = look(visitor, body)
    assert page.status_code == 200
    assert "Anota el número PQR-77. Lo da por respondido el 10 de marzo de 2026" in page.text
    assert "Anota el número PQR-78." in page.text
    assert "No hay un aporte con ese radicado que usted vea." in page.text
    assert "2 filas cambian algo" in page.text
    assert city[0].case.external_number == ""
    done = confirm(visitor, page)
    assert where(done) == BRING
    said = "Anotó 2 números externos y cerró el plazo de 1 aporte."
    assert said in visitor.get(done.location).text
    db.session.expire_all()
    case = city[0].case
    assert (case.external_number, case.answered_on) == ("PQR-77", date(2026, 3, 10))
    assert (case.is_on_time, city[0].stage) == (True, CaseStage.ANSWERED)
    assert "con el número PQR-77, el 10 de marzo de 2026." in city[0].steps[-1].reason
    assert "PQR-77" in db.session.scalars(db.select(Outbox)).one().body
    assert last("listening.answered_elsewhere").details == {"answered_on": "2026-03-10"}
    assert (city[1].case.external_number, city[1].case.answered_on) == ("PQR-78", None)


def test_the_same_file_again_changes_nothing(staff, city):
    visitor = staff("EDITOR")
    body = f"Radicado,Número externo,Respondido el\n{shown(city[0])},PQR-77,2026-03-10\n"
    page = look(visitor, body)
    confirm(visitor, page)
    again = visitor.get(confirm(visitor, page).location).text
    assert "Todo estaba ya anotado: no cambió nada." in again
    shown_again = look(visitor, body)
    assert "Ya se respondió el 10 de marzo de 2026: ese día queda." in shown_again.text
    assert ">Confirmar</button>" not in shown_again.text
    assert db.session.query(Outbox).count() == 1


def test_our_own_file_completed_comes_back(staff, city):
    visitor = staff("EDITOR")
    text = download(visitor).get_data(as_text=True)
    lines = text.rstrip().split("\n")
    body = "\n".join([lines[0], *(f"{line.rstrip()}PQR-1" for line in lines[1:])])
    page = look(visitor, body)
    assert page.text.count("Anota el número PQR-1.") == 2


def test_an_answer_that_came_meanwhile_is_shown_and_not_overwritten(staff, city):
    visitor = staff("EDITOR")
    page = look(visitor, f"Radicado;Respondido el\n{shown(city[0])};10/3/2026\n")
    city[0].case.answered_on = date(2026, 3, 5)
    city[1].case.external_number = "PQR-9"
    db.session.commit()
    both = look(visitor, f"Radicado;Número externo\n{shown(city[1])};PQR-8\n")
    assert "en lugar de «PQR-9»" in both.text
    city[1].case.external_number = "PQR-10"
    db.session.commit()
    refused = confirm(visitor, both)
    assert "Algo cambió mientras usted revisaba." in refused.text
    assert "en lugar de «PQR-10»" in refused.text
    nothing = visitor.get(confirm(visitor, page).location).text
    assert "no cambió nada" in nothing
    db.session.expire_all()
    assert city[0].case.answered_on == date(2026, 3, 5)


@pytest.mark.parametrize(
    ("cells", "sentence"),
    [
        ("1;17/3/2026", "no ha llegado. Revise la fecha de respuesta."),
        ("1;1/3/2026", "es anterior a su radicación, el 2 de marzo de 2026."),
        ("1;31/2/2026", "La fecha «31/2/2026» no se entiende."),
        ("1;ayer", "La fecha «ayer» no se entiende."),
        (f"{'9' * 61};", "tiene más de 60 signos."),
    ],
)
def test_a_line_that_cannot_be_says_why_and_the_others_go_on(staff, city, cells, sentence):
    visitor = staff("EDITOR")
    first, second = shown(city[0]), shown(city[1])
    body = f"Radicado;Número externo;Respondido el\n{first};{cells}\n{second};A;\n{second};B;\n"
    page = look(visitor, body)
    assert sentence in page.text
    assert "Ese radicado ya está en la fila 3. Deje uno solo." in page.text
    confirm(visitor, page)
    numbers = db.session.scalars(db.select(Case.external_number).order_by(Case.external_number))
    assert list(numbers) == ["", "A"]


@pytest.mark.parametrize(
    ("name", "body", "sentence"),
    [
        ("vacio.csv", b"", "El archivo está vacío."),
        ("", b"", "Elija el archivo que dio el sistema de PQRSD."),
        ("blanco.csv", b"  \n ", "El archivo está vacío."),
        ("otro.csv", b"a;b\n1;2\n", "No encontramos una columna que se llame «Radicado»."),
        ("solo.csv", b"Radicado;Otra\nA;B\n", bringing.NO_OTHER[:40]),
        ("titulos.csv", "Radicado;Número externo\n".encode(), bringing.NO_LINES[:30]),
        ("informe.pdf", b"%PDF-1.7 ...", "Es un PDF."),
        ("viejo.xls", b"\xd0\xcf\x11\xe0...", "antiguo de Excel"),
        ("bomba.xlsx", b"PK\x03\x04" + b"0" * 500, "dañado o no es una tabla"),
        ("signos.csv", b"Radicado;Respondido el\n\x01\x02;x\n", "hay signos que no son texto"),
        (
            "largo.csv",
            "Radicado;Número externo\n".encode() + b"A;1\n" * 2001,
            "Son más de 2000 filas.",
        ),
    ],
)
def test_a_hostile_file_gets_a_sentence(staff, city, name, body, sentence):
    page = look(staff("EDITOR"), body, name)
    assert page.status_code == 422
    assert sentence in page.text


def test_the_lines_of_a_page_cannot_be_altered_nor_lent(staff, city):
    first, second = staff("EDITOR"), staff("EDITOR")
    body = f"Radicado;Número externo\n{shown(city[0])};PQR-1\n"
    page = look(first, body)
    altered = confirm(first, page, lines=field(page, "lines")[:-3] + "abc")
    assert bringing.ALTERED in altered.text
    lent = {name: field(page, name) for name in SEEN}
    token = field(second.get(BRING), "csrf_token")
    assert bringing.ALTERED in second.post(BRING, data=lent | {"csrf_token": token}).text
    assert db.session.get_one(Case, city[0].case_id).external_number == ""


# ---- the semiannual report


REPORTS = f"{SYSTEM}/denuncias"


@pytest.fixture
def control(city, make):
    """The office that looks into reports, and one report about the roads office, answered late."""
    looks_into_it = make(office(routing.CONTROL, "Secretaría de Evaluación y Control"))
    accused = make(office("obras", "Secretaría de Infraestructura"))
    said = Said(
        text="Piden plata por un cupo.",
        wants_answer=True,
        is_corruption=True,
        accused_office_id=accused.id,
    )
    post = snapshot_of(city[0].post)
    made = receive.receive(post, "c" * 32, said, filed_on=date(2026, 2, 2))
    db.session.get_one(Case, made.case_id).answered_on = date(2026, 3, 16)
    db.session.commit()
    return looks_into_it, accused, codes.show(made.radicado)


def test_control_interno_takes_out_what_was_done_with_each_report(staff, control):
    """PQR-11."""
    visitor = staff("RESPONSIBLE", office=control[0])
    page = visitor.get(REPORTS)
    assert "Primer semestre de 2026" in page.text
    assert "<dt>Recibidas</dt><dd>1</dd>" in page.text
    assert "<dt>A tiempo</dt><dd>0</dd>" in page.text
    [row] = rows_of(download(visitor, REPORTS, semester="2026-1"))
    assert (row["Radicado"], row["Dependencia denunciada"]) == (
        control[2],
        "Secretaría de Infraestructura",
    )
    assert (row["Respondida el"], row["A tiempo"]) == ("16/3/2026", "no")
    assert rows_of(download(visitor, REPORTS, semester="2025-2")) == []
    assert "plata" not in download(visitor, REPORTS, semester="2026-1").get_data(as_text=True)
    assert last("listening.exported").details["what"] == "denuncias de corrupción"


@pytest.mark.parametrize("role", ["ADMINISTRATOR", "EDITOR", "RESPONSIBLE"])
def test_nobody_else_finds_the_report(staff, control, role):
    """PQR-11."""
    visitor = staff(role, office=control[1])
    assert visitor.get(REPORTS).status_code == 404
    assert control[2] not in download(visitor, which="all").get_data(as_text=True)


def test_a_semester_that_is_none_gets_a_sentence(staff, control):
    visitor = staff("RESPONSIBLE", office=control[0])
    assert download(visitor, REPORTS, semester="1999-9").status_code == 422
