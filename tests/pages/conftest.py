"""The city's own plan of 2024, as the import leaves it."""

import pytest

from participa.core.db import db
from participa.plan import queries
from participa.plan.importing import importing
from participa.staff import service


@pytest.fixture
def plan(app):
    service.seed_offices()
    received = importing.receive("plan.txt", importing.SEED.read_bytes(), "prueba")
    importing.apply(received, "prueba")
    db.session.commit()
    return queries.plan_of(2024)
