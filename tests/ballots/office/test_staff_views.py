"""The staff makes a box, looks after it, and takes away what everybody may see."""

import csv
import io
import re

import pytest

from participa.ballots.lifecycle import opening, service
from participa.ballots.models import BallotBox, BoxKind, BoxState
from participa.ballots.results import counting
from participa.ballots.voting import open_consultation
from participa.core import clock, codes
from participa.core.audit import AuditEntry
from participa.core.db import db
from participa.core.links import ShortLink
from tests.ballots import city
from tests.plan.builders import office, plan, task
from tests.staff.people import post
from tests.visitor import field

pytestmark = pytest.mark.one_engine

NEW = "/gestion/urnas/nueva"
PARTS = (
    "",
    "/vista",
    "/preguntas",
    "/tarjetas",
    "/padron",
    "/custodios",
    "/cartel",
    "/proyectar",
    "/proyectar.json",
    "/qr.svg",
    "/avance.json",
)
ACTS = (
    "/cambiar",
    "/descartar",
    "/preguntas/nueva",
    "/tarjetas/anular",
    "/tarjetas/entregadas",
    "/padron/subir",
    "/custodios/agregar",
    "/custodios/partes",
    "/abrir",
    "/papel",
)


@pytest.fixture
def the_task(make):
    made = plan(task(1, measure="ballots.working"))
    made.actions[0].number = 4  # its only task is 4.1
    return make(made).actions[0].tasks[0]


def asked(page, **others):
    """The smallest form that makes a box with codes, as a browser sends it."""
    sent = {
        "csrf_token": field(page, "csrf_token"),
        "kind": "CODES",
        "title": "¿Qué parque se arregla primero?",
        "used_by": "la Secretaría de Infraestructura",
        "closes_at": "2030-11-30T17:00",
        "expected_ballots": "12",
        "policy": "once",
        "below_minimum": "END",
        "office": "0",
    }
    return sent | others


def only_box() -> BallotBox:
    return db.session.query(BallotBox).one()


def address(box) -> str:
    return f"/gestion/urnas/{box.uuid}"


def actions() -> list[str]:
    return [entry.action for entry in db.session.query(AuditEntry).order_by(AuditEntry.number)]


# ---- what changes after the opening


def test_an_explanation_that_changes_says_in_public_what_it_was(staff, client, app):
    made = city.opened(BoxKind.CODES, why="Se decide en enero.")
    record = client.get(f"/urna/{made.uuid}/eleccion.json").data
    editor = staff("EDITOR")
    for why in ("Se decide en febrero.", "Se decide en febrero.", ""):
        post(editor, f"{address(made.box)}/cambiar", why=why, opened="1")
    for page in (f"/urna/{made.uuid}", f"/urna/{made.uuid}/acta"):
        text = client.get(page).text
        assert text.count("Esta explicación cambió el") == 2
        for told in ("Antes decía: Se decide en enero.", "Antes decía: Se decide en febrero."):
            assert told in text
    assert client.get(f"/urna/{made.uuid}/eleccion.json").data == record


def test_without_a_second_factor_nobody_changes_the_explanation(staff, app):
    made = city.opened(BoxKind.CODES, why="Se decide en enero.")
    plain = staff("EDITOR", tf_primary_method=None)
    page = f"{address(made.box)}/cambiar"
    assert "Active el segundo paso en su cuenta." in plain.get(page).text
    assert "</textarea>" not in plain.get(page).text


# ---- making one


def test_a_box_has_its_list_of_places(staff, the_task):
    editor = staff("EDITOR")
    typed = " Teatro \r\n\r\nPuesto  de votación: Plaza\r\nTeatro"
    editor.post(NEW, data=asked(editor.get(NEW), places=typed))
    assert only_box().places == ["Teatro", "Puesto de votación: Plaza"]
    shown = editor.get(f"{address(only_box())}/tarjetas/hacer").text
    for place in ("Varios lugares", *only_box().places):
        assert re.search(f"<option[^>]*>{place}", shown)
    long = asked(editor.get(NEW), places="x" * 81)
    refused = editor.post(NEW, data=long)
    assert refused.status_code == 422
    assert "Ponga hasta 60 lugares, cada uno de hasta 80 letras." in refused.text


