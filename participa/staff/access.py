"""Who may enter. A staff blueprint guards all its routes; each view says which roles it lets in."""

from collections.abc import Callable, Collection
from typing import TypeVar

from flask import Blueprint, abort, current_app, redirect, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from participa.staff.models import Account, Role

View = TypeVar("View", bound=Callable)

EVERYONE = frozenset(Role)
READERS = EVERYONE - {Role.DOOR}
WRITERS = frozenset({Role.EDITOR, Role.RESPONSIBLE, Role.ADMINISTRATOR})
EDITORS = frozenset({Role.EDITOR, Role.ADMINISTRATOR})
ADMINISTRATORS = frozenset({Role.ADMINISTRATOR})


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


def let_in() -> Response | None:
    if not current_user.is_authenticated:
        if request.method == "GET":
            return redirect(url_for("security.login", next=request.full_path.rstrip("?")))
        abort(401)
    view = current_app.view_functions[request.endpoint or ""]
    if current_user.role not in getattr(view, "allowed_roles", ()):
        abort(403)
    return None


def current_account() -> Account:
    """The account of this request; only behind a guard."""
    account: Account = current_user._get_current_object()
    return account


def works_for(account: Account, office_ids: Collection[int]) -> bool:
    """Whether the account may see and change what belongs to these offices."""
    return account.role is not Role.RESPONSIBLE or account.office_id in office_ids


def require_office(office_ids: Collection[int]) -> None:
    """Answer 404 to a Responsable of another office: not even its existence is told."""
    if not works_for(current_account(), office_ids):
        abort(404)
