"""The public numbers of a list: the total equals the roster, and no small group is shown."""

import csv
import io
from datetime import timedelta

import pytest

from participa.attendance import device_tokens, queries, service, withdrawals
from participa.attendance.models import Attendee, SignInWay
from participa.attendance.paper import halves, keying, sheets
from participa.attendance.paper_models import SheetKind
from participa.attendance.results import totals
from participa.attendance.sign_in import Arrival
from participa.channels import registry
from participa.core import clock
from participa.core.db import db
from participa.core.errors import Refused
from tests.attendance import city
from tests.attendance.paper.paper_city import printed
from tests.ballots.city import officials

HERE, ADULT = {"territorio": ["01"], "curso_vida": ["AU"]}, ["AU"]


def path_of(record, ending: str = "") -> str:
    return f"/asistencia/{record.code}/resultados{ending}"


def rows_of(client, record) -> dict[tuple[str, str], str]:
    text = client.get(path_of(record, ".csv")).text.removeprefix("\ufeff")
    rows = list(csv.reader(io.StringIO(text), delimiter=";"))[1:]
    return {(group, option): people for group, option, people, *_ in rows}


def came_at(minutes: int, door: str = "", way: SignInWay = SignInWay.PHONE) -> Arrival:
    begins = clock.now().replace(minute=0, second=0, microsecond=0) - timedelta(hours=3)
    return Arrival(way=way, at=begins + timedelta(minutes=minutes), door=door)


def no_more_phones(record) -> None:
    """The days pass in which a phone may still send what it kept without a signal."""
    record.closes_at = clock.now() - device_tokens.ACCEPTED_FOR - timedelta(minutes=1)
    record.opens_at = record.closes_at - city.LONG
    record.touch()
    db.session.commit()


def ages(record) -> dict[str, int]:
    """What is published of the ages."""
    [age] = totals.totals_of(record).variables
    return dict(age.rows)


def test_while_it_is_open_only_the_total_is_public(client, app):
    record = city.open_list(doors=["Norte"])
    city.crowd(record, 7)
    page = client.get(path_of(record)).text
    assert "Asistieron 7 personas." in page
    assert "Los detalles se publican cuando cierra el listado." in page
    assert rows_of(client, record) == {("Total", "Personas que asistieron"): "7"}


def test_that_nobody_came_is_said_only_when_nobody_can_come_any_more(client, staff, app):
    record = city.open_list()
    own = staff().get(f"/gestion/asistencia/{record.code}")
    for page in (client.get(path_of(record)), own):
        assert "Todavía no ha firmado nadie." in page.text
        assert "No asistió nadie." not in page.text
    over = city.closed_list(city.event_now(title="Otro"))
    assert "No asistió nadie." in client.get(path_of(over)).text


def test_after_the_closing_hour_door_way_and_what_people_said_are_public(client, app):
    record = city.closed_list(doors=["Norte"], variables=["territorio", "curso_vida"])
    city.crowd(record, 6, arrival=came_at(5, "Norte"), details=HERE)
    no_more_phones(record)
    rows = rows_of(client, record)
    page = client.get(path_of(record)).text
    assert "Por dónde entraron" in page
    assert [people for (_, option), people in rows.items() if option == "Norte"] == ["6"]
    assert rows["Cómo firmaron", "Con su celular"] == "6"
    assert "6" in [people for (group, _), people in rows.items() if "vive" in group]
    first, *_ = client.get(path_of(record, ".json")).json["rows"]
    assert first["people"] == 6
    with client.get(path_of(record, ".xlsx")) as file:
        assert file.status_code == 200
    assert client.get(path_of(record, ".pdf")).status_code == 404


def test_a_small_group_is_hidden_and_another_one_with_it(client, app):
    record = city.closed_list(doors=["Norte", "Sur"])
    city.crowd(record, 9, arrival=came_at(5, "Norte"))
    for _ in range(2):
        city.signed(record, arrival=came_at(5, "Sur", SignInWay.DESK))
    rows = rows_of(client, record)
    assert (rows["Por dónde entraron", "Norte"], rows["Por dónde entraron", "Sur"]) == ("", "")
    assert rows["Total", "Personas que asistieron"] == "11"


