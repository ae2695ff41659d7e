"""What every channel keeps, whatever it asks: one test each, over all of them."""

import re
from datetime import timedelta

import pytest

from participa.app import CHANNELS
from participa.core import clock, codes
from participa.core.audit import AuditEntry
from participa.core.db import db
from participa.core.links import ShortLink
from participa.core.ops.demonstration import Mixed
from tests.channels.worlds import TITLE, WORLDS
from tests.conftest import as_demo
from tests.filling import Forms
from tests.plan.builders import office, plan, task
from tests.visitor import field

MANY = 205  # more than a list of the staff shows


@pytest.fixture(params=WORLDS, ids=lambda world: world.channel.name)
def world(request, app):
    return request.param


# For what only a channel owes whose page is a form with a review.
reviewed = pytest.mark.parametrize(
    "world",
    [world for world in WORLDS if world.is_reviewed],
    ids=lambda world: world.channel.name,
    indirect=True,
)


def token_of(visitor) -> dict[str, str]:
    return {"csrf_token": field(visitor.get("/gestion/cuenta"), "csrf_token")}


def test_every_channel_has_a_world_of_its_own():
    assert [world.channel for world in WORLDS] == list(CHANNELS)


# ---- residents


@reviewed
def test_an_open_channel_shows_its_form_and_until_when(client, world):
    page = client.get(world.path(world.open())).text
    assert TITLE in page
    assert 'name="submission"' in page


@reviewed
def test_the_browser_of_the_resident_stores_form_and_review_for_its_back_button(client, world):
    record = world.open()
    path = world.path(record)
    answer = world.answer(record) | {"submission": field(client.get(path), "submission")}
    review = client.post(path, data=answer | {"step": "review"})
    rejected = client.post(path, data={"submission": answer["submission"], "step": "review"})
    assert (review.status_code, rejected.status_code) == (200, 422)
    for page in (client.get(path), review, rejected):
        assert page.headers["Cache-Control"] == "private, max-age=0"
        assert "Set-Cookie" not in page.headers
    receipt = client.get(client.post(path, data=answer | {"confirm": "1"}).location)
    assert receipt.headers["Cache-Control"] == "no-store"


@reviewed
def test_each_showing_of_the_form_has_an_address_of_its_own(client, world):
    """Two tabs at one address would share the page that the browser stores, and its token."""
    path = f"{world.path(world.open())}?canal=qr"
    first, second = (client.get(path).request for _ in range(2))
    assert first.full_path.startswith(f"{path}&hoja=")
    assert first.full_path != second.full_path
    again = client.get(first.full_path)
    assert again.request.full_path == first.full_path
    assert cards(again) == cards(client.get(first.full_path)), "the order of who reloads stays"


@reviewed
@pytest.mark.parametrize(
    "word", ["", "x", "0123456", "012345678", "0123abcd.", "0123ABCD", "ñ' <b>"]
)
def test_a_showing_that_is_none_gets_an_address_of_its_own(client, world, word):
    path = world.path(world.open())
    shown = client.get(path, query_string={"hoja": word}).request
    assert re.fullmatch(r"hoja=[0-9a-f]{8}", shown.query_string.decode())
    assert shown.path == path


@reviewed
def test_who_passes_the_address_on_does_not_pass_on_the_order(client, world):
    path = client.get(world.path(world.open())).request.full_path
    phones = [client.get(path, headers={"User-Agent": f"Phone {number}"}) for number in range(12)]
    assert len({field(page, "submission") for page in phones}) == len(phones)
    if world.channel.name == "topics":
        assert len({cards(page) for page in phones}) > 1


def cards(page) -> tuple[str, ...]:
    return tuple(re.findall(r'name="topics" value="(\d+)"', page.text))


@reviewed
def test_the_review_has_another_address_and_the_answer_goes_to_that_of_the_form(client, world):
    """A success at the form's address makes the browser drop the form; the review must not."""
    record = world.open()
    page = client.get(f"{world.path(record)}?canal=qr&fbclid=%27x")
    path = page.request.full_path
    [form] = Forms(page.text, path).forms
    assert form.action.startswith(f"{path}.")
    answer = world.answer(record) | {"submission": field(client.get(path), "submission")}
    [review] = Forms(client.post(form.action, data=answer).text, form.action).forms
    assert review.action == path
    again = client.get(form.action)
    assert again.request.full_path == path
    assert Forms(again.text, path).forms[0].action.startswith(f"{path}.")
    assert Forms(again.text, path).forms[0].action != form.action


