"""Access control: `guard` protects a staff blueprint, `allows` names the roles of each view."""

from collections.abc import Callable, Collection
from typing import Any, TypeVar
from urllib.parse import urlencode, urlsplit, urlunsplit

import structlog
from flask import Blueprint, abort, current_app, g, redirect, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from participa.core.installation import installation
from participa.staff.models import Account, Role, StaffSession
from participa.staff.returning import resuming
from participa.staff.signing_in import second_factor, sessions, told

View = TypeVar("View", bound=Callable)
# An item of the staff menu: endpoint, label, and the roles that see it.
NavigationItem = tuple[str, str, Collection[Role]]

EVERYONE = frozenset(Role)
READERS = EVERYONE - {Role.DOOR}
WRITERS = frozenset({Role.EDITOR, Role.RESPONSIBLE, Role.ADMINISTRATOR})
EDITORS = frozenset({Role.EDITOR, Role.ADMINISTRATOR})
ADMINISTRATORS = frozenset({Role.ADMINISTRATOR})

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


def says(sentence: str) -> Callable[[View], View]:
    """Set what the page after a successful POST of this view says, with the verb of its button."""

    def declare(view: View) -> View:
        view.done_sentence = sentence  # type: ignore[attr-defined]  # see tell_what_was_done
        return view

    return declare


def tell_what_was_done(response: Response) -> Response:
    """The after_request function: put the sentence into the address to which the view redirects."""
    view: Any = current_app.view_functions.get(request.endpoint or "")
    is_done = request.method == "POST" and response.status_code in {302, 303}
    sentence = g.get("done_sentence") or getattr(view, "done_sentence", "")
    if is_done and sentence:
        parts = urlsplit(response.location)
        query = "&".join(filter(None, [parts.query, urlencode({told.FIELD: told.sign(sentence)})]))
        response.location = urlunsplit(parts._replace(query=query))
    return response


def say(sentence: str) -> None:
    """Tell another sentence than that of `says`, where it depends on what was sent."""
    g.done_sentence = sentence


def fresh(view: View) -> View:
    """Require a recently confirmed password, for views on personal data or roles."""
    view.needs_fresh = True  # type: ignore[attr-defined]  # see check_access
    return view


def before_second_factor(view: View) -> View:
    """Open a view to accounts that still have to set up their second factor."""
    view.is_before_second_factor = True  # type: ignore[attr-defined]  # see check_access
    return view


def check_access() -> Response | None:
    """The before_request function of guarded blueprints; returns another page, aborts or allows."""
    if not current_user.is_authenticated:
        return _ask_to_sign_in()
    g.account_id, g.actor = current_user.id, str(current_account())  # for core.editing
    view = current_app.view_functions[request.endpoint or ""]
    open_before = getattr(view, "is_before_second_factor", False)
    if second_factor.is_due(current_account()) and not open_before:
        return _redirect_to("staff_account.second_factor")
    if current_user.role not in getattr(view, "allowed_roles", ()):
        _log_refusal("staff.refused_role")
        abort(403)
    if getattr(view, "needs_fresh", False) and not current_session().is_fresh:
        return _confirm_first()
    if request.method == "POST":
        sessions.record_activity(current_session())
    return None


def current_account() -> Account:
    """The signed-in account. Call only in guarded views."""
    account: Account = current_user._get_current_object()
    return account


def current_session() -> StaffSession:
    """The database row of this session. Call only in guarded views."""
    row = sessions.of_key(sessions.current().key)
    assert row is not None  # noqa: S101 - the guard loaded it
    return row


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


def navigation() -> list[tuple[str, str]]:
    """Endpoint and label of each menu item that the current account may use."""
    items: tuple[NavigationItem, ...] = installation().staff_navigation
    if not current_user.is_authenticated or second_factor.is_due(current_account()):
        return []
    return [(endpoint, label) for endpoint, label, roles in items if current_user.role in roles]


def _ask_to_sign_in() -> Response:
    if request.method != "GET":
        log.info("staff.refused_anonymous", endpoint=request.endpoint)
        return resuming.ask_to_sign_in(401)
    return redirect(url_for("security.login", next=request.full_path.rstrip("?")))


def _confirm_first() -> Response:
    """Ask for the password; what a POST sent is carried along."""
    if request.method == "POST":
        return resuming.confirm_first()
    return _redirect_to("staff_account.confirm", next=request.full_path.rstrip("?"))


def _redirect_to(endpoint: str, next: str = "") -> Response:
    return redirect(url_for(endpoint, next=next or None), 303)


def _log_refusal(event: str) -> None:
    account = current_account()
    log.warning(event, account=account.id, role=account.role.name, endpoint=request.endpoint)
