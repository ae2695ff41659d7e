"""What a box goes through, from its first fact to its result, and what comes next.

Everything is read off the box: nobody ticks a step.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from participa.ballots import queries
from participa.ballots.lifecycle import opening
from participa.ballots.models import Act, BallotBox, BoxKind, BoxState, TwoPersonAct
from participa.ballots.results import counting
from participa.channels.wording import ended
from participa.core import spanish
from participa.core.jobs.jobs import Job
from participa.staff.access import WRITERS
from participa.staff.models import Account

# What each act is called when somebody does it.
NOUN = {Act.OPEN: "la apertura", Act.CLOSE: "el cierre", Act.TALLY: "el recuento"}
ASK = "ballots_acts.ask"
RESULTS = "ballots.results"
PRESENT = "sharing.present"
PREPARING = (
    "ballots_staff.edit",
    "ballots_questions.index",
    "ballots_cards.index",
    "ballots_roll.index",
    "ballots_trustees.index",
)
# Where who only reads may go as well.
FOR_READERS = (*PREPARING[1:], RESULTS, PRESENT)


@dataclass(frozen=True, slots=True)
class Step:
    """One step: what stands or lacks, where it is done, and the words of its button."""

    name: str
    told: str
    is_done: bool
    endpoint: str
    button: str
    values: dict[str, Any] = field(default_factory=dict)
    act: Act | None = None


@dataclass(frozen=True, slots=True)
class VisibleStep:
    """A step as the page of the box lists it; without an endpoint it leads nowhere yet."""

    name: str
    told: str
    word: str
    look: str
    is_current: bool
    endpoint: str
    values: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Next:
    """The one thing to do now; without an endpoint there is nothing but to wait."""

    sentence: str
    endpoint: str = ""
    button: str = ""
    values: dict[str, Any] = field(default_factory=dict)
    is_sent: bool = False  # it changes something, so its button is a form


def steps_of(box: BallotBox) -> list[Step]:
    """All steps of this kind of box, in the order in which they are done."""
    return [*_preparing(box), *_two_person_acts(box)]


def current(steps: Iterable[Step]) -> Step | None:
    """The first step that is not done."""
    return next((step for step in steps if not step.is_done), None)


def visible_steps(box: BallotBox, viewer: Account) -> list[VisibleStep]:
    """The whole walk, with the doors that this account may open."""
    steps = steps_of(box)
    now = current(steps)
    return [_shown(box, step, step is now, viewer) for step in steps]


def _shown(box: BallotBox, step: Step, is_current: bool, viewer: Account) -> VisibleStep:
    is_prepared_now = box.is_draft and step.endpoint in PREPARING
    leads = step.is_done or is_current or is_prepared_now
    word, look = ("Sigue", "going") if is_current else ("Después", "")
    if step.is_done:
        word, look = "Listo", "done"
    endpoint = step.endpoint if leads and may_open(step.endpoint, viewer) else ""
    return VisibleStep(step.name, step.told, word, look, is_current, endpoint, step.values)


def may_open(endpoint: str, viewer: Account) -> bool:
    return viewer.role in WRITERS or endpoint in FOR_READERS


def next_of(box: BallotBox, job: Job | None, viewer: Account) -> Next:
    """What this account can do now for the box to go on."""
    step = _next(box, job, viewer)
    if not may_open(step.endpoint, viewer):
        return Next(step.sentence)
    if step.endpoint == PRESENT:
        return replace(step, values={"section": "urnas", "address": box.uuid})
    return replace(step, values={"uuid": box.uuid, **step.values})


def _next(box: BallotBox, job: Job | None, viewer: Account) -> Next:
    step = current(steps_of(box))
    if step is None:
        return Next("El resultado está publicado.", RESULTS, "Ver el resultado")
    if step.act is not None:
        return _next_act(box, step, step.act, job, viewer)
    return Next(step.told, step.endpoint, step.button, step.values)


# ---- before the opening


def _preparing(box: BallotBox) -> Iterator[Step]:
    edit = ("ballots_staff.edit", "Completar los datos")
    yield _prepared(box, "Datos", opening.facts(box), _dates(box), *edit)
    asked = spanish.several(len(box.questions), "pregunta", "preguntas")
    write = ("ballots_questions.index", "Escribir las preguntas")
    yield _prepared(box, "Preguntas", opening.questions(box), asked, *write)
    if box.kind is BoxKind.CODES:
        able = spanish.several(opening.able_to_vote(box), "tarjeta sirve", "tarjetas sirven")
        make = ("ballots_cards.index", "Hacer las tarjetas")
        yield _prepared(box, "Tarjetas", opening.roll_or_cards(box), able, *make)
    if box.kind is BoxKind.VERIFIABLE:
        able = spanish.several(opening.able_to_vote(box), "credencial", "credenciales")
        take = ("ballots_roll.index", "Subir el padrón")
        yield _prepared(box, "Padrón", opening.roll_or_cards(box), able, *take)
        kept = spanish.several(len(box.trustees), "custodio", "custodios")
        add = ("ballots_trustees.index", "Agregar los custodios")
        yield _prepared(box, "Custodios", opening.keys(box), kept, *add)


def _dates(box: BallotBox) -> str:
    return ended(f"Cierra el {spanish.moment(box.closes_at)}") if box.closes_at else ""


def _prepared(
    box: BallotBox, name: str, lacking: Iterable[str], told: str, endpoint: str, button: str
) -> Step:
    missing = [] if box.opened_at else list(lacking)
    sentence = f"Falta {spanish.listed(missing)}." if missing else told
    return Step(name, sentence, not missing, endpoint, button)


# ---- what takes two people


def _two_person_acts(box: BallotBox) -> Iterator[Step]:
    yield _act(box, Act.OPEN, "Abrir", box.opened_at is not None, "Después nada de esto cambia.")
    yield _act(box, Act.CLOSE, "Cerrar", box.is_closed, _about_closing(box))
    is_counted = box.is_closed and not counting.needs_count(box)
    yield _act(box, Act.TALLY, "Contar", is_counted, "Suma las papeletas sin abrir ninguna.")
    if box.kind is BoxKind.VERIFIABLE:
        receive = ("ballots_trustees.receive_part", "Recibir la parte de un custodio")
        yield Step("Abrir el total", _about_parts(box), box.is_finished, *receive)
    told = "Publicado." if box.is_finished else "Se publica para todos al mismo tiempo."
    yield Step("Resultado", told, box.is_finished, RESULTS, "Ver el resultado")


def _act(box: BallotBox, act: Act, name: str, is_done: bool, told: str) -> Step:
    asked = box.act(act)
    if asked is not None and asked.confirmed_by is not None and asked.confirmed_at is not None:
        both = f"Pidió {asked.asked_by.name} y confirmó {asked.confirmed_by.name}"
        told = ended(f"{both}, el {spanish.moment(asked.confirmed_at)}")
    elif asked is not None:
        told = f"{asked.asked_by.name} ya lo pidió. Falta que otra persona confirme."
    button = f"Pedir {NOUN[act]}"
    return Step(name, told, is_done, ASK, button, {"word": act.value}, act)


def _about_closing(box: BallotBox) -> str:
    if box.state is BoxState.ENDED:
        return "La votación ya terminó. Falta que dos personas lo dejen en firme."
    return "Se puede también antes de la fecha."


def _about_parts(box: BallotBox) -> str:
    missing = queries.missing_trustees(box)
    return about_parts([box.trustees[number - 1].name for number in missing])


def about_parts(names: Sequence[str]) -> str:
    """Whose part of the total is missing."""
    if not names:
        return "Cada custodio abre su parte en su propio equipo."
    what = "Falta la parte" if len(names) == 1 else "Faltan las partes"
    return f"{what} de {spanish.listed(names)}."


def _next_act(box: BallotBox, step: Step, act: Act, job: Job | None, viewer: Account) -> Next:
    asked = box.act(act)
    if asked is not None and asked.is_confirmed:
        return _next_count(job)
    if asked is not None:
        is_own = asked.asked_by_id == viewer.id
        button = "Ver la petición" if is_own else f"Revisar y confirmar {NOUN[act]}"
        return Next(about_request(asked, viewer), ASK, button, step.values)
    if act is Act.CLOSE and box.state in {BoxState.OPEN, BoxState.SCHEDULED}:
        return Next(_while_open(box), PRESENT, "Proyectar la urna")
    return Next(READY[act], step.endpoint, step.button, step.values)


def about_request(request: TwoPersonAct, viewer: Account) -> str:
    """What an act waits for that somebody has requested and nobody has confirmed."""
    what = NOUN[request.act]
    if request.asked_by_id == viewer.id:
        return f"Usted pidió {what}. Espera a otra persona, que revise y confirme."
    return f"{request.asked_by.name} pidió {what}. Revise y confirme."


def _while_open(box: BallotBox) -> str:
    if box.state is BoxState.SCHEDULED and box.opens_at:
        return ended(f"Recibe votos desde el {spanish.moment(box.opens_at)}")
    if box.closes_at is None:
        return "Recibe votos hasta que dos personas la cierren."
    return ended(f"Recibe votos hasta el {spanish.moment(box.closes_at)}")


READY = {
    Act.OPEN: "Todo está listo para abrir. Para hacerlo se necesitan dos personas.",
    Act.CLOSE: "La votación terminó. Para cerrar se necesitan dos personas.",
    Act.TALLY: "La urna cerró. Para contar se necesitan dos personas.",
}


def _next_count(job: Job | None) -> Next:
    if job is not None and not job.is_over:
        return Next(about_count(job))
    return Next(about_count(job), "ballots_acts.count_again", "Contar otra vez", is_sent=True)


def about_count(job: Job | None) -> str:
    """How a count stands that two people have confirmed."""
    if job is not None and not job.is_over:
        return "El recuento está en curso. Puede cerrar esta página: sigue solo."
    return "El recuento no terminó. Puede repetirlo: nada se pierde ni se cuenta dos veces."
