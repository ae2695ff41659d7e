"""The form that brings a questionnaire from a spreadsheet."""

import re
from functools import cached_property

from flask import current_app
from flask_wtf.file import FileField
from itsdangerous import BadSignature, URLSafeSerializer
from wtforms import HiddenField, StringField
from wtforms.validators import Optional

from participa.core.errors import Refused
from participa.core.fields import SometimesNeeded, up_to
from participa.core.forms import Form
from participa.surveys.exchange import xlsform_reading
from participa.surveys.exchange.xlsform_reading import ImportedForm
from participa.surveys.questionnaire import documents
from participa.surveys.questionnaire.questions import Questionnaire

LONGEST_TITLE = 120
CHOOSE = "Elija el archivo."
GONE = "El archivo ya no está en la página. Elíjalo otra vez."
EMPTY = "El archivo no tiene preguntas que participa pueda hacer."


class ImportForm(Form):
    """A file, and after its preview what was read of it, sealed."""

    file = FileField("Archivo XLSForm", [SometimesNeeded(), Optional()])
    document = HiddenField()
    title = StringField(
        "Título de la encuesta", [SometimesNeeded(), Optional(), up_to(LONGEST_TITLE)]
    )

    found: ImportedForm | None = None

    @property
    def creates_now(self) -> bool:
        """Whether the preview was seen, and its button pressed."""
        return bool(self.document.data) and not self.file.data

    def prepare(self) -> None:
        """Read the file, if there is one. Raises Refused for what is no XLSForm."""
        if self.creates_now:
            if not self.title.data:
                raise Refused("Escriba el título de la encuesta.", "title")
            return
        if not self.file.data:
            raise Refused(CHOOSE, "file")
        self.document.data = ""
        found = xlsform_reading.read(self.file.data.read())
        if not found.faults and not any(True for _ in found.questionnaire.asked):
            raise Refused(EMPTY, "file")
        self.found = found
        self.title.data = title_of(found.title or self.file.data.filename or "")
        if not found.faults:
            self.document.data = _signer().dumps(documents.dump(found.questionnaire))

    @cached_property
    def questionnaire(self) -> Questionnaire:
        """What the preview showed. Raises Refused for another text."""
        try:
            return documents.load(_signer().loads(self.document.data or ""))
        except BadSignature:
            raise Refused(GONE, "file") from None

    def reject(self, sentence: str, field: str = "") -> None:
        super().reject(sentence, field)
        if sentence == GONE:
            self.document.data = ""


def title_of(words: str) -> str:
    """A title for a survey: that of the form, or the name of its file without its ending."""
    plain = re.sub(r"\.\w{2,5}$", "", words).replace("_", " ")
    return " ".join(plain.split())[:LONGEST_TITLE]


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="surveys.import")
