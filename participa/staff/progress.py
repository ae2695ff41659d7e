"""Progress of a job in words and as JSON, shared by all pages with a progress bar."""

from typing import Any

from participa.core import spanish
from participa.core.jobs.jobs import Job

# CSS class of each job state.
LOOKS = {"WAITING": "", "WORKING": "going", "DONE": "done", "FAILED": "late", "CANCELLED": ""}


def payload(job: Job) -> dict[str, Any]:
    """The JSON polled by static/js/staff.js."""
    return {
        "done": job.done,
        "total": job.total,
        "words": words(job),
        "is_over": job.is_over,
        "state": job.state.value,
    }


def words(job: Job) -> str:
    """The state, or for a running job for example "1.200 de 3.400 (faltan unos 20 s)"."""
    if job.is_over or not job.total:
        return job.state.value
    text = f"{spanish.number(job.done)} de {spanish.number(job.total)}"
    left = job.seconds_left
    return text if left is None else f"{text} (faltan unos {_time(left)})"


def _time(seconds: int) -> str:
    if seconds < 90:
        return f"{max(1, seconds)} s"
    return f"{round(seconds / 60)} min" if seconds < 5400 else f"{round(seconds / 3600)} h"
