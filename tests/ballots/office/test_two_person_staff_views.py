"""Opening, closing and counting through the pages: one asks, another one looks and confirms."""

from dataclasses import replace
from datetime import timedelta

import pytest

from participa.ballots.kinds import BelowMinimum
from participa.ballots.lifecycle import service
from participa.ballots.models import Act, BallotBox, BoxKind, BoxState, TwoPersonAct
from participa.belenios import canonical
from participa.core import clock
from participa.core.audit import AuditEntry
from participa.core.db import db
from participa.core.editing import versions
from participa.core.installation import installation
from participa.core.jobs.jobs import Job
from participa.staff.models import Role
from tests.ballots import city
from tests.staff.people import post
from tests.visitor import field, where

pytestmark = pytest.mark.one_engine


@pytest.fixture
def elena(staff):
    return staff("EDITOR", name="Elena Editora")


@pytest.fixture
def beto(staff):
    return staff("EDITOR", name="Beto Barrera")


def show(made) -> str:
    return f"/gestion/urnas/{made.uuid}"


def state(made) -> BoxState:
    return db.session.get(BallotBox, made.id).state


def confirm(visitor, made, word: str):
    """Open the page that shows what is confirmed, and press its button."""
    address = f"{show(made)}/{word}/confirmar"
    page = visitor.get(address)
    ticks = {"has_compared": "y"} if 'name="has_compared"' in page.text else {}
    return post(visitor, address, seen=field(page, "seen"), **ticks)


def agree(one, other, made, word: str):
    assert post(one, f"{show(made)}/{word}", reason="Ya votaron todos").status_code == 302
    assert confirm(other, made, word).status_code == 302


def test_a_box_opens_when_a_second_person_has_looked_at_it(elena, beto, app):
    made = city.draft(BoxKind.CODES)
    page = elena.get(f"{show(made)}/abrir").text
    for fixed in ("Tarjetas que sirven", "¿Está de acuerdo?", "la Secretaría de Planeación"):
        assert fixed in page
    post(elena, f"{show(made)}/abrir", reason="La audiencia es hoy.")
    assert state(made) is BoxState.DRAFT
    assert "Espera a otra persona." in elena.get(f"{show(made)}/abrir").text
    assert "Usted pidió la apertura." in elena.get(show(made)).text
    asked = beto.get(show(made)).text
    assert "Elena Editora pidió la apertura. Revise y confirme." in asked
    seen = beto.get(f"{show(made)}/abrir/confirmar").text
    for told in ("Elena Editora lo pidió el", "La audiencia es hoy.", "¿Está de acuerdo?"):
        assert told in seen
    assert where(confirm(beto, made, "abrir")) == show(made)
    assert state(made) is BoxState.OPEN
    assert "Pidió Elena Editora y confirmó Beto Barrera" in elena.get(show(made)).text
    last = [entry.action for entry in db.session.query(AuditEntry).order_by(AuditEntry.number)]
    assert last[-2:] == ["ballots.opened", "ballots.act_confirmed"]


def test_a_demonstration_says_that_it_waives_the_second_factor(elena, app, monkeypatch):
    made = city.opened(BoxKind.CODES)
    real = elena.get(f"{show(made)}/cerrar").text
    assert "Entra con clave y código." in real
    monkeypatch.setattr(installation(), "settings", replace(installation().settings, demo=True))
    shown = elena.get(f"{show(made)}/cerrar").text
    assert "Entra con clave y código." not in shown
    assert "En esta demostración no se pide el segundo paso" in shown


def test_who_opens_vouches_for_whose_each_key_is(elena, beto, client, app):
    made = city.draft()
    city.accept_as_registrar(made)
    post(elena, f"{show(made)}/abrir")
    address = f"{show(made)}/abrir/confirmar"
    page = beto.get(address)
    marks = [trustee.fingerprint for trustee in made.box.trustees]
    marks += [canonical.fingerprint(city.public_half(city.REGISTRAR)), made.box.roll_fingerprint]
    for told in (*marks, "Custodia 1", "Custodia 2", "Personería"):
        assert told in page.text
    refused = post(beto, address, seen=field(page, "seen"))
    assert (refused.status_code, state(made)) == (422, BoxState.DRAFT)
    assert "Comparen cada huella con la persona" in refused.text
    confirm(beto, made, "abrir")
    assert state(made) is BoxState.OPEN
    told = "lo confirmaron Elena Editora y Beto Barrera"
    public = client.get(f"/urna/{made.uuid}").text
    assert "Las llaves son, en ese orden, de Custodia 1, Custodia 2 y Personería: lo" in public
    assert told in public
    minutes = " ".join(client.get(f"/urna/{made.uuid}/acta").text.split())
    assert f"{told}: compararon cada huella con la persona" in minutes


