"""Which compression of a response the visitor can read."""

from functools import lru_cache

from flask import request
from werkzeug.datastructures import Accept
from werkzeug.http import parse_accept_header


def takes_gzip() -> bool:
    return _takes_gzip(request.headers.get("Accept-Encoding", ""))


@lru_cache(maxsize=256)  # browsers send few different ones
def _takes_gzip(header: str) -> bool:
    """Whether gzip is named, or everything is, and not with the weight 0 that forbids it."""
    accepted = parse_accept_header(header[:500], Accept)
    weights = {name.lower(): weight for name, weight in accepted}
    return bool(weights.get("gzip", weights.get("*", 0)))
