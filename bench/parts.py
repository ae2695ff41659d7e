"""The parts of the benchmark: what each one measures, prints and promises.

A part yields lines of the table. What cannot be blamed on a busy machine is a promise: a lost or
doubled row, bytes on the wire, the number of requests and of SQL statements, a cost that grows with
the stored answers in every try. A broken promise raises Broken; every other figure is reported.
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from bench import (
    attendance,
    ballots,
    box_pages,
    casting,
    comparison,
    listening,
    measures,
    profiling,
    rolls,
    surveys,
)
from bench.ballots import HOW
from bench.client import Load
from bench.comparison import Comparison
from bench.installations import ROOT, FormUnderLoad, Unanswered
from participa.belenios import groups

GOALS = {
    "fraction": 0.50,
    "journey": 2.0,
    "signing": 3.0,
    "hearing": 4.0,
    "answering": 4.0,
    "growth": 1.10,
    "bytes": 14_000,
    "memory": 120,
}
# By form: the most bytes and the most requests.
FORMS: dict[str, tuple[Callable[..., FormUnderLoad], int, int]] = {
    "formulario de temas": (measures.City, 15_500, 3),
    "encuesta": (surveys.Answering, 12_800, 3),
    "asistencia": (attendance.Night, 17_800, 4),
    "escuchadero": (listening.Hearing, 15_100, 3),
}
MOST_STATEMENTS = measures.Statements(form=1, answer=2)
MOST_GROWTH = 1.5
LEAST_TOLD = 0.02  # ms, of a place in a profile
MOST_GROWN = 32  # MiB, while a file of any size is made

Line = tuple[str, str, str]  # subject, figure, goal


class Broken(Exception):
    """participa broke a promise, however slow or busy the machine is."""


@dataclass(frozen=True)
class Size:
    """How much each part does; `widest` is the spread beyond which a fraction is no figure."""

    pairs: int
    seconds: float
    widest: float
    rates: tuple[int, ...]
    crowd: int
    answers: tuple[int, ...]
    rounds: int
    times: int
    receipts: int
    copies: int
    rows: tuple[tuple[str, int], ...]
    codes: int
    journeys: int
    tries: int
    slower: tuple[int, ...]
    ballots: int
    voters: int
    box_pages: tuple[int, int]
    casts: int
    people: int
    people_per_second: int
    responses: int


FEWEST_FOR_SLOPE = 100  # ballots; with fewer, starting the programs is all that is measured
CITY = 153_008  # votes in the city's participatory budget
WHOLE = Size(
    pairs=5,
    seconds=3.0,
    widest=measures.WIDEST_SPREAD,
    rates=(60, 200),
    crowd=16,
    answers=(0, 100_000, 1_000_000),
    rounds=10,
    times=20,
    receipts=1000,
    copies=32,
    rows=(("csv", 1_000_000), ("xlsx", 200_000), ("json", 1_000_000)),
    codes=1000,
    journeys=200,
    tries=5,
    slower=(6, 1),
    ballots=200,
    voters=5_000,
    box_pages=(20_000, 200_000),
    casts=15,
    people=3_000,
    people_per_second=50,
    responses=250_000,
)
SMALL = Size(
    pairs=1,
    seconds=0.5,
    widest=float("inf"),
    rates=(20,),
    crowd=4,
    answers=(0, 20_000),
    rounds=2,
    times=5,
    receipts=100,
    copies=32,
    rows=(("csv", 2000), ("xlsx", 2000), ("json", 2000)),
    codes=10,
    journeys=40,
    tries=1,
    slower=(1,),
    ballots=3,
    voters=10,
    box_pages=(20, 200),
    casts=2,
    people=50,
    people_per_second=25,
    responses=2000,
)


@dataclass(frozen=True)
class Plan:
    """One run: how large, on which databases, against which other checkout in how many pairs.

    Parts of the system that are not installed are left out, unless `required` names them.
    """

    size: Size
    kinds: tuple[str, ...] = ("sqlite", "postgresql")
    other: Path | None = None
    pairs: int = 30
    required: Collection[str] = ()
    is_profiled: bool = False

    @property
    def is_check(self) -> bool:
        return self.size is SMALL


def promise(is_true: bool, sentence: str) -> None:
    if not is_true:
        raise Broken(sentence)


def journey(plan: Plan, kind: str) -> Iterator[Line]:
    """With --against, this checkout and the other one; else against the bare application."""
    if plan.other is not None:
        yield from compared(plan, kind, plan.other)
        return
    if plan.is_check and kind == "sqlite":
        yield from compared(plan, kind, ROOT)
    found = measures.least(kind, plan.size.pairs, plan.size.seconds)
    figure = f"{found.participa:.2f} ms de procesador; solo Flask e INSERT: {found.bare:.2f} ms"
    subject = f"abrir y enviar, lo menos de varias veces, {kind}"
    yield subject, figure, f"≤ {GOALS['journey']:.1f} ms"


def compared(plan: Plan, kind: str, other: Path) -> Iterator[Line]:
    pairs = plan.size.pairs if plan.is_check else plan.pairs
    found = comparison.compare(kind, other, pairs, plan.size.journeys)
    for number, (ours, theirs) in enumerate(found.pairs, 1):
        if not plan.is_check:
            yield f"par {number}, {kind}", f"{ours:.3f} y {theirs:.3f} ms; {ours / theirs:.3f}", ""
    yield f"abrir y enviar, este y {other.resolve()}, {kind}", ratios(found), ""


def ratios(found: Comparison) -> str:
    ours, theirs = found.middle
    low, high = found.quartiles
    return (
        f"{ours:.2f} y {theirs:.2f} ms de procesador; razón {found.ratio:.3f}, mediana de "
        f"{len(found.pairs)} pares (cuartiles {low:.3f} y {high:.3f}, "
        f"extremos {found.ratios[0]:.3f} y {found.ratios[-1]:.3f}); de lo menos de cada uno, "
        f"{found.ratio_of_least:.3f}"
    )


def ratio(plan: Plan, kind: str) -> Iterator[Line]:
    if plan.is_profiled:
        yield from profiled(plan, kind)
    found = measures.ratio(kind, plan.size.pairs, plan.size.seconds, plan.size.widest)
    figure = (
        f"{found.middle.participa:.2f} ms de procesador; solo Flask e INSERT: "
        f"{found.middle.bare:.2f} ms; fracción {found.fraction:.2f} "
        f"(dispersión {found.spread:.0%})"
    )
    yield f"enviar, {kind}", figure, f"≥ {GOALS['fraction']:.2f}"


def profiled(plan: Plan, kind: str) -> Iterator[Line]:
    """Where the time of a complete form goes, by step, and by library and file of ours."""
    spent = profiling.profile(kind, plan.size.receipts)
    yield f"enviar sin servidor, {kind}", f"{spent.total:.2f} ms de procesador", ""
    for step, milliseconds in spent.steps:
        yield f"paso: {step}", f"{milliseconds:.2f} ms", ""
    for place, milliseconds in spent.places:
        if milliseconds >= LEAST_TOLD:
            yield f"de eso en {place}", f"{milliseconds:.2f} ms", ""


def arrivals(plan: Plan, kind: str) -> Iterator[Line]:
    seconds = 1.0 if plan.is_check else 10.0
    with measures.served(kind) as (town, server):
        for rate in plan.size.rates:
            load = measures.arrivals(town, server, rate, seconds)
            yield f"{rate} por segundo, {kind}", times(load), "p99 ≤ 50 ms"
        load = measures.crowd(town, server, plan.size.crowd, seconds / 2)
        yield f"{plan.size.crowd} a la vez, {kind}", times(load), "p99 ≤ 100 ms"


def times(load: Load) -> str:
    if not load.seconds:
        raise Unanswered(f"{len(load.errors)} errors, such as {load.errors[:1]}")
    parts = [f"p{100 * part:.0f} {load.percentile(part):.0f}" for part in (0.5, 0.95, 0.99)]
    slowest = f"{' · '.join(parts)} · máx {1000 * max(load.seconds):.0f} ms"
    return f"{len(load.seconds)} hechos, {len(load.errors)} errores; {slowest}"


def growth(plan: Plan, kind: str) -> Iterator[Line]:
    sizes = plan.size.answers
    if plan.is_check:
        tries = measures.growth_tries(kind, (sizes[0], sizes[-1]), MOST_GROWTH)
        figure = f"{sizes[-1]:,} filas: " + ", ".join(f"×{times:.2f}" for times in tries)
        yield f"crecer, {kind}", figure, f"una de tres ≤ ×{MOST_GROWTH}"
        promise(tries[-1] <= MOST_GROWTH, f"{kind}: a journey costs more with more answers")
        return
    found = measures.growth(kind, sizes, plan.size.rounds)
    figure = " · ".join(f"{rows:,} filas {ms:.2f} ms" for rows, ms in found.items())
    grown = found[sizes[-1]] / found[sizes[0]]
    yield f"crecer, {kind}", f"{figure}; ×{grown:.2f}", f"≤ ×{GOALS['growth']}"


def statements(plan: Plan, kind: str) -> Iterator[Line]:
    """The number may neither pass the limit nor depend on how many answers are stored."""
    few, many = (measures.statements(kind, answers) for answers in (0, 1000))
    figure = f"{few.form} y {few.answer}; con 1.000 respuestas, {many.form} y {many.answer}"
    limit = f"≤ {MOST_STATEMENTS.form} y {MOST_STATEMENTS.answer}"
    yield f"sentencias SQL al abrir y al enviar, {kind}", figure, limit
    promise(few == many, f"{kind}: the statements of a journey grow with the answers")
    promise(
        few.form <= MOST_STATEMENTS.form and few.answer <= MOST_STATEMENTS.answer,
        f"{kind}: a journey takes more SQL statements than {MOST_STATEMENTS}",
    )


def integrity(plan: Plan, kind: str) -> Iterator[Line]:
    with measures.served(kind) as (town, server):
        calm = measures.calm(town, server, plan.size.times)
        yield f"filas y recibos, {kind}", f"{calm.stored} y {calm.acknowledged}", "iguales"
        promise(calm.stored == calm.acknowledged, f"{kind}: rows and receipts are not as many")
        promise(not calm.lost and not calm.repeated, f"{kind}: a receipt has no row of its own")
        receipts, rows = measures.copies(town, server, plan.size.copies)
        subject = f"{plan.size.copies} copias a la vez, {kind}"
        yield subject, f"{rows} fila, {len(receipts)} recibo", "1 y 1"
        promise((len(receipts), rows) == (1, 1), f"{kind}: copies of one answer were stored")
        cut = measures.power_cut(town, server, plan.size.receipts)
        figure = f"{cut.acknowledged} recibos antes del corte, {len(cut.lost)} perdidos"
        yield f"corte de energía (SIGKILL), {kind}", figure, "0 perdidos"
        promise(cut.acknowledged >= plan.size.receipts, f"{kind}: too few receipts before the cut")
        promise(not cut.lost and not cut.repeated, f"{kind}: the cut lost or doubled an answer")


def weight(plan: Plan) -> Iterator[Line]:
    """All that a phone loads to show a form for the first time, headers included."""
    for form, (made, heaviest, most) in FORMS.items():
        found = measures.weight(made)
        figure = f"{found.bytes:,} bytes en {found.requests} peticiones"
        goal = f"≤ {GOALS['bytes']:,} bytes, ≤ 3" if made is measures.City else ""
        yield f"{form} en el celular", figure, goal
        promise(found.bytes <= heaviest, f"{form}: weighs more than {heaviest} bytes")
        promise(found.requests <= most, f"{form}: takes more than {most} requests")


def memory(plan: Plan) -> Iterator[Line]:
    found = measures.memory()
    for number, (name, size) in enumerate(found, 1):
        yield f"memoria del proceso {number}, {name}", f"{size / 2**20:.0f} MiB", ""
    total = sum(size for _, size in found)
    yield "memoria del servidor", f"{total / 2**20:.0f} MiB", f"≤ {GOALS['memory']} MiB"


def export(plan: Plan) -> Iterator[Line]:
    with measures.city("sqlite") as town:
        for form, rows in plan.size.rows:
            found = measures.export(town, form, rows)
            grown = found.memory_bytes / 2**20
            figure = (
                f"{found.speed:,.0f} filas por segundo de procesador; "
                f"{found.file_bytes / 1e6:.1f} MB; la memoria crece {grown:.0f} MiB"
            )
            yield f"exportar {form}, {rows:,} filas", figure, "≥ 150.000; ≤ 32 MiB"


def qr(plan: Plan) -> Iterator[Line]:
    figure = f"{measures.qr_codes(plan.size.codes):.2f} s de procesador"
    yield f"{plan.size.codes:,} códigos QR", figure, "≤ 3 s los 1.000"


def phone(plan: Plan) -> Iterator[Line]:
    for slower in plan.size.slower:
        seconds = ballots.phone(slower, plan.size.tries) / 1000
        goal = "≤ 3 s" if slower > 1 else ""
        yield f"cifrar 10 opciones, procesador ÷ {slower}", f"{seconds:.2f} s", goal


def one_ballot(plan: Plan) -> Iterator[Line]:
    for has_gmpy2 in [True, False] if groups.IS_FAST else [False]:
        found = ballots.one_ballot(plan.size.ballots, plan.size.tries, has_gmpy2)
        middle = found.fractions[len(found.fractions) // 2]
        figure = (
            f"{found.ours_ms:.1f} ms; belenios-tool: {found.theirs_ms:.1f} ms; fracción "
            f"{middle:.2f} ({found.fractions[0]:.2f} a {found.fractions[-1]:.2f})"
        )
        with_it, goal = ("con", 0.40) if has_gmpy2 else ("sin", 0.70)
        subject = f"revisar una papeleta de 5 opciones, {with_it} gmpy2"
        yield subject, figure, f"≤ {goal:.2f}"


def crowd(plan: Plan) -> Iterator[Line]:
    found = ballots.crowd(plan.size.voters)
    figure = (
        f"{found.cards:.1f} s los códigos, {found.voting:.0f} s cifrar, {found.counting:.1f} s "
        f"sumar, abrir y escribir; {found.size:.1f} MB"
    )
    yield f"{plan.size.voters:,} papeletas, {HOW}", figure, ""
    yield from checking(plan.size.voters, found)


def checking(voters: int, found: ballots.Crowd) -> Iterator[Line]:
    """What the verifiers take for the crowd, and by their slope for a whole city."""
    ours, theirs = found.ours, found.theirs
    figure = f"{spent(ours)}"
    if theirs:
        figure += f"; belenios-tool: {spent(theirs)}; fracción {ours.wall / theirs.wall:.2f} por "
        figure += f"reloj, {ours.seconds / theirs.seconds:.2f} de procesador"
    yield f"revisar las {voters:,}, {HOW}", figure, "≤ 0.6 por reloj"
    if found.few < FEWEST_FOR_SLOPE:
        return
    runs = [("", found.ours_few, ours), ("belenios-tool: ", found.theirs_few, theirs)]
    figures = [
        f"{name}{ballots.extrapolated(found.few, few.wall, voters, many.wall, CITY) / 60:.0f} min"
        for name, few, many in runs
        if few and many
    ]
    yield f"{CITY:,}, por la pendiente desde {found.few:,}", "; ".join(figures), ""


def spent(one: ballots.Spent) -> str:
    return f"{one.wall:.1f} s, {one.seconds:.1f} s de procesador, {one.megabytes:.0f} MiB"


def box_pages_of(plan: Plan, kind: str) -> Iterator[Line]:
    small, large = (
        box_pages.pages(kind, number, plan.size.tries) for number in plan.size.box_pages
    )
    few, many = plan.size.box_pages
    for page, cost in small.items():
        figure = f"{cost:.1f} ms con {few:,} papeletas; {large[page]:.1f} ms con {many:,}"
        yield f"/{page} de una urna, {kind}", figure, "igual"


def voting(plan: Plan, kind: str) -> Iterator[Line]:
    clients = casting.CLIENTS if not plan.is_check else 5
    before = 0.0
    for way, found in casting.voting(kind, clients, plan.size.casts):
        figure = (
            f"{found.per_second:.0f} por segundo; {found.cpu_ms:.0f} ms de procesador cada una; "
            f"p50 {found.middle_ms:.0f} · máx {found.slowest_ms:.0f} ms"
        )
        goal = ""
        if way.subject == "before":
            before = found.per_second
        else:
            figure += f"; {found.per_second / before:.1f} veces lo de antes"
            goal = ("≥ 2" if way.has_gmpy2 else "≥ 4") + " con todos los procesadores"
        yield f"depositar, {clients} a la vez, {kind}, {way}", figure, goal
        promise(found.stored == found.accepted, f"{kind}: ballots and receipts are not as many")


def counting(plan: Plan, kind: str) -> Iterator[Line]:
    found = casting.count(kind, plan.size.voters)
    figure = (
        f"{found.enrolling:.1f} s el padrón, {found.opening:.1f} s abrir, {found.wall:.1f} s "
        f"revisar y contar ({found.counting:.1f} s de procesador); "
        f"{found.megabytes:.0f} MiB con quienes votan"
    )
    yield f"urna de {plan.size.voters:,} papeletas, {kind}, {HOW}", figure, ""
    if plan.is_check:  # ten ballots say nothing of a city
        return
    times = rolls.WHOLE / plan.size.voters
    figure = f"{found.enrolling * times:.0f} s el padrón, {found.opening * times:.0f} s abrir"
    yield f"urna de {rolls.WHOLE:,}, extrapolada, {kind}, {HOW}", figure, ""


def printing(plan: Plan) -> Iterator[Line]:
    found = rolls.printing(plan.size.codes)
    figure = f"{found.seconds:.1f} s de procesador y {found.megabytes:.0f} MiB"
    if not plan.is_check:
        minutes = found.whole_minutes(plan.size.codes)
        figure += f"; {rolls.WHOLE:,}, extrapoladas: {minutes:.0f} min"
    yield f"imprimir {plan.size.codes:,} tarjetas", figure, ""


def night(plan: Plan, kind: str) -> Iterator[Line]:
    """Signing an attendance list: its cost, an evening by the clock, a server that is killed."""
    found = measures.least(kind, plan.size.pairs, plan.size.seconds, attendance.Night)
    figure = f"{found.participa:.2f} ms de procesador; solo Flask e INSERT: {found.bare:.2f} ms"
    yield f"abrir y firmar la asistencia, {kind}", figure, f"≤ {GOALS['signing']:.1f} ms"
    evening = attendance.replay(kind, plan.size.people, plan.size.people_per_second)
    subject = f"{plan.size.people} firmas a {plan.size.people_per_second} por segundo, {kind}"
    yield subject, times(evening.load), "p99 ≤ 100 ms"
    kept = evening.integrity
    promise(not evening.load.errors, f"{kind}: {evening.load.errors[:1]}")
    promise(not kept.lost and not kept.repeated, f"{kind}: a receipt has no row of its own")
    promise(kept.stored == evening.came, f"{kind}: not everybody who signed has come")
    cut = attendance.power_cut(kind, plan.size.receipts)
    figure = f"{cut.acknowledged} recibos antes del corte, {len(cut.lost)} perdidos"
    yield f"corte de energía (SIGKILL) al firmar, {kind}", figure, "0 perdidos"
    promise(cut.acknowledged >= plan.size.receipts, f"{kind}: too few receipts before the cut")
    promise(not cut.lost and not cut.repeated, f"{kind}: the cut lost or doubled a signature")


def hearing(plan: Plan, kind: str) -> Iterator[Line]:
    """Being heard at a listening post in writing; most of it is the slow hash of the code."""
    found = measures.least(kind, plan.size.pairs, plan.size.seconds, listening.Hearing)
    figure = f"{found.participa:.2f} ms de procesador; solo Flask e INSERT: {found.bare:.2f} ms"
    yield f"abrir y contar algo por escrito, {kind}", figure, f"≤ {GOALS['hearing']:.1f} ms"


def answering(plan: Plan, kind: str) -> Iterator[Line]:
    """Answering a survey of one page; what is stored of it and what the staff takes out."""
    found = measures.least(kind, plan.size.pairs, plan.size.seconds, surveys.Answering)
    figure = f"{found.participa:.2f} ms de procesador; solo Flask e INSERT: {found.bare:.2f} ms"
    yield f"abrir y responder una encuesta, {kind}", figure, f"≤ {GOALS['answering']:.1f} ms"


def answers_taken_out(plan: Plan) -> Iterator[Line]:
    """All answers of a city as a file, whose making may need no more memory than that of a few."""
    with measures.city("sqlite", surveys.whole_city) as town:
        town.grow(plan.size.responses)
        for form in ("csv", "xlsx", "json"):
            found = surveys.export(town, form)
            grown = found.memory_bytes / 2**20
            figure = (
                f"{found.speed:,.0f} filas por segundo de procesador; "
                f"{found.file_bytes / 1e6:.1f} MB; la memoria crece {grown:.0f} MiB"
            )
            yield f"exportar {found.rows:,} respuestas, {form}", figure, "≤ 32 MiB"
            promise(grown <= MOST_GROWN, f"{form}: the file of the answers grows in memory")
        figure = f"{surveys.counting(town):.1f} s de procesador"
        yield f"contar {plan.size.responses:,} respuestas, una vez", figure, ""


PerDatabase = Callable[[Plan, str], Iterator[Line]]
Once = Callable[[Plan], Iterator[Line]]
PER_DATABASE: dict[str, tuple[PerDatabase, ...]] = {
    "journey": (journey,),
    "ratio": (ratio,),
    "arrivals": (arrivals,),
    "growth": (growth,),
    "statements": (statements,),
    "integrity": (integrity,),
    "attendance": (night,),
    "listening": (hearing,),
    "surveys": (answering,),
    "urna": (voting, counting, box_pages_of),
}
ONCE: dict[str, tuple[Once, ...]] = {
    "weight": (weight,),
    "memory": (memory,),
    "export": (export,),
    "qr": (qr,),
    "surveys": (answers_taken_out,),
    "urna": (phone, one_ballot, crowd, printing),
}
EVERY = tuple(dict.fromkeys([*PER_DATABASE, *ONCE]))
USUAL = tuple(part for part in EVERY if part != "urna")  # which takes minutes


def work(plan: Plan, parts: Collection[str]) -> Iterator[Iterator[Line]]:
    """The measurements of these parts, each of which begins when its first line is asked for."""
    for part in parts:
        for alone in ONCE.get(part, ()):
            yield alone(plan)
        for per_database in PER_DATABASE.get(part, ()):
            for kind in plan.kinds:
                yield per_database(plan, kind)
