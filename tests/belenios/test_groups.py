"""Group arithmetic: the parameters of the format, powers, and membership."""

import hashlib

import pytest

from participa.belenios import groups
from participa.belenios.canonical import Malformed
from participa.belenios.groups import BELENIOS_2048, FixedBase, Group
from tests.belenios.builders import vector


@pytest.fixture(params=["gmpy2", "plain Python"])
def group(request, monkeypatch):
    """The group of every election made here, in each arithmetic that it may find installed."""
    found = BELENIOS_2048
    if request.param == "gmpy2":
        pytest.importorskip("gmpy2")
        return found
    monkeypatch.setattr(groups, "IS_FAST", False)
    monkeypatch.setattr(groups, "integer", int)
    return Group(found.name, int(found.p), found.q, int(found.g))


@pytest.mark.parametrize("name", groups.GROUPS)
def test_the_numbers_of_a_group_are_those_of_the_format(name):
    group, known = groups.GROUPS[name], vector("groups.json")[name]
    assert (group.p, group.q, group.g) == tuple(int(known[letter]) for letter in "pqg")
    assert pow(group.g, group.q, group.p) == 1
    for letter in "pg":
        if f"{letter}_sha256" in known:
            text = str(getattr(group, letter)).encode()
            assert hashlib.sha256(text).hexdigest() == known[f"{letter}_sha256"]


def test_all_ways_to_a_power_lead_to_the_same(group):
    base = group.generator.power(987_654_321)
    exponents = [group.random() for _ in range(3)] + [0, 1, 2, 15, 16, 2**255, group.q]
    expected = [pow(int(base), exponent, int(group.p)) for exponent in exponents]
    assert group.powers(base, exponents) == expected
    assert [group.power(base, exponent) for exponent in exponents] == expected
    assert [group.secret_power(base, exponent) for exponent in exponents] == expected
    table = FixedBase(group, base)
    assert [table.power(exponent) for exponent in exponents] == expected
    assert table.power(-1) * base % group.p == 1


def test_only_members_are_members(group):
    member = group.generator.power(5)
    assert group.is_member(member)
    assert group.is_member(1)
    for stranger in (0, -member, member + group.p, group.p - member, 2, group.p):
        assert not group.is_member(stranger)


def test_a_number_outside_the_group_is_refused_when_read(group):
    with pytest.raises(Malformed, match="no pertenece al grupo"):
        group.member("2", "La llave")
    with pytest.raises(Malformed, match="no guarda ningún secreto"):
        group.member("1", "La llave")
    with pytest.raises(Malformed, match="es cero"):
        group.member("0", "La llave")
    with pytest.raises(Malformed, match="demasiado grande"):
        group.member(str(group.p), "La llave")
    with pytest.raises(Malformed, match="demasiado grande"):
        group.scalar(str(group.q), "La respuesta")


def test_secret_numbers_are_below_q_and_differ():
    drawn = {BELENIOS_2048.random() for _ in range(200)}
    assert len(drawn) == 200
    assert max(drawn) < BELENIOS_2048.q
    assert max(drawn).bit_length() > 240
