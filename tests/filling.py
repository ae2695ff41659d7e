"""Reads the forms of a page and fills them in, as a careful person would or as a hostile one."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from html import unescape
from itertools import cycle
from urllib.parse import urljoin

from tests.visitor import TAG, attributes_of

TYPED = {"text", "search", "email", "tel", "url", "number", "password", "date", "datetime-local"}
TYPED |= {"time", "month", "textarea"}
CONTROLS = {"input", "select", "textarea", "button"}
READ = {"a", "form", "option", *CONTROLS}


@dataclass
class Control:
    """One control: what it sends as it stands, and what else it offers."""

    name: str
    kind: str
    value: str = ""
    is_on: bool = True
    hint: str = ""  # inputmode: which keyboard a phone shows
    options: list[str] = field(default_factory=list)


@dataclass
class PageForm:
    """A form of a page, with the address to which it goes."""

    action: str
    method: str
    controls: list[Control] = field(default_factory=list)

    @property
    def is_sent(self) -> bool:
        return self.method == "post"

    @property
    def classes(self) -> set[tuple[str, str]]:
        """The kinds of control that are in it; the fields of one kind are read alike."""
        return {(one.kind, one.hint) for one in self.controls if one.kind != "button"}

    def as_it_stands(self) -> list[tuple[str, str]]:
        return [(one.name, one.value) for one in self.controls if one.is_on and one.kind != "file"]

    def with_text(self, text: str) -> list[tuple[str, str]]:
        """The text in every field that is typed; the rest as it stands, the first choice made."""
        return [(name, text if value is None else value) for name, value in self._filled()]

    def _filled(self) -> list[tuple[str, str | None]]:
        """Name and value of what is sent; None for what somebody types."""
        return [
            (one.name, None if one.kind in TYPED else one.value or next(iter(one.options), ""))
            for one in self.controls
            if one.kind in TYPED or (one.kind != "file" and one.is_on)
        ]

    def with_texts(self, texts: Sequence[str]) -> list[tuple[str, str]]:
        """Like `with_text`, each typed field with the next of these texts, from the first on."""
        turn = cycle(texts)
        return [(name, next(turn) if value is None else value) for name, value in self._filled()]

    def with_text_everywhere(self, text: str, keep: set[str]) -> list[tuple[str, str]]:
        """The text in the choices and hidden fields too, as no browser would send it."""
        return [
            (one.name, one.value if one.name in keep else text)
            for one in self.controls
            if one.kind != "file"
        ]


class Forms:
    """The forms and the links of a page, read as `tests.visitor` reads one."""

    def __init__(self, page: str, address: str):
        self.address = address
        self.forms: list[PageForm] = []
        self.links: list[str] = []
        self.form: PageForm | None = None
        self.control: Control | None = None
        end = 0
        for tag in TAG.finditer(page):
            if self.control is not None and self.control.kind == "textarea":
                self.control.value += unescape(page[end : tag.start()]).removeprefix("\n")
            end = tag.end()
            name = (tag["name"] or "").lower()
            if tag["end"]:
                self._ended(name)
            elif name in READ:
                self._begun(name, attributes_of(tag["attributes"]))

    def _begun(self, tag: str, found: dict[str, str]) -> None:
        if tag == "a" and found.get("href"):
            self.links.append(urljoin(self.address, found["href"]))
        elif tag == "form":
            action = urljoin(self.address, found.get("action", "") or self.address)
            self.form = PageForm(action, found.get("method", "get").lower())
            self.forms.append(self.form)
        elif self.form is not None:
            self._control(tag, found)

    def _control(self, tag: str, found: dict[str, str]) -> None:
        if tag == "option" and self.control is not None:
            value = found.get("value", "")
            self.control.options.append(value)
            if "selected" in found or len(self.control.options) == 1:
                self.control.value = value
        elif tag in CONTROLS and found.get("name"):
            kind = found.get("type", "text") if tag == "input" else tag
            is_on = kind not in {"checkbox", "radio", "button"} or "checked" in found
            hint = found.get("inputmode", "")
            self.control = Control(found["name"], kind, found.get("value", ""), is_on, hint)
            self.form.controls.append(self.control)

    def _ended(self, tag: str) -> None:
        if tag == "form":
            self.form = self.control = None
        elif tag in {"select", "textarea"}:
            self.control = None
