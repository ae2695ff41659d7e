import io
import re
from datetime import date

import pytest
from sqlalchemy import select

from participa.core.audit import AuditEntry
from participa.core.db import db
from participa.core.editing import versions
from participa.plan import board, measures
from participa.plan.models import Period, ProgressReport, ReportFile, ReportState, Unit
from tests.plan.builders import account, office, plan, report, task
from tests.visitor import field, where

WRITE = "/gestion/plan/2024/tareas/1.1/reportar"
TYPED = {
    "period_id": "1",
    "title": "Dos reuniones con el Comité",
    "done_on": "2024-03-12",
    "numerator": "1",
    "notes": "",
}


@pytest.fixture
def dap(make):
    return make(office())


@pytest.fixture
def reunions(make, at, dap):
    """A task that is measured by reports, in July."""
    at(2024, 7, 15, 15)
    return make(plan(task(1, (dap,), measure="plan.reported", target=2))).actions[0].tasks[0]


@pytest.fixture
def formats(make, at, dap):
    at(2024, 7, 15, 15)
    share = task(1, (dap,), measure="plan.reported", unit=Unit.PERCENT, target=100)
    return make(plan(share)).actions[0].tasks[0]


def post(visitor, path: str, from_page: str = "", **typed):
    token = field(visitor.get(from_page or path), "csrf_token")
    return visitor.post(path, data=typed | {"csrf_token": token})


def acts() -> list[str]:
    return list(db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.number)))


def test_a_report_counts_once_another_person_approves_it(client, staff, reunions, dap):
    reporter, editor = staff("RESPONSIBLE", office=dap), staff("EDITOR")
    assert post(reporter, WRITE, **TYPED).status_code == 302
    page = "/gestion/plan/reportes/1"
    post(reporter, f"{page}/enviar", page)
    assert "0 de 2" in client.get("/plan/tareas/1.1").text
    assert "Dos reuniones" not in client.get("/plan/tareas/1.1").text
    post(editor, f"{page}/aprobar", page)
    public = client.get("/plan/tareas/1.1").text
    assert "1 de 2" in public
    assert "Dos reuniones con el Comité" in public
    assert acts() == ["plan.report_drafted", "plan.report_sent", "plan.report_approved"]


def test_a_report_of_two_of_three_is_three_facts(client, formats, make):
    make(report(formats, account(), title="Revisión", numerator=2, denominator=3))
    exported = client.get("/plan.json").json["actions"][0]["tasks"][0]
    assert (exported["numerator"], exported["denominator"]) == (2, 3)
    assert [proof["fulfilled"] for proof in exported["evidence"]] == [True, True, False]
    assert exported["evidence"][2]["reason"] == "El reporte dice que todavía no se cumple."
    assert exported["evidence"][0]["url"] == "/plan/tareas/1.1?ano=2024#reporte-1"


def test_what_is_not_done_yet_of_a_count_is_no_evidence(client, reunions, make):
    make(report(reunions, account(), numerator=2))
    assert len(client.get("/plan.json").json["actions"][0]["tasks"][0]["evidence"]) == 2


@pytest.mark.parametrize("state", [ReportState.DRAFT, ReportState.SENT, ReportState.RETURNED])
def test_only_what_was_approved_counts(app, make, formats, state):
    make(report(formats, account(), state=state, numerator=1, denominator=1))
    with app.test_request_context():
        assert measures.indicators([formats])[formats.id].evidence == ()


def test_before_saving_the_form_shows_where_the_indicator_would_go(staff, formats, dap):
    reporter = staff("RESPONSIBLE", office=dap)
    assert "Hoy: Sin denominador" in reporter.get(WRITE).text
    typed = TYPED | {"numerator": "2", "denominator": "3", "step": "ver"}
    page = post(reporter, WRITE, **typed)
    assert page.status_code == 200
    assert "Con este reporte aprobado: <b>2 de 3 (66,6\xa0%)</b>" in page.text
    assert "Dos reuniones con el Comité" in page.text
    assert db.session.query(ProgressReport).count() == 0


