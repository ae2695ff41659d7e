import pytest
from hypothesis import given
from hypothesis import strategies as st
from wtforms import SelectChoice, SelectField, StringField

from participa.core import forms
from participa.core.errors import Refused


class Example(forms.Form):
    name = StringField("Nombre")
    kind = SelectField("Clase", choices=[SelectChoice("a", "A")])


@given(st.text())
def test_what_people_type_keeps_no_control_or_direction_signs(text):
    kept = forms.clean(text)
    assert forms.clean(kept) == kept == kept.strip()
    assert not forms.CONTROL.search(kept)


def test_a_form_that_worded_no_message_still_answers_in_spanish(app):
    with app.test_request_context("/gestion/x", method="POST", data={"kind": "z"}):
        form = Example()
        assert not form.validate()
        assert form.kind.errors == ["Opción inválida."]
        assert form.status == 422


@pytest.mark.parametrize(("field", "place"), [("name", "name"), ("", ""), ("unknown", "")])
def test_a_refusal_stands_beside_the_field_it_is_about(app, field, place):
    def refuse():
        raise Refused("Ese nombre ya está.", field)

    with app.test_request_context("/gestion/x", method="POST", data={"name": "Ana"}):
        form = Example()
        assert form.carries_out(refuse) is None
        assert (place, "Ese nombre ya está.") in form.problems
        assert form.name.data == "Ana"
