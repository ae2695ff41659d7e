"""Shared caching and compression of responses."""

import gzip
from typing import Any

from flask import Flask, Response, current_app, g, make_response, redirect, request

from participa.core.web import encodings, kiosks, showings

WORTH_PACKING = 1000
PACKED = ("text/html", "application/json", "text/csv", "image/svg+xml")
STAFF = "/gestion"


def shared(page: str | Response, seconds: int = 30) -> Response:
    """Let shared caches store a page for `seconds`; browsers revalidate it on each visit.

    The page must not depend on the session. An unchanged page is answered with 304.
    """
    response = make_response(page)
    response.headers["Cache-Control"] = f"public, max-age=0, s-maxage={seconds}"
    response.add_etag()
    response.make_conditional(request)
    return response


def answer_as(endpoint: str, **values: object) -> Response:
    """Answer this request as a GET of another endpoint with these URL values would be answered.

    The guard of its blueprint runs first, the other hooks before a request do not. `g.asked` keeps
    the method and the rule that were asked for.
    """
    g.asked = request.method, request.url_rule
    rules = current_app.url_map.iter_rules(endpoint)
    request.url_rule = next(rule for rule in rules if "GET" in (rule.methods or ()))
    request.view_args = values
    request.method = "GET"
    for guard in current_app.before_request_funcs.get(request.blueprint, ()):
        if (refused := guard()) is not None:
            return make_response(refused)
    return make_response(current_app.view_functions[endpoint](**values))


def for_back(page: str | Response, status: int = 200) -> Response:
    """Let the visitor's own browser store a page for its Back button; every other visit asks again.

    Who opens the form is led to an address of this showing, which no other tab has. Not "no-cache",
    for which Firefox asks again on Back too. At a tablet that many people use nothing is stored.
    """
    if request.method != "POST" and not showings.is_own():
        return make_response(redirect(showings.own_address()))
    response = make_response(page, status)
    response.headers["Cache-Control"] = "no-store" if kiosks.is_kiosk() else "private, max-age=0"
    return response


def for_one_person(page: str | Response, status: int = 200) -> Response:
    """A page that its address alone opens: stored nowhere, and in no search engine."""
    response = make_response(page, status)
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def forgotten(response: Any) -> Response:
    """Ask the visitor's browser to drop all that it stores of this site; over http it does not."""
    done = make_response(response)
    done.headers["Clear-Site-Data"] = '"cache"'
    return done


def init_app(app: Flask) -> None:
    app.after_request(pack)


def pack(response: Response) -> Response:
    """Compress public text with gzip. Staff pages are not compressed: they hold a CSRF token beside
    text from others, and the compressed length would reveal it (BREACH).
    """
    if (
        response.direct_passthrough
        or response.is_streamed
        or response.mimetype not in PACKED
        or "Content-Encoding" in response.headers
        or request.path.startswith(STAFF)
    ):
        return response
    body = response.get_data()
    if len(body) < WORTH_PACKING:
        return response
    response.vary.add("Accept-Encoding")
    if not encodings.takes(encodings.GZIP):
        return response
    response.set_data(gzip.compress(body, compresslevel=4, mtime=0))
    response.headers["Content-Encoding"] = encodings.GZIP
    if etag := response.get_etag()[0]:
        response.set_etag(etag, weak=True)
    return response
