"""Cross-site request checks and security headers, for every request."""

from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import structlog
from flask import Flask, request
from flask_wtf.csrf import CSRFProtect

from participa.core.errors import Refused

POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "object-src 'none'",
        "frame-ancestors 'none'",
        "report-uri /informe-csp",
    ]
)
NO_DEVICES = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
OWN_CAMERA = NO_DEVICES.replace("camera=()", "camera=(self)")  # for the page that scans cards
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": NO_DEVICES,
}
# The other headers speak of a page; a phone would load them with each style and script again.
PARTS = {"text/css", "text/javascript"}
HEADERS_OF_PARTS = ("X-Content-Type-Options", "Cross-Origin-Resource-Policy")
# A page that keeps working without a signal starts a service worker.
WITH_WORKER = {"Content-Security-Policy": f"{POLICY}; worker-src 'self'"}
# A page that brings the picture of the site along.
WITH_ICON = {"Content-Security-Policy": POLICY.replace("img-src 'self'", "img-src 'self' data:")}
# A page that plays a voice note of its own.
WITH_SOUND = {"Content-Security-Policy": f"{POLICY}; media-src 'self' blob:"}
# The page that reads QR codes where the browser does not: WebAssembly counts as a script.
WITH_CAMERA = {
    "Content-Security-Policy": WITH_WORKER["Content-Security-Policy"].replace(
        "script-src 'self'", "script-src 'self' 'wasm-unsafe-eval'"
    ),
    "Permissions-Policy": OWN_CAMERA,
}
# The page that records a voice note, and plays it before it is sent; it brings the picture along.
WITH_MICROPHONE = {
    "Content-Security-Policy": f"{WITH_ICON['Content-Security-Policy']}; media-src blob:",
    "Permissions-Policy": NO_DEVICES.replace("microphone=()", "microphone=(self)"),
}
HSTS = "max-age=31536000; includeSubDomains"
SAFE = {"GET", "HEAD", "OPTIONS"}
STAFF = "/gestion"

csrf = CSRFProtect()
log = structlog.get_logger()


class FromElsewhere(Refused):
    """A cross-site request to change something."""

    status = HTTPStatus.FORBIDDEN

    def __init__(self) -> None:
        super().__init__("Este envío llegó desde otra página. Abra el formulario aquí y envíelo.")


def init_app(app: Flask, is_https: bool) -> None:
    app.config["WTF_CSRF_CHECK_DEFAULT"] = False
    app.config["WTF_CSRF_TIME_LIMIT"] = None  # valid as long as the session
    app.config["WTF_CSRF_SSL_STRICT"] = False  # came_from_here is stricter
    csrf.init_app(app)
    app.before_request(came_from_here)
    headers = HEADERS | ({"Strict-Transport-Security": HSTS} if is_https else {})
    app.wsgi_app = WithHeaders(app.wsgi_app, headers)  # type: ignore[method-assign]


class WithHeaders:
    """WSGI middleware that adds these headers, and `no-store`, to responses without their own.

    Flask checks the characters of every header that a view or a hook sets, again for each response.
    """

    def __init__(self, application: WSGIApplication, headers: Mapping[str, str]):
        given = {"Cache-Control": "no-store", **headers}
        self.application = application
        self.headers = [(name.lower(), (name, value)) for name, value in given.items()]
        of_parts = {"Cache-Control", *HEADERS_OF_PARTS}
        self.of_parts = [one for one in self.headers if one[1][0] in of_parts]

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        def start(status: str, headers: list[tuple[str, str]], *error: Any) -> Any:
            there = {name.lower(): value for name, value in headers}
            kind = there.get("content-type", "").partition(";")[0]
            ours = self.of_parts if kind in PARTS else self.headers
            missing = [header for name, header in ours if name not in there]
            return start_response(status, headers + missing, *error)

        return self.application(environ, start)


def came_from_here() -> None:
    """Refuse cross-site POST requests, by Sec-Fetch-Site and Origin.

    Staff requests also need a CSRF token. Citizens have no session to abuse; their forms have a
    signed token (core.submissions).
    """
    if request.method in SAFE:
        return
    site = request.headers.get("Sec-Fetch-Site", "")
    if site not in {"", "same-origin", "none"}:
        log.warning("security.foreign_request")
        raise FromElsewhere
    if not is_own(request.headers.get("Origin"), site):
        log.warning("security.foreign_origin")
        raise FromElsewhere
    if is_staff(request.path):
        csrf.protect()


def is_staff(path: str) -> bool:
    return path == STAFF or path.startswith(f"{STAFF}/")


def is_own(origin: str | None, site: str) -> bool:
    """Whether the request comes from a page of this site.

    With a strict referrer policy browsers send the origin "null"; then Sec-Fetch-Site decides,
    which no page can forge.
    """
    if origin == "null":
        return site == "same-origin"
    return origin is None or origin.partition("://")[2] == request.host
