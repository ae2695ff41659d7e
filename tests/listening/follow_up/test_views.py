"""A person comes back with the code from any device, without a name and without JavaScript."""

import gzip
import io
import re

import pytest
from itsdangerous import TimestampSigner

from participa.cases import service as cases
from participa.cases.calendar import Outage
from participa.cases.models import CODE_LENGTH, CaseKind
from participa.core import clock, codes
from participa.core.db import db
from participa.core.jobs.mail import Outbox
from participa.events.models import Event
from participa.listening import acts, steps
from participa.listening.follow_up import replying, visits
from participa.listening.models import (
    Attachment,
    CaseOutcome,
    CaseStage,
    Contribution,
    Message,
    MessageKind,
)
from tests.listening.follow_up import people
from tests.listening.follow_up.people import ASK, TEXT, come_back, said, send
from tests.plan import builders as plans

MONDAY = (2026, 3, 2, 15)
LOST = "Lo que adjuntó no se guardó."
UNKNOWN = codes.show("0" * CODE_LENGTH)


@pytest.fixture
def card(app, at):
    at(*MONDAY)
    return said()


@pytest.fixture
def by(card):
    return people.official()


def test_the_card_opens_the_page_from_any_device(client, card):
    """PQR-05."""
    page = client.get(come_back(client, card))
    assert page.status_code == 200
    assert f"Mi aporte {card.radicado}" in page.text
    assert TEXT in page.text
    assert (page.headers["Cache-Control"], page.headers["X-Robots-Tag"]) == ("no-store", "noindex")
    assert card.contribution.came_back_on == clock.today()


def test_capitals_hyphens_and_letters_that_look_alike_do_not_matter(client, card):
    typed = card.code.lower().replace("-", " ").replace("0", "o").replace("1", "l")
    come_back(client, card, code=typed, radicado=f" {card.radicado.lower().replace('-', '')} ")


def test_the_code_stands_in_no_address_and_in_no_log(client, card, capsys):
    bare = card.code.replace("-", "")
    address = come_back(client, card)
    page = client.get(address)
    assert bare not in address + page.text.replace("-", "")
    assert card.radicado.replace("-", "") not in address
    assert bare not in capsys.readouterr().err.replace("-", "")


def test_a_wrong_code_and_an_unknown_number_are_told_alike(client, card, monkeypatch):
    hashed = []
    real = visits.secret_codes._hash
    monkeypatch.setattr(
        visits.secret_codes, "_hash", lambda *asked: hashed.append(asked) or real(*asked)
    )
    wrong = send(client, ASK, radicado=card.radicado, code="0000-0000-0000-0000")
    unknown = send(client, ASK, radicado=UNKNOWN, code="0000-0000-0000-0000")
    assert (wrong.status_code, unknown.status_code) == (422, 422)
    assert "no van juntos" in wrong.text
    hidden = re.compile(r'name="submission" value="[^"]*"')
    bare = [hidden.sub("", one.text).replace(card.radicado, UNKNOWN) for one in (wrong, unknown)]
    assert bare[0] == bare[1]
    assert len(hashed) == 2
    assert card.contribution.came_back_on is None


def test_a_missing_letter_is_told_and_is_no_wrong_guess(client, card):
    for _ in range(20):
        page = send(client, ASK, radicado=card.radicado, code=card.code[:-1])
        assert "usted escribió 15 letras y números" in page.text
    come_back(client, card)


def test_whoever_guesses_is_stopped_and_a_hall_is_not(app, client, card):
    others = [said() for _ in range(12)]
    for _ in range(10):
        assert send(client, ASK, radicado=card.radicado, code="0" * 16).status_code == 422
    form = client.get(ASK).text
    typed = {"radicado": card.radicado, "code": card.code, "submission": people.token(form)}
    stopped = client.post(ASK, data=typed)
    assert (stopped.status_code, bool(stopped.headers["Retry-After"])) == (429, True)
    for one in others:  # behind the same address, each with their own card
        come_back(client, one)
    elsewhere = app.test_client()
    elsewhere.environ_base = {"REMOTE_ADDR": "203.0.113.9"}
    come_back(elsewhere, card)


def test_looking_often_at_the_own_page_is_never_a_guess(client, card):
    for _ in range(15):
        come_back(client, card)


