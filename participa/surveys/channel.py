"""The row of the surveys in the registry of channels."""

from typing import Any

from flask import url_for

from participa.channels.registry import ChannelType, Door
from participa.channels.sharing import PosterStep, Share
from participa.channels.wording import when
from participa.citizens.notices import NoticeKind
from participa.core.web.kiosks import KIOSK, KioskPlace
from participa.formats.header import printed_header
from participa.surveys import consents, evaluations, inbox, queries, saving, wording
from participa.surveys.attached import staff_views as files_staff_views
from participa.surveys.audit_words import WORDS
from participa.surveys.builder import (
    bank_staff_views,
    rules_staff_views,
    versions_staff_views,
)
from participa.surveys.builder import staff_views as builder_staff_views
from participa.surveys.example import strands
from participa.surveys.exchange import staff_views as exchange_staff_views
from participa.surveys.measures import MEASURES
from participa.surveys.models import Survey
from participa.surveys.office import staff_views
from participa.surveys.paper import assisted_staff_views, keying_staff_views
from participa.surveys.paper import staff_views as paper_staff_views
from participa.surveys.public import follow, views
from participa.surveys.results import exports_staff_views as answers_staff_views
from participa.surveys.results import staff_views as results_staff_views
from participa.surveys.results import views as results_views
from participa.surveys.slips import staff_views as slips_staff_views
from participa.surveys.texts import staff_views as texts_staff_views


def share(survey: Survey) -> Share:
    version = survey.current or survey.newest
    return Share(
        code=survey.code,
        title=survey.title,
        when=when(survey),
        back=url_for("surveys_staff.show", code=survey.code),
        steps=(
            PosterStep("phone", "Abra la cámara y apunte al código."),
            PosterStep("list", f"Responda: {wording.length(version.questionnaire)}."),
            PosterStep("receipt", "Guarde su radicado."),
        ),
        small_print="Sin cuenta y sin aplicación.",
        count=queries.people(survey.id),
        count_words="personas han respondido",
        count_word="persona ha respondido",
        header=printed_header(Survey.channel, survey.id),
    )


def kiosk(survey: Survey, use: str) -> KioskPlace | None:
    """A tablet with the form; where the survey is used at an event, of that event."""
    if not survey.is_published:
        return None
    path = url_for("surveys.answer", code=survey.code)
    used: dict[str, Any] = {"en": use} if use in {one.code for one in survey.uses} else {}
    return KioskPlace(
        start=url_for("surveys.answer", code=survey.code, canal=KIOSK, **used),
        places=(path, f"{path}/comprobante/"),
        back=url_for("surveys_staff.show", code=survey.code),
    )


CHANNEL = ChannelType(
    name=Survey.channel,
    section="encuestas",
    label="Encuestas",
    model=Survey,
    address="code",
    blueprints=(
        views.bp,
        results_views.bp,
        bank_staff_views.bp,
        staff_views.bp,
        builder_staff_views.bp,
        rules_staff_views.bp,
        versions_staff_views.bp,
        exchange_staff_views.bp,
        results_staff_views.bp,
        texts_staff_views.bp,
        files_staff_views.bp,
        answers_staff_views.bp,
        slips_staff_views.bp,
        paper_staff_views.bp,
        keying_staff_views.bp,
        assisted_staff_views.bp,
    ),
    door=Door(
        verb="Responder una encuesta",
        icon="list",
        closed="Hoy no hay una encuesta abierta. Vea las anteriores y sus resultados.",
    ),
    row_label="Encuesta",
    count_label="Respuestas",
    share=share,
    kiosk=kiosk,
    open_now=inbox.open_now,
    recent=inbox.recent,
    open_for=inbox.open_for,
    pending=inbox.pending,
    answers=queries.answers,
    words=WORDS,
    notice=NoticeKind(
        Survey.channel,
        "encuestas",
        "Responder una encuesta",
        ("statistics", "sensitive", *consents.PURPOSES),
        24,
        "Su nombre y su contacto, si la encuesta los pide, se guardan cifrados con sus respuestas "
        "el mismo tiempo: con su radicado los corrige y los borra. Lo demás que responde queda "
        "en el archivo según el anonimato que la encuesta anuncia.",
    ),
    mentions={"events": evaluations.of_event, "listening": evaluations.of_post},
    measures=MEASURES,
    follow=(follow.receipt,),
    example=strands,
    purges=(
        ("Encuestas guardadas para después, vencidas", saving.purge),
        ("Datos personales de encuestas, vencidos", consents.purge),
        ("Archivos de encuestas que no se enviaron", saving.purge_files),
        ("Archivos de encuestas de antes del cifrado", saving.seal_files),
    ),
    # Of an anonymous answer no moment is stored, nor in the log.
    untimed=("/encuestas/<code>",),
)
