"""What people wrote: read, tagged, and published in their words or in clearer ones."""

from collections import Counter
from collections.abc import Collection, Sequence

from sqlalchemy import select

from participa.channels import moderation
from participa.channels.moderation import ReviewState
from participa.core import audit
from participa.core.db import db
from participa.core.errors import Refused
from participa.staff.models import Account
from participa.surveys.models import Survey, WrittenAnswer
from participa.surveys.texts.frequent_words import frequent

MOST_TAGS, LONGEST_TAG = 8, 40
MOST_READ = 20_000  # texts whose words are counted
ACT = "surveys.text_reviewed"


def publish(text: WrittenAnswer, by: Account, public_text: str = "") -> None:
    """Let the public read it; with `public_text`, that instead."""
    details = moderation.review(text, by, ReviewState.PUBLISHED)
    text.public_text = public_text if public_text != text.text else ""
    is_reworded = bool(text.public_text)
    audit.record(ACT, _survey(text), by, part=text, reworded=is_reworded, **details)


def reject(text: WrittenAnswer, by: Account, reason: str) -> None:
    details = moderation.review(text, by, ReviewState.REJECTED, reason)
    text.public_text = ""
    audit.record(ACT, _survey(text), by, part=text, reworded=False, **details)


def tag(text: WrittenAnswer, by: Account, tags: Sequence[str]) -> None:
    """Let it have these tags, which only the staff sees."""
    text.tags = list(tags)
    audit.record("surveys.text_tagged", _survey(text), by, part=text, tags=list(tags))


def review_together(
    survey: Survey, by: Account, ids: Collection[int], state: ReviewState, reason: str = ""
) -> None:
    """Publish or reject these texts; sent twice, this records nothing twice."""
    survey.touch()
    db.session.flush()  # reviews that arrive meanwhile wait for this one, and then see it
    rows = select(WrittenAnswer).where(
        WrittenAnswer.survey_id == survey.id, WrittenAnswer.id.in_(ids)
    )
    rows = rows.order_by(WrittenAnswer.id).execution_options(populate_existing=True)
    found = db.session.scalars(rows).all()
    for text, details in moderation.review_together(found, by, state, reason, "estos textos"):
        audit.record(ACT, survey, by, part=text, reworded=False, **details)


def read_tags(typed: str) -> list[str]:
    """The tags of a text field, split at commas. Raises Refused for too many or too long ones."""
    tags = [" ".join(one.split()) for one in typed.replace("\n", ",").split(",")]
    tags = list(dict.fromkeys(tag for tag in tags if tag))
    if len(tags) > MOST_TAGS:
        raise Refused(f"Ponga hasta {MOST_TAGS} etiquetas.", "tags")
    if any(len(one) > LONGEST_TAG for one in tags):
        raise Refused(f"Una etiqueta tiene hasta {LONGEST_TAG} letras.", "tags")
    return tags


def tags_of(survey_id: int) -> list[tuple[str, int]]:
    """The tags in use, with how many texts have each."""
    rows = select(WrittenAnswer.tags).where(WrittenAnswer.survey_id == survey_id)
    found: Counter[str] = Counter()
    for tags in db.session.scalars(rows.execution_options(yield_per=1000)):
        found.update(tags or ())
    return sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))


def words_of(survey_id: int, question: str = "") -> list[tuple[str, int]]:
    """The frequent words of all texts, or of those of one question."""
    rows = select(WrittenAnswer.text).where(WrittenAnswer.survey_id == survey_id)
    if question:
        rows = rows.where(WrittenAnswer.question == question)
    rows = rows.order_by(WrittenAnswer.id).limit(MOST_READ)
    return frequent(db.session.scalars(rows.execution_options(yield_per=1000)))


def ids_of(survey_id: int) -> list[int]:
    rows = select(WrittenAnswer.id).where(WrittenAnswer.survey_id == survey_id)
    return list(db.session.scalars(rows.order_by(WrittenAnswer.id)))


def _survey(text: WrittenAnswer) -> Survey:
    return db.session.get_one(Survey, text.survey_id)
