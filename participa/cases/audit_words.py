"""The Spanish words for the audit entries of cases."""

from participa.staff.audit_words import AuditWords

WORDS = AuditWords(
    acts={
        "cases.answered": "Respondió un radicado",
        "cases.assigned": "Asignó un radicado",
        "cases.classified": "Clasificó un radicado",
        "cases.completion_asked": "Pidió completar un radicado",
        "cases.closure_added": "Agregó un cierre de la ciudad",
        "cases.closure_taken_back": "Quitó un cierre de la ciudad",
        "cases.extended": "Prorrogó el término de un radicado",
        "cases.hidden": "Ocultó la respuesta de un radicado",
        "cases.more_time_given": "Dio un mes más para completar un radicado",
        "cases.outage_noted": "Anotó una falla del sitio",
        "cases.outage_taken_back": "Quitó una falla del sitio",
        "cases.prioritised": "Cambió la prioridad de un radicado",
        "cases.redacted": "Cambió el texto público de una pregunta",
        "cases.published": "Publicó la respuesta de un radicado",
    },
    subjects={
        "Case": "Radicado",
        "Closure": "Cierre de la ciudad",
        "Outage": "Falla del sitio",
    },
    details={
        "began_at": "empezó",
        "cases": "radicados que se movieron",
        "closed_on": "día",
        "closing_act": "acto",
        "ended_at": "terminó",
        "moves": "vencimientos que se movieron",
        "days": "días hábiles",
        "is_urgent": "es urgente",
        "requested_on": "lo pidió el",
    },
)
