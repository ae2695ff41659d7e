"""The verifier of the trustees' page accepts the archives that the strict verifier accepts.

An altered archive is rejected with the sentence of Python.
"""

import pytest

from participa.belenios import questions, verifier
from participa.belenios.verifier import Rejected
from tests.belenios import test_verifier_rejects as spoilt
from tests.belenios.browsing import packed
from tests.belenios.builders import VECTORS, box, file_of, honest, opened, resigned, small

VERIFY = """async ({ verify }, raw) => {
  const { head, numCounted, lastEvent, rollFingerprint } = await verify(bytes(raw));
  return { head, numCounted, lastEvent, rollFingerprint };
}"""


@pytest.mark.parametrize("path", sorted(VECTORS.glob("honest/*.bel")), ids=lambda path: path.stem)
def test_the_honest_archives_are_accepted(modules, path):
    raw = path.read_bytes()
    expected = verifier.verify(raw)
    answer = modules.ask(VERIFY, packed(raw))
    assert answer["result"] == {
        "head": expected.head,
        "numCounted": expected.num_counted,
        "lastEvent": expected.last_event,
        "rollFingerprint": expected.roll_fingerprint,
    }


# Only the whole verifier checks the result: the page refuses an archive that has one anyway.
OF_THE_RESULT = {"false-result", "threshold-too-few-parts"}


@pytest.mark.parametrize("path", sorted(VECTORS.glob("invalid/*.bel")), ids=lambda path: path.stem)
def test_the_invalid_archives_are_rejected_with_the_same_reason(modules, path):
    answer = modules.ask(VERIFY, packed(path.read_bytes()))
    if path.stem in OF_THE_RESULT:
        assert answer["result"]["lastEvent"] == "Result"
        return
    with pytest.raises(Rejected) as problem:
        verifier.verify(path.read_bytes())
    assert answer == {"refused": str(problem.value), "kind": "Rejected"}


def changed(kind, part, cases):
    """The honest archive with one record edited, once for each case."""
    for name, case in cases.items():
        edit = case[0] if isinstance(case, tuple) else case
        yield f"{kind} {part}: {name}", honest().change(kind, part, edit)


def altered():
    """The archives of test_verifier_rejects, by their fault."""
    for part, cases in enumerate([spoilt.ELECTION | spoilt.VOTED, spoilt.TRUSTEES, spoilt.ROLL]):
        yield from changed("Setup", part, cases)
    yield from changed("EncryptedTally", 0, spoilt.TOTALS)
    yield from changed("EncryptedTally", 1, spoilt.SIZES)
    yield from changed("PartialDecryption", 0, spoilt.PARTS)
    yield from changed("PartialDecryption", 1, spoilt.OWNERS)
    for name, (kind, members, _) in spoilt.EVENTS.items():
        yield f"event: {name}", honest().with_event(kind, **members)
    for name, (places, _) in spoilt.ORDERS.items():
        yield f"order: {name}", spoilt.order(*places)
    for name, (edit, _) in spoilt.BALLOTS.items():
        one = honest().copy()
        one.at("Ballot").parts[0] = edit(one.at("Ballot").parts[0])
        yield f"ballot: {name}", one


# JSON.parse keeps the last of two equal members, so the fault shows as another serialisation.
IN_OTHER_WORDS = {"ballot: with a member twice": "no está en la forma única"}
WITH_RESULT = {"order: a result with half of the decryption"}


@pytest.fixture(scope="module")
def files():
    return dict(altered())


NAMES = [
    *(f"Setup 0: {name}" for name in spoilt.ELECTION | spoilt.VOTED),
    *(f"Setup 1: {name}" for name in spoilt.TRUSTEES),
    *(f"Setup 2: {name}" for name in spoilt.ROLL),
    *(f"EncryptedTally 0: {name}" for name in spoilt.TOTALS),
    *(f"EncryptedTally 1: {name}" for name in spoilt.SIZES),
    *(f"PartialDecryption 0: {name}" for name in spoilt.PARTS),
    *(f"PartialDecryption 1: {name}" for name in spoilt.OWNERS),
    *(f"event: {name}" for name in spoilt.EVENTS),
    *(f"order: {name}" for name in spoilt.ORDERS),
    *(f"ballot: {name}" for name in spoilt.BALLOTS),
]


