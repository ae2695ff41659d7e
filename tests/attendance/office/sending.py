"""A form of a page of the staff, sent as a person would: with what was typed, and the rest kept."""

from werkzeug.datastructures import MultiDict

from tests.filling import Forms


def form_of(page, action: str):
    """The form of this page whose address ends so."""
    forms = Forms(page.text, page.request.path).forms
    return next(one for one in forms if one.is_sent and one.action.endswith(action))


def sent(visitor, path: str, action: str = "", **typed):
    """The answer to the form at `path`, whose address ends in `action`."""
    form = form_of(visitor.get(path), action or path)
    values = MultiDict(form.as_it_stands())
    for name, value in typed.items():
        values.setlist(name, value if isinstance(value, list) else [value])
    return visitor.post(form.action, data=values)
