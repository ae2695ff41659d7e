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
        "listening.label_added": "Agregó una etiqueta",
        "listening.label_deleted": "Borró una etiqueta",
        "listening.label_renamed": "Cambió una etiqueta",
        "listening.life_risk": "Marcó si un aporte habla de un riesgo para la vida",
        "listening.marked_corruption": "Marcó un aporte como denuncia de corrupción",
        "listening.noted": "Escribió una nota interna",
        "listening.part_given": "Dio su parte de una respuesta",
        "listening.replied": "Escribió a quien hizo un aporte",
        "listening.reviewed": "Empezó a revisar un aporte",
        "listening.rule_added": "Agregó una regla de reparto",
        "listening.rule_changed": "Cambió una regla de reparto",
        "listening.rule_deleted": "Borró una regla de reparto",
        "listening.template_added": "Agregó una plantilla de respuesta",
        "listening.template_changed": "Cambió una plantilla de respuesta",
        "listening.template_deleted": "Borró una plantilla de respuesta",
        "listening.templates_seeded": "Cargó las plantillas de respuesta",
        "listening.transferred": "Trasladó un aporte",
    },
    subjects={
        "ListeningPost": "Escuchadero",
        "Contribution": "Aporte",
        "AnswerTemplate": "Plantilla de respuesta",
        "CaseLabel": "Etiqueta",
        "RoutingRule": "Regla de reparto",
    },
    details={"territory": "lugar"},
)
