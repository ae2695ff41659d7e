"""The staff print, type and reconcile paper through their pages, without a script."""

import io
import re

import pytest
from PIL import Image

from participa.attendance import queries, service, waiting_details
from participa.attendance.models import Attendee, WaitingDetails
from participa.attendance.paper import merging, sampling
from participa.attendance.paper.queries import sheets_of
from participa.attendance.paper_models import PaperDetails, PaperSheet, RowState, SheetKind
from participa.citizens.variables import VARIABLES
from participa.core import clock
from participa.core.audit import AuditEntry
from participa.core.db import db
from tests.attacks import MARK, attack_one, forms_on
from tests.attendance import city
from tests.attendance.paper import paper_city as paper
from tests.ballots.city import officials
from tests.formats.builders import in_force
from tests.plan.builders import office
from tests.visitor import field, where

DOCUMENT = "1.017.123.456"
NUMBER = "1017123456"
DETAILS = ["curso_vida", "sexo_nacer", "pertenencia_etnica", "territorio"]


def path(record, *words) -> str:
    return "/".join([f"/gestion/asistencia/{record.code}/papel", *map(str, words)])


def send(visitor, address, page: str = "", **values):
    """Send a form of a page, which is that of the address if no other is said."""
    token = field(visitor.get(page or address), "csrf_token")
    return visitor.post(address, data={"csrf_token": token} | values)


def typed(visitor, sheet, number, name="María Pérez Gómez", document=DOCUMENT, **more):
    record = sheet.attendance_list
    kind = "CC" if document else "SD"
    sent = {"number": number, "document_type": kind, "document": document, "name": name}
    return send(visitor, path(record, sheet.number), **(sent | more))


def test_sheets_are_printed_with_the_header_rows_and_a_code_of_each(staff):
    record = city.open_list()
    editor = staff()
    made = send(editor, path(record, "hojas"), sheets="2", rows="15")
    page = editor.get(made.location).text
    assert page.count('class="paper-sheet"') == 2
    assert page.count("QR de digitación") == 2
    for words in ("Listado de asistencia", "Proceso:", "Responsable:", "Lugar:", "Hoja 2"):
        assert words in page
    assert re.findall(r'class="no">(\d+)<', page) == [str(n) for n in range(1, 31)]


def test_sheets_of_an_official_format_carry_its_header(staff):
    record = city.open_list()
    made = in_force("FO-GESC-044", process="Gestión social")
    db.session.add(made)
    db.session.flush()
    service.choose_format(record, officials()[0], made)
    db.session.commit()
    sheet = paper.printed(record)
    page = staff().get(path(record, sheet.number, "imprimir")).text
    for words in ("Código: FO-GESC-044", "Versión:", "Vigencia: desde", "Gestión social"):
        assert words in page


def test_no_sheet_that_goes_from_hand_to_hand_asks_what_the_next_in_line_should_not_read(staff):
    record = city.open_list(variables=DETAILS)
    sheet = paper.printed(record)
    page = staff().get(path(record, sheet.number, "imprimir")).text.partition("<table")[2]
    columns = page.partition("</table>")[0]
    assert "Firma" in columns
    assert not re.search(r"sexo|étnic|género|edad|discapacidad|comuna", columns, re.IGNORECASE)


def test_the_half_with_optional_answers_has_no_name_document_or_number(staff):
    record = city.open_list(variables=DETAILS)
    batch = paper.printed(record, rows=2, kind=SheetKind.SLIPS)
    page = staff().get(path(record, batch.number, "imprimir")).text
    halves = [one.partition("</section>")[0] for one in page.split('class="slip-cut"')[1:]]
    assert len(halves) == 2
    for half in halves:
        assert "Autorizo usar mis respuestas" in half
        assert "<svg" not in half
        assert batch.code not in half.replace("-", "")
        assert not re.search(r"Nombres|documento|Firma|Ficha de", half)


def test_a_second_click_prints_the_same_sheets(staff):
    record = city.open_list()
    editor = staff()
    page = editor.get(path(record, "hojas"))
    sent = {one: field(page, one) for one in ("csrf_token", "creation")}
    sent |= {"sheets": "3", "rows": "10"}
    first, second = (editor.post(path(record, "hojas"), data=sent) for _ in range(2))
    assert where(first) == where(second)
    assert len(sheets_of(record.id)) == 3


