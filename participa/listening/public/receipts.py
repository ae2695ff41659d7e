"""What somebody gets back: the number of what they said, and, once, the secret code."""

from typing import Any

from flask import render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from participa.cases.models import Case
from participa.channels import registry
from participa.channels.mentions import Mention
from participa.channels.wording import ended
from participa.core import clock, codes, links, qr, spanish, submissions
from participa.core.db import db
from participa.core.forms import PublicForm
from participa.core.submissions import AlreadySent, Stale
from participa.listening import letters, secret_codes
from participa.listening.models import AttachmentKind, Contribution, ListeningPost
from participa.listening.public import pages
from participa.listening.receive import Received
from participa.listening.snapshots import PostSnapshot

NEWS = "Recibimos su aporte."


def of(post: PostSnapshot, word: str) -> Contribution | None:
    """The contribution of this receipt; the word is the id of its form, of which only a keyed
    digest is stored.
    """
    rows = select(Contribution).where(
        Contribution.submission_id == secret_codes.stored_id(word), Contribution.post_id == post.id
    )
    return db.session.scalar(rows.options(joinedload(Contribution.case)))


def sent_before(post: PostSnapshot) -> str | None:
    """The word of the receipt, if the form of this request has arrived before."""
    try:
        word = submissions.read(request.form.get("submission", ""), post.purpose)
    except Stale:
        return None
    return word if of(post, word) else None


def address(post: PostSnapshot, word: str) -> str:
    return url_for("listening.receipt", code=post.code, word=word, **pages.kiosk())


def acknowledge(received: Received, email: str) -> None:
    """Write to who left an address that it arrived (art. 61; PQR-04), unless it was sent before."""
    if email and received.is_new:
        letters.acknowledge(db.session.get_one(Contribution, received.case_id), NEWS)


def shows_code(contribution: Contribution) -> bool:
    """Whether the page still shows it: on its day, until the person says that they have it."""
    is_of_today = contribution.received_on == clock.today()
    return is_of_today and not contribution.is_code_hidden and contribution.erased_on is None


def hiding_form(contribution: Contribution) -> PublicForm:
    """The form of the button that hides the code."""
    return PublicForm(f"listening.hide:{contribution.receipt}")


def page(post: PostSnapshot, contribution: Contribution, word: str, form: PublicForm) -> str:
    radicado, case = codes.show(contribution.receipt), contribution.case
    code = secret_codes.code_of(word) if shows_code(contribution) else ""
    way_back = secret_codes.way_back(contribution.receipt, code) if code else ""
    return render_template(
        "listening/receipt.html",
        form=form,
        reference=radicado,
        secret=codes.show(code),
        picture=code and qr.svg_to_forget(way_back, f"Código QR de su aporte {radicado}"),
        contribution=contribution,
        received=received_when(contribution),
        documents=documents(contribution),
        due_on=due_on(case),
        term=case.term,
        whatsapp=to_oneself(radicado),
        extra=extra_questions(post),
        **pages.about(post),
    )


def extra_questions(post: PostSnapshot) -> list[Mention]:
    """Questions of surveys that are offered now. A shared device stays with the post instead."""
    return [] if pages.is_kiosk() else registry.mentions_of(post, ListeningPost.channel)


def received_when(contribution: Contribution) -> str:
    """The day; with the hour of one that is not anonymous (PQR-04)."""
    if contribution.received_at is not None:
        return spanish.moment(contribution.received_at)
    return spanish.weekday(contribution.received_on)


def due_on(case: Case) -> Any:
    return None if case.is_answered else case.due_on


def documents(contribution: Contribution) -> str:
    """How many, and of which kind: «2 fotos y 1 nota de voz»."""
    kinds = [one.kind for one in contribution.attachments]
    counts = (
        (kinds.count(AttachmentKind.PHOTO), "foto", "fotos"),
        (kinds.count(AttachmentKind.VOICE), "nota de voz", "notas de voz"),
    )
    return spanish.listed([spanish.several(*one) for one in counts if one[0]]) or "ninguno"


def to_oneself(radicado: str) -> str:
    """A WhatsApp link with the number and where to come back, never with the code."""
    address = links.absolute(url_for("listening_follow.ask"))
    return pages.whatsapp(
        f"Mi aporte a la ciudad. Radicado: {radicado}. Para consultarlo: {address}"
    )


def already_sent(post: PostSnapshot, sent: AlreadySent, word: str) -> tuple[str, int]:
    """The same showing of the form, sent again with something else in it."""
    text = render_template(
        pages.PAGE,
        part="listening/_already.html",
        heading="Este aporte ya se envió",
        word=word,
        received=sent.received_at and ended(f"Lo recibimos el {spanish.moment(sent.received_at)}"),
        **pages.about(post),
    )
    return text, sent.status
