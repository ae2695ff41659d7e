"""People who sign while others mix, withdraw and correct: nothing is lost, doubled or an error."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from flask.testing import FlaskClient
from sqlalchemy import func, select

from participa.attendance import queries, waiting_details, withdrawals
from participa.attendance.models import Attendee, WaitingDetails
from participa.citizens.models import Consent, PopulationSlip
from participa.core import submissions
from participa.core.db import db
from participa.core.personal import sealing
from tests.attendance import city
from tests.attendance.public.people import MARIA, path

PEOPLE, OTHERS = 24, 4
DETAILS = {"v_curso_vida": "AU", "v_territorio": "10"}


def rows(model) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def sheets(record, people: int) -> list[dict[str, str]]:
    purpose = city.listed(record).purpose
    return [
        {"submission": submissions.issue(purpose), **MARIA, **DETAILS, "document": f"1017{one:06}"}
        for one in range(people)
    ]


def together(app, *works):
    """The answer of each work, all begun at the same moment."""
    db.session.remove()
    start = Barrier(len(works))

    def begin(work):
        with FlaskClient(app, app.response_class) as client, app.app_context():
            start.wait(60)
            return work(client)

    with ThreadPoolExecutor(len(works)) as threads:
        return list(threads.map(begin, works))


def sends(address: str, sheet: dict[str, str]):
    return lambda client: client.post(address, data=sheet).status_code


def test_no_answer_is_lost_or_doubled_while_several_mix(app, client):
    record = city.open_list(variables=["curso_vida", "territorio"])
    list_id, address = record.id, path(record)

    def mixes(_):
        mixed = waiting_details.mix(list_id)
        db.session.commit()
        return 303 if mixed >= 0 else 500

    signs = [sends(address, sheet) for sheet in sheets(record, PEOPLE)]
    assert set(together(app, *signs, *[mixes] * OTHERS)) == {303}
    waiting_details.mix(list_id)
    db.session.commit()
    assert queries.attended(list_id) == PEOPLE
    assert (rows(PopulationSlip), rows(WaitingDetails)) == (PEOPLE, 0)


def test_answers_whose_mixing_is_cut_short_go_on_waiting(app):
    record = city.open_list(variables=["curso_vida"])
    for _ in range(PEOPLE):
        waiting_details.add(city.listed(record), {"curso_vida": ["AU"]}, "qr")
    db.session.commit()
    stored = rows(PopulationSlip) + rows(WaitingDetails)
    waiting_details.mix(record.id)
    db.session.rollback()  # the process is killed before it commits
    assert rows(PopulationSlip) + rows(WaitingDetails) == stored == PEOPLE


def test_answers_under_a_lost_key_wait_for_it_and_stop_nobody(app, monkeypatch):
    record = city.open_list(variables=["curso_vida"])
    listed, answers = city.listed(record), {"curso_vida": ["AU"]}
    waiting_details.add(listed, answers, "qr")
    db.session.commit()
    with monkeypatch.context() as lost:
        lost.setattr(sealing, "_keys", lambda: ("otra llave que no abre lo anterior",))
        waiting_details.add(listed, answers, "qr")
        assert waiting_details.mix(record.id) == 1
        assert waiting_details.waiting(record.id) == []
        db.session.commit()
    assert waiting_details.mix(record.id) == 1
    assert (rows(PopulationSlip), rows(WaitingDetails)) == (2, 0)


def test_who_signs_while_the_entry_is_withdrawn_gets_an_answer_and_counts_once(app, client):
    record = city.open_list()
    address, list_id = path(record), record.id
    first = city.signed(record, document="1017000000", name=MARIA["name"])

    def withdraws(_):
        withdrawals.withdraw(db.session.get_one(Attendee, first.attendee_id), "participa")
        db.session.commit()
        return 303

    again = [{**sheet, "document": "1017000000"} for sheet in sheets(record, PEOPLE)]
    answers = together(app, withdraws, *[sends(address, sheet) for sheet in again])
    assert set(answers) == {303}
    assert queries.on_list(list_id) <= 1
    assert rows(Consent) == queries.on_list(list_id)
