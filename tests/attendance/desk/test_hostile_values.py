"""Somebody sends the worst into every field of the desk, with an account and with a link."""

import pytest

from participa.attendance import queries
from tests.attacks import attack_one, forms_of
from tests.attendance import city
from tests.attendance.desk.devices import address_of, device, door_link, typed
from tests.house.test_hostile_values import unsafe

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("is_account", [True, False], ids=["account", "link"])
def test_nothing_that_is_typed_at_the_desk_breaks_it_or_comes_back_alive(app, staff, is_account):
    record = city.open_list(doors=["Puerta norte"], takes_exits=True, asks_contact=True)
    city.signed(record, document="1017123456", comes_now=False)
    visitor = staff("EDITOR") if is_account else device(app, door_link(record))
    address, met = address_of(record, is_account), set()
    page = typed(visitor, record, "perez", is_account)
    broken = []
    for place, form in enumerate(forms_of(address, page)):
        broken += attack_one(visitor, address, place, form, met)
    assert broken == []
    assert len(met) > 4
    for words in ("antes", "alert", "9999", "perez"):
        found = typed(visitor, record, words, is_account)
        assert (found.status_code, unsafe(found)) == (200, "")
    assert queries.on_list(record.id) >= 1
