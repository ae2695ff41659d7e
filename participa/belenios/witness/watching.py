"""One look at a box: fetch what is new, verify it, and say what does not fit the own copy."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from participa.belenios import archive, canonical, verifier
from participa.belenios.archive import BLOCK, Cut, Raw, UnreadableArchive
from participa.belenios.canonical import Malformed
from participa.belenios.questions import Unsupported
from participa.belenios.verifier import ArchiveReader, Rejected, Verdict
from participa.belenios.witness import challenging, fetching
from participa.belenios.witness.fetching import Away, ServerAnswer, ShortBody
from participa.belenios.witness.own_copy import ASIDE, Damaged, OwnCopy, stamp

TRIES = 3  # for what arrives cut, in one round
PAUSE_SECONDS = 5
ROUNDS = 3  # after which a rest that always comes cut, or a box that is not there, is an alarm


class Alarm(Exception):
    """The box is not the one of before; the Spanish message says what is wrong."""


class Later(Exception):
    """Nothing could be said about the box now; the Spanish message says why."""


class CutShort(Exception):
    """What came is not whole. That happens, and is no fraud unless it lasts."""


@dataclass
class Witness:
    copy: OwnCopy
    processes: int | None = None
    expected: str = ""  # fingerprint of the election, from the minutes
    on_progress: Callable[[int], None] = lambda ballots: None
    reader: ArchiveReader | None = field(default=None, init=False)

    def look(self) -> Verdict:
        """One round. Raises Alarm, Later or Damaged; the copy is then what it was."""
        state = self.copy.state
        for number in range(TRIES):
            try:
                verdict = self._look_once()
            except CutShort:
                self._drop(ASIDE)
                if number + 1 < TRIES:
                    time.sleep(PAUSE_SECONDS * (1 + secrets.randbelow(1000) / 1000))
            except Alarm:
                self._drop(f"apartado-{stamp()}.bin")
                raise
            except (Later, Away, Damaged):
                self._drop()
                raise
            else:
                state.cut = state.missing = 0
                state.alarm = ""
                self.copy.save()
                self.copy.note_head()
                return verdict
        state.cut += 1
        self.copy.save()
        if state.cut >= ROUNDS:
            raise Alarm(
                f"Lo nuevo llega cortado en cada intento, y ya van {state.cut} rondas. Lo que "
                f"llegó está en {ASIDE}. Pregunte por qué la urna no entrega el resto."
            )
        raise Later(
            f"Lo nuevo llegó cortado {TRIES} veces. Está en {ASIDE}; se pide otra vez en la "
            "próxima ronda. Su copia no cambió."
        )

    def _look_once(self) -> Verdict:
        reader = self._ready()
        self._check_setup()
        said = self._fetch()
        is_new = self.copy.length > self.copy.state.size
        with self.copy.mapped() as raw:
            if not raw:
                raise CutShort
            if is_new:
                self._compare_first(raw)
            verdict = self._verified(reader, raw)
            self._compare_with_said(verdict, said)
            self._check_election(verdict)
            self._check_opening(verdict)
            self._check_challenged(reader)
            verdict.raw = b""
        if is_new:
            self.copy.take_tail(len(verdict.event_hashes), verdict.head)
        return verdict

    # ---- what was verified before

    def _ready(self) -> ArchiveReader:
        """A reader that stands at the end of the own copy, whose proofs it has seen before."""
        if self.reader is None:
            self.reader = ArchiveReader(self.on_progress, self.processes)
            if self.copy.state.size:
                self._reread(self.reader)
        return self.reader

    def _reread(self, reader: ArchiveReader) -> None:
        state = self.copy.state
        try:
            with self.copy.mapped() as raw:
                verdict = reader.read(raw, proofs=False)
                verdict.raw = b""
        except (Malformed, UnreadableArchive) as problem:
            raise Damaged(f"Su propia copia está dañada: {reader.location}{problem}") from None
        if (len(verdict.event_hashes), verdict.head) != (state.height, state.head):
            raise Damaged("Su propia copia no es la que se revisó: alguien la cambió en su equipo.")

    def _drop(self, keep_as: str | None = None) -> None:
        """Forget what was read but not taken."""
        if self.reader is not None:
            self.reader.close()
        self.reader = None
        if self.copy.length > self.copy.state.size:
            self.copy.drop_tail(keep_as)

    # ---- what the box says now

    def _fetch(self) -> ServerAnswer:
        """Write what is new behind the own copy. Raises Alarm for a box that went back."""
        state = self.copy.state
        query = f"?desde={state.height}" if state.height else ""
        with self.copy.tail() as tail:
            try:
                said = fetching.get(f"{state.address}/archivo.bel{query}", tail)
            except ShortBody:
                raise CutShort from None
        if said.status == 404:
            self._note_missing()
        if said.status == 409:
            raise Alarm(
                f"RETROCESO. Usted vio {state.height} eventos y la urna dice que tiene "
                f"{said.fields.get('Archive-Height', 'menos')}. Alguien quitó papeletas, o puso "
                "otra vez una copia vieja."
            )
        if state.height and said.fields.get("Archive-From") is None:
            raise Later("El sitio no sabe entregar desde una altura. ¿Es la dirección correcta?")
        self._check_fields(said)
        return said

    def _note_missing(self) -> None:
        state = self.copy.state
        state.missing += 1
        self.copy.save()
        if state.height and state.missing >= ROUNDS:
            raise Alarm("LA URNA DESAPARECIÓ: en su dirección ya no hay ninguna.")
        raise Later("En esa dirección no hay una urna abierta con archivo.")

    def _note_gone(self, what: str) -> None:
        """Of a list that this box has handed out before: hiding it would switch a check off."""
        state = self.copy.state
        state.missing += 1
        self.copy.save()
        if state.missing >= ROUNDS:
            raise Alarm(f"LA URNA ESCONDE {what}: ya van {state.missing} rondas sin ella.")
        raise Later(f"La urna no entrega {what}. Se pide otra vez en la próxima ronda.")

    def _check_fields(self, said: ServerAnswer) -> None:
        """What the fields of the answer say about the end of the own copy."""
        state = self.copy.state
        if not state.height:
            return
        height, head = said.number("Archive-Height"), said.fields.get("Archive-Head")
        if height is not None and height < state.height:
            raise Alarm(
                f"RETROCESO. Usted vio {state.height} eventos y la urna dice que tiene {height}."
            )
        if said.number("Archive-From") != state.height:
            raise Alarm(f"Pidió desde la altura {state.height} y le dieron desde otra.")
        before = said.fields.get("Archive-From-Head")
        if before != state.head or (height == state.height and head != state.head):
            raise Alarm(
                f"BIFURCACIÓN. A la altura {state.height} usted vio la huella {state.head}, y la "
                f"urna dice ahora {before or head}. Hay dos historias de la misma urna."
            )

    def _compare_first(self, raw: Raw) -> None:
        """Whose the first new event is, before anything else is read of what came."""
        state = self.copy.state
        records = list(_first_records(raw, state.size))
        for body in records:
            uuid = body.get("election_uuid") or body.get("uuid")
            is_other_setup = bool(state.height) and body.get("type") == "Setup"
            if is_other_setup or (uuid is not None and uuid != state.uuid):
                raise Alarm(
                    f"OTRA URNA. Lo que llegó no es de la urna {state.uuid}. Su copia no cambió."
                )
        event = next((body for body in records if "type" in body and "height" in body), None)
        if event is None or not state.height:
            return
        if event["height"] != state.height or event.get("parent") != state.head:
            raise Alarm(
                f"BIFURCACIÓN. Lo nuevo no continúa su copia: después de la altura {state.height}, "
                f"de huella {state.head}, viene algo que se apoya en {event.get('parent')}."
            )

    def _verified(self, reader: ArchiveReader, raw: Raw) -> Verdict:
        try:
            return reader.read(raw)
        except Cut:
            raise CutShort from None
        except Malformed as problem:
            raise Alarm(
                f"NO VALE. {reader.location}{problem} Su copia se quedó como estaba antes de eso."
            ) from None
        except (UnreadableArchive, Unsupported) as problem:
            raise Later(str(problem)) from None

    def _compare_with_said(self, verdict: Verdict, said: ServerAnswer) -> None:
        height, head = said.number("Archive-Height"), said.fields.get("Archive-Head")
        if height is not None and (height, head) != (len(verdict.event_hashes), verdict.head):
            raise Alarm(
                f"La urna dice la altura {height} y la huella {head}, y entrega otra cosa: la "
                f"altura {len(verdict.event_hashes)} y la huella {verdict.head}."
            )

    def _check_election(self, verdict: Verdict) -> None:
        """That it is the box of the address, and of the minutes."""
        state, asked = self.copy.state, verdict.election
        if asked is None or asked.uuid != state.uuid:
            raise Alarm(f"OTRA URNA. Lo que llegó no es de la urna {state.uuid}.")
        if self.expected and asked.fingerprint != self.expected:
            raise Alarm(
                f"La huella de la elección es {asked.fingerprint}, y usted esperaba "
                f"{self.expected}."
            )
        state.election = asked.fingerprint

    def _check_setup(self) -> None:
        """That voters are given the election that the own copy begins with."""
        state = self.copy.state
        if not state.election:
            return
        try:
            said = fetching.get(f"{state.address}/eleccion.json")
        except ShortBody:
            raise CutShort from None
        if said.status != 200:
            self._note_gone("su elección (eleccion.json)")
        if canonical.fingerprint(said.body) != state.election:
            raise Alarm(
                "CAMBIÓ LA APERTURA. A quien vota le dan otra elección (preguntas o llave) que "
                "aquella con la que empezó su copia."
            )

    def _check_opening(self, verdict: Verdict) -> None:
        """Take the proofs of the opening, once there are any."""
        if not verdict.partials:
            return
        try:
            said = fetching.get(f"{self.copy.state.address}/refuerzo.json")
        except ShortBody:
            raise CutShort from None
        if said.status != 200:
            return
        try:
            verifier.check_opening(verdict, said.body)
        except Rejected as problem:
            raise Alarm(f"NO VALE la prueba de la apertura. {problem}") from None
        (self.copy.folder / "refuerzo.json").write_bytes(said.body)

    def _check_challenged(self, reader: ArchiveReader) -> None:
        """That no ballot was cast which its voter had opened to test a device."""
        try:
            is_there = challenging.check_none_is_cast(self.copy.state.address, reader.seen)
        except challenging.Cheated as problem:
            raise Alarm(f"NO VALE. {problem}") from None
        except ShortBody:
            raise CutShort from None
        if self.copy.state.lists_opened and not is_there:
            self._note_gone("su lista de papeletas abiertas (comprobadas.json)")
        self.copy.state.lists_opened = is_there


def _first_records(raw: Raw, offset: int) -> list[dict[str, Any]]:
    """The JSON objects of the first new event and of its data, read without asking for order.

    Empty where there is no such thing: what it is instead the verifier says.
    """
    found: list[dict[str, Any]] = []
    if offset == 0:
        offset = 2 * BLOCK  # the first file
    for _ in range(1 + max(archive.DATA_RECORDS.values())):
        try:
            size = int(raw[offset + 124 : offset + 135], 8)
            body = json.loads(raw[offset + BLOCK : offset + BLOCK + size])
        except (ValueError, RecursionError):
            break
        if isinstance(body, dict):
            found.append(body)
            if "type" in body and "height" in body:
                break
        offset += BLOCK + size + -size % BLOCK
    return found
