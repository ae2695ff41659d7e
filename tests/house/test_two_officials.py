"""Two officials have the same page open: nothing of either is lost, and nobody acts on an old page.

One row per kind of form. The first saves; the second, whose page is older, gets both texts side by
side, and may then save again.
"""

import inspect
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest

from participa.ballots.models import BoxKind
from participa.core import clock
from participa.core.db import db
from participa.core.files.files import StoredFile
from participa.events.models import AgendaItem
from participa.plan.models import ReportFile, ReportState
from participa.topics.models import Proposal
from tests.ballots import city
from tests.cases.builders import question
from tests.events import city as events
from tests.filling import Forms
from tests.formats.builders import official, version
from tests.groups import builders as groups
from tests.listening.desk import people as listening
from tests.outreach import city as outreach
from tests.plan.builders import account, office, plan, report, task
from tests.surveys import city as surveys
from tests.topics.builders import call

OURS, THEIRS = "Lo que escribió la primera persona", "Lo que escribió la segunda persona"


@dataclass(frozen=True)
class Kind:
    """A form: how its record is stored, where it is, and the field in which somebody types."""

    name: str
    store: Callable[[], str]  # returns the address
    field: str
    extra: tuple[tuple[str, str], ...] = ()


def stored(record):
    db.session.add(record)
    db.session.commit()
    return record


def a_case() -> str:
    made = stored(question(call(), office=office()))
    return f"/gestion/radicados/{made.id}"


def a_proposal() -> str:
    made = stored(Proposal(call=call(), text="Ruido", territory="01"))
    return f"/gestion/temas/propuestas/{made.id}"


def a_call() -> str:
    return f"/gestion/temas/{stored(call()).code}/cambiar"


def a_topic() -> str:
    made = stored(call())
    return f"/gestion/temas/{made.code}/decisiones/{made.topics[0].id}"


def a_report(**facts):
    kept = stored(plan(task()))
    return stored(report(kept.actions[0].tasks[0], account("luz@ejemplo.org"), **facts))


def a_draft_report() -> str:
    return f"/gestion/plan/reportes/{a_report(state=ReportState.DRAFT).id}/editar"


def a_sent_report() -> str:
    return f"/gestion/plan/reportes/{a_report(state=ReportState.SENT).id}/devolver"


def a_box() -> str:
    return f"/gestion/urnas/{city.draft(BoxKind.CODES).uuid}/cambiar"


def a_box_question() -> str:
    made = city.draft(BoxKind.CODES)
    return f"/gestion/urnas/{made.uuid}/preguntas/{made.box.questions[0].id}"


def an_event() -> str:
    return f"/gestion/eventos/{events.planned().code}/cambiar"


def minutes_of_an_event() -> str:
    return f"/gestion/eventos/{events.held().code}/acta/escribir"


def an_agenda_item() -> str:
    event = events.planned(agenda=[AgendaItem(title="Himno")])
    return f"/gestion/eventos/{event.code}/agenda/{event.agenda[0].id}"


def a_group() -> str:
    return f"/gestion/instancias/{stored(groups.group()).code}/cambiar"


def a_member() -> str:
    made = stored(groups.member(groups.group()))
    return f"/gestion/instancias/integrantes/{made.id}"


def an_office() -> str:
    return f"/gestion/dependencias/{stored(office()).id}/nombre"


def an_account() -> str:
    return f"/gestion/cuentas/{stored(account('luz@ejemplo.org')).id}/cambiar"


def a_format() -> str:
    return f"/gestion/formatos/{stored(official()).reference}/cambiar"


def a_qr_decision() -> str:
    return f"/gestion/formatos/{stored(official()).reference}/qr"


def a_version() -> str:
    made = stored(official(versions=[version()]))
    return f"/gestion/formatos/{made.reference}/versiones/{made.versions[0].id}/cambiar"


def a_call_piece() -> str:
    event = outreach.called()
    return f"/gestion/eventos/{event.code}/convocatoria/{outreach.spot(event).id}"


def a_teaching_piece() -> str:
    return f"/gestion/difusion/{outreach.piece().code}/cambiar"


def a_survey() -> str:
    return f"/gestion/encuestas/{surveys.draft().code}/cambiar"


def a_question_of_a_survey() -> str:
    return f"/gestion/encuestas/{surveys.draft().code}/preguntas/claridad/cambiar"


def a_page_of_a_survey() -> str:
    return f"/gestion/encuestas/{surveys.draft().code}/preguntas/paginas/2"


