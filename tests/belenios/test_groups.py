"""Group arithmetic: the parameters of the format, powers, and membership."""

import hashlib

import pytest

from participa.belenios import groups
from participa.belenios.canonical import Malformed
from participa.belenios.groups import BELENIOS_2048, RFC_3526_2048, FixedBase
from tests.belenios.builders import vector


@pytest.fixture
def group(every_arithmetic):
    """The group of every election made here, in each arithmetic that it may find installed."""
    return BELENIOS_2048


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
    assert [table.power(exponent, 7) for exponent in exponents] == [
        7 * power % group.p for power in expected
    ]
    assert table.power(-1) * base % group.p == 1


def test_a_base_is_divided_by_powers_of_the_generator(group):
    base, exponent = group.generator.power(5), group.random()
    found = group.powers(base, [exponent, group.q, exponent, 3], [2, 5, 0, 1])
    assert found == [group.generator.power(part) for part in (3 * exponent, 0, 5 * exponent, 12)]
    assert group.powers(base, [exponent], [4]) == [group.generator.power(exponent)]


@pytest.mark.usefixtures("every_arithmetic")
def test_exponents_may_be_as_long_as_the_modulus():
    group = RFC_3526_2048
    exponents = [group.random(), group.q, 2**1024]
    expected = [pow(3, exponent, int(group.p)) for exponent in exponents]
    assert group.powers(3, exponents) == expected
    assert [group.secret_power(3, exponent) for exponent in exponents] == expected


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
