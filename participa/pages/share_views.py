"""The pictures that messengers show beside the address of a public page."""

import re
from collections.abc import Callable, Mapping

from flask import Response, abort

from participa.cases import sources
from participa.channels import registry
from participa.core import codes
from participa.core.db import db
from participa.core.web.responses import shared
from participa.core.web.share_picture import PictureWords, picture
from participa.events.commitments import queries as commitments
from participa.events.commitments import wording as commitment_words
from participa.formats import queries as formats
from participa.groups import queries as groups
from participa.outreach import queries as outreach
from participa.pages import library
from participa.pages.answer_views import bp
from participa.plan import document
from participa.plan import queries as plans

YEAR = re.compile("[0-9]{4}")
NUMBER = re.compile("[0-9]{1,9}")
HOME = PictureWords("Rendición de cuentas", "La ciudad le rinde cuentas. Usted decide de qué.")


@bp.get("/imagen/inicio.png")
def site_picture():
    """The picture of every page without one of its own."""
    return sent(HOME)


@bp.get("/imagen/<section>/<address>.png")
def share_picture(section, address):
    find = FINDERS.get(section)
    words = find(address) if find else of_channel(section, address)
    return sent(words or abort(404))


def sent(words: PictureWords) -> Response:
    return shared(Response(picture(words), content_type="image/png"), seconds=300)


def of_channel(section: str, address: str) -> PictureWords | None:
    """A published record of a channel: what its poster says."""
    row = registry.of_section(section)
    if row is None:
        return None
    value = codes.read(address) if row.address == "code" else address
    record = db.session.scalar(db.select(row.model).filter_by(**{row.address: value}))
    if record is None or not record.is_published:
        return None
    share = row.share(record)
    return PictureWords(row.door.verb, share.title, share.alert or share.when, share.code)


def of_task(address: str) -> PictureWords | None:
    """`address`: the year of the plan and the code of the task, as in 2026-3.5."""
    year, _, code = address.partition("-")
    plan = plans.public_plan(int(year)) if YEAR.fullmatch(year) else None
    line = document.board_of(plan).line(code) if plan else None
    if plan is None or line is None:
        return None
    return PictureWords(f"Plan {plan.year} · tarea {code}", line.name, line.value_text)


def of_answer(number: str) -> PictureWords | None:
    case = library.public_case(number)
    if case is None:
        return None
    origin = sources.origin(case)
    return PictureWords("La ciudad responde", case.shown_text, origin.title if origin else "")


def of_piece(code: str) -> PictureWords | None:
    piece = outreach.published_piece(codes.read(code))
    return PictureWords(piece.kind.value, piece.title) if piece else None


def of_group(code: str) -> PictureWords | None:
    group = groups.public_group(code)
    return PictureWords(group.kind.value, group.name) if group else None


def of_format(reference: str) -> PictureWords | None:
    official = formats.format_of(reference)
    return PictureWords(f"Formato {official.reference}", official.name) if official else None


def of_commitment(address: str) -> PictureWords | None:
    """`address`: the code of the event and the number, as in 7K3F2QXM-3."""
    code, _, number = address.rpartition("-")
    is_known = NUMBER.fullmatch(number)
    found = commitments.commitment_at(code, int(number)) if is_known else None
    if found is None:
        return None
    return PictureWords("Compromiso de la ciudad", found.text, commitment_words.described(found)[1])


FINDERS: Mapping[str, Callable[[str], PictureWords | None]] = {
    "plan": of_task,
    "respuestas": of_answer,
    "aprende": of_piece,
    "instancias": of_group,
    "formatos": of_format,
    "compromisos": of_commitment,
}
