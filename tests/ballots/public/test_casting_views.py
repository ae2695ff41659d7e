"""Ballots come in by their address, are found again, and slips stay apart from them."""

import html
import re
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import func, select

from participa.ballots.models import (
    BoxBallot,
    BoxHead,
    BoxKind,
    PaperKind,
    QuestionKind,
    SealedPaper,
)
from participa.ballots.public import pages
from participa.ballots.roll.credential_digest import credential_digest
from participa.ballots.voting import casting, second_vote, tracker_search
from participa.belenios import credentials
from participa.citizens import service as citizens
from participa.citizens.models import PopulationSlip
from participa.core import clock
from participa.core.db import db
from participa.core.installation import installation
from tests.ballots import city
from tests.ballots.city import NO, YES
from tests.filling import Forms
from tests.visitor import field
from tests.worlds import remembered

pytestmark = pytest.mark.one_engine

TWO = ((QuestionKind.YES_NO, "¿Está de acuerdo?", {}), city.SCALE)


def in_the_box() -> int:
    return db.session.scalar(select(func.count()).select_from(BoxBallot)) or 0


def deposit(client, made, raw, **others):
    return client.post(f"/urna/{made.uuid}/papeletas", data=raw, **others)


def two_boxes():
    return city.opened(BoxKind.CODES, uuid="A" * 14), city.opened(BoxKind.CODES, uuid="B" * 14)


# ---- casting


def test_a_ballot_comes_in_and_its_tracker_is_told(client, app):
    made = city.opened(BoxKind.CODES)
    raw = made.ballot(0, YES)
    answer = deposit(client, made, raw)
    assert answer.status_code == 200
    tracker = answer.json["tracker"]
    address = urlsplit(answer.json["address"])
    assert (address.path, address.fragment) == (f"/urna/{made.uuid}/papeletas", "listo")
    assert parse_qs(address.query) == {"rastreo": [tracker]}
    assert in_the_box() == 1
    assert tracker in client.get(answer.json["address"].partition("#")[0]).text


@pytest.mark.parametrize(
    "content_type",
    [
        "application/octet-stream",
        "application/json",
        "application/x-www-form-urlencoded",
        "multipart/form-data",
        "text/plain; charset=utf-16",
        "",
    ],
)
def test_the_bytes_count_whatever_they_are_called(client, app, content_type):
    made = city.opened(BoxKind.CODES)
    answer = deposit(client, made, made.ballot(0, YES), content_type=content_type)
    assert answer.status_code == 200
    assert in_the_box() == 1


def test_the_same_ballot_again_gets_the_same_tracker(client, app):
    made = city.opened(BoxKind.CODES)
    raw = made.ballot(0, YES)
    first, second = deposit(client, made, raw), deposit(client, made, raw)
    assert first.json == second.json
    assert in_the_box() == 1


def altered(raw: bytes) -> bytes:
    """One digit of the first proof is another one."""
    place = raw.index(b'"response":"') + len(b'"response":"')
    return raw[:place] + (b"8" if raw[place : place + 1] == b"9" else b"9") + raw[place + 1 :]


@pytest.mark.parametrize(
    ("spoil", "status"),
    [
        (lambda raw: b"", 422),
        (lambda raw: b"\xff\xfe\x00\x01" * 99, 422),
        (lambda raw: b"[" * 50_000, 422),
        (lambda raw: b'{"election_uuid":' * 1000, 422),
        (lambda raw: b" " + raw, 422),
        (lambda raw: raw + b"\n", 422),
        (lambda raw: raw.decode().encode("utf-16"), 422),
        (lambda raw: b"codigo=K7QX-9MZT-2RVA-HW4P-C3NY", 422),
        (altered, 422),
        (lambda raw: raw + b" " * 900_000, 422),
        (lambda raw: b"9" * 5_000_000, 413),
    ],
    ids=[
        "nothing",
        "no text",
        "a thousand brackets",
        "unfinished",
        "a blank before",
        "a line after",
        "another encoding",
        "a form",
        "one proof altered",
        "too long",
        "5 MB",
    ],
)
def test_what_is_no_ballot_is_refused_in_words_a_page_can_show(client, app, spoil, status):
    made = city.opened(BoxKind.CODES)
    answer = deposit(client, made, spoil(made.ballot(0, YES)))
    assert answer.status_code == status
    assert answer.mimetype == "application/json"
    assert answer.json["problem"].endswith(".")
    assert in_the_box() == 0


