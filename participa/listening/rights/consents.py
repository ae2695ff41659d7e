"""The proof of what the author of a contribution authorised (DAT-04)."""

from participa.citizens.models import Consent
from participa.core.db import db
from participa.listening.models import Contribution


def of(contribution: Contribution) -> Consent | None:
    """The consent to use name and contact, as long as they are kept."""
    return db.session.get(Consent, contribution.consent_id) if contribution.consent_id else None
