"""The Spanish words for the audit entries of groups."""

from participa.staff.audit_words import AuditWords

WORDS = AuditWords(
    acts={
        "groups.act_filed": "Guardó el acta de conformación",
        "groups.act_replaced": "Reemplazó el acta de conformación",
        "groups.called": "Publicó una convocatoria",
        "groups.changed": "Cambió una instancia",
        "groups.created": "Creó una instancia",
        "groups.exported": "Exportó los integrantes",
        "groups.member_accepted": "Aceptó integrar una instancia",
        "groups.member_added": "Agregó un integrante",
        "groups.member_changed": "Cambió un integrante",
        "groups.member_declined": "No aceptó integrar una instancia",
        "groups.member_invited": "Invitó a un integrante",
        "groups.member_withdrawn": "Retiró a un integrante",
    },
    subjects={"GroupMember": "Integrante", "MeetingGroup": "Instancia"},
    details={
        "called_on": "fecha de la convocatoria",
        "founded_on": "fecha del acta",
        "handed_over": "enlace entregado a mano",
        "member": "integrante",
        "signers": "firmas",
    },
    values={
        "kind:COMMITTEE": "comité territorial",
        "kind:LEAD_TEAM": "equipo líder",
        "kind:NODE": "nodo territorial",
        "kind:TABLE": "mesa de trabajo",
        "kind:EXTERNAL": "entidad externa",
        "kind:OFFICE": "dependencia",
        "kind:PERSON": "persona en un cargo",
        "groups.formed": "equipos, nodos y mesas conformados",
    },
    looks=frozenset({"groups.exported"}),
)
