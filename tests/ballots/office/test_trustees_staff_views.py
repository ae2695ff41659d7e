"""The keepers of the key: added before the opening, waited for after the count."""

import html
import io
import re
import shlex
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from click.testing import CliRunner

from participa.ballots.commands import cli
from participa.ballots.models import BallotBox, BoxKind, BoxState, BoxTrustee
from participa.belenios import canonical, tally, trustees
from participa.belenios.groups import BELENIOS_2048, RFC_3526_2048
from participa.core.db import db
from tests.ballots import city
from tests.belenios.builders import SECRETS
from tests.staff.people import post
from tests.visitor import field, where
from tests.worlds import remembered

pytestmark = pytest.mark.one_engine


@pytest.fixture
def made(app):
    """A verifiable box with two trustees."""
    return city.draft()


@pytest.fixture
def page(made):
    return f"/gestion/urnas/{made.uuid}/custodios"


@pytest.fixture
@remembered
def counted(app):
    """A box that was counted and waits for its two trustees."""
    made = city.opened()
    for voter in range(3):
        made.cast(voter, {voter % 2})
    return city.count(city.close(made))


def lines_on(text: str) -> list[str]:
    """The command lines that a page shows, in their order."""
    blocks = re.findall(r'<pre class="lines">(.*?)</pre>', text, re.DOTALL)
    return [
        html.unescape(line)
        for line in re.findall(r"<code>(.*?)</code>", "".join(blocks), re.DOTALL)
    ]


def type_in(client, line: str) -> None:
    """Do in the current folder what this line does; `wget` gets the page of the test."""
    program, *words = shlex.split(line)
    if program == "wget":
        address, _, name = words
        answer = client.get(urlsplit(address).path)
        assert answer.status_code == 200, line
        Path(name).write_bytes(answer.data)
        return
    assert (program, words[0]) == ("participa", "urna")
    done = CliRunner().invoke(cli.urna, words[1:])
    assert done.exit_code == 0, (line, done.output)


def test_the_command_lines_on_the_pages_do_what_they_say(
    staff, client, counted, tmp_path, monkeypatch
):
    editor = staff("EDITOR")
    shown = lines_on(editor.get(parts_page(counted)).text)
    listed = f"/gestion/urnas/{counted.uuid}/custodios"
    assert lines_on(editor.get(listed).text) == shown
    key, sign, fetch, first, fetch_again, proofs, later = (line.strip() for line in shown)
    monkeypatch.chdir(tmp_path)
    Path("rol.json").write_bytes(b"{}")
    type_in(client, key)
    type_in(client, sign)
    for number, lines in enumerate(((fetch, first), (fetch_again, proofs, later))):
        Path("llave").write_bytes(trustees.write_secret(SECRETS[number]))
        Path("parte").unlink(missing_ok=True)
        for line in lines:
            type_in(client, line)
        part = Path("parte").read_bytes()
        assert len(part.splitlines()) == 3
        assert "El archivo de tres líneas" in editor.get(parts_page(counted)).text
        assert post(editor, parts_page(counted), file=file(part)).status_code == 302
    assert db.session.get(BallotBox, counted.id).state is BoxState.FINISHED


def parts_page(made) -> str:
    return f"/gestion/urnas/{made.uuid}/custodios/partes"


def file(raw: bytes, name: str = "llave.publica.json"):
    return (io.BytesIO(raw), name)


def public_half(secret: int = 7, group=BELENIOS_2048) -> bytes:
    return canonical.write(trustees.make(group, secret).record())


def names() -> list[str]:
    return [one.name for one in db.session.query(BoxTrustee).order_by(BoxTrustee.position)]


# ---- before the opening


def test_a_trustee_comes_with_a_file_or_with_what_it_says(staff, page):
    editor = staff("EDITOR")
    handed_in = public_half(7)
    post(editor, f"{page}/agregar", name="Universidad", file=file(handed_in + b"\n"))
    post(editor, f"{page}/agregar", name="Veeduría", text=public_half(8).decode())
    assert names() == ["Custodia 1", "Custodia 2", "Universidad", "Veeduría"]
    listed = editor.get(page).text
    assert canonical.fingerprint(handed_in) in listed, "as the trustee's own machine told it"
    assert re.search(r'custodios[^"]*" download>', listed)


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"name": "", "text": "x"}, "Escriba el nombre de la entidad o persona."),
        ({"name": "a" * 121, "text": "x"}, "Use hasta 120 letras."),
        ({}, "Elija el archivo «llave.publica.json» o pegue lo que dice."),
        ({"text": "hola"}, "Este archivo no sirve. La parte pública no es JSON."),
        ({"text": '"123"'}, "Es la llave privada"),
        ({"text": public_half(3, RFC_3526_2048).decode()}, "Este archivo no sirve."),
        ({"text": public_half(SECRETS[0]).decode()}, "Esta llave ya está."),
        ({"text": public_half(9).decode().replace('"response":"', '"response":"1')}, "no sirve."),
    ],
    ids=["no name", "long name", "nothing", "words", "a private key", "group", "twice", "proof"],
)
def test_what_is_no_public_half_is_refused_and_the_name_stays(staff, page, sent, sentence):
    refused = post(staff("EDITOR"), f"{page}/agregar", **({"name": "Universidad"} | sent))
    assert refused.status_code == 422
    assert sentence in refused.text
    assert f'value="{sent.get("name", "Universidad")}"' in refused.text
    assert len(names()) == 2