def test_an_editor_makes_a_box_in_a_minute(staff, client, the_task):
    editor = staff("EDITOR")
    page = editor.get(NEW)
    assert f'name="tasks" id="tasks-0" value="{the_task.id}" checked' in page.text
    made = editor.post(NEW, data=asked(page, tasks=str(the_task.id), variables=["curso_vida"]))
    assert made.status_code == 302
    box = only_box()
    assert (box.kind, box.state, box.takes_last) == (BoxKind.CODES, BoxState.DRAFT, False)
    assert clock.local(box.closes_at).isoformat() == "2030-11-30T17:00:00-05:00"
    assert box.tasks == [the_task]
    assert box.variables == ["curso_vida"]
    assert db.session.get(ShortLink, box.code).path == f"/urna/{box.uuid}"
    assert "Escribir las preguntas" in editor.get(made.location).text
    assert actions() == ["ballots.created"]


def test_what_belongs_to_another_kind_is_passed_over(staff, the_task):
    """The sheet hides it, and whoever changes the kind halfway is not refused for it."""
    editor = staff("EDITOR")
    told = {"shows_live": "y", "registrar": "Personería", "policy": "last"}
    editor.post(NEW, data=asked(editor.get(NEW), kind="OPEN", **told))
    box = only_box()
    assert (box.shows_live, box.registrar, box.takes_last) == (True, "", False)
    page = editor.get(f"{address(box)}/cambiar")
    editor.post(f"{address(box)}/cambiar", data=asked(page, kind="CODES", **told))
    box = only_box()
    assert (box.shows_live, box.registrar, box.takes_last) == (False, "", True)


def test_what_happens_with_few_votes_is_chosen_and_told_before_the_opening(staff, the_task):
    editor = staff("EDITOR")
    form = editor.get(NEW)
    assert "Con menos de 10 no se abre nada" in form.text
    assert "en una urna con tarjetas el archivo es público" in form.text
    few = {"below_minimum": "EXTEND", "extra_days": "7"}
    made = editor.post(NEW, data=asked(form, **few))
    box = only_box()
    assert (box.below_minimum.name, box.extra_days) == ("EXTEND", 7)
    rule = (
        "Si en su fecha de cierre hay menos de 10 votos, recibe más durante 7 días, una sola vez."
    )
    assert rule in editor.get(made.location).text
    assert rule in editor.get(f"{address(box)}/vista").text
    page = editor.get(f"{address(box)}/cambiar")
    assert 'name="extra_days" value="7"' in page.text
    editor.post(f"{address(box)}/cambiar", data=asked(page, shown=field(page, "shown")))
    assert (only_box().below_minimum.name, only_box().extra_days) == ("END", None)


@pytest.mark.parametrize(
    ("others", "sentence"),
    [
        ({"title": ""}, "Escriba el título que verá la gente."),
        ({"title": "¿" * 201}, "Use hasta 200 letras."),
        ({"kind": "SECRET"}, "Elija una de las tres clases."),
        ({"kind": ""}, "Elija una de las tres clases."),
        ({"closes_at": "mañana"}, "Escriba fecha y hora así"),
        ({"closes_at": "9999-12-31T23:59"}, "Escriba un año entre 2000 y 2100."),
        ({"opens_at": "2031-01-01T00:00"}, "El cierre debe ser después de la apertura."),
        ({"expected_ballots": "muchos"}, "Escriba un número"),
        ({"expected_ballots": "-3"}, "Escriba un número entero, desde 0."),
        ({"expected_ballots": "9" * 30}, "Escriba un número"),
        ({"tasks": ["987"]}, "Elija opciones de la lista."),
        ({"variables": ["cedula"]}, "Elija opciones de la lista."),
        ({"office": "55"}, "Elija una dependencia de la lista."),
        ({"below_minimum": "LUEGO"}, "Elija qué pasa si llegan pocos votos."),
        ({"below_minimum": "EXTEND"}, "Escriba cuántos días, de 1 a 30."),
        ({"below_minimum": "EXTEND", "extra_days": "31"}, "Escriba cuántos días, de 1 a 30."),
        ({"below_minimum": "MERGE", "allows_paper": "y"}, "En una urna con tarjetas no se puede"),
        ({"below_minimum": "MERGE", "kind": "OPEN"}, "reciba también votos en papel."),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, dict) else "",
)
def test_a_box_that_cannot_be_says_why_and_keeps_what_was_typed(staff, app, others, sentence):
    editor = staff("EDITOR")
    page = editor.post(NEW, data=asked(editor.get(NEW), why="Para la audiencia") | others)
    assert page.status_code == 422
    assert sentence in page.text
    assert "Para la audiencia</textarea>" in page.text
    assert "la Secretaría de Infraestructura" in page.text
    assert db.session.query(BallotBox).count() == 0


