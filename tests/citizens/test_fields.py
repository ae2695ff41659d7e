import pytest
from flask import render_template_string
from werkzeug.datastructures import MultiDict

from participa.citizens import fields, variables
from participa.citizens.fields import answers, population_form
from tests.visitor import Page

DRAW = '{% from "citizens/_population.html" import population %}{{ population(form) }}'


def filled(*pairs, ids=variables.DEFAULT):
    return population_form(ids)(MultiDict(pairs))


def drawn(app, form):
    with app.test_request_context("/"):
        return render_template_string(f"<h1>x</h1>{DRAW}", form=form)


def test_a_form_with_everything_blank_is_complete():
    """DAT-05, DAT-06"""
    form = filled()
    assert form.validate()
    assert answers(form) == {}
    assert form.problems == []


def test_only_what_was_answered_is_kept():
    form = filled(("v_curso_vida", "JU"), ("v_campesino", ""), ("v_territorio", "90"))
    assert form.validate()
    assert answers(form) == {"curso_vida": ["JU"], "territorio": ["90"]}


def test_sensitive_answers_without_the_tick_come_back_with_everything_marked():
    """DAT-05: an express consent of their own."""
    form = filled(("v_pertenencia_etnica", "1"), ("v_curso_vida", "JU"))
    assert not form.validate()
    assert form.problems == [
        ("sensitive_consent", "Marque la autorización o deje en blanco estas preguntas.")
    ]
    assert form["v_pertenencia_etnica"].data == ["1"]
    assert form["v_curso_vida"].data == ["JU"]


def test_with_the_tick_they_are_kept_and_the_consent_travels_with_them():
    form = filled(("v_pertenencia_etnica", "1"), ("sensitive_consent", "y"))
    assert form.validate()
    assert answers(form) == {"pertenencia_etnica": ["1"], "sensitive_consent": ["y"]}


def test_preferring_not_to_answer_needs_no_consent():
    form = filled(("v_pertenencia_etnica", "NR"), ("v_discapacidad", "NR"))
    assert form.validate()
    assert answers(form) == {"pertenencia_etnica": ["NR"], "discapacidad": ["NR"]}


def test_a_tick_without_sensitive_answers_authorises_nothing():
    form = filled(("sensitive_consent", "y"), ("v_curso_vida", "JU"))
    assert form.validate()
    assert answers(form) == {"curso_vida": ["JU"]}


def test_no_consent_is_ever_ticked_beforehand(app):
    """DAT-01: silence is not consent, and neither is what the program proposes."""
    form = population_form(variables.DEFAULT)(data={"sensitive_consent": True})
    assert form.sensitive_consent.data is False
    assert " checked" not in drawn(app, form)
    ticks = fields.consent_ticks((("contact", "Autorizo"),))(data={"c_contact": True})
    assert fields.accepted(ticks) == ()


def test_each_purpose_has_its_own_tick_and_refusing_one_blocks_nothing():
    """DAT-03"""
    ticks = fields.consent_ticks((("attendance", "A"), ("contact", "C"), ("image", "F")))
    form = ticks(MultiDict({"c_attendance": "y"}))
    assert form.validate()
    assert fields.accepted(form) == ("attendance",)
    assert ticks(MultiDict()).validate()


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ([("v_curso_vida", "XX")], "Elija una de las opciones de la lista, o deje en blanco."),
        (
            [("v_curso_vida", "JU"), ("v_curso_vida", "PM")],
            "Elija una sola opción, o deje en blanco.",
        ),
        (
            [("v_discapacidad", "0"), ("v_discapacidad", "VI"), ("sensitive_consent", "y")],
            "Marque «No» sola, o quítela y deje las otras.",
        ),
        (
            [
                ("v_identidad_genero", "5"),
                ("v_identidad_genero_text", "x" * 81),
                ("sensitive_consent", "y"),
            ],
            "Use hasta 80 letras.",
        ),
    ],
    ids=["unknown option", "two of one", "no and yes", "too long"],
)
def test_what_cannot_be_read_comes_back_with_how_to_repair_it(sent, sentence):
    form = filled(*sent)
    assert not form.validate()
    assert [text for _, text in form.problems] == [sentence]


