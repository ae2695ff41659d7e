"""No act of the staff ends in silence: the page that follows says what was done."""

from datetime import timedelta

import pytest

from participa.ballots.models import BoxKind
from participa.channels.moderation import ReviewState
from participa.core import clock
from participa.core.db import db
from participa.formats.models import VersionState
from participa.plan.models import ReportState
from participa.topics.models import Proposal
from tests.ballots import city
from tests.formats.builders import official, version
from tests.groups import builders as groups
from tests.plan.builders import account, plan, report, task
from tests.surveys import city as surveys
from tests.topics.builders import call
from tests.visitor import field

# Where the answer is itself what was asked for.
ANSWERED = {
    "attendance_desk.act": "the desk, which says it beside the person",
    "attendance_desk.passes": "the link, shown once",
    "attendance_desk.show": "the people that were searched",
    "attendance_desk.walk_in": "the same",
    "attendance_exports.official": "a file, or the list to print",
    "attendance_roster.show": "the whole document",
    "attendance_staff.preview": "a page that stores nothing",
    "ballots_card_files.download": "a file",
    "ballots_cards.make": "the cards, or the page of their order",
    "ballots_staff.export": "a file",
    "groups_staff.export": "a file",
    "kiosks_staff.lock": "the form at which the tablet stays",
    "listening_desk.contact": "the name and the contact",
    "formats_staff.export": "a file",
    "listening_handoff.export": "a file",
    "listening_handoff.export_named": "a file",
    "listening_handoff.report_corruption": "a file",
    "listening_intake.take": "the proof and the secret code, shown once",
    "staff_account.confirm": "the page that asked for the password",
    "staff_account.recovery_codes": "the codes",
    "staff_audit.export": "a file",
    "topics_moderation.answer_question": "the case, at its new address",
    "topics_staff.export": "a file",
    "listening_staff.preview": "the preview",
    "surveys_builder.preview": "the preview",
    "surveys_answers.export": "a file",
    "surveys_answers.export_personal": "a file",
    "surveys_codes.download": "a file",
    "surveys_codes.find": "what is known of the code",
    "surveys_figures.download": "a file",
    "surveys_files.download": "a file",
    "surveys_files.open_personal": "a file",
    "topics_staff.preview": "the preview",
}
NEW, SAID = "/gestion/dependencias/nueva", "Agregó la dependencia."
SIGNING_IN = "security."  # its pages have sentences of their own


@pytest.mark.one_engine
def test_every_act_of_the_staff_has_its_sentence(app):
    silent = set()
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        is_act = str(rule).startswith("/gestion") and "POST" in (rule.methods or ())
        is_told = hasattr(view, "done_sentence") or rule.endpoint.startswith(SIGNING_IN)
        if is_act and not is_told:
            silent.add(rule.endpoint)
    assert silent == set(ANSWERED), "give it @says(…), with the verb of its button"


def new_office(chief, name: str):
    page = chief.get(NEW)
    sent = {one: field(page, one) for one in ("csrf_token", "creation")}
    return chief.post(NEW, data=sent | {"name": name, "kind": "secretaria"})


@pytest.mark.one_engine
def test_a_link_claims_no_act_that_this_session_did_not_do(staff, at):
    at(2026, 3, 2, 13, 0)
    chief, other = staff("ADMINISTRATOR"), staff("ADMINISTRATOR")
    address = new_office(chief, "Secretaría de la Escucha").location
    assert SAID in chief.get(address).text
    assert SAID not in other.get(address).text
    forged = address.partition("?")[0] + "?listo=staff_offices.add"
    assert SAID not in chief.get(forged).text
    at(2026, 3, 2, 13, 5)
    assert SAID not in chief.get(address).text


@pytest.mark.one_engine
def test_a_rejected_form_says_nothing_of_the_act_before(staff):
    chief = staff("ADMINISTRATOR")
    address = new_office(chief, "Secretaría de la Escucha").location
    assert SAID in chief.get(address).text
    rejected = chief.post(
        address, data={"csrf_token": field(chief.get(address), "csrf_token"), "alias": ""}
    )
    assert rejected.status_code == 422
    assert SAID not in rejected.text


@pytest.mark.one_engine
@pytest.mark.parametrize("word", ["salir", "clave", "clave-pedida"])
def test_nor_does_a_link_to_the_sign_in(client, word):
    assert 'role="status"' not in client.get(f"/gestion/entrar?listo={word}").text


# ---- what would be refused is not offered


def closed_call() -> tuple[str, str]:
    made = call(closes_at=clock.now() - timedelta(hours=1))
    db.session.commit()
    return f"/gestion/temas/{made.code}/cerrar", "Cerrar"


def open_call() -> tuple[str, str]:
    made = call()
    db.session.commit()
    return f"/gestion/temas/{made.code}/reabrir", "Reabrir"


