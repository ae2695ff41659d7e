"""The row of the events in the registry of features."""

from flask import url_for
from sqlalchemy import func, select

from participa.channels.registry import ChannelType, Door
from participa.channels.sharing import PosterStep, Share
from participa.channels.wording import ended
from participa.citizens.notices import NoticeKind
from participa.core.db import db
from participa.events import inbox, support, wording
from participa.events.audit_words import WORDS
from participa.events.commitments import inbox as commitments_inbox
from participa.events.commitments import staff_views as commitments_staff_views
from participa.events.commitments import views as commitment_views
from participa.events.example import strands
from participa.events.measures import MEASURES
from participa.events.meetings import meetings_of
from participa.events.minutes import photographs_staff_views
from participa.events.minutes import staff_views as minutes_staff_views
from participa.events.minutes import views as minutes_views
from participa.events.minutes.facts import mentions as minutes_mentions
from participa.events.models import Event, EventState
from participa.events.office import evaluation_staff_views, parts_staff_views, staff_views
from participa.events.public import views
from participa.events.questions import asking
from participa.events.questions import staff_views as questions_staff_views
from participa.events.questions import views as question_views
from participa.events.questions.case_source import CASES
from participa.events.record_models import EventQuestion
from participa.formats.header import header_of
from participa.staff.models import Account
from participa.staff.waiting.pending import Pending

STEPS = (
    PosterStep("phone", "Abra la cámara y apunte al código."),
    PosterStep("list", "Vea la agenda y escriba su pregunta."),
    PosterStep("receipt", "Guarde su radicado: le respondemos."),
)
ALERTS = {
    EventState.CANCELLED: "Se canceló. Apunte al código y lea por qué.",
    EventState.POSTPONED: "Se aplazó. Apunte al código y lea por qué.",
}


def share(event: Event) -> Share:
    questions = select(func.count()).where(EventQuestion.event_id == event.id)
    return Share(
        code=event.code,
        title=event.title,
        when=f"{wording.when(event)} {ended(wording.place(event))}",
        back=url_for("events_staff.show", code=event.code),
        steps=() if event.is_off else STEPS,
        alert=ALERTS.get(event.state, ""),
        header=header_of(event.format),
        small_print="Sin cuenta, sin aplicación, sin dar su nombre.",
        count=db.session.scalar(questions) or 0,
        count_words="preguntas recibidas",
        count_word="pregunta recibida",
    )


def pending(account: Account) -> list[Pending]:
    """What waits around events, and the commitments that are due."""
    return [*inbox.pending(account), *commitments_inbox.pending(account)]


CHANNEL = ChannelType(
    name=Event.channel,
    section="eventos",
    label="Eventos",
    model=Event,
    address="code",
    blueprints=(
        commitment_views.bp,
        question_views.bp,
        minutes_views.bp,
        views.bp,
        commitments_staff_views.bp,
        questions_staff_views.bp,
        minutes_staff_views.bp,
        photographs_staff_views.bp,
        staff_views.bp,
        parts_staff_views.bp,
        evaluation_staff_views.bp,
    ),
    door=Door(
        verb="Ir a un evento",
        icon="calendar",
        closed="Hoy no hay un evento convocado. Vea los anteriores y sus memorias.",
    ),
    row_label="Evento",
    count_label="Preguntas",
    share=share,
    open_now=inbox.open_now,
    open_for=inbox.open_for,
    pending=pending,
    menu=inbox.menu,
    menu_items=(3,),
    mentions={Event.channel: minutes_mentions, "groups": meetings_of},
    measures=MEASURES,
    words=WORDS,
    cases=CASES,
    notice=NoticeKind(
        Event.channel,
        "eventos",
        "Pedir un apoyo para un evento",
        ("support", "support_contact"),
        1,
        "La solicitud se borra a los 30 días del evento; si se aplaza y no tiene otra fecha, a los "
        "180 días. La lee solo quien lo prepara.",
        "No está obligado(a) a decir por qué necesita el apoyo, ni a dejar un contacto.",
    ),
    example=strands,
    purges=(
        ("Solicitudes de apoyo de eventos que pasaron o siguen aplazados", support.erase_old),
        ("Momentos de envío de preguntas de eventos", asking.erase_old_submissions),
    ),
)
