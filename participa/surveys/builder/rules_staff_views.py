"""The staff's pages of the «Mostrar si» of a question."""

from flask import Blueprint, redirect, render_template, request, url_for

from participa.core.db import db
from participa.core.editing import versions
from participa.staff.access import WRITERS, allows, current_account, guard, says
from participa.surveys.builder import rules
from participa.surveys.builder.rule_forms import ShownIfForm
from participa.surveys.builder.staff_views import own_question
from participa.surveys.models import Survey
from participa.surveys.questionnaire import rule_words

LOOKS_AT = "mira"  # in the address: the earlier question
Number = "int"

bp = guard(
    Blueprint(
        "surveys_rules",
        __name__,
        url_prefix="/gestion/encuestas/<code>/preguntas/<key>/mostrar-si",
    ),
    "una-encuesta",
)


@bp.route("", methods=["GET", "POST"])
@allows(WRITERS)
@says("Guardó cuándo se muestra la pregunta.")
def show(code, key):
    """The rule in words; with an earlier question in the address, the form that adds to it."""
    survey, question = own_question(code, key)
    questionnaire = survey.newest.questionnaire
    found = rules.subject(questionnaire, key, request.args.get(LOOKS_AT, ""))
    form = None
    if found:
        form = ShownIfForm.changing(
            survey,
            versions.as_version,
            other=found[0],
            row=found[1],
            is_first=question.shown_if is None,
        )
        if form.validate_on_submit() and form.carries_out(add_from, form, survey, key):
            db.session.commit()
            return redirect(url_for("surveys_rules.show", code=code, key=key))
    page = render_template(
        "surveys_rules/show.html",
        survey=survey,
        question=question,
        subjects=list(rules.subjects(questionnaire, key)),
        asked=request.args.get(LOOKS_AT, ""),
        asked_words=dict(rules.subjects(questionnaire, key)).get(request.args.get(LOOKS_AT, "")),
        sentence=sentence_of(survey, key),
        clause_words=lambda one: rule_words.clause_in_words(one, questionnaire.by_key),
        **({"form": form} if form else {}),
    )
    return page, form.status if form else 200


def sentence_of(survey: Survey, key: str) -> str:
    by_key = survey.newest.questionnaire.by_key
    condition = by_key[key].shown_if
    return rule_words.in_words(condition, by_key) if condition else ""


def add_from(form: ShownIfForm, survey: Survey, key: str) -> None:
    rules.add(survey, current_account(), key, form.groups, form.widens)


@bp.post(f"/<{Number}:group>/<{Number}:clause>/quitar")
@allows(WRITERS)
@says("Quitó esa parte de la regla.")
def remove(code, key, group, clause):
    survey, _ = own_question(code, key)
    rules.remove(versions.as_seen(survey), current_account(), key, group, clause)
    db.session.commit()
    return redirect(url_for("surveys_rules.show", code=code, key=key))


@bp.post("/siempre")
@allows(WRITERS)
@says("Quitó la regla: la pregunta se muestra siempre.")
def clear(code, key):
    survey, _ = own_question(code, key)
    rules.clear(versions.as_seen(survey), current_account(), key)
    db.session.commit()
    return redirect(url_for("surveys_rules.show", code=code, key=key))
