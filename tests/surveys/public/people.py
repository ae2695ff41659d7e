"""People who answer a survey through its pages."""

from typing import Any

from participa.core.db import db
from participa.surveys.models import Survey, SurveyResponse
from tests.filling import Forms
from tests.surveys.city import ANSWER
from tests.visitor import field


def path(survey: Survey) -> str:
    return f"/encuestas/{survey.code}"


def opened(client, survey: Survey, query: str = "") -> str:
    """The token of a form that somebody has just opened."""
    return field(client.get(path(survey) + query), "submission")


def send(
    client, survey: Survey, answer: dict[str, Any] | None = None, query: str = "", **more: Any
):
    """Send the whole form without its review, as the script does; a token unless there is one."""
    values = (ANSWER if answer is None else answer) | {"confirm": "1"} | more
    values.setdefault("submission", opened(client, survey, query))
    return client.post(path(survey) + query, data=values)


def stored() -> list[dict[str, Any]]:
    """What was answered, with what was written under its question."""
    rows = db.session.scalars(db.select(SurveyResponse).order_by(SurveyResponse.received_on))
    return [one.answers | {text.question: text.text for text in one.texts} for one in rows]


class Reader:
    """Somebody without scripts, who answers page by page."""

    def __init__(self, client, survey: Survey, query: str = "?pagina=1"):
        self.client = client
        self.page = client.get(path(survey) + query)

    @property
    def text(self) -> str:
        return self.page.text

    @property
    def sent(self) -> dict[str, list[str]]:
        """What the form of the page would send as it stands."""
        [form] = [one for one in Forms(self.text, self.page.request.path).forms if one.is_sent]
        self.action = form.action
        values: dict[str, list[str]] = {}
        for name, value in form.as_it_stands():
            values.setdefault(name, []).append(value)
        for button in ("step", "change", "confirm"):
            values.pop(button, None)
        return values

    def press(self, button: str, word: str, **answers: Any):
        values = {**self.sent, **answers, button: word}
        self.page = self.client.post(self.action, data=values)
        return self.page

    def go_on(self, **answers: Any):
        return self.press("step", "next", **answers)

    def go_back(self, **answers: Any):
        return self.press("step", "back", **answers)

    def change(self, page: int):
        return self.press("change", str(page))

    def send(self):
        return self.press("confirm", "1")