@pytest.mark.parametrize("name", NAMES)
def test_whatever_is_altered_is_rejected_with_the_same_reason(modules, files, name):
    raw = files[name].bytes()
    with pytest.raises(Rejected) as problem:
        verifier.verify(raw)
    answer = modules.ask(VERIFY, packed(raw))
    if name in WITH_RESULT:
        assert answer["result"]["lastEvent"] == "Result"
    elif name in IN_OTHER_WORDS:
        assert IN_OTHER_WORDS[name] in answer["refused"]
    else:
        assert answer == {"refused": str(problem.value), "kind": "Rejected"}


@pytest.mark.parametrize("slot", [0, 1], ids=["blank", "answer"])
@pytest.mark.parametrize("part", ["individual_proofs", "overall_proof", "blank_proof", "choices"])
def test_a_ballot_with_one_number_changed_by_its_own_voter_is_rejected(modules, part, slot):
    made = box(questions.one_of("¿Cuál?", ("A",), has_blank=True), keys=2)

    def edit(value):
        place = value["answers"][0][part][slot]
        place = place[0] if isinstance(place, list) else place
        name = "alpha" if part == "choices" else "response"
        place[name] = str(int(place[name]) - 1)

    raw = resigned(made, made.ballot(0, {0}), 0, edit)
    honest_file = file_of(made, [made.ballot(0, {0})], until="Ballot")
    honest_file.at("Ballot").parts[0] = raw
    with pytest.raises(Rejected) as problem:
        verifier.verify(honest_file.bytes())
    answer = modules.ask(VERIFY, packed(honest_file.bytes()))
    assert answer == {"refused": str(problem.value), "kind": "Rejected"}


@pytest.mark.parametrize("kind", ["Setup", "Ballot", "EncryptedTally"])
def test_one_changed_byte_anywhere_is_noticed(modules, kind):
    raw = file_of(small(), [small().ballot(0, {0})], until=kind).bytes()
    spots = [200, 520, len(raw) // 3, len(raw) // 2, len(raw) - 700, len(raw) - 1]
    for spot in spots:
        changed = bytearray(raw)
        changed[spot] ^= 1
        answer = modules.ask(VERIFY, packed(bytes(changed)))
        assert answer["kind"] in {"Rejected", "UnreadableArchive"}, spot
    assert modules.ask(VERIFY, packed(raw[:-512]))["kind"] == "Rejected"
    assert modules.ask(VERIFY, packed(raw + bytes(512)))["kind"] == "Rejected"


def test_a_group_of_other_programs_is_not_read(modules):
    other_group = opened().change("Setup", 0, spoilt.says(group="RFC-3526-2048"))
    answer = modules.ask(VERIFY, packed(other_group.bytes()))
    assert answer["kind"] == "Unsupported"


def cut(raw: bytes) -> bytes:
    return raw[: verifier.verify(raw).event_ends[-2] + 600]


def with_another_digest(raw: bytes) -> bytes:
    place = verifier.verify(raw).event_ends[0] + 512 + 3
    return raw[:place] + bytes([raw[place] ^ 1]) + raw[place + 1 :]


def hanging(raw: bytes) -> bytes:
    return raw[
        : verifier.verify(raw).event_ends[-2]
        + spoilt.ballot_size(raw, verifier.verify(raw).event_ends[-2])
    ]


@pytest.mark.parametrize("spoil", [cut, with_another_digest, hanging])
def test_a_record_that_cannot_be_read_is_named_in_the_same_words(modules, spoil):
    raw = spoil(spoilt.file_of(spoilt.small(), [], until="EncryptedTally").bytes())
    with pytest.raises(Rejected) as refusal:
        verifier.verify(raw)
    assert str(refusal.value).count("Registro ") == 1
    assert modules.ask(VERIFY, packed(raw))["refused"] == str(refusal.value)
