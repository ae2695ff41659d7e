"""The contract of every list of the staff: it can be searched, filtered, ordered and turned over.

A view that calls `listing` has a world here, and what is called `index` is such a view.
"""

import ast
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest

from participa.attendance.models import (
    AttendanceList,
    Attendee,
    ClaimKind,
    ClaimOutcome,
    DataClaim,
    Presence,
    SignInWay,
)
from participa.attendance.office import roster
from participa.attendance.office import staff_views as list_views
from participa.attendance.queries import search_text
from participa.attendance.rights import claims_staff_views
from participa.ballots.models import BallotBox, BoxKind, CardBatch
from participa.ballots.office import cards_staff_views
from participa.ballots.office import staff_views as box_views
from participa.cases import listing as cases
from participa.cases.models import Case
from participa.channels.moderation import ReviewState
from participa.core import audit, clock
from participa.core.db import db
from participa.core.files import files
from participa.core.files.files import StoredFile
from participa.core.jobs.jobs import Job
from participa.core.web.lists import PAGE, ListRules
from participa.events.commitments import queries as commitments
from participa.events.models import Event
from participa.events.office import staff_views as events
from participa.events.questions import staff_views as event_questions
from participa.events.record_models import (
    AskedBy,
    Commitment,
    CommitmentState,
    EventQuestion,
)
from participa.formats import staff_views as format_views
from participa.formats.models import OfficialFormat
from participa.groups import staff_views as group_views
from participa.groups.models import GroupKind, MeetingGroup
from participa.listening.answers import publication_list
from participa.listening.intake import settings_staff_views as rule_views
from participa.listening.models import Contribution, ListeningPost, RoutingRule
from participa.listening.office import staff_views as post_views
from participa.outreach.models import PieceKind, TeachingPiece
from participa.outreach.office import staff_views as pieces
from participa.plan.models import Task
from participa.plan.reporting import staff_views as report_views
from participa.staff import (
    accounts_staff_views,
    audit_staff_views,
    jobs_staff_views,
    offices_staff_views,
)
from participa.staff.models import Account, Office
from participa.surveys.attached import staff_views as survey_files_views
from participa.surveys.models import (
    Anonymity,
    AnsweredFile,
    Survey,
    SurveyAccess,
    SurveyCodeBatch,
    SurveyResponse,
    SurveyVersion,
    WrittenAnswer,
)
from participa.surveys.office import staff_views as survey_views
from participa.surveys.paper import staff_views as survey_paper_views
from participa.surveys.paper.models import SurveySheetBatch
from participa.surveys.questionnaire import documents
from participa.surveys.questionnaire.questions import Questionnaire
from participa.surveys.slips import staff_views as code_views
from participa.surveys.texts import staff_views as texts_staff_views
from participa.topics.models import Proposal, TopicCall
from participa.topics.office import moderation_staff_views
from participa.topics.office import staff_views as call_views
from tests.ballots import city
from tests.cases.builders import question
from tests.house.source import modules
from tests.house.test_guards import is_guarded
from tests.plan import builders as plans
from tests.surveys import city as surveys
from tests.topics.builders import CODE, call

UUID = "a" * 14
ROW = re.compile(r"Fila \d\d\d")
# Views called `index` that are no list, or one that cannot grow, and why.
SHORT = {
    "outreach_calls.index": "the media of one event, sixty at most",
    "ballots_roll.index": "one roll: its size and its fingerprint, never its lines",
    "ballots_questions.index": "twelve questions at most",
    "ballots_trustees.index": "a handful of trustees",
    "surveys_bank.index": "the questions that came with participa, and three hundred more at most",
    "surveys_builder.index": "two hundred questions at most",
    "events_photographs.index": "twenty photographs at most",
}


@dataclass(frozen=True)
class List:
    """One list: its view, its rules, how a row with this name is stored, and the order by it.

    `parts` is the filter whose choices divide the rows among them.
    """

    endpoint: str
    path: str
    rules: ListRules
    store: Callable[[str, int], Any]
    order: str
    parts: str = "estado"
    before: Callable[[], Any] = lambda: None


