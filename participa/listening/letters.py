"""Letters to who left a mail address: that something happened, and never what was said."""

from sqlalchemy import func, select

from participa.core import codes, links
from participa.core.db import db
from participa.core.errors import Refused
from participa.core.jobs import mail
from participa.listening.models import Contribution

PATH = "/escuchaderos/mi-aporte"  # a worker outside any request writes letters too
MOST_A_DAY = 3
WAS_IT_SOLVED = "Lea la respuesta y diga si quedó resuelto."
COME_BACK = (
    "Para verlo, abra esta página y escriba su radicado y el código secreto que guardó:\n{address}"
)
NO_REPLY = "Este correo no repite lo que usted contó. No responda a este mensaje."


def acknowledge(contribution: Contribution, news: str) -> None:
    """The first letter about it. A form is not to fill somebody's mailbox: few a day go there."""
    today = select(func.count(Contribution.case_id)).where(
        Contribution.email_digest == contribution.email_digest,
        Contribution.received_on == contribution.received_on,
    )
    if (db.session.scalar(today) or 0) <= MOST_A_DAY:
        tell(contribution, news)


def tell(contribution: Contribution, news: str) -> bool:
    """Write that something happened, in a sentence without personal data; False without an address.

    An address that was typed wrong stops nothing: the person finds the news on their page.
    """
    if not contribution.contact_email:
        return False
    number = codes.show(contribution.receipt)
    page = links.absolute(PATH)
    body = f"{news}\n\nRadicado: {number}\n\n{COME_BACK.format(address=page)}\n\n{NO_REPLY}\n"
    try:
        mail.send(contribution.contact_email, f"Su aporte {number}", body)
    except Refused:
        return False
    return True
