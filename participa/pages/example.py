"""The example data of the demo: the city's plan, an account per role, examples of each channel.

Only the demo command calls this. It uses the same services as the pages.
"""

from flask_security import hash_password
from sqlalchemy import select

from participa.channels import registry
from participa.core.db import db
from participa.core.installation import Step, installation
from participa.plan import queries as plans
from participa.plan.importing import importing
from participa.staff.accounts import create
from participa.staff.models import Account, Office, Role

BY = "participa demo"
LEAD_OFFICE = "dap"
ACCOUNTS = {
    "lectura": (Role.READER, "Lina Lectura"),
    "puerta": (Role.DOOR, "Pedro Puerta"),
    "editor": (Role.EDITOR, "Elena Editora"),
    "responsable": (Role.RESPONSIBLE, "Rosa Responsable"),
    "administrador": (Role.ADMINISTRATOR, "Adela Administradora"),
}


def email_of(word: str) -> str:
    return f"{word}@ejemplo.org"


def seed() -> None:
    """Fill a migrated database; rows that exist already are not changed."""
    seeds: tuple[Step, ...] = installation().seeds
    for _, seed_rows in seeds:
        seed_rows()
    if plans.plan_of(importing.SEED_YEAR) is None:
        received = importing.receive(importing.SEED.name, importing.SEED.read_bytes(), BY)
        importing.apply(received, BY)
    accounts = {word: account_of(word) for word in ACCOUNTS}
    for channel in registry.channels():
        if channel.example is not None:
            channel.example(accounts["editor"], accounts["administrador"])


def account_of(word: str) -> Account:
    account = db.session.scalar(select(Account).filter_by(email=email_of(word)))
    if account is not None:
        return account
    role, name = ACCOUNTS[word]
    office = db.session.scalars(select(Office).filter_by(slug=LEAD_OFFICE)).one()
    return create(email_of(word), name, role, BY, office if role is Role.RESPONSIBLE else None)


def set_password(password: str) -> None:
    """Set the password of every example account, which the demo prints at its start."""
    hashed = hash_password(password)
    for word in ACCOUNTS:
        account_of(word).password = hashed
