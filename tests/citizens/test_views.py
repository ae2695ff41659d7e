import dataclasses

import pytest

from participa.citizens import service
from participa.config import Entity
from participa.core.db import db

pytestmark = pytest.mark.one_engine

ENTITY = Entity(name="Alcaldía <b>de</b> Prueba", privacy_email="datos@prueba.gov.co")


def publish(entity=ENTITY):
    notice = service.publish_notice("topics", entity, by="prueba")
    db.session.commit()
    return notice


def test_anybody_reads_the_policy_the_rights_and_the_deadlines(client):
    """DAT-02, DAT-08"""
    publish()
    page = client.get("/datos-personales")
    assert page.status_code == 200
    assert "10 días hábiles" in page.text
    assert "15 días hábiles" in page.text
    assert "/datos-personales/temas/1" in page.text
    assert "Set-Cookie" not in page.headers


def test_before_any_notice_the_policy_says_that_nothing_is_asked(client):
    page = client.get("/datos-personales")
    assert "Aún no hay avisos publicados" in page.text


def test_every_version_of_a_notice_stays_readable_with_its_fingerprint(client):
    """DAT-01, DAT-04: consultable later, and a copy to print."""
    first = publish().sha256
    publish(dataclasses.replace(ENTITY, address="Carrera 50"))
    old = client.get("/datos-personales/temas/1")
    assert first in old.text
    assert "Carrera 50" not in old.text
    assert "/datos-personales/temas/2" in old.text
    assert "Carrera 50" in client.get("/datos-personales/temas/2").text


def test_what_the_settings_say_is_shown_as_text(client):
    publish()
    page = client.get("/datos-personales/temas/1")
    assert "Alcaldía &lt;b&gt;de&lt;/b&gt; Prueba" in page.text


def test_a_notice_that_never_was_is_not_found(client):
    publish()
    for address in ("temas/9", "topics/1", "nada/1", "temas/x"):
        assert client.get(f"/datos-personales/{address}").status_code == 404


def test_an_unchanged_notice_is_not_sent_twice(client):
    publish()
    tag = client.get("/datos-personales/temas/1").headers["ETag"]
    again = client.get("/datos-personales/temas/1", headers={"If-None-Match": tag})
    assert again.status_code == 304
