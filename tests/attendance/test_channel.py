"""The notice of the lists says what is so, sentence by sentence."""

import pytest

from participa.attendance.channel import CHANNEL
from participa.attendance.public.forms import SignForm
from participa.citizens import notices
from participa.core.installation import installation
from participa.core.web.lists import folded

pytestmark = pytest.mark.one_engine


@pytest.fixture
def whole(app) -> str:
    return notices.full_text(CHANNEL.notice, installation(app).settings.entity)


def test_the_term_of_the_answers_is_not_said_of_the_names(whole, app):
    short = " ".join(notices.short_lines(CHANNEL.notice, installation(app).settings.entity))
    assert "Guardamos 12 meses sus respuestas opcionales; después, solo totales." in short
    for text in (whole, short):
        assert "lo que diga de usted" not in text
        assert "su nombre y su documento quedan dos años después del evento" in text


def test_it_says_what_is_necessary_and_how_each_person_sees_their_data(whole):
    assert "Solo su nombre es necesario." in whole
    assert "menores de 18 años no les pedimos nombre, documento ni contacto" in whole
    assert "Consultar mi radicado" in whole
    assert "cifrados" in folded(whole)


def test_the_consent_to_a_contact_covers_all_that_is_sent_there(whole, app):
    """DAT-03: the pass, the certificate and the evaluation are mailed to who ticked this."""
    contact = notices.PURPOSES["contact"]
    for text in (whole, contact.tick, contact.sentence):
        for thing in ("pase", "constancia", "evaluación"):
            assert thing in text
    assert contact.tick in SignForm.consent_contact.args[0]


def test_the_notices_of_other_channels_stay_as_they_were(app):
    entity = installation(app).settings.entity
    for kind in notices.kinds().values():
        if kind is not CHANNEL.notice:
            assert notices.WITH_RECEIPT not in notices.full_text(kind, entity)