def a_transcript() -> str:
    said, voice = listening.with_voice()
    return listening.address(said, f"adjuntos/{voice.id}/transcripcion")


KINDS = (
    Kind("survey", a_survey, "why"),
    Kind("question of a survey", a_question_of_a_survey, "hint"),
    Kind("page of a survey", a_page_of_a_survey, "title"),
    Kind("transcript", a_transcript, "transcript"),
    Kind("medium of a call", a_call_piece, "piece"),
    Kind("piece of the strategy", a_teaching_piece, "text"),
    Kind("question", a_case, "answer"),
    Kind("proposal", a_proposal, "reason", (("verdict", "reject"),)),
    Kind("topic call", a_call, "why"),
    Kind("decision", a_topic, "decision_text", (("decision", "TAKEN"),)),
    Kind("progress report", a_draft_report, "notes"),
    Kind("ballot box", a_box, "why"),
    Kind("question of a box", a_box_question, "text"),
    Kind("event", an_event, "why"),
    Kind("agenda item", an_agenda_item, "title"),
    Kind("minutes", minutes_of_an_event, "summary"),
    Kind("group", a_group, "aim"),
    Kind("member of a group", a_member, "position"),
    Kind("format", a_format, "used_for"),
    Kind("QR of a format", a_qr_decision, "reason", (("applies", "no"),)),
    Kind("version of a format", a_version, "change_note"),
    Kind("office", an_office, "name"),
    Kind("account", an_account, "name"),
)


@pytest.fixture(params=KINDS, ids=lambda kind: kind.name)
def kind(request, app) -> Kind:
    return request.param


def form_of(page, address: str, field: str) -> dict[str, list[str]]:
    """What a browser would send for the page's form with this field."""
    for form in Forms(page.text, address).forms:
        if field in {control.name for control in form.controls}:
            sent: dict[str, list[str]] = {}
            for name, value in form.as_it_stands():
                sent.setdefault(name, []).append(value)
            return sent
    raise AssertionError(f"no form with {field} at {address}: {page.text}")


def typed(kind: Kind, page, address: str, text: str) -> dict[str, list[str]]:
    extra = {name: [value] for name, value in kind.extra}
    return form_of(page, address, kind.field) | extra | {kind.field: [text]}


def test_the_second_official_sees_both_texts_and_neither_is_lost(staff, kind):
    address = kind.store()
    first, second = staff("ADMINISTRATOR"), staff("ADMINISTRATOR")
    ours = typed(kind, first.get(address), address, OURS)
    theirs = typed(kind, second.get(address), address, THEIRS)
    done = first.post(address, data=ours)
    assert done.status_code == 302, done.text
    refused = second.post(address, data=theirs)
    assert refused.status_code == 409
    assert OURS in refused.text
    assert THEIRS in refused.text
    assert "Esto cambió después de que usted abrió la página" in refused.text
    assert form_of(second.get(address), address, kind.field)[kind.field] == [OURS]
    again = typed(kind, refused, address, THEIRS)
    assert second.post(address, data=again).status_code == 302
    assert form_of(first.get(address), address, kind.field)[kind.field] == [THEIRS]


def test_a_second_click_on_save_is_no_conflict(staff, kind):
    address = kind.store()
    visitor = staff("ADMINISTRATOR")
    sent = typed(kind, visitor.get(address), address, OURS)
    for _ in range(2):
        assert visitor.post(address, data=sent).status_code in {302, 409}
    assert form_of(visitor.get(address), address, kind.field)[kind.field] == [OURS]


@pytest.mark.parametrize("shown", ["", "a" * 24], ids=["missing", "forged"])
def test_a_missing_or_forged_version_changes_nothing_and_keeps_the_text(staff, kind, shown):
    address = kind.store()
    visitor = staff("ADMINISTRATOR")
    sent = typed(kind, visitor.get(address), address, THEIRS) | {"shown": [shown]}
    refused = visitor.post(address, data=sent)
    assert refused.status_code == 409
    assert THEIRS in refused.text
    assert form_of(visitor.get(address), address, kind.field)[kind.field] != [THEIRS]


# ---- buttons


def button(page, address: str, action: str) -> dict[str, str]:
    [found] = [one for one in Forms(page.text, address).forms if one.action.endswith(action)]
    return dict(found.as_it_stands())