def test_a_box_that_opens_without_its_registrar_says_what_follows(elena, beto, client, app):
    made = city.draft()
    assert (
        "En esta urna no se podrá anular ninguna tarjeta" in elena.get(f"{show(made)}/abrir").text
    )
    agree(elena, beto, made, "abrir")
    asked = elena.get(f"{show(made)}/anulaciones/pedir").text
    assert "Esta urna abrió sin que el registrador aceptara su papel" in asked


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        (BoxKind.OPEN, "Al final"),
        (BoxKind.CODES, "La guarda el servidor de la ciudad"),
        (BoxKind.VERIFIABLE, "La guardan Custodia 1 y Custodia 2"),
    ],
    ids=lambda value: value.name if isinstance(value, BoxKind) else "",
)
def test_both_see_for_each_kind_what_it_fixes(elena, beto, app, kind, told):
    made = city.draft(kind, allows_paper=False)
    assert told in elena.get(f"{show(made)}/abrir").text
    post(elena, f"{show(made)}/abrir")
    assert told in beto.get(f"{show(made)}/abrir/confirmar").text
    confirm(beto, made, "abrir")
    made.box.minimum_ballots = 0
    db.session.commit()
    for word in ("cerrar", "contar"):
        agree(elena, beto, made, word)
    city.run_jobs()
    assert state(made) is (BoxState.CLOSED if kind is BoxKind.VERIFIABLE else BoxState.FINISHED)


@pytest.mark.parametrize(
    ("shows_live", "told"),
    [
        (True, "Los resultados hasta ahora ya se ven, por grupos"),
        (False, "Cuántos sacó cada opción no lo sabe nadie todavía"),
    ],
)
def test_who_closes_reads_whether_results_are_known(elena, app, shows_live, told):
    made = city.opened(BoxKind.OPEN, shows_live=shows_live)
    page = elena.get(f"{show(made)}/cerrar").text
    assert told in page
    assert page.count("Cuántos sacó cada opción") == (not shows_live)


def test_who_asked_cannot_confirm(elena, app):
    made = city.draft(BoxKind.CODES)
    post(elena, f"{show(made)}/abrir")
    page = elena.get(f"{show(made)}/abrir/confirmar")
    assert "Lo confirma otra persona" in page.text
    address = f"{show(made)}/abrir"
    refused = post(elena, address, f"{address}/confirmar", seen=str(made.box.version))
    assert refused.status_code == 422
    assert "Usted lo pidió; confirma otra cuenta." in refused.text
    assert state(made) is BoxState.DRAFT


def test_who_may_not_confirm_is_told_why_and_has_no_button(elena, beto, app):
    made = city.draft(BoxKind.CODES)
    post(elena, f"{show(made)}/abrir")
    beto.account.invited_by = elena.account
    db.session.commit()
    assert "Falta que otra persona confirme." in beto.get(show(made)).text
    for page in ("/abrir", "/abrir/confirmar"):
        told = beto.get(show(made) + page).text
        assert "Elena Editora invitó a Beto Barrera. Pida que confirme otra persona" in told
        assert ">Confirmar la apertura</a>" not in told
        assert ">Confirmar la apertura</button>" not in told
    refused = post(beto, show(made), f"{show(made)}/abrir/confirmar", seen=str(made.box.version))
    assert refused.status_code == 422
    assert "Elena Editora invitó a Beto Barrera." in refused.text
    assert state(made) is BoxState.DRAFT


def test_who_joined_after_the_draft_is_told_who_can_confirm(elena, staff, app):
    made = city.draft(BoxKind.CODES)
    post(elena, f"{show(made)}/abrir")
    late = staff("EDITOR", name="Nora Nueva", created_at=clock.now())
    assert "Su cuenta es más nueva que esta urna." in late.get(f"{show(made)}/abrir").text


def test_without_a_second_factor_the_steps_lead_to_the_account(staff, app):
    made = city.draft(BoxKind.CODES)
    plain = staff("EDITOR", tf_primary_method=None)
    page = plain.get(show(made)).text
    assert "Active el segundo paso en su cuenta." in page
    assert "Pedir la apertura" not in page
    led = plain.get(f"{show(made)}/abrir").location
    assert led.startswith("/gestion/cuenta/segundo-paso?next=")
    refused = post(plain, "/gestion/cuenta", f"{show(made)}/abrir")
    assert refused.status_code == 409
    assert db.session.query(TwoPersonAct).count() == 0