def test_a_ballot_of_another_box_is_refused(client, app):
    one, other = two_boxes()
    answer = deposit(client, other, one.ballot(0, YES))
    assert answer.status_code == 422
    assert answer.json["problem"].startswith("La papeleta es de otra elección.")


def test_a_code_of_nobody_a_void_one_and_a_used_one_are_told_apart(client, app):
    made = city.opened(BoxKind.CODES, voters=10)
    stranger = city.Voting(made.box, city.holders(11, made.uuid)[10:])
    foreign = deposit(client, made, stranger.ballot(0, YES))
    assert (foreign.status_code, foreign.json["field"]) == (403, "code")
    assert "Ese código no es de esta urna." in foreign.json["problem"]
    deposit(client, made, made.ballot(1, YES))
    used = deposit(client, made, made.ballot(1, NO))
    assert (used.status_code, used.json["field"]) == (409, "code")
    assert "Con este código ya se votó." in used.json["problem"]
    assert in_the_box() == 1


def test_a_box_whose_time_is_over_takes_no_ballot_and_says_since_when(client, app, at):
    at(2027, 3, 1, 15)
    made = city.opened(BoxKind.CODES)
    raw = made.ballot(0, YES)
    at(2027, 3, 4, 16)
    answer = deposit(client, made, raw)
    assert answer.status_code == 409
    assert answer.json["problem"].startswith(
        "Esta urna cerró el 4 de marzo de 2027, 10:00\xa0a.\xa0m."
    )


def test_a_box_that_has_not_opened_takes_no_ballot(client, app):
    raw = city.opened(BoxKind.CODES, uuid="A" * 14).ballot(0, YES)
    draft = city.draft(BoxKind.CODES, uuid="B" * 14)
    assert deposit(client, draft, raw).status_code == 409


def test_an_open_consultation_takes_no_encrypted_ballot(client, app):
    made = city.opened(BoxKind.OPEN)
    assert deposit(client, made, b"{}").status_code == 404
    assert client.get(f"/urna/{made.uuid}/papeletas").status_code == 404


def test_another_site_cannot_cast_for_somebody(client, app):
    made = city.opened(BoxKind.CODES)
    foreign = {"Origin": "https://otra.example", "Sec-Fetch-Site": "cross-site"}
    assert deposit(client, made, made.ballot(0, YES), headers=foreign).status_code == 403
    assert in_the_box() == 0


# ---- finding one's ballot


@pytest.fixture
@remembered
def voted(app):
    """A box in which one voted twice, and another once."""
    made = city.opened(BoxKind.CODES, takes_last=True)
    first = made.cast(0, YES).tracker
    other = made.cast(1, NO).tracker
    last = made.cast(0, NO).tracker
    return made, first, other, last


def test_the_list_says_how_many_there_are_and_which_were_replaced(client, voted):
    made, first, other, last = voted
    text = client.get(f"/urna/{made.uuid}/papeletas").text
    assert "3 papeletas en la urna" in text
    assert text.index(first) < text.index(other) < text.index(last)
    assert text.count("reemplazada") == 1
    assert text.index(first) < text.index("reemplazada") < text.index(other)


