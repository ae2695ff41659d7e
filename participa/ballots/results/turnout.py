"""Turnout of a box, as its results page and its minutes state it."""

from collections.abc import Iterator
from dataclasses import dataclass

from participa.ballots import queries
from participa.ballots.models import BallotBox, BoxKind
from participa.core import spanish


@dataclass(frozen=True, slots=True)
class Turnout:
    """Numbers of a box. `sent` counts replaced ballots too; None is for what its kind lacks."""

    voters: int
    sent: int
    cards: queries.Cards | None
    assisted: int
    paper: int | None
    paper_invalid: int

    @property
    def replaced(self) -> int:
        return self.sent - self.voters

    @property
    def facts(self) -> list[tuple[str, int]]:
        """Label and number, for the results page."""
        return list(self._facts())

    def _facts(self) -> Iterator[tuple[str, int]]:
        if self.cards is None:
            yield "Respuestas", self.voters
        else:
            if self.cards.handed_out is not None:
                yield "Tarjetas entregadas", self.cards.handed_out
            yield "Códigos que votaron", self.voters
            yield "Papeletas reemplazadas", self.replaced
            yield "Votos sin JavaScript", self.assisted
        if self.paper is not None:
            yield "Papeletas de papel", self.paper

    @property
    def stated(self) -> list[tuple[str, int | None]]:
        """Label and number, for the minutes; None if a number was not recorded yet."""
        if self.cards is None:
            rows: list[tuple[str, int | None]] = [("Respuestas", self.voters)]
        else:
            rows = [
                ("Tarjetas o códigos hechos", self.cards.made),
                ("Tarjetas entregadas por la mesa", self.cards.handed_out),
                ("Códigos que votaron", self.voters),
                ("Códigos anulados", self.cards.void),
                ("Códigos sin usar", self.cards.unused),
                ("Papeletas recibidas, con las reemplazadas", self.sent),
                ("Votos sin JavaScript", self.assisted),
            ]
        if self.paper is not None:
            rows += [
                ("Papeletas de papel", self.paper),
                ("De ellas, nulas", self.paper_invalid),
            ]
        return rows

    @property
    def exceeds_handed_out(self) -> bool:
        return self.cards is not None and self.cards.exceeds_handed_out

    @property
    def sentence(self) -> str:
        if self.cards is None:
            return f"Llegaron {spanish.several(self.voters, 'respuesta', 'respuestas')}."
        voted = f"Se votó con {spanish.several(self.voters, 'código', 'códigos')}."
        if self.cards.handed_out is None:
            return voted
        drawn = spanish.several(self.cards.handed_out, "tarjeta", "tarjetas")
        return f"{voted} La mesa entregó {drawn}."


def turnout_of(box: BallotBox) -> Turnout:
    paper = box.paper
    on_paper = (paper.ballots if paper else None, paper.invalid if paper else 0)
    if box.kind is BoxKind.OPEN:
        answers = queries.ballots(box.id)
        return Turnout(answers, answers, None, 0, *on_paper)
    cards = queries.cards(box)
    return Turnout(cards.used, queries.ballots(box.id), cards, queries.assisted(box.id), *on_paper)
