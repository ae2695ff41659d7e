"""The Spanish words for the audit entries of topic calls."""

from participa.staff.audit_words import AuditWords

WORDS = AuditWords(
    acts={
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
    },
    subjects={
        "Proposal": "Tema propuesto",
        "Question": "Pregunta",
        "Topic": "Tema",
        "TopicCall": "Formulario de temas",
    },
    details={
        "choose_up_to": "elegir hasta",
        "topic": "tema",
        "topics": "temas",
    },
    values={
        "MERGED": "unida a otra",
        "NOT_TAKEN": "no entra a la agenda",
        "PENDING": "pendiente",
        "PUBLISHED": "publicada",
        "REJECTED": "no publicada",
        "TAKEN": "entra a la agenda",
        "topics.published": "formularios de temas publicados",
    },
    looks=frozenset({"topics.exported"}),
)
