"""When somebody signed, by a device whose clock may be wrong. Pure."""

from datetime import datetime, timedelta

NEGLIGIBLE = timedelta(seconds=2)  # the way of the request, not the clock
# A time of the device that lies outside the hours of the list by less than this is not doubted.
TOLERANCE = timedelta(minutes=2)


def corrected(
    signed_at: datetime | None, device_now: datetime | None, now: datetime
) -> datetime | None:
    """The moment by the server's clock: the device told what its own said when it sent."""
    if signed_at is None or device_now is None:
        return signed_at
    off = now - device_now
    try:
        return signed_at if abs(off) < NEGLIGIBLE else signed_at + off
    except OverflowError:
        return None


def plausible(
    moment: datetime | None, opens_at: datetime, ends_at: datetime, now: datetime
) -> tuple[datetime, bool]:
    """The moment within the hours of the list, and whether it had to be estimated."""
    latest = max(min(ends_at, now), opens_at)
    if moment is None:
        return latest, True
    inside = min(max(moment, opens_at), latest)
    return inside, abs(moment - inside) > TOLERANCE
