"""Who may enter. A staff blueprint guards all its routes; each view says which roles it lets in."""

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
# What the header offers to the staff: endpoint, word, and the roles that see it.
NavigationItem = tuple[str, str, Collection[Role]]

EVERYONE = frozenset(Role)
READERS = EVERYONE - {Role.DOOR}
WRITERS = frozenset({Role.EDITOR, Role.RESPONSIBLE, Role.ADMINISTRATOR})
EDITORS = frozenset({Role.EDITOR, Role.ADMINISTRATOR})
ADMINISTRATORS = frozenset({Role.ADMINISTRATOR})

HOME = sessions.STAFF
log = structlog.get_logger()


def guard(bp: Blueprint) -> Blueprint:
    """Ask for an account on every route of the blueprint, and for a role on each view."""
    bp.before_request(let_in)
    return bp


def allows(roles: Collection[Role]) -> Callable[[View], View]:
    """Declare, under the route, who may use a view. A guarded view that declares nobody is shut."""

    def declare(view: View) -> View:
        view.allowed_roles = frozenset(roles)  # type: ignore[attr-defined]  # read by let_in
        return view

    return declare


def fresh(view: View) -> View:
    """Declare that a view needs a password typed a moment ago: personal data, change of roles."""
    view.needs_fresh = True  # type: ignore[attr-defined]  # read by let_in
    return view


def before_second_factor(view: View) -> View:
    """Declare that a view is open to who still has to set up the second factor."""
    view.is_before_second_factor = True  # type: ignore[attr-defined]  # read by let_in
    return view


def let_in() -> Response | None:
    if not current_user.is_authenticated:
        return _ask_to_sign_in()
    view = current_app.view_functions[request.endpoint or ""]
    open_before = getattr(view, "is_before_second_factor", False)
    if second_factor.is_due(current_account()) and not open_before:
        return _send_to("staff_account.second_factor")
    if current_user.role not in getattr(view, "allowed_roles", ()):
        _log_refusal("staff.refused_role")
        abort(403)
    if getattr(view, "needs_fresh", False) and not current_session().is_fresh:
        return _send_to("staff_account.confirm", next=_form_page())
    if request.method == "POST":
        sessions.note_sending(current_session())
    return None


def current_account() -> Account:
    """The account of this request; only behind a guard."""
    account: Account = current_user._get_current_object()
    return account


def current_session() -> StaffSession:
    """The session of this request; only behind a guard."""
    row = sessions.of_key(browser().key)
    assert row is not None  # noqa: S101 - the guard found its account a moment ago
    return row


def browser() -> sessions.Browser:
    """What this browser brought along; only under /gestion."""
    found = session._get_current_object()  # type: ignore[attr-defined]  # a werkzeug proxy
    assert isinstance(found, sessions.Browser)  # noqa: S101 - the paths under /gestion have one
    return found


def works_for(account: Account, office_ids: Collection[int]) -> bool:
    """Whether the account may see and change what belongs to these offices."""
    return account.role is not Role.RESPONSIBLE or account.office_id in office_ids


def require_office(office_ids: Collection[int]) -> None:
    """Answer 404 to a Responsable of another office: not even its existence is told."""
    if not works_for(current_account(), office_ids):
        _log_refusal("staff.refused_office")
        abort(404)


def own_path(address: str) -> str:
    """The address when it is a page of the staff in this site; else the staff's home."""
    is_ours = sessions.is_staff_path(address.partition("?")[0])
    return address if is_ours and "\\" not in address and address.isprintable() else HOME


def navigation() -> list[tuple[str, str]]:
    """Endpoint and word of what this account finds in the header."""
    items: tuple[NavigationItem, ...] = installation().staff_navigation
    if not current_user.is_authenticated or second_factor.is_due(current_account()):
        return []
    return [(endpoint, word) for endpoint, word, roles in items if current_user.role in roles]


def _ask_to_sign_in() -> Response:
    if request.method != "GET":
        log.info("staff.refused_anonymous", endpoint=request.endpoint)
        abort(401)
    return redirect(url_for("security.login", next=request.full_path.rstrip("?")))


def _send_to(endpoint: str, next: str = "") -> Response:
    return redirect(url_for(endpoint, next=next or None), 303)


def _form_page() -> str:
    """Where to come back to: this page, or the one whose form asked for it."""
    if request.method == "GET":
        return request.full_path.rstrip("?")
    return own_path((request.referrer or "").removeprefix(request.host_url.rstrip("/")))


def _log_refusal(event: str) -> None:
    account = current_account()
    log.warning(event, account=account.id, role=account.role.name, endpoint=request.endpoint)
