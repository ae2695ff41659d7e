"""The acts of outreach in Spanish, for the audit trail."""

from participa.staff.audit_words import AuditWords

WORDS = AuditWords(
    acts={
        "outreach.call_added": "Agregó un medio a la convocatoria de un evento",
        "outreach.call_changed": "Cambió un medio de la convocatoria de un evento",
        "outreach.call_removed": "Quitó un medio de la convocatoria de un evento",
        "outreach.rules_changed": "Cambió qué medios son masivos",
        "outreach.piece_planned": "Planeó una pieza de difusión",
        "outreach.piece_changed": "Cambió una pieza de difusión",
        "outreach.piece_published": "Publicó una pieza de difusión",
        "outreach.piece_unpublished": "Dejó de publicar una pieza de difusión",
        "outreach.piece_discarded": "Descartó una pieza de difusión",
        "outreach.call_mailed": "Envió por correo la convocatoria de un evento",
        "outreach.change_mailed": "Avisó por correo de un cambio de un evento",
        "outreach.subscribers_erased": "Borró correos vencidos de la lista de avisos",
    },
    subjects={
        "CallPiece": "Medio de la convocatoria",
        "Mailing": "Envío de la convocatoria",
        "PieceChange": "Cambio del plan de difusión",
        "OutreachSettings": "Regla de los medios masivos",
        "Subscriber": "Lista de avisos por correo",
        "TeachingPiece": "Pieza de difusión",
    },
    details={"people": "personas"},
)
