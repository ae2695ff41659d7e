"""A person's own data on a list: what is stored, correct it, authorise less, erase it.

Each act leaves an entry in the audit trail that says which data changed, and never to what.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from participa.attendance import documents, queries, sign_in, withdrawals
from participa.attendance.documents import WrongDocument
from participa.attendance.models import AttendanceList, Attendee
from participa.citizens import contacts
from participa.citizens.contacts import WrongContact
from participa.citizens.models import Consent
from participa.core import audit
from participa.core.db import db, unique_or_refuse
from participa.core.editing import versions
from participa.core.errors import Refused
from participa.core.personal import sealing
from participa.staff.models import Account

HERSELF = "La propia persona, con su radicado"  # the actor of what a receipt allows
# Uses that end without erasing the entry, as the person says that they end.
REVOCABLE = {
    "contact": "Que me escriban o llamen",
    "image": "Que se publiquen fotos y videos en los que aparezco",
}
CONTACT = ("email", "phone")
# The columns that can be corrected, and their words in the audit trail.
WORDS = {
    "name": "nombre",
    "document": "documento",
    "email": "correo",
    "phone": "teléfono",
    "organisation": "organización",
    "position": "cargo",
}
TAKEN = (
    "Ese documento ya está en este listado, con otra firma. Si es el suyo, firmó dos veces: borre "
    "esta. Si no, revise el número."
)
NO_EMAIL = "Escriba un correo completo, como nombre@ejemplo.org, o déjelo en blanco."
NO_PHONE = "Escriba un celular, como 300 123 4567, o déjelo en blanco."
GONE = "Los datos de esta firma ya se borraron: no hay qué cambiar."
NAMELESS = "De esta firma no guardamos nombre ni documento: no hay qué corregir."


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectedData:
    """What somebody typed instead of what is stored. None leaves a value as it is."""

    name: str | None = None
    document_type: str | None = None
    number: str = ""  # as it was typed; "" leaves the document as it is
    email: str | None = None
    phone: str | None = None
    organisation: str | None = None
    position: str | None = None


def consent_of(entry: Attendee) -> Consent | None:
    """The proof of what the person authorised, as long as it is kept (DAT-04)."""
    return db.session.get(Consent, entry.consent_id) if entry.consent_id else None


def revocable(consent: Consent | None) -> list[str]:
    """The uses that the person authorised and may take back by themselves."""
    return [use for use in REVOCABLE if consent is not None and use in consent.purposes]


def may_be_contacted(entry: Attendee) -> bool:
    return "contact" in revocable(consent_of(entry))


def why_not_corrected(entry: Attendee) -> str:
    """Why nothing can be corrected; "" if it can."""
    if entry.erased_at is not None:
        return GONE
    return NAMELESS if entry.is_minor else ""


def correct(
    entry: Attendee, by: Account | str, correction: CorrectedData, reason: str = ""
) -> list[str]:
    """Store the corrected values; returns the words of those that changed.

    Raises Refused for a value that cannot be, and for a document that is on the list already.
    """
    versions.lock(entry)
    if why_not := why_not_corrected(entry):
        raise Refused(why_not)
    values = _plain_values(entry, correction) | _document_values(entry, correction)
    changed = {name for name, value in values.items() if getattr(entry, name) != value}
    if not changed:
        return []
    if "document_digest" in changed:
        _refuse_taken(entry, values)
    with unique_or_refuse("ix_attendee_list_document", Refused(TAKEN, "number")):
        for name in changed:
            setattr(entry, name, values[name])
        db.session.flush()
    if "document_digest" in changed or "document_type" in changed:
        changed.add("document")
    words = [word for name, word in WORDS.items() if name in changed]
    _log("attendance.corrected", entry, by, reason, fields=words)
    return words


def revoke(entry: Attendee, by: Account | str, uses: Collection[str], reason: str = "") -> None:
    """Take back the consent to these uses; without that to be contacted, the contact is erased."""
    versions.lock(entry)
    consent = consent_of(entry)
    ended = [use for use in revocable(consent) if use in uses]
    if consent is None or not ended:
        return
    consent.purposes = [use for use in consent.purposes if use not in ended]
    if "contact" in ended:
        entry.email = entry.phone = ""
    _log("attendance.consent_revoked", entry, by, reason, purposes=ended)


def erase(entry: Attendee, by: Account | str, reason: str = "") -> None:
    """Empty everything personal of the entry; it goes on counting (DAT-09)."""
    versions.lock(entry)
    withdrawals.erase(entry, by, reason)


def _plain_values(entry: Attendee, correction: CorrectedData) -> dict[str, str]:
    values = {
        name: " ".join(typed.split())
        for name in ("name", "email", "phone", "organisation", "position")
        if (typed := getattr(correction, name)) is not None
    }
    if values.get("name") == "":
        raise Refused("Escriba el nombre completo.", "name")
    if "name" in values:
        values["search_name"] = queries.search_text(values["name"])
    if values.get("email"):
        values["email"] = _email(values["email"])
    if values.get("phone"):
        values["phone"] = _phone(values["phone"])
    if any(values.get(name) for name in CONTACT) and not may_be_contacted(entry):
        raise Refused("La persona no autorizó que le escriban: no se guarda su contacto.", "email")
    return values


def _email(typed: str) -> str:
    """The address as it is stored when somebody signs; raises Refused."""
    try:
        email, _ = contacts.read(typed)
    except WrongContact:
        email = ""
    if not email:
        raise Refused(NO_EMAIL, "email")
    return email


def _phone(typed: str) -> str:
    try:
        _, phone = contacts.read(typed)
    except WrongContact:
        phone = ""
    if not phone:
        raise Refused(NO_PHONE, "phone")
    return phone


def _document_values(entry: Attendee, correction: CorrectedData) -> dict[str, Any]:
    """The columns of the document, if another type or number was given."""
    kind, typed = correction.document_type or entry.document_type, correction.number.strip()
    if not typed:
        if kind != entry.document_type:
            raise Refused("Escriba el número del documento que eligió.", "number")
        return {}
    if kind not in documents.TYPES or kind == documents.NONE:
        raise Refused("Elija el tipo del documento.", "document_type")
    try:
        number = documents.normalised(kind, typed)
    except WrongDocument as wrong:
        raise Refused(str(wrong), "number") from None
    if (kind, number) == (entry.document_type, entry.document):
        return {}
    return sign_in.document_columns(kind, number)


def _refuse_taken(entry: Attendee, values: dict[str, Any]) -> None:
    """While a key is replaced, the other row may still have the digest of the key before."""
    identity = documents.identity(values["document_type"], values["document"])
    same = select(Attendee.id).where(
        Attendee.list_id == entry.list_id,
        Attendee.id != entry.id,
        Attendee.document_digest.in_(sealing.digests(queries.DOCUMENT, identity)),
    )
    if db.session.scalar(same.limit(1)) is not None:
        raise Refused(TAKEN, "number")


def _log(verb: str, entry: Attendee, by: Account | str, reason: str, **details: Any) -> None:
    record = db.session.get_one(AttendanceList, entry.list_id)
    because = {"reason": reason} if reason else {}
    audit.record(verb, record, by, entry=entry.id, **details, **because)
