"""The staff's pages of printed surveys: print, count, type fast, type again, settle."""

from flask import Blueprint, abort, redirect, render_template, url_for
from sqlalchemy import select

from participa.channels import access
from participa.channels.access import may_write
from participa.citizens import variables
from participa.core import links, qr, spanish
from participa.core.db import db
from participa.core.editing import versions
from participa.core.web import lists
from participa.core.web.lists import LETTERS, NUMBERS, ListRules, Order, one_of
from participa.formats.header import printed_header
from participa.staff.access import READERS, WRITERS, allows, current_account, guard, say, says
from participa.surveys import wording
from participa.surveys.models import Survey
from participa.surveys.paper import in_words, queries, reconciliation, sheets
from participa.surveys.paper.models import SurveySheetBatch
from participa.surveys.paper.staff_forms import CountSheetsForm, PrintSurveyForm, SheetSampleForm
from participa.surveys.paper.typed_answers import numbered, on_paper
from participa.surveys.questionnaire import answering

STATES = {
    "En curso": SurveySheetBatch.settled_at.is_(None),
    "Cerrados": SurveySheetBatch.settled_at.is_not(None),
}
LIST = ListRules(
    search=lambda word: lists.contains(word, SurveySheetBatch.label),
    orders={
        "lote": Order("Impreso", SurveySheetBatch.id, NUMBERS),
        "lugar": Order("Dónde", lists.plain(SurveySheetBatch.label), LETTERS),
        "hojas": Order("Hojas", SurveySheetBatch.size, NUMBERS),
    },
    first="lote",
    unique=SurveySheetBatch.id,
    filters=(one_of("estado", "Estado", STATES),),
)
ID = "int(max=2147483647)"
SAMPLE = 5  # offered first

bp = guard(
    Blueprint("surveys_paper", __name__, url_prefix="/gestion/encuestas/<code>/papel"),
    "una-encuesta-en-papel",
)


def own_batch(code: str, id: int) -> tuple[Survey, SurveySheetBatch]:
    """The survey and a batch of its sheets, if the account may see them; else 404."""
    survey = access.own(Survey, code=code)
    batch = queries.batch_of(survey.id, id) or abort(404)
    return survey, versions.page_is_about(batch)


@bp.get("")
@allows(READERS)
def index(code):
    survey = access.own(Survey, code=code)
    listing = LIST.listing(select(SurveySheetBatch).filter_by(survey_id=survey.id))
    typed = queries.typed_by_batch(listing.rows)
    return render_template(
        "surveys_paper/index.html",
        survey=survey,
        listing=listing,
        counts={
            batch.id: reconciliation.count_of(batch, typed.get(batch.id, 0))
            for batch in listing.rows
        },
        why_not=sheets.why_not_printed(survey),
        may_write=may_write(),
    )


@bp.route("/imprimir", methods=["GET", "POST"])
@allows(WRITERS)
@says("Preparó las hojas. Imprímalas.")
def print_sheets(code):
    survey = access.own(Survey, code=code)
    form = PrintSurveyForm.creating(address_of_print)
    form.offer(survey)
    why_not = sheets.why_not_printed(survey)
    if not why_not and form.validate_on_submit() and (batch := form.creates(make, survey, form)):
        db.session.commit()
        return redirect(address_of_print(batch))
    page = render_template(
        "surveys_paper/print_sheets.html", form=form, survey=survey, why_not=why_not
    )
    return page, form.status


def make(survey: Survey, form: PrintSurveyForm) -> SurveySheetBatch:
    label, size = form.label.data or "", form.size.data or 0
    return sheets.make(survey, current_account(), label, size, form.chosen_use)


