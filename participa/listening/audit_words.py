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
        "listening.kind_confirmed": "Confirmó la clase de un aporte",
        "listening.labelled": "Cambió las etiquetas de un aporte",
        "listening.revealed": "Vio el nombre y el contacto de quien hizo un aporte",
        "listening.transcribed": "Escribió lo que dice una nota de voz",
        "listening.case_closed": "Cerró un aporte",
        "listening.case_reopened": "Reabrió un aporte",
        "listening.help_asked": "Pidió a otra dependencia su parte",
        "listening.life_risk": "Marcó si un aporte habla de un riesgo para la vida",
        "listening.marked_corruption": "Marcó un aporte como denuncia de corrupción",
        "listening.noted": "Escribió una nota interna",
        "listening.part_given": "Dio su parte de una respuesta",
        "listening.replied": "Escribió a quien hizo un aporte",
        "listening.reviewed": "Empezó a revisar un aporte",
        "listening.transferred": "Trasladó un aporte",
        "listening.erased": "Borró los datos de un aporte",
        "listening.person_searched": "Buscó los aportes de una persona",
        "listening.purged": "Borró datos vencidos de aportes",
    },
    subjects={
        "ListeningPost": "Escuchadero",
        "Contribution": "Aporte",
        "Attachment": "Adjunto",
    },
    details={
        "is_late": "después de los cinco días",
        "labels": "etiquetas",
    },
    values={
        "contact_data": "nombre y contacto",
        "contents": "lo que contaron, con sus archivos",
        "uploads": "archivos que no se enviaron",
    },
    looks=frozenset({"listening.person_searched", "listening.revealed"}),
)
