"""The acts on the plan in the city's words, for the audit trail."""

from participa.staff.audit_words import AuditWords

WORDS = AuditWords(
    acts={
        "plan.closed": "Cerró el plan",
        "plan.draft_deleted": "Borró el borrador de un plan",
        "plan.import_undone": "Deshizo una importación del plan",
        "plan.imported": "Importó el plan",
        "plan.measure_chosen": "Eligió la medición de una tarea",
        "plan.period_closed": "Cerró un periodo",
        "plan.period_reopened": "Reabrió un periodo",
        "plan.prepared": "Preparó el plan",
        "plan.published": "Publicó el plan",
        "plan.proof_attached": "Adjuntó un soporte",
        "plan.proof_detached": "Quitó un soporte",
        "plan.report_approved": "Aprobó un reporte",
        "plan.report_changed": "Cambió un reporte",
        "plan.report_discarded": "Descartó el borrador de un reporte",
        "plan.report_drafted": "Empezó un reporte",
        "plan.report_returned": "Devolvió un reporte",
        "plan.report_sent": "Envió un reporte",
    },
    subjects={
        "Period": "Periodo",
        "Plan": "Plan",
        "ProgressReport": "Reporte",
        "Task": "Tarea",
    },
    details={
        "added_actions": "acciones nuevas",
        "added_tasks": "tareas nuevas",
        "denominator": "denominador",
        "numerator": "numerador",
        "period": "periodo",
        "task": "tarea",
        "year": "año",
    },
    values={
        "plan.reported": "reportes de avance aprobados",
    },
)
