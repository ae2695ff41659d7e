"""The row of the listening posts in the registry of channels."""

from flask import url_for

from participa.channels.registry import ChannelType, Door
from participa.channels.sharing import PosterStep, Share
from participa.channels.wording import when
from participa.citizens.notices import NoticeKind
from participa.core.web.kiosks import KIOSK, KioskPlace
from participa.events.models import Event
from participa.formats.header import printed_header
from participa.listening import example, inbox, queries
from participa.listening.answers import analogous_staff_views, outcomes
from participa.listening.answers import inbox as answers_inbox
from participa.listening.answers import views as answers_views
from participa.listening.audit_words import WORDS
from participa.listening.cases import CASES
from participa.listening.desk import answering_staff_views, routing_staff_views
from participa.listening.follow_up import data_views, follow
from participa.listening.follow_up import views as follow_up_views
from participa.listening.intake import handoff_staff_views, settings, settings_staff_views
from participa.listening.intake import staff_views as intake_staff_views
from participa.listening.measures import MEASURES
from participa.listening.models import ListeningPost
from participa.listening.office import checks, extra_staff_views, mentions, staff_views
from participa.listening.public import views
from participa.listening.rights import rekeying, retention
from participa.listening.rights import staff_views as rights_staff_views
from participa.staff.models import Account
from participa.staff.waiting.pending import Pending


def share(post: ListeningPost) -> Share:
    return Share(
        code=post.code,
        title=post.title,
        when=when(post),
        back=url_for("listening_staff.show", code=post.code),
        steps=(
            PosterStep("phone", "Abra la cámara y apunte al código."),
            PosterStep("list", "Cuente, hable o mande una foto."),
            PosterStep("receipt", "Guarde su radicado y su código."),
        ),
        small_print="Sin cuenta, sin aplicación, y sin dar su nombre si no quiere.",
        count=queries.heard(post.id),
        count_words="aportes recibidos",
        count_word="aporte recibido",
        header=printed_header(ListeningPost.channel, post.id),
    )


def kiosk(post: ListeningPost, use: str) -> KioskPlace | None:
    if not post.is_published:
        return None
    path = url_for("listening.post", code=post.code)
    return KioskPlace(
        start=url_for("listening.post", code=post.code, canal=KIOSK),
        places=(path, f"{path}/listo/", url_for("listening.similar_answers", code=post.code)),
        back=url_for("listening_staff.show", code=post.code),
    )


def pending(account: Account) -> list[Pending]:
    """The contributions that wait, the answers to be published, and the posts whose page does not
    answer.
    """
    return [*inbox.pending(account), *answers_inbox.pending(account), *checks.pending(account)]


CHANNEL = ChannelType(
    name=ListeningPost.channel,
    section="escuchaderos",
    label="Escuchaderos",
    model=ListeningPost,
    address="code",
    blueprints=(
        views.bp,
        answering_staff_views.bp,
        routing_staff_views.bp,
        staff_views.bp,
        extra_staff_views.bp,
        follow_up_views.bp,
        data_views.bp,
        rights_staff_views.bp,
        answers_views.bp,
        analogous_staff_views.bp,
        intake_staff_views.bp,
        settings_staff_views.bp,
        handoff_staff_views.bp,
    ),
    door=Door(
        verb="Contarle algo a la ciudad",
        icon="ear",
        closed="Hoy no hay un escuchadero abierto. Vea lo que la ciudad ya respondió.",
    ),
    row_label="Escuchadero",
    count_label="Aportes",
    share=share,
    kiosk=kiosk,
    open_now=inbox.open_now,
    recent=inbox.recent,
    open_for=inbox.open_for,
    pending=pending,
    menu=answers_inbox.menu,
    answers=inbox.answers,
    words=WORDS,
    notice=NoticeKind(
        ListeningPost.channel,
        "escuchaderos",
        "Contarle algo a la ciudad",
        ("reply", "statistics", "sensitive"),
        24,
        "Lo que usted cuenta queda cifrado hasta dos años después de la respuesta, y su contacto, "
        "hasta un año. Si no deja su nombre, nada dice quién es usted.",
        has_names=True,
        needs_name=False,
        way_back="Con su radicado y su código secreto usted ve lo que contó, retira su contacto o "
        "pide que se borre: escríbalos en «Ya tengo un radicado».",
    ),
    seeds=(("Plantillas de respuesta", settings.seed_templates),),
    cases=CASES,
    mentions={Event.channel: mentions.mentions_of, "plan": outcomes.mentions_of},
    measures=MEASURES,
    example=example.strands,
    follow=(follow.radicado,),
    purges=(*retention.PURGES, *checks.PURGES),
    rekeys=rekeying.REKEYS,
    # Of who is anonymous no hour is stored, nor in the log.
    untimed=(
        "/escuchaderos/<code>",
        "/escuchaderos/mi-aporte",
        "/escuchaderos/mis-datos",
        "/gestion/escuchaderos/<code>/tomar",
    ),
)
