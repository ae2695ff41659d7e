"""What an event needs before it is called (RDC-03), and the steps that every event has. Pure."""

from participa.core import clock
from participa.events.models import ChecklistMoment, Event

# The steps of the planning format, at which every event begins; staff add their own.
STEPS: tuple[tuple[ChecklistMoment, str], ...] = (
    (ChecklistMoment.BEFORE, "Publicar el informe que se va a conversar"),
    (ChecklistMoment.BEFORE, "Convocar por los canales acordados"),
    (ChecklistMoment.BEFORE, "Confirmar el lugar, el sonido y la conexión"),
    (ChecklistMoment.BEFORE, "Confirmar los apoyos de accesibilidad pedidos"),
    (ChecklistMoment.BEFORE, "Imprimir el cartel, el listado y las tarjetas de preguntas"),
    (ChecklistMoment.DURING, "Explicar la metodología y las reglas del diálogo"),
    (ChecklistMoment.DURING, "Recibir las preguntas escritas y habladas"),
    (ChecklistMoment.DURING, "Anotar los compromisos con responsable y fecha"),
    (ChecklistMoment.DURING, "Invitar a evaluar el evento"),
    (ChecklistMoment.AFTER, "Responder por escrito las preguntas pendientes"),
    (ChecklistMoment.AFTER, "Cerrar el evento con su acta"),
    (ChecklistMoment.AFTER, "Publicar el acta y la matriz de compromisos"),
)


def missing_requirements(event: Event) -> list[str]:
    """What the event lacks to be called, as phrases of a sentence (RDC-03)."""
    checks = [
        (event.opens_at is not None and event.closes_at is not None, "la fecha y la hora"),
        (event.opens_at is None or event.opens_at > clock.now(), "una fecha que no haya pasado"),
        (bool(event.place or event.online_url), "el lugar o el enlace"),
        (bool(event.methodology), "la metodología"),
        (bool(event.call_channels), "los canales de la convocatoria"),
        (event.called_on is not None, "el día de la convocatoria"),
        (bool(event.report_url), "la dirección del informe"),
        (bool(event.accessibility), "los apoyos de accesibilidad"),
        (bool(event.tasks), "la tarea del plan que cumple"),
    ]
    return [phrase for is_met, phrase in checks if not is_met]