def test_a_report_of_a_task_that_is_measured_otherwise_says_that_it_moves_nothing(
    staff, make, reunions
):
    reunions.measure = None
    db.session.commit()
    page = staff("EDITOR").get(WRITE)
    assert "no mueve el indicador" in page.text
    assert "Aún sin medición" in page.text


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        pytest.param({"numerator": "4"}, "no pueden ser más que los que aplican", id="4 of 3"),
        pytest.param({"denominator": "501"}, "de 1 a 500", id="too many"),
        pytest.param({"denominator": "0"}, "de 1 a 500", id="of none"),
        pytest.param({"numerator": "-1"}, "de 0 a 500", id="less than none"),
        pytest.param({"numerator": "muchos"}, "de 0 a 500", id="not a number"),
        pytest.param({"numerator": "9" * 5000}, "de 0 a 500", id="an endless number"),
        pytest.param({"done_on": "2024-07-16"}, "enero de 2024 y hoy", id="tomorrow"),
        pytest.param({"done_on": "2023-12-31"}, "enero de 2024 y hoy", id="before the plan"),
        pytest.param({"done_on": "ayer"}, "Escriba la fecha completa", id="not a day"),
        pytest.param({"period_id": "5"}, "periodo de este plan", id="another plan's period"),
        pytest.param({"period_id": "9" * 30}, "periodo de este plan", id="an endless period"),
        pytest.param({"period_id": "uno"}, "Elija el periodo", id="no period at all"),
        pytest.param({"done_on": "2024-04-01"}, "va del 1 de enero", id="another quarter"),
        pytest.param({"title": ""}, "Escriba en una frase", id="no title"),
        pytest.param({"title": "x" * 201}, "hasta 200 letras", id="long title"),
    ],
)
def test_a_report_that_cannot_be_is_refused_and_stays_typed(staff, make, formats, wrong, sentence):
    make(plan(task(1), year=2025))
    typed = TYPED | {"numerator": "2", "denominator": "3", "notes": "Notas que no se pierden"}
    page = post(staff("EDITOR"), WRITE, **(typed | wrong))
    assert page.status_code == 422
    assert sentence in page.text
    assert "Not a valid" not in page.text
    assert "longer than" not in page.text
    assert "Notas que no se pierden" in page.text
    assert db.session.query(ProgressReport).count() == 0


def test_before_saving_the_form_keeps_to_the_same_rules(staff, formats):
    typed = TYPED | {"numerator": "4", "denominator": "3", "step": "ver"}
    page = post(staff("EDITOR"), WRITE, **typed)
    assert page.status_code == 422
    assert "no pueden ser más que los que aplican" in page.text
    assert "Con este reporte aprobado" not in page.text


def test_what_was_done_after_the_year_is_reported_in_its_last_period(staff, at, reunions):
    at(2025, 2, 10, 15)
    late = TYPED | {"done_on": "2025-02-03"}
    editor = staff("EDITOR")
    assert post(editor, WRITE, **late).status_code == 422
    assert post(editor, WRITE, **(late | {"period_id": "4"})).status_code == 302


def test_a_second_click_on_save_finds_the_draft_of_the_first(staff, reunions):
    editor = staff("EDITOR")
    first, second = (post(editor, WRITE, **TYPED) for _ in range(2))
    assert first.location == second.location
    assert db.session.query(ProgressReport).count() == 1
    assert post(editor, WRITE, **(TYPED | {"notes": "Es otra."})).location != first.location


def test_a_draft_can_be_thrown_away_with_its_files(staff, reunions):
    editor = staff("EDITOR")
    page = where(post(editor, WRITE, **TYPED))
    for _ in range(2):  # the second click keeps nothing more
        upload = {"file": (io.BytesIO(b"Acta"), "acta.txt"), "proof_title": "Acta"}
        upload["csrf_token"] = field(editor.get(page), "csrf_token")
        assert editor.post(f"{page}/archivos", data=upload).status_code == 302
    assert db.session.query(ReportFile).count() == 1
    assert where(post(editor, f"{page}/descartar", page)) == "/gestion/plan/2024/tareas/1.1"
    assert db.session.query(ProgressReport).count() == 0
    assert db.session.query(ReportFile).count() == 0
    assert acts()[-1] == "plan.report_discarded"


@pytest.mark.parametrize("state", [ReportState.SENT, ReportState.RETURNED, ReportState.APPROVED])
def test_what_was_sent_once_is_not_thrown_away(staff, make, reunions, state):
    make(report(reunions, account(), state=state))
    editor = staff("EDITOR")
    page = "/gestion/plan/reportes/1"
    assert "Descartar" not in editor.get(page).text
    assert post(editor, f"{page}/descartar", WRITE).status_code == 409
    assert db.session.query(ProgressReport).count() == 1


