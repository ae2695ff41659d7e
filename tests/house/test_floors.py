"""Every import points down; nobody knocks at the views of another package."""

import ast
import re
import sys

import pytest

from participa.app import CHANNELS, create_app
from tests.house.floors import FLOORS, ROWS, USUAL
from tests.house.source import ROOT, Module, modules

SHUT = ("views", "forms", "cli")
# Whose forms others build on: the shared fields and stages are what these rooms are for.
BUILT_ON = {"core", "channels"}
MOST_FILES = 20
PACKAGED = [module for module in modules() if module.package]
FEATURES = {name for name, floor in FLOORS.items() if floor >= FLOORS["cases"]} - {"app"}
FEATURE_NAME = re.compile(rf"^({'|'.join(sorted(FEATURES))})(_\w+)?\.\w")
ADDRESS = re.compile(r"(?<!\w)/(temas|urnas?|papeletas)\b")


def floor(package: str) -> int:
    assert package in FLOORS, f"say in tests/house/floors.py on which floor {package} stands"
    return FLOORS[package]


def rows(package: str) -> dict[str, int]:
    """The row of each module and folder of a package, from 0, the lowest."""
    return {name: row for row, names in enumerate(ROWS.get(package, USUAL)) for name in names}


def looks_up(module: Module, target: str) -> bool:
    package = target.split(".")[1]
    if package == module.package or {package, module.package} == {"core", "config"}:
        return False
    return floor(package) >= floor(module.package)


@pytest.mark.parametrize("module", PACKAGED, ids=lambda m: m.name)
def test_every_import_points_down(module):
    wrong = [
        f"{module.where}:{line} imports {target}"
        for target, line in module.imports()
        if looks_up(module, target)
    ]
    assert wrong == [], "hand it down through a list of the roof, or through the lower service"


@pytest.mark.parametrize("module", PACKAGED, ids=lambda m: m.name)
def test_every_module_stands_in_a_row_and_imports_from_rows_below(module):
    if len(module.inner) == 0 or (module.package not in ROWS and floor(module.package) >= 11):
        return
    row_of = rows(module.package)
    assert module.inner[0] in row_of, (
        f"put {module.inner[0]} into a row of {module.package} in tests/house/floors.py"
    )
    here = row_of[module.inner[0]]
    wrong = [
        f"{module.where}:{line} imports {target}"
        for target, line in module.imports()
        if target.split(".")[1] == module.package
        and (inner := target.split(".")[2])
        and inner != module.inner[0]
        and row_of.get(inner, -1) >= here
    ]
    assert wrong == [], "a row imports from the rows below it; see tests/house/floors.py"


def test_every_name_of_a_row_exists():
    gone = []
    for package, several in ROWS.items():
        here = {
            module.inner[0] for module in modules() if module.package == package and module.inner
        }
        gone += [f"{package}: {name}" for names in several for name in names if name not in here]
    assert gone == [], "take it out of tests/house/floors.py"


def test_no_modules_import_one_another_in_a_circle():
    names = {module.name for module in modules()}
    imports = {
        module.name: {
            found
            for target, _ in module.imports()
            for found in (target, target.rpartition(".")[0])
            if found in names and found != module.name and is_module(found)
        }
        for module in modules()
        if is_module(module.name)
    }
    done: set[str] = set()

    def walk(name: str, path: tuple[str, ...]) -> list[str]:
        if name in path:
            return [" → ".join([*path[path.index(name) :], name])]
        if name in done:
            return []
        circles = [circle for other in imports[name] for circle in walk(other, (*path, name))]
        done.add(name)
        return circles

    assert [circle for name in imports for circle in walk(name, ())] == []


def is_module(name: str) -> bool:
    """Whether it is a file of its own, not the face of a package."""
    return (ROOT / f"{name.replace('.', '/')}.py").exists()


def test_nobody_takes_the_views_forms_or_commands_of_another_package():
    wrong = [
        f"{module.where}:{line} imports {target}"
        for module in modules()
        for target, line in module.imports()
        if (parts := target.split("."))[1] not in {module.package, *BUILT_ON}
        and FLOORS.get(module.package, 0) < FLOORS["app"]
        and any(part.endswith(SHUT) for part in parts[2:4])
    ]
    assert wrong == [], "take its models, queries, service, fields or access"


@pytest.mark.parametrize("module", PACKAGED, ids=lambda m: m.name)
def test_no_text_names_a_feature_that_stands_above(module):
    """An endpoint, an audit verb, a measure or an address of a feature is the feature's to say."""
    wrong = []
    for text, line in module.strings():
        named = FEATURE_NAME.match(text)
        above = named is not None and floor(named[1]) > floor(module.package)
        if above or (ADDRESS.search(text) and floor(module.package) < FLOORS["channels"]):
            wrong.append(f"{module.where}:{line} {text!r}")
    assert wrong == [], "let the feature hand it up through its row (channels/registry.py)"


def test_the_product_never_imports_what_only_a_demonstration_has():
    wrong = [
        f"{module.where}:{line} imports {target}"
        for module in modules()
        for target, line in module.imports()
        if target.endswith(".example") and target != "participa.channels.example"
        if module.stem not in {"channel", "feature", "example", "cli"}
    ]
    assert wrong == []


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
    bundles = {"participa.belenios.bundles.single_file", "participa.belenios.bundles.browser_files"}
    unused = [
        m.where for m in modules() if m.name not in sys.modules and m.name not in outside | bundles
    ]
    assert unused == [], "nothing under the roof imports it: wire it in participa/app.py, or delete"


def test_the_wire_format_imports_nothing_of_participa():
    wrong = [
        f"{module.where}:{line} imports {target}"
        for module in modules()
        if module.package == "belenios"
        for target, line in module.imports()
        if not target.startswith("participa.belenios")
    ]
    assert wrong == []


def test_there_is_no_room_for_what_has_no_subject():
    homeless = {"utils", "util", "helpers", "common", "misc", "base", "manager", "managers"}
    assert [m.where for m in modules() if m.path.stem in homeless] == []


def test_a_folder_can_be_looked_over():
    folders = {path.parent for path in (ROOT / "participa").rglob("*.py")}
    full = {str(f.relative_to(ROOT)): len(list(f.glob("*.py"))) for f in folders}
    assert {name: count for name, count in full.items() if count > MOST_FILES} == {}


def test_a_file_holds_one_subject():
    long = [
        f"{module.where}: {count} lines"
        for module in modules()
        if (count := len(module.path.read_text(encoding="utf-8").splitlines())) > 400
    ]
    assert long == [], "split it by subject, not by kind"


def test_a_class_has_a_name_of_its_own():
    """One word, one thing: a reader who meets a class anywhere knows which one it is."""
    homes: dict[str, set[str]] = {}
    for module in modules():
        for name in class_names(module):
            homes.setdefault(name, set()).add(module.name)
    twice = {name: sorted(where) for name, where in homes.items() if len(where) > 1}
    assert twice == {}, "call one of them differently"


def test_the_city_has_accounts_and_no_users():
    names = [f"{m.where}: {name}" for m in modules() for name in class_names(m)]
    assert [
        name for name in names if name.endswith((": User", "Manager", "Helper", "Repository"))
    ] == []


def class_names(module: Module) -> list[str]:
    return [node.name for node in module.tree.body if isinstance(node, ast.ClassDef)]


def test_a_channel_is_a_package_with_a_row():
    for channel in CHANNELS:
        assert channel.name in FLOORS
        assert (ROOT / "participa" / channel.name / "channel.py").exists()