@pytest.mark.parametrize(
    "written",
    [
        lambda tracker: tracker,
        lambda tracker: tracker[:12],
        lambda tracker: f"  {tracker} ",
        lambda tracker: " ".join(re.findall(".{1,4}", tracker)),
        lambda tracker: "\n".join(re.findall(".{1,4}", tracker)),
        lambda tracker: tracker.replace("+", " "),
    ],
    ids=["whole", "12 signs", "with blanks around", "in groups", "in lines", "from an address"],
)
def test_a_voter_finds_the_ballot_however_the_tracker_was_kept(client, voted, written):
    made, _, other, _ = voted
    page = client.get(f"/urna/{made.uuid}/papeletas", query_string={"rastreo": written(other)})
    assert page.status_code == 200
    assert "Su papeleta está en la urna" in page.text
    assert f'data-tracker="{other}"' in page.text
    assert "</svg>" in page.text


@pytest.mark.parametrize("tracker", ["ab/d+efghijklmn", "+ab/defghijklmn", "ab/d++efghijklmn"])
def test_a_plus_that_an_address_made_a_blank_is_understood(tracker):
    assert tracker in tracker_search.interpretations(tracker.replace("+", " "))
    assert tracker_search.interpretations(tracker) == [tracker]


@pytest.mark.parametrize(
    "typed",
    ["A" * 43, "A" * 12, "A" * 11, "%", "_" * 12, "ñ" * 43, "'; DROP TABLE ballot; --", "A" * 5000],
    ids=["unknown", "unknown start", "too short", "percent", "underscores", "ñ", "sql", "long"],
)
def test_what_is_not_there_is_told_kindly_with_what_was_typed(client, voted, typed):
    made = voted[0]
    page = client.get(f"/urna/{made.uuid}/papeletas", query_string={"rastreo": typed})
    assert page.status_code == 404
    assert "No encontramos esa papeleta en esta urna." in page.text
    assert "Una papeleta que falta se prueba con una copia anterior" in page.text


def test_letters_of_the_other_case_are_another_tracker(client, voted):
    made, _, other, _ = voted
    page = client.get(f"/urna/{made.uuid}/papeletas", query_string={"rastreo": other.swapcase()})
    assert page.status_code == 404


def test_trackers_that_begin_alike_are_all_shown(client, voted):
    made, first, other, _ = voted
    box = db.session.scalars(select(BoxBallot).filter_by(tracker=other)).one()
    box.tracker = first[:14] + other[14:]
    db.session.commit()
    page = client.get(f"/urna/{made.uuid}/papeletas", query_string={"rastreo": first[:12]})
    assert "Hay 2 papeletas que empiezan así." in page.text


def test_a_replaced_ballot_says_that_a_later_one_counts(client, voted):
    made, first, _, last = voted
    told = "Esta papeleta fue reemplazada."
    for tracker, is_told in ((first, True), (last, False)):
        page = client.get(f"/urna/{made.uuid}/papeletas", query_string={"rastreo": tracker})
        assert (told in page.text) is is_told


def test_the_page_of_a_ballot_says_what_happens_next_and_nothing_of_the_vote(client, app, at):
    at(2027, 3, 1, 15)
    made = city.opened(BoxKind.CODES)
    address = deposit(client, made, made.ballot(0, YES)).json["address"].partition("#")[0]
    page = client.get(address)
    assert "La urna cierra el jueves 4 de marzo, a las 10:00\xa0a.\xa0m." in page.text
    assert "¿Está de acuerdo?" not in page.text
    assert page.headers["X-Robots-Tag"] == "noindex"
    assert page.headers["Cache-Control"] == "no-store"


def test_long_lists_come_in_pages_of_fifty(client, app):
    made = city.opened(BoxKind.CODES)
    made.cast(0, YES)
    row = db.session.scalars(select(BoxBallot)).one()
    for height in range(2, 121):
        facts = {"credential": f"{height:064}", "once": f"{height:064}", "height": height}
        db.session.add(BoxBallot(box_id=row.box_id, tracker=f"{height:043}", **facts))
    db.session.get_one(BoxHead, row.box_id).ballots = 120
    db.session.commit()
    first = client.get(f"/urna/{made.uuid}/papeletas").text
    third = client.get(f"/urna/{made.uuid}/papeletas?pagina=3").text
    assert first.count("?rastreo=") == 50
    assert 'start="101"' in third
    assert third.count("?rastreo=") == 20
    for strange in ("0", "-1", "x", "99999999999", "٣"):
        assert client.get(f"/urna/{made.uuid}/papeletas?pagina={strange}").status_code == 200


