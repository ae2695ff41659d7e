"""The browser modules in a page, and belenios-tool, for the tests that need them."""

import pytest

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
