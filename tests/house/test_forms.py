"""What every form owes: a limit for each text, and to citizens that it is stored once."""

import re
import sys

import pytest
from wtforms import HiddenField, StringField
from wtforms.validators import AnyOf, EqualTo, Length, Regexp

from participa.app import create_app
from participa.core.forms import Form, PublicForm
from participa.staff.access import check_access
from tests.house.source import TEMPLATES, modules, templates

assert create_app  # the roof imports every form there is
ROOMS = [
    module
    for module in modules()
    if module.stem.endswith("forms") and module.package != "core" and module.name in sys.modules
]
POST_FORM = re.compile(r"<form[^>]*method=[\"']?post.*?</form>", re.DOTALL | re.IGNORECASE)
PROOF = re.compile(r"csrf\(|hidden_tag\(|csrf_token|submission")


def forms_of(name: str) -> list[type[Form]]:
    found = [thing for thing in vars(sys.modules[name]).values() if isinstance(thing, type)]
    return [thing for thing in found if issubclass(thing, Form) and thing.__module__ == name]


FORMS = [form for module in ROOMS for form in forms_of(module.name)]


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.__name__)
def test_no_text_is_without_limit(form):
    for name in dir(form):
        unbound = getattr(form, name)
        kind = getattr(unbound, "field_class", None)
        if kind is None or not issubclass(kind, StringField) or issubclass(kind, HiddenField):
            continue
        validators = unbound.kwargs.get("validators") or next(iter(unbound.args[1:2]), ())
        limits = [v for v in validators if isinstance(v, Length | AnyOf | Regexp | EqualTo)]
        assert limits, f"{form.__name__}.{name}: Length(max=...)"
        assert all(v.max > 0 for v in limits if isinstance(v, Length)), f"{form.__name__}.{name}"


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.__name__)
def test_a_message_says_what_to_do(form):
    for name in dir(form):
        unbound = getattr(form, name)
        if getattr(unbound, "field_class", None) is None:
            continue
        validators = unbound.kwargs.get("validators") or next(iter(unbound.args[1:2]), ())
        for validator in validators:
            message = getattr(validator, "message", None)
            required = type(validator).__name__ in {"DataRequired", "InputRequired"}
            assert message or not required, f"{form.__name__}.{name} says nothing when it is empty"
            if message:
                assert re.search(r"[.?]$", str(message)), f"{message!r} is not a sentence"


# Pages of the staff that show the form of residents, to be looked at and not to be sent.
PREVIEWS = {
    f"participa/{name}/office/staff_views.py"
    for name in ("topics", "ballots", "attendance", "listening")
} | {
    "participa/surveys/builder/staff_views.py",
    # An answer that the staff writes down is stored once too; its page carries the session's token.
    "participa/surveys/paper/assisted_staff_views.py",
}


def used_forms(are_staff: bool) -> list[tuple[str, type[Form]]]:
    """The forms that public views use, or those of views behind a guard, each with its module."""
    found = []
    for module in modules():
        is_watched = module.is_view and module.package not in {"core", "staff"}
        if is_watched and module.stem.endswith("staff_views") == are_staff:
            space = vars(sys.modules[module.name]).values()
            forms = [one for one in space if isinstance(one, type) and issubclass(one, Form)]
            found += [(module.where, form) for form in forms]
    return found


def test_citizens_send_forms_that_are_stored_once():
    forms = used_forms(are_staff=False)
    plain = [f"{where} {form.__name__}" for where, form in forms if not is_public(form)]
    assert plain == [], "a citizen's form is a PublicForm: no session, one row however often sent"
    assert len(forms) > 2


def test_staff_forms_carry_the_token_of_their_session():
    forms = used_forms(are_staff=True)
    public = [f"{where} {form.__name__}" for where, form in forms if is_public(form)]
    assert [one for one in public if one.split()[0] not in PREVIEWS] == []
    assert len(forms) > 15


def is_public(form: type[Form]) -> bool:
    return issubclass(form, PublicForm)


def test_a_view_stands_behind_a_guard_when_its_module_says_staff(app):
    """What ends in staff_views is guarded, and no other module with views is."""
    wrong = []
    for endpoint, view in app.view_functions.items():
        module = view.__module__
        if module.startswith("participa."):
            says_staff = module.endswith("staff_views")
            is_guarded = check_access in app.before_request_funcs.get(
                endpoint.rpartition(".")[0], ()
            )
            if says_staff != is_guarded:
                wrong.append(f"{module} {endpoint}")
    assert wrong == [], "name the module by its audience"


def test_every_form_that_changes_something_carries_its_proof():
    bare = [
        str(path.relative_to(TEMPLATES))
        for path in templates()
        for form in POST_FORM.findall(path.read_text(encoding="utf-8"))
        if not PROOF.search(form)
    ]
    assert bare == [], "{{ csrf(form) }}"
