"""Threshold groups of trustees with belenios-tool 2.0, in both directions.

The two ceremonies differ, and a trustee of one cannot take part in the other. The records that
follow from them do not differ.
"""

import json

import pytest

from participa.belenios import (
    archive,
    ballot,
    canonical,
    credentials,
    election,
    questions,
    tally,
    trustees,
    verifier,
)
from participa.belenios.archive import Chain
from participa.belenios.groups import BELENIOS_2048
from tests.belenios.builders import MOMENT, SECRETS, UUID, file_of
from tests.belenios.groups_of_keys import key_group, threshold_box
from tests.belenios.test_belenios import Tool

pytestmark = pytest.mark.slow

GROUP = ("--group", "BELENIOS-2048")
KEYS = "generate-trustee-key-threshold"
ASKED = questions.one_of("¿Qué parque?", ("Norte", "Sur"), has_blank=True)


class TrusteesOfTheTool:
    """Trustees who hold their ceremony with belenios-tool, in its six steps."""

    def __init__(self, tool: Tool, needed: int, count: int) -> None:
        self.tool = tool
        for _ in range(count):
            tool("setup", KEYS, *GROUP, "--step", "1")
        self.names = sorted(path.stem for path in tool.folder.glob("*.cert"))
        self.gather("certs.jsons", *(self.read(name, "cert") for name in self.names))
        certs = ("--certs", "certs.jsons")
        tool("setup", KEYS, *GROUP, "--step", "2", *certs)
        polynomials = [
            self.step(3, name, "--threshold", str(needed)).strip() for name in self.names
        ]
        self.gather("polynomials.jsons", *polynomials)
        shared = (*certs, "--polynomials", "polynomials.jsons")
        tool("setup", KEYS, *GROUP, "--step", "4", *shared)
        outputs = [self.step(5, name, given=self.read(name, "vinput")) for name in self.names]
        given = b"".join(outputs)
        made = tool("setup", KEYS, *GROUP, "--step", "6", *shared, given=given)
        tool.write("threshold.json", made.strip())

    def step(self, number: int, name: str, *words: str, given: bytes = b"") -> bytes:
        own = ("--certs", "certs.jsons", "--key", f"{name}.key", "--step", str(number))
        return self.tool("setup", KEYS, *GROUP, *own, *words, given=given)

    def read(self, name: str, ending: str) -> bytes:
        return (self.tool.folder / f"{name}.{ending}").read_bytes().strip()

    def gather(self, file: str, *lines: bytes) -> None:
        self.tool.write(file, b"".join(line + b"\n" for line in lines))

    def record(self, *alone: bytes) -> bytes:
        """The trustees record, with these trustees who are needed besides."""
        self.gather("public_keys.jsons", *alone)
        self.tool("setup", "make-trustees")
        return (self.tool.folder / "trustees.json").read_bytes().strip()

    def decrypt(self, place: int, number: int | None = None) -> list[bytes]:
        """The partial decryption of the trustee at this place of the group."""
        name = self.names[place - 1]
        words = ("--key", f"{name}.key", "--decryption-key", f"{name}.dkey")
        owner = ("--trustee-id", str(number or place))
        return self.tool("election", "decrypt-threshold", *words, *owner).splitlines()


def begin(tool: Tool, record: bytes) -> election.Election:
    """A box of the tool under these trustees, closed and added up, with three ballots of ours."""
    key = trustees.read(BELENIOS_2048, record).public_key()
    asked = election.make(UUID, "Parques", "", key, (ASKED,))
    holders = [credentials.derive(credentials.new_code(), UUID) for _ in range(3)]
    tool.write("election.json", asked.raw)
    tool.write("trustees.json", record)
    tool.write("public_creds.json", credentials.public_roll(holders))
    tool("archive", "init")
    for holder, vote in zip(holders, ({0}, {1}, {1}), strict=True):
        tool.add("Ballot", ballot.make(asked, holder.secret, [vote]))
    tool.add("EndBallots")
    tool.add("EncryptedTally", *tool("election", "compute-encrypted-tally").splitlines())
    return asked


def finish(tool: Tool) -> bytes:
    result = tool("election", "compute-result").strip()
    tool.add("Result", result)
    return tool.one("*.bel").read_bytes()