def code(place: int) -> str:
    return f"{place:08}"


def store_call(name: str, place: int) -> None:
    published_at = clock.now() if place % 2 else None
    db.session.add(TopicCall(code=code(place), title=name, published_at=published_at))


def store_survey(name: str, place: int) -> None:
    published_at = clock.now() if place % 2 else None
    survey = Survey(code=code(place), title=name, published_at=published_at)
    survey.access, survey.anonymity = SurveyAccess.ANYONE, Anonymity.ANONYMOUS
    survey.versions = [SurveyVersion(number=1, document=documents.dump(Questionnaire()))]
    db.session.add(survey)


def store_box(name: str, place: int) -> None:
    closed_at = clock.now() if place % 2 else None
    facts = {"kind": BoxKind.OPEN, "published_at": closed_at, "closed_at": closed_at}
    db.session.add(BallotBox(uuid=f"{place:014}", code=code(place), title=name, **facts))


def store_event(name: str, place: int) -> None:
    published_at = clock.now() if place % 2 else None
    db.session.add(Event(code=code(place), title=name, published_at=published_at))


def store_list(name: str, place: int) -> None:
    published_at = clock.now() if place % 2 else None
    of = Event(code=code(place + 5000), title="De un evento", published_at=clock.now())
    facts = {"title": name, "published_at": published_at}
    db.session.add(AttendanceList(code=code(place), event=of, **facts))


def store_post(name: str, place: int) -> None:
    published_at = clock.now() if place % 2 else None
    db.session.add(ListeningPost(code=code(place), title=name, published_at=published_at))


def a_list() -> None:
    an_event()
    of = db.session.scalars(db.select(Event)).one()
    db.session.add(AttendanceList(code=CODE, title="Asistencia", event=of))


def store_person(name: str, place: int) -> None:
    record = db.session.scalars(db.select(AttendanceList)).one()
    facts = {"submission_id": code(place), "receipt": code(place), "digest": "0"}
    moments = {"signed_at": clock.now(), "received_at": clock.now()}
    came = [Presence(entered_at=clock.now())] if place % 2 else []
    db.session.add(
        Attendee(
            list_id=record.id,
            name=name,
            search_name=search_text(name),
            certificate=code(place),
            way=SignInWay.DESK,
            presences=came,
            **facts,
            **moments,
        )
    )


def store_claim(name: str, place: int) -> None:
    of = Event(code=code(place), title=name, published_at=clock.now())
    record = AttendanceList(code=code(place), event=of, title="De un evento")
    moments = {"signed_at": clock.now(), "received_at": clock.now()}
    facts = {"submission_id": code(place), "receipt": code(place), "certificate": code(place)}
    person = Attendee(attendance_list=record, way=SignInWay.DESK, digest="0", **facts, **moments)
    decided = {"decided_at": clock.now(), "outcome": ClaimOutcome.REFUSED} if place % 2 else {}
    received_on = date(2026, 1, 1) + timedelta(place)
    of_form = {"submission_id": code(place), "filed_at": clock.now(), "motive": "Mi nombre"}
    claim = {"kind": ClaimKind.CORRECT, "received_on": received_on, "attendee": person}
    db.session.add(DataClaim(**claim, **of_form, **decided))


def an_event() -> None:
    db.session.add(Event(code=CODE, title="La audiencia", published_at=clock.now()))


def store_event_question(name: str, place: int) -> None:
    of = db.session.scalars(db.select(Event)).one()
    facts = {"source": "events", "text": name, "filed_on": date(2026, 1, 1) + timedelta(place)}
    case = Case(id=place + 1, code=f"{place:012}", **facts)
    db.session.add(EventQuestion(event=of, case=case, asked_by=AskedBy.CARD, theme=name))


def store_commitment(name: str, place: int) -> None:
    of = db.session.scalars(db.select(Event)).one()
    office = db.session.scalar(db.select(Office)) or plans.office()
    facts = {"number": place + 1, "due_on": date(2031, 1, 1), "office": office}
    state = CommitmentState.UNDER_WAY if place % 2 else CommitmentState.PENDING
    db.session.add(Commitment(event=of, text=name, state=state, **facts))


