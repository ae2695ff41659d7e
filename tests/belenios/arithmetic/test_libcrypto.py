"""The library of the operating system: where it is found, and when it is left alone."""

import _hashlib
import threading

import pytest

from participa.belenios import groups
from participa.belenios.arithmetic import libcrypto
from participa.belenios.groups import BELENIOS_2048


@pytest.fixture(autouse=True)
def _library():
    if groups.LIBRARY is None:
        pytest.skip("this Python has no OpenSSL")


def test_it_is_the_library_of_python_s_own_hashes():
    assert libcrypto._places()[0] == _hashlib.__file__
    assert groups.LIBRARY.version.startswith("OpenSSL ")


def test_without_a_library_python_computes(monkeypatch):
    monkeypatch.setattr(libcrypto, "_places", lambda: ["/no/such/libcrypto.so", "libc.so.6"])
    assert libcrypto.load() is None


@pytest.mark.parametrize(
    ("name", "value"),
    [("version", "LibreSSL 3.9.2"), ("number", 0x1_00_02_00_0)],
    ids=["of another family", "of another time"],
)
def test_a_library_that_is_not_known_is_left_alone(monkeypatch, name, value):
    class Other(libcrypto.Library):
        def __init__(self, path):
            super().__init__(path)
            setattr(self, name, value)

    monkeypatch.setattr(libcrypto, "Library", Other)
    assert libcrypto.load() is None


@pytest.mark.parametrize("name", ["power", "secret_power"])
def test_a_library_that_computes_wrongly_is_left_alone(monkeypatch, name):
    monkeypatch.setattr(libcrypto.Modulus, name, lambda self, base, exponent: 1)
    assert libcrypto.load() is None


def test_a_failing_library_gives_no_number(monkeypatch):
    monkeypatch.setattr(groups.LIBRARY, "BN_mod_exp_mont", lambda *arguments: 0)
    with pytest.raises(MemoryError):
        BELENIOS_2048.power(2, 3)
    monkeypatch.setattr(groups.LIBRARY, "BN_mod_exp2_mont", lambda *arguments: 0)
    with pytest.raises(MemoryError):
        BELENIOS_2048.powers(2, [3, 4])
    monkeypatch.setattr(groups.LIBRARY, "BN_mod_mul_montgomery", lambda *arguments: 0)
    with pytest.raises(MemoryError):
        BELENIOS_2048.generator.power(3)


def test_threads_do_not_disturb_one_another():
    group, wrong = BELENIOS_2048, []
    table = group.generator

    def compute(seed: int) -> None:
        for exponent in range(seed, seed + 40):
            expected = pow(int(group.g), exponent, int(group.p))
            found = [*group.powers(group.g, [exponent, exponent + 1]), table.power(exponent)]
            if found != [expected, expected * group.g % group.p, expected]:
                wrong.append(exponent)

    threads = [threading.Thread(target=compute, args=(10**20 * n,)) for n in range(1, 9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
