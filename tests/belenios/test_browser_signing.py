"""Documents that are signed on the offline pages: what they show, refuse and make."""

import json

import pytest

from participa.belenios import canonical, roll, signatures, trustees
from participa.belenios.bundles import browser_files
from participa.belenios.canonical import Malformed
from participa.belenios.groups import BELENIOS_2048
from tests.belenios.browsing import packed
from tests.belenios.builders import SECRETS, holders
from tests.belenios.desks import Desk
from tests.belenios.test_custodios import ROLE

SIGN = "(m, { secret, raw }) => m.sign(BigInt(secret), bytes(raw))"
READ = "(m, raw) => m.readDocument(bytes(raw))"
NEITHER = "Ese archivo no es rol.json ni anuladas.json. Aquí solo se firman esos dos documentos."
PAGES = [browser_files.TRUSTEES, browser_files.REGISTRAR]


@pytest.fixture(params=PAGES, ids=["trustees", "registrar"])
def desk(chromium, tmp_path, request):
    open_desk = Desk(chromium, tmp_path, request.param)
    yield open_desk
    open_desk.close()


@pytest.fixture
def key(desk):
    return desk.write("llave", trustees.write_secret(SECRETS[0]))


def public_key() -> int:
    return BELENIOS_2048.generator.power(SECRETS[0])


def test_a_signature_of_the_browser_is_one_for_python(modules):
    document = "cualquier cosa: «ñ»\n".encode()
    given = {"secret": str(SECRETS[0]), "raw": packed(document)}
    raw = modules.ask(SIGN, given, of=["signatures"])["result"].encode()
    assert signatures.check(raw, document, public_key()) == public_key()
    assert list(json.loads(raw)) == list(json.loads(signatures.sign(SECRETS[0], document)))
    with pytest.raises(Malformed, match="otro documento"):
        signatures.check(raw, document + b" ", public_key())
    with pytest.raises(Malformed, match="otra llave"):
        signatures.check(raw, document, BELENIOS_2048.generator.power(SECRETS[1]))


@pytest.mark.parametrize("role", ["custodio", "registrador"])
def test_a_role_is_read_in_words_and_then_signed(desk, key, role):
    rolls = {"roll": "r" * 43, "seconds": "s" * 43} if role == "registrador" else {}
    raw = canonical.write(ROLE | {"role": role} | rolls)
    answer = desk.read_document(key, desk.write("rol.json", raw))
    promise = "ser custodio de la llave" if role == "custodio" else "ser registrador"
    told = (f"Que acepta {promise}", ROLE["box"], ROLE["uuid"], "Personería", "bbbb")
    for words in (*told, "¿Qué primero?", "Salud: ya", *(("rrrr", "ssss") if rolls else ())):
        assert words in answer
    assert ("Huella del padrón" in answer) is bool(rolls)
    signature = desk.saved("Firmar y guardar la firma")
    assert signature.name == "rol.firma.json"
    assert signatures.check(signature.read_bytes(), raw, public_key()) == public_key()
    assert desk.page.get_by_text("Listo: rol.firma.json.").is_visible()


def test_a_registrar_without_a_key_in_the_box_signs_as_well(desk, key):
    told = {"role": "registrador", "fingerprint": "", "roll": "r" * 43}
    answer = desk.read_document(key, desk.write("rol.json", canonical.write(ROLE | told)))
    assert "Huella del padrón" in answer
    assert "Huella de su parte pública" not in answer


def test_void_cards_are_counted_and_then_signed(desk, key):
    raw = roll.write(holder.public for holder in holders(3))
    answer = desk.read_document(key, desk.write("anuladas.json", raw))
    assert "Una lista de 3 tarjetas anuladas" in answer
    assert canonical.fingerprint(raw) in answer.replace("\n", "")
    signature = desk.saved("Firmar y guardar la firma")
    assert signature.name == "anuladas.firma.json"
    assert signatures.check(signature.read_bytes(), raw, public_key()) == public_key()


