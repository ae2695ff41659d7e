"""The example of the demo: a year of the city played through, and the present one under way.

Only the demo command calls this. It uses the same services as the pages, at the dates at which a
city would have used them (`participa.channels.example.play`).
"""

from flask_security import hash_password
from sqlalchemy import select

from participa.channels import registry
from participa.channels.example import play
from participa.core import clock
from participa.core.db import db
from participa.core.installation import Step, installation
from participa.core.ops import demonstration
from participa.core.ops.demonstration import BY
from participa.plan.reporting import example as plan_example
from participa.staff.accounts import create
from participa.staff.models import Account, Office, Role

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
    """Fill a migrated and empty database, or bring the lists of an earlier demo up to date.

    Raises Mixed where this is no demonstration.
    """
    demonstration.require_demo()
    if demonstration.has_begun():
        seed_lists()
        return
    with clock.stopped_at(min(plan_example.BEGINNING, clock.now())):
        demonstration.begin()
        seed_lists()
        accounts = {word: account_of(word) for word in ACCOUNTS}
        plan_example.import_plan(accounts["administrador"])
    play(
        [
            *plan_example.strands(accounts["responsable"], accounts["administrador"]),
            *(
                strand
                for row in registry.features()
                if row.example is not None
                for strand in row.example(accounts["editor"], accounts["administrador"])
            ),
        ]
    )


def seed_lists() -> None:
    """The rows that every installation begins with."""
    seeds: tuple[Step, ...] = installation().seeds
    for _, seed_rows in seeds:
        seed_rows()


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