def test_the_minutes_say_of_both_since_when_and_by_whom_they_are_there(elena, beto, client, app):
    beto.account.invited_by = city.store_account(Role.ADMINISTRATOR, name="Ada Admin")
    made = city.draft(BoxKind.CODES)
    agree(elena, beto, made, "abrir")
    page = client.get(f"/urna/{made.uuid}/acta").text
    assert f"{elena.account.origin}." in page
    assert "sin invitación de otra cuenta" in page
    assert "por invitación de Ada Admin" in page


def test_who_confirms_has_just_typed_the_own_password(elena, beto, app):
    made = city.draft(BoxKind.CODES)
    post(elena, f"{show(made)}/abrir")
    beto.session.proved_at = clock.now() - timedelta(hours=3)
    db.session.commit()
    page = beto.get(f"{show(made)}/abrir/confirmar")
    assert page.location.startswith("/gestion/cuenta/confirmar?next=")
    token = field(beto.get(show(made)), "csrf_token")
    sent = beto.post(f"{show(made)}/abrir/confirmar", data={"csrf_token": token, "seen": "1"})
    assert "Confirme que es usted" in sent.text
    assert state(made) is BoxState.DRAFT


def test_what_changed_after_somebody_looked_is_looked_at_again(elena, beto, app):
    made = city.draft(BoxKind.CODES)
    post(elena, f"{show(made)}/abrir")
    address = f"{show(made)}/abrir/confirmar"
    opened = beto.get(address)
    sent = {"csrf_token": field(opened, "csrf_token"), "seen": field(opened, "seen")}
    made.box.why = "Otra explicación"
    made.box.touch()
    db.session.commit()
    refused = beto.post(address, data=sent)
    assert refused.status_code == 422
    assert "La urna cambió mientras usted la revisaba." in refused.text
    assert beto.post(address, data=sent | {"seen": "x" * 400}).status_code == 422
    sent["seen"] = field(refused, "seen")
    assert beto.post(address, data=sent).status_code == 302
    assert state(made) is BoxState.OPEN


def test_a_change_of_the_draft_takes_the_request_back(elena, beto, app):
    made = city.draft(BoxKind.CODES)
    post(elena, f"{show(made)}/abrir")
    service.ask(made.box, city.officials()[0], *city.YES_NO[:2])
    db.session.commit()
    assert beto.get(f"{show(made)}/abrir/confirmar").location == f"{show(made)}/abrir"
    assert "Pedir la apertura" in beto.get(f"{show(made)}/abrir").text


def test_a_request_is_taken_back_and_asked_again(elena, beto, app):
    made = city.draft(BoxKind.CODES)
    address = f"{show(made)}/abrir"
    post(elena, address)
    assert "Retirar la petición" not in beto.get(address).text
    refused = post(beto, address, f"{address}/retirar")
    assert refused.status_code == 409
    assert db.session.query(TwoPersonAct).count() == 1
    assert post(elena, address, f"{address}/retirar").status_code == 302
    assert post(beto, address, f"{address}/retirar").status_code == 409
    assert post(beto, address).status_code == 302
    assert "Espera a otra persona." in beto.get(address).text


def test_asking_too_early_says_what_is_missing(elena, app):
    made = city.draft(BoxKind.CODES, voters=3, used_by="")
    page = elena.get(f"{show(made)}/abrir").text
    assert "al menos 10 tarjetas (hay 3)" in page
    assert "Pedir la apertura</button>" not in page
    shown = versions.fingerprint(versions.as_version(made.box))
    refused = post(elena, show(made), f"{show(made)}/abrir", reason="Ya es hora", shown=shown)
    assert refused.status_code == 422
    assert "Para abrir falta: decir quién usará el resultado y para qué" in refused.text
    for word in ("cerrar", "contar"):
        assert post(elena, show(made), f"{show(made)}/{word}", shown=shown).status_code == 422
    assert db.session.query(TwoPersonAct).count() == 0


def test_two_officials_who_close_at_once_are_told_kindly(elena, beto, app):
    made = city.opened(BoxKind.CODES)
    address = f"{show(made)}/cerrar"
    opened = [visitor.get(address) for visitor in (elena, beto)]
    sent = [{"csrf_token": field(page, "csrf_token"), "reason": "Ya"} for page in opened]
    assert elena.post(address, data=sent[0]).status_code == 302
    second = beto.post(address, data=sent[1])
    assert second.status_code == 422
    assert "Alguien más acaba de pedir cerrar esta urna. Revise y confirme." in second.text
    assert "Confirmar el cierre" in second.text
    assert confirm(beto, made, "cerrar").status_code == 302
    assert state(made) is BoxState.CLOSED
    third = post(beto, address, f"{address}/confirmar")
    assert third.status_code == 422
    assert "Otra persona ya lo confirmó." in third.text
    assert "Ya está confirmado, por Beto Barrera." in third.text


