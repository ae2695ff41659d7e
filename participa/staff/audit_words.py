"""Spanish words for audit entries, which are stored and exported with short names.

Each package declares an `AuditWords` for its own entries; `participa.app` merges them at start.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from participa.core import spanish
from participa.core.installation import installation
from participa.core.web import lists
from participa.staff.models import Role

ENDS = {"closes_at", "announced_close_at"}
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+\+00:00")


@dataclass(frozen=True, slots=True)
class AuditWords:
    """The words of one package; all dictionaries map short names to Spanish.

    `acts` maps audit verbs, `subjects` model class names, `details` keys of an entry's details, and
    `values` values of details. A value with different meanings under different details is declared
    with the detail as prefix: "kind:OPEN". `looks` are the acts that change nothing of the record.
    """

    acts: Mapping[str, str]
    subjects: Mapping[str, str] = field(default_factory=dict)
    details: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, str] = field(default_factory=dict)
    looks: frozenset[str] = frozenset()


def merged(packages: Iterable[AuditWords]) -> AuditWords:
    """The words of all packages; raises ValueError if two packages declare the same short name."""
    tables: dict[str, dict[str, str]] = {"acts": {}, "subjects": {}, "details": {}, "values": {}}
    looks: frozenset[str] = frozenset()
    for words in packages:
        looks |= words.looks
        for name, table in tables.items():
            declared = getattr(words, name)
            if duplicates := table.keys() & declared.keys():
                raise ValueError(f"two packages give words to {sorted(duplicates)}")
            table.update(declared)
    return AuditWords(**tables, looks=looks)


def all_words() -> AuditWords:
    """The merged words of this installation."""
    words: AuditWords = installation().audit_words
    return words


def act_in_words(action: str) -> str:
    """The audit verb in Spanish; an unknown one is returned unchanged."""
    return all_words().acts.get(action, action)


def acts_with(word: str) -> list[str]:
    """The audit verbs whose Spanish words contain this word, for a search."""
    word = lists.folded(word)
    return [action for action, words in all_words().acts.items() if word in lists.folded(words)]


def subject_in_words(subject: str) -> str:
    """For example "Cuenta 3" for "Account:3"; an unknown class is returned unchanged."""
    kind, _, number = subject.partition(":")
    word = all_words().subjects.get(kind, subject)
    return f"{word} {number}" if number.isdecimal() and word != subject else word


def short_subject(typed: str) -> str:
    """The inverse of `subject_in_words`; other text is returned unchanged."""
    word, _, number = typed.rpartition(" ")
    wanted = word.strip().casefold()
    kinds = (kind for kind, name in all_words().subjects.items() if name.casefold() == wanted)
    kind = next(kinds, None)
    return f"{kind}:{number}" if kind else typed


def details_in_words(details: Mapping[str, Any]) -> str:
    """The details of an entry in one line."""
    words = all_words()
    return "; ".join(
        f"{words.details.get(name, name)}: {_of_detail(words, name, value)}"
        for name, value in details.items()
    )


def _of_detail(words: AuditWords, name: str, value: Any) -> str:
    if name == "part":
        return subject_in_words(value)
    if name in ENDS and isinstance(value, str) and MOMENT.fullmatch(value):
        return spanish.moment(spanish.as_end(datetime.fromisoformat(value)))
    return words.values.get(f"{name}:{value}") or _value(value)


def _value(value: Any) -> str:
    if isinstance(value, Mapping):
        return f"({details_in_words(value)})"
    if isinstance(value, list):
        return ", ".join(map(_value, value)) or "sin dato"
    if value is None or value == "":
        return "sin dato"
    if isinstance(value, bool):
        return "sí" if value else "no"
    if MOMENT.fullmatch(str(value)):
        return spanish.moment(datetime.fromisoformat(value))
    return all_words().values.get(str(value), str(value))


# Entries of this package and of core, and the details that several packages record.
WORDS = AuditWords(
    acts={
        "retention.purged": "Borró datos vencidos",
        "personal.keys_rotated": "Cambió la llave de los datos personales",
        "demo.begun": "Empezó la demostración: todo es ejemplo",
        "staff.account_changed": "Cambió una cuenta",
        "staff.account_created": "Creó una cuenta",
        "staff.account_disabled": "Inhabilitó una cuenta",
        "staff.account_enabled": "Habilitó una cuenta",
        "staff.account_invited": "Invitó a una persona",
        "staff.daily_mail_switched": "Cambió si recibe el resumen diario",
        "staff.exported": "Se llevó datos",
        "staff.office_added": "Agregó una dependencia",
        "staff.office_alias_added": "Agregó otro nombre a una dependencia",
        "staff.office_alias_removed": "Quitó otro nombre de una dependencia",
        "staff.office_brought_back": "Reactivó una dependencia",
        "staff.office_renamed": "Cambió el nombre de una dependencia",
        "staff.office_retired": "Retiró una dependencia",
        "staff.offices_seeded": "Cargó las dependencias de la ciudad",
        "staff.password_changed": "Cambió su clave",
        "staff.password_chosen": "Escribió una clave nueva por un enlace",
        "staff.recovery_codes_made": "Creó códigos de recuperación",
        "staff.reset_asked": "Pidió una clave nueva",
        "staff.second_factor_removed": "Quitó el segundo paso",
        "staff.second_factor_set_up": "Configuró el segundo paso",
        "staff.sessions_ended": "Terminó sesiones",
        "staff.sign_in_failed": "Falló al entrar",
        "staff.signed_in": "Entró",
        "staff.signed_out": "Salió",
    },
    subjects={
        "Account": "Cuenta",
        "AuditEntry": "Registro de actos",
        "Office": "Dependencia",
        "OfficeAlias": "Otro nombre",
        "keys": "Llaves",
        "purge": "Datos vencidos",
    },
    details={
        "action": "acto",
        "actor": "quién",
        "added": "se agregaron",
        "after": "después",
        "alias": "otro nombre",
        "announced_close_at": "cierre anunciado antes",
        "before": "antes",
        "changed": "se cambiaron",
        "closed_at": "cerró",
        "closed_because": "motivo del cierre",
        "closes_at": "cierra",
        "copied_from": "copiado de",
        "ended_sessions": "sesiones terminadas",
        "factor": "con",
        "filters": "filtros",
        "format": "formato",
        "kind": "clase",
        "name": "nombre",
        "office": "dependencia",
        "opens_at": "abre",
        "part": "parte",
        "reason": "motivo",
        "removed": "se borraron",
        "renamed": "cambió el nombre",
        "role": "función",
        "rows": "filas",
        "sha256": "huella",
        "subject": "sobre qué",
        "tasks": "tareas del plan",
        "text": "texto",
        "title": "título",
        "wanted": "lo recibe",
        "what": "qué",
    },
    values={role.name: role.value for role in Role}
    | {
        "again": "la clave, otra vez",
        "password": "clave",
        "recovery": "código de recuperación",
        "totp": "código de la aplicación",
    },
    looks=frozenset(
        {
            "staff.exported",
            "staff.reset_asked",
            "staff.sign_in_failed",
            "staff.signed_in",
            "staff.signed_out",
        }
    ),
)
