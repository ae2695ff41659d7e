"""A topic that people asked for reaches the agenda of an event, and both pages say so (RDC-06)."""

import pytest

from participa.core import codes
from participa.core.db import db
from participa.core.errors import Refused
from participa.events import parts
from participa.events.models import AgendaItem
from participa.topics import service
from participa.topics.models import Decision
from tests.ballots.city import officials
from tests.events import city
from tests.filling import Forms
from tests.plan.builders import office
from tests.topics.builders import call


@pytest.fixture
def topic(make):
    return make(call()).topics[0]


def decide(topic, url, decision=Decision.TAKEN):
    service.decide(topic, officials()[0], decision, "Es lo que más pidió la gente.", url)
    db.session.commit()


def test_the_official_chooses_the_event_and_both_pages_tell(staff, client, topic):
    event, visitor = city.called(), staff("EDITOR")
    address = f"/gestion/temas/{topic.call.code}/decisiones/{topic.id}"
    page = visitor.get(address)
    [form] = [one for one in Forms(page.text, address).forms if "decision" in str(one.controls)]
    sent = dict(form.as_it_stands()) | {
        "decision": "TAKEN",
        "decision_text": "Es lo que más pidió la gente.",
        "event": f"/eventos/{event.code}",
    }
    assert visitor.post(address, data=sent).status_code == 302
    shown = client.get(f"/eventos/{event.code}").text
    assert "Lo pidió la gente en" in shown
    assert f"/resultados#tema-{topic.id}" in shown
    results = client.get(f"/temas/{topic.call.code}/resultados").text
    assert f'href="/eventos/{event.code}"' in results
    assert f'id="tema-{topic.id}"' in results


def test_the_results_lead_to_an_event_once_people_are_called_to_it(client, topic):
    event = city.planned()
    decide(topic, f"/eventos/{event.code}")
    link = f'href="/eventos/{event.code}"'
    assert link not in client.get(f"/temas/{topic.call.code}/resultados").text
    city.service.publish(event, officials()[0])
    db.session.commit()
    assert link in client.get(f"/temas/{topic.call.code}/resultados").text


@pytest.mark.parametrize("write", [str.lower, codes.show], ids=["small letters", "groups"])
def test_an_address_that_somebody_typed_leads_to_the_event_too(client, topic, write):
    event = city.called()
    decide(topic, f"/eventos/{write(event.code)}")
    page = client.get(f"/temas/{topic.call.code}/resultados").text
    assert f'href="/eventos/{event.code}"' in page


def test_another_decision_takes_it_off_the_agenda(app, topic):
    first, second = city.called(), city.called()
    decide(topic, f"/eventos/{first.code}")
    decide(topic, f"/eventos/{second.code}")
    [item] = db.session.scalars(db.select(AgendaItem))
    assert item.event_id == second.id
    decide(topic, f"/eventos/{second.code}")
    assert db.session.query(AgendaItem).count() == 1
    decide(topic, "", Decision.NOT_TAKEN)
    assert db.session.query(AgendaItem).count() == 0


def test_what_people_asked_for_is_not_taken_off_silently(app, topic):
    event = city.called()
    decide(topic, f"/eventos/{event.code}")
    [item] = event.agenda
    with pytest.raises(Refused, match="lo pidió la gente"):
        parts.remove(event, officials()[0], parts.KINDS["agenda"], item)


def test_an_event_that_is_not_there_is_refused_in_words(app, topic):
    with pytest.raises(Refused, match="no existe"):
        decide(topic, "/eventos/ZZZZ9999")


def test_an_office_takes_topics_to_its_own_events_only(staff, make, topic):
    mine, other = make(office("dap", "Planeación")), make(office("salud", "Salud"))
    topic.call.office_id = mine.id
    own = city.called(title="El nuestro", office_id=mine.id)
    city.called(title="El de otra", office_id=other.id)
    page = staff("RESPONSIBLE", office=mine).get(
        f"/gestion/temas/{topic.call.code}/decisiones/{topic.id}"
    )
    assert own.title in page.text
    assert "El de otra" not in page.text
