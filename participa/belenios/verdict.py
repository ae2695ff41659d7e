"""What `verify-bel` and the single file say: in Spanish, and with an exit code for programs."""

from __future__ import annotations

import argparse
import io
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NoReturn

from participa.belenios import verifier
from participa.belenios.archive import UnreadableArchive
from participa.belenios.questions import Outcome, Unsupported
from participa.belenios.verifier import Rejected, Verdict

ACCEPTED, REJECTED, UNREADABLE = range(3)
STEP = 25
Say = Callable[[str], object]


def judge(
    file: str, snapshot: str | None, head: str | None, say: Say, hint: Say = lambda text: None
) -> int:
    """Verify a file; what is found goes to `say`, progress to `hint`. The exit code."""

    def tell(line: str) -> None:
        say(printable(line))

    try:
        raw = _contents(file)
        earlier = None if snapshot is None else _contents(snapshot)
        found = verifier.verify(raw, earlier, head, _progress(hint))
    except Rejected as reason:
        tell(f"RECHAZADA. {reason}")
        return REJECTED
    except (UnreadableArchive, Unsupported) as reason:
        tell(f"NO SE PUDO REVISAR. {reason}")
        return UNREADABLE
    for line in report(found):
        tell(line)
    if snapshot is not None:
        tell("Continúa la copia anterior sin cambiarle nada.")
    return ACCEPTED


def printable(line: str) -> str:
    """Without signs that command a terminal: the words of an archive are a stranger's."""
    return "".join(sign if sign.isprintable() else "�" for sign in line)


def _contents(file: str) -> bytes:
    try:
        return Path(file).read_bytes()
    except FileNotFoundError:
        raise UnreadableArchive(f"No existe el archivo {file}.") from None
    except OSError:
        raise UnreadableArchive(
            f"No se pudo leer {file}. Revise que sea un archivo suyo."
        ) from None


def _progress(hint: Say) -> Callable[[int], None]:
    def tell(ballots: int) -> None:
        if ballots % STEP == 0:
            hint(f"{ballots} papeletas revisadas…")

    return tell


def report(found: Verdict) -> list[str]:
    """An accepted archive in words; an open or empty one is not told as a finished one."""
    asked = found.election
    if asked is None:
        return []
    lines = [
        f"ACEPTADA. {state(found)}",
        f"Elección: {asked.name} ({asked.uuid})",
        f"Huella de la elección: {asked.fingerprint}",
        f"Huella del padrón: {found.roll_fingerprint} ({len(found.roll)} credenciales)",
        f"Custodios de la llave: {len(found.trustees)}",
        f"Papeletas depositadas: {len(found.ballots)}",
    ]
    if found.totals:
        lines.append(f"Papeletas que cuentan (la última de cada credencial): {found.counted}")
    lines.append(f"Huella del último evento, para comparar con el acta: {found.head}")
    if found.is_finished:
        for number, outcome in enumerate(found.outcomes, start=1):
            lines += ["", f"{number}. {outcome.question.text}", *counted(outcome)]
    return lines


def state(found: Verdict) -> str:
    empty = "" if found.ballots else " No tiene ninguna papeleta."
    if found.is_open:
        return f"Pero NO ha terminado: la urna sigue abierta.{empty}"
    if not found.totals:
        return f"Pero NO ha terminado: la urna cerró y falta sumar.{empty}"
    if missing := found.missing_trustees:
        names = ", ".join(map(str, missing))
        return f"Pero NO ha terminado: falta que descifren los custodios {names}.{empty}"
    if not found.is_finished:
        return f"Pero NO ha terminado: falta publicar el resultado.{empty}"
    if empty:
        return f"Terminó, pero no hay nada que contar.{empty}"
    return "Terminó, y el resultado es el de sus papeletas."


def counted(outcome: Outcome) -> list[str]:
    question = outcome.question
    blank = [f"   {outcome.blank}  Voto en blanco"] if question.has_blank else []
    pairs = zip(question.answers, outcome.counts)  # noqa: B905 - the single file runs on Python 3.9
    return [*(f"   {count}  {answer}" for answer, count in pairs), *blank]


class Arguments(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.exit(
            UNREADABLE, f"Uso: {self.prog} ARCHIVO.bel [--snapshot ANTERIOR] [--head HUELLA]\n"
        )


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line of the single file."""
    parser = Arguments(
        description="Revisa el archivo de una urna, de la primera a la última letra."
    )
    parser.add_argument("file", help="el archivo .bel")
    parser.add_argument("--snapshot", help="una copia anterior, que este debe continuar")
    parser.add_argument("--head", help="una huella del acta, que debe estar en el archivo")
    given = parser.parse_args(arguments)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(
                errors="replace"
            )  # a terminal without accents still gets the verdict
    write = sys.stdout.write
    hint = sys.stderr.write if sys.stderr.isatty() else lambda text: 0
    return judge(
        given.file,
        given.snapshot,
        given.head,
        lambda text: write(f"{text}\n"),
        lambda text: hint(f"{text}\r"),
    )
