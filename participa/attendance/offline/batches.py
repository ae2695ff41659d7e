"""The JSON in which a device sends its entries, or in which it saves them to a file.

{"sent_at": 1732950000000,
 "entries": [{"token": "…", "id": "32 hex", "sealed": "…"}]}

`sealed` is base64 of JSON that the device encrypted (`device_tokens.opened`):
{"signed_at": 1732949000000, "fields": [["name", "Ana Ruiz"], …], "submission": "…"}. Moments are
milliseconds by the device's clock. `submission` is there when the form was also sent the usual way
and no answer came.
"""

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from participa.core.errors import Refused

MOST_ENTRIES = 50  # of one request
MOST_BYTES = 256 * 1024
MOST_FIELDS, LONGEST_NAME = 300, 100
ID = re.compile(r"[0-9a-f]{32}")
UNREADABLE = "Esto no es un grupo de firmas de esta plataforma."
DAMAGED = "Esta firma llegó dañada y no se puede leer. Pida a la persona que firme otra vez."


class NotABatch(Refused):
    """Nothing of what came can be read."""

    status = HTTPStatus.BAD_REQUEST

    def __init__(self, sentence: str = UNREADABLE) -> None:
        super().__init__(sentence)


@dataclass(frozen=True, slots=True)
class QueuedEntry:
    """One entry as it came, encrypted."""

    id: str
    token: str
    sealed: str


@dataclass(frozen=True, slots=True)
class QueuedForm:
    """What somebody typed, and when by the device's clock."""

    fields: tuple[tuple[str, str], ...]
    signed_at: datetime | None
    submission: str


def read(body: bytes | str, most: int = MOST_ENTRIES) -> tuple[list[QueuedEntry], datetime | None]:
    """The entries and the device's clock at sending. Raises NotABatch."""
    found = _json(body)
    if not isinstance(found, dict) or not isinstance(found.get("entries"), list):
        raise NotABatch
    if len(found["entries"]) > most:
        raise NotABatch(f"Envíe las firmas en grupos de hasta {most}.")
    return [_entry(one) for one in found["entries"]], _moment(found.get("sent_at"))


def read_content(text: str) -> QueuedForm:
    """Raises Refused for one that no page of ours has written."""
    try:
        found = _json(text)
    except NotABatch:
        raise Refused(DAMAGED) from None
    fields = found.get("fields") if isinstance(found, dict) else None
    if not isinstance(fields, list) or len(fields) > MOST_FIELDS:
        raise Refused(DAMAGED)
    pairs = [pair for pair in fields if _is_pair(pair)]
    if len(pairs) < len(fields):
        raise Refused(DAMAGED)
    return QueuedForm(
        tuple((name, value) for name, value in pairs),
        _moment(found.get("signed_at")),
        _text(found.get("submission")),
    )


def _json(body: bytes | str) -> Any:
    try:
        found = json.loads(body)
        # Half of a surrogate pair is valid JSON, and no database stores it.
        json.dumps(found, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        raise NotABatch from None
    return found


def _entry(one: Any) -> QueuedEntry:
    """An entry whose parts may be empty: then it is refused alone, and not the whole group."""
    found = one if isinstance(one, dict) else {}
    return QueuedEntry(*(_text(found.get(name)) for name in ("id", "token", "sealed")))


def _is_pair(pair: Any) -> bool:
    is_pair = isinstance(pair, list) and len(pair) == 2
    return is_pair and all(isinstance(part, str) for part in pair) and len(pair[0]) <= LONGEST_NAME


def _text(found: Any) -> str:
    return found if isinstance(found, str) else ""


def _moment(found: Any) -> datetime | None:
    """The moment of so many milliseconds; None for what is none."""
    if isinstance(found, bool) or not isinstance(found, int | float):
        return None
    try:
        return datetime.fromtimestamp(found / 1000, UTC)
    except (OverflowError, OSError, ValueError):
        return None
