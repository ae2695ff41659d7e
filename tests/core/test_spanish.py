"""Numbers, days and hours as they are read in Medellín."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from participa.core import clock, spanish


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1234567, "1.234.567"),
        (38.5, "38,5"),
        (38.04, "38"),
        (0, "0"),
        (-2.25, "-2,2"),
        (1e3, "1.000"),
    ],
)
def test_numbers_have_points_between_thousands_and_a_decimal_comma(value, text):
    assert spanish.number(value) == text


def test_a_percentage_stands_apart_from_its_sign():
    assert spanish.percent(38.5) == "38,5\xa0%"


def test_a_percentage_is_never_divided_between_two_lines():
    assert " " not in spanish.percent(50)


@pytest.mark.parametrize(
    ("end", "told"),
    [
        ((0, 0), "19 de marzo de 2026, 11:59 p. m."),
        ((0, 1), "20 de marzo de 2026, 12:01 a. m."),
        ((12, 0), "20 de marzo de 2026, 12:00 m."),
    ],
    ids=["midnight", "a minute later", "noon"],
)
def test_midnight_ends_the_day_before(end, told):
    moment = spanish.moment(spanish.as_end(clock.at_city(date(2026, 3, 20), *end)))
    assert moment.replace("\xa0", " ") == told


def test_days_and_hours_are_told_as_people_say_them():
    day = date(2026, 11, 9)
    assert spanish.day(day) == "9 de noviembre de 2026"
    assert spanish.short_day(day) == "9/11/2026"
    assert spanish.weekday(date(2026, 3, 20)) == "viernes 20 de marzo"
    assert (
        spanish.moment(datetime(2026, 11, 10, 1, 5, tzinfo=UTC))
        == "9 de noviembre de 2026, 8:05\xa0p.\xa0m."
    )


@pytest.mark.parametrize(
    ("city_hour", "text"),
    [
        ((0, 0), "12:00 a. m."),
        ((0, 30), "12:30 a. m."),
        ((11, 59), "11:59 a. m."),
        ((12, 0), "12:00 m."),
        ((12, 1), "12:01 p. m."),
        ((13, 0), "1:00 p. m."),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_noon_is_told_apart_from_midnight(city_hour, text):
    moment = clock.at_city(date(2026, 3, 20), *city_hour)
    assert spanish.hour(moment).replace("\xa0", " ") == text
    assert spanish.moment(moment).endswith(f", {spanish.hour(moment)}")
    article = "la" if text.startswith("1:00") else "las"
    assert spanish.the_hour(moment) == f"{article} {spanish.hour(moment)}"


def test_a_moment_after_seven_in_the_evening_is_still_the_same_day_in_the_city():
    assert spanish.day(datetime(2026, 11, 10, 4, 59, tzinfo=UTC)) == "9 de noviembre de 2026"
    assert spanish.day(datetime(2026, 11, 10, 5, 0, tzinfo=UTC)) == "10 de noviembre de 2026"


@given(st.datetimes(min_value=datetime(1950, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_an_hour_stays_on_one_line(moment):
    """With no-break spaces, which pages and searches treat like plain ones; none is narrow."""
    text = spanish.moment(moment)
    assert "\u202f" not in text
    assert " " not in text.rpartition(", ")[2]
    assert "\xa0" not in text.rpartition(", ")[0]


@given(st.floats(-1e12, 1e12))
def test_no_number_holds_a_blank(value):
    assert not any(sign.isspace() for sign in spanish.number(value))


def test_a_lone_month_stands_alone():
    assert spanish.months(4, 4) == "en abril"
    assert spanish.months(3, 9) == "de marzo a septiembre"


def test_one_is_singular():
    assert spanish.several(1, "tarea", "tareas") == "1 tarea"
    assert spanish.several(0, "tarea", "tareas") == "0 tareas"
    assert spanish.several(1030, "persona", "personas") == "1.030 personas"


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ([], ""),
        (["salud"], "salud"),
        (["salud", "aseo"], "salud y aseo"),
        (["aseo", "salud", "industria"], "aseo, salud e industria"),
        (["padres", "hijos"], "padres e hijos"),
        (["cobre", "hierro"], "cobre y hierro"),
        (["Perú", "Ítaca"], "Perú e Ítaca"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_list_ends_with_y_or_with_e_before_the_same_sound(words, text):
    assert spanish.listed(words) == text


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("1.200", "1200"),
        (" 1 200 ", "1200"),
        ("1\u202f200", "1200"),
        ("1.234.567,5", "1234567,5"),
        ("-1.200", "-1200"),
        ("1200", "1200"),
        ("1,200", "1,200"),
        ("0.200", "0.200"),
        ("1.20", "1.20"),
        ("mil", "mil"),
    ],
)
def test_a_number_is_read_where_the_site_prints_it_so(typed, plain):
    assert spanish.ungrouped(typed) == plain
