"""Error handlers and their pages, in Spanish, each with advice."""

import errno
from http import HTTPStatus
from typing import Any

import structlog
from flask import Flask, Response, g, render_template, request
from flask.globals import request_ctx
from sqlalchemy.exc import DataError, InternalError, OperationalError
from werkzeug.exceptions import HTTPException, SecurityError

from participa.core.db import db
from participa.core.errors import Busy, Refused
from participa.core.web import responses, trailing_slash
from participa.core.web.security import STAFF, is_staff

log = structlog.get_logger()

# Title and advice for each HTTP status.
SENTENCES = {
    400: (
        "No entendimos lo que llegó",
        "El envío llegó incompleto o dañado. Vuelva atrás, recargue la página y envíelo otra vez.",
    ),
    401: (
        "Entre con su cuenta",
        "Esta página es para el personal. Entre, y siga donde iba.",
    ),
    403: (
        "Su cuenta no puede ver esto",
        "Si lo necesita para su trabajo, pida el permiso a quien administra la plataforma.",
    ),
    404: (
        "No encontramos esta página",
        "Revise que la dirección o el código estén completos, o empiece desde el inicio.",
    ),
    405: (
        "Esta dirección no se abre así",
        "Empiece desde el inicio y siga los botones de la página.",
    ),
    413: (
        "El envío es demasiado grande",
        "Acorte el texto o use un archivo más pequeño, y envíelo otra vez.",
    ),
    415: (
        "Esto no llegó de un formulario",
        "Abra la página en su navegador, llene el formulario y envíelo desde ahí.",
    ),
    429: (
        "Hay demasiados intentos seguidos",
        "Espere {wait} y vuelva a intentarlo. Lo que ya envió no se ha perdido.",
    ),
    500: (
        "Algo falló de nuestro lado",
        "Ya quedó registrado para repararlo. Espere un momento y vuelva a intentarlo.",
    ),
    503: (
        "Hay mucha gente en este momento",
        "Espere unos segundos y envíelo otra vez. Si ya había llegado, no se guarda dos veces.",
    ),
    507: (
        "No podemos guardar en este momento",
        "No quedó guardado lo que acaba de enviar. Espere unos minutos y envíelo otra vez.",
    ),
}
RETRY_SECONDS = 5
# The engines' names for a full disk and a read-only database, and the status for each.
CANNOT_STORE = {
    "SQLITE_FULL": 507,
    "DiskFull": 507,
    "SQLITE_READONLY": 503,
    "ReadOnlySqlTransaction": 503,
}


def init_app(app: Flask) -> None:
    app.register_error_handler(Refused, refused)
    app.register_error_handler(SecurityError, strange_host)
    app.register_error_handler(HTTPException, protocol_error)
    app.register_error_handler(OperationalError, database_away)
    app.register_error_handler(InternalError, database_away)
    app.register_error_handler(DataError, no_address)
    app.register_error_handler(OSError, disk_away)


def refused(error: Refused):
    """The page on which the button was pressed, with the refusal on top; or a page of its own."""
    db.session.rollback()
    if isinstance(error, Busy):
        return page(503)
    if (shown := _where_it_was_sent(str(error))) is not None:
        shown.status_code = error.status
        return shown
    heading = error.heading or str(error)
    advice = str(error).removeprefix(heading).removeprefix(". ")
    text = render_template("errors/refused.html", heading=heading, advice=advice, home=home())
    return text, error.status


def _where_it_was_sent(sentence: str) -> Response | None:
    """The staff page with the button, as it is now; None if the request does not say which."""
    site, referrer = request.host_url, request.referrer or ""
    path = f"/{referrer.removeprefix(site)}".partition("?")[0]
    if not (request.method == "POST" and referrer.startswith(site) and is_staff(path)):
        return None
    try:
        adapter: Any = request_ctx.url_adapter
        endpoint, values = adapter.match(path, method="GET")
        g.alert = sentence
        shown = responses.answer_as(endpoint, **values)
    except (HTTPException, Refused):  # it is not there any more
        shown = None
    if shown is None or shown.status_code != HTTPStatus.OK:
        g.pop("alert", None)  # the page of its own says it
        return None
    return shown


def home() -> str:
    """Where the visitor begins: the staff at theirs."""
    return STAFF if is_staff(request.path) else "/"


def strange_host(error: SecurityError):
    """The Host header is not trusted, so url_for fails: a page without links."""
    title, advice = SENTENCES[400]
    return render_template("errors/bare.html", title=title, advice=advice), 400


def protocol_error(error: HTTPException):
    if error.response is not None or error.code is None or error.code < 400:
        return error
    if error.code == HTTPStatus.NOT_FOUND and (moved := trailing_slash.redirect_without_it()):
        return moved
    db.session.rollback()
    code = error.code if error.code in SENTENCES else (400 if error.code < 500 else 500)
    return page(code, getattr(error, "retry_after", None) or RETRY_SECONDS)


def database_away(error: OperationalError | InternalError):
    """The database is unreachable, locked, full or read-only; other errors are re-raised."""
    db.session.rollback()
    reason = getattr(error.orig, "sqlite_errorname", type(error.orig).__name__)
    if isinstance(error, InternalError) and reason not in CANNOT_STORE:
        raise error
    log.error("database.away", reason=reason)
    if reason in CANNOT_STORE:
        return page(CANNOT_STORE[reason], sentences_of=507)
    return page(503)


def no_address(error: DataError):
    """An address with a NUL, which PostgreSQL compares with no text; other errors are re-raised."""
    db.session.rollback()
    if not any("\x00" in typed for typed in (request.path, *request.args.values())):
        raise error
    return page(404)


def disk_away(error: OSError):
    """The disk is full or read-only; other errors are re-raised."""
    db.session.rollback()
    if error.errno not in {errno.ENOSPC, errno.EDQUOT, errno.EROFS}:
        raise error
    log.error("disk.away", reason=errno.errorcode[error.errno])
    return page(507)


def page(
    code: int, seconds: int = RETRY_SECONDS, sentences_of: int | None = None
) -> tuple[str, int, dict[str, str]]:
    """An error page; `seconds` goes into Retry-After where the status has one.

    `sentences_of` is the status whose title and advice are shown, if not those of `code`.
    """
    title, advice = SENTENCES[sentences_of or code]
    advice = advice.format(wait=minutes(seconds))
    headers = {"Retry-After": str(seconds)} if code in {429, 503, 507} else {}
    text = render_template("errors/page.html", title=title, advice=advice, code=code, home=home())
    return text, code, headers


def minutes(seconds: int) -> str:
    whole = -(-seconds // 60)
    return f"{whole} minutos" if whole > 1 else "un minuto"