def test_a_report_that_changed_is_not_approved_by_an_older_page(staff, app):
    """«1 de 5» stood on the page; it is not «5 de 5» that was approved."""
    made = a_report(state=ReportState.SENT, numerator=1)
    address = f"/gestion/plan/reportes/{made.id}"
    editor = staff("EDITOR")
    sent = button(editor.get(address), address, "/aprobar")
    made.numerator = 5
    db.session.commit()
    refused = editor.post(f"{address}/aprobar", data=sent, headers=came_from(address))
    assert refused.status_code == 409
    assert "Esto cambió después de que usted abrió la página" in refused.text
    assert f"<h1>{made.title}</h1>" in refused.text
    assert db.session.get_one(type(made), made.id).state is ReportState.SENT


def test_a_rejected_proposal_is_not_published_from_an_older_page(staff, app):
    made = stored(Proposal(call=call(), text="Fulano es malo", territory="01"))
    show = f"/gestion/temas/{made.call.code}"
    first, second = staff("EDITOR"), staff("EDITOR")
    sent = button(second.get(show), show, f"/{made.id}/publicar")
    address = f"/gestion/temas/propuestas/{made.id}"
    kind = next(one for one in KINDS if one.name == "proposal")
    assert (
        first.post(address, data=typed(kind, first.get(address), address, OURS)).status_code == 302
    )
    refused = second.post(f"{address}/publicar", data=sent, headers=came_from(show))
    assert refused.status_code == 409
    assert not db.session.get_one(Proposal, made.id).is_published


def came_from(address: str) -> dict[str, str]:
    return {"Referer": f"http://localhost{address}"}


def test_a_refusal_is_shown_where_the_button_was_pressed(staff, app):
    """With the message on top and all that the page has; not on a page with one link home."""
    made = stored(call(published_at=None, topics=(), closes_at=clock.now() + timedelta(days=9)))
    show = f"/gestion/temas/{made.code}"
    editor = staff("EDITOR")
    sent = button(editor.get(show), show, "/publicar")
    refused = editor.post(f"{show}/publicar", data=sent, headers=came_from(show))
    assert refused.status_code == 409
    assert 'role="alert"' in refused.text
    assert "Para publicar falta" in refused.text
    assert f"{show}/cambiar" in refused.text
    assert "Ir al inicio" not in refused.text


@pytest.mark.parametrize(
    "page", ["http://localhost.malo.example/gestion", "http://localhost/plan", "http://[", ""]
)
def test_a_refusal_from_who_knows_where_still_leads_on(staff, app, page):
    made = stored(call(published_at=None, topics=()))
    show = f"/gestion/temas/{made.code}"
    editor = staff("EDITOR")
    sent = button(editor.get(show), show, "/publicar")
    refused = editor.post(f"{show}/publicar", data=sent, headers={"Referer": page})
    assert refused.status_code == 409
    assert 'href="/gestion"' in refused.text


def test_after_an_act_the_page_says_what_was_done(staff, app):
    made = stored(office())
    show = f"/gestion/dependencias/{made.id}"
    chief = staff("ADMINISTRATOR")
    done = chief.post(f"{show}/retirar", data=button(chief.get(show), show, "/retirar"))
    page = chief.get(done.location).text
    assert '<div class="note done" role="status"><p>Retiró la dependencia.</p></div>' in page
    assert "Retiró" not in chief.get(show).text
    assert chief.get(f"{show}?listo=no.existe").status_code == 200


def test_the_cards_that_a_colleague_counted_are_not_overwritten(staff, app):
    made = city.opened(BoxKind.CODES)
    address = f"/gestion/urnas/{made.uuid}/tarjetas/entregadas"
    first, second = staff("EDITOR"), staff("EDITOR")
    ours = form_of(first.get(address), address, "cards") | {"cards": ["8"]}
    theirs = form_of(second.get(address), address, "cards") | {"cards": ["9"]}
    assert first.post(address, data=ours).status_code == 302
    refused = second.post(address, data=theirs)
    assert refused.status_code == 409
    assert '<td data-label="Guardado ahora">8</td>' in refused.text
    assert 'value="9"' in refused.text


def test_a_report_whose_evidence_was_removed_is_not_sent_by_an_older_page(staff, app):
    made = a_report(state=ReportState.DRAFT)
    pdf = StoredFile(sha256="a" * 64, extension="pdf", size=9, media_type="application/pdf")
    made.files.append(ReportFile(file=pdf, title="Acta"))
    db.session.commit()
    address = f"/gestion/plan/reportes/{made.id}"
    first, second = staff("EDITOR"), staff("EDITOR")
    sent = button(second.get(address), address, "/enviar")
    gone = button(first.get(address), address, "/quitar")
    detach = f"/gestion/plan/archivos/{made.files[0].id}/quitar"
    assert first.post(detach, data=gone).status_code == 302
    refused = second.post(f"{address}/enviar", data=sent, headers=came_from(address))
    assert refused.status_code == 409
    assert "«Quitó un soporte»" in refused.text


