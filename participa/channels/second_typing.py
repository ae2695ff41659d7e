"""How often typing from paper errs, from rows that a second person typed again (NET-06)."""

from dataclasses import dataclass

from participa.core import spanish


@dataclass(frozen=True, slots=True)
class SampleResult:
    """How many of these were to be typed again, were, and differed; `one` and `many` name them."""

    drawn: int
    typed: int
    different: int
    one: str = "fila"
    many: str = "filas"

    @property
    def sentence(self) -> str:
        if not self.typed:
            return f"Todavía no se ha digitado ninguna {self.one} por segunda vez."
        share = spanish.percent(100 * self.different / self.typed)
        rows = spanish.several(self.typed, f"{self.one} repetida", f"{self.many} repetidas")
        verb = "coincide" if self.different == 1 else "coinciden"
        return f"De {rows}, {spanish.number(self.different)} no {verb}: {share}."
