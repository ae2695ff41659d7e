"""How much processor time something takes, told in units of the same machine's own speed."""

import time
from collections.abc import Callable

TRIES = 3


def effort(work: Callable[[], object]) -> float:
    """Processor time in units of a fixed loop (some 10 ms); the least of three tries.

    A slow or busy machine is as slow in the loop, so a limit on the result does not depend on it.
    """
    return min(seconds(work) / seconds(_loop) for _ in range(TRIES))


def seconds(work: Callable[[], object]) -> float:
    begun = time.process_time()
    work()
    return time.process_time() - begun


def _loop() -> None:
    found: dict[str, int] = {}
    for number in range(130_000):
        found[str(number % 500)] = number
