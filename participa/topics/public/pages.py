"""The page of a call: rendered once per version, and completed for each request.

Requests differ only in the opening of the form (its name, address and token) and in the order of
the topics' cards. The template therefore runs once, with a separator before each of them, and each
response is joined from the pieces (core/web/precompressed_page.py).
"""

import random
from collections.abc import Iterator, Sequence
from typing import Any

from flask import Response, render_template, url_for

from participa.cases import traces
from participa.channels.flow import own_values
from participa.channels.wording import beside_state
from participa.citizens import territories
from participa.citizens.variables import VARIABLES
from participa.core import links
from participa.core.installation import installation
from participa.core.web import assets, security, showings
from participa.core.web.precompressed_page import SEAM, Pieces, cut
from participa.topics import wording
from participa.topics.public import promises
from participa.topics.public.forms import TopicAnswerForm
from participa.topics.snapshots import CallSnapshot, OfferedTopic

PAGE = "topics/answer.html"


def fresh(call: CallSnapshot) -> Response:
    """The empty form."""
    pieces: Pieces | None = call.rendered.get("pieces")
    if pieces is None:
        form = TopicAnswerForm(call)
        form.leave_places()
        drawn = form_page(call, form, call.topics, seam=SEAM, site_icon=assets.inline_icon())
        pieces = call.rendered["pieces"] = cut(drawn)
    order = showings.order_of(showings.current())
    page = pieces.page(
        own_values(call.purpose), lambda parts: [parts[0], *shuffled(parts[1:], order)]
    )
    page.headers.update(security.WITH_ICON)
    return page


def filled(call: CallSnapshot, form: TopicAnswerForm, template: str = PAGE, **more: Any) -> str:
    """The form with everything that was typed, its cards in the same order as before."""
    topics = shuffled(call.topics, form.order)
    return form_page(call, form, topics, template, **more)


def form_page(
    call: CallSnapshot,
    form: TopicAnswerForm,
    topics: Sequence[OfferedTopic],
    template: str = PAGE,
    **more: Any,
) -> str:
    return render_template(
        template,
        part="topics/_form.html",
        form=form,
        topics=topics,
        promises=promises_of(call),
        open_until=beside_state(call),
        choose_words=wording.several_topics(call.choose_up_to),
        **about(call),
        **more,
    )


def review(call: CallSnapshot, form: TopicAnswerForm, template: str = PAGE, **more: Any) -> str:
    """The review page: the answers, to be ordered and confirmed. Nothing is stored yet."""
    by_id = {topic.id: topic for topic in call.topics}
    return render_template(
        template,
        part="topics/_review.html",
        heading="Revise sus respuestas",
        form=form,
        chosen=[by_id[topic] for topic in form.topics.chosen],
        places=[str(place) for place in range(1, len(form.topics.chosen) + 1)],
        answered=list(answered(call, form)),
        traces=traces.kinds(form.written("question")),
        **about(call),
        **more,
    )


def end_of_preview(call: CallSnapshot, template: str, **more: Any) -> str:
    """The last page of a preview, in the place of the receipt."""
    heading = "Aquí terminaría la respuesta"
    part = "topics_staff/_end.html"
    return render_template(template, part=part, heading=heading, **about(call), **more)


def about(call: CallSnapshot) -> dict[str, Any]:
    """Template values of every page of a call; the summary describes shared links (NET-04)."""
    path = url_for("topics.answer", code=call.code)
    return {"call": call, "summary": wording.summary(call), "address": links.absolute(path)}


def promises_of(call: CallSnapshot) -> tuple[promises.Promise, ...]:
    return promises.promises_of(
        asks_variables=bool(call.variables),
        asks_sensitive=any(VARIABLES[id].is_sensitive for id in call.variables),
        allows_proposals=call.allows_proposals,
        allows_questions=call.allows_questions,
        shows_live=call.shows_live,
        small_cell=installation().settings.small_cell,
    )


def answered(call: CallSnapshot, form: TopicAnswerForm) -> Iterator[tuple[str, str, str]]:
    """Label, answer and field id of each question, for the review."""
    titles = {topic.id: topic.title for topic in call.topics}
    yield "Sus temas", "; ".join(titles[topic] for topic in form.topics.chosen), "topics"
    if call.allows_proposals:
        yield "Otro tema", form.written("proposal") or "Sin respuesta", "proposal"
    if call.allows_questions:
        yield "Su pregunta", form.written("question") or "Sin respuesta", "question"
    yield "Comuna o corregimiento", territories.label(form.territory.data or ""), "territory"
    place = territories.NEIGHBOURHOODS.get(form.neighbourhood.data or "")
    yield "Barrio o vereda", place.name if place else "Sin respuesta", "neighbourhood"
    yield from form.detail_answers


def shuffled(items: Sequence, order: str) -> list:
    """The items in the order of this showing: no topic gains from its place.

    There are as many orders as items, or twice as many if their number is odd. Over all of them
    each item stands equally often in each place, and equally often behind each other one (a
    Williams square). So few pages differ that each can be compressed once.
    """
    count = len(items)
    row = random.Random(order).randrange(2 * count or 1)  # noqa: S311 - an order, not a secret
    steps = (-(step // 2) if step % 2 == 0 else step // 2 + 1 for step in range(count))
    mixed = [items[(row + step) % count] for step in steps]
    return mixed[::-1] if row >= count and count % 2 else mixed
