import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wtforms import FileField, SelectChoice, SelectField, StringField
from wtforms.validators import Length

from participa.core import forms
from participa.core.errors import Refused


class Example(forms.Form):
    name = StringField("Nombre")
    kind = SelectField("Clase", choices=[SelectChoice("a", "A")])


class WithProof(Example):
    proof = FileField("Soporte")


class PublicExample(forms.PublicForm):
    name = StringField("Nombre", [Length(max=3, message="Use hasta 3 letras.")])
    kind = SelectField("Clase", choices=lambda: [SelectChoice("a", "A")])


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


def test_a_file_in_the_place_of_a_text_is_none(app):
    file = io.BytesIO(b"hola"), "a.txt"
    sent = {"name": file, "kind": "a", "proof": file}
    with app.test_request_context("/gestion/x", method="POST", data=sent):
        form = WithProof()
        assert (form.name.data, form.kind.data) == (None, "a")
        assert form.proof.data.filename == "a.txt"


@pytest.mark.parametrize(("field", "place"), [("name", "name"), ("", ""), ("unknown", "")])
def test_a_refusal_stands_beside_the_field_it_is_about(app, field, place):
    def refuse():
        raise Refused("Ese nombre ya está.", field)

    with app.test_request_context("/gestion/x", method="POST", data={"name": "Ana"}):
        form = Example()
        assert form.carries_out(refuse) is None
        assert (place, "Ese nombre ya está.") in form.problems
        assert form.name.data == "Ana"


def public(app, **sent):
    with app.test_request_context("/x", method="POST", data=sent):
        form = PublicExample("example")
        form.validate()
        return form


def test_what_one_person_sends_is_in_no_form_of_another(app):
    first = public(app, name="  Anastasia\u200b ", kind="z")
    assert first.name.data == "Anastasia"
    assert first.name.errors == ["Use hasta 3 letras."]
    assert first.kind.errors == ["Opción inválida."]
    first.kind.choices = [SelectChoice("z", "Z")]
    first.name.validators = ()
    second = public(app, name="Ana", kind="a")
    assert (second.name.data, second.kind.data) == ("Ana", "a")
    assert [*second.name.errors, *second.kind.errors] == []
    assert (first.name.data, first.kind.data) == ("Anastasia", "z")
    assert public(app, name="Anastasia", kind="z").name.errors == ["Use hasta 3 letras."]
    assert "Anastasia" not in repr([vars(field) for field in forms.BOUND.values()])
