"""Every import points down; nobody knocks at the views of another package."""

import sys

import pytest

from participa.app import create_app
from tests.house.floors import FLOORS
from tests.house.source import ROOT, Module, modules

# The rooms of a package, from the cellar up; those on one line do not import one another.
ROOMS = {"models": 0, "queries": 1, "service": 2, "forms": 2, "measures": 2}
TOP = 3
WHAT_A_MEASURE_IS = "participa.plan.measures"  # the one that holds the word, not an answer
SHUT = ("views", "forms", "cli")


def floor(package: str) -> float:
    assert package in FLOORS, f"say in tests/house/test_floors.py on which floor {package} stands"
    return FLOORS[package]


def level(room: str) -> int | None:
    """How high a room lies; the others (a tally, a calendar) may stand anywhere below the top."""
    return TOP if room.endswith("views") or room == "cli" else ROOMS.get(room)


def looks_up(module: Module, target: str) -> bool:
    package = target.split(".")[1]
    return package != module.package and floor(package) >= floor(module.package)


@pytest.mark.parametrize("module", [m for m in modules() if m.package], ids=lambda m: m.name)
def test_every_import_points_down(module):
    wrong = [
        f"{module.where}:{line} imports {target}"
        for target, line in module.imports()
        if looks_up(module, target)
        and not (FLOORS[target.split(".")[1]] == 0 and module.package in {"core", "config"})
    ]
    assert wrong == [], "hand it down through a list of the roof, or through the lower service"


def test_nobody_takes_the_views_forms_or_commands_of_another_package():
    wrong = [
        f"{module.where}:{line} imports {target}"
        for module in modules()
        for target, line in module.imports()
        if (parts := target.split("."))[1] not in {module.package, "core"}
        and FLOORS.get(module.package, 0) < FLOORS["app"]
        and len(parts) > 2
        and parts[2].endswith(SHUT)
    ]
    assert wrong == [], "take its models, queries, service, fields or access"


def test_inside_a_package_models_come_before_queries_before_verbs_before_views():
    wrong = []
    for module in modules():
        for target, line in module.imports():
            parts = target.split(".")
            if module.package in {"", "core"} or parts[1] != module.package or len(parts) < 3:
                continue
            if target != WHAT_A_MEASURE_IS and stands_too_low(module.stem, parts[2]):
                wrong.append(f"{module.where}:{line} imports {target}")
    assert wrong == [], "models < queries < service, forms, measures < views, staff_views, cli"


def stands_too_low(room: str, imported: str) -> bool:
    here, there = level(room), level(imported)
    if room == imported or there is None:
        return False
    if here is None:
        return there == TOP
    return there > here or there == here < TOP


def test_a_package_says_in_one_docstring_what_it_is():
    for path in (ROOT / "participa").rglob("__init__.py"):
        module = next(m for m in modules() if m.path == path)
        kinds = [type(node).__name__ for node in module.tree.body]
        assert kinds == ["Expr"], f"{module.where} holds one docstring and nothing else"
    folders = {path.parent for path in (ROOT / "participa").rglob("*.py")}
    assert [f for f in folders if not (f / "__init__.py").exists()] == []


def test_nothing_stands_outside_the_house():
    assert create_app
    outside = {"participa.bootstrap", "participa.__main__"}
    unused = [m.where for m in modules() if m.name not in sys.modules and m.name not in outside]
    assert unused == [], "nothing under the roof imports it: wire it in participa/app.py, or delete"


def test_there_is_no_room_for_what_has_no_subject():
    homeless = {"utils", "util", "helpers", "common", "misc", "base", "manager", "managers"}
    assert [m.where for m in modules() if m.path.stem in homeless] == []


def test_a_file_holds_one_subject():
    long = [
        f"{module.where}: {count} lines"
        for module in modules()
        if (count := len(module.path.read_text(encoding="utf-8").splitlines())) > 400
    ]
    assert long == [], "split it by subject, not by kind"


def test_the_city_has_accounts_and_no_users():
    names = [f"{m.where}: {name}" for m in modules() for name in class_names(m)]
    assert [
        name for name in names if name.endswith((": User", "Manager", "Helper", "Repository"))
    ] == []


def class_names(module: Module) -> list[str]:
    return [node.name for node in module.tree.body if type(node).__name__ == "ClassDef"]