@bp.get(f"/<{ID}:id>/hojas")
@allows(WRITERS)
def printed(code, id):
    """The sheets of a batch, for the printer."""
    survey, batch = own_batch(code, id)
    if batch.is_settled:
        return redirect(address_of(batch))
    snapshot = sheets.snapshot_of(batch)
    questionnaire = on_paper(snapshot.questionnaire)
    return render_template(
        "surveys_paper/printed.html",
        survey=survey,
        batch=batch,
        snapshot=snapshot,
        questionnaire=questionnaire,
        numbers=in_words.numbers(questionnaire),
        only_if={one.key: in_words.only_if(one, questionnaire) for one in questionnaire.questions},
        numbered=numbered,
        how_many=answering.how_many,
        asked=variables.in_order(snapshot.variables),
        header=printed_header(survey.channel, survey.id),
        length=wording.length(questionnaire),
        closes=spanish.day(spanish.as_end(survey.closes_at)) if survey.closes_at else "",
        picture=qr.svg(links.printed(batch.code), "QR para digitar estas hojas"),
        readable=links.readable(batch.code),
        address=links.readable(survey.code),
    )


@bp.get(f"/<{ID}:id>")
@allows(READERS)
def show(code, id):
    """Whether the batch adds up, and what is still to be done."""
    survey, batch = own_batch(code, id)
    return render_template(
        "surveys_paper/show.html",
        survey=survey,
        batch=batch,
        count=reconciliation.count_of(batch),
        missing=[] if batch.is_settled else reconciliation.missing_of(batch),
        sample=reconciliation.sample_of(batch),
        again=queries.next_to_type_again(batch, current_account()),
        may_write=may_write(),
    )


@bp.route(f"/<{ID}:id>/contar", methods=["GET", "POST"])
@allows(WRITERS)
@says("Anotó cuántas hojas volvieron.")
def count(code, id):
    survey, batch = own_batch(code, id)
    form = CountSheetsForm.changing(batch, counted)
    if form.validate_on_submit() and form.carries_out(
        sheets.count,
        batch,
        current_account(),
        form.used.data,
        form.unused.data,
        form.void.data,
    ):
        db.session.commit()
        return redirect(address_of(batch))
    return render_template(
        "surveys_paper/count.html",
        form=form,
        survey=survey,
        batch=batch,
        why_not=sheets.why_not_typed(batch),
    ), form.status


def counted(batch: SurveySheetBatch) -> dict[str, int | None]:
    return {"used": batch.used, "unused": batch.unused, "void": batch.void}


@bp.route(f"/<{ID}:id>/muestra", methods=["GET", "POST"])
@allows(WRITERS)
@says("Escogió las hojas al azar.")
def draw_sample(code, id):
    survey, batch = own_batch(code, id)
    form = SheetSampleForm.creating(lambda made: address_of(batch), data={"count": SAMPLE})
    if form.validate_on_submit() and form.creates(draw, batch, form):
        db.session.commit()
        return redirect(address_of(batch))
    return render_template(
        "surveys_paper/draw_sample.html",
        form=form,
        survey=survey,
        batch=batch,
        why_not=sheets.why_not_typed(batch),
    ), form.status


def draw(batch: SurveySheetBatch, form: SheetSampleForm) -> SurveySheetBatch:
    sheets.draw(batch, current_account(), form.count.data or 0)
    return batch


@bp.post(f"/<{ID}:id>/cerrar")
@allows(WRITERS)
@says("Cerró el lote.")
def settle(code, id):
    """Let the answers count; from then on nothing says on which sheet they stood."""
    _, batch = own_batch(code, id)
    stored = sheets.settle(versions.as_seen(batch), current_account())
    answers = spanish.several(stored, "respuesta", "respuestas")
    say(f"Cerró el lote: {answers} de papel ya cuentan.")
    db.session.commit()
    return redirect(address_of(batch))


def address_of(batch: SurveySheetBatch) -> str:
    return url_for("surveys_paper.show", code=batch.survey.code, id=batch.id)


def address_of_print(batch: SurveySheetBatch) -> str:
    return url_for("surveys_paper.printed", code=batch.survey.code, id=batch.id)
