"""Lists of the staff: words to search, filters, order and page, as the address asks for them.

A view declares the rules of its list once, and applies them to a SELECT of what the account may
see. Everything becomes SQL, and at most PAGE rows are loaded:

    CALLS = ListRules(
        search=lambda word: lists.contains(word, TopicCall.title, TopicCall.why),
        orders={"titulo": Order("Convocatoria", lists.plain(TopicCall.title), LETTERS)},
        first="titulo",
        unique=TopicCall.id,
    )
    calls = CALLS.listing(select(TopicCall).where(access.visible_to(TopicCall, account)))

`templates/staff/_lists.html` draws a Listing. The address of a list is
`?buscar=salud&estado=abierto&orden=-titulo&pagina=2`; values that mean nothing are ignored.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import request
from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm.interfaces import ORMOption

from participa.core.db import db

PAGE = 50  # rows
SEARCH, ORDER, PAGE_NUMBER = "buscar", "orden", "pagina"
LONGEST, MOST_WORDS = 200, 6
# SQLite knows neither unaccent() nor the small letter of an accented capital one.
ACCENTED, PLAIN = "áéíóúüñÁÉÍÓÚÜÑ", "aeiouunaeiouun"

# How the two directions of an order are called, upwards first.
LETTERS = ("de la A a la Z", "de la Z a la A")
NUMBERS = ("de menos a más", "de más a menos")
MOMENTS = ("lo más antiguo primero", "lo más reciente primero")


def plain(column: Any) -> ColumnElement[str]:
    """The text of a column in small letters without accents, on both databases."""
    for accented, letter in zip(ACCENTED, PLAIN, strict=True):
        column = func.replace(column, accented, letter)
    return func.lower(column)


def contains(word: str, *columns: Any) -> ColumnElement[bool]:
    """Whether one of the columns contains the word, whatever its accents and capital letters."""
    return or_(*(plain(column).contains(folded(word), autoescape=True) for column in columns))


def folded(text: str) -> str:
    """The same of a text in Python as `plain` of a column in SQL."""
    return text.translate(str.maketrans(ACCENTED, PLAIN)).lower()


@dataclass(frozen=True, slots=True)
class Order:
    """A column that a list can be ordered by, and the words for its two directions."""

    label: str
    column: Any
    directions: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Filter:
    """A condition that a person can choose; without `choices`, one that is typed.

    `choices` returns the values of the address with their words. It is called once per request.
    """

    name: str
    label: str
    where: Callable[[str], ColumnElement[bool]]
    choices: Callable[[], Mapping[str, str]] | None = None
    hint: str = ""


def one_of(name: str, label: str, conditions: Mapping[str, ColumnElement[bool]]) -> Filter:
    """A filter with a fixed condition for each choice, by the words of the choice.

    The value in the address follows from the words: "En espera" is `en-espera`.
    """
    words = {value_of(choice): choice for choice in conditions}
    return Filter(name, label, lambda value: conditions[words[value]], lambda: words)


def value_of(words: str) -> str:
    return "-".join(folded(words).split())


@dataclass(frozen=True, slots=True)
class ShownFilter:
    """A filter, its value in this request ("" for none), and its choices; None if it is typed."""

    filter: Filter
    value: str
    choices: Mapping[str, str] | None


@dataclass(frozen=True, slots=True)
class ListRules:
    """What the address of one list may ask for.

    `search` is the condition for one typed word; all words have to be found. `first` is the order
    without a choice: the key of an order, with "-" before it for downwards. `unique` is a column
    that ends each order.
    """

    search: Callable[[str], ColumnElement[bool]]
    orders: Mapping[str, Order]
    first: str
    unique: Any
    filters: tuple[Filter, ...] = ()

    def listing(self, rows: Select, *options: ORMOption) -> "Listing":
        """The page of these rows that the current address asks for.

        Visibility is already a condition of `rows`. `options` load what the page shows besides.
        """
        words, shown = typed(request.args, SEARCH), self.shown_filters(request.args)
        rows = self._narrowed(rows, words, shown)
        total = db.session.scalar(select(func.count()).select_from(rows.subquery())) or 0
        page = min(max(1, _number(request.args)), pages_of(total))
        order = self._order(request.args)
        loaded = rows.options(*options).order_by(*self._columns(order)).limit(PAGE)
        found = db.session.scalars(loaded.offset((page - 1) * PAGE))
        return Listing(self, request.path, words, shown, order, page, total, list(found))

    def narrowed(self, rows: Select, values: Mapping[str, str]) -> Select:
        """All rows that these values ask for, in their order, for an export."""
        shown = self.shown_filters(values)
        rows = self._narrowed(rows, typed(values, SEARCH), shown)
        return rows.order_by(*self._columns(self._order(values)))

    def shown_filters(self, values: Mapping[str, str]) -> tuple[ShownFilter, ...]:
        return tuple(_shown(one, typed(values, one.name)) for one in self.filters)

    def _narrowed(self, rows: Select, words: str, shown: tuple[ShownFilter, ...]) -> Select:
        conditions = [self.search(word) for word in words.split()[:MOST_WORDS]]
        conditions += [one.filter.where(one.value) for one in shown if one.value]
        return rows.where(and_(*conditions)) if conditions else rows

    def _order(self, values: Mapping[str, str]) -> str:
        order = values.get(ORDER, "")
        return order if order.removeprefix("-") in self.orders else self.first

    def _columns(self, order: str) -> tuple[ColumnElement, ColumnElement]:
        column = self.orders[order.removeprefix("-")].column
        if order.startswith("-"):
            return column.desc().nulls_last(), self.unique.desc()
        return column.asc().nulls_last(), self.unique.asc()


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of a list, with all that its template needs to draw it."""

    rules: ListRules
    path: str
    words: str
    filters: tuple[ShownFilter, ...]
    order: str
    page: int
    total: int
    rows: list[Any]

    @property
    def pages(self) -> int:
        return pages_of(self.total)

    @property
    def is_narrowed(self) -> bool:
        """Whether words or filters leave rows out."""
        return bool(self.words) or any(one.value for one in self.filters)

    @property
    def has_choices(self) -> bool:
        """Whether a filter or another order was chosen."""
        return self.order != self.rules.first or any(one.value for one in self.filters)

    @property
    def arguments(self) -> dict[str, str]:
        """What the address asks for, without the page: words, filters and order."""
        values = {SEARCH: self.words} | {one.filter.name: one.value for one in self.filters}
        values[ORDER] = "" if self.order == self.rules.first else self.order
        return {name: value for name, value in values.items() if value}

    @property
    def orders(self) -> list[tuple[str, str]]:
        """The value and the words of each order."""
        return [
            (f"{sign}{key}", f"{order.label}: {words}")
            for key, order in self.rules.orders.items()
            for sign, words in zip(("", "-"), order.directions, strict=True)
        ]

    def address(self, **changes: str | int) -> str:
        """The address of this list with other values."""
        values = self.arguments | changes
        return f"{self.path}?{urlencode(values)}" if values else self.path

    def heading(self, key: str) -> "Heading":
        """The heading of a column that the list can be ordered by."""
        order = self.rules.orders[key]
        if self.order == key:
            return Heading(order.label, self.address(orden=f"-{key}"), "ascending", " ↑")
        if self.order == f"-{key}":
            return Heading(order.label, self.address(orden=key), "descending", " ↓")
        return Heading(order.label, self.address(orden=key), "", "")


@dataclass(frozen=True, slots=True)
class Heading:
    """The heading of a column: a link to the next order, the `aria-sort` of this one, its arrow."""

    label: str
    address: str
    sort: str
    arrow: str


def pages_of(total: int) -> int:
    return max(1, -(-total // PAGE))


def typed(values: Mapping[str, str], name: str) -> str:
    """A text of the address: printable, with single spaces, and not too long.

    PostgreSQL refuses a text with the character 0.
    """
    text = "".join(letter for letter in values.get(name, "") if letter.isprintable())
    return " ".join(text.split())[:LONGEST]


def _number(values: Mapping[str, str]) -> int:
    text = values.get(PAGE_NUMBER, "")
    return int(text) if text.isdecimal() and len(text) < 9 else 1


def _shown(filter: Filter, value: str) -> ShownFilter:
    if filter.choices is None:
        return ShownFilter(filter, value, None)
    choices = filter.choices()
    return ShownFilter(filter, value if value in choices else "", choices)
