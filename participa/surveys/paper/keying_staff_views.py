"""Typing sheets by keyboard alone: one after the other, again, and deciding where they differ."""

import json
from typing import Any

from flask import Blueprint, abort, redirect, render_template, url_for
from werkzeug.datastructures import MultiDict

from participa.citizens import territories
from participa.core.db import db
from participa.core.editing import versions
from participa.staff.access import (
    WRITERS,
    allows,
    current_account,
    guard,
    say,
    says,
    with_second_factor,
)
from participa.staff.signing_in import second_factor
from participa.surveys.models import Survey
from participa.surveys.paper import in_words, queries, reconciliation, sheets
from participa.surveys.paper.models import SurveySheet, SurveySheetBatch
from participa.surveys.paper.staff_forms import FIRST, PICK, SECOND, KeySheetForm, TwoTypingsForm
from participa.surveys.paper.staff_views import ID, address_of, own_batch
from participa.surveys.paper.typed_answers import codes_by_sign, numbered
from participa.surveys.questionnaire.drawing import condition_of
from participa.surveys.questionnaire.questions import SurveyQuestion

bp = guard(
    Blueprint("surveys_keying", __name__, url_prefix="/gestion/encuestas/<code>/papel"),
    "una-encuesta-en-papel",
)


@bp.route(f"/<{ID}:id>/digitar", methods=["GET", "POST"])
@allows(WRITERS)
@says("Guardó la hoja.")
def key(code, id):
    """The next sheet: what is typed is kept until the batch is settled."""
    survey, batch = own_batch(code, id)
    form = KeySheetForm.creating(
        lambda made: url_for("surveys_keying.key", code=code, id=id),
        snapshot=sheets.snapshot_of(batch),
        data={"number": queries.next_number(batch)},
    )
    if (
        not sheets.why_not_typed(batch)
        and form.is_sent
        and form.validate_on_submit()
        and (sheet := form.creates(store, batch, form))
    ):
        say(f"Guardó la hoja {sheet.number}.")
        db.session.commit()
        return redirect(url_for("surveys_keying.key", code=code, id=id))
    return page_of("surveys_keying/key.html", survey, batch, form)


def store(batch: SurveySheetBatch, form: KeySheetForm) -> SurveySheet:
    return sheets.key(batch, current_account(), form.number.data or 0, form.fields_typed)


@bp.route(f"/<{ID}:id>/hoja/<{ID}:number>", methods=["GET", "POST"])
@allows(WRITERS)
@with_second_factor
@says("Corrigió la hoja.")
def correct(code, id, number):
    survey, batch, sheet = own_sheet(code, id, number)
    form = KeySheetForm.changing(
        sheet,
        as_typed,
        snapshot=sheets.snapshot_of(batch),
        prefilled=sheets.fields_of(sheet),
        asks_number=False,
    )
    if (
        form.is_sent
        and form.validate_on_submit()
        and form.carries_out(sheets.correct, sheet, current_account(), form.fields_typed)
    ):
        db.session.commit()
        return redirect(address_of(batch))
    return page_of("surveys_keying/correct.html", survey, batch, form, sheet)


@bp.post(f"/<{ID}:id>/hoja/<{ID}:number>/quitar")
@allows(WRITERS)
@says("Quitó lo digitado de la hoja.")
def remove(code, id, number):
    _, batch, sheet = own_sheet(code, id, number)
    sheets.remove(versions.as_seen(sheet), current_account())
    db.session.commit()
    return redirect(address_of(batch))


