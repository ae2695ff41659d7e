import dataclasses
import json

import pytest

from participa.citizens import territories, variables
from participa.citizens.variables import (
    VARIABLES,
    InvalidDefinition,
    RequiredRefused,
    VariableKind,
)

SEED = json.loads((variables.FOLDER / "population-variables.json").read_text("utf-8"))
SENSITIVE = [variable.id for variable in VARIABLES.values() if variable.is_sensitive]


def told(**changes):
    return SEED["variables"][0] | changes


def test_age_is_asked_first_and_sensitive_questions_last():
    """DAT-07, DAT-05"""
    ids = list(VARIABLES)
    assert ids[0] == "curso_vida"
    assert ids[-len(SENSITIVE) :] == SENSITIVE
    assert variables.in_order(["pertenencia_etnica", "curso_vida"])[0].id == "curso_vida"


def test_every_variable_of_the_seed_is_offered_with_a_way_out_and_a_reason():
    """DAT-05, DAT-12"""
    assert set(VARIABLES) == {told["id"] for told in SEED["variables"]}
    for variable in VARIABLES.values():
        codes = [option.code for option in variable.options]
        assert codes.count("NR") == 1, variable.id
        assert "NR" in variable.exclusive, variable.id
        longest = max(len(sentence.split()) for sentence in variable.why.split(". "))
        assert 0 < longest <= 20, variable.id


def test_what_prepares_a_meeting_is_asked_only_where_there_is_one():
    """DAT-12"""
    assert VARIABLES["apoyos_accesibilidad"].serves_the_event
    assert "apoyos_accesibilidad" not in variables.DEFAULT
    assert {"curso_vida", "discapacidad"} <= set(variables.DEFAULT)


def test_the_law_decides_what_is_sensitive():
    """DAT-05: ethnicity, health, sexual life, and what is treated as such."""
    assert {"pertenencia_etnica", "discapacidad", "victima_conflicto", "grupo_interes"} <= set(
        SENSITIVE
    )
    assert not {"curso_vida", "territorio", "estrato"} & set(SENSITIVE)


def test_the_comuna_is_asked_with_the_codes_of_every_channel():
    codes = [option.code for option in VARIABLES["territorio"].options]
    assert codes == list(territories.TERRITORIES)


def test_no_disability_excludes_the_others():
    assert set(VARIABLES["discapacidad"].exclusive) == {"0", "NR"}


def test_other_which_one_always_leaves_room_for_a_word():
    assert VARIABLES["identidad_genero"].free_text_on == "5"
    assert VARIABLES["apoyos_accesibilidad"].free_text_on == "OTR"
    assert VARIABLES["grupo_interes"].free_text_on == "OTR"
    assert VARIABLES["estrato"].free_text_on is None


@pytest.mark.parametrize(
    "changes",
    [
        {"required": True},
        {"options": [{"code": "1", "label": "Sí"}]},
        {"options": told()["options"] * 2},
        {"exclusive": ["9"]},
        {"kind": "matrix"},
        {"rows": [{"code": "r", "label": "Ver"}]},
    ],
    ids=["required", "no way out", "repeated", "strange exclusive", "no rows", "rows"],
)
def test_a_definition_that_breaks_a_rule_is_not_read(changes):
    """DAT-06"""
    with pytest.raises(InvalidDefinition):
        variables.define(told(**changes), "Porque sí.")


def test_a_definition_without_a_reason_is_not_read():
    """DAT-12"""
    with pytest.raises(InvalidDefinition):
        variables.define(told(), "")


@pytest.mark.parametrize("id", SENSITIVE)
def test_a_form_that_forces_a_sensitive_answer_is_refused(id):
    """DAT-06"""
    with pytest.raises(RequiredRefused, match="sensible"):
        variables.check_form(asked=[id], required=[id])


def test_no_form_forces_any_other_variable_either():
    with pytest.raises(RequiredRefused, match="opcional"):
        variables.check_form(asked=["curso_vida"], required=["curso_vida"])
    with pytest.raises(RequiredRefused, match="no existen"):
        variables.check_form(asked=["color_favorito"])
    assert variables.check_form(asked=variables.DEFAULT) is None


def test_the_version_moves_when_a_question_or_an_option_moves():
    block = list(VARIABLES.values())
    assert variables.fingerprint(block) == variables.VERSION
    first = block[0]
    for change in ({"question": "¿Cuántos años tiene?"}, {"options": first.options[1:]}):
        moved = [dataclasses.replace(first, **change), *block[1:]]
        assert variables.fingerprint(moved) != variables.VERSION
    better_reason = [dataclasses.replace(first, why="Otra razón."), *block[1:]]
    assert variables.fingerprint(better_reason) == variables.VERSION


def test_a_matrix_keeps_one_answer_for_each_row():
    matrix = VARIABLES["dificultades_wg"]
    assert matrix.kind is VariableKind.MATRIX
    assert next(key for key, _ in matrix.keys) == "dificultades_wg.P1906S1"
    assert len(matrix.keys) == 8
    assert variables.variable_of("dificultades_wg.P1906S1") is matrix


def test_preferring_not_to_answer_tells_nothing():
    assert not variables.discloses("estrato", ["NR"])
    assert variables.discloses("estrato", ["3"])
    assert not variables.discloses("identidad_genero.text", ["algo"])
