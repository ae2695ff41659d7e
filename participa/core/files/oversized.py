"""The texts of a form that is refused because its files are too large.

A browser sends the fields in their order on the page: those before the first file are saved.
"""

from flask import request
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.http import parse_options_header
from werkzeug.sansio.multipart import Data, Field, MultipartDecoder, Preamble

from participa.core.files.files import ROOM_FOR_THE_FORM


def rescued() -> MultiDict[str, str] | None:
    """What was typed into a form that is larger than its view takes; None for one that fits."""
    if request.max_content_length and (request.content_length or 0) > request.max_content_length:
        return _beginning()
    try:
        request.form.keys()
    except RequestEntityTooLarge:  # a text, or the number of fields
        return MultiDict()
    return None


def _beginning() -> MultiDict[str, str]:
    boundary = parse_options_header(request.headers.get("Content-Type"))[1].get("boundary", "")
    found: MultiDict[str, str] = MultiDict()
    if not boundary:
        return found
    decoder = MultipartDecoder(boundary.encode(), ROOM_FOR_THE_FORM)
    name, typed = "", b""
    try:
        decoder.receive_data(_read(ROOM_FOR_THE_FORM))
        while isinstance(event := decoder.next_event(), Preamble | Field | Data):
            if isinstance(event, Field):
                name = event.name
            elif isinstance(event, Data):
                typed += event.data
                if not event.more_data:
                    found.add(name, typed.decode("utf-8", "replace"))
                    typed = b""
    except (ValueError, RequestEntityTooLarge):  # no form that a browser sends
        return found
    return found


def _read(most: int) -> bytes:
    """The beginning of the body, past the limit that refuses the whole of it."""
    stream, body = request.environ["wsgi.input"], b""
    while len(body) < most and (block := stream.read(most - len(body))):
        body += block
    return body
