"""A questionnaire as XLSForm, which ODK, Kobo and SurveyCTO read; read again, it is the same one.

What XLSForm has no words for stands in a column of its own, `participa`, that others ignore.
"""

import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, BinaryIO

from participa.citizens import territories
from participa.core.tables import workbooks
from participa.surveys.exchange.expressions import write_condition
from participa.surveys.exchange.xlsform_questions import OWN, OWN_FACTS
from participa.surveys.questionnaire import documents
from participa.surveys.questionnaire.questions import (
    NONE,
    NONE_LABEL,
    Page,
    Questionnaire,
    QuestionType,
    SurveyQuestion,
)

if TYPE_CHECKING:
    from xlsxwriter import Workbook

SURVEY_COLUMNS = (
    "type",
    "name",
    "label",
    "hint",
    "required",
    "relevant",
    "constraint",
    "constraint_message",
    "appearance",
    "parameters",
    OWN,
)
CHOICE_COLUMNS = ("list_name", "name", "label")
SETTING_COLUMNS = ("form_title", "form_id", "version", "default_language")
COMUNAS = "participa_comunas"
PLAIN = {
    QuestionType.SHORT: "text",
    QuestionType.LONG: "text",
    QuestionType.DATE: "date",
    QuestionType.STATEMENT: "note",
    QuestionType.FILE: "file",
    QuestionType.SCALE: "range",
}
LISTED = {
    QuestionType.ONE: "select_one",
    QuestionType.SEVERAL: "select_multiple",
    QuestionType.ORDER: "rank",
}
# Facts that the other columns say, by type; the column of participa leaves them out.
SAID = {"is_required", "has_other", "least", "most", "choices"}

Line = Mapping[str, str]


def write(
    questionnaire: Questionnaire, title: str, form_id: str, version: int, file: BinaryIO
) -> None:
    """Write the workbook, with the sheets survey, choices and settings."""
    settings = {
        "form_title": title,
        "form_id": form_id,
        "version": str(version),
        "default_language": "Español (es)",
    }
    with workbooks.new(file, strings_to_formulas=False, strings_to_urls=False) as workbook:
        _sheet(workbook, "survey", SURVEY_COLUMNS, _survey(questionnaire))
        _sheet(workbook, "choices", CHOICE_COLUMNS, _choices(questionnaire))
        _sheet(workbook, "settings", SETTING_COLUMNS, [settings])


def _sheet(workbook: "Workbook", name: str, columns: tuple[str, ...], lines: Any) -> None:
    sheet = workbook.add_worksheet(name)
    bold = workbook.add_format({"bold": True, "bottom": 1})
    sheet.freeze_panes(1, 0)
    for place, column in enumerate(columns):
        sheet.set_column(place, place, 40 if column in {"label", "hint", OWN} else 20)
        sheet.write_string(0, place, column, bold)
    for number, line in enumerate(lines, 1):
        for place, column in enumerate(columns):
            if line.get(column):
                sheet.write_string(number, place, line[column])


# ---- the sheet survey


def _survey(questionnaire: Questionnaire) -> Iterator[Line]:
    for number, page in enumerate(questionnaire.pages, 1):
        yield from _page(page, number, questionnaire.by_key)


def _page(page: Page, number: int, known: Mapping[str, SurveyQuestion]) -> Iterator[Line]:
    name = f"pagina_{number}"
    yield {
        "type": "begin_group",
        "name": name,
        "label": page.title,
        "appearance": "field-list",
    }
    for question in page.questions:
        yield from _table(question, known) if question.rows else [_question(question, known)]
    yield {"type": "end_group", "name": name}


def _question(question: SurveyQuestion, known: Mapping[str, SurveyQuestion]) -> Line:
    return {
        "type": _type(question),
        "name": question.key,
        "label": question.label,
        "hint": question.hint,
        "required": "yes" if question.is_required else "",
        "relevant": _relevant(question, known),
        "constraint": _constraint(question),
        "constraint_message": "",
        "appearance": "multiline" if question.type is QuestionType.LONG else "",
        "parameters": _parameters(question),
        OWN: _own(question),
    }


