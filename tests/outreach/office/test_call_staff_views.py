"""The staff notes how an event was called, and sends the call by mail."""

from io import BytesIO

import pytest

from participa.core import clock
from participa.core.db import db
from participa.core.jobs import jobs
from participa.core.jobs.mail import Outbox
from participa.events import service as events
from participa.outreach import mailing
from participa.outreach.models import CallPiece, Mailing
from tests.filling import Forms
from tests.outreach import city
from tests.plan.builders import office
from tests.visitor import field, where


def address(event) -> str:
    return f"/gestion/eventos/{event.code}/convocatoria"


def add(visitor, event, **facts):
    page = visitor.get(f"{address(event)}/agregar")
    sent = {
        "csrf_token": field(page, "csrf_token"),
        "medium": "RADIO",
        "done_on": clock.today().isoformat(),
        "piece": "Cuña de 30 segundos",
        "estimated_reach": "1000",
        "proof_url": city.LINK,
    }
    return visitor.post(f"{address(event)}/agregar", data=sent | facts)


def test_a_medium_is_noted_with_a_photo_and_shown(staff, app):
    event = city.called()
    visitor = staff("EDITOR")
    assert "Todavía no hay ninguno." in visitor.get(address(event)).text
    answer = add(visitor, event, proof_url="", proof_file=(BytesIO(b"Certificado"), "c.txt"))
    assert where(answer) == address(event)
    page = visitor.get(answer.location).text
    assert "Agregó el medio a la convocatoria." in page
    assert "Cuña de 30 segundos" in page
    assert "Medio masivo" in page
    [made] = db.session.query(CallPiece)
    with visitor.get(f"{address(event)}/{made.id}/soporte") as proof:
        assert proof.data == b"Certificado"


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"done_on": "2099-01-01"}, "Escriba el día en que salió: uno que ya llegó."),
        ({"done_on": "ayer"}, "Escriba la fecha así"),
        ({"estimated_reach": "-3"}, "Escriba cuántas personas"),
        ({"estimated_reach": "9" * 30}, "Escriba un número más pequeño."),
        ({"proof_url": "javascript:alert(1)"}, "Ponga una dirección completa"),
        ({"medium": "TELEPATHY"}, "medium-error"),
        ({"piece": "x" * 201}, "Use hasta 200 letras."),
    ],
)
def test_bad_input_says_how_to_repair_it(staff, app, facts, sentence):
    event = city.called()
    answer = add(staff("EDITOR"), event, **facts)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert db.session.query(CallPiece).count() == 0


def test_a_file_that_is_not_what_it_says_is_refused(staff, app):
    event = city.called()
    answer = add(staff("EDITOR"), event, proof_file=(BytesIO(b"<script>"), "foto.png"))
    assert answer.status_code == 422
    assert db.session.query(CallPiece).count() == 0


def test_two_clicks_add_once(staff, app):
    event = city.called()
    visitor = staff("EDITOR")
    page = visitor.get(f"{address(event)}/agregar")
    [form] = [one for one in Forms(page.text, address(event)).forms if len(one.controls) > 6]
    sent = dict(form.as_it_stands()) | {
        "medium": "PRESS",
        "done_on": clock.today().isoformat(),
        "piece": "Aviso",
    }
    for _ in range(2):
        assert visitor.post(f"{address(event)}/agregar", data=sent).status_code == 302
    assert db.session.query(CallPiece).count() == 1


def test_an_office_notes_the_calls_of_its_own_events_alone(staff, app):
    mine, other = office("uno", "Secretaría Una"), office("dos", "Secretaría Dos")
    db.session.add_all([mine, other])
    db.session.commit()
    event = city.called(office_id=other.id)
    made = city.spot(event)
    visitor = staff("RESPONSIBLE", office=mine)
    for end in ("", "/agregar", f"/{made.id}", f"/{made.id}/soporte"):
        assert visitor.get(f"{address(event)}{end}").status_code == 404


def test_a_locked_event_offers_no_form(staff, app):
    event = city.held()
    event.closed_at = clock.now()
    db.session.commit()
    visitor = staff("EDITOR")
    assert ">Agregar un medio</a>" not in visitor.get(address(event)).text
    page = visitor.get(f"{address(event)}/agregar").text
    assert "cerrado con su acta" in page
    assert "Volver a la convocatoria" in page


