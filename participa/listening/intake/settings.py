"""What the city decides once for all contributions: who answers what, labels, and beginnings."""

import json
from pathlib import Path

from sqlalchemy import func, select

from participa.core import audit
from participa.core.db import db, unique_or_refuse
from participa.core.errors import Refused
from participa.listening.models import AnswerTemplate, CaseLabel, RoutingRule
from participa.staff.models import Account, Office

SEED = Path(__file__).parent / "seed" / "answer-templates.json"
MANY = 200
NOTHING_CHOSEN = "Elija un tema, un lugar o los dos: para todo lo demás responde el escuchadero."
RULE_TWICE = "Ya hay una regla para ese tema y ese lugar. Cámbiela en la lista."
LABEL_TWICE = "Ya hay una etiqueta con ese nombre."
TEMPLATE_TWICE = "Ya hay una plantilla con ese título."


def add_rule(by: Account, topic: str, territory: str, office: Office) -> RoutingRule:
    rule = RoutingRule(topic=topic, territory=territory, office=office)
    _check(rule)
    with unique_or_refuse("uq_routing_rule_topic_territory", Refused(RULE_TWICE, "topic")):
        db.session.add(rule)
    audit.record("listening.rule_added", rule, by, **_facts(rule))
    return rule


def change_rule(rule: RoutingRule, by: Account, topic: str, territory: str, office: Office) -> None:
    """Change where it leads, for what is filed from now on."""
    with unique_or_refuse("uq_routing_rule_topic_territory", Refused(RULE_TWICE, "topic")):
        rule.topic, rule.territory, rule.office = topic, territory, office
        _check(rule)
        db.session.flush()
    audit.record("listening.rule_changed", rule, by, **_facts(rule))


def delete_rule(rule: RoutingRule, by: Account) -> None:
    audit.record("listening.rule_deleted", rule, by, **_facts(rule))
    db.session.delete(rule)


def labels() -> list[CaseLabel]:
    return list(db.session.scalars(select(CaseLabel).order_by(CaseLabel.name).limit(MANY)))


def add_label(by: Account, name: str) -> CaseLabel:
    label = CaseLabel(name=name)
    with unique_or_refuse("uq_case_label_name", Refused(LABEL_TWICE, "name")):
        db.session.add(label)
    audit.record("listening.label_added", label, by, name=name)
    return label


def rename_label(label: CaseLabel, by: Account, name: str) -> None:
    with unique_or_refuse("uq_case_label_name", Refused(LABEL_TWICE, "name")):
        label.name = name
        db.session.flush()
    audit.record("listening.label_renamed", label, by, name=name)


def delete_label(label: CaseLabel, by: Account) -> None:
    """Take it off every contribution that has it."""
    audit.record("listening.label_deleted", label, by, name=label.name)
    db.session.delete(label)


def templates() -> list[AnswerTemplate]:
    rows = select(AnswerTemplate).order_by(AnswerTemplate.title)
    return list(db.session.scalars(rows.limit(MANY)))


def add_template(by: Account, title: str, text: str) -> AnswerTemplate:
    template = AnswerTemplate(title=title, text=text)
    with unique_or_refuse("uq_answer_template_title", Refused(TEMPLATE_TWICE, "title")):
        db.session.add(template)
    audit.record("listening.template_added", template, by, title=title)
    return template


def change_template(template: AnswerTemplate, by: Account, title: str, text: str) -> None:
    with unique_or_refuse("uq_answer_template_title", Refused(TEMPLATE_TWICE, "title")):
        template.title, template.text = title, text
        db.session.flush()
    audit.record("listening.template_changed", template, by, title=title)


def delete_template(template: AnswerTemplate, by: Account) -> None:
    audit.record("listening.template_deleted", template, by, title=template.title)
    db.session.delete(template)


def seed_templates() -> int:
    """Insert the beginnings that come with participa, once; returns how many."""
    is_begun = select(audit.AuditEntry.number).where(
        audit.AuditEntry.action == "listening.templates_seeded"
    )
    if db.session.scalar(is_begun.limit(1)) or db.session.scalar(
        select(func.count(AnswerTemplate.id))
    ):
        return 0
    seed = json.loads(SEED.read_text("utf-8"))["templates"]
    db.session.add_all(AnswerTemplate(**one) for one in seed)
    audit.record("listening.templates_seeded", "AnswerTemplate", by="participa", rows=len(seed))
    return len(seed)


def _check(rule: RoutingRule) -> None:
    if not rule.topic and not rule.territory:
        raise Refused(NOTHING_CHOSEN, "topic")


def _facts(rule: RoutingRule) -> dict[str, str]:
    office = rule.office.slug if rule.office else ""
    return {"topic": rule.topic, "territory": rule.territory, "office": office}
