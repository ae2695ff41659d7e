"""Letters to who left a mail address: that something happened, and never what was said."""

from participa.core import codes, links
from participa.core.errors import Refused
from participa.core.jobs import mail
from participa.listening.models import Contribution

PATH = "/escuchaderos/mi-aporte"  # a worker outside any request writes letters too
COME_BACK = (
    "Para verlo, abra esta página y escriba su radicado y el código secreto que guardó:\n{address}"
)
NO_REPLY = "Este correo no repite lo que usted contó. No responda a este mensaje."


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
