"""python3 -m bench [part …] [--database sqlite|postgresql|both]: how fast participa is here.

Processor time per journey is the measure: on a shared machine it moves far less than journeys per
second. Parts: ratio, arrivals, growth, integrity, weight, memory, export, qr; without any, all of
these. The ballot box has a part of its own, urna, which takes minutes.
"""

import argparse
import os
import platform
import sys
from collections.abc import Callable
from itertools import chain

from bench import ballots, casting, measures
from bench.client import Load
from bench.installations import Unanswered

DATABASES = ("sqlite", "postgresql")
SIZES = (0, 100_000, 1_000_000)
GOALS = {"fraction": 0.50, "journey": 2.0, "growth": 1.10, "bytes": 14_000, "memory": 120}


def line(what: str, told: str, goal: str = "") -> None:
    print(f"| {what} | {told} | {goal} |", flush=True)


def ratio(kind: str) -> None:
    least = measures.least(kind)
    told = f"{least.participa:.2f} ms de procesador; solo Flask e INSERT: {least.bare:.2f} ms"
    line(f"abrir y enviar, lo menos de varias veces, {kind}", told, f"≤ {GOALS['journey']:.1f} ms")
    found = measures.ratio(kind)
    told = (
        f"{found.middle.participa:.2f} ms de procesador; solo Flask e INSERT: "
        f"{found.middle.bare:.2f} ms; fracción {found.fraction:.2f} "
        f"(dispersión {found.spread:.0%})"
    )
    line(f"enviar, {kind}", told, f"≥ {GOALS['fraction']:.2f}")


def arrivals(kind: str) -> None:
    for rate in (60, 200):
        line(f"{rate} por segundo, {kind}", times(measures.arrivals(kind, rate)), "p99 ≤ 50 ms")
    line(f"16 a la vez, {kind}", times(measures.crowd(kind)), "p99 ≤ 100 ms")


def times(load: Load) -> str:
    parts = [f"p{100 * part:.0f} {load.percentile(part):.0f}" for part in (0.5, 0.95, 0.99)]
    told = f"{' · '.join(parts)} · máx {1000 * max(load.seconds):.0f} ms"
    return f"{len(load.seconds)} hechos, {len(load.errors)} errores; {told}"


def growth(kind: str) -> None:
    found = measures.growth(kind, SIZES)
    told = " · ".join(f"{rows:,} filas {ms:.2f} ms" for rows, ms in found.items())
    line(f"crecer, {kind}", f"{told}; ×{found[SIZES[-1]] / found[0]:.2f}", f"≤ ×{GOALS['growth']}")


def integrity(kind: str) -> None:
    calm = measures.calm(kind)
    line(f"filas y recibos, {kind}", f"{calm.stored} y {calm.acknowledged}", "iguales")
    cut = measures.integrity(kind)
    told = f"{cut.acknowledged} recibos antes del corte, {len(cut.lost)} perdidos"
    line(f"corte de energía (SIGKILL), {kind}", told, "0 perdidos")
    receipts, rows = measures.copies(kind)
    line(f"32 copias a la vez, {kind}", f"{rows} fila, {len(receipts)} recibo", "1 y 1")


def weight() -> None:
    found = measures.weight()
    told = f"{found.bytes / 1000:.1f} kB en {found.requests} peticiones"
    line("formulario en el celular", told, f"≤ {GOALS['bytes'] / 1000:.0f} kB, ≤ 3")


def memory() -> None:
    line("memoria del servidor", f"{measures.memory() / 2**20:.0f} MiB", f"≤ {GOALS['memory']} MiB")


def export() -> None:
    for form, rows in (("csv", 1_000_000), ("xlsx", 200_000), ("json", 1_000_000)):
        told = f"{measures.export(form, rows):,.0f} filas por segundo de procesador"
        line(f"exportar {form}, {rows:,} filas", told, "≥ 150.000")


def qr() -> None:
    line("1.000 códigos QR", f"{measures.qr_codes(1000):.2f} s de procesador", "≤ 3 s")


def urna() -> None:
    for told in chain(ballots.report(), casting.report(DATABASES)):
        line(*told)


PER_DATABASE = {"ratio": ratio, "arrivals": arrivals, "growth": growth, "integrity": integrity}
ONCE = {"weight": weight, "memory": memory, "export": export, "qr": qr}
ASKED_FOR = {"urna": urna}


def main() -> int:
    asked = argparse.ArgumentParser(prog="python3 -m bench", description=__doc__)
    asked.add_argument("parts", nargs="*", metavar="part")
    asked.add_argument("--database", choices=[*DATABASES, "both"], default="both")
    given = asked.parse_args()
    kinds = DATABASES if given.database == "both" else (given.database,)
    parts = given.parts or [*PER_DATABASE, *ONCE]
    if strange := set(parts) - {*PER_DATABASE, *ONCE, *ASKED_FOR}:
        asked.error(f"there is no part {', '.join(sorted(strange))}")
    work: list[Callable[[], None]] = []
    for part in parts:
        if alone := ONCE.get(part) or ASKED_FOR.get(part):
            work.append(alone)
        else:
            work += [lambda part=part, kind=kind: PER_DATABASE[part](kind) for kind in kinds]
    print(
        f"{platform.machine()}, {os.cpu_count()} procesadores, Python {platform.python_version()}"
    )
    print("\n| qué | cuánto | meta |\n|---|---|---|")
    refused = 0
    for measure in work:
        try:
            measure()
        except (measures.Unsteady, Unanswered) as reason:
            refused += 1
            line("sin dato", str(reason))
    return 1 if refused else 0


if __name__ == "__main__":
    sys.exit(main())
