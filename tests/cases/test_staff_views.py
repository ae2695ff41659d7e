"""The staff assigns a question, answers it and publishes the answer."""

from datetime import timedelta

from participa.core import audit, clock
from participa.core.audit import AuditEntry
from participa.core.db import db
from tests.cases.builders import question
from tests.plan.builders import office
from tests.topics.builders import CODE, call
from tests.visitor import field, where

LIST = f"/gestion/temas/{CODE}/preguntas"


def of(case):
    return f"/gestion/radicados/{case.id}"


def post(visitor, address, **values):
    token = field(visitor.get(address), "csrf_token")
    return visitor.post(address, data={"csrf_token": token} | values)


def test_a_question_gets_an_office_an_answer_and_a_public_place(staff, client, make, at):
    """RDC-04."""
    at(2026, 11, 10, 15)
    made = make(call())
    health = make(office("salud", "Secretaría de Salud"))
    case = make(question(made, filed_on=clock.today() - timedelta(days=30)))
    editor = staff("EDITOR")
    page = editor.get(LIST).text
    assert "Vencida" in page
    assert f'href="{of(case)}"' in page
    refused = post(editor, of(case), office="0", answer="En enero.")
    assert "Diga primero qué dependencia responde." in refused.text
    answered = post(editor, of(case), office=str(health.id), answer="En enero.")
    assert where(answered) == LIST
    public = f"/temas/{CODE}/resultados"
    assert "¿Cuándo abre?" not in client.get(public).text
    assert "¿Cuándo abre?" not in client.get("/respuestas").text
    post(editor, of(case), office=str(health.id), answer="En enero.", published="y")
    text = client.get(public).text
    assert "¿Cuándo abre?" in text
    assert "Responde Secretaría de Salud, 10 de noviembre de 2026" in text
    assert "Respondida fuera de término" in editor.get(LIST).text
    library = client.get("/respuestas").text
    assert "Secretaría de Salud, 10 de noviembre de 2026." in library
    assert f'Llegó por <a href="{public}">{made.title}</a>' in library


def test_an_answer_is_hidden_again_and_each_act_stands_in_the_trail(staff, client, make):
    health = make(office("salud", "Secretaría de Salud"))
    case = make(question(make(call())))
    editor = staff("EDITOR")
    post(editor, of(case), office=str(health.id), answer="En enero.", published="y")
    post(editor, of(case), office=str(health.id), answer="En enero.")
    assert "¿Cuándo abre?" not in client.get("/respuestas").text
    page = staff("ADMINISTRATOR").get("/gestion/registro").text
    for words in ("Asignó un radicado", "Respondió un radicado", "Ocultó la respuesta"):
        assert words in page
    assert f"Radicado {case.id}" in page


def test_a_trail_of_questions_from_before_still_reads_well(staff, app):
    audit.record("topics.question_answered", "Question:5", "ana@ejemplo.org")
    db.session.commit()
    chief = staff("ADMINISTRATOR")
    page = chief.get("/gestion/registro?subject=pregunta+5").text
    assert "Respondió una pregunta" in page
    assert "Pregunta 5" in page


def test_an_office_finds_the_questions_that_others_gave_it(staff, make):
    mine, other = make(office("dap", "Planeación")), make(office("salud", "Salud"))
    made = make(call(office_id=other.id))
    rosa = staff("RESPONSIBLE", mine)
    assert rosa.get(LIST).status_code == 404
    given = make(question(made, text="¿Para Planeación?", office=mine))
    foreign = make(question(made, "B" * 12, "¿Para Salud?", office=other))
    page = rosa.get(LIST).text
    assert "¿Para Planeación?" in page
    assert "¿Para Salud?" not in page
    assert rosa.get(of(given)).status_code == 200
    assert rosa.get(of(foreign)).status_code == 404
    today = rosa.get("/gestion").text
    assert "¿Para Planeación?" in today
    assert "¿Para Salud?" not in today


def test_the_office_of_a_call_answers_what_nobody_was_given(staff, make):
    mine = make(office("dap", "Planeación"))
    case = make(question(make(call(office_id=mine.id))))
    rosa = staff("RESPONSIBLE", mine)
    assert "¿Cuándo abre?" in rosa.get("/gestion").text
    assert rosa.get(of(case)).status_code == 200


