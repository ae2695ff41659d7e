"""A chart tells in its drawing, its sentence and its table the same thing. (S12)"""

import re
from xml.etree import ElementTree as ET

import pytest
from flask import Flask, render_template_string
from hypothesis import given
from hypothesis import strategies as st

from participa.app import ROOT
from participa.core import charts, spanish

NUMBERS = st.none() | st.integers(0, 10**7)
ROWS = st.lists(st.tuples(st.text("abcñé ", min_size=1), NUMBERS), max_size=12)


@pytest.fixture(scope="module")
def draw():
    """Print a macro of the charts, as a tree."""
    app = Flask(__name__, template_folder=str(ROOT / "templates"))
    spanish.init_app(app)
    charts.init_app(app)

    def draw(call, **values):
        source = '{% from "_charts.html" import bars, stacked, meter, month_strip %}{{ ' + call
        with app.app_context():
            return ET.fromstring(render_template_string(source + " }}", **values).strip())

    return draw


def words(tree):
    return re.sub(r"\s+", " ", "".join(tree.itertext())).strip()


def test_half_of_something_is_half_a_bar():
    assert charts.share(3, 6) == 50.0


@pytest.mark.parametrize(("part", "whole"), [(0, 0), (None, 5), (5, 0), (0, 5), (-1, 5), (1, -2)])
def test_nothing_of_something_and_something_of_nothing_draw_no_bar(part, whole):
    assert charts.share(part, whole) == 0


@given(st.integers(1, 10**9), st.integers(1, 10**9))
def test_only_what_is_complete_looks_complete(part, whole):
    drawn = charts.share(part, whole)
    assert (drawn == 100) == (part >= whole)
    assert drawn > 0


@given(ROWS)
def test_bars_keep_their_order_and_are_drawn_against_the_total(rows):
    drawn = charts.bars(rows)
    assert [(bar.label, bar.value) for bar in drawn] == rows
    seen = [bar for bar in drawn if bar.value]
    assert (len(seen) == 1) == any(bar.width == 100 for bar in seen), "all of them, or one alone"
    for one in seen:
        for other in seen:
            assert one.width <= other.width or one.value > other.value
            assert (one.place == other.place) == (one.value == other.value)


def test_a_bar_shows_its_part_of_the_whole():
    """Three of a hundred people never look like all of them."""
    assert [bar.width for bar in charts.bars([("a", 3), ("b", 1)], 100)] == [3, 1]
    assert [bar.width for bar in charts.bars([("a", 3), ("b", 1)])] == [75, 25]
    (pair,) = charts.pairs([("a", 20, 5, 25)], 100)
    assert [width for _, width in pair.bars] == [20, 5]


def test_equal_numbers_share_their_place_and_the_next_one_is_left_out():
    drawn = charts.bars([("a", 9), ("b", 4), ("c", 4), ("d", 1), ("e", None)])
    assert [bar.place for bar in drawn] == [1, 2, 2, 4, 0]
    assert [bar.is_tied for bar in drawn] == [False, True, True, False, False]


@given(st.lists(NUMBERS, min_size=1, max_size=9))
def test_the_parts_of_a_bar_lie_side_by_side_and_fill_it(values):
    (stack,) = charts.stacks([("Todas", values)], [str(i) for i in range(len(values))])
    edge = 0.0
    for part in stack.parts:
        assert part.x == pytest.approx(edge)
        assert part.width >= 0
        edge = round(part.x + part.width, 1)
    assert edge == (100 if any(values) else 0)
    assert stack.total == (None if None in values else sum(values))


def test_a_row_with_a_number_too_few_is_an_error():
    with pytest.raises(ValueError, match="zip"):
        charts.stacks([("Mujeres", [1])], ["Sí", "No"])


@given(st.integers(1, 12), st.integers(1, 12), st.none() | st.integers(1, 12))
def test_the_strip_lights_the_months_of_the_task_and_outlines_this_one(one, other, current):
    first, last = sorted((one, other))
    strip = charts.month_strip(first, last, current)
    assert [i for i, month in enumerate(strip, 1) if month.is_on] == list(range(first, last + 1))
    assert [i for i, month in enumerate(strip, 1) if month.is_now] == [current] * bool(current)
    assert "".join(month.initial for month in strip) == "EFMAMJJASOND"