def store_piece(name: str, place: int) -> None:
    published_at = clock.now() if place % 2 else None
    facts = {"kind": PieceKind.VIDEO, "planned_on": clock.today(), "published_at": published_at}
    db.session.add(TeachingPiece(code=code(place), title=name, **facts))


def store_batch(name: str, place: int) -> None:
    box = db.session.scalars(db.select(BallotBox)).one()
    db.session.add(CardBatch(box=box, cards=place + 1, place=name))


def store_case(name: str, place: int) -> None:
    asked = db.session.scalars(db.select(TopicCall)).one()
    filed_on = date(2026, 1, 1) + timedelta(days=place)
    question(asked, f"{place:012}", name, id=place + 1, filed_on=filed_on)


def store_proposal(name: str, place: int) -> None:
    asked = db.session.scalars(db.select(TopicCall)).one()
    state = ReviewState.PUBLISHED if place % 2 else ReviewState.PENDING
    db.session.add(Proposal(call=asked, territory="01", text=name, state=state))


def store_written(name: str, place: int) -> None:
    of = db.session.scalars(db.select(Survey)).one()
    response = db.session.scalars(db.select(SurveyResponse)).one()
    state = ReviewState.PUBLISHED if place % 2 else ReviewState.PENDING
    facts = {"survey_id": of.id, "response": response, "question": "mejorar"}
    db.session.add(WrittenAnswer(text=name, state=state, **facts))


def store_attached(name: str, place: int) -> None:
    response = db.session.scalars(db.select(SurveyResponse)).one()
    if place == 0:
        files.store_bytes(b"sealed", "sealed")
    stored = db.session.scalars(db.select(StoredFile)).one()
    media_type = "application/pdf" if place % 2 else "image/png"
    facts = {"file_id": stored.id, "key": "00", "media_type": media_type, "size": 1}
    db.session.add(AnsweredFile(response_id=response.id, question=name, **facts))


def a_survey() -> None:
    made = surveys.open_survey()
    made.code = CODE
    surveys.answer(made, {"q_vino": "no"})


def store_account(name: str, place: int) -> None:
    facts = {"email": f"{place}@ejemplo.org", "fs_uniquifier": f"row-{place}"}
    db.session.add(Account(name=name, active=bool(place % 2), **facts))


def store_office(name: str, place: int) -> None:
    retired_at = clock.now() if place % 2 else None
    facts = {"kind": "secretaria", "level": "central", "retired_at": retired_at}
    db.session.add(Office(slug=f"row-{place}", name=name, **facts))


def store_job(name: str, place: int) -> None:
    facts = {"finished_at": clock.now(), "error": "Falló."} if place % 2 else {}
    db.session.add(Job(name="row", title=name, owner="ana@ejemplo.org", arguments={}, **facts))


def store_entry(name: str, place: int) -> None:
    audit.record("topics.closed" if place % 2 else "topics.published", "TopicCall:1", by=name)


def store_report(name: str, place: int) -> None:
    of, by = db.session.scalars(db.select(Task)).one(), db.session.get(Account, 1)
    db.session.add(plans.report(of, by, title=name))


def store_group(name: str, place: int) -> None:
    facts = {"called_on": clock.today(), "called_at": clock.now()} if place % 2 else {}
    if place % 3 == 0:
        facts |= {"founded_on": clock.today(), "act_filed_at": clock.now()} if facts else {}
    db.session.add(MeetingGroup(code=code(place), name=name, kind=GroupKind.NODE, **facts))


def store_format(name: str, place: int) -> None:
    applies = None if place % 2 else True
    db.session.add(OfficialFormat(reference=f"DE-{place:03}", name=name, applies_qr=applies))


def store_rule(name: str, place: int) -> None:
    office = db.session.scalar(db.select(Office)) or plans.office()
    territory = "01" if place % 2 else ""
    db.session.add(RoutingRule(topic=name, territory=territory, office=office))


