"""The description in the election record, computed from the configuration of the box."""

from participa.ballots import minimum
from participa.ballots.ceremony import quorum_of
from participa.ballots.models import BallotBox, BoxKind
from participa.belenios.election import ONE_VOTE

# Sentences of the election record, which is fixed when the box opens.
POLICY = {
    True: "Quien vota otra vez con el mismo código reemplaza su papeleta: cuenta la última.",
    False: ONE_VOTE,
}
NOT_AN_ELECTION = "Esta consulta no es una elección ni es vinculante."  # ELE-01


def description(box: BallotBox) -> str:
    """The rules of the box, part of the election record whose hash every ballot contains."""
    use = f"El resultado lo usará {box.used_by.rstrip('.')}."
    policy, secrecy = POLICY[box.takes_last], _secrecy(box)
    return " ".join([NOT_AN_ELECTION, use, policy, secrecy, minimum.rule(box)])


def _secrecy(box: BallotBox) -> str:
    if box.kind is not BoxKind.VERIFIABLE:
        return SECRECY[box.kind]
    opens = quorum_of(box)
    if opens.needs_all:
        return f"{OUTSIDE}: para abrir el total se necesitan todos."
    return f"{OUTSIDE}. {opens.opening}"


OUTSIDE = "La llave la guardan varios custodios fuera de la plataforma"
SECRECY = {
    BoxKind.OPEN: "Cualquiera puede responder, también más de una vez.",
    BoxKind.CODES: (
        "El servidor de la ciudad guarda la única llave. El voto es secreto ante el público, "
        "no ante quien opera el servidor."
    ),
}
