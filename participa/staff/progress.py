"""How far a job is, as every page that shows one tells it."""

from typing import Any

from participa.core import spanish
from participa.core.jobs.jobs import Job

# How each state looks beside its word.
LOOKS = {"WAITING": "", "WORKING": "going", "DONE": "done", "FAILED": "late", "CANCELLED": ""}


def told(job: Job) -> dict[str, Any]:
    """What the page's script asks every second."""
    facts = {"done": job.done, "total": job.total, "words": words(job), "is_over": job.is_over}
    return facts | {"state": job.state.value}


def words(job: Job) -> str:
    """1.200 de 3.400 (faltan unos 20 s)."""
    if job.is_over or not job.total:
        return job.state.value
    text = f"{spanish.number(job.done)} de {spanish.number(job.total)}"
    left = job.seconds_left
    return text if left is None else f"{text} (faltan unos {_time(left)})"


def _time(seconds: int) -> str:
    if seconds < 90:
        return f"{max(1, seconds)} s"
    return f"{round(seconds / 60)} min" if seconds < 5400 else f"{round(seconds / 3600)} h"
