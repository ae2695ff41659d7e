"""The staff's list of answered contributions, by how far their publication is."""

from sqlalchemy import ColumnElement, Select, and_, exists, not_, or_, select

from participa.cases.models import Case
from participa.core import codes
from participa.core.web import lists
from participa.core.web.lists import LETTERS, MOMENTS, Filter, ListRules, Order, one_of
from participa.listening.access import answered_by
from participa.listening.models import Contribution, PublicationDraft
from participa.staff.models import Account, Office
from participa.staff.queries import office_names

IS_PUBLIC = Case.published_at.is_not(None)
WAITS = exists(
    select(PublicationDraft.id).where(
        PublicationDraft.case_id == Contribution.case_id, PublicationDraft.decided_at.is_(None)
    )
).correlate(Contribution)
TO_REVIEW, PUBLIC, TO_PROPOSE = "Por revisar", "Publicado", "Por proponer"
STATES = {
    TO_REVIEW: WAITS,
    PUBLIC: and_(IS_PUBLIC, not_(WAITS)),
    TO_PROPOSE: and_(not_(IS_PUBLIC), not_(WAITS)),
}
LOOKS = {TO_REVIEW: "going", PUBLIC: "done", TO_PROPOSE: ""}
LIST = ListRules(
    search=lambda word: found_by(word),
    orders={
        "respuesta": Order("Respondido", Case.answered_on, MOMENTS),
        "tema": Order("Tema", lists.plain(Case.topic), LETTERS),
        "responde": Order("Responde", lists.plain(Office.name), LETTERS),
    },
    first="-respuesta",
    unique=Contribution.case_id,
    filters=(
        one_of("estado", "Estado", STATES),
        Filter("dependencia", "Responde", lambda id: Case.office_id == int(id), office_names),
    ),
)


def found_by(word: str) -> ColumnElement[bool]:
    """Whether the word is in the topic or the office, or begins the radicado, however grouped."""
    in_words = lists.contains(word, Case.topic, Office.name)
    code = codes.read(word)
    is_number = len(code) >= codes.GROUP
    return or_(in_words, Case.code.startswith(code)) if is_number else in_words


def publishable(account: Account) -> Select[Contribution]:
    """The answered contributions that may become public, of the offices of this account."""
    rows = select(Contribution).join(Contribution.case).outerjoin(Case.office)
    return rows.where(
        answered_by(account),
        Case.answered_on.is_not(None),
        Contribution.is_life_risk.is_(False),
        Contribution.is_corruption.is_(False),
        Contribution.analogous_to_id.is_(None),
        Contribution.erased_on.is_(None),
    )


def to_review(account: Account) -> Select[Contribution]:
    """Those that wait for a second person other than this account."""
    is_own = exists(
        select(PublicationDraft.id).where(
            PublicationDraft.case_id == Contribution.case_id,
            PublicationDraft.decided_at.is_(None),
            PublicationDraft.proposed_by_id == account.id,
        )
    ).correlate(Contribution)
    return publishable(account).where(WAITS, ~is_own)
