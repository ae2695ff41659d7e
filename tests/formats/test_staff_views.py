"""The staff's pages of the register, as an official walks through them."""

from datetime import date
from io import BytesIO

import pytest

from participa.core.audit import AuditEntry
from participa.core.db import db
from participa.formats.models import OfficialFormat, VersionState
from tests.filling import Forms
from tests.formats.builders import REFERENCE, in_force, official, twin, version
from tests.plan.builders import office, plan, task

LIST, NEW = "/gestion/formatos", "/gestion/formatos/nuevo"
SHOW = f"{LIST}/{REFERENCE}"


def sent_form(visitor, address: str, **typed) -> dict[str, list[str]]:
    """What a browser sends for the form of a page that has these fields."""
    page = visitor.get(address)
    for form in Forms(page.text, address).forms:
        if form.is_sent and set(typed) <= {control.name for control in form.controls}:
            sent: dict[str, list[str]] = {}
            for name, value in form.as_it_stands():
                sent.setdefault(name, []).append(value)
            return sent | {name: [value] for name, value in typed.items()}
    raise AssertionError(f"no such form at {address}: {page.text}")


def fill(visitor, address: str, **typed):
    return visitor.post(address, data=sent_form(visitor, address, **typed))


def the_format() -> OfficialFormat:
    db.session.expire_all()
    return db.session.query(OfficialFormat).one()


def test_an_official_creates_a_format_that_counts_in_the_plan_of_the_year(staff, make, at):
    at(2024, 3, 1, 15)
    names = ("formats.with_variables", "formats.in_use")
    make(plan(*[task(n, measure=name) for n, name in enumerate(names, 1)]))
    done = fill(staff("EDITOR"), NEW, reference="de-forc-012", name="Temas", process_name="Diálogo")
    assert done.location.startswith(SHOW)
    made = the_format()
    assert (made.reference, made.process) == (REFERENCE, "Diálogo")
    assert [task.code for task in made.tasks] == ["1.1"]


def test_a_code_that_is_taken_comes_back_with_what_was_typed(staff, make):
    make(official())
    refused = fill(staff("EDITOR"), NEW, reference=REFERENCE, name="Otro nombre")
    assert refused.status_code == 422
    assert "Ya hay un formato con ese código." in refused.text
    assert "Otro nombre" in refused.text


def test_a_second_click_creates_one_format(staff):
    editor = staff("EDITOR")
    sent = sent_form(editor, NEW, reference="DE-1", name="Temas")
    first, second = editor.post(NEW, data=sent), editor.post(NEW, data=sent)
    assert first.status_code == second.status_code == 302
    assert db.session.query(OfficialFormat).count() == 1


def test_the_version_goes_from_its_author_through_another_person(staff, make):
    make(official())
    author, chief = staff("EDITOR"), staff("ADMINISTRATOR")
    facts = {"number": "1", "valid_from_on": "2024-03-01", "change_note": "Se diligencia en línea."}
    assert fill(author, f"{SHOW}/versiones/nueva", **facts).status_code == 302
    [made] = the_format().versions
    press(author, "/enviar")
    assert "La revisa otra persona." in author.get(SHOW).text
    approve = f"{SHOW}/versiones/{made.id}/aprobar"
    assert "Quien envía una versión no la revisa" in author.get(approve).text
    assert "Priorización de temas, versión 1" in chief.get("/gestion").text
    done = fill(chief, approve, isolucion="ISO-12")
    assert "Aprobó la versión." in chief.get(done.location).text
    current = the_format().current
    assert (current.number, current.isolucion) == ("1", "ISO-12")
    assert current.valid_from_on == date(2024, 3, 1)


def press(visitor, ending: str):
    [form] = [f for f in Forms(visitor.get(SHOW).text, SHOW).forms if f.action.endswith(ending)]
    return visitor.post(form.action, data=dict(form.as_it_stands()))


def test_a_returned_version_waits_for_its_author(staff, make):
    author, chief = staff("EDITOR"), staff("ADMINISTRATOR")
    sent = version(state=VersionState.IN_REVIEW, sent_by_id=author.account.id)
    made = make(official(versions=[sent]))
    address = f"{SHOW}/versiones/{made.versions[0].id}/devolver"
    assert fill(chief, address, reason="Falta el territorio.").status_code == 302
    assert "Su versión fue devuelta" in author.get("/gestion").text
    assert "Falta el territorio." in author.get(SHOW).text


def test_who_ends_a_version_in_use_reads_what_is_made_with_it(staff, client, make):
    made = make(in_force(twins=[twin()]))
    chief, address = staff("EDITOR"), f"{SHOW}/versiones/{made.versions[0].id}/obsoleta"
    page = chief.get(address)
    assert "Siguen abiertos, y su encabezado ya no dirá la versión" in page.text
    assert "Temas de 2024" in page.text
    assert fill(chief, address, reason="").status_code == 422
    assert fill(chief, address, reason="Lo reemplaza otro trámite.").status_code == 302
    shown = client.get("/formatos/DE-FORC-012").text
    assert "Lo reemplaza otro trámite." in shown
    assert "Obsoleto" in shown


def test_two_officials_change_one_draft_and_nothing_of_either_is_lost(staff, make):
    make(official(versions=[version()]))
    first, second = staff("EDITOR"), staff("EDITOR")
    address = f"{SHOW}/versiones/{the_format().versions[0].id}/cambiar"
    facts = {"number": "1", "valid_from_on": "2024-03-01"}
    ours = sent_form(first, address, **facts, change_note="Letra más grande.")
    theirs = sent_form(second, address, **facts, change_note="Otra pregunta.")
    assert first.post(address, data=ours).status_code == 302
    refused = second.post(address, data=theirs)
    assert refused.status_code == 409
    assert "Otra pregunta." in refused.text
    assert "Letra más grande." in refused.text
    assert the_format().versions[0].change_note == "Letra más grande."


