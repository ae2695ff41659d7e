"""What a person has to decide about a plan before it is imported, with a suggestion for each.

The city's exact words stay as they are; a decision says what participa does with them and is kept
with the import. No database here.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

from participa.plan.importing.drafts import Draft, DraftTask
from participa.plan.offices import EXTERNAL, GROUP, Directory, Piece, key, plain

KEEP, PENDING, CREATE, LINK, NONE = "keep", "pending", "create", "link", "none"
ALIKE = 0.75  # office names this similar are offered as the same office
RESULT = re.compile(
    r"\w(?:ad|id)[oa]s?\b|\bcuentan?\b|\btienen?\b|\b(?:hech|escrit|abiert)[oa]s?\b"
)
FINAL_KEEP = ((KEEP, "Dejar las palabras como están"), (PENDING, "Dejarlas y pedir corrección"))
SEEN = ((KEEP, "De acuerdo"), (PENDING, "Revisar después"))
TITLES = {
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
    "unknown-column": "Columnas que no son del plan",
    "missing-column": "Columnas que faltan",
    "fraction": "Metas guardadas como fracción",
    "year": "Año del plan",
    "no-title": "Título del plan",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One question: where it arises, the words of the file, what is asked, and the answers."""

    kind: str
    words: str
    sentence: str
    options: tuple[tuple[str, str], ...]
    suggested: str
    rows: tuple[int, ...] = ()
    places: tuple[str, ...] = ()
    office: str = ""  # the slug of the office that these words seem to name

    @property
    def key(self) -> str:
        """The same question gets the same key when the file comes again."""
        return f"{self.kind}:{self.words}"

    def also_at(self, other: "Finding") -> "Finding":
        """The same question about the same words, asked once for all the rows that hold them."""
        return replace(
            self,
            rows=tuple(dict.fromkeys((*self.rows, *other.rows))),
            places=tuple(dict.fromkeys((*self.places, *other.places))),
        )

    @property
    def needs_a_person(self) -> bool:
        """Whether the suggestion is only a guess."""
        return self.kind in {"unknown-office", "no-office"}

    @property
    def where(self) -> str:
        places = f"{', '.join(self.places)} · " if self.places else ""
        word = "fila" if len(self.rows) == 1 else "filas"
        return f"{places}{word} {', '.join(map(str, self.rows))}" if any(self.rows) else ""

    @property
    def other_words(self) -> str:
        """The words of the file, where the sentence does not hold them already."""
        return "" if self.words in self.sentence else self.words

    @property
    def suggestion(self) -> str:
        return dict(self.options)[self.suggested]


def findings(draft: Draft, directory: Directory) -> list[Finding]:
    """The questions of a draft: offices first, because they decide who answers for a task."""
    asked: dict[str, Finding] = {}
    for finding in (
        *_offices(draft, directory),
        *_without_office(draft),
        *_actions(draft),
        *_indicators(draft),
        *_notes(draft),
    ):
        first = asked.get(finding.key)
        asked[finding.key] = first.also_at(finding) if first else finding
    return list(asked.values())


def _offices(draft: Draft, directory: Directory) -> Iterator[Finding]:
    """One finding for each name that is not simply the name of one office of the city."""
    seen: dict[Piece, list[DraftTask]] = {}
    for task in draft.tasks:
        for piece in task.offices:
            seen.setdefault(piece, []).append(task)
    names: dict[str, list[str]] = {}
    for piece in seen:
        names.setdefault(piece.slug, []).append(piece.written)
    for piece, tasks in seen.items():
        finding = (
            _unknown_office(piece, directory)
            if not piece.slug
            else _named_office(piece, directory, names[piece.slug])
        )
        if finding:
            yield replace(
                finding,
                office=piece.slug,
                rows=tuple(dict.fromkeys(task.row for task in tasks)),
                places=tuple(dict.fromkeys(task.code for task in tasks)),
            )


def _unknown_office(piece: Piece, directory: Directory) -> Finding:
    near = _nearest(piece.written, directory)
    offices = sorted(directory.known.values(), key=lambda office: plain(office.name))
    return Finding(
        "unknown-office",
        piece.written,
        f"No conocemos la dependencia «{piece.written}». Diga cuál es, o créela.",
        (
            (CREATE, f"Crear la dependencia «{piece.written}»"),
            (NONE, "No enlazar: dejar solo las palabras"),
            *((f"office:{office.slug}", f"Es otro nombre de {office.name}") for office in offices),
        ),
        f"office:{near}" if near else CREATE,
    )


def _nearest(name: str, directory: Directory) -> str:
    """The office whose name is most like this one, or nothing."""
    wanted = " ".join(key(name))
    best, slug = max(
        (
            (SequenceMatcher(None, wanted, " ".join(key(office.name))).ratio(), office.slug)
            for office in directory.known.values()
        ),
        default=(0.0, ""),
    )
    return slug if best >= ALIKE else ""


