"""The receipt of an open consultation: proof that an answer arrived, and of nothing else.

Answers are stored without a number, so no receipt leads to one. A receipt ends in a check: an HMAC
of its characters that only this installation can compute.
"""

import hmac

from flask import current_app

from participa.ballots.snapshots import BoxSnapshot
from participa.core import codes

CHECK_LENGTH = 8  # characters


def with_check(box: BoxSnapshot, receipt: str) -> str:
    """The receipt followed by its check, as the citizen reads it."""
    return receipt + _check(box.uuid, receipt)


def is_valid(box: BoxSnapshot, receipt: str) -> bool:
    """Whether this receipt, with its check, was issued by the box."""
    return is_from_box(box.uuid, receipt)


def is_from_box(uuid: str, receipt: str) -> bool:
    """Whether the check of this receipt is that of the box with this uuid."""
    check = _check(uuid, receipt[:-CHECK_LENGTH])
    return hmac.compare_digest(check.encode(), receipt[-CHECK_LENGTH:].encode())


def _check(uuid: str, receipt: str) -> str:
    key = current_app.config["SECRET_KEY"].encode()
    return codes.derive(key, f"ballots.receipt:{uuid}:{receipt}", CHECK_LENGTH)
