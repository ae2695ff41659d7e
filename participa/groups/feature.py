"""The row of the groups in the registry of features."""

from participa.channels.registry import Feature
from participa.groups import example, inbox, invitations, members_staff_views, staff_views, views
from participa.groups.audit_words import WORDS
from participa.groups.measures import MEASURES

FEATURE = Feature(
    name="groups",
    label="Instancias",
    blueprints=(views.bp, staff_views.bp, members_staff_views.bp),
    words=WORDS,
    menu=inbox.menu,
    pending=inbox.pending,
    measures=MEASURES,
    purges=(("Datos de integrantes que no aceptaron, de más de un año", invitations.erase_old),),
    example=example.strands,
)
