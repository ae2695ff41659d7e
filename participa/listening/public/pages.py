"""The page of a listening post: rendered once per version, and completed for each request.

The opening of the form alone is different each time (core/web/precompressed_page.py). The events,
tasks and offices to choose from are read again every few minutes.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from flask import Response, make_response, render_template, request, url_for
from werkzeug.datastructures import MultiDict

from participa.cases import traces
from participa.channels.flow import own_values
from participa.channels.promises import Promise
from participa.channels.wording import beside_state, early_closing
from participa.citizens import territories
from participa.citizens.variables import VARIABLES
from participa.core import clock, links
from participa.core.installation import installation
from participa.core.spanish import as_end, moment
from participa.core.web import assets, security
from participa.core.web.kiosks import KIOSK, is_kiosk
from participa.core.web.lists import folded
from participa.core.web.precompressed_page import SEAM, Pieces, cut
from participa.listening.answers import similar
from participa.listening.models import FULL_NAME
from participa.listening.public import promises, subjects, uploads
from participa.listening.public.forms import NAMED, ContributionForm
from participa.listening.snapshots import PostSnapshot

PAGE = "listening/post.html"
LISTS_LAST = timedelta(minutes=10)
TOO_LARGE = "Las fotos y la nota de voz pesan demasiado juntas. Lo que escribió sigue aquí."
ALL_TOO_LARGE = (
    "Lo que envió es demasiado grande y no se pudo leer. Vuelva atrás: lo que escribió sigue ahí. "
    "Acorte el texto o mande menos fotos."
)
FEWER = "Elija menos fotos, o más pequeñas."


def fresh(post: PostSnapshot) -> Response:
    """The empty form."""
    key, now = f"form {is_kiosk()}", clock.now()
    kept: tuple[Pieces, datetime] | None = post.rendered.get(key)
    if kept is None or kept[1] <= now:
        form = ContributionForm(post)
        form.leave_places()
        page = form_page(post, form, seam=SEAM, site_icon=assets.inline_icon())
        kept = cut(page), now + LISTS_LAST
        post.rendered[key] = kept
    response = kept[0].page(own_values(post.purpose), list)
    response.headers.update(security.WITH_ICON)
    return with_devices(post, response)


def kiosk() -> dict[str, Any]:
    """What the address of the next page says on such a device, so that it remains one."""
    return {"canal": KIOSK} if is_kiosk() else {}


def with_devices(post: PostSnapshot, page: Response) -> Response:
    """The page may use the microphone where voice notes are taken; no other may."""
    if post.takes_voice:
        page.headers.update(security.WITH_MICROPHONE)
    return page


def form_page(post: PostSnapshot, form: ContributionForm, template: str = PAGE, **more: Any) -> str:
    """The form with everything that was typed, and what it has brought so far."""
    form.offer(subjects.current())
    return render_template(
        template,
        part="listening/_form.html",
        form=form,
        files=uploads.in_words(form.files) if request.method == "POST" else [],
        promises=promises_of(post),
        open_until=beside_state(post),
        **about(post),
        **more,
    )


def review(post: PostSnapshot, form: ContributionForm, template: str = PAGE, **more: Any) -> str:
    """Everything that was said, before it is sent."""
    text = form.text.data or ""
    return render_template(
        template,
        part="listening/_review.html",
        heading="Revise lo que va a enviar",
        form=form,
        answered=list(answered(form)),
        files=uploads.in_words(form.files),
        traces=traces.kinds(text),
        similar=similar.similar_answers(text, form.topic.data or "") if text else [],
        **about(post),
        **more,
    )


def answered(form: ContributionForm) -> Iterator[tuple[str, str, str]]:
    """Label, answer and field id of each question."""
    choices, nothing = subjects.current(), "Sin respuesta"
    yield form.wish.label.text, _chosen(form.wish), "wish"
    yield "Lo que cuenta", form.text.data or nothing, "text"
    yield "Tema", form.topic.data or nothing, "topic"
    place = form.territory.data or ""
    yield "Comuna o corregimiento", territories.label(place) or nothing, "territory"
    if about := form.about.data:
        yield "De qué evento o tarea", choices.label(about), "about"
    if form.is_corruption.data:
        office = choices.office(form.accused.data or "")
        yield "Denuncia de corrupción", f"Sí. {office}".strip(), "is_corruption"
    if "who" in form:
        yield form.who.label.text, _chosen(form.who), "who"
        if form.who.data == NAMED:
            yield "Su nombre", form.name.data or nothing, "name"
            yield "Su correo o celular", form.contact.data or nothing, "contact"
    yield from form.detail_answers


def _chosen(field: Any) -> str:
    return dict(field.choices).get(field.data, "")


def too_large(post: PostSnapshot, saved: MultiDict[str, str]) -> Response:
    """The form with what could be saved of a request that is larger than it may be."""
    form = ContributionForm(post, sent=saved)
    if saved.get("submission"):
        form.reject(f"{TOO_LARGE} {FEWER}", "photos" if post.takes_photos else "")
        return with_devices(post, make_response(form_page(post, form)))
    page = render_template(
        PAGE,
        part="listening/_too_large.html",
        heading="No cabe todo lo que envió",
        sentence=ALL_TOO_LARGE,
        **about(post),
    )
    return make_response(page)


def shut(post: PostSnapshot) -> str:
    return render_template(
        PAGE,
        part="listening/_shut.html",
        heading=why_shut(post),
        early_closing=early_closing(post),
        **about(post),
    )


def why_shut(post: PostSnapshot) -> str:
    if post.is_closed:
        return (
            f"Este escuchadero cerró el {moment(as_end(post.ended_at))}"
            if post.ended_at
            else "Cerrado"
        )
    return f"Este escuchadero abre el {moment(post.opens_at)}" if post.opens_at else "Aún no abre"


def about(post: PostSnapshot) -> dict[str, Any]:
    """Template values of every page of a post; the summary describes shared links (NET-04)."""
    address = links.absolute(url_for("listening.post", code=post.code))
    place = f" en {post.place}" if post.place else ""
    summary = f"{FULL_NAME}{place}. La ciudad lo escucha y le responde."
    is_in_title = folded(post.title).startswith(folded(FULL_NAME))
    return {
        "post": post,
        "above": "" if is_in_title else FULL_NAME,  # the name stands in full, and once
        "full_title": post.title if is_in_title else f"{FULL_NAME}: {post.title}",
        "territory": territories.label(post.territory),
        "summary": summary,
        "address": address,
        "kiosk": kiosk(),
        "is_kiosk": is_kiosk(),
        "kiosk_start": url_for("listening.post", code=post.code, **kiosk()),
    }


def whatsapp(text: str) -> str:
    return f"https://wa.me/?text={quote(text, safe='')}"


def promises_of(post: PostSnapshot) -> tuple[Promise, ...]:
    return promises.promises_of(
        asks_contact=post.notice is not None,
        asks_variables=bool(post.variables),
        asks_sensitive=any(VARIABLES[id].is_sensitive for id in post.variables),
        takes_photos=post.takes_photos,
        keeps_draft=not is_kiosk(),
        small_cell=installation().settings.small_cell,
    )
