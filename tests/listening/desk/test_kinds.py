"""What a text is likely to be in law, by its words; whoever asks is never called an opinion."""

import pytest

from participa.cases.models import CaseKind
from participa.listening.danger import MOST_WORDS, risk_words
from participa.listening.desk.kinds import suggested

K = CaseKind
OPINION, ANSWER = False, True
# What people write, whether they chose to be answered, and what it is.
SAID = (
    ("Me parece que la audiencia estuvo muy larga.", OPINION, K.OPINION),
    ("Los encuentros del barrio han sido interesantes.", OPINION, K.OPINION),
    ("Solo quiero opinar, no pido nada: el parque quedó bonito.", OPINION, K.OPINION),
    ("No les solicito nada, el mercado campesino es lo mejor del año.", OPINION, K.OPINION),
    ("Muchas gracias por arreglar la cancha, excelente labor.", OPINION, K.PRAISE),
    ("Felicito al equipo de la biblioteca por su atención.", OPINION, K.PRAISE),
    ("Sería bueno que las audiencias fueran los sábados.", OPINION, K.SUGGESTION),
    ("Sugiero más sombra en las paradas de bus.", OPINION, K.SUGGESTION),
    ("La Alcaldía debería sembrar más árboles.", OPINION, K.SUGGESTION),
    ("Arreglen el andén de la calle 50, que se caen los abuelos.", OPINION, K.GENERAL),
    ("Por favor pongan un semáforo frente al colegio.", OPINION, K.GENERAL),
    ("¿Cuándo van a terminar el puente de la 44?", OPINION, K.GENERAL),
    ("En la vereda hace falta un puesto de salud.", OPINION, K.GENERAL),
    ("¿Por qué no han pavimentado la vía a la escuela?", OPINION, K.GENERAL),
    ("QUEREMOS QUE ILUMINEN EL PARQUE", OPINION, K.GENERAL),
    ("El barrio está muy solo.", ANSWER, K.GENERAL),
    ("Necesito que revisen mi subsidio de vivienda.", ANSWER, K.PRIVATE),
    ("Solicito un cupo en el jardín para mi hija.", ANSWER, K.PRIVATE),
    ("Quiero saber cuánto se gastó en la feria.", OPINION, K.INFORMATION),
    ("Pido copia del contrato del parque.", ANSWER, K.INFORMATION),
    ("¿Cuánto costó el puente peatonal?", OPINION, K.INFORMATION),
    ("¿Es legal que cierren el andén según la norma?", ANSWER, K.CONSULTATION),
    ("Pido su concepto sobre el uso del suelo en mi predio.", ANSWER, K.CONSULTATION),
    ("La funcionaria de la ventanilla me gritó.", OPINION, K.COMPLAINT),
    ("Me quejo del trato en el centro de salud.", ANSWER, K.COMPLAINT),
    ("El inspector no me quiso atender.", OPINION, K.COMPLAINT),
    ("El carro no recoge las basuras hace un mes.", OPINION, K.CLAIM),
    ("Llevamos tres días sin agua en la comuna.", ANSWER, K.CLAIM),
    ("Me cobraron el predial dos veces.", ANSWER, K.CLAIM),
    ("Denuncio que entregan los contratos a dedo.", OPINION, K.REPORT),
    ("Un señor pidió plata para entregar el cupo.", ANSWER, K.REPORT),
    ("¿Qué datos tienen sobre mí?", ANSWER, K.DATA_QUERY),
    ("Borren de su lista mis datos, por favor.", ANSWER, K.DATA_CLAIM),
)


@pytest.mark.parametrize(("text", "wants_answer", "kind"), SAID, ids=[one[0] for one in SAID])
def test_a_text_is_suggested_as_what_it_asks_for(text, wants_answer, kind):
    """PQR-08."""
    found = suggested(text, wants_answer)
    assert found.kind is kind, found
    assert all(word in text for word in found.words)
    assert len(found.words) <= MOST_WORDS


def test_who_chose_to_be_answered_is_never_suggested_as_an_opinion():
    """PQR-08: the class never shortens a right."""
    for text, _, _ in SAID:
        assert suggested(text, wants_answer=True).is_petition, text


def test_a_suggestion_shows_the_words_that_made_it_likely():
    found = suggested("Buenas. POR FAVOR  arreglen\nla calle, por favor.", wants_answer=False)
    assert found.words == ("POR FAVOR", "arreglen", "por favor")
    assert suggested("El barrio está solo.", wants_answer=True).words == ()


@pytest.mark.parametrize(
    "text",
    [
        "Ya no quiero vivir más",
        "Me van a matar si hablo",
        "He pensado en el suicidio",
        "Ya no veo salida",
    ],
)
def test_words_of_a_danger_to_a_life_are_shown_to_who_reads(text):
    assert risk_words(text)
    assert risk_words("La vida del barrio es tranquila.") == ()


def test_a_long_hostile_text_is_read_at_once():
    for piece in ("por que no ", "a" * 50, "pid ", "funcionario ", "¿por qué no ", "no " * 3):
        assert suggested((piece * 10_000)[:10_000], wants_answer=False)
