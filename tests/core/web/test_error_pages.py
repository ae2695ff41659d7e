"""Whatever goes wrong, a neighbour reads what to do; nobody is told that something was stored."""

import errno

import pytest
from sqlalchemy import event
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import TooManyRequests

from participa.core.db import db
from tests.visitor import field

READ_ONLY = {
    "sqlite": "PRAGMA query_only=ON",
    "postgresql": "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY",
}


@pytest.fixture
def read_only(app):
    """The database answers, and takes nothing: a standby, or a disk that protects itself."""
    db.session.remove()

    def shut(connection, record, proxy):
        connection.cursor().execute(READ_ONLY[db.engine.dialect.name])
        connection.commit()

    event.listen(db.engine, "checkout", shut)
    yield
    event.remove(db.engine, "checkout", shut)
    db.session.remove()
    db.engine.dispose()


@pytest.fixture
def away(app):
    """No question reaches the database any more; returns how to take it away."""

    def gone(*asked):
        raise OperationalError("SELECT", {}, ConnectionError())

    def take_away():
        db.session.remove()
        event.listen(db.engine, "before_cursor_execute", gone)

    yield take_away
    event.remove(db.engine, "before_cursor_execute", gone)


def test_an_unknown_address_says_what_to_do(client):
    page = client.get("/no-existe")
    assert page.status_code == 404
    assert "Revise que la dirección o el código estén completos" in page.text


@pytest.mark.parametrize(
    "address",
    [
        "/urna/%00",
        "/instancias/a%00b",
        "/gestion/temas/%00",
        "/gestion/eventos/%00/acta/cerrar",
        "/gestion/eventos/%00/compromisos/1",
    ],
)
def test_an_address_that_no_database_compares_is_unknown(staff, address):
    answer = staff("EDITOR").get(address)
    assert answer.status_code == 404
    assert "Revise que la dirección o el código estén completos" in answer.text


def test_a_database_that_takes_nothing_still_answers_whoever_reads(client, read_only):
    page = client.get("/gestion/clave")
    assert page.status_code == 200
    typed = {"csrf_token": field(page, "csrf_token"), "email": "ana.rios@ejemplo.org"}
    answer = client.post("/gestion/clave", data=typed)
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert "No quedó guardado lo que acaba de enviar." in answer.text


@pytest.mark.parametrize("reason", [errno.ENOSPC, errno.EDQUOT, errno.EROFS])
def test_a_disk_without_room_for_a_file_says_so(app, reason):
    with app.test_request_context("/gestion"):
        text, status, _ = app.handle_user_exception(OSError(reason, "disk"))
    assert status == 507
    assert "No podemos guardar en este momento" in text


def test_another_fault_of_the_disk_is_a_fault_of_ours(app):
    with app.test_request_context("/gestion"), pytest.raises(FileNotFoundError):
        app.handle_user_exception(FileNotFoundError(errno.ENOENT, "gone"))


@pytest.mark.parametrize("address", ["/temas", "/gestion", "/gestion/cuenta", "/gestion/entrar"])
def test_without_a_database_whoever_is_signed_in_reads_what_to_do(staff, away, address):
    """The page itself must not ask who is there."""
    visitor = staff("EDITOR")
    away()
    answer = visitor.get(address)
    assert answer.status_code == 503
    assert "Espere unos segundos" in answer.text


def test_without_a_database_an_unknown_page_of_the_staff_is_still_unknown(staff, away):
    visitor = staff("EDITOR")
    away()
    assert visitor.get("/gestion/no-existe").status_code == 404


@pytest.mark.parametrize(
    ("seconds", "sentence"),
    [(5, "Espere un minuto y"), (60, "Espere un minuto y"), (898, "Espere 15 minutos y")],
)
def test_whoever_tried_too_often_reads_how_long_to_wait(app, seconds, sentence):
    with app.test_request_context("/gestion/entrar"):
        text, status, headers = app.handle_user_exception(TooManyRequests(retry_after=seconds))
    assert status == 429
    assert headers["Retry-After"] == str(seconds)
    assert sentence in text