def test_two_officials_approve_one_version_and_one_of_them_learns_it(staff, make):
    author, first, second = staff("EDITOR"), staff("EDITOR"), staff("ADMINISTRATOR")
    sent = version(state=VersionState.IN_REVIEW, sent_by_id=author.account.id)
    made = make(official(versions=[sent]))
    address = f"{SHOW}/versiones/{made.versions[0].id}/aprobar"
    ours, theirs = (sent_form(one, address, isolucion="ISO-1") for one in (first, second))
    assert first.post(address, data=ours).status_code == 302
    refused = second.post(address, data=theirs)
    assert refused.status_code == 409
    assert "«Aprobó una versión»" in refused.text
    assert "Volver al formato" in refused.text
    assert the_format().current.approved_by_id == first.account.id


def test_the_qr_decision_needs_its_reason_and_keeps_its_history(staff, make):
    make(official())
    editor = staff("EDITOR")
    refused = fill(editor, f"{SHOW}/qr", applies="no", reason="")
    assert refused.status_code == 422
    assert "Escriba por qué no aplica el código QR." in refused.text
    fill(editor, f"{SHOW}/qr", applies="no", reason="Se firma en papel.")
    fill(editor, f"{SHOW}/qr", applies="si", reason="Ya hay conexión.")
    page = editor.get(SHOW).text
    assert "Decisiones sobre el código QR" in page
    assert page.index("Ya hay conexión.") < page.index("Se firma en papel.")
    assert f"Lo decidió {editor.account.name}" in page


def test_a_responsable_sees_and_changes_the_formats_of_the_own_office_alone(staff, make):
    own, other = make(office()), make(office("cultura", "Secretaría de Cultura"))
    make(in_force(office=own))
    make(in_force("DE-FORC-099", name="Ajeno", office=other))
    rosa = staff("RESPONSIBLE", office=own)
    assert "Ajeno" not in rosa.get(LIST).text
    assert rosa.get(SHOW).status_code == 200
    for page in ("", "/cambiar", "/qr", "/versiones/nueva"):
        assert rosa.get(f"{LIST}/DE-FORC-099{page}").status_code == 404
    fill(rosa, NEW, reference="DE-2", name="Nuevo")
    made = db.session.query(OfficialFormat).filter_by(reference="DE-2").one()
    assert made.office_id == own.id


def test_who_reads_finds_no_button(staff, make):
    make(official(versions=[version()]))
    page = staff("READER").get(SHOW).text
    main = page.partition("<main")[2]
    assert "Enviar a revisión" not in main
    assert "Nueva versión" not in main


def test_the_linter_speaks_on_the_page_of_the_format(staff, make):
    make(in_force(twins=[twin(variables=["territorio"])]))
    page = staff("EDITOR").get(SHOW).text
    assert "Le faltan variables poblacionales y diferenciales." in page
    assert "Variables poblacionales: pregunte una de estas: Curso de vida" in page


def test_a_new_plan_counts_the_formats_with_one_button(staff, make, at):
    at(2026, 1, 12, 15)
    make(in_force())
    make(plan(task(1, measure="formats.updated"), year=2026))
    editor = staff("EDITOR")
    page = editor.get(LIST)
    assert "1 formato todavía no cuenta en el plan 2026." in page.text
    [form] = [f for f in Forms(page.text, LIST).forms if f.action.endswith("/contar")]
    done = editor.post(form.action, data=dict(form.as_it_stands()))
    assert "Contó 1 formato en el plan." in editor.get(done.location).text
    assert [task.year for task in the_format().tasks] == [2026]


def test_an_export_leaves_its_trace(staff, make):
    make(in_force())
    editor = staff("EDITOR")
    page = editor.get(LIST).text
    forms = Forms(page, LIST).forms
    [form] = [f for f in forms if f.action.endswith("/exportar/xlsx")]
    with editor.post(form.action, data=dict(form.as_it_stands())) as file:
        assert file.data[:2] == b"PK"
    assert db.session.query(AuditEntry).filter_by(action="formats.exported").count() == 1


def test_two_megabytes_of_text_are_refused(staff):
    editor = staff("EDITOR")
    typed = {"reference": "DE-1", "name": "Temas", "used_for": "a" * 2_000_000}
    refused = fill(editor, NEW, **typed)
    assert refused.status_code == 413
    assert db.session.query(OfficialFormat).count() == 0


@pytest.mark.parametrize("text", ["a" * 601, "ñ" * 2000])
def test_a_text_that_is_too_long_says_how_long_it_may_be(staff, text):
    refused = fill(staff("EDITOR"), NEW, reference="DE-1", name="Temas", used_for=text)
    assert refused.status_code == 422
    assert "Use hasta 600 letras." in refused.text


def test_a_file_that_is_not_what_it_says_is_refused_at_its_field(staff, make):
    make(official())
    editor, address = staff("EDITOR"), f"{SHOW}/versiones/nueva"
    facts = sent_form(editor, address, number="1", valid_from_on="2024-03-01")
    facts["file"] = (BytesIO(b"MZ\x90\x00 programa"), "formato.pdf")
    refused = editor.post(address, data=facts, content_type="multipart/form-data")
    assert refused.status_code == 422
    assert 'id="file-error"' in refused.text
    assert the_format().versions == []