def test_the_kiosk_goes_back_to_its_beginning(client, app):
    made = city.opened(BoxKind.CODES)
    tracker = made.cast(0, YES).tracker
    told = {"rastreo": tracker, "quiosco": "1"}
    page = client.get(f"/urna/{made.uuid}/papeletas", query_string=told)
    assert f'data-return="/urna/{made.uuid}/quiosco"' in page.text
    assert "Terminar y borrar de este celular" not in page.text
    assert f'href="/urna/{made.uuid}/papeletas"' not in page.text


# ---- a vote that the server encrypts


def assisted(client, made, **others):
    page = client.get(f"/urna/{made.uuid}/asistida")
    sent = {"submission": field(page, "submission"), "understood": "y", "q1": "0"}
    sent |= {"code": made.codes[0]} | others
    return client.post(f"/urna/{made.uuid}/asistida", data=sent), sent


def test_the_server_says_that_it_will_see_the_vote_before_it_asks_anything(client, app):
    made = city.opened(BoxKind.CODES)
    text = client.get(f"/urna/{made.uuid}/asistida").text
    assert text.index("Este servidor verá su voto.") < text.index("<form")
    assert "Su celular cifra el voto" not in text
    assert "En esta página el servidor ve su voto y su código." in text


def test_a_vote_with_the_servers_help_is_reviewed_deposited_once_and_marked(client, app):
    made = city.opened(BoxKind.CODES, *TWO)
    review, sent = assisted(client, made, code=made.codes[0].lower().replace("-", " "), q2="blanco")
    assert review.status_code == 200
    assert "Revise su voto" in review.text
    assert "Al depositarlo, este servidor verá su voto para cifrarlo." in review.text
    assert in_the_box() == 0
    done = client.post(f"/urna/{made.uuid}/asistida", data=sent | {"confirm": "1"})
    again = client.post(f"/urna/{made.uuid}/asistida", data=sent | {"confirm": "1"})
    assert (done.status_code, done.location) == (303, again.location)
    assert in_the_box() == 1
    page = client.get(done.location.partition("#")[0])
    assert "El servidor cifró esta papeleta." in page.text
    assert "votada sin JavaScript" in client.get(f"/urna/{made.uuid}/papeletas").text
    assert made.verify().ballots


@pytest.mark.parametrize(
    ("others", "sentence"),
    [
        ({"understood": ""}, "Marque que entiende que este servidor verá su voto."),
        ({"code": ""}, "Escriba el código de su tarjeta."),
        ({"code": "K7QX"}, "El código tiene 20 letras y números. Usted escribió 4."),
        ({"code": "Ñ" * 20}, "El código no lleva «Ñ»."),
        ({"code": "1" * 5000}, "Escriba solo el código, de hasta 80 signos."),
        ({"q1": ["0", "1"]}, "Marcó 2 opciones."),
        ({"q1": "7"}, "Una opción no es de esta lista"),
    ],
    ids=["not understood", "no code", "short", "strange letter", "long", "two", "unknown"],
)
def test_what_is_wrong_is_told_at_its_field_with_everything_kept(client, app, others, sentence):
    """The code too: it is typed on an old phone, and the page is stored nowhere."""
    made = city.opened(BoxKind.CODES)
    page, sent = assisted(client, made, confirm="1", **others)
    assert page.status_code == 422
    assert page.text.count(sentence) == 2
    assert f'value="{sent["code"]}"' in page.text
    assert page.headers["Cache-Control"] == "no-store"
    assert in_the_box() == 0


