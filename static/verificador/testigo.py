#!/usr/bin/env python3
"""Vigila una urna: guarda su propia copia y avisa si la urna cambia lo que ya mostró.

Uso: python3 testigo.py https://SITIO/urna/UUID CARPETA [--cada MINUTOS]
                        [--avisar ORDEN] [--correo ARCHIVO.json] [--huella ELECCION]
                        [--cabeza ALTURA HUELLA] [--procesos NUMERO] [--comprobar RASTREADOR]
Necesita Python 3.9 o más nuevo, y nada más. En cada ronda pide lo nuevo, lo revisa entero y lo
agrega a su copia. Termina con 0 si todo está bien, con 1 si hay una ALARMA, con 2 si no pudo
revisar (sin red, o llegó cortado), y con 3 si el problema es de esta carpeta o de lo que escribió.

Cada parte es la copia exacta del archivo participa/belenios/<parte>.py de participa.
"""

import sys
from types import ModuleType

if sys.version_info < (3, 9):
    sys.exit("Este programa necesita Python 3.9 o más nuevo.")

PARTS = {
    "canonical": r'''
"""Canonical JSON: each record has exactly one valid serialisation; any other is rejected.

Records are identified by the SHA-256 of their bytes, so two serialisations of one value must not
both be valid. Every parser raises `Malformed`; its argument `what` names the value in the message.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from typing import Any

DECIMAL = re.compile(r"0|[1-9][0-9]*")
MAX_DIGITS = 12  # of a JSON number; larger integers are strings, see `decimal`
DELETE = "\x7f"


class Malformed(ValueError):
    """The input violates the format; the Spanish message states which value and why."""


def write(value: Any) -> bytes:
    """Serialise without whitespace, members in insertion order, non-ASCII as raw UTF-8.

    U+007F is the one exception: the format escapes it.
    """
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.replace(DELETE, "\\u007f").encode()


def read(raw: bytes, what: str, limit: int) -> Any:
    """Parse canonical JSON of at most `limit` bytes; raises Malformed for any other input."""
    if len(raw) > limit:
        raise Malformed(f"{what} ocupa más de {limit} bytes.")
    try:
        value = json.loads(
            raw.decode("utf-8"),
            object_pairs_hook=_unique_members,
            parse_int=_small_int,
            parse_float=_reject_fraction,
            parse_constant=_reject_fraction,
        )
        is_canonical = write(value) == raw
    except Malformed as problem:
        raise Malformed(f"{what} {problem}") from None
    except UnicodeError:
        raise Malformed(f"{what} no es texto UTF-8.") from None
    except (ValueError, RecursionError):
        raise Malformed(f"{what} no es JSON.") from None
    if not is_canonical:
        raise Malformed(f"{what} no está en la forma única (espacios, escapes o números raros).")
    return value


def _unique_members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise Malformed("repite un campo.")
    return members


def _small_int(text: str) -> int:
    if len(text) > MAX_DIGITS:
        raise Malformed("tiene un número demasiado largo.")
    return int(text)


def _reject_fraction(text: str) -> Any:
    raise Malformed(f"tiene un número que no es entero: {text[:20]}.")


def members(value: Any, what: str, *names: str) -> list[Any]:
    """The values of an object with exactly these members in this order.

    A name with a final "?" is optional; its value is None when the member is absent.
    """
    if not isinstance(value, dict):
        raise Malformed(f"{what} no es un objeto.")
    known = [name.rstrip("?") for name in names]
    if unknown := [name for name in value if name not in known]:
        raise Malformed(f"{what} tiene un campo de más: «{unknown[0][:40]}».")
    missing = [name for name in names if not name.endswith("?") and name not in value]
    if missing:
        raise Malformed(f"{what} no tiene el campo «{missing[0]}».")
    if list(value) != [name for name in known if name in value]:
        raise Malformed(f"{what} tiene los campos en otro orden.")
    return [value.get(name) for name in known]


def items(value: Any, what: str, length: int | None = None) -> list[Any]:
    """The items of a list, which must have `length` items if a length is given."""
    if not isinstance(value, list):
        raise Malformed(f"{what}: no es una lista.")
    if length is not None and len(value) != length:
        raise Malformed(f"{what}: hay {len(value)} elementos y deben ser {length}.")
    return value


def text(value: Any, what: str) -> str:
    if not isinstance(value, str):
        raise Malformed(f"{what} no es un texto.")
    return value


def number(value: Any, what: str) -> int:
    """A non-negative JSON number; a bool is not a number."""
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise Malformed(f"{what} no es un número entero desde 0.")
    return value


def decimal(value: Any, what: str, bound: int) -> int:
    """An integer in [0, bound), written as a JSON string of digits without leading zeros."""
    if not isinstance(value, str) or len(value) > len(str(bound)) or not DECIMAL.fullmatch(value):
        raise Malformed(f"{what} no es un número decimal válido.")
    parsed = int(value)
    if parsed >= bound:
        raise Malformed(f"{what} es un número demasiado grande.")
    return parsed


def hex_digest(raw: bytes) -> str:
    """SHA-256 in lower-case hexadecimal: identifies a record inside the archive."""
    return hashlib.sha256(raw).hexdigest()


def fingerprint(raw: bytes) -> str:
    """SHA-256 in base 64 without its padding: 43 characters, for people and for other records."""
    return base64.b64encode(hashlib.sha256(raw).digest()).decode().rstrip("=")


def is_hex_digest(value: Any) -> bool:
    return isinstance(value, str) and re.fullmatch(r"[0-9a-f]{64}", value) is not None
''',
    "arithmetic.libcrypto": r'''
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
''',
    "groups": r'''
"""Prime-order subgroups of Z_p* in which the discrete logarithm problem is hard.

Runs on Python's integers. Where libcrypto is found (`arithmetic.libcrypto`), powers are left to it,
which is ten times faster; where gmpy2 is installed, what remains is several times faster as well.
Elements are `int`, or `gmpy2.mpz` with gmpy2; scalars (exponents modulo q) are always `int`.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from participa.belenios import canonical
from participa.belenios.arithmetic import libcrypto
from participa.belenios.canonical import Malformed

try:
    import gmpy2
except ImportError:
    gmpy2 = None

IS_FAST = gmpy2 is not None
integer: Any = gmpy2.mpz if IS_FAST else int
LIBRARY = libcrypto.load()
WINDOW_BITS = 7  # exponent bits per table row of a fixed base
DIGIT_BITS = 4  # widest exponent digit when one base is raised to several powers
SPARE_BITS = 128  # random bits beyond the length of q, which makes the bias of "mod q" negligible


class Group:
    """The subgroup of prime order q of the integers modulo the prime p, generated by g."""

    def __init__(self, name: str, p: int, q: int, g: int) -> None:
        self.name = name
        self.p: int = integer(p)
        self.q = q
        self.g: int = integer(g)
        self.modulus = libcrypto.Modulus(LIBRARY, p, g, q.bit_length()) if LIBRARY else None

    @property
    def generator(self) -> FixedBase:
        return fixed_base(self, self.g)

    def power(self, base: int, exponent: int) -> int:
        if self.modulus and exponent >= 0:
            return integer(self.modulus.power(int(base), exponent))
        return pow(base, exponent, self.p)

    def secret_power(self, base: int, exponent: int) -> int:
        """A power with a secret exponent: constant-time, except with Python's integers alone."""
        if self.modulus and exponent > 0:
            return integer(self.modulus.secret_power(int(base), exponent))
        if IS_FAST and exponent > 0:
            return gmpy2.powmod_sec(integer(base), exponent, self.p)
        return pow(base, exponent, self.p)

    def powers(
        self, base: int, exponents: Sequence[int], shifts: Sequence[int] | None = None
    ) -> list[int]:
        """One base to several exponents in [0, q]; the squarings are shared between them.

        With `shifts`, the base is divided by g^shift before it is raised to the exponent beside it.
        """
        shifts = shifts or [0] * len(exponents)
        if self.modulus:
            return list(map(integer, self.modulus.powers(int(base), exponents, shifts)))
        pairs = zip(self._powers(base, exponents), exponents, shifts)  # noqa: B905 - the single file runs on Python 3.9
        return [
            self.generator.power(-shift * exponent, power) if shift else power
            for power, exponent, shift in pairs
        ]

    def _powers(self, base: int, exponents: Sequence[int]) -> list[int]:
        if len(exponents) == 1:
            return [pow(base, exponents[0], self.p)]
        squares, p = [base], self.p
        for _ in range(self.q.bit_length() - 1):
            base = base * base % p
            squares.append(base)
        return [self._power_from_squares(squares, exponent) for exponent in exponents]

    def _power_from_squares(self, squares: list[int], exponent: int) -> int:
        """Yao's method with sliding windows; squares[i] is base^(2^i).

        The exponent is a sum of odd digits d * 2^i with d = 2k + 1 < 2^DIGIT_BITS. Bucket k is the
        product of squares[i] over the digits with that k, and the power is the product of
        bucket_k^(2k + 1) = (bucket_k^k)^2 * bucket_k.
        """
        buckets, position, p = [1] * (1 << (DIGIT_BITS - 1)), 0, self.p
        while exponent:
            zeros = (exponent & -exponent).bit_length() - 1
            exponent >>= zeros
            position += zeros
            k = (exponent & ((1 << DIGIT_BITS) - 1)) >> 1
            buckets[k] = buckets[k] * squares[position] % p
            exponent >>= DIGIT_BITS
            position += DIGIT_BITS
        running = half = 1  # at the end: the product of bucket_k, and of bucket_k^k, over k >= 1
        for bucket in reversed(buckets[1:]):
            running = running * bucket % p
            half = half * running % p
        return half * half % p * running % p * buckets[0] % p

    def is_member(self, element: int) -> bool:
        return 0 < element < self.p and self.power(element, self.q) == 1

    def random(self) -> int:
        """A uniform scalar from the operating system's randomness."""
        return secrets.randbits(self.q.bit_length() + SPARE_BITS) % self.q

    def hash(self, text: str) -> int:
        """SHA-256 of the text as a big-endian integer modulo q: the format's random oracle."""
        return int.from_bytes(hashlib.sha256(text.encode()).digest(), "big") % self.q

    def scalar(self, value: Any, what: str) -> int:
        """Parse an integer in [0, q); raises Malformed."""
        return canonical.decimal(value, what, self.q)

    def element(self, value: Any, what: str) -> int:
        """Parse an integer in (0, p); raises Malformed.

        Membership of the subgroup is not checked: that costs an exponentiation, and
        `proofs.verify_one_of` gets it almost for free.
        """
        parsed = canonical.decimal(value, what, int(self.p))
        if parsed == 0:
            raise Malformed(f"{what} es cero.")
        return integer(parsed)

    def member(self, value: Any, what: str) -> int:
        """Parse a public key: a member other than 1, whose secret key is 0; raises Malformed."""
        parsed = self.element(value, what)
        if parsed == 1:
            raise Malformed(f"{what} es 1, que no guarda ningún secreto.")
        if not self.is_member(parsed):
            raise Malformed(f"{what} no pertenece al grupo.")
        return parsed


class FixedBase:
    """Precomputed table of an element that is raised to many powers.

    Fixed-base windowing: rows[i][d] is element^(d * 2^(i * WINDOW_BITS)), so that a power with a
    256-bit exponent is a product of at most 37 table entries, without squarings. With libcrypto the
    table is a `libcrypto.PowerTable`, of 8 bits a row.
    """

    def __init__(self, group: Group, element: int) -> None:
        self.group = group
        self.element = element
        self.rows: list[list[int]] = []
        bits, self.table = group.q.bit_length(), None
        if group.modulus:
            self.table = libcrypto.PowerTable(group.modulus, int(element), bits)
            return
        step = element
        for _ in range(-(-bits // WINDOW_BITS)):
            row = [integer(1)]
            for _ in range((1 << WINDOW_BITS) - 1):
                row.append(row[-1] * step % group.p)
            self.rows.append(row)
            step = row[-1] * step % group.p

    def power(self, exponent: int, times: int = 1) -> int:
        """`times` * element^exponent, for any integer exponent; not constant-time."""
        exponent %= self.group.q
        if self.table:
            return integer(self.table.power(exponent, int(times)))
        p, mask, result = self.group.p, (1 << WINDOW_BITS) - 1, integer(times)
        for row in self.rows:
            if exponent & mask:
                result = result * row[exponent & mask] % p
            exponent >>= WINDOW_BITS
        return result


@lru_cache(maxsize=8)
def fixed_base(group: Group, element: int) -> FixedBase:
    """The table of this element; the 8 most recently used ones are cached, 3 MB each."""
    return FixedBase(group, element)


# The group of every election made here; q has 256 bits, which keeps a phone fast enough. p is not
# a safe prime: membership has to be checked by x^q = 1, the Jacobi symbol does not suffice.
BELENIOS_2048 = Group(
    "BELENIOS-2048",
    p=int(
        "a3ef2d011fefb1b6e39e568fccdffb0fb7dc7ef3a791b6862791811d21fc35f21e6d36856b428030"
        "421f514ed40bfd4c06e092a495af8d79a2f85e0fb11c0ede07dd973f9c53e50930c6e82ac36de1ae"
        "3fb8c3aabfff12ce27a5022ddd8912d107435012768a2cdd0a4091d8fa447f6c7ebc15a349fa318a"
        "6b4fe17d8d47e843a3e14dfa9b2162f4d7229abe93a188b46b006517d6f6747ebbb29c9ec3099b60"
        "7f18fb1a8bc858279aa8599411d998d3e3fada9e010840d082d8c31911acdd4a0e7992d0f18cc759"
        "cb5de0acf66a3882555bc810941e021b6a4ccfa04ee4008f878affa2375e2999b44f6cef17d70730"
        "1e59e0e6351e051ed9cec4157646e64f",
        16,
    ),
    q=78571733251071885079927659812671450121821421258408794611510081919805623223441,
    g=int(
        "1307c1ab5f295885d7caa3a78a42415e31fd1c5807b61fb1e781878a52230a51988b98c259597f9c"
        "5a9dfd001d26ba31d9d8976f01d95a1c8262ee68a0e92cea541e5219e0d0d094301b894236823fe1"
        "d4bc04e29f3748aefd4f10d5b1a356a8643e673fd9d215fc8fe5fb9cf9fdb8ea88fdb1a3381a697f"
        "df9c2458570b06d26aef1be365fdd90165f397c6b870df8c1b9e519edcee8bb0f74b7a1615a274ba"
        "60a7ea574a61f552d2dde0ce514e0927c4ff49b1964c4a913731ae4268d60d7f22127b6cbba44d45"
        "3ac8b72fd04e0991b7aeff04867d8724ac638f5f34100d2d47aa680d43771902743d663f42d853c0"
        "41e1c91fe3823f4bcf284308f1d7e653",
        16,
    ),
)
# Group 14 of RFC 3526 with g = 2: a safe prime. Only for reading elections of other programs.
RFC_3526_2048_P = int(
    "ffffffffffffffffc90fdaa22168c234c4c6628b80dc1cd129024e088a67cc74020bbea63b139b22"
    "514a08798e3404ddef9519b3cd3a431b302b0a6df25f14374fe1356d6d51c245e485b576625e7ec6"
    "f44c42e9a637ed6b0bff5cb6f406b7edee386bfb5a899fa5ae9f24117c4b1fe649286651ece45b3d"
    "c2007cb8a163bf0598da48361c55d39a69163fa8fd24cf5f83655d23dca3ad961c62f356208552bb"
    "9ed529077096966d670c354e4abc9804f1746c08ca18217c32905e462e36ce3be39e772c180e8603"
    "9b2783a2ec07a28fb5c55df06f4c52c9de2bcbf6955817183995497cea956ae515d2261898fa0510"
    "15728e5a8aacaa68ffffffffffffffff",
    16,
)
RFC_3526_2048 = Group("RFC-3526-2048", RFC_3526_2048_P, (RFC_3526_2048_P - 1) // 2, 2)
GROUPS = {group.name: group for group in (BELENIOS_2048, RFC_3526_2048)}
''',
    "proofs": r'''
"""Exponential ElGamal, and the non-interactive zero-knowledge proofs of the format.

Three sigma protocols, made non-interactive by Fiat-Shamir:
  knowledge of a discrete logarithm (Schnorr), for trustees' keys and ballot signatures;
  membership of a plaintext in a small set: a disjunction of Chaum-Pedersen proofs, one branch
  per value, the false branches simulated (Cramer, Damgard and Schoenmakers);
  equality of two discrete logarithms (Chaum-Pedersen), for partial decryptions.
A branch is stored as (challenge, response); a verifier recomputes its commitment. The hash starts
with a text, here `statement`, that holds the election, the voter and the question, so that a proof
is invalid anywhere else. Notation: g generator, y election key, x secret, X = g^x, r randomness,
w nonce, m plaintext.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from participa.belenios import canonical
from participa.belenios.groups import FixedBase, Group


class Proof(NamedTuple):
    """One branch: commitment = g^response * X^challenge."""

    challenge: int
    response: int

    def record(self) -> dict[str, str]:
        return {"challenge": str(self.challenge), "response": str(self.response)}


class Ciphertext(NamedTuple):
    """Exponential ElGamal encryption of m under the key y: (g^r, y^r g^m)."""

    alpha: int
    beta: int

    def __str__(self) -> str:
        return f"{self.alpha},{self.beta}"

    def record(self) -> dict[str, str]:
        return {"alpha": str(self.alpha), "beta": str(self.beta)}


class Opening(NamedTuple):
    """Randomness r and plaintext m of a ciphertext; known to the voter alone."""

    r: int
    m: int


class Claim(NamedTuple):
    """The plaintext of the ciphertext is one of these values."""

    ciphertext: Ciphertext
    values: Sequence[int]


def read_proof(group: Group, value: Any, what: str) -> Proof:
    challenge, response = canonical.members(value, what, "challenge", "response")
    return Proof(group.scalar(challenge, what), group.scalar(response, what))


def read_proofs(group: Group, value: Any, what: str, length: int) -> list[Proof]:
    return [read_proof(group, one, what) for one in canonical.items(value, what, length)]


def read_ciphertext(group: Group, value: Any, what: str) -> Ciphertext:
    """Parse a ciphertext; that its two elements belong to the group is for the caller to check."""
    alpha, beta = canonical.members(value, what, "alpha", "beta")
    return Ciphertext(
        group.element(alpha, f"{what} (alpha)"), group.element(beta, f"{what} (beta)")
    )


def encrypt(key: FixedBase, m: int) -> tuple[Ciphertext, Opening]:
    group, r = key.group, key.group.random()
    beta = key.power(r) * group.generator.power(m) % group.p
    return Ciphertext(group.generator.power(r), beta), Opening(r, m)


def product(group: Group, ciphertexts: Sequence[Ciphertext]) -> Ciphertext:
    """Componentwise product: an encryption of the sum of the plaintexts."""
    alpha = beta = 1
    for one in ciphertexts:
        alpha, beta = alpha * one.alpha % group.p, beta * one.beta % group.p
    return Ciphertext(alpha, beta)


def sum_openings(group: Group, openings: Sequence[Opening]) -> Opening:
    """The opening of the product of the ciphertexts."""
    return Opening(sum(o.r for o in openings) % group.q, sum(o.m for o in openings))


# Knowledge of a secret exponent: a trustee's key, the signature of a ballot.


def prove_knowledge(group: Group, secret: int, statement: str, nonce: int | None = None) -> Proof:
    """Schnorr proof of knowledge of x: c = H(statement g^w), response w - x c.

    A given nonce w must be unknown to others and never serve another statement.
    """
    w = group.random() if nonce is None else nonce
    challenge = group.hash(f"{statement}{group.generator.power(w)}")
    return Proof(challenge, (w - secret * challenge) % group.q)


def verify_knowledge(group: Group, public: int, statement: str, proof: Proof) -> bool:
    power = group.power(public, proof.challenge)
    commitment = group.generator.power(proof.response, power)
    return group.hash(f"{statement}{commitment}") == proof.challenge


# Disjunctive Chaum-Pedersen: the plaintext is one of the values, without revealing which.


def prove_one_of(
    key: FixedBase,
    statement: str,
    claims: Sequence[Claim],
    openings: Sequence[Opening],
    true_branch: int,
) -> list[Proof]:
    """Prove that at least one claim holds; returns one Proof per branch.

    The branches are the values of the first claim, then of the second, and so on; `true_branch`
    is an index over all of them. Claim n is about the ciphertext with openings[n]. All challenges
    add up to H(statement commitments), so only one branch can be chosen freely. With r and m known,
    alpha and beta are powers of g and y, and every commitment comes from two fixed-base tables:
    A = g^(t + r c), B = y^(t + r c) g^((m - value) c) for the Proof (c, t).
    """
    group = key.group
    branches = [(o, value) for c, o in zip(claims, openings) for value in c.values]  # noqa: B905 - the single file runs on Python 3.9
    branch_proofs = [Proof(group.random(), group.random()) for _ in branches]
    branch_proofs[true_branch] = Proof(0, group.random())  # its response is w for now
    commitments = []
    for (opening, value), (challenge, response) in zip(branches, branch_proofs):  # noqa: B905 - as above
        exponent = response + opening.r * challenge
        shift = group.generator.power((opening.m - value) * challenge)
        commitments += [group.generator.power(exponent), key.power(exponent) * shift % group.p]
    challenge_sum = group.hash(statement + ",".join(map(str, commitments)))
    challenge = (challenge_sum - sum(proof.challenge for proof in branch_proofs)) % group.q
    w, r = branch_proofs[true_branch].response, branches[true_branch][0].r
    branch_proofs[true_branch] = Proof(challenge, (w - r * challenge) % group.q)
    return branch_proofs


def verify_one_of(
    key: FixedBase,
    statement: str,
    claims: Sequence[Claim],
    proofs: Sequence[Proof],
    check_membership: bool = False,
) -> bool:
    """Whether the proofs of `prove_one_of` hold.

    With `check_membership`, also whether every alpha and beta belongs to the group; x^q shares the
    squarings of the other powers. Without it the caller must know, as for products of members.
    """
    group, remaining = key.group, list(proofs)
    commitments: list[int] = []
    for (alpha, beta), values in claims:
        branch_proofs, remaining = remaining[: len(values)], remaining[len(values) :]
        exponents = [proof.challenge for proof in branch_proofs] + [group.q] * check_membership
        alphas = group.powers(alpha, exponents)
        betas = group.powers(beta, exponents, [*values, 0][: len(exponents)])
        if check_membership and not alphas[-1] == betas[-1] == 1:
            return False
        for proof, a, b in zip(branch_proofs, alphas, betas):  # noqa: B905 - as above
            commitments.append(group.generator.power(proof.response, a))
            commitments.append(key.power(proof.response, b))
    challenge_sum = group.hash(statement + ",".join(map(str, commitments)))
    return challenge_sum == sum(proof.challenge for proof in proofs) % group.q


# Partial decryption with a Chaum-Pedersen proof.


def prove_decryption(group: Group, election: str, secret: int, alpha: int) -> tuple[int, Proof]:
    """The factor alpha^x, and the proof that log_g X = log_alpha factor.

    `election` is the fingerprint of the election record; X = g^x is the trustee's public key.
    """
    factor, w = group.secret_power(alpha, secret), group.random()
    commitments = f"{group.generator.power(w)},{group.secret_power(alpha, w)}"
    public = group.generator.power(secret)
    challenge = group.hash(f"decrypt|{election}|{public}|{commitments}")
    return factor, Proof(challenge, (w - secret * challenge) % group.q)


def verify_decryption(
    group: Group, election: str, public: int, alpha: int, factor: int, proof: Proof
) -> bool:
    """Whether the proof holds and the factor belongs to the group; alpha and X are not checked."""
    if not group.is_member(factor):
        return False
    a = group.generator.power(proof.response) * group.power(public, proof.challenge) % group.p
    b = group.power(alpha, proof.response) * group.power(factor, proof.challenge) % group.p
    return group.hash(f"decrypt|{election}|{public}|{a},{b}") == proof.challenge
''',
    "questions": r'''
"""Homomorphic questions: choose between `least` and `most` of the answers, or vote blank.

Every kind of question offered to staff (one of, several of, approval, yes or no, scale, priorities)
is such a question; kinds differ in the limits and in how the counts are presented.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from participa.belenios import canonical
from participa.belenios.canonical import Malformed

BLANK = None  # the blank vote; not the same as an empty choice, which is set()
RANKED = "NonHomomorphic"


class Unsupported(Exception):
    """Valid in the format, but not implemented here; the message is in Spanish."""


@dataclass(frozen=True)
class Question:
    text: str
    answers: tuple[str, ...]
    least: int
    most: int
    has_blank: bool = False

    @property
    def slots(self) -> int:
        """How many ciphertexts a ballot has for this question; slot 0 is the blank vote, if any."""
        return len(self.answers) + self.has_blank

    def record(self) -> dict[str, Any]:
        blank = {"blank": True} if self.has_blank else {}
        limits = {"min": self.least, "max": self.most, "question": self.text}
        return {"answers": list(self.answers), **blank, **limits}

    def vector(self, chosen: Collection[int] | None) -> list[int]:
        """The plaintexts, one 0 or 1 per slot.

        `chosen` holds positions in `answers`, counted from 0, or is BLANK. Raises ValueError, with
        a Spanish message for the voter, if the question does not allow it.
        """
        if chosen is BLANK:
            if not self.has_blank:
                raise ValueError("Esta pregunta no tiene voto en blanco.")
            return [1] + [0] * len(self.answers)
        positions = set(chosen)
        if len(positions) != len(chosen) or not positions <= set(range(len(self.answers))):
            raise ValueError("Escoja opciones de la lista, cada una una sola vez.")
        if not self.least <= len(positions) <= self.most:
            raise ValueError(f"Escoja {self.limits_in_words}.")
        marks = [int(position in positions) for position in range(len(self.answers))]
        return [0] * self.has_blank + marks

    def chosen_of(self, vector: Sequence[int]) -> tuple[int, ...] | None:
        """The positions that a vector of 0 and 1 marks, or BLANK: the way back from `vector`."""
        if self.has_blank and vector[0]:
            return BLANK
        marks = vector[int(self.has_blank) :]
        return tuple(position for position, mark in enumerate(marks) if mark)

    @property
    def limits_in_words(self) -> str:
        if self.least == self.most:
            return f"{self.most} {'opción' if self.most == 1 else 'opciones'}"
        return f"entre {self.least} y {self.most} opciones"


def read(value: Any, what: str) -> Question:
    """Parse a question; raises Malformed, or Unsupported for one that is not homomorphic."""
    if isinstance(value, dict) and value.get("type") == RANKED:
        raise Unsupported(f"{what} es de ordenar: este programa no revisa esa clase de preguntas.")
    answers, blank, least, most, text = canonical.members(
        value, what, "answers", "blank?", "min", "max", "question"
    )
    labels = [canonical.text(a, f"{what}, respuesta") for a in canonical.items(answers, what)]
    if blank is not None and blank is not True:
        raise Malformed(f"{what}: «blank» solo puede ser true.")
    least, most = (
        canonical.number(least, f"{what}, «min»"),
        canonical.number(most, f"{what}, «max»"),
    )
    if not labels or not least <= most <= len(labels):
        raise Malformed(f"{what}: «min» y «max» no caben en {len(labels)} respuestas.")
    return Question(canonical.text(text, what), tuple(labels), least, most, blank is True)


# The kinds of question offered to staff.


def one_of(text: str, answers: Sequence[str], has_blank: bool = False) -> Question:
    return Question(text, tuple(answers), 1, 1, has_blank)


def several_of(
    text: str, answers: Sequence[str], least: int, most: int, has_blank: bool = False
) -> Question:
    return Question(text, tuple(answers), least, most, has_blank)


def approve(text: str, answers: Sequence[str], has_blank: bool = False) -> Question:
    """Approval voting: any number of answers, also none."""
    return Question(text, tuple(answers), 0, len(answers), has_blank)


def yes_no(text: str, has_blank: bool = False) -> Question:
    return one_of(text, ("Sí", "No"), has_blank)


def scale(text: str, labels: Sequence[str], has_blank: bool = False) -> Question:
    """A rating; `labels` go from the lowest to the highest."""
    return one_of(text, labels, has_blank)


def priorities(text: str, answers: Sequence[str], most: int, has_blank: bool = False) -> Question:
    """Between one and `most` answers, without an order among them."""
    return Question(text, tuple(answers), 1, most, has_blank)


# Outcomes.


@dataclass(frozen=True)
class Outcome:
    """How often each answer of a question was chosen, and how many ballots were blank."""

    question: Question
    counts: tuple[int, ...]
    blank: int

    def mean(self, values: Sequence[int]) -> Fraction | None:
        """Mean of a scale whose answers have these values; None without any rating."""
        rated = sum(self.counts)
        points = sum(value * count for value, count in zip(values, self.counts))  # noqa: B905 - the single file runs on Python 3.9
        return Fraction(points, rated) if rated else None

    def distribution(self) -> tuple[Fraction, ...] | None:
        """The share of each answer among all choices; None without any choice."""
        chosen = sum(self.counts)
        return tuple(Fraction(count, chosen) for count in self.counts) if chosen else None

    def first(self, most: int) -> list[tuple[str, int]]:
        """The `most` answers with the highest counts, and any that tie with the last of them."""
        ranked = sorted(zip(self.question.answers, self.counts), key=lambda pair: -pair[1])  # noqa: B905 - as above
        return [pair for pair in ranked if pair[1] >= ranked[most - 1][1]] if most else []


def outcome(question: Question, counts: Sequence[int]) -> Outcome:
    """The outcome from the counts per slot, in the order of the result record."""
    shift = int(question.has_blank)
    return Outcome(question, tuple(counts[shift:]), counts[0] if shift else 0)
''',
    "election": r'''
"""The election record: questions and public key. Every ballot is bound to the hash of its bytes."""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from participa.belenios import canonical, questions
from participa.belenios.canonical import Malformed
from participa.belenios.groups import BELENIOS_2048, GROUPS, FixedBase, Group, fixed_base
from participa.belenios.questions import Question, Unsupported

VERSION = 1
UUID_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
UUID_LENGTH = 14
LIMIT = 500_000  # bytes
NEWER_GROUPS = {"Ed25519"}
# In the description of an election: a second ballot of a credential is then an error.
ONE_VOTE = "Vale un solo voto por código."


@dataclass(frozen=True)
class Election:
    """A parsed election record; `raw` is the record itself."""

    raw: bytes
    uuid: str
    name: str
    description: str
    group: Group
    public_key: int
    questions: tuple[Question, ...]
    administrator: str | None = None
    credential_authority: str | None = None

    @property
    def is_one_vote(self) -> bool:
        """Whether each credential may cast one ballot only, by the election's own description."""
        return ONE_VOTE in self.description

    @property
    def fingerprint(self) -> str:
        return canonical.fingerprint(self.raw)

    @property
    def key(self) -> FixedBase:
        return fixed_base(self.group, self.public_key)

    @property
    def slots(self) -> list[int]:
        return [question.slots for question in self.questions]


def new_uuid() -> str:
    """A random identifier: 14 base-58 characters, 82 bits."""
    return "".join(secrets.choice(UUID_ALPHABET) for _ in range(UUID_LENGTH))


def is_uuid(text: str) -> bool:
    return len(text) >= UUID_LENGTH and re.fullmatch(f"[{UUID_ALPHABET}]+", text) is not None


def make(
    uuid: str,
    name: str,
    description: str,
    public_key: int,
    question_list: Sequence[Question],
    administrator: str | None = None,
    credential_authority: str | None = None,
) -> Election:
    record = {
        "version": VERSION,
        "description": description,
        "name": name,
        "group": BELENIOS_2048.name,
        "public_key": str(public_key),
        "questions": [question.record() for question in question_list],
        "uuid": uuid,
    }
    if administrator is not None:
        record["administrator"] = administrator
    if credential_authority is not None:
        record["credential_authority"] = credential_authority
    return read(canonical.write(record))


def read(raw: bytes) -> Election:
    """Parse an election record; raises Malformed or Unsupported."""
    what = "La elección"
    value = canonical.read(raw, what, LIMIT)
    names = ("version", "description", "name", "group", "public_key", "questions", "uuid")
    version, description, name, group_name, public_key, records, uuid, administrator, authority = (
        canonical.members(value, what, *names, "administrator?", "credential_authority?")
    )
    if canonical.number(version, f"{what}, «version»") != VERSION:
        raise Malformed(f"{what} es de la versión {version}, y debe ser la {VERSION}.")
    if not is_uuid(canonical.text(uuid, f"{what}, «uuid»")):
        raise Malformed(f"{what} tiene un «uuid» que no vale.")
    group = group_named(canonical.text(group_name, f"{what}, «group»"))
    if not canonical.items(records, f"{what}, «questions»"):
        raise Malformed(f"{what} no tiene preguntas.")
    return Election(
        raw,
        uuid,
        canonical.text(name, f"{what}, «name»"),
        canonical.text(description, f"{what}, «description»"),
        group,
        group.member(public_key, f"{what}, «public_key»"),
        tuple(questions.read(one, f"La pregunta {n}") for n, one in enumerate(records, start=1)),
        None
        if administrator is None
        else canonical.text(administrator, f"{what}, «administrator»"),
        None if authority is None else canonical.text(authority, f"{what}, registrador"),
    )


def group_named(name: str) -> Group:
    if name in NEWER_GROUPS:
        raise Unsupported(f"El grupo {name} es de una versión del formato que aquí no se revisa.")
    if name not in GROUPS:
        raise Malformed(f"La elección usa un grupo desconocido: «{name[:40]}».")
    return GROUPS[name]
''',
    "trustees": r'''
"""Trustees: each holds a share of the election key, alone or as one of a threshold group.

A trustees record lists parts of the election key, which is the product of their public keys. A
part of the form "Single" is one trustee's, needed in any case. A part of the form "Pedersen"
belongs to n trustees of whom any m open it: they published commitments to polynomials of degree
m - 1, the sum of the polynomials at j is the secret share of trustee j, and at 0 it is the secret
key of the part. How such trustees come to their shares is in `threshold`; the record shows only
what follows from it. Trustees are numbered from 1 through the whole record.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any, NamedTuple

from participa.belenios import canonical, proofs
from participa.belenios.canonical import Malformed
from participa.belenios.groups import Group
from participa.belenios.proofs import Proof

LIMIT = 500_000  # bytes
SINGLE = "Single"  # one trustee, who is needed
THRESHOLD = "Pedersen"  # m of n


class Trustee(NamedTuple):
    """A public key with a Schnorr proof that its owner knows the secret key."""

    public_key: int
    proof: Proof
    name: str | None = None

    def record(self) -> dict[str, Any]:
        name = {} if self.name is None else {"name": self.name}
        return {"pok": self.proof.record(), "public_key": str(self.public_key), **name}


class KeyPart(NamedTuple):
    """A part of the election key, which any `threshold` of these trustees open."""

    trustees: tuple[Trustee, ...]
    threshold: int
    public_key: int


class Trustees:
    """The trustees of an election as a sequence, which counts from 0; their numbers are one more.

    The public key of each is that of the share with which they decrypt.
    """

    def __init__(self, group: Group, parts: Sequence[KeyPart]) -> None:
        self.group = group
        self.parts = tuple(parts)
        self._listed = [trustee for part in parts for trustee in part.trustees]

    def __len__(self) -> int:
        return len(self._listed)

    def __iter__(self) -> Iterator[Trustee]:
        return iter(self._listed)

    def __getitem__(self, index: int) -> Trustee:
        return self._listed[index]

    @property
    def threshold(self) -> int:
        """How many trustees are needed at least; all of them if there is no threshold group."""
        return sum(part.threshold for part in self.parts)

    def public_key(self) -> int:
        """The election key."""
        key = 1
        for part in self.parts:
            key = key * part.public_key % self.group.p
        return key

    def lacking(self, decrypted: Collection[int]) -> tuple[int, list[int]]:
        """How many partial decryptions are missing, and the numbers of those who can give them."""
        count, able = 0, []
        for part, numbers in self._numbered():
            waiting = [number for number in numbers if number not in decrypted]
            if (missing := part.threshold - len(numbers) + len(waiting)) > 0:
                count += missing
                able += waiting
        return count, able

    def exponents(self, decrypted: Collection[int]) -> dict[int, int]:
        """The trustees whose partial decryptions are combined, each with the exponent to be used.

        Of those who decrypted, the first ones of each threshold group are taken, as many as needed:
        Lagrange's coefficients at 0 of the polynomial through their shares. Raises Malformed if
        too few decrypted.
        """
        if self.lacking(decrypted)[0]:
            raise Malformed("Faltan descifrados para abrir el total.")
        chosen = {}
        for part, numbers in self._numbered():
            able = [place for place, n in enumerate(numbers, 1) if n in decrypted]
            able = able[: part.threshold]
            for place in able:
                chosen[numbers[place - 1]] = lagrange(self.group, place, able)
        return chosen

    def _numbered(self) -> Iterator[tuple[KeyPart, list[int]]]:
        first = 1
        for part in self.parts:
            yield part, list(range(first, first + len(part.trustees)))
            first += len(part.trustees)


def lagrange(group: Group, place: int, places: Sequence[int]) -> int:
    """The weight of the value at `place` in the value at 0 of a polynomial known at `places`."""
    above = below = 1
    for other in places:
        if other != place:
            above = above * other % group.q
            below = below * (other - place) % group.q
    return above * pow(below, -1, group.q) % group.q


def statement(group: Group, public_key: int) -> str:
    """The start of what the proof of knowledge hashes."""
    return f"pok|{group.name}|{public_key}|"


def make(group: Group, secret: int, name: str | None = None) -> Trustee:
    public = group.generator.power(secret)
    return Trustee(public, proofs.prove_knowledge(group, secret, statement(group, public)), name)


def read_one(group: Group, value: Any, what: str) -> Trustee:
    """Parse a trustee and verify the proof of knowledge; raises Malformed."""
    pok, public_key, name = canonical.members(value, what, "pok", "public_key", "name?")
    public = group.member(public_key, f"{what}, «public_key»")
    proof = proofs.read_proof(group, pok, f"{what}, «pok»")
    if not proofs.verify_knowledge(group, public, statement(group, public), proof):
        raise Malformed(f"{what}: la prueba de que tiene su llave no es válida.")
    return Trustee(public, proof, None if name is None else canonical.text(name, what))


def write(trustees: Sequence[Trustee]) -> bytes:
    """The trustees record of an election that needs all of them."""
    return canonical.write([[SINGLE, trustee.record()] for trustee in trustees])


def read(group: Group, raw: bytes) -> Trustees:
    """Parse the trustees record and verify every proof; raises Malformed."""
    parts: list[KeyPart] = []
    listed = canonical.items(canonical.read(raw, "La lista de custodios", LIMIT), "Custodios")
    number = 1  # of the next trustee
    for item in listed:
        what = f"El custodio {number}"
        kind, value = canonical.items(item, what, 2)
        if kind == SINGLE:
            trustee = read_one(group, value, what)
            parts.append(KeyPart((trustee,), 1, trustee.public_key))
        elif kind == THRESHOLD:
            parts.append(_read_threshold(group, value, number))
        else:
            raise Malformed(f"{what} es de una clase desconocida.")
        number += len(parts[-1].trustees)
    if not parts:
        raise Malformed("La lista de custodios está vacía.")
    trustees = Trustees(group, parts)
    if len({trustee.public_key for trustee in trustees}) != len(trustees):
        raise Malformed("La lista de custodios repite una llave.")
    return trustees


def public_key(group: Group, trustees: Sequence[Trustee]) -> int:
    """The key of an election that needs all of these trustees: the product of their public keys."""
    key = 1
    for trustee in trustees:
        key = key * trustee.public_key % group.p
    return key


# The form "Pedersen". Lists in it are in the order of the trustees of the group.


class TrusteeCertificate(NamedTuple):
    """The public keys of a member of a threshold group, signed with the first one.

    `verification` checks signatures; with `encryption` others encrypt for this trustee. Neither
    is the key of the share with which the trustee decrypts.
    """

    verification: int
    encryption: int
    record: dict[str, Any]

    @property
    def raw(self) -> bytes:
        return canonical.write(self.record)


class Commitments(NamedTuple):
    """g^a for the coefficients a of a trustee's polynomial, from the constant one on."""

    powers: tuple[int, ...]
    record: dict[str, Any]


def signed(group: Group, secret: int, message: bytes, nonce: int | None = None) -> dict[str, Any]:
    """A text with its signature, as certificates and commitments have it."""
    text = message.decode()
    proof = proofs.prove_knowledge(group, secret, f"sigmsg|{text}|", nonce)
    return {"message": text, "signature": proof.record()}


def read_certificate(group: Group, value: Any, what: str) -> TrusteeCertificate:
    """Parse a certificate and verify its signature; raises Malformed."""
    message, text, proof = _read_signed(group, value, what)
    verification, encryption = canonical.members(message, what, "verification", "encryption")
    key = group.member(verification, f"{what}, «verification»")
    other = group.member(encryption, f"{what}, «encryption»")
    _check_signature(group, key, text, proof, what)
    return TrusteeCertificate(key, other, value)


def read_commitments(
    group: Group, signer: int, threshold: int, value: Any, what: str
) -> Commitments:
    """Parse the commitments of whose signatures `signer` checks; raises Malformed."""
    message, text, proof = _read_signed(group, value, what)
    (listed,) = canonical.members(message, what, "coefexps")
    where = f"{what}, «coefexps»"
    listed = canonical.items(listed, where, threshold)
    powers = tuple(group.member(one, where) for one in listed)
    _check_signature(group, signer, text, proof, what)
    return Commitments(powers, value)


def check_members(threshold: int, certificates: Sequence[TrusteeCertificate], what: str) -> None:
    """That a threshold group can be of these trustees; raises Malformed."""
    if not 1 <= threshold <= len(certificates):
        count = len(certificates)
        raise Malformed(f"{what}: el umbral es {threshold} y hay {count} custodios.")
    keys = [key for one in certificates for key in (one.verification, one.encryption)]
    if len(set(keys)) != len(keys):
        raise Malformed(f"{what}: hay una llave repetida en los certificados.")


def committed(group: Group, powers: Sequence[int], place: int) -> int:
    """g^f(place) for the polynomial f with these commitments."""
    result = 1
    for power in reversed(powers):
        result = group.power(result, place) * power % group.p
    return result


def summed(group: Group, commitments: Sequence[Commitments]) -> list[int]:
    """The commitments to the sum of the polynomials."""
    sums = [1] * len(commitments[0].powers)
    for one in commitments:
        sums = [a * b % group.p for a, b in zip(sums, one.powers)]  # noqa: B905 - the single file runs on Python 3.9
    return sums


def threshold_item(
    threshold: int,
    certificates: Sequence[TrusteeCertificate],
    commitments: Sequence[Commitments],
    keys: Sequence[Trustee],
) -> list[Any]:
    """The item of a trustees record for a threshold group."""
    return [
        THRESHOLD,
        {
            "threshold": threshold,
            "certs": [one.record for one in certificates],
            "coefexps": [one.record for one in commitments],
            "verification_keys": [key.record() for key in keys],
        },
    ]


def read_share_key(
    group: Group, powers: Sequence[int], place: int, value: Any, what: str
) -> Trustee:
    """Parse the key of the share at `place`; raises Malformed if it does not follow from `powers`.

    `powers` are the commitments to the sum of all polynomials.
    """
    key = read_one(group, value, what)
    if key.public_key != committed(group, powers, place):
        raise Malformed(f"{what}: su llave no es la que sale de lo que repartieron los custodios.")
    return key


def _read_threshold(group: Group, value: Any, first: int) -> KeyPart:
    what = f"El grupo del custodio {first}"
    names = ("threshold", "certs", "coefexps", "verification_keys")
    threshold, certs, coefexps, keys = canonical.members(value, what, *names)
    threshold = canonical.number(threshold, f"{what}, «threshold»")
    certificates = [
        read_certificate(group, one, f"El certificado del custodio {n}")
        for n, one in enumerate(canonical.items(certs, f"{what}, «certs»"), start=first)
    ]
    check_members(threshold, certificates, what)
    size = len(certificates)
    listed = canonical.items(coefexps, f"{what}, «coefexps»", size)
    commitments = [
        read_commitments(
            group,
            certificates[n].verification,
            threshold,
            one,
            f"El reparto del custodio {first + n}",
        )
        for n, one in enumerate(listed)
    ]
    powers = summed(group, commitments)
    listed = canonical.items(keys, f"{what}, «verification_keys»", size)
    trustees = [
        read_share_key(group, powers, n + 1, one, f"El custodio {first + n}")
        for n, one in enumerate(listed)
    ]
    return KeyPart(tuple(trustees), threshold, powers[0])


def _read_signed(group: Group, value: Any, what: str) -> tuple[Any, str, Proof]:
    text, signature = canonical.members(value, what, "message", "signature")
    text = canonical.text(text, f"{what}, «message»")
    message = canonical.read(text.encode(), what, LIMIT)
    return message, text, proofs.read_proof(group, signature, f"{what}, «signature»")


def _check_signature(group: Group, key: int, text: str, proof: Proof, what: str) -> None:
    if not proofs.verify_knowledge(group, key, f"sigmsg|{text}|", proof):
        raise Malformed(f"{what}: su firma no es válida en la forma de Belenios 2.0.")


# Private keys.


def write_secret(secret: int) -> bytes:
    """The file of a private key, as belenios-tool reads and writes it."""
    return canonical.write(str(secret)) + b"\n"


def read_secret(group: Group, raw: bytes) -> int:
    """Parse the file of a private key; raises Malformed."""
    text = canonical.read(raw.strip(), "El archivo de la llave", 1_000)
    secret = group.scalar(text, "La llave privada")
    if secret == 0:
        raise Malformed("La llave privada es cero.")
    return secret
''',
    "answers": r'''
"""The encrypted answer to one question: one ciphertext per slot, and proofs that the vote is valid.

Individual proofs: every slot encrypts 0 or 1. Overall proof: the number of chosen answers is within
the limits. With a blank vote, slot 0 is the blank: a blank proof shows that slot 0 or the sum of
the other slots is 0, and the overall proof that slot 0 is 1 or that sum is within the limits.

`context` is the text "election fingerprint|credential" at the start of every hash: an answer that
is copied to another credential or election fails verification.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from participa.belenios import canonical, proofs
from participa.belenios.canonical import Malformed
from participa.belenios.groups import FixedBase, Group
from participa.belenios.proofs import Ciphertext, Claim, Opening, Proof
from participa.belenios.questions import Question

BIT = (0, 1)


class Answer(NamedTuple):
    choices: list[Ciphertext]
    individual: list[list[Proof]]
    overall: list[Proof]
    blank: list[Proof] | None

    def record(self) -> dict[str, Any]:
        record = {
            "choices": [choice.record() for choice in self.choices],
            "individual_proofs": [[p.record() for p in pair] for pair in self.individual],
            "overall_proof": [proof.record() for proof in self.overall],
        }
        if self.blank is not None:
            record["blank_proof"] = [proof.record() for proof in self.blank]
        return record


def read(group: Group, question: Question, value: Any, what: str) -> Answer:
    """Parse an answer with the number of slots and branches that the question requires.

    Raises Malformed. The proofs are not verified, nor that the elements belong to the group.
    """
    names = ["choices", "individual_proofs", "overall_proof"]
    if question.has_blank:
        names.append("blank_proof")
    choices, individual, overall, *blank = canonical.members(value, what, *names)
    choices = canonical.items(choices, f"{what}, «choices»", question.slots)
    individual = canonical.items(individual, f"{what}, «individual_proofs»", question.slots)
    branches = question.most - question.least + 1 + question.has_blank
    return Answer(
        [
            proofs.read_ciphertext(group, one, f"{what}, casilla {n}")
            for n, one in enumerate(choices, start=1)
        ],
        [
            proofs.read_proofs(group, one, f"{what}, prueba de la casilla {n}", len(BIT))
            for n, one in enumerate(individual, start=1)
        ],
        proofs.read_proofs(group, overall, f"{what}, «overall_proof»", branches),
        proofs.read_proofs(group, blank[0], f"{what}, «blank_proof»", 2) if blank else None,
    )


def _question_context(context: str, choices: Sequence[Ciphertext]) -> str:
    return f"{context}|{','.join(map(str, choices))}"


def _individual_statement(context: str, choice: Ciphertext) -> str:
    return f"prove|{context}|{choice}|"


def _allowed_sums(question: Question) -> range:
    return range(question.least, question.most + 1)


def encrypt(
    key: FixedBase, question: Question, vector: Sequence[int], context: str
) -> tuple[Answer, list[Opening]]:
    """Encrypt a vector of one 0 or 1 per slot, with its proofs; also returns what opens each slot.

    The vector is not checked against the question. For a forbidden one the proofs fail
    verification, or there is no branch to prove (IndexError).
    """
    pairs = [proofs.encrypt(key, m) for m in vector]
    choices, openings = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    individual = [
        proofs.prove_one_of(
            key, _individual_statement(context, choice), [Claim(choice, BIT)], [opening], opening.m
        )
        for choice, opening in pairs
    ]
    context = _question_context(context, choices)
    if question.has_blank:
        overall, blank = _prove_with_blank(key, question, context, choices, openings)
        return Answer(choices, individual, overall, blank), openings
    total = proofs.product(key.group, choices)
    opening = proofs.sum_openings(key.group, openings)
    claim = Claim(total, _allowed_sums(question))
    overall = proofs.prove_one_of(
        key, f"prove|{context}|{total}|", [claim], [opening], opening.m - question.least
    )
    return Answer(choices, individual, overall, None), openings


def _prove_with_blank(
    key: FixedBase,
    question: Question,
    context: str,
    choices: list[Ciphertext],
    openings: list[Opening],
) -> tuple[list[Proof], list[Proof]]:
    first, rest = choices[0], proofs.product(key.group, choices[1:])
    both = [openings[0], proofs.sum_openings(key.group, openings[1:])]
    is_blank = both[0].m == 1
    blank = proofs.prove_one_of(
        key, f"bproof0|{context}|", _either_is_zero(first, rest), both, int(is_blank)
    )
    true_branch = 0 if is_blank else both[1].m - question.least + 1
    overall = proofs.prove_one_of(
        key, f"bproof1|{context}|", _blank_or_allowed(question, first, rest), both, true_branch
    )
    return overall, blank


def _either_is_zero(first: Ciphertext, rest: Ciphertext) -> list[Claim]:
    return [Claim(first, (0,)), Claim(rest, (0,))]


def _blank_or_allowed(question: Question, first: Ciphertext, rest: Ciphertext) -> list[Claim]:
    return [Claim(first, (1,)), Claim(rest, _allowed_sums(question))]


def check(key: FixedBase, question: Question, answer: Answer, context: str, what: str) -> None:
    """Verify every proof and the membership of every element; raises Malformed."""
    for number, choice in enumerate(answer.choices, start=1):
        proof = answer.individual[number - 1]
        statement, claims = _individual_statement(context, choice), [Claim(choice, BIT)]
        if not proofs.verify_one_of(key, statement, claims, proof, check_membership=True):
            raise Malformed(f"{what}: la prueba de la casilla {number} no es válida.")
    context = _question_context(context, answer.choices)
    if answer.blank is not None:
        _check_with_blank(key, question, answer, context, what)
        return
    total = proofs.product(key.group, answer.choices)
    claims = [Claim(total, _allowed_sums(question))]
    if not proofs.verify_one_of(key, f"prove|{context}|{total}|", claims, answer.overall):
        raise Malformed(f"{what}: la prueba de cuántas opciones se escogieron no es válida.")


def _check_with_blank(
    key: FixedBase, question: Question, answer: Answer, context: str, what: str
) -> None:
    first, rest = answer.choices[0], proofs.product(key.group, answer.choices[1:])
    claims = _either_is_zero(first, rest)
    if not proofs.verify_one_of(key, f"bproof0|{context}|", claims, answer.blank or ()):
        raise Malformed(f"{what}: la prueba del voto en blanco no es válida.")
    claims = _blank_or_allowed(question, first, rest)
    if not proofs.verify_one_of(key, f"bproof1|{context}|", claims, answer.overall):
        raise Malformed(f"{what}: la prueba de cuántas opciones se escogieron no es válida.")
''',
    "ballot": r'''
"""A ballot: encrypted answers, signed with the voter's credential (a Schnorr signature)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from participa.belenios import answers, canonical, proofs
from participa.belenios.answers import Answer
from participa.belenios.canonical import Malformed
from participa.belenios.election import Election
from participa.belenios.proofs import Proof

WHAT = "La papeleta"
# Upper bounds of the serialised size: an element has 617 digits, a 256-bit scalar 78.
HEAD_BYTES = 3_000
CHOICE_BYTES = 2 * 640
PROOF_BYTES = 200


class Ballot(NamedTuple):
    """A parsed ballot; `raw` is the record itself, as stored and published."""

    raw: bytes
    credential: int
    answers: tuple[Answer, ...]
    signed_hash: str  # fingerprint of the record without its signature
    signature: Proof

    @property
    def tracker(self) -> str:
        return tracker(self.raw)


def tracker(raw: bytes) -> str:
    """The fingerprint with which a voter finds the ballot in the published archive."""
    return canonical.fingerprint(raw)


def max_bytes(election: Election) -> int:
    """An upper bound of the size of a ballot of this election, checked before parsing."""
    scalar = PROOF_BYTES if election.group.q.bit_length() <= 256 else 7 * PROOF_BYTES
    total = HEAD_BYTES + 2 * scalar
    for question in election.questions:
        branches = 2 * question.slots + question.most - question.least + 4
        total += question.slots * CHOICE_BYTES + branches * scalar
    return total


def _context(election: Election, credential: int) -> str:
    return f"{election.fingerprint}|{credential}"


def make(election: Election, secret: int, votes: Sequence[Collection[int] | None]) -> bytes:
    """The serialised ballot of the credential with this secret, one vote per question.

    A vote is a collection of positions in `question.answers`, counted from 0, or BLANK. Raises
    ValueError for a vote that `Question.vector` forbids.
    """
    return make_from_vectors(election, secret, _vectors(election, votes))


def make_with_randomness(
    election: Election, secret: int, votes: Sequence[Collection[int] | None]
) -> tuple[bytes, list[list[int]]]:
    """As `make`, with the randomness per question and slot that opens the ciphertexts."""
    return _make(election, secret, _vectors(election, votes))


def make_from_vectors(election: Election, secret: int, vectors: Sequence[Sequence[int]]) -> bytes:
    """As `make`, from vectors of one 0 or 1 per slot, which are not checked against the limits."""
    return _make(election, secret, vectors)[0]


def _vectors(election: Election, votes: Sequence[Collection[int] | None]) -> list[list[int]]:
    return [
        question.vector(vote)
        for question, vote in zip(election.questions, votes)  # noqa: B905 - the single file runs on Python 3.9
    ]


def _make(
    election: Election, secret: int, vectors: Sequence[Sequence[int]]
) -> tuple[bytes, list[list[int]]]:
    if len(vectors) != len(election.questions):
        raise ValueError("Responda todas las preguntas.")
    group = election.group
    credential = group.generator.power(secret)
    context = _context(election, credential)
    encrypted = [
        answers.encrypt(election.key, question, vector, context)
        for question, vector in zip(election.questions, vectors)  # noqa: B905 - as above
    ]
    record: dict[str, Any] = {
        "election_uuid": election.uuid,
        "election_hash": election.fingerprint,
        "credential": str(credential),
        "answers": [answer.record() for answer, _ in encrypted],
    }
    signed_hash = canonical.fingerprint(canonical.write(record))
    proof = proofs.prove_knowledge(group, secret, f"sig|{signed_hash}|")
    record["signature"] = {"hash": signed_hash, "proof": proof.record()}
    randomness = [[opening.r for opening in openings] for _, openings in encrypted]
    return canonical.write(record), randomness


def read(election: Election, raw: bytes) -> Ballot:
    """Parse a ballot of this election; raises Malformed. No proof is verified, see `check`."""
    group = election.group
    value = canonical.read(raw, WHAT, max_bytes(election))
    names = ("election_uuid", "election_hash", "credential", "answers", "signature")
    uuid, digest, credential, values, signature = canonical.members(value, WHAT, *names)
    if uuid != election.uuid or digest != election.fingerprint:
        raise Malformed(f"{WHAT} es de otra elección.")
    signed_hash, proof = canonical.members(signature, f"{WHAT}, «signature»", "hash", "proof")
    values = canonical.items(values, f"{WHAT}, «answers»", len(election.questions))
    ballot = Ballot(
        raw,
        group.element(credential, f"{WHAT}, «credential»"),
        tuple(
            answers.read(group, question, values[n], f"{WHAT}, respuesta {n + 1}")
            for n, question in enumerate(election.questions)
        ),
        signed_hash,
        proofs.read_proof(group, proof, f"{WHAT}, firma"),
    )
    unsigned = {name: member for name, member in value.items() if name != "signature"}
    if signed_hash != canonical.fingerprint(canonical.write(unsigned)):
        raise Malformed(f"{WHAT} cambió después de firmada.")
    return ballot


def check(election: Election, ballot: Ballot) -> None:
    """Verify the signature and every proof; raises Malformed.

    The caller must have checked that the credential is on the roll, and so belongs to the group.
    """
    check_signature(election, ballot)
    check_answers(election, ballot)


def check_signature(election: Election, ballot: Ballot) -> None:
    """The cheap part of `check`, which only the holder of the code can pass."""
    statement = f"sig|{ballot.signed_hash}|"
    if not proofs.verify_knowledge(election.group, ballot.credential, statement, ballot.signature):
        raise Malformed(f"{WHAT}: la firma no es válida.")


def check_answers(election: Election, ballot: Ballot) -> None:
    """The rest of `check`, thirty times as long."""
    context = _context(election, ballot.credential)
    for n, question in enumerate(election.questions):
        what = f"{WHAT}, respuesta {n + 1}"
        answers.check(election.key, question, ballot.answers[n], context, what)
''',
    "tally": r'''
"""Homomorphic tally: encrypted totals, partial decryptions by the trustees, and the counts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from participa.belenios import canonical, proofs
from participa.belenios.ballot import Ballot
from participa.belenios.canonical import Malformed
from participa.belenios.election import Election
from participa.belenios.groups import Group
from participa.belenios.proofs import Ciphertext, Proof
from participa.belenios.trustees import Trustees

LIMIT = 5_000_000  # bytes
LAST_COUNTS = "last"  # the last ballot of a credential replaces its earlier ones
ONE_ONLY = "one"  # a second ballot of a credential is an error
Totals = list[list[Ciphertext]]  # per question, per slot


class PartialDecryption(NamedTuple):
    """One trustee's factors alpha^x, per question and slot, with a proof each."""

    factors: list[list[int]]
    proofs: list[list[Proof]]

    def record(self) -> bytes:
        factors = [[str(factor) for factor in row] for row in self.factors]
        records = [[proof.record() for proof in row] for row in self.proofs]
        return canonical.write({"decryption_factors": factors, "decryption_proofs": records})


def counted_ballots(ballots: Iterable[Ballot], policy: str = LAST_COUNTS) -> list[Ballot]:
    """One ballot per credential, in the order of the credentials' first ballots.

    Raises Malformed for a second ballot of a credential under ONE_ONLY.
    """
    by_credential: dict[int, Ballot] = {}
    for ballot in ballots:
        if policy == ONE_ONLY and ballot.credential in by_credential:
            raise Malformed("Un código votó dos veces, y en esta urna solo vale una.")
        by_credential[ballot.credential] = ballot
    return list(by_credential.values())


def encrypted_totals(election: Election, ballots: Iterable[Ballot]) -> Totals:
    """The product of the ballots' ciphertexts, per question and slot."""
    p = election.group.p
    sums = [[[1, 1] for _ in range(slots)] for slots in election.slots]
    for ballot in ballots:
        for row, answer in zip(sums, ballot.answers):  # noqa: B905 - the single file runs on Python 3.9
            for pair, choice in zip(row, answer.choices):  # noqa: B905 - as above
                pair[0] = pair[0] * choice.alpha % p
                pair[1] = pair[1] * choice.beta % p
    return [[Ciphertext(alpha, beta) for alpha, beta in row] for row in sums]


def multiplied(group: Group, first: Totals, second: Totals, inverse: bool = False) -> Totals:
    """The product of two totals, or of the first with the inverse of the second."""

    def product(one: int, other: int) -> int:
        return one * (pow(other, -1, group.p) if inverse else other) % group.p

    return [
        [
            Ciphertext(product(one.alpha, other.alpha), product(one.beta, other.beta))
            for one, other in zip(*rows)  # noqa: B905 - the single file runs on Python 3.9
        ]
        for rows in zip(first, second)  # noqa: B905 - as above
    ]


def totals_record(totals: Totals) -> bytes:
    return canonical.write([[one.record() for one in row] for row in totals])


def sized_record(ballots: int, totals: bytes) -> bytes:
    """The record that states the number of ballots in the totals; each has weight 1."""
    digest = canonical.hex_digest(totals)
    return canonical.write(
        {"num_tallied": ballots, "total_weight": ballots, "encrypted_tally": digest}
    )


def owned_record(owner: int, payload: bytes) -> bytes:
    """The record that assigns a partial decryption to a trustee; `owner` counts from 1."""
    return canonical.write({"owner": owner, "payload": canonical.hex_digest(payload)})


def decrypt(election: Election, totals: Totals, secret: int) -> PartialDecryption:
    """The partial decryption of these totals with a trustee's secret key."""
    rows = [
        [
            proofs.prove_decryption(election.group, election.fingerprint, secret, one.alpha)
            for one in row
        ]
        for row in totals
    ]
    return PartialDecryption(
        [[factor for factor, _ in row] for row in rows],
        [[proof for _, proof in row] for row in rows],
    )


def read_partial(election: Election, raw: bytes, what: str) -> PartialDecryption:
    """Parse a partial decryption; raises Malformed. Its proofs are not verified."""
    group = election.group
    value = canonical.read(raw, what, LIMIT)
    factors, records = canonical.members(value, what, "decryption_factors", "decryption_proofs")
    questions = len(election.slots)
    factor_rows = canonical.items(factors, f"{what}, «decryption_factors»", questions)
    proof_rows = canonical.items(records, f"{what}, «decryption_proofs»", questions)
    partial = PartialDecryption([], [])
    for number, slots in enumerate(election.slots):
        where = f"{what}, pregunta {number + 1}"
        row = canonical.items(factor_rows[number], where, slots)
        partial.factors.append([group.element(factor, f"{where}, factor") for factor in row])
        partial.proofs.append(proofs.read_proofs(group, proof_rows[number], where, slots))
    return partial


def check_partial(
    election: Election, totals: Totals, public_key: int, partial: PartialDecryption, what: str
) -> None:
    """Verify the proof of every factor against the trustee's public key; raises Malformed."""
    for question, row in enumerate(totals):
        for slot, one in enumerate(row):
            is_proved = proofs.verify_decryption(
                election.group,
                election.fingerprint,
                public_key,
                one.alpha,
                partial.factors[question][slot],
                partial.proofs[question][slot],
            )
            if not is_proved:
                raise Malformed(
                    f"{what}, pregunta {question + 1}, casilla {slot + 1}: "
                    "la prueba del descifrado no es válida."
                )


def counts_of(
    election: Election,
    totals: Totals,
    listed: Trustees,
    partials: Mapping[int, PartialDecryption],
    ballots: int,
) -> list[list[int]]:
    """Decrypt the totals with these trustees' partial decryptions, by their numbers from 1.

    Raises Malformed if they are too few, or do not give counts.
    """
    exponents = listed.exponents(partials)
    chosen = [partials[number] for number in exponents]
    return counts(election, totals, chosen, ballots, list(exponents.values()))


def counts(
    election: Election,
    totals: Totals,
    partials: Sequence[PartialDecryption],
    ballots: int,
    exponents: Sequence[int] | None = None,
) -> list[list[int]]:
    """Decrypt the totals with partial decryptions; where all trustees are needed, of all of them.

    The plaintext of a total is the n with g^n = beta / product of the factors, each raised to its
    exponent (1 if none are given); n is at most the number of ballots. Raises Malformed if a total
    has no such n.
    """
    group, counts = election.group, []
    powers = [1] * len(partials) if exponents is None else exponents
    logarithms = discrete_logarithms(group, ballots)
    for question, row in enumerate(totals):
        row_counts = []
        for slot, one in enumerate(row):
            factor = 1
            for partial, exponent in zip(partials, powers):  # noqa: B905 - as above
                raised = group.power(partial.factors[question][slot], exponent)
                factor = factor * raised % group.p
            power = one.beta * pow(factor, -1, group.p) % group.p
            if power not in logarithms:
                raise Malformed("Los totales descifrados no son un conteo de estas papeletas.")
            row_counts.append(logarithms[power])
        counts.append(row_counts)
    return counts


def discrete_logarithms(group: Group, maximum: int) -> dict[int, int]:
    """A table from g^n to n for n in [0, maximum].

    One multiplication per ballot is far below the cost of verifying it, so that baby-step
    giant-step would not pay.
    """
    power, table = 1, {}
    for n in range(maximum + 1):
        table[power] = n
        power = power * group.g % group.p
    return table


def result_record(counts: Sequence[Sequence[int]]) -> bytes:
    return canonical.write({"result": [list(row) for row in counts]})
''',
    "opening_proofs": r'''
"""Proofs that the published factors open this encrypted tally, in the file `refuerzo.json`.

The proof inside a partial decryption names the election and the trustee's key. The one here names
the encrypted tally and the factors too: all of them at once, as one Chaum-Pedersen proof about a
random combination of them, whose coefficients are a hash of everything that is proved. With it come
a proof of possession of the key for this very election. The archive itself stays as other programs
read it; the file names the event that carries the tally.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from participa.belenios import canonical, proofs, tally
from participa.belenios.canonical import Malformed
from participa.belenios.election import Election
from participa.belenios.groups import Group
from participa.belenios.proofs import Proof
from participa.belenios.tally import PartialDecryption, Totals

VERSION = 1
LIMIT = 100_000  # bytes
WHAT = "El refuerzo"
COEFFICIENT_BYTES = 16


class Statement(NamedTuple):
    """What a trustee proves: these factors open these totals with the secret of this key."""

    election: Election
    tally_digest: str  # of the record of the totals, in hexadecimal
    totals: Totals
    public_key: int
    partial: PartialDecryption

    @property
    def alphas(self) -> list[int]:
        return [one.alpha for row in self.totals for one in row]

    @property
    def factors(self) -> list[int]:
        return [factor for row in self.partial.factors for factor in row]


class ProvedOpening(NamedTuple):
    """The proofs of one trustee; `factors` is the digest of the record of the decryption."""

    owner: int  # counted from 1
    factors: str
    proof: Proof
    possession: Proof

    def record(self) -> dict[str, Any]:
        numbered = {"owner": self.owner, "factors": self.factors}
        return numbered | self.proof.record() | {"possession": self.possession.record()}


class OpeningProofs(NamedTuple):
    """The content of the file. `archive` is the hash of the event that carries the totals."""

    election: str
    archive: str
    entries: list[ProvedOpening]

    def record(self) -> bytes:
        listed = [entry.record() for entry in self.entries]
        about = {"version": VERSION, "election": self.election, "archive": self.archive}
        return canonical.write(about | {"proofs": listed})


def prove(statement: Statement, secret: int) -> Proof:
    """Prove log_g X = log_a f for the random combination (a, f) of all alphas and factors."""
    group = statement.election.group
    seed, a, f = _combined(statement)
    w = group.random()
    commitments = f"{group.generator.power(w)},{group.secret_power(a, w)}"
    challenge = group.hash(f"{seed}|{a},{f}|{commitments}")
    return Proof(challenge, (w - secret * challenge) % group.q)


def verify(statement: Statement, proof: Proof) -> bool:
    """Whether the proof holds, and all alphas and factors are members of the group."""
    group = statement.election.group
    if not all(group.is_member(element) for element in statement.alphas + statement.factors):
        return False
    seed, a, f = _combined(statement)
    key = group.power(statement.public_key, proof.challenge)
    first = group.generator.power(proof.response) * key % group.p
    second = group.power(a, proof.response) * group.power(f, proof.challenge) % group.p
    return group.hash(f"{seed}|{a},{f}|{first},{second}") == proof.challenge


def _combined(statement: Statement) -> tuple[str, int, int]:
    """The seed in hexadecimal, and the products of alpha_i^e_i and of factor_i^e_i."""
    group, alphas, factors = statement.election.group, statement.alphas, statement.factors
    named = [
        "participa-decrypt",
        statement.election.fingerprint,
        str(statement.public_key),
        statement.tally_digest,
        ",".join(map(str, alphas)),
        ",".join(map(str, factors)),
    ]
    seed = hashlib.sha256("|".join(named).encode()).digest()
    a = f = 1
    for number, (alpha, factor) in enumerate(zip(alphas, factors)):  # noqa: B905 - Python 3.9
        coefficient = _coefficient(seed, number)
        a = a * group.power(alpha, coefficient) % group.p
        f = f * group.power(factor, coefficient) % group.p
    return seed.hex(), a, f


def _coefficient(seed: bytes, number: int) -> int:
    digest = hashlib.sha256(seed + number.to_bytes(4, "big")).digest()
    return int.from_bytes(digest[:COEFFICIENT_BYTES], "big")


def possession_statement(election: Election, public_key: int) -> str:
    """The start of what the proof of possession hashes: the key, in this election."""
    return f"participa-pok|{election.fingerprint}|{public_key}|"


def make_entry(
    election: Election, totals: Totals, secret: int, owner: int, partial: PartialDecryption
) -> bytes:
    """The third line of what a trustee delivers: the entry of the file about this decryption."""
    group = election.group
    public_key = group.generator.power(secret)
    digest = canonical.hex_digest(tally.totals_record(totals))
    statement = Statement(election, digest, totals, public_key, partial)
    knows = possession_statement(election, public_key)
    entry = ProvedOpening(
        owner,
        canonical.hex_digest(partial.record()),
        prove(statement, secret),
        proofs.prove_knowledge(group, secret, knows),
    )
    return canonical.write(entry.record())


def make_part(election: Election, totals: Totals, secret: int, owner: int) -> bytes:
    """The file that a trustee delivers: three lines, the decryption, its owner and the entry."""
    partial = tally.decrypt(election, totals, secret)
    record = partial.record()
    entry = make_entry(election, totals, secret, owner, partial)
    return b"".join(line + b"\n" for line in (record, tally.owned_record(owner, record), entry))


def read_entry(group: Group, value: Any, what: str) -> ProvedOpening:
    """Parse an entry; raises Malformed. Nothing is verified."""
    names = ("owner", "factors", "challenge", "response", "possession")
    owner, factors, challenge, response, possession = canonical.members(value, what, *names)
    if not canonical.is_hex_digest(factors):
        raise Malformed(f"{what}, «factors» no es una huella.")
    return ProvedOpening(
        canonical.number(owner, f"{what}, «owner»"),
        factors,
        Proof(group.scalar(challenge, what), group.scalar(response, what)),
        proofs.read_proof(group, possession, what),
    )


def read(group: Group, raw: bytes) -> OpeningProofs:
    """Parse the file; raises Malformed. Nothing is verified."""
    value = canonical.read(raw, WHAT, LIMIT)
    version, election, archive, listed = canonical.members(
        value, WHAT, "version", "election", "archive", "proofs"
    )
    if canonical.number(version, f"{WHAT}, «version»") != VERSION:
        raise Malformed(f"{WHAT} es de la versión {version}, y debe ser la {VERSION}.")
    entries = [read_entry(group, one, WHAT) for one in canonical.items(listed, WHAT)]
    owners = [entry.owner for entry in entries]
    if owners != sorted(set(owners)):
        raise Malformed(f"{WHAT} no lleva los custodios en orden, cada uno una vez.")
    election = canonical.text(election, f"{WHAT}, «election»")
    return OpeningProofs(election, canonical.text(archive, f"{WHAT}, «archive»"), entries)


def check(
    raw: bytes,
    election: Election,
    tally_event: str,
    totals: Totals,
    public_keys: Sequence[int],
    partials: Mapping[int, PartialDecryption],
) -> set[int]:
    """Verify the file against its archive; returns the numbers of the trustees who prove it.

    `tally_event` is the hash of the event with the totals; `public_keys` and `partials` are those
    of the archive. Raises Malformed.
    """
    content = read(election.group, raw)
    if content.election != election.fingerprint:
        raise Malformed(f"{WHAT} es de otra elección.")
    if content.archive != tally_event:
        raise Malformed(f"{WHAT} es de otro total.")
    for entry in content.entries:
        if entry.owner not in partials:
            raise Malformed(f"{WHAT}: no hay un descifrado del custodio {entry.owner}.")
        key = public_keys[entry.owner - 1]
        check_entry(entry, election, totals, key, partials[entry.owner])
    return {entry.owner for entry in content.entries}


def check_entry(
    entry: ProvedOpening,
    election: Election,
    totals: Totals,
    public_key: int,
    partial: PartialDecryption,
) -> None:
    """Verify the proofs of one trustee about this decryption; raises Malformed."""
    who = f"el custodio {entry.owner}"
    if entry.factors != canonical.hex_digest(partial.record()):
        raise Malformed(f"{WHAT}: la prueba del custodio {entry.owner} es de otro descifrado.")
    knows = possession_statement(election, public_key)
    if not proofs.verify_knowledge(election.group, public_key, knows, entry.possession):
        raise Malformed(f"{WHAT}: {who} no prueba que tiene su llave en esta elección.")
    digest = canonical.hex_digest(tally.totals_record(totals))
    if not verify(Statement(election, digest, totals, public_key, partial), entry.proof):
        raise Malformed(f"{WHAT}: {who} no prueba que abre este total.")
''',
    "roll": r'''
"""The roll (public_credentials record): the public credentials of all voters, no names."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from participa.belenios import canonical
from participa.belenios.canonical import Malformed
from participa.belenios.groups import BELENIOS_2048, Group

LIMIT = 700_000_000  # bytes: about a million credentials
VOID_LIMIT = 20_000_000  # bytes
WHAT = "El padrón"
VOID = "La lista de anuladas"


def write(credentials: Iterable[int]) -> bytes:
    """The roll in numerical order, which reveals nothing about the order of the voters."""
    return canonical.write([str(credential) for credential in sorted(credentials)])


def read(group: Group, raw: bytes) -> list[int]:
    """Parse a roll of distinct group elements with one vote each; raises Malformed."""
    return distinct([member(group, item, number) for number, item in enumerate(listed(raw), 1)])


def listed(raw: bytes) -> list[Any]:
    """The credentials of a roll as they stand in it; raises Malformed."""
    return canonical.items(canonical.read(raw, WHAT, LIMIT), WHAT)


def member(group: Group, item: Any, number: int) -> int:
    """Parse the credential with this number; raises Malformed."""
    what = f"{WHAT}, credencial {number}"
    if isinstance(item, str) and "," in item:
        raise Malformed(f"{what} lleva un peso o un nombre, y debe ir sola.")
    return group.member(item, what)


def distinct(credentials: list[int]) -> list[int]:
    """The same, unless there are none or one stands there twice; raises Malformed."""
    if not credentials:
        raise Malformed(f"{WHAT} está vacío.")
    if len(set(credentials)) != len(credentials):
        raise Malformed(f"{WHAT} repite una credencial.")
    return credentials


def from_registrar(group: Group, raw: bytes) -> bytes:
    """The roll to publish, from the credentials file of belenios-tool; raises Malformed."""
    record = without_names(raw)
    read(group, record)
    return record


def without_names(raw: bytes) -> bytes:
    """The list reduced to its public credentials, which are not checked; raises Malformed.

    An item of the registrar's file is "C", "C,weight" or "C,weight,name"; only weight 1 is allowed.
    """
    credentials = []
    for number, item in enumerate(canonical.items(canonical.read(raw.strip(), WHAT, LIMIT), WHAT)):
        what = f"{WHAT}, credencial {number + 1}"
        public, _, rest = canonical.text(item, what).partition(",")
        if rest.partition(",")[0] not in {"", "1"}:
            raise Malformed(f"{what} vale más de un voto, y aquí cada una vale uno.")
        credentials.append(public)
    return canonical.write(sorted(credentials, key=lambda public: (len(public), public)))


def read_void(raw: bytes) -> list[int]:
    """The public credentials of a list of void ones, in its order; raises Malformed.

    That they belong to the group and to an election is for the caller to check.
    """
    listed = canonical.items(canonical.read(raw.strip(), VOID, VOID_LIMIT), VOID)
    return [int(BELENIOS_2048.element(public, VOID)) for public in listed]
''',
    "archive": r'''
"""The archive `<uuid>.bel`: all public records of an election, as a hash chain of events.

A pre-POSIX (v7) tar file without end-of-archive blocks, so that it is append-only: every earlier
copy is a prefix of a later one. The first file holds version and timestamp. All others are named by
the SHA-256 of their content: data records, and after the data records that an event needs, the
event itself, which holds the hash of the previous event ("parent") and of its last data record
("payload").
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from mmap import mmap
from typing import NamedTuple, Union

from participa.belenios import canonical
from participa.belenios.canonical import Malformed

Raw = Union[bytes, mmap]  # noqa: UP007 - a file may be larger than the memory; Python 3.9
BLOCK = 512  # bytes
FIRST = "BELENIOS"
VERSION = 1
MAX_SECONDS = 8**11  # a tar timestamp has 11 octal digits
DATA, EVENT = ".data.json", ".event.json"
# The number of data records before an event of each type.
DATA_RECORDS = {
    "Setup": 4,
    "Ballot": 1,
    "EndBallots": 0,
    "EncryptedTally": 2,
    "PartialDecryption": 2,
    "Result": 1,
}


class UnreadableArchive(Exception):
    """The file is not an archive of this format; the message is in Spanish."""


class Cut(Malformed):
    """The archive ends within a record, or before the event that its last records belong to."""


class Record(NamedTuple):
    number: int  # from 1; the first file of the archive has number 0
    digest: str  # of the body, in hexadecimal
    is_event: bool
    body: bytes
    end: int  # offset in the archive after the record and its padding


def _tar_header(name: str, size: int, timestamp: int) -> bytes:
    block = bytearray(BLOCK)

    def put(offset: int, text: str) -> None:
        block[offset : offset + len(text)] = text.encode("ascii")

    put(0, name)
    put(100, "0000644")
    put(108, "0000000")
    put(116, "0000000")
    put(124, f"{size:011o}")
    put(136, f"{timestamp:011o}")
    put(148, " " * 8)
    put(156, "0")
    put(148, f"{sum(block):06o}\0 ")
    return bytes(block)


def pack(name: str, body: bytes, timestamp: int) -> bytes:
    """One tar entry: header and body, zero-padded to whole blocks."""
    return _tar_header(name, len(body), timestamp) + body + bytes(-len(body) % BLOCK)


def beginning(timestamp: int) -> bytes:
    """The first file. All files share its timestamp (Unix seconds), which so reveals no order."""
    body = canonical.write({"version": VERSION, "timestamp": str(timestamp)})
    return pack(FIRST, body, timestamp)


class Chain(NamedTuple):
    """The end of an archive: what is needed to append the next event."""

    timestamp: int
    head: str | None = None  # hash of the last event
    height: int = 0  # of the next event
    size: int = 0  # bytes of all events, without the first file

    def add(self, kind: str, *parts: bytes) -> tuple[bytes, Chain]:
        """The bytes to append for one event, and the chain after it.

        `parts` are the event's data records; the last one is its payload.
        """
        if len(parts) != DATA_RECORDS[kind]:
            raise ValueError(f"{kind} takes {DATA_RECORDS[kind]} parts")
        event = event_record(self.head, self.height, kind, parts[-1] if parts else None)
        appended = b"".join(
            pack(canonical.hex_digest(part) + DATA, part, self.timestamp) for part in parts
        )
        head = canonical.hex_digest(event)
        appended += pack(head + EVENT, event, self.timestamp)
        size = self.size + len(appended)
        return appended, Chain(self.timestamp, head, self.height + 1, size)


def event_record(parent: str | None, height: int, kind: str, payload: bytes | None) -> bytes:
    record: dict[str, str | int] = {} if parent is None else {"parent": parent}
    record |= {"height": height, "type": kind}
    if payload is not None:
        record["payload"] = canonical.hex_digest(payload)
    return canonical.write(record)


def setup_record(election: bytes, trustees: bytes, credentials: bytes) -> bytes:
    digest = canonical.hex_digest
    return canonical.write(
        {
            "election": digest(election),
            "trustees": digest(trustees),
            "credentials": digest(credentials),
        }
    )


def timestamp_of(raw: Raw) -> int:
    """The timestamp (Unix seconds) of the first file.

    Raises UnreadableArchive if the bytes do not start as an archive, Malformed if its first file is
    not in the canonical form.
    """
    unreadable = UnreadableArchive("Este archivo no es una urna (.bel).")
    start = FIRST.encode() + b"\0"
    if raw[: len(start)] != start:
        raise unreadable
    try:
        size = int(raw[124:135], 8)
        timestamp = json.loads(raw[BLOCK : BLOCK + size])["timestamp"]
        seconds = canonical.decimal(timestamp, "El momento", MAX_SECONDS)
    except (ValueError, TypeError, KeyError, RecursionError):
        raise unreadable from None
    if raw[: len(first := beginning(seconds))] != first:
        raise Malformed("Registro 0: el encabezado del archivo no tiene la forma debida.")
    return seconds


def read(raw: Raw) -> Iterator[Record]:
    """The records after the first file; raises Malformed unless re-packing gives the same bytes."""
    timestamp = timestamp_of(raw)
    return read_on(raw, timestamp, len(beginning(timestamp)), 0)


def read_on(raw: Raw, timestamp: int, offset: int, number: int) -> Iterator[Record]:
    """The records from this offset on, after so many others. Raises Cut if they end within one."""
    while offset < len(raw):
        number += 1
        record = _read_record(raw, offset, number, timestamp)
        yield record
        offset = record.end


def _read_record(raw: Raw, offset: int, number: int, timestamp: int) -> Record:
    header = raw[offset : offset + BLOCK]
    if len(header) < BLOCK:
        raise Cut(f"Registro {number}: hay bytes ajenos donde debía empezar.")
    try:
        name = header[:100].rstrip(b"\0").decode("ascii")
        size = int(header[124:135].decode("ascii"), 8)
    except ValueError:
        raise Malformed(f"Registro {number}: hay bytes ajenos donde debía empezar.") from None
    digest = name.partition(".")[0]
    body = raw[offset + BLOCK : offset + BLOCK + size]
    if not canonical.is_hex_digest(digest) or name[len(digest) :] not in {DATA, EVENT}:
        raise Malformed(f"Registro {number}: su nombre no es el de un registro.")
    if len(body) != size:
        raise Cut(f"Registro {number}: el archivo está cortado.")
    if canonical.hex_digest(body) != digest:
        raise Malformed(f"Registro {number}: su contenido no es el que dice su nombre (huella).")
    packed = pack(name, body, timestamp)
    if raw[offset : offset + len(packed)] != packed:
        problem = Cut if packed.startswith(raw[offset : offset + len(packed)]) else Malformed
        raise problem(f"Registro {number}: su encabezado o su relleno fue alterado.")
    return Record(number, digest, name.endswith(EVENT), body, offset + len(packed))
''',
    "checking.workers": r'''
"""Processes that share work: one for each processor, or none where they cannot be started.

They are started anew and not forked: a process with threads can be forked into one that waits for a
lock for ever, and elsewhere than on Linux there is no fork. So what they do is a function of a
module, and everything that it needs comes with it. Runs on Python 3.9.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import Any

from participa.belenios.archive import UnreadableArchive

MOST = 60  # processes; one system starts no more than 61
PER_PROCESS = 2  # tasks that are under way, so that no process waits for the next one


class WorkerLost(UnreadableArchive):
    """A process ended during its work; nothing of it may be used."""


class Errand:
    """A call that runs in a process, or in this one at the moment when its result is asked for."""

    def __init__(self, work: Callable[..., Any], given: tuple[Any, ...]) -> None:
        self.work, self.given = work, given
        self.future: Future[Any] | None = None
        self.is_done = False

    def result(self) -> Any:
        if self.future is None:
            self.is_done = True
            return self.work(*self.given)
        try:
            return self.future.result()
        except BrokenProcessPool:
            raise WorkerLost(
                "Un proceso que revisaba papeletas se terminó antes de tiempo."
            ) from None


class Workers:
    """Starts its processes with the second task: a single one is done here. Close it at the end."""

    def __init__(self, processes: int | None = None) -> None:
        self.processes = available() if processes is None else processes
        self.pool: ProcessPoolExecutor | None = None
        self.first: Errand | None = None

    @property
    def most(self) -> int:
        """How many tasks to have under way; more would only fill the memory."""
        return PER_PROCESS * self.processes

    def submit(self, work: Callable[..., Any], *given: Any) -> Errand:
        task = Errand(work, given)
        if self.processes < 2:
            return task
        if self.pool is None and self.first is None:
            self.first = task
            return task
        if self.pool is None and not self._start():
            return task
        self._send(task)
        return task

    def _start(self) -> bool:
        spawn = multiprocessing.get_context("spawn")
        try:
            self.pool = ProcessPoolExecutor(self.processes, spawn, prepare)
            if self.first is not None and not self.first.is_done:
                self._send(self.first)
        except (OSError, ImportError, NotImplementedError):  # a system without what they need
            self.pool, self.processes = None, 1
            return False
        return True

    def _send(self, task: Errand) -> None:
        assert self.pool is not None  # noqa: S101 - the callers have started it
        try:
            task.future = self.pool.submit(task.work, *task.given)
        except BrokenProcessPool:
            lost: Future[Any] = Future()
            lost.set_exception(BrokenProcessPool())
            task.future = lost

    def close(self) -> None:
        if self.pool is not None:
            self.pool.shutdown(cancel_futures=True)
        self.pool = self.first = None


def available() -> int:
    """The processors that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return min(len(os.sched_getaffinity(0)), MOST)
    return min(os.cpu_count() or 1, MOST)


def prepare() -> None:
    """In a new process: leave Ctrl-C to the one that started it, and end with that one."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
''',
    "checking.chunks": r'''
"""What one process does with a chunk of ballots, or of the roll."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from participa.belenios import ballot, election, groups, roll, tally
from participa.belenios.canonical import Malformed
from participa.belenios.election import Election
from participa.belenios.tally import Totals

BALLOTS = 40  # of a chunk
CREDENTIALS = 250


class Checked(NamedTuple):
    """The credentials of the ballots of a chunk, and the product of those that count.

    `fault` says which is the first bad one, from 0, and why; there is no product then.
    """

    credentials: list[int]
    product: Totals
    fault: tuple[int, str] | None = None


def check_ballots(record: bytes, raws: Sequence[tuple[bytes, bool]], proofs: bool) -> Checked:
    """Check ballots of the election with this record, each given with whether it counts.

    Without `proofs` they are only read: they were checked before.
    """
    asked, credentials, counted = _election(record), [], []
    for number, (raw, counts) in enumerate(raws):
        try:
            cast = ballot.read(asked, raw)
            credentials.append(int(cast.credential))
            if proofs:
                ballot.check(asked, cast)
        except Malformed as problem:
            return Checked(credentials, [], (number, str(problem)))
        if counts:
            counted.append(cast)
    return Checked(credentials, tally.encrypted_totals(asked, counted))


def members(group: str, listed: Sequence[str], first: int) -> list[int] | str:
    """The credentials of a part of a roll that begins with this number, or why one is none."""
    try:
        return [
            int(roll.member(groups.GROUPS[group], item, number))
            for number, item in enumerate(listed, first)
        ]
    except Malformed as problem:
        return str(problem)


@lru_cache(maxsize=2)
def _election(record: bytes) -> Election:
    return election.read(record)
''',
    "checking.ballots": r'''
"""The ballots of one archive: checked in chunks by several processes, judged in their order."""

from __future__ import annotations

from array import array
from collections import deque
from collections.abc import Callable, Iterator
from typing import NamedTuple

from participa.belenios import ballot, roll, tally
from participa.belenios.canonical import Malformed
from participa.belenios.checking import chunks
from participa.belenios.checking.chunks import Checked
from participa.belenios.checking.workers import Errand, Workers
from participa.belenios.election import Election
from participa.belenios.tally import Totals


class BadBallot(Malformed):
    """A ballot is invalid; `location` begins the message."""

    def __init__(self, location: str, problem: str) -> None:
        super().__init__(problem)
        self.location = location


class AwaitedBallot(NamedTuple):
    """A ballot whose proofs are checked later, and where it stands in the archive."""

    location: str
    start: int
    raw: bytes


class BallotChecks:
    """The ballots so far. The first bad one is raised, as if they were checked one by one.

    Of each ballot only its place is kept, and of all of them the product: a large box has more
    ballots than there is memory.
    """

    def __init__(self, workers: Workers, on_ballot: Callable[[int, int], None]) -> None:
        """`on_ballot` is called with the number of valid ballots so far, and the credential."""
        self.workers, self.on_ballot = workers, on_ballot
        self.proofs = True  # whether proofs are checked; an own copy was checked before
        self.bounds = array("Q")  # of each ballot: where it stands, and how long it is
        self.voted: dict[int, int] = {}  # credential and number of its last ballot
        self.replaced: list[int] = []  # numbers of the ballots that a later one replaced
        self.chunk: list[AwaitedBallot] = []
        self.checking: deque[tuple[list[AwaitedBallot], Errand]] = deque()

    def begin(
        self,
        election: Election,
        record: bytes,
        on_progress: Callable[[int], None] = lambda credentials: None,
    ) -> set[int]:
        """Read the roll, in parts; returns it. Raises Malformed."""
        self.election = election
        self.product = tally.encrypted_totals(election, ())
        members: list[int] = []
        for part in self._members(roll.listed(record)):
            members += part
            on_progress(len(members))
        self.roll = set(roll.distinct(members))
        return self.roll

    def _members(self, listed: list[str]) -> Iterator[list[int]]:
        name, step = self.election.group.name, chunks.CREDENTIALS
        tasks: deque[Errand] = deque()
        for start in range(0, len(listed), step):
            part = listed[start : start + step]
            tasks.append(self.workers.submit(chunks.members, name, part, start + 1))
            if len(tasks) > self.workers.most:
                yield _or_raise(tasks.popleft().result())
        for task in tasks:
            yield _or_raise(task.result())

    def add(self, location: str, start: int, raw: bytes) -> None:
        """Check the next ballot, sooner or later. Raises BadBallot, also for an earlier one."""
        self.chunk.append(AwaitedBallot(location, start, raw))
        if len(self.chunk) == chunks.BALLOTS:
            self._send()
            while len(self.checking) > self.workers.most:
                self._take()

    def finish(self) -> None:
        """Check what still waits. Raises BadBallot."""
        if self.chunk:
            self._send()
        while self.checking:
            self._take()

    def totals(self, read: Callable[[int], bytes]) -> Totals:
        """The product of the ballots that count; `read` returns the bytes of one, by its number."""
        earlier = (ballot.read(self.election, read(number)) for number in self.replaced)
        replaced = tally.encrypted_totals(self.election, earlier)
        return tally.multiplied(self.election.group, self.product, replaced, inverse=True)

    def _send(self) -> None:
        raws = [(one.raw, True) for one in self.chunk]
        given = (self.election.raw, raws, self.proofs)
        self.checking.append((self.chunk, self.workers.submit(chunks.check_ballots, *given)))
        self.chunk = []

    def _take(self) -> None:
        waiting, task = self.checking.popleft()
        checked: Checked = task.result()
        bad, fault = checked.fault or (len(waiting), "")
        for number, one in enumerate(waiting):
            problem = fault if number == bad else ""
            if number < len(checked.credentials):
                problem = self._why_not(checked.credentials[number]) or problem
            if problem:
                self.chunk = []
                self.checking.clear()  # what comes later is not the first fault
                raise BadBallot(one.location, problem)
            self._count(checked.credentials[number], one)
        self.product = tally.multiplied(self.election.group, self.product, checked.product)

    def _why_not(self, credential: int) -> str:
        """Why a ballot of this credential is not allowed; "" if it is."""
        if credential not in self.roll:
            return "la credencial de la papeleta no está en el padrón."
        if self.election.is_one_vote and credential in self.voted:
            return "este código ya votó, y en esta elección vale un solo voto por código."
        return ""

    def _count(self, credential: int, one: AwaitedBallot) -> None:
        number = len(self.bounds) // 2
        if credential in self.voted:
            self.replaced.append(self.voted[credential])
        self.voted[credential] = number
        self.bounds.extend((one.start, len(one.raw)))
        self.on_ballot(number + 1, credential)


def _or_raise(found: list[int] | str) -> list[int]:
    if isinstance(found, str):
        raise Malformed(found)
    return found
''',
    "verifier": r'''
"""The strict verifier of an archive: every byte, hash, proof and sum is checked.

It accepts the event sequence Setup Ballot* EndBallots EncryptedTally PartialDecryption+ Result, or
a prefix of it. Two frauds leave no trace in one file: a ballot dropped before any copy was made,
and credentials misused by the registrar. The first shows in a voter's tracker or an earlier copy
(`snapshot`), the second only in the count of cards in the minutes.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable
from dataclasses import dataclass, field

from participa.belenios import (
    archive,
    ballot,
    canonical,
    election,
    opening_proofs,
    tally,
    trustees,
)
from participa.belenios.archive import Cut, Raw, Record, UnreadableArchive
from participa.belenios.ballot import Ballot
from participa.belenios.canonical import Malformed
from participa.belenios.checking.ballots import BadBallot, BallotChecks
from participa.belenios.checking.workers import Workers
from participa.belenios.election import Election
from participa.belenios.groups import BELENIOS_2048
from participa.belenios.questions import Outcome, Unsupported, outcome
from participa.belenios.tally import PartialDecryption, Totals
from participa.belenios.trustees import Trustees

SETUP, BALLOT, END, TALLY, PARTIAL, RESULT = archive.DATA_RECORDS
NAMES = {
    SETUP: "apertura",
    BALLOT: "papeleta",
    END: "cierre",
    TALLY: "total cifrado",
    PARTIAL: "descifrado parcial",
    RESULT: "resultado",
}
# The events that may follow each event.
NEXT = {
    None: {SETUP},
    SETUP: {BALLOT, END},
    BALLOT: {BALLOT, END},
    END: {TALLY},
    TALLY: {PARTIAL},
    PARTIAL: {PARTIAL, RESULT},
    RESULT: set(),
}
SHUFFLES = {"Shuffle", "EndShuffles"}
LIMIT = 10_000  # bytes of an event or of a record that only names others


class Rejected(Exception):
    """The archive is invalid; the Spanish message states which record and why."""


@dataclass
class Verdict:
    """The content of an accepted archive, up to its last event."""

    timestamp: int  # Unix seconds
    election: Election | None = None
    trustees: Trustees = field(default_factory=lambda: Trustees(BELENIOS_2048, ()))
    roll: set[int] = field(default_factory=set)
    roll_fingerprint: str = ""
    raw: Raw = b""
    bounds: array[int] = field(default_factory=lambda: array("Q"))  # of each ballot: start, size
    num_counted: int = 0  # ballots in the totals: one per credential that voted
    totals: Totals = field(default_factory=list)  # empty before EncryptedTally
    tally_event: str = ""  # the hash of the event that carries the totals
    partials: dict[int, PartialDecryption] = field(default_factory=dict)  # by trustee, from 1
    proved: set[int] = field(default_factory=set)  # the trustees whose opening is proved
    counts: list[list[int]] = field(default_factory=list)  # per question and slot
    closing: str = ""  # the hash of the event that ended the voting
    last_event: str | None = None  # its type
    event_hashes: list[str] = field(default_factory=list)  # by height
    event_ends: list[int] = field(default_factory=list)  # offset after each event, by height

    @property
    def num_ballots(self) -> int:
        return len(self.bounds) // 2

    @property
    def ballots(self) -> list[Ballot]:
        """The ballots, read again: a large box has more of them than there is memory."""
        if self.election is None:
            return []
        return [ballot.read(self.election, self.record(n)) for n in range(self.num_ballots)]

    def record(self, number: int) -> bytes:
        """The bytes of a ballot, by its number from 0."""
        start, size = self.bounds[2 * number : 2 * number + 2]
        return self.raw[start : start + size]

    @property
    def head(self) -> str:
        """The hash of the last event, which fixes the whole archive."""
        return self.event_hashes[-1]

    @property
    def is_open(self) -> bool:
        return self.last_event in {SETUP, BALLOT}

    @property
    def is_finished(self) -> bool:
        return self.last_event == RESULT

    @property
    def missing_trustees(self) -> list[int]:
        """Those who can still bring what is missing; any `missing_parts` of them are enough."""
        return self.trustees.lacking(self.partials)[1]

    @property
    def missing_parts(self) -> int:
        return self.trustees.lacking(self.partials)[0]

    @property
    def unproved_trustees(self) -> list[int]:
        """Those who decrypted without a proof that their factors open this total."""
        return sorted(set(self.partials) - self.proved)

    @property
    def outcomes(self) -> list[Outcome]:
        """One per question; only of a finished election."""
        listed = self.election.questions if self.election else ()
        return [outcome(question, self.counts[n]) for n, question in enumerate(listed)]


def verify(
    raw: Raw,
    snapshot: bytes | None = None,
    head: str | None = None,
    on_progress: Callable[[int], None] = lambda ballots: None,
    refuerzo: bytes | None = None,
) -> Verdict:
    """Verify an archive; raises Rejected, UnreadableArchive or Unsupported.

    `snapshot` is an earlier copy, which must be a prefix of this one and end with an event. `head`
    is an event hash from the minutes, which must be that of one of the events. `on_progress` is
    called after each ballot with the number of ballots verified so far. `refuerzo` is the file
    with the proofs of the opening. Many ballots are checked by several processes; raises WorkerLost
    if one of these ends.
    """
    reader = ArchiveReader(on_progress)
    try:
        verdict = reader.read(raw)
    except Malformed as problem:
        raise Rejected(f"{reader.location}{problem}") from None
    finally:
        reader.close()
    if snapshot is not None:
        _compare(raw, snapshot, verdict)
    if refuerzo is not None:
        check_opening(verdict, refuerzo)
    if head is not None and head.strip().lower() not in verdict.event_hashes:
        raise Rejected("La huella del acta no es la de ningún evento de este archivo.")
    return verdict


def check_opening(verdict: Verdict, refuerzo: bytes) -> None:
    if verdict.election is None or not verdict.totals:
        raise Rejected("Esta urna no tiene total todavía, y el refuerzo es de un total.")
    keys = [trustee.public_key for trustee in verdict.trustees]
    opened = (verdict.election, verdict.tally_event, verdict.totals, keys, verdict.partials)
    try:
        verdict.proved = opening_proofs.check(refuerzo, *opened)
    except Malformed as problem:
        raise Rejected(str(problem)) from None


def _compare(raw: Raw, snapshot: bytes, verdict: Verdict) -> None:
    try:
        archive.timestamp_of(snapshot)
    except (UnreadableArchive, Malformed):
        raise UnreadableArchive("La copia anterior no es una urna (.bel).") from None
    if raw[: len(snapshot)] != snapshot:
        same = sum(snapshot[:end] == raw[:end] for end in verdict.event_ends)
        where = f"la altura {same}" if same else "el comienzo"
        raise Rejected(f"Este archivo no continúa la copia anterior: difieren desde {where}.")
    if len(snapshot) not in verdict.event_ends:
        raise UnreadableArchive("La copia anterior está cortada: no termina en un evento.")


class ArchiveReader:
    """One pass over the records; every check that needs no other file."""

    def __init__(
        self,
        on_progress: Callable[[int], None] = lambda ballots: None,
        processes: int | None = None,
    ) -> None:
        self.workers = Workers(processes)
        self.ballots = BallotChecks(self.workers, lambda ballots, credential: on_progress(ballots))
        self.location = ""  # start of the message of a rejection
        self.offset = self.number = 0  # after the last record; 0 before the first reading
        self.seen: set[str] = set()  # digests of all data records so far
        self.pending: list[Record] = []  # data records since the last event
        self.handlers: dict[str, Callable[[], None]] = {
            SETUP: self._setup,
            BALLOT: self._ballot,
            TALLY: self._tally,
            PARTIAL: self._partial,
            RESULT: self._result,
        }

    def close(self) -> None:
        self.workers.close()

    def read(self, raw: Raw, proofs: bool = True) -> Verdict:
        """Read an archive, or what it has more than when it was read last.

        Raises Malformed, whose message `location` precedes, or Cut for what is not whole; this
        reader is of no more use then. Without `proofs`, those of ballots are not checked again.
        """
        if self.offset == 0:
            self.verdict = Verdict(archive.timestamp_of(raw))
            self.offset = len(archive.beginning(self.verdict.timestamp))
        self.verdict.raw, self.ballots.proofs = raw, proofs
        try:
            self._read_records()
            self.ballots.finish()
        except BadBallot as bad:
            self.location = bad.location
            raise
        except (Malformed, Unsupported):
            self._raise_bad_ballot()
            raise
        return self.verdict

    def _raise_bad_ballot(self) -> None:
        """An earlier ballot that still waits may be the first fault."""
        try:
            self.ballots.finish()
        except BadBallot as bad:
            self.location = bad.location
            raise

    def _read_records(self) -> None:
        verdict = self.verdict
        for record in archive.read_on(verdict.raw, verdict.timestamp, self.offset, self.number):
            self.location = f"Registro {record.number}: "
            if record.is_event:
                self._event(record)
                self.pending = []
            else:
                self.pending.append(record)
                if len(self.pending) > max(archive.DATA_RECORDS.values()):
                    raise Malformed("hay datos de más, que ningún evento nombra.")
            self.location = ""  # an error in reading the next record states its number itself
            self.offset, self.number = record.end, record.number
        if self.pending:
            last = self.pending[-1].number
            raise Cut(f"Registro {last}: hay datos al final que ningún evento nombra.")
        if self.verdict.last_event is None:
            raise Malformed("El archivo no tiene apertura.")

    def _event(self, record: Record) -> None:
        height = len(self.verdict.event_hashes)
        self.location = f"Registro {record.number}, altura {height}: "
        event = canonical.read(record.body, "El evento", LIMIT)
        names = ("parent?", "height", "type", "payload?")
        parent, stated, kind, payload = canonical.members(event, "El evento", *names)
        canonical.text(kind, "«type»")
        if kind in SHUFFLES:
            raise Unsupported("La urna mezcla papeletas, y este programa no revisa mezclas.")
        if kind not in archive.DATA_RECORDS:
            raise Malformed("el evento es de un tipo desconocido.")
        self.location = f"Registro {record.number}, altura {height} ({NAMES[kind]}): "
        if canonical.number(stated, "«height»") != height:
            raise Malformed(f"el evento dice la altura {stated}.")
        if parent != (self.verdict.event_hashes[-1] if self.verdict.event_hashes else None):
            raise Malformed("la cadena está rota: «parent» no es la huella del evento anterior.")
        self._check_order(kind)
        self._check_data(kind, payload)
        if kind in self.handlers:
            self.handlers[kind]()
        self.verdict.last_event = kind
        self.verdict.event_hashes.append(record.digest)
        if kind == TALLY:
            self.verdict.tally_event = record.digest
        if kind == END:
            self.verdict.closing = record.digest
        self.verdict.event_ends.append(record.end)

    def _check_order(self, kind: str) -> None:
        last = self.verdict.last_event
        if kind in NEXT[last]:
            return
        if last is None:
            raise Malformed("el archivo no empieza por la apertura.")
        if kind == BALLOT:
            raise Malformed("hay una papeleta después del cierre.")
        if kind == PARTIAL and last in {SETUP, BALLOT}:
            raise Malformed("se descifró antes del cierre.")
        raise Malformed(f"no puede venir después de: {NAMES[last]}.")

    def _check_data(self, kind: str, payload: object) -> None:
        """An event is preceded by its data records and no others, and none occurs twice."""
        needed = archive.DATA_RECORDS[kind]
        if len(self.pending) != needed:
            raise Malformed(f"trae {len(self.pending)} registros de datos y deben ser {needed}.")
        if payload != (self.pending[-1].digest if needed else None):
            raise Malformed("«payload» no es la huella del registro anterior.")
        if kind == BALLOT and self.pending[0].digest in self.seen:
            raise Malformed("la misma papeleta está dos veces.")
        for record in self.pending:
            if record.digest in self.seen:
                raise Malformed(f"el registro {record.number} repite uno anterior.")
            self.seen.add(record.digest)

    @property
    def _election(self) -> Election:
        if self.verdict.election is None:
            raise Malformed("El archivo no tiene apertura.")
        return self.verdict.election

    def _setup(self) -> None:
        parts = [record.body for record in self.pending]
        if parts[3] != archive.setup_record(*parts[:3]):
            raise Malformed("la apertura no nombra la elección, los custodios y el padrón.")
        parsed = election.read(parts[0])
        self.verdict.election = parsed
        self.verdict.trustees = trustees.read(parsed.group, parts[1])
        if self.verdict.trustees.public_key() != parsed.public_key:
            raise Malformed("la llave de la elección no es la de sus custodios.")
        self.verdict.roll = self.ballots.begin(parsed, parts[2])
        self.verdict.bounds = self.ballots.bounds
        self.verdict.roll_fingerprint = canonical.fingerprint(parts[2])

    def _ballot(self) -> None:
        """Its proofs are checked together with those of others, see BallotChecks."""
        record = self.pending[0]
        start = record.end - len(record.body) - (-len(record.body) % archive.BLOCK)
        self.ballots.add(self.location, start, record.body)

    def _tally(self) -> None:
        self.ballots.finish()
        totals, sized = self.pending
        counted = self.ballots.voted
        self.verdict.num_counted = len(counted)
        self.verdict.totals = self.ballots.totals(self.verdict.record)
        names = ("num_tallied", "total_weight", "encrypted_tally")
        size = canonical.read(sized.body, "El tamaño del total", LIMIT)
        number, weight, digest = canonical.members(size, "El tamaño del total", *names)
        for name, value in zip(names, (number, weight)):  # noqa: B905 - the single file runs on Python 3.9
            if canonical.number(value, f"«{name}»") != len(counted):
                raise Malformed(f"«{name}» dice {value}, y cuentan {len(counted)} papeletas.")
        if digest != totals.digest:
            raise Malformed("«encrypted_tally» no es la huella del total cifrado.")
        if totals.body != tally.totals_record(self.verdict.totals):
            raise Malformed("el total cifrado no es el de las papeletas que cuentan.")

    def _partial(self) -> None:
        data, owned = self.pending
        ownership = canonical.read(owned.body, "El dueño del descifrado", LIMIT)
        owner, digest = canonical.members(ownership, "El dueño del descifrado", "owner", "payload")
        number = canonical.number(owner, "«owner»")
        if not 1 <= number <= len(self.verdict.trustees):
            raise Malformed(f"no hay un custodio {number}.")
        if number in self.verdict.partials:
            raise Malformed(f"el custodio {number} descifra dos veces.")
        if digest != data.digest:
            raise Malformed("el dueño no nombra el descifrado que viene antes.")
        what = f"El descifrado del custodio {number}"
        partial = tally.read_partial(self._election, data.body, what)
        key = self.verdict.trustees[number - 1].public_key
        tally.check_partial(self._election, self.verdict.totals, key, partial, what)
        self.verdict.partials[number] = partial

    def _result(self) -> None:
        if missing := self.verdict.missing_parts:
            able = self.verdict.missing_trustees
            if missing == len(able):
                raise Malformed(f"falta el descifrado del custodio {able[0]}.")
            raise Malformed(f"hay {len(self.verdict.partials)} descifrados y faltan {missing}.")
        self.verdict.counts = tally.counts_of(
            self._election,
            self.verdict.totals,
            self.verdict.trustees,
            self.verdict.partials,
            self.verdict.num_counted,
        )
        if self.pending[0].body != tally.result_record(self.verdict.counts):
            raise Malformed("el resultado publicado no es el que sale de descifrar el total.")
''',
    "verdict": r'''
"""The verifier's command line: a report in Spanish, and an exit code for programs."""

from __future__ import annotations

import argparse
import io
import sys
from collections.abc import Callable, Sequence
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import NoReturn

from participa.belenios import verifier
from participa.belenios.archive import Raw, UnreadableArchive
from participa.belenios.questions import Outcome, Unsupported
from participa.belenios.verifier import Rejected, Verdict

ACCEPTED, REJECTED, UNREADABLE, UNPROVED = range(4)
PROGRESS_STEP = 25  # ballots
UNPROVED_OPENING = "pero sin prueba de que la apertura sea la de estas papeletas"
Write = Callable[[str], object]


def judge(
    file: str,
    snapshot: str | None,
    head: str | None,
    write_line: Write,
    show_progress: Write = lambda text: None,
    refuerzo: str | None = None,
) -> int:
    """Verify a file and write the report line by line; returns the exit code."""

    def write(line: str) -> None:
        write_line(printable(line))

    try:
        raw = _mapped(file)
        earlier = None if snapshot is None else _contents(snapshot)
        proofs = None if refuerzo is None else _contents(refuerzo)
        verdict = verifier.verify(raw, earlier, head, _progress(show_progress), proofs)
    except Rejected as reason:
        write(f"RECHAZADA. {reason}")
        return REJECTED
    except (UnreadableArchive, Unsupported) as reason:
        write(f"NO SE PUDO REVISAR. {reason}")
        return UNREADABLE
    for line in report(verdict):
        write(line)
    if snapshot is not None:
        write("Continúa la copia anterior sin cambiarle nada.")
    return UNPROVED if verdict.unproved_trustees else ACCEPTED


def printable(line: str) -> str:
    """Replace control characters: an archive's texts must not control the terminal."""
    return "".join(char if char.isprintable() else "�" for char in line)


def _mapped(file: str) -> Raw:
    """The file without reading it whole, where the system can do that: it may be very large."""
    try:
        with Path(file).open("rb") as opened:
            return mmap(opened.fileno(), 0, access=ACCESS_READ)
    except (OSError, ValueError):  # ValueError: an empty file
        return _contents(file)


def _contents(file: str) -> bytes:
    try:
        return Path(file).read_bytes()
    except FileNotFoundError:
        raise UnreadableArchive(f"No existe el archivo {file}.") from None
    except OSError:
        raise UnreadableArchive(
            f"No se pudo leer {file}. Revise que sea un archivo suyo."
        ) from None


def _progress(show: Write) -> Callable[[int], None]:
    def on_progress(ballots: int) -> None:
        if ballots % PROGRESS_STEP == 0:
            show(f"{ballots} papeletas revisadas…")

    return on_progress


def report(verdict: Verdict) -> list[str]:
    """Describe an accepted archive; the first line states whether the election is finished."""
    election = verdict.election
    if election is None:
        return []
    unproved = verdict.unproved_trustees
    accepted = f"ACEPTADA, {UNPROVED_OPENING}." if unproved else "ACEPTADA."
    lines = [
        f"{accepted} {state_sentence(verdict)}",
        f"Elección: {election.name} ({election.uuid})",
        f"Huella de la elección: {election.fingerprint}",
        f"Huella del padrón: {verdict.roll_fingerprint} ({len(verdict.roll)} credenciales)",
        f"Custodios de la llave: {keepers(verdict)}",
        f"Papeletas depositadas: {verdict.num_ballots}",
    ]
    if verdict.totals:
        lines.append(f"Papeletas que cuentan (la última de cada credencial): {verdict.num_counted}")
    if verdict.partials:
        lines.append(opening_sentence(verdict))
    lines.append(f"Huella del último evento, para comparar con el acta: {verdict.head}")
    if verdict.is_finished:
        for number, outcome in enumerate(verdict.outcomes, start=1):
            lines += ["", f"{number}. {outcome.question.text}", *outcome_lines(outcome)]
    return lines


def keepers(verdict: Verdict) -> str:
    """How many trustees, and how many of them open the total."""
    count, needed = len(verdict.trustees), verdict.trustees.threshold
    return f"{count}" if needed == count else f"{count}, y bastan {needed} para abrir el total"


def opening_sentence(verdict: Verdict) -> str:
    """Whether the trustees proved that they opened this total and no other number."""
    if unproved := verdict.unproved_trustees:
        names = ", ".join(map(str, unproved))
        return f"Falta la prueba de la apertura (refuerzo.json) de los custodios: {names}"
    return "Apertura del total: probada por todos los que descifraron"


def state_sentence(verdict: Verdict) -> str:
    empty = "" if verdict.num_ballots else " No tiene ninguna papeleta."
    if verdict.is_open:
        return f"Pero NO ha terminado: la urna sigue abierta.{empty}"
    if not verdict.totals:
        return f"Pero NO ha terminado: la urna cerró y falta sumar.{empty}"
    if able := verdict.missing_trustees:
        names = ", ".join(map(str, able))
        if (missing := verdict.missing_parts) < len(able):
            verb = "que descifre uno" if missing == 1 else f"que descifren {missing}"
            return f"Pero NO ha terminado: falta {verb} de los custodios {names}.{empty}"
        return f"Pero NO ha terminado: falta que descifren los custodios {names}.{empty}"
    if not verdict.is_finished:
        return f"Pero NO ha terminado: falta publicar el resultado.{empty}"
    return f"Terminó, pero no hay nada que contar.{empty}" if empty else finished_sentence(verdict)


def finished_sentence(verdict: Verdict) -> str:
    if verdict.unproved_trustees:
        return "Terminó. Que el resultado sea el de sus papeletas lo dicen solo los custodios."
    return "Terminó, y el resultado es el de sus papeletas."


def outcome_lines(outcome: Outcome) -> list[str]:
    question = outcome.question
    blank = [f"   {outcome.blank}  Voto en blanco"] if question.has_blank else []
    pairs = zip(question.answers, outcome.counts)  # noqa: B905 - the single file runs on Python 3.9
    return [*(f"   {count}  {answer}" for answer, count in pairs), *blank]


class Arguments(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.exit(
            UNREADABLE,
            f"Uso: {self.prog} ARCHIVO.bel [--refuerzo REFUERZO] [--snapshot ANTERIOR]"
            " [--head HUELLA]\n",
        )


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line of the single file."""
    parser = Arguments(
        description="Revisa el archivo de una urna, de la primera a la última letra."
    )
    parser.add_argument("file", help="el archivo .bel")
    parser.add_argument("--refuerzo", help="las pruebas de la apertura, refuerzo.json")
    parser.add_argument("--snapshot", help="una copia anterior, que este debe continuar")
    parser.add_argument("--head", help="una huella del acta, que debe estar en el archivo")
    given = parser.parse_args(arguments)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A terminal whose encoding lacks accents still gets the verdict.
            stream.reconfigure(errors="replace")
    write = sys.stdout.write
    write_progress = sys.stderr.write if sys.stderr.isatty() else lambda text: 0
    return judge(
        given.file,
        given.snapshot,
        given.head,
        lambda text: write(f"{text}\n"),
        lambda text: write_progress(f"{text}\r"),
        given.refuerzo,
    )
''',
    "challenge": r'''
"""Cast or challenge (Benaloh): open an encrypted ballot instead of casting it, to test its device.

A device shows the tracker, which commits it to the ballot, before it can know whether the voter
casts or challenges. When challenged it reveals the randomness r of each ciphertext. Anybody then
recomputes alpha = g^r and beta = y^r g^m, and so learns m, what the device really encrypted. A
ballot that was opened tells its vote and must never be cast.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from participa.belenios import ballot, canonical, proofs
from participa.belenios.answers import Answer
from participa.belenios.ballot import Ballot
from participa.belenios.canonical import Malformed
from participa.belenios.election import Election
from participa.belenios.questions import Question

WHAT = "La comprobación"
SCALAR_BYTES = 90  # of one randomness, with its quotes
Chosen = tuple[int, ...] | None  # positions in `question.answers`, or BLANK


class Challenge(NamedTuple):
    """A ballot and what it holds, one vote per question."""

    ballot: Ballot
    votes: tuple[Chosen, ...]


def record(raw: bytes, randomness: Sequence[Sequence[int]]) -> bytes:
    """The document that opens the ballot `raw`: one r per question and slot."""
    rows = ",".join(canonical.write([str(r) for r in row]).decode() for row in randomness)
    return b'{"ballot":' + raw + b',"randomness":[' + rows.encode() + b"]}"


def max_bytes(election: Election) -> int:
    return ballot.max_bytes(election) + SCALAR_BYTES * (sum(election.slots) + 2)


def read(election: Election, raw: bytes) -> Challenge:
    """Parse and open a challenged ballot; raises Malformed if it does not open to a vote.

    The signature is verified, so that only the holder of the credential opens its ballots. That the
    credential is on the roll is for the caller to check, before this. The proofs of the ballot are
    not verified: a ballot whose proofs fail is refused when it is cast.
    """
    value = canonical.read(raw, WHAT, max_bytes(election))
    inner, rows = canonical.members(value, WHAT, "ballot", "randomness")
    sent = ballot.read(election, canonical.write(inner))
    ballot.check_signature(election, sent)
    rows = canonical.items(rows, f"{WHAT}, «randomness»", len(election.questions))
    votes = tuple(
        _opened(election, question, sent.answers[n], rows[n], f"La respuesta {n + 1}")
        for n, question in enumerate(election.questions)
    )
    return Challenge(sent, votes)


def _opened(election: Election, question: Question, answer: Answer, row: Any, what: str) -> Chosen:
    numbers = canonical.items(row, f"{WHAT}, «randomness»", question.slots)
    marks = [
        _mark(election, choice, election.group.scalar(numbers[n], f"{WHAT}, «randomness»"), what)
        for n, choice in enumerate(answer.choices)
    ]
    chosen = question.chosen_of(marks)
    try:
        is_allowed = question.vector(chosen) == marks
    except ValueError:
        is_allowed = False
    if not is_allowed:
        raise Malformed(f"{what} marca algo que la pregunta no permite.")
    return chosen


def _mark(election: Election, choice: proofs.Ciphertext, r: int, what: str) -> int:
    """The plaintext of this ciphertext, 0 or 1."""
    group, p = election.group, election.group.p
    if choice.alpha == group.generator.power(r):
        power = election.key.power(r)
        for m in (0, 1):
            if choice.beta == power * group.generator.power(m) % p:
                return m
    raise Malformed(f"{what} no abre con los números que dio el celular: no es lo que cifró.")
''',
    "witness.own_copy": r'''
"""The folder of a witness: the copy of the archive, and how much of it was verified.

The archive is only appended to, and the state is replaced at once, after the archive is on the
disk. A power cut therefore leaves the copy of before, with bytes behind it that nobody verified:
the next run cuts them off.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import BinaryIO

from participa.belenios.archive import Raw

STATE, HEADS, ALARMS = "estado.json", "cabezas.txt", "alarmas.txt"
ASIDE = "cortado.bin"


class Damaged(Exception):
    """The folder of the witness itself is not as the program left it; in Spanish."""


@dataclass
class State:
    """What was verified. `height` is the number of events, `head` the hash of the last one."""

    address: str
    uuid: str
    election: str = ""  # its fingerprint
    height: int = 0
    head: str = ""
    size: int = 0
    cut: int = 0  # rounds in a row in which the rest came cut
    missing: int = 0  # rounds in a row in which there was no such box
    lists_opened: bool = False  # whether the box has ever handed out its list of opened ballots
    alarm: str = ""  # the last one that was shouted
    is_run: bool = False  # whether the command of the witness worked for it
    is_mailed: bool = False


class OwnCopy:
    def __init__(self, folder: Path, address: str, uuid: str) -> None:
        self.folder, self.file = folder, folder / f"{uuid}.bel"
        folder.mkdir(parents=True, exist_ok=True)
        self.lock = _locked(folder / "testigo.lock")
        self.state = self._stored(address, uuid)
        self.file.touch()
        if self.length < self.state.size:
            raise Damaged(f"A su copia le faltan bytes: {self.file} es más corta de lo que era.")
        if self.length > self.state.size:
            self.drop_tail()

    def _stored(self, address: str, uuid: str) -> State:
        try:
            stored = State(**json.loads((self.folder / STATE).read_text(encoding="utf-8")))
        except FileNotFoundError:
            if self.file.exists() and self.file.stat().st_size:
                raise Damaged(f"Hay una copia en {self.folder} y no su {STATE}.") from None
            return State(address, uuid)
        except (ValueError, TypeError):
            raise Damaged(f"No se entiende {self.folder / STATE}.") from None
        if stored.uuid != uuid:
            raise Damaged(f"Esta carpeta es de la urna {stored.uuid}. Use otra para {uuid}.")
        stored.address = address
        return stored

    @contextmanager
    def mapped(self) -> Iterator[Raw]:
        """The whole file without reading it at once. Some systems cannot cut it meanwhile."""
        with self.file.open("rb") as opened:
            if self.length == 0:
                yield b""
                return
            with mmap(opened.fileno(), 0, access=ACCESS_READ) as raw:
                yield raw

    @property
    def length(self) -> int:
        """Bytes of the file, those behind the verified ones too."""
        return self.file.stat().st_size

    def tail(self) -> BinaryIO:
        """Where to write what comes after the verified bytes. The caller closes it."""
        opened = self.file.open("r+b")
        opened.seek(self.state.size)
        opened.truncate()
        return opened

    def drop_tail(self, keep_as: str | None = None) -> None:
        """Cut off what was not verified, and keep it beside the copy under this name."""
        with self.file.open("r+b") as opened:
            if keep_as:
                opened.seek(self.state.size)
                with (self.folder / keep_as).open("wb") as kept:
                    while block := opened.read(1 << 20):
                        kept.write(block)
            opened.truncate(self.state.size)

    def take_tail(self, height: int, head: str) -> None:
        """What stands in the file was verified up to its end."""
        with self.file.open("r+b") as opened:
            os.fsync(opened.fileno())
        self.state.height, self.state.head = height, head
        self.state.size = self.length
        self.save()

    def save(self) -> None:
        new = self.folder / f"{STATE}.nuevo"
        with new.open("w", encoding="utf-8") as opened:
            json.dump(asdict(self.state), opened, ensure_ascii=False, indent=1)
            opened.flush()
            os.fsync(opened.fileno())
        new.replace(self.folder / STATE)
        if os.name == "posix":
            folder = os.open(self.folder, os.O_RDONLY)
            os.fsync(folder)
            os.close(folder)

    def note(self, file: str, text: str) -> None:
        with (self.folder / file).open("a", encoding="utf-8") as opened:
            opened.write(f"{now()} {text}\n")

    def note_head(self) -> None:
        self.note(HEADS, f"altura {self.state.height} {self.state.head}")


def now() -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S %z")


def stamp() -> str:
    return time.strftime("%Y%m%d-%H%M%S")


def _locked(path: Path) -> BinaryIO:
    """The lock file, held while this process lives; where the system has no such lock, just open.

    Two witnesses in one folder would write over each other.
    """
    opened = path.open("ab")
    try:
        import fcntl  # noqa: PLC0415 - Windows has none
    except ImportError:
        return opened
    try:
        fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        raise Damaged("Otro testigo está trabajando en esta carpeta. Espere a que acabe.") from None
    return opened
''',
    "witness.fetching": r'''
"""What a witness asks of the server that keeps the box."""

from __future__ import annotations

import re
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from email.message import Message
from http.client import HTTPException
from typing import Any, BinaryIO
from urllib.parse import urlsplit

SECONDS = 60
SLOWEST = 10_000  # bytes a second, beyond the first SECONDS: less is a server that stalls
BLOCK = 1 << 20
MOST_BYTES = 8_000_000_000
SMALL_BYTES = 5_000_000
LOOPBACK = {"localhost", "127.0.0.1", "::1"}
ADDRESS = re.compile(r"/[a-z]+/([1-9A-HJ-NP-Za-km-z]{14,})/?$")


class Away(Exception):
    """The server gave no answer that says anything about the box; in Spanish."""


class ShortBody(Exception):
    """Fewer bytes came than were announced."""


@dataclass
class ServerAnswer:
    """An answer: its status, its fields, and its body if that is small."""

    status: int
    fields: Message[str, str]
    body: bytes = b""

    def number(self, name: str) -> int | None:
        typed = self.fields.get(name) or ""
        return int(typed) if re.fullmatch(r"[0-9]{1,9}", typed) else None


class StayHere(urllib.request.HTTPRedirectHandler):
    """Another address might be that of another box."""

    def redirect_request(self, *given: object) -> None:
        return None


OPENER = urllib.request.build_opener(StayHere)


def uuid_in(address: str) -> str:
    """The box of an address `https://…/urna/UUID`. Raises ValueError in Spanish."""
    parts, found = urlsplit(address), ADDRESS.search(address)
    if found is None:
        raise ValueError("La dirección debe ser la de una urna: https://SITIO/urna/UUID")
    if parts.scheme != "https" and parts.hostname not in LOOPBACK:
        raise ValueError("La dirección debe empezar por https: sin eso, cualquiera la cambia.")
    return found.group(1)


def get(address: str, into: BinaryIO | None = None) -> ServerAnswer:
    """Ask for an address. A body of status 200 goes into the file if one is given.

    Raises Away, or ShortBody if the body ends early.
    """
    fields = {"User-Agent": "testigo-de-urna", "Accept-Encoding": "identity"}
    asked = urllib.request.Request(address, headers=fields)  # noqa: S310 - see `uuid_in`
    try:
        with OPENER.open(asked, timeout=SECONDS) as answer:
            return _read(answer, into)
    except urllib.error.HTTPError as problem:
        with problem:
            if problem.code in {404, 409}:
                return ServerAnswer(problem.code, problem.headers)
            raise Away(f"El sitio contestó {problem.code}.") from None
    except (OSError, HTTPException) as problem:
        raise Away(f"No se pudo hablar con el sitio ({type(problem).__name__}).") from None


def _read(answer: Any, into: BinaryIO | None) -> ServerAnswer:
    announced = answer.headers.get("Content-Length")
    came, body, begun = 0, b"", time.monotonic()
    try:
        while block := answer.read1(BLOCK):
            came += len(block)
            if time.monotonic() - begun > SECONDS + came / SLOWEST:
                raise ShortBody
            if came > (SMALL_BYTES if into is None else MOST_BYTES):
                raise Away("El sitio manda demasiado.")
            if into is None:
                body += block
            else:
                into.write(block)
    except (OSError, HTTPException):
        raise ShortBody from None
    if announced is not None and announced != str(came):
        raise ShortBody
    return ServerAnswer(answer.status, answer.headers, body)
''',
    "witness.challenging": r'''
"""Ballots that their voters opened: read one on your own machine, and see that none is cast."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Container
from typing import Any
from urllib.parse import urlencode

from participa.belenios import canonical, challenge
from participa.belenios.canonical import Malformed
from participa.belenios.election import Election
from participa.belenios.questions import BLANK, Question
from participa.belenios.witness import fetching

SHORTEST = 12  # signs of a tracker
LIST_BYTES = 5_000_000
LISTED = "La lista de papeletas abiertas"


class Cheated(Exception):
    """The device or the box is not honest; the Spanish message says which and why."""


class NotOpened(Exception):
    """There is nothing to read yet; in Spanish."""


def read_opened(address: str, election: Election, typed: str) -> list[str]:
    """What the opened ballot with this tracker marks, a sentence per question.

    Raises NotOpened, Cheated, or what `fetching.get` raises.
    """
    start = "".join(typed.split())
    if len(start) < SHORTEST:
        raise NotOpened(f"Escriba al menos los primeros {SHORTEST} signos del rastreador.")
    said = fetching.get(f"{address}/comprobar.json?{urlencode({'rastreo': start})}")
    if said.status != 200:
        raise NotOpened(
            f"Todavía no llegó ninguna papeleta abierta que empiece por {start}. Si el celular "
            "dice que ya la abrió, no vote en él."
        )
    try:
        opened = challenge.read(election, said.body)
    except Malformed as problem:
        raise Cheated(f"{problem} No vote en ese celular y avise.") from None
    if not opened.ballot.tracker.startswith(start):
        raise Cheated(f"Lo que llegó no es la papeleta {start}. No vote en ese celular y avise.")
    pairs = zip(election.questions, opened.votes)  # noqa: B905 - the single file runs on Python 3.9
    return [f"{question.text} {_words(question, vote)}" for question, vote in pairs]


def check_none_is_cast(address: str, records: Container[str]) -> bool:
    """That no ballot of the public list of opened ones is among these records, by their digests.

    Raises Cheated. Returns whether there is such a list: a box of before them has none.
    """
    said = fetching.get(f"{address}/comprobadas.json")
    if said.status != 200:
        return False
    try:
        listed = canonical.items(canonical.read(said.body, LISTED, LIST_BYTES), LISTED)
        cast = [tracker for tracker in listed if _digest(tracker) in records]
    except Malformed as problem:
        raise Cheated(str(problem)) from None
    if cast:
        raise Cheated(
            f"La papeleta {cast[0]} se abrió para comprobar un celular y está en la urna: su voto "
            "lo puede saber cualquiera."
        )
    return True


def _digest(tracker: Any) -> str:
    """The name that the record has in the archive."""
    try:
        raw = base64.b64decode(canonical.text(tracker, LISTED) + "=", validate=True)
    except (binascii.Error, ValueError):
        raise Malformed(f"{LISTED} tiene algo que no es un rastreador.") from None
    return raw.hex()


def _words(question: Question, vote: challenge.Chosen) -> str:
    if vote is BLANK:
        return "Voto en blanco."
    return "; ".join(question.answers[place] for place in vote or ()) or "Ninguna opción."
''',
    "witness.watching": r'''
"""One look at a box: fetch what is new, verify it, and say what does not fit the own copy."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from participa.belenios import archive, canonical, verifier
from participa.belenios.archive import BLOCK, Cut, Raw, UnreadableArchive
from participa.belenios.canonical import Malformed
from participa.belenios.questions import Unsupported
from participa.belenios.verifier import ArchiveReader, Rejected, Verdict
from participa.belenios.witness import challenging, fetching
from participa.belenios.witness.fetching import Away, ServerAnswer, ShortBody
from participa.belenios.witness.own_copy import ASIDE, Damaged, OwnCopy, stamp

TRIES = 3  # for what arrives cut, in one round
PAUSE_SECONDS = 5
ROUNDS = 3  # after which a rest that always comes cut, or a box that is not there, is an alarm


class Alarm(Exception):
    """The box is not the one of before; the Spanish message says what is wrong."""


class Later(Exception):
    """Nothing could be said about the box now; the Spanish message says why."""


class CutShort(Exception):
    """What came is not whole. That happens, and is no fraud unless it lasts."""


@dataclass
class Witness:
    copy: OwnCopy
    processes: int | None = None
    expected: str = ""  # fingerprint of the election, from the minutes
    on_progress: Callable[[int], None] = lambda ballots: None
    reader: ArchiveReader | None = field(default=None, init=False)

    def look(self) -> Verdict:
        """One round. Raises Alarm, Later or Damaged; the copy is then what it was."""
        state = self.copy.state
        for number in range(TRIES):
            try:
                verdict = self._look_once()
            except CutShort:
                self._drop(ASIDE)
                if number + 1 < TRIES:
                    time.sleep(PAUSE_SECONDS * (1 + secrets.randbelow(1000) / 1000))
            except Alarm:
                self._drop(f"apartado-{stamp()}.bin")
                raise
            except (Later, Away, Damaged):
                self._drop()
                raise
            else:
                state.cut = state.missing = 0
                state.alarm = ""
                self.copy.save()
                self.copy.note_head()
                return verdict
        state.cut += 1
        self.copy.save()
        if state.cut >= ROUNDS:
            raise Alarm(
                f"Lo nuevo llega cortado en cada intento, y ya van {state.cut} rondas. Lo que "
                f"llegó está en {ASIDE}. Pregunte por qué la urna no entrega el resto."
            )
        raise Later(
            f"Lo nuevo llegó cortado {TRIES} veces. Está en {ASIDE}; se pide otra vez en la "
            "próxima ronda. Su copia no cambió."
        )

    def _look_once(self) -> Verdict:
        reader = self._ready()
        self._check_setup()
        said = self._fetch()
        is_new = self.copy.length > self.copy.state.size
        with self.copy.mapped() as raw:
            if not raw:
                raise CutShort
            if is_new:
                self._compare_first(raw)
            verdict = self._verified(reader, raw)
            self._compare_with_said(verdict, said)
            self._check_election(verdict)
            self._check_opening(verdict)
            self._check_challenged(reader)
            verdict.raw = b""
        if is_new:
            self.copy.take_tail(len(verdict.event_hashes), verdict.head)
        return verdict

    # ---- what was verified before

    def _ready(self) -> ArchiveReader:
        """A reader that stands at the end of the own copy, whose proofs it has seen before."""
        if self.reader is None:
            self.reader = ArchiveReader(self.on_progress, self.processes)
            if self.copy.state.size:
                self._reread(self.reader)
        return self.reader

    def _reread(self, reader: ArchiveReader) -> None:
        state = self.copy.state
        try:
            with self.copy.mapped() as raw:
                verdict = reader.read(raw, proofs=False)
                verdict.raw = b""
        except (Malformed, UnreadableArchive) as problem:
            raise Damaged(f"Su propia copia está dañada: {reader.location}{problem}") from None
        if (len(verdict.event_hashes), verdict.head) != (state.height, state.head):
            raise Damaged("Su propia copia no es la que se revisó: alguien la cambió en su equipo.")

    def _drop(self, keep_as: str | None = None) -> None:
        """Forget what was read but not taken."""
        if self.reader is not None:
            self.reader.close()
        self.reader = None
        if self.copy.length > self.copy.state.size:
            self.copy.drop_tail(keep_as)

    # ---- what the box says now

    def _fetch(self) -> ServerAnswer:
        """Write what is new behind the own copy. Raises Alarm for a box that went back."""
        state = self.copy.state
        query = f"?desde={state.height}" if state.height else ""
        with self.copy.tail() as tail:
            try:
                said = fetching.get(f"{state.address}/archivo.bel{query}", tail)
            except ShortBody:
                raise CutShort from None
        if said.status == 404:
            self._note_missing()
        if said.status == 409:
            raise Alarm(
                f"RETROCESO. Usted vio {state.height} eventos y la urna dice que tiene "
                f"{said.fields.get('Archive-Height', 'menos')}. Alguien quitó papeletas, o puso "
                "otra vez una copia vieja."
            )
        if state.height and said.fields.get("Archive-From") is None:
            raise Later("El sitio no sabe entregar desde una altura. ¿Es la dirección correcta?")
        self._check_fields(said)
        return said

    def _note_missing(self) -> None:
        state = self.copy.state
        state.missing += 1
        self.copy.save()
        if state.height and state.missing >= ROUNDS:
            raise Alarm("LA URNA DESAPARECIÓ: en su dirección ya no hay ninguna.")
        raise Later("En esa dirección no hay una urna abierta con archivo.")

    def _note_gone(self, what: str) -> None:
        """Of a list that this box has handed out before: hiding it would switch a check off."""
        state = self.copy.state
        state.missing += 1
        self.copy.save()
        if state.missing >= ROUNDS:
            raise Alarm(f"LA URNA ESCONDE {what}: ya van {state.missing} rondas sin ella.")
        raise Later(f"La urna no entrega {what}. Se pide otra vez en la próxima ronda.")

    def _check_fields(self, said: ServerAnswer) -> None:
        """What the fields of the answer say about the end of the own copy."""
        state = self.copy.state
        if not state.height:
            return
        height, head = said.number("Archive-Height"), said.fields.get("Archive-Head")
        if height is not None and height < state.height:
            raise Alarm(
                f"RETROCESO. Usted vio {state.height} eventos y la urna dice que tiene {height}."
            )
        if said.number("Archive-From") != state.height:
            raise Alarm(f"Pidió desde la altura {state.height} y le dieron desde otra.")
        before = said.fields.get("Archive-From-Head")
        if before != state.head or (height == state.height and head != state.head):
            raise Alarm(
                f"BIFURCACIÓN. A la altura {state.height} usted vio la huella {state.head}, y la "
                f"urna dice ahora {before or head}. Hay dos historias de la misma urna."
            )

    def _compare_first(self, raw: Raw) -> None:
        """Whose the first new event is, before anything else is read of what came."""
        state = self.copy.state
        records = list(_first_records(raw, state.size))
        for body in records:
            uuid = body.get("election_uuid") or body.get("uuid")
            is_other_setup = bool(state.height) and body.get("type") == "Setup"
            if is_other_setup or (uuid is not None and uuid != state.uuid):
                raise Alarm(
                    f"OTRA URNA. Lo que llegó no es de la urna {state.uuid}. Su copia no cambió."
                )
        event = next((body for body in records if "type" in body and "height" in body), None)
        if event is None or not state.height:
            return
        if event["height"] != state.height or event.get("parent") != state.head:
            raise Alarm(
                f"BIFURCACIÓN. Lo nuevo no continúa su copia: después de la altura {state.height}, "
                f"de huella {state.head}, viene algo que se apoya en {event.get('parent')}."
            )

    def _verified(self, reader: ArchiveReader, raw: Raw) -> Verdict:
        try:
            return reader.read(raw)
        except Cut:
            raise CutShort from None
        except Malformed as problem:
            raise Alarm(
                f"NO VALE. {reader.location}{problem} Su copia se quedó como estaba antes de eso."
            ) from None
        except (UnreadableArchive, Unsupported) as problem:
            raise Later(str(problem)) from None

    def _compare_with_said(self, verdict: Verdict, said: ServerAnswer) -> None:
        height, head = said.number("Archive-Height"), said.fields.get("Archive-Head")
        if height is not None and (height, head) != (len(verdict.event_hashes), verdict.head):
            raise Alarm(
                f"La urna dice la altura {height} y la huella {head}, y entrega otra cosa: la "
                f"altura {len(verdict.event_hashes)} y la huella {verdict.head}."
            )

    def _check_election(self, verdict: Verdict) -> None:
        """That it is the box of the address, and of the minutes."""
        state, asked = self.copy.state, verdict.election
        if asked is None or asked.uuid != state.uuid:
            raise Alarm(f"OTRA URNA. Lo que llegó no es de la urna {state.uuid}.")
        if self.expected and asked.fingerprint != self.expected:
            raise Alarm(
                f"La huella de la elección es {asked.fingerprint}, y usted esperaba "
                f"{self.expected}."
            )
        state.election = asked.fingerprint

    def _check_setup(self) -> None:
        """That voters are given the election that the own copy begins with."""
        state = self.copy.state
        if not state.election:
            return
        try:
            said = fetching.get(f"{state.address}/eleccion.json")
        except ShortBody:
            raise CutShort from None
        if said.status != 200:
            self._note_gone("su elección (eleccion.json)")
        if canonical.fingerprint(said.body) != state.election:
            raise Alarm(
                "CAMBIÓ LA APERTURA. A quien vota le dan otra elección (preguntas o llave) que "
                "aquella con la que empezó su copia."
            )

    def _check_opening(self, verdict: Verdict) -> None:
        """Take the proofs of the opening, once there are any."""
        if not verdict.partials:
            return
        try:
            said = fetching.get(f"{self.copy.state.address}/refuerzo.json")
        except ShortBody:
            raise CutShort from None
        if said.status != 200:
            return
        try:
            verifier.check_opening(verdict, said.body)
        except Rejected as problem:
            raise Alarm(f"NO VALE la prueba de la apertura. {problem}") from None
        (self.copy.folder / "refuerzo.json").write_bytes(said.body)

    def _check_challenged(self, reader: ArchiveReader) -> None:
        """That no ballot was cast which its voter had opened to test a device."""
        try:
            is_there = challenging.check_none_is_cast(self.copy.state.address, reader.seen)
        except challenging.Cheated as problem:
            raise Alarm(f"NO VALE. {problem}") from None
        except ShortBody:
            raise CutShort from None
        if self.copy.state.lists_opened and not is_there:
            self._note_gone("su lista de papeletas abiertas (comprobadas.json)")
        self.copy.state.lists_opened = is_there


def _first_records(raw: Raw, offset: int) -> list[dict[str, Any]]:
    """The JSON objects of the first new event and of its data, read without asking for order.

    Empty where there is no such thing: what it is instead the verifier says.
    """
    found: list[dict[str, Any]] = []
    if offset == 0:
        offset = 2 * BLOCK  # the first file
    for _ in range(1 + max(archive.DATA_RECORDS.values())):
        try:
            size = int(raw[offset + 124 : offset + 135], 8)
            body = json.loads(raw[offset + BLOCK : offset + BLOCK + size])
        except (ValueError, RecursionError):
            break
        if isinstance(body, dict):
            found.append(body)
            if "type" in body and "height" in body:
                break
        offset += BLOCK + size + -size % BLOCK
    return found
''',
    "witness.shouting": r'''
"""How a witness is told: on the screen, in a file, by a command of theirs, by mail."""

from __future__ import annotations

import json
import os
import smtplib
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from participa.belenios.verdict import printable
from participa.belenios.witness.own_copy import ALARMS, OwnCopy

SECONDS = 60


class NoSuchMail(Exception):
    """The file with the mail server is not as it should be; in Spanish."""


@dataclass(frozen=True)
class Mail:
    """The mail server of the witness: `seguro` is "tls" (usual, port 587), "ssl" (465) or "no"."""

    servidor: str
    para: list[str]
    de: str
    puerto: int = 587
    usuario: str = ""
    clave: str = ""
    seguro: str = "tls"

    def send(self, subject: str, text: str) -> None:
        letter = EmailMessage()
        letter["Subject"], letter["From"], letter["To"] = subject, self.de, ", ".join(self.para)
        letter.set_content(text)
        kind: Any = smtplib.SMTP_SSL if self.seguro == "ssl" else smtplib.SMTP
        with kind(self.servidor, self.puerto, timeout=SECONDS) as server:
            if self.seguro == "tls":
                server.starttls()
            if self.usuario:
                server.login(self.usuario, self.clave)
            server.send_message(letter)


def read_mail(path: str) -> Mail:
    try:
        mail = Mail(**json.loads(Path(path).read_text(encoding="utf-8")))
    except OSError:
        raise NoSuchMail(f"No se pudo leer {path}.") from None
    except (ValueError, TypeError):
        raise NoSuchMail(
            f'{path} debe ser así: {{"servidor": "…", "para": ["…"], "de": "…", "usuario": "…",'
            ' "clave": "…"}'
        ) from None
    is_list = isinstance(mail.para, list) and bool(mail.para)
    if not is_list or mail.seguro not in {"tls", "ssl", "no"} or not isinstance(mail.puerto, int):
        raise NoSuchMail(
            f"En {path}, «para» es una lista, «puerto» un número y «seguro» es tls, ssl o no."
        )
    for text in (mail.servidor, mail.de, mail.usuario, mail.clave, *mail.para):
        if not isinstance(text, str) or not text.isprintable():
            raise NoSuchMail(f"En {path} hay algo que no es un texto de una línea.")
    return mail


@dataclass
class Shouting:
    write: Callable[[str], object]
    command: str = ""
    mail: Mail | None = None

    def alarm(self, copy: OwnCopy, sentence: str) -> None:
        """Say it on the screen each time, and once in every other way, each until it worked."""
        sentence = printable(sentence)
        self.write("=" * 72)
        self.write(f"ALARMA. {sentence}")
        self.write(f"Su copia, sin tocar: {copy.file} ({copy.state.height} eventos).")
        self.write("No la borre. Llame a otro testigo, compare las huellas, y avise por escrito.")
        self.write("=" * 72)
        state = copy.state
        if sentence != state.alarm:
            copy.note(ALARMS, sentence)
            state.alarm, state.is_run, state.is_mailed = sentence, False, False
            copy.save()
        text = (
            f"Urna: {copy.state.address}\n{sentence}\n"
            f"Su copia: {copy.state.height} eventos, huella {copy.state.head}\n"
        )
        if self.command and not state.is_run:
            state.is_run = self._run(text)
        if self.mail is not None and not state.is_mailed:
            state.is_mailed = self._send(f"ALARMA en la urna {state.uuid}", text)
        copy.save()

    def _run(self, text: str) -> bool:
        """The command of the witness gets the sentence on its input and in TESTIGO_AVISO.

        Returns whether it worked, like `_send`.
        """
        try:
            subprocess.run(  # noqa: S602 - typed by the witness, in their own terminal
                self.command,
                shell=True,
                input=text.encode(),
                env={**os.environ, "TESTIGO_AVISO": text},
                timeout=SECONDS,
                check=True,
            )
        except (OSError, subprocess.SubprocessError):
            self.write("No funcionó el aviso por su orden (--avisar). Se intenta otra vez.")
            return False
        return True

    def _send(self, subject: str, text: str) -> bool:
        assert self.mail is not None  # noqa: S101 - asked by the caller
        try:
            self.mail.send(subject, text)
        except (OSError, ValueError) as problem:  # network, protocol, or what it cannot write
            name = type(problem).__name__
            self.write(f"No se pudo mandar el correo ({name}). Se intenta otra vez.")
            return False
        return True
''',
    "witness.program": r'''
"""The command line of the witness program."""

from __future__ import annotations

import argparse
import io
import re
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from secrets import randbelow
from typing import NoReturn

from participa.belenios import verdict as words
from participa.belenios.verifier import Verdict
from participa.belenios.witness import fetching
from participa.belenios.witness.challenging import Cheated, NotOpened, read_opened
from participa.belenios.witness.fetching import Away, ShortBody
from participa.belenios.witness.own_copy import Damaged, OwnCopy
from participa.belenios.witness.shouting import NoSuchMail, Shouting, read_mail
from participa.belenios.witness.watching import Alarm, Later, Witness

FINE, ALARM, LATER, OWN_FAULT = range(4)
PROGRESS_STEP = 200  # ballots
FINGERPRINT, HEAD = re.compile(r"[A-Za-z0-9+/]{43}"), re.compile(r"[0-9a-f]{64}")


class WitnessArguments(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.exit(
            OWN_FAULT,
            f"Uso: {self.prog} https://SITIO/urna/UUID CARPETA [--cada MINUTOS] [--avisar ORDEN]"
            " [--correo ARCHIVO] [--huella ELECCION] [--cabeza ALTURA HUELLA]"
            " [--comprobar RASTREADOR] [--procesos NUMERO]\n",
        )


def main(arguments: Sequence[str] | None = None) -> int:
    given = _parsed(arguments)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal whose encoding lacks accents
    try:
        address = given.address.rstrip("/")
        copy = OwnCopy(Path(given.folder), address, fetching.uuid_in(address))
        mail = read_mail(given.correo) if given.correo else None
    except (ValueError, Damaged, NoSuchMail) as problem:
        _say(str(problem))
        return OWN_FAULT
    except OSError as problem:
        _say(f"No se pudo escribir en {given.folder} ({type(problem).__name__}).")
        return OWN_FAULT
    witness = Witness(copy, given.procesos, given.huella, _progress)
    shouting = Shouting(_say, given.avisar, mail)
    code = LATER
    try:
        code = _round(witness, shouting, given.cabeza)
        if code == FINE and given.comprobar:
            return _challenge(witness, shouting, given.comprobar)
        while given.cada and code != OWN_FAULT:
            time.sleep(given.cada * 54 + randbelow(1 + given.cada * 12))  # a tenth off, either way
            code = _round(witness, shouting, given.cabeza)
    except KeyboardInterrupt:
        _say("Terminó porque usted lo pidió. Su copia está completa hasta la última ronda.")
    return code


def _parsed(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = WitnessArguments(description="Vigila una urna y guarda su propia copia.")
    parser.add_argument("address", help="https://SITIO/urna/UUID")
    parser.add_argument("folder", help="la carpeta de su copia")
    parser.add_argument("--cada", type=_minutes, default=0, help="cuántos minutos entre rondas")
    parser.add_argument("--avisar", default="", help="orden que se ejecuta en una alarma")
    parser.add_argument("--correo", help="archivo JSON con su servidor de correo")
    parser.add_argument("--huella", default="", help="la huella de la elección, del acta")
    parser.add_argument(
        "--cabeza", nargs=2, action="append", default=[], help="altura y huella de otro testigo"
    )
    parser.add_argument(
        "--comprobar", default="", help="lo que dice la papeleta que un celular abrió"
    )
    parser.add_argument("--procesos", type=_minutes, help="cuántos procesadores usar")
    given = parser.parse_args(arguments)
    given.huella = given.huella.strip().rstrip("=")
    if given.huella and not FINGERPRINT.fullmatch(given.huella):
        parser.exit(OWN_FAULT, "La huella de la elección tiene 43 signos. Cópiela completa.\n")
    for height, head in given.cabeza:
        if not (height.isascii() and height.isdecimal() and HEAD.fullmatch(head.strip().lower())):
            parser.exit(OWN_FAULT, "Una cabeza es un número y los 64 signos de su huella.\n")
    return given


def _minutes(typed: str) -> int:
    number = int(typed)
    if not 1 <= number <= 1440:
        raise ValueError
    return number


def _round(witness: Witness, shouting: Shouting, heads: list[list[str]]) -> int:
    try:
        verdict = witness.look()
        for line in report(verdict):
            _say(words.printable(line))
        for height, head in heads:
            compare(verdict, height, head)
    except Alarm as reason:
        shouting.alarm(witness.copy, str(reason))
        return ALARM
    except (Later, Away) as reason:
        _say(f"SIN REVISAR. {words.printable(str(reason))}")
        return LATER
    except Damaged as reason:
        _say(f"SU COPIA. {words.printable(str(reason))} No es una alarma de la urna.")
        return OWN_FAULT
    except OSError as problem:
        _say(f"SU EQUIPO. No se pudo leer o escribir la copia ({type(problem).__name__}).")
        return OWN_FAULT
    return FINE


def _challenge(witness: Witness, shouting: Shouting, tracker: str) -> int:
    """Read a ballot that a device opened, against the election of the own copy."""
    election = witness.reader.verdict.election if witness.reader else None
    if election is None:
        return LATER
    try:
        sentences = read_opened(witness.copy.state.address, election, tracker)
    except Cheated as reason:
        shouting.alarm(witness.copy, str(reason))
        return ALARM
    except (NotOpened, Away) as reason:
        _say(f"SIN REVISAR. {words.printable(str(reason))}")
        return LATER
    except ShortBody:
        _say("SIN REVISAR. Llegó cortada. Pruebe otra vez.")
        return LATER
    _say("Esa papeleta dice, sin depender de las páginas de la ciudad:")
    for sentence in sentences:
        _say(words.printable(sentence))
    _say("Si no es lo que se marcó, no vote en ese celular y avise.")
    return FINE


def compare(verdict: Verdict, typed: str, head: str) -> None:
    """That another witness saw the same. Raises Alarm if not, Later for a height still to come."""
    height = int(typed)
    if not 1 <= height <= len(verdict.event_hashes):
        raise Later(f"Su copia no tiene todavía la altura {typed}: llega a {_height(verdict)}.")
    own = verdict.event_hashes[height - 1]
    if own != head.strip().lower():
        raise Alarm(
            f"BIFURCACIÓN. A la altura {height} usted vio {own} y la otra persona {head}: a "
            "los dos les mostraron historias distintas."
        )


def report(verdict: Verdict) -> list[str]:
    return [
        f"BIEN. {words.state_sentence(verdict)}",
        f"Papeletas: {verdict.num_ballots}. Altura: {_height(verdict)}.",
        f"Huella: {verdict.head}",
        *([words.opening_sentence(verdict)] if verdict.partials else []),
    ]


def _height(verdict: Verdict) -> int:
    return len(verdict.event_hashes)


def _progress(ballots: int) -> None:
    if ballots % PROGRESS_STEP == 0 and sys.stderr.isatty():
        sys.stderr.write(f"{ballots} papeletas revisadas…\r")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
''',
}


def load():
    for name, source in PARTS.items():
        module = put("participa.belenios." + name)
        file = module.__name__.replace(".", "/") + ".py"
        exec(compile(source.lstrip(), file, "exec"), vars(module))
    return module


def put(name):
    # The module of this name in its packages, all empty if they are new.
    if name not in sys.modules:
        package, _, last = name.rpartition(".")
        sys.modules[name] = ModuleType(name)
        if package:
            setattr(put(package), last, sys.modules[name])
    return sys.modules[name]


# Not only as the program: the processes that it starts read this file to have the modules too.
program = load()

if __name__ == "__main__":
    sys.exit(program.main())
