"""What the staff's lists of cases can be searched, filtered and ordered by."""

from sqlalchemy import and_

from participa.cases.models import Case
from participa.core.web import lists
from participa.core.web.lists import LETTERS, MOMENTS, Filter, ListRules, Order, one_of
from participa.staff.models import Office
from participa.staff.queries import office_names

STATES = {
    "Sin responder": Case.answered_on.is_(None),
    "Respondidas sin publicar": and_(Case.answered_on.is_not(None), Case.published_at.is_(None)),
    "Publicadas": Case.published_at.is_not(None),
}
# The oldest first: their term ends first.
LIST = ListRules(
    search=lambda word: lists.contains(word, Case.text, Case.answer, Case.code, Office.name),
    orders={
        "llegada": Order("Llegó", Case.filed_on, MOMENTS),
        "responde": Order("Responde", lists.plain(Office.name), LETTERS),
    },
    first="llegada",
    unique=Case.id,
    filters=(
        one_of("estado", "Estado", STATES),
        Filter("dependencia", "Responde", lambda id: Case.office_id == int(id), office_names),
    ),
)
