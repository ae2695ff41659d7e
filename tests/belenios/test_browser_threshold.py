"""The ceremony of a threshold group in the browser and in Python: each reads what the other made.

Both refuse with the same sentence.
"""

import json

import pytest

from participa.belenios import canonical, threshold, trustees, verifier
from participa.belenios.canonical import Malformed
from participa.belenios.verifier import Rejected
from tests.belenios import test_threshold as false
from tests.belenios import test_threshold_rejects as spoilt
from tests.belenios.browsing import packed
from tests.belenios.builders import edited, vector
from tests.belenios.groups_of_keys import GROUP, WHAT, key_group, secrets_for

OF = ["threshold", "trustees"]
CERTIFICATE = "(m, secret) => m.certificate(BigInt(secret))"
DEAL = """async (m, { secret, file }) => {
  const { threshold, certificates } = await m.readCeremony(bytes(file));
  return m.deal(BigInt(secret), threshold, certificates);
}"""
CHECK = """async (m, { secret, file }) => {
  const ceremony = await m.readCeremony(bytes(file));
  return m.keyRecord(await m.shareOf(BigInt(secret), ceremony));
}"""
READ = """async (m, file) => {
  const { mark, threshold, names, dealings } = await m.readCeremony(bytes(file));
  return { mark, threshold, names, dealt: dealings.length };
}"""


def begun(file: bytes) -> bytes:
    """The file of a ceremony before anybody dealt."""
    return canonical.write(json.loads(file) | {"dealings": []})


def test_a_ceremony_is_held_half_in_the_browser_and_half_in_python(modules):
    secrets = secrets_for(4, seed=3)
    raw = [
        modules.ask(CERTIFICATE, str(secret), of=OF)["result"].encode()
        if place % 2
        else threshold.certificate(GROUP, secret)
        for place, secret in enumerate(secrets)
    ]
    certificates = [threshold.read_certificate(GROUP, one, WHAT) for one in raw]
    names = ["Personería", "Comité «Ñ»", "Universidad", "Junta"]
    file = threshold.write_file(3, names, certificates)
    dealt = [
        modules.ask(DEAL, {"secret": str(secret), "file": packed(file)}, of=OF)["result"].encode()
        if place % 2
        else threshold.deal(GROUP, secret, 3, certificates)
        for place, secret in enumerate(secrets)
    ]
    dealings = [
        threshold.read_dealing(GROUP, 3, certificates, number, one, WHAT)
        for number, one in enumerate(dealt, start=1)
    ]
    file = threshold.write_file(3, names, certificates, dealings)
    assert modules.ask(READ, packed(file), of=OF)["result"] == {
        "mark": threshold.ceremony(3, certificates),
        "threshold": 3,
        "names": names,
        "dealt": 4,
    }
    keys = []
    for number, secret in enumerate(secrets, start=1):
        given = {"secret": str(secret), "file": packed(file)}
        key = modules.ask(CHECK, given, of=OF)["result"].encode()
        share = threshold.share_of(GROUP, secret, 3, certificates, dealings)
        keys.append(
            threshold.read_verification_key(GROUP, certificates, dealings, number, key, WHAT)
        )
        assert keys[-1].public_key == GROUP.generator.power(share)
    record = threshold.record(3, certificates, dealings, keys)
    listed = trustees.read(GROUP, record)
    read = modules.ask("(m, raw) => m.readTrustees(bytes(raw))", packed(record), of=OF)["result"]
    assert read == {
        "publicKeys": [str(key.public_key) for key in keys],
        "publicKey": str(listed.public_key()),
        "threshold": 3,
    }


def test_what_a_key_derives_is_what_it_always_derived(modules):
    known = vector("threshold.json")
    certificates = [
        threshold.read_certificate(GROUP, c.encode(), WHAT) for c in known["certificates"]
    ]
    file = threshold.write_file(2, ["A", "B", "C"], certificates)
    for secret, cert, kept in zip(
        known["secrets"], known["certificates"], known["dealings"], strict=True
    ):
        assert modules.ask(CERTIFICATE, secret, of=OF)["result"] == cert
        given = {"secret": secret, "file": packed(file)}
        made, before = json.loads(modules.ask(DEAL, given, of=OF)["result"]), json.loads(kept)
        assert made["shares"] == before["shares"]
        assert made["coefexps"]["message"] == before["coefexps"]["message"]