def reach_its_date(made) -> None:
    box, now = db.session.get(BallotBox, made.id), clock.now()
    box.opens_at, box.closes_at = now - timedelta(days=9), now - timedelta(hours=1)
    db.session.commit()


def test_both_see_what_few_votes_mean_before_they_close_and_count(elena, beto, app):
    made = city.opened(BoxKind.CODES, minimum=3, below_minimum=BelowMinimum.EXTEND, extra_days=4)
    made.cast(0, {0})
    early = elena.get(f"{show(made)}/cerrar").text
    assert "que llegue su fecha" in early
    assert "Pedir el cierre" not in early
    reach_its_date(made)
    told = "Hay menos de 3 votos. Al confirmar, la urna no cierra: sigue abierta hasta el"
    page = elena.get(f"{show(made)}/cerrar").text
    assert told in page
    assert "No se puede reabrir" not in page
    post(elena, f"{show(made)}/cerrar", reason="Ya votaron todos")
    assert told in beto.get(f"{show(made)}/cerrar/confirmar").text
    confirm(beto, made, "cerrar")
    assert state(made) is BoxState.OPEN
    assert "Había menos de 3 votos, y por eso recibe votos hasta" in elena.get(show(made)).text
    assert "que llegue su fecha" in elena.get(f"{show(made)}/cerrar").text
    reach_its_date(made)
    ends = "Si cierra así, la urna termina sin resultado."
    assert ends in elena.get(f"{show(made)}/cerrar").text
    agree(elena, beto, made, "cerrar")
    assert "Hay menos de 3 votos: no se abre nada." in elena.get(f"{show(made)}/contar").text
    agree(elena, beto, made, "contar")
    city.run_jobs()
    assert state(made) is BoxState.TOO_FEW
    page = beto.get(show(made)).text
    assert "No hubo votos suficientes: no hay resultado." in page
    assert "No hubo votos suficientes. Llegó 1 voto y se necesitaban 3." in page
    assert made.box.title not in beto.get("/gestion").text


def test_closing_before_the_date_says_so_to_both(elena, beto, app):
    made = city.opened(BoxKind.CODES)
    assert "Se cierra antes de tiempo." in elena.get(f"{show(made)}/cerrar").text
    refused = post(elena, f"{show(made)}/cerrar", reason="  ")
    assert refused.status_code == 422
    assert "Escriba por qué se cierra antes de la fecha anunciada." in refused.text
    assert db.session.query(TwoPersonAct).filter_by(act=Act.CLOSE).count() == 0
    post(elena, f"{show(made)}/cerrar", reason="Llovió")
    page = beto.get(f"{show(made)}/cerrar/confirmar").text
    assert "Se cierra antes de tiempo." in page
    assert "Motivo: Llovió" in page


def test_an_early_closing_is_told_with_its_reason_wherever_the_result_is(elena, beto, client, app):
    made = city.opened(BoxKind.OPEN)
    post(elena, f"{show(made)}/cerrar", reason="Llovió")
    assert confirm(beto, made, "cerrar").status_code == 302
    agree(elena, beto, made, "contar")
    city.run_jobs()
    for page in ("", "/resultados", "/acta"):
        text = client.get(f"/urna/{made.uuid}{page}").text
        assert "Cerró antes de la fecha anunciada" in text, page
        assert "Motivo: Llovió." in text, page
    assert "Motivo: Llovió." in elena.get(show(made)).text
    assert "Motivo: Llovió." in client.get(f"/urna/{made.uuid}/resultados.json").json["note"]


def test_what_was_asked_for_early_and_confirmed_at_its_hour_did_not_close_early(elena, beto, app):
    made = city.opened(BoxKind.CODES)
    post(elena, f"{show(made)}/cerrar", reason="Llovió")
    made.box.closes_at = clock.now() - timedelta(minutes=1)
    made.box.opens_at = clock.now() - timedelta(days=1)
    db.session.commit()
    assert confirm(beto, made, "cerrar").status_code == 302
    box = db.session.get_one(BallotBox, made.id)
    assert (box.is_closed, box.closed_early, box.closed_because) == (True, False, None)