@pytest.fixture
def later(monkeypatch):
    """So many hours pass for the links, whose library looks at the computer's own clock."""
    real = TimestampSigner.get_timestamp

    def later(hours: float) -> None:
        seconds = int(hours * 3600)
        monkeypatch.setattr(TimestampSigner, "get_timestamp", lambda self: real(self) + seconds)

    return later


def test_a_link_lasts_two_hours_and_what_was_written_longer_still_comes_in(client, card, later):
    address = come_back(client, card)
    form = people.token(client.get(f"{address}/escribir").text)
    later(2.5)
    assert client.get(address).status_code == 410
    assert "Este enlace ya no abre" in client.get(address).text
    sent = client.post(f"{address}/escribir", data={"text": "Sigue igual.", "submission": form})
    assert sent.status_code == 303
    later(13)
    late = client.post(f"{address}/escribir", data={"text": "Otra cosa.", "submission": form})
    assert (late.status_code, "Otra cosa." in late.text) == (410, True)


def test_a_link_that_somebody_altered_opens_nothing(client, card):
    address = come_back(client, card)
    signed, _, signature = address.rpartition(".")  # of its last letter, not every bit counts
    altered = f"{signed}.{'B' if signature[0] == 'A' else 'A'}{signature[1:]}"
    assert client.get(altered).status_code == 410
    assert client.get(f"{ASK}/inventado").status_code == 410


def test_who_leaves_ends_every_link(app, client, card):
    here, there = come_back(client, card), come_back(app.test_client(), card)
    answer = client.post(f"{here}/salir", data={"submission": people.token(client.get(here).text)})
    assert (answer.status_code, answer.headers["Clear-Site-Data"]) == (303, '"cache"')
    assert "Salió." in client.get(answer.location).text
    assert [client.get(one).status_code for one in (here, there)] == [410, 410]
    assert client.get(come_back(client, card)).status_code == 200


def test_the_number_typed_at_consultar_mi_radicado_leads_to_the_form(client, card):
    answer = client.get(f"/radicado?codigo={card.radicado.lower()}")
    assert answer.status_code == 302
    assert f'value="{card.radicado}"' in client.get(answer.location).text
    assert client.get(f"/radicado?codigo={UNKNOWN}").status_code == 404


def test_a_letter_leads_to_the_form_and_repeats_nothing(client, app):
    card = people.known()
    acts.reply(card.contribution, people.official(), "Mañana vamos a mirar.")
    db.session.commit()
    letter = db.session.scalars(db.select(Outbox)).one()
    assert (letter.to, letter.subject) == (people.EMAIL, f"Su aporte {card.radicado}")
    assert f"http://localhost{ASK}" in letter.body
    assert client.get(ASK).status_code == 200
    for word in (people.TEXT, "Mañana vamos", card.code, card.code.replace("-", "")):
        assert word not in letter.body


def test_the_letter_about_the_answer_asks_whether_it_is_solved(app):
    """CPACA 5.8: who never comes back by themselves is asked too."""
    card = people.known()
    acts.answer(card.contribution, people.official(), "El viernes se cambia.")
    db.session.commit()
    letter = db.session.scalars(db.select(Outbox)).one()
    assert (
        "La ciudad respondió su aporte. Lea la respuesta y diga si quedó resuelto." in letter.body
    )
    assert "El viernes" not in letter.body


# ---- the term


def test_the_day_of_the_answer_is_counted_day_by_day(client, card):
    """PQR-01."""
    text = client.get(come_back(client, card)).text
    assert "A más tardar el <b>martes 24 de marzo de 2026" in text
    assert "15 días hábiles" in text
    rows = re.findall(r"<tr><td>([^<]+)</td><td>(?:<b>)?([^<]+)", text)
    assert rows[0] == ("lunes 2 de marzo", "se radica; el término empieza el siguiente día hábil")
    assert rows[1] == ("martes 3 de marzo", "1")
    assert ("lunes 23 de marzo", "festivo: Día de San José") in rows
    assert rows[-1] == ("martes 24 de marzo", "15")


def test_an_extension_is_told_with_its_reason(client, card, by):
    acts.extend(card.contribution, by, 5, "Falta un concepto técnico.")
    db.session.commit()
    text = client.get(come_back(client, card)).text
    assert "alargó el plazo 5 días hábiles" in text
    assert "Prórroga de 5 días hábiles" in text
    assert text.count("Falta un concepto técnico.") == 2


def test_a_late_answer_is_called_late(client, card, at):
    at(2026, 3, 26, 15)
    text = client.get(come_back(client, card)).text
    assert "El plazo venció el <b>" in text
    assert "en mora" in text


