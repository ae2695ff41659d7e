"""Whether the sheets of a batch add up: printed, used, void, entered, and what is missing."""

from collections.abc import Iterator
from dataclasses import dataclass

from participa.channels.wording import SampleResult
from participa.core import spanish
from participa.surveys.paper.models import SurveySheetBatch


@dataclass(frozen=True, slots=True)
class SurveySheetCount:
    """The sheets of a batch. Of what was not counted yet the number is None."""

    printed: int
    used: int | None
    unused: int | None
    void: int | None
    entered: int

    @property
    def missing(self) -> int:
        """Printed sheets that did not come back; negative when more came back than were printed."""
        return self.printed - (self.used or 0) - (self.unused or 0) - (self.void or 0)

    @property
    def differences(self) -> list[str]:
        return list(self._differences())

    def _differences(self) -> Iterator[str]:
        if self.used is None:
            yield "Falta contar el papel: con respuestas, en blanco y anuladas."
            return
        left = self.used - self.entered
        if left > 0:
            yield f"Falta digitar {_sheets(left)}: se contaron {_n(self.used)} con respuestas."
        if left < 0:
            yield (
                f"Sobra digitar {_sheets(-left)}: se digitaron {_n(self.entered)} "
                f"y solo {_n(self.used)} tienen respuestas."
            )
        if self.missing < 0:
            yield f"Se contaron {_sheets(-self.missing)} más de las que se imprimieron."

    @property
    def note(self) -> str:
        """What is no difference, but has to be known: sheets that nobody brought back."""
        if self.used is None or self.missing <= 0:
            return ""
        verb = "volvió" if self.missing == 1 else "volvieron"
        return f"No {verb} {_sheets(self.missing)}. Con ellas no se puede responder por otro medio."


def count_of(batch: SurveySheetBatch, typed: int | None = None) -> SurveySheetCount:
    """The count of a batch; `typed` is how many sheets are typed, if that is known already."""
    now = len(batch.sheets) if typed is None and not batch.is_settled else typed or 0
    entered = batch.entered if batch.is_settled else now
    return SurveySheetCount(batch.size, batch.used, batch.unused, batch.void, entered)


def sample_of(batch: SurveySheetBatch) -> SampleResult:
    """How the second typing went."""
    if batch.is_settled:
        typed, different = batch.typed_twice, batch.different
        return SampleResult(typed, typed, different, "hoja", "hojas")
    drawn = [sheet for sheet in batch.sheets if sheet.is_sampled]
    typed_twice = [sheet for sheet in drawn if sheet.rekeyed_by_id is not None]
    different = sum(sheet.is_different for sheet in typed_twice)
    return SampleResult(len(drawn), len(typed_twice), different, "hoja", "hojas")


def missing_of(batch: SurveySheetBatch) -> list[str]:
    """What has to be done before the answers of the batch count, as sentences."""
    waiting = [sheet.number for sheet in batch.sheets if sheet.waits_for_second]
    open_ones = [sheet.number for sheet in batch.sheets if sheet.waits_for_decision]
    return [
        *count_of(batch).differences,
        *([f"Falta digitar por segunda vez: hojas {_listed(waiting)}."] if waiting else []),
        *([f"Falta decidir las diferencias: hojas {_listed(open_ones)}."] if open_ones else []),
    ]


def _sheets(count: int) -> str:
    return spanish.several(count, "hoja", "hojas")


def _n(count: int) -> str:
    return str(spanish.number(count))


def _listed(numbers: list[int]) -> str:
    return spanish.listed([str(number) for number in numbers])
