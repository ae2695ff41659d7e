"""Powers modulo a big prime by OpenSSL's libcrypto, which nearly every Python already has loaded.

Ten times faster than Python's integers, constant in time for secret exponents, and long powers run
without Python's global lock, so that threads compute on several processors. `load` returns None
where the library is missing, too old, or another one of the same name (LibreSSL); then the caller
computes in Python. Nothing here trusts the library blindly: `load` compares a power with Python's.

Numbers are BIGNUMs, kept as addresses. A thread has scratch numbers of its own; tables and
Montgomery contexts are only read once made, and are shared.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import sys
import threading
from collections.abc import Sequence
from itertools import repeat
from typing import Any

OLDEST = 0x1_01_01_00_0  # 1.1.1
CONSTANT_TIME = 0x04  # BN_FLG_CONSTTIME
ADDRESS, TEXT, NUMBER = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int
# Name, result (None: nothing), arguments; those with a result of NUMBER return 1 for success.
SHORT: tuple[tuple[str, Any, int], ...] = (
    ("BN_new", ADDRESS, 0),
    ("BN_clear_free", None, 1),
    ("BN_CTX_new", ADDRESS, 0),
    ("BN_CTX_free", None, 1),
    ("BN_MONT_CTX_new", ADDRESS, 0),
    ("BN_MONT_CTX_free", None, 1),
    ("BN_MONT_CTX_set", NUMBER, 3),
    ("BN_to_montgomery", NUMBER, 4),
    ("BN_mod_mul_montgomery", NUMBER, 5),
)
LONG = (
    ("BN_mod_exp_mont", NUMBER, 6),
    ("BN_mod_exp_mont_consttime", NUMBER, 6),
    ("BN_mod_exp2_mont", NUMBER, 8),
)
TRIED = ((1 << 255) - 19, 2**200 + 3, 2**250 + 1)  # a modulus, a base and an exponent


class Library:
    """The functions of libcrypto that are used here; raises AttributeError if one is missing."""

    def __init__(self, path: str) -> None:
        with_lock, without = ctypes.PyDLL(path), ctypes.CDLL(path)
        for library, functions in ((with_lock, SHORT), (without, LONG)):
            for name, result, arguments in functions:
                function = getattr(library, name)
                function.restype, function.argtypes = result, [ADDRESS] * arguments
                setattr(self, name, function)
        self.read = with_lock.BN_bin2bn
        self.read.restype, self.read.argtypes = ADDRESS, [TEXT, NUMBER, ADDRESS]
        self.write = with_lock.BN_bn2binpad
        self.write.restype, self.write.argtypes = NUMBER, [ADDRESS, TEXT, NUMBER]
        self.flag = with_lock.BN_set_flags
        self.flag.restype, self.flag.argtypes = None, [ADDRESS, NUMBER]
        with_lock.OpenSSL_version.restype = TEXT
        with_lock.OpenSSL_version_num.restype = ctypes.c_ulong
        self.version: str = with_lock.OpenSSL_version(0).decode()
        self.number: int = with_lock.OpenSSL_version_num()

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(name)  # what __init__ did not find


def load() -> Library | None:
    """The library that Python's own hashlib uses, else the system's; None if there is none."""
    for path in _places():
        try:
            library = Library(path)
        except (OSError, AttributeError):
            continue
        if library.version.startswith("OpenSSL ") and library.number >= OLDEST:
            return library if _computes(library) else None
    return None


def _places() -> list[str]:
    places = []
    try:
        import _hashlib  # noqa: PLC0415 - a Python without OpenSSL has none

        places.append(_hashlib.__file__)  # looking up a name in it finds those of libcrypto
    except (ImportError, AttributeError):
        pass
    # macOS ends a program that loads its own libcrypto, which is not for others to use.
    if sys.platform.startswith("linux") and (name := ctypes.util.find_library("crypto")):
        places.append(name)
    return places


def _computes(library: Library) -> bool:
    modulus, base, exponent = TRIED
    found, known = Modulus(library, modulus, 2, 250), pow(base, exponent, modulus)
    secret, several = found.secret_power(base, exponent), found.powers(base, (exponent, 2), (0, 1))
    table = PowerTable(found, base, 24)
    return (
        found.power(base, exponent) == secret == several[0] == known
        and 4 * several[1] % modulus == base * base % modulus
        and table.power(0xABCDEF, 3) == 3 * pow(base, 0xABCDEF, modulus) % modulus
    )


class Scratch:
    """Numbers of one thread, overwritten by every power; freed with the thread."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self.context = library.BN_CTX_new()
        self.numbers = [library.BN_new() for _ in range(7)]
        self.secret = library.BN_new()
        if not self.context or not all(self.numbers) or not self.secret:
            raise MemoryError
        library.flag(self.secret, CONSTANT_TIME)

    def __del__(self) -> None:
        for number in (*self.numbers, self.secret):
            self.library.BN_clear_free(number)
        self.library.BN_CTX_free(self.context)


