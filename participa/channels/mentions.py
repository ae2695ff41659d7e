"""What one feature says about a record of another, which does not import it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

# Which part of the minutes of an event a mention is; see `Mention.fills`.
ATTENDANCE, EVALUATION, MINUTES = "attendance", "evaluation", "minutes"
STAFF = "staff"  # of no part: only the staff see it, as an offer to prepare something


@dataclass(frozen=True, slots=True)
class Mention:
    """A line about a record: a list of attendance about an event, a meeting about a group."""

    title: str
    url: str = ""  # of its public page
    state: str = ""  # in words
    figures: tuple[tuple[str, str], ...] = ()  # a label and a value, already suppressed if small
    staff_url: str = ""
    minutes: tuple[str, ...] = field(default=())  # paragraphs for the minutes of an event
    details: Callable[[], Sequence[str]] = tuple  # more of them, which take time to count
    missing: str = ""  # what it lacks before the minutes are closed, as a phrase of a sentence
    # ATTENDANCE or EVALUATION: the part of an event's minutes that its figures are. MINUTES: the
    # minutes themselves, which do not mention themselves. STAFF: a line for the staff alone.
    fills: str = ""
    # The address for one person, where the page for everybody does not do: from a word that only
    # this person has, such as the receipt of a signature.
    own_url: Callable[[str], str] | None = None
