"""The page with which people sign: rendered once per version, and completed for each request.

The opening of the form alone is different each time: its name, address, token and permit
(core/web/precompressed_page.py).
"""

from typing import Any

from flask import Response, render_template, request, url_for

from participa.attendance import device_tokens, queries, wording
from participa.attendance.models import SignInWay
from participa.attendance.public import presence_codes, promises
from participa.attendance.public.forms import SignForm, sign_form
from participa.attendance.snapshots import ListSnapshot
from participa.channels.flow import ADDRESS_PLACE, NAME_PLACE, TOKEN_PLACE
from participa.channels.phases import Phase
from participa.citizens.variables import VARIABLES
from participa.core import links, submissions
from participa.core.installation import installation
from participa.core.web import assets, security, showings
from participa.core.web.precompressed_page import SEAM, Pieces, cut

PAGE = "attendance/sign.html"
# Beside those of channels.flow: the permit, and what the device takes along for lack of signal.
PERMIT_PLACE, DEVICE_PLACE, KEY_PLACE = "\x1b", "\x1a", "\x19"

# The page keeps working without a signal, and brings its icon along.
WITH_ICON = {
    "Content-Security-Policy": security.WITH_WORKER["Content-Security-Policy"].replace(
        "img-src 'self'", "img-src 'self' data:"
    )
}


def registers(listed: ListSnapshot) -> bool:
    """Whether people can write themselves down now, before the day."""
    return listed.takes_registrations and listed.phase is Phase.SCHEDULED


def purpose_of(listed: ListSnapshot) -> str:
    """A form opened before the day of the event has another token and proves no attendance."""
    return before(listed) if registers(listed) else listed.purpose


def before(listed: ListSnapshot) -> str:
    return f"{listed.purpose}:before"


def form_for(listed: ListSnapshot) -> SignForm:
    needs_screen = listed.has_rotating_code and not registers(listed)
    return sign_form(listed, purpose=purpose_of(listed), needs_screen=needs_screen)


def fresh(listed: ListSnapshot, permit: str = "") -> Response:
    """The empty form."""
    purpose, is_full = purpose_of(listed), has_no_room(listed)
    key = f"{purpose} {is_full}"
    pieces: Pieces | None = listed.rendered.get(key)
    if pieces is None:
        form = form_for(listed)
        form.submission.data = TOKEN_PLACE
        form.rendering, form.address = NAME_PLACE, ADDRESS_PLACE
        if form.needs_screen:
            form.permit.data = PERMIT_PLACE
        device = None if registers(listed) else (DEVICE_PLACE, KEY_PLACE)
        drawn = form_page(
            listed, form, seam=SEAM, is_full=is_full, device=device, site_icon=assets.inline_icon()
        )
        pieces = listed.rendered[key] = cut(drawn)
    device_token = device_tokens.issue(listed.code, SignInWay.PHONE)
    own = {
        PERMIT_PLACE: permit,
        DEVICE_PLACE: device_token,
        KEY_PLACE: device_tokens.key_of(device_token),
        TOKEN_PLACE: submissions.issue(purpose),
        NAME_PLACE: showings.new(),
        ADDRESS_PLACE: showings.address(showings.current()),
    }
    page = pieces.page(own, list)
    page.headers.update(WITH_ICON)
    return page


def has_no_room(listed: ListSnapshot) -> bool:
    return listed.capacity is not None and queries.on_list(listed.id) >= listed.capacity


def form_page(listed: ListSnapshot, form: SignForm, template: str = PAGE, **more: Any) -> str:
    is_before = registers(listed)
    return render_template(
        template,
        part="attendance/_form.html",
        form=form,
        is_before=is_before,
        verb="Inscribirme" if is_before else "Firmar",
        promises=promises_of(listed),
        **about(listed),
        **more,
    )


def screen_code_page(listed: ListSnapshot) -> str:
    """Asks for the code of the screen, also when the scanned one is no longer shown there."""
    return render_template(
        PAGE,
        part="attendance/_screen_code.html",
        heading="Escanee el código de la pantalla",
        is_late=bool(request.args.get(links.SEEN)),
        expired=presence_codes.EXPIRED,
        **about(listed),
    )


def shut(listed: ListSnapshot, heading: str, sentence: str = "") -> str:
    return render_template(
        PAGE,
        part="attendance/_shut.html",
        heading=heading,
        sentence=sentence or wording.instead(listed),
        **about(listed),
    )


def about(listed: ListSnapshot) -> dict[str, Any]:
    """Template values of every page of a list; the summary describes shared links (NET-04).

    `door` and `next_sheet` let who goes on from here sign at the door where they are.
    """
    path, door = url_for("attendance.sign", code=listed.code), door_number(listed)
    return {
        "listed": listed,
        "when": wording.event_when(listed),
        "summary": wording.summary(listed),
        "address": links.absolute(path),
        "door": door,
        "next_sheet": sheet_at(listed, door),
    }


def door_number(listed: ListSnapshot) -> int | None:
    """The number of the door that the address names; None without one that the list has."""
    typed = request.args.get(links.PLACE, "")
    number = int(typed) if typed.isdecimal() and len(typed) < 4 else 0
    return number if 0 < number <= len(listed.doors) else None


def sheet_at(listed: ListSnapshot, door: int | None) -> str:
    """The address of an empty form, which names the door."""
    return url_for("attendance.sign", code=listed.code, puerta=door)


def promises_of(listed: ListSnapshot) -> tuple[promises.Promise, ...]:
    return promises.promises_of(
        asks_variables=bool(listed.variables),
        asks_sensitive=any(VARIABLES[id].is_sensitive for id in listed.variables),
        asks_contact=listed.asks_contact,
        asks_image=listed.asks_image,
        has_rotating_code=listed.has_rotating_code,
        small_cell=installation().settings.small_cell,
    )
