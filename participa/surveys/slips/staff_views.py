"""The staff's pages of single-use codes: make, print, link, void, look one up.

No page says what a code answered, and of an anonymous survey not even on which day.
"""

from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from sqlalchemy import select

from participa.channels import access, exports
from participa.channels.access import may_write
from participa.core import codes, links, spanish
from participa.core.db import db
from participa.core.editing import versions
from participa.core.tables import tables
from participa.core.web import lists
from participa.core.web.lists import LETTERS, NUMBERS, ListRules, Order, one_of
from participa.staff.access import READERS, WRITERS, allows, current_account, guard, says
from participa.surveys import access_codes
from participa.surveys.models import Survey, SurveyAccess, SurveyCode, SurveyCodeBatch
from participa.surveys.slips import printing, queries
from participa.surveys.slips.staff_forms import FORMATS, CodeBatchForm, FindCodeForm, LinksForm

STATES = {
    "Vigentes": SurveyCodeBatch.voided_at.is_(None),
    "Anulados": SurveyCodeBatch.voided_at.is_not(None),
}
LIST = ListRules(
    search=lambda word: lists.contains(word, SurveyCodeBatch.label),
    orders={
        "lote": Order("Lote", SurveyCodeBatch.id, NUMBERS),
        "para": Order("Para quién", lists.plain(SurveyCodeBatch.label), LETTERS),
        "codigos": Order("Códigos", SurveyCodeBatch.size, NUMBERS),
    },
    first="lote",
    unique=SurveyCodeBatch.id,
    filters=(one_of("estado", "Estado", STATES),),
)
ID = "int(max=2147483647)"

bp = guard(
    Blueprint("surveys_codes", __name__, url_prefix="/gestion/encuestas/<code>/codigos"),
    "los-codigos-de-una-encuesta",
)


def coded_survey(code: str) -> Survey:
    """The survey, or 404 if anybody may answer it."""
    survey = access.own(Survey, code=code)
    return survey if survey.access.needs_code else abort(404)


def own_batch(code: str, id: int) -> tuple[Survey, SurveyCodeBatch]:
    survey = coded_survey(code)
    batch = queries.batch_of(survey.id, id) or abort(404)
    return survey, versions.page_is_about(batch)


def why_not_made(survey: Survey) -> str:
    """Why no codes are made here now; "" if they are."""
    if survey.access is SurveyAccess.GIVEN:
        return "Los códigos de esta encuesta los da otra parte de participa, uno a cada persona."
    return "Esta encuesta ya cerró: nadie usaría los códigos." if survey.is_closed else ""


@bp.get("")
@allows(READERS)
def index(code):
    survey = coded_survey(code)
    listing = LIST.listing(select(SurveyCodeBatch).filter_by(survey_id=survey.id))
    return render_template(
        "surveys_codes/index.html",
        survey=survey,
        listing=listing,
        counts=queries.counts_by_batch(listing.rows),
        total=queries.counted(access_codes.counts(survey.id)),
        why_not=why_not_made(survey),
        may_write=may_write(),
    )


@bp.route("/hacer", methods=["GET", "POST"])
@allows(WRITERS)
@says("Hizo los códigos. Ya puede imprimirlos.")
def make(code):
    survey = coded_survey(code)
    form = CodeBatchForm.creating(address_of)
    why_not = why_not_made(survey)
    if (
        not why_not
        and form.validate_on_submit()
        and (
            batch := form.creates(
                access_codes.make_batch,
                survey,
                current_account(),
                form.label.data,
                form.size.data,
            )
        )
    ):
        db.session.commit()
        return redirect(address_of(batch))
    page = render_template("surveys_codes/make.html", form=form, survey=survey, why_not=why_not)
    return page, form.status


@bp.get(f"/<{ID}:id>")
@allows(READERS)
def show(code, id):
    survey, batch = own_batch(code, id)
    return render_template(
        "surveys_codes/show.html",
        survey=survey,
        batch=batch,
        counts=queries.counts_by_batch([batch])[batch.id],
        parts=printing.parts(batch),
        may_write=may_write(),
    )


