"""Queries of the pages across packages: codes that citizens follow, failed jobs."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select

from participa.cases.follow import Follow, Followed
from participa.core import clock, links
from participa.core.db import db
from participa.core.installation import installation
from participa.core.jobs.jobs import Job
from participa.staff.models import Account, Role

FEW = 6


def followed(typed: str) -> Followed | None:
    """The result of the first package that knows this code; None for an invalid or unknown code."""
    lookups: Sequence[Follow] = installation().followed
    return next((answer for follow in lookups if (answer := follow(typed))), None)


def printed_link(typed: str) -> Followed | None:
    """The page that a printed QR with this code opens."""
    link = links.known(typed)
    return Followed(address=links.path_of(link, typed)) if link else None


def failed_jobs(account: Account) -> list[Job]:
    """Jobs that failed in the last week: those of the account, or all for an administrator."""
    rows = select(Job).where(Job.error != "", Job.finished_at > clock.now() - timedelta(days=7))
    if account.role is not Role.ADMINISTRATOR:
        rows = rows.where(Job.owner == account.email)
    return list(db.session.scalars(rows.order_by(Job.id.desc()).limit(FEW)))
