"""How many of its trustees open the total of a box, and the sentences that follow from it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from participa.core import spanish

FEWEST, MOST = 2, 8  # that may be enough; where all are needed, no number is stored
FEWEST_KEEPERS = 3  # of whom some are enough


class Quorum(NamedTuple):
    """Any `needed` of `keepers` trustees open the total together, and fewer open nothing."""

    needed: int
    keepers: int

    @classmethod
    def of(cls, needed: int | None, keepers: int) -> Quorum:
        """`needed` is None where all of them are."""
        return cls(keepers if needed is None else min(needed, keepers), keepers)

    @property
    def needs_all(self) -> bool:
        return self.needed == self.keepers

    @property
    def spare(self) -> int:
        """How many keys may be lost."""
        return self.keepers - self.needed

    @property
    def phrase(self) -> str:
        """Spanish: who opens, as «2 de los 3 custodios»."""
        if self.keepers == 1:
            return "el custodio"
        everybody = f"los {self.keepers} custodios" if self.keepers else "los custodios"
        return everybody if self.needs_all else f"{self.needed} de {everybody}"

    @property
    def opening(self) -> str:
        need = "hace falta" if self.keepers == 1 else "hacen falta"
        return f"Para abrir el total {need} {self.phrase}."

    @property
    def secrecy(self) -> str:
        """Until when the vote is secret: fewer than `needed` parts open nothing."""
        if self.keepers == 1:
            return "Es secreto mientras el custodio cuide a solas la llave."
        if self.needs_all:
            return f"Es secreto mientras uno solo de {self.phrase} cuide su parte de la llave."
        keeping = self._replace(needed=self.spare + 1).phrase
        return f"Es secreto mientras al menos {keeping} cuiden a solas su parte de la llave."

    @property
    def collusion(self) -> str:
        """Who could open the votes before their time."""
        if self.needs_all:
            return "Si todos los custodios se ponen de acuerdo, pueden abrir los votos."
        return f"Si {self.phrase} se ponen de acuerdo, pueden abrir los votos antes de tiempo."

    @property
    def tolerance(self) -> str:
        """What loses no result; "" where nothing may be lost."""
        if self.spare == 0:
            return ""
        if self.spare == 1:
            return "Si un custodio pierde su parte de la llave, el resultado sale igual."
        return f"Si {self.spare} custodios pierden su parte de la llave, el resultado sale igual."

    @property
    def loss(self) -> str:
        """What loses the result."""
        if self.needs_all:
            return "Si un custodio pierde su parte de la llave, no hay resultado."
        return f"Si {self.spare + 1} custodios pierden su parte de la llave, no hay resultado."


class Parts(NamedTuple):
    """Whose part of the total has arrived and whose has not, by name."""

    quorum: Quorum
    arrived: Sequence[str]
    missing: Sequence[str]

    @property
    def lacking(self) -> int:
        """How many more parts the result needs."""
        return max(0, self.quorum.needed - len(self.arrived))

    @property
    def awaited(self) -> str:
        """Spanish sentence: whose part the result waits for; "" once there are enough."""
        names = spanish.listed(list(self.missing))
        if not self.lacking:
            return ""
        if self.lacking == len(self.missing):
            return (
                f"Falta la parte de {names}."
                if self.lacking == 1
                else f"Faltan las partes de {names}."
            )
        if self.lacking == 1:
            return f"Falta una parte, de cualquiera de ellos: {names}."
        return f"Faltan {self.lacking} partes, de cualesquiera de ellos: {names}."

    @property
    def opened(self) -> str:
        """Spanish sentences: who opened the total, and whose part was not needed for it."""
        told = f"Abrieron el total {self.quorum.phrase}: {spanish.listed(list(self.arrived))}."
        if not self.missing:
            return told
        names = spanish.listed(list(self.missing))
        if len(self.missing) == 1:
            return f"{told} La parte de {names} no hizo falta."
        return f"{told} Las partes de {names} no hicieron falta."
