"""The Spanish words for the audit entries of attendance lists."""

from participa.staff.audit_words import AuditWords

WORDS = AuditWords(
    acts={
        "attendance.created": "Creó un listado de asistencia",
        "attendance.changed": "Cambió un listado de asistencia",
        "attendance.published": "Publicó un listado de asistencia",
        "attendance.closed": "Cerró un listado de asistencia",
        "attendance.reopened": "Reabrió un listado de asistencia",
        "attendance.checked_in": "Registró un ingreso en la mesa",
        "attendance.checked_out": "Marcó una salida en la mesa",
        "attendance.let_back_in": "Registró que alguien volvió a entrar",
        "attendance.walked_in": "Agregó a una persona en la mesa",
        "attendance.pass_created": "Hizo un enlace de puerta",
        "attendance.pass_claimed": "Empezó a usar un enlace de puerta",
        "attendance.pass_revoked": "Retiró un enlace de puerta",
        "attendance.withdrawn": "Quitó una firma por error",
        "attendance.erased": "Borró los datos de una persona en un listado",
        "attendance.certificates_mailed": "Envió las constancias por correo",
        "attendance.consent_revoked": "Retiró una autorización en un listado",
        "attendance.corrected": "Corrigió los datos de una persona en un listado",
        "attendance.person_searched": "Buscó los datos de una persona",
        "attendance.purged": "Borró datos vencidos de listados",
        "attendance.taken_back": "Deshizo un ingreso",
        "attendance.revealed": "Vio el documento de una persona en un listado",
        "attendance.exported": "Exportó un listado de asistencia con nombres",
    },
    subjects={
        "AttendanceList": "Listado de asistencia",
        "Attendee": "Personas de los listados",
    },
    details={
        "doors": "puertas",
        "entry": "registro",
        "organisation": "con la organización",
        "fields": "datos",
        "has_rotating_code": "código que cambia",
        "mails": "correos",
        "purposes": "para qué",
    },
    looks=frozenset({"attendance.revealed", "attendance.exported"}),
    values={"attendance.lists": "listados de asistencia usados"},
    values={
        "attendance.lists": "listados de asistencia usados",
        "absent": "de quienes no vinieron",
        "contact": "contacto",
        "contacts": "contactos y firmas",
        "image": "fotos y video",
        "names": "nombres y documentos",
    },
    looks=frozenset({"attendance.person_searched"}),
)
