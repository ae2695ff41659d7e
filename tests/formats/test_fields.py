"""A channel's record is made with an official format: chosen in its form, and in the register."""

from datetime import timedelta

import pytest

from participa.ballots.lifecycle import service as boxes
from participa.ballots.models import BoxKind
from participa.core import clock
from participa.core.db import db
from participa.core.links import ShortLink
from participa.formats import lint, queries
from participa.formats.models import FormatTwin
from participa.plan import measures
from participa.topics import service as topics
from participa.topics.models import TopicCall
from tests.ballots import city
from tests.formats.builders import in_force, official
from tests.formats.test_staff_views import fill, sent_form
from tests.plan.builders import account, plan, task
from tests.visitor import field

NEW = "/gestion/temas/nueva"
TYPED = {"title": "¿De qué hablar?", "topics": "Salud\nVías\nEducación", "choose_up_to": "2"}
TYPED |= {"closes_at": "2031-03-03T17:00"}
HEADER = "Código: DE-FORC-012 · Versión: 1 · Vigencia: desde el 1 de marzo de 2024"


@pytest.fixture
def chosen(make):
    return make(in_force())


def only_twin() -> FormatTwin:
    db.session.expire_all()
    return db.session.query(FormatTwin).one()


def new_call(editor, official_format: int) -> str:
    """The address of a call whose form chose this format."""
    done = fill(editor, NEW, **TYPED, official_format=str(official_format))
    assert done.status_code == 302, done.text
    return done.location.partition("?")[0]


def publish(editor, show: str):
    token = field(editor.get(show), "csrf_token")
    shown = sent_button(editor, show)
    return editor.post(f"{show}/publicar", data=shown | {"csrf_token": [token]})


def sent_button(editor, show: str) -> dict[str, list[str]]:
    return sent_form(editor, show, shown=field_of_publish(editor.get(show).text))


def field_of_publish(page: str) -> str:
    part = page.partition("/publicar")[2].partition('name="shown" value="')[2]
    return part.partition('"')[0]


def test_a_topic_call_registers_itself_and_counts_once_it_is_published(staff, make, app, chosen):
    made = make(plan(task(1, measure="formats.with_qr"), task(2), year=clock.today().year))
    counted, fulfilled = made.actions[0].tasks
    chosen.tasks, chosen.applies_qr = [counted], True
    db.session.commit()
    editor = staff("EDITOR")
    show = new_call(editor, chosen.id)
    twin = only_twin()
    assert (twin.source, twin.format_id, twin.is_public) == ("topics", chosen.id, False)
    assert db.session.get(ShortLink, twin.code).path == twin.path
    with app.test_request_context():
        assert measures.indicators([counted])[counted.id].value == 0
    call = db.session.query(TopicCall).one()
    call.tasks = [fulfilled]
    db.session.commit()
    assert publish(editor, show).status_code == 302
    with app.test_request_context():
        assert measures.indicators([counted])[counted.id].value == 1
    assert editor.get(only_twin().address).status_code == 200


def test_the_poster_and_the_preview_carry_the_header(staff, chosen):
    editor = staff("EDITOR")
    show = new_call(editor, chosen.id)
    for page in ("", "/cartel", "/cartel?papel=media", "/vista"):
        assert HEADER in editor.get(f"{show}{page}").text, page
    plain = new_call(editor, 0)
    assert "Código: DE-" not in editor.get(f"{plain}/cartel").text


def test_a_call_asks_for_the_territory_by_itself(staff, chosen):
    new_call(staff("EDITOR"), chosen.id)
    assert lint.Family.TERRITORIAL in lint.present(only_twin().variables)


def test_what_the_form_asks_is_what_the_linter_sees(staff, chosen):
    editor = staff("EDITOR")
    edit = f"{new_call(editor, chosen.id)}/cambiar"
    sent = sent_form(editor, edit, title="Otro título")
    assert sent["official_format"] == [str(chosen.id)]
    assert editor.post(edit, data=sent | {"variables": ["curso_vida"]}).status_code == 302
    twin = only_twin()
    assert (twin.title, twin.variables) == ("Otro título", ["curso_vida", "territorio"])


def test_a_call_may_stop_being_of_its_format(staff, chosen):
    editor = staff("EDITOR")
    edit = f"{new_call(editor, chosen.id)}/cambiar"
    assert fill(editor, edit, official_format="0").status_code == 302
    assert only_twin().ended_at is not None
    assert queries.formats_to_choose() != []


@pytest.mark.parametrize("typed", ["99", "uno", "-1"])
def test_only_a_format_in_force_can_be_chosen(staff, make, typed):
    draft = make(official())
    editor = staff("EDITOR")
    assert "DE-FORC-012" not in editor.get(NEW).text
    for value in (typed, str(draft.id)):
        refused = fill(editor, NEW, **TYPED, official_format=value)
        assert refused.status_code == 422
        assert "Elija un formato de la lista." in refused.text


def test_a_copy_of_a_call_is_of_the_same_format(make, chosen):
    by = make(account())
    facts = {"title": "¿De qué hablar?", "closes_at": clock.now() + timedelta(days=9)}
    call = topics.create(by, [("Salud", ""), ("Vías", "")], [], chosen, choose_up_to=1, **facts)
    copy = topics.duplicate(call, by)
    db.session.commit()
    assert queries.format_id_of(copy) == chosen.id
    assert db.session.query(FormatTwin).count() == 2


def test_a_ballot_box_registers_itself_and_is_public_once_it_opens(make, chosen):
    by = make(account())
    made = city.draft(BoxKind.OPEN)
    boxes.choose_format(made.box, by, chosen)
    db.session.commit()
    twin = only_twin()
    assert (twin.source, twin.path, twin.is_public) == ("ballots", f"/urna/{made.uuid}", False)
    boxes.choose_format(made.box, by, None)
    db.session.commit()
    assert only_twin().ended_at is not None
