"""Limits: how often the same hands may send, so that nobody crowds the others out.

A hall of six hundred people behind one Wi-Fi is one address, and their phones name the same
browser. So an address alone is only held to what a crowd can do; a single device is held to what
two hands can do. Signing in is strict, by account and address, and a window always ends.
"""

import functools
import ipaddress
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from flask import request
from limits import RateLimitItemPerMinute

from participa.core.installation import installation
from participa.core.web.rate_counters import Limits

CROWD = 40  # devices that look alike behind one address: forty pairs of hands, at least
LEAST_CROWD = 1200  # per minute: six hundred people in two minutes, each with a few pages
DEVICES = ("borrador",)  # cookies that a device keeps
TRIES = RateLimitItemPerMinute(10, 15)  # of one account from one address
TRIES_ADDRESS = RateLimitItemPerMinute(300, 15)  # an office has one address and many accounts
TRIES_ACCOUNT = RateLimitItemPerMinute(100, 15)  # of one account from addresses it never used

Asked = ParamSpec("Asked")
Answer = TypeVar("Answer")


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
    return installation().limits


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
