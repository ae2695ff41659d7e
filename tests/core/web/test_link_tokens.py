"""A signed link says what it said when it was made, for its purpose alone."""

from datetime import timedelta

import pytest
from itsdangerous import TimestampSigner

from participa.core.web import link_tokens

pytestmark = pytest.mark.one_engine
FACTS = [7, "secreto"]
PURPOSE = "groups.invitation"


@pytest.fixture
def token(app) -> str:
    return link_tokens.issue(PURPOSE, FACTS)


def test_a_link_says_what_it_was_made_with(token):
    assert link_tokens.read(PURPOSE, token) == FACTS
    assert link_tokens.read(PURPOSE, token, timedelta(days=1)) == FACTS


def test_a_link_of_one_purpose_opens_nothing_else(token):
    assert link_tokens.read("outreach.LEAVE", token) is None


def test_an_altered_link_says_nothing(token):
    facts, moment, signature = token.split(".")
    other = link_tokens.issue(PURPOSE, [8, "secreto"]).split(".")[0]
    altered = [f"{other}.{moment}.{signature}", f"{facts}.{moment}", token[1:], token * 2, "", "."]
    altered += [f"{token}\x00", f"{token} ", "ñ" * 3000, "\ufffd"]
    assert {link_tokens.read(PURPOSE, one) for one in altered} == {None}


def test_a_link_of_another_installation_says_nothing(app, token, monkeypatch):
    monkeypatch.setitem(app.config, "SECRET_KEY", "la clave de otra ciudad, igual de larga")
    assert link_tokens.read(PURPOSE, token) is None


def test_a_link_that_lasts_a_while_says_nothing_after_it(app, monkeypatch):
    now = TimestampSigner.get_timestamp
    monkeypatch.setattr(TimestampSigner, "get_timestamp", lambda signer: now(signer) - 90_000)
    yesterday = link_tokens.issue(PURPOSE, FACTS)
    monkeypatch.undo()
    assert link_tokens.read(PURPOSE, yesterday, timedelta(days=1)) is None
    assert link_tokens.read(PURPOSE, yesterday) == FACTS


def test_what_is_stored_of_a_secret_does_not_open_its_link():
    digest = link_tokens.digest_of("secreto")
    assert digest != link_tokens.digest_of("secreta")
    assert "secreto" not in digest
