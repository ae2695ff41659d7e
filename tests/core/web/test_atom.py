"""The feed stays XML, whatever somebody put into a title."""

from xml.etree import ElementTree

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from participa.core import clock
from participa.core.web import atom
from participa.core.web.atom import FeedEntry

pytestmark = pytest.mark.one_engine
NOW = clock.at_city(clock.today())
OWN, HOME = "http://localhost/noticias.atom", "http://localhost/noticias"


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=80))
def test_any_title_makes_a_feed_that_can_be_read(app, title):
    with app.test_request_context():
        entry = FeedEntry("http://localhost/eventos/A", title, title, NOW, NOW)
        written = atom.written("Noticias", OWN, HOME, [entry])
    root = ElementTree.fromstring(written)
    [entry] = root.findall("{http://www.w3.org/2005/Atom}entry")
    read = entry.findtext("{http://www.w3.org/2005/Atom}title") or ""
    kept = atom.NOT_IN_XML.sub("", title).replace("\r\n", "\n").replace("\r", "\n")
    assert read == kept


def test_a_feed_is_as_new_as_its_newest_entry(app):
    entries = [FeedEntry(f"http://localhost/{n}", str(n), "", NOW, NOW) for n in range(2)]
    with app.test_request_context():
        root = ElementTree.fromstring(atom.written("Noticias", OWN, HOME, entries))
    assert root.findtext("{http://www.w3.org/2005/Atom}updated") == clock.local(NOW).isoformat()
