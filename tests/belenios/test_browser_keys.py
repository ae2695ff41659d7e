"""Keys and their paper copies made in the browser, and the bundles of its modules."""

import json
import re

import pytest

from participa.belenios import canonical, trustees
from participa.belenios.bundles import browser_files
from participa.belenios.groups import BELENIOS_2048
from tests.belenios.builders import SECRETS

ROWS = "(m, key) => m.paperRows(BigInt(key))"


@pytest.mark.parametrize("name", ["", "Personería «Ñ»"])
def test_a_key_of_the_browser_is_a_key_for_python(modules, name):
    answer = modules.ask(
        """async (m, name) => {
          const { secret, record } = await m.newKey(name);
          return [m.writeSecret(secret), record];
        }""",
        name,
        of=["trustees"],
    )["result"]
    file, record = answer
    secret = trustees.read_secret(BELENIOS_2048, file.encode())
    read = trustees.read_one(BELENIOS_2048, json.loads(record), "El custodio")
    assert read.public_key == BELENIOS_2048.generator.power(secret)
    assert read.name == (name or None)
    assert canonical.write(read.record()).decode() == record


def test_a_key_comes_back_from_its_paper_copy(modules):
    rows = modules.ask(ROWS, str(SECRETS[0]), of=["paper"])["result"]
    assert [len(row) for row in rows] == [19] * 4
    typed = "\n".join(rows).lower().replace("-", " ").replace("0", "o").replace("1", "l")
    numbered = "\n".join(f"{number}  {row}" for number, row in enumerate(rows, start=1))
    for words in ("\n".join(rows), "".join(rows), typed, numbered):
        answer = modules.ask("(m, typed) => m.readPaper(typed)", words, of=["paper"])
        assert answer == {"result": str(SECRETS[0])}


def test_a_wrong_sign_on_the_paper_is_found_in_its_row(modules):
    rows = modules.ask(ROWS, str(SECRETS[0]), of=["paper"])["result"]
    read = "(m, typed) => m.readPaper(typed)"
    for number, row in enumerate(rows):
        character = "2" if row[5] != "2" else "3"
        typed = [*rows[:number], row[:5] + character + row[6:], *rows[number + 1 :]]
        answer = modules.ask(read, "\n".join(typed), of=["paper"])
        assert f"en el renglón {number + 1}." in answer["refused"]
    answer = modules.ask(read, "\n".join([rows[1], rows[0], *rows[2:]]), of=["paper"])
    assert "no son los de una llave" in answer["refused"]
    assert "Usted escribió 48" in modules.ask(read, "\n".join(rows[:3]), of=["paper"])["refused"]


def test_only_its_own_secret_opens_a_test_of_a_key(modules):
    record = canonical.write(trustees.make(BELENIOS_2048, SECRETS[0], "Comité").record()).decode()
    opens = "(m, [secret, record]) => m.opensTest(BigInt(secret), record)"
    for secret, expected in ((SECRETS[0], True), (SECRETS[1], False), (SECRETS[0] + 1, False)):
        answer = modules.ask(opens, [str(secret), record], of=["trustees"])
        assert answer == {"result": expected}


# ---- the bundles


def test_the_files_are_up_to_date():
    made = {
        browser_files.VOTING: browser_files.voting(),
        browser_files.CHALLENGE: browser_files.challenge(),
        browser_files.TRUSTEES: browser_files.trustees(),
        browser_files.REGISTRAR: browser_files.registrar(),
    }
    for place, text in made.items():
        stored = place.read_bytes()
        assert stored == text.encode(), "run: python3 -m participa.belenios.bundles.browser_files"


def test_the_document_prints_their_hashes():
    document = (browser_files.STATIC.parent / "docs" / "urna.md").read_text(encoding="utf-8")
    built = (browser_files.VOTING, browser_files.CHALLENGE)
    for place in (*built, browser_files.TRUSTEES, browser_files.REGISTRAR):
        digest = canonical.hex_digest(place.read_bytes())
        assert digest in document, f"write {digest} in docs/urna.md"


def test_modules_that_use_one_name_for_two_things_are_not_joined(tmp_path, monkeypatch):
    monkeypatch.setattr(browser_files, "HERE", tmp_path)
    (tmp_path / "one.js").write_text("export const same = 1;\n")
    (tmp_path / "two.js").write_text(
        'import { same } from "./one.js";\nexport function other() {}\n'
    )
    assert "import" not in browser_files.joined(["one", "two"])
    with pytest.raises(ValueError, match="must stand before it"):
        browser_files.joined(["two", "one"])
    (tmp_path / "two.js").write_text("function same() {}\n")
    with pytest.raises(ValueError, match="same"):
        browser_files.joined(["one", "two"])


def test_a_page_names_no_part_that_it_does_not_hold():
    for text in (browser_files.trustees(), browser_files.registrar()):
        body = text[: text.index("<script>")]
        assert "[[" not in body
        idents = re.findall(r' id="([^"]+)"', body)
        assert len(idents) == len(set(idents))
        named = set(re.findall(r' (?:for|aria-labelledby|aria-describedby)="([^"]+)"', body))
        assert named <= set(idents)
