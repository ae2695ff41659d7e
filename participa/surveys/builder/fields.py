"""Form fields of the builder."""

import re
from decimal import Decimal, InvalidOperation

from wtforms import DecimalField

from participa.core import spanish
from participa.surveys.questionnaire import documents

NUMBER = re.compile(r"-?\d{1,12}(?:[.,]\d{1,6})?")


class QuantityField(DecimalField):
    """A number as people of Colombia type it: 3 or 2,5."""

    def process_formdata(self, valuelist):
        text = spanish.ungrouped(valuelist[0] if valuelist else "").strip()
        self.data: Decimal | None = None
        if not text:
            return
        if not NUMBER.fullmatch(text):
            raise ValueError("Escriba un número, como 3 o 2,5.")
        try:
            self.data = Decimal(text.replace(",", "."))
        except InvalidOperation:
            raise ValueError("Escriba un número, como 3 o 2,5.") from None

    def _value(self):
        if self.raw_data:
            return self.raw_data[0]
        return "" if self.data is None else documents.number(Decimal(self.data)).replace(".", ",")
