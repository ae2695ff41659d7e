"""The public register: what everybody reads, and what stays inside until it is in force."""

from datetime import date
from io import BytesIO

import pytest
from werkzeug.datastructures import FileStorage

from participa.core import clock
from participa.core.db import db
from participa.core.files import files
from participa.formats import review
from participa.formats.models import VersionState
from tests.formats.builders import (
    NOT_NEEDED,
    REFERENCE,
    in_force,
    official,
    on_paper,
    twin,
    version,
)
from tests.plan.builders import csv_rows, xlsx_rows


@pytest.fixture
def stored(app):
    """A stored file, as an upload leaves it."""
    return files.store(FileStorage(BytesIO(b"Listado"), "listado.txt"), review.KINDS)


def test_without_formats_the_register_says_what_will_be_there(client):
    page = client.get("/formatos").text
    assert "Todavía no hay ninguno." in page
    assert "Volver al inicio" in page


def test_the_register_shows_its_denominators_and_why_something_does_not_apply(client, make):
    why = "La firman los responsables."
    make(in_force(applies_qr=True, twins=[twin()]))
    make(in_force("DE-FORC-016", applies_qr=False, applies_qr_reason=why, **NOT_NEEDED))
    make(official("DE-FORC-017", name="Encuesta de evaluación"))
    make(in_force("DE-FORC-018", versions=[version(state=VersionState.OBSOLETE)]))
    page = client.get("/formatos").text
    assert "2 formatos llevan variables y 1 no." in page
    assert "A 1 formato le aplica el código QR y a 1 no." in page
    assert "Por decidir: 1 formato. Mientras tanto no se da por cumplido." in page
    assert why in page
    assert 'href="/temas/7K3F2QXM"' in page
    assert "Ninguna aprobada" in page


def test_a_format_tells_its_versions_its_forms_and_what_the_linter_says(client, make):
    old = version(state=VersionState.OBSOLETE, obsolete_because="La reemplazó la versión 2.")
    new = version("2", state=VersionState.APPROVED, change_note="Letra más grande.")
    short = twin(variables=["territorio"])
    make(in_force(versions=[old, new], twins=[short], purpose="Elige temas."))
    page = client.get(f"/formatos/{REFERENCE}").text
    assert "Código: DE-FORC-012 · Versión: 2 · Vigencia: desde el 1 de marzo de 2024" in page
    assert "La reemplazó la versión 2." in page
    assert "Le faltan variables poblacionales y diferenciales." in page
    assert "Temas de 2024" in page


def test_why_a_format_needs_no_variables_is_public_with_its_day(client, make):
    make(in_force(needs_variables_on=date(2024, 3, 5), **NOT_NEEDED))
    page = client.get(f"/formatos/{REFERENCE}").text
    assert "Decidido el 5 de marzo de 2024." in page
    assert "La firman dos personas." in page


def test_a_version_that_is_to_come_says_its_first_day(client, make):
    make(in_force(versions=[on_paper(valid_from_on=date(2099, 12, 31))]))
    page = client.get(f"/formatos/{REFERENCE}").text
    assert "Rige desde el 31 de diciembre de 2099." in page
    assert "Código: DE-FORC-012 ·" not in page


def test_what_is_in_force_is_not_called_obsolete_before_the_next_one_begins(client, make):
    begins_on, facts = date(2099, 12, 31), {"obsolete_because": "La reemplazó la versión 2."}
    facts |= {"state": VersionState.OBSOLETE, "obsolete_at": clock.at_city(begins_on)}
    first, second = on_paper(**facts), on_paper("2", valid_from_on=begins_on)
    made = make(in_force(versions=[first, second]))
    page = client.get(f"/formatos/{REFERENCE}").text
    assert "Rige hasta que empiece la siguiente, el 31 de diciembre de 2099." in page
    assert "Obsoleto" not in page
    made.versions[1].state, made.versions[1].obsolete_at = VersionState.OBSOLETE, clock.now()
    db.session.commit()
    assert "No llegó a regir" in client.get(f"/formatos/{REFERENCE}").text


def test_what_is_in_preparation_is_said_and_not_shown(client, make, stored):
    draft = version("2", file=stored, change_note="Un secreto de la oficina.")
    made = make(in_force(versions=[version(state=VersionState.APPROVED), draft]))
    page = client.get(f"/formatos/{REFERENCE}").text
    assert "La versión 2 está en preparación." in page
    assert "Un secreto de la oficina." not in page
    hidden = made.versions[1].id
    assert client.get(f"/formatos/{REFERENCE}/versiones/{hidden}").status_code == 404


def test_the_file_of_a_version_in_force_is_for_everybody(client, make, stored):
    made = make(in_force(versions=[version(state=VersionState.APPROVED, file=stored)]))
    with client.get(f"/formatos/{REFERENCE}/versiones/{made.versions[0].id}") as file:
        assert file.data == b"Listado"
        assert "attachment" in file.headers["Content-Disposition"]
        assert "sandbox" in file.headers["Content-Security-Policy"]
    other = make(official("DE-FORC-099"))
    wrong = client.get(f"/formatos/{other.reference}/versiones/{made.versions[0].id}")
    assert wrong.status_code == 404


@pytest.mark.parametrize("path", ["NADA-1", "de-forc-012", "%00", "DE-FORC-012/versiones/9"])
def test_what_is_not_there_is_not_found(client, make, path):
    make(in_force())
    assert client.get(f"/formatos/{path}").status_code in {400, 404}


def test_the_register_is_a_file_too(client, make):
    facts = {"applies_qr": True, "twins": [twin()], "process": "Participación"}
    make(in_force(versions=[on_paper()], **facts))
    [row] = csv_rows(client, "/formatos.csv")
    assert (row["Código"], row["Versión"], row["Código QR"]) == (REFERENCE, "1", "Sí")
    assert row["Variables que lleva"] == "poblacionales, diferenciales y territoriales"
    assert row["Formulario digital"] == "http://localhost/temas/7K3F2QXM"
    assert xlsx_rows(client, "/formatos.xlsx")[1][0] == REFERENCE
    assert client.get("/formatos.json").status_code == 200
    assert client.get("/formatos.pdf").status_code == 404


def test_the_register_asks_the_same_however_many_formats(client, make, questions):
    make(in_force(twins=[twin()]))
    client.get("/formatos")
    before = len(questions)
    client.get("/formatos")
    few = len(questions) - before
    for number in range(20, 30):
        make(in_force(f"DE-FORC-0{number}", twins=[twin(number)]))
    before = len(questions)
    client.get("/formatos")
    assert len(questions) - before == few


def test_the_menu_of_the_law_has_no_register_while_there_is_none(client, make):
    assert "Formatos oficiales" not in client.get("/participa").text
    make(in_force())
    assert 'href="/formatos"' in client.get("/participa").text
    assert db.session.query(type(official())).count() == 1