def test_a_browser_stores_the_empty_form_and_never_a_code_or_a_vote(client, app):
    made = city.opened(BoxKind.CODES)
    empty = client.get(f"/urna/{made.uuid}/asistida")
    assert empty.headers["Cache-Control"] == "private, max-age=0"
    assert "el celular no lo guarda" in empty.text
    [form] = Forms(empty.text, empty.request.full_path).forms
    review, sent = assisted(client, made)
    assert review.headers["Cache-Control"] == "no-store"
    changed = client.post(form.action, data=sent | {"step": "change"})
    assert changed.headers["Cache-Control"] == "no-store"
    done = client.post(empty.request.full_path, data=sent | {"confirm": "1"})
    assert (done.status_code, done.headers["Clear-Site-Data"]) == (303, '"cache"')


def test_a_code_that_may_not_vote_is_told_at_its_field(client, app):
    made = city.opened(BoxKind.CODES)
    made.cast(0, YES)
    page, _ = assisted(client, made, confirm="1")
    assert page.status_code == 422
    assert '<a href="#code">Con este código ya se votó.' in page.text
    assert page.text.count(" checked") == 2
    stranger = city.holders(11, made.uuid)[10].code
    foreign, _ = assisted(client, made, code=stranger, confirm="1")
    assert '<a href="#code">Ese código no es de esta urna.' in foreign.text
    assert in_the_box() == 1


def test_who_lost_the_answer_at_the_end_finds_the_ballot(client, app, at):
    at(2027, 3, 1, 15)
    made = city.opened(BoxKind.CODES)
    done, sent = assisted(client, made, confirm="1")
    at(2027, 3, 4, 16)
    again = client.post(f"/urna/{made.uuid}/asistida", data=sent)
    assert (again.status_code, again.location) == (303, done.location)
    other = client.post(f"/urna/{made.uuid}/asistida", data=sent | {"submission": ""})
    assert other.status_code == 409
    assert in_the_box() == 1


# ---- slips


@pytest.fixture
@remembered
def asking(app):
    """A box that asks its voters something of themselves."""
    citizens.publish_notice("ballots", installation(app).settings.entity, by="prueba")
    return city.opened(BoxKind.CODES, variables=["curso_vida", "pertenencia_etnica"])


def slip(client, made, **told):
    page = client.get(f"/urna/{made.uuid}/sobre-usted")
    sent = {"submission": field(page, "submission")} | told
    return client.post(f"/urna/{made.uuid}/sobre-usted", data=sent), sent


def slips() -> int:
    rows = select(func.count()).where(SealedPaper.kind == PaperKind.SLIP)
    return db.session.scalar(rows) or 0


def test_a_slip_is_kept_once_and_thanked(client, asking):
    done, sent = slip(client, asking, v_curso_vida="AD")
    assert done.status_code == 303
    client.post(f"/urna/{asking.uuid}/sobre-usted", data=sent)
    assert slips() == 1
    assert "Gracias. Quedó guardado" in client.get(done.location).text


def test_a_browser_stores_the_empty_slip_and_never_an_answer(client, asking):
    path = f"/urna/{asking.uuid}/sobre-usted"
    empty = client.get(path)
    assert empty.headers["Cache-Control"] == "private, max-age=0"
    [form] = Forms(empty.text, empty.request.full_path).forms
    assert form.action == empty.request.full_path
    rejected, _ = slip(client, asking)
    assert (rejected.status_code, rejected.headers["Cache-Control"]) == (422, "no-store")
    done, _ = slip(client, asking, v_curso_vida="AD")
    assert (done.status_code, done.headers["Clear-Site-Data"]) == (303, '"cache"')
    kiosk = client.get(f"{path}?quiosco=1")
    assert kiosk.headers["Cache-Control"] == "no-store"
    assert kiosk.request.full_path == f"{path}?quiosco=1"


def test_the_notice_stands_before_the_first_question_and_all_is_optional(client, asking):
    text = client.get(f"/urna/{asking.uuid}/sobre-usted").text
    assert text.index("Sus datos personales") < text.index("v_curso_vida")
    assert text.index("Con estas respuestas no se llega a su papeleta.") < text.index(
        "v_curso_vida"
    )
    assert "Prefiero no responder" in text


