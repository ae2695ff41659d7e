"""Command line: create an administrator account."""

import click
from flask.cli import with_appcontext

from participa.core.db import db
from participa.core.errors import Refused
from participa.core.ops import demonstration
from participa.staff import accounts, mails
from participa.staff.models import Role

ASK = "Clave (vacía: solo se imprime un enlace de invitación)"


@click.command("create-admin")
@click.option("--email", prompt="Correo", help="Correo de la persona.")
@click.option("--name", prompt="Nombre completo", help="Nombre de la persona.")
@with_appcontext
def create_admin(email: str, name: str) -> None:
    """Crea una cuenta que administra. Pide la clave dos veces, o imprime una invitación."""
    demonstration.refuse_mixture()
    password = click.prompt(
        ASK, default="", show_default=False, hide_input=True, confirmation_prompt="Otra vez"
    )
    try:
        account = accounts.create(email, name, Role.ADMINISTRATOR, "create-admin", None, password)
    except Refused as refusal:
        db.session.rollback()
        raise click.ClickException(str(refusal)) from None
    if not password:
        accounts.invite(account, by="create-admin")
    db.session.commit()
    click.echo(f"La cuenta de {account.email} quedó creada.")
    if not password:
        click.echo("Abra este enlace antes de 24 horas y escriba la clave:")
        click.echo(mails.invitation_link(account))
