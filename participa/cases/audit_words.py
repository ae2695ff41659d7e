"""The Spanish words for the audit entries of cases."""

from participa.staff.audit_words import AuditWords

WORDS = AuditWords(
    acts={
        "cases.answered": "Respondió un radicado",
        "cases.assigned": "Asignó un radicado",
        "cases.classified": "Clasificó un radicado",
        "cases.completion_asked": "Pidió completar un radicado",
        "cases.extended": "Prorrogó el término de un radicado",
        "cases.hidden": "Ocultó la respuesta de un radicado",
        "cases.prioritised": "Cambió la prioridad de un radicado",
        "cases.redacted": "Cambió el texto público de una pregunta",
        "cases.published": "Publicó la respuesta de un radicado",
    },
    subjects={
        "Case": "Radicado",
    },
    details={
        "days": "días hábiles",
        "is_urgent": "es urgente",
    },
)
