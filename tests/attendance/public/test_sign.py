"""A person signs the list of an event by themselves."""

import pytest
from flask.testing import FlaskClient

from participa.attendance import queries, waiting_details, withdrawals
from participa.attendance.models import Attendee, Presence, WaitingDetails
from participa.attendance.sign_in import FULL
from participa.channels.mentions import EVALUATION, Mention
from participa.citizens.models import Consent
from participa.citizens.variables import VARIABLES
from participa.core import codes
from participa.core.db import db
from participa.events import service as events
from tests.attendance import city
from tests.attendance.public.people import (
    MARIA,
    only_entry,
    only_list,
    opened,
    path,
    rows,
    sheet,
    sign,
)


def test_the_page_says_first_which_event_it_is(client):
    record = city.open_list()
    page = opened(client, record).text
    top = page[page.index("<main") : page.index("<form")]
    assert record.event.title in top
    assert record.event.place in top


def test_each_scan_leads_at_once_to_a_showing_of_its_own(app):
    record, phone = city.open_list(), FlaskClient(app, app.response_class)
    addresses = {phone.get(f"/q/{record.code}").location for _ in range(3)}
    assert len(addresses) == 3
    for address in addresses:
        assert address.startswith(f"{path(record)}?canal=qr&hoja=")
        assert phone.get(address).status_code == 200, "without another redirect"


def test_who_signs_is_on_the_list_and_gets_a_receipt(client):
    record = city.open_list()
    answer = sign(client, record)
    assert answer.status_code == 303
    receipt = client.get(answer.location)
    entry = only_entry()
    assert (entry.name, entry.document) == ("María Pérez Gómez", "43123456")
    assert codes.show(entry.receipt) in receipt.text
    assert "María" not in receipt.text
    assert receipt.headers["X-Robots-Tag"] == "noindex"
    assert receipt.headers["Cache-Control"] == "no-store"
    assert queries.attended(record.id) == 1


def test_the_receipt_leads_to_the_certificate_and_to_the_own_data(client):
    record = city.open_list()
    receipt = sign(client, record).location
    page = client.get(receipt).text
    for word in ("certificado", "mis-datos"):
        assert f'href="{receipt.replace("listo", word)}"' in page
    assert "Registrar a otra persona" in page


def test_the_receipt_leads_to_the_evaluation_of_the_event(client, monkeypatch):
    mention = Mention("Evalúe el encuentro", url="/encuestas/X", fills=EVALUATION)
    monkeypatch.setattr("participa.channels.registry.mentions_of", lambda *about: [mention])
    record = city.open_list()
    page = client.get(sign(client, record).location).text
    assert '<a href="/encuestas/X">Evalúe el encuentro</a>' in page


def test_the_same_form_twice_is_one_signature_and_one_receipt(client):
    record = city.open_list()
    form = sheet(client, record)
    first, second = (client.post(path(record), data=form) for _ in range(2))
    assert second.location == first.location
    assert rows() == 1


def test_the_same_form_with_another_name_is_not_stored(client):
    record = city.open_list()
    form = sheet(client, record)
    client.post(path(record), data=form)
    answer = client.post(path(record), data={**form, "name": "Otra Persona"})
    assert answer.status_code == 409
    assert "no se guardó" in answer.text
    assert rows() == 1


def test_who_signs_again_with_the_same_document_sees_the_first_receipt(client):
    record = city.open_list()
    first = sign(client, record)
    again = sign(client, record, document="43 123 456", name="maria perez gomez")
    assert again.location == first.location
    assert rows() == 1


def test_a_document_under_another_name_is_told_kindly_and_shows_no_code(client):
    record = city.open_list()
    sign(client, record)
    answer = sign(client, record, name="Juan Curioso")
    assert answer.status_code == 409
    assert "Ese documento ya está en el listado" in answer.text
    assert "Si no fue usted, avise en la mesa de registro." in answer.text
    entry = only_entry()
    for code in (entry.receipt, codes.show(entry.receipt), entry.certificate, "María"):
        assert code not in answer.text


