"""Public pages: home, the official menu, follow-up by code, policies of the site."""

from datetime import UTC, date, datetime

from flask import Blueprint, redirect, render_template, request, url_for

from participa.cases import queries as cases
from participa.channels import registry
from participa.channels.inbox import Card
from participa.core import codes
from participa.core.web.responses import shared
from participa.pages import official_menu, queries
from participa.pages.official_menu import Entry, Item, Shelf
from participa.plan import document
from participa.plan import queries as plans
from participa.plan.board import Board

ACCESSIBILITY_REVIEWED_ON = date(2026, 11, 22)
NEVER = datetime.min.replace(tzinfo=UTC)
LONGEST_CODE = 60  # the tracker of a ballot, with some spaces

bp = Blueprint("pages", __name__)


@bp.get("/")
def home():
    plan, closed = plans.current_plan(), plans.last_closed_plan()
    page = render_template(
        "pages/home.html",
        board=document.board_of(plan) if plan else None,
        closed=document.board_of(closed) if closed and closed is not plan else None,
        doors=[(row, row.open_now()) for row in registry.channels()],
        results=recent(),
        answers=answers_in(plan.year) if plan else 0,
    )
    return shared(page, seconds=10)


def recent() -> list[Card]:
    """The results of all channels, the newest first."""
    cards = [card for row in registry.channels() for card in row.recent()]
    return sorted(cards, key=lambda card: card.ended_at or NEVER, reverse=True)


def answers_in(year: int) -> int:
    return sum(row.answers(year) for row in registry.channels() if row.answers)


@bp.get("/participa")
def menu():
    plan = plans.current_plan()
    board = document.board_of(plan) if plan else None
    by_item = entries()
    shelves = [
        Shelf(item, by_item.get(item.number, ()), responsible(item, board))
        for item in official_menu.ITEMS
    ]
    return shared(render_template("pages/menu.html", shelves=shelves))


@bp.get("/radicado")
def follow():
    """Show the record of a code, or redirect to its page; 404 for an unknown code."""
    typed = request.args.get("codigo", "")[:LONGEST_CODE].strip()
    followed = queries.followed(typed) if typed else None
    if followed and followed.address:
        return redirect(followed.address)
    is_unknown = bool(typed) and followed is None
    page = render_template(
        "pages/follow.html",
        typed=typed,
        code=codes.show(codes.read(typed)),
        followed=followed,
        is_unknown=is_unknown,
        **(followed.values if followed else {}),
    )
    return page, 404 if is_unknown else 200


@bp.get("/accesibilidad")
def accessibility():
    page = render_template("pages/accessibility.html", reviewed_on=ACCESSIBILITY_REVIEWED_ON)
    return shared(page)


@bp.get("/como-se-calcula")
def method():
    return shared(render_template("pages/method.html"))


@bp.get("/politicas")
def policies():
    return shared(render_template("pages/policies.html"))


def entries() -> dict[int, list[Entry]]:
    """Number of an item of the official menu → the links under it today."""
    by_item: dict[int, list[Entry]] = {item.number: [] for item in official_menu.ITEMS}
    for row in registry.channels():
        for item in row.menu_items:
            by_item[item] += [Entry(card.name, card.url, card.state) for card in row.open_now()]
        by_item[row.menu_items[0]] += [Entry(card.name, card.url) for card in row.recent()]
    for feature in registry.features():
        for number, card in feature.menu():
            by_item[number].append(Entry(card.name, card.url, card.state))
    if cases.public_answers():
        by_item[6].append(Entry("Preguntas con respuesta", url_for("pages.answers")))
    by_item[8] += [
        Entry(f"Plan de acciones de mejora {year}", url_for("plan.board", ano=year))
        for year in plans.years()
    ]
    return by_item


def responsible(item: Item, board: Board | None) -> str:
    """The offices responsible for an item, as the plan names them."""
    line = board.line(item.task) if board else None
    return line.offices_text if line else ""