def a_survey_of_codes() -> None:
    of = Survey(code=CODE, title="Encuesta", access=SurveyAccess.CODE)
    of.versions = [SurveyVersion(number=1, document='{"pages": []}')]
    db.session.add(of)


def store_code_batch(name: str, place: int) -> None:
    of = db.session.scalars(db.select(Survey)).one()
    voided_at = clock.now() if place % 2 else None
    db.session.add(
        SurveyCodeBatch(survey=of, label=name, size=1, nonce=code(place), voided_at=voided_at)
    )


def store_sheets(name: str, place: int) -> None:
    of = db.session.scalars(db.select(Survey)).one()
    facts = {"label": name, "first_number": place + 1, "size": 1, "code": code(place)}
    settled_at = clock.now() if place % 2 else None
    db.session.add(SurveySheetBatch(survey=of, version=of.newest, settled_at=settled_at, **facts))


def a_post() -> None:
    db.session.add(ListeningPost(code=CODE, title="Escuchadero", published_at=clock.now()))


def store_answered(name: str, place: int) -> None:
    post = db.session.scalars(db.select(ListeningPost)).one()
    published_at = clock.now() if place % 2 else None
    facts = {"answered_on": clock.today(), "answer": "Sí.", "published_at": published_at}
    case = Case(
        code=f"{place:012}",
        source="listening",
        text="",
        topic=name,
        filed_on=clock.today(),
        **facts,
    )
    said = {"wants_answer": True, "is_anonymous": True, "text": "Algo.", "code_hash": ""}
    db.session.add(
        Contribution(
            post=post,
            case=case,
            submission_id=f"{place:032}",
            receipt=case.code,
            received_on=clock.today(),
            digest="0",
            **said,
        )
    )


def one_task() -> None:
    db.session.add_all([plans.plan(plans.task()), plans.account()])


