"""The pages that a device keeps for when there is no signal. Nothing in them is of a person."""

from typing import Any

from flask import render_template, request, url_for
from werkzeug.datastructures import MultiDict

from participa.attendance import device_tokens
from participa.attendance.device_tokens import Device
from participa.attendance.public import pages
from participa.attendance.public.forms import sign_form
from participa.attendance.snapshots import ListSnapshot


def for_phones(listed: ListSnapshot) -> str:
    """The page that every phone keeps; its token came with the page of the list."""
    page: str | None = listed.rendered.get("no_signal")
    if page is None:
        keep = url_for("attendance_offline.no_signal", code=listed.code)
        page = _page("attendance_offline/no_signal.html", listed, where="este teléfono", keep=keep)
        listed.rendered["no_signal"] = page
    return page


def for_device(
    template: str, listed: ListSnapshot, device: Device, token: str, door: str, **more: Any
) -> str:
    """The page of a device of the city, with its token."""
    facts = {"token": token, "key": device_tokens.key_of(token), "keep": request.full_path}
    return _page(template, listed, of_city=device, door=door, **facts, **more)


def _page(template: str, listed: ListSnapshot, **more: Any) -> str:
    form = sign_form(listed, MultiDict(), needs_screen=False)
    # Each entry gets an id of its own on the device.
    form.submission.data = ""
    form.rendering, form.address = "", url_for("attendance.sign", code=listed.code)
    values = {"of_city": None, "door": "", "saved": "attendance_offline/_saved.html"}
    return render_template(
        template,
        form=form,
        is_before=False,
        verb="Firmar",
        promises=pages.promises_of(listed),
        **pages.about(listed) | values | more,
    )
