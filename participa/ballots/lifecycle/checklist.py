"""The steps of a box from its draft to its result, and the next one to do.

All steps are derived from the box; none is stored or ticked by hand.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from participa.ballots import queries
from participa.ballots.ceremony import quorum_of
from participa.ballots.lifecycle import opening, two_person
from participa.ballots.models import Act, BallotBox, BoxKind, BoxState, TwoPersonAct
from participa.ballots.public_changes import Voiding
from participa.ballots.quorum import Parts
from participa.ballots.results import counting
from participa.channels.wording import ended
from participa.core import spanish
from participa.core.jobs.jobs import Job
from participa.staff.access import WRITERS
from participa.staff.models import Account
from participa.staff.signing_in import second_factor

# Noun phrase for each act.
NOUN = {
    Act.OPEN: "la apertura",
    Act.EXTEND: "más días",
    Act.CLOSE: "el cierre",
    Act.TALLY: "el recuento",
}
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
# Endpoints open to accounts that may only read.
FOR_READERS = (*PREPARING[1:], RESULTS, PRESENT)
# Endpoints for which a writer needs no second factor.
WITHOUT_SECOND_FACTOR = (*PREPARING, RESULTS, PRESENT)


@dataclass(frozen=True, slots=True)
class Step:
    """One step: a sentence about its state, the page where it is done, and the button's label."""

    name: str
    sentence: str
    is_done: bool
    endpoint: str
    button: str
    values: dict[str, Any] = field(default_factory=dict)
    act: Act | None = None


@dataclass(frozen=True, slots=True)
class VisibleStep:
    """A step on the page of the box; `word` and `look` are the text and CSS class of its state.

    `endpoint` is "" if the step has no link for this account or not yet.
    """

    name: str
    sentence: str
    word: str
    look: str
    is_current: bool
    endpoint: str
    values: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Next:
    """The next thing to do; `endpoint` is "" if this account can only wait."""

    sentence: str
    endpoint: str = ""
    button: str = ""
    values: dict[str, Any] = field(default_factory=dict)
    is_sent: bool = False  # the button sends a POST


def steps_of(box: BallotBox) -> list[Step]:
    """All steps of this kind of box, in the order in which they are done."""
    return [*_preparing(box), *_two_person_acts(box)]


def current(steps: Iterable[Step]) -> Step | None:
    """The first step that is not done."""
    return next((step for step in steps if not step.is_done), None)


def visible_steps(box: BallotBox, viewer: Account) -> list[VisibleStep]:
    """All steps, linked where this account may go."""
    steps = steps_of(box)
    now = current(steps)
    return [_visible(box, step, step is now, viewer) for step in steps]


def _visible(box: BallotBox, step: Step, is_current: bool, viewer: Account) -> VisibleStep:
    is_prepared_now = box.is_draft and step.endpoint in PREPARING
    leads = step.is_done or is_current or is_prepared_now
    word, look = ("Sigue", "going") if is_current else ("Después", "")
    if step.is_done:
        word, look = "Listo", "done"
    endpoint = step.endpoint if leads and may_open(step.endpoint, viewer) else ""
    return VisibleStep(step.name, step.sentence, word, look, is_current, endpoint, step.values)


def may_open(endpoint: str, viewer: Account) -> bool:
    if viewer.role not in WRITERS:
        return endpoint in FOR_READERS
    return endpoint in WITHOUT_SECOND_FACTOR or not second_factor.is_missing(viewer)


def next_of(box: BallotBox, job: Job | None, viewer: Account) -> Next:
    """The next step of the box, as far as this account can do it."""
    step = _next(box, job, viewer)
    if not may_open(step.endpoint, viewer):
        return Next(step.sentence)
    if step.endpoint == PRESENT:
        return replace(step, values={"section": "urnas", "address": box.uuid})
    return replace(step, values={"uuid": box.uuid, **step.values})


def _next(box: BallotBox, job: Job | None, viewer: Account) -> Next:
    step = current(steps_of(box))
    if step is None:
        if box.is_without_result:
            return Next("No hubo votos suficientes: no hay resultado.", RESULTS, "Ver lo publicado")
        return Next("El resultado está publicado.", RESULTS, "Ver el resultado")
    if step.act is not None:
        return _next_act(box, step, step.act, job, viewer)
    return Next(step.sentence, step.endpoint, step.button, step.values)


