"""The election record: what is asked, under which key. Its bytes never change once it opened."""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from participa.belenios import canonical, questions
from participa.belenios.canonical import Malformed
from participa.belenios.groups import BELENIOS_2048, GROUPS, FixedBase, Group, fixed_base
from participa.belenios.questions import Question, Unsupported

VERSION = 1
UUID_SIGNS = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
UUID_LENGTH = 14
LIMIT = 500_000
NEWER_GROUPS = {"Ed25519"}


@dataclass(frozen=True)
class Election:
    """What the record says, and the record itself."""

    raw: bytes
    uuid: str
    name: str
    description: str
    group: Group
    public_key: int
    questions: tuple[Question, ...]
    administrator: str | None = None
    credential_authority: str | None = None

    @property
    def fingerprint(self) -> str:
        return canonical.fingerprint(self.raw)

    @property
    def key(self) -> FixedBase:
        return fixed_base(self.group, self.public_key)

    @property
    def slots(self) -> list[int]:
        return [question.slots for question in self.questions]


def new_uuid() -> str:
    """Random, so that no other election of the world has it."""
    return "".join(secrets.choice(UUID_SIGNS) for _ in range(UUID_LENGTH))


def is_uuid(text: str) -> bool:
    return len(text) >= UUID_LENGTH and re.fullmatch(f"[{UUID_SIGNS}]+", text) is not None


def make(
    uuid: str,
    name: str,
    description: str,
    public_key: int,
    asked: Sequence[Question],
    administrator: str | None = None,
    credential_authority: str | None = None,
) -> Election:
    record = {
        "version": VERSION,
        "description": description,
        "name": name,
        "group": BELENIOS_2048.name,
        "public_key": str(public_key),
        "questions": [question.record() for question in asked],
        "uuid": uuid,
    }
    if administrator is not None:
        record["administrator"] = administrator
    if credential_authority is not None:
        record["credential_authority"] = credential_authority
    return read(canonical.write(record))


def read(raw: bytes) -> Election:
    what = "La elección"
    value = canonical.read(raw, what, LIMIT)
    names = ("version", "description", "name", "group", "public_key", "questions", "uuid")
    version, description, name, group_name, public_key, asked, uuid, by, registrar = (
        canonical.members(value, what, *names, "administrator?", "credential_authority?")
    )
    if canonical.number(version, f"{what}, «version»") != VERSION:
        raise Malformed(f"{what} es de la versión {version}, y debe ser la {VERSION}.")
    if not is_uuid(canonical.text(uuid, f"{what}, «uuid»")):
        raise Malformed(f"{what} tiene un «uuid» que no vale.")
    group = group_named(canonical.text(group_name, f"{what}, «group»"))
    if not canonical.items(asked, f"{what}, «questions»"):
        raise Malformed(f"{what} no tiene preguntas.")
    return Election(
        raw,
        uuid,
        canonical.text(name, f"{what}, «name»"),
        canonical.text(description, f"{what}, «description»"),
        group,
        group.member(public_key, f"{what}, «public_key»"),
        tuple(questions.read(one, f"La pregunta {n}") for n, one in enumerate(asked, start=1)),
        None if by is None else canonical.text(by, f"{what}, «administrator»"),
        None if registrar is None else canonical.text(registrar, f"{what}, registrador"),
    )


def group_named(name: str) -> Group:
    if name in NEWER_GROUPS:
        raise Unsupported(f"El grupo {name} es de una versión del formato que aquí no se revisa.")
    if name not in GROUPS:
        raise Malformed(f"La elección usa un grupo desconocido: «{name[:40]}».")
    return GROUPS[name]
