"""The acts of the audit trail in the city's words. Programs and files keep the short names."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from participa.core import spanish
from participa.staff.models import Role

MOMENT = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+\+00:00")

ACTS = {
    "ballots.act_asked": "Pidió un acto de la urna",
    "ballots.act_confirmed": "Confirmó un acto de la urna",
    "ballots.act_withdrawn": "Retiró la petición de un acto de la urna",
    "ballots.batch_discarded": "Descartó un lote de tarjetas",
    "ballots.batch_voided": "Anuló un lote de tarjetas",
    "ballots.cards_handed_out": "Dijo cuántas tarjetas se entregaron",
    "ballots.cards_made": "Hizo tarjetas para votar",
    "ballots.cards_voided": "Anuló tarjetas",
    "ballots.changed": "Cambió una urna",
    "ballots.closed": "Cerró una urna",
    "ballots.count_repeated": "Repitió un recuento que falló",
    "ballots.counted": "Publicó el resultado de una urna",
    "ballots.created": "Creó una urna",
    "ballots.discarded": "Descartó el borrador de una urna",
    "ballots.exported": "Exportó datos de una urna",
    "ballots.opened": "Abrió una urna",
    "ballots.paper_counted": "Contó los votos en papel",
    "ballots.partial_received": "Recibió la parte de un custodio",
    "ballots.question_added": "Agregó una pregunta a la urna",
    "ballots.question_changed": "Cambió una pregunta de la urna",
    "ballots.question_moved": "Movió una pregunta de la urna",
    "ballots.question_removed": "Quitó una pregunta de la urna",
    "ballots.roll_received": "Recibió el padrón de la urna",
    "ballots.tallied": "Sumó las papeletas de una urna",
    "ballots.trustee_added": "Agregó un custodio de la llave",
    "ballots.trustee_removed": "Quitó un custodio de la llave",
    "cases.answered": "Respondió un radicado",
    "cases.assigned": "Asignó un radicado",
    "cases.hidden": "Ocultó la respuesta de un radicado",
    "cases.published": "Publicó la respuesta de un radicado",
    "citizens.notice_published": "Publicó un aviso de privacidad",
    "citizens.purged": "Borró datos vencidos",
    "plan.closed": "Cerró el plan",
    "plan.imported": "Importó el plan",
    "plan.measure_chosen": "Eligió la medición de una tarea",
    "plan.period_closed": "Cerró un periodo",
    "plan.period_reopened": "Reabrió un periodo",
    "plan.prepared": "Preparó el plan",
    "plan.proof_attached": "Adjuntó un soporte",
    "plan.proof_detached": "Quitó un soporte",
    "plan.report_approved": "Aprobó un reporte",
    "plan.report_changed": "Cambió un reporte",
    "plan.report_discarded": "Descartó el borrador de un reporte",
    "plan.report_drafted": "Empezó un reporte",
    "plan.report_returned": "Devolvió un reporte",
    "plan.report_sent": "Envió un reporte",
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
    "topics.changed": "Cambió un formulario de temas",
    "topics.closed": "Cerró un formulario de temas",
    "topics.created": "Creó un formulario de temas",
    "topics.decided": "Decidió sobre los temas",
    "topics.exported": "Exportó respuestas de temas",
    "topics.proposal_reviewed": "Revisó un tema propuesto",
    "topics.published": "Publicó un formulario de temas",
    "topics.question_answered": "Respondió una pregunta",
    "topics.question_assigned": "Asignó una pregunta",
    "topics.question_hidden": "Ocultó una pregunta",
    "topics.question_published": "Publicó una pregunta",
    "topics.reopened": "Reabrió un formulario de temas",
}


def words(action: str) -> str:
    """The act as a person says it; an unknown one keeps its short name."""
    return ACTS.get(action, action)


# What an act was done to.
SUBJECTS = {
    "Account": "Cuenta",
    "AuditEntry": "Registro de actos",
    "BallotBox": "Urna",
    "Case": "Radicado",
    "Notice": "Aviso de privacidad",
    "Office": "Dependencia",
    "Period": "Periodo",
    "Plan": "Plan",
    "PopulationSlip": "Ficha de población",
    "ProgressReport": "Reporte",
    "Proposal": "Tema propuesto",
    "Question": "Pregunta",
    "Task": "Tarea",
    "TopicCall": "Formulario de temas",
    "purge": "Datos vencidos",
}
KINDS = {word.casefold(): kind for kind, word in SUBJECTS.items()}


def subject_words(subject: str) -> str:
    """Cuenta 3, for Account:3; what has no word keeps its short name."""
    kind, _, number = subject.partition(":")
    word = SUBJECTS.get(kind, subject)
    return f"{word} {number}" if number.isdecimal() and word != subject else word


def subject_of(typed: str) -> str:
    """The short name of what a person calls by its word; a short name stays as it is."""
    word, _, number = typed.rpartition(" ")
    kind = KINDS.get(word.strip().casefold())
    return f"{kind}:{number}" if kind else typed


# What an act tells besides, as the page shows it. Files keep the short names.
DETAILS = {
    "act": "acto",
    "action": "acto",
    "actor": "quién",
    "added": "se agregaron",
    "added_actions": "acciones nuevas",
    "added_tasks": "tareas nuevas",
    "after": "después",
    "alias": "otro nombre",
    "asked_by": "lo pidió",
    "ballots": "papeletas",
    "batch": "lote",
    "before": "antes",
    "cards": "tarjetas",
    "choose_up_to": "elegir hasta",
    "closes_at": "cierra",
    "copied_from": "copiado de",
    "counts": "conteo",
    "denominator": "denominador",
    "ended_sessions": "sesiones terminadas",
    "factor": "con",
    "filters": "filtros",
    "fingerprint": "huella",
    "format": "formato",
    "head": "huella del archivo",
    "invalid": "nulas",
    "kind": "clase",
    "name": "nombre",
    "numerator": "numerador",
    "office": "dependencia",
    "opens_at": "abre",
    "period": "periodo",
    "place": "lugar",
    "questions": "preguntas",
    "reason": "motivo",
    "removed": "se borraron",
    "role": "función",
    "rows": "filas",
    "sha256": "huella",
    "slips": "fichas",
    "subject": "sobre qué",
    "takes_last": "cuenta el último voto",
    "task": "tarea",
    "tasks": "tareas del plan",
    "text": "texto",
    "title": "título",
    "topic": "tema",
    "topics": "temas",
    "trustee": "custodio",
    "what": "qué",
    "year": "año",
}
# What a value means; where two details share a word, with the name of the detail before it.
VALUES = {role.name: role.value for role in Role} | {
    "CODES": "urna con códigos",
    "MERGED": "unida a otra",
    "NOT_TAKEN": "no entra a la agenda",
    "PENDING": "pendiente",
    "PUBLISHED": "publicada",
    "REJECTED": "no publicada",
    "TAKEN": "entra a la agenda",
    "VERIFIABLE": "urna verificable",
    "act:CLOSE": "cerrar",
    "act:OPEN": "abrir",
    "act:TALLY": "contar",
    "again": "la clave, otra vez",
    "kind:OPEN": "consulta abierta",
    "password": "clave",
    "plan.reported": "reportes de avance aprobados",
    "recovery": "código de recuperación",
    "topics.published": "formularios de temas publicados",
    "totp": "código de la aplicación",
}


def told(details: Mapping[str, Any]) -> str:
    """The details of an act in one line that a person can read."""
    return "; ".join(
        f"{DETAILS.get(name, name)}: {VALUES.get(f'{name}:{one}') or _value(one)}"
        for name, one in details.items()
    )


def _value(one: Any) -> str:
    if isinstance(one, Mapping):
        return f"({told(one)})"
    if isinstance(one, list):
        return ", ".join(map(_value, one)) or "sin dato"
    if one is None or one == "":
        return "sin dato"
    if isinstance(one, bool):
        return "sí" if one else "no"
    if MOMENT.fullmatch(str(one)):
        return spanish.moment(datetime.fromisoformat(one))
    return VALUES.get(str(one), str(one))