def test_an_opinion_has_no_term(client, app):
    card = people.opinion()
    assert "Usted dio una opinión" in client.get(come_back(client, card)).text


def test_who_has_to_complete_reads_until_when_and_their_reply_completes_it(client, card, by, at):
    """PQR-02, PQR-09."""
    acts.ask_to_complete(card.contribution, by, "¿En qué dirección?")
    began_at = clock.at_city(clock.today(), 20)
    db.session.add(Outage(began_at=began_at, ended_at=clock.at_city(clock.today(), 22)))
    db.session.commit()
    address = come_back(client, card)
    text = client.get(address).text
    assert "Tiene hasta el jueves 9 de abril" in text
    assert "este sitio no respondió un rato" in text
    assert "¿En qué dirección?" in text
    at(2026, 3, 4, 15)
    address = come_back(client, card)
    assert send(client, f"{address}/escribir", text="Calle 30 con carrera 65.").status_code == 303
    case = card.contribution.case
    assert (case.is_waiting, case.completed_on) == (False, clock.today())
    text = client.get(address).text
    assert "Usted lo completó" in text
    assert "el término estuvo detenido" in text


def test_who_needs_more_time_to_complete_it_reads_how_to_ask_and_what_they_got(
    client, card, by, at
):
    """Article 17, and the days of it in the explanation."""
    acts.ask_to_complete(card.contribution, by, "¿En qué dirección?")
    db.session.commit()
    assert "un mes más, una sola vez" in client.get(come_back(client, card)).text
    acts.give_more_time(card.contribution, by, clock.today())
    db.session.commit()
    text = client.get(come_back(client, card)).text
    assert "Tiene hasta el miércoles 6 de mayo" in text
    assert "Es un mes más que el primero: usted lo pidió el 2 de marzo de 2026." in text
    assert acts.MORE_TIME in text
    assert "¿No alcanza?" not in text
    at(2026, 4, 20, 15)
    address = come_back(client, card)
    assert send(client, f"{address}/escribir", text="Calle 30 con carrera 65.").status_code == 303
    assert "se dio un mes más para completar" in client.get(address).text


def test_nobody_closes_as_incomplete_what_the_person_may_still_complete(card, by, at):
    """PQR-02."""
    acts.ask_to_complete(card.contribution, by, "¿En qué dirección?")
    with pytest.raises(acts.Refused, match="tiene hasta el lunes 6 de abril"):
        acts.close(card.contribution, by, "No completó.")
    at(2026, 4, 7, 15)
    acts.close(card.contribution, by, "No completó.")
    assert card.contribution.case.desisted_on == clock.today()
    acts.reopen(card.contribution, by, "Insistió.")
    assert card.contribution.case.desisted_on is None


# ---- what happened


def test_the_way_of_a_contribution_is_told_with_days_offices_and_reasons(
    client, card, by, make, at
):
    parks = make(plans.office("parques", name="Secretaría de Parques"))
    acts.review(card.contribution, by)
    at(2026, 3, 3, 15)
    acts.transfer(card.contribution, by, parks, "El parque es de ellos.")
    at(2026, 3, 5, 15)
    acts.answer(card.contribution, by, "El viernes se cambia la luminaria.")
    acts.close(card.contribution, by, "Se cambió.")
    db.session.commit()
    text = client.get(come_back(client, card)).text
    order = ["<b>Recibido", "<b>En revisión", "<b>Trasladado", "<b>Respondido", "<b>Cerrado"]
    places = [text.index(word) for word in order]
    assert places == sorted(places)
    assert "3 de marzo de 2026 · Secretaría de Parques" in text
    assert "El parque es de ellos." in text
    assert "El viernes se cambia la luminaria." in text
    assert "Se cambió." in text


def test_what_the_staff_note_among_themselves_is_not_shown(client, card, by):
    acts.note(card.contribution, by, "Parece la misma de ayer.")
    acts.reply(card.contribution, by, "Estamos mirando.")
    db.session.commit()
    text = client.get(come_back(client, card)).text
    assert "Parece la misma" not in text
    assert "Estamos mirando." in text


