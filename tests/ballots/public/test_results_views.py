"""What came of a box, how anybody checks it, and its minutes."""

import csv
import hashlib
import html
import io
import json
import os
import re
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from participa.ballots.lifecycle import paper, service, two_person
from participa.ballots.models import Act, BoxKind, QuestionKind
from participa.ballots.results import audit_guide, counting
from participa.core import clock, spanish
from participa.core.db import db
from participa.core.installation import installation
from tests.ballots import city
from tests.ballots.city import NO, YES
from tests.worlds import remembered

pytestmark = pytest.mark.one_engine

SCALE = (QuestionKind.SCALE, "¿Cómo califica?", {"answers": ("Mala", "Regular", "Buena")})
BLANK_TOO = (QuestionKind.YES_NO, "¿Está de acuerdo?", {})


def results(client, made):
    return client.get(f"/urna/{made.uuid}/resultados")


def two_people(made, act):
    one, other = city.officials()
    two_person.request(made.box, act, one, "Llovió")
    two_person.confirm(made.box, act, other)
    db.session.commit()


# ---- before the end


@pytest.mark.parametrize("kind", list(BoxKind), ids=lambda kind: kind.name)
def test_nothing_is_told_before_the_end(client, app, kind):
    made = city.opened(kind)
    page = results(client, made)
    assert page.status_code == 200
    assert "El resultado se publica cuando la urna se cuente" in page.text
    assert 'class="bars' not in page.text
    assert client.get(f"/urna/{made.uuid}/resultados.csv").status_code == 409
    city.close(made)
    assert "La urna cerró y se está contando." in results(client, made).text


def test_a_draft_has_no_results(client, app):
    made = city.draft(BoxKind.OPEN)
    for page in ("resultados", "resultados.csv", "acta", "auditoria"):
        assert client.get(f"/urna/{made.uuid}/{page}").status_code == 404


def test_while_trustees_are_missing_the_page_says_which(client, app):
    made = city.opened(BoxKind.VERIFIABLE)
    made.cast(0, YES)
    city.count(city.close(made))
    text = results(client, made).text
    assert "Faltan las partes de Custodia 1 y Custodia 2." in text
    counting.receive_partial(made.box, city.officials()[0], made.part(1))
    db.session.commit()
    assert "Falta la parte de Custodia 2." in results(client, made).text


def test_a_box_whose_time_is_over_says_that_two_people_have_to_close_it(client, app, at):
    at(2027, 3, 1, 15)
    made = city.opened(BoxKind.CODES)
    at(2027, 3, 5, 15)
    assert "Falta que dos personas la cierren" in results(client, made).text


# ---- the result


@pytest.fixture
@remembered
def counted(app):
    """Three voted: yes, no and blank; one of them replaced the first vote. One card is void."""
    made = city.opened(BoxKind.CODES, BLANK_TOO, SCALE, takes_last=True, allows_paper=True)
    for voter, vote, mark in ((0, NO, {0}), (1, NO, {2}), (2, None, None), (0, YES, {1})):
        made.cast(voter, vote, mark)
    editor = city.officials()[0]
    city.void(made, 9)
    service.hand_out(made.box, editor, 4)
    two_people(made, Act.CLOSE)
    numbers = [[0, 1, 1], [0, 1, 0, 1]]
    paper.type_count(made.box, editor, 3, 1, numbers, "Ante la veeduría.")
    paper.confirm(made.box, city.officials()[1])
    two_people(made, Act.TALLY)
    city.run_jobs()
    return made


def test_the_result_is_told_in_words_with_its_ties_and_the_blank_votes(client, counted):
    text = results(client, counted).text
    assert "Se suman urna y papel. Empatan Sí y No, con 2 de 5 papeletas." in text
    assert "Promedio: 2,2 de 3, entre 4 papeletas." in text
    assert text.count("<span>Voto en blanco</span>") == 2
    assert "Esta consulta no es una elección ni es vinculante" in text


