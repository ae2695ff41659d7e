"""Before somebody sends what was answered already, the answer is offered."""

from participa.cases.themes import topics
from participa.core.db import db
from participa.listening.answers import publication, similar
from tests.listening.answers.builders import official, published

ONE, OTHER = topics()[:2]


def texts(*typed: str) -> list[str]:
    return [case.public_text for case in similar.similar_answers(*typed)]


def test_another_way_to_ask_the_same_is_found(app):
    published("El alumbrado público del parque de Belén está dañado.")
    published("¿Cuándo abre la piscina de Aranjuez?")
    found = texts("En el parque Belén hace un mes se daño el alumbrado y nadie lo arregla")
    assert found == ["El alumbrado público del parque de Belén está dañado."]
    assert texts("Quiero felicitar a la profesora") == []


def test_a_word_alone_or_nothing_offers_nothing(app):
    published("El alumbrado público del parque de Belén está dañado.")
    assert texts("alumbrado") == texts("") == texts("¿que es de la y por?") == []


def test_at_most_three_and_those_of_the_topic_before(app):
    for place in range(4):
        published(f"Falta agua potable en la vereda Mazo, sector {place}.", topic=OTHER)
    published("Falta agua potable en la vereda Mazo, sector alto.", topic=ONE)
    found = texts("No hay agua potable en la vereda Mazo", ONE)
    assert len(found) == 3
    assert found[0].endswith("sector alto.")


def test_what_was_hidden_is_offered_no_more(app):
    made = published("El alumbrado público del parque de Belén está dañado.")
    assert len(texts("alumbrado público del parque de Belén")) == 1
    publication.hide(made, official())
    db.session.commit()
    assert texts("alumbrado público del parque de Belén") == []


def test_the_suggestion_asks_the_database_twice_however_many_answers(app, questions):
    for place in range(5):
        published(f"Falta agua potable en la vereda Mazo, sector {place}.")
    texts("agua potable en la vereda Mazo")
    db.session.rollback()
    before = len(questions)
    texts("agua potable en la vereda Mazo")
    assert len(questions) - before <= 3
