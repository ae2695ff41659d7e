"""The command line of the witness program."""

from __future__ import annotations

import argparse
import io
import re
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from secrets import randbelow
from typing import NoReturn

from participa.belenios import verdict as words
from participa.belenios.verifier import Verdict
from participa.belenios.witness import fetching
from participa.belenios.witness.challenging import Cheated, NotOpened, read_opened
from participa.belenios.witness.fetching import Away, ShortBody
from participa.belenios.witness.own_copy import Damaged, OwnCopy
from participa.belenios.witness.shouting import NoSuchMail, Shouting, read_mail
from participa.belenios.witness.watching import Alarm, Later, Witness

FINE, ALARM, LATER, OWN_FAULT = range(4)
PROGRESS_STEP = 200  # ballots
FINGERPRINT, HEAD = re.compile(r"[A-Za-z0-9+/]{43}"), re.compile(r"[0-9a-f]{64}")


class WitnessArguments(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.exit(
            OWN_FAULT,
            f"Uso: {self.prog} https://SITIO/urna/UUID CARPETA [--cada MINUTOS] [--avisar ORDEN]"
            " [--correo ARCHIVO] [--huella ELECCION] [--cabeza ALTURA HUELLA]"
            " [--comprobar RASTREADOR] [--procesos NUMERO]\n",
        )


def main(arguments: Sequence[str] | None = None) -> int:
    given = _parsed(arguments)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal whose encoding lacks accents
    try:
        address = given.address.rstrip("/")
        copy = OwnCopy(Path(given.folder), address, fetching.uuid_in(address))
        mail = read_mail(given.correo) if given.correo else None
    except (ValueError, Damaged, NoSuchMail) as problem:
        _say(str(problem))
        return OWN_FAULT
    except OSError as problem:
        _say(f"No se pudo escribir en {given.folder} ({type(problem).__name__}).")
        return OWN_FAULT
    witness = Witness(copy, given.procesos, given.huella, _progress)
    shouting = Shouting(_say, given.avisar, mail)
    code = LATER
    try:
        code = _round(witness, shouting, given.cabeza)
        if code == FINE and given.comprobar:
            return _challenge(witness, shouting, given.comprobar)
        while given.cada and code != OWN_FAULT:
            time.sleep(given.cada * 54 + randbelow(1 + given.cada * 12))  # a tenth off, either way
            code = _round(witness, shouting, given.cabeza)
    except KeyboardInterrupt:
        _say("Terminó porque usted lo pidió. Su copia está completa hasta la última ronda.")
    return code


def _parsed(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = WitnessArguments(description="Vigila una urna y guarda su propia copia.")
    parser.add_argument("address", help="https://SITIO/urna/UUID")
    parser.add_argument("folder", help="la carpeta de su copia")
    parser.add_argument("--cada", type=_minutes, default=0, help="cuántos minutos entre rondas")
    parser.add_argument("--avisar", default="", help="orden que se ejecuta en una alarma")
    parser.add_argument("--correo", help="archivo JSON con su servidor de correo")
    parser.add_argument("--huella", default="", help="la huella de la elección, del acta")
    parser.add_argument(
        "--cabeza", nargs=2, action="append", default=[], help="altura y huella de otro testigo"
    )
    parser.add_argument(
        "--comprobar", default="", help="lo que dice la papeleta que un celular abrió"
    )
    parser.add_argument("--procesos", type=_minutes, help="cuántos procesadores usar")
    given = parser.parse_args(arguments)
    given.huella = given.huella.strip().rstrip("=")
    if given.huella and not FINGERPRINT.fullmatch(given.huella):
        parser.exit(OWN_FAULT, "La huella de la elección tiene 43 signos. Cópiela completa.\n")
    for height, head in given.cabeza:
        if not (height.isascii() and height.isdecimal() and HEAD.fullmatch(head.strip().lower())):
            parser.exit(OWN_FAULT, "Una cabeza es un número y los 64 signos de su huella.\n")
    return given


def _minutes(typed: str) -> int:
    number = int(typed)
    if not 1 <= number <= 1440:
        raise ValueError
    return number


def _round(witness: Witness, shouting: Shouting, heads: list[list[str]]) -> int:
    try:
        verdict = witness.look()
        for line in report(verdict):
            _say(words.printable(line))
        for height, head in heads:
            compare(verdict, height, head)
    except Alarm as reason:
        shouting.alarm(witness.copy, str(reason))
        return ALARM
    except (Later, Away) as reason:
        _say(f"SIN REVISAR. {words.printable(str(reason))}")
        return LATER
    except Damaged as reason:
        _say(f"SU COPIA. {words.printable(str(reason))} No es una alarma de la urna.")
        return OWN_FAULT
    except OSError as problem:
        _say(f"SU EQUIPO. No se pudo leer o escribir la copia ({type(problem).__name__}).")
        return OWN_FAULT
    return FINE


def _challenge(witness: Witness, shouting: Shouting, tracker: str) -> int:
    """Read a ballot that a device opened, against the election of the own copy."""
    election = witness.reader.verdict.election if witness.reader else None
    if election is None:
        return LATER
    try:
        sentences = read_opened(witness.copy.state.address, election, tracker)
    except Cheated as reason:
        shouting.alarm(witness.copy, str(reason))
        return ALARM
    except (NotOpened, Away) as reason:
        _say(f"SIN REVISAR. {words.printable(str(reason))}")
        return LATER
    except ShortBody:
        _say("SIN REVISAR. Llegó cortada. Pruebe otra vez.")
        return LATER
    _say("Esa papeleta dice, sin depender de las páginas de la ciudad:")
    for sentence in sentences:
        _say(words.printable(sentence))
    _say("Si no es lo que se marcó, no vote en ese celular y avise.")
    return FINE


def compare(verdict: Verdict, typed: str, head: str) -> None:
    """That another witness saw the same. Raises Alarm if not, Later for a height still to come."""
    height = int(typed)
    if not 1 <= height <= len(verdict.event_hashes):
        raise Later(f"Su copia no tiene todavía la altura {typed}: llega a {_height(verdict)}.")
    own = verdict.event_hashes[height - 1]
    if own != head.strip().lower():
        raise Alarm(
            f"BIFURCACIÓN. A la altura {height} usted vio {own} y la otra persona {head}: a "
            "los dos les mostraron historias distintas."
        )


def report(verdict: Verdict) -> list[str]:
    return [
        f"BIEN. {words.state_sentence(verdict)}",
        f"Papeletas: {verdict.num_ballots}. Altura: {_height(verdict)}.",
        f"Huella: {verdict.head}",
        *([words.opening_sentence(verdict)] if verdict.partials else []),
    ]


def _height(verdict: Verdict) -> int:
    return len(verdict.event_hashes)


def _progress(ballots: int) -> None:
    if ballots % PROGRESS_STEP == 0 and sys.stderr.isatty():
        sys.stderr.write(f"{ballots} papeletas revisadas…\r")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
