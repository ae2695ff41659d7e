"""Where the time of one complete form goes, by step, library and place of ours: `ratio --profile`.

Python's profiler slows down what it watches, so its shares are applied to the processor time of the
same requests without it.
"""

import cProfile
import io
import pstats
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, NamedTuple

from flask import Flask
from werkzeug.test import EnvironBuilder, run_wsgi_app
from werkzeug.wrappers import Response

from bench import measures
from bench.client import HOST
from bench.installations import ROOT, City, Unanswered
from participa.channels.flow import ReviewedForm
from participa.channels.snapshots import SnapshotCache
from participa.core import submissions
from participa.core.db import LeanSession
from participa.core.forms import PublicForm
from participa.core.web import limits

WARM_UP = 50
LIBRARIES = "site-packages"


# What is done for one form after another, each with all that it calls.
STEPS: tuple[tuple[str, Callable[..., Any]], ...] = (
    ("contexto y ruta", Flask.request_context),
    ("antes de la vista", Flask.preprocess_request),
    ("límites", limits.count),
    ("pregunta por la versión", SnapshotCache.find),
    ("leer el formulario", PublicForm.__init__),
    ("validar", ReviewedForm.stage),
    ("INSERT", submissions.store),
    ("COMMIT", LeanSession.commit),
    ("después de la vista", Flask.process_response),
    ("respuesta WSGI", Response.__call__),
)


class Spent(NamedTuple):
    """Milliseconds of processor for one form: in all, by place with the most first, by step."""

    total: float
    places: list[tuple[str, float]]
    steps: list[tuple[str, float]]


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
        stats = pstats.Stats(watch, stream=io.StringIO())
    return Spent(total, in_time(total, by_place(stats)), in_time(total, by_step(stats)))


def in_time(total: float, shares: list[tuple[str, float]]) -> list[tuple[str, float]]:
    return [(place, total * share) for place, share in shares]


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


def by_step(stats: pstats.Stats) -> list[tuple[str, float]]:
    """Each step with its share of the time, and what is in none of them."""
    rows: dict[tuple[str, int, str], Any] = stats.stats  # type: ignore[attr-defined]
    everything = sum(own for _, _, own, _, _ in rows.values())
    seconds = {(file, line): with_calls for (file, line, _), (*_, with_calls, _) in rows.items()}
    codes = [(step, function.__code__) for step, function in STEPS]
    shares = [
        (step, seconds.get((code.co_filename, code.co_firstlineno), 0.0) / everything)
        for step, code in codes
    ]
    return [*shares, ("lo demás", 1 - sum(share for _, share in shares))]


def place_of(file: str) -> str:
    """The library, or the package and room of participa, in which a file stands."""
    path = Path(file)
    if LIBRARIES in path.parts:
        return path.parts[path.parts.index(LIBRARIES) + 1].removesuffix(".py")
    if path.is_relative_to(ROOT):
        return ".".join(path.relative_to(ROOT).with_suffix("").parts)
    return "python" if path.is_relative_to(sys.base_prefix) else "generado"
