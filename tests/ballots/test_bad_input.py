"""The worst that can be typed, into every form of a box that is prepared, open or counted."""

import pytest

from participa.ballots.models import BoxKind
from participa.core.db import db
from tests.attacks import attack_one, forms_on
from tests.ballots import city
from tests.staff.people import post

PAGES = (
    "",
    "/cambiar",
    "/descartar",
    "/preguntas",
    "/preguntas/nueva",
    "/tarjetas",
    "/tarjetas/hacer",
    "/tarjetas/anular",
    "/tarjetas/entregadas",
    "/padron/subir",
    "/custodios",
    "/custodios/agregar",
    "/custodios/partes",
    "/abrir",
    "/cerrar",
    "/contar",
    "/papel",
)
STAGES = {
    "draft": lambda kind: city.draft(kind),
    "open": lambda kind: city.opened(kind),
    "closed": lambda kind: city.close(city.opened(kind)),
    "counted": lambda kind: city.count(city.close(city.opened(kind))),
}


@pytest.fixture(scope="module")
def met() -> dict[str, set]:
    """The kinds of field that were attacked with everything, by engine."""
    return {}


@pytest.mark.slow
@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("kind", [BoxKind.CODES, BoxKind.VERIFIABLE], ids=lambda kind: kind.name)
def test_no_hostile_value_breaks_a_form_of_a_box(staff, app, met, kind, stage):
    made = STAGES[stage](kind)
    visitor = staff("ADMINISTRATOR")
    seen = met.setdefault(db.engine.dialect.name, set())
    broken, attacked = [], 0
    for page in PAGES:
        address = f"/gestion/urnas/{made.uuid}{page}"
        for place, form in enumerate(forms_on(visitor, address)):
            attacked += 1
            broken += attack_one(visitor, address, place, form, seen)
    assert broken == [], "\n".join(broken)
    assert attacked > 3


def test_text_where_a_file_belongs_breaks_nothing(staff, app):
    """As no browser would send it."""
    made = city.draft()
    visitor = staff("ADMINISTRATOR")
    show = f"/gestion/urnas/{made.uuid}"
    for page in ("/padron/subir", "/custodios/agregar", "/tarjetas/anular", "/custodios/partes"):
        sent = post(visitor, show, show + page, file="texto", name="a\x00b")
        assert sent.status_code == 422, page
        assert "Error: " in sent.text
