"""Devices that get their signal back at the same moment: nobody is lost, doubled or turned away."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from flask.testing import FlaskClient

from participa.attendance import queries
from participa.attendance.models import Attendee, SignInWay
from participa.core.db import db
from tests.attendance import city
from tests.attendance.offline.devices import of_the_city

DEVICES, PEOPLE = 6, 20


def test_devices_that_send_the_same_people_at_once_in_different_orders(app):
    record = city.open_list()
    devices = [of_the_city(record, SignInWay.KIOSK) for _ in range(DEVICES)]
    for number, device in enumerate(devices):
        people = list(range(PEOPLE))
        for one in people if number % 2 else reversed(people):
            device.sign(document=str(10_000_000 + one), name=f"Persona {one}")
    bodies = [device.batch() for device in devices]
    path = f"/asistencia/{record.code}/pendientes"
    db.session.rollback()  # what the threads store is read afterwards
    start = Barrier(DEVICES)

    def send(body):
        with FlaskClient(app, app.response_class) as client:
            start.wait(60)
            return client.post(path, json=body)

    with ThreadPoolExecutor(DEVICES) as threads:
        answers = list(threads.map(send, bodies))
    assert [answer.status_code for answer in answers] == [200] * DEVICES
    states = [one["state"] for answer in answers for one in answer.json["answers"]]
    assert (states.count("stored"), states.count("refused")) == (PEOPLE, 0)
    assert db.session.query(Attendee).count() == PEOPLE
    assert queries.attended(record.id) == PEOPLE
