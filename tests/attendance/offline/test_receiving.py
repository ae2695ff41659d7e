"""What devices collected without a signal comes in once, in any order, and only as it was typed."""

import json
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from participa.attendance import queries, withdrawals
from participa.attendance.models import Attendee, DoorPass, Presence, SignInWay
from participa.attendance.offline import receiving
from participa.attendance.public import presence_codes
from participa.core import clock
from participa.core.db import db
from tests.attendance import city
from tests.attendance.offline.devices import of_the_city, phone, post
from tests.attendance.public.people import only_entry, rows, sheet, sign
from tests.ballots.city import officials

MINUTE = timedelta(minutes=1)
LIST_HOURS = 4


def states(answers) -> list[str]:
    return [answer["state"] for answer in answers]


def test_what_was_signed_without_a_signal_arrives_with_its_hour_and_its_way(client):
    record = city.open_list()
    tablet = of_the_city(record, SignInWay.KIOSK)
    at = clock.now() - 20 * MINUTE
    tablet.sign(at)
    assert states(tablet.send(client)) == ["stored"]
    entry = only_entry()
    assert (entry.name, entry.document, entry.way) == (
        "María Pérez Gómez",
        "43123456",
        SignInWay.KIOSK,
    )
    assert entry.was_offline
    assert not entry.is_time_estimated
    assert abs(entry.signed_at - at) < MINUTE
    assert queries.attended(record.id) == 1


def test_what_a_tablet_sends_at_once_did_not_wait_for_a_signal(client):
    tablet = of_the_city(city.open_list(), SignInWay.KIOSK)
    tablet.sign()
    tablet.send(client)
    assert not only_entry().was_offline


def test_an_entry_sent_again_is_the_same_person(client):
    record = city.open_list()
    device = phone(client, record)
    device.sign()
    first, again = device.send(client), device.send(client)
    assert (states(first), states(again)) == (["stored"], ["known"])
    assert first[0]["receipt"] == again[0]["receipt"]
    assert rows() == 1
    assert client.get(first[0]["receipt"]).status_code == 200


def test_two_people_without_a_document_on_one_phone_are_two(client):
    record = city.open_list()
    device = phone(client, record)
    for name in ("Ana Ruiz", "Ana Ruiz"):
        device.sign(name=name, document_type="SD", document="")
    device.send(client)
    assert rows() == 2


def test_a_form_that_was_sent_and_got_no_answer_is_not_counted_twice(client):
    """The page went out, the answer was lost, and the phone kept the form for later."""
    record = city.open_list()
    device = phone(client, record)
    form = sheet(client, record, document_type="SD", document="")
    client.post(f"/asistencia/{record.code}", data=form)
    device.sign(document_type="SD", document="", submission=form["submission"])
    assert states(device.send(client)) == ["known"]
    assert rows() == 1


def test_who_signed_on_the_phone_is_found_when_the_desk_sends(client):
    record = city.open_list()
    sign(client, record)
    desk = of_the_city(record, SignInWay.DESK)
    desk.sign()
    (answer,) = desk.send(client)
    assert answer == {"id": desk.queue[0]["id"], "state": "known", "sentence": ""}
    assert rows() == 1


def test_a_document_under_another_name_shows_nobody_the_receipt(client):
    record = city.open_list()
    sign(client, record)
    device = phone(client, record)
    device.sign(name="Juan Curioso")
    assert "receipt" not in device.send(client)[0]


def test_an_entry_that_was_edited_is_refused_and_the_others_come_in(client):
    record = city.open_list()
    device = phone(client, record)
    edited, good = device.sign(), device.sign(document="1017123456", name="Ana Ruiz")
    edited["sealed"] = good["sealed"]
    answers = device.send(client)
    assert states(answers) == ["refused", "stored"]
    assert answers[0]["sentence"] == receiving.ALTERED


def test_another_content_under_the_same_id_is_refused(client):
    record = city.open_list()
    device = phone(client, record)
    entry = device.sign(document_type="SD", document="")
    device.send(client)
    changed = device.sealed(entry["id"], device.content_of(entry).replace("Mar", "Ot"))
    (answer,) = device.send(client, [changed])
    assert (answer["state"], answer["sentence"]) == ("refused", receiving.CHANGED)
    assert only_entry().name == "María Pérez Gómez"


def test_the_queue_of_another_list_is_refused(client):
    other = phone(client, city.open_list())
    other.sign()
    record = city.open_list(city.event_now(title="Otro encuentro"))
    response = post(client, record, other.batch())
    assert [one["sentence"] for one in response.json["answers"]] == [receiving.OF_ANOTHER]
    assert rows() == 0


