"""A questionnaire that goes out as XLSForm comes back the same."""

import io

from hypothesis import given, settings

from participa.surveys.exchange import xlsform_reading, xlsform_writing
from participa.surveys.questionnaire.questions import Questionnaire
from tests.surveys import city
from tests.surveys.random_surveys import questionnaires


def written(questionnaire: Questionnaire) -> bytes:
    file = io.BytesIO()
    xlsform_writing.write(questionnaire, city.TITLE, "7K3F2QXM", 1, file)
    return file.getvalue()


@given(questionnaires())
@settings(max_examples=25)
def test_what_was_exported_is_imported_the_same(questionnaire):
    found = xlsform_reading.read(written(questionnaire))
    assert found.lines == []
    assert found.questionnaire == questionnaire
    assert found.title == city.TITLE
