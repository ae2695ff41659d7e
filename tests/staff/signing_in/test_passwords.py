import pytest

from participa.staff.models import Account
from participa.staff.signing_in import passwords
from tests.staff.people import PASSWORD, hashed

ANA = Account(name="Ana Ríos Toro", email="ana.rios@ejemplo.org")


@pytest.mark.parametrize(
    "password",
    [
        "el yarumo florece en abril",
        "tres tristes tigres en Belén",
        "x7#Kq!2mWz@9",
        "🦜 canta temprano 🌧",
        "correcthorsebatterystaple",
        "83017465920183",
        "m" + "abcdefghijk" * 11,
    ],
)
def test_a_long_password_of_any_kind_is_good(password):
    assert passwords.weakness(password, ANA) == ""


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("corta pero9", "12 caracteres o más"),
        ("largo" * 26, "128 caracteres o menos"),
        ("aaaaaaaaaaaaaaa", "repite muy pocos"),
        ("participa2026", "se puede adivinar"),
        ("Participa Medellín 2026!", "se puede adivinar"),
        ("M3d3llín-2026-2027", "se puede adivinar"),
        ("contraseña1234567", "se puede adivinar"),
        ("P@ssw0rd123456", "se puede adivinar"),
        ("qwertyuiop123", "se puede adivinar"),
        ("123456789012", "se puede adivinar"),
        ("anariostoro2026", "se puede adivinar"),
        ("ana.rios@ejemplo.org", "se puede adivinar"),
        ("AtleticoNacional89", "se puede adivinar"),
    ],
)
def test_a_password_that_is_guessed_first_is_refused_in_plain_words(password, reason):
    assert reason in passwords.weakness(password, ANA)


def test_the_password_opens_its_account_and_no_other(app):
    ana = Account(password=hashed(), active=True)
    assert passwords.matches(ana, PASSWORD)
    assert not passwords.matches(ana, PASSWORD.upper())
    assert not passwords.matches(None, PASSWORD)


def test_accents_typed_as_two_signs_are_the_same_password(app):
    ana = Account(name="Ana", email="ana@ejemplo.org", active=True)
    passwords.change(ana, "un café en Belén al alba")
    assert passwords.matches(ana, "un cafe\u0301 en Bele\u0301n al alba")


def test_a_very_long_attempt_costs_no_more(app):
    ana = Account(password=hashed(), active=True)
    assert not passwords.matches(ana, PASSWORD + "x" * 1_000_000)
