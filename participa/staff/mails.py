"""Emails to staff accounts."""

from flask import current_app

from participa.core import links
from participa.core.jobs import mail
from participa.staff.models import Account
from participa.staff.signing_in import tokens
from participa.staff.signing_in.tokens import LinkPurpose

NOT_YOU = "Si usted no lo pidió, no haga nada: su clave sigue siendo la misma."


def invitation_link(account: Account) -> str:
    return _address("security.accept_invitation", tokens.issue(LinkPurpose.INVITATION, account))


def send_invitation(account: Account) -> None:
    body = (
        f"Hola, {account.name}.\n\n"
        f"Tiene una cuenta en participa con la función «{account.role.value}».\n"
        "Abra este enlace y escriba la clave que quiera usar. Sirve una vez, durante 24 horas:\n\n"
        f"{invitation_link(account)}\n\n"
        "Si el enlace ya no sirve, pida otra invitación a quien administra la plataforma.\n"
    )
    mail.send(account.email, "Su cuenta en participa", body)


def send_reset(account: Account) -> None:
    link = _address("security.reset_password", tokens.issue(LinkPurpose.RESET, account))
    body = (
        f"Hola, {account.name}.\n\n"
        "Abra este enlace y escriba una clave nueva. Sirve una vez, durante una hora:\n\n"
        f"{link}\n\n"
        f"{NOT_YOU}\n"
    )
    mail.send(account.email, "Cambie su clave de participa", body)


def send_password_changed(account: Account) -> None:
    body = (
        f"Hola, {account.name}.\n\n"
        "La clave de su cuenta en participa acaba de cambiar y las demás sesiones terminaron.\n"
        "Si no fue usted, avise ya a quien administra la plataforma y pida una clave nueva:\n\n"
        f"{_address('security.forgot_password')}\n"
    )
    mail.send(account.email, "Su clave de participa cambió", body)


def _address(endpoint: str, token: str = "") -> str:
    """The absolute URL of a page. Works without a request: commands and jobs send emails too."""
    adapter = current_app.url_map.bind("localhost")
    return links.absolute(adapter.build(endpoint, {"token": token} if token else {}))
