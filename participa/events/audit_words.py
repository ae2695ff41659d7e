"""The acts on events in Spanish, for the audit trail."""

from participa.events.commitments import audit_words as commitments
from participa.events.questions import audit_words as questions
from participa.staff.audit_words import AuditWords, merged

PLANNING = AuditWords(
    acts={
        "events.created": "Creó un evento",
        "events.changed": "Cambió un evento",
        "events.published": "Convocó un evento",
        "events.rescheduled": "Cambió la fecha de un evento",
        "events.postponed": "Aplazó un evento",
        "events.cancelled": "Canceló un evento",
        "events.agenda_changed": "Cambió la agenda de un evento",
        "events.sessions_changed": "Cambió las jornadas de un evento",
        "events.people_changed": "Cambió los responsables de un evento",
        "events.checklist_changed": "Cambió la lista de pasos de un evento",
        "events.checked": "Marcó un paso de la lista de un evento",
        "events.photograph_added": "Agregó una foto de un evento",
        "events.photograph_removed": "Quitó una foto de un evento",
        "events.minutes_written": "Guardó el borrador de un acta",
        "events.closed": "Cerró un evento con su acta",
        "events.reopened": "Reabrió un evento",
        "events.minutes_signed": "Firmó un acta",
        "events.support_attended": "Respondió una solicitud de apoyo",
    },
    subjects={
        "AgendaItem": "Punto de la agenda",
        "ChecklistItem": "Paso",
        "Event": "Evento",
        "EventPerson": "Responsable",
        "EventSession": "Jornada",
        "Minutes": "Acta",
        "Photograph": "Foto",
        "SupportRequest": "Solicitud de apoyo",
    },
    details={"is_done": "hecho", "letters": "letras"},
)
WORDS = merged([PLANNING, questions.WORDS, commitments.WORDS])
