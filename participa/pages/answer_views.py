"""The library of public answers: search, one answer, «a mí también», feed and files."""

from flask import abort, make_response, redirect, render_template, request, url_for
from sqlalchemy.orm import contains_eager

from participa.cases import sources, wording
from participa.cases.models import Case
from participa.core import codes, links
from participa.core.db import db
from participa.core.tables import tables
from participa.core.web import atom, limits, link_tokens
from participa.core.web.atom import MEDIA_TYPE, FeedEntry
from participa.core.web.responses import for_one_person, shared
from participa.listening.answers import analogous, me_too, outcomes, similar
from participa.pages import library
from participa.pages.forms import MeTooForm
from participa.pages.library import LIST
from participa.pages.views import bp

FORMATS = ("xlsx", "csv", "json")
SAID = "pages.said_me_too"  # purpose of the token of the page that thanks
NEWEST = 30  # entries of the feed
LONGEST_TITLE, LONGEST_SUMMARY = 120, 600


@bp.get("/respuestas")
def answers():
    """What the city answered: ?buscar=, ?tema=, ?dependencia= and ?territorio= narrow the list."""
    listing = LIST.listing(library.public_cases(), contains_eager(Case.office))
    page = render_template(
        "pages/answers.html",
        listing=listing,
        answers=[
            (case, origin, wording.time_taken(case))
            for case, origin in sources.with_origins(listing.rows)
        ],
        places=library.PLACES,
        formats=FORMATS,
    )
    return shared(page)


@bp.route("/respuestas/<number>", methods=["GET", "POST"])
@limits.limited("pages.answer")
def answer(number):
    """One answer; a POST says «a mí también», once for each showing of the page."""
    case = library.public_case(number)
    if case is None:
        leader = analogous.leader_of(number) or abort(404)
        return redirect(url_for("pages.answer", number=leader))
    form = MeTooForm(case)
    if form.validate_on_submit():
        me_too.say(case, form.submission_id)
        token = link_tokens.issue(SAID, case.code)
        db.session.commit()
        return redirect(url_for("pages.said_me_too", number=case.code, token=token), 303)
    page = render_template(
        "pages/answer.html",
        form=form,
        case=case,
        number=codes.show(case.code),
        origin=sources.origin(case),
        took=wording.time_taken(case),
        place=library.PLACES.get(case.territory, ""),
        changes=outcomes.of_case(case.id),
        linked=analogous.linked_count(case.id),
        similar=similar.similar_answers(case.shown_text, case.topic, case.id),
        address=links.absolute(url_for("pages.answer", number=case.code)),
    )
    response = make_response(page, form.status)
    response.headers["Cache-Control"] = "private, max-age=0"  # each showing has its own token
    return response


@bp.get("/respuestas/<number>/a-mi-tambien/<token>")
def said_me_too(number, token):
    """That it was counted; the token proves it."""
    case = library.public_case(number) or abort(404)
    if link_tokens.read(SAID, token) != case.code:
        abort(404)
    return for_one_person(render_template("pages/said_me_too.html", case=case))


@bp.get("/respuestas.atom")
def answers_feed():
    """The newest public answers, for programs that watch for news."""
    rows = library.public_cases().order_by(Case.published_at.desc(), Case.id).limit(NEWEST)
    entries = [entry_of(case) for case in db.session.scalars(rows)]
    own, home = (links.absolute(url_for(one)) for one in ("pages.answers_feed", "pages.answers"))
    feed = atom.written("Respuestas de la ciudad", own, home, entries)
    return shared(make_response(feed, {"Content-Type": MEDIA_TYPE}))


@bp.get("/respuestas.<format>")
def answers_file(format):
    """The answers that the list shows, as open data (TRA-01)."""
    if format not in FORMATS:
        abort(404)
    rows = LIST.narrowed(library.public_cases(), request.args).options(contains_eager(Case.office))
    return tables.download(library.table(db.session.scalars(rows).all()), format, "respuestas")


def entry_of(case: Case) -> FeedEntry:
    address = links.absolute(url_for("pages.answer", number=case.code))
    published = case.published_at or atom.FIRST
    title = library.shortened(case.shown_text, LONGEST_TITLE)
    summary = library.shortened(case.answer, LONGEST_SUMMARY)
    return FeedEntry(address, title, summary, published, published)