def test_after_its_hour_a_box_asks_to_be_closed(elena, app):
    made = city.opened(BoxKind.CODES)
    made.box.closes_at = clock.now() - timedelta(minutes=1)
    made.box.opens_at = clock.now() - timedelta(days=1)
    db.session.commit()
    page = elena.get(show(made)).text
    assert "Pedir el cierre" in page
    assert "antes de tiempo" not in elena.get(f"{show(made)}/cerrar").text


def test_from_the_closing_to_the_result_with_two_accounts(elena, beto, app):
    made = city.opened(BoxKind.CODES)
    made.cast(0, {0})
    agree(elena, beto, made, "cerrar")
    assert "Pedir el recuento" in elena.get(show(made)).text
    agree(beto, elena, made, "contar")
    assert "El recuento está en curso." in beto.get(show(made)).text
    city.run_jobs()
    assert state(made) is BoxState.FINISHED
    assert "El resultado está publicado." in beto.get(show(made)).text
    assert made.verify().counts == [[1, 0]]


def test_a_count_that_failed_is_repeated_with_one_button(elena, beto, app, monkeypatch):
    made = city.opened(BoxKind.CODES)
    made.cast(0, {0})
    agree(elena, beto, made, "cerrar")
    agree(elena, beto, made, "contar")
    with monkeypatch.context() as another:
        another.setitem(app.config, "SECRET_KEY", "una-clave-que-no-es-la-de-entonces-sino-otra")
        city.run_jobs()
    page = elena.get(show(made)).text
    assert "PARTICIPA_SECRET_KEY" in page
    assert "Contar otra vez" in page
    assert post(elena, show(made), f"{show(made)}/contar/otra-vez").status_code == 302
    city.run_jobs()
    assert state(made) is BoxState.FINISHED


def test_a_count_that_was_cancelled_can_be_asked_for_again(elena, beto, app):
    made = city.opened(BoxKind.CODES)
    agree(elena, beto, made, "cerrar")
    agree(elena, beto, made, "contar")
    job = db.session.query(Job).one()
    post(beto, f"/gestion/trabajos/{job.id}", f"/gestion/trabajos/{job.id}/cancelar")
    city.run_jobs()
    assert state(made) is BoxState.CLOSED
    assert "Contar otra vez" in elena.get(show(made)).text
    post(elena, show(made), f"{show(made)}/contar/otra-vez")
    city.run_jobs()
    assert state(made) is BoxState.FINISHED


def test_nobody_repeats_a_count_that_two_people_did_not_ask_for(elena, app):
    made = city.close(city.opened(BoxKind.CODES))
    refused = post(elena, show(made), f"{show(made)}/contar/otra-vez")
    assert refused.status_code == 409
    assert "Este recuento no se puede repetir." in refused.text
    assert db.session.query(Job).count() == 0


@pytest.mark.parametrize("role", ["READER", "DOOR"])
def test_who_only_reads_asks_for_nothing(staff, app, role):
    made = city.draft(BoxKind.CODES)
    visitor = staff(role)
    token = field(visitor.get("/gestion/cuenta"), "csrf_token")
    for part in ("/abrir", "/abrir/confirmar", "/abrir/retirar", "/contar/otra-vez"):
        sent = visitor.post(show(made) + part, data={"csrf_token": token})
        assert sent.status_code == 403, part
    assert db.session.query(TwoPersonAct).count() == 0


def test_a_second_click_on_asking_is_no_request_of_somebody_else(elena, app):
    made = city.draft(BoxKind.CODES)
    address = f"{show(made)}/abrir"
    sent = {"csrf_token": field(elena.get(address), "csrf_token"), "reason": ""}
    assert [elena.post(address, data=sent).status_code for _ in range(2)] == [302, 302]
    assert db.session.query(TwoPersonAct).count() == 1


def test_nobody_asks_for_the_opening_of_a_box_that_changed_meanwhile(elena, beto, app):
    made = city.draft(BoxKind.CODES)
    address = f"{show(made)}/abrir"
    sent = {"csrf_token": field(elena.get(address), "csrf_token"), "reason": ""}
    change = field(beto.get(f"{show(made)}/preguntas"), "csrf_token")
    question = made.box.questions[0].id
    gone = f"{show(made)}/preguntas/{question}/quitar"
    assert beto.post(gone, data={"csrf_token": change}).status_code == 302
    refused = elena.post(address, data=sent)
    assert refused.status_code == 409
    assert "«Quitó una pregunta de la urna»" in refused.text
    assert db.session.query(TwoPersonAct).count() == 0