def test_a_double_click_adds_one_trustee_and_is_no_error(staff, page):
    editor = staff("EDITOR")
    opened = editor.get(f"{page}/agregar")
    sent = {one: field(opened, one) for one in ("csrf_token", "creation")}
    sent |= {"name": "Universidad", "text": public_half().decode()}
    for _ in range(2):
        assert where(editor.post(f"{page}/agregar", data=sent)) == page
    assert names() == ["Custodia 1", "Custodia 2", "Universidad"]


def test_a_trustee_is_taken_out_before_the_opening(staff, page):
    editor = staff("EDITOR")
    first = db.session.query(BoxTrustee.id).order_by(BoxTrustee.position).first().id
    post(editor, page, f"{page}/{first}/quitar")
    assert names() == ["Custodia 2"]
    assert post(editor, page, f"{page}/{first}/quitar").status_code == 410


def test_the_trustees_of_an_open_box_stay(staff, app):
    made = city.opened()
    page = f"/gestion/urnas/{made.uuid}/custodios"
    editor = staff("EDITOR")
    refused = post(editor, f"{page}/agregar", name="Otra", text=public_half(7).decode())
    assert refused.status_code == 422
    assert "La urna ya abrió: sus custodios no cambian." in refused.text
    first = made.box.trustees[0].id
    assert post(editor, page, f"{page}/{first}/quitar").status_code == 409
    assert len(names()) == 2


def test_only_a_verifiable_box_has_trustees(staff, app):
    made = city.draft(BoxKind.CODES)
    editor = staff("EDITOR")
    for part in ("", "/agregar", "/partes"):
        assert editor.get(f"/gestion/urnas/{made.uuid}/custodios{part}").status_code == 404


# ---- after the count


def test_the_last_part_brings_the_result(staff, counted):
    editor = staff("EDITOR")
    page = editor.get(parts_page(counted)).text
    assert page.count("Falta</span>") == 2
    sent = {"file": file(counted.part(2), "parte")}
    assert where(post(editor, parts_page(counted), **sent)) == parts_page(counted)
    page = editor.get(parts_page(counted)).text
    assert (page.count("Falta</span>"), page.count("Llegó</span>")) == (1, 1)
    assert "Falta la parte de Custodia 1." in editor.get(f"/gestion/urnas/{counted.uuid}").text
    done = post(editor, parts_page(counted), file=file(counted.part(1), "parte"))
    assert where(done) == f"/gestion/urnas/{counted.uuid}"
    assert db.session.get(BallotBox, counted.id).state is BoxState.FINISHED
    assert counted.verify().counts == [[2, 1]]
    assert "El resultado está publicado." in editor.get(parts_page(counted)).text


def wrong_parts(counted) -> dict[str, tuple[bytes, str]]:
    good = counted.part(1)
    first, second, third = good.strip().split(b"\n")
    foreign = city.part_of(counted.verify(), 1, 12345)
    return {
        "another key": (
            foreign,
            "La parte de Custodia 1 no abre el total de esta urna, y no se recibió.",
        ),
        "another's number": (
            b"\n".join((first, tally.owned_record(2, first), third)),
            "El archivo no dice bien de qué custodio es.",
        ),
        "one line": (first, "El archivo debe traer tres líneas"),
        "the public half": (public_half(), "El archivo debe traer tres líneas"),
        "nobody's number": (
            b"\n".join((first, tally.owned_record(9, first), third)),
            "El archivo no dice bien de qué custodio es.",
        ),
        "lines that do not belong together": (
            b"\n".join((first.replace(b"1", b"2", 1), second, third)),
            "Este archivo no sirve.",
        ),
        "not text": (b"\xff\n\xfe\n\xfd", "Este archivo no sirve."),
        "words": (b"hola\n{}\n{}", "Este archivo no sirve."),
    }


@pytest.mark.parametrize(
    "what",
    [
        "another key",
        "another's number",
        "one line",
        "the public half",
        "nobody's number",
        "lines that do not belong together",
        "not text",
        "words",
    ],
)
def test_a_part_that_does_not_open_the_total_is_told_plainly(staff, counted, what):
    raw, sentence = wrong_parts(counted)[what]
    refused = post(staff("EDITOR"), parts_page(counted), file=file(raw, "parte"))
    assert refused.status_code == 422
    assert sentence in refused.text or (
        what == "lines that do not belong together" and "no dice bien" in refused.text
    )
    assert db.session.get(BallotBox, counted.id).state is BoxState.CLOSED


def test_the_same_part_counts_once(staff, counted):
    editor = staff("EDITOR")
    post(editor, parts_page(counted), file=file(counted.part(1), "parte"))
    refused = post(editor, parts_page(counted), file=file(counted.part(1), "parte"))
    assert refused.status_code == 422
    assert "El custodio 1 ya entregó su parte." in refused.text


def test_without_a_file_the_page_says_which_one_it_wants(staff, counted):
    refused = post(staff("EDITOR"), parts_page(counted))
    assert refused.status_code == 422
    assert "Elija el archivo que le entregó el custodio." in refused.text


def test_before_the_count_there_is_nothing_to_open(staff, app):
    made = city.opened()
    editor = staff("EDITOR")
    assert "Todavía no hay un total que abrir." in editor.get(parts_page(made)).text
    refused = post(editor, f"/gestion/urnas/{made.uuid}", parts_page(made), file=file(b"a\nb", "x"))
    assert refused.status_code == 422
