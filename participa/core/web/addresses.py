"""What a view gets of an address: always something that a database can be asked for."""

from flask import Flask
from werkzeug.routing import PathConverter, UnicodeConverter

NUL, UNREADABLE = "\x00", "\ufffd"  # the second stands for broken bytes already


class Readable:
    """PostgreSQL refuses a text with the character 0. In its place no record has this name."""

    def to_python(self, value: str) -> str:
        return value.replace(NUL, UNREADABLE)


class ReadableText(Readable, UnicodeConverter):
    """A code, a token, a reference."""


class ReadablePath(Readable, PathConverter):
    """The name of a file, with its folders."""


def init_app(app: Flask) -> None:
    """Before the first route: a rule takes its converters when it is added."""
    app.url_map.converters |= {
        "default": ReadableText,
        "string": ReadableText,
        "path": ReadablePath,
    }
