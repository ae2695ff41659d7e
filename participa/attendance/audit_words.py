"""The Spanish words for the audit entries of attendance lists."""

from participa.staff.audit_words import AuditWords

WORDS = AuditWords(
    acts={
        "attendance.created": "Creó un listado de asistencia",
        "attendance.changed": "Cambió un listado de asistencia",
        "attendance.published": "Publicó un listado de asistencia",
        "attendance.closed": "Cerró un listado de asistencia",
        "attendance.reopened": "Reabrió un listado de asistencia",
        "attendance.withdrawn": "Quitó una firma por error",
        "attendance.erased": "Borró los datos de una persona en un listado",
        "attendance.taken_back": "Deshizo un ingreso",
        "attendance.revealed": "Vio el documento de una persona en un listado",
        "attendance.exported": "Exportó un listado de asistencia con nombres",
    },
    subjects={"AttendanceList": "Listado de asistencia"},
    details={
        "doors": "puertas",
        "entry": "registro",
        "organisation": "con la organización",
        "has_rotating_code": "código que cambia",
    },
    looks=frozenset({"attendance.revealed", "attendance.exported"}),
    values={"attendance.lists": "listados de asistencia usados"},
)