def test_with_fewer_people_than_a_group_nothing_but_the_total_is_public(client, app):
    record = city.closed_list()
    city.crowd(record, 4)
    assert (
        "Con menos de 5 personas no se publica ningún detalle" in client.get(path_of(record)).text
    )
    assert rows_of(client, record) == {("Total", "Personas que asistieron"): "4"}


def test_what_still_waits_to_be_mixed_is_counted(app):
    record = city.closed_list(variables=["curso_vida"])
    city.crowd(record, 6, details={"curso_vida": ADULT})
    no_more_phones(record)
    [age] = totals.totals_of(record).variables
    assert dict(age.rows)["29 a 59 años (adultez)"] == 6


def test_what_people_said_waits_for_the_phones_that_had_no_signal(client, app):
    record = city.closed_list(variables=["curso_vida"])
    city.crowd(record, 6, details={"curso_vida": ADULT})
    page = client.get(path_of(record)).text
    assert "guardada en un teléfono sin señal" in page
    assert "29 a 59" not in page
    no_more_phones(record)
    assert "29 a 59" in client.get(path_of(record)).text


def test_who_comes_after_the_publication_changes_the_total_and_nothing_that_people_said(app):
    record = city.closed_list(variables=["curso_vida"])
    city.crowd(record, 6, details={"curso_vida": ADULT})
    no_more_phones(record)
    for number in range(5):
        city.signed(record, f"Luz Marina {number}", details={"curso_vida": ["PM"]})
    assert ages(record)["29 a 59 años (adultez)"] == 6
    assert ages(record)["60 años o más (persona mayor)"] == 0
    assert totals.totals_of(record).people == 11


def test_the_minutes_state_at_once_what_people_said_since_nothing_comes_after_them(app):
    record = city.closed_list(variables=["curso_vida"])
    city.crowd(record, 6, details={"curso_vida": ADULT})
    assert any("29 a 59 años" in said for said in totals.paragraphs(record))


def test_slips_typed_after_the_closing_are_published_once_and_all_together(staff, client):
    record = city.open_list(variables=["curso_vida"])
    slips = printed(record, kind=SheetKind.SLIPS, rows=20)
    city.crowd(record, 6, details={"curso_vida": ADULT})
    sheets.take_back(slips, officials()[0], 0)
    keying.leave_rest_empty(slips, officials()[0])
    no_more_phones(record)
    for _ in range(6):
        halves.key(record, {"curso_vida": ["PM"]})
        db.session.commit()
        assert "medias fichas en papel" in client.get(path_of(record)).text
    halves.take_back(record, officials()[0], 6)
    db.session.commit()
    assert ages(record)["60 años o más (persona mayor)"] == 6
    page = staff("EDITOR").get(f"/gestion/asistencia/{record.code}/papel/fichas/digitar").text
    assert "Una media ficha más, o una menos, diría de quién es" in page
    with pytest.raises(Refused):
        halves.key(record, {"curso_vida": ["JU"]})
    with pytest.raises(Refused):
        halves.take_back(record, officials()[0], 7)


def test_details_wait_until_the_sheets_are_typed(client, app):
    record = city.open_list()
    sheet = printed(record)
    city.crowd(record, 6)
    no_more_phones(record)
    page = client.get(path_of(record)).text
    assert "Asistieron 6 personas." in page
    assert "cuando se termine de digitar el papel" in page
    sheets.void(sheet, officials()[0], "Nadie la usó.")
    db.session.commit()
    assert "Cómo firmaron" in client.get(path_of(record)).text


def test_the_hour_of_who_signed_on_paper_is_not_invented(client, app):
    record = city.closed_list()
    city.crowd(record, 6, arrival=came_at(5))
    for _ in range(5):
        city.signed(record, arrival=came_at(125, way=SignInWay.PAPER))
    hours = [n for (group, _), n in rows_of(client, record).items() if group.startswith("A qué")]
    assert hours == ["6", "5"]
    assert rows_of(client, record)["A qué hora llegaron", "En papel, sin hora"] == "5"


def test_after_a_reopening_what_people_said_stays_unpublished(client, app):
    record = city.closed_list(variables=["curso_vida"])
    city.crowd(record, 6, details={"curso_vida": ADULT})
    service.reopen(record, officials()[0], clock.now() + timedelta(hours=1), "Faltaba gente.")
    record.closes_at = clock.now() - timedelta(seconds=1)
    db.session.commit()
    page = client.get(path_of(record)).text
    assert "El listado se reabrió." in page
    assert "29 a 59" not in page


