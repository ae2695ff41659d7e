"""The acts on the commitments of an event in Spanish."""

from participa.staff.audit_words import AuditWords

WORDS = AuditWords(
    acts={
        "events.commitment_added": "Anotó un compromiso",
        "events.commitment_changed": "Cambió un compromiso",
        "events.commitment_reported": "Reportó el avance de un compromiso",
        "events.commitment_removed": "Quitó un compromiso",
    },
    subjects={"Commitment": "Compromiso"},
    details={"event": "evento", "number": "número", "due_on": "vence"},
)
