"""The code that changes on the projector: whoever scans it signs, and nobody from home."""

from datetime import timedelta

import pytest
from limits import RateLimitItemPerMinute

from participa.attendance.public import presence_codes
from participa.attendance.public.presence_codes import STEP_SECONDS
from participa.core import clock
from participa.core.web import limits
from tests.attendance import city
from tests.attendance.public.people import MARIA, opened, path, rows
from tests.topics.builders import token

MINUTE = timedelta(minutes=1)


@pytest.fixture
def record(app):
    return city.open_list(has_rotating_code=True)


def after(by: timedelta):
    return clock.stopped_at(clock.now() + by)


def test_a_scanned_code_opens_the_form_and_the_form_may_be_filled_in_calmly(client, record):
    seen = presence_codes.current(record.code)
    page = client.get(f"/q/{record.code}/{seen}", follow_redirects=True)
    form = {"submission": token(page), **MARIA, "permit": permit_of(page)}
    with after(3 * MINUTE):
        assert client.post(path(record), data=form).status_code == 303
    assert rows() == 1


def test_a_typed_code_opens_the_form_in_small_letters_and_with_spaces(client, record):
    seen = presence_codes.current(record.code)
    page = opened(client, record, pase=f" {seen[:3]} {seen[3:]} ".lower())
    assert permit_of(page)


def test_without_a_code_the_page_asks_for_it(client, record):
    page = opened(client, record)
    assert 'name="pase"' in page.text
    assert 'name="name"' not in page.text


def test_a_code_that_is_over_asks_kindly_for_the_one_on_the_screen(client, record):
    seen = presence_codes.current(record.code)
    with after(5 * MINUTE):
        page = opened(client, record, pase=seen)
    assert "Escanee de nuevo el código de la pantalla." in page.text
    assert 'name="name"' not in page.text


def test_a_form_that_was_open_too_long_keeps_what_was_typed_and_takes_a_typed_code(client, record):
    page = opened(client, record, pase=presence_codes.current(record.code))
    form = {"submission": token(page), **MARIA, "permit": permit_of(page)}
    with after(30 * MINUTE):
        late = client.post(path(record), data=form)
        assert late.status_code == 422
        assert "Escanee de nuevo el código de la pantalla." in late.text
        assert 'value="María Pérez Gómez"' in late.text
        seen = presence_codes.current(record.code)
        repaired = client.post(path(record), data={**form, "screen_code": seen.lower()})
    assert repaired.status_code == 303
    assert rows() == 1


def test_the_code_and_the_permit_of_another_list_are_refused(client, record):
    other = city.open_list(city.event_now(title="Otro"), has_rotating_code=True)
    assert 'name="pase"' in opened(client, record, pase=presence_codes.current(other.code)).text
    page = opened(client, record, pase=presence_codes.current(record.code))
    form = {"submission": token(page), **MARIA, "permit": presence_codes.grant(other.code)}
    assert client.post(path(record), data=form).status_code == 422
    assert rows() == 0


def test_a_made_up_permit_is_refused(client, record):
    page = opened(client, record, pase=presence_codes.current(record.code))
    for permit in ("", "x", permit_of(page)[:-2] + "zz"):
        form = {"submission": token(page), **MARIA, "permit": permit}
        assert client.post(path(record), data=form).status_code == 422
    assert rows() == 0


def test_the_codes_of_the_screen_cannot_be_tried_one_after_the_other(client, record, monkeypatch):
    monkeypatch.setattr(limits, "PHONES", RateLimitItemPerMinute(3))
    tries = [opened(client, record, pase=f"00000{one}").status_code for one in range(4)]
    assert tries == [200, 200, 200, 429]
    assert opened(client, record, pase=presence_codes.current(record.code)).status_code == 200


def permit_of(page) -> str:
    return page.text.partition('name="permit" value="')[2].partition('"')[0]


class TestTheProjector:
    def test_shows_the_code_to_scan_and_to_type_and_how_many_have_signed(self, staff, record):
        city.signed(record)
        page = staff("DOOR").get(f"/gestion/asistencia/{record.code}/proyectar-codigo").text
        seen = presence_codes.current(record.code)
        assert f"{seen[:3]} {seen[3:]}" in page
        assert "<svg" in page
        assert "<b data-people>1</b>" in page
        assert '<meta http-equiv="refresh"' in page

    def test_goes_on_after_the_session_of_the_staff_is_over(self, client, staff, record):
        page = staff("EDITOR").get(f"/gestion/asistencia/{record.code}/proyectar-codigo").text
        address = page.partition('data-code-from="')[2].partition('"')[0]
        with after(2 * 60 * MINUTE):
            told = client.get(address).json
            assert told["typed"].replace(" ", "") == presence_codes.current(record.code)
        assert 1 <= told["seconds"] <= STEP_SECONDS

    def test_is_not_for_strangers_nor_for_another_list(self, client, staff, record):
        page = staff("EDITOR").get(f"/gestion/asistencia/{record.code}/proyectar-codigo").text
        address = page.partition('data-code-from="')[2].partition('"')[0]
        other = city.open_list(city.event_now(title="Otro"), has_rotating_code=True)
        assert client.get(address.replace(record.code, other.code)).status_code == 404
        assert client.get(f"{address}x").status_code == 404

    def test_a_list_with_a_fixed_code_has_no_such_page(self, staff):
        record = city.open_list()
        page = staff("EDITOR").get(f"/gestion/asistencia/{record.code}/proyectar-codigo")
        assert page.status_code == 404
