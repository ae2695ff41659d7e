"""The form of a survey as its staff tries it: the same one, which is stored nowhere."""

from participa.surveys.public.forms import SurveyForm
from participa.surveys.snapshots import SurveySnapshot


class SurveyPreviewForm(SurveyForm):
    """What people fill in. No code is needed to try it."""

    def __init__(self, survey: SurveySnapshot):
        super().__init__(survey, f"surveys.preview:{survey.code}")

    def has_usable_code(self) -> bool:
        return True
