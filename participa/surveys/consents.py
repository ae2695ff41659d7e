"""What somebody authorised who wrote personal data into a survey: the proof, taking it back, terms.

An anonymous survey asks for none, and the schema keeps a consent, which has an hour, off its
answers.
"""

from collections.abc import Collection
from typing import Any

from sqlalchemy import and_, delete, or_, select

from participa.citizens import queries as notices
from participa.citizens import service as citizens
from participa.citizens.models import Consent
from participa.core import audit, clock
from participa.core.db import db
from participa.core.files import sealed_files
from participa.staff.models import Account
from participa.surveys.models import (
    Anonymity,
    AnsweredFile,
    PersonalAnswer,
    PersonalConsent,
    Survey,
    SurveyResponse,
)
from participa.surveys.snapshots import SurveySnapshot

KEPT, CONTACT = "survey", "survey_contact"  # of citizens.notices.PURPOSES
PURPOSES = (KEPT, CONTACT)


def record(
    survey: SurveySnapshot,
    response_id: int,
    purposes: Collection[str],
    channel: str,
    operator: Account | None,
) -> None:
    """Store what was authorised along with the personal data of a response (DAT-04). One that said
    the same before keeps its proof.
    """
    before = of(response_id)
    if before is not None and set(before.purposes) == set(purposes):
        return
    _erase([response_id])
    if not purposes or survey.notice is None:
        return
    notice: Any = survey.notice
    consent_id = citizens.record_consent(notice, purposes, channel, operator)
    db.session.add(
        PersonalConsent(response_id=response_id, anonymity=survey.anonymity, consent_id=consent_id)
    )


def of(response_id: int) -> Consent | None:
    """The proof of what was authorised with a response."""
    rows = select(Consent).join(PersonalConsent, PersonalConsent.consent_id == Consent.id)
    return db.session.scalar(rows.where(PersonalConsent.response_id == response_id))


def take_back(response: SurveyResponse) -> None:
    """Erase the personal data of a response, and the consent to them. Its other answers stay, and
    that it answered these, which is counted.
    """
    db.session.execute(delete(PersonalAnswer).where(PersonalAnswer.response_id == response.id))
    for file in files_of(response):
        sealed_files.erase(file)
    _erase([response.id])


def files_of(response: SurveyResponse) -> list[AnsweredFile]:
    """What somebody attached to an identified survey, which is a personal datum too."""
    if response.anonymity is not Anonymity.IDENTIFIED:
        return []
    rows = select(AnsweredFile).where(AnsweredFile.response_id == response.id)
    return list(db.session.scalars(rows))


def purge() -> int:
    """Erase the personal data whose term is over, with the consents to them; returns of how many.

    The term is that of the notice in force (DAT-10).
    """
    notice = notices.newest_notice(Survey.channel)
    if notice is None:
        return 0
    limit = citizens.months_before(clock.today(), notice.months)
    rows = select(SurveyResponse).where(
        SurveyResponse.anonymity != Anonymity.ANONYMOUS,
        SurveyResponse.received_on <= limit,
        or_(
            SurveyResponse.id.in_(select(PersonalAnswer.response_id)),
            and_(
                SurveyResponse.anonymity == Anonymity.IDENTIFIED,
                SurveyResponse.id.in_(select(AnsweredFile.response_id)),
            ),
        ),
    )
    late = list(db.session.scalars(rows))
    for response in late:
        take_back(response)
    if late:
        audit.record("surveys.personal_purged", "PersonalAnswer", by="participa", people=len(late))
    return len(late)


def _erase(response_ids: Collection[int]) -> None:
    """Delete the consents of these responses. The reference goes first."""
    where = PersonalConsent.response_id.in_(response_ids)
    ids = list(db.session.scalars(select(PersonalConsent.consent_id).where(where)))
    db.session.execute(delete(PersonalConsent).where(where))
    db.session.execute(delete(Consent).where(Consent.id.in_(ids)))
