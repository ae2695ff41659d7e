"""The route of printed QR codes."""

import re

import structlog
from flask import Blueprint, current_app, redirect, request
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException

from participa.core import links
from participa.core.db import db
from participa.core.errors import Busy
from participa.core.installation import installation
from participa.core.web import showings

# Programs that fetch an address to show what is behind it, or to search: WhatsApp and Signal,
# Facebook, iMessage, Telegram, Slack and so on. Not the phones of the brand Cubot.
PREVIEWS = re.compile(
    r"(?<!cu)bot\b|facebot|externalhit|facebookcatalog|whatsapp/|skypeuripreview|preview|embedly"
    r"|crawl|spider|vkshare|google-pagerenderer",
    re.IGNORECASE,
)
bp = Blueprint("links", __name__)
log = structlog.get_logger()


@bp.get("/q/<code>")
@bp.get("/Q/<code>")
@bp.get("/q/<code>/<seen>")
@bp.get("/Q/<code>/<seen>")
def resolve(code, seen=""):
    """Redirect to the path of the code and count the scan, the only write of a GET request.

    The redirect happens even when the scan cannot be stored.
    """
    link = links.find(code)
    path = links.path_of(link, code, seen)
    answer = redirect(showings.begun(path) if is_form(path) else path)
    answer.headers["Cache-Control"] = "no-store"
    if not is_a_visit():
        return answer
    try:
        links.count_scan(link.code)
        db.session.commit()
        return answer
    except (Busy, SQLAlchemyError) as error:
        db.session.rollback()
        log.warning("links.scan_not_counted", reason=type(error).__name__)
    return answer


def is_form(path: str) -> bool:
    """Whether a form is there that would only redirect to the address of a new showing."""
    try:
        endpoint, _ = current_app.url_map.bind("").match(path.partition("?")[0])
    except HTTPException:
        return False
    return endpoint in installation().forms


def is_a_visit() -> bool:
    """Whether a person opens it: no prefetch, no HEAD request, no preview of a link."""
    names = ("Sec-Purpose", "Purpose", "X-Purpose", "X-Moz")
    purpose = " ".join(request.headers.get(name, "") for name in names).lower()
    is_early = "prefetch" in purpose or "preview" in purpose
    return (
        request.method == "GET" and not is_early and not PREVIEWS.search(request.user_agent.string)
    )