def test_each_option_shows_the_box_the_paper_and_their_sum(client, counted):
    text = results(client, counted).text
    first = re.search(r"<li><span>Sí</span>.*?</li>", text, re.DOTALL)[0]
    assert re.findall(r"<small[^>]*>([^<]+)</small>", first) == [
        "En la urna",
        "En papel",
        "En total, urna y papel",
    ]
    assert re.findall(r"<b[^>]*>([^<]+)</b>", first) == ["1", "1", "2"]
    table = r'<tr><th scope="row">Sí</th>' + r'<td\s+class="number">(\d)</td>\s*' * 3
    assert re.search(table, text).groups() == ("1", "1", "2")
    assert re.search(table, client.get(f"/urna/{counted.uuid}/acta").text).groups() == tuple("112")


def test_turnout_tells_cards_replacements_and_paper_apart(client, counted):
    text = results(client, counted).text
    facts = dict(re.findall(r"<dt>([^<]+)</dt><dd>([^<]+)</dd></div>", text))
    assert facts["Tarjetas entregadas"] == "4"
    assert facts["Códigos que votaron"] == "3"
    assert facts["Papeletas reemplazadas"] == "1"
    assert facts["Votos sin JavaScript"] == "0"
    assert facts["Papeletas de papel"] == "3"
    assert "En papel llegaron 3 papeletas; 1 no valió. Ante la veeduría." in text


def test_more_votes_than_cards_is_said_aloud(client, app):
    made = city.opened(BoxKind.CODES)
    made.cast(0, YES)
    service.hand_out(made.box, city.officials()[0], 1)
    made.cast(1, YES)
    city.finish(made)
    told = "Se votó con más códigos que las tarjetas que la mesa dice que entregó."
    assert told in results(client, made).text
    assert told in client.get(f"/urna/{made.uuid}/acta").text


def test_the_totals_come_as_files_with_the_paper_in_a_column_of_its_own(client, counted):
    rows = client.get(f"/urna/{counted.uuid}/resultados.csv").get_data(as_text=True)
    read = list(csv.reader(io.StringIO(rows.removeprefix("\ufeff")), delimiter=";"))
    assert read[0] == ["Número", "Pregunta", "Opción", "Papeletas", "En papel", "En total"]
    assert ["1", "¿Está de acuerdo?", "Sí", "1", "1", "2"] in read
    assert ["2", "¿Cómo califica?", "Voto en blanco", "1", "0", "1"] in read
    told = json.loads(client.get(f"/urna/{counted.uuid}/resultados.json").data)
    assert json.dumps(told)
    assert client.get(f"/urna/{counted.uuid}/resultados.xlsx", buffered=True).data[:2] == b"PK"
    assert client.get(f"/urna/{counted.uuid}/resultados.exe").status_code == 404


def test_the_answers_to_an_open_consultation_come_as_a_file_once_it_is_counted(client, app):
    made = city.opened(BoxKind.OPEN)
    for sent, vote in enumerate(("0", "1", "blanco", "0")):
        page = client.get(f"/urna/{made.uuid}")
        token = re.search(r'name="submission" value="([^"]*)"', page.text)[1]
        data = {"submission": token, "q1": vote, "confirm": "1"}
        expected = 422 if vote == "blanco" else 303  # this question has no blank vote
        assert client.post(f"/urna/{made.uuid}", data=data).status_code == expected, sent
    assert client.get(f"/urna/{made.uuid}/respuestas.csv").status_code == 409
    city.finish(made)
    rows = client.get(f"/urna/{made.uuid}/respuestas.csv").get_data(as_text=True).split()
    assert rows[-3:] == ["No", "Sí", "Sí"]
    text = results(client, made).text
    assert "Lo más escogido: Sí, con 2 de 3 respuestas." in text
    assert f'href="/urna/{made.uuid}/respuestas.csv"' in text


def test_a_secret_box_has_no_file_of_answers(client, counted):
    assert client.get(f"/urna/{counted.uuid}/respuestas.csv").status_code == 404


def test_results_say_how_they_are_computed_and_lead_to_the_recount(client, counted):
    text = results(client, counted).text
    assert "Las papeletas cifradas se suman sin abrir ninguna." in text
    assert "El promedio de una escala da 1 al primer punto" in text
    assert f'href="/urna/{counted.uuid}/archivo.bel"' in text
    assert f'href="/urna/{counted.uuid}/auditoria"' in text