def test_the_address_of_a_question_from_before_leads_to_its_case(staff, client, make):
    mine, other = make(office("dap", "Planeación")), make(office("salud", "Salud"))
    case = make(question(make(call(office_id=mine.id)), id=5))
    old = "/gestion/temas/preguntas/5"
    moved = staff("RESPONSIBLE", mine).get(old)
    assert (moved.status_code, moved.location) == (308, of(case))
    assert staff("RESPONSIBLE", other).get(old).status_code == 404
    assert staff("READER").get(old).status_code == 403
    assert "/gestion/entrar" in client.get(old).location


def test_an_answer_sent_to_the_address_from_before_is_stored(staff, make):
    health = make(office("salud", "Secretaría de Salud"))
    case = make(question(make(call()), id=5))
    editor = staff("EDITOR")
    token = field(editor.get(of(case)), "csrf_token")
    sent = {"csrf_token": token, "office": str(health.id), "answer": "En enero."}
    moved = editor.post("/gestion/temas/preguntas/5", data=sent)
    assert (moved.status_code, moved.location) == (308, of(case))  # a browser sends the body again
    editor.post(moved.location, data=sent)
    assert "Respondida a tiempo" in editor.get(LIST).text
    actions = [entry.action for entry in db.session.query(AuditEntry).order_by(AuditEntry.number)]
    assert actions == ["cases.assigned", "cases.answered"]


def test_the_sentence_after_saving_tells_what_happened(staff, make):
    health = make(office("salud", "Secretaría de Salud"))
    case = make(question(make(call())))
    editor = staff("EDITOR")

    def said(**values) -> str:
        page = editor.get(post(editor, of(case), office=str(health.id), **values).location).text
        return page.partition('role="status"><p>')[2].partition("</p>")[0]

    assert said(answer="") == "Usted asignó la dependencia que responde."
    assert said(answer="") == "No había nada nuevo que guardar: todo sigue como estaba."
    assert said(answer="En enero.") == "Usted guardó la respuesta."
    both = "Usted guardó la respuesta y publicó la pregunta y la respuesta."
    assert said(answer="En mayo.", published="y") == both
    hidden = "Usted dejó de publicar la pregunta y la respuesta."
    assert said(answer="En mayo.") == hidden


def test_a_question_is_published_without_the_name_and_the_staff_keep_the_original(
    staff, client, make
):
    health = make(office("salud", "Secretaría de Salud"))
    case = make(question(make(call()), text="Soy Rosa Pérez. ¿Cuándo abre?"))
    editor = staff("EDITOR")
    assert "Quite nombres, documentos y teléfonos." in editor.get(of(case)).text
    typed = {"office": str(health.id), "answer": "En enero.", "published": "y"}
    post(editor, of(case), **typed, public_text="¿Cuándo abre?")
    for address in (f"/temas/{CODE}/resultados", "/respuestas"):
        page = client.get(address).text
        assert "¿Cuándo abre?" in page
        assert "Rosa" not in page
    assert "Rosa" in editor.get(of(case)).text
    post(editor, of(case), **typed)  # a blank text leaves it as it is
    assert case.shown_text == "¿Cuándo abre?"
    trail = staff("ADMINISTRATOR").get("/gestion/registro").text
    assert "Cambió el texto público de una pregunta" in trail
    assert "Rosa" not in trail


def test_what_may_name_somebody_is_marked_for_whoever_answers(staff, make):
    make(office("salud", "Secretaría de Salud"))
    text = "Soy Rosa Pérez, mi celular es 300 123 4567. ¿Cuándo abre?"
    case = make(question(make(call()), text=text))
    editor = staff("EDITOR")
    page = editor.get(of(case)).text
    assert '<mark title="un nombre">Rosa Pérez' in page
    assert '<mark title="un teléfono">300 123 4567' in page
    assert "parece tener un nombre y un teléfono" in page
    post(editor, of(case), office="0", public_text="¿Cuándo abre?")
    page = editor.get(of(case)).text
    assert "parece tener" not in page
    assert '<mark title="un nombre">Rosa Pérez' in page
