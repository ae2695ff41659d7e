"""The browser modules in a page, and belenios-tool, for the tests that need them."""

import pytest

from participa.belenios import groups
from tests.belenios.browsing import Modules
from tests.belenios.test_belenios import TOOL, Tool
from tests.conftest import need


@pytest.fixture(scope="module")
def modules(chromium):
    page = Modules(chromium)
    yield page
    page.context.close()
    assert page.faults == []


@pytest.fixture
def belenios(tmp_path) -> Tool:
    if TOOL is None:
        need("urna", "sudo apt install belenios-tool")
    return Tool(tmp_path / "tool")


@pytest.fixture(
    params=["libcrypto and gmpy2", "libcrypto", "gmpy2", "plain Python"],
)
def every_arithmetic(request, monkeypatch):
    """The groups compute in each of the ways that depend on what is installed."""
    if "gmpy2" in request.param:
        pytest.importorskip("gmpy2")
    if "libcrypto" in request.param and groups.LIBRARY is None:
        pytest.skip("this Python has no OpenSSL")
    for group in groups.GROUPS.values():
        if "gmpy2" not in request.param:
            monkeypatch.setattr(groups, "IS_FAST", False)
            monkeypatch.setattr(groups, "integer", int)
            monkeypatch.setattr(group, "p", int(group.p))
            monkeypatch.setattr(group, "g", int(group.g))
        if "libcrypto" not in request.param:
            monkeypatch.setattr(group, "modulus", None)
    groups.fixed_base.cache_clear()
    yield
    groups.fixed_base.cache_clear()
