"""An installation that is not well configured does not start, and says how to repair it."""

import pytest

from participa import config
from participa.config import Misconfigured

GOOD = {
    "PARTICIPA_SECRET_KEY": "k" * 40,
    "PARTICIPA_BASE_URL": "https://participa.example.gov.co/",
}


def test_two_settings_are_enough_to_start(tmp_path):
    kept = config.from_environment(GOOD | {"PARTICIPA_DATA": str(tmp_path)})
    assert kept.base_url == "https://participa.example.gov.co"
    assert kept.is_https
    assert kept.database_url == f"sqlite:///{tmp_path / 'participa.db'}"
    assert kept.small_cell == 5
    assert (kept.minimum_ballots, kept.crypto_review) == (10, "")
    assert not kept.demo


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("SECRET_KEY", "", "una clave de al menos 32 caracteres"),
        ("SECRET_KEY", "corta", "una clave de al menos 32 caracteres"),
        ("BASE_URL", "", "la dirección pública completa"),
        ("BASE_URL", "participa.gov.co", "la dirección pública completa"),
        ("BASE_URL", "https://[", "la dirección pública completa"),
        ("BASE_URL", "https://participa.gov.co:ochenta", "la dirección pública completa"),
        ("DATABASE_URL", "mysql://x", "debe empezar por sqlite:/// o por postgresql://"),
        ("REDIS_URL", "http://x", "debe empezar por redis://"),
        ("MAIL_URL", "http://x", "smtps://"),
        ("MAIL_URL", "smtp://[", "smtps://"),
        ("MAIL_URL", "smtps://", "smtps://"),
        ("PROXIES", "muchos", "un número entre 0 y 5"),
        ("PROXIES", "9", "un número entre 0 y 5"),
        ("SMALL_CELL", "1", "un número entre 3 y 50"),
        ("MINIMUM_BALLOTS", "1", "un número entre 2 y 10000"),
        ("MINIMUM_BALLOTS", "pocos", "un número entre 2 y 10000"),
        ("LIMITS", "ninguno", "normal o relaxed"),
        ("LOG", "todo", "requests, events, off"),
    ],
)
def test_each_wrong_setting_is_named_in_one_sentence(name, value, sentence):
    with pytest.raises(Misconfigured) as refusal:
        config.from_environment(GOOD | {f"PARTICIPA_{name}": value})
    assert f"PARTICIPA_{name}" in str(refusal.value)
    assert sentence in str(refusal.value)


def test_another_process_gets_the_same_settings():
    told = {
        "PARTICIPA_ENTITY_NIT": "890905211-1",
        "PARTICIPA_MINIMUM_BALLOTS": "30",
        "PARTICIPA_CRYPTO_REVIEW": "Universidad Nacional, mayo de 2026",
    }
    kept = config.from_environment(GOOD | told)
    assert (kept.minimum_ballots, kept.crypto_review) == (30, told["PARTICIPA_CRYPTO_REVIEW"])
    assert config.from_environment(config.to_environment(kept)) == kept


def test_postgresql_is_reached_by_the_driver_that_is_installed():
    address = "postgresql://ana@localhost/participa"
    kept = config.from_environment(GOOD | {"PARTICIPA_DATABASE_URL": address})
    assert kept.database_url == "postgresql+psycopg://ana@localhost/participa"


def test_what_the_law_wants_in_the_footer_is_known_to_be_missing():
    """ID-01."""
    kept = config.from_environment(GOOD | {"PARTICIPA_ENTITY_PHONE": "604 385 5555"})
    assert "PARTICIPA_ENTITY_NIT" in kept.entity.missing
    assert "PARTICIPA_ENTITY_PHONE" not in kept.entity.missing
