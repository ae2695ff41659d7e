"""What the person does on their page: write again, judge the answer, erase what they said.

None of it stands in the audit trail, whose entries have an hour: of who is anonymous no hour is
stored.
"""

from collections.abc import Sequence

from participa.cases import service as cases
from participa.core import clock, submissions
from participa.core.db import db
from participa.core.editing import versions
from participa.core.errors import Refused
from participa.listening import attachments, secret_codes, steps
from participa.listening.attachments import CheckedUpload
from participa.listening.models import AttachmentKind, CaseStage, Contribution, Message, MessageKind
from participa.listening.rights import erasing

MOST_FILES = 20  # of one contribution, with its messages
GONE = "Lo que usted contó ya se borró. Si quiere decir algo más, haga un aporte nuevo."
EMPTY = "Escriba su mensaje, o adjunte una foto o una nota de voz."
SENT_BEFORE = (
    "Con esta página ya envió otro mensaje, que llegó. Si quiere enviar también este, pulse otra "
    "vez «Enviar»."
)
FULL = "Ya hay {count} archivos en este aporte, y caben {most}. Escriba lo que falta."
STAYS = "Marque que retira su petición: mientras la ciudad le deba una respuesta, necesita leerla."


def why_not_written(contribution: Contribution) -> str:
    """Why nothing can be added; "" if it can."""
    return GONE if contribution.erased_on is not None else ""


def reply(
    contribution: Contribution,
    submission_id: str,
    text: str,
    files: Sequence[CheckedUpload] = (),
) -> None:
    """Add a message, once per form; what the city waited for is complete with it.

    Raises Refused when the form was sent before with other words.
    """
    versions.lock(contribution)
    if why_not := why_not_written(contribution):
        raise Refused(why_not)
    if not text and not files:
        raise Refused(EMPTY, "text")
    digest = secret_codes.stored_id(f"reply:{submission_id}")
    message_id = submissions.insert_once(
        Message,
        case_id=contribution.case_id,
        kind=MessageKind.PERSON,
        text=text,
        sent_on=clock.today(),
        submission_digest=digest,
    )
    if message_id is None:
        earlier = db.session.scalars(db.select(Message).filter_by(submission_digest=digest)).one()
        if earlier.text != text:
            raise Refused(SENT_BEFORE)
        return
    _attach(contribution, db.session.get_one(Message, message_id), files)
    if contribution.stage is not CaseStage.CLOSED:
        cases.complete(contribution.case)


def _attach(contribution: Contribution, message: Message, files: Sequence[CheckedUpload]) -> None:
    count = len(contribution.attachments)
    if count + len(files) > MOST_FILES:
        field = "voice" if files[0].kind is AttachmentKind.VOICE else "photos"
        raise Refused(FULL.format(count=count, most=MOST_FILES), field)
    for file in files:
        attachments.attach(contribution, file, message)


def judge(contribution: Contribution, is_resolved: bool, comment: str) -> None:
    """Say whether the answer solved it; the last word counts."""
    versions.lock(contribution)
    if why_not := why_not_judged(contribution):
        raise Refused(why_not)
    contribution.is_resolved, contribution.comment = is_resolved, comment


def why_not_judged(contribution: Contribution) -> str:
    """Why it cannot be said whether it is solved; "" if it can."""
    if contribution.erased_on is not None:
        return GONE
    is_over = contribution.case.is_answered or contribution.stage is CaseStage.CLOSED
    return "" if is_over else "La ciudad todavía no ha respondido."


def forget_contact(contribution: Contribution) -> None:
    """Go on without name and contact."""
    versions.lock(contribution)
    erasing.forget_contact(contribution)


def erase(contribution: Contribution, withdraws: bool) -> None:
    """Erase all that was said; who is owed an answer has to take the petition back (art. 18)."""
    versions.lock(contribution)
    if contribution.erased_on is not None:
        return
    if erasing.is_pending(contribution):
        if not withdraws:
            raise Refused(STAYS, "withdraws")
        cases.desist(contribution.case)
        steps.take(contribution, CaseStage.CLOSED, None)
    erasing.erase(contribution)
