"""The form that adds one comparison to the «Mostrar si» of a question."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from wtforms import RadioField
from wtforms.validators import DataRequired, Optional

from participa.core.fields import SometimesNeeded, Ticks
from participa.core.forms import Form
from participa.surveys.builder.fields import QuantityField
from participa.surveys.questionnaire import documents, rule_words
from participa.surveys.questionnaire.conditions import Clause, Operator
from participa.surveys.questionnaire.questions import QuestionType, SurveyQuestion

AND, OR = "y", "o"
ALWAYS = (Operator.ANSWERED, Operator.NOT_ANSWERED)
OF_CHOICES = (Operator.IS, Operator.IS_NOT)
OF_SIZES = (Operator.AT_LEAST, Operator.AT_MOST)
NEED_VALUES = "Marque por lo menos una respuesta."
NEED_NUMBER = "Escriba el número con que se compara."


def operators(question: SurveyQuestion) -> tuple[Operator, ...]:
    """How the answers to a question can be compared."""
    of_choices = OF_CHOICES if question.labels else ()
    has_sizes = question.type in {QuestionType.NUMBER, QuestionType.SCALE}
    return (*of_choices, *(OF_SIZES if has_sizes else ()), *ALWAYS)


class ShownIfForm(Form):
    """«Se muestra si la respuesta…»: the operator and the values, for one earlier question."""

    operator = RadioField("La respuesta", [DataRequired("Elija cómo se compara la respuesta.")])
    values = Ticks("Cuáles respuestas", [SometimesNeeded(), Optional()])
    number = QuantityField("Número", [SometimesNeeded(), Optional()])
    joined = RadioField(
        "Cómo se junta con lo que ya hay",
        [DataRequired("Elija cómo se junta.")],
        choices={
            AND: "Además: tiene que cumplirse también lo que ya hay (y)",
            OR: "O bien: basta con que se cumpla una de las dos (o)",
        },
        default=AND,
    )

    def __init__(self, other: SurveyQuestion, row: str = "", is_first: bool = True, **named: Any):
        """`other` is the earlier question, `row` one of its statements if it is a table."""
        super().__init__(**named)
        self.other, self.row = other, row
        offered = operators(other)
        self.operator.choices = [(one.value, rule_words.verb(one, other)) for one in offered]
        self.values.choices = list(other.labels.items())
        if not other.labels:
            del self.values
        if not set(OF_SIZES) & set(offered):
            del self.number
        if is_first:
            del self.joined

    def validate(self, extra_validators: Any = None) -> bool:
        if not super().validate(extra_validators):
            return False
        operator = self.compared
        if operator in OF_CHOICES and not self.values.data:
            self.reject(NEED_VALUES, "values")
        if operator in OF_SIZES and self.number.data is None:
            self.reject(NEED_NUMBER, "number")
        return not self.errors

    @property
    def compared(self) -> Operator:
        return Operator(self.operator.data)

    @property
    def widens(self) -> bool:
        """Whether it stands beside what there is (o), not on top of it (y)."""
        return "joined" in self and self.joined.data == OR

    @property
    def groups(self) -> tuple[tuple[Clause, ...], ...]:
        """The groups of which one must hold: any of the ticked answers, or none of them."""
        clauses = tuple(self._clauses())
        return tuple((one,) for one in clauses) if self.compared is Operator.IS else (clauses,)

    def _clauses(self) -> Iterator[Clause]:
        operator, key = self.compared, self.other.key
        if operator in OF_CHOICES:
            yield from (Clause(key, operator, one, self.row) for one in self.values.data or ())
        elif operator in OF_SIZES:
            size = documents.number(self.number.data or Decimal(0))
            yield Clause(key, operator, size, self.row)
        else:
            yield Clause(key, operator, "", self.row)
