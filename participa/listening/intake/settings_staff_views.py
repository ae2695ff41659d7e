"""The staff's pages of the rules: who answers what, labels, and beginnings of answers."""

from flask import Blueprint, redirect, render_template, request, url_for
from sqlalchemy import and_, func, select
from sqlalchemy.orm import contains_eager

from participa.cases import themes
from participa.channels.listing import office_filter
from participa.citizens import territories
from participa.core.db import db
from participa.core.editing import versions
from participa.core.web import lists
from participa.core.web.lists import LETTERS, ListRules, Order, one_of, typed
from participa.listening import routing
from participa.listening.intake import fields, settings
from participa.listening.intake.settings_staff_forms import (
    LabelForm,
    RuleForm,
    TemplateForm,
    stored_label,
    stored_rule,
    stored_template,
)
from participa.listening.models import (
    AnswerTemplate,
    CaseLabel,
    RoutingRule,
    contribution_label,
)
from participa.staff.access import EDITORS, allows, current_account, guard, says
from participa.staff.models import Office

LARGEST = 2**31 - 1
REACHES = {
    "Tema y lugar": and_(RoutingRule.topic != "", RoutingRule.territory != ""),
    "Solo el tema": and_(RoutingRule.topic != "", RoutingRule.territory == ""),
    "Solo el lugar": RoutingRule.topic == "",
}

bp = guard(
    Blueprint("listening_settings", __name__, url_prefix="/gestion/escuchaderos/reglas"),
    "quien-responde-cada-aporte",
)


def has(word: str):
    """SQL: the topic, the place or the office of a rule has this word."""
    word = lists.folded(word)
    places = [one.code for one in territories.CITY if word in lists.folded(one.label)]
    found = lists.contains(word, RoutingRule.topic, Office.name)
    return found | RoutingRule.territory.in_(places) if places else found


LIST = ListRules(
    search=has,
    orders={
        "tema": Order("Tema", lists.plain(RoutingRule.topic), LETTERS),
        "lugar": Order("Lugar", RoutingRule.territory, LETTERS),
        "dependencia": Order("Responde", lists.plain(Office.name), LETTERS),
    },
    first="tema",
    unique=RoutingRule.id,
    filters=(one_of("alcance", "Alcance", REACHES), office_filter(RoutingRule.office_id)),
)


@bp.get("")
@allows(EDITORS)
def index():
    rows = select(RoutingRule).join(RoutingRule.office)
    return render_template(
        "listening_settings/index.html",
        listing=LIST.listing(rows, contains_eager(RoutingRule.office)),
        place=fields.place_in_words,
        topics=fields.topic_choices(),
        places=fields.place_choices(),
    )


@bp.get("/probar")
@allows(EDITORS)
def try_out():
    """Which office would answer a topic in a place, and by which rule."""
    topic, territory = typed(request.args, "tema"), typed(request.args, "lugar")
    topic = topic if topic in themes.topics() else ""
    territory = territory if territory in dict(fields.place_choices()) else ""
    rule = routing.closest(topic, territory)
    return render_template(
        "listening_settings/try_out.html",
        topic=topic,
        territory=territory,
        rule=rule,
        office=db.session.get(Office, rule.office_id) if rule else None,
        control=db.session.get(Office, routing.control_office_id() or 0),
        place=fields.place_in_words,
        topics=fields.topic_choices(),
        places=fields.place_choices(),
    )


@bp.route("/nueva", methods=["GET", "POST"])
@allows(EDITORS)
@says("Agregó la regla.")
def add_rule():
    form = RuleForm.creating(rule_address)
    form.offer()
    if form.validate_on_submit() and form.creates(
        settings.add_rule, current_account(), *form.facts
    ):
        db.session.commit()
        return redirect(url_for("listening_settings.index"))
    return render_template("listening_settings/add_rule.html", form=form), form.status


@bp.route(f"/<int(max={LARGEST}):id>", methods=["GET", "POST"])
@allows(EDITORS)
@says("Cambió la regla.")
def change_rule(id):
    rule = db.get_or_404(RoutingRule, id)
    form = RuleForm.changing(rule, stored_rule)
    form.offer(rule.office)
    if form.validate_on_submit() and form.carries_out(
        settings.change_rule, rule, current_account(), *form.facts
    ):
        db.session.commit()
        return redirect(url_for("listening_settings.index"))
    return render_template("listening_settings/change_rule.html", form=form, rule=rule), form.status


