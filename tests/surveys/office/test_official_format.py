"""A survey is an official format: the staff chooses it, and its QR counts for the register."""

import pytest

from participa.core.db import db
from participa.formats import queries as formats
from participa.formats.models import FormatTwin
from participa.surveys import service
from tests.ballots.city import officials
from tests.filling import Forms
from tests.formats.builders import in_force
from tests.surveys import city

CODE = "DE-FORC-017"
VARIABLES = ["curso_vida", "territorio"]


@pytest.fixture
def format_of_surveys(app):
    made = in_force(CODE, name="Encuesta de evaluación del evento")
    db.session.add(made)
    db.session.commit()
    return made


def change(visitor, made, **values) -> None:
    """Change something on the page of the settings, and leave the rest as it stands."""
    path = f"/gestion/encuestas/{made.code}/cambiar"
    forms = Forms(visitor.get(path).text, path).forms
    [form] = [one for one in forms if "title" in {control.name for control in one.controls}]
    sent: dict[str, list[str]] = {}
    for name, value in form.as_it_stands():
        sent.setdefault(name, []).append(value)
    assert visitor.post(path, data=sent | values).status_code == 302


def twin() -> FormatTwin:
    return db.session.scalars(db.select(FormatTwin).filter_by(ended_at=None)).one()


def test_the_staff_chooses_the_format_and_the_twin_is_this_survey(staff, format_of_surveys):
    made, visitor = city.draft(variables=VARIABLES), staff()
    change(visitor, made, official_format=str(format_of_surveys.id))
    found = twin()
    assert (found.format.reference, found.source) == (CODE, "surveys")
    assert (found.record_id, found.title) == (made.id, city.TITLE)
    assert found.path == f"/encuestas/{made.code}?canal=qr"
    assert found.variables == VARIABLES
    assert found.published_at is None
    assert CODE in visitor.get(f"/gestion/encuestas/{made.code}").text


def test_it_counts_once_the_survey_is_published(staff, client, format_of_surveys):
    made = city.draft(variables=VARIABLES)
    service.choose_format(made, officials()[0], format_of_surveys)
    db.session.commit()
    assert city.TITLE not in client.get(f"/formatos/{CODE}").text
    service.publish(made, officials()[0])
    db.session.commit()
    assert twin().published_at is not None
    assert city.TITLE in client.get(f"/formatos/{CODE}").text
    assert CODE in staff().get(f"/gestion/encuestas/{made.code}/cartel").text


def test_another_title_reaches_the_register(staff, format_of_surveys):
    made, visitor = city.draft(), staff()
    service.choose_format(made, officials()[0], format_of_surveys)
    db.session.commit()
    change(visitor, made, title="Evaluación de la feria")
    assert twin().title == "Evaluación de la feria"


def test_a_survey_without_the_format_any_more_leaves_the_register(staff, format_of_surveys):
    made, visitor = city.draft(), staff()
    service.choose_format(made, officials()[0], format_of_surveys)
    db.session.commit()
    change(visitor, made, official_format="0")
    assert formats.twin_of("surveys", made.id) is None
    ended = db.session.scalars(db.select(FormatTwin)).one()
    assert ended.ended_at is not None


def test_a_copy_is_the_same_format(app, format_of_surveys):
    made = city.draft()
    service.choose_format(made, officials()[0], format_of_surveys)
    db.session.commit()
    copy = service.duplicate(made, officials()[0])
    db.session.commit()
    assert formats.twin_of("surveys", copy.id).format.reference == CODE
