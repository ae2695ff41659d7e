"""One contribution on the desk: read, noted, transcribed, marked, and a danger to a life."""

import pytest
from sqlalchemy import select

from participa.core.audit import AuditEntry
from participa.core.db import db
from participa.core.jobs.mail import Outbox
from participa.listening import steps
from participa.listening.models import CaseLabel, CaseStage, Message, MessageKind
from participa.listening.rights import erasing
from tests.listening.desk import people
from tests.listening.desk.people import DESK, TEXT, address, again, heard, with_voice
from tests.staff.people import post as send
from tests.visitor import field, where

NAMED = {"is_anonymous": False, "name": "Luz Marina Ríos", "email": "luz@ejemplo.org"}


@pytest.fixture
def official(staff, app):
    return staff("RESPONSIBLE", people.works())


def acts_of(said) -> list[str]:
    names = [f"Contribution:{said.case_id}", f"Case:{said.case_id}"]
    rows = select(AuditEntry.action).where(AuditEntry.subject.in_(names))
    return list(db.session.scalars(rows.order_by(AuditEntry.number)))


def trail() -> str:
    """All that the audit trail and the letters hold, as one text."""
    entries = db.session.execute(select(AuditEntry.subject, AuditEntry.details)).all()
    letters = db.session.execute(select(Outbox.subject, Outbox.body)).all()
    return f"{entries} {letters}"


def push(visitor, page: str, to: str):
    """Press a button of a page."""
    token = field(visitor.get(page), "csrf_token")
    return visitor.post(to, data={"csrf_token": token})


def test_an_official_opens_what_somebody_said_and_begins_to_review_it(official):
    said = heard(topic="Movilidad", territory="01")
    assert TEXT in official.get(DESK).text
    shown = official.get(address(said))
    for words in (TEXT, "Empezar a revisar", "Riesgo vital", "día 15", "Anónimo", "Movilidad"):
        assert words in shown.text, words
    done = push(official, address(said), address(said, "tomar"))
    page = official.get(done.location)
    assert "Empezó a revisar el aporte." in page.text
    assert "Empezar a revisar</button>" not in page.text
    assert again(said).stage is CaseStage.IN_REVIEW
    assert acts_of(said) == ["listening.reviewed"]


def test_every_page_of_an_act_opens(official):
    said = heard()
    for word in (
        "clase", "traslado", "apoyo", "nota", "marcas", "respuesta", "mensaje", "completar",
        "prorroga", "cierre", "reapertura", "corrupcion", "riesgo-vital", "contacto",
    ):  # fmt: skip
        assert official.get(address(said, word)).status_code == 200, word


def test_a_number_is_found_as_it_is_printed_and_a_strange_one_is_not_there(official):
    said = heard()
    printed = f"{said.receipt[:4]}-{said.receipt[4:8]}-{said.receipt[8:]}".lower()
    assert official.get(f"{DESK}/{printed}").status_code == 200
    assert official.get(f"{DESK}/ZZZZ").status_code == 404


def test_a_note_is_read_by_the_staff_and_stands_in_no_trail(official):
    said = heard()
    done = send(official, address(said, "nota"), text="La cuadrilla pasa el jueves")
    assert where(done).partition("#")[0] == address(said)
    assert "La cuadrilla pasa el jueves" in official.get(address(said)).text
    assert acts_of(said) == ["listening.noted"]
    assert "cuadrilla" not in trail()


def test_a_second_click_writes_a_note_once(official):
    said = heard()
    page = address(said, "nota")
    sent = {"csrf_token": field(official.get(page), "csrf_token"), "text": "Una sola vez"}
    assert [official.post(page, data=sent).status_code for _ in range(2)] == [302, 302]
    assert len(again(said).messages) == 1


# ---- contact


def test_the_contact_is_masked_until_somebody_looks_and_the_look_leaves_a_trace(official):
    said = heard(**NAMED, phone="3001234567")
    shown = official.get(address(said)).text
    for hidden in ("Luz Marina", "luz@ejemplo.org", "3001234567"):
        assert hidden not in shown, hidden
    assert "L•••" in shown
    page = address(said, "contacto")
    assert "luz@ejemplo.org" not in official.get(page).text
    revealed = send(official, page)
    for told in ("Luz Marina Ríos", "luz@ejemplo.org", "3001234567"):
        assert told in revealed.text, told
    assert revealed.headers["Cache-Control"] == "no-store"
    assert acts_of(said) == ["listening.revealed"]
    assert "luz" not in trail().lower()


def test_without_a_second_factor_nobody_sees_a_contact(staff, app):
    said = heard(**NAMED)
    plain = staff("RESPONSIBLE", people.works(), tf_primary_method=None)
    page = address(said, "contacto")
    assert "/segundo-paso" in plain.get(page).location
    token = field(plain.get(address(said)), "csrf_token")
    refused = plain.post(page, data={"csrf_token": token})
    assert refused.status_code == 409
    assert "luz@ejemplo.org" not in refused.text
    assert acts_of(said) == []


# ---- attachments


def test_a_voice_note_is_heard_and_transcribed_by_hand_beside_its_player(official):
    said, voice = with_voice()
    file = address(said, f"adjuntos/{voice.id}")
    page = official.get(f"{file}/transcripcion")
    assert f'<audio controls preload="none" src="{file}"' in page.text
    assert "media-src 'self'" in page.headers["Content-Security-Policy"]
    heard_file = official.get(file)
    assert heard_file.data[:4] == b"RIFF"
    assert heard_file.headers["Cache-Control"] == "no-store"
    assert "attachment" in official.get(f"{file}?descargar=1").headers["Content-Disposition"]
    done = send(official, f"{file}/transcripcion", transcript="Arreglen la cancha, por favor")
    shown = official.get(done.location).text
    assert "Arreglen la cancha, por favor" in shown
    assert "pero pide algo" not in shown  # who wants an answer has marked it
    assert acts_of(said) == ["listening.transcribed"]
    assert "cancha" not in trail()


