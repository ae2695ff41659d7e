"""Who answers what, labels, and beginnings of answers: decided by editors, once for all."""

import pytest

from participa.cases import themes
from participa.core.db import db
from participa.listening import routing
from participa.listening.intake import settings
from participa.listening.models import AnswerTemplate, CaseLabel, RoutingRule
from tests.plan.builders import account, office
from tests.visitor import field, where

RULES = "/gestion/escuchaderos/reglas"


@pytest.fixture
def offices(app):
    made = [office("movilidad", "Secretaría de Movilidad"), office("salud", "Secretaría de Salud")]
    db.session.add_all(made)
    db.session.commit()
    return made


def send(visitor, address: str, **typed):
    page = visitor.get(address)
    kept = {"csrf_token": field(page, "csrf_token")}
    return visitor.post(address, data=kept | typed)


def test_the_closest_rule_counts_and_the_page_says_which(staff, offices):
    topic, other = themes.topics()[:2]
    visitor = staff("EDITOR")
    for sent in (
        {"topic": topic, "office": offices[0].id},
        {"territory": "01", "office": offices[1].id},
        {"topic": topic, "territory": "02", "office": offices[1].id},
    ):
        done = send(visitor, f"{RULES}/nueva", **({"topic": "", "territory": ""} | sent))
        assert where(done) == RULES
    assert routing.office_for(topic, "01", 99) == offices[0].id
    assert routing.office_for(topic, "02", 99) == offices[1].id
    assert routing.office_for(other, "01", 99) == offices[1].id
    assert routing.office_for(other, "03", 99) == 99
    tried = visitor.get(f"{RULES}/probar", query_string={"tema": topic, "lugar": "01"})
    assert "<b>Secretaría de Movilidad</b>, por la regla de" in tried.text
    none = visitor.get(f"{RULES}/probar", query_string={"tema": other, "lugar": "03"})
    assert "La dependencia del escuchadero donde se diga" in none.text
    assert visitor.get(f"{RULES}/probar?tema=%00&lugar=x'--").status_code == 200


def test_a_rule_of_nothing_and_a_second_one_of_the_same_get_a_sentence(staff, offices):
    visitor, topic = staff("EDITOR"), themes.topics()[0]
    empty = send(visitor, f"{RULES}/nueva", topic="", territory="", office=offices[0].id)
    assert settings.NOTHING_CHOSEN in empty.text
    no_office = send(visitor, f"{RULES}/nueva", topic=topic, territory="", office=0)
    assert "Elija la dependencia que responde." in no_office.text
    forged = send(visitor, f"{RULES}/nueva", topic="Otro", territory="zz", office=offices[0].id)
    assert "Elija un tema de la lista." in forged.text
    for _ in range(2):
        last = send(visitor, f"{RULES}/nueva", topic=topic, territory="", office=offices[0].id)
    assert settings.RULE_TWICE in last.text
    assert db.session.query(RoutingRule).count() == 1


def test_a_rule_is_changed_and_deleted(staff, offices):
    by, topic = account(), themes.topics()[0]
    db.session.add(by)
    rule = settings.add_rule(by, topic, "", offices[0])
    settings.add_rule(by, topic, "01", offices[0])
    db.session.commit()
    visitor = staff("EDITOR")
    twice = send(visitor, f"{RULES}/{rule.id}", topic=topic, territory="01", office=offices[0].id)
    assert settings.RULE_TWICE in twice.text
    done = send(visitor, f"{RULES}/{rule.id}", topic=topic, territory="", office=offices[1].id)
    assert where(done) == RULES
    assert routing.office_for(topic, "", None) == offices[1].id
    page = visitor.get(RULES)
    assert f'action="{RULES}/{rule.id}/borrar"' in page.text
    visitor.post(f"{RULES}/{rule.id}/borrar", data={"csrf_token": field(page, "csrf_token")})
    assert routing.office_for(topic, "", None) is None


def test_labels_are_added_renamed_and_deleted(staff, app):
    visitor, address = staff("EDITOR"), f"{RULES}/etiquetas"
    for name in ("Huecos", "Luz"):
        assert where(send(visitor, address, name=name)) == address
    assert settings.LABEL_TWICE in send(visitor, address, name="Luz").text
    label = db.session.scalars(db.select(CaseLabel).filter_by(name="Luz")).one()
    send(visitor, f"{address}/{label.id}", name="Alumbrado")
    assert [one.name for one in settings.labels()] == ["Alumbrado", "Huecos"]
    page = visitor.get(address)
    sent = {"csrf_token": field(page, "csrf_token")}
    assert where(visitor.post(f"{address}/{label.id}/borrar", data=sent)) == address
    db.session.expire_all()
    assert [one.name for one in settings.labels()] == ["Huecos"]


def test_five_beginnings_of_answers_come_with_participa_and_only_once(staff, app):
    assert settings.seed_templates() == 5
    assert settings.seed_templates() == 0
    db.session.commit()
    visitor, address = staff("EDITOR"), f"{RULES}/plantillas"
    for template in settings.templates():
        page = visitor.get(address)
        assert template.title in page.text
        sent = {"csrf_token": field(page, "csrf_token")}
        visitor.post(f"{address}/{template.id}/borrar", data=sent)
    db.session.expire_all()
    assert settings.templates() == []
    assert settings.seed_templates() == 0


def test_a_template_is_written_and_changed(staff, app):
    visitor, address = staff("ADMINISTRATOR"), f"{RULES}/plantillas"
    assert where(send(visitor, f"{address}/nueva", title="Obras", text="Hola.")) == address
    made = db.session.scalars(db.select(AnswerTemplate)).one()
    assert "Escriba el texto." in send(visitor, f"{address}/{made.id}", title="Obras", text="").text
    send(visitor, f"{address}/{made.id}", title="Obras", text="Hola, vecina.")
    assert settings.templates()[0].text == "Hola, vecina."
    second = send(visitor, f"{address}/nueva", title="Obras", text="Otra.")
    assert settings.TEMPLATE_TWICE in second.text


@pytest.mark.parametrize("role", ["READER", "RESPONSIBLE"])
def test_only_editors_decide(staff, role):
    visitor = staff(role)
    for page in ("", "/nueva", "/probar", "/etiquetas", "/plantillas", "/plantillas/nueva"):
        assert visitor.get(f"{RULES}{page}").status_code == 403
