"""The outside program, for the tests that hand it a box of the city."""

from tests.belenios.conftest import belenios

__all__ = ["belenios"]