def test_one_published_answer_for_many_is_shown_with_its_link(client, card, by):
    """PQR-07."""
    first = said(text="Otra persona pidió lo mismo.")
    shared = first.contribution.case
    acts.answer(first.contribution, by, "Respuesta.")
    shared.answer, shared.public_text = "La ruta vuelve en mayo.", "¿Cuándo vuelve la ruta?"
    cases.publish(shared, by)
    card.contribution.analogous_to = shared
    db.session.commit()
    text = client.get(come_back(client, card)).text
    assert "La ruta vuelve en mayo." in text
    assert f'href="/respuestas/{shared.code}"' in text


def test_what_came_of_it_leads_to_the_plan(client, card, by):
    task = card.contribution.post.tasks[0]
    text = "Se cambiaron 40 luminarias."
    db.session.add(
        CaseOutcome(case_id=card.contribution.case_id, text=text, task_id=task.id, by_id=by.id)
    )
    db.session.commit()
    page = client.get(come_back(client, card)).text
    assert text in page
    assert f'href="/plan/tareas/{task.code}?ano={task.year}"' in page
    assert db.session.query(Event).count() == 0


def test_what_changed_reaches_who_shares_the_answer(client, card, by):
    """Of a petition that was answered with the published answer to another one."""
    shared = said(text="Otra persona pidió lo mismo.").contribution.case
    shared.answer, shared.answered_on = "La ruta vuelve en mayo.", clock.today()
    shared.public_text, shared.published_at = "¿Cuándo vuelve la ruta?", clock.now()
    card.contribution.analogous_to = shared
    db.session.add(CaseOutcome(case_id=shared.id, text="La ruta volvió.", by_id=by.id))
    db.session.commit()
    assert "La ruta volvió." in client.get(come_back(client, card)).text
    shared.published_at = None
    db.session.commit()
    assert "La ruta volvió." not in client.get(come_back(client, card)).text


def test_who_lost_the_code_is_promised_nothing_that_no_letter_brings(client):
    page = client.get(ASK).text
    assert "la respuesta también le llega" not in page
    assert "Haga un aporte nuevo y escriba su radicado." in page


def test_what_endangers_a_life_is_not_repeated(client, card):
    card.contribution.is_life_risk = True
    db.session.commit()
    address = come_back(client, card)
    send(client, f"{address}/escribir", text="Tengo miedo.", photos=people.photo())
    text = client.get(address).text
    assert TEXT not in text
    assert "Tengo miedo." not in text
    assert "Línea 106" in text
    assert "123" in text
    id = db.session.scalars(db.select(Attachment.id)).one()
    assert client.get(f"{address}/archivos/{id}").status_code == 404


# ---- what the person does


def test_only_the_page_to_write_may_use_the_microphone(client, card):
    address = come_back(client, card)
    allowed = {
        page: "microphone=(self)" in client.get(f"{address}{page}").headers["Permissions-Policy"]
        for page in ("", "/escribir", "/borrar")
    }
    assert allowed == {"": False, "/escribir": True, "/borrar": False}


def test_a_double_click_adds_one_message(client, card):
    address = f"{come_back(client, card)}/escribir"
    form = {"text": "Ya son ocho días.", "submission": people.token(client.get(address).text)}
    for _ in range(2):
        form["photos"] = people.photo()
        assert client.post(address, data=dict(form)).status_code == 303
    assert [one.text for one in card.contribution.messages] == ["Ya son ocho días."]
    assert len(card.contribution.attachments) == 1


def test_other_words_from_the_same_page_are_kept_and_sent_with_the_next_click(client, card):
    address = f"{come_back(client, card)}/escribir"
    form = {"text": "Primero.", "submission": people.token(client.get(address).text)}
    client.post(address, data=dict(form))
    back = client.post(address, data=form | {"text": "Segundo."})
    assert back.status_code == 422
    assert "ya envió otro mensaje" in back.text
    assert "Segundo." in back.text
    client.post(address, data={"text": "Segundo.", "submission": people.token(back.text)})
    assert [one.text for one in card.contribution.messages] == ["Primero.", "Segundo."]


