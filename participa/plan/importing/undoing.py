"""Take an import back: the plan is again what it was before the file, and a plan that the file
created is deleted.
"""

import hashlib
import json
from dataclasses import asdict
from typing import Any

from sqlalchemy import exists, select, update

from participa.core import audit, clock
from participa.core.db import db
from participa.core.errors import Refused
from participa.plan import service
from participa.plan.importing import differences, revision
from participa.plan.importing.differences import Differences
from participa.plan.importing.drafts import Draft, DraftAction, DraftTask
from participa.plan.models import Plan, PlanImport, Unit
from participa.plan.offices import OfficeMention
from participa.staff.models import Account, Office


class CannotUndo(Refused):
    """The import cannot be taken back."""


def remember(received: PlanImport, before: Draft | None, plan: Plan) -> None:
    """Keep what `undo` needs: the plan before this import, and a digest of the plan after it."""
    received.undo = {
        "before": _as_json(before) if before else None,
        "after": _digest(revision.as_draft(plan)),
    }


def why_not(received: PlanImport) -> str:
    """Why this import cannot be taken back; "" if it can."""
    plan = received.plan
    if received.is_undone:
        return "Esta importación ya se deshizo."
    if received.undo is None or plan is None:
        return "Esta importación es de antes de que se pudieran deshacer."
    if plan.is_closed:
        return f"El plan {plan.year} ya cerró y no se puede cambiar."
    later = select(
        exists().where(
            PlanImport.plan_id == plan.id,
            PlanImport.undone_at.is_(None),
            PlanImport.applied_at.is_not(None),
            PlanImport.id > received.id,
        )
    )
    if db.session.scalar(later):
        return "Después se importó otro archivo a este plan. Deshaga primero esa importación."
    if _digest(revision.as_draft(plan)) != received.undo["after"]:
        return (
            "El plan cambió después de esta importación. Para volver atrás, importe otro archivo."
        )
    return ""


def changes_back(received: PlanImport) -> Differences | None:
    """What taking it back changes; None when it deletes the plan, which the file created."""
    kept, plan = received.undo, received.plan
    if not kept or plan is None or kept["before"] is None:
        return None
    return differences.between(revision.as_draft(plan), _from_json(kept["before"]))


def undo(received: PlanImport, by: Account) -> None:
    """Raises CannotUndo, and TaskProven when a task that the file added has evidence by now."""
    claim = update(PlanImport).where(PlanImport.id == received.id, PlanImport.undone_at.is_(None))
    if reason := why_not(received):
        raise CannotUndo(reason)
    plan, kept = received.plan, received.undo or {}
    assert plan is not None  # noqa: S101 - why_not has looked
    service.lock_open(plan)
    if not db.session.execute(claim.values(undone_at=clock.now())).rowcount:  # type: ignore[attr-defined]
        raise CannotUndo("Esta importación ya se deshizo.")
    audit.record("plan.import_undone", plan, by, year=plan.year, sha256=received.sha256)
    if kept["before"] is None:
        service.delete_plan(plan)
    else:
        _write_back(plan, _from_json(kept["before"]))
    db.session.flush()
    db.session.expire(received)


def _write_back(plan: Plan, before: Draft) -> None:
    changes = differences.between(revision.as_draft(plan), before)
    revision.refuse_to_remove_proven(plan, changes.removed)
    slugs = {mention.slug for task in before.tasks for mention in task.offices}
    rows = select(Office.slug, Office.id).where(Office.slug.in_(slugs))
    office_ids = {row.slug: row.id for row in db.session.execute(rows)}
    revision.write(plan, before, changes, office_ids)


def _as_json(draft: Draft) -> dict[str, Any]:
    """A draft without what belongs to its file: rows, notes and page breaks."""
    kept = asdict(draft)
    for action in kept["actions"]:
        for task in action["tasks"]:
            task["unit"] = task["unit"].name
    return {name: kept[name] for name in ("year", "strategy", "title", "actions")}


def _from_json(kept: dict[str, Any]) -> Draft:
    """The inverse of `_as_json`."""
    actions = tuple(
        DraftAction(
            action["number"],
            action["name"],
            tuple(
                DraftTask(
                    **task
                    | {
                        "unit": Unit[task["unit"]],
                        "offices": tuple(OfficeMention(**one) for one in task["offices"]),
                    }
                )
                for task in action["tasks"]
            ),
        )
        for action in kept["actions"]
    )
    return Draft(kept["year"], kept["strategy"], kept["title"], actions)


def _digest(draft: Draft) -> str:
    content = json.dumps(_as_json(draft), ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(content.encode()).hexdigest()
