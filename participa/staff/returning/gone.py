"""A form of the staff arrives at what is not there any more: who removed it, and what was typed."""

import html
import re
from collections.abc import Iterator

from flask import Flask, g, render_template, request
from flask.globals import request_ctx
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException, NotFound
from wtforms import Field
from wtforms.fields.choices import SelectFieldBase
from wtforms.form import BaseForm

from participa.core import clock, spanish
from participa.core.db import db
from participa.core.editing import creations, versions
from participa.core.errors import Refused
from participa.core.forms import UNTYPED, Form, clean, typed_in
from participa.core.web import error_pages
from participa.core.web.responses import answer_as
from participa.core.web.security import STAFF
from participa.staff.signing_in.carried import SECRETS

A_TEXT = 20  # characters, from which a value without a label is worth showing
NO_LABEL = "Texto"
BUTTONS = {"step", "opened", "seen"}
TITLE = re.compile(r"<title>(.*?) · participa</title>")


def init_app(app: Flask) -> None:
    app.register_error_handler(NotFound, answer_not_found)


def answer_not_found(error: NotFound) -> ResponseReturnValue:
    """The page of a missing address; of a staff POST, with everything that it sent."""
    if request.method != "POST" or g.get("account_id") is None:
        return error_pages.protocol_error(error)
    db.session.rollback()
    removed = next((name for name in versions.was_about()[1] if not creations.find(name)), None)
    typed = typed_in_request()  # before another page takes the place of this request
    context = {"removal": how(removed) if removed else "", "typed": typed, "parent": parent()}
    return render_template("errors/gone.html", **context), 410 if removed else 404


def how(name: str) -> str:
    """Who removed this record, and when, if the audit trail says so."""
    entry = versions.last_entry(name)
    if entry is None:
        return "Se borró después de que usted abrió la página."
    when = spanish.moment(clock.local(entry.at))
    is_own = entry.actor == g.get("actor")
    who = "usted" if is_own else entry.actor
    done = " Si era eso, ya está hecho." if is_own else ""
    return f"Lo hizo, el {when}, {who}{versions.in_words(entry)}{done}"


def typed_in_request() -> list[tuple[str, str]]:
    """Label and text of each sent value, by the form that has these fields; else the longer texts.

    The view did not come as far as its form, so these are the smallest forms that fit. What they
    call differently has no label.
    """
    names = {name for name in request.form if name not in UNTYPED | SECRETS | BUTTONS}
    fitting = [kind for kind in _kinds(Form) if names and names <= _fields(kind)]
    if fitting:
        fewest = min(len(_fields(kind)) for kind in fitting)
        kinds = [kind for kind in fitting if len(_fields(kind)) == fewest]
        bound = [_bound(kind, names) for kind in kinds]
        return [
            (label if all(_label(form, name) == label for form in bound) else NO_LABEL, text)
            for name in request.form
            if name in names
            for label, text in typed_in([bound[0][name]] if _is_known(bound[0][name]) else [])
        ]
    values = [value for name in names for value in request.form.getlist(name)]
    return [(NO_LABEL, clean(one)) for one in values if len(one) >= A_TEXT or " " in one.strip()]


def parent() -> tuple[str, str]:
    """Address and title of the nearest page above this one that is still there."""
    asked = request.method, request.url_rule, request.view_args
    path = request.path
    try:
        while path.count("/") > 1:
            path = path.rpartition("/")[0]
            if title := _title_of(path):
                return path, title
    finally:
        request.method, request.url_rule, request.view_args = asked
    return STAFF, "Hoy"


def _title_of(path: str) -> str:
    """The title of the page at this address; "" if there is none for this account."""
    try:
        endpoint, values = request_ctx.url_adapter.match(path, method="GET")  # type: ignore[union-attr]
        page = answer_as(endpoint, **values)
    except (HTTPException, Refused):
        return ""
    is_page = page.status_code == 200 and page.mimetype == "text/html"
    found = TITLE.search(page.get_data(as_text=True)) if is_page else None
    return html.unescape(found[1]) if found else ""


def _kinds(kind: type[Form]) -> Iterator[type[Form]]:
    for one in kind.__subclasses__():
        yield one
        yield from _kinds(one)


def _fields(kind: type[Form]) -> set[str]:
    return {name for name in dir(kind) if hasattr(getattr(kind, name), "field_class")}


def _bound(kind: type[Form], names: set[str]) -> BaseForm:
    """These fields of the form, filled with what was sent; nothing is validated."""
    unbound = {name: getattr(kind, name) for name in names}
    form = BaseForm(unbound, meta=Form(meta={"csrf": False}).meta)
    form.process(request.form)
    return form


def _label(form: BaseForm, name: str) -> str:
    label: str = form[name].label.text
    return label


def _is_known(field: Field) -> bool:
    """Whether the form knows the words of its choices without the database."""
    return not isinstance(field, SelectFieldBase) or bool(field.choices)
