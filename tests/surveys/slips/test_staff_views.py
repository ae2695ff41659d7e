"""The staff makes codes, prints them, sends them as links, voids them, and looks one up."""

import pytest

from participa.core import clock, spanish
from participa.core import codes as written
from participa.core.audit import AuditEntry
from participa.core.db import db
from participa.surveys import access_codes
from participa.surveys.models import (
    Anonymity,
    CodeUse,
    Survey,
    SurveyAccess,
    SurveyCode,
    SurveyCodeBatch,
)
from tests.ballots.city import officials
from tests.surveys import city
from tests.surveys.sending import send


def coded(**facts) -> Survey:
    return city.open_survey(access=SurveyAccess.CODE, **facts)


def batch_of(made: Survey, size: int = 3) -> tuple[SurveyCodeBatch, list[str]]:
    batch = access_codes.make_batch(made, officials()[0], "Barrio Belén", size)
    db.session.commit()
    return batch, list(access_codes.codes_of(batch))


def path(made: Survey, *parts: object) -> str:
    return "/".join([f"/gestion/encuestas/{made.code}/codigos", *map(str, parts)])


def test_a_batch_is_made_and_its_slips_are_printed_with_qr_and_code(staff):
    made, visitor = coded(), staff()
    assert "Aún no hay ninguno" in visitor.get(path(made)).text
    show = send(visitor, path(made, "hacer"), label="Barrio Belén", size="12").location
    batch = db.session.scalars(db.select(SurveyCodeBatch)).one()
    assert "Imprimir las tiras" in visitor.get(show).text
    printed = send(visitor, path(made, batch.id, "imprimir"), path(made, batch.id)).location
    page = visitor.get(printed)
    assert page.headers["Cache-Control"] == "no-store"
    assert page.text.count('class="code-slip"') == 12
    first = written.show(access_codes.code_at(batch, 1))
    assert f'class="slip-code">{first}' in page.text
    assert "QR del código 12" in page.text


def test_who_prints_a_batch_again_is_warned(staff):
    made, visitor = coded(), staff()
    batch, _ = batch_of(made)
    assert "Ya se imprimió" not in visitor.get(path(made, batch.id)).text
    send(visitor, path(made, batch.id, "imprimir"), path(made, batch.id))
    page = visitor.get(path(made, batch.id)).text
    assert "Ya se imprimió" in page
    assert "Imprimir otra vez" in page


def test_the_slips_of_a_large_batch_are_printed_part_by_part(staff):
    made, visitor = coded(), staff()
    batch, codes = batch_of(made, 203)
    access_codes.note_printed(batch, officials()[0])
    db.session.commit()
    page = visitor.get(path(made, batch.id, "tiras?parte=2")).text
    assert page.count('class="code-slip"') == 3
    assert written.show(codes[202]) in page
    assert written.show(codes[0]) not in page


def test_links_are_downloaded_with_a_reason_that_stays_in_the_trail(staff):
    made, visitor = coded(), staff()
    batch, codes = batch_of(made)
    address = path(made, batch.id, "enlaces")
    assert send(visitor, address, format="csv").status_code == 422
    file = send(visitor, address, format="csv", reason="Correo a las juntas").text
    assert f"/encuestas/{made.code}?canal=web&c={codes[2]}" in file
    entries = db.session.scalars(db.select(AuditEntry).filter_by(action="surveys.code_links_taken"))
    assert [entry.details["reason"] for entry in entries] == ["Correo a las juntas"]


def test_states_are_counted_for_each_batch(staff):
    made, visitor = coded(), staff()
    batch, codes = batch_of(made)
    batch_of(made, 5)
    city.answer(made, code=codes[0])
    page = visitor.get(path(made, batch.id)).text
    assert "<dt>Sin usar</dt><dd>2</dd>" in page
    assert "<dt>Usados</dt><dd>1</dd>" in page
    assert "<dt>Sin usar</dt><dd>7</dd>" in visitor.get(path(made)).text


def test_a_batch_is_voided_and_what_was_answered_with_it_stays(staff):
    made, visitor = coded(), staff()
    batch, codes = batch_of(made)
    city.answer(made, code=codes[0])
    send(visitor, path(made, batch.id, "anular"), path(made, batch.id))
    counts = access_codes.counts(made.id)
    assert (counts[CodeUse.USED], counts[CodeUse.VOID]) == (1, 2)
    assert "Imprimir" not in visitor.get(path(made, batch.id)).text.partition("<h1>")[2]


def test_one_code_is_looked_up_and_voided(staff):
    made, visitor = coded(), staff()
    _, codes = batch_of(made)
    page = send(visitor, path(made, "buscar"), code=written.show(codes[1]).lower())
    assert "Sin usar" in page.text
    assert "Barrio Belén, número 2" in page.text
    found = access_codes.find(made.id, codes[1])
    visitor.post(
        path(made, found.id, "anular-uno"),
        data={"csrf_token": token(page), "shown": shown_of(page)},
    )
    assert db.session.get(SurveyCode, found.id).state is CodeUse.VOID


@pytest.mark.parametrize("mode", list(Anonymity), ids=lambda mode: mode.name)
def test_nobody_learns_what_was_answered_with_a_code_nor_on_which_day(staff, mode):
    made, visitor = coded(anonymity=mode), staff()
    _, codes = batch_of(made)
    city.answer(made, code=codes[0])
    page = send(visitor, path(made, "buscar"), code=codes[0]).text
    assert "Usado" in page
    assert spanish.day(clock.today()) not in page
    assert "Más sillas." not in page


def test_a_code_of_nothing_is_said_so(staff):
    made, visitor = coded(), staff()
    page = send(visitor, path(made, "buscar"), code="AAAA-BBBB-CCCC")
    assert page.status_code == 422
    assert "no es de esta encuesta" in page.text


def test_a_survey_for_everybody_has_no_codes(staff):
    assert staff().get(path(city.open_survey())).status_code == 404


def test_codes_that_another_part_gives_are_not_made_here(staff):
    made, visitor = city.open_survey(access=SurveyAccess.GIVEN), staff()
    assert "los da otra parte de participa" in visitor.get(path(made)).text
    assert "Hacer los códigos" not in visitor.get(path(made, "hacer")).text


def test_who_only_reads_sees_the_counts_and_prints_nothing(staff):
    made, visitor = coded(), staff("READER")
    batch, _ = batch_of(made)
    assert "Imprimir las tiras" not in visitor.get(path(made, batch.id)).text
    assert visitor.get(path(made, batch.id, "tiras")).status_code == 403


def token(page) -> str:
    return page.text.partition('name="csrf_token" value="')[2].partition('"')[0]


def shown_of(page) -> str:
    return page.text.partition('name="shown" value="')[2].partition('"')[0]
