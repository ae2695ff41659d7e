"""The row of outreach in the registry of features."""

from participa.channels.registry import Feature
from participa.citizens.notices import NoticeKind
from participa.events.models import Event
from participa.outreach import example, inbox, measures, rules, subscriptions
from participa.outreach.audit_words import WORDS
from participa.outreach.office import call_staff_views, staff_views
from participa.outreach.public import mail_views, views

FEATURE = Feature(
    name="outreach",
    label="Difusión",
    blueprints=(views.bp, mail_views.bp, staff_views.bp, call_staff_views.bp),
    words=WORDS,
    menu=inbox.menu,
    pending=inbox.pending,
    mentions={Event.channel: inbox.of_event},
    measures=measures.MEASURES,
    notice=NoticeKind(
        subscriptions.PURPOSE,
        "avisos",
        "Recibir los avisos por correo",
        (subscriptions.USE,),
        24,
        "Su correo se borra cuando usted sale de la lista; si no confirma, a los 7 días.",
    ),
    seeds=(("Regla de los medios masivos", rules.seed),),
    purges=(("Correos de la lista de avisos, vencidos o sin confirmar", subscriptions.erase_old),),
    example=example.strands,
)
