"""Looks at pages in a browser: by eye, ear, thumb and weight."""

import re
from collections import Counter, deque
from urllib.parse import urldefrag, urljoin, urlsplit

from tests.journeys.conftest import PHONE, browsing

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
AXE = {"runOnly": {"type": "tag", "values": RULES}, "resultTypes": ["violations"]}
BOX = r"(?<=/)(?=[^/]*[\dA-Z])[1-9A-HJ-NP-Za-km-z]{14}(?=/|$)"
SHAPE = re.compile(rf"{BOX}|[0-9A-Z]{{4,}}(?:-[0-9A-Z]+)*|\d+(?:\.\d+)*")
FILE = re.compile(r"\.(csv|xlsx|ods|json|zip|ics|pdf|png|svg|bel|txt|xml|js|py)$")
LEAVES = "/salir"
MAIN_BUTTON = 44
LOOKED_AT = PHONE | {"device_scale_factor": 1}  # lengths are asked for, and no picture is kept
# Whatever reaches over the edge of the page: by how much, and which elements.
SIDEWAYS = """(() => {
  const root = document.documentElement;
  const over = root.scrollWidth - root.clientWidth;
  const told = over <= 0 ? [] : [...document.querySelectorAll('body *')]
    .filter(e => e.getBoundingClientRect().right > root.clientWidth + 0.5)
    .filter(e => !e.closest('.scroll') && !e.closest('svg')).slice(-2)
    .map(e => e.outerHTML.replace(/\\s+/g, ' ').slice(0, 110));
  return {over, told: told.join(' | ')};
})()"""
PROBE = """() => {
  const seen = [...document.querySelectorAll('a,button,input:not([type=hidden]),select,summary')]
    .map(e => [e, e.getBoundingClientRect()])
    .filter(([e, r]) => r.width > 0 && r.height > 0);
  const inText = e => e.tagName === 'A' && getComputedStyle(e).display === 'inline';
  const told = ([e, r]) => e.outerHTML.slice(0, 90) + ' ' + r.width + 'x' + r.height;
  const found = {
    h1: document.querySelectorAll('h1').length,
    small: seen.filter(([e, r]) => !inText(e) && !e.closest('label') && !e.closest('.skip')
      && !e.classList.contains('skip') && (r.width < 24 || r.height < 24)).map(told),
    low: seen.filter(([e, r]) => e.matches('main form button:not(.tiny):not(.quiet), main a.button')
      && !e.matches('.tiny') && r.height < MAIN).map(told),
    form: !!document.querySelector('main form[method=post i]'),
  };
  document.documentElement.style.fontSize = '200%';
  found.large = SIDEWAYS;
  document.documentElement.style.fontSize = '';
  return found;
}""".replace("MAIN", str(MAIN_BUTTON)).replace("SIDEWAYS", SIDEWAYS)


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
    narrow = page.evaluate(SIDEWAYS)
    page.set_viewport_size(PHONE["viewport"])
    for wide, where in ((narrow, "at 320"), (found["large"], "with text of 200 %")):
        if wide["over"] > 0:
            yield f"scrolls sideways by {wide['over']} px {where}: {wide['told']}"


def faults_of_shape(page, axe):
    """What costs time to see, and is the same for all pages of one shape."""
    result = axe.run(page, options=AXE)
    for violation in result.response["violations"]:
        yield f"axe {violation['id']}: {violation['nodes'][0]['html'][:110]}"


def faults_of_pages(page, axe, site: str, start: str, of_one_shape: int, examined: set[str]):
    """(path, faults) of each page that is reached; a shape is examined closely once."""
    for path, response in pages(page, site, start, of_one_shape):
        found = list(faults(page, response))
        if shape(path) not in examined:
            examined.add(shape(path))
            found += faults_of_shape(page, axe)
        yield path, found


def weight(chromium, site, path) -> tuple[int, int]:
    """Bytes on the wire and requests of a first visit."""
    done = []
    with browsing(chromium, site, **PHONE) as page:
        page.on("requestfinished", lambda request: done.append(request))
        page.goto(path, wait_until="networkidle")
        sizes = [one.sizes() for one in done if one.url.startswith("http")]
    return sum(s["responseBodySize"] + s["responseHeadersSize"] for s in sizes), len(sizes)
