"""The acts on the questions of an event in Spanish."""

from participa.staff.audit_words import AuditWords

WORDS = AuditWords(
    acts={
        "events.questions_registered": "Registró preguntas de un evento",
        "events.questions_grouped": "Puso un tema a preguntas de un evento",
        "events.questions_answered": "Respondió preguntas de un evento",
        "events.questions_answered_there": "Anotó preguntas respondidas en el evento",
    },
    details={"way": "cómo llegó", "asked_on": "día de la pregunta", "theme": "tema"},
)
