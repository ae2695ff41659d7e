"""The problems of a plan that a person decides before it is imported, with a suggested answer.

Decisions never change the city's words: they say how participa treats them, and are stored with
the import. No database here.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

from participa.core import spanish
from participa.plan.importing.drafts import Draft, DraftTask
from participa.plan.offices import (
    EXTERNAL,
    GROUP,
    Directory,
    OfficeMention,
    name_key,
    without_accents,
)

KEEP, PENDING, CREATE, LINK, NONE = "keep", "pending", "create", "link", "none"
ALIKE = 0.75  # office names this similar are offered as the same office
# A participle or a verb that says a result: «creado», «cuentan», «abierta».
RESULT = re.compile(
    r"\w(?:ad|id)[oa]s?\b|\bcuentan?\b|\btienen?\b|\b(?:hech|escrit|abiert)[oa]s?\b"
)
KEEP_WORDS = ((KEEP, "Dejar las palabras como están"), (PENDING, "Dejarlas y pedir corrección"))
ACKNOWLEDGE = ((KEEP, "De acuerdo"), (PENDING, "Revisar después"))
TITLES = {
    "sheet": "De qué hoja es el plan",
    "title-year": "De qué año es el plan",
    "hidden-row": "Filas ocultas",
    "other-year": "Fechas de otro año",
    "share": "Porcentajes que se leen de dos maneras",
    "target": "Metas que no son enteras, o se leen de dos maneras",
    "unit": "Unidades que no conocemos",
    "unknown-office": "Dependencias que no conocemos",
    "office-name": "Otros nombres de una dependencia",
    "group": "Grupos de dependencias",
    "external": "Entidades de fuera del Distrito",
    "no-office": "Tareas sin responsable",
    "truncated-action": "Acciones que parecen incompletas",
    "percent-without-denominator": "Porcentajes sin denominador",
    "indicator-form": "Indicadores que no dicen un resultado",
    "indicator-period": "Indicadores que terminan en punto",
    "repeated-header": "Encabezados repetidos",
    "block": "Datos del formato arriba de la tabla",
    "total": "Filas de totales",
    "footer": "Palabras debajo de la tabla",
    "side-note": "Notas al lado de la tabla",
    "hidden-sheet": "Hojas ocultas",
    "hidden-column": "Columnas ocultas",
    "unknown-column": "Columnas que no son del plan",
    "missing-column": "Columnas que faltan",
    "fraction": "Metas guardadas como fracción",
    "year": "Año del plan",
    "sheet-year": "Año en el nombre de la hoja",
    "no-title": "Título del plan",
}


@dataclass(frozen=True, slots=True)
class ImportProblem:
    """One question about words of the file, with the answers to choose from.

    `options` are pairs of key and Spanish label; `suggested` is the key of one of them. `rows` are
    rows of the file, `places` codes of tasks. `office` is the slug of the office that the words
    seem to name. `changes_reading`: the answer says how the file is read; nothing is suggested, so
    `suggested` is empty and somebody has to answer.
    """

    kind: str
    words: str
    sentence: str
    options: tuple[tuple[str, str], ...]
    suggested: str
    rows: tuple[int, ...] = ()
    places: tuple[str, ...] = ()
    office: str = ""
    changes_reading: bool = False

    @property
    def key(self) -> str:
        """Identifies the question; the same in another import of the same words."""
        return f"{self.kind}:{self.words}"

    def merged_with(self, other: "ImportProblem") -> "ImportProblem":
        """This problem with the rows and places of both."""
        return replace(
            self,
            rows=tuple(dict.fromkeys((*self.rows, *other.rows))),
            places=tuple(dict.fromkeys((*self.places, *other.places))),
        )

    @property
    def is_a_guess(self) -> bool:
        """Whether the suggested answer is uncertain: such problems are shown open."""
        return self.changes_reading or self.kind in {"unknown-office", "no-office"}

    @property
    def where(self) -> str:
        places = f"{', '.join(self.places)} · " if self.places else ""
        word = "fila" if len(self.rows) == 1 else "filas"
        return f"{places}{word} {', '.join(map(str, self.rows))}" if any(self.rows) else ""

    @property
    def unquoted_words(self) -> str:
        """The words of the file, unless the sentence quotes them."""
        return "" if self.words in self.sentence else self.words

    @property
    def choices(self) -> tuple[tuple[str, str], ...]:
        """The options of its select; before them an empty one where nothing is suggested."""
        return self.options if self.suggested else (("", "Elija una respuesta"), *self.options)

    def label_of(self, answer: str) -> str:
        return dict(self.choices)[answer]


def problems_of(draft: Draft, directory: Directory) -> list[ImportProblem]:
    """The problems of a draft, each kind and words once."""
    problems: dict[str, ImportProblem] = {}
    for problem in (
        *_notes(draft),
        *_offices(draft, directory),
        *_without_office(draft),
        *_actions(draft),
        *_indicators(draft),
    ):
        first = problems.get(problem.key)
        problems[problem.key] = first.merged_with(problem) if first else problem
    return list(problems.values())


def _offices(draft: Draft, directory: Directory) -> Iterator[ImportProblem]:
    """One problem for each name that is not the official name of an office of the city."""
    tasks_by_mention: dict[OfficeMention, list[DraftTask]] = {}
    for task in draft.tasks:
        for mention in task.offices:
            tasks_by_mention.setdefault(mention, []).append(task)
    names: dict[str, list[str]] = {}
    for mention in tasks_by_mention:
        names.setdefault(mention.slug, []).append(mention.written)
    for mention, tasks in tasks_by_mention.items():
        problem = (
            _unknown_office(mention, directory)
            if not mention.slug
            else _named_office(mention, directory, names[mention.slug])
        )
        if problem:
            yield replace(
                problem,
                office=mention.slug,
                rows=tuple(dict.fromkeys(task.row for task in tasks)),
                places=tuple(dict.fromkeys(task.code for task in tasks)),
            )


def _unknown_office(mention: OfficeMention, directory: Directory) -> ImportProblem:
    similar = _most_similar(mention.written, directory)
    offices = sorted(directory.known.values(), key=lambda office: without_accents(office.name))
    return ImportProblem(
        "unknown-office",
        mention.written,
        f"No conocemos la dependencia «{mention.written}». Diga cuál es, o créela.",
        (
            (CREATE, f"Crear la dependencia «{mention.written}»"),
            (NONE, "No enlazar: dejar solo las palabras"),
            *((f"office:{office.slug}", f"Es otro nombre de {office.name}") for office in offices),
        ),
        f"office:{similar}" if similar else CREATE,
    )


def _most_similar(name: str, directory: Directory) -> str:
    """The slug of the office with the most similar name; "" when none is similar enough."""
    words = " ".join(name_key(name))
    best, slug = max(
        (
            (SequenceMatcher(None, words, " ".join(name_key(office.name))).ratio(), office.slug)
            for office in directory.known.values()
        ),
        default=(0.0, ""),
    )
    return slug if best >= ALIKE else ""


def _named_office(
    mention: OfficeMention, directory: Directory, names: list[str]
) -> ImportProblem | None:
    office = directory.known[mention.slug]
    if office.level == GROUP:
        return ImportProblem(
            "group",
            mention.written,
            f"«{mention.written}» no es una dependencia: es el grupo de todas.",
            ((LINK, f"Enlazar con «{office.name}»"), (NONE, "No enlazar: dejar solo las palabras")),
            LINK,
        )
    if office.level == EXTERNAL:
        return ImportProblem(
            "external",
            mention.written,
            f"«{mention.written}» no es del Distrito: no tiene cuentas aquí.",
            ((LINK, "Mostrarla como entidad externa"), (NONE, "No enlazar: dejar las palabras")),
            LINK,
        )
    if name_key(mention.written) == name_key(office.name):
        return None
    others = [name for name in names if name != mention.written]
    also = f" El plan también la llama «{others[0]}»." if others else ""
    return ImportProblem(
        "office-name",
        mention.written,
        f"«{mention.written}» parece otro nombre de «{office.name}».{also}",
        (
            (LINK, f"Es la misma: {office.name}"),
            (CREATE, f"Es otra: crear «{mention.written}»"),
            (NONE, "No enlazar: dejar solo las palabras"),
        ),
        LINK,
    )


def _without_office(draft: Draft) -> Iterator[ImportProblem]:
    for task in draft.tasks:
        if not task.offices:
            sentence = "El plan no dice quién responde por esta tarea."
            yield _of_task("no-office", task, task.name, sentence, ACKNOWLEDGE, PENDING)


def _actions(draft: Draft) -> Iterator[ImportProblem]:
    for action in draft.actions:
        if action.name[:1].islower():
            yield ImportProblem(
                "truncated-action",
                action.name,
                "La acción empieza en minúscula: parece que le falta el comienzo.",
                KEEP_WORDS,
                PENDING,
                (action.row,),
                (f"acción {action.number}",),
            )


def _indicators(draft: Draft) -> Iterator[ImportProblem]:
    for task in draft.tasks:
        if task.is_percent:
            yield _of_task(
                "percent-without-denominator",
                task,
                f"{task.code} {task.indicator}",
                f"La meta es {spanish.percent(task.target)}, pero el plan no dice de cuántos.",
                (
                    (KEEP, "Contar los registros que apliquen en su medición"),
                    (PENDING, "Pedir el denominador a quien responde"),
                ),
                KEEP,
            )
        if not RESULT.search(without_accents(task.indicator).casefold()):
            sentence = "El indicador no dice un resultado, como «creado» o «publicado»."
            yield _of_task("indicator-form", task, task.indicator, sentence, KEEP_WORDS, PENDING)
        if task.indicator.endswith("."):
            sentence = "El indicador termina en punto y parece una frase, no un nombre."
            yield _of_task("indicator-period", task, task.indicator, sentence, KEEP_WORDS, KEEP)


def _of_task(
    kind: str,
    task: DraftTask,
    words: str,
    sentence: str,
    options: tuple[tuple[str, str], ...],
    suggested: str,
) -> ImportProblem:
    return ImportProblem(kind, words, sentence, options, suggested, (task.row,), (task.code,))


NOTES = {
    "sheet": "El archivo trae más de un plan, en las hojas {words}. ¿Cuál se importa?",
    "title-year": "Arriba de la tabla hay dos años: {words}. ¿De cuál es el plan?",
    "hidden-row": "Hay filas ocultas en el archivo: {words}. ¿Son del plan?",
    "other-year": "Hay fechas de {words}, que no son del año del plan. ¿Qué meses son?",
    "share": "La unidad es Porcentaje y la meta dice «{words}», sin el signo %. ¿Cuánto es?",
    "target": "La meta dice «{words}». Aquí las metas son enteras. ¿Cuánto es?",
    "unit": "La unidad dice «{words}». ¿Se cuenta un número de cosas o un porcentaje?",
    "repeated-header": "El título y el encabezado están otra vez: es un salto de página.",
    "block": "Arriba de la tabla hay datos que no son el título: {words}. No se importan.",
    "total": "La fila «{words}» es un total. No se importa.",
    "footer": "Debajo de la tabla dice «{words}». No se importa.",
    "side-note": "Al lado de la tabla dice «{words}». No se importa.",
    "hidden-sheet": "El archivo trae otro plan en una hoja oculta: {words}. No se lee.",
    "hidden-column": "Estas columnas están ocultas en el archivo y se leen: {words}.",
    "unknown-column": "Hay columnas que no son del plan: {words}. Quedan en el archivo, no aquí.",
    "missing-column": "No está la columna «{words}». Esas celdas quedan vacías.",
    "fraction": "Excel guarda 100\xa0% como 1. Leímos la meta así: {words}.",
    "year": "El título y el año que usted escribió no coinciden: {words}.",
    "sheet-year": "El título no dice el año. Lo tomamos del nombre de la hoja, «{words}».",
    "no-title": "El archivo no trae título. Usaremos «{words}».",
}


def _notes(draft: Draft) -> Iterator[ImportProblem]:
    for note in draft.notes:
        sentence = NOTES[note.kind].format(words=note.words)
        options = note.options or ACKNOWLEDGE
        suggested = "" if note.options else KEEP
        rows = (note.row, *note.also)
        is_asked = bool(note.options)
        yield ImportProblem(
            note.kind, note.words, sentence, options, suggested, rows, changes_reading=is_asked
        )


def with_decided_offices(
    draft: Draft, problems: Iterable[ImportProblem], decisions: Mapping[str, str]
) -> Draft:
    """The draft with the offices that were decided. An office still to be created is linked by
    the slug of `new_slug`."""
    answers = {
        problem.words: decisions.get(problem.key, problem.suggested)
        for problem in problems
        if problem.kind in {"unknown-office", "office-name", "group", "external"}
    }
    actions = tuple(
        replace(action, tasks=tuple(_decided_task(task, answers) for task in action.tasks))
        for action in draft.actions
    )
    return replace(draft, actions=actions)


def _decided_task(task: DraftTask, answers: Mapping[str, str]) -> DraftTask:
    linked: dict[str, OfficeMention] = {}
    for mention in task.offices:
        answer = answers.get(mention.written, LINK)
        if answer == CREATE:
            linked.setdefault(
                new_slug(mention.written), OfficeMention(mention.written, new_slug(mention.written))
            )
        elif answer != NONE:
            slug = answer.removeprefix("office:") if answer != LINK else mention.slug
            linked.setdefault(slug, OfficeMention(mention.written, slug))
    return replace(task, offices=tuple(linked.values()))


def new_slug(name: str) -> str:
    return "-".join(name_key(name))
