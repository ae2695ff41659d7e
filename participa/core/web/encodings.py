"""Which compression of a response the visitor can read."""

from functools import lru_cache

from flask import request
from werkzeug.datastructures import Accept
from werkzeug.http import parse_accept_header

GZIP, BROTLI = "gzip", "br"


def takes(coding: str) -> bool:
    return coding in _taken(request.headers.get("Accept-Encoding", ""))


@lru_cache(maxsize=256)  # browsers send few different ones
def _taken(header: str) -> frozenset[str]:
    """What is named, or included where everything is, and not with the weight 0 that forbids it.

    Brotli only by its name: a visitor that takes everything may be a tool that unpacks gzip alone.
    """
    accepted = parse_accept_header(header[:500], Accept)
    weights = {name.lower(): weight for name, weight in accepted}
    known = {GZIP: weights.get(GZIP, weights.get("*", 0)), BROTLI: weights.get(BROTLI, 0)}
    return frozenset(coding for coding, weight in known.items() if weight)
