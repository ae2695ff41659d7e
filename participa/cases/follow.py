"""The interface of the page «Consultar mi radicado», which shows the record of a typed code.

`participa/app.py` lists a function of each package that gives codes. It takes the typed text and
returns None for a code that is not its own.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from participa.cases import queries
from participa.core import codes, submissions


@dataclass(frozen=True, slots=True)
class Followed:
    """A part of the page with its values, or the address to which the code leads."""

    part: str = ""  # a template, drawn inside the page
    values: Mapping[str, Any] = field(default_factory=dict)
    address: str = ""  # inside this site; the page redirects there


Follow = Callable[[str], Followed | None]


def case(typed: str) -> Followed | None:
    """The case with this code."""
    code = codes.read(typed)
    record = queries.case_by_code(code) if submissions.is_receipt(code) else None
    return Followed("cases/_followed.html", {"question": record}) if record else None
