"""The library of public answers: what can be searched, filtered and taken along.

A search looks only at what the public reads: one that found words of the original text would give
away what was taken out of it.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from flask import url_for
from sqlalchemy import Select, case, select
from sqlalchemy.orm import joinedload

from participa.cases import themes, wording
from participa.cases.models import Case
from participa.citizens import territories
from participa.core import clock, codes, links
from participa.core.db import db
from participa.core.tables.cells import Column, Table
from participa.core.web import lists
from participa.core.web.lists import MOMENTS, NUMBERS, Filter, ListRules, Order
from participa.staff.models import Office
from participa.staff.queries import office_names

PLACES = {place.code: place.label for place in territories.CITY}
SHOWN = case((Case.public_text != "", Case.public_text), else_=Case.text)
IS_PUBLIC = (Case.published_at.is_not(None), Case.answered_on.is_not(None))
LIST = ListRules(
    search=lambda word: lists.contains(word, SHOWN, Case.answer, Office.name),
    orders={
        "publicacion": Order("Publicación", Case.published_at, MOMENTS),
        "apoyos": Order("A mí también", Case.me_too, NUMBERS),
    },
    first="-publicacion",
    unique=Case.id,
    filters=(
        Filter("tema", "Tema", lambda topic: Case.topic == topic, lambda: _same(themes.topics())),
        Filter("dependencia", "Responde", lambda id: Case.office_id == int(id), office_names),
        Filter("territorio", "Territorio", lambda code: Case.territory == code, lambda: PLACES),
    ),
)
CLASS = (
    "Información pública (Ley 1712 de 2014), sin datos personales. Licencia: Creative Commons "
    "Atribución 4.0 (CC BY 4.0)."
)
COLUMNS = (
    Column("number", "Radicado", "Número público de la pregunta o del aporte"),
    Column("question", "Pregunta", "Lo que la persona escribió, sin lo que la identifica"),
    Column("answer", "Respuesta", "Lo que la ciudad respondió"),
    Column("office", "Dependencia", "La dependencia que respondió"),
    Column("topic", "Tema", "Tema de la lista de la ciudad"),
    Column("territory", "Territorio", "Comuna o corregimiento del que se habla"),
    Column("filed_on", "Llegó", "Día en que llegó", "date"),
    Column("answered_on", "Respondida", "Día de la respuesta", "date"),
    Column("days", "Días hábiles", "Días hábiles que tardó la respuesta", "number"),
    Column("me_too", "A mí también", "Cuántas veces dijeron «a mí también»", "number"),
    Column("page", "Página", "Dirección de la respuesta"),
    Column("updated_on", "Actualización", "Día en que se hizo este archivo", "date"),
)


def public_cases() -> Select[Case]:
    """Cases with a published answer, with their office joined."""
    return select(Case).outerjoin(Case.office).where(*IS_PUBLIC)


def public_case(typed: str) -> Case | None:
    """The published case with this number, as typed."""
    rows = select(Case).where(Case.code == codes.read(typed), *IS_PUBLIC)
    return db.session.scalar(rows.options(joinedload(Case.office)))


def note() -> str:
    """Class, licence and day of a file of open data (TRA-01, TRA-03)."""
    return f"{CLASS} Actualizado el {clock.today().isoformat()}."


def table(cases: Iterable[Case]) -> Table:
    """Public answers as open data."""
    return Table("respuestas", "Respuestas de la ciudad", COLUMNS, _rows(cases), note())


def _rows(cases: Iterable[Case]) -> Iterator[list[Any]]:
    today = clock.today()
    for one in cases:
        yield [
            codes.show(one.code),
            one.shown_text,
            one.answer,
            one.office.name if one.office else "",
            one.topic,
            PLACES.get(one.territory, ""),
            one.filed_on,
            one.answered_on,
            wording.days_taken(one),
            one.me_too,
            links.absolute(url_for("pages.answer", number=one.code)),
            today,
        ]


def _same(words: Iterable[str]) -> dict[str, str]:
    return {word: word for word in words}


def shortened(text: str, most: int) -> str:
    """The beginning of a text in one line."""
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[: most - 1]}…"
