"""Access control: `guard` protects a staff blueprint, `allows` names the roles of each view."""

from collections.abc import Callable, Collection
from typing import TypeVar

import structlog
from flask import Blueprint, abort, current_app, redirect, request, session, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from participa.core.installation import installation
from participa.staff.models import Account, Role, StaffSession
from participa.staff.signing_in import second_factor, sessions

View = TypeVar("View", bound=Callable)
# An item of the staff menu: endpoint, label, and the roles that see it.
NavigationItem = tuple[str, str, Collection[Role]]

EVERYONE = frozenset(Role)
READERS = EVERYONE - {Role.DOOR}
WRITERS = frozenset({Role.EDITOR, Role.RESPONSIBLE, Role.ADMINISTRATOR})
EDITORS = frozenset({Role.EDITOR, Role.ADMINISTRATOR})
ADMINISTRATORS = frozenset({Role.ADMINISTRATOR})

HOME = sessions.STAFF  # path of the staff start page
log = structlog.get_logger()


def guard(bp: Blueprint, section: str = "", **of_views: str) -> Blueprint:
    """Require an account on every route of the blueprint, and a role on each view.

    `section` is the anchor of the manual that the "?" of its pages opens; `of_views` names those
    of single views.
    """
    bp.before_request(check_access)
    bp.manual_sections = {"": section} | of_views  # type: ignore[attr-defined]  # manual_section
    return bp


def manual_section(endpoint: str) -> str:
    """The anchor of the manual for a page; "" for the beginning."""
    blueprint, _, view = endpoint.partition(".")
    bp = current_app.blueprints.get(blueprint)
    sections: dict[str, str] = getattr(bp, "manual_sections", {"": ""})
    return sections.get(view, sections[""])


def allows(roles: Collection[Role]) -> Callable[[View], View]:
    """Set the roles that may use a view. A guarded view without this decorator answers 403."""

    def declare(view: View) -> View:
        view.allowed_roles = frozenset(roles)  # type: ignore[attr-defined]  # see check_access
        return view

    return declare


def fresh(view: View) -> View:
    """Require a recently confirmed password, for views on personal data or roles."""
    view.needs_fresh = True  # type: ignore[attr-defined]  # see check_access
    return view


def before_second_factor(view: View) -> View:
    """Open a view to accounts that still have to set up their second factor."""
    view.is_before_second_factor = True  # type: ignore[attr-defined]  # see check_access
    return view


def check_access() -> Response | None:
    """The before_request function of guarded blueprints; returns a redirect, aborts or allows."""
    if not current_user.is_authenticated:
        return _ask_to_sign_in()
    view = current_app.view_functions[request.endpoint or ""]
    open_before = getattr(view, "is_before_second_factor", False)
    if second_factor.is_due(current_account()) and not open_before:
        return _redirect_to("staff_account.second_factor")
    if current_user.role not in getattr(view, "allowed_roles", ()):
        _log_refusal("staff.refused_role")
        abort(403)
    if getattr(view, "needs_fresh", False) and not current_session().is_fresh:
        return _redirect_to("staff_account.confirm", next=_form_page())
    if request.method == "POST":
        sessions.record_activity(current_session())
    return None


def current_account() -> Account:
    """The signed-in account. Call only in guarded views."""
    account: Account = current_user._get_current_object()
    return account


def current_session() -> StaffSession:
    """The database row of this session. Call only in guarded views."""
    row = sessions.of_key(cookie_session().key)
    assert row is not None  # noqa: S101 - the guard loaded it
    return row


def cookie_session() -> sessions.CookieSession:
    """The cookie session of this request. Call only in views under /gestion."""
    cookie = session._get_current_object()  # type: ignore[attr-defined]  # a werkzeug proxy
    assert isinstance(cookie, sessions.CookieSession)  # noqa: S101 - StaffSessions opened it
    return cookie


def works_for(account: Account, office_ids: Collection[int]) -> bool:
    """Whether the account may see and change records of these offices.

    Only the role Responsable is limited to its own office.
    """
    return account.role is not Role.RESPONSIBLE or account.office_id in office_ids


def require_office(office_ids: Collection[int]) -> None:
    """Abort with 404, which does not reveal that the record exists, unless `works_for` allows."""
    if not works_for(current_account(), office_ids):
        _log_refusal("staff.refused_office")
        abort(404)


def safe_path(address: str) -> str:
    """The path if it is a staff page of this site, else HOME; prevents open redirects."""
    is_staff_page = sessions.is_staff_path(address.partition("?")[0])
    return address if is_staff_page and "\\" not in address and address.isprintable() else HOME


def navigation() -> list[tuple[str, str]]:
    """Endpoint and label of each menu item that the current account may use."""
    items: tuple[NavigationItem, ...] = installation().staff_navigation
    if not current_user.is_authenticated or second_factor.is_due(current_account()):
        return []
    return [(endpoint, label) for endpoint, label, roles in items if current_user.role in roles]


def _ask_to_sign_in() -> Response:
    if request.method != "GET":
        log.info("staff.refused_anonymous", endpoint=request.endpoint)
        abort(401)
    return redirect(url_for("security.login", next=request.full_path.rstrip("?")))


def _redirect_to(endpoint: str, next: str = "") -> Response:
    return redirect(url_for(endpoint, next=next or None), 303)


def _form_page() -> str:
    """The page to return to: this one, or for a POST the page with its form."""
    if request.method == "GET":
        return request.full_path.rstrip("?")
    return safe_path((request.referrer or "").removeprefix(request.host_url.rstrip("/")))


def _log_refusal(event: str) -> None:
    account = current_account()
    log.warning(event, account=account.id, role=account.role.name, endpoint=request.endpoint)
