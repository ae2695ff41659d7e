"""The row of the official formats in the registry of features."""

from participa.channels.registry import Feature
from participa.formats import example, inbox, staff_views, versions_staff_views, views
from participa.formats.audit_words import WORDS
from participa.formats.measures import MEASURES

FEATURE = Feature(
    name="formats",
    label="Formatos",
    blueprints=(views.bp, staff_views.bp, versions_staff_views.bp),
    words=WORDS,
    menu=inbox.menu,
    pending=inbox.pending,
    measures=MEASURES,
    example=example.strands,
)
