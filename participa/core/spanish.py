"""Numbers, dates and times formatted for Colombia (es-CO)."""

import re
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal
from flask import Flask

from participa.core import clock

LOCALE = "es_CO"
MONTHS = (
    "enero",
    "febrero",
    "marzo",
    "abril",
    "mayo",
    "junio",
    "julio",
    "agosto",
    "septiembre",
    "octubre",
    "noviembre",
    "diciembre",
)
# Babel uses narrow and no-break spaces; plain ones survive CSV, search and copying. An hour and a
# percentage keep no-break ones: «p. m.» and «50 %» are not read across two lines.
PLAIN = str.maketrans({"\u202f": " ", "\xa0": " "})
UNBROKEN = str.maketrans({"\u202f": "\xa0"})
# «1.200» and «1 200» with what separates thousands, and decimals after a comma.
GROUPED = re.compile(r"-?[1-9]\d{0,2}(?:[. \xa0\u202f'’]\d{3})+(?:,\d+)?")
HOURS = "Las horas son hora de Colombia."  # once on every page, letter and feed
NOON = "12:00\xa0m."


def number(value: float | Decimal, decimals: int = 1) -> str:
    """1.234 or 38,5; at most `decimals` decimals, without trailing zeros."""
    rounded = value.__round__(decimals)
    return format_decimal(rounded, locale=LOCALE).translate(PLAIN)


def ungrouped(text: str) -> str:
    """The figures of a typed number without what separates thousands; other text as it is."""
    plain = text.strip()
    return re.sub(r"[. \xa0\u202f'’]", "", plain) if GROUPED.fullmatch(plain) else text


def percent(value: float) -> str:
    """38,5 %, in one line."""
    return f"{number(value)}\xa0%"


def day(value: date | datetime) -> str:
    """9 de noviembre de 2026."""
    return format_date(_date(value), "d 'de' MMMM 'de' y", locale=LOCALE)


def weekday(value: date | datetime) -> str:
    """viernes 20 de marzo."""
    return format_date(_date(value), "EEEE d 'de' MMMM", locale=LOCALE)


def short_day(value: date | datetime) -> str:
    """9/11/2026, day first."""
    return format_date(_date(value), "d/M/y", locale=LOCALE)


def moment(value: datetime) -> str:
    """9 de noviembre de 2026, 8:05 p. m."""
    return f"{day(value)}, {hour(value)}"


def hour(value: datetime) -> str:
    """8:05 p. m.; noon is 12:00 m., because «12:00 p. m.» is also read as midnight."""
    there = clock.local(value)
    if (there.hour, there.minute) == (12, 0):
        return NOON
    return format_datetime(there, "h:mm a", locale=LOCALE).replace(" ", "\xa0").translate(UNBROKEN)


def the_hour(value: datetime) -> str:
    """las 8:05 p. m.; la 1:05 p. m."""
    return f"{'la' if clock.local(value).hour in {1, 13} else 'las'} {hour(value)}"


def as_end(value: datetime) -> datetime:
    """The end as it is announced: midnight is the last minute of the day before.

    «Hasta el 20 de marzo, 12:00 a. m.» is read as the night from the 20th to the 21st.
    """
    return value - timedelta(minutes=1) if clock.local(value).time() == time.min else value


def months(first: int, last: int) -> str:
    """de marzo a septiembre; "en marzo" for a single month."""
    if first == last:
        return f"en {MONTHS[first - 1]}"
    return f"de {MONTHS[first - 1]} a {MONTHS[last - 1]}"


def several(count: int, one: str, many: str) -> str:
    """1 tarea, 15 tareas."""
    return f"{number(count)} {one if count == 1 else many}"


def listed(words: Sequence[str]) -> str:
    """uno, dos y tres; "y" becomes "e" before the sound i."""
    if len(words) < 2:
        return "".join(words)
    last = words[-1]
    sounds_like_i = last.lower().startswith(("i", "í", "hi")) and not last.lower().startswith("hie")
    return f"{', '.join(words[:-1])} {'e' if sounds_like_i else 'y'} {last}"


def init_app(app: Flask) -> None:
    app.jinja_env.filters.update(
        number=number,
        percent=percent,
        day=day,
        weekday=weekday,
        short_day=short_day,
        moment=moment,
        as_end=as_end,
        listed=listed,
    )
    app.jinja_env.globals.update(several=several, months=months, hours_are=HOURS)


def _date(value: date | datetime) -> date:
    return clock.local(value).date() if isinstance(value, datetime) else value
