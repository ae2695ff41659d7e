"""Shared caching and compression of responses."""

import gzip

from flask import Flask, Response, make_response, request

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


def for_back(page: str | Response, status: int = 200) -> Response:
    """Let the visitor's own browser store a page for its Back button; every other visit asks again.

    Not "no-cache", for which Firefox asks again on Back too.
    """
    response = make_response(page, status)
    response.headers["Cache-Control"] = "private, max-age=0"
    return response


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
    response.vary.add("Accept-Encoding")
    body = response.get_data()
    if len(body) < WORTH_PACKING or "gzip" not in request.headers.get("Accept-Encoding", ""):
        return response
    response.set_data(gzip.compress(body, compresslevel=4, mtime=0))
    response.headers["Content-Encoding"] = "gzip"
    if etag := response.get_etag()[0]:
        response.set_etag(etag, weak=True)
    return response
