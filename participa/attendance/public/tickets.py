"""The ticket of somebody who registered before the day, and their arrival with it.

Its QR is the address of the ticket itself, which shows nothing about the person: the desk scans it,
and a stranger who does sees the event and a code.
"""

from urllib.parse import quote

from flask import render_template, url_for

from participa.attendance import sign_in, wording
from participa.attendance.models import Attendee, SignInWay
from participa.attendance.public import pages, receipts
from participa.attendance.public.forms import ArrivalForm
from participa.attendance.sign_in import Arrival, Identity
from participa.attendance.snapshots import ListSnapshot
from participa.core import clock, codes, links, qr, spanish
from participa.core.jobs import mail


def arrival(listed: ListSnapshot) -> Arrival:
    """Somebody comes now, by their own phone, through the door that the address names."""
    now, number = clock.now(), pages.door_number(listed)
    return Arrival(
        way=SignInWay.PHONE,
        at=now,
        session_id=sign_in.session_now(listed, now),
        door=listed.doors[number - 1] if number else "",
    )


def page(listed: ListSnapshot, entry: Attendee, form: ArrivalForm) -> str:
    address = address_of(listed, entry.receipt)
    return render_template(
        "attendance/ticket.html",
        entry=entry,
        form=form,
        picture=qr.svg(address, f"Código QR de su pase: {codes.show(entry.receipt)}"),
        reference=codes.show(entry.receipt),
        takes_arrival=receipts.takes_arrival(listed, entry),
        shut=wording.shut(listed),
        sentence=wording.instead(listed),
        whatsapp=whatsapp(listed, address),
        **pages.about(listed),
    )


def address_of(listed: ListSnapshot, receipt: str) -> str:
    return links.absolute(url_for("attendance.ticket", code=listed.code, receipt=receipt))


def whatsapp(listed: ListSnapshot, address: str) -> str:
    """A link with which people send the ticket to themselves or to whom they registered."""
    return f"https://wa.me/?text={quote(f'Pase para {listed.event_title}: {address}', safe='')}"


def mail_ticket(listed: ListSnapshot, identity: Identity, receipt: str) -> None:
    """Send the ticket to who left an address and authorised its use; where letters leave at all."""
    if not identity.email or not mail.is_configured():
        return
    body = (
        f"Usted se inscribió en «{listed.event_title}».\n\n"
        f"Cuándo: {listed.event_when}\nDónde: {listed.event_place}\n{spanish.HOURS}\n\n"
        f"Muestre este pase en la entrada: {address_of(listed, receipt)}\n"
        f"Su código: {codes.show(receipt)}\n\n"
        "Si no fue usted, no haga nada.\n"
    )
    mail.send(identity.email, f"Su pase para {listed.event_title}"[:200], body)