def test_the_strip_says_its_months_in_words(draw):
    strip = draw("month_strip(3, 9, 5)")
    assert strip.get("role") == "img"
    assert strip.get("aria-label") == "De marzo a septiembre; ahora, mayo"
    months = strip.findall("rect")
    assert [month.get("class") for month in months][1:6] == [None, "on", "on", "on now", "on"]
    assert draw("month_strip(4, 4)").get("aria-label") == "En abril"


def test_ranked_bars_tell_topics_votes_places_and_ties_in_drawing_and_table(draw):
    rows = [("Salud <mental>", 1030), ("Movilidad", 412), ("Educación", 412), ("Aseo", None)]
    figure = draw(
        'bars("Temas más elegidos", sentence, rows, "personas", "Tema", true)',
        rows=rows,
        sentence="Salud es el tema más elegido.",
    )
    assert words(figure.find("figcaption")) == "Temas más elegidos Salud es el tema más elegido."
    items = [words(item) for item in figure.findall("ol/li")]
    assert items == [
        "1. Salud <mental>1.030",
        "2. Movilidad (empate)412",
        "2. Educación (empate)412",
        "Aseooculto",
    ]
    widths = [rect.get("width") for rect in figure.iter("rect") if rect.get("class") == "run"]
    assert widths == ["55.6", "22.2", "22.2", "0.0"]
    table = figure.find("details//table")
    assert [words(cell) for cell in table.iter("th")][:3] == ["Puesto", "Tema", "Personas"]
    assert [[words(cell) for cell in row] for row in table.find("tbody")] == [
        ["1", "Salud <mental>", "1.030"],
        ["2", "Movilidad (empate)", "412"],
        ["2", "Educación (empate)", "412"],
        ["", "Aseo", "oculto"],
    ]


def test_two_first_ones_look_the_same(draw):
    rows = [("Salud", 9), ("Movilidad", 9), ("Aseo", 2)]
    figure = draw('bars("Temas", "", rows, "personas", "Tema", true)', rows=rows)
    assert [item.get("class") for item in figure.findall("ol/li")] == ["first", "first", None]
    widths = [rect.get("width") for rect in figure.iter("rect") if rect.get("class") == "run"]
    assert widths[0] == widths[1]


def test_stacked_bars_speak_their_numbers_and_hide_a_total_that_would_betray_one(draw):
    figure = draw(
        'stacked("Asistencia", "Fueron más mujeres.", rows, ["Sí", "No"], "personas", "Grupo")',
        rows=[("Mujeres", [30, 10]), ("Hombres", [12, None])],
    )
    pictures = [svg for svg in figure.iter("svg") if svg.get("role") == "img"]
    assert [svg.get("aria-label") for svg in pictures] == ["Sí: 30, No: 10", "Sí: 12, No: oculto"]
    first = [rect for rect in pictures[0].findall("rect") if "part" in rect.get("class")]
    assert [(rect.get("x"), rect.get("width")) for rect in first] == [
        ("0.0", "75.0"),
        ("75.0", "25.0"),
    ]
    assert [words(item) for item in figure.findall("ul[@class='key']/li")] == ["Sí", "No"]
    assert [[words(cell) for cell in row] for row in figure.find("details//tbody")] == [
        ["Mujeres", "30", "10", "40"],
        ["Hombres", "12", "oculto", "oculto"],
    ]


def test_a_chart_without_data_says_so(draw):
    for call in ('bars("Temas", "", [], "personas")', 'stacked("Temas", "", [], [], "personas")'):
        assert "Todavía no hay datos" in words(draw(call))


def test_a_meter_is_full_only_at_its_target(draw):
    assert draw('meter(6, 8, "6 de 8 formatos")').get("aria-label") == "6 de 8 formatos"
    assert draw("meter(6, 8)").get("aria-hidden") == "true"
    assert [rect.get("class") for rect in draw("meter(6, 8)")] == ["bed", "run"]
    assert [rect.get("class") for rect in draw("meter(9, 8)")] == ["bed", "run full"]
    assert [rect.get("class") for rect in draw("meter(none, 8)")] == ["bed"]
    assert [rect.get("class") for rect in draw("meter(3, none)")] == ["bed"]


def test_no_drawing_needs_a_style_that_the_content_policy_forbids():
    source = (ROOT / "templates" / "_charts.html").read_text()
    assert "style=" not in source
    assert "<style" not in source