def test_the_code_of_a_sheet_leads_the_staff_to_where_it_is_typed(staff):
    record = city.open_list()
    sheet = paper.printed(record)
    editor = staff()
    scanned = editor.get(f"/q/{sheet.code}")
    assert where(scanned) == path(record, sheet.number)
    assert "Fila 1" in editor.get(scanned.location).text


def test_a_row_is_stored_and_the_next_one_is_asked(staff):
    record = city.open_list()
    sheet = paper.printed(record)
    editor = staff()
    stored = typed(editor, sheet, 1)
    page = editor.get(stored.location).text
    assert "Guardó la fila 1." in page
    assert "Fila 2" in page
    assert "María Pérez Gómez" in page
    assert "•••• 3456" in page
    assert DOCUMENT not in page
    assert NUMBER not in page


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"document": "10A7"}, "tiene de 3 a 10 cifras, sin letras"),
        ({"document": "1"}, "tiene de 3 a 10 cifras, sin letras"),
        ({"document": ""}, "Escriba el nombre"),
        ({"document_type": "SD"}, "Elija qué documento es"),
        ({"number": "99"}, "Esta hoja va de la fila 1 a la 5."),
        ({"email": "no es correo", "contact": "y"}, "Revise el correo"),
        ({"phone": "3001234567"}, "Si autorizó el contacto, márquelo"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_what_cannot_be_stored_is_refused_kindly_and_stays_typed(staff, values, sentence):
    record = city.open_list()
    sheet = paper.printed(record)
    sent = {"name": "" if sentence.startswith("Escriba") else "Pedro Luis"} | values
    refused = typed(staff(), sheet, sent.pop("number", 1), **sent)
    assert refused.status_code == 422
    assert sentence in refused.text
    if sent["name"]:
        assert 'value="Pedro Luis"' in refused.text
    assert queries.on_list(record.id) == 0


def test_a_row_is_marked_empty_or_illegible_with_one_button(staff):
    record = city.open_list()
    sheet = paper.printed(record)
    editor = staff()
    for number, mark in ((1, "vacia"), (2, "ilegible")):
        assert typed(editor, sheet, number, "", "", mark=mark).status_code == 302
    states = [paper.row(sheet, number).state for number in (1, 2)]
    assert states == [RowState.EMPTY, RowState.ILLEGIBLE]


def test_a_row_that_another_person_typed_is_shown_and_asked(staff):
    record = city.open_list()
    sheet = paper.printed(record)
    first, second = staff(), staff()
    typed(first, sheet, 1)
    asked = typed(second, sheet, 1, "Marta Ruiz", "43.987.654")
    assert asked.status_code == 422
    assert f"ya la digitó {first.account.name}" in asked.text
    assert 'value="Marta Ruiz"' in asked.text
    assert typed(second, sheet, 1, "Marta Ruiz", "43987654", replaces="0").status_code == 302
    db.session.expire_all()
    assert paper.row(sheet, 1).attendee.name == "Marta Ruiz"


def test_a_document_that_signed_on_the_phone_says_when_and_is_merged_by_a_person(staff):
    record = city.open_list()
    person = city.signed(record, document=NUMBER)
    sheet = paper.printed(record)
    editor = staff()
    asked = typed(editor, sheet, 1, "Maria Perez")
    assert asked.status_code == 422
    assert "Ya firmó con su celular" in asked.text
    assert "Es la misma persona" in asked.text
    assert sheet.lines == []
    assert typed(editor, sheet, 1, "Maria Perez", same_as=person.attendee_id).status_code == 302
    assert queries.attended(record.id) == 1


def test_a_row_to_replace_by_somebody_on_the_list_is_asked_both_questions_once(staff):
    record = city.open_list()
    person = city.signed(record, document=NUMBER)
    sheet = paper.printed(record)
    editor = staff()
    typed(editor, sheet, 1, "Pedro Luis Restrepo", "43987654")
    asked = typed(editor, sheet, 1, replaces="0")
    assert asked.status_code == 422
    assert field(asked, "replaces") == "0"
    both = {"same_as": person.attendee_id, "replaces": "0"}
    assert typed(editor, sheet, 1, **both).status_code == 302
    db.session.expire_all()
    assert paper.row(sheet, 1).attendee_id == person.attendee_id


def test_a_similar_name_is_decided_on_the_page_of_the_paper(staff):
    record = city.open_list()
    city.signed(record, "Maria Perez")
    row = paper.keyed(paper.printed(record), 1)
    editor = staff()
    assert "Es la misma persona" in editor.get(path(record)).text
    send(editor, path(record, 1, "filas", row.number, "misma"), path(record))
    assert queries.attended(record.id) == 1
    page = editor.get(path(record)).text
    assert "Deshacer la decisión de la fila 1" in page
    send(editor, path(record, 1, "filas", row.number, "deshacer"), path(record))
    db.session.expire_all()
    assert paper.row(row.sheet, 1).state is RowState.OPEN


def test_two_people_are_kept_apart_until_that_is_undone(staff):
    record = city.open_list()
    city.signed(record, "Maria Perez")
    row = paper.keyed(paper.printed(record), 1)
    editor = staff()
    send(editor, path(record, 1, "filas", 1, "dos"), path(record))
    db.session.expire_all()
    assert not row.waits_for_decision
    send(editor, path(record, 1, "filas", 1, "decidir"), path(record))
    db.session.expire_all()
    assert row.waits_for_decision


def test_nobody_decides_on_a_page_that_is_old(staff):
    record = city.open_list()
    city.signed(record, "Maria Perez")
    row = paper.keyed(paper.printed(record), 1)
    editor = staff()
    editor.get(path(record))
    merging.say_two(row, officials()[0])
    db.session.commit()
    token = field(editor.get("/gestion/cuenta"), "csrf_token")
    late = editor.post(path(record, 1, "filas", 1, "misma"), data={"csrf_token": token})
    assert late.status_code == 409
    assert queries.attended(record.id) == 2


def test_halves_are_typed_apart_and_only_counted(staff):
    record = city.open_list(variables=DETAILS)
    paper.printed(record, rows=3, kind=SheetKind.SLIPS)
    editor = staff()
    address = path(record, "fichas", "digitar")
    answers = {"v_curso_vida": "AD", "v_sexo_nacer": "1"}
    before = db.session.query(AuditEntry).count()
    for sent in (answers | {"sensitive_consent": "y"}, {}, {"mark": "ilegible"}):
        assert send(editor, address, **sent).status_code == 302
    details = db.session.query(PaperDetails).one()
    assert (details.keyed, details.blank, details.illegible) == (1, 1, 1)
    assert db.session.query(WaitingDetails).count() == 1
    assert db.session.query(Attendee).count() == 0
    assert db.session.query(AuditEntry).count() == before
    send(editor, path(record, "fichas", "contar"), address, returned="4")
    assert "4 medias fichas y 3 digitadas. Falta 1." in editor.get(path(record)).text


def test_nothing_sensitive_is_kept_of_a_half_that_says_it_is_of_a_minor(staff):
    """DAT-07"""
    record = city.open_list(variables=["curso_vida", "migrante"])
    editor, code = staff(), VARIABLES["migrante"].options[0].code
    answers = {"v_curso_vida": "AD", "v_migrante": code}
    for consent in ({}, {"sensitive_consent": "y"}):
        sent = send(editor, path(record, "fichas", "digitar"), **answers, **consent)
        assert sent.status_code == 302
    assert waiting_details.waiting(record.id) == [{"curso_vida": ["AD"]}] * 2


def test_a_half_sent_twice_is_counted_once(staff):
    record = city.open_list(variables=DETAILS)
    editor = staff()
    address = path(record, "fichas", "digitar")
    page = editor.get(address)
    sent = {one: field(page, one) for one in ("csrf_token", "creation")}
    for _ in range(2):
        assert editor.post(address, data=sent | {"v_curso_vida": "AD"}).status_code == 302
    assert db.session.query(PaperDetails).one().keyed == 1


def test_a_sheet_is_counted_photographed_typed_and_checked(staff):
    record = city.open_list()
    sheet = paper.printed(record)
    editor = staff()
    body = io.BytesIO()
    Image.new("RGB", (20, 20), "white").save(body, "PNG")
    send(editor, path(record, 1, "volvio"), signed="1")
    photo = (io.BytesIO(body.getvalue()), "hoja.png")
    assert send(editor, path(record, 1, "foto"), file=photo).status_code == 302
    photo = editor.get(path(record, 1, "foto", "archivo"))
    assert photo.mimetype == "image/png"
    photo.close()
    assert "No cuadra" in editor.get(path(record)).text
    typed(editor, sheet, 1)
    send(editor, path(record, 1, "vacias"), path(record, 1))
    checked = send(editor, path(record, 1, "revisada"), path(record, 1))
    page = editor.get(checked.location).text
    assert "Cuadra: todo lo firmado en papel está digitado." in page
    assert editor.get(path(record, 1, "foto", "archivo")).status_code == 404
    send(editor, path(record, 1, "abrir"), path(record, 1))
    assert "Deshacer la fila 1" in editor.get(path(record, 1)).text


def test_a_sheet_that_nobody_used_is_void_and_may_appear_again(staff):
    record = city.open_list()
    paper.printed(record)
    editor = staff()
    send(editor, path(record, 1, "anular"), reason="No se usó.")
    assert "Apareció la hoja 1" in editor.get(path(record)).text
    send(editor, path(record, 1, "aparecio"), path(record))
    assert db.session.query(PaperSheet).one().voided_at is None


def test_rows_are_typed_again_by_somebody_else(staff):
    record = city.open_list()
    sheet = paper.printed(record)
    first, second = staff(), staff()
    typed(first, sheet, 1)
    drawn = send(second, path(record, "muestra"), count="5")
    assert where(drawn) == path(record, "muestra", "digitar")
    again = {"document_type": "CC", "document": "1017123465", "name": "Maria Perez Gomez"}
    compared = send(second, path(record, "muestra", "digitar"), **again)
    page = second.get(second.get(compared.location).location).text
    assert "1 no coincide: 100\xa0%" in page
    assert "De 1 fila repetida" in page


def test_without_a_second_factor_nobody_types_a_name_and_the_halves_can_be_typed(staff):
    record = city.open_list(variables=DETAILS)
    sheet = paper.printed(record)
    paper.keyed(sheet, 1, "Ángela Úsuga")
    plain = staff("EDITOR", tf_primary_method=None)
    keying_page = path(record, sheet.number)
    assert "/segundo-paso?next=" in plain.get(keying_page).location
    for address in (keying_page, f"{keying_page}/filas/1/deshacer", f"{keying_page}/vacias"):
        refused = send(plain, address, "/gestion/cuenta", number=2, name="Otra persona")
        assert refused.status_code == 409
        assert "Úsuga" not in refused.text
    assert queries.attended(record.id) == 1
    assert plain.get(path(record, "fichas", "digitar")).status_code == 200


def test_an_office_sees_no_paper_of_another(staff):
    record = city.open_list()
    record.office = office("escucha", "Escucha")
    db.session.commit()
    sheet = paper.printed(record)
    other = staff("RESPONSIBLE", office("vias", "Vías"))
    for address in (path(record), path(record, sheet.number), path(record, 1, "imprimir")):
        assert other.get(address).status_code == 404
    for role in ("READER", "DOOR"):
        assert staff(role).get(path(record)).status_code == 403


def test_who_closes_a_list_learns_that_its_paper_is_not_typed_yet(staff):
    record = city.open_list()
    close = f"/gestion/asistencia/{record.code}/cerrar"
    assert "de papel por terminar" not in staff().get(close).text
    paper.printed(record, count=3)
    assert "Faltan 3 hojas de papel por terminar." in staff().get(close).text


def test_paper_of_a_draft_is_not_printed(staff):
    record = city.draft()
    assert "Publique el listado" in staff().get(path(record, "hojas")).text


def test_a_list_whose_minutes_are_closed_takes_no_more_rows(staff):
    record = city.open_list()
    sheet = paper.printed(record)
    record.event.closed_at = clock.now()
    db.session.commit()
    refused = typed(staff(), sheet, 1)
    assert refused.status_code == 422
    assert "El acta del evento ya está cerrada" in refused.text
    assert queries.on_list(record.id) == 0


@pytest.mark.slow
def test_the_worst_that_can_be_typed_breaks_no_page_of_the_paper(staff):
    record = city.open_list(variables=DETAILS, asks_organisation=True, asks_image=True)
    sheet = paper.printed(record, count=2)
    paper.printed(record, rows=2, kind=SheetKind.SLIPS)
    city.signed(record, "Maria Perez")
    paper.keyed(sheet, 1)
    editor, met, broken = staff(), set(), []
    sampling.draw(record, editor.account, 1)
    db.session.commit()
    pages = ("muestra/digitar", "muestra", "1", "2/volvio", "2/foto", "fichas/digitar", "")
    for words in (*pages, "hojas", "fichas", "2/anular"):
        address = path(record, words).rstrip("/")
        for place, form in enumerate(forms_on(editor, address)):
            broken += attack_one(editor, address, place, form, met)
    assert broken == [], "\n".join(broken)
    assert MARK not in editor.get(path(record, 1)).text
