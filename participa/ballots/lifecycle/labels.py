"""What a box is called and what it says of itself, from its configuration and never typed. Pure."""

from participa.ballots.models import BallotBox, BoxKind

# The sentences that go into the election record, which nobody can change once the box opened.
POLICY = {
    True: "Quien vota otra vez con el mismo código reemplaza su papeleta: cuenta la última.",
    False: "Vale un solo voto por código.",
}
NOT_AN_ELECTION = "Esta consulta no es una elección ni es vinculante."  # ELE-01


def description(box: BallotBox) -> str:
    """The words about the rules that every ballot is bound to."""
    use = f"Usará el resultado: {box.used_by.rstrip('.')}."
    return " ".join([NOT_AN_ELECTION, use, POLICY[box.takes_last], SECRECY[box.kind]])


SECRECY = {
    BoxKind.OPEN: "Cualquiera puede responder, también más de una vez.",
    BoxKind.CODES: (
        "El servidor de la ciudad guarda la única llave. El voto es secreto ante el público, "
        "no ante quien opera el servidor."
    ),
    BoxKind.VERIFIABLE: (
        "La llave la guardan varios custodios fuera de la plataforma: para abrir el total se "
        "necesitan todos."
    ),
}
