"""The staff's home page: open channels, pending work, late tasks, failed jobs."""

from flask import Blueprint, render_template

from participa.cases import queries as cases
from participa.cases import sources
from participa.channels import registry
from participa.channels.inbox import OpenList
from participa.core.installation import installation
from participa.core.jobs import mail
from participa.core.ops import demonstration
from participa.pages import manual as manuals
from participa.pages import queries
from participa.plan import document
from participa.plan import queries as plans
from participa.plan.board import Line
from participa.plan.reporting import inbox as reports
from participa.plan.schedule import ScheduleState
from participa.staff.access import (
    EVERYONE,
    READERS,
    WRITERS,
    allows,
    before_second_factor,
    current_account,
    guard,
    works_for,
)
from participa.staff.models import Account
from participa.staff.waiting.pending import Pending

bp = guard(Blueprint("pages_staff", __name__, url_prefix="/gestion"), "hoy")


@bp.get("")
@allows(EVERYONE)
def home():
    account = current_account()
    own_office = account.only_office_id
    return render_template(
        "pages_staff/home.html",
        may_read=account.role in READERS,
        channels=registry.channels(),
        open_lists=open_lists(account),
        may_write=account.role in WRITERS,
        pending=pending_of(account) if account.role in WRITERS else [],
        cases=sources.with_origins(cases.unpublished_cases(own_office)),
        lines=lines_due(account),
        jobs=queries.failed_jobs(account),
        is_demo=demonstration.is_demo(),
        lacks_contact=installation().settings.entity.missing_words,
        missing=missing_settings(account),
        lacks_mail=account.is_administrator and not mail.is_configured(),
    )


@bp.get("/ayuda")
@allows(EVERYONE)
@before_second_factor
def manual():
    return render_template("pages_staff/manual.html", manual=manuals.manual())


def open_lists(account: Account) -> list[OpenList]:
    """The records that take answers now, by kind of channel; kinds without any are left out."""
    lists = (
        OpenList(row.row_label, row.count_label, row.open_for(account))
        for row in registry.channels()
    )
    return [one for one in lists if one.rows]


def pending_of(account: Account) -> list[Pending]:
    """What an account may review or has to correct, beside the questions."""
    of_features = [item for row in registry.features() for item in row.pending(account)]
    return [*of_features, *reports.pending(account)]


def lines_due(account: Account) -> list[Line]:
    """Late or current tasks of the plan that the account's office answers for."""
    plan = plans.current_plan()
    if plan is None:
        return []
    mine = {task.code for task in plans.tasks_of(plan) if works_for(account, task.office_ids)}
    wanted = {ScheduleState.LATE, ScheduleState.GOING}
    return [
        line for line in document.board_of(plan).lines if line.code in mine and line.state in wanted
    ]


def missing_settings(account: Account) -> list[str]:
    """Settings of the entity that the law requires in the footer and that are missing (ID-01)."""
    return installation().settings.entity.missing if account.is_administrator else []