@pytest.mark.parametrize(
    "entry",
    [{}, [], "x", None, {"id": "0" * 32, "token": "x", "sealed": "é"}],
    ids=["nothing", "a list", "a text", "null", "a strange token"],
)
def test_what_is_no_entry_is_refused_alone(client, entry):
    record = city.open_list()
    device = phone(client, record)
    answers = device.send(client, [entry, device.sign()])
    assert states(answers) == ["refused", "stored"]
    assert answers[0]["sentence"] == receiving.STRANGE


def test_a_form_that_lacks_something_is_refused_in_its_own_words(client):
    record = city.open_list()
    device = phone(client, record)
    device.sign(document="12AB34")
    device.sign(consent_attendance="")
    first, second = device.send(client)
    assert (
        first["sentence"]
        == "El número de cédula de ciudadanía tiene de 3 a 10 cifras, sin letras. Revíselo."
    )
    assert second["sentence"].startswith("Marque esta autorización")
    assert rows() == 0


def test_what_the_list_does_not_ask_is_not_stored(client):
    record = city.open_list(asks_contact=False)
    device = phone(client, record)
    device.sign(
        contact="ana@ejemplo.org", consent_contact="y", organisation="Sindicato", way="PAPER"
    )
    device.send(client)
    entry = only_entry()
    assert (entry.email, entry.organisation, entry.way) == ("", "", SignInWay.PHONE)


def test_nothing_is_stored_of_a_minor_who_signed_without_a_signal(client):
    record = city.open_list()
    device = phone(client, record)
    device.sign(age="minor")
    device.send(client)
    entry = only_entry()
    assert (entry.name, entry.document, entry.is_minor) == ("", "", True)


# ---- hours


def test_a_wrong_clock_is_corrected_by_what_it_says_at_sending(client):
    record = city.open_list()
    device = phone(client, record)
    device.off = timedelta(days=-400)
    at = clock.now() - 30 * MINUTE
    device.sign(at)
    device.send(client)
    entry = only_entry()
    assert abs(entry.signed_at - at) < MINUTE
    assert not entry.is_time_estimated


@pytest.mark.parametrize("hours", [-200, 200], ids=["long before", "long after"])
def test_an_hour_that_cannot_be_becomes_one_of_the_list_and_is_marked(client, hours):
    record = city.open_list()
    device = phone(client, record)
    device.sign(clock.now() + timedelta(hours=hours))
    device.send(client)
    entry = only_entry()
    assert record.opens_at <= entry.signed_at <= clock.now()
    assert entry.is_time_estimated


@pytest.mark.parametrize("moment", ["", None, 1e300, True, "ayer"], ids=str)
def test_a_device_that_does_not_know_the_hour_is_not_refused(client, moment):
    record = city.open_list()
    device = phone(client, record)
    content = json.loads(device.content_of(device.sign())) | {"signed_at": moment}
    entry = device.sealed("a" * 32, json.dumps(content))
    assert states(device.send(client, [entry])) == ["stored"]
    assert only_entry().is_time_estimated


def test_who_came_is_noted_at_the_first_hour_whichever_device_sends_first(client):
    record = city.open_list()
    early, late = of_the_city(record, SignInWay.DESK), of_the_city(record, SignInWay.KIOSK)
    at = clock.now() - 50 * MINUTE
    early.sign(at)
    late.sign(at + 40 * MINUTE)
    late.send(client)
    early.send(client)
    presence = db.session.query(Presence).one()
    assert abs(presence.entered_at - at) < MINUTE


def close(record, days: int = 0) -> None:
    record.closes_at = clock.now() - timedelta(days=days, minutes=1)
    record.opens_at = record.closes_at - timedelta(hours=LIST_HOURS)
    record.touch()
    db.session.commit()


def test_what_was_signed_in_time_is_taken_after_the_closing(client):
    record = city.open_list()
    device = phone(client, record)
    device.sign(clock.now() - 10 * MINUTE)
    close(record)
    assert states(device.send(client)) == ["stored"]
    assert only_entry().was_offline


def test_long_after_the_closing_a_device_is_sent_to_the_office(client):
    record = city.open_list()
    device = phone(client, record)
    device.sign()
    close(record, days=8)
    (answer,) = device.send(client)
    assert (answer["state"], answer["sentence"]) == ("refused", receiving.TOO_LATE)


def test_nothing_is_added_once_the_minutes_of_the_event_are_closed(client):
    record = city.open_list()
    device = phone(client, record)
    device.sign()
    record.event.closed_at = clock.now()
    record.event.touch()
    db.session.commit()
    assert device.send(client)[0]["sentence"] == receiving.LOCKED


def test_the_device_of_a_door_that_was_revoked_is_sent_to_the_office(client):
    record = city.open_list()
    now = clock.now()
    door = DoorPass(
        list_id=record.id, label="Norte", token_digest="x", created_at=now, expires_at=now
    )
    db.session.add(door)
    db.session.commit()
    desk = of_the_city(record, SignInWay.DESK, pass_id=door.id)
    desk.sign()
    door.revoked_at = now
    db.session.commit()
    assert desk.send(client)[0]["sentence"] == receiving.REVOKED


