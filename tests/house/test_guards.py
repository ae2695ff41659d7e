"""Who may enter: every route is open by name, or asks for an account and a role."""

import pytest

from participa.app import CHANNELS, FEATURES, measures_of
from participa.staff.access import check_access
from participa.staff.models import Role
from tests.house.public import PUBLIC

GUARDED = "/gestion"


def views(app):
    return {rule.endpoint: app.view_functions[rule.endpoint] for rule in app.url_map.iter_rules()}


def is_guarded(app, endpoint: str) -> bool:
    return check_access in app.before_request_funcs.get(endpoint.rpartition(".")[0], ())


def test_a_route_is_guarded_or_named_among_the_public_ones(app):
    nobody = [e for e in views(app) if e not in PUBLIC and not is_guarded(app, e)]
    assert nobody == [], "pass its blueprint through guard(), or name it in tests/house/public.py"


def test_what_is_named_public_exists_and_is_not_guarded(app):
    assert set(PUBLIC) <= set(views(app))
    assert [endpoint for endpoint in PUBLIC if is_guarded(app, endpoint)] == []


def test_a_guarded_view_says_which_roles_it_lets_in(app):
    guarded = {e: view for e, view in views(app).items() if is_guarded(app, e)}
    mute = [e for e, view in guarded.items() if not getattr(view, "allowed_roles", None)]
    assert mute == [], "write @allows(...) under the route"
    strange = [e for e, view in guarded.items() if not view.allowed_roles <= set(Role)]
    assert strange == []


def test_the_staff_stay_under_one_address(app):
    for rule in app.url_map.iter_rules():
        inside = rule.rule == GUARDED or rule.rule.startswith(f"{GUARDED}/")
        if is_guarded(app, rule.endpoint):
            assert inside, f"{rule.rule} is guarded and yet outside {GUARDED}"
        elif inside:
            assert rule.endpoint in PUBLIC, f"{rule.rule} stands open inside {GUARDED}"


def test_every_route_has_a_name_in_a_blueprint(app):
    assert [endpoint for endpoint in views(app) if "." not in endpoint] == []


@pytest.mark.parametrize(
    "measure", measures_of((*CHANNELS, *FEATURES)), ids=lambda measure: measure.name
)
def test_a_measure_asks_once_however_many_tasks(app, questions, measure):
    list(measure.evidence([1]))
    one = len(questions)
    list(measure.evidence(list(range(1, 40))))
    assert (one, len(questions) - one) == (1, 1)


def test_a_measure_has_a_name_of_its_own_and_a_label():
    names = [measure.name for measure in measures_of((*CHANNELS, *FEATURES))]
    assert len(names) == len(set(names))
    assert all(measure.label.strip() for measure in measures_of((*CHANNELS, *FEATURES)))
