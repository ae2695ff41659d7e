"""The document of the minutes is the same bytes for the same facts (RDC-05)."""

import hashlib
import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as some

from participa.channels.mentions import ATTENDANCE, EVALUATION, Mention
from participa.core.errors import Refused
from participa.events.minutes import document as documents
from participa.events.minutes import head_count, reading
from participa.events.minutes.document import AskedTotals, MinutesFacts, document

pytestmark = pytest.mark.one_engine

EVENT = (
    "7K3F2QXM",
    "Audiencia pública",
    "Audiencia pública",
    "2026-03-20 08:00",
    "2026-03-20 12:00",
    "Teatro",
    "",
    "Toda la ciudad",
    "Juntas",
    "Mesas",
    "Planeación",
)
NO_QUESTIONS = AskedTotals(received=0, answered_there=0, answered_in_writing=0, pending=0)
TEXT = some.text(some.characters(exclude_categories=["Cs"]), max_size=60)
GROUPS = some.dictionaries(some.sampled_from(head_count.NAMES), some.integers(0, 40))


def stated(**others) -> MinutesFacts:
    values = {
        "entity": "Alcaldía de Medellín",
        "address": "http://localhost/eventos/7K3F2QXM",
        "year": 2026,
        "event": EVENT,
        "tasks": [("3.5", 2026, "Reunirse")],
        "sessions": [],
        "people": [("Secretaria", "Planeación", "Modera")],
        "agenda": [("08:00", "Vías", "Infraestructura", "Temas de 2026", "/temas/AAAA2222")],
        "notices": [(date(2026, 3, 1), "Cambió de fecha", "viernes", "Lluvia")],
        "summary": "Se habló de las vías.",
        "attended": 120,
        "by_group": {},
        "questions": NO_QUESTIONS,
        "commitments": [],
        "photographs": [],
        "mentions": [],
        "small_cell": 5,
    }
    return MinutesFacts(**(values | others))


@given(summary=TEXT, attended=some.integers(0, 10**6), number=some.integers(1, 999))
def test_reading_the_file_and_writing_it_again_gives_the_same_hash(summary, attended, number):
    made = document(stated(summary=summary, attended=attended), number, 1, date(2026, 3, 21))
    raw = documents.serialised(made)
    assert documents.serialised(json.loads(raw)) == raw
    assert documents.hash_of(made) == hashlib.sha256(raw).hexdigest()
    assert json.loads(raw)["acta"]["numero"] == number


@given(one=TEXT, other=TEXT)
def test_another_word_is_another_hash(one, other):
    hashes = {documents.hash_of(document(stated(summary=text))) for text in (one, other)}
    assert len(hashes) == len({one, other})


def test_the_file_begins_with_its_format_and_states_all_in_one_order():
    made = document(stated(), 3, 1, date(2026, 3, 21))
    assert list(made)[:5] == ["formato", "documento", "entidad", "formato_oficial", "acta"]
    assert made["formato"] == 1
    assert list(made["evento"])[-1] == "pagina"


@given(total=some.integers(0, 200), groups=GROUPS, k=some.integers(3, 10))
def test_no_group_smaller_than_k_is_shown_nor_follows_from_the_others(total, groups, k):
    try:
        head_count.check(total, groups)
    except Refused:
        return
    for one in head_count.breakdowns(total, groups, k):
        shown = [row["personas"] for row in one["grupos"]]
        assert not any(0 < people < k for people in shown if people is not None)
        hidden = total - sum(people or 0 for people in shown)
        names = [row for row in one["grupos"] if row["personas"] is None]
        assert not names or len(names) > 1 or hidden == 0 or total < k
        assert not names or hidden >= k or total < k


def test_groups_that_are_more_than_the_people_are_refused():
    with pytest.raises(Refused, match=r"Por género: los grupos suman 9 y el total es 8\."):
        head_count.check(8, {"women": 5, "men": 4})
    with pytest.raises(Refused, match="Escriba primero cuántas personas"):
        head_count.check(None, {"women": 5})


def test_counted_by_hand_says_so_and_hides_a_small_group_with_another_one():
    made = document(stated(by_group={"women": 60, "men": 57, "others": 3}))
    assert made["asistencia"]["forma"] == "Conteo a mano"
    groups = made["asistencia"]["grupos"][0]["grupos"]
    assert [row["personas"] for row in groups] == [60, None, None]
    [told, table] = [
        one for one in reading.parts(made) if one.title in {"Asistencia", "Por género"}
    ]
    assert told.sentences[0].startswith("Asistieron 120 personas. Conteo a mano")
    assert "menos de 5 personas no se publica" in told.sentences[1]
    assert [row[1] for row in table.rows] == ["60", "Oculto", "Oculto"]