@pytest.mark.parametrize(
    "other",
    [{"contact": ""}, {"contact": "otra@ejemplo.org"}, {"organisation": ""}],
    ids=["no contact", "another contact", "no organisation"],
)
def test_a_name_and_a_document_that_others_know_do_not_open_what_a_person_told(client, other):
    record = city.open_list(asks_organisation=True)
    told = {"contact": "maria@ejemplo.org", "consent_contact": "y", "organisation": "Sindicato"}
    first = sign(client, record, **told)
    answer = sign(client, record, **(told | other))
    assert answer.status_code == 409
    assert "firme con los mismos datos que la primera vez" in " ".join(answer.text.split())
    for code in (only_entry().receipt, codes.show(only_entry().receipt), "Sindicato"):
        assert code not in answer.text
    again = sign(client, record, **(told | {"contact": "MARIA@ejemplo.org"}))
    assert again.location == first.location


def test_two_people_without_document_are_two(client):
    record = city.open_list()
    for _ in range(2):
        assert sign(client, record, document_type="SD", document="").status_code == 303
    assert rows() == 2


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"age": ""}, "Diga si tiene 18 años o más."),
        ({"name": "  "}, "Escriba sus nombres y apellidos."),
        ({"name": "12345"}, "Escriba sus nombres y apellidos."),
        ({"document": ""}, "Escriba el número, o elija «No tengo o prefiero no indicarlo»."),
        ({"document": "43A23"}, "ciudadanía tiene de 3 a 10 cifras, sin letras."),
        ({"document": "12"}, "ciudadanía tiene de 3 a 10 cifras, sin letras."),
        ({"document": "1" * 11}, "ciudadanía tiene de 3 a 10 cifras, sin letras."),
        ({"consent_attendance": ""}, "sin ella no podemos guardar su nombre"),
        ({"contact": "maria@", "consent_contact": "y"}, "Escriba un correo completo"),
        ({"contact": "en mi casa", "consent_contact": "y"}, "Escriba un correo, como"),
        ({"signature": "M0 0L1 1<script>"}, "La firma dibujada no llegó bien."),
        ({"document_type": "ZZ"}, "Elija su documento de la lista."),
    ],
    ids=[
        "no age",
        "no name",
        "a name of digits",
        "no number",
        "letters where digits go",
        "too short a number",
        "too long a number",
        "no consent",
        "half a mail address",
        "no contact at all",
        "markup in the signature",
        "an unknown type",
    ],
)
def test_a_mistake_is_explained_and_everything_typed_stays(client, typed, sentence):
    record = city.open_list()
    answer = sign(client, record, **typed)
    assert answer.status_code == 422
    assert sentence in answer.text
    kept = {**MARIA, **typed}
    assert f'value="{kept["name"].strip()}"' in answer.text
    assert rows() == 0


def test_a_rejected_form_that_is_repaired_is_stored_once(client):
    record = city.open_list()
    form = sheet(client, record, name="")
    rejected = client.post(path(record), data=form)
    assert form["submission"] in rejected.text
    assert client.post(path(record), data={**form, "name": "María"}).status_code == 303
    assert rows() == 1


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("maria@ejemplo.org", ("maria@ejemplo.org", "")),
        ("300 123 45 67", ("", "3001234567")),
        ("+57 (300) 123-4567", ("", "3001234567")),
    ],
)
def test_a_contact_is_a_mail_address_or_a_phone_number(client, typed, stored):
    record = city.open_list()
    sign(client, record, contact=typed, consent_contact="y")
    entry = only_entry()
    assert (entry.email, entry.phone) == stored
    consent = db.session.scalars(db.select(Consent)).one()
    assert consent.purposes == ["attendance", "contact"]
    assert consent.channel == "qr"


def test_a_contact_without_its_consent_is_not_stored_and_blocks_nothing(client):
    record = city.open_list()
    assert sign(client, record, contact="maria@ejemplo.org").status_code == 303
    entry = only_entry()
    assert (entry.email, entry.phone) == ("", "")
    assert db.session.scalars(db.select(Consent)).one().purposes == ["attendance"]


def test_no_consent_is_ticked_beforehand(client):
    record = city.open_list(asks_image=True, variables=["discapacidad"])
    page = opened(client, record).text
    for name in ("consent_attendance", "consent_contact", "consent_image", "sensitive_consent"):
        assert f'name="{name}" value="y">' in page or f'name="{name}" value="y" ' in page
    assert " checked" not in page


def test_the_notice_stands_before_the_first_field(client):
    record = city.open_list()
    page = opened(client, record).text
    assert page.index("responde por estos datos") < page.index('name="age"')


