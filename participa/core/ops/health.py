"""Health checks for monitoring, and the receiver of browsers' CSP reports."""

import json
import shutil

import structlog
from flask import Blueprint, Flask, abort, request
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.exc import TimeoutError as NoConnection

from participa.core.audit import BEGINNING, AuditHead
from participa.core.db import db
from participa.core.installation import installation
from participa.core.jobs import worker
from participa.core.jobs.jobs import Job
from participa.core.ops import migrations
from participa.core.personal import rotation
from participa.core.web import error_pages
from participa.core.web.bodies import any_body
from participa.core.web.limits import limited

LEAST_FREE = 1_000_000_000  # bytes
MOST_REPORT = 8_000
# Only words from these lists are logged; the rest of a report may contain an address with a code.
DIRECTIVES = {
    "base-uri",
    "connect-src",
    "default-src",
    "font-src",
    "form-action",
    "frame-src",
    "img-src",
    "manifest-src",
    "media-src",
    "object-src",
    "script-src",
    "script-src-attr",
    "script-src-elem",
    "style-src",
    "style-src-attr",
    "style-src-elem",
    "worker-src",
}
BLOCKED = {"inline", "eval", "data", "blob", "self", "wasm-eval"}

bp = Blueprint("health", __name__)
log = structlog.get_logger()


def init_app(app: Flask) -> None:
    app.register_blueprint(bp)
    app.register_error_handler(NoConnection, crowded)


def crowded(error: NoConnection):
    """503: no connection to the database became free in time."""
    log.error("database.crowded")
    return error_pages.page(503)


@bp.get("/salud")
def status():
    disk = shutil.disk_usage(installation().settings.data)
    checks = {"disk_free": disk.free > LEAST_FREE, **database_checks()}
    wrong = [name for name, is_fine in checks.items() if is_fine is False]
    return {
        "status": "degraded" if wrong else "ok",
        "wrong": wrong,
        "checks": checks,
        "disk_free_bytes": disk.free,
        "audit": audit_head(),
    }


def database_checks() -> dict[str, bool | int]:
    try:
        waiting = select(func.count(Job.id)).where(Job.started_at.is_(None))
        is_current = migrations.is_current()
        return {
            "database": True,
            "migrations": is_current,
            # With tables still to be made there is nothing to read.
            "personal_keys": not is_current or rotation.is_readable_at_a_glance(),
            "jobs": worker.is_alive(),
            "jobs_waiting": db.session.scalar(waiting.where(Job.finished_at.is_(None))) or 0,
        }
    except SQLAlchemyError:
        db.session.rollback()
        return {"database": False}


def audit_head() -> dict[str, int | str] | None:
    """Length and digest of the audit chain; daily copies prove later that it was not rewritten."""
    try:
        head = db.session.execute(select(AuditHead.length, AuditHead.digest)).one_or_none()
    except SQLAlchemyError:
        db.session.rollback()
        return None
    length, digest = head or (0, BEGINNING)
    return {"length": length, "digest": digest}


@bp.get("/listo")
def ready():
    try:
        is_ready = migrations.is_current()
    except SQLAlchemyError:
        is_ready = False
    return {"ready": is_ready}, 200 if is_ready else 503


@bp.post("/informe-csp")
@limited("csp")
@any_body
def policy_report():
    """Log a CSP violation: a bug of ours, or an attack that the browser stopped."""
    if (request.content_length or 0) > MOST_REPORT:
        abort(413)
    try:
        report = json.loads(request.stream.read(MOST_REPORT))
    except (ValueError, RecursionError):  # no JSON, or brackets without end
        return "", 204
    for one in (report if isinstance(report, list) else [report])[:10]:
        directive, blocked = words(one)
        log.warning("policy.broken", directive=directive, blocked=blocked)
    return "", 204


def words(report: object) -> tuple[str, str]:
    """Directive and blocked resource of a report, in the format of report-uri or of report-to."""
    inside = report if isinstance(report, dict) else {}
    body = inside.get("csp-report") or inside.get("body")
    body = body if isinstance(body, dict) else {}
    directive = str(body.get("effective-directive") or body.get("effectiveDirective") or "")
    directive = directive or str(body.get("violated-directive") or "").partition(" ")[0]
    blocked = str(body.get("blocked-uri") or body.get("blockedURL") or "")
    return (
        directive if directive in DIRECTIVES else "other",
        blocked if blocked in BLOCKED else "address",
    )