def test_a_voice_that_not_every_browser_plays_is_a_file(official):
    said, _ = with_voice("audio/amr")
    page = official.get(address(said)).text
    assert "<audio" not in page
    assert "Descargar: Nota de voz 1" in page


def test_a_file_of_another_contribution_is_not_there(official, staff):
    said, voice = with_voice()
    other = heard("Otro")
    assert official.get(address(other, f"adjuntos/{voice.id}")).status_code == 404
    stranger = staff("RESPONSIBLE", people.health())
    assert stranger.get(address(said, f"adjuntos/{voice.id}")).status_code == 404
    assert official.get(address(said, "adjuntos/987654/transcripcion")).status_code == 404


# ---- marks


def test_priority_and_labels_are_set_told_and_taken_back(official):
    """PQR-06."""
    said = heard()
    page = address(said, "marcas")
    done = send(official, page, reasons=["OLDER", "LIFE"], labels="Andenes,  colegio , ANDENES")
    shown = official.get(done.location).text
    assert "Va primero." in shown
    assert "Una persona mayor" in shown
    assert [one.name for one in again(said).labels] == ["andenes", "colegio"]
    assert TEXT in official.get(f"{DESK}?prioridad=con-prioridad").text
    label = db.session.scalars(select(CaseLabel).filter_by(name="colegio")).one()
    assert TEXT in official.get(f"{DESK}?etiqueta={label.id}").text
    assert acts_of(said) == ["cases.prioritised", "listening.labelled"]
    assert send(official, page, labels="colegio").status_code == 302
    assert "Va primero." not in official.get(address(said)).text
    other = heard("Otro")
    send(official, address(other, "marcas"), labels="colegio")
    assert len(db.session.scalars(select(CaseLabel)).all()) == 2


@pytest.mark.parametrize(
    ("labels", "sentence"),
    [("a" * 41, "hasta 40 letras"), (",".join("abcdefghijk"), "hasta 10 etiquetas")],
    ids=["too long", "too many"],
)
def test_labels_that_do_not_fit_are_refused_with_what_was_typed(official, labels, sentence):
    said = heard()
    refused = send(official, address(said, "marcas"), labels=labels)
    assert refused.status_code == 422
    assert sentence in refused.text
    assert labels in refused.text


# ---- a danger to a life


def test_a_danger_to_a_life_is_marked_with_one_click_and_says_what_to_do(official, staff):
    chief = staff("ADMINISTRATOR", name="Gloria Cano").account
    said = heard("Ya no quiero vivir más", **NAMED)
    shown = official.get(address(said)).text
    assert "Puede hablar de un riesgo para la vida" in shown
    assert "«no quiero vivir»" in shown
    done = push(official, address(said), address(said, "riesgo-vital/marcar"))
    page = official.get(done.location).text
    for words in ("tel:123", "tel:106", chief.name, "Anotar la llamada", "Ver el contacto"):
        assert words in page, words
    assert again(said).is_life_risk
    inbox = official.get(f"{DESK}?senal=riesgo-vital").text
    assert "Riesgo vital" in inbox
    assert "vivir" not in inbox
    assert db.session.scalars(select(Outbox)).all() == []
    note = send(official, address(said, "riesgo-vital"), text="Llamé al 123")
    assert "Llamé al 123" in official.get(note.location).text
    assert again(said).messages[0].kind is MessageKind.NOTE
    assert acts_of(said) == ["listening.life_risk", "listening.noted"]
    assert "vivir" not in trail()


def test_a_mark_that_was_wrong_is_taken_back(official):
    said = heard()
    push(official, address(said), address(said, "riesgo-vital/marcar"))
    page = address(said, "riesgo-vital")
    done = push(official, page, f"{page}/quitar")
    assert where(done) == address(said)
    assert not again(said).is_life_risk


def test_a_message_of_a_person_waits_until_somebody_writes(official):
    said = heard()
    said.messages.append(Message(kind=MessageKind.PERSON, text="¿Sigue en pie?"))
    db.session.commit()
    assert "La persona escribió de último" in official.get(address(said)).text
    assert TEXT in official.get(f"{DESK}?senal=la-persona-escribio").text
    send(official, address(said, "nota"), text="No hace falta responder")
    assert TEXT not in official.get(f"{DESK}?senal=la-persona-escribio").text


def test_words_of_a_danger_in_a_later_message_are_shown_too(official):
    said = heard()
    steps.write(said, MessageKind.PERSON, "Ya no quiero vivir más.")
    db.session.commit()
    page = official.get(address(said)).text
    assert "Puede hablar de un riesgo para la vida" in page
    assert "Ya no quiero vivir más." in official.get(address(said, "riesgo-vital")).text


def test_nothing_more_is_written_about_what_was_erased(official):
    """Who erased what they said would find it told again by somebody else."""
    said = heard()
    send(official, address(said, "respuesta"), text="Se arregla el jueves.", step="send")
    erasing.erase(again(said))
    db.session.commit()
    page = official.get(address(said)).text
    for words in ("Escribirle</a>", "Nota interna</a>", "Completar la respuesta", "Reabrir</a>"):
        assert words not in page, words
    for word, typed in (("nota", {}), ("mensaje", {}), ("respuesta", {"step": "send"})):
        assert "no queda qué responder" in official.get(address(said, word)).text
        refused = send(official, address(said, word), text="La persona dijo esto.", **typed)
        assert refused.status_code in {409, 422}, word
    assert [one.text for one in again(said).messages] == [""]
