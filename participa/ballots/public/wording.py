"""Spanish sentences about a box: its dates, its questions, and what comes next."""

from collections.abc import Iterator

from participa.ballots import minimum
from participa.ballots.kinds import BoxKind, BoxState, QuestionKind
from participa.ballots.models import BallotBox
from participa.ballots.results import hand_counts
from participa.ballots.snapshots import AskedQuestion, BoxSnapshot
from participa.ballots.voting import choices, open_consultation
from participa.ballots.voting.casting import closed_reason
from participa.channels.wording import closing, ended
from participa.core import spanish

WHAT_IT_IS = {
    BoxKind.OPEN: "Puede responder cualquier persona, sin código ni registro.",
    BoxKind.CODES: "Vota quien tenga una tarjeta con código. Cada código vale un voto.",
    BoxKind.VERIFIABLE: "Vota quien tenga una tarjeta con código. Cada código vale un voto.",
}
VERB = {BoxKind.OPEN: "Responder", BoxKind.CODES: "Votar", BoxKind.VERIFIABLE: "Votar"}
GROUP = 4
OVER = {BoxState.FINISHED, BoxState.TOO_FEW}


def when(box: BallotBox | BoxSnapshot) -> str:
    """Sentence: since or until when it accepts votes, for a place next to its state."""
    if box.state is BoxState.OPEN and box.closes_at:
        return ended(f"Hasta el {spanish.moment(spanish.as_end(box.closes_at))}")
    if box.state is BoxState.SCHEDULED and box.opens_at:
        return ended(f"Abre el {spanish.moment(box.opens_at)}")
    if box.state in {BoxState.ENDED, BoxState.CLOSED, *OVER} and box.ended_at:
        return ended(f"Cerró el {spanish.moment(spanish.as_end(box.ended_at))}")
    return ended(closed_reason(box))


def summary(box: BoxSnapshot) -> str:
    """One sentence for a shared link (NET-04)."""
    title = ended(f"{box.kind.value}: {box.title}")
    return f"{title} {when(box)} No es una elección ni es vinculante."


def how(asked: AskedQuestion) -> str:
    """Instruction: how to answer a question."""
    question = asked.question
    verb = "votar" if asked.is_secret else "responder"
    blank = f" También puede {verb} en blanco." if question.has_blank else ""
    return f"{_choose(asked)}{blank}"


def _choose(asked: AskedQuestion) -> str:
    question = asked.question
    match asked.kind:
        case QuestionKind.SCALE:
            return "Escoja un punto de la escala."
        case QuestionKind.APPROVE:
            return "Marque todas las que apruebe. También puede no marcar ninguna."
        case QuestionKind.PRIORITIES if question.most > 1:
            return f"Marque las más importantes: hasta {question.most}."
        case _ if question.least == 0:
            return f"Marque hasta {question.most} opciones, o ninguna."
        case _:
            return f"Escoja {choices.needed(question)}."


def next_steps(box: BoxSnapshot) -> Iterator[str]:
    """Sentences: what happens after a vote, and by when."""
    if box.is_open and box.closes_at:
        yield closing("La urna" if box.is_secret else "La consulta", box.closes_at)
    if box.state is BoxState.TOO_FEW:
        what = "votos" if box.is_secret else "respuestas"
        yield f"No hubo {what} suficientes: no se abrió nada y no hay resultado. El acta lo dice."
    elif box.state is not BoxState.FINISHED:
        yield _counted(box)
        yield "El resultado se publica en esta misma página, con el acta."
    else:
        yield "Ya se contó: el resultado y el acta están publicados."


def _counted(box: BoxSnapshot) -> str:
    match box.kind:
        case BoxKind.OPEN:
            return "Después dos personas la cierran y se cuentan todas las respuestas."
        case BoxKind.CODES:
            return "Después dos personas la cierran, y el servidor abre el total una sola vez."
    return f"Después dos personas la cierran, y abren el total {box.quorum.phrase}."


def tracker_groups(tracker: str) -> list[str]:
    """The tracker in groups of four characters, for copying by hand."""
    return [tracker[start : start + GROUP] for start in range(0, len(tracker), GROUP)]


def no_result_reason(box: BallotBox) -> str:
    """Sentence: why there is no result yet, by the state of the box; "" once finished."""
    match box.state:
        case BoxState.FINISHED:
            return ""
        case BoxState.TOO_FEW:
            return minimum.too_few(box)
        case BoxState.CLOSED if hand_counts.lacks_paper(box):
            return f"La urna cerró. {hand_counts.LACKS_PAPER} Después se cuenta lo demás."
        case BoxState.CLOSED:
            return "La urna cerró y se está contando. El resultado aparece aquí."
        case BoxState.ENDED:
            what = "La votación" if box.is_secret else "La consulta"
            return f"{what} terminó. Falta que dos personas la cierren y la cuenten."
        case _:
            return _no_result_while_open(box)


def _no_result_while_open(box: BallotBox) -> str:
    if not box.shows_live:
        return "El resultado se publica cuando la urna se cuente, para todos al mismo tiempo."
    first = spanish.number(open_consultation.first_shown_at(box))
    return (
        f"El primer resultado se muestra cuando lleguen {first} respuestas. Después avanza "
        "por grupos, para que nadie vea lo que respondió la última persona."
    )


def methods(box: BoxSnapshot) -> Iterator[str]:
    """Sentences: how the votes are counted, for the kinds of question of this box."""
    if box.is_secret:
        yield "Las papeletas cifradas se suman sin abrir ninguna. Solo se abre el total."
        yield "De cada código cuenta una sola papeleta: la última."
    elif box.is_summed:
        yield "Hubo pocas respuestas: se contaron junto con el papel y se publica solo la suma."
        yield "Las respuestas por separado se borraron. Una persona pudo responder más de una vez."
    elif box.is_without_result:
        yield "No hubo respuestas suficientes: no se abrió ninguna y no hay suma."
    else:
        yield "Se suman todas las respuestas. Una persona pudo responder más de una vez."
    one = "papeleta" if box.is_secret else "respuesta"
    yield f"Cada {one} suma uno a cada opción que marcó. Los empates se dicen."
    if any(asked.kind is QuestionKind.SCALE for asked in box.asked):
        yield "El promedio de una escala da 1 al primer punto, 2 al segundo, y así hasta el último."
    if any(asked.question.has_blank for asked in box.asked):
        blank = "El voto en blanco" if box.is_secret else "«En blanco»"
        yield f"{blank} se cuenta aparte. No suma a ninguna opción ni entra en promedios."
    if box.is_summed:
        yield "El papel lo contaron a mano dos personas, y por separado no se publica."
    elif box.allows_paper:
        yield "El papel lo cuentan a mano dos personas. Va al lado de lo virtual, con la suma."
