"""The whole story of a demonstration, told once for all who begin in it at the same moment."""

from participa.core.db import db
from participa.pages import example
from tests.worlds import remembered

# Most tests of the story look at it on this afternoon (UTC), so that it is told only once.
AFTERNOON = (2026, 11, 29, 14)


@remembered
def tell_whole_story() -> None:
    """In a demonstration (the fixture `demo`), up to where the clock stands."""
    example.seed()
    db.session.commit()