def test_the_paper_copy_signs_as_well(desk):
    private, _ = desk.make_key("Personería")
    document = desk.write("rol.json", canonical.write(ROLE))
    rows = "\n".join(desk.paper_rows())
    assert "Que acepta" in desk.read_document(None, document, rows)
    raw = desk.saved("Firmar y guardar la firma").read_bytes()
    secret = trustees.read_secret(BELENIOS_2048, private.read_bytes())
    key = BELENIOS_2048.generator.power(secret)
    assert signatures.check(raw, document.read_bytes(), key) == key


def test_a_name_cannot_disguise_the_page(desk, key):
    raw = canonical.write(ROLE | {"name": "Ana\u202eatsiraM\nUrna", "box": "Parque\u200b"})
    answer = desk.read_document(key, desk.write("rol.json", raw))
    assert "Ana�atsiraM�Urna" in answer
    assert "Parque�" in answer


def test_another_file_takes_the_words_away(desk, key):
    desk.read_document(key, desk.write("rol.json", canonical.write(ROLE)))
    desk.page.get_by_label("Documento", exact=True).set_input_files(desk.write("x", b"x"))
    assert desk.page.locator("#to-sign").is_hidden()


def test_what_is_missing_is_said_one_after_another(desk):
    assert desk.read_document(None, None) == "Escoja el documento: rol.json o anuladas.json."
    document = desk.write("rol.json", canonical.write(ROLE))
    assert "Escoja el archivo de su llave privada" in desk.read_document(None, document)


def test_no_other_file_is_signed(desk, key):
    private = trustees.write_secret(SECRETS[1])
    for name, raw in (("llave.json", private), ("foto", b"\xff\xd8"), ("carta.txt", b"Hola")):
        assert desk.read_document(key, desk.write(name, raw)) == NEITHER


REFUSED = {
    "an election": (canonical.write({"uuid": ROLE["uuid"]}), NEITHER),
    "a word": (b'"rol"', NEITHER),
    "null": (b"null", NEITHER),
    "no text": (b"\xff", NEITHER),
    "another version": (
        canonical.write(ROLE | {"version": 1}),
        "es de la versión 1, y debe ser la 2.",
    ),
    "another role": (canonical.write(ROLE | {"role": "alcalde"}), "no es de un custodio ni de un"),
    "another identifier": (
        canonical.write(ROLE | {"uuid": "../x"}),
        "tiene un «uuid» que no vale.",
    ),
    "no fingerprint of a trustee": (
        canonical.write(ROLE | {"fingerprint": ""}),
        "no dice la huella de la parte pública del custodio.",
    ),
    "a registrar without a roll": (
        canonical.write(ROLE | {"role": "registrador"}),
        "no dice la huella del padrón.",
    ),
    "a roll that is no fingerprint": (
        canonical.write(ROLE | {"roll": "corta"}),
        "«roll» no es una huella.",
    ),
    "a question that is no text": (canonical.write(ROLE | {"asked": [1]}), "«asked» no es un"),
    "a fingerprint that is none": (
        canonical.write(ROLE | {"fingerprint": "corta"}),
        "«fingerprint» no es una huella.",
    ),
    "one member more": (canonical.write(ROLE | {"pay": "1"}), "tiene un campo de más: «pay»."),
    "with spaces": (json.dumps(ROLE).encode(), "no está en la forma única"),
    "a name that is no text": (canonical.write(ROLE | {"name": 1}), "«name» no es un texto."),
    "a card twice": (canonical.write(["5", "5"]), "repite una tarjeta."),
    "a card that is none": (canonical.write(["K7QX"]), "no es un número decimal válido."),
    "a list of numbers": (b"[5]", "no es un número decimal válido."),
    "a list with a line feed": (b'["5"]\n', "no está en la forma única"),
}


@pytest.mark.parametrize(("raw", "sentence"), REFUSED.values(), ids=REFUSED)
def test_whatever_else_is_refused(modules, raw, sentence):
    answer = modules.ask(READ, packed(raw), of=["documents"])
    assert sentence in answer["refused"]
    assert answer["kind"] == "Malformed"
