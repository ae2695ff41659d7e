"""The daily mail: what waits for a person, at most once a day and only when something is new.

The packages that know what waits are listed in `participa.app.pending_of`. The worker calls
`send_all` several times in the morning, so that a server that was off at seven still writes. Each
account is looked at once a day: the row of the day and the letter are stored together or not at
all, and the outbox retries a letter that the mail server refuses.
"""

from collections.abc import Sequence
from datetime import timedelta

import structlog
from flask import current_app, url_for
from sqlalchemy import delete, select

from participa.core import clock, links, logs, spanish, submissions
from participa.core.db import db
from participa.core.installation import installation
from participa.core.jobs import mail, queue
from participa.staff.access import WRITERS
from participa.staff.models import Account, DailyMail
from participa.staff.waiting.pending import Pending

MORNING = "12-16"  # hours of UTC: from 7 to 11 in the city
RETENTION = timedelta(days=30)

log = structlog.get_logger()


@queue.periodic("staff.daily_mail", hour=MORNING, minute="*/10")
def send_all() -> None:
    """Write to everybody for whom something new waits. One failure does not stop the others."""
    # The addresses of pages can only be built inside a request.
    with current_app.test_request_context(base_url=installation().settings.base_url):
        for account_id in unchecked_accounts():
            try:
                check(db.session.get_one(Account, account_id))
                db.session.commit()
            except Exception as error:  # whatever is wrong with one account's records
                db.session.rollback()
                log.error("daily_mail.failed", account=account_id, **logs.fault(error))


def unchecked_accounts() -> list[int]:
    """Ids of the accounts that take the mail and that nobody has looked at today."""
    checked = select(DailyMail.account_id).where(DailyMail.checked_on == clock.today())
    rows = select(Account.id).where(
        Account.active,
        Account.password.is_not(None),
        Account.role.in_(WRITERS),
        Account.daily_mail_off_at.is_(None),
        Account.id.not_in(checked),
    )
    return list(db.session.scalars(rows.order_by(Account.id)))


def check(account: Account) -> None:
    """Store what waits for an account today, and a letter if something of it is new."""
    items, before = waiting_for(account), last_marks(account)
    marks = sorted({mark for item in items for mark in item.marks})
    row = {"account_id": account.id, "checked_on": clock.today(), "marks": marks}
    if submissions.insert_once(DailyMail, **row) is None:
        return  # another process was faster
    new = [item for item in items if not before.issuperset(item.marks)]
    if new:
        _send(account, new, [item for item in items if item not in new])


def waiting_for(account: Account) -> list[Pending]:
    """What waits for this person, from every package; without what waits for somebody else."""
    found = (item for pending in installation().pending for item in pending(account))
    return sorted((item for item in found if item.marks), key=lambda item: not item.is_urgent)


def last_marks(account: Account) -> set[str]:
    """The marks of what waited when the account was last looked at."""
    rows = select(DailyMail.marks).where(DailyMail.account_id == account.id)
    return set(db.session.scalar(rows.order_by(DailyMail.checked_on.desc()).limit(1)) or ())


def _send(account: Account, new: Sequence[Pending], others: Sequence[Pending]) -> None:
    """Send what waits for an account, first what is new since the last look."""
    count = spanish.several(len(new) + len(others), "asunto", "asuntos")
    still = f"Sigue pendiente:\n\n{_lines(others)}\n\n" if others else ""
    body = (
        f"Hola, {account.name}.\n\n"
        f"Esto es nuevo y espera por usted:\n\n{_lines(new)}\n\n"
        f"{still}"
        "Este resumen llega como máximo una vez al día, si hay algo nuevo. "
        "Para dejar de recibirlo:\n"
        f"{links.absolute(url_for('staff_account.show'))}\n"
    )
    mail.send(account.email, f"{count} por atender en participa", body)


def _lines(items: Sequence[Pending]) -> str:
    return "\n\n".join(
        "\n  ".join(filter(None, (f"- {item.label}", item.note, links.absolute(item.url))))
        for item in items
    )


def erase_old() -> int:
    """Erase what waited more than 30 days ago; returns the number of rows."""
    old = delete(DailyMail).where(DailyMail.checked_on < clock.today() - RETENTION)
    return db.session.execute(old).rowcount  # type: ignore[attr-defined]
