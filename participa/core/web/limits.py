"""Limits: how often the same hands may send, so that nobody crowds the others out.

A hall of six hundred people behind one Wi-Fi is one address, and their phones name the same
browser. So an address alone is only held to what a crowd can do; a single device is held to what
two hands can do. Signing in is strict, by account and address, and a window always ends.
"""

import functools
import hashlib
import ipaddress
import time
from collections.abc import Callable
from typing import ParamSpec, TypeVar

import structlog
from flask import Flask, current_app, request
from limits import RateLimitItem, RateLimitItemPerMinute
from limits.errors import StorageError
from limits.storage import MemoryStorage, RedisStorage, Storage
from limits.strategies import FixedWindowRateLimiter
from werkzeug.exceptions import TooManyRequests

from participa.config import Settings
from participa.core import clock

CROWD = 40  # devices that look alike behind one address: forty pairs of hands, at least
LEAST_CROWD = 1200  # per minute: six hundred people in two minutes, each with a few pages
RELAXED = 1000
DEVICES = ("borrador",)  # cookies that a device keeps
TRIES = RateLimitItemPerMinute(10, 15)  # of one account from one address
TRIES_ADDRESS = RateLimitItemPerMinute(300, 15)  # an office has one address and many accounts
TRIES_ACCOUNT = RateLimitItemPerMinute(100, 15)  # of one account from addresses it never used
KNOWN_SECONDS = 30 * 24 * 3600
SWEEP_SECONDS = 60

Asked = ParamSpec("Asked")
Answer = TypeVar("Answer")

log = structlog.get_logger()


class OwnCounters(MemoryStorage):
    """The library starts a thread after almost every hit to forget old counts; a minute between
    two sweeps is enough, and a hit costs a tenth.
    """

    swept_at = 0.0

    def _MemoryStorage__schedule_expiry(self) -> None:  # noqa: N802 - the library's private name
        now = time.monotonic()
        if now - self.swept_at > SWEEP_SECONDS:
            self.swept_at = now
            super()._MemoryStorage__schedule_expiry()  # type: ignore[misc]  # it is there: tested


class Limits:
    """The counters of this installation: in Redis, or in this process when there is none."""

    def __init__(self, settings: Settings):
        self.settings = settings
        self.own = OwnCounters()
        self.shared: Storage | None = None
        if settings.redis_url:
            self.shared = RedisStorage(settings.redis_url, wrap_exceptions=True)

    def hit(self, item: RateLimitItem, *key: str) -> None:
        """Count once; raises 429 with the seconds to wait when it was once too often."""
        if self.settings.relaxed_limits and is_loopback():
            item = type(item)(item.amount * RELAXED, item.multiples)
        names = [self.hide(part) for part in key]
        for storage in self.storages():
            limiter = FixedWindowRateLimiter(storage)
            try:
                if not limiter.hit(item, *names):
                    wait = limiter.get_window_stats(item, *names).reset_time
                    raise too_many(key[0], wait)
            except StorageError:
                log.warning("limits.redis_away")
                continue
            return

    def clear(self, item: RateLimitItem, *key: str) -> None:
        for storage in self.storages():
            try:
                FixedWindowRateLimiter(storage).clear(item, *[self.hide(part) for part in key])
            except StorageError:
                log.warning("limits.redis_away")

    def remember(self, *key: str) -> None:
        for storage in self.storages():
            try:
                storage.incr("/".join(["known", *map(self.hide, key)]), KNOWN_SECONDS)
            except StorageError:
                log.warning("limits.redis_away")

    def remembers(self, *key: str) -> bool:
        for storage in self.storages():
            try:
                return storage.get("/".join(["known", *map(self.hide, key)])) > 0
            except StorageError:
                log.warning("limits.redis_away")
        return False

    def storages(self) -> list[Storage]:
        """Where to count; our own memory stands in while Redis is away."""
        return [self.shared, self.own] if self.shared else [self.own]

    def hide(self, part: str) -> str:
        """Accounts and addresses are counted without being written down."""
        secret = self.settings.secret_key.encode()[:64]
        return hashlib.blake2b(part.encode(), digest_size=12, key=secret).hexdigest()


def init_app(app: Flask) -> None:
    app.extensions["limits"] = Limits(app.extensions["settings"])
    app.extensions.setdefault("caches", []).append(Counters(app))


class Counters:
    """Lets the tests empty the counters like any other cache of the process."""

    def __init__(self, app: Flask):
        self.app = app

    def clear(self) -> None:
        self.app.extensions["limits"].own.reset()


def limited(
    purpose: str, per_minute: int = 30
) -> Callable[[Callable[Asked, Answer]], Callable[Asked, Answer]]:
    """Hold a view's POST to `per_minute` for a device that keeps a cookie of ours.

    Devices that only look alike are held to a crowd of that, and so is the whole address, twice.
    """
    device = RateLimitItemPerMinute(per_minute)
    alike = RateLimitItemPerMinute(max(LEAST_CROWD, CROWD * per_minute))
    address = RateLimitItemPerMinute(2 * alike.amount)

    def decorate(view: Callable[Asked, Answer]) -> Callable[Asked, Answer]:
        @functools.wraps(view)
        def checked(*args: Asked.args, **named: Asked.kwargs) -> Answer:
            if request.method == "POST":
                limits = current()
                limits.hit(address, purpose, caller())
                if cookie := own_cookie():
                    limits.hit(device, purpose, caller(), cookie)
                else:
                    limits.hit(alike, purpose, caller(), request.headers.get("User-Agent", ""))
            return view(*args, **named)

        return checked

    return decorate


def attempt(purpose: str, account: str) -> None:
    """Count an attempt to prove who one is (password, code of an application, recovery).

    Whoever hammers an account from elsewhere does not shut its owner out: an address from which
    the account entered before has its own count.
    """
    limits, account = current(), account.strip().casefold()
    limits.hit(TRIES_ADDRESS, purpose, caller())
    limits.hit(TRIES, purpose, caller(), account)
    if not limits.remembers(purpose, caller(), account):
        limits.hit(TRIES_ACCOUNT, purpose, account)


def succeeded(purpose: str, account: str) -> None:
    """The attempt was right: forget the wrong ones, and remember that this address is known."""
    limits, account = current(), account.strip().casefold()
    limits.clear(TRIES, purpose, caller(), account)
    limits.remember(purpose, caller(), account)


def current() -> Limits:
    limits: Limits = current_app.extensions["limits"]
    return limits


def caller() -> str:
    """The address of whoever asks; of IPv6 the network, since a home owns a whole one."""
    address = request.remote_addr or ""
    if ":" in address:
        try:
            return str(ipaddress.ip_network(f"{address}/64", strict=False))
        except ValueError:
            return address
    return address


def own_cookie() -> str:
    return next((request.cookies[name] for name in DEVICES if request.cookies.get(name)), "")


def is_loopback() -> bool:
    try:
        return ipaddress.ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        return False


def too_many(purpose: str, until: float) -> TooManyRequests:
    log.warning("limits.reached", purpose=purpose)
    return TooManyRequests(retry_after=max(1, round(until - clock.now().timestamp())))
