"""python3 -m bench [part …] [--database sqlite|postgresql|both]: how fast participa is here.

Processor time per journey is the measure: on a shared machine it moves far less than journeys per
second. Without a part, all are run but urna, the ballot box, which takes minutes.

--check runs every part small, to see that it works; it fails for a broken promise (see
bench.parts), never for a slow machine. journey --against DIR compares a topic journey of this
checkout with that of the checkout in DIR. ratio --profile says where the time goes.
"""

import argparse
import os
import platform
import sys
import traceback
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from bench import parts
from bench.installations import Missing, Unanswered, require_postgresql
from bench.measures import Unsteady
from bench.parts import Broken, Line, Plan

DATABASES = ("sqlite", "postgresql")


def main(arguments: list[str] | None = None) -> int:
    """Return 1 when a promise is broken, a part ends in an error or has no figure to give."""
    chosen, plan = read(arguments)
    machine = f"{platform.machine()}, {os.cpu_count()} procesadores"
    print(f"{machine}, Python {platform.python_version()}")
    print("\n| qué | cuánto | meta |\n|---|---|---|", flush=True)
    kinds, failures = installed(plan)
    plan = replace(plan, kinds=kinds)
    failures += sum(not run(lines, plan) for lines in parts.work(plan, chosen))
    return 1 if failures else 0


def read(arguments: list[str] | None) -> tuple[tuple[str, ...], Plan]:
    """The parts that the command line names, and how to run them."""
    parser = argparse.ArgumentParser(
        prog="python3 -m bench",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("parts", nargs="*", metavar="part", help=", ".join(parts.EVERY))
    parser.add_argument("--database", choices=[*DATABASES, "both"], default="both")
    parser.add_argument("--check", action="store_true", help="every part, small")
    parser.add_argument("--against", type=Path, metavar="DIR", help="another checkout; for journey")
    parser.add_argument(
        "--pairs",
        type=int,
        choices=range(1, 101),
        default=30,
        metavar="1-100",
        help="turns of each checkout, with --against",
    )
    parser.add_argument("--profile", action="store_true", help="of a form; with ratio")
    given = parser.parse_args(arguments)
    if strange := set(given.parts) - set(parts.EVERY):
        parser.error(f"there is no part {', '.join(sorted(strange))}")
    if given.against is not None:
        if given.parts != ["journey"] or given.check:
            parser.error("--against goes with the part journey alone")
        if not (given.against / "participa").is_dir():
            parser.error(f"{given.against} is no checkout of participa")
    if given.profile and "ratio" not in given.parts:
        parser.error("--profile goes with the part ratio")
    usual = parts.EVERY if given.check else parts.USUAL
    kinds = DATABASES if given.database == "both" else (given.database,)
    required = {*os.environ.get("PARTICIPA_REQUIRE", "").split(",")}
    size = parts.SMALL if given.check else parts.WHOLE
    plan = Plan(size, kinds, given.against, given.pairs, required, given.profile)
    return tuple(given.parts) or usual, plan


def installed(plan: Plan) -> tuple[tuple[str, ...], int]:
    """The databases that can be measured, and 1 failure if there ought to be more.

    A missing PostgreSQL takes one line, and nothing but that unless it was asked for by name.
    """
    if "postgresql" not in plan.kinds:
        return plan.kinds, 0
    try:
        require_postgresql()
    except Missing as problem:
        show("sin PostgreSQL", str(problem))
        others = tuple(kind for kind in plan.kinds if kind != "postgresql")
        return others, int(not others or problem.part in plan.required)
    return plan.kinds, 0


def run(lines: Iterator[Line], plan: Plan) -> bool:
    """Print a measurement line by line; whether it went well."""
    try:
        for line in lines:
            show(*line)
    except Missing as problem:
        show("sin dato", str(problem))
        return problem.part not in plan.required
    except (Unsteady, Unanswered) as problem:
        show("sin dato", str(problem))
    except Broken as problem:
        show("**FALLA**", str(problem))
    except Exception:  # a fault of one part, which must not hide the figures of the others
        show("**FALLA**", "la medición terminó en un error")
        traceback.print_exc()
    else:
        return True
    return False


def show(subject: str, figure: str, goal: str = "") -> None:
    print(f"| {subject} | {figure} | {goal} |", flush=True)


if __name__ == "__main__":
    sys.exit(main())