def test_who_reports_cannot_approve_the_same_report(staff, reunions):
    editor = staff("EDITOR")
    post(editor, WRITE, **TYPED)
    page = "/gestion/plan/reportes/1"
    post(editor, f"{page}/enviar", page)
    assert "Aprobar" not in editor.get(page).text
    shown = versions.of(db.session.get_one(ProgressReport, 1))
    refused = post(editor, f"{page}/aprobar", WRITE, shown=shown)
    assert refused.status_code == 409
    assert "no puede revisar su propio reporte" in refused.text
    assert db.session.get(ProgressReport, 1).state is ReportState.SENT


def test_a_returned_report_says_why_and_can_be_corrected(staff, reunions, dap):
    reporter, editor = staff("RESPONSIBLE", office=dap), staff("EDITOR")
    post(reporter, WRITE, **TYPED)
    page = "/gestion/plan/reportes/1"
    post(reporter, f"{page}/enviar", page)
    assert post(reporter, f"{page}/editar", **TYPED).status_code == 409
    post(editor, f"{page}/devolver", reason="Falta el acta.")
    assert "Falta el acta." in reporter.get(page).text
    assert "Falta el acta." in reporter.get("/gestion/plan").text
    changed = post(reporter, f"{page}/editar", **(TYPED | {"title": "Con acta"}))
    assert changed.status_code == 302
    post(reporter, f"{page}/enviar", page)
    post(editor, f"{page}/aprobar", page)
    approved = db.session.get(ProgressReport, 1)
    assert (approved.state, approved.title) == (ReportState.APPROVED, "Con acta")


def test_an_approved_report_cannot_be_changed_but_it_can_be_returned(client, staff, make, reunions):
    make(report(reunions, account()))
    editor = staff("EDITOR")
    page = "/gestion/plan/reportes/1"
    refused = post(editor, f"{page}/editar", **TYPED)
    assert refused.status_code == 409
    assert "Aprobado" in refused.text
    assert "1 de 2" in client.get("/plan/tareas/1.1").text
    post(editor, f"{page}/devolver", reason="Se contó dos veces.")
    assert "0 de 2" in client.get("/plan/tareas/1.1").text


def test_a_second_click_on_approve_is_told_that_it_is_done(staff, make, reunions):
    make(report(reunions, account(), state=ReportState.SENT))
    editor = staff("EDITOR")
    page = "/gestion/plan/reportes/1"
    assert post(editor, f"{page}/aprobar", page).status_code == 302
    again = post(editor, f"{page}/aprobar", WRITE)
    assert again.status_code == 409
    assert "lo último lo hizo" in again.text
    assert acts() == ["plan.report_approved"]


@pytest.mark.parametrize("act", ["enviar", "aprobar", "devolver", "editar", "archivos"])
def test_a_closed_period_fixes_its_reports(staff, make, at, reunions, act):
    state = ReportState.SENT if act in {"aprobar", "devolver"} else ReportState.DRAFT
    made = make(report(reunions, account(), state=state))
    made.period.closed_at = at(2024, 7, 15)
    db.session.commit()
    proof = {"file": (io.BytesIO(b"hola"), "a.txt"), "proof_title": "Acta"}
    typed = {"reason": "x", **TYPED, **proof}
    editor = staff("EDITOR")
    token = field(editor.get("/gestion/plan/reportes/1/devolver"), "csrf_token")
    path = f"/gestion/plan/reportes/1/{act}"
    answer = editor.post(
        path, data=typed | {"csrf_token": token}, content_type="multipart/form-data"
    )
    assert answer.status_code in {409, 422}
    assert acts() == []
    assert db.session.get(ProgressReport, 1).state is state


def test_no_report_begins_in_a_closed_period(staff, at, reunions):
    db.session.get(Period, 1).closed_at = at(2024, 7, 15)
    db.session.commit()
    editor = staff("EDITOR")
    assert "Primer trimestre" not in editor.get(WRITE).text
    assert post(editor, WRITE, **TYPED).status_code == 422
    assert db.session.query(ProgressReport).count() == 0


