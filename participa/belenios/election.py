"""The election record: questions and public key. Every ballot is bound to the hash of its bytes."""

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
UUID_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
UUID_LENGTH = 14
LIMIT = 500_000  # bytes
NEWER_GROUPS = {"Ed25519"}
# In the description of an election: a second ballot of a credential is then an error.
ONE_VOTE = "Vale un solo voto por código."


@dataclass(frozen=True)
class Election:
    """A parsed election record; `raw` is the record itself."""

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
    def is_one_vote(self) -> bool:
        """Whether each credential may cast one ballot only, by the election's own description."""
        return ONE_VOTE in self.description

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
    """A random identifier: 14 base-58 characters, 82 bits."""
    return "".join(secrets.choice(UUID_ALPHABET) for _ in range(UUID_LENGTH))


def is_uuid(text: str) -> bool:
    return len(text) >= UUID_LENGTH and re.fullmatch(f"[{UUID_ALPHABET}]+", text) is not None


def make(
    uuid: str,
    name: str,
    description: str,
    public_key: int,
    question_list: Sequence[Question],
    administrator: str | None = None,
    credential_authority: str | None = None,
) -> Election:
    record = {
        "version": VERSION,
        "description": description,
        "name": name,
        "group": BELENIOS_2048.name,
        "public_key": str(public_key),
        "questions": [question.record() for question in question_list],
        "uuid": uuid,
    }
    if administrator is not None:
        record["administrator"] = administrator
    if credential_authority is not None:
        record["credential_authority"] = credential_authority
    return read(canonical.write(record))


def read(raw: bytes) -> Election:
    """Parse an election record; raises Malformed or Unsupported."""
    what = "La elección"
    value = canonical.read(raw, what, LIMIT)
    names = ("version", "description", "name", "group", "public_key", "questions", "uuid")
    version, description, name, group_name, public_key, records, uuid, administrator, authority = (
        canonical.members(value, what, *names, "administrator?", "credential_authority?")
    )
    if canonical.number(version, f"{what}, «version»") != VERSION:
        raise Malformed(f"{what} es de la versión {version}, y debe ser la {VERSION}.")
    if not is_uuid(canonical.text(uuid, f"{what}, «uuid»")):
        raise Malformed(f"{what} tiene un «uuid» que no vale.")
    group = group_named(canonical.text(group_name, f"{what}, «group»"))
    if not canonical.items(records, f"{what}, «questions»"):
        raise Malformed(f"{what} no tiene preguntas.")
    return Election(
        raw,
        uuid,
        canonical.text(name, f"{what}, «name»"),
        canonical.text(description, f"{what}, «description»"),
        group,
        group.member(public_key, f"{what}, «public_key»"),
        tuple(questions.read(one, f"La pregunta {n}") for n, one in enumerate(records, start=1)),
        None
        if administrator is None
        else canonical.text(administrator, f"{what}, «administrator»"),
        None if authority is None else canonical.text(authority, f"{what}, registrador"),
    )


def group_named(name: str) -> Group:
    if name in NEWER_GROUPS:
        raise Unsupported(f"El grupo {name} es de una versión del formato que aquí no se revisa.")
    if name not in GROUPS:
        raise Malformed(f"La elección usa un grupo desconocido: «{name[:40]}».")
    return GROUPS[name]
