"""A POST without a valid session or CSRF token: why, the sign-in page, and then where it was."""

from datetime import timedelta

import structlog
from flask import Flask, Response, current_app, g, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from flask_wtf.csrf import CSRFError

from participa.core.db import db
from participa.core.errors import Refused
from participa.core.web import error_pages
from participa.core.web.responses import answer_as
from participa.staff.models import SESSION_LIFETIME
from participa.staff.signing_in import carried, sessions, told
from participa.staff.signing_in.sessions import Lapse

SIGN_IN, RESUME = "security.login", "security.resume"
HOURS, MINUTES = timedelta(hours=1), timedelta(minutes=1)
WHY = {
    Lapse.IDLE: f"Su sesión se cerró por {sessions.IDLE // MINUTES} minutos sin uso.",
    Lapse.OLD: f"Su sesión se cerró: dura hasta {SESSION_LIFETIME // HOURS} horas.",
    Lapse.NO_COOKIE: (
        "Su sesión se cerró: salió en otra pestaña o el navegador no guarda sus cookies."
    ),
}
ENDED = "Su sesión se cerró: lo hizo usted en otro equipo o quien administra la plataforma."
SIGNED_OUT_NOW = "Usted salió. Si comparte este equipo, cierre también el navegador."
# Another page of this browser has begun a session without an account meanwhile.
SIGNED_OUT = "Su sesión se cerró en este navegador: salió en otra pestaña, o pasó mucho tiempo."
NO_COOKIES = "El navegador no guardó la cookie de esta página. Permítala y entre otra vez."
OLD_PAGE = "Esta página llevaba mucho tiempo abierta. Revise lo que escribió y envíelo otra vez."
UNMARKED = "Ese envío llegó sin la marca de su página, o con una dañada. No se hizo nada."
SIGNED_IN_AGAIN = "Usted entró otra vez después de abrir esa página."

log = structlog.get_logger()


def init_app(app: Flask) -> None:
    app.register_error_handler(CSRFError, answer_bad_token)


def answer_bad_token(error: CSRFError) -> ResponseReturnValue:
    """The response to a staff POST whose CSRF token is not of this session."""
    db.session.rollback()
    log.info("staff.bad_token", endpoint=request.endpoint)
    if request.endpoint is None:
        return error_pages.protocol_error(error)
    if request.blueprint == "security":
        try:
            return _same_page()
        except Refused as refusal:  # its mailed link is over; nobody handles what a handler raises
            return error_pages.refused(refusal)
    if current_user.is_authenticated:
        is_of_before = sessions.shown_to(request.form.get("csrf_token", "")) is not None
        g.alert = SIGNED_IN_AGAIN if is_of_before else UNMARKED
        return resume(error.code)
    return ask_to_sign_in(error.code)


def ask_to_sign_in(status: int) -> Response:
    """The sign-in page, which says why and carries what was sent."""
    cookie = sessions.current()
    without = WHY[cookie.lapse] if cookie.lapse else ENDED
    g.alert = SIGNED_OUT if not cookie.lapse and cookie.is_anonymous else without
    carried.keep(carried.of_this_request())
    return _page(SIGN_IN, status)


def confirm_first() -> Response:
    """The page that asks for the password again, and carries what was sent."""
    carried.keep(carried.of_this_request())
    return _page("staff_account.confirm", 403)


def resume(status: int) -> Response:
    """The page with the button that sends it again."""
    carried.keep(carried.of_this_request())
    return _page(RESUME, status)


def go_on(address: str) -> Response:
    """After a sign-in: back to what was carried, or to this address when that is nothing."""
    if carried.opened() is None:
        return make_response(redirect(address))
    return _page(RESUME, 200)


def _same_page() -> Response:
    """The pages before the sign-in need no session: show them again with what was typed."""
    if request.endpoint == "security.logout" and not current_user.is_authenticated:
        return make_response(
            redirect(url_for(SIGN_IN, listo=told.sign(SIGNED_OUT_NOW, is_bound=False)))
        )
    if request.endpoint == SIGN_IN and current_user.is_authenticated:
        return go_on(sessions.safe_path(request.args.get("next", "")))
    has_cookie = current_app.session_interface.name in request.cookies  # type: ignore[attr-defined]
    g.alert = OLD_PAGE if has_cookie else NO_COOKIES
    g.refills = True
    rule = request.url_rule
    if rule is None or "GET" not in (rule.methods or ()):
        return resume(400)
    return _page(rule.endpoint, 400, **(request.view_args or {}))


def _page(endpoint: str, status: int, **values: object) -> Response:
    response = answer_as(endpoint, **values)
    response.status_code = status
    return response
