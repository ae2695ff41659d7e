"""Interoperability with belenios-tool 2.0, in both directions."""

import json
import os
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from participa.ballots.commands import cli
from participa.belenios import (
    archive,
    ballot,
    canonical,
    credentials,
    election,
    questions,
    roll,
    tally,
    trustees,
    verifier,
)
from participa.belenios.archive import Chain
from participa.belenios.groups import BELENIOS_2048, RFC_3526_2048
from participa.belenios.questions import BLANK
from participa.belenios.verifier import Rejected
from tests.belenios.builders import SECRETS, UUID, VECTORS, box, file_of
from tests.conftest import need

pytestmark = pytest.mark.slow

TOOL = shutil.which("belenios-tool")


class Tool:
    """belenios-tool, working in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(exist_ok=True)

    def run(self, *arguments: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            [TOOL, *arguments],
            cwd=self.folder,
            input=given,
            capture_output=True,
            env=os.environ | {"BELENIOS_USE_URANDOM": "1"},
            check=False,
        )

    def __call__(self, *arguments: str, given: bytes = b"") -> bytes:
        done = self.run(*arguments, given=given)
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout

    def write(self, name: str, body: bytes) -> None:
        (self.folder / name).write_bytes(body)

    def one(self, pattern: str) -> Path:
        (path,) = self.folder.glob(pattern)
        return path

    def accepts(self, raw: bytes) -> bool:
        for path in self.folder.glob("*.bel"):
            path.unlink()
        self.write(f"{UUID}.bel", raw)
        done = self.run("election", "verify")
        return done.returncode == 0 and b"all checks passed" in done.stderr + done.stdout

    def vote(self, code: str, vectors: list[list[int]]) -> bytes:
        self.write("code", code.encode())
        self.write("vote.json", json.dumps(vectors).encode())
        made = self("election", "generate-ballot", "--privcred", "code", "--ballot", "vote.json")
        return made.strip()

    def add(self, kind: str, *parts: bytes) -> None:
        lines = b"".join(part + b"\n" for part in parts)
        self("archive", "add-event", f"--type={kind}", given=lines)


@pytest.fixture
def tool(tmp_path) -> Tool:
    if TOOL is None:
        need("urna", "sudo apt install belenios-tool")
    return Tool(tmp_path / "tool")


TOPICS = questions.several_of("¿Qué temas?", ("Salud", "Educación", "Vías"), 1, 2)
YES_NO = questions.yes_no("¿Aprueba?")
APPROVAL = questions.yes_no("¿Aprueba la gestión?", has_blank=True)


def test_our_archive_with_revotes_and_blank_votes_is_accepted(tool):
    made = box(TOPICS, APPROVAL, voters=3, keys=2)
    cast = [
        made.ballot(0, {0, 1}, {0}),
        made.ballot(1, {2}, BLANK),
        made.ballot(0, {1}, {1}),
    ]
    raw = file_of(made, cast).bytes()
    assert verifier.verify(raw).counts == [[0, 1, 1], [1, 0, 1]]
    assert tool.accepts(raw)


def test_our_archive_without_ballots_is_accepted(tool):
    raw = file_of(box(TOPICS, APPROVAL), []).bytes()
    assert verifier.verify(raw).is_finished
    assert tool.accepts(raw)


def test_our_kinds_of_questions_are_accepted(tool):
    made = box(
        questions.one_of("¿Cuál?", ("A", "B"), has_blank=True),
        questions.approve("¿Cuáles?", ("A", "B"), has_blank=True),
        questions.scale("¿Cómo califica?", ("1", "2", "3")),
        questions.priorities("¿Qué primero?", ("A", "B", "C"), 2),
        voters=1,
    )
    raw = file_of(made, [made.ballot(0, BLANK, set(), {2}, {0, 2})]).bytes()
    assert verifier.verify(raw).counts == [[1, 0, 0], [0, 0, 0], [0, 0, 1], [1, 0, 1]]
    assert tool.accepts(raw)


@pytest.mark.parametrize("path", sorted(VECTORS.glob("honest/*.bel")), ids=lambda path: path.stem)
def test_the_honest_archives_are_accepted_by_both(tool, path):
    assert tool.accepts(path.read_bytes())


OURS_IS_STRICTER = {
    "ballots-after-close": True,
    "credential-not-on-roll": False,
    "decrypted-before-close": True,
    "false-encrypted-tally": True,
    "false-result": False,
    "invalid-proof-counted": False,
    "same-ballot-twice": True,
    "threshold-key-of-no-share": False,
    "threshold-too-few-parts": False,
}


@pytest.mark.parametrize(("name", "passes"), OURS_IS_STRICTER.items(), ids=OURS_IS_STRICTER)
def test_what_only_our_verifier_rejects_is_what_the_document_says(tool, name, passes):
    raw = (VECTORS / "invalid" / f"{name}.bel").read_bytes()
    assert tool.accepts(raw) is passes
    with pytest.raises(Rejected):
        verifier.verify(raw)


def test_a_later_copy_continues_an_earlier_one_for_both(tool, tmp_path):
    made = box(voters=2)
    cast = [made.ballot(0, {0}), made.ballot(1, {1})]
    copies = {
        "before": file_of(made, cast, until="Ballot").bytes(),
        "after": file_of(made, cast).bytes(),
        "dropped": file_of(made, cast[1:]).bytes(),
    }
    for name, raw in copies.items():
        Tool(tool.folder / name).write(f"{UUID}.bel", raw)
    compare = ("election", "verify-diff", "--dir1", "before", "--dir2")
    assert tool.run(*compare, "after").returncode == 0
    assert tool.run(*compare, "dropped").returncode != 0
    assert verifier.verify(copies["after"], copies["before"]).is_finished
    with pytest.raises(Rejected, match="no continúa la copia anterior"):
        verifier.verify(copies["dropped"], copies["before"])


def test_one_election_is_made_half_by_the_tool_and_half_by_us(tool, tmp_path):
    # Given: one trustee and two voters of each kind.
    tool("setup", "generate-trustee-key", "--group", "BELENIOS-2048")
    theirs = trustees.read_one(
        BELENIOS_2048, json.loads(tool.one("*.pubkey").read_bytes()), "El custodio"
    )
    both = [trustees.make(BELENIOS_2048, SECRETS[0], "Personería"), theirs]
    tool("setup", "generate-credentials", "--uuid", UUID, "--group", "BELENIOS-2048", "--count=2")
    their_codes = [line.split()[-1] for line in tool.one("*.privcreds").read_text().splitlines()]
    our_codes = [credentials.new_code() for _ in range(2)]
    holders = [credentials.derive(code, UUID) for code in (*their_codes, *our_codes)]
    named = tool.one("*.pubcreds").read_bytes()
    assert b",,2" in named, "2.0 writes who has which credential"
    plain = roll.from_registrar(BELENIOS_2048, named)
    assert plain == credentials.public_roll(holders[:2])
    assert [credentials.read_code(code) for code in their_codes] == their_codes

    # When: the box opens with our records in the tool's archive, and all four vote.
    key = trustees.public_key(BELENIOS_2048, both)
    asked = election.make(UUID, "Mitad y mitad", "", key, (APPROVAL,), "Planeación")
    tool.write("election.json", asked.raw)
    tool.write("trustees.json", trustees.write(both))
    tool.write("public_creds.json", credentials.public_roll(holders))
    tool("archive", "init")
    cast = [
        tool.vote(their_codes[0], [[0, 1, 0]]),
        ballot.make(asked, holders[1].secret, [BLANK]),
        tool.vote(our_codes[0], [[1, 0, 0]]),
        ballot.make(asked, holders[3].secret, [{1}]),
    ]
    for raw in cast:
        tool.add("Ballot", raw)
    for raw in (cast[0], cast[2]):  # what the box does with a ballot that the tool made
        ballot.check(asked, ballot.read(asked, raw))
    tool.add("EndBallots")

    # Then: both add up to the same bytes, open together, and agree on every byte of the file.
    totals = tally.encrypted_totals(asked, [ballot.read(asked, raw) for raw in cast])
    sized = tally.sized_record(4, tally.totals_record(totals))
    summed = tool("election", "compute-encrypted-tally").splitlines()
    assert summed == [tally.totals_record(totals), sized]
    tool.add("EncryptedTally", *summed)
    ours = open_with_our_command(tmp_path, tool.one("*.bel"))
    tool.add("PartialDecryption", *ours)
    opened = tool(
        *("election", "decrypt", "--trustee-id=2", "--privkey", tool.one("*.privkey").name)
    )
    tool.add("PartialDecryption", *opened.splitlines())
    result = tool("election", "compute-result").strip()
    assert result == tally.result_record([[2, 1, 1]])
    tool.add("Result", result)
    whole = tool.one("*.bel").read_bytes()
    assert verifier.verify(whole).counts == [[2, 1, 1]]
    assert tool.accepts(whole)
    assert whole == written_by_us(whole)


def open_with_our_command(folder: Path, file: Path) -> list[bytes]:
    (folder / "llave").write_bytes(trustees.write_secret(SECRETS[0]))
    words = ["decrypt", "--key", f"{folder}/llave", "--archive", str(file), "--out"]
    done = CliRunner().invoke(cli.urna, [*words, f"{folder}/parte"])
    assert done.exit_code == 0, done.output
    return (folder / "parte").read_bytes().splitlines()[:2]  # the third is for refuerzo.json


def written_by_us(whole: bytes) -> bytes:
    moment = archive.timestamp_of(whole)
    chain, grown, pending = Chain(moment), archive.beginning(moment), []
    for record in archive.read(whole):
        if record.is_event:
            more, chain = chain.add(json.loads(record.body)["type"], *pending)
            grown, pending = grown + more, []
        else:
            pending.append(record.body)
    return grown


def test_an_election_of_the_tool_in_the_other_group_is_verified(tool):
    group = ("--group", "RFC-3526-2048")
    tool("setup", "generate-trustee-key", *group)
    tool.write("public_keys.jsons", tool.one("*.pubkey").read_bytes().strip())
    tool("setup", "make-trustees")
    tool("setup", "generate-credentials", "--uuid", UUID, *group, "--count=1")
    named = tool.one("*.pubcreds").read_bytes()
    tool.write("public_creds.json", roll.from_registrar(RFC_3526_2048, named))
    template = {"description": "", "name": "Otra", "questions": [YES_NO.record()]}
    tool.write("template.json", canonical.write(template))
    tool("setup", "make-election", "--uuid", UUID, *group, "--template", "template.json")
    tool("archive", "init")
    code = tool.one("*.privcreds").read_text().split()[-1]
    tool.add("Ballot", tool.vote(code, [[1, 0]]))
    tool.add("EndBallots")
    tool.add("EncryptedTally", *tool("election", "compute-encrypted-tally").splitlines())
    key = ("--privkey", tool.one("*.privkey").name, "--trustee-id=1")
    tool.add("PartialDecryption", *tool("election", "decrypt", *key).splitlines())
    tool.add("Result", tool("election", "compute-result").strip())
    verified = verifier.verify(tool.one("*.bel").read_bytes())
    assert verified.election.group.name == "RFC-3526-2048"
    assert verified.counts == [[1, 0]]


@pytest.mark.parametrize(
    "words",
    ["a\x7fb", '👩🏽\u200d🦽 "q" \\ / \u2028 \t\x01 é', "<&>"],
    ids=["delete", "many characters", "markup"],
)
def test_strange_words_are_written_alike_by_both(tool, words):
    asked = (questions.one_of(words, (words, "No")),)
    made = box(*asked)
    renamed = election.make(UUID, words, words, made.election.public_key, asked)
    assert tool.accepts(file_of(replace(made, election=renamed), [], until="Setup").bytes())
    record = json.loads(trustees.write(trustees.read(BELENIOS_2048, made.trustees)))[0][1]
    tool.write("public_keys.jsons", canonical.write(record))
    template = {"description": words, "name": words, "questions": [asked[0].record()]}
    tool.write("template.json", json.dumps(template, ensure_ascii=False).encode())
    tool("setup", "make-trustees")
    group = ("--group", "BELENIOS-2048", "--uuid", UUID)
    tool("setup", "make-election", *group, "--template", "template.json")
    assert (tool.folder / "election.json").read_bytes().strip() == renamed.raw