def test_nothing_leads_from_a_slip_to_a_ballot(client, asking):
    """Nor from the page of the ballot: the browser is told not to say where it came from."""
    tracker = asking.cast(0, YES).tracker
    ballot = client.get(f"/urna/{asking.uuid}/papeletas", query_string={"rastreo": tracker}).text
    link = re.search(rf'<a [^>]*href="/urna/{asking.uuid}/sobre-usted"', ballot)[0]
    assert 'rel="noreferrer"' in link
    page = client.get(f"/urna/{asking.uuid}/sobre-usted").text
    done, _ = slip(client, asking, v_curso_vida="AD")
    for text in (page, client.get(done.location).text):
        assert "rastreo" not in text
        assert "/papeletas" not in text


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        ({}, "No marcó nada."),
        ({"v_curso_vida": "ZZ"}, "Elija una de las opciones de la lista"),
        ({"v_pertenencia_etnica": "IN"}, "Marque la autorización o deje en blanco"),
        ({"v_curso_vida": "AD", "submission": "x"}, "Esta página llevaba mucho tiempo abierta."),
    ],
    ids=["nothing", "unknown", "sensitive without consent", "no token"],
)
def test_a_slip_that_cannot_be_kept_says_why(client, asking, told, sentence):
    page, _ = slip(client, asking, **told)
    assert page.status_code == 422
    assert sentence in page.text
    assert slips() == 0


def test_slips_come_in_until_somebody_closes_the_box(client, asking, at):
    moment = asking.box.closes_at + timedelta(minutes=1)
    at(moment.year, moment.month, moment.day, moment.hour, moment.minute)
    assert slip(client, asking, v_curso_vida="AD")[0].status_code == 303
    city.close(asking)
    assert "Esta urna cerró" in client.get(f"/urna/{asking.uuid}/sobre-usted").text
    late = client.post(f"/urna/{asking.uuid}/sobre-usted", data={"v_curso_vida": "AD"})
    assert late.status_code == 409
    assert slips() == 1
    assert clock.now() == moment.replace(second=0, microsecond=0)


def test_a_box_that_asks_nothing_has_no_slip(client, app):
    made = city.opened(BoxKind.CODES)
    assert client.get(f"/urna/{made.uuid}/sobre-usted").status_code == 404
    assert client.get(f"/urna/{made.uuid}/sobre-usted/gracias").status_code == 404


def test_slips_are_told_as_totals_when_the_box_is_counted(client, asking):
    for voter in range(6):
        asking.cast(voter, YES)
        slip(client, asking, v_curso_vida="AD")
    assert "Quiénes contestaron" not in client.get(f"/urna/{asking.uuid}/resultados").text
    city.finish(asking)
    assert db.session.scalar(select(func.count(PopulationSlip.id))) == 6
    text = client.get(f"/urna/{asking.uuid}/resultados").text
    assert "Quiénes contestaron sobre sí mismos" in text


# ---- what a code can still do


def state(client, made, voter=0, body=None):
    digest = credential_digest(made.holders[voter].public)
    answer = client.post(f"/urna/{made.uuid}/codigo", data=digest if body is None else body)
    assert answer.status_code == 200
    return answer.json["state"], answer.json["problem"]


def test_a_code_is_told_what_it_can_do_before_anybody_answers_with_it(client, app):
    made = city.opened(BoxKind.CODES)
    city.void(made, 1)
    assert state(client, made) == ("new", "")
    made.cast(0, YES)
    assert state(client, made) == ("used", casting.ALREADY)
    assert state(client, made, 1) == ("void", casting.VOID)
    stranger = credential_digest(credentials.derive(credentials.new_code(), made.uuid).public)
    assert state(client, made, body=stranger) == ("unknown", casting.FOREIGN)


def test_where_a_vote_can_be_changed_the_page_learns_whether_to_ask_for_the_digits(client, app):
    made = city.draft(BoxKind.CODES, takes_last=True)
    city.give_second_parts(made, "482173", voters=(0,))
    city.open_now(made)
    assert [state(client, made, voter)[0] for voter in (0, 1)] == ["new", "new"]
    made.cast(0, YES)
    made.cast(1, YES)
    assert [state(client, made, voter)[0] for voter in (0, 1)] == ["second", "again"]


