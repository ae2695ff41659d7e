"""The acts of the audit trail in the city's words. Programs and files use the short names.

Each package declares the words of its own acts; the roof lists the declarations, and pages read
them merged.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from participa.core import spanish
from participa.core.installation import installation
from participa.staff.models import Role

MOMENT = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+\+00:00")


@dataclass(frozen=True, slots=True)
class AuditWords:
    """The words of one package, each dictionary from a short name to Spanish.

    `subjects` names what an act was done to, by class. `details` names what an entry records
    besides. `values` says what a value means; where two details share one, the name of the detail
    stands before it: "kind:OPEN".
    """

    acts: Mapping[str, str]
    subjects: Mapping[str, str] = field(default_factory=dict)
    details: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, str] = field(default_factory=dict)


def merged(several: Iterable[AuditWords]) -> AuditWords:
    """The words of all packages; raises ValueError when two of them claim one short name."""
    found: dict[str, dict[str, str]] = {"acts": {}, "subjects": {}, "details": {}, "values": {}}
    for words in several:
        for name, table in found.items():
            own = getattr(words, name)
            if claimed := table.keys() & own.keys():
                raise ValueError(f"two packages give words to {sorted(claimed)}")
            table.update(own)
    return AuditWords(**found)


def known() -> AuditWords:
    words: AuditWords = installation().audit_words
    return words


def act_in_words(action: str) -> str:
    """The act in words; an unknown one keeps its short name."""
    return known().acts.get(action, action)


def subject_in_words(subject: str) -> str:
    """Cuenta 3, for Account:3; what has no word keeps its short name."""
    kind, _, number = subject.partition(":")
    word = known().subjects.get(kind, subject)
    return f"{word} {number}" if number.isdecimal() and word != subject else word


def subject_named(typed: str) -> str:
    """The short name of what was typed in words; a short name stays as it is."""
    word, _, number = typed.rpartition(" ")
    wanted = word.strip().casefold()
    kinds = (kind for kind, name in known().subjects.items() if name.casefold() == wanted)
    kind = next(kinds, None)
    return f"{kind}:{number}" if kind else typed


def details_in_words(details: Mapping[str, Any]) -> str:
    """The details of an act in one line."""
    words = known()
    return "; ".join(
        f"{words.details.get(name, name)}: {words.values.get(f'{name}:{value}') or _value(value)}"
        for name, value in details.items()
    )


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
    return known().values.get(str(value), str(value))


# The acts of this floor and of the one below, and the details that many packages record.
WORDS = AuditWords(
    acts={
        "retention.purged": "Borró datos vencidos",
        "staff.account_changed": "Cambió una cuenta",
        "staff.account_created": "Creó una cuenta",
        "staff.account_disabled": "Inhabilitó una cuenta",
        "staff.account_enabled": "Habilitó una cuenta",
        "staff.account_invited": "Invitó a una persona",
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
        "purge": "Datos vencidos",
    },
    details={
        "action": "acto",
        "actor": "quién",
        "added": "se agregaron",
        "after": "después",
        "alias": "otro nombre",
        "before": "antes",
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
        "reason": "motivo",
        "removed": "se borraron",
        "role": "función",
        "rows": "filas",
        "sha256": "huella",
        "subject": "sobre qué",
        "tasks": "tareas del plan",
        "text": "texto",
        "title": "título",
        "what": "qué",
    },
    values={role.name: role.value for role in Role}
    | {
        "again": "la clave, otra vez",
        "password": "clave",
        "recovery": "código de recuperación",
        "totp": "código de la aplicación",
    },
)