# ---- before the opening


def _preparing(box: BallotBox) -> Iterator[Step]:
    edit = ("ballots_staff.edit", "Completar los datos")
    yield _prepared(box, "Datos", opening.facts(box), _dates(box), *edit)
    questions = spanish.several(len(box.questions), "pregunta", "preguntas")
    write = ("ballots_questions.index", "Escribir las preguntas")
    yield _prepared(box, "Preguntas", opening.questions(box), questions, *write)
    if box.kind is BoxKind.CODES:
        valid = spanish.several(opening.valid_credentials(box), "tarjeta sirve", "tarjetas sirven")
        make = ("ballots_cards.index", "Hacer las tarjetas")
        yield _prepared(box, "Tarjetas", opening.roll_or_cards(box), valid, *make)
    if box.kind is BoxKind.VERIFIABLE:
        valid = spanish.several(opening.valid_credentials(box), "credencial", "credenciales")
        take = ("ballots_roll.index", "Subir el padrón")
        yield _prepared(box, "Padrón", opening.roll_or_cards(box), valid, *take)
        opens = quorum_of(box)
        trustees = spanish.several(opens.keepers, "custodio", "custodios")
        if not opens.needs_all:
            trustees = f"{trustees}, y para abrir hacen falta {opens.needed}"
        add = ("ballots_trustees.index", "Agregar los custodios")
        yield _prepared(box, "Custodios", opening.keys(box), trustees, *add)


def _dates(box: BallotBox) -> str:
    return (
        ended(f"Cierra el {spanish.moment(spanish.as_end(box.closes_at))}") if box.closes_at else ""
    )


def _prepared(
    box: BallotBox, name: str, lacking: Iterable[str], sentence: str, endpoint: str, button: str
) -> Step:
    missing = [] if box.opened_at else list(lacking)
    sentence = f"Falta: {'; '.join(missing)}." if missing else sentence
    return Step(name, sentence, not missing, endpoint, button)


# ---- acts of two people


def _two_person_acts(box: BallotBox) -> Iterator[Step]:
    yield _act(box, Act.OPEN, "Abrir", box.opened_at is not None, "Después nada de esto cambia.")
    yield _act(box, Act.CLOSE, "Cerrar", box.is_closed, _about_closing(box))
    if box.allows_paper:
        typed = box.typed_paper is not None
        count = ("ballots_paper.count", "Revisar el conteo" if typed else "Contar el papel")
        is_paper_counted = box.paper is not None and box.typed_paper is None
        yield Step("Papel", about_paper(box), is_paper_counted, *count)
    is_counted = box.is_closed and not counting.needs_count(box)
    yield _act(box, Act.TALLY, "Contar", is_counted, "Suma las papeletas sin abrir ninguna.")
    if box.kind is BoxKind.VERIFIABLE and not box.is_without_result:
        receive = ("ballots_trustees.receive_part", "Recibir la parte de un custodio")
        yield Step("Abrir el total", about_parts(queries.parts_of(box)), box.is_finished, *receive)
    is_over = box.is_finished or box.is_without_result
    sentence = "Publicado." if box.is_finished else "Se publica para todos al mismo tiempo."
    if box.is_without_result:
        sentence = ended(BoxState.TOO_FEW.value)
    yield Step("Resultado", sentence, is_over, RESULTS, "Ver el resultado")


def _act(box: BallotBox, act: Act, name: str, is_done: bool, sentence: str) -> Step:
    request = box.act(act)
    if request and request.confirmed_by and request.confirmed_at:
        names = f"Pidió {request.asked_by.name} y confirmó {request.confirmed_by.name}"
        sentence = ended(f"{names}, el {spanish.moment(request.confirmed_at)}")
    elif request is not None:
        sentence = f"{request.asked_by.name} ya lo pidió. Falta que otra persona confirme."
    button = f"Pedir {NOUN[act]}"
    return Step(name, sentence, is_done, ASK, button, {"word": act.value}, act)


def _about_closing(box: BallotBox) -> str:
    if box.state is BoxState.ENDED:
        return "La votación ya terminó. Falta que dos personas lo dejen en firme."
    if box.extended_from_at is not None and not box.is_closed:
        return "En su fecha había pocos votos, y por eso recibe más unos días."
    return "Se puede también antes de la fecha."


