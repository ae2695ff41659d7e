"""A box in which a vote can be changed, in the city of a running demo.

`python -m tests.journeys.changeable_box FOLDER` prints its address and its cards as JSON.
"""

import json
import sys
from datetime import timedelta
from pathlib import Path

from participa.app import create_app
from participa.ballots.lifecycle import opening, service
from participa.ballots.models import BoxKind, QuestionKind
from participa.ballots.roll import enrolment
from participa.core import clock
from participa.core.db import db
from participa.pages import cli, example
from participa.plan import queries as plans

CARDS = 20


def made() -> dict[str, object]:
    editor = example.account_of("editor")
    plan = plans.current_plan()
    task = plans.task_of(plan, "4.1") if plan else None
    facts = {
        "title": "¿Cambiar el horario del parque? (ejemplo)",
        "used_by": "la Secretaría de Cultura",
        "closes_at": clock.now() + timedelta(days=3),
        "expected_ballots": 10,
        "takes_last": True,
        "is_example": True,
    }
    box = service.create(editor, BoxKind.CODES, [task] if task else [], **facts)
    service.ask(box, editor, QuestionKind.YES_NO, "¿Está de acuerdo?")
    cards = enrolment.make_cards(box, editor, CARDS)
    opening.open_box(box, editor)
    db.session.commit()
    return {"address": f"/urna/{box.uuid}", "cards": cards}


def main(folder: Path) -> None:
    cli.prepare_environment(folder, 8000, "127.0.0.1")
    with create_app().app_context():
        sys.stdout.write(f"{json.dumps(made())}\n")
        db.session.remove()
        db.engine.dispose()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
