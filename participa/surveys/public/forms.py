"""The form with which somebody answers a survey: whole, or page by page."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from http import HTTPStatus
from typing import Any

from flask import request
from werkzeug.datastructures import MultiDict
from wtforms import HiddenField, StringField
from wtforms.validators import Length

from participa.channels.flow import ABOUT_THE_PERSON, PersonalDetails, ReviewedForm
from participa.citizens.fields import answers_of_minor, is_minor
from participa.citizens.notices import PURPOSES
from participa.core import submissions
from participa.core.fields import SometimesNeeded
from participa.core.web import limits, showings
from participa.core.web.kiosks import KIOSK, is_kiosk
from participa.surveys import consents, respond
from participa.surveys.access_codes import CodeRefused
from participa.surveys.public import uploads
from participa.surveys.public.uploads import Uploads
from participa.surveys.questionnaire.answering import PREFIX, Answered, fields_of, read
from participa.surveys.questionnaire.drawing import Drawing
from participa.surveys.questionnaire.questions import SurveyQuestion
from participa.surveys.respond import FilledSurvey
from participa.surveys.snapshots import SurveySnapshot

PAGE = "pagina"  # in the address of the first page
CHANNELS = {"web": "web", "qr": "qr", "whatsapp": "whatsapp", KIOSK: "kiosk"}
NEXT, BACK = "next", "back"
GUESS = "surveys.code"
CONSENT = "c_"  # prefix of the ticks beside personal data
NO_CONSENT = "Marque la autorización, o deje en blanco sus datos personales."


class SurveyForm(PersonalDetails, ReviewedForm):
    """The questions of a survey, which are no fields of this class: `answered` reads them."""

    no_consent = NO_CONSENT
    once = ("submission", "confirm", "step", "page", "change", "code", "resume")

    code = StringField("Su código", [SometimesNeeded(), Length(max=40)])
    resume = HiddenField()  # the code under which this was saved

    def __init__(
        self,
        survey: SurveySnapshot,
        purpose: str = "",
        opened_with: MultiDict[str, str] | None = None,
        only_answers: bool = False,
    ):
        """`opened_with` are the values with which a form opens: saved ones, or those to correct.

        With `only_answers` it asks for no code, and nothing about the person.
        """
        self.only_answers = only_answers
        self.opened_with: MultiDict[str, str] = opened_with or MultiDict()
        super().__init__(survey, purpose or survey.purpose)
        self.survey = survey
        self.is_checked = self.is_whole = False
        if not survey.needs_code or only_answers:
            del self.code
        elif request.method != "POST":
            given = self.opened_with.get("code") or request.args.get("c", "")
            self.code.data = "" if is_kiosk() else given[:40]
        if request.method != "POST":
            self.resume.data = self.opened_with.get("resume", "")

    def lead_to(self, path: str) -> None:
        """Let the form be sent to the page of the survey, where it is shown at another address."""
        self.address = showings.begun(path)
        self.review_address = f"{self.address}{showings.REVIEW_MARK}{self.rendering}"

    # ---- what was sent

    @property
    def sent(self) -> MultiDict[str, str]:
        """The values that the fields show."""
        return request.form if request.method == "POST" else self.opened_with

    @property
    def is_prefilled(self) -> bool:
        return bool(self.opened_with)

    @property
    def variables(self) -> Sequence[str]:
        return () if self.only_answers else self.survey.variables

    @cached_property
    def uploads(self) -> Uploads:
        """The files that it has by now; the first look stores those of this request."""
        return uploads.read(self.survey, self.sent, request.method == "POST")

    @property
    def takes_files(self) -> bool:
        return any(True for _ in uploads.asked(self.survey))

    @cached_property
    def answered(self) -> Answered:
        files = dict.fromkeys(self.uploads.stored, "1")
        return read(self.survey.questionnaire, self.sent, files, self.due_pages)

    @property
    def due_pages(self) -> list[int] | None:
        """The pages whose required answers are missed now; None for all of them."""
        return [self.page] if self.is_paged and self.moves and not self.is_whole else None

    def check_all_pages(self) -> None:
        """Miss the required answers of every page from now on."""
        self.is_whole = True
        for name in ("answered", "drawing"):
            self.__dict__.pop(name, None)

    @property
    def wrong_answers(self) -> list[tuple[str, str]]:
        """Field and sentence of each answer to repair; what is wrong with a file says more."""
        of_files = dict(self.uploads.problems)
        missed = [one for one in self.answered.problems if one[0] not in of_files]
        shown = {f"{PREFIX}{key}" for key in self.answered.shown}
        return [*missed, *(one for one in of_files.items() if one[0] in shown)]

    @cached_property
    def drawing(self) -> Drawing:
        """What the fields of the questions show."""
        problems = self.wrong_answers if self.is_checked else []
        return Drawing(self.sent, problems, self.order, self.uploads.attached)

    def is_shown(self, question: SurveyQuestion) -> bool:
        return question.key in self.answered.shown

    # ---- personal data, and the consents beside them (DAT-01, DAT-03)

    @property
    def consents(self) -> tuple[str, ...]:
        """The purposes that are ticked."""
        return tuple(one for one in consents.PURPOSES if self.sent.get(f"{CONSENT}{one}"))

    def asks_consent(self, page: int) -> bool:
        """Whether this page asks for personal data; without a notice in force there is no tick.

        On a page with all questions, a script knows which of them are shown.
        """
        return self.survey.notice is not None and any(
            one.is_personal and (not self.is_paged or self.is_shown(one))
            for one in self.questions_of(page)
        )

    def consent_id(self, page: int) -> str:
        return f"{CONSENT}{consents.KEPT}-{page}"

    @property
    def consent_ticks(self) -> list[tuple[str, str, bool]]:
        """Name, words and state of each; none is ticked unless the person did."""
        ticked = self.consents
        return [(f"{CONSENT}{one}", PURPOSES[one].tick, one in ticked) for one in consents.PURPOSES]

    def consent_problem(self, page: int) -> str:
        """The sentence for personal data without their consent, where they were written."""
        is_due = self.due_pages is None or page in self.due_pages
        if not (self.is_checked and is_due and self.asks_consent(page)):
            return ""
        written = {one.key for one in self.questions_of(page) if one.is_personal}
        return NO_CONSENT if written & set(self.answered.texts) and not self.has_consent else ""

    @property
    def has_consent(self) -> bool:
        return consents.KEPT in self.consents

    @property
    def consent_problems(self) -> list[tuple[str, str]]:
        pages = range(len(self.survey.questionnaire.pages))
        found = ((self.consent_id(page), self.consent_problem(page)) for page in pages)
        return [(id, sentence) for id, sentence in found if sentence]

    # ---- page by page, and after the questions those about the person

    @property
    def is_paged(self) -> bool:
        """Whether the questions come page by page, for browsers without scripts."""
        return "page" in self.sent if request.method == "POST" else PAGE in request.args

    @property
    def last_page(self) -> int:
        return len(self.survey.questionnaire.pages) - (0 if self.variables else 1)

    @cached_property
    def page(self) -> int:
        """The index of the page that is shown or was sent."""
        word = self.sent.get("change") or self.sent.get("page", "0")
        is_number = word.isascii() and word.isdigit() and len(word) < 4
        return min(int(word), self.last_page) if is_number else 0

    @property
    def moves(self) -> str:
        """NEXT or BACK, where a button of a page was pressed."""
        step = self.sent.get("step", "")
        return step if step in {NEXT, BACK} and "change" not in self.sent else ""

    @property
    def wants_to_change(self) -> bool:
        return super().wants_to_change or "change" in request.form

    @property
    def is_changing(self) -> bool:
        """Whether a page was opened from the review, to which it goes back."""
        return bool(self.sent.get("changing")) or "change" in self.sent

    def is_about_the_person(self, page: int) -> bool:
        return page >= len(self.survey.questionnaire.pages)

    def questions_of(self, page: int) -> tuple[SurveyQuestion, ...]:
        """All questions of a page, shown or not."""
        return (
            ()
            if self.is_about_the_person(page)
            else self.survey.questionnaire.pages[page].questions
        )

    def has_something(self, page: int) -> bool:
        is_shown = any(self.is_shown(one) for one in self.questions_of(page))
        return is_shown or self.is_about_the_person(page)

    def page_beside(self, step: int) -> int | None:
        """The next page (1) or the one before (-1) with something to show; None at the end."""
        page = self.page + step
        while 0 <= page <= self.last_page:
            if self.has_something(page):
                return page
            page += step
        return None

    @property
    def has_problems_here(self) -> bool:
        """Whether what this page asks has to be repaired, or the form as a whole."""
        here = {f"{PREFIX}{one.key}" for one in self.questions_of(self.page)}
        here.add(self.consent_id(self.page))
        of_details = {id for id, _ in self.detail_problems}
        for id, _ in self.problems:
            elsewhere = id.startswith((PREFIX, CONSENT)) and id not in here
            if not elsewhere and (id not in of_details or self.is_about_the_person(self.page)):
                return True
        return False

    @property
    def first_wrong_page(self) -> int:
        """The page with the first problem."""
        questionnaire = self.survey.questionnaire
        for id, _ in self.problems:
            if id.startswith(PREFIX):
                return questionnaire.page_of(id.removeprefix(PREFIX).partition(".")[0])
            if id == "code":
                return 0
            if id.startswith(CONSENT):
                return int(id.rpartition("-")[2])
        return self.last_page if self.detail_problems else self.page

    # ---- checking

    def validate(self, extra_validators: Mapping[str, Any] | None = None) -> bool:
        self.is_checked = True
        self.__dict__.pop("drawing", None)
        is_valid = super().validate(extra_validators) & self.details_are_valid()
        is_valid &= self.has_usable_code()
        return is_valid and not self.wrong_answers and not self.consent_problems

    def has_usable_code(self) -> bool:
        """Whether the code can be used now; wrong ones are counted, right ones never are."""
        if "code" not in self:
            return True
        limits.before_guess(GUESS, self.survey.code)
        try:
            respond.check_code(self.survey, self.submission_id, self.code.data or "")
        except CodeRefused as refusal:
            if self.code.data:
                limits.wrong_guess(GUESS, self.survey.code)
            self.reject(str(refusal), "code")
            return False
        return True

    @property
    def problems(self) -> list[tuple[str, str]]:
        own = self.wrong_answers if self.is_checked else []
        return [*super().problems, *own, *self.consent_problems, *self.detail_problems]

    @property
    def status(self) -> HTTPStatus:
        return HTTPStatus.UNPROCESSABLE_ENTITY if self.is_rejected else HTTPStatus.OK

    @property
    def carried(self) -> Iterator[tuple[str, str]]:
        """Name and value of everything that was answered: the hidden fields of a review."""
        return self.carried_beside(None)

    def carried_beside(self, page: int | None) -> Iterator[tuple[str, str]]:
        """The same without what a page shows itself. What the survey does not ask is dropped."""
        here = {one.key for one in self.questions_of(page)} if page is not None else set()
        asks_code = page == 0 or bool(self.errors.get("code"))
        is_about = page is not None and self.is_about_the_person(page)
        known = {
            name
            for one in self.survey.questionnaire.asked
            if one.key not in here
            for name in fields_of(one)
        }
        known |= set() if "code" not in self or (page is not None and asks_code) else {"code"}
        known |= {"resume"}
        if page is None or not self.asks_consent(page):
            known |= {f"{CONSENT}{one}" for one in consents.PURPOSES}
        for name, value in self.sent.items(multi=True):
            is_of_person = bool(self.variables) and name.startswith(ABOUT_THE_PERSON)
            if value and (name in known or (is_of_person and not is_about)):
                yield name, value
        for key, file in self.uploads.attached.items():
            if key not in here:
                yield f"{uploads.TOKEN}{key}", file.token

    # ---- what is stored

    @property
    def filled(self) -> FilledSurvey:
        """What is stored, after a valid and confirmed POST."""
        asked = self.survey.questionnaire.by_key
        personal = {key for key, one in asked.items() if one.is_personal}
        texts, shown, details = self.answered.texts, self.answered.answers, self.details
        said = self.consents
        if details and is_minor(details):  # nothing sensitive, and nothing of who it is (DAT-07)
            details = {key: [*codes] for key, codes in answers_of_minor(details).items()}
            said = ()
            shown = {key: one for key, one in shown.items() if key not in personal}
            texts = {key: text for key, text in texts.items() if key not in personal}
        use = self.survey.use(request.args.get("en", ""))
        return FilledSurvey(
            answers=shown,
            texts={key: text for key, text in texts.items() if key not in personal},
            personal={key: text for key, text in texts.items() if key in personal},
            files={key: file for key, file in self.uploads.stored.items() if key in shown},
            population=details,
            channel=channel(),
            use_id=use.id if use else None,
            code=(self.code.data or "") if "code" in self else "",
            consents=said,
        )


def sent_before(survey: SurveySnapshot) -> str | None:
    """The receipt of what this very form has stored; None when it stored nothing."""
    token = request.form.get("submission", "")
    return submissions.receipt_of(respond.SurveyResponse, token, survey.purpose)


def channel() -> str:
    """The channel named in the address; an unknown one counts as the link."""
    return CHANNELS.get(request.args.get("canal", ""), "web")
