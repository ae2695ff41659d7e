"""An XLSForm, the questionnaire format of ODK and Kobo, becomes a questionnaire.

What participa cannot express is reported with the number of its row: a loss when the rest stands
without it, a fault when it does not. Names and codes that participa does not allow are replaced.
Pages are the groups on the top level; the questions between two groups are a page as well.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import reduce
from typing import Any

from participa.core.errors import Refused
from participa.core.files import spreadsheets, unsupported
from participa.surveys.exchange.expressions import (
    Inexpressible,
    read_condition,
    read_constraint,
)
from participa.surveys.exchange.xlsform_questions import (
    both,
    code_of,
    own_facts,
    settled,
    step_of,
    text_type,
    with_own,
    with_parameters,
)
from participa.surveys.exchange.xlsform_rows import (
    FormReport,
    ReportLine,
    SheetRow,
    languages_of,
    rows_of,
)
from participa.surveys.questionnaire import documents, editing
from participa.surveys.questionnaire.conditions import Clause, Condition
from participa.surveys.questionnaire.questions import (
    MOST_QUESTIONS,
    NONE,
    OTHER,
    Choice,
    Page,
    Questionnaire,
    QuestionType,
    SurveyQuestion,
)

GROUP = re.compile(r"^(begin|end)[ _]?(group|repeat)\b", re.IGNORECASE)
SPACED = re.compile(r"^(select) (one|multiple)\b", re.IGNORECASE)  # as older tools write it
MOST_ROWS = 2000
MOST_QUOTED = 120  # letters of an expression, in the report
NOT_A_FORM = "El archivo no es un XLSForm: le falta la hoja «survey», con las columnas type y name."
METADATA = {
    "start",
    "end",
    "today",
    "deviceid",
    "username",
    "email",
    "phonenumber",
    "simserial",
    "subscriberid",
    "audit",
    "start-geopoint",
}
SIMPLE = {
    "integer": QuestionType.NUMBER,
    "int": QuestionType.NUMBER,
    "decimal": QuestionType.NUMBER,
    "text": QuestionType.SHORT,
    "string": QuestionType.SHORT,
    "date": QuestionType.DATE,
    "note": QuestionType.STATEMENT,
    "image": QuestionType.FILE,
    "photo": QuestionType.FILE,
    "file": QuestionType.FILE,
    "range": QuestionType.SCALE,
}
WITH_LIST = {
    "select_one": QuestionType.ONE,
    "select_multiple": QuestionType.SEVERAL,
    "rank": QuestionType.ORDER,
    "odk:rank": QuestionType.ORDER,
}
IGNORED_COLUMNS = {
    "calculation": "no calcula respuestas",
    "choice_filter": "no filtra las opciones: se muestran todas",
    "default": "no pone respuestas por defecto",
    "read_only": "no tiene preguntas de solo lectura",
    "repeat_count": "no repite grupos",
    "media::image": "no muestra imágenes en las preguntas",
    "media::audio": "no reproduce audio en las preguntas",
    "media::video": "no muestra video en las preguntas",
    "trigger": "no calcula respuestas",
}


@dataclass(frozen=True, slots=True)
class ImportedForm:
    """What an XLSForm became, and the lines of the report about it."""

    title: str
    questionnaire: Questionnaire
    lines: Sequence[ReportLine]

    @property
    def faults(self) -> list[ReportLine]:
        return [line for line in self.lines if line.is_fault]


def read(content: bytes) -> ImportedForm:
    """Read a workbook. Raises Refused for what is no XLSForm at all."""
    unsupported.refuse(content)
    sheets = {name.strip().lower(): rows for name, rows in spreadsheets.named_sheets(content)}
    settings = rows_of(sheets.get("settings", ()))
    language = settings[0]["default_language"] if settings else ""
    survey = rows_of(sheets.get("survey", ()), language)
    if not survey or not any("type" in row.cells for row in survey):
        raise Refused(NOT_A_FORM, "file")
    if len(survey) > MOST_ROWS:
        raise Refused(
            f"La hoja «survey» tiene más de {MOST_ROWS} filas. Haga dos encuestas.", "file"
        )
    reader = _FormReader(rows_of(sheets.get("choices", ()), language))
    header = next(row for row in sheets["survey"] if row.filled)
    if len(set(languages_of(header.cells))) > 1:
        reader.report.loss(survey[0], "participa muestra un solo idioma: se tomó el español.")
    questionnaire = reader.read(survey)
    title = settings[0]["form_title"] if settings else ""
    return ImportedForm(title, questionnaire, reader.report.lines)


@dataclass(slots=True)
class _Group:
    """A group that is open while rows are read."""

    row: SheetRow
    condition: Condition | None
    is_page: bool
    is_table: bool
    title: str
    questions: list[SurveyQuestion] = field(default_factory=list)


class _FormReader:
    """Reads the rows of `survey` in order."""

    def __init__(self, choices: Sequence[SheetRow]) -> None:
        self.report = FormReport()
        self.lists: dict[str, list[tuple[SheetRow, Choice]]] = {}
        self.codes: dict[str, dict[str, str]] = {}  # list → name there → code here
        self.names: dict[str, str] = {}  # name of a question there → key here
        self.by_key: dict[str, SurveyQuestion] = {}
        self.lists_of: dict[str, str] = {}  # key → its list
        self.rows_of_tables: dict[str, tuple[str, str]] = {}  # name there → table and row here
        self.row_of: dict[str, SheetRow] = {}
        self.pages: list[Page] = []
        self.loose: list[SurveyQuestion] = []
        self.open: list[_Group] = []
        self._read_choices(choices)

    # ---- choices

    def _read_choices(self, rows: Sequence[SheetRow]) -> None:
        for row in rows:
            name, label = row["name"], row["label"] or row["name"]
            if not (row["list_name"] and name):
                self.report.loss(row, "Una opción sin lista o sin nombre se deja fuera.", "choices")
                continue
            codes = self.codes.setdefault(row["list_name"], {})
            if name in codes:
                self.report.fault(row, f"La opción «{name}» está dos veces en su lista.", "choices")
                continue
            codes[name] = code_of(name, set(codes.values()))
            choice = Choice(codes[name], label)
            self.lists.setdefault(row["list_name"], []).append((row, choice))

    # ---- survey

    def read(self, rows: Sequence[SheetRow]) -> Questionnaire:
        for row in rows:
            self._row(row)
            if len(self.by_key) > MOST_QUESTIONS:
                self.report.fault(
                    row, f"Una encuesta tiene hasta {MOST_QUESTIONS} preguntas. Haga dos."
                )
                return Questionnaire()
        for group in self.open:
            self.report.fault(group.row, "El grupo que empieza aquí no termina: falta «end_group».")
        self._close_page()
        questionnaire = Questionnaire(tuple(page for page in self.pages if page.questions))
        for key, rule in documents.broken_rules(questionnaire):
            self.report.fault(self.row_of.get(key), rule.sentence)
        return questionnaire

    def _row(self, row: SheetRow) -> None:
        words = SPACED.sub(r"\1_\2", GROUP.sub(r"\1_\2", " ".join(row["type"].split())))
        kind, _, rest = words.partition(" ")
        kind = kind.lower()
        match kind:
            case "":
                return
            case "begin_group":
                self._begin(row)
            case "end_group":
                self._end(row)
            case "begin_repeat" | "end_repeat":
                self.report.fault(
                    row, "participa no repite grupos de preguntas. Quite la repetición."
                )
            case _ if kind in METADATA:
                self.report.loss(row, f"participa no guarda «{kind}».")
            case _:
                self._ask(row, kind, rest)

    def _begin(self, row: SheetRow) -> None:
        is_table = "table-list" in row["appearance"]
        is_page = not self.open and not is_table
        if is_page:
            self._close_page()
        condition = self._condition(row)
        self.open.append(_Group(row, condition, is_page, is_table, row["label"]))

    def _end(self, row: SheetRow) -> None:
        if not self.open:
            self.report.fault(row, "Aquí termina un grupo que no empieza.")
            return
        group = self.open.pop()
        if group.is_table:
            self._put_table(group)
        elif self.open:
            self.open[-1].questions += group.questions
        else:
            self.pages.append(Page(tuple(group.questions), group.title))

    def _close_page(self) -> None:
        if self.loose:
            self.pages.append(Page(tuple(self.loose)))
            self.loose = []

    def _put(self, question: SurveyQuestion, row: SheetRow) -> None:
        self.by_key[question.key] = question
        self.row_of[question.key] = row
        (self.open[-1].questions if self.open else self.loose).append(question)

    def _put_table(self, group: _Group) -> None:
        """A group «table-list» of questions with the same options is one table."""
        columns = {question.choices for question in group.questions}
        are_alike = all(one.type is QuestionType.ONE for one in group.questions)
        if not are_alike or len(columns) != 1:
            self.report.loss(
                group.row, "No todas sus preguntas tienen las mismas opciones: van sueltas."
            )
            (self.open[-1].questions if self.open else self.loose).extend(group.questions)
            return
        own = own_facts(group.row)
        key = self._key(group.row["name"] or "tabla")
        rows: list[Choice] = []
        for question in group.questions:
            code = own.get("rows", {}).get(question.key) or code_of(
                question.key, {row.code for row in rows}
            )
            rows.append(Choice(code, question.label))
            del self.by_key[question.key]
            self.rows_of_tables[question.key] = (key, code)
        table = SurveyQuestion(
            key=key,
            type=QuestionType.MATRIX,
            label=group.title or group.row["name"],
            hint=group.row["hint"],
            is_required=any(one.is_required for one in group.questions),
            choices=group.questions[0].choices,
            has_none=group.questions[0].has_none,
            rows=tuple(rows),
            shown_if=self._within_groups(group.condition),
        )
        self._put(with_own(table, own), group.row)

    # ---- one question

    def _ask(self, row: SheetRow, kind: str, rest: str) -> None:
        words = rest.split()
        type = WITH_LIST.get(kind) or SIMPLE.get(kind)
        if type is None:
            self.report.loss(row, f"participa no tiene preguntas de tipo «{kind}»: se deja fuera.")
            return
        facts: dict[str, Any] = {}
        if kind in WITH_LIST:
            facts = self._listed(row, words)
            if not facts:
                return
        key = self._key(row["name"])
        if not row["name"]:
            self.report.fault(row, "La pregunta no tiene nombre (columna name).")
        question = SurveyQuestion(
            key=key,
            type=text_type(row) if type is QuestionType.SHORT else type,
            label=row["label"] or row["name"],
            hint=row["hint"],
            is_required=row.is_yes("required") and type is not QuestionType.STATEMENT,
            shown_if=self._within_groups(self._condition(row)),
            **facts,
        )
        own = own_facts(row)
        question = self._bounded(with_parameters(question, row["parameters"]), row)
        if type is QuestionType.SCALE and step_of(row["parameters"]) != 1:
            self.report.loss(row, "participa va de uno en uno en una escala.")
        if kind == "decimal":
            question = replace(question, decimals=6)
        self._note_losses(row)
        self.names[row["name"]] = key
        if words:
            self.lists_of[key] = words[0]
        self._put(settled(with_own(question, own)), row)

    def _listed(self, row: SheetRow, words: Sequence[str]) -> dict[str, Any]:
        if not words or words[0] not in self.lists:
            name = words[0] if words else ""
            self.report.fault(row, f"La lista «{name}» no está en la hoja «choices».")
            return {}
        choices = [choice for _, choice in self.lists[words[0]]]
        offers_none = [choice for choice in choices if choice.code == NONE]
        return {
            "choices": tuple(choice for choice in choices if choice.code != NONE),
            "has_none": bool(offers_none),
            "has_other": "or_other" in words,
        }

    def _key(self, name: str) -> str:
        if documents.KEY.fullmatch(name) and name not in self.by_key:
            return name
        return editing.new_key(name, self.by_key)

    def _condition(self, row: SheetRow) -> Condition | None:
        if not row["relevant"]:
            return None
        known = self.by_key | {
            name: self.by_key[table] for name, (table, _) in self.rows_of_tables.items()
        }
        try:
            found = read_condition(
                row["relevant"], known, self.names | {name: name for name in self.rows_of_tables}
            )
        except Inexpressible as reason:
            sentence = f"La condición «{short(row['relevant'])}» {reason}. Se muestra siempre."
            self.report.loss(row, sentence)
            return None
        return Condition(tuple(tuple(map(self._clause, group)) for group in found.groups))

    def _clause(self, clause: Clause) -> Clause:
        """With the codes of participa, and a row of a table as such."""
        if clause.question in self.rows_of_tables:
            table, code = self.rows_of_tables[clause.question]
            clause = replace(clause, question=table, row=code)
        codes = self.codes.get(self.lists_of.get(clause.question, ""), {})
        known = self.by_key.get(clause.question)
        has_other = known is not None and known.has_other
        if has_other and clause.value == "other" and "other" not in codes:
            return replace(clause, value=OTHER)  # as `or_other` names it
        return replace(clause, value=codes.get(clause.value, clause.value))

    def _within_groups(self, own: Condition | None) -> Condition | None:
        """A condition with those of the groups in which it stands; all of them must hold."""
        conditions = [group.condition for group in self.open if not group.is_table]
        found = [one for one in (*conditions, own) if one is not None]
        return reduce(both, found) if found else None

    def _bounded(self, question: SurveyQuestion, row: SheetRow) -> SurveyQuestion:
        if not row["constraint"]:
            return question
        try:
            bounds = read_constraint(row["constraint"])
            bounded = replace(
                question,
                least=question.least if bounds.least is None else bounds.least,
                most=question.most if bounds.most is None else bounds.most,
            )
            if documents.has_broken_bounds(bounded):
                raise Inexpressible("no sirve para este tipo de pregunta")
        except Inexpressible as reason:
            self.report.loss(
                row, f"La regla «{short(row['constraint'])}» {reason}. Se recibe cualquier valor."
            )
            return question
        return bounded

    def _note_losses(self, row: SheetRow) -> None:
        for column, sentence in IGNORED_COLUMNS.items():
            if row[column]:
                self.report.loss(row, f"participa {sentence}.")


def short(expression: str) -> str:
    """The beginning of what is quoted: a cell holds 32,000 letters."""
    return expression if len(expression) <= MOST_QUOTED else f"{expression[:MOST_QUOTED]}…"