def test_a_proof_is_public_once_its_report_is_approved(client, staff, reunions, dap):
    reporter, editor = staff("RESPONSIBLE", office=dap), staff("EDITOR")
    post(reporter, WRITE, **TYPED)
    page = "/gestion/plan/reportes/1"
    upload = {"file": (io.BytesIO(b"Acta de la mesa"), "acta.txt"), "proof_title": "Acta de marzo"}
    token = field(reporter.get(page), "csrf_token")
    answer = reporter.post(f"{page}/archivos", data=upload | {"csrf_token": token})
    assert answer.status_code == 302
    assert client.get("/plan/archivos/1").status_code == 404
    post(reporter, f"{page}/enviar", page)
    post(editor, f"{page}/aprobar", page)
    assert "Acta de marzo" in client.get("/plan/tareas/1.1").text
    with client.get("/plan/archivos/1") as file:
        assert file.data == b"Acta de la mesa"
        assert file.headers["Content-Disposition"].startswith("attachment")


def test_a_file_of_another_kind_is_refused_in_words(staff, reunions, make):
    make(report(reunions, account(), state=ReportState.DRAFT))
    editor = staff("EDITOR")
    page = "/gestion/plan/reportes/1"
    token = field(editor.get(page), "csrf_token")
    upload = {"file": (io.BytesIO(b"<svg onload=x>"), "a.svg"), "proof_title": "Dibujo"}
    refused = editor.post(f"{page}/archivos", data=upload | {"csrf_token": token})
    assert refused.status_code == 422
    assert "Hay un problema" in refused.text
    assert db.session.query(ReportFile).count() == 0


def test_a_proof_can_be_taken_out_of_a_draft(staff, reunions, make):
    make(report(reunions, account(), state=ReportState.DRAFT))
    editor = staff("EDITOR")
    page = "/gestion/plan/reportes/1"
    token = field(editor.get(page), "csrf_token")
    upload = {"file": (io.BytesIO(b"Acta"), "acta.txt"), "proof_title": "Acta"}
    editor.post(f"{page}/archivos", data=upload | {"csrf_token": token})
    with editor.get("/gestion/plan/archivos/1") as file:
        assert file.data == b"Acta"
    assert post(editor, "/gestion/plan/archivos/1/quitar", page).status_code == 302
    assert db.session.query(ReportFile).count() == 0
    assert acts() == ["plan.proof_attached", "plan.proof_detached"]


def test_another_office_does_not_even_learn_that_the_report_exists(staff, make, reunions):
    make(report(reunions, account(), state=ReportState.DRAFT))
    other = staff("RESPONSIBLE", office=make(office("prensa", "Comunicaciones")))
    token = field(other.get("/gestion/plan"), "csrf_token")
    assert "Tarea de prueba" not in other.get("/gestion/plan").text
    for path in ("/gestion/plan/2024/tareas/1.1", WRITE, "/gestion/plan/reportes/1"):
        assert other.get(path).status_code == 404
    for act in ("enviar", "editar", "archivos"):
        answer = other.post(f"/gestion/plan/reportes/1/{act}", data={"csrf_token": token})
        assert answer.status_code == 404
    assert "Reunión hecha" not in other.get("/gestion/plan/reportes?estado=borrador").text


def test_a_list_of_reports_shows_one_state(staff, make, reunions, dap):
    make(report(reunions, account(), state=ReportState.SENT, title="Espera"))
    editor = staff("EDITOR")
    assert "Espera" in editor.get("/gestion/plan/reportes").text
    assert "Espera" in staff("RESPONSIBLE", office=dap).get("/gestion/plan/reportes").text
    assert "Espera" not in editor.get("/gestion/plan/reportes?estado=borrador").text


def test_the_fifty_first_report_stands_on_the_second_page(staff, make, reunions):
    ana = make(account())
    for place in range(1, 52):
        make(report(reunions, ana, title=f"Hecho {place:02}"))
    editor = staff("EDITOR")
    page = "/gestion/plan/reportes?estado=aprobado"
    first, second = editor.get(page).text, editor.get(f"{page}&pagina=2").text
    assert ("Hecho 51" in first, "Hecho 01" in first) == (True, False)  # the newest first
    assert "Hecho 01" in second


def test_the_words_of_an_indicator_never_invent_a_number():
    assert board.indicator_text(None) == "Aún sin medición"


