import dataclasses
from collections import Counter

import pytest
from flask import render_template_string

from participa.citizens import queries, service
from participa.citizens.queries import NoticeMissing
from participa.config import Entity
from participa.core.db import db

ENTITY = Entity(name="Alcaldía de Prueba")


@pytest.fixture
def notice(app):
    service.seed_notices()
    db.session.commit()
    return queries.current_notice("topics")


@pytest.fixture
def tell(notice):
    """So many persons hand in the same slip."""

    def tell(people, source_id=7, **answers):
        told = {key: codes.split() for key, codes in answers.items()} | {"sensitive_consent": ["y"]}
        for _ in range(people):
            service.record_slip("topics", source_id, told, notice, "web")

    return tell


def of(counted, key):
    return next(count for count in counted if count.key == key)


def test_before_the_first_notice_nobody_may_be_asked(app):
    """DAT-01, DAT-02"""
    with pytest.raises(NoticeMissing):
        queries.current_notice("topics")


def test_the_notice_is_remembered_for_a_minute_and_then_read_again(app, at, questions):
    """DAT-11"""
    at(2024, 9, 3, 14, 0)
    service.publish_notice("topics", ENTITY, by="prueba")
    db.session.commit()
    assert queries.current_notice("topics").number == 1
    del questions[:]
    assert queries.current_notice("topics").number == 1
    assert questions == []
    service.publish_notice("topics", dataclasses.replace(ENTITY, phone="123"), by="prueba")
    db.session.commit()
    at(2024, 9, 3, 14, 1)
    assert queries.current_notice("topics").number == 2


def test_who_answered_is_told_with_the_silent_and_the_unwilling_apart(tell):
    tell(8, curso_vida="JU")
    tell(20, curso_vida="AU")
    tell(6, curso_vida="NR")
    tell(9, estrato="3")
    (count,) = queries.counts("topics", 7, ids=["curso_vida"])
    assert dict(count.options)["18 a 28 años (juventud)"] == 8
    assert dict(count.options)["29 a 59 años (adultez)"] == 20
    assert count.prefer_not == 6
    assert count.no_answer == 9
    assert count.rows[-2:] == [("Prefiere no responder", 6), ("Sin respuesta", 9)]


def test_whoever_handed_in_no_slip_counts_as_silent(tell):
    tell(8, curso_vida="JU")
    (count,) = queries.counts("topics", 7, ids=["curso_vida"], people=30)
    assert count.no_answer == 22


def test_a_small_group_is_hidden_and_so_is_what_would_give_it_away(tell):
    """NET-07, design rule 8"""
    tell(3, pertenencia_etnica="1")
    tell(7, pertenencia_etnica="5")
    tell(40, pertenencia_etnica="6")
    (count,) = queries.counts("topics", 7)
    told = dict(count.options)
    assert told["Indígena"] is None
    assert told["Negro(a), mulato(a), afrodescendiente, afrocolombiano(a)"] is None
    assert told["Ningún grupo étnico"] == 40


def test_options_that_go_together_are_counted_by_person(tell):
    tell(6, discapacidad="VI AU")
    tell(6, discapacidad="VI")
    tell(2, discapacidad="FI VI")
    tell(30, discapacidad="0")
    (count,) = queries.counts("topics", 7)
    told = dict(count.options)
    assert count.takes_several
    assert (told["No"], told["Visual"], told["Auditiva"]) == (30, 14, 6)
    assert told["Física"] is None
    assert "Prefiero no responder" not in told


def test_what_the_answers_of_a_few_persons_say_is_not_told_at_all(tell):
    tell(4, curso_vida="JU", discapacidad="VI")
    for count in queries.counts("topics", 7):
        assert count.is_hidden
        assert count.sentence == "No se muestra, para no señalar a nadie."


def test_a_variable_derived_from_another_is_not_told_beside_it(tell):
    """Comunas and zones add up to one another."""
    tell(9, territorio="01", zona="U")
    assert [count.key for count in queries.counts("topics", 7)] == ["territorio"]
    assert [count.key for count in queries.counts("topics", 7, ids=["zona"])] == ["zona"]


def test_other_forms_and_words_beside_other_are_not_counted(tell, notice):
    tell(9, source_id=8, curso_vida="JU")
    told = {"grupo_interes": ["OTR"], "grupo_interes.text": ["x"], "sensitive_consent": ["y"]}
    service.record_slip("topics", 7, told, notice, "web")
    keys = Counter(key for key, _ in queries.unprotected_tally("topics", 7))
    assert set(keys) == {"", "grupo_interes"}


def test_a_matrix_is_told_row_by_row(tell):
    service_key = "dificultades_wg.P1906S3"
    tell(9, **{service_key: "2"})
    counted = queries.counts("topics", 7)
    assert len(counted) == 8
    assert dict(of(counted, service_key).options)["Sí, con mucha dificultad"] == 9


def test_counting_asks_the_database_twice_however_many_answered(tell, questions):
    tell(30, curso_vida="JU", estrato="3")
    del questions[:]
    queries.counts("topics", 7)
    assert len(questions) == 2


def test_the_results_page_draws_who_answered_and_says_what_it_hides(app, tell):
    tell(12, curso_vida="JU", discapacidad="VI")
    tell(9, curso_vida="PM")
    tell(3, pertenencia_etnica="1")
    draw = '{% from "citizens/_who_answered.html" import who_answered %}{{ who_answered(told, 5) }}'
    with app.test_request_context("/"):
        page = render_template_string(draw, told=queries.counts("topics", 7))
    assert "¿En qué rango de edad está?" in page
    assert "18 a 28 años (juventud) (12 personas)" in page
    assert "Sin respuesta" in page
    assert "menos de 5 personas" in page
    assert "Una persona pudo marcar varias opciones." in page
    with app.test_request_context("/"):
        assert "no preguntó" in render_template_string(draw, told=())
