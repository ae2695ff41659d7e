"""Spanish words for this package's audit entries."""

from participa.staff.audit_words import AuditWords

WORDS = AuditWords(
    acts={
        "citizens.notice_published": "Publicó un aviso de privacidad",
        "citizens.purged": "Borró datos vencidos",
    },
    subjects={
        "Notice": "Aviso de privacidad",
        "PopulationSlip": "Ficha de población",
    },
)
