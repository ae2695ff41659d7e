"""Every page that somebody can reach, looked at in a browser: by eye, ear, thumb and weight.

The city is the one of worst_case.py: each record in each state, with the longest words or with
nothing where nothing is asked.
"""

import re
from collections import Counter, deque
from urllib.parse import urldefrag, urljoin, urlsplit

import pytest

from tests.journeys.conftest import PHONE, browsing, sign_in

VISITOR = "visitante"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
ROLES = ("administrador", "editor", "responsable", "lectura", "puerta")  # who sees most, first
BOX = r"(?<=/)(?=[^/]*[\dA-Z])[1-9A-HJ-NP-Za-km-z]{14}(?=/|$)"
SHAPE = re.compile(rf"{BOX}|[0-9A-Z]{{4,}}(?:-[0-9A-Z]+)*|\d+(?:\.\d+)*")
# Pages of one shape that are looked at: the records of each kind in all their states, for those
# who see most of them; what others see is drawn by the same templates.
OF_ONE_SHAPE = {VISITOR: 16, "administrador": 6}
FILE = re.compile(r"\.(csv|xlsx|ods|json|zip|ics|pdf|png|svg|bel|txt|xml|js|py)$")
LEAVES = "/salir"
HEAVIEST_FORM = 30_000
MOST_REQUESTS = 5
MAIN_BUTTON = 44
PROBE = """() => {
  const seen = [...document.querySelectorAll('a,button,input:not([type=hidden]),select,summary')]
    .map(e => [e, e.getBoundingClientRect()])
    .filter(([e, r]) => r.width > 0 && r.height > 0);
  const inText = e => e.tagName === 'A' && getComputedStyle(e).display === 'inline';
  const told = ([e, r]) => e.outerHTML.slice(0, 90) + ' ' + r.width + 'x' + r.height;
  return {
    h1: document.querySelectorAll('h1').length,
    small: seen.filter(([e, r]) => !inText(e) && !e.closest('label') && !e.closest('.skip')
      && !e.classList.contains('skip') && (r.width < 24 || r.height < 24)).map(told),
    low: seen.filter(([e, r]) => e.matches('main form button:not(.tiny):not(.quiet), main a.button')
      && !e.matches('.tiny') && r.height < MAIN).map(told),
    form: !!document.querySelector('main form[method=post i]'),
    links: [...document.querySelectorAll('a[href]')].map(a => a.href),
  };
}""".replace("MAIN", str(MAIN_BUTTON))
WIDEST = """() => [...document.querySelectorAll('body *')]
  .filter(e => e.getBoundingClientRect().right > document.documentElement.clientWidth + 0.5)
  .filter(e => !e.closest('.scroll') && !e.closest('svg')).slice(-2)
  .map(e => e.outerHTML.replace(/\\s+/g, ' ').slice(0, 110)).join(' | ')"""
WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def shape(path: str) -> str:
    """The address with codes and numbers folded: pages of one shape are drawn by one template."""
    return SHAPE.sub("#", path)


def pages(page, site: str, start: str, of_one_shape: int = 1):
    """Each page of this site that can be reached by its links, so many of one shape."""
    host = urlsplit(site).netloc
    waiting, seen, shapes = deque([urljoin(site, start)]), set(), Counter()
    while waiting:
        address = urldefrag(waiting.popleft()).url
        path = urlsplit(address).path
        key = shape(path)
        if path in seen or shapes[key] >= of_one_shape or FILE.search(path) or LEAVES in path:
            continue
        seen.add(path)
        shapes[key] += 1
        response = opened(page, address)
        if response is None or "html" not in response.headers.get("content-type", ""):
            continue
        yield path, response
        links = page.evaluate("[...document.querySelectorAll('a[href]')].map(a => a.href)")
        inside = [link for link in links if urlsplit(link).netloc == host]
        waiting.extend(link for link in inside if urlsplit(link).path.startswith(start))


def opened(page, address: str):
    """The answer for the page; None when it is a file to keep."""
    try:
        return page.goto(address)
    except Exception as error:
        if "Download is starting" not in str(error):
            raise
        return None


def faults(page, response):
    """What somebody would trip over on the page that is open."""
    if response.status >= 400:
        yield f"HTTP {response.status}"
    found = page.evaluate(PROBE)
    if found["h1"] != 1:
        yield f"{found['h1']} h1"
    yield from (f"target under 24 px: {told}" for told in found["small"][:3])
    yield from (f"main button under 44 px: {told}" for told in found["low"][:3])
    page.set_viewport_size({"width": 320, "height": 740})
    if (wide := page.evaluate(WIDE)) > 0:
        yield f"scrolls sideways by {wide} px at 320: {page.evaluate(WIDEST)}"
    page.set_viewport_size(PHONE["viewport"])
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    if (wide := page.evaluate(WIDE)) > 0:
        yield f"scrolls sideways by {wide} px with text of 200 %: {page.evaluate(WIDEST)}"
    page.evaluate("document.documentElement.style.fontSize = ''")


def faults_of_shape(page, axe):
    """What costs time to see, and is the same for all pages of one shape."""
    result = axe.run(page, options={"runOnly": {"type": "tag", "values": RULES}})
    for violation in result.response["violations"]:
        yield f"axe {violation['id']}: {violation['nodes'][0]['html'][:110]}"


@pytest.fixture(scope="module")
def examined() -> set[str]:
    """Shapes of pages that were looked at closely, by whatever role came first."""
    return set()


@pytest.mark.parametrize("role", [VISITOR, *ROLES])
def test_everybody_can_use_every_page_they_reach(chromium, worst_site, axe, examined, role):
    start, found, count = "/", [], 0
    with browsing(chromium, worst_site, **PHONE) as phone:
        if role != VISITOR:
            sign_in(phone, role)
            start = "/gestion"
        for path, response in pages(phone, worst_site, start, OF_ONE_SHAPE.get(role, 1)):
            count += 1
            found += [f"{path}: {fault}" for fault in faults(phone, response)]
            if shape(path) not in examined:
                examined.add(shape(path))
                found += [f"{path}: {fault}" for fault in faults_of_shape(phone, axe)]
    assert found == [], "\n".join(found)
    assert count > (8 if role == VISITOR else 3), f"only {count} pages were reached"


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


def weight(chromium, site, path) -> tuple[int, int]:
    """Bytes on the wire and requests of a first visit."""
    done = []
    with browsing(chromium, site, **PHONE) as page:
        page.on("requestfinished", lambda request: done.append(request))
        page.goto(path, wait_until="networkidle")
        sizes = [one.sizes() for one in done if one.url.startswith("http")]
    return sum(s["responseBodySize"] + s["responseHeadersSize"] for s in sizes), len(sizes)