def test_who_only_reads_sees_no_buttons(staff, app):
    event = city.called()
    city.spot(event)
    page = staff("READER").get(address(event)).text
    main = page.partition("<main")[2]
    assert "<button" not in main
    assert "Agregar un medio" not in main


def test_two_clicks_send_the_call_once_and_the_number_is_told_before(staff, app):
    for number in range(3):
        city.subscriber(f"persona{number}@ejemplo.org")
    event = city.called()
    visitor = staff("EDITOR")
    page = visitor.get(address(event))
    assert "<b>3 personas</b>" in page.text
    forms = Forms(page.text, address(event)).forms
    [form] = [one for one in forms if one.action.endswith("/enviar")]
    sent = dict(form.as_it_stands())
    for _ in range(2):
        assert visitor.post(f"{address(event)}/enviar", data=sent).status_code == 302
    [made] = db.session.query(Mailing)
    jobs.run(made.job_id)
    db.session.expire_all()
    invited = db.session.query(Outbox).filter(Outbox.subject.contains(event.title)).count()
    assert invited == 3
    page = visitor.get(address(event)).text
    assert "ya se envió" in page
    assert "a\n3 personas" in page
    assert "Enviar la convocatoria por correo" not in page


def test_a_mailing_that_stopped_says_so_and_goes_on_with_the_same_button(staff, app, monkeypatch):
    monkeypatch.setattr(mailing, "PIECE", 2)
    monkeypatch.setattr(jobs, "EVERY_SECONDS", 0)
    for number in range(3):
        city.subscriber(f"persona{number}@ejemplo.org")
    event, visitor = city.called(), staff("EDITOR")
    first = send(visitor, event)
    jobs.store(first, cancel_asked_at=clock.now())
    jobs.run(first)
    page = visitor.get(address(event)).text
    assert "a\n2 personas" in page
    assert "Se detuvo antes de terminar." in page
    jobs.run(send(visitor, event))
    page = visitor.get(address(event)).text
    assert "Se detuvo antes de terminar." not in page
    invited = db.select(Outbox.to).where(Outbox.subject.contains(event.title))
    assert sorted(db.session.scalars(invited)) == [f"persona{n}@ejemplo.org" for n in range(3)]


def send(visitor, event) -> int:
    """Press the button; returns the id of the job."""
    forms = Forms(visitor.get(address(event)).text, address(event)).forms
    [form] = [one for one in forms if one.action.endswith("/enviar")]
    assert visitor.post(form.action, data=dict(form.as_it_stands())).status_code == 302
    return db.session.query(Mailing).one().job_id


def test_an_older_page_sends_nothing(staff, app):
    city.subscriber()
    event = city.called()
    visitor = staff("EDITOR")
    page = visitor.get(address(event))
    [form] = [
        one for one in Forms(page.text, address(event)).forms if one.action.endswith("/enviar")
    ]
    event.touch()
    db.session.commit()
    sent = dict(form.as_it_stands())
    answer = visitor.post(
        f"{address(event)}/enviar",
        data=sent,
        headers={"Referer": f"http://localhost{address(event)}"},
    )
    assert answer.status_code == 409
    assert "<h1>Convocatoria</h1>" in answer.text
    assert db.session.query(Mailing).count() == 0


def test_who_got_the_call_is_told_of_a_change_with_one_button(staff, app):
    event = city.called()
    city.subscriber()
    mailing.send(event, city.official())
    db.session.commit()
    jobs.run(db.session.query(Mailing).one().job_id)
    editor = staff("EDITOR")
    assert "Avisar de un cambio" not in editor.get(address(event)).text
    events.cancel(event, city.official(), "Hay alerta por lluvias.")
    db.session.commit()
    page = editor.get(address(event))
    assert "Hay alerta por lluvias." in page.text
    assert "Avisar del cambio por correo" in page.text
    assert "Avisar del cambio por correo" not in staff("READER").get(address(event)).text
    end = "/avisar-del-cambio"
    [form] = [one for one in Forms(page.text, "").forms if one.action.endswith(end)]
    sent = dict(form.as_it_stands())
    done = editor.post(form.action, data=sent)
    assert "Avisó del cambio por correo." in editor.get(done.location).text
    assert editor.post(form.action, data=sent).status_code in {302, 409}
    assert db.session.query(Mailing).filter(Mailing.notice_id.is_not(None)).count() == 1
    page = editor.get(address(event)).text
    assert "Este cambio ya se avisó por correo." in page
