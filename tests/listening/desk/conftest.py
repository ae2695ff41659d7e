"""An ordinary working morning at the desk: no weekend and no late hour moves a term."""

import pytest


@pytest.fixture(autouse=True)
def wednesday(at):
    at(2026, 9, 9, 15, 0)
