"""The first account of an installation: never one that everybody knows."""

import re

import pytest

from participa.core.audit import AuditEntry
from participa.core.db import db
from participa.staff.cli import create_admin
from participa.staff.models import Account
from tests.staff.people import post

ASKED = ["--email", "Ana@ejemplo.org", "--name", "Ana Ríos"]
NEW = "tres tristes tigres en Belén"


@pytest.fixture
def run(app):
    return lambda typed: app.test_cli_runner().invoke(create_admin, ASKED, input=typed)


def test_a_fresh_installation_has_no_account(app):
    assert db.session.scalars(db.select(Account)).all() == []


def test_the_password_is_asked_twice_and_not_shown(run):
    done = run(f"{NEW}\n{NEW}\n")
    assert done.exit_code == 0, done.output
    assert NEW not in done.output
    ana = db.session.scalars(db.select(Account)).one()
    assert ana.email == "ana@ejemplo.org"
    assert ana.is_administrator
    assert ana.password.startswith("$argon2id$")


def test_without_a_password_a_link_is_printed(run, client):
    done = run("\n\n")
    assert done.exit_code == 0, done.output
    address = re.search(r"http://localhost(\S+)", done.output)[1]
    assert post(client, address, password=NEW, again=NEW).status_code == 302


def test_a_weak_password_makes_no_account(run):
    done = run("participa2026\nparticipa2026\n")
    assert done.exit_code == 1
    assert "Esa clave se puede adivinar" in done.output
    assert db.session.scalars(db.select(Account)).all() == []


def test_the_act_is_written_down(run):
    run(f"{NEW}\n{NEW}\n")
    entry = db.session.scalars(db.select(AuditEntry).filter_by(action="staff.account_created"))
    assert entry.one().actor == "create-admin"


def test_half_an_address_is_refused(app):
    half = ["--email", "ana", "--name", "Ana Ríos"]
    done = app.test_cli_runner().invoke(create_admin, half, input=f"{NEW}\n{NEW}\n")
    assert "Escriba un correo completo" in done.output
    assert done.exit_code == 1


def test_an_address_that_is_there_is_refused(run):
    run(f"{NEW}\n{NEW}\n")
    again = run(f"{NEW}\n{NEW}\n")
    assert again.exit_code == 1
    assert "Ya hay una cuenta con ese correo." in again.output
