"""A demo with a list that takes signatures now: `python -m tests.journeys.attendance_night FOLDER`.

Two doors, exits, a place for each person who registered, and a link for a device at each door.
"""

import sys
from pathlib import Path

from participa.attendance.desk import door_passes
from participa.core.db import db
from participa.pages import cli, example
from tests.attendance import city
from tests.journeys.begun_demo import build

TITLE = "Noche de rendición de cuentas"
PEOPLE = ("María Pérez Gómez", "Mario Peralta", "Ángela María Úsuga", "José de los Santos Mena")
TOKEN, OTHER_TOKEN = "VN" * 13, "WP" * 13


def fill(password: str) -> None:
    cli.fill(password)
    record = city.open_list(
        city.event_now(title=TITLE),
        doors=["Puerta norte", "Puerta sur"],
        takes_exits=True,
        asks_contact=True,
        capacity=60,
    )
    for number, name in enumerate(PEOPLE):
        city.signed(record, name, f"10171234{number:02d}", comes_now=False)
    editor = example.account_of("editor")
    for label, token in (("Puerta norte", TOKEN), ("Puerta sur", OTHER_TOKEN)):
        door_passes.create(record, label, token, editor)
    db.session.commit()


if __name__ == "__main__":
    build(Path(sys.argv[1]), sys.argv[2], fill)
