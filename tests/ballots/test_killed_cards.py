"""A worker that dies while it makes cards: whole files and nothing else, none twice, none lost."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import func, select

from participa import config
from participa.ballots.card_orders import CardFile, CardOrder
from participa.ballots.models import BoxCredential, BoxKind
from participa.ballots.roll import card_files
from participa.belenios import credentials, election
from participa.core.db import db
from tests.ballots import city
from tests.ballots.polling import Polling, database_of_its_own
from tests.ballots.roll.printed import codes_in

CARDS, IN_ONE_FILE = 120, 10
WORKER = """
from participa.app import create_app
from participa.ballots.roll import card_files
from participa.core.jobs import jobs
card_files.WAYS["csv"] = card_files.WAYS["csv"]._replace(most={most})
with create_app().app_context():
    card_files.make_files(jobs.Progress(0), {order}, {box})
"""
chance = random.Random(2026)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def polling(request, tmp_path_factory):
    address = ""
    if request.param == "postgresql":
        address = database_of_its_own(request.getfixturevalue("postgres"))
    polling = Polling(tmp_path_factory.mktemp("cards"), address)
    with polling.inside():
        yield polling
        db.session.rollback()
        db.engine.dispose()


def start(polling, order_id, box_id):
    program = WORKER.format(most=IN_ONE_FILE, order=order_id, box=box_id)
    environment = os.environ | config.to_environment(polling.settings)
    root = Path(__file__).parents[2]
    return subprocess.Popen([sys.executable, "-c", program], env=environment, cwd=root)


def files_made():
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(CardFile)) or 0


def test_a_worker_killed_half_way_prints_no_card_twice_and_loses_none(polling):
    made = city.draft(BoxKind.CODES, voters=0, uuid=election.new_uuid())
    box_id, uuid = made.id, made.uuid
    asked = card_files.order(made.box, city.officials()[0], CARDS, "Teatro", "csv")
    db.session.commit()
    order_id = asked.id
    for enough in (1, 4, 7):
        worker = start(polling, order_id, box_id)
        deadline = time.monotonic() + 120
        while files_made() < enough:
            assert time.monotonic() < deadline
            time.sleep(0.002)
        time.sleep(chance.uniform(0, 0.02))
        worker.send_signal(signal.SIGKILL)
        worker.wait()
        assert enough <= files_made() < CARDS / IN_ONE_FILE
        printed, on_roll = city_of(box_id, order_id, uuid)
        assert printed == on_roll, "what lies in the files is on the roll, and nothing else"
    assert start(polling, order_id, box_id).wait(240) == 0
    printed, on_roll = city_of(box_id, order_id, uuid)
    assert printed == on_roll
    assert len(set(printed)) == len(printed) == CARDS


def city_of(box_id, order_id, uuid):
    """The public halves of the codes in all files, with repetitions, and those on the roll."""
    db.session.rollback()
    files = card_files.files_of(db.session.get_one(CardOrder, order_id))
    codes = [code for file in files for code in codes_in(file.content)]
    printed = sorted(str(credentials.derive(code, uuid).public) for code in codes)
    rows = select(BoxCredential.public).where(BoxCredential.box_id == box_id)
    return printed, sorted(db.session.scalars(rows))
