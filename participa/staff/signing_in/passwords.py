"""Password rules: length, and not made only of common, local or personal words."""

import re
import unicodedata
from functools import cache
from pathlib import Path

from flask_security import PasswordUtil, hash_password
from flask_security.utils import verify_and_update_password, verify_password

from participa.core.errors import Refused
from participa.core.forms import clean
from participa.staff.models import Account

MIN_LENGTH = 12
MAX_LENGTH = 128
# Common passwords, and words related to the city.
COMMON_WORDS = frozenset((Path(__file__).parent / "seed" / "guessed-words.txt").read_text().split())
LETTERS = re.compile(r"[^a-z]+")
PADDING = "0123456789 .,;:-_!¡?¿*#"  # commonly added at the ends of a word
LEET = str.maketrans("013457@$", "oieastas")


class PasswordRules(PasswordUtil):
    """Adapter that gives these rules to Flask-Security."""

    def normalize(self, password: str) -> str:
        return str(clean(password))

    def validate(self, password: str, is_register: bool, **named) -> tuple[list | None, str]:
        normal = self.normalize(password)
        problem = weakness(normal, named.get("user"))
        return ([problem] if problem else None), normal


class WeakPassword(Refused):
    pass


def weakness(password: str, account: Account | None) -> str:
    """The error message for an unacceptable password; empty if it is acceptable."""
    if len(password) < MIN_LENGTH:
        return f"Escriba una clave de {MIN_LENGTH} caracteres o más. Una frase corta sirve."
    if len(password) > MAX_LENGTH:
        return f"Escriba una clave de {MAX_LENGTH} caracteres o menos."
    if len(set(password.lower())) < 5:
        return "Esa clave repite muy pocos caracteres. Escriba una frase que solo usted diría."
    personal = _personal_words(account) if account is not None else frozenset()
    if not _resists_guessing(password, COMMON_WORDS | personal):
        return (
            "Esa clave se puede adivinar: solo tiene palabras comunes, de la ciudad o de usted. "
            "Agregue otras palabras."
        )
    return ""


def change(account: Account, password: str) -> None:
    """Set the password of the account; raises WeakPassword if it is not acceptable."""
    normal = str(clean(password))
    if problem := weakness(normal, account):
        raise WeakPassword(problem, "password")
    account.password = hash_password(normal)


def matches(account: Account | None, password: str) -> bool:
    """Whether the password is correct; takes equally long if there is no such account."""
    normal = str(clean(password))[:MAX_LENGTH]
    if account is None or account.password is None or not account.active:
        verify_password(normal, _dummy_hash())
        return False
    return bool(verify_and_update_password(normal, account))


@cache
def _dummy_hash() -> str:
    return str(hash_password("nobody has this password"))


def _personal_words(account: Account) -> frozenset[str]:
    return frozenset(word for word in _words(f"{account.name} {account.email}") if len(word) > 2)


def _words(text: str) -> list[str]:
    return LETTERS.sub(" ", _plain(text)).split()


def _plain(text: str) -> str:
    """Lower case, without accents."""
    letters = unicodedata.normalize("NFD", text.lower())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def _resists_guessing(password: str, known: frozenset[str]) -> bool:
    """Whether at least four different letters remain after removing the known words.

    Checked also after removing digits and punctuation at the ends and undoing "leet" spelling
    (0 for o, 3 for e), which attackers try too. Eight different digits that do not just count up
    or down are enough as well.
    """
    plain = _plain(password)
    digits = {character for character in plain if character.isdigit()}
    if len(digits) >= 8 and not _is_sequence(plain):
        return True
    undisguised = plain.strip(PADDING).translate(LEET)
    return all(_has_enough_letters(text, known) for text in (plain, undisguised))


def _has_enough_letters(text: str, known: frozenset[str]) -> bool:
    letters = LETTERS.sub("", text)
    for word in sorted(known, key=len, reverse=True):
        letters = letters.replace(_plain(word), "")
    return len(set(letters)) >= 4


def _is_sequence(text: str) -> bool:
    """Whether the digits only count up or down, like 1234567890."""
    digits = "".join(character for character in text if character.isdigit())
    return digits in "01234567890123456789" or digits in "98765432109876543210"
