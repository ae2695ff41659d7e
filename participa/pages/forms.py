"""The form of the library of answers: one button."""

from participa.cases.models import Case
from participa.core.forms import PublicForm


class MeTooForm(PublicForm):
    """«A mí también»: it asks for nothing."""

    def __init__(self, case: Case):
        super().__init__(f"pages.me_too:{case.code}")
