"""A receipt that is typed into «Consultar mi radicado» leads to its page."""

from participa.attendance import withdrawals
from participa.core import codes
from participa.core.db import db
from tests.attendance import city
from tests.attendance.public.people import only_entry, path, sign


def test_a_typed_receipt_opens_its_page(client):
    record = city.open_list()
    sign(client, record)
    receipt = only_entry().receipt
    answer = client.get("/radicado", query_string={"codigo": codes.show(receipt).lower()})
    assert answer.location.endswith(f"{path(record)}/listo/{receipt}")


def test_nobody_finds_the_receipt_of_a_mistake(client):
    record = city.open_list()
    sign(client, record)
    entry = only_entry()
    receipt = entry.receipt
    withdrawals.withdraw(entry, "prueba")
    db.session.commit()
    assert client.get("/radicado", query_string={"codigo": receipt}).status_code == 404
    answer = client.get(f"{path(record)}/listo/{receipt}", follow_redirects=True)
    assert answer.status_code == 410
    assert "María" not in answer.text