# ---- the audit


def test_the_audit_page_gives_the_exact_commands(client, counted):
    text = client.get(f"/urna/{counted.uuid}/auditoria").text
    for line in (
        "sudo apt install belenios-tool",
        f"wget http://localhost/urna/{counted.uuid}/archivo.bel -O {counted.uuid}.bel",
        "belenios-tool election verify\n",
        "belenios-tool election verify-diff --dir1 antes --dir2 ahora",
        f"python3 verificar_bel.py {counted.uuid}.bel",
        f"participa verify-bel {counted.uuid}.bel",
    ):
        assert line in text


@pytest.fixture
def desk(tmp_path):
    """The machine of somebody who doubts: the site's files come as they would by the network."""
    files, programs = tmp_path / "files", tmp_path / "bin"
    files.mkdir()
    programs.mkdir()
    shims = {
        "wget": f'cp "{files}/${{1##*/}}" "$3"',
        "sudo": "true",
        "participa": f'"{sys.executable}" -m participa "$@"',
    }
    for name, line in shims.items():
        (programs / name).write_text(f"#!/bin/sh\n{line}\n")
        (programs / name).chmod(0o755)
    return tmp_path


@pytest.mark.slow
def test_the_commands_of_the_page_work_as_they_stand(app, client, desk, belenios):
    made = city.opened(BoxKind.CODES)
    made.cast(0, YES)
    (desk / "COPIA_GUARDADA.bel").write_bytes(made.archive)
    city.finish(made)
    files = desk / "files"
    (files / "archivo.bel").write_bytes(made.archive)
    (files / "refuerzo.json").write_bytes(client.get(f"/urna/{made.uuid}/refuerzo.json").data)
    verifier = audit_guide.program(audit_guide.VERIFIER)
    body = installation(app).assets_by_address[verifier.address].body
    (files / verifier.address.rpartition("/")[2]).write_bytes(body)
    path = f"{desk / 'bin'}:{os.environ['PATH']}"
    text = html.unescape(client.get(f"/urna/{made.uuid}/auditoria").text)
    first, second, watching, third, fourth = [
        re.findall(r"<code>([^<]*)\n</code>", part)
        for part in re.findall(r'<pre class="lines">(.*?)</pre>', text, re.DOTALL)
    ]
    assert watching[1:] == [
        "sha256sum testigo.py",
        f"python3 testigo.py http://localhost/urna/{made.uuid} mi-copia --cada 60",
    ]
    # Each recipe starts in the folder in which the one before ended, as somebody would type them.
    copied = [f"cp {desk}/COPIA_GUARDADA.bel ."]
    script = "\n".join(
        ["set -e", *first, *copied, *second, "rm COPIA_GUARDADA.bel", *third, *fourth]
    )
    environment = {"PATH": path, "PYTHONPATH": str(Path(audit_guide.__file__).parents[3])}
    told = {"cwd": desk, "env": environment, "capture_output": True, "text": True}
    done = subprocess.run(["bash", "-c", script], check=False, **told)
    assert done.returncode == 0, done.stderr
    assert verifier.sha256 in done.stdout
    assert done.stdout.count("ACEPTADA") == 3
    assert "Continúa la copia anterior sin cambiarle nada." in done.stdout


def test_a_ballot_of_an_outside_program_goes_in_as_the_page_says(client, app, belenios):
    made = city.opened(BoxKind.CODES)
    belenios.write(f"{made.uuid}.bel", made.archive)
    raw = belenios.vote(made.codes[0], [audit_guide.first_choice(made.definition.questions[0])])
    answer = client.post(f"/urna/{made.uuid}/papeletas", data=raw)
    assert answer.status_code == 200
    text = html.unescape(client.get(f"/urna/{made.uuid}/auditoria").text)
    assert "echo '[[1, 0]]' > voto.json" in text
    assert f"curl --data-binary @papeleta.json http://localhost/urna/{made.uuid}/papeletas" in text


