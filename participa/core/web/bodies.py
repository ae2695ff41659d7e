"""What the body of a request may be: a form, unless its view reads other things."""

from collections.abc import Callable
from typing import ParamSpec, TypeVar

from flask import Flask, abort, current_app, request

from participa.core.web.security import SAFE

FORMS = {"application/x-www-form-urlencoded", "multipart/form-data"}

Asked = ParamSpec("Asked")
Answer = TypeVar("Answer")


def init_app(app: Flask) -> None:
    app.before_request(require_form)


def any_body(view: Callable[Asked, Answer]) -> Callable[Asked, Answer]:
    """Mark a view that reads the bytes of the body itself, whatever they are."""
    view.takes_any_body = True  # type: ignore[attr-defined]
    return view


def require_form() -> None:
    """Answer 415 to what no form of ours sends, such as JSON: it would look like an empty one."""
    if request.method in SAFE or request.mimetype in FORMS:
        return
    if not request.content_length and "Transfer-Encoding" not in request.headers:
        return
    view = current_app.view_functions.get(request.endpoint or "")
    if view is not None and not hasattr(view, "takes_any_body"):
        abort(415)
