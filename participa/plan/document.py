"""The board as a JSON document: served as /plan.json, and stored when a plan closes."""

import hashlib
import json
from datetime import date
from typing import Any

from participa.core.ops import demonstration
from participa.core.tables.tables import EXAMPLE_NOTE
from participa.plan.board import (
    Board,
    Line,
    ProofFile,
    Reopened,
    Report,
    Responsible,
    Section,
    current_board,
)
from participa.plan.measures import Evidence, Indicator
from participa.plan.models import Plan, Unit
from participa.plan.schedule import ScheduleState
from participa.plan.task_fields import KEYS

UNITS = {Unit.COUNT: "count", Unit.PERCENT: "percent"}
UNITS_BY_WORD = {word: unit for unit, word in UNITS.items()}


def canonical_json(document: dict[str, Any]) -> str:
    """The document as JSON with sorted keys: the same content always gives the same bytes."""
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest(document: dict[str, Any]) -> str:
    """SHA-256, in hexadecimal, of the bytes that /plan.json serves."""
    return hashlib.sha256(canonical_json(document).encode()).hexdigest()


def board_document(board: Board) -> dict[str, Any]:
    return {
        **({"note": EXAMPLE_NOTE} if demonstration.is_demo() else {}),
        "plan": {
            "year": board.year,
            "strategy": board.strategy,
            "title": board.title,
            "closed_on": board.closed_on.isoformat() if board.closed_on else None,
            "reopenings": [
                {
                    "on": reopening.on.isoformat(),
                    "period": reopening.period,
                    "reason": reopening.reason,
                }
                for reopening in board.reopenings
            ],
        },
        "actions": [
            {
                "number": section.number,
                "name": section.name,
                "tasks": [_task(line) for line in section.lines],
            }
            for section in board.sections
        ],
    }


def _task(line: Line) -> dict[str, Any]:
    return {
        **{key: getattr(line, name) for name, key in KEYS.items()},
        "code": line.code,
        "unit": UNITS[line.unit],
        "offices": [office.written for office in line.offices],
        "responsible": [
            {"id": office.slug, "name": office.name, "written": office.written}
            for office in line.offices
        ],
        "measure_label": line.measure_label,
        "numerator": line.numerator,
        "denominator": line.denominator,
        "value": line.value,
        "state": line.state.value,
        "out_of_term": line.is_out_of_term,
        "evidence": [
            {
                "title": proof.title,
                "url": proof.url,
                "on": proof.on.isoformat(),
                "fulfilled": proof.fulfilled,
                "reason": proof.reason,
            }
            for proof in line.evidence
        ],
        "reports": [_report(report) for report in line.reports],
    }


def _report(report: Report) -> dict[str, Any]:
    return {
        "id": report.id,
        "title": report.title,
        "on": report.on.isoformat(),
        "numerator": report.numerator,
        "denominator": report.denominator,
        "notes": report.notes,
        "period": report.period,
        "files": [
            {"id": proof.id, "title": proof.title, "extension": proof.extension, "size": proof.size}
            for proof in report.files
        ],
    }


def board_of(plan: Plan) -> Board:
    """The board of a plan: as it is now, or as it was at its closing."""
    return board_from(plan.closing["document"]) if plan.closing else current_board(plan)


def plan_document(plan: Plan, board: Board) -> dict[str, Any]:
    """The document of a plan from its whole board; of a closed plan, the one stored at closing."""
    stored: dict[str, Any] | None = plan.closing and plan.closing["document"]
    return stored or board_document(board)


def board_from(document: dict[str, Any]) -> Board:
    """The inverse of `board_document`."""
    plan = document["plan"]
    return Board(
        year=plan["year"],
        strategy=plan["strategy"],
        title=plan["title"],
        closed_on=date.fromisoformat(plan["closed_on"]) if plan["closed_on"] else None,
        sections=tuple(
            Section(
                action["number"],
                action["name"],
                tuple(_line_from(task, plan["year"]) for task in action["tasks"]),
            )
            for action in document["actions"]
        ),
        reopenings=tuple(
            Reopened(date.fromisoformat(entry["on"]), entry["period"], entry["reason"])
            for entry in plan["reopenings"]
        ),
    )


def _line_from(task: dict[str, Any], year: int) -> Line:
    facts = {name: task[key] for name, key in KEYS.items()}
    return Line(
        **facts | {"unit": UNITS_BY_WORD[task["unit"]]},
        code=task["code"],
        offices=tuple(
            Responsible(office["id"], office["name"], office["written"])
            for office in task["responsible"]
        ),
        year=year,
        measure_label=task["measure_label"],
        state=ScheduleState(task["state"]),
        computed=_indicator_from(task),
        reports=tuple(_report_from(report) for report in task["reports"]),
    )


def _indicator_from(task: dict[str, Any]) -> Indicator | None:
    if task["numerator"] is None:
        return None
    proofs = (
        Evidence(
            task_id=0,
            title=proof["title"],
            url=proof["url"],
            on=date.fromisoformat(proof["on"]),
            fulfilled=proof["fulfilled"],
            reason=proof["reason"],
        )
        for proof in task["evidence"]
    )
    return Indicator(UNITS_BY_WORD[task["unit"]], task["target"], tuple(proofs))


def _report_from(report: dict[str, Any]) -> Report:
    return Report(
        id=report["id"],
        title=report["title"],
        on=date.fromisoformat(report["on"]),
        numerator=report["numerator"],
        denominator=report["denominator"],
        notes=report["notes"],
        period=report["period"],
        files=tuple(
            ProofFile(proof["id"], proof["title"], proof["extension"], proof["size"])
            for proof in report["files"]
        ),
    )
