"""Store a contribution: one case per form, however often the form is sent."""

import hmac
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, select, update

from participa.cases import service as cases
from participa.cases.models import CaseKind
from participa.citizens import service as citizens
from participa.core import clock, submissions
from participa.core.db import db
from participa.core.personal import sealing
from participa.core.submissions import AlreadySent
from participa.core.web.lists import folded
from participa.listening import routing, secret_codes
from participa.listening.models import Attachment, Contribution, Way
from participa.listening.snapshots import PostSnapshot
from participa.staff.models import Account

SOURCE = "listening"
EMAIL, PHONE = "listening.email", "listening.phone"  # purposes of the keyed digests
COUNTRY = re.compile(r"^(?:00)?57(?=\d{10}$)")
CHANNELS = {
    Way.WEB: "web",
    Way.DESK: "verbal",
    Way.STREET: "verbal",
    Way.PHONE: "verbal",
    Way.PAPER: "paper",
}

FILES = Attachment.__table__
# Built once, and from the table: building it costs more than running it.
TAKE_UP = (
    update(FILES)
    .where(FILES.c.upload == bindparam("of_form"))
    .values(case_id=bindparam("of_case"), upload=None)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What somebody says, and how they can be reached. An anonymous person leaves no contact."""

    text: str
    wants_answer: bool
    is_anonymous: bool = True
    name: str = ""
    email: str = ""
    phone: str = ""
    topic: str = ""
    territory: str = ""
    event_id: int | None = None
    task_id: int | None = None
    is_corruption: bool = False
    accused_office_id: int | None = None
    way: Way = Way.WEB


@dataclass(frozen=True, slots=True)
class Received:
    """`radicado` is the public number of the case, `case_id` the one in the database."""

    case_id: int
    radicado: str
    is_new: bool = True  # False when the form was sent before


def receive(
    post: PostSnapshot,
    submission_id: str,
    said: Said,
    details: Mapping[str, Sequence[str]] | None = None,
    operator: Account | None = None,
    **facts: Any,
) -> Received:
    """File the contribution with the attachments of its form.

    The same form sent again leads to the same case. Raises AlreadySent when it brings other words.
    `details` are the optional answers about the person, which go apart; `facts` are columns of the
    case, as an earlier `filed_on` of a sheet of paper, or its `kind` where it is known.
    """
    radicado = secret_codes.radicado_of(submission_id)
    digest = submissions.digest_of(submission_id, _payload(said))
    kind = facts.pop("kind", CaseKind.GENERAL if said.wants_answer else CaseKind.OPINION)
    columns = {
        "topic": said.topic,
        "territory": said.territory,
        "is_after_hours": cases.is_after_hours(),
        "office_id": routing.office_for(said.topic, said.territory, post.office_id),
    }
    if said.is_corruption:
        kind, columns["office_id"] = CaseKind.REPORT, routing.control_office_id()
    case_id = cases.file_once(SOURCE, radicado, kind, **(columns | facts))
    if case_id is None:
        return _same(submission_id, digest)
    channel = CHANNELS[said.way]
    has_contact = bool(said.name or said.email or said.phone)
    consent_id = None
    if has_contact and post.notice is not None:
        notice: Any = post.notice
        consent_id = citizens.record_consent(notice, {"reply"}, channel, operator)
    submissions.insert_once(
        Contribution,
        case_id=case_id,
        post_id=post.id,
        submission_id=secret_codes.stored_id(submission_id),
        receipt=radicado,
        way=said.way,
        wants_answer=said.wants_answer,
        is_anonymous=said.is_anonymous,
        text=said.text,
        contact_name=said.name,
        contact_email=said.email,
        contact_phone=said.phone,
        email_digest=email_digest(said.email),
        phone_digest=phone_digest(said.phone),
        code_hash=secret_codes.hashed(secret_codes.code_of(submission_id)),
        event_id=said.event_id,
        task_id=said.task_id,
        consent_id=consent_id,
        is_corruption=said.is_corruption,
        accused_office_id=said.accused_office_id,
        received_on=clock.today(),
        received_at=None if said.is_anonymous else clock.now(),
        digest=digest,
    )
    _take_up(submission_id, case_id)
    if details and post.notice:
        slip_notice: Any = post.notice
        citizens.record_slip(SOURCE, post.id, details, slip_notice, channel, operator)
    return Received(case_id, radicado)


def email_digest(email: str) -> str | None:
    """What a contribution is found by again, without its address being read."""
    return sealing.digest(EMAIL, folded(email)) if email else None


def phone_digest(phone: str) -> str | None:
    return sealing.digest(PHONE, bare(phone)) if phone else None


def email_digests(email: str) -> list[str]:
    """The same under every key, to look it up; none for no address."""
    return sealing.digests(EMAIL, folded(email)) if email else []


def phone_digests(phone: str) -> list[str]:
    return sealing.digests(PHONE, bare(phone)) if phone else []


def bare(phone: str) -> str:
    """The digits of a number, without the country's, however it was typed."""
    return COUNTRY.sub("", "".join(sign for sign in phone if sign.isdigit()))


def upload_key(submission_id: str) -> str:
    """What an attachment is stored under until its form is sent."""
    return secret_codes.stored_id(f"upload:{submission_id}")


def _take_up(submission_id: str, case_id: int) -> None:
    db.session.flush()  # what this request itself has brought
    values = {"of_form": upload_key(submission_id), "of_case": case_id}
    db.session.connection().execute(TAKE_UP, values)


def _same(submission_id: str, digest: str) -> Received:
    """What this form has brought before; raises AlreadySent if it brings other words now."""
    found = select(
        Contribution.case_id, Contribution.receipt, Contribution.digest, Contribution.received_at
    ).where(Contribution.submission_id == secret_codes.stored_id(submission_id))
    row = db.session.execute(found).one()
    if row.digest and not hmac.compare_digest(row.digest, digest):
        raise AlreadySent(row.receipt, row.received_at)
    return Received(row.case_id, row.receipt, is_new=False)


def _payload(said: Said) -> list[object]:
    """What makes two copies of a form the same."""
    return [
        said.text,
        said.wants_answer,
        said.is_anonymous,
        said.name,
        said.email,
        said.phone,
        said.topic,
        said.territory,
        said.event_id,
        said.task_id,
        said.is_corruption,
        said.accused_office_id,
    ]
