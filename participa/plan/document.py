"""The board as a JSON document: what /plan.json serves, and what a closed plan keeps for ever."""

import hashlib
import json
from datetime import date
from typing import Any

from participa.plan.board import (
    Board,
    Line,
    ProofFile,
    Reopened,
    Report,
    Responsible,
    Section,
    live,
)
from participa.plan.measures import Evidence, Indicator
from participa.plan.models import Plan, Unit
from participa.plan.schedule import ScheduleState
from participa.plan.task_fields import KEYS

UNITS = {Unit.COUNT: "count", Unit.PERCENT: "percent"}
UNITS_BY_WORD = {word: unit for unit, word in UNITS.items()}


def text(document: dict[str, Any]) -> str:
    """The one way to write a document: the same content always gives the same bytes."""
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest(document: dict[str, Any]) -> str:
    """SHA-256 of the bytes that /plan.json serves; anybody can compute it again."""
    return hashlib.sha256(text(document).encode()).hexdigest()


def board_document(board: Board) -> dict[str, Any]:
    return {
        "plan": {
            "year": board.year,
            "strategy": board.strategy,
            "title": board.title,
            "closed_on": board.closed_on.isoformat() if board.closed_on else None,
            "reopenings": [
                {"on": told.on.isoformat(), "period": told.period, "reason": told.reason}
                for told in board.reopenings
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
            {"id": kept.id, "title": kept.title, "extension": kept.extension, "size": kept.size}
            for kept in report.files
        ],
    }


def read(plan: Plan) -> Board:
    """The board of a plan: as it is now, or for ever as it closed."""
    return board(plan.closing["document"]) if plan.closing else live(plan)


def of_plan(plan: Plan, whole: Board) -> dict[str, Any]:
    """The document of a plan whose board was read; a closed one keeps that of its last day."""
    kept: dict[str, Any] | None = plan.closing and plan.closing["document"]
    return kept or board_document(whole)


def board(document: dict[str, Any]) -> Board:
    """The board that a document tells: the inverse of `of`."""
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
                tuple(_line(task, plan["year"]) for task in action["tasks"]),
            )
            for action in document["actions"]
        ),
        reopenings=tuple(
            Reopened(date.fromisoformat(told["on"]), told["period"], told["reason"])
            for told in plan["reopenings"]
        ),
    )


def _line(task: dict[str, Any], year: int) -> Line:
    facts = {name: task[key] for name, key in KEYS.items()}
    return Line(
        **facts | {"unit": UNITS_BY_WORD[task["unit"]]},
        code=task["code"],
        offices=tuple(
            Responsible(told["id"], told["name"], told["written"]) for told in task["responsible"]
        ),
        year=year,
        measure_label=task["measure_label"],
        state=ScheduleState(task["state"]),
        computed=_indicator(task),
        reports=tuple(_published(report) for report in task["reports"]),
    )


def _indicator(task: dict[str, Any]) -> Indicator | None:
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


def _published(report: dict[str, Any]) -> Report:
    return Report(
        id=report["id"],
        title=report["title"],
        on=date.fromisoformat(report["on"]),
        numerator=report["numerator"],
        denominator=report["denominator"],
        notes=report["notes"],
        period=report["period"],
        files=tuple(
            ProofFile(kept["id"], kept["title"], kept["extension"], kept["size"])
            for kept in report["files"]
        ),
    )
