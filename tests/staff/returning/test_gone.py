"""Saving onto what a colleague has removed: who did it, what was typed, and where to go on."""

import pytest

from participa.ballots.models import BoxKind
from participa.core.db import db
from participa.plan.models import ReportState
from tests.ballots import city
from tests.filling import Forms
from tests.plan.builders import account, plan, report, task

pytestmark = pytest.mark.one_engine
TYPED = "¿Se arregla el parque de la esquina?"


def form_of(visitor, address: str, part: str, at: str = "") -> dict[str, str]:
    """What a browser would send for the form of this page with this field or this address."""
    for form in Forms(visitor.get(at or address).text, at or address).forms:
        if part in {control.name for control in form.controls} or form.action.endswith(part):
            return dict(form.as_it_stands())
    raise AssertionError(f"no form with {part} at {address}")


@pytest.fixture
def box(app):
    return city.draft(BoxKind.CODES)


@pytest.fixture
def draft_report(app):
    kept = plan(task())
    db.session.add(kept)
    author = account("luz@ejemplo.org")
    made = report(kept.actions[0].tasks[0], author, state=ReportState.DRAFT)
    db.session.add(made)
    db.session.commit()
    return made


def test_a_question_that_a_colleague_removed_gives_its_text_back(staff, box):
    questions = f"/gestion/urnas/{box.uuid}/preguntas"
    address = f"{questions}/{box.box.questions[0].id}"
    first, second = staff("EDITOR"), staff("EDITOR")
    sent = form_of(second, address, "text") | {"text": TYPED}
    first.post(f"{address}/quitar", data=form_of(first, address, "/quitar", questions))
    page = second.post(address, data=sent)
    assert page.status_code == 410
    assert "<h1>Eso ya no está</h1>" in page.text
    assert TYPED in page.text
    assert f"{first.account.email}: «Quitó una pregunta de la urna»" in page.text
    assert f'<a class="button" href="{questions}">' in page.text


@pytest.mark.parametrize("page", ["cambiar", "preguntas/nueva"])
def test_a_box_that_a_colleague_discarded_gives_the_text_back(staff, box, page):
    address, uuid = f"/gestion/urnas/{box.uuid}/{page}", box.uuid
    name = "text" if page == "preguntas/nueva" else "why"
    first, second = staff("EDITOR"), staff("EDITOR")
    sent = form_of(second, address, name) | {name: TYPED}
    gone = f"/gestion/urnas/{uuid}/descartar"
    first.post(gone, data=form_of(first, gone, "typed") | {"typed": box.box.title})
    page = second.post(address, data=sent)
    assert page.status_code == 410
    assert TYPED in page.text
    assert f"{first.account.email}: «Descartó el borrador de una urna»" in page.text
    assert '<a class="button" href="/gestion/urnas">Ir a Urnas</a>' in page.text


def test_a_draft_report_that_was_discarded_gives_the_text_back(staff, draft_report):
    show = f"/gestion/plan/reportes/{draft_report.id}"
    first, second = staff("EDITOR"), staff("EDITOR")
    sent = form_of(second, f"{show}/editar", "notes") | {"notes": TYPED}
    discard = form_of(first, f"{show}/descartar", "/descartar", show)
    assert first.post(f"{show}/descartar", data=discard).status_code == 302
    page = second.post(f"{show}/editar", data=sent)
    assert page.status_code == 410
    assert "<dt>Notas</dt>" in page.text or TYPED in page.text
    assert f"{first.account.email}: «Descartó el borrador de un reporte»" in page.text
    again = first.post(f"{show}/descartar", data=discard)
    assert again.status_code == 410
    assert "usted: «Descartó el borrador de un reporte». Si era eso, ya está hecho." in again.text


def test_a_forged_page_names_nobody_and_still_gives_the_text_back(staff, box):
    address = f"/gestion/urnas/{box.uuid}/preguntas/999999"
    visitor = staff("EDITOR")
    sent = form_of(visitor, f"/gestion/urnas/{box.uuid}/preguntas/nueva", "text")
    page = visitor.post(address, data=sent | {"text": TYPED, "about": "forjado"})
    assert page.status_code == 404
    assert TYPED in page.text
    assert "«" not in page.text.partition("<main")[2].partition("<dl")[0]


def test_nothing_is_shown_to_who_only_looks(staff):
    assert "No encontramos esta página" in staff("EDITOR").get("/gestion/urnas/nada").text