def test_the_same_answer_twice_counts_once():
    form = filled(("v_discapacidad", "VI"), ("v_discapacidad", "VI"), ("sensitive_consent", "y"))
    assert form.validate()
    assert answers(form)["discapacidad"] == ["VI"]


def test_a_word_beside_other_is_kept_only_with_other():
    word = ("v_identidad_genero_text", "  muxe\u202e ")
    tick = ("sensitive_consent", "y")
    kept = filled(word, tick, ("v_identidad_genero", "5"))
    assert kept.validate()
    assert answers(kept)["identidad_genero.text"] == ["muxe"]
    alone = filled(word, tick, ("v_identidad_genero", "2"))
    assert alone.validate()
    assert "identidad_genero.text" not in answers(alone)


def test_a_matrix_is_answered_row_by_row():
    form = filled(
        ("v_dificultades_wg_P1906S3", "2"), ("sensitive_consent", "y"), ids=("dificultades_wg",)
    )
    assert form.validate()
    assert answers(form) == {"dificultades_wg.P1906S3": ["2"], "sensitive_consent": ["y"]}


def test_the_class_is_made_once():
    ids = ("curso_vida", "campesino")
    assert population_form(ids) is population_form(list(ids))
    assert "csrf_token" not in population_form(ids)()


def test_the_page_says_why_and_that_nobody_is_obliged(app):
    """DAT-05, DAT-12: what is sensitive stands apart, with its purpose and its own consent."""
    page = drawn(app, population_form(tuple(variables.VARIABLES))())
    plain, _, sensitive = page.partition("<section")
    assert page.count("¿Por qué preguntamos esto?") == len(variables.VARIABLES)
    assert "No está obligado(a) a responder." in sensitive
    assert "«Pertenencia étnica»" in sensitive
    assert 'name="v_pertenencia_etnica"' in sensitive
    assert 'name="v_pertenencia_etnica"' not in plain
    assert 'name="sensitive_consent"' in sensitive
    assert plain.index("v_curso_vida") < plain.index("v_campesino")
    assert " required" not in page
    found = Page(f"<html lang='es'><title>x</title>{page}</html>")
    assert list(found.problems()) == []


def test_a_block_without_sensitive_questions_has_no_sensitive_section(app):
    page = drawn(app, population_form(("curso_vida", "estrato"))())
    assert "obligado" not in page
    assert "sensitive_consent" not in page


def test_a_rejected_block_shows_everything_typed_again(app):
    form = filled(
        ("v_discapacidad", "VI"),
        ("v_discapacidad", "AU"),
        ("v_territorio", "90"),
        ("v_identidad_genero", "5"),
        ("v_identidad_genero_text", '"><script>alert(1)</script>'),
    )
    assert not form.validate()
    page = drawn(app, form)
    assert page.count(" checked") == 3
    assert '<option value="90" selected>' in page
    assert "<script>" not in page
    assert "&lt;script&gt;" in page
    assert "Marque la autorización" in page


@pytest.mark.parametrize(
    ("age", "minor", "adult"),
    [
        (["PI"], True, False),
        (["IN"], True, False),
        (["AD"], True, False),
        (["JU"], False, True),
        (["PM"], False, True),
        (["NR"], False, False),
        ([], False, False),
    ],
    ids=["0-5", "6-11", "12-17", "18-28", "60+", "prefers not", "blank"],
)
def test_only_somebody_who_says_to_be_18_may_be_named(age, minor, adult):
    """DAT-07: age range first; under 18, nothing that identifies."""
    told = {"curso_vida": age}
    assert fields.is_minor(told) is minor
    assert fields.may_identify(told) is adult
    values = {"name": "Ana", "document": "123", "email": "a@b.co", "phone": "300", "topic": 4}
    kept = fields.without_identity(values, told)
    assert kept == (values if adult else {"topic": 4})


def test_all_eighteen_and_older_are_adults():
    assert {"JU", "AU", "PM"} == fields.ADULTS
