"""The measure that is suggested for a task without one, from the seed of the 2024 plan."""

import ast
from pathlib import Path

from participa.app import CHANNELS, FEATURES, measures_of
from participa.core.installation import installation
from participa.plan import measure_suggestions
from tests.plan.files import SEED_PLAN

PLAN = Path(measure_suggestions.__file__).parent


def test_an_indicator_like_none_of_2024_is_reported_by_its_office():
    suggested = measure_suggestions.suggested_measure(2026, "1.1", "Árboles sembrados")
    assert suggested == "plan.reported"


def test_an_indicator_in_similar_words_gets_the_measure_of_2024_in_any_year():
    similar = "Urnas virtuales sobre gestión pública creadas y en funcionamiento"
    assert measure_suggestions.suggested_measure(2026, "1.1", similar) == "ballots.working"


def test_in_2024_the_code_decides_whatever_the_indicator_says():
    suggested = measure_suggestions.suggested_measure(2024, "4.1", "Árboles sembrados")
    assert suggested == "ballots.working"


def test_a_measure_whose_feature_is_missing_can_be_chosen_and_says_so(app, monkeypatch):
    missing = next(row for row in CHANNELS if row.name == "listening")
    others = [row for row in (*CHANNELS, *FEATURES) if row is not missing]
    of_most = {measure.name: measure for measure in measures_of(others)}
    monkeypatch.setattr(installation(), "measures", of_most)
    labels = measure_suggestions.labels()
    installed = {name: measure.label for name, measure in of_most.items()}
    assert "(aún no disponible)" in labels[missing.measures[0].name]
    for name, label in SEED_PLAN["measures"].items():
        expected = installed.get(name, f"{label} (aún no disponible)")
        assert labels[name] == expected
    assert installed.items() <= labels.items()


def test_the_seed_has_a_label_for_each_measure_that_it_names():
    named = {task["measure"] for action in SEED_PLAN["actions"] for task in action["tasks"]}
    assert named == set(SEED_PLAN["measures"])


def test_no_python_of_the_plan_names_a_measure_of_a_feature():
    texts = {
        node.value
        for path in PLAN.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    assert texts & set(SEED_PLAN["measures"]) == set(), "put it into the seed or the feature"