@bp.route(f"/<{ID}:id>/repetir", methods=["GET", "POST"])
@allows(WRITERS)
@says("Guardó la segunda digitación.")
def type_again(code, id):
    """The next drawn sheet, empty, for somebody who did not type it first."""
    survey, batch = own_batch(code, id)
    sheet = queries.next_to_type_again(batch, current_account())
    if sheet is None:
        return redirect(address_of(batch))
    form = KeySheetForm.changing(
        sheet,
        versions.as_version,
        snapshot=sheets.snapshot_of(batch),
        prefilled=MultiDict(),
        asks_number=False,
    )
    if form.is_sent and form.validate_on_submit():
        typed = list(form.fields_typed)
        number = sheet.number
        differ = form.carries_out(again, sheet, typed)
        if differ is not None:
            say(said_of(number, differ))
            db.session.commit()
            return redirect(url_for("surveys_keying.type_again", code=code, id=id))
    return page_of("surveys_keying/type_again.html", survey, batch, form, sheet)


def again(sheet: SurveySheet, typed: list[tuple[str, str]]) -> bool:
    return sheets.type_again(sheet, current_account(), typed)


def said_of(number: int, differ: bool) -> str:
    if not differ:
        return f"La hoja {number} coincide."
    return f"La hoja {number} no coincide. Compárela con el papel y decida."


@bp.route(f"/<{ID}:id>/hoja/<{ID}:number>/decidir", methods=["GET", "POST"])
@allows(WRITERS)
@with_second_factor
@says("Decidió qué queda de la hoja.")
def decide(code, id, number):
    survey, batch, sheet = own_sheet(code, id, number)
    if not sheet.waits_for_decision:
        return redirect(address_of(batch))
    snapshot = sheets.snapshot_of(batch)
    found = sheets.differences(snapshot, sheets.fields_of(sheet), sheets.second_of(sheet))
    form = TwoTypingsForm.changing(sheet, as_typed, differences=found)
    if form.validate_on_submit() and form.carries_out(
        sheets.decide, sheet, current_account(), form.seconds
    ):
        db.session.commit()
        return redirect(address_of(batch))
    return render_template(
        "surveys_keying/decide.html",
        form=form,
        survey=survey,
        batch=batch,
        sheet=sheet,
        differences=found,
        chosen=form.chosen if form.is_submitted() else {},
        pick=PICK,
        first=FIRST,
        second=SECOND,
    ), form.status


def own_sheet(code: str, id: int, number: int) -> tuple[Survey, SurveySheetBatch, SurveySheet]:
    """The sheet of a batch that is open, or 404. What was typed may name a person."""
    second_factor.require(current_account())
    survey, batch = own_batch(code, id)
    versions.lock_first(batch)
    sheet = queries.sheet_of(batch, number) or abort(404)
    return survey, batch, versions.page_is_about(sheet)


def as_typed(sheet: SurveySheet) -> dict[str, Any]:
    """What a page about a typed sheet stands on: also on what was typed, which is a row apart."""
    answers = sheet.typed
    return {"version": versions.of(sheet), "typed": [answers.fields, answers.second_fields]}


def page_of(
    template: str,
    survey: Survey,
    batch: SurveySheetBatch,
    form: KeySheetForm,
    sheet: SurveySheet | None = None,
) -> tuple[str, int]:
    """The screen on which a sheet is typed."""
    page = render_template(
        template,
        survey=survey,
        batch=batch,
        sheet=sheet,
        form=form,
        questionnaire=form.questionnaire,
        numbers=in_words.numbers(form.questionnaire),
        only_if={
            one.key: in_words.only_if(one, form.questionnaire)
            for one in form.questionnaire.questions
        },
        skips={one.key: skip_of(one) for one in form.questionnaire.questions},
        numbered=numbered,
        city=territories.CITY,
        count=reconciliation.count_of(batch),
        sample=reconciliation.sample_of(batch),
        next_number=queries.next_number(batch),
        why_not=sheets.why_not_typed(batch),
    )
    return page, form.status if form.is_sent else 200


def skip_of(question: SurveyQuestion) -> tuple[str, str]:
    """When a question is passed over, and the codes of the signs that decide it, as JSON."""
    signs = codes_by_sign(question)
    return condition_of(question), json.dumps(signs) if signs else ""
