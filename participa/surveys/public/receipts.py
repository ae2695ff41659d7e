"""The receipt of an answer, and the page that says that it was sent before."""

from datetime import timedelta
from typing import Any
from urllib.parse import quote

from flask import render_template, request, url_for
from werkzeug.datastructures import MultiDict

from participa.channels.wording import ended
from participa.core import codes, links, spanish, submissions
from participa.core.web import link_tokens
from participa.core.web.kiosks import is_kiosk
from participa.plan import queries as plans
from participa.surveys import consents, queries, wording
from participa.surveys.models import Survey, SurveyResponse
from participa.surveys.public import pages, uploads
from participa.surveys.public.forms import CONSENT
from participa.surveys.questionnaire import saying
from participa.surveys.snapshots import SurveySnapshot

SHOWN, PURPOSE = "vale", "surveys.kiosk_receipt"
SHOWN_FOR = timedelta(seconds=60)


def address(survey: SurveySnapshot, receipt: str) -> str:
    """The receipt; at a tablet for a minute, so that Back shows it to nobody who comes later."""
    kept = pages.kept(survey)
    if is_kiosk():
        kept[SHOWN] = link_tokens.issue(PURPOSE, receipt)
    return url_for("surveys.receipt", code=survey.code, receipt=receipt, **kept)


def is_over(receipt: str) -> bool:
    """Whether a tablet shows this receipt no more."""
    shown = link_tokens.read(PURPOSE, request.args.get(SHOWN, ""), SHOWN_FOR)
    return is_kiosk() and shown != receipt


def page(survey: Survey, stored: SurveyResponse) -> str:
    return render_template(
        "surveys/receipt.html",
        survey=survey,
        response=stored,
        reference=codes.show(stored.receipt),
        moment=spanish.moment(stored.received_at) if stored.received_at else "",
        fulfils=plans.references(survey.tasks),
        next_steps=list(wording.next_steps(survey)),
        may_correct=survey.allows_correction and survey.is_open,
        whatsapp=invitation(survey),
        is_kiosk=is_kiosk(),
        again=pages.kept(survey),
        kiosk_start=pages.start(survey),
        proof=consents.of(stored.id),
        has_personal=bool(queries.personal_of(stored.id)),
    )


def invitation(survey: Survey) -> str:
    """A WhatsApp link that shares the public address of the survey, never the receipt."""
    path = url_for("surveys.answer", code=survey.code, canal="whatsapp")
    return f"https://wa.me/?text={quote(f'{survey.title} {links.absolute(path)}', safe='')}"


def already_sent(survey: SurveySnapshot, sent: submissions.AlreadySent) -> tuple[str, int]:
    """The same showing of the form, sent again with something else in it."""
    text = render_template(
        pages.TEMPLATE,
        part="surveys/_already.html",
        heading=str(sent).rstrip("."),
        own=address(survey, sent.receipt),
        received=sent.received_at and ended(f"La recibimos el {spanish.moment(sent.received_at)}"),
        **pages.about(survey),
    )
    return text, sent.status


def stored_fields(survey: SurveySnapshot, stored: SurveyResponse) -> MultiDict[str, str]:
    """The fields that would send what is stored."""
    texts: dict[str, Any] = {text.question: text.text for text in stored.texts}
    texts |= queries.personal_of(stored.id)
    known = survey.questionnaire.by_key
    answers = [(known[key], value) for key, value in stored.answers.items() if key in known]
    fields = [pair for one, value in answers for pair in saying.sent_of(one, value, texts)]
    proof = consents.of(stored.id)
    fields += [(f"{CONSENT}{purpose}", "y") for purpose in (proof.purposes if proof else ())]
    for key, file in queries.files_of(stored.id).items():
        if key in known:
            token = uploads.token_of(survey, key, file.file_id)
            fields.append((f"{uploads.TOKEN}{key}", token))
    return MultiDict(fields)
