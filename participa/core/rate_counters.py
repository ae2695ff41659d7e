"""Counters of requests in fixed windows: in Redis, or in this process when there is none."""

import hashlib
import ipaddress
import time
from functools import cache, lru_cache

import structlog
from flask import has_request_context, request
from limits import RateLimitItem
from limits.errors import StorageError
from limits.storage import MemoryStorage, RedisStorage, Storage
from limits.strategies import FixedWindowRateLimiter
from werkzeug.exceptions import TooManyRequests

from participa.config import Settings
from participa.core import clock

RELAXED = 1000
KNOWN_SECONDS = 30 * 24 * 3600
SWEEP_SECONDS = 60

log = structlog.get_logger()


class OwnCounters(MemoryStorage):
    """In-memory counters that expire once a minute.

    The library starts a thread for that after almost every hit, which makes a hit ten times slower.
    It starts one at first, too: a process with threads must not be forked.
    """

    swept_at = 0.0

    def __init__(self) -> None:
        super().__init__()
        self.timer.join()

    def _MemoryStorage__schedule_expiry(self) -> None:  # noqa: N802 - the library's private name
        now = time.monotonic()
        if now - self.swept_at > SWEEP_SECONDS:
            self.swept_at = now
            super()._MemoryStorage__schedule_expiry()  # type: ignore[misc]  # it is there: tested


class Limits:
    """The counters of this installation."""

    def __init__(self, settings: Settings):
        self.settings = settings
        self.own = OwnCounters()
        self.shared: Storage | None = None
        if settings.redis_url:
            self.shared = RedisStorage(settings.redis_url, wrap_exceptions=True)
        self.limiters = [FixedWindowRateLimiter(storage) for storage in self.storages()]

    def hit(self, item: RateLimitItem, *key: str, times: int = 1) -> None:
        """Count so many requests; raises 429 with the seconds to wait beyond the limit."""
        item, name = self._amount(item), self.hide_all(key)
        for limiter in self.limiters:
            try:
                if not limiter.hit(item, name, cost=times):
                    wait = limiter.get_window_stats(item, name).reset_time
                    raise too_many(key[0], wait)
            except StorageError:
                log.warning("limits.redis_away")
                continue
            return

    def require_room(self, item: RateLimitItem, *key: str) -> None:
        """Raise 429 when this limit is reached, without counting a request."""
        item, name = self._amount(item), self.hide_all(key)
        for limiter in self.limiters:
            try:
                if not limiter.test(item, name):
                    wait = limiter.get_window_stats(item, name).reset_time
                    raise too_many(key[0], wait)
            except StorageError:
                log.warning("limits.redis_away")
                continue
            return

    def _amount(self, item: RateLimitItem) -> RateLimitItem:
        """The limit as it holds here: a measuring machine may send a thousand times as much."""
        if not (self.settings.relaxed_limits and has_request_context()):
            return item
        return relaxed(item) if is_loopback(request.remote_addr or "") else item

    def clear(self, item: RateLimitItem, *key: str) -> None:
        for limiter in self.limiters:
            try:
                limiter.clear(item, self.hide_all(key))
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
        """The storages to try in order; memory is the fallback while Redis is unreachable."""
        return [self.shared, self.own] if self.shared else [self.own]

    def hide_all(self, key: tuple[str, ...]) -> str:
        return self.hide("\n".join(key))

    def hide(self, part: str) -> str:
        """A keyed hash, so that no account or address is stored."""
        secret = self.settings.secret_key.encode()[:64]
        return hashlib.blake2b(part.encode(), digest_size=12, key=secret).hexdigest()


@cache  # of a few limits
def relaxed(item: RateLimitItem) -> RateLimitItem:
    return type(item)(item.amount * RELAXED, item.multiples)


@lru_cache(maxsize=1)  # asked only where relaxed limits hold, which is one machine
def is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def too_many(purpose: str, until: float) -> TooManyRequests:
    log.warning("limits.reached", purpose=purpose)
    return TooManyRequests(retry_after=max(1, round(until - clock.now().timestamp())))
