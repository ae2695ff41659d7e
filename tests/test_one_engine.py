"""Which tests run on SQLite alone: those whose subject is not what a database does.

The mark `one_engine` is for words, templates, headers, forms and rules in Python whose statements
other modules run on both engines. What counts statements, locks, races, breaks constraints, writes
SQL of its own or looks at the engine runs on both.
"""

import re

import pytest

from participa.bootstrap import ROOT

MARK = "pytest.mark.one_engine"
MARKED = re.compile(rf"^pytestmark = .*{re.escape(MARK)}", re.MULTILINE)
OWN_SQL = re.compile(
    r"\b(dialect|IntegrityError|at_once|ThreadPoolExecutor|Thread|Barrier|FairLock|with_for_update)\b"
    r"|\btext\(\"|\bdef test_\w+\([^)]*\b(questions|postgres)\b"
)
MODULES = [
    path
    for path in sorted((ROOT / "tests").rglob("test_*.py"))
    if MARKED.search(path.read_text(encoding="utf-8"))
]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_that_runs_on_one_engine_has_no_sql_lock_or_race_of_its_own(path):
    found = OWN_SQL.search(path.read_text(encoding="utf-8"))
    assert not found, f"{found[0]}: let this module run on both engines, without {MARK}"


def test_the_mark_is_in_use():
    assert len(MODULES) > 5
