"""The clock of a page: from some moment on, time passes only when the test lets it."""

from playwright.sync_api import Error, Page

TRIES = 20
AHEAD = 1  # seconds: a page's clock never goes back, and its time runs until it stops


def stop_clock(page: Page) -> None:
    """Stop the clock that `page.clock.install()` set up, about a second from now.

    How long the machine takes for what follows then counts for nothing: `page.clock.run_for`
    lets the time pass.
    """
    for _ in range(TRIES - 1):
        try:
            page.clock.pause_at(page.evaluate("Date.now()") / 1000 + AHEAD)
        except Error:  # that second had already passed
            continue
        return
    page.clock.pause_at(page.evaluate("Date.now()") / 1000 + TRIES * AHEAD)