def test_photos_and_a_voice_note_come_back_to_their_owner_alone(app, client, card):
    address = come_back(client, card)
    sent = send(
        client,
        f"{address}/escribir",
        photos=[people.photo(), people.photo("b.jpg", (9, 9))],
        voice=people.voice(),
    )
    assert sent.status_code == 303
    page = client.get(address)
    assert "media-src 'self'" in page.headers["Content-Security-Policy"]
    assert "<audio controls" in page.text
    assert "(solo archivos)" in page.text
    for attachment in card.contribution.attachments:
        file = client.get(f"{address}/archivos/{attachment.id}")
        assert (file.status_code, file.headers["Cache-Control"]) == (200, "no-store")
        assert len(file.data) == attachment.size
    sound = card.contribution.attachments[-1]
    piece = client.get(f"{address}/archivos/{sound.id}", headers={"Range": "bytes=0-2"})
    assert (piece.status_code, piece.data) == (206, b"ID3")
    other = come_back(app.test_client(), said())
    assert client.get(f"{other}/archivos/{sound.id}").status_code == 404


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({}, replying.EMPTY),
        ({"voice": (people.photo()[0], "nota.mp3")}, "no es una nota de voz"),
        ({"photos": (people.voice()[0], "foto.jpg")}, "foto"),
        ({"text": "a" * 10_001}, "10.000 letras"),
    ],
    ids=["nothing", "a-photo-as-voice", "a-voice-as-photo", "too-long"],
)
def test_what_cannot_be_sent_is_told_and_nothing_is_stored(client, card, typed, sentence):
    address = come_back(client, card)
    page = send(client, f"{address}/escribir", **{name: _again(one) for name, one in typed.items()})
    assert page.status_code == 422
    assert sentence in page.text
    assert db.session.query(Message).count() == db.session.query(Attachment).count() == 0


def _again(one):
    """A file is read once; each test sends a copy."""
    if isinstance(one, tuple):
        one[0].seek(0)
        return type(one[0])(one[0].read()), one[1]
    return one


@pytest.mark.parametrize("name", ["radicado", "code"])
def test_a_file_in_the_place_of_the_code_is_no_code(client, name):
    sent = {"submission": people.token(client.get(ASK).text), name: (io.BytesIO(b"hola"), "a.txt")}
    page = client.post(ASK, data=sent)
    assert page.status_code == 422
    assert "Escriba el código secreto que guardó." in page.text


def test_six_photos_are_one_too_many(client, card):
    address = come_back(client, card)
    photos = [people.photo(f"{number}.jpg") for number in range(6)]
    page = send(client, f"{address}/escribir", text="Miren", photos=photos)
    assert page.status_code == 422
    assert "hasta 5 fotos" in page.text
    assert "Miren" in page.text
    assert LOST in page.text
    assert LOST not in client.get(f"{address}/escribir").text
    assert LOST not in send(client, f"{address}/escribir", text="").text


def test_the_words_before_files_that_are_too_large_are_not_lost(app, client, card, monkeypatch):
    view = app.view_functions["listening_follow.reply"]
    assert view.takes_bytes == 25_000_000
    monkeypatch.setattr(view, "takes_bytes", 1_000)
    address = f"{come_back(client, card)}/escribir"
    form = people.token(client.get(address).text)
    heavy = (io.BytesIO(b"\xff" * 450_000), "foto.jpg")
    page = client.post(address, data={"submission": form, "text": "Falta luz.", "photos": heavy})
    assert page.status_code == 413
    assert "Falta luz." in page.text
    assert "pesan demasiado" in page.text
    assert LOST in page.text


def test_whether_it_is_solved_is_asked_after_the_answer_and_can_be_changed(client, card, by):
    address = come_back(client, card)
    assert "¿Quedó resuelto?" not in client.get(address).text
    early = send(client, f"{address}/escribir", text="¿Hay noticias?")
    assert early.status_code == 303
    assert "todavía no ha respondido" in client.get(f"{address}/resultado").text
    acts.answer(card.contribution, by, "Ya se cambió.")
    db.session.commit()
    assert "¿Quedó resuelto?" in client.get(address).text
    assert send(client, f"{address}/resultado").status_code == 422
    said_no = send(client, f"{address}/resultado", is_resolved="no", comment="Sigue sin luz.")
    assert said_no.status_code == 303
    assert (card.contribution.is_resolved, card.contribution.comment) == (False, "Sigue sin luz.")
    page = client.get(address).text
    assert "no, falta algo" in page
    assert "Sigue sin luz." in page
    assert f'<a href="{address}/escribir">escríbale qué falta</a>' in page
    card.contribution.is_life_risk = True
    db.session.commit()
    assert "Sigue sin luz." not in client.get(address).text
    send(client, f"{address}/resultado", is_resolved="si", comment="")
    assert (card.contribution.is_resolved, card.contribution.comment) == (True, "")


