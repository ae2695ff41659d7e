"""The gate in front of the application: places, and bodies that have arrived whole."""

import io
import threading
import time

import pytest

from participa.core.ops import gate as the_gate
from participa.core.ops.gate import Gate


def environ(body=b"", length=None):
    told = {"wsgi.input": io.BytesIO(body), "REQUEST_METHOD": "POST"}
    return told | {"CONTENT_LENGTH": str(len(body)) if length is None else length}


def test_a_full_house_says_so_and_recovers():
    inside, leave = threading.Event(), threading.Event()

    def slow(environ, start_response):
        inside.set()
        leave.wait(10)
        start_response("200 OK", [])
        return [b"Listo"]

    gate = Gate(slow, places=1, wait=0.05)
    told = []
    first = threading.Thread(target=gate, args=(environ(), lambda *said: None))
    first.start()
    inside.wait(10)
    page = b"".join(gate(environ(), lambda status, headers: told.append((status, dict(headers)))))
    assert told[0][0].startswith("503")
    assert told[0][1]["Retry-After"] == "5"
    assert "no se guarda dos veces" in page.decode()
    leave.set()
    first.join()
    assert b"".join(gate(environ(), lambda *said: None)) == b"Listo"


def test_a_hall_that_votes_leaves_places_to_everybody_else():
    leave, inside = threading.Event(), []

    def checking(environ, start_response):
        if environ["PATH_INFO"] != "/plan":
            inside.append(environ)
            leave.wait(10)
        return [b"Listo"]

    gate = Gate(checking, slow_endings=("/papeletas",), places=1, wait=5)
    ballot = {"PATH_INFO": "/urna/PTcSwkQpEZTh7i/papeletas"}
    voters = [
        threading.Thread(target=gate, args=(environ(b"{}") | ballot, lambda *said: None))
        for _ in range(the_gate.SLOW_PLACES + 4)
    ]
    for voter in voters:
        voter.start()
    for _ in range(20):
        assert gate(environ() | {"PATH_INFO": "/plan"}, lambda *said: None) == [b"Listo"]
        time.sleep(0.01)
    assert len(inside) == the_gate.SLOW_PLACES
    leave.set()
    for voter in voters:
        voter.join()
    assert len(inside) == the_gate.SLOW_PLACES + 4


def test_a_body_has_arrived_before_anybody_waits_for_it():
    read = []

    def application(environ, start_response):
        read.append((environ["wsgi.input"].read(), environ["CONTENT_LENGTH"]))
        return []

    gate = Gate(application)
    big = b"x" * (the_gate.IN_MEMORY + 1)
    for body in (b"", b"nombre=Ana", big):
        list(gate(environ(body), lambda *said: None))
    list(gate(environ(b"abc", length="-1"), lambda *said: None))
    list(gate(environ(b"abc", length=str(the_gate.MOST_BODY + 1)), lambda *said: None))
    assert [body for body, _ in read] == [b"", b"nombre=Ana", big, b"abc", b"abc"]


def test_a_body_that_nothing_can_keep_is_asked_for_later(monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", "/no/existe")
    told = []
    gate = Gate(lambda environ, start_response: [b"Listo"])
    big = environ(b"x" * (the_gate.IN_MEMORY + 1))
    page = b"".join(gate(big, lambda status, headers: told.append(status)))
    assert told == ["503 Service Unavailable"]
    assert "Espere unos segundos" in page.decode()
    assert gate(environ(b"nombre=Ana"), lambda *said: None) == [b"Listo"]


def test_a_fault_gives_its_place_back():
    def broken(environ, start_response):
        raise ValueError("broken")

    gate = Gate(broken, places=1, wait=0.05)
    for _ in range(3):
        with pytest.raises(ValueError, match="broken"):
            gate(environ(), lambda *said: None)


def told_by(gate, environ):
    said = []
    page = b"".join(gate(environ, lambda status, headers: said.append(status)))
    return said, page.decode()


def test_half_a_form_is_refused_and_never_read_as_a_whole_one():
    gate = Gate(lambda environ, start_response: [b"Listo"])
    said, page = told_by(gate, environ(b"tema=1&tema=2", length="40"))
    assert said == ["408 Request Timeout"]
    assert "No quedó guardado." in page


def test_a_body_in_chunks_has_arrived_too_before_anybody_waits_for_it():
    read = []

    def application(environ, start_response):
        read.append((environ["wsgi.input"].read(), environ["CONTENT_LENGTH"]))
        return []

    chunks = environ(b"nombre=Ana", length="") | {"HTTP_TRANSFER_ENCODING": "Chunked"}
    list(Gate(application)(chunks, lambda *said: None))
    assert read == [(b"nombre=Ana", "10")]


def test_a_body_in_chunks_without_end_is_read_no_further_than_is_needed_to_refuse_it(monkeypatch):
    monkeypatch.setattr(the_gate, "MOST_BODY", 100)
    read = []
    gate = Gate(lambda environ, start_response: read.append(environ["CONTENT_LENGTH"]) or [])
    chunks = environ(b"x" * 500, length="") | {"HTTP_TRANSFER_ENCODING": "chunked"}
    list(gate(chunks, lambda *said: None))
    assert read == ["101"]


def test_a_body_in_chunks_that_was_given_up_is_refused():
    gate = Gate(lambda environ, start_response: [b"Listo"])

    class Slow(io.BytesIO):
        def read(self, *most):
            for arrival in gate.senders.arrivals.values():
                arrival.is_given_up = True
            return b""

    chunks = environ(length="") | {"HTTP_TRANSFER_ENCODING": "chunked", "wsgi.input": Slow()}
    said, _ = told_by(gate, chunks)
    assert said == ["408 Request Timeout"]