@bp.post(f"/<int(max={LARGEST}):id>/borrar")
@allows(EDITORS)
@says("Borró la regla.")
def delete_rule(id):
    settings.delete_rule(versions.as_seen(db.get_or_404(RoutingRule, id)), current_account())
    db.session.commit()
    return redirect(url_for("listening_settings.index"))


@bp.route("/etiquetas", methods=["GET", "POST"])
@allows(EDITORS)
@says("Agregó la etiqueta.")
def labels():
    """All labels, with the form to add one."""
    form = LabelForm.creating(label_address)
    if form.validate_on_submit() and form.creates(
        settings.add_label, current_account(), form.name.data
    ):
        db.session.commit()
        return redirect(url_for("listening_settings.labels"))
    counts = select(contribution_label.c.label_id, func.count().label("uses"))
    rows = db.session.execute(counts.group_by(contribution_label.c.label_id))
    return render_template(
        "listening_settings/labels.html",
        form=form,
        labels=settings.labels(),
        uses={row.label_id: row.uses for row in rows},
    ), form.status


@bp.route(f"/etiquetas/<int(max={LARGEST}):id>", methods=["GET", "POST"])
@allows(EDITORS)
@says("Guardó la etiqueta.")
def rename_label(id):
    label = db.get_or_404(CaseLabel, id)
    form = LabelForm.changing(label, stored_label)
    if form.validate_on_submit() and form.carries_out(
        settings.rename_label, label, current_account(), form.name.data
    ):
        db.session.commit()
        return redirect(url_for("listening_settings.labels"))
    return render_template(
        "listening_settings/rename_label.html", form=form, label=label
    ), form.status


@bp.post(f"/etiquetas/<int(max={LARGEST}):id>/borrar")
@allows(EDITORS)
@says("Borró la etiqueta.")
def delete_label(id):
    settings.delete_label(versions.as_seen(db.get_or_404(CaseLabel, id)), current_account())
    db.session.commit()
    return redirect(url_for("listening_settings.labels"))


@bp.get("/plantillas")
@allows(EDITORS)
def templates():
    return render_template("listening_settings/templates.html", templates=settings.templates())


@bp.route("/plantillas/nueva", methods=["GET", "POST"])
@allows(EDITORS)
@says("Agregó la plantilla.")
def add_template():
    form = TemplateForm.creating(template_address)
    if form.validate_on_submit() and form.creates(
        settings.add_template, current_account(), form.title.data, form.text.data
    ):
        db.session.commit()
        return redirect(url_for("listening_settings.templates"))
    return render_template("listening_settings/add_template.html", form=form), form.status


@bp.route(f"/plantillas/<int(max={LARGEST}):id>", methods=["GET", "POST"])
@allows(EDITORS)
@says("Guardó la plantilla.")
def change_template(id):
    template = db.get_or_404(AnswerTemplate, id)
    form = TemplateForm.changing(template, stored_template)
    if form.validate_on_submit() and form.carries_out(
        settings.change_template, template, current_account(), form.title.data, form.text.data
    ):
        db.session.commit()
        return redirect(url_for("listening_settings.templates"))
    return render_template(
        "listening_settings/change_template.html", form=form, template=template
    ), form.status


@bp.post(f"/plantillas/<int(max={LARGEST}):id>/borrar")
@allows(EDITORS)
@says("Borró la plantilla.")
def delete_template(id):
    template = versions.as_seen(db.get_or_404(AnswerTemplate, id))
    settings.delete_template(template, current_account())
    db.session.commit()
    return redirect(url_for("listening_settings.templates"))


def rule_address(rule: RoutingRule) -> str:
    return url_for("listening_settings.change_rule", id=rule.id)


def label_address(label: CaseLabel) -> str:
    return url_for("listening_settings.rename_label", id=label.id)


def template_address(template: AnswerTemplate) -> str:
    return url_for("listening_settings.change_template", id=template.id)
