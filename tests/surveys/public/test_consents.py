"""Who writes personal data into a survey authorises it, reads the proof, and takes it back."""

import re
from datetime import timedelta

import pytest

from participa.citizens.models import Consent
from participa.citizens.queries import newest_notice
from participa.core import clock
from participa.core.db import db
from participa.surveys import consents, queries
from participa.surveys.models import (
    Anonymity,
    AnsweredFile,
    PersonalAnswer,
    PersonalConsent,
    SurveyResponse,
)
from participa.surveys.paper import assisted
from participa.surveys.respond import FilledSurvey
from participa.surveys.snapshots import snapshot_of
from tests.ballots.city import officials
from tests.surveys import city
from tests.surveys.public.people import Reader, path, send, stored
from tests.surveys.public.test_uploads import picture
from tests.visitor import field

NAME = city.ask("nombre", city.QuestionType.SHORT, "Su nombre", is_personal=True)
PHONE = city.ask("celular", city.QuestionType.SHORT, "Su celular", is_personal=True)
WITH_NAMES = city.Questionnaire((city.Page((city.CAME,)), city.Page((NAME, PHONE), "Sobre usted")))
ROSA = {"q_vino": "si", "q_nombre": "Rosa Pérez"}
NO_CONSENT = "Marque la autorización, o deje en blanco sus datos personales."


@pytest.fixture
def survey(app):
    return city.open_survey(WITH_NAMES, anonymity=Anonymity.IDENTIFIED)


def personal() -> list[str]:
    return [one.value for one in db.session.scalars(db.select(PersonalAnswer))]


def only() -> SurveyResponse:
    return db.session.scalars(db.select(SurveyResponse)).one()


def test_the_notice_stands_before_the_first_personal_question_and_no_tick_is_set(client, survey):
    page = client.get(path(survey)).text
    assert page.index("Sus datos personales") < page.index("Su nombre") < page.index("Autorizo")
    assert "Leer el aviso completo" in page
    assert "checked" not in page[page.index("Autorizo guardar") - 400 :]
    assert page.count('name="c_survey"') == page.count('name="c_survey_contact"') == 1
    anonymous = client.get(path(city.open_survey(title="Otra"))).text
    assert "Autorizo" not in anonymous


def test_who_leaves_personal_data_blank_is_never_held_up(client, survey):
    assert send(client, survey, {"q_vino": "si"}).status_code == 303
    assert personal() == []
    assert db.session.scalars(db.select(Consent)).all() == []


def test_personal_data_without_the_tick_are_not_stored(client, survey):
    page = send(client, survey, ROSA | {"c_survey_contact": "y"})
    assert page.status_code == 422
    assert NO_CONSENT in page.text
    assert 'href="#c_survey-1"' in page.text
    assert stored() == personal() == []


@pytest.mark.parametrize("ticked", [{"survey"}, {"survey", "survey_contact"}], ids=len)
def test_each_purpose_is_authorised_apart_and_its_proof_is_kept(client, survey, ticked):
    ticks = {f"c_{one}": "y" for one in ticked}
    receipt = send(client, survey, ROSA | ticks, query="?canal=qr").location
    proof = consents.of(only().id)
    assert set(proof.purposes) == ticked
    assert proof.channel == "qr"
    assert only().received_at <= proof.at <= clock.now()
    assert proof.notice_id == snapshot_of(survey).notice.id
    assert personal() == ["Rosa Pérez"]
    page = client.get(receipt).text
    assert "usted autorizó: Guardar con sus respuestas" in page
    assert ("Escribirle o llamarlo" in page) == ("survey_contact" in ticked)
    assert f"/datos-personales/encuestas/{proof.notice.number}" in page


def test_page_by_page_the_tick_is_asked_where_the_data_are_and_carried_on(client, survey):
    reader = Reader(client, survey)
    reader.go_on(q_vino="si")
    page = reader.go_on(q_nombre="Rosa Pérez")
    assert page.status_code == 422
    assert NO_CONSENT in page.text
    reader.go_on(c_survey="y")
    assert "Autorizo guardar mis datos personales" in reader.text
    reader.change(1)
    assert NO_CONSENT in reader.go_on(c_survey=[]).text
    reader.go_on(c_survey="y")
    assert reader.send().status_code == 303
    assert consents.of(only().id).purposes == ["survey"]


def test_who_is_not_asked_for_their_name_is_not_asked_to_authorise_it(client):
    asked = city.replace(NAME, shown_if=city.when("vino", "no"))
    pages = (city.Page((city.CAME,)), city.Page((asked, city.BETTER)))
    survey = city.open_survey(city.Questionnaire(pages), anonymity=Anonymity.IDENTIFIED)
    reader = Reader(client, survey)
    assert "Autorizo" not in reader.go_on(q_vino="si").text
    reader.go_back()
    assert "Autorizo" in reader.go_on(q_vino="no").text


