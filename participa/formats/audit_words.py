"""The Spanish words for the audit entries of official formats."""

from participa.staff.audit_words import AuditWords

WORDS = AuditWords(
    acts={
        "formats.changed": "Cambió un formato",
        "formats.created": "Creó un formato",
        "formats.exported": "Exportó el registro de formatos",
        "formats.isolucion_noted": "Anotó la referencia de Isolución",
        "formats.linked_to_plan": "Contó un formato en un plan",
        "formats.qr_decided": "Decidió si un formato lleva QR",
        "formats.twin_ended": "Quitó el formato de un formulario digital",
        "formats.twin_registered": "Registró un formulario digital",
        "formats.use_registered": "Registró el uso de un formato",
        "formats.use_removed": "Quitó el uso de un formato",
        "formats.version_approved": "Aprobó una versión",
        "formats.version_changed": "Cambió una versión",
        "formats.version_discarded": "Descartó una versión",
        "formats.version_drafted": "Empezó una versión",
        "formats.version_ended": "Declaró obsoleta una versión",
        "formats.version_returned": "Devolvió una versión",
        "formats.version_sent": "Envió una versión a revisión",
    },
    subjects={
        "FormatVersion": "Versión de formato",
        "OfficialFormat": "Formato",
    },
    details={
        "applies": "lleva QR",
        "blocks": "variables del archivo",
        "isolucion": "referencia de Isolución",
        "needs_variables": "lleva variables",
        "needs_variables_reason": "por qué no lleva variables",
        "reference": "código",
        "valid_from": "vigente desde",
        "version_number": "versión",
    },
    values={
        "DIFFERENTIAL": "diferenciales",
        "POPULATION": "poblacionales",
        "TERRITORIAL": "territoriales",
        "formats.in_use": "formatos de planeación en uso",
        "formats.updated": "formatos actualizados en Isolución",
        "formats.with_qr": "formatos aplicables con QR activo",
        "formats.with_variables": "formatos con las variables poblacionales",
    },
    looks=frozenset({"formats.exported"}),
)
