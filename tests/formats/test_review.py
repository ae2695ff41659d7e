"""The life of a version, act by act: what each allows, and what it refuses in words."""

from datetime import date
from io import BytesIO

import pytest
from werkzeug.datastructures import FileStorage

from participa.core.audit import AuditEntry
from participa.core.db import db
from participa.core.errors import Refused
from participa.formats import queries, review
from participa.formats.models import FormatVersion, VersionState
from participa.formats.review import OwnVersion, VersionFacts, VersionNotNow
from tests.formats.builders import official
from tests.plan.builders import account

FIRST = VersionFacts("1", date(2024, 3, 1), change_note="Se diligencia en línea.")
SECOND = VersionFacts("2", date(2024, 9, 1), change_note="Letra más grande.")


@pytest.fixture
def luz(make):
    return make(account("luz@ejemplo.org"))


@pytest.fixture
def ada(make):
    return make(account("ada@ejemplo.org"))


@pytest.fixture
def paper(make):
    return make(official())


def file(text: bytes = b"Formato", name: str = "formato.txt") -> FileStorage:
    return FileStorage(BytesIO(text), name)


def approved(paper, luz, ada, facts=FIRST, **others) -> FormatVersion:
    upload = file(facts.number.encode()) if others.get("blocks") else None
    version = review.draft(paper, luz, facts, upload)
    review.send(version, luz)
    review.approve(version, ada, **others)
    db.session.commit()
    return version


def test_a_version_is_in_force_once_somebody_else_approved_it(paper, luz, ada):
    version = approved(paper, luz, ada, blocks=["TERRITORIAL", "POPULATION"], isolucion="ISO-7")
    assert paper.current is version
    assert (version.sent_by, version.approved_by) == (luz, ada)
    assert version.declared_blocks == ["POPULATION", "TERRITORIAL"]
    assert version.isolucion == "ISO-7"
    acts = [entry.action for entry in db.session.query(AuditEntry).order_by(AuditEntry.number)]
    assert acts == ["formats.version_drafted", "formats.version_sent", "formats.version_approved"]


def test_ticks_need_a_file_to_be_found_in(paper, luz, ada):
    version = review.draft(paper, luz, FIRST)
    review.send(version, luz)
    with pytest.raises(Refused, match="no tiene archivo") as refused:
        review.approve(version, ada, ["POPULATION"])
    assert refused.value.field == "blocks"


@pytest.mark.parametrize("note", ["", "x", "En línea."])
def test_a_version_without_a_file_says_where_it_is_filled_in(paper, luz, note):
    version = review.draft(paper, luz, VersionFacts("1", date(2024, 3, 1), change_note=note))
    with pytest.raises(Refused, match="diga en las notas dónde se diligencia"):
        review.send(version, luz)


@pytest.mark.parametrize("typed", ["inventada", "12", "-", "ISO", "¿2024?", "ISO\t#1"])
def test_an_isolucion_reference_has_the_shape_of_one(paper, luz, ada, typed):
    with pytest.raises(Refused, match="Copie la referencia") as refused:
        review.draft(paper, luz, VersionFacts("1", date(2024, 3, 1), typed))
    assert refused.value.field == "isolucion"
    version = approved(paper, luz, ada)
    with pytest.raises(Refused, match="Copie la referencia"):
        review.note_isolucion(version, luz, typed)


def test_who_gave_the_isolucion_reference_stays_in_the_trail(paper, luz, ada):
    approved(paper, luz, ada, isolucion=" ISO-7 ")
    entry = db.session.query(AuditEntry).filter_by(action="formats.version_approved").one()
    assert (entry.actor, entry.details["isolucion"]) == (str(ada), "ISO-7")


def test_the_version_before_stays_in_force_until_the_first_day_of_the_next(paper, luz, ada, at):
    at(2024, 8, 1, 15)
    first = approved(paper, luz, ada)
    second = approved(paper, luz, ada, SECOND)
    assert paper.current is first
    assert (second.is_coming, paper.state) == (True, VersionState.APPROVED)
    assert queries.formats_to_choose() != []
    at(2024, 9, 1, 15)
    assert paper.current is second
    assert not first.is_in_force


def test_approving_one_makes_the_earlier_one_obsolete(paper, luz, ada):
    first = approved(paper, luz, ada)
    second = approved(paper, luz, ada, SECOND)
    assert paper.current is second
    assert first.state is VersionState.OBSOLETE
    assert first.obsolete_because == "La reemplazó la versión 2."
    assert first.obsolete_at == second.approved_at


def test_nobody_approves_or_returns_the_own_version(paper, luz):
    version = review.draft(paper, luz, FIRST)
    review.send(version, luz)
    for act in (lambda: review.approve(version, luz), lambda: review.give_back(version, luz, "No")):
        with pytest.raises(OwnVersion, match="Quien envía una versión no la revisa"):
            act()
    assert version.is_in_review


def test_a_version_is_approved_only_once(paper, luz, ada):
    version = approved(paper, luz, ada)
    with pytest.raises(VersionNotNow, match="Esta versión está «Aprobado»"):
        review.approve(version, ada)


