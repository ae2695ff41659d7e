"""The Spanish words for the audit entries of surveys."""

from participa.staff.audit_words import AuditWords

WORDS = AuditWords(
    acts={
        "surveys.archived": "Archivó una encuesta",
        "surveys.bank_approved": "Aprobó una pregunta del banco",
        "surveys.bank_restored": "Devolvió una pregunta al banco",
        "surveys.bank_retired": "Retiró una pregunta del banco",
        "surveys.bank_saved": "Guardó una pregunta en el banco",
        "surveys.changed": "Cambió una encuesta",
        "surveys.closed": "Cerró una encuesta",
        "surveys.code_voided": "Anuló un código de una encuesta",
        "surveys.codes_made": "Hizo códigos de una encuesta",
        "surveys.codes_voided": "Anuló los códigos sin usar de un lote",
        "surveys.created": "Creó una encuesta",
        "surveys.draft_discarded": "Descartó cambios en las preguntas",
        "surveys.exported": "Exportó respuestas de una encuesta",
        "surveys.published": "Publicó una encuesta",
        "surveys.questions_changed": "Cambió las preguntas de una encuesta",
        "surveys.reopened": "Reabrió una encuesta",
        "surveys.unarchived": "Sacó una encuesta del archivo",
        "surveys.version_published": "Publicó otra versión de las preguntas",
    },
    subjects={
        "BankQuestion": "Pregunta del banco",
        "Survey": "Encuesta",
        "SurveyCode": "Código de encuesta",
        "SurveyCodeBatch": "Lote de códigos",
        "SurveyVersion": "Versión de una encuesta",
    },
    details={
        "access": "quién responde",
        "anonymity": "anonimato",
        "breaks": "sus respuestas se cuentan aparte",
        "size": "cuántos",
    },
    values={
        "ANONYMOUS": "anónima",
        "ANYONE": "cualquier persona",
        "CODE": "con un código de un solo uso",
        "CONFIDENTIAL": "confidencial",
        "GIVEN": "con un código que da otra parte",
        "IDENTIFIED": "identificada",
        "surveys.answered": "encuestas con respuestas",
    },
    looks=frozenset({"surveys.exported"}),
)
