"""Every page that the staff can reach, looked at in a browser: by eye, ear, thumb and weight.

The city is the one of worst_case.py: each record in each state, with the longest words or with
nothing where nothing is asked.
"""

import pytest

from tests.journeys.conftest import browsing, sign_in
from tests.journeys.looking import LOOKED_AT, faults_of_pages

ROLES = ("administrador", "editor", "responsable", "lectura", "puerta")  # who sees most, first
# Pages of one shape that are looked at: the records of each kind in all their states, for those
# who see most of them; what others see is drawn by the same templates.
OF_ONE_SHAPE = {"administrador": 6}


@pytest.fixture(scope="module")
def examined() -> set[str]:
    """Shapes of pages that were looked at closely, by whatever role came first."""
    return set()


@pytest.mark.parametrize("role", ROLES)
def test_the_staff_can_use_every_page_they_reach(chromium, worst_site, axe, examined, role):
    with browsing(chromium, worst_site, **LOOKED_AT) as phone:
        sign_in(phone, role)
        most = OF_ONE_SHAPE.get(role, 1)
        seen = dict(faults_of_pages(phone, axe, worst_site, "/gestion", most, examined))
    found = [f"{path}: {fault}" for path, faults in seen.items() for fault in faults]
    assert found == [], "\n".join(found)
    assert len(seen) > 3, f"only {len(seen)} pages were reached"
