"""The conditions of XLSForm, which are XPath, and those of participa: each said in the other.

XPath is read by `elementpath`; what participa cannot express raises Inexpressible with a sentence.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import product
from typing import Any

from participa.surveys.questionnaire.conditions import Clause, Condition, Operator
from participa.surveys.questionnaire.questions import QuestionType, SurveyQuestion

LONGEST = 2000  # letters of an expression
MOST_GROUPS = 20
REFERENCE = re.compile(r"\$\{\s*([^${}\s]+)\s*\}")
SELECTED = re.compile(r"(?<![-\w])selected\(")  # and not count-selected(
SWAPPED = {"<": ">", ">": "<", "<=": ">=", ">=": "<=", "=": "=", "!=": "!="}
OPPOSITE = {
    Operator.IS: Operator.IS_NOT,
    Operator.IS_NOT: Operator.IS,
    Operator.ANSWERED: Operator.NOT_ANSWERED,
    Operator.NOT_ANSWERED: Operator.ANSWERED,
}

Groups = list[tuple[Clause, ...]]


class Inexpressible(ValueError):
    """participa has no words for this condition; the message says what of it."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a constraint says of one answer: its least and most, and of what."""

    least: Decimal | None = None
    most: Decimal | None = None


def read_condition(
    expression: str, questions: Mapping[str, SurveyQuestion], names: Mapping[str, str]
) -> Condition:
    """The condition of a `relevant` cell. `names` leads from its names to keys of `questions`.

    Raises Inexpressible.
    """
    variables: dict[str, str] = {}

    def variable(match: re.Match[str]) -> str:
        name = match[1]
        if names.get(name) not in questions:
            raise Inexpressible(f"mira «{name}», que no es una pregunta anterior")
        variables[f"q{len(variables)}"] = names[name]
        return f"$q{len(variables) - 1}"

    tree = _parsed(SELECTED.sub("contains(", REFERENCE.sub(variable, expression)))
    groups = _Reader(variables, questions).groups(tree, is_true=True)
    if len(groups) > MOST_GROUPS:
        raise Inexpressible("tiene demasiados casos")
    return Condition(tuple(dict.fromkeys(groups)))


def read_constraint(expression: str) -> Bounds:
    """The bounds of a `constraint` cell: of the number, the letters, or the chosen options.

    Raises Inexpressible.
    """
    plain = expression.replace("count-selected(", "count(")
    bounds = Bounds()
    for comparison in _joined(_parsed(plain)):
        bounds = _bounded(bounds, comparison)
    return bounds


def _parsed(expression: str) -> Any:
    import elementpath  # noqa: PLC0415 - takes 5 MiB that only an import needs

    if len(expression) > LONGEST:
        raise Inexpressible("es demasiado larga")
    try:
        return elementpath.XPath1Parser().parse(expression)  # a parser has a state
    except (elementpath.ElementPathError, ValueError, RecursionError) as error:
        raise Inexpressible(f"no se entiende: {_reason(error)}") from None


def _reason(error: BaseException) -> str:
    """What of the expression the parser refuses: the name of a function, or where it stops."""
    found = re.search(r"unknown function '([^']+)'", str(error))
    return f"usa «{found[1]}»" if found else "revise comillas y paréntesis"


