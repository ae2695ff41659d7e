"""The log: one JSON line per request and event, without personal data.

A line holds the route's rule and never the path, which may contain a code; no IP address and no
query string; of an error only its type and place, since its message may quote a row.
"""

import json
import logging
import re
import secrets
import sys
import traceback
from collections import Counter
from threading import Lock
from time import perf_counter
from typing import Any

import structlog
from flask import Flask, Response, g, got_request_exception, request

from participa.core import clock
from participa.core.installation import installation

METHODS = {"GET", "HEAD", "POST", "OPTIONS"}
REQUEST_ID = re.compile(r"[A-Za-z0-9-]{8,64}")
FRAMES = 6
JSON = json.JSONEncoder(ensure_ascii=False)

log = structlog.get_logger()


class Stderr:
    """Writes whole lines, each in one call, to the current sys.stderr, which tests replace.

    Without a lock: a process that is forked while another thread held it would wait for ever.
    """

    def msg(self, line: str) -> None:
        sys.stderr.write(f"{line}\n")

    debug = info = warning = error = critical = msg


STDERR = Stderr()


class Tally:
    """Requests per hour, method, route and status, for the routes that are only counted.

    Lines of the ballot box in order would be the order of the votes, and the service manager adds
    its own clock to each line. So they appear in one block, when the hour or the process ends.
    """

    def __init__(self) -> None:
        self.lock = Lock()
        self.hour = ""
        self.counts: Counter[tuple[str, str, int]] = Counter()

    def add(self, method: str, rule: str, status: int) -> None:
        now = hour()
        if now != self.hour:
            self.flush()
        with self.lock:
            self.hour = now
            self.counts[method, rule, status] += 1

    def flush(self) -> None:
        with self.lock:
            hour, counts = self.hour, self.counts
            self.counts = Counter()
        for (method, rule, status), times in sorted(counts.items()):
            log.info("requests", hour=hour, method=method, rule=rule, status=status, times=times)


class Lines(logging.Formatter):
    """Formats the records of libraries as JSON; of an exception only type and place."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "event": "library",
            "logger": record.name,
            "level": record.levelname.lower(),
            "at": moment(),
        }
        if record.exc_info and record.exc_info[1]:
            line |= fault(record.exc_info[1])
        else:
            line["text"] = record.getMessage()
        return JSON.encode(line)


class Handler(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        sys.stderr.write(f"{self.format(record)}\n")


def init_app(app: Flask, level: str) -> None:
    """Log the requests of this app. Call it first: Flask runs after_request in reverse order."""
    configure(level)
    app.log_exception = lambda exc_info: None  # type: ignore[method-assign]  # it would log messages
    got_request_exception.connect(failed, app)
    app.before_request(begin)
    tally = Tally()
    counted = installation(app).counted_prefixes
    installation(app).closers.append(tally.flush)

    @app.after_request
    def finish(response: Response) -> Response:
        response.headers["X-Request-ID"] = request_id()
        if level != "requests":
            return response
        method, route = g.get("asked", (request.method, request.url_rule))
        rule = route.rule if route else "-"
        method = method if method in METHODS else "-"
        if rule.startswith(counted):
            tally.add(method, rule, response.status_code)
            return response
        line = {
            "id": request_id(),
            "method": method,
            "rule": rule,
            "status": response.status_code,
            "ms": round(1000 * (perf_counter() - g.get("begun", 0)), 1),
            "bytes": response.content_length,
            "event": "request",
        }
        # Past structlog, which would take three times as long for the line of every request.
        STDERR.msg(JSON.encode(stamp(log, "info", line)))
        return response


def configure(level: str) -> None:
    lowest = logging.CRITICAL if level == "off" else logging.INFO
    structlog.configure(
        processors=[stamp, rendered],
        wrapper_class=structlog.make_filtering_bound_logger(lowest),
        logger_factory=lambda *args: STDERR,
        cache_logger_on_first_use=False,
    )
    handler = Handler()
    handler.setFormatter(Lines())
    root = logging.getLogger()
    root.handlers = [h for h in root.handlers if not isinstance(h, Handler)]
    if level != "off":
        root.addHandler(handler)
    logging.getLogger("huey").setLevel(logging.ERROR)


def stamp(logger: Any, method: str, line: Any) -> Any:
    line["level"] = method
    line.setdefault("at", moment())
    return line


def rendered(logger: Any, method: str, line: Any) -> str:
    return JSON.encode(line)


def moment() -> str:
    return clock.now().isoformat(timespec="milliseconds")


def hour() -> str:
    return clock.now().strftime("%Y-%m-%dT%HZ")


def begin() -> None:
    g.begun = perf_counter()


def request_id() -> str:
    """The id of this request, for its response header, its log lines and its error page.

    Taken from X-Request-ID only behind a configured proxy.
    """
    if "request_id" not in g:
        settings = installation().settings
        sent = request.headers.get("X-Request-ID", "") if settings.proxies else ""
        g.request_id = sent if REQUEST_ID.fullmatch(sent) else secrets.token_hex(8)
    name: str = g.request_id
    return name


def failed(sender: Flask, exception: BaseException, **extra: Any) -> None:
    rule = request.url_rule.rule if request.url_rule else "-"
    is_counted = rule.startswith(installation(sender).counted_prefixes)
    at = hour() if is_counted else moment()
    log.error("request.failed", at=at, id=request_id(), rule=rule, **fault(exception))


def fault(error: BaseException) -> dict[str, Any]:
    """The loggable part of an error: its type, that of its cause, and the last stack frames."""
    frames = traceback.extract_tb(error.__traceback__)[-FRAMES:]
    return {
        "error": type(error).__name__,
        "cause": type(error.__cause__).__name__ if error.__cause__ else None,
        "where": [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames],
    }