def _named_office(piece: Piece, directory: Directory, names: list[str]) -> Finding | None:
    office = directory.known[piece.slug]
    if office.level == GROUP:
        return Finding(
            "group",
            piece.written,
            f"«{piece.written}» no es una dependencia: es el grupo de todas.",
            ((LINK, f"Enlazar con «{office.name}»"), (NONE, "No enlazar: dejar solo las palabras")),
            LINK,
        )
    if office.level == EXTERNAL:
        return Finding(
            "external",
            piece.written,
            f"«{piece.written}» no es del Distrito: no tiene cuentas aquí.",
            ((LINK, "Mostrarla como entidad externa"), (NONE, "No enlazar: dejar las palabras")),
            LINK,
        )
    if key(piece.written) == key(office.name):
        return None
    others = [name for name in names if name != piece.written]
    also = f" El plan también la llama «{others[0]}»." if others else ""
    return Finding(
        "office-name",
        piece.written,
        f"«{piece.written}» parece otro nombre de «{office.name}».{also}",
        (
            (LINK, f"Es la misma: {office.name}"),
            (CREATE, f"Es otra: crear «{piece.written}»"),
            (NONE, "No enlazar: dejar solo las palabras"),
        ),
        LINK,
    )


def _without_office(draft: Draft) -> Iterator[Finding]:
    for task in draft.tasks:
        if not task.offices:
            sentence = "El plan no dice quién responde por esta tarea."
            yield _of_task("no-office", task, task.name, sentence, SEEN, PENDING)


def _actions(draft: Draft) -> Iterator[Finding]:
    for action in draft.actions:
        if action.name[:1].islower():
            yield Finding(
                "truncated-action",
                action.name,
                "La acción empieza en minúscula: parece que le falta el comienzo.",
                FINAL_KEEP,
                PENDING,
                (action.row,),
                (f"acción {action.number}",),
            )


def _indicators(draft: Draft) -> Iterator[Finding]:
    for task in draft.tasks:
        if task.is_percent:
            yield _of_task(
                "percent-without-denominator",
                task,
                f"{task.code} {task.indicator}",
                f"La meta es {task.target} %, pero el plan no dice de cuántos.",
                (
                    (KEEP, "Contar los registros que apliquen en su medición"),
                    (PENDING, "Pedir el denominador a quien responde"),
                ),
                KEEP,
            )
        if not RESULT.search(plain(task.indicator).casefold()):
            sentence = "El indicador no dice un resultado, como «creado» o «publicado»."
            yield _of_task("indicator-form", task, task.indicator, sentence, FINAL_KEEP, PENDING)
        if task.indicator.endswith("."):
            sentence = "El indicador termina en punto y parece una frase, no un nombre."
            yield _of_task("indicator-period", task, task.indicator, sentence, FINAL_KEEP, KEEP)


def _of_task(
    kind: str,
    task: DraftTask,
    words: str,
    sentence: str,
    options: tuple[tuple[str, str], ...],
    suggested: str,
) -> Finding:
    return Finding(kind, words, sentence, options, suggested, (task.row,), (task.code,))


NOTES = {
    "repeated-header": "El título y el encabezado están otra vez: es un salto de página.",
    "unknown-column": "La columna «{words}» no es del plan. Queda en el archivo, no se importa.",
    "missing-column": "No está la columna «{words}». Esas celdas quedan vacías.",
    "fraction": "Excel guarda 100 % como 1. Leímos la meta así: {words}.",
    "year": "El título y el año que usted escribió no coinciden: {words}.",
    "no-title": "El archivo no trae título. Usaremos «{words}».",
}


def _notes(draft: Draft) -> Iterator[Finding]:
    for note in draft.notes:
        sentence = NOTES[note.kind].format(words=note.words)
        yield Finding(note.kind, note.words, sentence, SEEN, KEEP, (note.row,))


def decided(draft: Draft, found: Iterable[Finding], decisions: Mapping[str, str]) -> Draft:
    """The draft with its offices as they were decided. A created office gets its future slug."""
    answers = {
        finding.words: decisions.get(finding.key, finding.suggested)
        for finding in found
        if finding.kind in {"unknown-office", "office-name", "group", "external"}
    }
    actions = tuple(
        replace(action, tasks=tuple(_decided_task(task, answers) for task in action.tasks))
        for action in draft.actions
    )
    return replace(draft, actions=actions)


def _decided_task(task: DraftTask, answers: Mapping[str, str]) -> DraftTask:
    linked: dict[str, Piece] = {}
    for piece in task.offices:
        answer = answers.get(piece.written, LINK)
        if answer == CREATE:
            linked.setdefault(
                new_slug(piece.written), Piece(piece.written, new_slug(piece.written))
            )
        elif answer != NONE:
            slug = answer.removeprefix("office:") if answer != LINK else piece.slug
            linked.setdefault(slug, Piece(piece.written, slug))
    return replace(task, offices=tuple(linked.values()))


def new_slug(name: str) -> str:
    return "-".join(key(name))
