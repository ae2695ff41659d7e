"""Zero-knowledge proofs: valid for true statements, invalid with any number altered."""

import pytest

from participa.belenios import proofs, trustees
from participa.belenios.canonical import Malformed
from participa.belenios.groups import BELENIOS_2048, fixed_base
from participa.belenios.proofs import Ciphertext, Claim, Opening, Proof
from tests.belenios.builders import SECRETS, make_trustees, vector

GROUP = BELENIOS_2048
SECRET = SECRETS[0]


def test_the_proof_of_the_format_holds():
    known = vector("iprove_deterministic.json")
    key = fixed_base(GROUP, int(known["y"]))
    hidden = Ciphertext(int(known["alpha"]), int(known["beta"]))
    given = [Proof(int(one["challenge"]), int(one["response"])) for one in known["proof"]]
    statement = f"prove|{known['S']}|{hidden}|"
    commitments = ",".join(known[name] for name in ("A0", "B0", "A1", "B1"))
    assert str(GROUP.hash(statement + commitments)) == known["H"]
    assert proofs.verify_one_of(
        key, statement, [Claim(hidden, (0, 1))], given, check_membership=True
    )


def test_the_prover_gives_the_numbers_of_the_format(monkeypatch):
    known = vector("iprove_deterministic.json")
    key = fixed_base(GROUP, int(known["y"]))
    fake = known["fake_index0"]
    drawn = iter(
        [fake["challenge"], fake["response"], "0", "0", known["w"]]  # the true branch draws anew
    )
    monkeypatch.setattr(GROUP, "random", lambda: int(next(drawn)))
    hidden = Ciphertext(int(known["alpha"]), int(known["beta"]))
    made = proofs.prove_one_of(
        key,
        f"prove|{known['S']}|{hidden}|",
        [Claim(hidden, (0, 1))],
        [Opening(int(known["r"]), known["m"])],
        1,
    )
    assert [proof.record() for proof in made] == known["proof"]


@pytest.mark.parametrize("m", [0, 1, 2])
def test_a_hidden_number_is_proved_to_be_one_of_those_allowed(m):
    key = fixed_base(GROUP, make_trustees(1)[0].public_key)
    hidden, opening = proofs.encrypt(key, m)
    claims = [Claim(hidden, (0, 1, 2))]
    made = proofs.prove_one_of(key, "s", claims, [opening], m)
    assert proofs.verify_one_of(key, "s", claims, made)
    assert not proofs.verify_one_of(key, "t", claims, made)
    assert not proofs.verify_one_of(key, "s", [Claim(hidden, (0, 1, 3))], made)


def test_a_hidden_number_that_is_not_allowed_cannot_be_proved():
    key = fixed_base(GROUP, make_trustees(1)[0].public_key)
    hidden, opening = proofs.encrypt(key, 5)
    for truth in (0, 1):
        made = proofs.prove_one_of(key, "s", [Claim(hidden, (0, 1))], [opening], truth)
        assert not proofs.verify_one_of(key, "s", [Claim(hidden, (0, 1))], made)


@pytest.mark.parametrize("number", range(7))
def test_a_proof_with_one_number_changed_fails(number):
    key = fixed_base(GROUP, make_trustees(1)[0].public_key)
    hidden, opening = proofs.encrypt(key, 0)
    made = proofs.prove_one_of(key, "s", [Claim(hidden, (0, 1))], [opening], 0)
    numbers = [*hidden, *made[0], *made[1], 1]
    if number < 6:
        modulus = GROUP.p if number < 2 else GROUP.q
        numbers[number] = (numbers[number] + 1) % modulus
    changed = Ciphertext(*numbers[:2])
    given = [Proof(*numbers[2:4]), Proof(*numbers[4:6])]
    holds = proofs.verify_one_of(key, "s", [Claim(changed, (0, 1))], given, check_membership=True)
    assert holds is (number == 6), "only what nobody changed may hold"


def test_a_number_of_a_smaller_group_is_noticed():
    """(-alpha)^c = alpha^c for even c: a cheating prover retries until all challenges are even."""
    key = fixed_base(GROUP, make_trustees(1)[0].public_key)
    hidden, opening = proofs.encrypt(key, 1)
    claims = [Claim(Ciphertext(GROUP.p - hidden.alpha, hidden.beta), (0, 1))]
    for _ in range(100):
        made = proofs.prove_one_of(key, "s", claims, [opening], 1)
        if proofs.verify_one_of(key, "s", claims, made):
            break
    else:
        pytest.fail("the cheat should work where nobody asks for membership")
    assert not proofs.verify_one_of(key, "s", claims, made, check_membership=True)


@pytest.mark.parametrize("key", vector("trustees_basic.json")["keys"], ids=["first", "second"])
def test_a_trustee_of_the_format_is_read_and_made_again(key):
    given = key["trustee_public_key"]
    trustee = trustees.read_one(GROUP, given, "El custodio 1")
    assert trustee.record() == given
    assert GROUP.generator.power(int(key["private_key"])) == trustee.public_key


def test_the_key_of_all_is_that_of_the_format():
    known = vector("trustees_basic.json")
    listed = trustees.read(GROUP, known["trustees_json"].encode())
    assert str(trustees.public_key(GROUP, listed)) == known["election_public_key"]
    assert trustees.write(listed).decode() == known["trustees_json"]


@pytest.mark.parametrize("member", ["challenge", "response"])
def test_a_trustee_who_does_not_know_the_key_is_refused(member):
    record = make_trustees(1)[0].record()
    record["pok"] = record["pok"] | {member: str(int(record["pok"][member]) - 1)}
    with pytest.raises(Malformed, match="El custodio 1: la prueba de que tiene su llave"):
        trustees.read_one(GROUP, record, "El custodio 1")


def test_a_decryption_is_proved_to_use_the_trustee_s_own_key():
    public = GROUP.generator.power(SECRET)
    alpha = GROUP.generator.power(77)
    factor, proof = proofs.prove_decryption(GROUP, "elección", SECRET, alpha)
    check = [GROUP, "elección", public, alpha, factor, proof]
    assert proofs.verify_decryption(*check)
    wrong = {
        1: "otra",
        2: public * GROUP.g % GROUP.p,
        3: alpha * GROUP.g % GROUP.p,
        4: factor * GROUP.g % GROUP.p,
        5: Proof(proof.challenge + 1, proof.response),
    }
    for place, value in wrong.items():
        assert not proofs.verify_decryption(*check[:place], value, *check[place + 1 :])
    assert not proofs.verify_decryption(*check[:4], GROUP.p - factor, proof)
    assert not proofs.verify_decryption(
        *check[:5], Proof(proof.challenge, (proof.response + 1) % GROUP.q)
    )
