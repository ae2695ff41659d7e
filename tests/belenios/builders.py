"""Small elections and archives for tests, and ways to alter one field of an archive."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

from participa.belenios import (
    archive,
    ballot,
    canonical,
    credentials,
    election,
    opening_proofs,
    proofs,
    questions,
    roll,
    tally,
    trustees,
    verifier,
)
from participa.belenios.archive import Chain
from participa.belenios.credentials import Credential
from participa.belenios.election import Election
from participa.belenios.groups import BELENIOS_2048

VECTORS = Path(__file__).parent / "vectors"
UUID = "PTcSwkQpEZTh7i"
MOMENT = 1_700_000_000
CODES = (
    "K7QX-9MZT-2RVA-HW4P-C3NY",
    "0JY7-ET0C-WYQT-2EK1-1P0B",
    "CPZB-CTKE-Y74V-B4E1-4DXH",
)
SECRETS = (
    61089380439877727939849042449318720042412863704318684493653763208930515887302,
    8188054613554904294553219422365056100413475397598436672126198811112705642895,
)


def vector(name: str) -> dict:
    return json.loads((VECTORS / name).read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Box:
    """An election with the secrets of its trustees and voters."""

    election: Election
    secrets: tuple[int, ...]
    trustees: bytes
    credentials: tuple[Credential, ...]

    @property
    def roll(self) -> bytes:
        return credentials.public_roll(self.credentials)

    def ballot(self, voter: int, *votes) -> bytes:
        return ballot.make(self.election, self.credentials[voter].secret, votes)


@cache
def holders(number: int = 2) -> tuple[Credential, ...]:
    return tuple(credentials.derive(code, UUID) for code in CODES[:number])


@cache
def make_trustees(number: int) -> tuple[trustees.Trustee, ...]:
    return tuple(trustees.make(BELENIOS_2048, secret) for secret in SECRETS[:number])


def box(*asked: questions.Question, voters: int = 2, keys: int = 1) -> Box:
    listed = make_trustees(keys)
    made = election.make(
        UUID,
        "Prioridades del barrio",
        "La última papeleta es la que cuenta.",
        trustees.public_key(BELENIOS_2048, listed),
        asked or (questions.yes_no("¿Está de acuerdo?"),),
    )
    return Box(made, SECRETS[:keys], trustees.write(listed), holders(voters))


@dataclass
class Event:
    """One event with its data records; for None, the right record is computed."""

    kind: str
    parts: list[bytes | None] = field(default_factory=list)
    overrides: dict | None = None  # members of the event that replace the right ones


@dataclass
class File:
    """An archive as a list of events. `bytes` recomputes all hashes, so that only the field that a
    test altered is wrong."""

    events: list[Event]

    def copy(self) -> "File":
        return File([replace(event, parts=list(event.parts)) for event in self.events])

    def at(self, kind: str, number: int = 0) -> Event:
        return [event for event in self.events if event.kind == kind][number]

    def change(self, kind: str, part: int, edit, number: int = 0) -> "File":
        """A copy with one record edited: edit(value) changes the parsed record in place, or
        returns another one."""
        changed = self.copy()
        event = changed.at(kind, number)
        whole = json.loads(completed(event)[part])
        event.parts[part] = canonical.write(edited(whole, edit))
        return changed

    def with_event(self, kind: str, **members) -> "File":
        """A copy with other members in one event; None removes a member."""
        changed = self.copy()
        changed.at(kind).overrides = members
        return changed

    def bytes(self) -> bytes:
        chain, grown = Chain(MOMENT), archive.beginning(MOMENT)
        for event in self.events:
            more, chain = added(chain, event)
            grown += more
        return grown


def edited(value, edit):
    other = edit(value)
    return value if other is None else other


def completed(event: Event) -> list[bytes]:
    """The data records, with those computed that only name others."""
    parts = list(event.parts)
    if event.kind == "Setup" and parts[3] is None:
        parts[3] = archive.setup_record(*parts[:3])
    if event.kind == "EncryptedTally" and isinstance(parts[1], int):
        parts[1] = tally.sized_record(parts[1], parts[0])
    if event.kind == "PartialDecryption" and isinstance(parts[1], int):
        parts[1] = tally.owned_record(parts[1], parts[0])
    return parts


def added(chain: Chain, event: Event) -> tuple[bytes, Chain]:
    parts = completed(event)
    grown = b"".join(
        archive.pack(canonical.hex_digest(part) + archive.DATA, part, MOMENT) for part in parts
    )
    payload = parts[-1] if parts else None
    value = json.loads(archive.event_record(chain.head, chain.height, event.kind, payload))
    value |= event.overrides or {}
    raw = canonical.write({name: member for name, member in value.items() if member is not None})
    head = canonical.hex_digest(raw)
    return grown + archive.pack(head + archive.EVENT, raw, MOMENT), Chain(
        MOMENT, head, chain.height + 1
    )


def file_of(
    made: Box, cast: list[bytes], until: str = "Result", openers: Sequence[int] | None = None
) -> File:
    """The honest archive of these ballots, up to and including an event.

    `openers` are the numbers of the trustees who decrypt, in their order; all if none are given.
    """
    read = [ballot.read(made.election, raw) for raw in cast]
    counted = tally.counted_ballots(read)
    totals = tally.encrypted_totals(made.election, counted)
    listed = trustees.read(made.election.group, made.trustees)
    partials = {
        number: tally.decrypt(made.election, totals, made.secrets[number - 1])
        for number in openers or range(1, len(made.secrets) + 1)
    }
    counts = tally.counts_of(made.election, totals, listed, partials, len(counted))
    events = [
        Event("Setup", [made.election.raw, made.trustees, made.roll, None]),
        *(Event("Ballot", [raw]) for raw in cast),
        Event("EndBallots"),
        Event("EncryptedTally", [tally.totals_record(totals), len(counted)]),
        *(
            Event("PartialDecryption", [partial.record(), number])
            for number, partial in partials.items()
        ),
        Event("Result", [tally.result_record(counts)]),
    ]
    kinds = [event.kind for event in events]
    return File(events[: len(kinds) - kinds[::-1].index(until)])


@cache
def small() -> Box:
    """One question of two answers, two voters, two trustees."""
    return box(keys=2)


@cache
def honest() -> File:
    made = small()
    return file_of(made, [made.ballot(0, {0}), made.ballot(1, {1})])


def opened() -> File:
    return File(honest().copy().events[:1])


def resigned(made: Box, raw: bytes, voter: int, edit) -> bytes:
    """A ballot that its own voter altered and signed again."""
    value = edited(json.loads(raw), edit)
    del value["signature"]
    signed = canonical.fingerprint(canonical.write(value))
    secret = made.credentials[voter].secret
    proof = proofs.prove_knowledge(made.election.group, secret, f"sig|{signed}|")
    return canonical.write(value | {"signature": {"hash": signed, "proof": proof.record()}})


def rolled(*publics: int) -> bytes:
    return roll.write(publics)


def entries_of(made: Box, file: File) -> list[dict]:
    """What each trustee who decrypted in this archive proves about it."""
    read = verifier.verify(file.bytes())
    return [
        json.loads(
            opening_proofs.make_entry(made.election, read.totals, made.secrets[n - 1], n, partial)
        )
        for n, partial in sorted(read.partials.items())
    ]


def refuerzo_of(made: Box, file: File, entries: list[dict] | None = None, **others) -> bytes:
    """The file with the proofs of an opening, with other members where given."""
    about = {
        "version": 1,
        "election": made.election.fingerprint,
        "archive": verifier.verify(file.bytes()).tally_event,
        "proofs": entries_of(made, file) if entries is None else entries,
    }
    return canonical.write(about | others)
