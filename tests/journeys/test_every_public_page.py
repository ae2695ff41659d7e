"""Every page that a neighbour can reach, looked at in a browser: by eye, ear, thumb and weight.

The city is the one of worst_case.py: each record in each state, with the longest words or with
nothing where nothing is asked.
"""

from tests.journeys.conftest import browsing
from tests.journeys.looking import LOOKED_AT, PROBE, faults_of_pages, pages, weight

OF_ONE_SHAPE = 16  # pages of one shape that are looked at: the records in all their states
HEAVIEST_FORM = 30_000
MOST_REQUESTS = 5


def test_a_neighbour_can_use_every_page_they_reach(chromium, worst_site, axe):
    with browsing(chromium, worst_site, **LOOKED_AT) as phone:
        seen = dict(faults_of_pages(phone, axe, worst_site, "/", OF_ONE_SHAPE, set()))
    found = [f"{path}: {fault}" for path, faults in seen.items() for fault in faults]
    assert found == [], "\n".join(found)
    assert len(seen) > 8, f"only {len(seen)} pages were reached"


def test_a_form_of_the_citizens_is_light(chromium, site, phone):
    heavy, weighed = [], 0
    for path, _ in pages(phone, site, "/"):
        if path.startswith("/gestion") or not phone.evaluate(PROBE)["form"]:
            continue
        weighed += 1
        size, requests = weight(chromium, site, path)
        if size > HEAVIEST_FORM or requests > MOST_REQUESTS:
            heavy.append(f"{path}: {size / 1000:.1f} kB in {requests} requests")
    assert heavy == []
    assert weighed > 0, "no form was reached from the home page"