LISTS = (
    List("topics_staff.index", "/gestion/temas", call_views.LIST, store_call, "titulo"),
    List("ballots_staff.index", "/gestion/urnas", box_views.LIST, store_box, "titulo"),
    List("events_staff.index", "/gestion/eventos", events.LIST, store_event, "titulo"),
    List("attendance_staff.index", "/gestion/asistencia", list_views.LIST, store_list, "titulo"),
    List("listening_staff.index", "/gestion/escuchaderos", post_views.LIST, store_post, "titulo"),
    List("surveys_staff.index", "/gestion/encuestas", survey_views.LIST, store_survey, "titulo"),
    List(
        "attendance_roster.index",
        f"/gestion/asistencia/{CODE}/personas",
        roster.LIST,
        store_person,
        "nombre",
        before=a_list,
    ),
    List(
        "attendance_claims.index",
        "/gestion/datos-personales/reclamos",
        claims_staff_views.LIST,
        store_claim,
        "llegada",
    ),
    List(
        "surveys_codes.index",
        f"/gestion/encuestas/{CODE}/codigos",
        code_views.LIST,
        store_code_batch,
        "para",
        before=a_survey_of_codes,
    ),
    List(
        "surveys_paper.index",
        f"/gestion/encuestas/{CODE}/papel",
        survey_paper_views.LIST,
        store_sheets,
        "lugar",
        before=a_survey_of_codes,
    ),
    List("groups_staff.index", "/gestion/instancias", group_views.LIST, store_group, "nombre"),
    List(
        "events_questions_staff.index",
        f"/gestion/eventos/{CODE}/preguntas",
        event_questions.LIST,
        store_event_question,
        "tema",
        before=an_event,
    ),
    List(
        "events_commitments_staff.index",
        "/gestion/eventos/compromisos",
        commitments.LIST,
        store_commitment,
        "compromiso",
        before=an_event,
    ),
    List(
        "events_commitments_staff.of_event",
        f"/gestion/eventos/{CODE}/compromisos",
        commitments.LIST,
        store_commitment,
        "compromiso",
        before=an_event,
    ),
    List(
        "listening_publication.index",
        "/gestion/escuchaderos/publicaciones",
        publication_list.LIST,
        store_answered,
        "tema",
        before=a_post,
    ),
    List(
        "surveys_texts.index",
        f"/gestion/encuestas/{CODE}/textos",
        texts_staff_views.LIST,
        store_written,
        "texto",
        before=a_survey,
    ),
    List(
        "surveys_files.index",
        f"/gestion/encuestas/{CODE}/archivos",
        survey_files_views.LIST,
        store_attached,
        "pregunta",
        "tipo",
        before=a_survey,
    ),
    List("outreach_staff.index", "/gestion/difusion", pieces.LIST, store_piece, "titulo"),
    List(
        "ballots_cards.index",
        f"/gestion/urnas/{UUID}/tarjetas",
        cards_staff_views.LIST,
        store_batch,
        "lugar",
        before=lambda: city.draft(BoxKind.CODES, uuid=UUID),
    ),
    List(
        "topics_staff.questions",
        f"/gestion/temas/{CODE}/preguntas",
        cases.LIST,
        store_case,
        "llegada",
        before=call,
    ),
    List("cases_staff.index", "/gestion/radicados", cases.LIST, store_case, "llegada", before=call),
    List(
        "staff_accounts.index",
        "/gestion/cuentas",
        accounts_staff_views.LIST,
        store_account,
        "persona",
    ),
    List(
        "staff_offices.index",
        "/gestion/dependencias",
        offices_staff_views.LIST,
        store_office,
        "nombre",
    ),
    List(
        "formats_staff.index", "/gestion/formatos", format_views.LIST, store_format, "nombre", "qr"
    ),
    List(
        "listening_settings.index",
        "/gestion/escuchaderos/reglas",
        rule_views.LIST,
        store_rule,
        "tema",
        "alcance",
    ),
    List("staff_jobs.index", "/gestion/trabajos", jobs_staff_views.LIST, store_job, "trabajo"),
    List(
        "staff_audit.index",
        "/gestion/registro",
        audit_staff_views.LIST,
        store_entry,
        "quien",
        "acto",
    ),
    List(
        "plan_reports.reports_list",
        "/gestion/plan/reportes",
        report_views.LIST,
        store_report,
        "reporte",
        before=one_task,
    ),
    List(
        "topics_moderation.proposals",
        f"/gestion/temas/{CODE}/propuestas",
        moderation_staff_views.LIST,
        store_proposal,
        "propuesta",
        before=call,
    ),
)
over_all_lists = pytest.mark.parametrize("one", LISTS, ids=lambda one: one.endpoint)


def fill(one: List, *places: int, name: str = "Fila {:03}") -> None:
    if places[0] == 0:
        one.before()
        db.session.flush()
    for place in places:
        one.store(name.format(place), place)
        db.session.flush()
    db.session.commit()


def rows(page) -> list[str]:
    """The names of the rows, each once, from the first to the last."""
    assert page.status_code == 200
    return list(dict.fromkeys(ROW.findall(page.text)))


@over_all_lists
def test_a_list_shows_fifty_rows_and_leads_to_the_others(staff, one):
    fill(one, *range(PAGE + 1))
    chief, found = staff("ADMINISTRATOR"), f"buscar=fila&orden={one.order}"
    first, second = chief.get(f"{one.path}?{found}"), chief.get(f"{one.path}?{found}&pagina=2")
    assert (len(rows(first)), rows(second)) == (PAGE, [f"Fila {PAGE:03}"])
    assert "Página 1 de 2" in first.text
    link = re.search(r'rel="next" href="([^"]+)"', first.text)[1].replace("&amp;", "&")
    assert rows(chief.get(link)) == rows(second)
    assert 'rel="prev"' in second.text
    assert rows(chief.get(f"{one.path}?{found}&pagina=99")) == rows(second)


@over_all_lists
def test_a_word_is_found_whatever_its_accents_and_capital_letters(staff, one):
    fill(one, 0, 1)
    fill(one, 2, name="La ÑAPA de Ánimas, Fila {:03}")
    chief = staff("ADMINISTRATOR")
    for words in ("napa", "ÁNIMAS+ñapa", "animas+fila", "Ñapa+"):
        assert rows(chief.get(f"{one.path}?buscar={words}")) == ["Fila 002"], words
    for words in ("%25", "_", "animas+001"):
        page = chief.get(f"{one.path}?buscar={words}")
        assert (rows(page), "Ninguna fila coincide" in page.text) == ([], True), words
        assert f'href="{one.path}">Quitar la búsqueda y los filtros</a>' in page.text


