"""The city's themes and their topics, by which cases are filed, routed and found again."""

import json
from functools import cache
from pathlib import Path

SEED = Path(__file__).parent / "seed" / "themes.json"


@cache
def themes() -> dict[str, tuple[str, ...]]:
    """Name of the theme → its topics."""
    seed = json.loads(SEED.read_text("utf-8"))["themes"]
    return {theme["name"]: tuple(theme["subtopics"]) for theme in seed}


@cache
def topics() -> tuple[str, ...]:
    """All topics, in the order of the themes; the title is the value that is stored."""
    return tuple(topic for topics in themes().values() for topic in topics)