def call_without_proposals_to_review() -> tuple[str, str]:
    made = call()
    db.session.add(Proposal(call=made, territory="01", text="Idea", state=ReviewState.PUBLISHED))
    db.session.commit()
    return f"/gestion/temas/{made.code}/propuestas", "Guardar la decisión"


def a_report(state: ReportState):
    kept = plan(task())
    db.session.add(kept)
    made = report(kept.actions[0].tasks[0], account("luz@ejemplo.org"), state=state)
    db.session.add(made)
    db.session.commit()
    return f"/gestion/plan/reportes/{made.id}"


def approved_report() -> tuple[str, str]:
    return f"{a_report(ReportState.APPROVED)}/editar", "Guardar el borrador"


def returned_report() -> tuple[str, str]:
    return f"{a_report(ReportState.RETURNED)}/devolver", "Devolver"


def act_of_a_draft() -> tuple[str, str]:
    made = groups.draft()
    db.session.commit()
    return f"/gestion/instancias/{made.code}/acta", "Guardar el acta"


def gone_member(page: str, button: str):
    def store() -> tuple[str, str]:
        left = groups.member(groups.group(), withdrawn_at=clock.now())
        db.session.commit()
        return f"/gestion/instancias/integrantes/{left.id}{page}", button

    return store


def open_period() -> tuple[str, str]:
    kept = plan(task())
    db.session.add(kept)
    db.session.commit()
    return f"/gestion/plan/periodos/{kept.periods[0].id}/reabrir", "Reabrir el periodo"


def in_an_open_box(page: str, button: str, kind: BoxKind = BoxKind.VERIFIABLE):
    def store() -> tuple[str, str]:
        return f"/gestion/urnas/{city.opened(kind).uuid}/{page}", button

    return store


def in_a_version(state: VersionState, page: str, button: str):
    """The page of an act on a version that is in another state."""

    def store() -> tuple[str, str]:
        made = official(versions=[version(state=state)])
        db.session.add(made)
        db.session.commit()
        where = page if page == "nueva" else f"{made.versions[0].id}/{page}"
        return f"/gestion/formatos/{made.reference}/versiones/{where}", button

    return store


def of_survey(page: str, button: str, make=surveys.draft):
    """The page of an act on a survey that is in another state."""

    def store() -> tuple[str, str]:
        return f"/gestion/encuestas/{make().code}/{page}", button

    return store


OVER = {
    "closing a draft survey": of_survey("cerrar", "Cerrar"),
    "reopening an open survey": of_survey("reabrir", "Reabrir", surveys.open_survey),
    "a question that others look at": of_survey("preguntas/vino/quitar", "Quitar"),
    "the version of a survey without changes": of_survey(
        "preguntas/version/publicar", "Publicar los cambios", surveys.open_survey
    ),
    "discarding no changes": of_survey(
        "preguntas/version/descartar", "Descartar los cambios", surveys.open_survey
    ),
    "a closed call": closed_call,
    "an open call": open_call,
    "no proposal to review": call_without_proposals_to_review,
    "an approved report": approved_report,
    "a returned report": returned_report,
    "an open period": open_period,
    "the act of a draft": act_of_a_draft,
    "a member who left": gone_member("", "Guardar el integrante"),
    "a member who left already": gone_member("/retirar", "Retirar"),
    "a question of an open box": in_an_open_box("preguntas/nueva", "Guardar"),
    "cards of an open box": in_an_open_box("tarjetas/hacer", "Hacer las tarjetas", BoxKind.CODES),
    "a trustee of an open box": in_an_open_box("custodios/agregar", "Agregar"),
    "a version beside an open one": in_a_version(
        VersionState.DRAFT, "nueva", "Guardar el borrador"
    ),
    "an approved version": in_a_version(VersionState.APPROVED, "cambiar", "Guardar el borrador"),
    "approving a draft": in_a_version(VersionState.DRAFT, "aprobar", "Aprobar"),
    "returning a draft": in_a_version(VersionState.DRAFT, "devolver", "Devolver"),
    "ending a draft": in_a_version(VersionState.DRAFT, "obsoleta", "Declarar obsoleta"),
    "a version with its reference": in_a_version(VersionState.APPROVED, "isolucion", "Anotar"),
    "the roll of an open box": in_an_open_box("padron/subir", "Subir y revisar"),
}


@pytest.mark.parametrize("store", OVER.values(), ids=OVER)
def test_what_would_be_refused_is_a_sentence_and_a_way_back(staff, store):
    address, button = store()
    page = staff("EDITOR").get(address)
    main = page.text.partition("<main")[2].partition("</main>")[0]
    assert page.status_code == 200
    assert f">{button}</button>" not in main
    assert '<p class="note">' in main
    assert ">Volver a" in main


@pytest.mark.one_engine
def test_the_questions_of_all_channels_are_in_the_menu(staff):
    assert '<a href="/gestion/radicados">Preguntas</a>' in staff("READER").get("/gestion").text