def test_who_returns_what_was_returned_reads_the_reason_of_the_colleague(staff, app):
    address = a_sent_report()
    first, second = staff("EDITOR"), staff("EDITOR")
    ours = form_of(first.get(address), address, "reason") | {"reason": [OURS]}
    theirs = form_of(second.get(address), address, "reason") | {"reason": [THEIRS]}
    db.session.commit()
    assert first.post(address, data=ours).status_code == 302
    refused = second.post(address, data=theirs)
    assert refused.status_code == 409
    main = refused.text.partition("<main")[2]
    assert f"{first.account.email}: «Devolvió un reporte». Motivo: {OURS}" in main
    assert THEIRS in main
    assert "<button>Devolver</button>" not in main
    assert "Volver al reporte" in main


def test_a_page_older_than_the_closing_tells_who_closed_and_why(staff, app):
    made = stored(call(closes_at=clock.now() + timedelta(days=9)))
    address = f"/gestion/temas/{made.code}/cerrar"
    first, second = staff("EDITOR"), staff("EDITOR")
    ours = form_of(first.get(address), address, "reason") | {"reason": [OURS]}
    theirs = form_of(second.get(address), address, "reason") | {"reason": [THEIRS]}
    topic = f"/gestion/temas/{made.code}/decisiones/{made.topics[0].id}"
    kind = next(one for one in KINDS if one.name == "decision")
    assert first.post(address, data=ours).status_code == 302
    staff("EDITOR").post(topic, data=typed(kind, second.get(topic), topic, "Entra"))
    refused = second.post(address, data=theirs)
    assert refused.status_code in {409, 422}
    main = refused.text.partition("<main")[2]
    assert f"{first.account.email}: «Cerró un formulario de temas». Motivo: {OURS}" in main
    assert "<button>Cerrar</button>" not in main
    assert THEIRS in main


def test_a_decision_names_who_decided_this_topic(staff, app):
    """Not who decided another one of the same call meanwhile."""
    made = stored(call())
    pages = [f"/gestion/temas/{made.code}/decisiones/{one.id}" for one in made.topics[:2]]
    kind = next(one for one in KINDS if one.name == "decision")
    first, second, third = (staff("EDITOR") for _ in range(3))
    theirs = typed(kind, third.get(pages[0]), pages[0], THEIRS)
    for visitor, page in ((first, pages[0]), (second, pages[1])):
        visitor.post(page, data=typed(kind, visitor.get(page), page, OURS))
    refused = third.post(pages[0], data=theirs)
    assert f"{first.account.email}: «Decidió sobre los temas»" in refused.text
    assert second.account.email not in refused.text


def test_a_changed_name_of_an_account_is_told_with_who_changed_it(staff, app):
    address = an_account()
    kind = KINDS[-1]
    first, second = staff("ADMINISTRATOR"), staff("ADMINISTRATOR")
    theirs = typed(kind, second.get(address), address, THEIRS)
    first.post(address, data=typed(kind, first.get(address), address, OURS))
    refused = second.post(address, data=theirs)
    assert f"{first.account.email}: «Cambió una cuenta»" in refused.text


def test_what_one_did_oneself_is_not_told_as_a_failure(staff, app):
    made = stored(office())
    show = f"/gestion/dependencias/{made.id}"
    chief = staff("ADMINISTRATOR")
    sent = button(chief.get(show), show, "/retirar")
    chief.post(f"{show}/retirar", data=sent)
    again = chief.post(f"{show}/retirar", data=sent, headers=came_from(show))
    assert again.status_code == 409
    assert "usted: «Retiró una dependencia». Si era eso, ya está hecho." in again.text


# ---- which acts stand on what their page showed