@reviewed
def test_no_two_visitors_have_a_form_of_the_same_name(client, world):
    """By its name and its first field a browser knows where what was typed belongs."""
    path = world.path(world.open())
    names = [
        re.findall(r'<form[^>]* name="(hoja-\w+)"[^>]*>\s*<input type="hidden" name="\1">', page)
        for page in (client.get(path).text, client.get(path).text)
    ]
    assert [len(found) for found in names] == [1, 1]
    assert names[0] != names[1]


def test_a_draft_takes_nothing(client, world):
    draft, other = world.draft(), world.open(title="Otra")
    answer = world.form(client, other)
    assert client.post(world.form_path(draft), data=answer).status_code in {404, 409}
    assert world.rows() == 0


@reviewed
def test_what_opens_later_says_since_when_and_takes_nothing(client, world):
    record = world.open(opens_at=clock.now() + timedelta(days=2))
    page = client.get(world.path(record))
    assert "abre el" in page.text
    assert 'name="submission"' not in page.text
    assert client.post(world.path(record), data={}).status_code == 409


@reviewed
def test_what_closed_says_so_and_takes_nothing_more(client, world):
    record = world.open()
    form = world.form(client, record)
    world.close(record)
    assert "cerró el" in client.get(world.path(record)).text
    refused = client.post(world.path(record), data=form)
    assert refused.status_code == 409
    assert "cerró el" in refused.text
    assert world.rows() == 0


def test_an_answer_sent_twice_is_stored_once_with_one_receipt(client, world):
    record = world.open()
    form = world.form(client, record)
    first, second = (client.post(world.form_path(record), data=form) for _ in range(2))
    assert (first.status_code, second.status_code) == (303, 303)
    assert first.location == second.location
    assert world.rows() == 1
    assert "Listo." in client.get(first.location).text


def test_what_arrived_in_time_has_its_receipt_after_the_closing(client, world):
    record = world.open()
    form = world.form(client, record)
    receipt = client.post(world.form_path(record), data=form).location
    world.close(record)
    again = client.post(world.form_path(record), data=form)
    assert (again.status_code, again.location) == (303, receipt)
    assert client.get(receipt).status_code == 200
    assert world.rows() == 1


@reviewed
def test_a_form_without_its_token_comes_back_with_a_new_one(client, world):
    record = world.open()
    form = world.form(client, record) | {"submission": "inventado"}
    answer = client.post(world.path(record), data=form)
    assert answer.status_code == 422
    assert "Revise lo que escribió y envíelo otra vez." in answer.text
    assert world.rows() == 0


@reviewed
def test_a_field_that_arrives_twice_is_refused_in_words(client, world):
    record = world.open()
    form = world.form(client, record) | {"confirm": ["1", "1"]}
    answer = client.post(world.path(record), data=form)
    assert answer.status_code == 422
    assert "Un dato llegó repetido." in answer.text


@reviewed
def test_the_review_comes_before_anything_is_stored(client, world):
    record = world.open()
    form = world.form(client, record)
    del form["confirm"]
    page = client.post(world.path(record), data=form | {"step": "review"})
    assert page.status_code == 200
    assert 'name="confirm"' in page.text
    assert world.rows() == 0


@reviewed
def test_who_goes_back_from_the_review_finds_what_was_chosen(client, world):
    record = world.open()
    form = world.form(client, record)
    del form["confirm"]
    page = client.post(world.path(record), data=form | {"step": "change"})
    assert page.status_code == 200
    assert " checked" in page.text


def test_the_printed_code_opens_the_page_however_it_is_typed(client, world):
    record = world.open()
    for typed in (record.code, record.code.lower(), codes.show(record.code)):
        answer = client.get(f"/q/{typed}")  # a form is followed to the address of its showing
        opened = answer.location or answer.request.path
        assert opened.partition("?")[0] == world.path(record)


def test_a_change_is_seen_at_the_next_look(client, world):
    record = world.open()
    assert TITLE in client.get(world.path(record)).text
    shown = world.of(record)
    shown.title = "Con otro título"
    shown.touch()
    db.session.commit()
    assert "Con otro título" in client.get(world.path(record)).text


@reviewed
def test_the_form_asks_the_database_little(client, world, questions):
    record = world.open()
    path = client.get(world.path(record)).request.full_path
    db.session.rollback()
    del questions[:]
    client.get(path)
    assert len(questions) == 1, questions


