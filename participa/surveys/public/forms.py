"""The form with which somebody answers a survey: whole, or page by page."""

from collections.abc import Iterator, Mapping
from functools import cached_property
from http import HTTPStatus
from typing import Any

from flask import request
from werkzeug.datastructures import MultiDict
from wtforms import HiddenField, StringField
from wtforms.validators import Length

from participa.channels.flow import ABOUT_THE_PERSON, PersonalDetails, ReviewedForm, Stage
from participa.core.fields import SometimesNeeded
from participa.surveys.questionnaire.answering import PREFIX, Answered, field_name, read
from participa.surveys.questionnaire.conditions import Answers
from participa.surveys.questionnaire.questions import SurveyQuestion
from participa.surveys.respond import FilledSurvey
from participa.surveys.snapshots import SurveySnapshot

PAGE = "pagina"  # in the address of the first page
KIOSK = "kiosco"
CHANNELS = {"web": "web", "qr": "qr", "whatsapp": "whatsapp", KIOSK: "kiosk"}
CARRIED = (PREFIX, *ABOUT_THE_PERSON)
NEXT, BACK = "next", "back"


class SurveyForm(PersonalDetails, ReviewedForm):
    """The questions of a survey, which are no fields of this class: `answered` reads them."""

    once = ("submission", "confirm", "step", "page", "code", "resume")

    code = StringField("Su código", [SometimesNeeded(), Length(max=40)])
    resume = HiddenField()  # the code under which this was saved

    def __init__(
        self,
        survey: SurveySnapshot,
        purpose: str = "",
        prefilled: MultiDict[str, str] | None = None,
    ):
        """`prefilled` are the values with which the form opens: saved ones, or those to correct."""
        super().__init__(survey, purpose or survey.purpose)
        self.survey = survey
        self.prefilled: MultiDict[str, str] = prefilled or MultiDict()
        self.is_checked = False
        if not survey.needs_code:
            del self.code
        elif request.method != "POST":
            self.code.data = request.args.get("c", "")[:40]
        if request.method != "POST":
            self.resume.data = self.prefilled.get("resume", "")

    # ---- what was sent

    @property
    def given(self) -> MultiDict[str, str]:
        """The values that the fields show."""
        return self.sent if request.method == "POST" else self.prefilled

    @cached_property
    def answered(self) -> Answered:
        return read(self.survey.questionnaire, self.given, pages=self.due_pages)

    @property
    def due_pages(self) -> list[int] | None:
        """The pages whose required answers are missed now; None for all of them."""
        return [self.page] if self.is_paged and self.moves else None

    def chosen(self, question: SurveyQuestion, part: str = "") -> list[str]:
        """The values of a field, as they were sent."""
        return self.given.getlist(field_name(question, part))

    def sentence(self, question: SurveyQuestion) -> str:
        """What has to be repaired in a question; "" for nothing."""
        if not self.is_checked:
            return ""
        id = field_name(question)
        return next((words for key, words in self.answered.problems if key == id), "")

    def is_shown(self, question: SurveyQuestion) -> bool:
        return question.key in self.answered.shown

    # ---- page by page

    @property
    def is_paged(self) -> bool:
        """Whether the questions come page by page, for browsers without scripts."""
        return "page" in self.sent if request.method == "POST" else PAGE in request.args

    @cached_property
    def page(self) -> int:
        """The index of the page that is shown or was sent."""
        word = self.sent.get("page", "0")
        last = len(self.survey.questionnaire.pages) - 1
        return min(int(word), last) if word.isascii() and word.isdigit() else 0

    @property
    def moves(self) -> str:
        """NEXT or BACK, where a button of a page was pressed."""
        step = self.sent.get("step", "")
        return step if step in {NEXT, BACK} else ""

    def questions_of(self, page: int) -> list[SurveyQuestion]:
        """The questions of a page that the answers so far lead to."""
        return [
            one for one in self.survey.questionnaire.pages[page].questions if self.is_shown(one)
        ]

    def page_beside(self, step: int) -> int | None:
        """The next page (1) or the one before (-1) with something to show; None at the end."""
        page = self.page + step
        while 0 <= page < len(self.survey.questionnaire.pages):
            if self.questions_of(page):
                return page
            page += step
        return None

    @property
    def first_wrong_page(self) -> int:
        """The page with the first problem, for the review of a form that came page by page."""
        keys = [id.removeprefix(PREFIX) for id, _ in self.answered.problems if id]
        return self.survey.questionnaire.page_of(keys[0]) if keys else self.page

    # ---- checking

    def validate(self, extra_validators: Mapping[str, Any] | None = None) -> bool:
        self.is_checked = True
        is_valid = super().validate(extra_validators) & self.details_are_valid()
        return is_valid and self.answered.is_valid

    def restore(self) -> None:
        """Nothing to parse: the fields show what was sent."""

    def stage(self) -> Stage:
        """The stage of this request; a step between two pages is none of them: see `moves`."""
        return super().stage()

    @property
    def problems(self) -> list[tuple[str, str]]:
        own = list(self.answered.problems) if self.is_checked else []
        return [*super().problems, *own, *self.detail_problems]

    @property
    def status(self) -> HTTPStatus:
        return HTTPStatus.UNPROCESSABLE_ENTITY if self.is_rejected else HTTPStatus.OK

    @property
    def carried(self) -> Iterator[tuple[str, str]]:
        """Name and value of everything that was answered: the hidden fields of a review."""
        return self.carried_beside(())

    def carried_beside(self, page: tuple[SurveyQuestion, ...]) -> Iterator[tuple[str, str]]:
        """The same without the questions of a page, which shows them itself."""
        shown = {question.key for question in page}
        names = {"code", "resume"} & set(self._fields)
        for name, value in self.given.items(multi=True):
            key = name.removeprefix(PREFIX).partition(".")[0] if name.startswith(PREFIX) else ""
            if value and key not in shown and (name in names or name.startswith(CARRIED)):
                yield name, value

    # ---- what is stored

    @property
    def personal_keys(self) -> set[str]:
        return {one.key for one in self.survey.questionnaire.questions if one.is_personal}

    @property
    def filled(self) -> FilledSurvey:
        """What is stored, after a valid and confirmed POST."""
        texts, personal = dict(self.answered.texts), self.personal_keys
        use = self.survey.use(request.args.get("en", ""))
        return FilledSurvey(
            answers=self.answered.answers,
            texts={key: text for key, text in texts.items() if key not in personal},
            personal={key: text for key, text in texts.items() if key in personal},
            population=self.details,
            channel=channel(),
            use_id=use.id if use else None,
            code=(self.code.data or "") if self.survey.needs_code else "",
        )

    @property
    def answers(self) -> Answers:
        return self.answered.answers


def channel() -> str:
    """The channel named in the address; an unknown one counts as the link."""
    return CHANNELS.get(request.args.get("canal", ""), "web")


def is_kiosk() -> bool:
    """Whether nothing that is typed may stay on the device."""
    return request.args.get("canal") == KIOSK