@pytest.mark.parametrize(
    ("needed", "opening"), [(2, (3, 1)), (2, (2, 3)), (2, (1, 2, 3)), (3, (1, 2, 3))]
)
def test_an_election_of_the_tool_is_accepted_here(belenios, needed, opening):
    group = TrusteesOfTheTool(belenios, needed, 3)
    begin(belenios, group.record())
    for place in opening:
        belenios.add("PartialDecryption", *group.decrypt(place))
    raw = finish(belenios)
    assert belenios.accepts(raw)
    verdict = verifier.verify(raw)
    assert verdict.counts == [[0, 1, 2]]
    assert verdict.trustees.threshold == needed
    assert list(verdict.partials) == list(opening)


def test_the_record_of_the_tool_is_the_one_that_is_written_here(belenios):
    group = TrusteesOfTheTool(belenios, 2, 3)
    raw = group.record()
    ((_, value),) = json.loads(raw)
    certs = [trustees.read_certificate(BELENIOS_2048, one, "") for one in value["certs"]]
    commitments = [
        trustees.read_commitments(BELENIOS_2048, cert.verification, 2, one, "")
        for cert, one in zip(certs, value["coefexps"], strict=True)
    ]
    listed = trustees.read(BELENIOS_2048, raw)
    item = trustees.threshold_item(2, certs, commitments, list(listed))
    assert canonical.write([item]) == raw


def test_a_group_and_a_trustee_who_is_needed_besides_are_read_alike(belenios):
    group = TrusteesOfTheTool(belenios, 2, 3)
    alone = trustees.make(BELENIOS_2048, SECRETS[0], "Personería")
    record = group.record(canonical.write(alone.record()))
    asked = begin(belenios, record)
    listed = trustees.read(BELENIOS_2048, record)
    own = next(n for n, one in enumerate(listed, 1) if one.public_key == alone.public_key)
    before = 1 if own == 1 else 0
    read = verifier.verify(belenios.one("*.bel").read_bytes())
    for place in (1, 3):
        belenios.add("PartialDecryption", *group.decrypt(place, place + before))
    incomplete = belenios.run("election", "compute-result")
    assert incomplete.returncode != 0
    part = tally.decrypt(asked, read.totals, SECRETS[0]).record()
    belenios.add("PartialDecryption", part, tally.owned_record(own, part))
    raw = finish(belenios)
    assert belenios.accepts(raw)
    verdict = verifier.verify(raw)
    assert (verdict.counts, verdict.trustees.threshold) == ([[0, 1, 2]], 3)


@pytest.mark.parametrize(
    ("needed", "count", "opening"),
    [
        (2, 3, (1, 2)),
        (2, 3, (3, 1)),
        (2, 3, (3, 2, 1)),
        (3, 5, (5, 2, 4)),
        (8, 9, tuple(range(2, 10))),
    ],
)
def test_an_election_made_here_is_accepted_by_the_tool(belenios, needed, count, opening):
    made = threshold_box(key_group(needed, count), ASKED)
    cast = [made.ballot(0, {0}), made.ballot(1, questions.BLANK)]
    raw = file_of(made, cast, openers=opening).bytes()
    assert verifier.verify(raw).counts == [[1, 1, 0]]
    assert belenios.accepts(raw)


def test_names_of_trustees_are_accepted_by_the_tool(belenios):
    group = key_group(2, 3)
    ((kind, value),) = json.loads(group.record)
    for n, key in enumerate(value["verification_keys"]):
        key["name"] = f"Custodio {n}"
    made = threshold_box(group, ASKED)
    setup = [made.election.raw, canonical.write([[kind, value]]), made.roll]
    first, _ = Chain(MOMENT).add("Setup", *setup, archive.setup_record(*setup))
    raw = archive.beginning(MOMENT) + first
    assert belenios.accepts(raw)
    assert [one.name for one in verifier.verify(raw).trustees] == [
        f"Custodio {n}" for n in range(3)
    ]


def test_what_trustees_here_decrypt_opens_a_box_in_the_tool(belenios):
    """The group is ours; box, sum and result are those of belenios-tool."""
    group = key_group(2, 3)
    asked = begin(belenios, group.record)
    read = verifier.verify(belenios.one("*.bel").read_bytes())
    for number in (3, 1):
        part = tally.decrypt(asked, read.totals, group.shares[number - 1]).record()
        belenios.add("PartialDecryption", part, tally.owned_record(number, part))
    raw = finish(belenios)
    assert belenios.accepts(raw)
    assert verifier.verify(raw).counts == [[0, 1, 2]]
