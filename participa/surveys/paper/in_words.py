"""What a sheet says in words: numbers of the questions and «Responda solo si…»."""

from participa.surveys.questionnaire.conditions import Clause, Condition, Operator
from participa.surveys.questionnaire.questions import Questionnaire, QuestionType, SurveyQuestion


def numbers(questionnaire: Questionnaire) -> dict[str, int]:
    """The printed number of each question that asks for something."""
    return {question.key: place for place, question in enumerate(questionnaire.asked, 1)}


def only_if(question: SurveyQuestion, questionnaire: Questionnaire) -> str:
    """ "Responda solo si marcó «Sí» en la pregunta 1."; "" for a question for everybody."""
    if question.shown_if is None:
        return ""
    return f"Responda solo si {condition_in_words(question.shown_if, questionnaire)}."


def condition_in_words(condition: Condition, questionnaire: Questionnaire) -> str:
    groups = [
        " y ".join(clause_in_words(clause, questionnaire) for clause in group)
        for group in condition.groups
    ]
    return "; o si ".join(groups)


def clause_in_words(clause: Clause, questionnaire: Questionnaire) -> str:
    """A clause as a person with a pen reads it."""
    question = questionnaire.by_key.get(clause.question)
    number = numbers(questionnaire).get(clause.question)
    if question is None or number is None:  # about a file, which sheets do not ask for
        return "ya respondió en la página"
    row = question.row_labels.get(clause.row, "")
    where = f"la pregunta {number}" + (f", en «{row}»" if row else "")
    is_typed = question.type in {QuestionType.NUMBER, QuestionType.DATE}
    value = clause.value if is_typed else question.labels.get(clause.value, clause.value)
    sentences = {
        Operator.IS: f"respondió «{value}» en {where}",
        Operator.IS_NOT: f"no respondió «{value}» en {where}",
        Operator.AT_LEAST: f"respondió {clause.value} o más en {where}",
        Operator.AT_MOST: f"respondió {clause.value} o menos en {where}",
        Operator.ANSWERED: f"respondió {where}",
        Operator.NOT_ANSWERED: f"dejó en blanco {where}",
    }
    return sentences[clause.operator]
