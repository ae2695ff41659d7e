#!/usr/bin/env python3
"""Revisa el archivo de una urna (.bel) con Python 3.9 o más nuevo, sin instalar nada.

Uso: python3 verificar_bel.py ARCHIVO.bel [--snapshot COPIA_ANTERIOR.bel] [--head HUELLA]
Termina con 0 si la acepta, con 1 si la rechaza y con 2 si no la puede revisar.
Si además está instalado gmpy2, hace lo mismo más rápido.

Cada parte es la copia exacta del archivo participa/belenios/<parte>.py de participa.
"""

import sys
from types import ModuleType

if sys.version_info < (3, 9):
    sys.exit("Este verificador necesita Python 3.9 o más nuevo.")

PARTS = {
    "canonical": r'''
"""The one way in which a record is written, and the refusal of every other way.

A record is named by the hash of its bytes; so two texts that mean the same must not both be good.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from typing import Any

DECIMAL = re.compile(r"0|[1-9][0-9]*")
MOST_DIGITS = 12
DELETE = "\x7f"


class Malformed(ValueError):
    """What was read is not in the format; the message says in Spanish what and where."""


def write(value: Any) -> bytes:
    """Without blanks, members in the order given, letters as they are and not as escapes."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.replace(DELETE, "\\u007f").encode()


def read(raw: bytes, what: str, limit: int) -> Any:
    """What these bytes say, if they say it in the one way; `what` names them in the refusal."""
    if len(raw) > limit:
        raise Malformed(f"{what} ocupa más de {limit} bytes.")
    try:
        value = json.loads(
            raw.decode("utf-8"),
            object_pairs_hook=_without_repeats,
            parse_int=_small,
            parse_float=_no_fraction,
            parse_constant=_no_fraction,
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


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise Malformed("repite un campo.")
    return members


def _small(text: str) -> int:
    if len(text) > MOST_DIGITS:
        raise Malformed("tiene un número demasiado largo.")
    return int(text)


def _no_fraction(text: str) -> Any:
    raise Malformed(f"tiene un número que no es entero: {text[:20]}.")


def members(value: Any, what: str, *names: str) -> list[Any]:
    """The values of an object with exactly these members in this order; `name?` may be absent."""
    if not isinstance(value, dict):
        raise Malformed(f"{what} no es un objeto.")
    known = [name.rstrip("?") for name in names]
    if strange := [name for name in value if name not in known]:
        raise Malformed(f"{what} tiene un campo de más: «{strange[0][:40]}».")
    needed = [name for name in names if not name.endswith("?") and name not in value]
    if needed:
        raise Malformed(f"{what} no tiene el campo «{needed[0]}».")
    if list(value) != [name for name in known if name in value]:
        raise Malformed(f"{what} tiene los campos en otro orden.")
    return [value.get(name) for name in known]


def items(value: Any, what: str, length: int | None = None) -> list[Any]:
    """The items of a list, of this length if one is given."""
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
    """A small whole number, zero or more."""
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise Malformed(f"{what} no es un número entero desde 0.")
    return value


def decimal(value: Any, what: str, bound: int) -> int:
    """A big number, written as a text of digits without leading zeros, below the bound."""
    if not isinstance(value, str) or len(value) > len(str(bound)) or not DECIMAL.fullmatch(value):
        raise Malformed(f"{what} no es un número decimal válido.")
    found = int(value)
    if found >= bound:
        raise Malformed(f"{what} es un número demasiado grande.")
    return found


def hex_digest(raw: bytes) -> str:
    """SHA-256 in lower-case hexadecimal: the name of a record in the archive."""
    return hashlib.sha256(raw).hexdigest()


def fingerprint(raw: bytes) -> str:
    """SHA-256 in base 64 without its "=": 43 signs, for people and for other records."""
    return base64.b64encode(hashlib.sha256(raw).digest()).decode().rstrip("=")


def is_hex_digest(value: Any) -> bool:
    return isinstance(value, str) and re.fullmatch(r"[0-9a-f]{64}", value) is not None
''',
    "groups": r'''
"""The arithmetic below the ballot box: a group in which powers are easy and logarithms are not.

Plain Python does it all. Where gmpy2 is installed, the same is done several times faster.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from participa.belenios import canonical
from participa.belenios.canonical import Malformed

try:
    import gmpy2
except ImportError:
    gmpy2 = None

IS_FAST = gmpy2 is not None
integer: Any = gmpy2.mpz if IS_FAST else int
WINDOW = 7  # bits of the exponent that one entry of a fixed base's table stands for
DIGIT = 4  # most bits that are taken together when one base is raised to several powers
SPARE = 128  # more random bits than needed, so that no remainder is likelier than another


class Group:
    """The elements x with x^q = 1 modulo the prime p, generated by g; q is prime."""

    def __init__(self, name: str, p: int, q: int, g: int) -> None:
        self.name = name
        self.p: int = integer(p)
        self.q = q
        self.g: int = integer(g)

    @property
    def generator(self) -> FixedBase:
        return fixed_base(self, self.g)

    def power(self, base: int, exponent: int) -> int:
        return pow(base, exponent, self.p)

    def secret_power(self, base: int, exponent: int) -> int:
        """A power whose exponent nobody should learn from how long it takes, where possible."""
        if IS_FAST and exponent > 0:
            return gmpy2.powmod_sec(integer(base), exponent, self.p)
        return pow(base, exponent, self.p)

    def powers(self, base: int, exponents: Sequence[int]) -> list[int]:
        """One base to several powers up to q, which share their squarings."""
        if len(exponents) == 1:
            return [pow(base, exponents[0], self.p)]
        squares, p = [base], self.p
        for _ in range(self.q.bit_length() - 1):
            base = base * base % p
            squares.append(base)
        return [self._joined(squares, exponent) for exponent in exponents]

    def _joined(self, squares: list[int], exponent: int) -> int:
        """The power whose bits these squares stand for.

        Its bits are cut into odd digits, and the squares of equal digits gathered: those of
        2k + 1 come into the product 2k + 1 times, which is twice as often as k, and once more.
        """
        gathered, place, p = [1] * (1 << (DIGIT - 1)), 0, self.p
        while exponent:
            zeros = (exponent & -exponent).bit_length() - 1
            exponent >>= zeros
            place += zeros
            k = (exponent & ((1 << DIGIT) - 1)) >> 1
            gathered[k] = gathered[k] * squares[place] % p
            exponent >>= DIGIT
            place += DIGIT
        running = half = 1
        for product in reversed(gathered[1:]):
            running = running * product % p
            half = half * running % p
        return half * half % p * running % p * gathered[0] % p

    def is_member(self, element: int) -> bool:
        return 0 < element < self.p and pow(element, self.q, self.p) == 1

    def random(self) -> int:
        """A secret number below q, from the operating system's randomness."""
        return secrets.randbits(self.q.bit_length() + SPARE) % self.q

    def hash(self, text: str) -> int:
        return int.from_bytes(hashlib.sha256(text.encode()).digest(), "big") % self.q

    def scalar(self, value: Any, what: str) -> int:
        """A number below q, as records write it."""
        return canonical.decimal(value, what, self.q)

    def element(self, value: Any, what: str) -> int:
        """A number that may be a member; whoever uses it has to ask `is_member`."""
        found = canonical.decimal(value, what, int(self.p))
        if found == 0:
            raise Malformed(f"{what} es cero.")
        return integer(found)

    def member(self, value: Any, what: str) -> int:
        """A public key: a member, and not 1, whose secret everybody knows."""
        found = self.element(value, what)
        if found == 1:
            raise Malformed(f"{what} es 1, que no guarda ningún secreto.")
        if not self.is_member(found):
            raise Malformed(f"{what} no pertenece al grupo.")
        return found


class FixedBase:
    """An element that is raised to many powers: a table turns 256 squarings into 37 products."""

    def __init__(self, group: Group, element: int) -> None:
        self.group = group
        self.element = element
        self.rows: list[list[int]] = []
        step = element
        for _ in range(-(-group.q.bit_length() // WINDOW)):
            row = [integer(1)]
            for _ in range((1 << WINDOW) - 1):
                row.append(row[-1] * step % group.p)
            self.rows.append(row)
            step = row[-1] * step % group.p

    def power(self, exponent: int) -> int:
        exponent %= self.group.q
        p, mask, found = self.group.p, (1 << WINDOW) - 1, integer(1)
        for row in self.rows:
            if exponent & mask:
                found = found * row[exponent & mask] % p
            exponent >>= WINDOW
        return found


@lru_cache(maxsize=16)
def fixed_base(group: Group, element: int) -> FixedBase:
    """The table of an element of this group, made once."""
    return FixedBase(group, element)


# The group of all elections made here: q has 256 bits, so that a phone can vote. Not a safe
# prime: only x^q = 1 tells whether x belongs.
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
# Group 14 of RFC 3526, which others may have used; it is only read.
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
"""Proofs that say that a number was made as it must be, and nothing more.

Each is a pair (challenge, response) per claim. The challenge is a hash of everything that the
proof speaks of, so that it cannot be taken to another election, voter or question.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from participa.belenios import canonical
from participa.belenios.groups import FixedBase, Group


class Proof(NamedTuple):
    challenge: int
    response: int

    def record(self) -> dict[str, str]:
        return {"challenge": str(self.challenge), "response": str(self.response)}


class Ciphertext(NamedTuple):
    """A number m hidden for the key y: (g^r, y^r g^m)."""

    alpha: int
    beta: int

    def __str__(self) -> str:
        return f"{self.alpha},{self.beta}"

    def record(self) -> dict[str, str]:
        return {"alpha": str(self.alpha), "beta": str(self.beta)}


class Opening(NamedTuple):
    """What only the voter knows of a ciphertext."""

    r: int
    m: int


class Claim(NamedTuple):
    """The ciphertext hides one of these numbers."""

    ciphertext: Ciphertext
    values: Sequence[int]


def read_proof(group: Group, value: Any, what: str) -> Proof:
    challenge, response = canonical.members(value, what, "challenge", "response")
    return Proof(group.scalar(challenge, what), group.scalar(response, what))


def read_proofs(group: Group, value: Any, what: str, length: int) -> list[Proof]:
    return [read_proof(group, one, what) for one in canonical.items(value, what, length)]


def read_ciphertext(group: Group, value: Any, what: str) -> Ciphertext:
    """Two numbers below p; `verify_one_of` or the caller asks whether they are members."""
    alpha, beta = canonical.members(value, what, "alpha", "beta")
    return Ciphertext(
        group.element(alpha, f"{what} (alpha)"), group.element(beta, f"{what} (beta)")
    )


def encrypt(key: FixedBase, m: int) -> tuple[Ciphertext, Opening]:
    group, r = key.group, key.group.random()
    beta = key.power(r) * group.generator.power(m) % group.p
    return Ciphertext(group.generator.power(r), beta), Opening(r, m)


def product(group: Group, ciphertexts: Sequence[Ciphertext]) -> Ciphertext:
    """The ciphertext of the sum."""
    alpha = beta = 1
    for one in ciphertexts:
        alpha, beta = alpha * one.alpha % group.p, beta * one.beta % group.p
    return Ciphertext(alpha, beta)


def total(group: Group, openings: Sequence[Opening]) -> Opening:
    return Opening(sum(o.r for o in openings) % group.q, sum(o.m for o in openings))


# Knowledge of a secret exponent: a trustee's key, the signature of a ballot.


def prove_knowledge(group: Group, secret: int, statement: str) -> Proof:
    """Of x with X = g^x; the statement stands before the commitment in what is hashed."""
    w = group.random()
    challenge = group.hash(f"{statement}{group.generator.power(w)}")
    return Proof(challenge, (w - secret * challenge) % group.q)


def verify_knowledge(group: Group, public: int, statement: str, proof: Proof) -> bool:
    commitment = group.generator.power(proof.response) * group.power(public, proof.challenge)
    return group.hash(f"{statement}{commitment % group.p}") == proof.challenge


# Ciphertexts that hide an allowed number, without telling which.


def prove_one_of(
    key: FixedBase,
    statement: str,
    claims: Sequence[Claim],
    openings: Sequence[Opening],
    truth: int,
) -> list[Proof]:
    """One proof per value of each claim, in order; `truth` counts along all of them.

    The other branches are made up. Whoever knows the openings needs only powers of g and y.
    """
    group = key.group
    branches = [(o, value) for c, o in zip(claims, openings) for value in c.values]  # noqa: B905 - the single file runs on Python 3.9
    made = [Proof(group.random(), group.random()) for _ in branches]
    made[truth] = Proof(0, group.random())
    commitments = []
    for (opening, value), (challenge, response) in zip(branches, made):  # noqa: B905 - as above
        exponent = response + opening.r * challenge
        shifted = group.generator.power((opening.m - value) * challenge)
        commitments += [group.generator.power(exponent), key.power(exponent) * shifted % group.p]
    whole = group.hash(statement + ",".join(map(str, commitments)))
    challenge = (whole - sum(proof.challenge for proof in made)) % group.q
    w = made[truth].response
    made[truth] = Proof(challenge, (w - branches[truth][0].r * challenge) % group.q)
    return made


def verify_one_of(
    key: FixedBase,
    statement: str,
    claims: Sequence[Claim],
    proofs: Sequence[Proof],
    are_new: bool = False,
) -> bool:
    """Whether the proofs hold; of new ciphertexts, also whether they belong to the group."""
    group, remaining = key.group, list(proofs)
    commitments: list[int] = []
    for (alpha, beta), values in claims:
        mine, remaining = remaining[: len(values)], remaining[len(values) :]
        exponents = [proof.challenge for proof in mine] + [group.q] * are_new
        alphas, betas = group.powers(alpha, exponents), group.powers(beta, exponents)
        if are_new and not alphas[-1] == betas[-1] == 1:
            return False
        for place, value in enumerate(values):
            challenge, response = mine[place]
            left = group.generator.power(response) * alphas[place] % group.p
            right = key.power(response) * betas[place] % group.p
            if value:
                right = right * group.generator.power(-value * challenge) % group.p
            commitments += [left, right]
    whole = group.hash(statement + ",".join(map(str, commitments)))
    return whole == sum(proof.challenge for proof in proofs) % group.q


# A trustee's part of opening a total.


def prove_decryption(group: Group, election: str, secret: int, alpha: int) -> tuple[int, Proof]:
    """The factor alpha^x, and the proof that x is the trustee's own."""
    factor, w = group.secret_power(alpha, secret), group.random()
    commitments = f"{group.generator.power(w)},{group.secret_power(alpha, w)}"
    public = group.generator.power(secret)
    challenge = group.hash(f"decrypt|{election}|{public}|{commitments}")
    return factor, Proof(challenge, (w - secret * challenge) % group.q)


def verify_decryption(
    group: Group, election: str, public: int, alpha: int, factor: int, proof: Proof
) -> bool:
    if not group.is_member(factor):
        return False
    a = group.generator.power(proof.response) * group.power(public, proof.challenge) % group.p
    powers = group.power(alpha, proof.response) * group.power(factor, proof.challenge)
    text = f"decrypt|{election}|{public}|{a},{powers % group.p}"
    return group.hash(text) == proof.challenge
''',
    "questions": r'''
"""What a ballot asks: answers of which between `least` and `most` may be chosen, or a blank vote.

Every kind of question that people know is one of these: the kinds differ in the limits and in
how the counts are told.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from participa.belenios import canonical
from participa.belenios.canonical import Malformed

BLANK = None  # what is chosen by who votes blank; choosing nothing is something else
RANKED = "NonHomomorphic"


class Unsupported(Exception):
    """Something that the format knows and that this program does not check."""


@dataclass(frozen=True)
class Question:
    text: str
    answers: tuple[str, ...]
    least: int
    most: int
    has_blank: bool = False

    @property
    def slots(self) -> int:
        """How many numbers a ballot hides for it; the blank vote is the first."""
        return len(self.answers) + self.has_blank

    def record(self) -> dict[str, Any]:
        blank = {"blank": True} if self.has_blank else {}
        limits = {"min": self.least, "max": self.most, "question": self.text}
        return {"answers": list(self.answers), **blank, **limits}

    def vector(self, chosen: Collection[int] | None) -> list[int]:
        """Zeros and ones for these positions (from 0), or for BLANK; ValueError if not allowed."""
        if chosen is BLANK:
            if not self.has_blank:
                raise ValueError("Esta pregunta no tiene voto en blanco.")
            return [1] + [0] * len(self.answers)
        places = set(chosen)
        if len(places) != len(chosen) or not places <= set(range(len(self.answers))):
            raise ValueError("Escoja opciones de la lista, cada una una sola vez.")
        if not self.least <= len(places) <= self.most:
            raise ValueError(f"Escoja {self.limits_in_words}.")
        marks = [int(place in places) for place in range(len(self.answers))]
        return [0] * self.has_blank + marks

    @property
    def limits_in_words(self) -> str:
        if self.least == self.most:
            return f"{self.most} {'opción' if self.most == 1 else 'opciones'}"
        return f"entre {self.least} y {self.most} opciones"


def read(value: Any, what: str) -> Question:
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


# The kinds of question that staff choose from.


def one_of(text: str, answers: Sequence[str], has_blank: bool = False) -> Question:
    return Question(text, tuple(answers), 1, 1, has_blank)


def several_of(
    text: str, answers: Sequence[str], least: int, most: int, has_blank: bool = False
) -> Question:
    return Question(text, tuple(answers), least, most, has_blank)


def approve(text: str, answers: Sequence[str], has_blank: bool = False) -> Question:
    """As many as one likes, also none."""
    return Question(text, tuple(answers), 0, len(answers), has_blank)


def yes_no(text: str, has_blank: bool = False) -> Question:
    return one_of(text, ("Sí", "No"), has_blank)


def scale(text: str, labels: Sequence[str], has_blank: bool = False) -> Question:
    """A rating: one of these, from the lowest to the highest."""
    return one_of(text, labels, has_blank)


def priorities(text: str, answers: Sequence[str], most: int, has_blank: bool = False) -> Question:
    """The most important ones, up to so many, without an order among them."""
    return Question(text, tuple(answers), 1, most, has_blank)


# What the counts say.


@dataclass(frozen=True)
class Outcome:
    """How often each answer of a question was chosen, and how many ballots were blank."""

    question: Question
    counts: tuple[int, ...]
    blank: int

    def mean(self, values: Sequence[int]) -> Fraction | None:
        """Of a scale whose answers have these values; None if nobody rated."""
        rated = sum(self.counts)
        points = sum(value * count for value, count in zip(values, self.counts))  # noqa: B905 - the single file runs on Python 3.9
        return Fraction(points, rated) if rated else None

    def distribution(self) -> tuple[Fraction, ...] | None:
        """The share of each answer among all that were chosen; None if none was."""
        chosen = sum(self.counts)
        return tuple(Fraction(count, chosen) for count in self.counts) if chosen else None

    def first(self, most: int) -> list[tuple[str, int]]:
        """The most chosen ones; whoever ties with the last of them is also there."""
        ranked = sorted(zip(self.question.answers, self.counts), key=lambda pair: -pair[1])  # noqa: B905 - as above
        return [pair for pair in ranked if pair[1] >= ranked[most - 1][1]] if most else []


def outcome(question: Question, counts: Sequence[int]) -> Outcome:
    """From the counts of all slots, as the archive publishes them."""
    shift = int(question.has_blank)
    return Outcome(question, tuple(counts[shift:]), counts[0] if shift else 0)
''',
    "election": r'''
"""The election record: what is asked, under which key. Its bytes never change once it opened."""

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
UUID_SIGNS = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
UUID_LENGTH = 14
LIMIT = 500_000
NEWER_GROUPS = {"Ed25519"}


@dataclass(frozen=True)
class Election:
    """What the record says, and the record itself."""

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
    def fingerprint(self) -> str:
        return canonical.fingerprint(self.raw)

    @property
    def key(self) -> FixedBase:
        return fixed_base(self.group, self.public_key)

    @property
    def slots(self) -> list[int]:
        return [question.slots for question in self.questions]


def new_uuid() -> str:
    """Random, so that no other election of the world has it."""
    return "".join(secrets.choice(UUID_SIGNS) for _ in range(UUID_LENGTH))


def is_uuid(text: str) -> bool:
    return len(text) >= UUID_LENGTH and re.fullmatch(f"[{UUID_SIGNS}]+", text) is not None


def make(
    uuid: str,
    name: str,
    description: str,
    public_key: int,
    asked: Sequence[Question],
    administrator: str | None = None,
    credential_authority: str | None = None,
) -> Election:
    record = {
        "version": VERSION,
        "description": description,
        "name": name,
        "group": BELENIOS_2048.name,
        "public_key": str(public_key),
        "questions": [question.record() for question in asked],
        "uuid": uuid,
    }
    if administrator is not None:
        record["administrator"] = administrator
    if credential_authority is not None:
        record["credential_authority"] = credential_authority
    return read(canonical.write(record))


def read(raw: bytes) -> Election:
    what = "La elección"
    value = canonical.read(raw, what, LIMIT)
    names = ("version", "description", "name", "group", "public_key", "questions", "uuid")
    version, description, name, group_name, public_key, asked, uuid, by, registrar = (
        canonical.members(value, what, *names, "administrator?", "credential_authority?")
    )
    if canonical.number(version, f"{what}, «version»") != VERSION:
        raise Malformed(f"{what} es de la versión {version}, y debe ser la {VERSION}.")
    if not is_uuid(canonical.text(uuid, f"{what}, «uuid»")):
        raise Malformed(f"{what} tiene un «uuid» que no vale.")
    group = group_named(canonical.text(group_name, f"{what}, «group»"))
    if not canonical.items(asked, f"{what}, «questions»"):
        raise Malformed(f"{what} no tiene preguntas.")
    return Election(
        raw,
        uuid,
        canonical.text(name, f"{what}, «name»"),
        canonical.text(description, f"{what}, «description»"),
        group,
        group.member(public_key, f"{what}, «public_key»"),
        tuple(questions.read(one, f"La pregunta {n}") for n, one in enumerate(asked, start=1)),
        None if by is None else canonical.text(by, f"{what}, «administrator»"),
        None if registrar is None else canonical.text(registrar, f"{what}, registrador"),
    )


def group_named(name: str) -> Group:
    if name in NEWER_GROUPS:
        raise Unsupported(f"El grupo {name} es de una versión del formato que aquí no se revisa.")
    if name not in GROUPS:
        raise Malformed(f"La elección usa un grupo desconocido: «{name[:40]}».")
    return GROUPS[name]
''',
    "trustees": r'''
"""Those who keep the key together: all of them are needed to open a total, nobody can alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from participa.belenios import canonical, proofs
from participa.belenios.canonical import Malformed
from participa.belenios.groups import Group
from participa.belenios.proofs import Proof
from participa.belenios.questions import Unsupported

LIMIT = 500_000
ALL_NEEDED = "Single"
SOME_NEEDED = "Pedersen"


class Trustee(NamedTuple):
    """The public half of a key, with the proof that its owner holds the other half."""

    public_key: int
    proof: Proof
    name: str | None = None

    def record(self) -> dict[str, Any]:
        name = {} if self.name is None else {"name": self.name}
        return {"pok": self.proof.record(), "public_key": str(self.public_key), **name}


def statement(group: Group, public_key: int) -> str:
    return f"pok|{group.name}|{public_key}|"


def make(group: Group, secret: int, name: str | None = None) -> Trustee:
    public = group.generator.power(secret)
    return Trustee(public, proofs.prove_knowledge(group, secret, statement(group, public)), name)


def read_one(group: Group, value: Any, what: str) -> Trustee:
    pok, public_key, name = canonical.members(value, what, "pok", "public_key", "name?")
    public = group.member(public_key, f"{what}, «public_key»")
    proof = proofs.read_proof(group, pok, f"{what}, «pok»")
    if not proofs.verify_knowledge(group, public, statement(group, public), proof):
        raise Malformed(f"{what}: la prueba de que tiene su llave no es válida.")
    return Trustee(public, proof, None if name is None else canonical.text(name, what))


def write(trustees: Sequence[Trustee]) -> bytes:
    """The record of an election whose result needs all of these."""
    return canonical.write([[ALL_NEEDED, trustee.record()] for trustee in trustees])


def read(group: Group, raw: bytes) -> list[Trustee]:
    found = []
    listed = canonical.items(canonical.read(raw, "La lista de custodios", LIMIT), "Custodios")
    for number, item in enumerate(listed, start=1):
        what = f"El custodio {number}"
        kind, value = canonical.items(item, what, 2)
        if kind == SOME_NEEDED:
            raise Unsupported(f"{what} es de llave por umbral, que aquí no se revisa.")
        if kind != ALL_NEEDED:
            raise Malformed(f"{what} es de una clase desconocida.")
        found.append(read_one(group, value, what))
    if not found:
        raise Malformed("La lista de custodios está vacía.")
    if len({trustee.public_key for trustee in found}) != len(found):
        raise Malformed("La lista de custodios repite una llave.")
    return found


def public_key(group: Group, trustees: Sequence[Trustee]) -> int:
    """The key of the election: what is hidden for it, all trustees together open."""
    key = 1
    for trustee in trustees:
        key = key * trustee.public_key % group.p
    return key


def write_secret(secret: int) -> bytes:
    """The file of a private key, as other programs of this format read it."""
    return canonical.write(str(secret)) + b"\n"


def read_secret(group: Group, raw: bytes) -> int:
    text = canonical.read(raw.strip(), "El archivo de la llave", 1_000)
    secret = group.scalar(text, "La llave privada")
    if secret == 0:
        raise Malformed("La llave privada es cero.")
    return secret
''',
    "answers": r'''
"""The encrypted answer to one question, with the proofs that it chooses what may be chosen.

`bound` is the text that ties every proof to this election and this voter: a copied answer proves
nothing under another credential.
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
    """The parts, each of the length that the question asks for; the proofs are not checked."""
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


def _texts(bound: str, choices: Sequence[Ciphertext]) -> str:
    return f"{bound}|{','.join(map(str, choices))}"


def _individual(bound: str, choice: Ciphertext) -> str:
    return f"prove|{bound}|{choice}|"


def _range(question: Question) -> range:
    return range(question.least, question.most + 1)


def encrypt(key: FixedBase, question: Question, vector: Sequence[int], bound: str) -> Answer:
    """Hide this vector of zeros and ones, and prove that it is allowed."""
    pairs = [proofs.encrypt(key, m) for m in vector]
    choices, openings = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    individual = [
        proofs.prove_one_of(
            key, _individual(bound, choice), [Claim(choice, BIT)], [opening], opening.m
        )
        for choice, opening in pairs
    ]
    text = _texts(bound, choices)
    if question.has_blank:
        overall, blank = _prove_with_blank(key, question, text, choices, openings)
        return Answer(choices, individual, overall, blank)
    whole = proofs.product(key.group, choices)
    opening = proofs.total(key.group, openings)
    claim = Claim(whole, _range(question))
    overall = proofs.prove_one_of(
        key, f"prove|{text}|{whole}|", [claim], [opening], opening.m - question.least
    )
    return Answer(choices, individual, overall, None)


def _prove_with_blank(
    key: FixedBase,
    question: Question,
    text: str,
    choices: list[Ciphertext],
    openings: list[Opening],
) -> tuple[list[Proof], list[Proof]]:
    first, rest = choices[0], proofs.product(key.group, choices[1:])
    known = [openings[0], proofs.total(key.group, openings[1:])]
    is_blank = known[0].m == 1
    blank = proofs.prove_one_of(
        key, f"bproof0|{text}|", _either_is_zero(first, rest), known, int(is_blank)
    )
    truth = 0 if is_blank else known[1].m - question.least + 1
    overall = proofs.prove_one_of(
        key, f"bproof1|{text}|", _blank_or_allowed(question, first, rest), known, truth
    )
    return overall, blank


def _either_is_zero(first: Ciphertext, rest: Ciphertext) -> list[Claim]:
    return [Claim(first, (0,)), Claim(rest, (0,))]


def _blank_or_allowed(question: Question, first: Ciphertext, rest: Ciphertext) -> list[Claim]:
    return [Claim(first, (1,)), Claim(rest, _range(question))]


def check(key: FixedBase, question: Question, answer: Answer, bound: str, what: str) -> None:
    """Refuse an answer that hides anything that the question does not allow."""
    for number, choice in enumerate(answer.choices, start=1):
        proof = answer.individual[number - 1]
        claims = [Claim(choice, BIT)]
        if not proofs.verify_one_of(key, _individual(bound, choice), claims, proof, are_new=True):
            raise Malformed(f"{what}: la prueba de la casilla {number} no es válida.")
    text = _texts(bound, answer.choices)
    if answer.blank is not None:
        _check_with_blank(key, question, answer, text, what)
        return
    whole = proofs.product(key.group, answer.choices)
    claims = [Claim(whole, _range(question))]
    if not proofs.verify_one_of(key, f"prove|{text}|{whole}|", claims, answer.overall):
        raise Malformed(f"{what}: la prueba de cuántas opciones se escogieron no es válida.")


def _check_with_blank(
    key: FixedBase, question: Question, answer: Answer, text: str, what: str
) -> None:
    first, rest = answer.choices[0], proofs.product(key.group, answer.choices[1:])
    claims = _either_is_zero(first, rest)
    if not proofs.verify_one_of(key, f"bproof0|{text}|", claims, answer.blank or ()):
        raise Malformed(f"{what}: la prueba del voto en blanco no es válida.")
    claims = _blank_or_allowed(question, first, rest)
    if not proofs.verify_one_of(key, f"bproof1|{text}|", claims, answer.overall):
        raise Malformed(f"{what}: la prueba de cuántas opciones se escogieron no es válida.")
''',
    "ballot": r'''
"""A ballot: encrypted answers, signed with a credential that tells nobody's name."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from participa.belenios import answers, canonical, proofs
from participa.belenios.answers import Answer
from participa.belenios.canonical import Malformed
from participa.belenios.election import Election
from participa.belenios.proofs import Proof

WHAT = "La papeleta"
# Upper bounds of what a part takes as text: an element has 617 digits, a scalar of 256 bits 78.
HEAD_BYTES = 3_000
CHOICE_BYTES = 2 * 640
PROOF_BYTES = 200


class Ballot(NamedTuple):
    """What a ballot says; `raw` is what is stored, hashed and published."""

    raw: bytes
    credential: int
    answers: tuple[Answer, ...]
    signed: str
    signature: Proof

    @property
    def tracker(self) -> str:
        return tracker(self.raw)


def tracker(raw: bytes) -> str:
    """What the voter keeps, to find the ballot in the box."""
    return canonical.fingerprint(raw)


def most_bytes(election: Election) -> int:
    """No ballot of this election is longer."""
    scalar = PROOF_BYTES if election.group.q.bit_length() <= 256 else 7 * PROOF_BYTES
    total = HEAD_BYTES + 2 * scalar
    for question in election.questions:
        branches = 2 * question.slots + question.most - question.least + 4
        total += question.slots * CHOICE_BYTES + branches * scalar
    return total


def _bound(election: Election, credential: int) -> str:
    return f"{election.fingerprint}|{credential}"


def make(election: Election, secret: int, votes: Sequence[Collection[int] | None]) -> bytes:
    """The ballot of the holder of this credential; a vote is positions from 0, or BLANK."""
    vectors = [
        question.vector(vote)
        for question, vote in zip(election.questions, votes)  # noqa: B905 - the single file runs on Python 3.9
    ]
    return make_from_vectors(election, secret, vectors)


def make_from_vectors(election: Election, secret: int, vectors: Sequence[Sequence[int]]) -> bytes:
    """The same for zeros and ones in the order of the slots, whatever they say."""
    if len(vectors) != len(election.questions):
        raise ValueError("Responda todas las preguntas.")
    group = election.group
    credential = group.generator.power(secret)
    bound = _bound(election, credential)
    record: dict[str, Any] = {
        "election_uuid": election.uuid,
        "election_hash": election.fingerprint,
        "credential": str(credential),
        "answers": [
            answers.encrypt(election.key, question, vector, bound).record()
            for question, vector in zip(election.questions, vectors)  # noqa: B905 - as above
        ],
    }
    signed = canonical.fingerprint(canonical.write(record))
    proof = proofs.prove_knowledge(group, secret, f"sig|{signed}|")
    record["signature"] = {"hash": signed, "proof": proof.record()}
    return canonical.write(record)


def read(election: Election, raw: bytes) -> Ballot:
    """What these bytes say, if they are a ballot of this election; the proofs are not checked."""
    group = election.group
    value = canonical.read(raw, WHAT, most_bytes(election))
    names = ("election_uuid", "election_hash", "credential", "answers", "signature")
    uuid, digest, credential, given, signature = canonical.members(value, WHAT, *names)
    if uuid != election.uuid or digest != election.fingerprint:
        raise Malformed(f"{WHAT} es de otra elección.")
    signed, proof = canonical.members(signature, f"{WHAT}, «signature»", "hash", "proof")
    given = canonical.items(given, f"{WHAT}, «answers»", len(election.questions))
    found = Ballot(
        raw,
        group.element(credential, f"{WHAT}, «credential»"),
        tuple(
            answers.read(group, question, given[n], f"{WHAT}, respuesta {n + 1}")
            for n, question in enumerate(election.questions)
        ),
        signed,
        proofs.read_proof(group, proof, f"{WHAT}, firma"),
    )
    unsigned = {name: member for name, member in value.items() if name != "signature"}
    if signed != canonical.fingerprint(canonical.write(unsigned)):
        raise Malformed(f"{WHAT} cambió después de firmada.")
    return found


def check(election: Election, ballot: Ballot) -> None:
    """Refuse a ballot with one proof that does not hold.

    The caller has found the credential on the roll, whose credentials all belong to the group.
    """
    statement = f"sig|{ballot.signed}|"
    if not proofs.verify_knowledge(election.group, ballot.credential, statement, ballot.signature):
        raise Malformed(f"{WHAT}: la firma no es válida.")
    bound = _bound(election, ballot.credential)
    for n, question in enumerate(election.questions):
        what = f"{WHAT}, respuesta {n + 1}"
        answers.check(election.key, question, ballot.answers[n], bound, what)
''',
    "tally": r'''
"""From ballots to the result: totals that stay hidden until all trustees open them together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from participa.belenios import canonical, proofs
from participa.belenios.ballot import Ballot
from participa.belenios.canonical import Malformed
from participa.belenios.election import Election
from participa.belenios.groups import Group
from participa.belenios.proofs import Ciphertext, Proof

LIMIT = 5_000_000
LAST_COUNTS = "last"  # who votes again replaces the earlier ballot
ONE_ONLY = "one"
Totals = list[list[Ciphertext]]  # per question, per slot


class Partial(NamedTuple):
    """What one trustee adds to open each total, with the proofs."""

    factors: list[list[int]]
    proofs: list[list[Proof]]

    def record(self) -> bytes:
        factors = [[str(factor) for factor in row] for row in self.factors]
        checked = [[proof.record() for proof in row] for row in self.proofs]
        return canonical.write({"decryption_factors": factors, "decryption_proofs": checked})


def kept(ballots: Iterable[Ballot], policy: str = LAST_COUNTS) -> list[Ballot]:
    """The ballots that count: one per credential, in the order of the credentials' first votes."""
    found: dict[int, Ballot] = {}
    for ballot in ballots:
        if policy == ONE_ONLY and ballot.credential in found:
            raise Malformed("Un código votó dos veces, y en esta urna solo vale una.")
        found[ballot.credential] = ballot
    return list(found.values())


def encrypted(election: Election, ballots: Iterable[Ballot]) -> Totals:
    """The hidden totals of these ballots."""
    p = election.group.p
    sums = [[[1, 1] for _ in range(slots)] for slots in election.slots]
    for ballot in ballots:
        for row, answer in zip(sums, ballot.answers):  # noqa: B905 - the single file runs on Python 3.9
            for pair, choice in zip(row, answer.choices):  # noqa: B905 - as above
                pair[0] = pair[0] * choice.alpha % p
                pair[1] = pair[1] * choice.beta % p
    return [[Ciphertext(alpha, beta) for alpha, beta in row] for row in sums]


def record(totals: Totals) -> bytes:
    return canonical.write([[one.record() for one in row] for row in totals])


def sized_record(ballots: int, totals: bytes) -> bytes:
    """How many ballots are in the totals; the format also asks for their weight, here the same."""
    digest = canonical.hex_digest(totals)
    return canonical.write(
        {"num_tallied": ballots, "total_weight": ballots, "encrypted_tally": digest}
    )


def owned_record(owner: int, payload: bytes) -> bytes:
    """Which trustee (from 1) a partial decryption is of."""
    return canonical.write({"owner": owner, "payload": canonical.hex_digest(payload)})


def decrypt(election: Election, totals: Totals, secret: int) -> Partial:
    """A trustee's part, which opens only these totals."""
    rows = [
        [
            proofs.prove_decryption(election.group, election.fingerprint, secret, one.alpha)
            for one in row
        ]
        for row in totals
    ]
    return Partial(
        [[factor for factor, _ in row] for row in rows],
        [[proof for _, proof in row] for row in rows],
    )


def read_partial(election: Election, raw: bytes, what: str) -> Partial:
    group = election.group
    value = canonical.read(raw, what, LIMIT)
    factors, checked = canonical.members(value, what, "decryption_factors", "decryption_proofs")
    questions = len(election.slots)
    factor_rows = canonical.items(factors, f"{what}, «decryption_factors»", questions)
    proof_rows = canonical.items(checked, f"{what}, «decryption_proofs»", questions)
    found = Partial([], [])
    for number, slots in enumerate(election.slots):
        where = f"{what}, pregunta {number + 1}"
        row = canonical.items(factor_rows[number], where, slots)
        found.factors.append([group.element(factor, f"{where}, factor") for factor in row])
        found.proofs.append(proofs.read_proofs(group, proof_rows[number], where, slots))
    return found


def check_partial(
    election: Election, totals: Totals, public_key: int, partial: Partial, what: str
) -> None:
    """Refuse a part that the owner of this key did not make of these totals."""
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


def counts(
    election: Election, totals: Totals, partials: Sequence[Partial], ballots: int
) -> list[list[int]]:
    """What the totals say, with the parts of all trustees; no count exceeds the ballots."""
    group, found = election.group, []
    known = logarithms(group, ballots)
    for question, row in enumerate(totals):
        opened = []
        for slot, one in enumerate(row):
            factor = 1
            for partial in partials:
                factor = factor * partial.factors[question][slot] % group.p
            power = one.beta * pow(factor, -1, group.p) % group.p
            if power not in known:
                raise Malformed("Los totales descifrados no son un conteo de estas papeletas.")
            opened.append(known[power])
        found.append(opened)
    return found


def logarithms(group: Group, most: int) -> dict[int, int]:
    """n for each g^n up to the most; a count is small, so a table is enough."""
    power, known = 1, {}
    for n in range(most + 1):
        known[power] = n
        power = power * group.g % group.p
    return known


def result_record(found: Sequence[Sequence[int]]) -> bytes:
    return canonical.write({"result": [list(row) for row in found]})
''',
    "roll": r'''
"""The public roll: the public halves of all credentials, and nobody's name."""

from __future__ import annotations

from collections.abc import Iterable

from participa.belenios import canonical
from participa.belenios.canonical import Malformed
from participa.belenios.groups import Group

LIMIT = 700_000_000
WHAT = "El padrón"


def write(credentials: Iterable[int]) -> bytes:
    """In numerical order: it tells nothing of who got which."""
    return canonical.write([str(credential) for credential in sorted(credentials)])


def read(group: Group, raw: bytes) -> list[int]:
    """Each belongs to the group, none comes twice, and each has one vote."""
    listed = canonical.items(canonical.read(raw, WHAT, LIMIT), WHAT)
    found = []
    for number, item in enumerate(listed, start=1):
        what = f"{WHAT}, credencial {number}"
        if isinstance(item, str) and "," in item:
            raise Malformed(f"{what} lleva un peso o un nombre, y debe ir sola.")
        found.append(group.member(item, what))
    if not found:
        raise Malformed(f"{WHAT} está vacío.")
    if len(set(found)) != len(found):
        raise Malformed(f"{WHAT} repite una credencial.")
    return found


def from_registrar(group: Group, raw: bytes) -> bytes:
    """The roll to publish, out of the file that belenios-tool gives to a registrar."""
    record = without_names(raw)
    read(group, record)
    return record


def without_names(raw: bytes) -> bytes:
    """The same list without what it says of people; its credentials are not checked.

    The registrar's file tells who has each one ("C,weight,name"). Nobody has more than one vote.
    """
    found = []
    for number, item in enumerate(canonical.items(canonical.read(raw.strip(), WHAT, LIMIT), WHAT)):
        what = f"{WHAT}, credencial {number + 1}"
        public, _, rest = canonical.text(item, what).partition(",")
        if rest.partition(",")[0] not in {"", "1"}:
            raise Malformed(f"{what} vale más de un voto, y aquí cada una vale uno.")
        found.append(public)
    return canonical.write(sorted(found, key=lambda public: (len(public), public)))
''',
    "archive": r'''
"""The file `<uuid>.bel`: all public records of an election, chained by hashes, byte for byte.

It is an old kind of tar without an end mark, so that it grows at its end only: a later file
begins with every earlier one. Each event names the event before it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import NamedTuple

from participa.belenios import canonical
from participa.belenios.canonical import Malformed

BLOCK = 512
FIRST = "BELENIOS"
VERSION = 1
MOST_SECONDS = 8**11
DATA, EVENT = ".data.json", ".event.json"
# How many records of data stand before an event of each type.
PARTS = {
    "Setup": 4,
    "Ballot": 1,
    "EndBallots": 0,
    "EncryptedTally": 2,
    "PartialDecryption": 2,
    "Result": 1,
}


class UnreadableArchive(Exception):
    """This is no archive at all."""


class Record(NamedTuple):
    number: int
    digest: str
    is_event: bool
    body: bytes
    end: int  # where it ends in the file


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
    """One file of the archive, filled up to whole blocks."""
    return _tar_header(name, len(body), timestamp) + body + bytes(-len(body) % BLOCK)


def beginning(timestamp: int) -> bytes:
    """The first file, whose moment (in seconds) is the moment of all others: it tells nothing."""
    body = canonical.write({"version": VERSION, "timestamp": str(timestamp)})
    return pack(FIRST, body, timestamp)


class Chain(NamedTuple):
    """Where an archive ends: enough to add the next event."""

    timestamp: int
    head: str | None = None
    height: int = 0

    def add(self, kind: str, *parts: bytes) -> tuple[bytes, Chain]:
        """What to append to the file, and the chain after it; the last part is the payload."""
        if len(parts) != PARTS[kind]:
            raise ValueError(f"{kind} takes {PARTS[kind]} parts")
        event = event_record(self.head, self.height, kind, parts[-1] if parts else None)
        grown = b"".join(
            pack(canonical.hex_digest(part) + DATA, part, self.timestamp) for part in parts
        )
        head = canonical.hex_digest(event)
        grown += pack(head + EVENT, event, self.timestamp)
        return grown, Chain(self.timestamp, head, self.height + 1)


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


def timestamp_of(raw: bytes) -> int:
    """The moment in the first file. Unreadable if these bytes are no archive."""
    stranger = UnreadableArchive("Este archivo no es una urna (.bel).")
    if not raw.startswith(FIRST.encode() + b"\0"):
        raise stranger
    try:
        size = int(raw[124:135], 8)
        timestamp = json.loads(raw[BLOCK : BLOCK + size])["timestamp"]
        seconds = canonical.decimal(timestamp, "El momento", MOST_SECONDS)
    except (ValueError, TypeError, KeyError, RecursionError):
        raise stranger from None
    if raw[: len(first := beginning(seconds))] != first:
        raise Malformed("Registro 0: el encabezado del archivo no tiene la forma debida.")
    return seconds


def read(raw: bytes) -> Iterator[Record]:
    """The records after the first, each written as it must be and named by its hash."""
    timestamp = timestamp_of(raw)
    offset, number = len(beginning(timestamp)), 0
    while offset < len(raw):
        number += 1
        found = _read_one(raw, offset, number, timestamp)
        yield found
        offset = found.end


def _read_one(raw: bytes, offset: int, number: int, timestamp: int) -> Record:
    header = raw[offset : offset + BLOCK]
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
        raise Malformed(f"Registro {number}: el archivo está cortado.")
    if canonical.hex_digest(body) != digest:
        raise Malformed(f"Registro {number}: su contenido no es el que dice su nombre (huella).")
    whole = pack(name, body, timestamp)
    if raw[offset : offset + len(whole)] != whole:
        raise Malformed(f"Registro {number}: su encabezado o su relleno fue alterado.")
    return Record(number, digest, name.endswith(EVENT), body, offset + len(whole))
''',
    "verifier": r'''
"""The strict verifier: it reads an archive from the first byte to the last and believes nothing.

What it accepts follows the grammar Setup Ballot* EndBallots EncryptedTally PartialDecryption+
Result, or a beginning of it. What one file cannot show (a ballot dropped before anybody saw it,
credentials that the registrar kept) it cannot find: for that there are trackers, earlier copies
and the minutes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from participa.belenios import archive, ballot, canonical, election, roll, tally, trustees
from participa.belenios.archive import Record, UnreadableArchive
from participa.belenios.ballot import Ballot
from participa.belenios.canonical import Malformed
from participa.belenios.election import Election
from participa.belenios.questions import Outcome, Unsupported, outcome
from participa.belenios.tally import Partial, Totals
from participa.belenios.trustees import Trustee

SETUP, BALLOT, END, TALLY, PARTIAL, RESULT = archive.PARTS
NAMES = {
    SETUP: "apertura",
    BALLOT: "papeleta",
    END: "cierre",
    TALLY: "total cifrado",
    PARTIAL: "descifrado parcial",
    RESULT: "resultado",
}
# What may come after each event.
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
LIMIT = 10_000


class Rejected(Exception):
    """The archive is not what it claims; the message says in Spanish where and why."""


@dataclass
class Verdict:
    """What an accepted archive says."""

    timestamp: int
    election: Election | None = None
    trustees: list[Trustee] = field(default_factory=list)
    roll: set[int] = field(default_factory=set)
    roll_fingerprint: str = ""
    ballots: list[Ballot] = field(default_factory=list)
    counted: int = 0
    totals: Totals = field(default_factory=list)
    partials: dict[int, Partial] = field(default_factory=dict)
    counts: list[list[int]] = field(default_factory=list)
    last: str | None = None
    heads: list[str] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)

    @property
    def head(self) -> str:
        return self.heads[-1]

    @property
    def is_open(self) -> bool:
        return self.last in {SETUP, BALLOT}

    @property
    def is_finished(self) -> bool:
        return self.last == RESULT

    @property
    def missing_trustees(self) -> list[int]:
        return [n for n in range(1, len(self.trustees) + 1) if n not in self.partials]

    @property
    def outcomes(self) -> list[Outcome]:
        asked = self.election.questions if self.election else ()
        return [outcome(question, self.counts[n]) for n, question in enumerate(asked)]


def verify(
    raw: bytes,
    snapshot: bytes | None = None,
    head: str | None = None,
    tell: Callable[[int], None] = lambda ballots: None,
) -> Verdict:
    """The verdict; Rejected, Unreadable or Unsupported otherwise. `tell` hears of progress.

    A snapshot is an earlier copy, which this file must continue; `head` is a hash that the
    minutes give, which must be one of its events.
    """
    reader = Reader(raw, tell)
    try:
        found = reader.read()
    except Malformed as problem:
        raise Rejected(f"{reader.where}{problem}") from None
    if snapshot is not None:
        _compare(raw, snapshot, found)
    if head is not None and head.strip().lower() not in found.heads:
        raise Rejected("La huella del acta no es la de ningún evento de este archivo.")
    return found


def _compare(raw: bytes, snapshot: bytes, found: Verdict) -> None:
    try:
        archive.timestamp_of(snapshot)
    except (UnreadableArchive, Malformed):
        raise UnreadableArchive("La copia anterior no es una urna (.bel).") from None
    if not raw.startswith(snapshot):
        same = sum(snapshot[:end] == raw[:end] for end in found.ends)
        where = f"la altura {same}" if same else "el comienzo"
        raise Rejected(f"Este archivo no continúa la copia anterior: difieren desde {where}.")
    if len(snapshot) not in found.ends:
        raise UnreadableArchive("La copia anterior está cortada: no termina en un evento.")


class Reader:
    """Goes through the records once, and keeps what later ones have to agree with."""

    def __init__(self, raw: bytes, tell: Callable[[int], None]) -> None:
        self.raw = raw
        self.tell = tell
        self.where = ""
        self.seen: set[str] = set()
        self.held: list[Record] = []
        self.acts: dict[str, Callable[[], None]] = {
            SETUP: self._setup,
            BALLOT: self._ballot,
            TALLY: self._tally,
            PARTIAL: self._partial,
            RESULT: self._result,
        }

    def read(self) -> Verdict:
        self.found = Verdict(archive.timestamp_of(self.raw))
        for record in archive.read(self.raw):
            self.where = f"Registro {record.number}: "
            if record.is_event:
                self._event(record)
                self.held = []
            else:
                self.held.append(record)
                if len(self.held) > max(archive.PARTS.values()):
                    raise Malformed("hay datos de más, que ningún evento nombra.")
            self.where = ""  # the next record, if it cannot be read, names itself
        if self.held:
            last = self.held[-1].number
            raise Malformed(f"Registro {last}: hay datos al final que ningún evento nombra.")
        if self.found.last is None:
            raise Malformed("El archivo no tiene apertura.")
        return self.found

    def _event(self, record: Record) -> None:
        height = len(self.found.heads)
        self.where = f"Registro {record.number}, altura {height}: "
        value = canonical.read(record.body, "El evento", LIMIT)
        names = ("parent?", "height", "type", "payload?")
        parent, told, kind, payload = canonical.members(value, "El evento", *names)
        canonical.text(kind, "«type»")
        if kind in SHUFFLES:
            raise Unsupported("La urna mezcla papeletas, y este programa no revisa mezclas.")
        if kind not in archive.PARTS:
            raise Malformed("el evento es de un tipo desconocido.")
        self.where = f"Registro {record.number}, altura {height} ({NAMES[kind]}): "
        if canonical.number(told, "«height»") != height:
            raise Malformed(f"el evento dice la altura {told}.")
        if parent != (self.found.heads[-1] if self.found.heads else None):
            raise Malformed("la cadena está rota: «parent» no es la huella del evento anterior.")
        self._follows(kind)
        self._holds(kind, payload)
        if kind in self.acts:
            self.acts[kind]()
        self.found.last = kind
        self.found.heads.append(record.digest)
        self.found.ends.append(record.end)

    def _follows(self, kind: str) -> None:
        last = self.found.last
        if kind in NEXT[last]:
            return
        if last is None:
            raise Malformed("el archivo no empieza por la apertura.")
        if kind == BALLOT:
            raise Malformed("hay una papeleta después del cierre.")
        if kind == PARTIAL and last in {SETUP, BALLOT}:
            raise Malformed("se descifró antes del cierre.")
        raise Malformed(f"no puede venir después de: {NAMES[last]}.")

    def _holds(self, kind: str, payload: object) -> None:
        """Just before an event stand the records that it needs, and no others."""
        needed = archive.PARTS[kind]
        if len(self.held) != needed:
            raise Malformed(f"trae {len(self.held)} registros de datos y deben ser {needed}.")
        if payload != (self.held[-1].digest if needed else None):
            raise Malformed("«payload» no es la huella del registro anterior.")
        if kind == BALLOT and self.held[0].digest in self.seen:
            raise Malformed("la misma papeleta está dos veces.")
        for record in self.held:
            if record.digest in self.seen:
                raise Malformed(f"el registro {record.number} repite uno anterior.")
            self.seen.add(record.digest)

    @property
    def _election(self) -> Election:
        if self.found.election is None:
            raise Malformed("El archivo no tiene apertura.")
        return self.found.election

    def _setup(self) -> None:
        parts = [record.body for record in self.held]
        if parts[3] != archive.setup_record(*parts[:3]):
            raise Malformed("la apertura no nombra la elección, los custodios y el padrón.")
        asked = election.read(parts[0])
        self.found.election = asked
        self.found.trustees = trustees.read(asked.group, parts[1])
        if trustees.public_key(asked.group, self.found.trustees) != asked.public_key:
            raise Malformed("la llave de la elección no es la de sus custodios.")
        self.found.roll = set(roll.read(asked.group, parts[2]))
        self.found.roll_fingerprint = canonical.fingerprint(parts[2])

    def _ballot(self) -> None:
        cast = ballot.read(self._election, self.held[0].body)
        if cast.credential not in self.found.roll:
            raise Malformed("la credencial de la papeleta no está en el padrón.")
        ballot.check(self._election, cast)
        self.found.ballots.append(cast)
        self.tell(len(self.found.ballots))

    def _tally(self) -> None:
        totals, sized = self.held
        counting = tally.kept(self.found.ballots)
        self.found.counted = len(counting)
        self.found.totals = tally.encrypted(self._election, counting)
        names = ("num_tallied", "total_weight", "encrypted_tally")
        told = canonical.read(sized.body, "El tamaño del total", LIMIT)
        number, weight, digest = canonical.members(told, "El tamaño del total", *names)
        for name, value in zip(names, (number, weight)):  # noqa: B905 - the single file runs on Python 3.9
            if canonical.number(value, f"«{name}»") != len(counting):
                raise Malformed(f"«{name}» dice {value}, y cuentan {len(counting)} papeletas.")
        if digest != totals.digest:
            raise Malformed("«encrypted_tally» no es la huella del total cifrado.")
        if totals.body != tally.record(self.found.totals):
            raise Malformed("el total cifrado no es el de las papeletas que cuentan.")

    def _partial(self) -> None:
        part, owned = self.held
        told = canonical.read(owned.body, "El dueño del descifrado", LIMIT)
        owner, digest = canonical.members(told, "El dueño del descifrado", "owner", "payload")
        number = canonical.number(owner, "«owner»")
        if not 1 <= number <= len(self.found.trustees):
            raise Malformed(f"no hay un custodio {number}.")
        if number in self.found.partials:
            raise Malformed(f"el custodio {number} descifra dos veces.")
        if digest != part.digest:
            raise Malformed("el dueño no nombra el descifrado que viene antes.")
        what = f"El descifrado del custodio {number}"
        partial = tally.read_partial(self._election, part.body, what)
        key = self.found.trustees[number - 1].public_key
        tally.check_partial(self._election, self.found.totals, key, partial, what)
        self.found.partials[number] = partial

    def _result(self) -> None:
        if missing := self.found.missing_trustees:
            raise Malformed(f"falta el descifrado del custodio {missing[0]}.")
        self.found.counts = tally.counts(
            self._election,
            self.found.totals,
            list(self.found.partials.values()),
            self.found.counted,
        )
        if self.held[0].body != tally.result_record(self.found.counts):
            raise Malformed("el resultado publicado no es el que sale de descifrar el total.")
''',
    "verdict": r'''
"""What `verify-bel` and the single file say: in Spanish, and with an exit code for programs."""

from __future__ import annotations

import argparse
import io
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NoReturn

from participa.belenios import verifier
from participa.belenios.archive import UnreadableArchive
from participa.belenios.questions import Outcome, Unsupported
from participa.belenios.verifier import Rejected, Verdict

ACCEPTED, REJECTED, UNREADABLE = range(3)
STEP = 25
Say = Callable[[str], object]


def judge(
    file: str, snapshot: str | None, head: str | None, say: Say, hint: Say = lambda text: None
) -> int:
    """Verify a file; what is found goes to `say`, progress to `hint`. The exit code."""

    def tell(line: str) -> None:
        say(printable(line))

    try:
        raw = _contents(file)
        earlier = None if snapshot is None else _contents(snapshot)
        found = verifier.verify(raw, earlier, head, _progress(hint))
    except Rejected as reason:
        tell(f"RECHAZADA. {reason}")
        return REJECTED
    except (UnreadableArchive, Unsupported) as reason:
        tell(f"NO SE PUDO REVISAR. {reason}")
        return UNREADABLE
    for line in report(found):
        tell(line)
    if snapshot is not None:
        tell("Continúa la copia anterior sin cambiarle nada.")
    return ACCEPTED


def printable(line: str) -> str:
    """Without signs that command a terminal: the words of an archive are a stranger's."""
    return "".join(sign if sign.isprintable() else "�" for sign in line)


def _contents(file: str) -> bytes:
    try:
        return Path(file).read_bytes()
    except FileNotFoundError:
        raise UnreadableArchive(f"No existe el archivo {file}.") from None
    except OSError:
        raise UnreadableArchive(
            f"No se pudo leer {file}. Revise que sea un archivo suyo."
        ) from None


def _progress(hint: Say) -> Callable[[int], None]:
    def tell(ballots: int) -> None:
        if ballots % STEP == 0:
            hint(f"{ballots} papeletas revisadas…")

    return tell


def report(found: Verdict) -> list[str]:
    """An accepted archive in words; an open or empty one is not told as a finished one."""
    asked = found.election
    if asked is None:
        return []
    lines = [
        f"ACEPTADA. {state(found)}",
        f"Elección: {asked.name} ({asked.uuid})",
        f"Huella de la elección: {asked.fingerprint}",
        f"Huella del padrón: {found.roll_fingerprint} ({len(found.roll)} credenciales)",
        f"Custodios de la llave: {len(found.trustees)}",
        f"Papeletas depositadas: {len(found.ballots)}",
    ]
    if found.totals:
        lines.append(f"Papeletas que cuentan (la última de cada credencial): {found.counted}")
    lines.append(f"Huella del último evento, para comparar con el acta: {found.head}")
    if found.is_finished:
        for number, outcome in enumerate(found.outcomes, start=1):
            lines += ["", f"{number}. {outcome.question.text}", *counted(outcome)]
    return lines


def state(found: Verdict) -> str:
    empty = "" if found.ballots else " No tiene ninguna papeleta."
    if found.is_open:
        return f"Pero NO ha terminado: la urna sigue abierta.{empty}"
    if not found.totals:
        return f"Pero NO ha terminado: la urna cerró y falta sumar.{empty}"
    if missing := found.missing_trustees:
        names = ", ".join(map(str, missing))
        return f"Pero NO ha terminado: falta que descifren los custodios {names}.{empty}"
    if not found.is_finished:
        return f"Pero NO ha terminado: falta publicar el resultado.{empty}"
    if empty:
        return f"Terminó, pero no hay nada que contar.{empty}"
    return "Terminó, y el resultado es el de sus papeletas."


def counted(outcome: Outcome) -> list[str]:
    question = outcome.question
    blank = [f"   {outcome.blank}  Voto en blanco"] if question.has_blank else []
    pairs = zip(question.answers, outcome.counts)  # noqa: B905 - the single file runs on Python 3.9
    return [*(f"   {count}  {answer}" for answer, count in pairs), *blank]


class Arguments(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.exit(
            UNREADABLE, f"Uso: {self.prog} ARCHIVO.bel [--snapshot ANTERIOR] [--head HUELLA]\n"
        )


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line of the single file."""
    parser = Arguments(
        description="Revisa el archivo de una urna, de la primera a la última letra."
    )
    parser.add_argument("file", help="el archivo .bel")
    parser.add_argument("--snapshot", help="una copia anterior, que este debe continuar")
    parser.add_argument("--head", help="una huella del acta, que debe estar en el archivo")
    given = parser.parse_args(arguments)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(
                errors="replace"
            )  # a terminal without accents still gets the verdict
    write = sys.stdout.write
    hint = sys.stderr.write if sys.stderr.isatty() else lambda text: 0
    return judge(
        given.file,
        given.snapshot,
        given.head,
        lambda text: write(f"{text}\n"),
        lambda text: hint(f"{text}\r"),
    )
''',
}


def load():
    for name in ("participa", "participa.belenios"):
        sys.modules[name] = ModuleType(name)
    sys.modules["participa"].belenios = sys.modules["participa.belenios"]
    for name, source in PARTS.items():
        module = ModuleType("participa.belenios." + name)
        sys.modules[module.__name__] = module
        setattr(sys.modules["participa.belenios"], name, module)
        exec(compile(source.lstrip(), "participa/belenios/" + name + ".py", "exec"), vars(module))
    return module


if __name__ == "__main__":
    sys.exit(load().main())