def test_an_attendance_list_takes_the_place_of_the_count_by_hand():
    seen = Mention("Listado", "/asistencia/A", "Cerrado", (("Firmas", "98"),), fills=ATTENDANCE)
    made = document(stated(mentions=[seen], by_group={"women": 60}))
    assert made["asistencia"]["forma"] == "Listado de asistencia"
    assert made["asistencia"]["personas"] is None
    assert made["asistencia"]["grupos"] == []
    assert made["asistencia"]["listados"][0]["cifras"] == [{"nombre": "Firmas", "valor": "98"}]
    assert ("Firmas", "98") in [term for part in reading.parts(made) for term in part.terms]


def test_what_other_features_say_stands_in_its_place():
    survey = Mention("Encuesta de evaluación", figures=(("Promedio", "4,5"),), fills=EVALUATION)
    call = Mention("Temas de 2026", "/temas/A", "Cerrado", minutes=("Ganó Movilidad.",))
    made = document(stated(mentions=[survey, call]))
    assert [one["titulo"] for one in made["evaluacion"]] == ["Encuesta de evaluación"]
    assert [one["titulo"] for one in made["otros"]] == ["Temas de 2026"]
    [part] = [part for part in reading.parts(made) if part.title == "Temas de 2026"]
    assert part.sentences == ["Cerrado.", "Ganó Movilidad."]


def test_a_table_has_a_value_for_each_of_its_columns():
    rows = [(1, "Pavimentar", "Infraestructura", "Director", date(2026, 6, 1), "Vía", "Pendiente")]
    made = document(
        stated(
            commitments=rows,
            photographs=[("Sala", "a" * 64)],
            sessions=[("Mañana", "2026-03-20 08:00", "2026-03-20 10:00", "Teatro")],
        )
    )
    for part in reading.parts(made):
        assert all(len(row) == len(part.columns) for row in part.rows), part.title
    assert made["compromisos"]["total"] == 1


def sentences(made, title):
    return [told for part in reading.parts(made) if part.title == title for told in part.sentences]


def test_what_was_not_evaluated_says_so():
    assert sentences(document(stated()), "Evaluación") == ["No se evaluó el evento."]
    survey = Mention("Encuesta", "/encuestas/A", "Cerrada", fills=EVALUATION)
    assert "No se evaluó el evento." not in sentences(
        document(stated(mentions=[survey])), "Evaluación"
    )


def test_that_there_were_no_commitments_is_said_once_it_is_marked():
    assert sentences(document(stated()), "Compromisos") == ["Todavía no están anotados."]
    marked = document(stated(has_no_commitments=True))
    assert sentences(marked, "Compromisos") == ["No hubo compromisos."]


def test_removed_commitments_stand_apart_with_their_reason():
    made = document(stated(removed=[(2, "Pavimentar", date(2026, 3, 25), "Se anotó dos veces.")]))
    [part] = [part for part in reading.parts(made) if part.title == "Compromisos retirados"]
    assert part.rows == [("2", "Pavimentar", "25 de marzo de 2026", "Se anotó dos veces.")]
    assert made["compromisos"]["total"] == 0


def test_late_questions_and_the_day_of_each_pending_one_are_stated_in_words():
    asked = AskedTotals(
        received=260,
        answered_there=200,
        answered_in_writing=50,
        answered_late=7,
        pending=10,
        unpublished=4,
        late=3,
        due=[(date(2026, 4, 13), 3), (date(2026, 4, 20), 7)],
        published=[("¿Cuándo?", "En abril.")] * 200,
    )
    made = document(stated(questions=asked))
    assert sentences(made, "Preguntas") == [
        "250 preguntas tienen respuesta publicada y 10 están pendientes.",
        "De las pendientes, 4 ya tienen respuesta y falta publicarla.",
    ]
    assert ("Respondidas fuera de plazo", "7") in _terms(made)
    assert ("Pendientes vencidas", "3") in _terms(made)
    [due] = [part for part in reading.parts(made) if part.title == "Plazo de las pendientes"]
    assert due.rows == [("13 de abril de 2026", "3"), ("20 de abril de 2026", "7")]
    told = ["Aquí están 200 de las 250 respuestas publicadas."]
    assert sentences(made, "Preguntas publicadas") == told


def test_the_head_of_the_duties_does_not_say_that_they_were_done():
    [part] = [part for part in reading.parts(document(stated())) if part.title == "Responsables"]
    assert part.columns[-1] == "Qué le correspondía"


def test_an_event_of_two_days_says_both():
    event = (*EVENT[:4], "2026-03-21 12:00", *EVENT[5:])
    [when] = [value for label, value in _terms(document(stated(event=event))) if label == "Cuándo"]
    assert "20 de marzo" in when
    assert "21 de marzo" in when


def _terms(made):
    return [term for part in reading.parts(made) for term in part.terms]
