"""The settings of an installation, read from the environment (PARTICIPA_*) and validated."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

MINIMUM_KEY = 32
LOGS = ("requests", "events", "off")  # requests and events, only events, nothing
LOOPBACK = ("127.0.0.1", "localhost", "[::1]")


class Misconfigured(Exception):
    """A setting is missing or wrong; the message is one Spanish sentence for the operator."""


@dataclass(frozen=True, slots=True)
class Entity:
    """The public body behind the installation, as footer, privacy notice and posters name it."""

    name: str = "Alcaldía de Medellín"
    territory: str = "Distrito de Medellín"
    nit: str = ""
    address: str = ""
    postal_code: str = ""
    phone: str = ""
    anticorruption_line: str = ""
    judicial_email: str = ""
    privacy_email: str = ""

    @property
    def missing(self) -> list[str]:
        """Names of the empty settings among those that the law requires (ID-01, DAT-02)."""
        return [f"PARTICIPA_ENTITY_{name.upper()}" for name in ENTITY if not getattr(self, name)]

    @property
    def missing_words(self) -> list[str]:
        """The same in Spanish."""
        return [words for name, words in ENTITY.items() if not getattr(self, name)]


ENTITY = {
    "name": "el nombre",
    "territory": "el territorio",
    "nit": "el NIT",
    "address": "la dirección",
    "postal_code": "el código postal",
    "phone": "el teléfono",
    "anticorruption_line": "la línea anticorrupción",
    "judicial_email": "el correo judicial",
    "privacy_email": "el correo de datos personales",
}


@dataclass(frozen=True, slots=True)
class Settings:
    """Validated settings. `data` is the folder of all files; `base_url` has no final slash."""

    data: Path
    secret_key: str
    base_url: str
    database_url: str
    redis_url: str = ""
    mail_url: str = ""
    mail_from: str = ""
    proxies: int = 0
    workers: int = 0
    log: str = "requests"
    relaxed_limits: bool = False
    demo: bool = False
    # The keys of the personal data, the one that encrypts first; without one, the secret key.
    personal_keys: tuple[str, ...] = ()
    small_cell: int = 5
    # Hour of the city from which a filing counts from the next working day; 24 is midnight.
    filing_cutoff: int = 24
    outage_minutes: int = 30  # from how long on an outage is certified to whoever had to write
    minimum_ballots: int = 10
    # External reviewer of the ballot box's cryptography, and when; empty before a review.
    crypto_review: str = ""
    hosts: tuple[str, ...] = ()
    entity: Entity = field(default_factory=Entity)

    @property
    def is_https(self) -> bool:
        return self.base_url.startswith("https://")

    @property
    def trusted_hosts(self) -> list[str]:
        """Host names that requests may use; any other gets 400."""
        return [urlsplit(self.base_url).hostname or "", *LOOPBACK, *self.hosts]


def from_environment(environ: Mapping[str, str]) -> Settings:
    """Read the settings; raises Misconfigured when one is missing or wrong."""

    def given(name: str, default: str = "") -> str:
        return environ.get(f"PARTICIPA_{name}", default).strip()

    data = Path(given("DATA", "instance")).resolve()
    database = given("DATABASE_URL") or f"sqlite:///{data / 'participa.db'}"
    return Settings(
        data=data,
        secret_key=_secret_key(given("SECRET_KEY")),
        base_url=_base_url(given("BASE_URL")),
        database_url=_database_url(database),
        redis_url=_redis_url(given("REDIS_URL")),
        mail_url=_mail_url(given("MAIL_URL")),
        mail_from=given("MAIL_FROM"),
        proxies=_number("PROXIES", given("PROXIES", "0"), most=5),
        workers=_number("WORKERS", given("WORKERS", "0"), most=64),
        log=_log(given("LOG", "requests")),
        relaxed_limits=_one_of("LIMITS", given("LIMITS", "normal"), ("normal", "relaxed")),
        demo=_one_of("DEMO", given("DEMO", "no"), ("no", "yes")),
        personal_keys=_personal_keys(given("PERSONAL_KEYS")),
        small_cell=_number("SMALL_CELL", given("SMALL_CELL", "5"), least=3, most=50),
        filing_cutoff=_number("FILING_CUTOFF", given("FILING_CUTOFF", "24"), least=12, most=24),
        outage_minutes=_number("OUTAGE_MINUTES", given("OUTAGE_MINUTES", "30"), 2, 1440),
        minimum_ballots=_number("MINIMUM_BALLOTS", given("MINIMUM_BALLOTS", "10"), 2, 10_000),
        crypto_review=given("CRYPTO_REVIEW"),
        hosts=tuple(given("HOSTS").replace(",", " ").split()),
        entity=Entity(
            **{
                name: given(f"ENTITY_{name.upper()}", str(getattr(Entity(), name)))
                for name in ENTITY
            }
        ),
    )


def to_environment(settings: Settings) -> dict[str, str]:
    """The inverse of from_environment: variables for a child process."""
    plain = {
        "DATA": str(settings.data),
        "SECRET_KEY": settings.secret_key,
        "BASE_URL": settings.base_url,
        "DATABASE_URL": settings.database_url,
        "REDIS_URL": settings.redis_url,
        "MAIL_URL": settings.mail_url,
        "MAIL_FROM": settings.mail_from,
        "PROXIES": str(settings.proxies),
        "WORKERS": str(settings.workers),
        "LOG": settings.log,
        "LIMITS": "relaxed" if settings.relaxed_limits else "normal",
        "DEMO": "yes" if settings.demo else "no",
        "PERSONAL_KEYS": " ".join(settings.personal_keys),
        "SMALL_CELL": str(settings.small_cell),
        "FILING_CUTOFF": str(settings.filing_cutoff),
        "OUTAGE_MINUTES": str(settings.outage_minutes),
        "MINIMUM_BALLOTS": str(settings.minimum_ballots),
        "CRYPTO_REVIEW": settings.crypto_review,
        "HOSTS": " ".join(settings.hosts),
    }
    entity = {f"ENTITY_{name.upper()}": str(getattr(settings.entity, name)) for name in ENTITY}
    return {f"PARTICIPA_{name}": value for name, value in (plain | entity).items()}


def _log(level: str) -> str:
    if level not in LOGS:
        raise Misconfigured(f"PARTICIPA_LOG debe ser una de estas palabras: {', '.join(LOGS)}.")
    return level


def _secret_key(key: str) -> str:
    if len(key) < MINIMUM_KEY:
        raise Misconfigured(
            f"Ponga en PARTICIPA_SECRET_KEY una clave de al menos {MINIMUM_KEY} caracteres y "
            f"consérvela entre reinicios. Por ejemplo: {secrets.token_urlsafe(MINIMUM_KEY)}"
        )
    return key


def _personal_keys(text: str) -> tuple[str, ...]:
    """Keys between spaces or commas, the newest first."""
    keys = tuple(text.replace(",", " ").split())
    if any(len(key) < MINIMUM_KEY for key in keys):
        raise Misconfigured(
            f"Cada llave de PARTICIPA_PERSONAL_KEYS tiene al menos {MINIMUM_KEY} caracteres. "
            f"Por ejemplo: {secrets.token_urlsafe(MINIMUM_KEY)}"
        )
    return keys


def _base_url(address: str) -> str:
    if not _is_address(address, "http", "https") or "?" in address:
        raise Misconfigured(
            "Ponga en PARTICIPA_BASE_URL la dirección pública completa, por ejemplo "
            "https://participa.medellin.gov.co"
        )
    return address.rstrip("/")


def _database_url(address: str) -> str:
    if address.startswith(("postgresql://", "postgres://")):
        return "postgresql+psycopg://" + address.partition("://")[2]
    if not address.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise Misconfigured(
            "PARTICIPA_DATABASE_URL debe empezar por sqlite:/// o por postgresql://"
        )
    return address


def _redis_url(address: str) -> str:
    if address and not address.startswith(("redis://", "rediss://", "unix://")):
        raise Misconfigured("PARTICIPA_REDIS_URL debe empezar por redis:// o rediss://")
    return address


def _mail_url(address: str) -> str:
    if address and not _is_address(address, "smtp", "smtps"):
        raise Misconfigured("PARTICIPA_MAIL_URL debe ser como smtps://usuario:clave@servidor:465")
    return address


def _is_address(text: str, *schemes: str) -> bool:
    """Whether the text is an absolute URL with one of these schemes, a host and a valid port."""
    try:
        parts = urlsplit(text)
        return parts.scheme in schemes and bool(parts.hostname) and parts.port != 0
    except ValueError:  # an unclosed bracket, a port in letters
        return False


def _number(name: str, text: str, least: int = 0, most: int = 100) -> int:
    if not text.isdecimal() or not least <= int(text) <= most:
        raise Misconfigured(f"PARTICIPA_{name} debe ser un número entre {least} y {most}.")
    return int(text)


def _one_of(name: str, text: str, words: tuple[str, str]) -> bool:
    if text not in words:
        raise Misconfigured(f"PARTICIPA_{name} debe ser {words[0]} o {words[1]}.")
    return text == words[1]
