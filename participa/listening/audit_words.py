"""The Spanish words for the audit entries of listening posts and contributions."""

from participa.staff.audit_words import AuditWords

WORDS = AuditWords(
    acts={
        "listening.created": "Creó un escuchadero",
        "listening.changed": "Cambió un escuchadero",
        "listening.published": "Publicó un escuchadero",
        "listening.closed": "Cerró un escuchadero",
        "listening.reopened": "Reabrió un escuchadero",
        "listening.answered": "Respondió un aporte",
        "listening.case_closed": "Cerró un aporte",
        "listening.case_reopened": "Reabrió un aporte",
        "listening.help_asked": "Pidió a otra dependencia su parte",
        "listening.life_risk": "Marcó si un aporte habla de un riesgo para la vida",
        "listening.marked_corruption": "Marcó un aporte como denuncia de corrupción",
        "listening.noted": "Escribió una nota interna",
        "listening.answered_together": "Respondió un aporte junto con otros iguales",
        "listening.linked": "Respondió juntas peticiones iguales",
        "listening.unlinked": "Separó un aporte de otros iguales",
        "listening.outcome_removed": "Quitó lo que cambió por un aporte",
        "listening.outcome_told": "Contó qué cambió por un aporte",
        "listening.publication_accepted": "Publicó un aporte que otra persona propuso",
        "listening.publication_proposed": "Propuso lo que se publica de un aporte",
        "listening.publication_refused": "Devolvió una propuesta de publicación",
        "listening.publication_taken_back": "Retiró su propuesta de publicación",
        "listening.part_given": "Dio su parte de una respuesta",
        "listening.replied": "Escribió a quien hizo un aporte",
        "listening.reviewed": "Empezó a revisar un aporte",
        "listening.transferred": "Trasladó un aporte",
    },
    subjects={
        "ListeningPost": "Escuchadero",
        "Contribution": "Aporte",
    },
    details={
        "cuts": "se quitó",
        "document": "documentos",
        "mail": "correos",
        "other": "otros cambios",
        "phone": "teléfonos",
    },
)
