"""The receipt of an open consultation: proof that an answer arrived, and of nothing else.

An answer keeps no number, so nobody can look it up by its receipt, before the counting or after.
What the receipt carries instead is a few signs that only this installation can make.
"""

import hmac

from flask import current_app

from participa.ballots.snapshots import BoxSnapshot
from participa.core import codes

CHECK_SIGNS = 8


def signed(box: BoxSnapshot, receipt: str) -> str:
    """The receipt with the signs that tell it from an invented one."""
    return receipt + _check(box.uuid, receipt)


def is_ours(box: BoxSnapshot, shown: str) -> bool:
    return is_of(box.uuid, shown)


def is_of(uuid: str, shown: str) -> bool:
    """Whether this receipt was given by the box with this uuid."""
    check = _check(uuid, shown[:-CHECK_SIGNS])
    return hmac.compare_digest(check.encode(), shown[-CHECK_SIGNS:].encode())


def _check(uuid: str, receipt: str) -> str:
    key = current_app.config["SECRET_KEY"].encode()
    return codes.derive(key, f"ballots.receipt:{uuid}:{receipt}", CHECK_SIGNS)
