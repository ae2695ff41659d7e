"""What waits for a member of the staff, as each package names it for the pages and the mail."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pending:
    """A task that waits for a member of the staff.

    It also goes into the daily mail, so it holds titles and counts and no text of a resident.
    """

    label: str
    url: str
    note: str = ""  # its record or its reason, after the link
    # Names of the single things that wait. A mail is sent when one of them is new; without any, the
    # task waits for somebody else and is only listed on pages.
    marks: tuple[str, ...] = ()
    is_urgent: bool = (
        False  # a life may depend on it: it stands above all else, on the page and in the mail
    )
