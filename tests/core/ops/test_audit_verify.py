"""Whoever touches the trail is found out, and told at which entry."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, insert, text, update

from participa.app import cli
from participa.core import audit
from participa.core.audit import BEGINNING, AuditEntry, AuditHead
from participa.core.db import db
from participa.core.ops import audit_verify

LENGTH = 12


@pytest.fixture
def trail(app):
    write()


def write(length=LENGTH):
    for number in range(1, length + 1):
        audit.record("topics.published", f"TopicCall:{number}", by="ana@ejemplo.org", rows=number)
    db.session.commit()


def tamper(*statements):
    for statement in statements:
        db.session.execute(statement)
    db.session.commit()


def change(which, **values):
    return update(AuditEntry).where(AuditEntry.number == which).values(**values)


def remove(number):
    return delete(AuditEntry).where(AuditEntry.number == number)


def test_an_untouched_trail_is_sound(trail):
    verdict = audit_verify.chain()
    assert (verdict.length, verdict.fault) == (LENGTH, "")
    assert len(verdict.digest) == 64


def test_a_trail_without_entries_is_sound(app):
    assert audit_verify.chain() == audit_verify.LogVerdict(0, BEGINNING)


@pytest.mark.parametrize(
    ("values", "word"),
    [
        ({"actor": "luis@ejemplo.org"}, "alterada"),
        ({"action": "topics.closed"}, "alterada"),
        ({"subject": "TopicCall:99"}, "alterada"),
        ({"details": {"rows": 999}}, "alterada"),
        ({"details": {}}, "alterada"),
        ({"previous": "f" * 64}, "alterada"),
        ({"digest": "f" * 64}, "alterada"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else None,
)
def test_an_altered_entry_is_named(trail, values, word):
    tamper(change(5, **values))
    verdict = audit_verify.chain()
    assert (verdict.length, word in verdict.fault) == (4, True)
    assert "anotación 5 " in verdict.fault


def test_an_entry_that_was_moved_in_time_is_named(trail):
    tamper(change(5, at=audit.clock.now().replace(year=2020, microsecond=0)))
    assert "anotación 5 fue alterada" in audit_verify.chain().fault


@pytest.mark.parametrize("number", [1, 5, 11])
def test_a_missing_entry_is_named(trail, number):
    tamper(remove(number))
    assert f"Falta la anotación {number}:" in audit_verify.chain().fault


def test_a_missing_end_is_noticed(trail):
    tamper(remove(12), remove(11))
    assert (
        audit_verify.chain().fault == "Falta el final: el registro llega a 10 y debe llegar a 12."
    )


def test_an_emptied_trail_is_noticed(trail):
    tamper(delete(AuditEntry))
    assert "Falta el final" in audit_verify.chain().fault


def test_two_entries_that_changed_places_are_noticed(trail):
    tamper(change(4, number=99), change(5, number=4), change(99, number=5))
    assert "anotación 4 " in audit_verify.chain().fault


def test_a_replaced_entry_with_a_right_digest_is_noticed(trail):
    entry = db.session.get_one(AuditEntry, 5)
    entry.actor = "luis@ejemplo.org"
    entry.digest = audit.fingerprint(entry)
    db.session.commit()
    assert "La anotación 6 no continúa la anterior" in audit_verify.chain().fault


@pytest.mark.parametrize("number", [0, -3, 13])
def test_an_entry_too_many_is_noticed(trail, number):
    last = db.session.get_one(AuditEntry, 12)
    columns = AuditEntry.__table__.columns
    copy = {column.name: getattr(last, column.name) for column in columns} | {"number": number}
    tamper(insert(AuditEntry).values(**copy))
    assert audit_verify.chain().fault


def test_a_head_that_was_set_back_with_its_entries_is_found_by_a_published_digest(trail):
    published = audit_verify.chain().digest
    ninth = db.session.get_one(AuditEntry, 9).digest
    cut = delete(AuditEntry).where(AuditEntry.number > 9)
    tamper(cut, update(AuditHead).values(length=9, digest=ninth))
    assert audit_verify.chain().is_sound  # by itself a shorter trail looks whole
    verdict = audit_verify.chain(published)
    assert verdict.fault == "La huella publicada no aparece en el registro."


def test_a_digest_published_long_ago_is_still_found_while_the_trail_grows(trail):
    published = audit_verify.chain().digest
    write(5)
    assert audit_verify.chain(published) == audit_verify.LogVerdict(17, audit_verify.chain().digest)


def test_a_head_that_disagrees_is_noticed(trail):
    tamper(update(AuditHead).values(digest="0" * 64))
    assert "no es el final" in audit_verify.chain().fault


def test_a_long_trail_is_read_by_the_chunk(app, monkeypatch, questions):
    monkeypatch.setattr(audit_verify, "CHUNK", 5)
    write(23)
    del questions[:]
    assert audit_verify.chain().length == 23
    assert sum("FROM audit_entry" in question for question in questions) >= 5


FIELDS = ["actor", "action", "subject", "previous", "digest"]
ACTS = st.one_of(
    st.tuples(st.just("alter"), st.integers(1, LENGTH), st.sampled_from(FIELDS)),
    st.tuples(st.just("remove"), st.integers(1, LENGTH), st.none()),
    st.tuples(st.just("swap"), st.integers(1, LENGTH - 1), st.none()),
    st.tuples(st.just("details"), st.integers(1, LENGTH), st.integers(100, 10**6)),
)


@pytest.mark.slow
@given(act=ACTS)
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_whatever_is_done_to_the_trail_is_noticed(app, act):
    tamper(delete(AuditEntry), delete(AuditHead))
    write()
    kind, number, how = act
    if kind == "alter":
        column = getattr(AuditEntry, how)
        tamper(change(number, **{how: column + "x"}))
    elif kind == "details":
        tamper(change(number, details={"rows": how}))
    elif kind == "remove":
        tamper(remove(number))
    else:
        tamper(
            change(number, number=99),
            change(number + 1, number=number),
            change(99, number=number + 1),
        )
    assert not audit_verify.chain().is_sound


def test_the_command_names_the_break_and_fails(trail, app):
    runner = app.test_cli_runner()
    command = cli.commands["verify-log"]
    sound = runner.invoke(command)
    assert sound.exit_code == 0
    assert f"Huella final: {audit_verify.chain().digest}" in sound.output
    db.session.execute(text("UPDATE audit_entry SET actor = 'nadie' WHERE number = 3"))
    db.session.commit()
    broken = runner.invoke(command)
    assert broken.exit_code == 1
    assert "La anotación 3 fue alterada" in broken.output
    assert runner.invoke(command, ["--head", "abc"]).exit_code == 1