def test_an_approved_version_does_not_change(paper, luz, ada):
    version = approved(paper, luz, ada)
    for act in (review.change, review.draft):
        if act is review.change:
            with pytest.raises(VersionNotNow, match="Una versión aprobada no se cambia"):
                act(version, luz, SECOND)
    for act in (review.send, review.discard):
        with pytest.raises(VersionNotNow, match="Una versión aprobada no se cambia"):
            act(version, luz)


def test_a_version_under_review_waits_for_its_review(paper, luz):
    version = review.draft(paper, luz, FIRST)
    review.send(version, luz)
    with pytest.raises(VersionNotNow, match="está en revisión"):
        review.change(version, luz, SECOND)


def test_a_returned_version_says_why_and_goes_again(paper, luz, ada):
    version = review.draft(paper, luz, FIRST)
    review.send(version, luz)
    review.give_back(version, ada, "Falta el territorio.")
    assert (version.is_draft, version.returned_because) == (True, "Falta el territorio.")
    review.change(version, luz, FIRST)
    review.send(version, luz)
    assert version.returned_because == ""
    review.approve(version, ada)


def test_one_version_at_a_time(paper, luz):
    review.draft(paper, luz, FIRST)
    with pytest.raises(VersionNotNow, match="Ya hay una versión en preparación"):
        review.draft(paper, luz, SECOND)


@pytest.mark.parametrize("number", ["1", "0.9", "0"])
def test_a_number_that_is_not_later_is_refused(paper, luz, ada, number):
    approved(paper, luz, ada)
    with pytest.raises(Refused, match="Ya hay una versión 1") as refused:
        review.draft(paper, luz, VersionFacts(number, date(2024, 9, 1)))
    assert refused.value.field == "number"


@pytest.mark.parametrize("number", ["1.1", "2", "10"])
def test_a_later_number_is_compared_as_a_number(paper, luz, ada, number):
    approved(paper, luz, ada)
    assert review.draft(paper, luz, VersionFacts(number, date(2024, 9, 1))).number == number


@pytest.mark.parametrize("number", ["", "uno", "1.", "-1", "1,5", "99999", "1.1.1.1", "٣"])
def test_what_is_no_number_is_refused_in_words(paper, luz, number):
    with pytest.raises(Refused, match="Escriba el número de la versión"):
        review.draft(paper, luz, VersionFacts(number, date(2024, 9, 1)))


def test_a_version_is_not_valid_before_the_one_before(paper, luz, ada):
    approved(paper, luz, ada)
    with pytest.raises(Refused, match=r"rige desde el 1 de marzo de 2024") as refused:
        review.draft(paper, luz, VersionFacts("2", date(2024, 2, 29)))
    assert refused.value.field == "valid_from_on"


def test_a_version_with_neither_file_nor_note_is_not_sent(paper, luz):
    version = review.draft(paper, luz, VersionFacts("1", date(2024, 3, 1)))
    with pytest.raises(Refused, match="Adjunte el archivo de la versión"):
        review.send(version, luz)
    review.change(version, luz, VersionFacts("1", date(2024, 3, 1)), file())
    review.send(version, luz)
    assert version.is_in_review


def test_a_file_that_is_not_what_it_says_is_refused(paper, luz):
    with pytest.raises(Refused) as refused:
        review.draft(paper, luz, FIRST, file(b"MZ\x90\x00 programa", "formato.pdf"))
    assert refused.value.field == "file"


def test_a_discarded_draft_leaves_its_number_free(paper, luz):
    version = review.draft(paper, luz, FIRST, file())
    review.discard(version, luz)
    db.session.commit()
    assert db.session.query(FormatVersion).count() == 0
    assert review.draft(paper, luz, FIRST).number == "1"


def test_a_version_is_declared_obsolete_with_its_reason(paper, luz, ada):
    version = approved(paper, luz, ada)
    review.end(version, ada, "El procedimiento ya no lo pide.")
    db.session.commit()
    assert paper.state is VersionState.OBSOLETE
    assert version.obsolete_because == "El procedimiento ya no lo pide."
    with pytest.raises(VersionNotNow):
        review.end(version, ada, "Otra vez.")


def test_a_version_that_never_began_leaves_the_one_before_in_force(paper, luz, ada, at):
    at(2024, 8, 1, 15)
    first = approved(paper, luz, ada)
    second = approved(paper, luz, ada, SECOND)
    third = approved(paper, luz, ada, VersionFacts("3", SECOND.valid_from_on, change_note="a b c"))
    review.end(third, ada, "Tenía un error.")
    assert (second.state, second.obsolete_at) == (VersionState.APPROVED, None)
    review.end(second, ada, "Se decidió no cambiarla.")
    db.session.commit()
    at(2024, 9, 2, 15)
    assert paper.current is first
    assert (first.state, first.obsolete_because) == (VersionState.APPROVED, "")
    assert paper.state is VersionState.APPROVED
    review.end(first, ada, "El procedimiento ya no lo pide.")
    assert paper.current is None


def test_the_isolucion_reference_is_noted_once(paper, luz, ada):
    version = approved(paper, luz, ada)
    review.note_isolucion(version, luz, "ISO-2024-7")
    assert version.isolucion == "ISO-2024-7"
    with pytest.raises(VersionNotNow, match="ya tiene su referencia"):
        review.note_isolucion(version, luz, "ISO-2024-8")
