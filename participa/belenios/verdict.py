"""The verifier's command line: a report in Spanish, and an exit code for programs."""

from __future__ import annotations

import argparse
import io
import sys
from collections.abc import Callable, Sequence
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import NoReturn

from participa.belenios import verifier
from participa.belenios.archive import Raw, UnreadableArchive
from participa.belenios.questions import Outcome, Unsupported
from participa.belenios.verifier import Rejected, Verdict

ACCEPTED, REJECTED, UNREADABLE, UNPROVED = range(4)
PROGRESS_STEP = 25  # ballots
UNPROVED_OPENING = "pero sin prueba de que la apertura sea la de estas papeletas"
Write = Callable[[str], object]


def judge(
    file: str,
    snapshot: str | None,
    head: str | None,
    write_line: Write,
    show_progress: Write = lambda text: None,
    refuerzo: str | None = None,
) -> int:
    """Verify a file and write the report line by line; returns the exit code."""

    def write(line: str) -> None:
        write_line(printable(line))

    try:
        raw = _mapped(file)
        earlier = None if snapshot is None else _contents(snapshot)
        proofs = None if refuerzo is None else _contents(refuerzo)
        verdict = verifier.verify(raw, earlier, head, _progress(show_progress), proofs)
    except Rejected as reason:
        write(f"RECHAZADA. {reason}")
        return REJECTED
    except (UnreadableArchive, Unsupported) as reason:
        write(f"NO SE PUDO REVISAR. {reason}")
        return UNREADABLE
    for line in report(verdict):
        write(line)
    if snapshot is not None:
        write("Continúa la copia anterior sin cambiarle nada.")
    return UNPROVED if verdict.unproved_trustees else ACCEPTED


def printable(line: str) -> str:
    """Replace control characters: an archive's texts must not control the terminal."""
    return "".join(char if char.isprintable() else "�" for char in line)


def _mapped(file: str) -> Raw:
    """The file without reading it whole, where the system can do that: it may be very large."""
    try:
        with Path(file).open("rb") as opened:
            return mmap(opened.fileno(), 0, access=ACCESS_READ)
    except (OSError, ValueError):  # ValueError: an empty file
        return _contents(file)


def _contents(file: str) -> bytes:
    try:
        return Path(file).read_bytes()
    except FileNotFoundError:
        raise UnreadableArchive(f"No existe el archivo {file}.") from None
    except OSError:
        raise UnreadableArchive(
            f"No se pudo leer {file}. Revise que sea un archivo suyo."
        ) from None


def _progress(show: Write) -> Callable[[int], None]:
    def on_progress(ballots: int) -> None:
        if ballots % PROGRESS_STEP == 0:
            show(f"{ballots} papeletas revisadas…")

    return on_progress


def report(verdict: Verdict) -> list[str]:
    """Describe an accepted archive; the first line states whether the election is finished."""
    election = verdict.election
    if election is None:
        return []
    unproved = verdict.unproved_trustees
    accepted = f"ACEPTADA, {UNPROVED_OPENING}." if unproved else "ACEPTADA."
    lines = [
        f"{accepted} {state_sentence(verdict)}",
        f"Elección: {election.name} ({election.uuid})",
        f"Huella de la elección: {election.fingerprint}",
        f"Huella del padrón: {verdict.roll_fingerprint} ({len(verdict.roll)} credenciales)",
        f"Custodios de la llave: {keepers(verdict)}",
        f"Papeletas depositadas: {verdict.num_ballots}",
    ]
    if verdict.totals:
        lines.append(f"Papeletas que cuentan (la última de cada credencial): {verdict.num_counted}")
    if verdict.partials:
        lines.append(opening_sentence(verdict))
    lines.append(f"Huella del último evento, para comparar con el acta: {verdict.head}")
    if verdict.is_finished:
        for number, outcome in enumerate(verdict.outcomes, start=1):
            lines += ["", f"{number}. {outcome.question.text}", *outcome_lines(outcome)]
    return lines


def keepers(verdict: Verdict) -> str:
    """How many trustees, and how many of them open the total."""
    count, needed = len(verdict.trustees), verdict.trustees.threshold
    return f"{count}" if needed == count else f"{count}, y bastan {needed} para abrir el total"


def opening_sentence(verdict: Verdict) -> str:
    """Whether the trustees proved that they opened this total and no other number."""
    if unproved := verdict.unproved_trustees:
        names = ", ".join(map(str, unproved))
        return f"Falta la prueba de la apertura (refuerzo.json) de los custodios: {names}"
    return "Apertura del total: probada por todos los que descifraron"


def state_sentence(verdict: Verdict) -> str:
    empty = "" if verdict.num_ballots else " No tiene ninguna papeleta."
    if verdict.is_open:
        return f"Pero NO ha terminado: la urna sigue abierta.{empty}"
    if not verdict.totals:
        return f"Pero NO ha terminado: la urna cerró y falta sumar.{empty}"
    if able := verdict.missing_trustees:
        names = ", ".join(map(str, able))
        if (missing := verdict.missing_parts) < len(able):
            verb = "que descifre uno" if missing == 1 else f"que descifren {missing}"
            return f"Pero NO ha terminado: falta {verb} de los custodios {names}.{empty}"
        return f"Pero NO ha terminado: falta que descifren los custodios {names}.{empty}"
    if not verdict.is_finished:
        return f"Pero NO ha terminado: falta publicar el resultado.{empty}"
    return f"Terminó, pero no hay nada que contar.{empty}" if empty else finished_sentence(verdict)


def finished_sentence(verdict: Verdict) -> str:
    if verdict.unproved_trustees:
        return "Terminó. Que el resultado sea el de sus papeletas lo dicen solo los custodios."
    return "Terminó, y el resultado es el de sus papeletas."


def outcome_lines(outcome: Outcome) -> list[str]:
    question = outcome.question
    blank = [f"   {outcome.blank}  Voto en blanco"] if question.has_blank else []
    pairs = zip(question.answers, outcome.counts)  # noqa: B905 - the single file runs on Python 3.9
    return [*(f"   {count}  {answer}" for answer, count in pairs), *blank]


class Arguments(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.exit(
            UNREADABLE,
            f"Uso: {self.prog} ARCHIVO.bel [--refuerzo REFUERZO] [--snapshot ANTERIOR]"
            " [--head HUELLA]\n",
        )


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line of the single file."""
    parser = Arguments(
        description="Revisa el archivo de una urna, de la primera a la última letra."
    )
    parser.add_argument("file", help="el archivo .bel")
    parser.add_argument("--refuerzo", help="las pruebas de la apertura, refuerzo.json")
    parser.add_argument("--snapshot", help="una copia anterior, que este debe continuar")
    parser.add_argument("--head", help="una huella del acta, que debe estar en el archivo")
    given = parser.parse_args(arguments)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A terminal whose encoding lacks accents still gets the verdict.
            stream.reconfigure(errors="replace")
    write = sys.stdout.write
    write_progress = sys.stderr.write if sys.stderr.isatty() else lambda text: 0
    return judge(
        given.file,
        given.snapshot,
        given.head,
        lambda text: write(f"{text}\n"),
        lambda text: write_progress(f"{text}\r"),
        given.refuerzo,
    )