def test_a_wrong_share_names_its_dealer(modules):
    group = key_group(2, 3)
    value = json.loads(group.file)
    dealing = value["dealings"][2]
    false.plus_one(dealing["shares"][0], "share")
    del dealing["signature"]
    value["dealings"][2] = json.loads(false.signed(dealing, group.secrets[2]))
    given = {"file": packed(canonical.write(value))}
    first, second = (
        modules.ask(CHECK, given | {"secret": str(secret)}, of=OF) for secret in group.secrets[:2]
    )
    assert first == {"refused": "wrong share of 3", "kind": "WrongShare"}
    assert json.loads(second["result"])["public_key"] == str(group.keys[1].public_key)


def test_a_share_needs_what_everybody_dealt_and_a_key_of_the_ceremony(modules):
    group = key_group(2, 3)
    for function, file, secret, reason in (
        (CHECK, begun(group.file), group.secrets[0], "no tiene todavía el reparto"),
        (CHECK, group.file, secrets_for(1, seed=5)[0], "no es de ningún custodio"),
        (DEAL, group.file, secrets_for(1, seed=5)[0], "no es de ningún custodio"),
    ):
        given = {"secret": str(secret), "file": packed(file)}
        assert reason in modules.ask(function, given, of=OF)["refused"]


@pytest.mark.parametrize("name", false.FILES)
def test_a_false_file_is_refused_in_the_same_words(modules, name):
    edit, _ = false.FILES[name]
    raw = canonical.write(edited(json.loads(key_group(2, 4).file), edit))
    with pytest.raises(Malformed) as problem:
        threshold.read_file(GROUP, raw)
    answer = modules.ask(READ, packed(raw), of=OF)
    assert answer == {"refused": str(problem.value), "kind": "Malformed"}


# Inside the file of a ceremony there is one form only.
OF_BYTES = {"another form", "nothing"}


@pytest.mark.parametrize("name", [name for name in false.DEALINGS if name not in OF_BYTES])
def test_a_false_dealing_is_refused_in_the_same_words(modules, name):
    group, (edit, _) = key_group(2, 4), false.DEALINGS[name]
    raw = edit(group, json.loads(group.dealings[0].raw))
    dealings = [json.loads(raw), *(json.loads(one.raw) for one in group.dealings[1:])]
    whole = canonical.write(json.loads(group.file) | {"dealings": dealings})
    with pytest.raises(Malformed) as problem:
        threshold.read_file(GROUP, whole)
    answer = modules.ask(READ, packed(whole), of=OF)
    assert answer == {"refused": str(problem.value), "kind": "Malformed"}


@pytest.mark.parametrize(("needed", "count"), [(1, 3), (3, 3), (4, 3), (2, 2), (2, 10)], ids=str)
def test_no_ceremony_is_of_too_few_or_too_many(modules, needed, count):
    certificates = false.certificates_of(secrets_for(count))
    names = [str(n) for n in range(count)]
    raw = threshold.write_file(needed, names, certificates)
    with pytest.raises(Malformed) as problem:
        threshold.read_file(GROUP, raw)
    assert modules.ask(READ, packed(raw), of=OF)["refused"] == str(problem.value)


VERIFY = "async ({ verify }, raw) => (await verify(bytes(raw))).threshold"


@pytest.mark.parametrize("name", spoilt.RECORD)
def test_an_altered_group_is_rejected_in_the_same_words(modules, name):
    raw = spoilt.opened().change("Setup", 1, spoilt.RECORD[name][0]).bytes()
    with pytest.raises(Rejected) as problem:
        verifier.verify(raw)
    assert modules.ask(VERIFY, packed(raw)) == {"refused": str(problem.value), "kind": "Rejected"}


def test_an_archive_of_a_group_is_accepted(modules):
    assert modules.ask(VERIFY, packed(spoilt.whole().bytes())) == {"result": 2}