@over_all_lists
def test_a_list_is_ordered_both_ways_and_says_so(staff, one):
    fill(one, 0, 2, 1)
    chief, upwards = staff("ADMINISTRATOR"), ["Fila 000", "Fila 001", "Fila 002"]
    page = chief.get(f"{one.path}?buscar=fila&orden={one.order}")
    assert rows(page) == upwards
    assert 'aria-sort="ascending"' in page.text
    page = chief.get(f"{one.path}?buscar=fila&orden=-{one.order}")
    assert rows(page) == upwards[::-1]
    assert 'aria-sort="descending"' in page.text
    for value, _ in chosen_orders(one.rules):
        assert len(rows(chief.get(f"{one.path}?buscar=fila&orden={value}"))) == 3, value


def chosen_orders(rules: ListRules) -> list[tuple[str, str]]:
    return [(f"{sign}{key}", key) for key in rules.orders for sign in ("", "-")]


@over_all_lists
def test_the_choices_of_a_filter_divide_the_rows(staff, one):
    fill(one, *range(5))
    chief = staff("ADMINISTRATOR")
    (filter,) = (filter for filter in one.rules.filters if filter.name == one.parts)
    found = [
        row
        for value in filter.choices()
        for row in rows(chief.get(f"{one.path}?buscar=fila&{filter.name}={value}"))
    ]
    assert sorted(found) == [f"Fila {place:03}" for place in range(5)]


@pytest.mark.slow
@over_all_lists
def test_bad_values_in_the_address_of_a_list_are_harmless(staff, one):
    fill(one, 0, 1)
    chief = staff("ADMINISTRATOR")
    names = ["orden", "pagina", *(one.name for one in one.rules.filters if one.choices)]
    for value in ("%00", "-1", "x'--", "%3Cb%3E", "9" * 40, "٣", "%ED%A0%80", "-", ""):
        query = "&".join(f"{name}={value}" for name in names)
        page = chief.get(f"{one.path}?{query}&buscar=fila")
        assert (len(rows(page)), "<b>Fila" in page.text and "x'--" in page.text) == (2, False)
        assert chief.get(f"{one.path}?buscar={value}").status_code == 200
    assert rows(chief.get(f"{one.path}?buscar={'fila+' * 900}")) != []


@over_all_lists
def test_the_statements_of_a_list_do_not_grow_with_its_rows(staff, one, questions):
    fill(one, 0, 1, 2)
    chief = staff("ADMINISTRATOR")
    chief.get(one.path)
    before = len(questions)
    chief.get(one.path)
    few = len(questions) - before
    fill(one, *range(3, 30))
    before = len(questions)
    chief.get(one.path)
    assert len(questions) - before == few


def listing_views() -> set[str]:
    """The names of the functions that call `listing`, each after its module."""
    return {
        f"{module.name}.{function.name}"
        for module in modules()
        if module.is_view
        for function in module.tree.body
        if isinstance(function, ast.FunctionDef) and calls_listing(function)
    }


def calls_listing(function: ast.FunctionDef) -> bool:
    return any(
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "listing"
        for node in ast.walk(function)
    )


def test_what_the_staff_see_as_a_list_is_one(app):
    views = {
        endpoint: f"{view.__module__}.{view.__name__}"
        for endpoint, view in app.view_functions.items()
        if is_guarded(app, endpoint)
    }
    names = listing_views()
    lists = {endpoint for endpoint, name in views.items() if name in names}
    assert lists == {one.endpoint for one in LISTS}, "give the list a world in LISTS"
    called_index = {endpoint for endpoint in views if endpoint.endswith(".index")}
    bare = called_index - lists - set(SHORT)
    assert bare == set(), "use participa.core.web.lists; or say in SHORT why it cannot grow"