@pytest.mark.parametrize("body", ["", "a" * 63, "A" * 64, "a" * 65, "ñ" * 64, "\x00" * 64, b"\xff"])
def test_what_is_no_digest_is_of_no_code(client, app, body):
    made = city.opened(BoxKind.CODES)
    assert state(client, made, body=body)[0] == "unknown"


def test_the_state_of_a_code_tells_nothing_that_the_archive_does_not(client, app):
    """Whoever downloads it computes the same: the roll, and the credential of each ballot."""
    made = city.opened(BoxKind.CODES)
    made.cast(3, YES)
    read = made.verify()
    voted = {one.credential for one in read.ballots}
    for voter, holder in enumerate(made.holders):
        told = "used" if holder.public in voted else "new"
        assert state(client, made, voter)[0] == told


def test_an_open_consultation_has_no_codes_to_ask_about(client, app):
    made = city.opened(BoxKind.OPEN)
    assert client.post(f"/urna/{made.uuid}/codigo", data="a" * 64).status_code == 404


# ---- a second vote


@pytest.fixture
def changeable(app):
    made = city.draft(BoxKind.CODES, takes_last=True)
    city.give_second_parts(made, "482173")
    return city.open_now(made)


def test_a_second_vote_needs_the_digits_in_the_header_beside_the_ballot(client, changeable):
    made = changeable
    first = deposit(client, made, made.ballot(0, YES)).json["tracker"]
    version = {"Page-Version": pages.version()}
    refused = deposit(client, made, made.ballot(0, NO), headers=version)
    assert (refused.status_code, refused.json["field"]) == (409, "second")
    assert refused.json["problem"] == second_vote.NEEDED
    wrong = version | {"Second-Part": "482174"}
    for _ in range(2):
        refused = deposit(client, made, made.ballot(0, NO), headers=wrong)
    assert "Quedan 3 intentos." in refused.json["problem"], "a refusal keeps its count"
    assert in_the_box() == 1
    done = deposit(client, made, made.ballot(0, NO), headers=version | {"Second-Part": "482173"})
    assert done.status_code == 200
    page = client.get(f"/urna/{made.uuid}/papeletas", query_string={"rastreo": first})
    assert "Esta papeleta fue reemplazada." in page.text


def test_the_server_that_encrypts_asks_for_the_digits_at_their_field(client, changeable):
    made = changeable
    made.cast(0, NO)
    _, sent = assisted(client, made)
    refused = client.post(f"/urna/{made.uuid}/asistida", data=sent | {"confirm": "1"})
    assert refused.status_code == 422
    assert '<a href="#second">Con este código ya se votó' in refused.text
    bad = client.post(f"/urna/{made.uuid}/asistida", data=sent | {"second": "1234", "confirm": "1"})
    assert '<a href="#second">Son 6 cifras.' in bad.text
    review = client.post(f"/urna/{made.uuid}/asistida", data=sent | {"second": "482 173"})
    assert 'name="second" value="482 173"' in review.text
    done = client.post(
        f"/urna/{made.uuid}/asistida", data=sent | {"second": "482 173", "confirm": "1"}
    )
    assert done.status_code == 303
    assert in_the_box() == 2


def test_where_cards_have_no_digits_the_server_asks_for_none(client, app):
    made = city.opened(BoxKind.CODES, takes_last=True)
    assert 'name="second"' not in client.get(f"/urna/{made.uuid}/asistida").text


# ---- a page left open while the server changed


def test_a_page_older_than_the_server_still_votes(client, app):
    """With another version, or from before pages said theirs."""
    made = city.opened(BoxKind.CODES)
    old = deposit(client, made, made.ballot(0, YES), headers={"Page-Version": "of last year"})
    older = deposit(client, made, made.ballot(1, YES))
    assert (old.status_code, older.status_code) == (200, 200)


