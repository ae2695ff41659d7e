"""A receipt that is typed into «Consultar mi radicado» leads to its page."""

from participa.attendance import withdrawals
from participa.attendance.models import Attendee
from participa.core import codes
from participa.core.db import db
from tests.attendance import city
from tests.attendance.desk.devices import address_of, device, door_link
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


EARLIER = "7K3F2QXM9TBC"  # twelve signs, as they were before there were sixteen


def test_what_was_printed_with_twelve_signs_goes_on_opening_its_pages(client, app):
    record = city.open_list()
    entry = db.session.get(Attendee, city.signed(record, document="43123456").attendee_id)
    entry.receipt, entry.certificate = EARLIER, EARLIER[::-1]
    db.session.commit()
    typed, certificate = codes.show(EARLIER).lower(), codes.show(EARLIER[::-1])
    for page in ("listo", "certificado", "mis-datos"):
        assert client.get(f"{path(record)}/{page}/{EARLIER}").status_code == 200
    answer = client.get("/radicado", query_string={"codigo": typed})
    assert answer.location == f"{path(record)}/listo/{EARLIER}"
    for address in (f"/constancia?codigo={certificate.lower()}", f"/radicado?codigo={certificate}"):
        assert "Constancia válida" in client.get(address, follow_redirects=True).text
    desk = device(app, door_link(record))
    scan = address_of(record, is_account=False)
    found = desk.post(scan, data={"scan": typed}, follow_redirects=True)
    assert "Ya está" in found.text