def test_what_is_corrected_keeps_its_proof_and_what_is_blanked_loses_it(client, survey):
    receipt = send(client, survey, ROSA | {"c_survey": "y"}).location
    proof = consents.of(only().id).id
    page = client.get(f"{receipt}/corregir")
    assert 'name="c_survey" value="y" checked' in page.text
    values = ROSA | {"submission": field(page, "submission"), "confirm": "1", "c_survey": "y"}
    client.post(f"{receipt}/corregir", data=values | {"q_nombre": "Rosa Ruiz"})
    assert personal() == ["Rosa Ruiz"]
    assert consents.of(only().id).id == proof
    client.post(f"{receipt}/corregir", data=values | {"q_nombre": ""})
    assert personal() == []
    assert db.session.scalars(db.select(Consent)).all() == []


def test_with_the_receipt_somebody_takes_their_data_back_also_after_the_closing(client, survey):
    receipt = send(client, survey, ROSA | {"c_survey": "y"}).location
    city.close(survey)
    assert "Borrar mis datos personales" in client.get(receipt).text
    address = f"{receipt}/borrar-mis-datos"
    done = client.post(address, data={"submission": field(client.get(address), "submission")})
    assert (done.status_code, done.location) == (303, receipt)
    assert personal() == []
    for table in (PersonalConsent, Consent):
        assert db.session.scalars(db.select(table)).all() == []
    assert only().answers["vino"] == "si"
    assert "Sus datos personales" not in client.get(receipt).text


PHOTO = city.ask("foto", city.QuestionType.FILE, "Una foto")
WITH_PHOTO = city.Questionnaire((city.Page((city.CAME, PHOTO, NAME)),))


@pytest.mark.parametrize("mode", [Anonymity.IDENTIFIED, Anonymity.CONFIDENTIAL])
def test_what_somebody_attached_who_gave_their_name_goes_with_it(client, mode):
    survey = city.open_survey(WITH_PHOTO, anonymity=mode)
    sent = ROSA | {"c_survey": "y", "q_foto": picture()}
    receipt = send(client, survey, sent).location
    address, is_personal = f"{receipt}/borrar-mis-datos", mode is Anonymity.IDENTIFIED
    page = client.get(address)
    assert ("los archivos que adjuntó" in page.text) == is_personal
    client.post(address, data={"submission": field(page, "submission")})
    assert personal() == []
    assert (db.session.scalars(db.select(AnsweredFile)).all() == []) == is_personal
    assert client.get(receipt).status_code == client.get(f"{receipt}/corregir").status_code == 200


def test_a_photo_without_a_name_goes_too_when_the_term_is_over(client):
    survey = city.open_survey(WITH_PHOTO, anonymity=Anonymity.IDENTIFIED)
    send(client, survey, {"q_vino": "si", "q_foto": picture()})
    assert consents.purge() == 0
    only().received_on = clock.today() - timedelta(days=31 * newest_notice("surveys").months)
    db.session.commit()
    assert consents.purge() == 1
    db.session.commit()
    assert consents.purge() == 0
    assert db.session.scalars(db.select(AnsweredFile)).all() == []


def test_what_was_said_aloud_is_authorised_aloud(client, survey):
    clerk, snapshot = officials()[0], snapshot_of(survey)
    filled = FilledSurvey(
        answers={"vino": "si", "nombre": "1"},
        personal={"nombre": "Rosa Pérez"},
        channel=assisted.CHANNEL,
        operator=clerk,
        consents=("survey",),
    )
    assisted.take(survey, snapshot, "1" * 32, filled, clerk)
    db.session.commit()
    proof = consents.of(only().id)
    assert (proof.channel, proof.operator_id, proof.purposes) == ("verbal", clerk.id, ["survey"])


def test_personal_data_go_when_their_term_is_over_and_answers_stay(client, survey, at):
    send(client, survey, ROSA | {"c_survey": "y"})
    assert consents.purge() == 0
    months = queries.db.session.get(Consent, consents.of(only().id).id).notice.months
    only().received_on = clock.today() - timedelta(days=31 * months)
    db.session.commit()
    assert consents.purge() == 1
    db.session.commit()
    assert personal() == []
    assert db.session.scalars(db.select(Consent)).all() == []
    assert only().answers["vino"] == "si"


def test_of_somebody_under_18_no_name_is_stored_whatever_was_ticked(client):
    """DAT-07."""
    young = city.open_survey(
        WITH_NAMES, anonymity=Anonymity.IDENTIFIED, variables=["curso_vida", "sexo_nacer"]
    )
    page = client.get(path(young)).text
    assert "Si tiene menos\nde 18 años" in page
    age = re.search(r'name="v_curso_vida" id="v_curso_vida-2" value="([^"]+)"', page)[1]
    sent = ROSA | {"c_survey": "y", "v_curso_vida": age}
    assert send(client, young, sent).status_code == 303
    assert personal() == []
    assert consents.of(only().id) is None
    assert only().answers == {"vino": "si"}


def test_the_database_refuses_a_consent_of_an_anonymous_answer(client, survey):
    send(client, survey, ROSA | {"c_survey": "y"})
    row = db.session.scalars(db.select(PersonalConsent)).one()
    row.anonymity = Anonymity.ANONYMOUS
    with pytest.raises(db.exc.IntegrityError):
        db.session.flush()
    db.session.rollback()