# A POST on an object that needs no `shown`, and why.
UNSHOWN = {
    "attendance_desk.act": "comes, leaves, is back or is taken back once, whichever desk is faster",
    "attendance_desk.choose_door": "of this device, stored in its own cookie",
    "attendance_desk.revoke": "a link is revoked once, whatever its device did meanwhile",
    "attendance_desk.show": "searches, or notes once who came",
    "attendance_desk.walk_in": "its token puts a person on the list once",
    "attendance_exports.official": "changes nothing",
    "attendance_roster.show": "changes nothing",
    "attendance_staff.preview": "stores nothing",
    "attendance_rights.erase": "its signed address names the entries that its page lists",
    "attendance_keying.key": "a row that was typed meanwhile is shown, and asked before it changes",
    "attendance_offline_staff.bring": "each entry of the file comes in once",
    "ballots_acts.confirm": "its form has `seen`, the version of the box",
    "ballots_acts.count_again": "repeats a count that failed, and refuses any other",
    "ballots_card_files.download": "adds to the count of downloads, and changes nothing else",
    "ballots_cards.make": "its form has `seen`, the version of the box",
    "ballots_cards.void": "names the cards themselves",
    "ballots_cards.give_tries_back": "names the card itself",
    "ballots_paper.confirm": "its form has `seen`, the version of the box",
    "ballots_paper.withdraw": "only who typed it takes it back, and only once",
    "ballots_roll.hand_in": "replaces the roll by a whole file, as its page says",
    "ballots_staff.export": "changes nothing",
    "ballots_ceremony.hand_in": "the file says itself to which ceremony and trustee it belongs",
    "ballots_trustees.receive_part": "the file says itself to which total it belongs",
    "ballots_voidings.undo": "a list is undone once, and only on its day",
    "events_questions_staff.answer": "compares one by one",
    "events_questions_staff.group": "compares one by one",
    "groups_staff.export": "changes nothing",
    "kiosks_staff.lock": "gives this device a PIN, and changes no record",
    "listening_desk.contact": "changes nothing",
    "listening_desk.mark_life_risk": "every minute counts, and it takes nothing away",
    "formats_staff.export": "changes nothing",
    "listening_intake.take": "its token files one case, whatever else was filed",
    "listening_rights.erase": "its signed address names the contributions that its page lists",
    "plan_import.discard": "a file that only its own account sees",
    "plan_import.review": "its form has `seen`, the fingerprint of the differences",
    "plan_reports.attach": "adds, and changes nothing that the page showed",
    "security.accept_invitation": "the link is good once",
    "security.carry": "shows a page",
    "security.reset_password": "the link is good once",
    "staff_accounts.end_session": "a session is ended once, and only by its own id",
    "staff_accounts.end_sessions": "ends whatever is open",
    "staff_audit.export": "changes nothing",
    "staff_jobs.cancel": "a job that is over cannot be cancelled",
    "staff_offices.show": "adds a name, which nobody else may have",
    "topics_moderation.answer_question": "leads to another address",
    "topics_moderation.decide_together": "compares row by row",
    "topics_moderation.proposals": "compares one by one",
    "topics_staff.export": "changes nothing",
    "listening_staff.preview": "stores nothing",
    "surveys_bank.restore": "a question of the file has no row; done twice, it is refused",
    "surveys_bank.retire": "the same",
    "surveys_answers.export": "changes nothing",
    "surveys_answers.export_personal": "changes nothing",
    "surveys_assisted.take": "stores an answer, with a token of its own",
    "surveys_builder.preview": "stores nothing",
    "surveys_codes.download": "changes nothing",
    "surveys_codes.find": "changes nothing",
    "surveys_figures.download": "changes nothing",
    "surveys_files.download": "changes nothing",
    "surveys_files.open_personal": "changes nothing",
    "surveys_texts.index": "compares row by row",
    "topics_staff.preview": "stores nothing",
}
LOOKS = re.compile(r"as_seen\(|require_seen\(|\.changing\(|\.creating\(")


def stands_on_what_was_shown(view) -> bool:
    """Whether the view, or a function of its module that it calls, compares with the page."""
    source = inspect.getsource(view)
    module = vars(inspect.getmodule(view))
    called = [module.get(name) for name in re.findall(r"\b([a-z_]+)\(", source)]
    helpers = [one for one in called if inspect.isfunction(one) and "participa" in one.__module__]
    return any(LOOKS.search(text) for text in [source, *map(inspect.getsource, helpers)])


@pytest.mark.one_engine
def test_every_act_on_an_object_stands_on_what_its_page_showed(app):
    unshown = set()
    for rule in app.url_map.iter_rules():
        is_act = str(rule).startswith("/gestion") and "POST" in (rule.methods or ())
        view = app.view_functions[rule.endpoint]
        if is_act and rule.arguments and not stands_on_what_was_shown(view):
            unshown.add(rule.endpoint)
    assert unshown == set(UNSHOWN), (
        "versions.as_seen(record), Form.changing(record, …), or a reason"
    )