def test_the_device_of_an_account_that_was_disabled_is_sent_to_the_office(client):
    record = city.open_list()
    editor = officials()[0]
    desk = of_the_city(record, SignInWay.DESK, account_id=editor.id)
    desk.sign()
    editor.active = False
    db.session.commit()
    assert desk.send(client)[0]["sentence"] == receiving.REVOKED
    assert rows() == 0


class TestWhereTheCodeOnTheScreenChanges:
    @pytest.fixture
    def device(self, client, app):
        record = city.open_list(has_rotating_code=True)
        return phone(client, record, pase=presence_codes.current(record.code))

    def test_who_scanned_it_and_lost_the_signal_is_taken_hours_later(self, client, device):
        device.sign()
        with clock.stopped_at(clock.now() + 120 * MINUTE):
            assert states(device.send(client)) == ["stored"]

    def test_nobody_signs_with_a_scan_of_long_ago(self, client, device):
        with clock.stopped_at(clock.now() + 120 * MINUTE):
            device.sign()
            content = json.loads(device.content_of(device.sign())) | {"signed_at": None}
            device.queue[-1] = device.sealed("b" * 32, json.dumps(content))
            answers = device.send(client)
        assert {one["sentence"] for one in answers} == {presence_codes.EXPIRED}
        assert rows() == 0


def test_who_signed_at_the_desk_has_the_account_that_attended_in_the_consent(client):
    record = city.open_list()
    editor = officials()[0]
    desk = of_the_city(record, SignInWay.DESK, account_id=editor.id)
    desk.sign()
    desk.send(client)
    assert only_entry().consent_id


def test_a_full_list_takes_no_more_and_says_so(client):
    record = city.open_list(capacity=1)
    device = phone(client, record)
    device.sign()
    device.sign(document="1017123456", name="Ana Ruiz")
    answers = device.send(client)
    assert states(answers) == ["stored", "refused"]
    assert answers[1]["sentence"].startswith("El cupo está completo.")


def test_an_entry_that_was_taken_off_does_not_come_back(client):
    record = city.open_list()
    device = phone(client, record)
    device.sign()
    device.send(client)
    withdrawals.withdraw(only_entry(), officials()[0])
    db.session.commit()
    assert states(device.send(client)) == ["known"]
    assert queries.on_list(record.id) == 0


# ---- groups


def test_more_than_fifty_at_once_or_too_many_letters_are_refused_whole(client):
    record = city.open_list()
    device = phone(client, record)
    entry = device.sign()
    many = post(client, record, device.batch([entry] * 51))
    assert many.status_code == 400
    assert many.json["problem"] == "Envíe las firmas en grupos de hasta 50."
    heavy = post(client, record, device.batch([entry | {"sealed": "x" * 300_000}]))
    assert heavy.status_code == 413
    assert rows() == 0


@pytest.mark.parametrize(
    "body",
    [b"", b"[", b"[]", b"{}", b'{"entries": 1}', b"[" * 100_000, b'{"entries": ["\\ud800"]}'],
    ids=["nothing", "cut", "a list", "no entries", "a number", "a tower", "half a letter"],
)
def test_what_is_no_group_of_entries_is_said_to_be_none(client, body):
    record = city.open_list()
    answer = client.post(f"/asistencia/{record.code}/pendientes", data=body)
    assert answer.status_code == 400
    assert answer.json["problem"].endswith(".")


PEOPLE = 200


@pytest.mark.slow
@settings(max_examples=3, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(chance=some.randoms(use_true_random=False))
def test_two_devices_with_two_hundred_each_in_any_order_are_two_hundred_people(client, chance):
    """Everybody signs on both, each group is cut anywhere, and some groups are sent again."""
    record = city.open_list(city.event_now(title=f"Encuentro {chance.random()}"))
    devices = [of_the_city(record, SignInWay.KIOSK), of_the_city(record, SignInWay.DESK)]
    for number in range(PEOPLE):
        for device in devices:
            device.sign(document=str(10_000_000 + number), name=f"Persona {number}")
    groups = []
    for device in devices:
        chance.shuffle(device.queue)
        start = 0
        while start < PEOPLE:
            size = chance.randint(1, 50)
            groups.append((device, device.queue[start : start + size]))
            start += size
    groups += chance.sample(groups, k=len(groups) // 3)
    chance.shuffle(groups)
    for device, entries in groups:
        chance.shuffle(entries)
        assert "refused" not in states(device.send(client, entries))
    documents = [
        entry.document for entry in db.session.query(Attendee).filter_by(list_id=record.id)
    ]
    assert sorted(documents) == [str(10_000_000 + number) for number in range(PEOPLE)]
    assert queries.attended(record.id) == PEOPLE
