"""Where the time of one complete form goes, by library and by place of ours: `ratio --profile`.

Python's profiler slows down what it watches, so its shares are applied to the processor time of the
same requests without it.
"""

import cProfile
import io
import pstats
import sys
import time
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

from flask import Flask
from werkzeug.test import EnvironBuilder, run_wsgi_app

from bench import measures
from bench.client import HOST
from bench.installations import ROOT, City, Unanswered

WARM_UP = 50
LIBRARIES = "site-packages"


class Spent(NamedTuple):
    """Milliseconds of processor for one form, in all and by place; the places are in order."""

    total: float
    places: list[tuple[str, float]]


def profile(kind: str, times: int) -> Spent:
    """Send so many complete forms within this process, once watched and once not."""
    with measures.city(kind) as town:
        send(town.app, forms(town, WARM_UP))
        sheets = forms(town, times)
        begun = time.process_time()
        send(town.app, sheets)
        total = 1000 * (time.process_time() - begun) / times
        watch = cProfile.Profile(time.process_time)  # else waiting would count
        watch.runcall(send, town.app, forms(town, times))
        shares = by_place(pstats.Stats(watch, stream=io.StringIO()))
    return Spent(total, [(place, total * share) for place, share in shares])


def forms(town: City, times: int) -> list[dict[str, Any]]:
    """Requests with a complete form, each with a token of its own."""
    given = {
        "method": "POST",
        "content_type": "application/x-www-form-urlencoded",
        "environ_base": {"REMOTE_ADDR": HOST},
    }
    sheets = map(town.sheet, town.tokens(times))
    return [EnvironBuilder(town.path, data=sheet, **given).get_environ() for sheet in sheets]


def send(app: Flask, requests: Iterable[dict[str, Any]]) -> None:
    for environ in requests:
        _, status, _ = run_wsgi_app(app, environ)
        if not status.startswith("303"):
            raise Unanswered(f"{status} to a complete form")


def by_place(stats: pstats.Stats) -> list[tuple[str, float]]:
    """Each place with its share of the time, most first. What is written in C counts where it was
    called.
    """
    seconds: Counter[str] = Counter()
    for (file, *_), (_, _, own, _, callers) in stats.stats.items():  # type: ignore[attr-defined]
        if file != "~":
            seconds[place_of(file)] += own
        else:
            for caller, called in callers.items():
                seconds[place_of(caller[0])] += called[2]
    everything = seconds.total()
    return [(place, part / everything) for place, part in seconds.most_common()]


def place_of(file: str) -> str:
    """The library, or the package and room of participa, in which a file stands."""
    path = Path(file)
    if LIBRARIES in path.parts:
        return path.parts[path.parts.index(LIBRARIES) + 1].removesuffix(".py")
    if path.is_relative_to(ROOT):
        return ".".join(path.relative_to(ROOT).with_suffix("").parts)
    return "python" if path.is_relative_to(sys.base_prefix) else "generado"