def test_two_reports_add_up(client, formats, make):
    ana = make(account())
    make(report(formats, ana, numerator=1, denominator=2))
    make(report(formats, ana, numerator=1, denominator=1, done_on=date(2024, 5, 1)))
    exported = client.get("/plan.json").json["actions"][0]["tasks"][0]
    assert (exported["numerator"], exported["denominator"]) == (2, 3)


LIST = "/gestion/plan/reportes"


@pytest.fixture
def six(make, reunions):
    """Reports of a colleague that wait for their review."""
    author = make(account("luz@ejemplo.org"))
    titles = [f"Reunión {number}" for number in range(6)]
    return [make(report(reunions, author, title=one, state=ReportState.SENT)) for one in titles]


def ticks(page) -> list[str]:
    return re.findall(r'name="chosen" value="([^"]+)"', page.text)


def states(six) -> list[ReportState]:
    db.session.expire_all()
    return [one.state for one in six]


def test_many_reports_are_approved_or_returned_on_one_page(staff, six):
    editor = staff("EDITOR")
    page = editor.get(f"{LIST}?orden=reporte")
    assert len(ticks(page)) == 6
    token = {"csrf_token": field(page, "csrf_token")}
    approved = {"chosen": ticks(page)[:4], "verdict": "approve"}
    done = editor.post(f"{LIST}?orden=reporte", data=token | approved)
    assert where(done) == LIST
    assert "<p>Guardó la revisión de los reportes.</p>" in editor.get(done.location).text
    lacking = editor.post(LIST, data=token | {"chosen": ticks(page)[4:], "verdict": "return"})
    assert (lacking.status_code, "Escriba por qué se devuelven." in lacking.text) == (422, True)
    returned = {"chosen": ticks(page)[4:], "verdict": "return", "reason": "Falta el acta."}
    assert editor.post(LIST, data=token | returned).status_code == 302
    assert states(six) == [ReportState.APPROVED] * 4 + [ReportState.RETURNED] * 2
    assert six[5].returned_because == "Falta el acta."


def test_a_report_that_changed_meanwhile_stops_the_review_of_all(staff, six):
    editor, colleague = staff("EDITOR"), staff("EDITOR")
    page = editor.get(f"{LIST}?orden=reporte")
    post(colleague, f"{LIST}/{six[1].id}/devolver", reason="Falta el acta.")
    sent = {"csrf_token": field(page, "csrf_token"), "chosen": ticks(page), "verdict": "approve"}
    refused = editor.post(LIST, data=sent)
    assert refused.status_code == 422
    assert "No se revisó ninguno. «Reunión 1»:" in refused.text
    assert (
        f"{colleague.account.email}: «Devolvió un reporte». Motivo: Falta el acta." in refused.text
    )
    assert ReportState.APPROVED not in states(six)


@pytest.mark.parametrize("tick", ["", "1", "999-abc", "x-y", "1-abc-2"])
def test_a_tick_that_nobody_made_reviews_nothing(staff, six, tick):
    editor = staff("EDITOR")
    token = field(editor.get(LIST), "csrf_token")
    answer = editor.post(LIST, data={"csrf_token": token, "chosen": [tick], "verdict": "approve"})
    assert answer.status_code in {404, 422}
    assert states(six) == [ReportState.SENT] * 6


def test_nobody_is_offered_the_review_of_the_own_reports(staff, six, make, reunions):
    editor = staff("EDITOR")
    make(report(reunions, editor.account, title="Mía", state=ReportState.SENT))
    assert len(ticks(editor.get(LIST))) == 6
    assert ticks(staff("READER").get(LIST)) == []


def test_the_title_of_a_proof_is_not_lost_when_the_report_was_sent_meanwhile(staff, reunions, dap):
    reporter = staff("RESPONSIBLE", office=dap)
    post(reporter, WRITE, **TYPED)
    page = "/gestion/plan/reportes/1"
    token = field(reporter.get(page), "csrf_token")
    post(reporter, f"{page}/enviar", page)
    proof = (io.BytesIO(b"%PDF-1.4 x"), "acta.pdf")
    typed = {"csrf_token": token, "proof_title": "Acta de la reunión de marzo", "file": proof}
    refused = reporter.post(f"{page}/archivos", data=typed)
    assert refused.status_code == 422
    assert "Acta de la reunión de marzo" in refused.text