def test_a_page_whose_ballot_is_not_understood_any_more_is_told_to_load_again(client, app):
    made = city.opened(BoxKind.CODES)
    strange = made.ballot(0, YES)[:-1]
    old = deposit(client, made, strange, headers={"Page-Version": "of last year"})
    assert (old.status_code, old.json["field"]) == (422, "page")
    assert "Recárguela y vote otra vez." in old.json["problem"]
    current = deposit(client, made, strange, headers={"Page-Version": pages.version()})
    assert current.json == {"problem": "La papeleta no es JSON.", "field": ""}
    older = deposit(client, made, strange)
    assert older.json["problem"].startswith("La papeleta no es JSON. Si la página llevaba tiempo")


def test_a_page_from_before_the_digits_is_told_where_to_write_them(client, changeable):
    made = changeable
    deposit(client, made, made.ballot(0, YES))
    refused = deposit(client, made, made.ballot(0, NO))
    assert refused.json["problem"].endswith("Para escribirlas, recargue la página.")


def test_after_five_wrong_tries_nobody_is_told_to_reload(client, changeable):
    made = changeable
    deposit(client, made, made.ballot(0, YES))
    wrong = {"Second-Part": "000000"}
    told = [deposit(client, made, made.ballot(0, NO), headers=wrong).json for _ in range(6)]
    assert told[0]["problem"].endswith("Para escribirlas, recargue la página.")
    for spent in told[4:]:
        assert spent == {"problem": second_vote.SPENT, "field": "second"}


# ---- a form that voted, with something else in it


def test_a_form_that_voted_is_refused_with_another_card_and_votes_when_sent_again(client, app):
    made = city.opened(BoxKind.CODES)
    _, sent = assisted(client, made, confirm="1")
    assert in_the_box() == 1
    other = sent | {"code": made.codes[1]}
    refused = client.post(f"/urna/{made.uuid}/asistida", data=other)
    assert refused.status_code == 422
    assert "Con este formulario ya se votó con otra tarjeta" in refused.text
    assert in_the_box() == 1
    fresh = other | {"submission": field(refused, "submission")}
    assert client.post(f"/urna/{made.uuid}/asistida", data=fresh).status_code == 303
    assert in_the_box() == 2


def test_a_form_that_voted_says_that_a_change_was_not_taken(client, app):
    made = city.opened(BoxKind.CODES)
    done, sent = assisted(client, made, confirm="1")
    refused = client.post(f"/urna/{made.uuid}/asistida", data=sent | {"q1": "1"})
    assert refused.status_code == 422
    assert "este cambio no se tomó" in refused.text
    tracker = parse_qs(urlsplit(done.location).query)["rastreo"][0]
    assert tracker[:12] in html.unescape(refused.text)
    same = client.post(f"/urna/{made.uuid}/asistida", data=sent)
    assert same.location == done.location


def test_after_the_end_a_form_that_voted_leads_to_its_ballot_and_to_no_other(client, app, at):
    at(2027, 3, 1, 15)
    made = city.opened(BoxKind.CODES)
    done, sent = assisted(client, made, confirm="1")
    at(2027, 3, 4, 16)
    assert client.post(f"/urna/{made.uuid}/asistida", data=sent).location == done.location
    other = client.post(f"/urna/{made.uuid}/asistida", data=sent | {"code": made.codes[1]})
    assert other.status_code == 409
    assert "ya se votó con otra tarjeta" in other.text


def test_only_the_kiosk_may_use_a_camera(client, app):
    made = city.opened(BoxKind.CODES)
    kiosk = client.get(f"/urna/{made.uuid}/quiosco").headers["Permissions-Policy"]
    assert "camera=(self)" in kiosk
    assert "microphone=()" in kiosk
    for path in ("", "/asistida", "/papeletas"):
        headers = client.get(f"/urna/{made.uuid}{path}").headers
        assert "camera=()" in headers["Permissions-Policy"]