class Modulus:
    """An odd modulus p with its Montgomery context, and g, by whose powers bases are divided.

    With h half of the usual length of an exponent, base^e is computed as
    base^(e mod 2^h) * (base^(2^h))^(e div 2^h), which takes the squarings of half an exponent. The
    second base is shared by all powers of the first.
    """

    def __init__(self, library: Library, p: int, g: int, bits: int) -> None:
        self.library = library
        self.size = (p.bit_length() + 7) // 8
        self.buffer_type = ctypes.c_char * self.size
        self.half = (bits + 1) // 2
        self.low_bits = (1 << self.half) - 1
        self.local = threading.local()
        self.p = self.new(p)
        self.montgomery = library.BN_MONT_CTX_new()
        self.done(library.BN_MONT_CTX_set(self.montgomery, self.p, self.scratch().context))
        self.step = self.new(1 << self.half)
        self.inverse = pow(g, -1, p)
        self.prime = p
        self.divisors: dict[int, tuple[int, int]] = {}

    def __del__(self) -> None:
        self.library.BN_MONT_CTX_free(self.montgomery)
        for number in (self.p, self.step, *(one for two in self.divisors.values() for one in two)):
            self.library.BN_clear_free(number)

    def scratch(self) -> Scratch:
        found: Scratch | None = getattr(self.local, "scratch", None)
        if found is None:
            found = self.local.scratch = Scratch(self.library)
        return found

    def new(self, value: int) -> int:
        """The address of a new number, which somebody has to free."""
        address: int | None = self.library.BN_new()
        self.put(value, address)
        return address or 0

    def put(self, value: int, address: int | None) -> None:
        size = (value.bit_length() + 7) // 8
        self.done(address and self.library.read(value.to_bytes(size, "big"), size, address))

    def get(self, address: int) -> int:
        buffer = self.buffer_type()
        self.done(self.library.write(address, buffer, self.size) == self.size)
        return int.from_bytes(buffer, "big")

    @staticmethod
    def done(result: object) -> None:
        """Every function of the library fails only for want of memory."""
        if not result:
            raise MemoryError("libcrypto")

    def power(self, base: int, exponent: int) -> int:
        """For exponents of 0 and more."""
        scratch = self.scratch()
        base_at, exponent_at, result = scratch.numbers[:3]
        self.put(base, base_at)
        self.put(exponent, exponent_at)
        self._power(scratch, result, base_at, exponent_at)
        return self.get(result)

    def _power(self, scratch: Scratch, result: int, base: int, exponent: int) -> None:
        given = (result, base, exponent, self.p, scratch.context, self.montgomery)
        self.done(self.library.BN_mod_exp_mont(*given))

    def secret_power(self, base: int, exponent: int) -> int:
        """As `power`, in a time that does not depend on the exponent."""
        scratch = self.scratch()
        base_at, _, result = scratch.numbers[:3]
        self.put(base, base_at)
        self.put(exponent, scratch.secret)
        given = (result, base_at, scratch.secret, self.p, scratch.context, self.montgomery)
        self.done(self.library.BN_mod_exp_mont_consttime(*given))
        self.put(0, scratch.secret)
        return self.get(result)

    def powers(self, base: int, exponents: Sequence[int], shifts: Sequence[int]) -> list[int]:
        """(base / g^shift)^exponent for each pair; exponents of 0 and more."""
        if len(exponents) == 1:
            return [self.power(base * pow(self.inverse, shifts[0], self.prime), exponents[0])]
        scratch, library = self.scratch(), self.library
        low_base, high_base, low, high, result, low_shifted, high_shifted = scratch.numbers
        self.put(base, low_base)
        self._power(scratch, high_base, low_base, self.step)
        rest = (self.p, scratch.context, self.montgomery)
        found = []
        for exponent, shift in zip(exponents, shifts):  # noqa: B905 - the single file runs on Python 3.9
            self.put(exponent & self.low_bits, low)
            self.put(exponent >> self.half, high)
            bases = low_base, high_base
            if shift:
                bases = low_shifted, high_shifted
                self._divide(scratch, shift)
            self.done(library.BN_mod_exp2_mont(result, bases[0], low, bases[1], high, *rest))
            found.append(self.get(result))
        return found

    def _divide(self, scratch: Scratch, shift: int) -> None:
        """Set the shifted bases: the bases, divided by g^shift and by (g^shift)^(2^half)."""
        low_base, high_base, *_, low_shifted, high_shifted = scratch.numbers
        rest = (self.montgomery, scratch.context)
        if shift not in self.divisors:
            low = pow(self.inverse, shift, self.prime)
            pair = (self.new(low), self.new(pow(low, 1 << self.half, self.prime)))
            for number in pair:
                self.done(self.library.BN_to_montgomery(number, number, *rest))
            self.divisors[shift] = pair
        low_divisor, high_divisor = self.divisors[shift]
        multiply = self.library.BN_mod_mul_montgomery
        self.done(multiply(low_shifted, low_base, low_divisor, *rest))
        self.done(multiply(high_shifted, high_base, high_divisor, *rest))


