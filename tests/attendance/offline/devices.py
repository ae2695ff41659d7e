"""Devices that collect entries as the script of the page does, for the tests of their queue."""

import base64
import json
import re
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from participa.attendance import device_tokens
from participa.attendance.models import AttendanceList, SignInWay
from participa.core import clock
from tests.attendance.public.people import MARIA, opened

Sent = dict[str, Any]


@dataclass
class Phone:
    """A device with its token and key; its clock may be wrong by `off`."""

    record: AttendanceList
    token: str
    key: str
    off: timedelta = timedelta()
    queue: list[Sent] = field(default_factory=list)

    def sign(self, at: datetime | None = None, submission: str = "", **typed: str) -> Sent:
        """Somebody signs on it without a signal."""
        fields = [[name, value] for name, value in (MARIA | typed).items() if value]
        moment = milliseconds((at or clock.now()) + self.off)
        content = {"signed_at": moment, "fields": fields, "submission": submission}
        entry = self.sealed(secrets.token_hex(16), json.dumps(content))
        self.queue.append(entry)
        return entry

    def sealed(self, id: str, content: str) -> Sent:
        nonce = secrets.token_bytes(12)
        box = AESGCM(bytes.fromhex(self.key)).encrypt(nonce, content.encode(), id.encode())
        return {"token": self.token, "id": id, "sealed": base64.b64encode(nonce + box).decode()}

    def content_of(self, entry: Sent) -> str:
        content = device_tokens.opened(self.token, entry["id"], entry["sealed"])
        assert content is not None
        return content

    def batch(self, entries: list[Sent] | None = None) -> Sent:
        sent_at = milliseconds(clock.now() + self.off)
        return {"sent_at": sent_at, "entries": self.queue if entries is None else entries}

    def send(self, client: FlaskClient, entries: list[Sent] | None = None) -> list[Sent]:
        """What the server answers to each entry."""
        response = post(client, self.record, self.batch(entries))
        assert response.status_code == 200, response.text
        answers: list[Sent] = response.json["answers"]
        return answers


def milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def post(client: FlaskClient, record: AttendanceList, body: Any) -> TestResponse:
    return client.post(f"/asistencia/{record.code}/pendientes", json=body)


def phone(client: FlaskClient, record: AttendanceList, **words: str) -> Phone:
    """A phone that opened the page of the list while it had a signal."""
    page = opened(client, record, **words).text
    token, key = (re.search(rf'data-{name}="([^"]+)"', page)[1] for name in ("device", "key"))
    return Phone(record, token, key)


def of_the_city(record: AttendanceList, way: SignInWay, **whose: int) -> Phone:
    """A tablet, or a device of the desk."""
    token = device_tokens.issue(record.code, way, **whose)
    return Phone(record, token, device_tokens.key_of(token))