def test_the_organisation_is_asked_only_if_the_list_asks_and_warns(client):
    assert 'name="organisation"' not in opened(client, city.open_list()).text
    db.session.rollback()


def test_an_organisation_is_stored_with_its_position(client):
    record = city.open_list(asks_organisation=True)
    assert "es un dato sensible" in opened(client, record).text
    sign(client, record, organisation="JAC Manrique", position="Presidenta")
    entry = only_entry()
    assert (entry.organisation, entry.position) == ("JAC Manrique", "Presidenta")


def test_a_sensitive_answer_needs_its_own_consent_and_waits_apart(client):
    record = city.open_list(variables=["curso_vida", "migrante"])
    code = VARIABLES["migrante"].options[0].code
    assert VARIABLES["migrante"].is_sensitive
    refused = sign(client, record, v_migrante=code)
    assert "Marque la autorización o deje en blanco estas preguntas." in refused.text
    assert sign(client, record, v_migrante=code, sensitive_consent="y").status_code == 303
    assert db.session.scalar(db.select(WaitingDetails.list_id)) == record.id
    assert only_entry().consent_id is not None


def test_an_age_under_eighteen_among_the_optional_answers_stores_no_name(client):
    record = city.open_list(variables=["curso_vida"])
    answer = sign(client, record, v_curso_vida=VARIABLES["curso_vida"].minor_codes[0])
    assert answer.status_code == 422
    assert "marcó que tiene menos de 18 años" in answer.text
    assert rows() == 0


class TestMinors:
    """DAT-07."""

    def test_who_is_under_eighteen_signs_without_name_and_document(self, client):
        record = city.open_list()
        answer = sign(client, record, age="minor", contact="x@ejemplo.org", consent_contact="y")
        assert answer.status_code == 303
        assert client.get(answer.location).status_code == 200
        entry = only_entry()
        assert entry.is_minor
        told = (entry.name, entry.document, entry.email, entry.phone, entry.signature)
        assert told == ("", "", "", "", "")
        assert db.session.scalars(db.select(Consent)).all() == []
        assert "certificado" not in client.get(answer.location).text

    def test_who_is_under_eighteen_needs_to_fill_in_nothing_else(self, client):
        record = city.open_list()
        form = sheet(client, record)
        sent = {"submission": form["submission"], "age": "minor"}
        assert client.post(path(record), data=sent).status_code == 303

    def test_nothing_sensitive_is_stored_whatever_was_answered(self, client):
        record = city.open_list(variables=["curso_vida", "migrante"])
        code = VARIABLES["migrante"].options[0].code
        # Answered before the age was changed, so its consent was never asked either.
        asked = {"age": "minor", "v_curso_vida": "AD", "v_migrante": code}
        assert sign(client, record, **asked).status_code == 303
        asked |= {"sensitive_consent": "y"}
        assert sign(client, record, **asked).status_code == 303
        assert waiting_details.waiting(record.id) == [{"curso_vida": ["AD"]}] * 2

    def test_the_sensitive_questions_are_not_shown_again_to_who_said_so(self, client):
        record = city.open_list(variables=["curso_vida", "migrante"])
        hidden = 'class="for-adults" data-unless="#age-1:checked" data-no-answer'
        assert hidden in opened(client, record).text
        typed = sheet(client, record, age="minor", v_curso_vida="??")
        page = client.post(path(record), data=typed)
        assert page.status_code == 422
        assert 'name="v_curso_vida"' in page.text
        assert 'name="v_migrante"' not in page.text
        assert 'name="sensitive_consent"' not in page.text

    def test_an_identity_card_leads_kindly_to_the_same(self, client):
        record = city.open_list()
        form = sheet(client, record, document_type="TI", document="1020304050")
        answer = client.post(path(record), data=form)
        assert answer.status_code == 422
        assert "son de menores de 18 años" in answer.text
        assert 'id="age-1" value="minor" checked' in answer.text
        assert client.post(path(record), data={**form, "age": "minor"}).status_code == 303
        assert only_entry().document == ""


