"""The staff's pages of a survey: the list, its settings, and what becomes of it."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from sqlalchemy import func, select
from sqlalchemy.orm import contains_eager

from participa.channels import access
from participa.channels.access import may_write
from participa.channels.forms import ActForm, ClosingForm, ReopenForm, moments_of
from participa.channels.listing import phase_filter, rules, visible_rows
from participa.channels.phases import Phase
from participa.channels.wording import beside_state, early_closing
from participa.core import links, spanish
from participa.core.db import db
from participa.core.editing import versions
from participa.core.web import lists
from participa.core.web.lists import NUMBERS, Order, one_of
from participa.formats.header import printed_header
from participa.plan import queries as plans
from participa.staff.access import READERS, WRITERS, allows, current_account, guard, say, says
from participa.surveys import access_codes, queries, service, wording
from participa.surveys.attached import opening
from participa.surveys.models import Survey, SurveyAccess, SurveyResponse
from participa.surveys.office import next_steps, starts
from participa.surveys.office.staff_forms import NewSurveyForm, SettingsForm, values_of

ANSWERS = select(func.count()).where(SurveyResponse.survey_id == Survey.id).scalar_subquery()
ARCHIVE = "archivo"
LIST = rules(
    Survey,
    "Encuesta",
    {"respuestas": Order("Respuestas", ANSWERS, NUMBERS)},
    (
        phase_filter(Survey),
        one_of(
            "acceso", "Quién responde", {one.value: Survey.access == one for one in SurveyAccess}
        ),
        one_of(
            ARCHIVE,
            "Archivo",
            {
                "En uso": Survey.archived_at.is_(None),
                "Archivadas": Survey.archived_at.is_not(None),
            },
        ),
    ),
)
# The other pages of a survey: endpoint, its words, and whether it is of single-use codes only.
TAKING, FILES = "surveys_assisted.take", "surveys_files.index"
ROOMS = (
    ("surveys_builder.index", "Preguntas", False),
    ("surveys_codes.index", "Códigos de un solo uso", True),
    ("surveys_figures.show", "Resultados", False),
    ("surveys_figures.coverage", "Cobertura", False),
    ("surveys_texts.index", "Respuestas escritas", False),
    (FILES, "Archivos adjuntos", False),
    ("surveys_paper.index", "Formularios en papel", False),
    (TAKING, "Tomar una respuesta", False),
)

bp = guard(Blueprint("surveys_staff", __name__, url_prefix="/gestion/encuestas"), "una-encuesta")


@bp.get("")
@allows(READERS)
def index():
    rows = visible_rows(Survey, current_account())
    if not lists.typed(request.args, ARCHIVE):
        rows = rows.where(Survey.archived_at.is_(None))
    listing = LIST.listing(rows, contains_eager(Survey.office))
    return render_template(
        "surveys_staff/index.html",
        listing=listing,
        people=queries.people_by_survey(listing.rows),
        when={survey.id: beside_state(survey) for survey in listing.rows},
        has_archived=has_archived(),
        may_write=may_write(),
    )


def has_archived() -> bool:
    rows = visible_rows(Survey, current_account()).where(Survey.archived_at.is_not(None))
    return db.session.scalar(rows.with_only_columns(Survey.id).limit(1)) is not None


@bp.route("/nueva", methods=["GET", "POST"])
@allows(WRITERS)
@says("Guardó el borrador.")
def create():
    form = NewSurveyForm.creating(lambda made: url_for("surveys_staff.show", code=made.code))
    form.offer(current_account())
    if form.validate_on_submit() and (survey := form.creates(create_from, form)):
        db.session.commit()
        return redirect(url_for("surveys_builder.index", code=survey.code))
    page = render_template("surveys_staff/create.html", form=form, starts=starts.all_starts())
    return page, form.status


@bp.get("/<code>")
@allows(READERS)
def show(code):
    survey = access.own(Survey, code=code)
    return render_template(
        "surveys_staff/show.html",
        survey=survey,
        when=beside_state(survey),
        early_closing=early_closing(survey),
        missing=[] if survey.is_published else service.missing_requirements(survey),
        next=next_steps.next_step(survey),
        length=wording.length(survey.newest.questionnaire),
        people=queries.people(survey.id),
        today=queries.people_today(survey.id),
        scans=queries.scans(survey.code),
        codes=access_codes.counts(survey.id) if survey.access.needs_code else {},
        rooms=rooms_of(survey),
        fulfils=plans.references(survey.tasks),
        header=printed_header(survey.channel, survey.id),
        address=links.absolute(url_for("surveys.answer", code=survey.code)),
        short=links.readable(survey.code),
        may_write=may_write(),
        form=ActForm.creating(endpoint="surveys_staff.duplicate"),
    )


def rooms_of(survey: Survey) -> list[tuple[str, str]]:
    """Address and words of each page of a survey that the account may open."""
    return [
        (url_for(endpoint, code=survey.code), words)
        for endpoint, words, is_of_codes in ROOMS
        if survey.access.needs_code or not is_of_codes
        if may_write() or endpoint != TAKING
        if endpoint != FILES or opening.words_of(survey.id)
    ]


@bp.route("/<code>/cambiar", methods=["GET", "POST"])
@allows(WRITERS)
@says("Guardó los cambios.")
def edit(code):
    survey = access.own(Survey, code=code)
    form = SettingsForm.changing(survey, values_of)
    form.offer(current_account(), survey)
    if form.validate_on_submit() and form.carries_out(change_from, form, survey):
        db.session.commit()
        return redirect(url_for("surveys_staff.show", code=code))
    frozen = queries.has_answers(survey.id)
    page = render_template("surveys_staff/edit.html", form=form, survey=survey, frozen=frozen)
    return page, form.status


@bp.post("/<code>/publicar")
@allows(WRITERS)
@says("Publicó la encuesta.")
def publish(code):
    survey = access.own(Survey, code=code)
    service.publish(versions.as_seen(survey), current_account())
    if survey.phase is Phase.SCHEDULED:
        say(f"Programó la encuesta: abre el {spanish.moment(survey.opens_at)}")
    db.session.commit()
    return redirect(url_for("surveys_staff.show", code=code))


@bp.route("/<code>/cerrar", methods=["GET", "POST"])
@allows(WRITERS)
@says("Cerró la encuesta.")
def close(code):
    survey = access.own(Survey, code=code)
    form = ClosingForm.changing(survey, moments_of, record=survey)
    if form.validate_on_submit() and form.carries_out(
        service.close, survey, current_account(), form.given_reason
    ):
        db.session.commit()
        return redirect(url_for("surveys_staff.show", code=code))
    why_not = service.why_not_closed(survey)
    page = render_template("surveys_staff/close.html", form=form, survey=survey, why_not=why_not)
    return page, form.status


@bp.route("/<code>/reabrir", methods=["GET", "POST"])
@allows(WRITERS)
@says("Reabrió la encuesta.")
def reopen(code):
    survey = access.own(Survey, code=code)
    form = ReopenForm.changing(survey, moments_of)
    if form.validate_on_submit():
        until, why = form.closes_at.moment, form.reason.data
        if form.carries_out(service.reopen, survey, current_account(), until, why):
            db.session.commit()
            return redirect(url_for("surveys_staff.show", code=code))
    why_not = service.why_not_reopened(survey)
    page = render_template("surveys_staff/reopen.html", form=form, survey=survey, why_not=why_not)
    return page, form.status


@bp.post("/<code>/duplicar")
@allows(WRITERS)
@says("Duplicó la encuesta: esta es la copia.")
def duplicate(code):
    survey = access.own(Survey, code=code)
    copy = ActForm.creating().created(service.duplicate, survey, current_account())
    db.session.commit()
    return redirect(url_for("surveys_staff.edit", code=copy.code))


@bp.post("/<code>/archivar")
@allows(WRITERS)
@says("Archivó la encuesta.")
def archive(code):
    survey = access.own(Survey, code=code)
    service.archive(versions.as_seen(survey), current_account())
    db.session.commit()
    return redirect(url_for("surveys_staff.show", code=code))


@bp.post("/<code>/desarchivar")
@allows(WRITERS)
@says("Sacó la encuesta del archivo.")
def unarchive(code):
    survey = access.own(Survey, code=code)
    service.unarchive(versions.as_seen(survey), current_account())
    db.session.commit()
    return redirect(url_for("surveys_staff.show", code=code))


def create_from(form: NewSurveyForm) -> Survey:
    by = current_account()
    begun: Any = starts.start(form.start.data or "").questionnaire
    official = form.official_format.chosen
    return service.create(by, begun, form.chosen_tasks, official, **form.facts(by))


def change_from(form: SettingsForm, survey: Survey) -> None:
    by = current_account()
    service.change(survey, by, form.chosen_tasks, form.given_reason, **form.facts(by))
    service.choose_format(survey, by, form.official_format.chosen)
