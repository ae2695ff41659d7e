"""The row of the attendance lists in the registry of channels."""

from flask import url_for

from participa.attendance import example, inbox, queries, waiting_details
from participa.attendance.audit_words import WORDS
from participa.attendance.certificates import staff_views as certificates_staff_views
from participa.attendance.certificates import views as certificates_views
from participa.attendance.desk import door_views
from participa.attendance.desk import staff_views as desk_staff_views
from participa.attendance.measures import MEASURES
from participa.attendance.models import AttendanceList
from participa.attendance.office import exports_staff_views, roster_staff_views, staff_views
from participa.attendance.offline import staff_views as offline_staff_views
from participa.attendance.offline import views as offline_views
from participa.attendance.paper import keying_staff_views, sheets
from participa.attendance.paper import staff_views as paper_staff_views
from participa.attendance.public import results_views, screen_staff_views, views
from participa.attendance.results import mentions
from participa.attendance.rights import (
    claims_staff_views,
    follow,
    own_views,
    rekeying,
    retention,
)
from participa.attendance.rights import staff_views as rights_staff_views
from participa.channels.registry import ChannelType, Door
from participa.channels.sharing import PosterStep, Share
from participa.channels.wording import ended, when
from participa.citizens.notices import NoticeKind
from participa.events import wording as events
from participa.events.models import Event
from participa.formats.header import printed_header

STEPS = (
    PosterStep("phone", "Abra la cámara y apunte al código."),
    PosterStep("list", "Escriba su nombre y firme."),
    PosterStep("receipt", "Guarde su radicado."),
)


def share(record: AttendanceList) -> Share:
    event = record.event
    return Share(
        code=record.code,
        title=event.title,
        when=f"{ended(events.place(event))} {when(record)}",
        back=url_for("attendance_staff.show", code=record.code),
        steps=() if event.is_off else STEPS,
        alert="El evento no se hará ese día." if event.is_off else "",
        small_print="Sin cuenta y sin aplicación. También puede firmar en la mesa.",
        count=queries.attended(record.id),
        count_words="personas han firmado",
        count_word="persona ha firmado",
        header=printed_header(AttendanceList.channel, record.id),
        places=record.poster_doors,
    )


CHANNEL = ChannelType(
    name=AttendanceList.channel,
    section="asistencia",
    label="Asistencia",
    model=AttendanceList,
    address="code",
    blueprints=(
        views.bp,
        results_views.bp,
        screen_staff_views.bp,
        staff_views.bp,
        roster_staff_views.bp,
        exports_staff_views.bp,
        desk_staff_views.bp,
        door_views.bp,
        certificates_views.bp,
        own_views.bp,
        certificates_staff_views.bp,
        rights_staff_views.bp,
        claims_staff_views.bp,
        paper_staff_views.bp,
        keying_staff_views.bp,
        offline_views.bp,
        offline_staff_views.bp,
    ),
    door=Door(
        verb="Firmar asistencia",
        icon="pen",
        closed="Ahora no hay un evento con el listado abierto.",
    ),
    row_label="Listado",
    count_label="Personas",
    form="attendance.sign",
    share=share,
    open_now=inbox.open_now,
    recent=inbox.recent,
    open_for=inbox.open_for,
    pending=inbox.pending,
    answers=inbox.answers,
    mentions={Event.channel: mentions.mentions_of},
    measures=MEASURES,
    words=WORDS,
    example=example.strands,
    notice=NoticeKind(
        AttendanceList.channel,
        "asistencia",
        "Firmar la asistencia a un evento",
        ("attendance", "statistics", "sensitive", "contact", "image"),
        12,
        "En el listado, su nombre y su documento quedan dos años después del evento; su contacto, "
        "su organización, su cargo y su firma, un año. Si se registra y no viene, 30 días.",
        has_names=True,
    ),
    follow=(follow.receipt,),
    purges=(
        ("Datos opcionales de listados cerrados, por mezclar", waiting_details.mix_closed),
        ("Fotos de hojas de asistencia", sheets.erase_scans),
        *retention.PURGES,
    ),
    rekeys=rekeying.REKEYS,
)