def test_a_change_that_cannot_be_is_refused_as_a_new_box_would_be(staff, app):
    made = city.draft(BoxKind.CODES)
    editor = staff("EDITOR")
    sent = asked(editor.get(f"{address(made.box)}/cambiar"), opens_at="2031-01-01T00:00")
    page = editor.post(f"{address(made.box)}/cambiar", data=sent)
    assert page.status_code == 422
    assert "El cierre debe ser después de la apertura." in page.text
    assert 'value="2031-01-01T00:00"' in page.text


def test_a_box_changes_until_it_opens_and_then_only_its_explanation(staff, the_task):
    made = city.draft(BoxKind.CODES)
    editor = staff("EDITOR")
    page = editor.get(f"{address(made.box)}/cambiar")
    assert made.box.title in page.text
    sent = asked(page, title="Otro título", tasks=str(the_task.id))
    assert editor.post(f"{address(made.box)}/cambiar", data=sent).status_code == 302
    assert only_box().title == "Otro título"
    made = city.opened(BoxKind.OPEN, uuid="AbierTa1111111")
    page = editor.get(f"{address(made.box)}/cambiar")
    assert "La urna ya abrió." in page.text
    assert 'name="title"' not in page.text
    post(editor, f"{address(made.box)}/cambiar", why="Se aplaza la audiencia.", opened="1")
    assert db.session.get(BallotBox, made.id).why == "Se aplaza la audiencia."


def test_a_draft_keeps_its_task_and_office_when_a_word_changes_in_another_year(
    staff, make, at, the_task
):
    at(2026, 11, 20, 15)
    gone = make(office("gerencia", "Gerencia que ya no existe", retired_at=clock.now()))
    coming = plan(task(1, measure="ballots.working"), year=2026)
    coming.actions[0].number = 4
    make(coming)
    editor = staff("EDITOR")
    page = editor.get(NEW)
    assert re.findall(r'name="tasks"[^>]*value="(\d+)" checked', page.text) == [
        str(coming.actions[0].tasks[0].id)
    ]
    assert gone.name not in page.text
    box = service.create(None, BoxKind.OPEN, [the_task], title="¿Qué sigue?", office_id=gone.id)
    db.session.commit()
    page = editor.get(f"{address(box)}/cambiar").text
    assert re.findall(r'name="tasks"[^>]*value="(\d+)" checked', page) == [str(the_task.id)]
    assert re.search(rf'value="{gone.id}" selected>{gone.name}', page)


def test_who_changes_a_draft_that_opens_meanwhile_is_told_and_loses_nothing(staff, app):
    made = city.draft(BoxKind.OPEN)
    editor = staff("EDITOR")
    sent = asked(editor.get(f"{address(made.box)}/cambiar"), title="Otro", why="Nuevo porqué")
    opening.open_box(made.box, city.officials()[0])
    db.session.commit()
    page = editor.post(f"{address(made.box)}/cambiar", data=sent)
    assert page.status_code == 422
    assert "La urna abrió mientras usted la cambiaba." in page.text
    assert "Nuevo porqué</textarea>" in page.text
    assert only_box().title == "Gestión de 2024"


def test_another_kind_is_refused_when_there_are_cards_already(staff, app):
    made = city.draft(BoxKind.CODES)
    editor = staff("EDITOR")
    sent = asked(editor.get(f"{address(made.box)}/cambiar"), kind="OPEN")
    page = editor.post(f"{address(made.box)}/cambiar", data=sent)
    assert page.status_code == 422
    assert "Esta urna ya tiene tarjetas o custodios de otra clase." in page.text


