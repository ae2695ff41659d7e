"""Passwords: long ones, of any kind, that are not the first ones somebody would try."""

import re
import unicodedata
from functools import cache
from pathlib import Path

from flask_security import PasswordUtil, hash_password
from flask_security.utils import verify_and_update_password, verify_password

from participa.core.errors import Refused
from participa.core.forms import clean
from participa.staff.models import Account

SHORTEST = 12
LONGEST = 128
# What stands at the front of every guesser's list, and the words of this place.
GUESSED = frozenset((Path(__file__).parent / "seed" / "guessed-words.txt").read_text().split())
LETTERS = re.compile(r"[^a-z]+")
AROUND = "0123456789 .,;:-_!¡?¿*#"
LEET = str.maketrans("013457@$", "oieastas")


class PasswordRules(PasswordUtil):
    """The rules, for the library that signs people in."""

    def normalize(self, password: str) -> str:
        return str(clean(password))

    def validate(self, password: str, is_register: bool, **named) -> tuple[list | None, str]:
        normal = self.normalize(password)
        problem = weakness(normal, named.get("user"))
        return ([problem] if problem else None), normal


class Weak(Refused):
    pass


def weakness(password: str, account: Account | None) -> str:
    """Why this password is refused, in a sentence; empty when it is good."""
    if len(password) < SHORTEST:
        return f"Escriba una clave de {SHORTEST} caracteres o más. Una frase corta sirve."
    if len(password) > LONGEST:
        return f"Escriba una clave de {LONGEST} caracteres o menos."
    if len(set(password.lower())) < 5:
        return "Esa clave repite muy pocos caracteres. Escriba una frase que solo usted diría."
    own = _own_words(account) if account is not None else frozenset()
    if not _rest(password, GUESSED | own):
        return (
            "Esa clave se puede adivinar: solo tiene palabras comunes, de la ciudad o de usted. "
            "Agregue otras palabras."
        )
    return ""


def change(account: Account, password: str) -> None:
    """Give the account this password; it must be a good one."""
    normal = str(clean(password))
    if problem := weakness(normal, account):
        raise Weak(problem, "password")
    account.password = hash_password(normal)


def matches(account: Account | None, password: str) -> bool:
    """Whether it is the password of the account; as slow when there is none."""
    normal = str(clean(password))[:LONGEST]
    if account is None or account.password is None or not account.active:
        verify_password(normal, _nobody())
        return False
    return bool(verify_and_update_password(normal, account))


@cache
def _nobody() -> str:
    return str(hash_password("nobody has this password"))


def _own_words(account: Account) -> frozenset[str]:
    return frozenset(word for word in _words(f"{account.name} {account.email}") if len(word) > 2)


def _words(text: str) -> list[str]:
    return LETTERS.sub(" ", _plain(text)).split()


def _plain(text: str) -> str:
    """In lower case and without accents."""
    letters = unicodedata.normalize("NFD", text.lower())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def _rest(password: str, known: frozenset[str]) -> bool:
    """Whether something worth guessing is left when the known words are taken out.

    Left means four different letters or more; digits and signs at the ends of a known word are
    the second thing that a guesser tries.
    """
    plain = _plain(password)
    digits = {sign for sign in plain if sign.isdigit()}
    if len(digits) >= 8 and not _is_run(plain):
        return True
    disguised = plain.strip(AROUND).translate(LEET)
    return all(_enough(text, known) for text in (plain, disguised))


def _enough(text: str, known: frozenset[str]) -> bool:
    letters = LETTERS.sub("", text)
    for word in sorted(known, key=len, reverse=True):
        letters = letters.replace(_plain(word), "")
    return len(set(letters)) >= 4


def _is_run(text: str) -> bool:
    """Whether the digits only count up or down: 1234567890."""
    digits = "".join(sign for sign in text if sign.isdigit())
    return digits in "01234567890123456789" or digits in "98765432109876543210"
