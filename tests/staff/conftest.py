"""What only the tests of signing in need."""

import pytest
from flask_security.core import _get_pwd_context

from participa.staff.signing_in import passwords
from tests.staff import people


@pytest.fixture
def real_hashing(app, monkeypatch):
    """Passwords cost what they cost a city; elsewhere the tests hash as cheaply as can be."""
    hashes = (people.hashed, passwords._dummy_hash)
    for hashed in hashes:
        hashed.cache_clear()
    monkeypatch.setattr(app.extensions["security"], "pwd_context", _get_pwd_context(app))
    yield
    for hashed in hashes:
        hashed.cache_clear()
