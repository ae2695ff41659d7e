"""A hall passes, one pair of hands does not crowd it out, and nobody is locked out for ever."""

import threading
import time
from dataclasses import replace

import pytest
from flask import Flask
from limits.storage import MemoryStorage
from werkzeug.exceptions import TooManyRequests

from participa.app import create_app
from participa.core.installation import installation
from participa.core.web import limits
from participa.core.web.limits import limited
from tests.conftest import settings as plain_settings

PHONE = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 Chrome/125.0.0.0 Mobile"


@pytest.fixture
def door(tmp_path):
    """A small application with one door, and a way to change its settings."""

    def make(**others) -> Flask:
        app = create_app(replace(plain_settings(tmp_path), log="off", **others))

        @app.route("/puerta", methods=["GET", "POST"], endpoint="door")
        @limited("test.door")
        def door():
            return "Listo"

        @app.post("/entrar", endpoint="sign_in")
        def sign_in():
            limits.attempt("test.sign_in", "ana@ejemplo.org")
            return "Listo"

        return app

    return make


def knock(app, times, **named):
    visitor = app.test_client()
    named.setdefault("headers", {"User-Agent": PHONE})
    path = named.pop("path", "/puerta")
    return [visitor.post(path, **named).status_code for _ in range(times)]


@pytest.mark.slow
def test_a_hall_of_six_hundred_behind_one_address_signs_in_within_two_minutes(door):
    app = door()
    answers = []
    for _ in range(600):
        answers += knock(app, 2)  # two pages each, all in the same minute, all the same phone
    assert set(answers) == {200}


@pytest.mark.slow
def test_phones_that_look_alike_are_held_to_what_a_crowd_can_send(door):
    app = door()
    answers = knock(app, 1300)
    assert answers[1199:1201] == [200, 429]
    assert knock(app, 3, headers={"User-Agent": "Otro/1.0"}) == [200] * 3
    elsewhere = {"REMOTE_ADDR": "200.13.5.7"}
    assert knock(app, 3, environ_base=elsewhere) == [200] * 3


def test_a_cookie_makes_no_difference(door):
    app = door()
    visitor = app.test_client()
    for number in range(1200):
        visitor.set_cookie("borrador", str(number))
        assert visitor.post("/puerta", headers={"User-Agent": PHONE}).status_code == 200
    assert knock(app, 1) == [429]


@pytest.mark.slow
def test_changing_the_device_does_not_make_one_address_endless(door):
    app = door()
    answers = [knock(app, 1, headers={"User-Agent": str(number)})[0] for number in range(2500)]
    assert answers[2399:2401] == [200, 429]


def test_looking_is_never_counted(door):
    visitor = door().test_client()
    assert {visitor.get("/puerta").status_code for _ in range(3000)} == {200}


def test_too_many_is_told_with_the_time_to_wait(door):
    app = door()
    visitor = app.test_client()
    pages = [visitor.post("/entrar") for _ in range(11)]
    assert pages[-1].status_code == 429
    assert 1 <= int(pages[-1].headers["Retry-After"]) <= 15 * 60
    assert "Hay demasiados intentos seguidos" in pages[-1].text


def test_a_forged_address_is_not_believed(door):
    app = door()
    answers = [
        knock(app, 1, path="/entrar", headers={"X-Forwarded-For": f"10.0.0.{number}"})[0]
        for number in range(12)
    ]
    assert answers == [200] * 10 + [429] * 2


def test_only_the_named_number_of_proxies_is_believed(door):
    app = door(proxies=1)
    told = [{"X-Forwarded-For": f"1.2.3.{number}, 200.13.5.7"} for number in range(12)]
    assert [knock(app, 1, path="/entrar", headers=one)[0] for one in told][-1] == 429
    other = {"X-Forwarded-For": "1.2.3.1, 200.13.5.8"}
    assert knock(app, 1, path="/entrar", headers=other) == [200]


def test_a_home_with_many_addresses_is_one_home(door):
    app = door()
    homes = [{"REMOTE_ADDR": f"2800:e0:1:2::{number:x}"} for number in range(12)]
    assert [knock(app, 1, path="/entrar", environ_base=one)[0] for one in homes][-1] == 429
    next_door = {"REMOTE_ADDR": "2800:e0:1:3::1"}
    assert knock(app, 1, path="/entrar", environ_base=next_door) == [200]


def test_load_tests_run_from_this_machine_only(door):
    app = door(relaxed_limits=True)
    assert set(knock(app, 50, path="/entrar")) == {200}
    away = {"REMOTE_ADDR": "200.13.5.7"}
    assert knock(app, 11, path="/entrar", environ_base=away)[-1] == 429


@pytest.fixture
def trying(door):
    """Try to sign in to Ana's account from an address."""
    app = door()

    def trying(address, account="ana@ejemplo.org", right=False):
        with app.test_request_context(environ_base={"REMOTE_ADDR": address}):
            limits.attempt("staff.sign_in", account)
            if right:
                limits.succeeded("staff.sign_in", account)

    return trying


@pytest.mark.slow
def test_ten_wrong_passwords_from_one_place_are_enough(trying):
    for _ in range(10):
        trying("200.13.5.7")
    with pytest.raises(TooManyRequests):
        trying("200.13.5.7", account=" ANA@ejemplo.org")
    trying("200.13.5.7", account="luis@ejemplo.org")
    trying("200.13.5.8")


def test_whoever_hammers_an_account_from_everywhere_does_not_shut_its_owner_out(trying):
    trying("181.55.1.1", right=True)
    for number in range(99):  # her own attempt was the first of a hundred
        trying(f"10.0.{number}.1")
    with pytest.raises(TooManyRequests):
        trying("10.0.200.1")
    trying("181.55.1.1", right=True)


def test_a_wait_ends(trying, monkeypatch):
    for _ in range(10):
        trying("200.13.5.7")
    with pytest.raises(TooManyRequests):
        trying("200.13.5.7")
    later = time.time() + 16 * 60
    monkeypatch.setattr(time, "time", lambda: later)
    trying("200.13.5.7")


def test_without_redis_for_a_while_the_door_stays_open_and_counts_here(door, capsys):
    app = door(redis_url="redis://127.0.0.1:1/0")
    assert knock(app, 12, path="/entrar") == [200] * 10 + [429] * 2


def test_nobody_is_written_down(door):
    app = door()
    knock(app, 1, path="/entrar")
    kept = repr(installation(app).limits.own.storage)
    assert kept
    assert "127.0.0.1" not in kept
    assert "ana@" not in kept


def test_counting_does_not_start_a_thread_for_every_hit(door):
    app = door()
    knock(app, 1)
    threads = threading.active_count()
    own = installation(app).limits.own
    swept_at = own.swept_at
    knock(app, 20)
    assert hasattr(MemoryStorage, "_MemoryStorage__schedule_expiry"), "the library renamed it"
    assert own.swept_at == swept_at
    assert threading.active_count() <= threads
