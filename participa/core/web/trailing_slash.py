"""Addresses typed with a final slash, which no route of ours has."""

from urllib.parse import quote

from flask import current_app, redirect, request
from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.routing import RequestRedirect
from werkzeug.wrappers import Response


def redirect_without_it() -> Response | None:
    """A permanent redirect to the same address without its final slash, if a route has that one.

    None for every other address. Only routes are looked at, no records, so a redirect reveals
    nothing that the address alone does not.
    """
    path = request.path.rstrip("/")
    if request.routing_exception is None or path == request.path or not is_route(path):
        return None
    query = request.query_string.decode("latin-1")
    address = quote(request.script_root + path) + (f"?{query}" if query else "")
    # 308 repeats the method and the body; some old browsers know only 301.
    return redirect(address, 301 if request.method in {"GET", "HEAD"} else 308)


def is_route(path: str) -> bool:
    adapter = current_app.create_url_adapter(request)
    if adapter is None or not path:
        return False
    try:
        adapter.match(path, method=request.method)
    except MethodNotAllowed:
        return True
    except (NotFound, RequestRedirect):
        return False
    return True
