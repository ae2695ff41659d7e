"""Data of the QR, the poster and the projected page of a channel."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self
from urllib.parse import quote

from flask import Flask, request
from markupsafe import Markup

from participa.core import links, qr
from participa.core.installation import installation

PNG_PIXELS = 1200
PICTURES = {"svg": "image/svg+xml; charset=utf-8", "png": "image/png"}
PAPERS = {"carta": "Carta", "media": "Media carta"}


@dataclass(frozen=True, slots=True)
class PosterStep:
    """One of the three steps on a poster; `icon` is one of templates/sharing/_icons.html."""

    icon: str
    sentence: str


@dataclass(frozen=True, slots=True)
class WallChart:
    """Results on the projected page: bars from the largest; `reason` is the reason for none.

    `whole` is what a bar of full width stands for.
    """

    title: str
    sentence: str
    rows: Sequence[tuple[str, int]]
    unit: str
    label: str  # heading of the names of the bars
    whole: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Share:
    """The content of poster and projected page; `chart` is None while results are not public."""

    code: str
    title: str
    when: str
    back: str
    steps: tuple[PosterStep, ...]  # three, or none beside an alert
    small_print: str
    count: int
    count_words: str  # of several: "personas han respondido"
    count_word: str = ""  # of one, if it is another
    wall_note: str = ""
    chart: Callable[[], WallChart] | None = None
    alert: str = ""  # in large letters in place of the steps: that it will not be
    header: tuple[str, ...] = ()  # of its official format: code, version, since when
    places: tuple[str, ...] = ()  # where a poster of its own hangs, such as the doors of a hall
    place: str = ""  # of these, the one of this poster

    def at(self, number: int) -> Self:
        """What is shared at one of the places, counted from 1. Its QR says so, and so does its
        short address.
        """
        return replace(self, code=links.at_place(self.code, number), place=self.places[number - 1])

    @property
    def at_each_place(self) -> tuple[Self, ...]:
        return tuple(self.at(number) for number, _ in enumerate(self.places, 1))

    @property
    def counted(self) -> str:
        """The words beside the count."""
        return self.count_word if self.count == 1 and self.count_word else self.count_words

    @property
    def short(self) -> str:
        return links.readable(self.code)

    @property
    def picture(self) -> Any:
        opens = ", ".join(filter(None, (self.title, self.place)))
        return qr.svg(links.printed(self.code), f"Código QR que abre: {opens}")

    def file(self, kind: str) -> bytes | str:
        """The QR as a file of this kind: "svg" or "png"."""
        text = links.printed(self.code)
        return qr.svg(text, self.title) if kind == "svg" else qr.png(text, PNG_PIXELS)


def own_address() -> str:
    """The absolute address of the page that is asked for, without what follows its path."""
    return links.absolute(request.path)


def own_code() -> Markup:
    """The QR of this page, for a receipt; it stays in no cache, as the address is a secret."""
    return qr.svg_to_forget(own_address(), "Código QR de esta página")


def kept_text(title: str, what: str, reference: str, path: str = "") -> str:
    """A file with the receipt as an address that holds it: saving it needs no script or request.

    `path` leads back, if this page does not.
    """
    way_back = links.absolute(path) if path else own_address()
    lines = [title, f"{what.capitalize()}: {reference}", way_back]
    return f"data:text/plain;charset=utf-8,{quote(chr(10).join(lines))}"


def init_app(app: Flask) -> None:
    app.jinja_env.globals.update(own_address=own_address, own_code=own_code, kept_text=kept_text)


def logo() -> bool:
    """Whether the installation has the city's logo for its posters: logo.svg or logo.png."""
    return logo_file() is not None


def logo_file() -> Any:
    """The path of the logo in the installation's data folder, or None."""
    data = installation().settings.data
    paths = [data / name for name in ("logo.svg", "logo.png")]
    return next((path for path in paths if path.is_file()), None)
