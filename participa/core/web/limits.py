"""Rate limits, so that one sender does not crowd out the others.

A hall of six hundred people behind one Wi-Fi is one address, and their phones send the same
User-Agent. Citizens have no account and no cookie, so nothing tells one phone from another: public
forms are held to what a crowd of people can send. Signing in is strict, by account and address.
Every limit ends with its window.
"""

import functools
import ipaddress
from collections.abc import Callable, Collection
from typing import ParamSpec, TypeVar

from flask import request
from limits import RateLimitItem, RateLimitItemPerMinute
from werkzeug.exceptions import TooManyRequests

from participa.core.installation import installation
from participa.core.rate_counters import Limits

# Six hundred people in two minutes, each with a few pages.
PHONES = RateLimitItemPerMinute(1200)  # of one browser version behind one address
ADDRESS = RateLimitItemPerMinute(2 * PHONES.amount)
TRIES = RateLimitItemPerMinute(10, 15)  # of one account from one address
TRIES_ADDRESS = RateLimitItemPerMinute(300, 15)  # an office has one address and many accounts
TRIES_ACCOUNT = RateLimitItemPerMinute(100, 15)  # of one account from addresses it never used
# Wrong guesses of a secret code that nobody has an account for. A hall types its codes wrong too.
GUESSES = RateLimitItemPerMinute(10, 15)  # at what one number opens, from one address
GUESSES_NUMBER = RateLimitItemPerMinute(100, 15)  # at it, from all addresses
GUESSES_ADDRESS = RateLimitItemPerMinute(600, 15)
GUESSES_ALL = RateLimitItemPerMinute(6000, 15)

Asked = ParamSpec("Asked")
Answer = TypeVar("Answer")


def limited(
    purpose: str, methods: Collection[str] = ("POST",)
) -> Callable[[Callable[Asked, Answer]], Callable[Asked, Answer]]:
    """Count a view's requests; beyond PHONES or ADDRESS of one purpose they get 429.

    By default its POST requests; those that only look are counted where somebody could guess codes.
    """

    def decorate(view: Callable[Asked, Answer]) -> Callable[Asked, Answer]:
        @functools.wraps(view)
        def checked(*args: Asked.args, **named: Asked.kwargs) -> Answer:
            if request.method in methods:
                count(purpose)
            return view(*args, **named)

        return checked

    return decorate


def count(purpose: str, times: int = 1) -> None:
    """Count so many requests of this caller; raises 429 beyond PHONES or ADDRESS."""
    limits, address, browser = current(), caller(), request.headers.get("User-Agent", "")
    limits.hit(ADDRESS, purpose, address, times=times)
    limits.hit(PHONES, purpose, address, browser, times=times)


def attempt(purpose: str, account: str) -> None:
    """Count an attempt to authenticate (password, TOTP code, recovery); raises 429 beyond a limit.

    Attempts from elsewhere do not lock the owner out: an address from which the account signed in
    before is not held to TRIES_ACCOUNT.
    """
    limits, account = current(), account.strip().casefold()
    limits.hit(TRIES_ADDRESS, purpose, caller())
    limits.hit(TRIES, purpose, caller(), account)
    if not limits.remembers(purpose, caller(), account):
        limits.hit(TRIES_ACCOUNT, purpose, account)


def succeeded(purpose: str, account: str) -> None:
    """Reset the failed attempts of this account and address, and remember the address."""
    limits, account = current(), account.strip().casefold()
    limits.clear(TRIES, purpose, caller(), account)
    limits.remember(purpose, caller(), account)


def before_guess(purpose: str, number: str) -> None:
    """Raise 429 when too many codes for this number were wrong; what is right is never counted."""
    for item, key in _guesses(purpose, number):
        current().require_room(item, *key)


def wrong_guess(purpose: str, number: str) -> None:
    """Count a code that was wrong, whether or not something has this number."""
    for item, key in _guesses(purpose, number):
        try:
            current().hit(item, *key)
        except TooManyRequests:
            continue  # the next one is refused before it is looked at


def _guesses(purpose: str, number: str) -> list[tuple[RateLimitItem, tuple[str, ...]]]:
    return [
        (GUESSES, (purpose, caller(), number)),
        (GUESSES_NUMBER, (purpose, number)),
        (GUESSES_ADDRESS, (purpose, caller())),
        (GUESSES_ALL, (purpose,)),
    ]


def current() -> Limits:
    return installation().limits


def caller() -> str:
    """The client's IP address; for IPv6 its /64 network, since a home has a whole one."""
    address = request.remote_addr or ""
    if ":" in address:
        try:
            return str(ipaddress.ip_network(f"{address}/64", strict=False))
        except ValueError:
            return address
    return address