def test_who_left_a_contact_sees_the_proof_and_goes_on_without_it(client, app):
    """DAT-04, DAT-08."""
    card = people.known()
    address = come_back(client, card)
    page = client.get(f"{address}/contacto")
    assert people.EMAIL in page.text
    assert "Responderle, si usted deja su nombre" in page.text
    assert send(client, f"{address}/contacto").status_code == 303
    left = card.contribution
    assert (left.contact_name, left.contact_email, left.contact_phone) == ("", "", "")
    assert (left.email_digest, left.phone_digest, left.consent_id) == (None, None, None)
    assert left.text == TEXT
    assert "Ver o borrar mi nombre" not in client.get(address).text


def test_the_printed_page_proves_the_reception_and_repeats_nothing(client, app, at):
    """PQR-04."""
    at(*MONDAY)
    card = people.known()
    address = come_back(client, card)
    send(client, f"{address}/escribir", photos=people.photo())
    text = client.get(f"{address}/constancia").text
    assert card.radicado in text
    assert "2 de marzo de 2026, 10:00" in text
    assert "Foto: 1" in text
    assert "hasta el 24 de marzo de 2026" in text
    assert TEXT not in text
    assert people.NAME not in text


def test_of_who_is_anonymous_no_hour_is_printed(client, card):
    text = client.get(f"{come_back(client, card)}/constancia").text
    assert "no se guarda la hora" in text


# ---- erasing


def test_an_opinion_is_erased_at_once(client, app):
    """DAT-09."""
    card = people.known(wants_answer=False)
    address = come_back(client, card)
    send(client, f"{address}/escribir", text="Y otra cosa", photos=people.photo())
    assert "retire su petición" not in client.get(f"{address}/borrar").text
    assert send(client, f"{address}/borrar").status_code == 422
    assert send(client, f"{address}/borrar", is_sure="y").status_code == 303
    page = client.get(address)
    assert "se borró el" in page.text
    assert TEXT not in page.text
    assert "Y otra cosa" not in page.text
    left = card.contribution
    assert (left.text, left.contact_email, left.digest, left.attachments) == ("", "", "", [])
    assert [one.text for one in left.messages] == [""]
    assert client.get(come_back(client, card)).status_code == 200  # says so kindly
    assert "Ya se borró" in client.get(f"{address}/borrar").text


def test_who_is_owed_an_answer_takes_the_petition_back_or_waits(client, card):
    address = come_back(client, card)
    assert "todavía le debe una respuesta" in client.get(f"{address}/borrar").text
    refused = send(client, f"{address}/borrar", is_sure="y")
    assert refused.status_code == 422
    assert "Marque que retira su petición" in refused.text
    assert card.contribution.text == TEXT
    assert send(client, f"{address}/borrar", is_sure="y", withdraws="y").status_code == 303
    left = card.contribution
    assert (left.text, left.stage, left.case.desisted_on) == ("", CaseStage.CLOSED, clock.today())
    assert left.case.due_on is None
    assert "ya no debe una respuesta" in client.get(address).text


def test_after_the_answer_it_is_erased_without_taking_anything_back(client, card, by):
    acts.answer(card.contribution, by, "Se cambió la luminaria de María.")
    acts.close(card.contribution, by, "Se cambió.")
    db.session.commit()
    address = come_back(client, card)
    assert send(client, f"{address}/borrar", is_sure="y").status_code == 303
    left = card.contribution
    assert (left.case.answered_on, left.case.desisted_on) == (clock.today(), None)
    text = client.get(address).text
    assert "luminaria" not in text
    assert "Se cambió." not in text


def test_nothing_is_added_to_what_was_erased(client, app):
    card = people.opinion()
    address = come_back(client, card)
    send(client, f"{address}/borrar", is_sure="y")
    assert replying.GONE in client.get(f"{address}/escribir").text
    with pytest.raises(replying.Refused):
        replying.reply(card.contribution, "a" * 32, "Hola")


# ---- the whole page


def test_a_page_of_a_long_story_stays_light(client, card, by):
    people.classified(card, CaseKind.GENERAL)
    for number in range(12):
        steps.write(card.contribution, MessageKind.REPLY, f"{number} {'Estamos en eso. ' * 20}")
    acts.extend(card.contribution, by, 15, "Falta un concepto.")
    acts.answer(card.contribution, by, "Respuesta. " * 300)
    db.session.commit()
    page = client.get(come_back(client, card))
    assert len(gzip.compress(page.data)) < 6_000
    assert db.session.query(Contribution).count() == 1