def test_a_draft_is_thrown_away_by_who_types_its_title(staff, app):
    made = city.draft(BoxKind.CODES)
    editor = staff("EDITOR")
    page = post(editor, f"{address(made.box)}/descartar", typed="Gestión de 2023")
    assert page.status_code == 422
    assert "Ese no es el título de esta urna." in page.text
    assert 'value="Gestión de 2023"' in page.text
    assert (
        post(editor, f"{address(made.box)}/descartar", typed="gestión de 2024").status_code == 302
    )
    assert db.session.query(BallotBox).count() == 0
    assert actions()[-1] == "ballots.discarded"


def test_a_box_that_opened_stays_for_ever(staff, app):
    made = city.opened(BoxKind.OPEN)
    editor = staff("EDITOR")
    assert "Queda para siempre" in editor.get(f"{address(made.box)}/descartar").text
    page = post(editor, address(made.box), f"{address(made.box)}/descartar", typed=made.box.title)
    assert page.status_code == 409
    assert db.session.query(BallotBox).count() == 1


# ---- looking after it


def test_an_empty_list_says_what_a_box_is_and_offers_the_first_one(staff, app):
    page = staff("EDITOR").get("/gestion/urnas").text
    assert "Aún no hay ninguna." in page
    assert "Crear la primera" in page
    assert "Crear la primera" not in staff("READER").get("/gestion/urnas").text


def test_the_list_tells_state_and_how_many_and_never_what(staff, app):
    made = city.opened(BoxKind.CODES)
    made.cast(0, {0})
    page = staff("READER").get("/gestion/urnas").text
    assert "Gestión de 2024" in page
    assert "Abierta" in page
    assert '<td class="number" data-label="Votos">1</td>' in page


def test_the_page_of_a_box_has_one_next_step_and_the_same_bar_as_every_object(staff, app):
    made = city.draft(BoxKind.CODES)
    page = staff("EDITOR").get(address(made.box)).text
    assert page.count('<a class="button" href') == 1
    assert "Pedir la apertura" in page
    for words in ("Ver como ciudadano", "Copiar enlace", "QR (SVG)", "Cartel", "Proyectar"):
        assert words in page
    assert "Duplicar" in page
    assert "Descartar" in page


def test_more_votes_than_cards_handed_out_are_told(staff, app):
    made = city.opened(BoxKind.CODES)
    made.cast(0, {0})
    service.hand_out(made.box, city.officials()[0], 1)
    made.cast(1, {0})
    assert (
        "Se votó con más tarjetas que las entregadas" in staff("READER").get(address(made.box)).text
    )


def test_a_closed_box_says_what_its_minutes_still_wait_for(staff, app):
    made = city.close(city.opened(BoxKind.CODES, allows_paper=True))
    page = staff("EDITOR").get(address(made.box)).text
    assert "Registrar cuántas tarjetas se entregaron" in page
    assert "Contar los votos en papel" in page


def test_the_counting_tells_how_far_it_is_to_everybody_who_sees_the_box(staff, app):
    made = city.close(city.opened(BoxKind.CODES))
    counting.start(made.box, city.officials()[0])
    db.session.commit()
    reader = staff("READER")
    assert f'data-progress="{address(made.box)}/avance.json"' in reader.get(address(made.box)).text
    told = reader.get(f"{address(made.box)}/avance.json").json
    assert (told["is_over"], told["words"]) == (False, "En espera")
    city.run_jobs()
    assert reader.get(f"{address(made.box)}/avance.json").json == {"is_over": True}


# ---- taking it away


def test_nothing_is_exported_before_the_result(staff, app):
    made = city.close(city.opened(BoxKind.CODES))
    editor = staff("EDITOR")
    for what in ("resultado", "respuestas"):
        page = post(editor, address(made.box), f"{address(made.box)}/exportar/{what}/csv")
        assert page.status_code == 409
    assert "ballots.exported" not in actions()


def test_the_result_is_exported_with_a_trace(staff, app):
    made = city.opened(BoxKind.CODES)
    for voter in range(3):
        made.cast(voter, {voter % 2})
    city.finish(made)
    reader = staff("READER")
    file = post(reader, address(made.box), f"{address(made.box)}/exportar/resultado/csv")
    rows = list(csv.reader(io.StringIO(file.data.decode("utf-8-sig")), delimiter=";"))
    assert [row[2:4] for row in rows[1:]] == [["Sí", "2"], ["No", "1"]]
    entry = db.session.query(AuditEntry).order_by(AuditEntry.number.desc()).first()
    assert (entry.action, entry.details) == (
        "ballots.exported",
        {"format": "csv", "what": "resultado"},
    )
    page = post(reader, address(made.box), f"{address(made.box)}/exportar/resultado/pdf")
    assert page.status_code == 404
    page = post(reader, address(made.box), f"{address(made.box)}/exportar/respuestas/csv")
    assert page.status_code == 409