# ---- where it is listed


def test_home_and_official_menu_lead_to_what_is_open(client, world):
    assert world.channel.door.closed in client.get("/").text
    record = world.open()
    for page in ("/", "/participa"):
        assert f'href="{world.path(record)}"' in client.get(page).text


def test_the_header_has_a_word_for_it(client, staff, world):
    assert f">{world.channel.label}</a>" in client.get("/").text
    assert f">{world.channel.staff_label}</a>" in staff("READER").get("/gestion").text


def test_the_staffs_home_counts_what_came(staff, client, world):
    record = world.open()
    client.post(world.form_path(record), data=world.form(client, record))
    page = staff("EDITOR").get("/gestion").text
    assert TITLE in page
    assert f'data-label="{world.channel.count_label}">1<' in page


def test_the_staffs_home_asks_the_same_however_many_there_are(staff, world, questions):
    visitor = staff("EDITOR")

    def statements() -> int:
        db.session.rollback()
        del questions[:]
        visitor.get("/gestion")
        return len(questions)

    world.close(world.open())
    few = statements()
    for number in range(8):
        world.close(world.open(title=f"Terminada {number}"))
        world.open(title=f"Abierta {number}")
    assert statements() == few


# ---- the staff


def test_what_is_made_without_an_office_is_of_the_one_that_answers_for_its_task(make, world):
    """Whoever makes it: a form, an example, a copy."""
    mine = make(office("dap", "Planeación"))
    make(plan(task(1, (mine,), measure="ballots.working")))
    assert world.draft().office == mine
    assert world.draft(office_id=make(office("salud", "Salud")).id).office.slug == "salud"


def test_an_office_sees_its_own_and_no_other(staff, make, world):
    mine, other = make(office("dap", "Planeación")), make(office("salud", "Salud"))
    foreign = world.open(office_id=other.id)
    own = world.open(title="La nuestra", office_id=mine.id)
    visitor = staff("RESPONSIBLE", office=mine)
    listed = visitor.get(f"/gestion/{world.channel.section}").text
    assert "La nuestra" in listed
    assert TITLE not in listed
    assert visitor.get(world.office_path(own)).status_code == 200
    for word in ("", "cambiar", "cartel", "proyectar", "proyectar.json", "qr.svg", world.preview):
        assert visitor.get(world.office_path(foreign, word)).status_code == 404, word


def test_staff_of_no_office_do_not_see_the_records_of_no_office(staff, world):
    record = world.open(title="La de nadie")
    visitor = staff("RESPONSIBLE")
    assert visitor.get(world.office_path(record)).status_code == 404
    for page in (f"/gestion/{world.channel.section}", "/gestion"):
        assert "La de nadie" not in visitor.get(page).text, page


@pytest.mark.slow
def test_an_office_finds_its_own_behind_many_newer_ones_of_others(staff, make, world):
    mine, other = make(office("dap", "Planeación")), make(office("salud", "Salud"))
    world.open(title="La más antigua", office_id=mine.id)
    model = world.channel.model
    template = world.draft(title="De otra", office_id=other.id)
    columns = {
        column.key: getattr(template, column.key)
        for column in db.inspect(model).column_attrs
        if column.key not in {"id", "code", "uuid"}
    }
    for number in range(MANY):
        code = {"code": codes.new()}
        if world.channel.address == "uuid":
            code["uuid"] = f"{number:014d}".replace("0", "x")
        db.session.add(model(**(columns | code | world.apart())))
    db.session.commit()
    visitor = staff("RESPONSIBLE", office=mine)
    assert "La más antigua" in visitor.get(f"/gestion/{world.channel.section}").text


def test_the_poster_says_what_is_asked_and_where(staff, client, world):
    record = world.open()
    visitor = staff("READER")
    for paper in ("", "?papel=media"):
        page = visitor.get(world.office_path(record, "cartel") + paper).text
        assert TITLE in page
        assert f"localhost/q/{codes.show(record.code)}" in page
        assert 'role="img"' in page
    assert visitor.get(world.office_path(record, "cartel?papel=a0")).status_code == 404


