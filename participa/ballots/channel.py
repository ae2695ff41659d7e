"""The registry entry of the ballot boxes: what other packages need from them."""

from flask import url_for

from participa.ballots import cli, example, queries
from participa.ballots.audit_words import WORDS
from participa.ballots.measures import MEASURES
from participa.ballots.models import BallotBox
from participa.ballots.office import (
    cards_staff_views,
    ceremony_staff_views,
    inbox,
    paper_staff_views,
    questions_staff_views,
    roll_staff_views,
    staff_views,
    trustees_staff_views,
    two_person_staff_views,
    voidings_staff_views,
)
from participa.ballots.public import (
    archive_views,
    casting_views,
    challenge_views,
    follow,
    results_views,
    role_views,
    views,
    wording,
)
from participa.ballots.voting import challenges
from participa.channels.registry import ChannelType, Door
from participa.channels.sharing import PosterStep, Share
from participa.citizens.notices import NoticeKind
from participa.core.web.kiosks import KioskPlace
from participa.formats.header import printed_header

BY_CARD = (
    PosterStep("card", "Saque una tarjeta de la caja."),
    PosterStep("phone", "Ábrala y escanee el cuadro de adentro."),
    PosterStep("receipt", "Vote y guarde el número de rastreo."),
)
OPENLY = (
    PosterStep("phone", "Abra la cámara y apunte al código."),
    PosterStep("list", "Responda las preguntas."),
    PosterStep("receipt", "Guarde su radicado."),
)


def share(box: BallotBox) -> Share:
    return Share(
        code=box.code,
        title=box.title,
        when=wording.when(box),
        back=url_for("ballots_staff.show", uuid=box.uuid),
        steps=BY_CARD if box.is_secret else OPENLY,
        small_print=f"{wording.WHAT_IT_IS[box.kind]} No es una elección ni es vinculante.",
        count=queries.ballots(box.id),
        count_words="votos en la urna" if box.is_secret else "respuestas",
        count_word="voto en la urna" if box.is_secret else "respuesta",
        wall_note=wall_note(box),
        header=printed_header(BallotBox.channel, box.id),
    )


def wall_note(box: BallotBox) -> str:
    """Sentence on the projected page: when the result is published."""
    if box.is_finished:
        return "El resultado ya está publicado en esta dirección."
    if box.is_without_result:
        return "No hubo votos suficientes: no hay resultado."
    if box.shows_live:
        return "Los resultados se ven en esta dirección y avanzan por grupos."
    return "El resultado se ve al final, para todos al mismo tiempo."


# What the page of the tablet asks for while somebody votes.
AT_KIOSK = (
    *("kiosk", "election_record", "code_state", "cast", "trackers", "void_cards"),
    *("challenge", "challenge_sign"),
)


def kiosk(box: BallotBox, use: str) -> KioskPlace | None:
    """A tablet at the table; an open consultation has none."""
    if not (box.is_published and box.is_secret):
        return None
    about = url_for("ballots.slip", uuid=box.uuid)
    return KioskPlace(
        start=url_for("ballots.kiosk", uuid=box.uuid),
        places=(
            *(url_for(f"ballots.{name}", uuid=box.uuid) for name in AT_KIOSK),
            about,
            f"{about}/",
        ),
        back=url_for("ballots_staff.show", uuid=box.uuid),
    )


CHANNEL = ChannelType(
    name=BallotBox.channel,
    section="urnas",
    label="Urna",
    plural="Urnas",
    model=BallotBox,
    address="uuid",
    blueprints=(
        views.bp,
        casting_views.bp,
        challenge_views.bp,
        archive_views.bp,
        results_views.bp,
        role_views.bp,
        staff_views.bp,
        questions_staff_views.bp,
        cards_staff_views.bp,
        roll_staff_views.bp,
        trustees_staff_views.bp,
        ceremony_staff_views.bp,
        two_person_staff_views.bp,
        voidings_staff_views.bp,
        paper_staff_views.bp,
    ),
    door=Door(
        verb="Votar",
        icon="urn",
        closed="Hoy no hay una urna abierta. Vea las anteriores y recuéntelas.",
    ),
    row_label="Urna",
    count_label="Votos",
    share=share,
    kiosk=kiosk,
    open_now=inbox.open_now,
    recent=inbox.recent,
    open_for=inbox.open_for,
    pending=inbox.pending,
    answers=inbox.answers,
    words=WORDS,
    notice=NoticeKind(
        BallotBox.channel,
        "urna",
        "Votar en la urna",
        ("statistics", "sensitive"),
        24,
        "Su voto no lleva nombre ni documento, y estos datos no se unen a él.",
    ),
    follow=(follow.receipt, follow.tracker),
    measures=MEASURES,
    purges=(("Votos de papeletas comprobadas", challenges.purge),),
    commands=cli.COMMANDS,
    example=example.strands,
    demo_note=example.demo_note,
    untimed=("/urna",),
    slow=("/papeletas", "/asistida"),
)