def test_the_answers_to_an_open_consultation_are_exported_once_they_are_counted(staff, app):
    made = city.opened(BoxKind.OPEN)
    for number in range(2):
        open_consultation.answer(made.definition, f"{number:032x}", [{number}])
    db.session.commit()
    city.count(city.close(made))
    file = post(staff("EDITOR"), address(made.box), f"{address(made.box)}/exportar/respuestas/json")
    assert [row["question_1"] for row in file.json["rows"]] == ["No", "Sí"]


# ---- who may


def test_an_office_reaches_no_part_of_a_box_of_another(staff, make):
    mine, other = make(office("dap", "Planeación")), make(office("salud", "Salud"))
    foreign = city.draft(office_id=other.id)
    rosa = staff("RESPONSIBLE", mine)
    for part in (*PARTS, *ACTS):
        assert rosa.get(address(foreign.box) + part).status_code == 404, part
    token = field(rosa.get(NEW), "csrf_token")
    for act in (*ACTS, "/duplicar", "/abrir/retirar", "/exportar/resultado/csv"):
        sent = rosa.post(address(foreign.box) + act, data={"csrf_token": token})
        assert sent.status_code == 404, act


def test_a_box_of_an_office_belongs_to_it_whatever_is_sent(staff, make):
    mine, other = make(office("dap", "Planeación")), make(office("salud", "Salud"))
    rosa = staff("RESPONSIBLE", mine)
    page = rosa.get(NEW)
    assert rosa.post(NEW, data=asked(page, office=str(other.id))).status_code == 422
    assert rosa.post(NEW, data=asked(page)).status_code == 302
    assert only_box().office_id == mine.id


def test_who_only_reads_sees_the_box_and_changes_nothing(staff, app):
    made = city.draft()
    reader = staff("READER")
    for part in PARTS:
        assert reader.get(address(made.box) + part).status_code == 200, part
    for act in ACTS:
        assert reader.get(address(made.box) + act).status_code == 403, act
    page = reader.get(address(made.box)).text
    assert "Pedir la apertura" not in page
    assert "Descartar" not in page


def test_who_minds_a_door_finds_no_box(staff, app):
    made = city.draft()
    door = staff("DOOR")
    for part in (*PARTS, *ACTS):
        assert door.get(address(made.box) + part).status_code == 403, part


@pytest.mark.parametrize("kind", list(BoxKind), ids=lambda kind: kind.name)
def test_no_page_of_the_staff_tells_a_count_before_the_end(staff, app, at, kind):
    """Two boxes with one vote each, for another answer: nobody can see a difference."""
    at(2024, 9, 3, 14)
    chief = staff("ADMINISTRATOR")
    seen = []
    for uuid, vote in (("Una11111111111", {0}), ("Dos22222222222", {1})):
        made = city.opened(kind, uuid=uuid)
        if kind is BoxKind.OPEN:
            open_consultation.answer(made.definition, f"{len(seen):032x}", [vote])
            db.session.commit()
        else:
            made.cast(0, vote)
        parts = (*PARTS, "/cerrar", "/contar", "/cambiar", "/papel")
        pages = [chief.get(address(made.box) + part) for part in parts]
        seen.append([without_what_is_its_own(page.text, made.box) for page in pages])
    assert seen[0] == seen[1]
    assert any(">1<" in page for page in seen[0]), "that somebody voted is told"


def without_what_is_its_own(page: str, box: BallotBox) -> str:
    """The page without addresses, signs, keys and tokens: what is left speaks of the votes."""
    page = re.sub(r"<svg.*?</svg>", "", page, flags=re.DOTALL)
    for word in (box.uuid, box.code, codes.show(box.code)):
        page = page.replace(word, "…")
    page = re.sub(r"/urna/papel/[\w.-]+", "…", page)
    hidden = r"name=\"(csrf_token|shown|creation|about)\" value=\"[^\"]+\""
    return re.sub(rf"[\w+/]{{43}}|/\d+|{hidden}", "…", page)
