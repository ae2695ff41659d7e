"""The route of printed QR codes."""

import structlog
from flask import Blueprint, redirect, request
from sqlalchemy.exc import SQLAlchemyError

from participa.core import links
from participa.core.db import db
from participa.core.errors import Busy

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
    answer = redirect(links.path_of(link, code, seen))
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


def is_a_visit() -> bool:
    """Whether the request is a visit, not a prefetch or a HEAD request of a link checker."""
    purpose = request.headers.get("Sec-Purpose", "") + request.headers.get("Purpose", "")
    return request.method == "GET" and "prefetch" not in purpose.lower()
