"""The Spanish words for the audit entries of listening posts and contributions."""

from participa.staff.audit_words import AuditWords

WORDS = AuditWords(
    acts={
        "listening.created": "Creó un escuchadero",
        "listening.changed": "Cambió un escuchadero",
        "listening.published": "Publicó un escuchadero",
        "listening.closed": "Cerró un escuchadero",
        "listening.reopened": "Reabrió un escuchadero",
    },
    subjects={
        "ListeningPost": "Escuchadero",
        "Contribution": "Aporte",
    },
)
