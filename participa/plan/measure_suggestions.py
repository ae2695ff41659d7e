"""The measures that a task may have, and the one suggested for a task that has none yet.

Suggestions come from the seed of the 2024 plan, which names a measure for each of its tasks. The
seed also holds the labels of those measures: the feature that computes one may not be installed.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any

from participa.plan import measures
from participa.plan.offices import name_key

SEED = Path(__file__).with_name("seed") / "plan-2024.json"
ALIKE = 0.5  # share of words that two indicators have in common
SHORT_WORD = 3


@cache
def _seed() -> dict[str, Any]:
    """The seed's `plan`, its `actions` with their tasks, and `measures`: label by measure name."""
    seed: dict[str, Any] = json.loads(SEED.read_text("utf-8"))
    return seed


@cache
def _seed_tasks() -> tuple[tuple[str, str, frozenset[str]], ...]:
    """Code, measure and words of the indicator of each task of the seed."""
    return tuple(
        (task["code"], task["measure"], _long_words(task["indicator"]))
        for action in _seed()["actions"]
        for task in action["tasks"]
    )


def _long_words(text: str) -> frozenset[str]:
    return frozenset(word for word in name_key(text) if len(word) > SHORT_WORD)


def suggested_measure(year: int, code: str, indicator: str) -> str:
    """The name of the measure of the seed's task with the same code, in the plan of its year, or
    with a similar indicator; without such a task, the measure of approved progress reports."""
    if year == _seed()["plan"]["year"]:
        for seed_code, measure, _ in _seed_tasks():
            if seed_code == code:
                return measure
    words = _long_words(indicator)
    similarity, measure = max(
        (len(words & seed_words) / (len(words | seed_words) or 1), measure)
        for _, measure, seed_words in _seed_tasks()
    )
    return measure if similarity >= ALIKE else measures.REPORTED


def labels() -> dict[str, str]:
    """The label of each measure that a task may have, by name; those whose feature is not
    installed say so."""
    installed = {name: measure.label for name, measure in measures.installed().items()}
    missing = {
        name: f"{label} (aún no disponible)"
        for name, label in _seed()["measures"].items()
        if name not in installed
    }
    return installed | missing