def test_after_a_reopening_one_person_more_is_not_shown_by_comparison(app):
    record = city.closed_list(doors=["Norte"])
    city.crowd(record, 6, arrival=came_at(5, "Norte"))
    record.reopened_at = clock.now() - timedelta(minutes=30)
    city.signed(record, arrival=Arrival(way=SignInWay.PHONE, door="Norte"))
    shown = {one.key: dict(one.shown) for one in totals.totals_of(record).arrivals}
    assert shown["door"] == {"Norte": 6}
    for _ in range(4):
        city.signed(record, arrival=Arrival(way=SignInWay.PHONE, door="Norte"))
    shown = {one.key: dict(one.shown) for one in totals.totals_of(record).arrivals}
    assert shown["door"] == {"Norte": 11}


def test_a_draft_has_no_results(client, app):
    assert client.get(path_of(city.draft())).status_code == 404


@pytest.mark.parametrize(
    ("came", "registered", "mistakes", "erased"),
    [(0, 0, 0, 0), (9, 0, 0, 0), (9, 3, 0, 0), (9, 0, 3, 0), (9, 2, 2, 3), (3, 1, 3, 0)],
    ids=["nobody", "all came", "some registered", "mistakes", "erased too", "all mistakes"],
)
def test_the_public_total_equals_the_roster(client, app, came, registered, mistakes, erased):
    record = city.closed_list()
    city.crowd(record, came)
    for _ in range(registered):
        city.signed(record, comes_now=False)
    entries = db.session.query(Attendee).order_by(Attendee.id).all()
    for entry in entries[:mistakes]:
        withdrawals.withdraw(entry, officials()[0])
    for entry in entries[mistakes : mistakes + erased]:
        withdrawals.erase(entry, officials()[0])
    db.session.commit()
    people = [one for one in entries if one.withdrawn_at is None and one.presences]
    assert len(people) == queries.attended(record.id) == came - mistakes
    rows = rows_of(client, record)
    assert rows["Total", "Personas que asistieron"] == str(len(people))
    ways = [number for (group, _), number in rows.items() if group == "Cómo firmaron"]
    assert sum(int(number or 0) for number in ways) in {0, len(people)}


def after_its_event(record):
    record.event.closes_at = clock.now() - timedelta(minutes=1)
    record.event.touch()
    db.session.commit()
    return record


def test_the_minutes_wait_until_the_paper_is_typed(staff):
    record = city.open_list()
    printed(record)
    record.closes_at = clock.now() - timedelta(seconds=1)
    after_its_event(record)
    path = f"/gestion/eventos/{record.event.code}/acta"
    assert "terminar de digitar el papel del listado" in staff("EDITOR").get(path).text


def test_the_minutes_wait_until_the_list_is_closed(staff):
    record = after_its_event(city.open_list())
    path = f"/gestion/eventos/{record.event.code}/acta"
    assert "cerrar el listado de asistencia" in staff("EDITOR").get(path).text
    record.closes_at = clock.now()
    db.session.commit()
    assert "cerrar el listado" not in staff("EDITOR").get(path).text


def test_with_a_list_nobody_counts_heads(staff):
    record = after_its_event(city.closed_list())
    city.crowd(record, 3)
    page = staff("EDITOR").get(f"/gestion/eventos/{record.event.code}/acta/escribir").text
    assert "attended" not in page
    assert (
        "Firmaron el listado 3 personas."
        in staff("EDITOR").get(f"/gestion/eventos/{record.event.code}/acta").text
    )


def test_the_minutes_state_the_details_of_a_closed_list_without_small_groups(app):
    record = city.closed_list(doors=["Norte", "Sur"], variables=["curso_vida"])
    city.crowd(record, 12, arrival=came_at(5, "Norte"), details={"curso_vida": ADULT})
    for _ in range(2):
        city.signed(record, arrival=came_at(5, "Sur"))
    with app.test_request_context():
        mentions = registry.mentions_of(record.event, "events")
    [mention] = [one for one in mentions if one.fills == "attendance"]
    said = [*mention.minutes, *mention.details()]
    assert "Firmaron el listado 14 personas." in said
    assert "Por dónde entraron. No se muestra, para no señalar a nadie." in said
    assert any(one.startswith("No se dicen los grupos de menos de 5") for one in said)
    assert "Sur: 2" not in str(said)
