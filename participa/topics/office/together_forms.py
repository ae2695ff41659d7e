"""Forms that decide about many topics, or review many proposals, on one page."""

from collections.abc import Sequence

from wtforms import SelectField, TextAreaField
from wtforms.validators import DataRequired, Optional

from participa.channels.forms import ReviewTogetherForm
from participa.core.fields import SometimesNeeded, Ticks, up_to
from participa.core.forms import Form
from participa.topics.models import Decision, Topic
from participa.topics.office.staff_forms import DecisionForm
from participa.topics.service import WHY_MISSING, Decided, field_of

NO_DECISION = "Elija qué se decidió, o borre lo que escribió en esta fila."


class RowForm(DecisionForm):
    """The decision about one topic of the page. The token is in the form around it."""

    event = None  # a row has the address alone

    class Meta(DecisionForm.Meta):
        csrf = False

    @property
    def decided(self) -> Decided:
        return Decided(
            Decision[self.decision.data], self.decision_text.data or "", self.agenda_url.data or ""
        )

    @property
    def is_blank(self) -> bool:
        """Whether nothing was chosen or typed in this row."""
        typed = self.decision_text.data or self.agenda_url.data
        return self.decision.data == Decision.PENDING.name and not typed

    def lacks_choice(self) -> bool:
        """Whether something was typed and nothing chosen; an error of the row then says so."""
        if self.errors or self.decision.data != Decision.PENDING.name:
            return False
        self.reject(NO_DECISION, "decision")
        return True

    def lacks_reason(self) -> bool:
        if self.errors or self.decision_text.data or self.decision.data == Decision.PENDING.name:
            return False
        self.reject(WHY_MISSING, "decision_text")
        return True


class DecisionsForm(Form):
    """One row for each topic of a call, and what is decided about all others at once."""

    rest = SelectField(
        "Qué pasa con ellos",
        [DataRequired("Elija qué pasa con los demás temas.")],
        choices={
            Decision.PENDING.name: "Quedan por decidir",
            Decision.NOT_TAKEN.name: "No entran a la agenda",
            Decision.TAKEN.name: "Entran a la agenda",
        },
    )
    rest_text = TextAreaField("Porque…", [SometimesNeeded(), Optional(), up_to(600)])

    def __init__(self, topics: Sequence[Topic]):
        super().__init__()
        blank = {"decision": Decision.PENDING.name}
        self.rows = [(one, RowForm(prefix=f"tema-{one.id}-", data=blank)) for one in topics]

    @property
    def shown_rows(self) -> list[tuple[Topic, RowForm]]:
        """The rows of topics without a decision, and those in which something was typed."""
        return [(one, row) for one, row in self.rows if not (one.is_decided and row.is_blank)]

    @property
    def decided(self) -> dict[int, Decided]:
        """What was decided in the rows, by id of the topic."""
        return {topic.id: row.decided for topic, row in self.rows if not row.is_blank}

    @property
    def decided_of_rest(self) -> Decided | None:
        if self.rest.data == Decision.PENDING.name:
            return None
        return Decided(Decision[self.rest.data], self.rest_text.data or "", "")

    def validate(self, extra_validators=None) -> bool:
        is_valid = super().validate(extra_validators)
        for _, row in self.rows:
            is_valid &= row.is_blank or self._is_valid_row(row)
        return is_valid and self._is_valid_rest() and self._decides_something()

    def reject(self, sentence: str, field: str = "") -> None:
        """Put the refusal of one topic into its row."""
        for topic, row in self.rows:
            if field == field_of(topic):
                row.reject(sentence, "decision")
                return
        super().reject(sentence, field)

    @property
    def problems(self) -> list[tuple[str, str]]:
        of_rows = [
            (id, f"{topic.title}: {sentence}")
            for topic, row in self.rows
            for id, sentence in row.problems
        ]
        return [*of_rows, *super().problems]

    def _is_valid_row(self, row: RowForm) -> bool:
        return row.validate() and not row.lacks_choice() and not row.lacks_reason()

    def _is_valid_rest(self) -> bool:
        is_chosen = self.rest.data != Decision.PENDING.name
        if is_chosen and not self.rest_text.data:
            self.reject(WHY_MISSING, "rest_text")
        if self.rest_text.data and not is_chosen:
            self.reject("Elija qué pasa con los demás temas, o borre el porqué.", "rest")
        return is_chosen == bool(self.rest_text.data)

    def _decides_something(self) -> bool:
        if self.decided or self.decided_of_rest:
            return True
        self.reject("Decida al menos un tema, o diga qué pasa con todos.")
        return False


class ProposalsForm(ReviewTogetherForm):
    """One review of all ticked proposals."""

    chosen = Ticks("Temas propuestos", [DataRequired("Marque al menos un tema propuesto.")])
    verdict = SelectField(
        "Qué hacer con los marcados",
        [DataRequired("Elija qué hacer con los temas marcados.")],
        choices={"": "Elija", "publish": "Publicarlos", "reject": "No publicarlos"},
    )
