"""Sheets and rows are counted until paper and roster agree (NET-06)."""

import io
from datetime import timedelta

import pytest
from PIL import Image
from werkzeug.datastructures import FileStorage

from participa.attendance.paper import inbox, keying, reconciliation, sampling, sheets
from participa.attendance.paper_models import PaperSheet, RowState, SheetKind
from participa.core import clock
from participa.core.db import db
from participa.core.errors import Refused
from participa.core.files.files import StoredFile
from participa.staff.models import Role
from tests.attendance import city
from tests.attendance.paper import paper_city as paper
from tests.ballots.city import officials
from tests.conftest import store_account
from tests.plan.builders import office

pytestmark = pytest.mark.usefixtures("app")


def picture() -> FileStorage:
    body = io.BytesIO()
    Image.new("RGB", (20, 20), "white").save(body, "PNG")
    return FileStorage(io.BytesIO(body.getvalue()), "hoja.png")


def back(sheet: PaperSheet, signed: int) -> None:
    sheets.take_back(sheet, officials()[0], signed)
    db.session.commit()


def differences(record) -> list[str]:
    return reconciliation.totals_of(record.id).differences


def waiting(app, account) -> list[str]:
    with app.test_request_context():
        return [one.label for one in inbox.pending(account)]


def test_rows_are_numbered_over_the_sheets_of_a_list():
    record = city.open_list()
    paper.printed(record, count=2, rows=10)
    batch = paper.printed(record, rows=30, kind=SheetKind.SLIPS)
    assert (batch.number, batch.first_row, batch.last_row) == (3, 21, 50)


def test_a_sheet_that_did_not_come_back_is_missed_until_it_is_void():
    record = city.open_list()
    sheet = paper.printed(record)
    assert differences(record) == ["Hoja 1: No ha vuelto. Cuente sus filas firmadas, o anúlela."]
    sheets.void(sheet, officials()[0], "No se usó.")
    assert differences(record) == []


def test_signed_rows_that_nobody_typed_are_told_in_words():
    record = city.open_list()
    sheet = paper.printed(record)
    paper.keyed(sheet, 1)
    back(sheet, 3)
    assert differences(record) == ["Hoja 1: 3 filas firmadas y 1 digitada. Faltan 2."]
    assert reconciliation.warning(record.id) == "Falta 1 hoja de papel por terminar."


def test_a_sheet_agrees_when_every_row_is_typed_or_marked():
    record = city.open_list()
    sheet = paper.printed(record)
    paper.keyed(sheet, 1)
    keying.mark(sheet, 2, RowState.ILLEGIBLE, officials()[0])
    back(sheet, 2)
    assert differences(record) == ["Hoja 1: 3 filas sin marcar. Márquelas como vacías."]
    keying.leave_rest_empty(sheet, officials()[0])
    assert differences(record) == []
    assert reconciliation.warning(record.id) == ""


def test_a_sheet_with_an_open_question_cannot_be_checked():
    record = city.open_list()
    city.signed(record)
    sheet = paper.printed(record)
    paper.keyed(sheet, 1)
    keying.leave_rest_empty(sheet, officials()[0])
    back(sheet, 1)
    with pytest.raises(Refused, match="por decidir"):
        sheets.check(sheet, officials()[0])
    # Every row of it is typed: what is missing is the decision.
    assert reconciliation.warning(record.id) == "Falta 1 hoja de papel por terminar."


def test_a_sheet_with_typed_rows_is_not_voided():
    sheet = paper.printed(city.open_list())
    paper.keyed(sheet, 1)
    with pytest.raises(Refused):
        sheets.void(sheet, officials()[0], "Se dañó.")


def test_the_picture_of_a_sheet_is_erased_when_its_entry_is_checked():
    sheet = paper.printed(city.open_list())
    sheets.attach_scan(sheet, officials()[0], picture())
    db.session.commit()
    assert db.session.query(StoredFile).count() == 1
    keying.leave_rest_empty(sheet, officials()[0])
    back(sheet, 0)
    sheets.check(sheet, officials()[0])
    db.session.commit()
    assert (sheet.scan_id, db.session.query(StoredFile).count()) == (None, 0)


def test_a_picture_that_nobody_checked_is_erased_after_its_time():
    sheet = paper.printed(city.open_list())
    sheets.attach_scan(sheet, officials()[0], picture())
    assert sheets.erase_scans() == 0
    sheet.scanned_at = clock.now() - timedelta(days=sheets.SCAN_DAYS, minutes=1)
    assert sheets.erase_scans() == 1
    db.session.commit()
    assert (sheet.scan_id, db.session.query(StoredFile).count()) == (None, 0)


def test_a_closed_list_with_sheets_to_type_waits_for_its_office(app):
    own, other = office("escucha", "Escucha"), office("vias", "Vías")
    record = city.open_list(office_id=None)
    record.office = own
    paper.printed(record, count=3)
    mine, theirs = (store_account(Role.RESPONSIBLE, one) for one in (own, other))
    assert waiting(app, mine) == []
    record.closes_at = clock.now() - timedelta(seconds=1)
    db.session.commit()
    assert waiting(app, mine) == ["Faltan 3 hojas de papel por terminar"]
    assert waiting(app, theirs) == []


def test_a_second_official_learns_how_often_the_first_one_errs():
    first, second = officials()
    record = city.open_list()
    sheet = paper.printed(record)
    paper.keyed(sheet, 1, "María Pérez Gómez", "1017123456", by=first)
    paper.keyed(sheet, 2, "Pedro Luis Restrepo", "43987654", by=first)
    with pytest.raises(Refused):
        sampling.draw(record, first, 5)
    assert sampling.draw(record, second, 5) == 2
    rows = [paper.row(sheet, number) for number in (1, 2)]
    assert sampling.next_of(record.id, first) is None
    assert sampling.next_of(record.id, second) == rows[0]
    assert sampling.compare(rows[0], paper.who("maria perez gomez", "1017123456"), second) == []
    wrong = sampling.compare(rows[1], paper.who("Pedro Luis Restrepo", "43987645"), second)
    assert wrong == ["el número de documento"]
    assert sampling.result_of(record.id).sentence == (
        "De 2 filas repetidas, 1 no coincide: 50\xa0%."
    )
