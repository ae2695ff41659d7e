"""The strict verifier of an archive: every byte, hash, proof and sum is checked.

It accepts the event sequence Setup Ballot* EndBallots EncryptedTally PartialDecryption+ Result, or
a prefix of it. Two frauds leave no trace in one file: a ballot dropped before any copy was made,
and credentials misused by the registrar. The first shows in a voter's tracker or an earlier copy
(`snapshot`), the second only in the count of cards in the minutes.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable
from dataclasses import dataclass, field

from participa.belenios import (
    archive,
    ballot,
    canonical,
    election,
    opening_proofs,
    tally,
    trustees,
)
from participa.belenios.archive import Cut, Raw, Record, UnreadableArchive
from participa.belenios.ballot import Ballot
from participa.belenios.canonical import Malformed
from participa.belenios.checking.ballots import BadBallot, BallotChecks
from participa.belenios.checking.workers import Workers
from participa.belenios.election import Election
from participa.belenios.groups import BELENIOS_2048
from participa.belenios.questions import Outcome, Unsupported, outcome
from participa.belenios.tally import PartialDecryption, Totals
from participa.belenios.trustees import Trustees

SETUP, BALLOT, END, TALLY, PARTIAL, RESULT = archive.DATA_RECORDS
NAMES = {
    SETUP: "apertura",
    BALLOT: "papeleta",
    END: "cierre",
    TALLY: "total cifrado",
    PARTIAL: "descifrado parcial",
    RESULT: "resultado",
}
# The events that may follow each event.
NEXT = {
    None: {SETUP},
    SETUP: {BALLOT, END},
    BALLOT: {BALLOT, END},
    END: {TALLY},
    TALLY: {PARTIAL},
    PARTIAL: {PARTIAL, RESULT},
    RESULT: set(),
}
SHUFFLES = {"Shuffle", "EndShuffles"}
LIMIT = 10_000  # bytes of an event or of a record that only names others


class Rejected(Exception):
    """The archive is invalid; the Spanish message states which record and why."""


@dataclass
class Verdict:
    """The content of an accepted archive, up to its last event."""

    timestamp: int  # Unix seconds
    election: Election | None = None
    trustees: Trustees = field(default_factory=lambda: Trustees(BELENIOS_2048, ()))
    roll: set[int] = field(default_factory=set)
    roll_fingerprint: str = ""
    raw: Raw = b""
    bounds: array[int] = field(default_factory=lambda: array("Q"))  # of each ballot: start, size
    num_counted: int = 0  # ballots in the totals: one per credential that voted
    totals: Totals = field(default_factory=list)  # empty before EncryptedTally
    tally_event: str = ""  # the hash of the event that carries the totals
    partials: dict[int, PartialDecryption] = field(default_factory=dict)  # by trustee, from 1
    proved: set[int] = field(default_factory=set)  # the trustees whose opening is proved
    counts: list[list[int]] = field(default_factory=list)  # per question and slot
    closing: str = ""  # the hash of the event that ended the voting
    last_event: str | None = None  # its type
    event_hashes: list[str] = field(default_factory=list)  # by height
    event_ends: list[int] = field(default_factory=list)  # offset after each event, by height

    @property
    def num_ballots(self) -> int:
        return len(self.bounds) // 2

    @property
    def ballots(self) -> list[Ballot]:
        """The ballots, read again: a large box has more of them than there is memory."""
        if self.election is None:
            return []
        return [ballot.read(self.election, self.record(n)) for n in range(self.num_ballots)]

    def record(self, number: int) -> bytes:
        """The bytes of a ballot, by its number from 0."""
        start, size = self.bounds[2 * number : 2 * number + 2]
        return self.raw[start : start + size]

    @property
    def head(self) -> str:
        """The hash of the last event, which fixes the whole archive."""
        return self.event_hashes[-1]

    @property
    def is_open(self) -> bool:
        return self.last_event in {SETUP, BALLOT}

    @property
    def is_finished(self) -> bool:
        return self.last_event == RESULT

    @property
    def missing_trustees(self) -> list[int]:
        """Those who can still bring what is missing; any `missing_parts` of them are enough."""
        return self.trustees.lacking(self.partials)[1]

    @property
    def missing_parts(self) -> int:
        return self.trustees.lacking(self.partials)[0]

    @property
    def unproved_trustees(self) -> list[int]:
        """Those who decrypted without a proof that their factors open this total."""
        return sorted(set(self.partials) - self.proved)

    @property
    def outcomes(self) -> list[Outcome]:
        """One per question; only of a finished election."""
        listed = self.election.questions if self.election else ()
        return [outcome(question, self.counts[n]) for n, question in enumerate(listed)]


def verify(
    raw: Raw,
    snapshot: bytes | None = None,
    head: str | None = None,
    on_progress: Callable[[int], None] = lambda ballots: None,
    refuerzo: bytes | None = None,
) -> Verdict:
    """Verify an archive; raises Rejected, UnreadableArchive or Unsupported.

    `snapshot` is an earlier copy, which must be a prefix of this one and end with an event. `head`
    is an event hash from the minutes, which must be that of one of the events. `on_progress` is
    called after each ballot with the number of ballots verified so far. `refuerzo` is the file
    with the proofs of the opening. Many ballots are checked by several processes; raises WorkerLost
    if one of these ends.
    """
    reader = ArchiveReader(on_progress)
    try:
        verdict = reader.read(raw)
    except Malformed as problem:
        raise Rejected(f"{reader.location}{problem}") from None
    finally:
        reader.close()
    if snapshot is not None:
        _compare(raw, snapshot, verdict)
    if refuerzo is not None:
        check_opening(verdict, refuerzo)
    if head is not None and head.strip().lower() not in verdict.event_hashes:
        raise Rejected("La huella del acta no es la de ningún evento de este archivo.")
    return verdict


def check_opening(verdict: Verdict, refuerzo: bytes) -> None:
    if verdict.election is None or not verdict.totals:
        raise Rejected("Esta urna no tiene total todavía, y el refuerzo es de un total.")
    keys = [trustee.public_key for trustee in verdict.trustees]
    opened = (verdict.election, verdict.tally_event, verdict.totals, keys, verdict.partials)
    try:
        verdict.proved = opening_proofs.check(refuerzo, *opened)
    except Malformed as problem:
        raise Rejected(str(problem)) from None


def _compare(raw: Raw, snapshot: bytes, verdict: Verdict) -> None:
    try:
        archive.timestamp_of(snapshot)
    except (UnreadableArchive, Malformed):
        raise UnreadableArchive("La copia anterior no es una urna (.bel).") from None
    if raw[: len(snapshot)] != snapshot:
        same = sum(snapshot[:end] == raw[:end] for end in verdict.event_ends)
        where = f"la altura {same}" if same else "el comienzo"
        raise Rejected(f"Este archivo no continúa la copia anterior: difieren desde {where}.")
    if len(snapshot) not in verdict.event_ends:
        raise UnreadableArchive("La copia anterior está cortada: no termina en un evento.")


class ArchiveReader:
    """One pass over the records; every check that needs no other file."""

    def __init__(
        self,
        on_progress: Callable[[int], None] = lambda ballots: None,
        processes: int | None = None,
    ) -> None:
        self.workers = Workers(processes)
        self.ballots = BallotChecks(self.workers, lambda ballots, credential: on_progress(ballots))
        self.location = ""  # start of the message of a rejection
        self.offset = self.number = 0  # after the last record; 0 before the first reading
        self.seen: set[str] = set()  # digests of all data records so far
        self.pending: list[Record] = []  # data records since the last event
        self.handlers: dict[str, Callable[[], None]] = {
            SETUP: self._setup,
            BALLOT: self._ballot,
            TALLY: self._tally,
            PARTIAL: self._partial,
            RESULT: self._result,
        }

    def close(self) -> None:
        self.workers.close()

    def read(self, raw: Raw, proofs: bool = True) -> Verdict:
        """Read an archive, or what it has more than when it was read last.

        Raises Malformed, whose message `location` precedes, or Cut for what is not whole; this
        reader is of no more use then. Without `proofs`, those of ballots are not checked again.
        """
        if self.offset == 0:
            self.verdict = Verdict(archive.timestamp_of(raw))
            self.offset = len(archive.beginning(self.verdict.timestamp))
        self.verdict.raw, self.ballots.proofs = raw, proofs
        try:
            self._read_records()
            self.ballots.finish()
        except BadBallot as bad:
            self.location = bad.location
            raise
        except (Malformed, Unsupported):
            self._raise_bad_ballot()
            raise
        return self.verdict

    def _raise_bad_ballot(self) -> None:
        """An earlier ballot that still waits may be the first fault."""
        try:
            self.ballots.finish()
        except BadBallot as bad:
            self.location = bad.location
            raise

    def _read_records(self) -> None:
        verdict = self.verdict
        for record in archive.read_on(verdict.raw, verdict.timestamp, self.offset, self.number):
            self.location = f"Registro {record.number}: "
            if record.is_event:
                self._event(record)
                self.pending = []
            else:
                self.pending.append(record)
                if len(self.pending) > max(archive.DATA_RECORDS.values()):
                    raise Malformed("hay datos de más, que ningún evento nombra.")
            self.location = ""  # an error in reading the next record states its number itself
            self.offset, self.number = record.end, record.number
        if self.pending:
            last = self.pending[-1].number
            raise Cut(f"Registro {last}: hay datos al final que ningún evento nombra.")
        if self.verdict.last_event is None:
            raise Malformed("El archivo no tiene apertura.")

    def _event(self, record: Record) -> None:
        height = len(self.verdict.event_hashes)
        self.location = f"Registro {record.number}, altura {height}: "
        event = canonical.read(record.body, "El evento", LIMIT)
        names = ("parent?", "height", "type", "payload?")
        parent, stated, kind, payload = canonical.members(event, "El evento", *names)
        canonical.text(kind, "«type»")
        if kind in SHUFFLES:
            raise Unsupported("La urna mezcla papeletas, y este programa no revisa mezclas.")
        if kind not in archive.DATA_RECORDS:
            raise Malformed("el evento es de un tipo desconocido.")
        self.location = f"Registro {record.number}, altura {height} ({NAMES[kind]}): "
        if canonical.number(stated, "«height»") != height:
            raise Malformed(f"el evento dice la altura {stated}.")
        if parent != (self.verdict.event_hashes[-1] if self.verdict.event_hashes else None):
            raise Malformed("la cadena está rota: «parent» no es la huella del evento anterior.")
        self._check_order(kind)
        self._check_data(kind, payload)
        if kind in self.handlers:
            self.handlers[kind]()
        self.verdict.last_event = kind
        self.verdict.event_hashes.append(record.digest)
        if kind == TALLY:
            self.verdict.tally_event = record.digest
        if kind == END:
            self.verdict.closing = record.digest
        self.verdict.event_ends.append(record.end)

    def _check_order(self, kind: str) -> None:
        last = self.verdict.last_event
        if kind in NEXT[last]:
            return
        if last is None:
            raise Malformed("el archivo no empieza por la apertura.")
        if kind == BALLOT:
            raise Malformed("hay una papeleta después del cierre.")
        if kind == PARTIAL and last in {SETUP, BALLOT}:
            raise Malformed("se descifró antes del cierre.")
        raise Malformed(f"no puede venir después de: {NAMES[last]}.")

    def _check_data(self, kind: str, payload: object) -> None:
        """An event is preceded by its data records and no others, and none occurs twice."""
        needed = archive.DATA_RECORDS[kind]
        if len(self.pending) != needed:
            raise Malformed(f"trae {len(self.pending)} registros de datos y deben ser {needed}.")
        if payload != (self.pending[-1].digest if needed else None):
            raise Malformed("«payload» no es la huella del registro anterior.")
        if kind == BALLOT and self.pending[0].digest in self.seen:
            raise Malformed("la misma papeleta está dos veces.")
        for record in self.pending:
            if record.digest in self.seen:
                raise Malformed(f"el registro {record.number} repite uno anterior.")
            self.seen.add(record.digest)

    @property
    def _election(self) -> Election:
        if self.verdict.election is None:
            raise Malformed("El archivo no tiene apertura.")
        return self.verdict.election

    def _setup(self) -> None:
        parts = [record.body for record in self.pending]
        if parts[3] != archive.setup_record(*parts[:3]):
            raise Malformed("la apertura no nombra la elección, los custodios y el padrón.")
        parsed = election.read(parts[0])
        self.verdict.election = parsed
        self.verdict.trustees = trustees.read(parsed.group, parts[1])
        if self.verdict.trustees.public_key() != parsed.public_key:
            raise Malformed("la llave de la elección no es la de sus custodios.")
        self.verdict.roll = self.ballots.begin(parsed, parts[2])
        self.verdict.bounds = self.ballots.bounds
        self.verdict.roll_fingerprint = canonical.fingerprint(parts[2])

    def _ballot(self) -> None:
        """Its proofs are checked together with those of others, see BallotChecks."""
        record = self.pending[0]
        start = record.end - len(record.body) - (-len(record.body) % archive.BLOCK)
        self.ballots.add(self.location, start, record.body)

    def _tally(self) -> None:
        self.ballots.finish()
        totals, sized = self.pending
        counted = self.ballots.voted
        self.verdict.num_counted = len(counted)
        self.verdict.totals = self.ballots.totals(self.verdict.record)
        names = ("num_tallied", "total_weight", "encrypted_tally")
        size = canonical.read(sized.body, "El tamaño del total", LIMIT)
        number, weight, digest = canonical.members(size, "El tamaño del total", *names)
        for name, value in zip(names, (number, weight)):  # noqa: B905 - the single file runs on Python 3.9
            if canonical.number(value, f"«{name}»") != len(counted):
                raise Malformed(f"«{name}» dice {value}, y cuentan {len(counted)} papeletas.")
        if digest != totals.digest:
            raise Malformed("«encrypted_tally» no es la huella del total cifrado.")
        if totals.body != tally.totals_record(self.verdict.totals):
            raise Malformed("el total cifrado no es el de las papeletas que cuentan.")

    def _partial(self) -> None:
        data, owned = self.pending
        ownership = canonical.read(owned.body, "El dueño del descifrado", LIMIT)
        owner, digest = canonical.members(ownership, "El dueño del descifrado", "owner", "payload")
        number = canonical.number(owner, "«owner»")
        if not 1 <= number <= len(self.verdict.trustees):
            raise Malformed(f"no hay un custodio {number}.")
        if number in self.verdict.partials:
            raise Malformed(f"el custodio {number} descifra dos veces.")
        if digest != data.digest:
            raise Malformed("el dueño no nombra el descifrado que viene antes.")
        what = f"El descifrado del custodio {number}"
        partial = tally.read_partial(self._election, data.body, what)
        key = self.verdict.trustees[number - 1].public_key
        tally.check_partial(self._election, self.verdict.totals, key, partial, what)
        self.verdict.partials[number] = partial

    def _result(self) -> None:
        if missing := self.verdict.missing_parts:
            able = self.verdict.missing_trustees
            if missing == len(able):
                raise Malformed(f"falta el descifrado del custodio {able[0]}.")
            raise Malformed(f"hay {len(self.verdict.partials)} descifrados y faltan {missing}.")
        self.verdict.counts = tally.counts_of(
            self._election,
            self.verdict.totals,
            self.verdict.trustees,
            self.verdict.partials,
            self.verdict.num_counted,
        )
        if self.pending[0].body != tally.result_record(self.verdict.counts):
            raise Malformed("el resultado publicado no es el que sale de descifrar el total.")