def about_paper(box: BallotBox) -> str:
    """Spanish sentence about the count of the paper votes, for whoever looks at the box."""
    if (typed := box.typed_paper) is not None:
        who = typed.asked_by.name if typed.asked_by else "Otra persona"
        return f"{who} anotó un conteo. Falta que otra persona confirme los mismos números."
    if (counted := box.paper) is None:
        return "Se cuenta a mano, entre dos personas, antes de abrir lo demás."
    if not counted.ballots:
        return "No llegó ningún voto en papel."
    return spanish.several(counted.ballots, "papeleta contada", "papeletas contadas") + "."


def about_parts(parts: Parts | None) -> str:
    """Spanish sentence: the trustees whose partial decryption is awaited."""
    return (parts and parts.awaited) or "Cada custodio abre su parte en su propio equipo."


def _next_act(box: BallotBox, step: Step, act: Act, job: Job | None, viewer: Account) -> Next:
    request = box.act(act)
    if request is not None and request.is_confirmed:
        return _next_count(job)
    if request is not None:
        may_confirm = not two_person.why_not_confirm(box, request.asked_by, viewer)
        button = f"Revisar y confirmar {NOUN[act]}" if may_confirm else "Ver la petición"
        return Next(about_request(request, viewer), ASK, button, step.values)
    if act is Act.CLOSE and box.state in {BoxState.OPEN, BoxState.SCHEDULED}:
        return Next(_while_open(box), PRESENT, "Proyectar la urna")
    return Next(REQUEST_NOW[act], step.endpoint, step.button, step.values)


def about_request(request: TwoPersonAct, viewer: Account) -> str:
    """Spanish sentence about an act that is requested and not confirmed."""
    what = NOUN[request.act]
    if request.asked_by_id == viewer.id:
        return f"Usted pidió {what}. Espera a otra persona, que revise y confirme."
    if two_person.why_not_confirm(request.box, request.asked_by, viewer):
        return f"{request.asked_by.name} pidió {what}. Falta que otra persona confirme."
    return f"{request.asked_by.name} pidió {what}. Revise y confirme."


def about_voiding(voiding: Voiding, viewer: Account) -> str:
    """Spanish sentence about void cards that a second person has to confirm."""
    cards = spanish.several(voiding.cards, "tarjeta", "tarjetas")
    what = f"anular {cards}" if not voiding.is_confirmed else f"deshacer la lista {voiding.number}"
    if voiding.is_of_unknown_size:
        what = f"anular lo que no ha votado de un lote de {cards}"
    asked_by = voiding.asked_last_by
    if asked_by.id == viewer.id:
        return f"Usted pidió {what}. Espera a otra persona, que revise y confirme."
    if two_person.why_not_confirm(voiding.box, asked_by, viewer):
        return f"{asked_by.name} pidió {what}. Falta que otra persona confirme."
    return f"{asked_by.name} pidió {what}. Revise y confirme."


def _while_open(box: BallotBox) -> str:
    if box.state is BoxState.SCHEDULED and box.opens_at:
        return ended(f"Recibe votos desde el {spanish.moment(box.opens_at)}")
    if box.closes_at is None:
        return "Recibe votos hasta que dos personas la cierren."
    return ended(f"Recibe votos hasta el {spanish.moment(spanish.as_end(box.closes_at))}")


REQUEST_NOW = {
    Act.OPEN: "Todo está listo para abrir. Para hacerlo se necesitan dos personas.",
    Act.CLOSE: "La votación terminó. Para cerrar se necesitan dos personas.",
    Act.TALLY: "La urna cerró. Para contar se necesitan dos personas.",
}


def _next_count(job: Job | None) -> Next:
    if job is not None and not job.is_over:
        return Next(about_count(job))
    return Next(about_count(job), "ballots_acts.count_again", "Contar otra vez", is_sent=True)


def about_count(job: Job | None) -> str:
    """Spanish sentence about the state of a confirmed tally; `job` is None once it is gone."""
    if job is not None and not job.is_over:
        return "El recuento está en curso. Puede cerrar esta página: sigue solo."
    return "El recuento no terminó. Puede repetirlo: nada se pierde ni se cuenta dos veces."