def _inner(token: Any) -> Any:
    while token.symbol == "(" and len(token) == 1:
        token = token[0]
    return token


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads the tree of one expression."""

    variables: Mapping[str, str]
    questions: Mapping[str, SurveyQuestion]

    def groups(self, token: Any, is_true: bool) -> Groups:
        """The condition, or its opposite, as a list of groups of which one must hold."""
        token = _inner(token)
        if token.symbol == "not":
            return self.groups(token[0], not is_true)
        if token.symbol in {"and", "or"}:
            sides = [self.groups(side, is_true) for side in token]
            return _all(sides) if (token.symbol == "and") is is_true else _any(sides)
        return [(self.clause(token, is_true),)]

    def clause(self, token: Any, is_true: bool) -> Clause:
        clause = self.contained(token) if token.symbol == "contains" else self.compared(token)
        if is_true:
            return clause
        if clause.operator not in OPPOSITE:
            raise Inexpressible("niega una comparación de números: escríbala al revés")
        return Clause(clause.question, OPPOSITE[clause.operator], clause.value, clause.row)

    def contained(self, token: Any) -> Clause:
        """`selected(${question}, 'option')`."""
        return Clause(self.name(token[0]), Operator.IS, _text(token[1]))

    def compared(self, token: Any) -> Clause:
        symbol = token.symbol
        if symbol not in SWAPPED:
            raise Inexpressible(f"usa «{symbol}»")
        left, right = _inner(token[0]), _inner(token[1])
        if right.symbol in {"$", "string-length"}:
            left, right, symbol = right, left, SWAPPED[symbol]
        if left.symbol == "string-length":
            return self.written(self.name(left[0]), symbol, _text(right))
        name = self.name(left)
        if _is_text(right) and not _text(right):
            operator = {"=": Operator.NOT_ANSWERED, "!=": Operator.ANSWERED}.get(symbol)
            if operator is None:
                raise Inexpressible("compara con una respuesta vacía")
            return Clause(name, operator)
        if symbol in {"=", "!="}:
            operator = Operator.IS if symbol == "=" else Operator.IS_NOT
            return Clause(name, operator, _text(right))
        return _sized(name, self.questions[name], symbol, _number(right))

    def written(self, name: str, symbol: str, value: str) -> Clause:
        """`string-length(${question}) > 0`."""
        operators = {
            (">", "0"): Operator.ANSWERED,
            (">=", "1"): Operator.ANSWERED,
            ("!=", "0"): Operator.ANSWERED,
            ("=", "0"): Operator.NOT_ANSWERED,
        }
        if (symbol, value) not in operators:
            raise Inexpressible("cuenta las letras de una respuesta")
        return Clause(name, operators[symbol, value])

    def name(self, token: Any) -> str:
        """The name, among `questions`, of the question that is compared."""
        token = _inner(token)
        if token.symbol != "$" or token.value not in self.variables:
            raise Inexpressible("no compara una pregunta con una respuesta")
        return self.variables[token.value]


def _sized(name: str, question: SurveyQuestion, symbol: str, number: Decimal) -> Clause:
    """A comparison of size; "more than 3" of whole numbers is "at least 4"."""
    operator = Operator.AT_LEAST if symbol in {">", ">="} else Operator.AT_MOST
    if symbol in {">=", "<="}:
        return Clause(name, operator, _plain(number))
    is_whole = question.decimals == 0 and number == int(number)
    if question.type not in {QuestionType.NUMBER, QuestionType.SCALE} or not is_whole:
        raise Inexpressible("compara con «más que» un número con decimales: use «o más»")
    return Clause(name, operator, _plain(number + (1 if symbol == ">" else -1)))


def _all(sides: list[Groups]) -> Groups:
    """Every one of the sides holds."""
    if len(sides[0]) * len(sides[1]) > MOST_GROUPS:
        raise Inexpressible("tiene demasiados casos")
    return [(*first, *second) for first, second in product(*sides)]


def _any(sides: list[Groups]) -> Groups:
    return [group for side in sides for group in side]


def _is_text(token: Any) -> bool:
    return bool(token.symbol == "(string)")


def _text(token: Any) -> str:
    """A literal, as text: 'a', 3, -2.5."""
    token = _inner(token)
    return str(token.value) if _is_text(token) else _plain(_number(token))


def _number(token: Any) -> Decimal:
    token = _inner(token)
    if token.symbol == "-" and len(token) == 1:
        return -_number(token[0])
    if token.symbol in {"(integer)", "(decimal)"}:
        return Decimal(token.value)
    if _is_text(token) and re.fullmatch(r"-?\d{1,12}(\.\d{1,6})?", str(token.value)):
        return Decimal(str(token.value))
    raise Inexpressible("compara con algo que no es un número")


def _plain(number: Decimal) -> str:
    return format(number.normalize(), "f")


def _joined(token: Any) -> Iterator[Any]:
    """The comparisons that «and» joins."""
    token = _inner(token)
    if token.symbol == "and":
        for side in token:
            yield from _joined(side)
    else:
        yield token


def _bounded(bounds: Bounds, token: Any) -> Bounds:
    if token.symbol not in SWAPPED or token.symbol == "!=":
        raise Inexpressible(f"usa «{token.symbol}»")
    left, right, symbol = _inner(token[0]), _inner(token[1]), token.symbol
    if not _is_own(left):
        left, right, symbol = right, left, SWAPPED[symbol]
    if not _is_own(left):
        raise Inexpressible("mira otras preguntas")
    number = _number(right)
    if symbol in {">", "<"}:
        if number != int(number) or left.symbol == ".":
            raise Inexpressible("usa «más que» o «menos que»: escriba «o más», «o menos»")
        number += 1 if symbol == ">" else -1
    least = number if symbol in {">", ">=", "="} else bounds.least
    most = number if symbol in {"<", "<=", "="} else bounds.most
    return Bounds(least, most)


def _is_own(token: Any) -> bool:
    """The answer itself, its letters, or how many options it has."""
    if token.symbol in {"string-length", "count"}:
        return len(token) == 1 and _inner(token[0]).symbol == "."
    return bool(token.symbol == ".")


# ---- writing


def write_condition(condition: Condition, questions: Mapping[str, SurveyQuestion]) -> str:
    """The `relevant` of a condition, as ODK and Kobo read it."""
    groups = [
        " and ".join(_written(clause, questions[clause.question]) for clause in group)
        for group in condition.groups
    ]
    if len(groups) == 1:
        return groups[0]
    return " or ".join(f"({group})" for group in groups)


def _written(clause: Clause, question: SurveyQuestion) -> str:
    name = f"${{{_name(clause, question)}}}"
    match clause.operator:
        case Operator.ANSWERED:
            return f"{name} != ''"
        case Operator.NOT_ANSWERED:
            return f"{name} = ''"
        case Operator.AT_LEAST:
            return f"{name} >= {clause.value}"
        case Operator.AT_MOST:
            return f"{name} <= {clause.value}"
    value = f"'{clause.value}'"
    if question.type in {QuestionType.SEVERAL, QuestionType.ORDER}:
        selected = f"selected({name}, {value})"
        return selected if clause.operator is Operator.IS else f"not({selected})"
    return f"{name} {'=' if clause.operator is Operator.IS else '!='} {value}"


def _name(clause: Clause, question: SurveyQuestion) -> str:
    """A statement of a table is a question of its own there."""
    return f"{question.key}_{clause.row}" if clause.row else question.key
