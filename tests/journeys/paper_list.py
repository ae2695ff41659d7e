"""An event of today whose list is also signed on paper, in the city of a running demo.

`python -m tests.journeys.paper_list FOLDER` prints the code of the list.
"""

import secrets
import sys
from datetime import timedelta
from pathlib import Path

from participa.app import create_app
from participa.attendance import service, sign_in
from participa.attendance.models import SignInWay
from participa.attendance.sign_in import Arrival, Identity
from participa.attendance.snapshots import snapshot_of
from participa.core import clock
from participa.core.db import db
from participa.events import service as events
from participa.pages import cli, example
from participa.plan import queries as plans
from tests.events.city import PLAN

SIGNED = Identity(name="Ángela María Úsuga", document_type="CC", document="1017123456")


def made() -> str:
    editor = example.account_of("editor")
    plan = plans.current_plan()
    found = [plans.task_of(plan, code) for code in ("7.2", "3.3")] if plan else []
    tasks = [task for task in found if task]
    soon = clock.now().replace(second=0, microsecond=0) + timedelta(hours=1)
    when = {"opens_at": soon, "closes_at": soon + timedelta(hours=6)}
    facts = PLAN | when | {"called_on": clock.today(), "is_example": True}
    event = events.create(editor, tasks[:1], **facts)
    events.publish(event, editor)
    event.opens_at = soon - timedelta(hours=2)  # it is under way
    event.touch()
    more = {"is_example": True, "asks_image": True}
    record = service.create(editor, event, tasks, **(dict(service.default_facts(event)) | more))
    service.publish(record, editor)
    arrival = Arrival(way=SignInWay.PHONE, at=clock.now() - timedelta(minutes=20))
    sign_in.sign(snapshot_of(record), secrets.token_hex(16), SIGNED, arrival)
    db.session.commit()
    return record.code


def main(folder: Path) -> None:
    cli.prepare_environment(folder, 8000, "127.0.0.1")
    with create_app().app_context():
        sys.stdout.write(made())
        db.session.remove()
        db.engine.dispose()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