def _table(question: SurveyQuestion, known: Mapping[str, SurveyQuestion]) -> Iterator[Line]:
    """A table is a group of questions with the same options, one for each statement."""
    codes = {f"{question.key}_{row.code}": row.code for row in question.rows}
    yield {
        "type": "begin_group",
        "name": question.key,
        "label": question.label,
        "hint": question.hint,
        "relevant": _relevant(question, known),
        "appearance": "table-list",
        OWN: _own(question, rows=codes),
    }
    for row in question.rows:
        yield {
            "type": f"select_one {_list_name(question)}",
            "name": f"{question.key}_{row.code}",
            "label": row.label,
            "required": "yes" if question.is_required else "",
        }
    yield {"type": "end_group", "name": question.key}


def _type(question: SurveyQuestion) -> str:
    if question.type is QuestionType.NUMBER:
        return "decimal" if question.decimals else "integer"
    if question.type is QuestionType.TERRITORY:
        return f"select_one {COMUNAS}"
    if question.type in LISTED:
        other = " or_other" if question.has_other else ""
        return f"{LISTED[question.type]} {_list_name(question)}{other}"
    return PLAIN[question.type]


def _list_name(question: SurveyQuestion) -> str:
    return f"opciones_{question.key}"


def _relevant(question: SurveyQuestion, known: Mapping[str, SurveyQuestion]) -> str:
    return write_condition(question.shown_if, known) if question.shown_if else ""


def _constraint(question: SurveyQuestion) -> str:
    """What of least and most a form can check; a range says its own as parameters."""
    subjects = {
        QuestionType.NUMBER: ".",
        QuestionType.SHORT: "string-length(.)",
        QuestionType.LONG: "string-length(.)",
        QuestionType.SEVERAL: "count-selected(.)",
    }
    if question.type not in subjects:
        return ""
    subject, parts = subjects[question.type], []
    if question.least is not None:
        parts.append(f"{subject} >= {documents.number(question.least)}")
    if question.most is not None:
        parts.append(f"{subject} <= {documents.number(question.most)}")
    return " and ".join(parts)


def _parameters(question: SurveyQuestion) -> str:
    if question.type is QuestionType.SCALE:
        return f"start={question.steps[0]} end={question.steps[-1]} step=1"
    return "randomize=true" if question.is_shuffled and question.type in LISTED else ""


def _own(question: SurveyQuestion, **more: Any) -> str:
    """The facts for which there is no other column, as JSON; "" for none."""
    facts = {
        name: value for name, value in documents.facts_of(question).items() if name in OWN_FACTS
    }
    for name in _said(question):
        facts.pop(name, None)
    facts |= more
    return json.dumps(facts, ensure_ascii=False) if facts else ""


def _said(question: SurveyQuestion) -> set[str]:
    """The facts that the other columns of its rows say."""
    said = set()
    if question.type not in {QuestionType.TERRITORY, QuestionType.MATRIX, QuestionType.LONG}:
        said.add("type")
    if question.type is not QuestionType.STATEMENT:
        said.add("is_required")
    if question.type in LISTED:
        said |= {"has_none", "has_other", "is_shuffled", "choices"}
    if question.type is QuestionType.MATRIX:
        said |= {"has_none", "choices"}
    if question.type in {QuestionType.NUMBER, QuestionType.SEVERAL, QuestionType.SCALE} or (
        question.type.is_text
    ):
        said |= {"least", "most"}
    return said


# ---- the sheet choices


def _choices(questionnaire: Questionnaire) -> Iterator[Line]:
    for question in questionnaire.questions:
        if question.type.has_choices:
            name = _list_name(question)
            for choice in question.choices:
                yield {"list_name": name, "name": choice.code, "label": choice.label}
            if question.has_none:
                yield {"list_name": name, "name": NONE, "label": NONE_LABEL}
    if any(one.type is QuestionType.TERRITORY for one in questionnaire.questions):
        for code, label in territories.choices():
            yield {"list_name": COMUNAS, "name": code, "label": label}