def test_a_full_list_takes_those_who_are_on_it_and_tells_the_others_where_to_go(client):
    record = city.open_list(capacity=1)
    sign(client, record)
    assert "El cupo está completo" in opened(client, record).text
    other = sign(client, record, document="71222333", name="Otra Persona")
    assert other.status_code == 409
    assert "mesa de registro" in other.text
    assert sign(client, record).status_code == 303
    assert rows() == 1
    assert FULL.startswith("El cupo está completo")


def test_a_closed_list_says_so_and_shows_the_receipt_of_what_arrived_in_time(client):
    record = city.open_list()
    form = sheet(client, record)
    receipt = client.post(path(record), data=form).location
    record = db.session.get_one(type(record), record.id)
    record.closes_at = record.opens_at.replace(second=1)
    record.touch()
    db.session.commit()
    page = opened(client, record)
    assert "El listado ya cerró" in page.text
    assert f"{path(record)}/resultados" in page.text
    again = client.post(path(record), data=form)
    assert (again.status_code, again.location) == (303, receipt)
    late = client.post(path(record), data={**form, "submission": "x"})
    assert late.status_code == 409


class TestTakenOff:
    """A form is sent again after the staff took its signature off as a mistake."""

    @pytest.fixture
    def form(self, client):
        form = sheet(client, city.open_list())
        client.post(path(only_list()), data=form)
        withdrawals.withdraw(only_entry(), "mesa")
        db.session.commit()
        return form

    def test_it_says_what_happened_and_how_to_sign_again(self, client, form):
        again = client.post(path(only_list()), data=form, follow_redirects=True)
        assert again.status_code == 410
        assert "Esta firma se quitó del listado" in again.text
        assert f'href="{path(only_list())}">Firmar otra vez' in again.text
        assert "María" not in again.text
        assert (rows(), db.session.query(Presence).count()) == (1, 1)  # as it was, and not counted

    def test_a_new_form_is_another_signature(self, client, form):
        answer = sign(client, only_list())
        assert client.get(answer.location).status_code == 200
        assert queries.attended(only_list().id) == 1

    def test_a_ticket_says_it_too(self, client, form):
        ticket = f"{path(only_list())}/pase/{only_entry().receipt}"
        assert client.get(ticket, follow_redirects=True).status_code == 410

    def test_nobody_reads_it_of_a_signature_that_stands_or_of_a_code_that_is_none(self, client):
        record = city.open_list()
        sign(client, record)
        for code in (only_entry().receipt, "0" * 12, "NADA"):
            assert client.get(f"{path(record)}/retirada/{code}").status_code == 404

    def test_after_the_closing_it_says_whom_to_ask(self, client, form):
        record = only_list()
        record.closes_at = record.opens_at.replace(second=1)
        record.touch()
        db.session.commit()
        page = client.get(f"{path(record)}/retirada/{only_entry().receipt}").text
        assert "Firmar otra vez" not in page
        assert "cuéntelo a quien organizó el evento" in page


def test_nobody_signs_the_list_of_an_event_that_is_off(client):
    record = city.open_list()
    events.cancel(record.event, record.created_by, "Lluvia.")
    db.session.commit()
    page = opened(client, record)
    assert "El evento no se hará ese día" in page.text
    assert "<form" not in page.text[page.text.index("<main") :]


def test_a_list_that_does_not_exist_is_not_found(client):
    assert client.get("/asistencia/NADA").status_code == 404
    record = city.open_list()
    assert client.get(f"{path(record)}/listo/NADA").status_code == 404


def test_the_receipt_of_another_list_is_not_found(client):
    first, second = city.open_list(), city.open_list(city.event_now(title="Otro evento"))
    sign(client, first)
    receipt = db.session.scalar(db.select(Attendee.receipt))
    assert client.get(f"{path(second)}/listo/{receipt}").status_code == 404


def test_signing_costs_the_same_few_statements_however_many_have_signed(client, questions):
    """One look at the list; an insert each for consent, person, optional answers, arrival."""
    record = city.open_list(variables=["curso_vida"])
    sign(client, record, document="43000001")
    address, costs = path(record), []
    for people in (0, 40):
        city.crowd(record, people)
        filled = sheet(client, record, document=f"4300010{people}", v_curso_vida="AU")
        before = len(questions)
        assert client.post(address, data=filled).status_code == 303
        # Now and then it looks whether enough wait to be mixed.
        costs.append(len([one for one in questions[before:] if "FROM waiting_det" not in one]))
    assert costs == [5, 5]
