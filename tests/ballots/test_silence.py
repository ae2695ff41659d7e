"""Before the end nobody sees how the votes go: no role, page, file or answer of a program."""

import io
import re
import zipfile

import pytest
from werkzeug.routing import AnyConverter, FloatConverter, IntegerConverter

from participa.ballots import archive_store
from participa.ballots.keys import trustee_keys
from participa.ballots.models import BoxKind
from participa.ballots.voting import open_consultation
from participa.belenios import archive, ballot
from participa.core.db import db
from participa.staff.models import Role
from tests.ballots import city
from tests.ballots.city import NO, YES
from tests.house.test_guards import is_guarded
from tests.visitor import field
from tests.worlds import remembered

pytestmark = pytest.mark.one_engine

# So many said yes and so few no, that the numbers stand on no page by accident.
MANY, FEW = 113, 3
COUNT = re.compile(rf"(?<![\w.,/+-]){MANY}(?![\w/+-]|[.,]\d)|97[.,]4|97 ?%")
ENDS_THE_SESSION = {"security.logout", "staff_account.end_others"}
FORMATS = {"format": ("csv", "json", "xlsx"), "kind": ("svg", "png", "pdf")}


@pytest.fixture
@remembered
def secret_box(app):
    made = city.opened(BoxKind.CODES, voters=MANY + FEW)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ballot, "check_answers", lambda *told: None)
        for voter in range(MANY + FEW):
            made.cast(voter, YES if voter < MANY else NO)
    return made


@pytest.fixture
@remembered
def poll(app):
    """An open consultation that shows nothing before its end."""
    made = city.opened(BoxKind.OPEN, uuid="zzzzzzzzzzzzzz")
    for person in range(MANY + FEW):
        open_consultation.answer(made.definition, f"{person:032x}", [YES if person < MANY else NO])
    db.session.commit()
    return made


def addresses(app, made):
    """Every door of the house, with this box wherever an address asks for one."""
    adapter = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        choices = {name: values_of(name, rule._converters[name], made) for name in rule.arguments}
        length = max(map(len, choices.values()), default=1)
        for turn in range(length):
            values = {name: told[turn % len(told)] for name, told in choices.items()}
            for method in sorted(rule.methods & {"GET", "POST"}):
                yield rule, adapter.build(rule.endpoint, values, method=method), method


def values_of(name, converter, made):
    if isinstance(converter, AnyConverter):
        return converter.regex.removeprefix("(?:").rstrip(")").replace("\\", "").split("|")
    if isinstance(converter, IntegerConverter):
        return [2024] if converter.fixed_digits == 4 else [1]
    if isinstance(converter, FloatConverter):
        return [1.5]
    return FORMATS.get(name) or [made.box.code if name == "code" else made.uuid]


def read(response):
    """What a person could read of an answer, also inside a spreadsheet."""
    with response:
        raw = response.get_data()
    if raw.startswith(archive.FIRST.encode()):  # numbers its events; its types say what it tells
        return " ".join(re.findall(r'"type":"(\w+)"', raw.decode("utf-8", "replace")))
    if raw.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(raw)) as packed:
            raw = b" ".join(packed.read(name) for name in packed.namelist())
    return raw.decode("utf-8", "replace")


def tells(text):
    """Whether it says how many chose something, or holds what the key has opened."""
    return (
        COUNT.search(text) is not None
        or archive_store.TALLY in text.split()
        or archive_store.RESULT in text.split()
    )


def knock(app, visitor, made, token, roles, only=""):
    """What each door that this visitor finds answers, whether it opens or not."""
    for rule, address, method in addresses(app, made):
        allowed = getattr(app.view_functions[rule.endpoint], "allowed_roles", ())
        is_ours = not is_guarded(app, rule.endpoint) or roles & set(allowed)
        if not is_ours or rule.endpoint in ENDS_THE_SESSION or only not in address:
            continue
        if method == "POST" and rule.endpoint.startswith("security"):
            continue
        sent = {"data": {"csrf_token": token}} if method == "POST" else {}
        answer = visitor.open(address, method=method, **sent)
        yield f"{method} {address}", answer.status_code, read(answer)


@pytest.mark.slow
def test_while_people_vote_nobody_is_told_a_count(app, client, staff, secret_box, poll):
    secret = str(trustee_keys.server_secret(secret_box.box))
    heads = [archive_store.head_of(made.box).digest for made in (secret_box, poll)]
    knocked, telling = set(), []
    for role in (None, *Role):
        visitor = staff(role.name) if role else client
        token = field(visitor.get("/gestion/cuenta"), "csrf_token") if role else ""
        for made, only in ((secret_box, ""), (poll, poll.uuid)):
            for door, status, text in knock(app, visitor, made, token, {role}, only):
                knocked.add((role, door))
                is_wrong = tells(text) or secret in text or status >= 500
                telling += [(role, door, status)] * bool(is_wrong)
    assert telling == []
    assert (None, f"GET /urna/{secret_box.uuid}/resultados") in knocked
    assert (Role.READER, f"GET /gestion/urnas/{secret_box.uuid}") in knocked
    for role in (Role.EDITOR, Role.ADMINISTRATOR):
        assert (role, f"POST /gestion/urnas/{poll.uuid}/exportar/resultado/csv") in knocked
    db.session.rollback()
    assert [archive_store.head_of(made.box).digest for made in (secret_box, poll)] == heads
    assert secret_box.box.is_open
    assert poll.box.is_open


@pytest.mark.slow
def test_between_the_closing_and_the_counting_nobody_is_told_either(app, client, secret_box, poll):
    for made in (secret_box, poll):
        city.close(made)
        for door, status, text in knock(app, client, made, "", {None}, only="/urna"):
            assert status < 500, door
            assert not tells(text), door


@pytest.mark.parametrize("kind", [BoxKind.CODES, BoxKind.OPEN], ids=lambda kind: kind.value)
def test_the_pages_of_the_result_say_when(client, kind):
    made = city.opened(kind)
    page = client.get(f"/urna/{made.uuid}/resultados")
    assert page.status_code == 200
    day = city.clock.local(made.box.closes_at)
    assert f"{day.day} de" in page.text
    for format in ("csv", "json", "xlsx"):
        file = client.get(f"/urna/{made.uuid}/resultados.{format}")
        assert file.status_code == 409
        assert "todavía no tiene resultado" in file.text


def test_the_same_walk_finds_the_count_once_it_is_told(app, client, poll):
    """The control: the eyes of the walk are open."""
    city.finish(poll)
    telling = [
        door for door, _, text in knock(app, client, poll, "", {None}, only="/urna") if tells(text)
    ]
    for what in ("resultados", "resultados.csv", "resultados.json", "resultados.xlsx", "acta"):
        assert f"GET /urna/{poll.uuid}/{what}" in telling
