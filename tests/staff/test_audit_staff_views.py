"""The audit trail: looked through by administrators, and taken away in writing."""

import ast
from functools import cache

import pytest

from participa.app import CHANNELS
from participa.cases import audit_words as case_words
from participa.channels.moderation import ReviewState
from participa.citizens import audit_words as citizens_words
from participa.core import audit
from participa.core.audit import AuditEntry
from participa.core.db import db
from participa.core.installation import installation
from participa.plan import audit_words as plan_words
from participa.staff import audit_words
from participa.staff.audit_words import AuditWords
from participa.staff.models import Role
from participa.topics.models import Decision
from tests.house.source import modules
from tests.staff.people import post


def acts(count: int, action: str = "topics.published", by: str = "ana@ejemplo.org") -> None:
    for number in range(count):
        audit.record(action, f"TopicCall:{number}", by=by)
    db.session.commit()


def test_fifty_acts_stand_on_a_page_the_latest_first(staff):
    chief = staff("ADMINISTRATOR")
    acts(120)
    page = chief.get("/gestion/registro").text
    assert page.count('<td data-label="Acto">') == 50
    assert "120 actos" in page
    assert "Página 1 de 3" in page
    assert "Formulario de temas 119<" in page
    last = chief.get("/gestion/registro?pagina=3").text
    assert "Formulario de temas 0<" in last
    assert last.count('<td data-label="Acto">') == 20


def test_acts_are_found_by_what_who_and_on_what(staff):
    chief = staff("ADMINISTRATOR")
    acts(2)
    acts(3, "topics.closed", by="luz@ejemplo.org")
    assert "3 actos" in chief.get("/gestion/registro?acto=topics.closed").text
    assert "2 actos" in chief.get("/gestion/registro?quien=ana@ejemplo.org").text
    assert "2 actos" in chief.get("/gestion/registro?sobre=TopicCall:1").text
    assert "2 actos" in chief.get("/gestion/registro?sobre=formulario+de+temas+1").text
    assert "Ninguna fila coincide" in chief.get("/gestion/registro?quien=nadie").text


def test_an_act_is_told_in_the_citys_words(staff):
    chief = staff("ADMINISTRATOR")
    acts(1)
    acts(1, "unknown.act")
    page = chief.get("/gestion/registro").text
    assert '<td data-label="Acto">Publicó un formulario de temas</td>' in page
    assert '<td data-label="Acto">unknown.act</td>' in page


def test_every_act_has_words(app):
    names = [call.args[0] for call in calls_of_record()]
    recorded = {name.value for name in names if isinstance(name, ast.Constant)}
    assert len(recorded) > 40
    assert recorded <= set(audit_words.all_words().acts), (
        "give it words in its package's audit_words"
    )


@pytest.mark.parametrize("channel", CHANNELS, ids=lambda channel: channel.name)
def test_what_happens_to_every_channel_has_words(app, channel):
    has_export = f"{channel.name}_staff.export" in app.view_functions
    for verb in ("created", "changed", *(["exported"] if has_export else [])):
        assert f"{channel.name}.{verb}" in channel.words.acts


def test_an_act_has_its_words_in_its_own_package():
    own = {"staff": audit_words.WORDS, "plan": plan_words.WORDS, "citizens": citizens_words.WORDS}
    own |= {"cases": case_words.WORDS} | {row.name: row.words for row in CHANNELS}
    for package, words in own.items():
        strange = {act for act in words.acts if not act.startswith(f"{package}.")}
        of_core = {"retention.purged", "personal.keys_rotated", "demo.begun"}
        assert strange <= (of_core if package == "staff" else set()), package


def test_two_packages_cannot_give_words_to_the_same_act():
    with pytest.raises(ValueError, match=r"plan\.closed"):
        audit_words.merged([plan_words.WORDS, AuditWords(acts={"plan.closed": "Otra cosa"})])


@cache
def calls_of_record() -> list[ast.Call]:
    return [
        call
        for module in modules()
        for call in ast.walk(module.tree)
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "audit.record"
    ]


def test_hostile_filters_and_pages_are_harmless(staff):
    chief = staff("ADMINISTRATOR")
    acts(1)
    for query in ("pagina=-1", "pagina=x", "pagina=99999999999", "acto=%27--", "quien=%3Cb%3E"):
        page = chief.get(f"/gestion/registro?{query}")
        assert page.status_code == 200
        assert "<b>" not in page.text


def test_taking_the_trail_away_is_written_down_with_its_filters(staff):
    chief = staff("ADMINISTRATOR")
    acts(3)
    acts(1, "topics.closed")
    page = post(chief, "/gestion/registro", "/gestion/registro/exportar/csv", acto="topics.closed")
    lines = page.text.strip().split("\r\n")
    assert len(lines) == 2
    assert "topics.closed" in lines[1]
    entry = db.session.scalars(db.select(AuditEntry).filter_by(action="staff.exported")).one()
    assert entry.details["filters"]["acto"] == "topics.closed"
    assert entry.actor == str(chief.account)


def test_taking_it_away_asks_for_a_recent_password(staff, at):
    at(2026, 3, 2, 13, 0)
    chief = staff("ADMINISTRATOR")
    at(2026, 3, 2, 13, 16)
    page = post(chief, "/gestion/registro", "/gestion/registro/exportar/csv")
    assert page.status_code == 403
    assert "Confirme que es usted" in page.text


def test_what_an_act_tells_besides_is_read_in_spanish(staff):
    editor, chief = staff("EDITOR"), staff("ADMINISTRATOR")
    post(
        chief, f"/gestion/cuentas/{editor.account.id}/cambiar", name="Ana", role="READER", office=0
    )
    page = chief.get("/gestion/registro")
    assert "antes: (función: Editor; dependencia: sin dato)" in page.text
    assert "después: (función: Lectura; dependencia: sin dato)" in page.text


def test_each_thing_that_an_act_tells_has_its_word(app):
    names = {keyword.arg for call in calls_of_record() for keyword in call.keywords}
    assert names - {"by", None} <= set(audit_words.all_words().details)


def test_states_and_moments_of_an_act_are_read_in_spanish(staff):
    chief = staff("ADMINISTRATOR")
    kept = {"before": "PENDING", "after": "MERGED", "closes_at": "2026-12-27T22:00:00+00:00"}
    audit.record("topics.proposal_reviewed", "Proposal:3", by="ana@ejemplo.org", **kept)
    db.session.commit()
    page = chief.get("/gestion/registro").text
    assert "antes: pendiente; después: unida a otra" in page
    assert "cierra: 27 de diciembre de 2026, 5:00\xa0p.\xa0m." in page
    assert '<td data-label="Sobre qué">Tema propuesto 3</td>' in page


@pytest.mark.parametrize("states", [Decision, ReviewState, Role], ids=lambda kind: kind.__name__)
def test_each_state_that_an_act_tells_has_its_word(app, states):
    assert {state.name for state in states} <= set(audit_words.all_words().values)


def test_every_measure_that_a_task_may_choose_has_its_word(app):
    chosen = set(installation(app).measures)
    of_words = {name for name in chosen if name.startswith(("plan.", "topics."))}
    assert of_words <= set(audit_words.all_words().values)


def test_what_is_no_record_keeps_its_name(app):
    assert audit_words.subject_in_words("Office:*") == "Dependencia"
    assert audit_words.subject_in_words("Unknown:3") == "Unknown:3"
    assert audit_words.short_subject("nada 3") == "nada 3"
    assert audit_words.short_subject("Account:3") == "Account:3"