class PowerTable:
    """Powers of one element in Montgomery form: rows[i][d] is element^(d * 256^i)."""

    def __init__(self, modulus: Modulus, element: int, bits: int) -> None:
        self.modulus = modulus
        library, scratch = modulus.library, modulus.scratch()
        rest = (modulus.montgomery, scratch.context)
        one, step = modulus.new(1), modulus.new(element)
        self.numbers = [one, step]
        for number in self.numbers:
            modulus.done(library.BN_to_montgomery(number, number, *rest))
        self.rows: list[list[int]] = []
        for _ in range((bits + 7) // 8):
            row = [one, step]
            for _ in range(255):  # the last is the step of the next row
                number = library.BN_new()
                self.numbers.append(number)
                modulus.done(library.BN_mod_mul_montgomery(number, row[-1], step, *rest))
                row.append(number)
            step = row.pop()
            self.rows.append(row)

    def __del__(self) -> None:
        for number in self.numbers:
            self.modulus.library.BN_clear_free(number)

    def power(self, exponent: int, times: int) -> int:
        """`times` * element^exponent, for exponents of 0 up to the length that the table has.

        The Montgomery product of a plain number and one in Montgomery form is plain.
        """
        modulus = self.modulus
        scratch, multiply = modulus.scratch(), modulus.library.BN_mod_mul_montgomery
        result = scratch.numbers[0]
        modulus.put(times, result)
        digits = exponent.to_bytes(len(self.rows), "little")
        factors = map(list.__getitem__, self.rows, digits)
        same, rest = repeat(result), (repeat(modulus.montgomery), repeat(scratch.context))
        modulus.done(all(map(multiply, same, same, factors, *rest)))
        return modulus.get(result)