def test_the_wall_counts_while_people_answer(staff, client, world):
    record = world.open()
    visitor = staff("READER")
    before = visitor.get(world.office_path(record, "proyectar.json")).json
    client.post(world.form_path(record), data=world.form(client, record))
    after = visitor.get(world.office_path(record, "proyectar.json")).json
    assert (before["people"], after["people"]) == ("0", "1")
    page = visitor.get(world.office_path(record, "proyectar")).text
    assert f"localhost/q/{codes.show(record.code)}" in page
    assert "<svg" in page
    assert ">1</b>" in page


@pytest.mark.parametrize(
    ("kind", "mimetype", "begins"),
    [("svg", "image/svg+xml", b"<svg"), ("png", "image/png", b"\x89PNG")],
)
def test_the_qr_is_a_file_to_keep(staff, world, kind, mimetype, begins):
    record = world.open()
    visitor = staff("READER")
    answer = visitor.get(world.office_path(record, f"qr.{kind}"))
    assert answer.data.startswith(begins)
    assert answer.mimetype == mimetype
    assert f"qr-{record.code}.{kind}" in answer.headers["Content-Disposition"]
    assert visitor.get(world.office_path(record, "qr.pdf")).status_code == 404


def test_a_copy_is_a_draft_without_dates_with_a_code_of_its_own(staff, world):
    if not world.is_copied:
        pytest.skip("of this there is one, and no copy")
    record = world.open()
    visitor = staff("EDITOR")
    path = world.office_path(record, "duplicar")
    visitor.get(world.office_path(record))
    answer = visitor.post(path, data=token_of(visitor))
    assert answer.status_code == 302
    model = world.channel.model
    copy = db.session.scalars(db.select(model).order_by(model.id.desc())).first()
    assert copy.title == f"{TITLE} (copia)"
    assert (copy.published_at, copy.opens_at, copy.closes_at) == (None, None, None)
    assert copy.code != record.code
    assert db.session.get(ShortLink, copy.code)
    assert copy.tasks == record.tasks


def test_the_preview_stores_nothing(staff, world):
    record = world.draft()
    visitor = staff("READER")
    assert "Vista previa." in visitor.get(world.office_path(record, world.preview)).text
    assert world.rows() == 0


def test_a_door_keeper_sees_no_page_of_the_staff(staff, world):
    record = world.open()
    visitor = staff("DOOR")
    assert visitor.get(f"/gestion/{world.channel.section}").status_code == 403
    assert visitor.get(world.office_path(record, "cartel")).status_code == 403


def test_whoever_only_reads_changes_nothing(staff, world):
    record = world.open()
    visitor = staff("READER")
    token = token_of(visitor)
    for word in ("duplicar", "cambiar") if world.is_copied else ("publicar", "cambiar"):
        assert visitor.post(world.office_path(record, word), data=token).status_code == 403


def test_making_one_is_written_down(world):
    record = world.draft()
    subject = f"{world.channel.model.__name__}:{record.id}"
    entries = db.select(AuditEntry).filter_by(subject=subject).order_by(AuditEntry.number)
    assert db.session.scalars(entries).first().action == f"{world.channel.name}.created"


def test_dates_in_the_wrong_order_are_refused_at_their_field(world):
    with pytest.raises(Exception, match="debe ser después de") as refusal:
        world.draft(opens_at=clock.now() + timedelta(days=20))
    assert refusal.value.field == "closes_at"


def evidence_of(app, world, record):
    measure = world.channel.measures[0]
    with app.test_request_context():
        [evidence] = measure.evidence([record.tasks[0].id])
    return evidence


def test_its_measure_speaks_for_its_task(app, world):
    record = world.open()
    evidence = evidence_of(app, world, record)
    assert evidence.title == TITLE
    assert evidence.url.partition("?")[0] == world.path(record)


def test_an_example_counts_in_a_demonstration_alone(app, world):
    with as_demo(app):
        record = world.open(is_example=True)
        assert not evidence_of(app, world, record).reason.startswith("Es un ejemplo")
    evidence = evidence_of(app, world, record)
    assert not evidence.fulfilled
    assert evidence.reason.startswith("Es un ejemplo")


def test_no_example_is_made_outside_a_demonstration(app, world):
    with pytest.raises(Mixed, match="Los ejemplos solo existen en una demostración"):
        world.open(is_example=True)
    db.session.rollback()
    assert db.session.query(world.channel.model).count() == 0


def test_a_section_that_no_channel_has_is_not_there(staff):
    assert staff("EDITOR").get("/gestion/otra-cosa/7K3F2QXM/cartel").status_code == 404
