"""What a person reads when something cannot be done, and what to do then."""

import structlog
from flask import Flask, render_template
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException, SecurityError

from participa.core.db import db
from participa.core.errors import Busy, Refused

log = structlog.get_logger()

# What each refusal of the protocol says to a neighbour: a title, and what to do now.
SENTENCES = {
    400: (
        "No entendimos lo que llegó",
        "El envío llegó incompleto o dañado. Vuelva atrás, recargue la página y envíelo otra vez.",
    ),
    401: ("Necesita entrar", "Esta página es para el personal. Entre con su cuenta y continúe."),
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
    429: (
        "Hay demasiados intentos seguidos",
        "Espere un minuto y vuelva a intentarlo. Lo que ya envió no se ha perdido.",
    ),
    500: (
        "Algo falló de nuestro lado",
        "Ya quedó registrado para repararlo. Espere un momento y vuelva a intentarlo.",
    ),
    503: (
        "Hay mucha gente en este momento",
        "Espere unos segundos y envíelo otra vez. Si ya había llegado, no se guarda dos veces.",
    ),
}
RETRY_SECONDS = 5


def init_app(app: Flask) -> None:
    app.register_error_handler(Refused, refused)
    app.register_error_handler(SecurityError, strange_host)
    app.register_error_handler(HTTPException, protocol_error)
    app.register_error_handler(OperationalError, database_away)


def refused(error: Refused):
    db.session.rollback()
    if isinstance(error, Busy):
        return page(503)
    return render_template("errors/refused.html", message=str(error)), error.status


def strange_host(error: SecurityError):
    """Asked under a name that is not ours: no address can be made, so the page has no links."""
    title, advice = SENTENCES[400]
    return render_template("errors/bare.html", title=title, advice=advice), 400


def protocol_error(error: HTTPException):
    if error.response is not None or error.code is None or error.code < 400:
        return error
    db.session.rollback()
    code = error.code if error.code in SENTENCES else (400 if error.code < 500 else 500)
    text, status, headers = page(code)
    kept = dict(getattr(error, "headers", None) or {})
    if retry := getattr(error, "retry_after", None):
        kept["Retry-After"] = str(retry)
    return text, error.code if error.code in SENTENCES else status, headers | kept


def database_away(error: OperationalError):
    db.session.rollback()
    log.error("database.away", reason=type(error.orig).__name__)
    return page(503)


def page(code: int) -> tuple[str, int, dict[str, str]]:
    title, advice = SENTENCES[code]
    headers = {"Retry-After": str(RETRY_SECONDS)} if code in {429, 503} else {}
    text = render_template("errors/page.html", title=title, advice=advice, code=code)
    return text, code, headers