@bp.post(f"/<{ID}:id>/imprimir")
@allows(WRITERS)
@says("Las tiras están listas: imprímalas.")
def print_slips(code, id):
    """Note that the slips are printed: who prints them again is warned."""
    _, batch = own_batch(code, id)
    access_codes.note_printed(versions.as_seen(batch), current_account())
    db.session.commit()
    return redirect(url_for("surveys_codes.printed", code=code, id=id))


@bp.get(f"/<{ID}:id>/tiras")
@allows(WRITERS)
def printed(code, id):
    """The slips for the printer, a part at a time; the screen does not show them."""
    survey, batch = own_batch(code, id)
    if batch.printed_at is None or batch.voided_at is not None:
        return redirect(address_of(batch))
    part = min(max(request.args.get("parte", 1, int), 1), printing.parts(batch))
    page = render_template(
        "surveys_codes/printed.html",
        survey=survey,
        batch=batch,
        slips=printing.slips(batch, part),
        part=part,
        parts=printing.parts(batch),
        address=links.readable(survey.code),
        closes=spanish.day(spanish.as_end(survey.closes_at)) if survey.closes_at else "",
    )
    return page, {"Cache-Control": "no-store"}


@bp.route(f"/<{ID}:id>/enlaces", methods=["GET", "POST"])
@allows(WRITERS)
def download(code, id):
    """The links of a batch as a file; who takes it and why stays in the audit trail."""
    survey, batch = own_batch(code, id)
    form = LinksForm()
    if batch.voided_at is None and form.validate_on_submit():
        access_codes.note_links(batch, current_account(), form.reason.data or "")
        file = exports.deliver(
            printing.links_of(batch), form.format.data, f"enlaces-{survey.code}-{batch.id}"
        )
        db.session.commit()
        return file
    return render_template(
        "surveys_codes/download.html", form=form, survey=survey, batch=batch
    ), form.status


@bp.post(f"/<{ID}:id>/anular")
@allows(WRITERS)
@says("Anuló los códigos sin usar del lote.")
def void_batch(code, id):
    _, batch = own_batch(code, id)
    access_codes.void_batch(versions.as_seen(batch), current_account())
    db.session.commit()
    return redirect(address_of(batch))


@bp.route("/buscar", methods=["GET", "POST"])
@allows(READERS)
def find(code):
    """What became of one code. It is sent in the body, so that no log of addresses has it."""
    survey = coded_survey(code)
    form = FindCodeForm()
    found = None
    if form.validate_on_submit():
        found = access_codes.find(survey.id, form.code.data or "")
        if found is None:
            form.reject("Ese código no es de esta encuesta. Compare las letras.", "code")
    page = render_template(
        "surveys_codes/find.html",
        form=form,
        survey=survey,
        found=found,
        shown=codes.show(codes.read(form.code.data or "")),
        facts=facts_of(found),
        may_write=may_write(),
    )
    return page, 200 if found else form.status


def facts_of(found: SurveyCode | None) -> list[tuple[str, str]]:
    """What may be said of a code."""
    if found is None:
        return []
    facts: list[Any] = [("Estado", found.state.value)]
    if found.batch is not None:
        facts.append(("Lote", f"{found.batch.label}, número {spanish.number(found.place or 0)}"))
    return facts


@bp.post("/<int(max=9223372036854775807):id>/anular-uno")
@allows(WRITERS)
@says("Anuló el código.")
def void_one(code, id):
    survey = coded_survey(code)
    found = queries.code_of(survey.id, id) or abort(404)
    access_codes.void(versions.as_seen(found), current_account())
    db.session.commit()
    return redirect(url_for("surveys_codes.find", code=code))


def address_of(batch: SurveyCodeBatch) -> str:
    return url_for("surveys_codes.show", code=batch.survey.code, id=batch.id)


assert FORMATS.keys() <= tables.FORMATS.keys()  # noqa: S101 - the form offers what can be made