def test_the_hashes_are_those_of_the_files_that_this_site_hands_out(app, client, counted):
    text = client.get(f"/urna/{counted.uuid}/auditoria").text
    offered = re.findall(r'href="(/static/[^"]+)" download="([^"]+)"', text)
    scripts = ["urna.js", "ballots.js", "ballots_kiosk.js"]
    pages = ["custodios.html", "registrador.html"]
    assert [name for _, name in offered] == ["verificar_bel.py", "testigo.py", *scripts, *pages]
    for address, name in offered:
        body = installation(app).assets_by_address[address].body
        assert hashlib.sha256(body).hexdigest() in text, name


def test_the_fingerprints_are_those_that_the_verifier_finds(client, counted):
    found = counted.verify()
    text = client.get(f"/urna/{counted.uuid}/auditoria").text
    minutes = client.get(f"/urna/{counted.uuid}/acta").text
    closing = found.event_hashes[5]  # the opening and four ballots stand before it
    for fingerprint in (
        found.election.fingerprint,
        found.event_hashes[0],
        closing,
        found.event_hashes[-1],
    ):
        assert fingerprint in text
        assert fingerprint in minutes


def test_the_audit_page_says_what_no_file_can_show(client, app):
    made = city.opened(BoxKind.VERIFIABLE)
    text = client.get(f"/urna/{made.uuid}/auditoria").text
    assert "Lo que ningún archivo muestra" in text
    assert "La urna no ha cerrado." in text
    assert "Tiene 0 papeletas y 1 evento." in text


def test_an_open_consultation_has_nothing_to_audit(client, app):
    made = city.opened(BoxKind.OPEN)
    assert client.get(f"/urna/{made.uuid}/auditoria").status_code == 404


# ---- the minutes


def test_the_minutes_name_who_acted_and_every_card(client, counted):
    text = client.get(f"/urna/{counted.uuid}/acta").text
    one, other = city.officials()
    for label, who in (("Lo pidió", one), ("Lo confirmó", other)):
        assert f'<td data-label="{label}">{who.name}<br><span class="small">{who.origin}.' in text
    row = r'<th scope="row">([^<]+)</th><td class="number">([^<]+)</td></tr>'
    stated = dict(re.findall(row, text))
    assert stated["Tarjetas o códigos hechos"] == "10"
    assert stated["Tarjetas entregadas por la mesa"] == "4"
    assert stated["Códigos que votaron"] == "3"
    assert stated["Códigos anulados"] == "1"
    assert stated["Códigos sin usar"] == "6"
    assert stated["Papeletas recibidas, con las reemplazadas"] == "4"
    assert stated["De ellas, nulas"] == "1"
    assert "Empatan Sí y No" in text
    assert f"El papel: lo anotó {one.name} y lo confirmó {other.name}, el " in text
    assert "Con menos de 0 votos no se abre nada" in text
    assert "Veeduría o testigo" in text


def test_minutes_before_the_end_say_that_they_are_partial_and_tell_no_result(client, app):
    made = city.opened(BoxKind.VERIFIABLE)
    made.cast(0, YES)
    text = client.get(f"/urna/{made.uuid}/acta").text
    assert "Es un acta parcial: la urna todavía no tiene resultado." in text
    assert "Custodia 1" in text
    assert "Personería" in text
    assert "Sin registrar" in text
    assert "Lo más escogido" not in text


def test_the_minutes_of_a_box_opened_late_count_from_when_two_people_opened_it(client, app):
    announced = clock.now() - timedelta(days=2)
    made = city.opened(BoxKind.CODES, opens_at=announced)
    text = client.get(f"/urna/{made.uuid}/acta").text
    assert f"admite votos desde el {spanish.moment(made.box.opened_at)}" in text
    assert spanish.moment(announced) not in text


def test_the_minutes_of_an_open_consultation_have_no_keys(client, app):
    made = city.finish(city.opened(BoxKind.OPEN))
    text = client.get(f"/urna/{made.uuid}/acta").text
    assert "Huellas" not in text
    assert "Nadie escogió una opción." in text
