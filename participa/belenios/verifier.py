"""The strict verifier: it reads an archive from the first byte to the last and believes nothing.

What it accepts follows the grammar Setup Ballot* EndBallots EncryptedTally PartialDecryption+
Result, or a beginning of it. What one file cannot show (a ballot dropped before anybody saw it,
credentials that the registrar kept) it cannot find: for that there are trackers, earlier copies
and the minutes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from participa.belenios import archive, ballot, canonical, election, roll, tally, trustees
from participa.belenios.archive import Record, UnreadableArchive
from participa.belenios.ballot import Ballot
from participa.belenios.canonical import Malformed
from participa.belenios.election import Election
from participa.belenios.questions import Outcome, Unsupported, outcome
from participa.belenios.tally import Partial, Totals
from participa.belenios.trustees import Trustee

SETUP, BALLOT, END, TALLY, PARTIAL, RESULT = archive.PARTS
NAMES = {
    SETUP: "apertura",
    BALLOT: "papeleta",
    END: "cierre",
    TALLY: "total cifrado",
    PARTIAL: "descifrado parcial",
    RESULT: "resultado",
}
# What may come after each event.
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
LIMIT = 10_000


class Rejected(Exception):
    """The archive is not what it claims; the message says in Spanish where and why."""


@dataclass
class Verdict:
    """What an accepted archive says."""

    timestamp: int
    election: Election | None = None
    trustees: list[Trustee] = field(default_factory=list)
    roll: set[int] = field(default_factory=set)
    roll_fingerprint: str = ""
    ballots: list[Ballot] = field(default_factory=list)
    counted: int = 0
    totals: Totals = field(default_factory=list)
    partials: dict[int, Partial] = field(default_factory=dict)
    counts: list[list[int]] = field(default_factory=list)
    last: str | None = None
    heads: list[str] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)

    @property
    def head(self) -> str:
        return self.heads[-1]

    @property
    def is_open(self) -> bool:
        return self.last in {SETUP, BALLOT}

    @property
    def is_finished(self) -> bool:
        return self.last == RESULT

    @property
    def missing_trustees(self) -> list[int]:
        return [n for n in range(1, len(self.trustees) + 1) if n not in self.partials]

    @property
    def outcomes(self) -> list[Outcome]:
        asked = self.election.questions if self.election else ()
        return [outcome(question, self.counts[n]) for n, question in enumerate(asked)]


def verify(
    raw: bytes,
    snapshot: bytes | None = None,
    head: str | None = None,
    tell: Callable[[int], None] = lambda ballots: None,
) -> Verdict:
    """The verdict; Rejected, Unreadable or Unsupported otherwise. `tell` hears of progress.

    A snapshot is an earlier copy, which this file must continue; `head` is a hash that the
    minutes give, which must be one of its events.
    """
    reader = Reader(raw, tell)
    try:
        found = reader.read()
    except Malformed as problem:
        raise Rejected(f"{reader.where}{problem}") from None
    if snapshot is not None:
        _compare(raw, snapshot, found)
    if head is not None and head.strip().lower() not in found.heads:
        raise Rejected("La huella del acta no es la de ningún evento de este archivo.")
    return found


def _compare(raw: bytes, snapshot: bytes, found: Verdict) -> None:
    try:
        archive.timestamp_of(snapshot)
    except (UnreadableArchive, Malformed):
        raise UnreadableArchive("La copia anterior no es una urna (.bel).") from None
    if not raw.startswith(snapshot):
        same = sum(snapshot[:end] == raw[:end] for end in found.ends)
        where = f"la altura {same}" if same else "el comienzo"
        raise Rejected(f"Este archivo no continúa la copia anterior: difieren desde {where}.")
    if len(snapshot) not in found.ends:
        raise UnreadableArchive("La copia anterior está cortada: no termina en un evento.")


class Reader:
    """Goes through the records once, and keeps what later ones have to agree with."""

    def __init__(self, raw: bytes, tell: Callable[[int], None]) -> None:
        self.raw = raw
        self.tell = tell
        self.where = ""
        self.seen: set[str] = set()
        self.held: list[Record] = []
        self.acts: dict[str, Callable[[], None]] = {
            SETUP: self._setup,
            BALLOT: self._ballot,
            TALLY: self._tally,
            PARTIAL: self._partial,
            RESULT: self._result,
        }

    def read(self) -> Verdict:
        self.found = Verdict(archive.timestamp_of(self.raw))
        for record in archive.read(self.raw):
            self.where = f"Registro {record.number}: "
            if record.is_event:
                self._event(record)
                self.held = []
            else:
                self.held.append(record)
                if len(self.held) > max(archive.PARTS.values()):
                    raise Malformed("hay datos de más, que ningún evento nombra.")
            self.where = ""  # the next record, if it cannot be read, names itself
        if self.held:
            last = self.held[-1].number
            raise Malformed(f"Registro {last}: hay datos al final que ningún evento nombra.")
        if self.found.last is None:
            raise Malformed("El archivo no tiene apertura.")
        return self.found

    def _event(self, record: Record) -> None:
        height = len(self.found.heads)
        self.where = f"Registro {record.number}, altura {height}: "
        value = canonical.read(record.body, "El evento", LIMIT)
        names = ("parent?", "height", "type", "payload?")
        parent, told, kind, payload = canonical.members(value, "El evento", *names)
        canonical.text(kind, "«type»")
        if kind in SHUFFLES:
            raise Unsupported("La urna mezcla papeletas, y este programa no revisa mezclas.")
        if kind not in archive.PARTS:
            raise Malformed("el evento es de un tipo desconocido.")
        self.where = f"Registro {record.number}, altura {height} ({NAMES[kind]}): "
        if canonical.number(told, "«height»") != height:
            raise Malformed(f"el evento dice la altura {told}.")
        if parent != (self.found.heads[-1] if self.found.heads else None):
            raise Malformed("la cadena está rota: «parent» no es la huella del evento anterior.")
        self._follows(kind)
        self._holds(kind, payload)
        if kind in self.acts:
            self.acts[kind]()
        self.found.last = kind
        self.found.heads.append(record.digest)
        self.found.ends.append(record.end)

    def _follows(self, kind: str) -> None:
        last = self.found.last
        if kind in NEXT[last]:
            return
        if last is None:
            raise Malformed("el archivo no empieza por la apertura.")
        if kind == BALLOT:
            raise Malformed("hay una papeleta después del cierre.")
        if kind == PARTIAL and last in {SETUP, BALLOT}:
            raise Malformed("se descifró antes del cierre.")
        raise Malformed(f"no puede venir después de: {NAMES[last]}.")

    def _holds(self, kind: str, payload: object) -> None:
        """Just before an event stand the records that it needs, and no others."""
        needed = archive.PARTS[kind]
        if len(self.held) != needed:
            raise Malformed(f"trae {len(self.held)} registros de datos y deben ser {needed}.")
        if payload != (self.held[-1].digest if needed else None):
            raise Malformed("«payload» no es la huella del registro anterior.")
        if kind == BALLOT and self.held[0].digest in self.seen:
            raise Malformed("la misma papeleta está dos veces.")
        for record in self.held:
            if record.digest in self.seen:
                raise Malformed(f"el registro {record.number} repite uno anterior.")
            self.seen.add(record.digest)

    @property
    def _election(self) -> Election:
        if self.found.election is None:
            raise Malformed("El archivo no tiene apertura.")
        return self.found.election

    def _setup(self) -> None:
        parts = [record.body for record in self.held]
        if parts[3] != archive.setup_record(*parts[:3]):
            raise Malformed("la apertura no nombra la elección, los custodios y el padrón.")
        asked = election.read(parts[0])
        self.found.election = asked
        self.found.trustees = trustees.read(asked.group, parts[1])
        if trustees.public_key(asked.group, self.found.trustees) != asked.public_key:
            raise Malformed("la llave de la elección no es la de sus custodios.")
        self.found.roll = set(roll.read(asked.group, parts[2]))
        self.found.roll_fingerprint = canonical.fingerprint(parts[2])

    def _ballot(self) -> None:
        cast = ballot.read(self._election, self.held[0].body)
        if cast.credential not in self.found.roll:
            raise Malformed("la credencial de la papeleta no está en el padrón.")
        ballot.check(self._election, cast)
        self.found.ballots.append(cast)
        self.tell(len(self.found.ballots))

    def _tally(self) -> None:
        totals, sized = self.held
        counting = tally.kept(self.found.ballots)
        self.found.counted = len(counting)
        self.found.totals = tally.encrypted(self._election, counting)
        names = ("num_tallied", "total_weight", "encrypted_tally")
        told = canonical.read(sized.body, "El tamaño del total", LIMIT)
        number, weight, digest = canonical.members(told, "El tamaño del total", *names)
        for name, value in zip(names, (number, weight)):  # noqa: B905 - the single file runs on Python 3.9
            if canonical.number(value, f"«{name}»") != len(counting):
                raise Malformed(f"«{name}» dice {value}, y cuentan {len(counting)} papeletas.")
        if digest != totals.digest:
            raise Malformed("«encrypted_tally» no es la huella del total cifrado.")
        if totals.body != tally.record(self.found.totals):
            raise Malformed("el total cifrado no es el de las papeletas que cuentan.")

    def _partial(self) -> None:
        part, owned = self.held
        told = canonical.read(owned.body, "El dueño del descifrado", LIMIT)
        owner, digest = canonical.members(told, "El dueño del descifrado", "owner", "payload")
        number = canonical.number(owner, "«owner»")
        if not 1 <= number <= len(self.found.trustees):
            raise Malformed(f"no hay un custodio {number}.")
        if number in self.found.partials:
            raise Malformed(f"el custodio {number} descifra dos veces.")
        if digest != part.digest:
            raise Malformed("el dueño no nombra el descifrado que viene antes.")
        what = f"El descifrado del custodio {number}"
        partial = tally.read_partial(self._election, part.body, what)
        key = self.found.trustees[number - 1].public_key
        tally.check_partial(self._election, self.found.totals, key, partial, what)
        self.found.partials[number] = partial

    def _result(self) -> None:
        if missing := self.found.missing_trustees:
            raise Malformed(f"falta el descifrado del custodio {missing[0]}.")
        self.found.counts = tally.counts(
            self._election,
            self.found.totals,
            list(self.found.partials.values()),
            self.found.counted,
        )
        if self.held[0].body != tally.result_record(self.found.counts):
            raise Malformed("el resultado publicado no es el que sale de descifrar el total.")
