"""The row of the topic calls in the registry of channels."""

from flask import url_for

from participa.channels.registry import ChannelType, Door
from participa.channels.sharing import PosterStep, Share, WallChart
from participa.channels.wording import when
from participa.citizens.notices import NoticeKind
from participa.formats.header import printed_header
from participa.topics import example, inbox, queries, questions, results, wording
from participa.topics.audit_words import WORDS
from participa.topics.measures import MEASURES
from participa.topics.models import TopicCall
from participa.topics.office import moderation_staff_views, staff_views
from participa.topics.public import follow, views


def share(call: TopicCall) -> Share:
    order = " y póngalos en orden" if call.choose_up_to > 1 else ""
    may_show = call.is_published and (call.shows_live or call.is_closed)
    return Share(
        code=call.code,
        title=call.title,
        when=when(call),
        back=url_for("topics_staff.show", code=call.code),
        steps=(
            PosterStep("phone", "Abra la cámara y apunte al código."),
            PosterStep("list", f"{wording.several_topics(call.choose_up_to)}{order}."),
            PosterStep("receipt", "Guarde su radicado."),
        ),
        small_print="Sin cuenta, sin aplicación, sin dar su nombre.",
        count=queries.people(call.id),
        count_words="personas han respondido",
        count_word="persona ha respondido",
        chart=(lambda: wall_chart(call)) if may_show else None,
        header=printed_header(TopicCall.channel, call.id),
    )


def wall_chart(call: TopicCall) -> WallChart:
    now = results.results_of(call)
    return WallChart(
        title="Orden de los temas",
        sentence=now.sentence,
        rows=now.chart,
        unit="puntos",
        label="Tema",
        whole=now.most_points,
        reason=now.reason,
    )


CHANNEL = ChannelType(
    name=TopicCall.channel,
    section="temas",
    label="Temas",
    model=TopicCall,
    address="code",
    blueprints=(views.bp, staff_views.bp, moderation_staff_views.bp),
    door=Door(
        verb="Elegir los temas",
        icon="list",
        closed="Hoy no hay un formulario abierto. Vea los anteriores y sus resultados.",
    ),
    row_label="Formulario",
    count_label="Respuestas",
    share=share,
    open_now=inbox.open_now,
    recent=inbox.recent,
    open_for=inbox.open_for,
    pending=inbox.pending,
    menu_items=(1, 5),
    answers=inbox.answers,
    words=WORDS,
    notice=NoticeKind(
        TopicCall.channel,
        "temas",
        "Elegir los temas",
        ("statistics", "sensitive"),
        24,
        "Los temas que elige quedan en el archivo, con su comuna y su barrio, sin nombre.",
    ),
    cases=questions.CASES,
    follow=(follow.receipt,),
    measures=MEASURES,
    example=example.strands,
)
