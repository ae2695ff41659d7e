"""The state of a commitment in words. Pure."""

import hashlib
from collections.abc import Mapping
from typing import Any

from participa.cases.models import Case
from participa.channels.wording import ended
from participa.core import spanish
from participa.events.record_models import Commitment, CommitmentState

OVERDUE, REMOVED = "Vencido", "Retirado"
LOOKS = {
    CommitmentState.PENDING: "",
    CommitmentState.UNDER_WAY: "going",
    CommitmentState.KEPT: "done",
    CommitmentState.NOT_KEPT: "late",
}
NOTHING = "(nada)"


def state_in_words(commitment: Commitment) -> tuple[str, str]:
    """The word and the CSS class of the state; one whose term is over says so."""
    if commitment.is_removed:
        return REMOVED, ""
    if commitment.is_overdue:
        return OVERDUE, "late"
    return commitment.state.value, LOOKS[commitment.state]


def described(commitment: Commitment) -> tuple[Commitment, str, str, str]:
    """A commitment with the word and the CSS class of its state, and the sentence of its term."""
    words, look = state_in_words(commitment)
    return commitment, words, look, term_in_words(commitment)


def term_in_words(commitment: Commitment) -> str:
    """A sentence about the day until which it is due, or on which it was settled."""
    if commitment.removed_at is not None:
        day, reason = spanish.day(commitment.removed_at), ended(commitment.removed_because)
        return f"Se quitó el {day}. Motivo: {reason}"
    due = spanish.day(commitment.due_on)
    if commitment.state is CommitmentState.KEPT and commitment.settled_on is not None:
        late = ", después de su plazo" if commitment.settled_on > commitment.due_on else ""
        return f"Se cumplió el {spanish.day(commitment.settled_on)}{late}."
    if commitment.state is CommitmentState.NOT_KEPT:
        return f"Su plazo era el {due}."
    return f"Venció el {due}." if commitment.is_overdue else f"Vence el {due}."


def labelled(commitment: Commitment) -> dict[str, str]:
    """What people read of a commitment, by its label: what a change compares."""
    case, file = commitment.case, commitment.evidence_file
    return {
        "Compromiso": commitment.text,
        "Entregable": commitment.deliverable or NOTHING,
        "Pregunta de la que sale": question_in_words(case) if case else NOTHING,
        "Dependencia": commitment.office.name,
        "Cargo responsable": commitment.position or NOTHING,
        "Fecha": spanish.day(commitment.due_on),
        "Estado": REMOVED if commitment.is_removed else commitment.state.value,
        "Avance": commitment.progress or NOTHING,
        "Dirección de la evidencia": commitment.evidence_url or NOTHING,
        "Archivo de la evidencia": f"Archivo {file.extension}, {file.sha256[:8]}"
        if file
        else NOTHING,
    }


def question_in_words(case: Case) -> str:
    """A question without its text, which the history would keep after it was hidden."""
    mark = hashlib.sha256(str(case.id).encode()).hexdigest()[:6]
    return f"Pregunta del {spanish.day(case.filed_on)} ({mark})"


def changed(
    before: Mapping[str, Any], after: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The labels whose text is not the same any more, with the text before and after."""
    labels = [label for label in before if before[label] != after[label]]
    return {one: before[one] for one in labels}, {one: after[one] for one in labels}
