"""The public register of official formats: the list, a format with its versions, their files."""

from flask import Blueprint, abort, render_template

from participa.core.files import files
from participa.core.tables import tables
from participa.core.web.responses import shared
from participa.formats import header, lint, queries, register
from participa.plan import queries as plans

KINDS = "any(csv, xlsx, json)"

bp = Blueprint("formats", __name__)


@bp.get("/formatos")
def index():
    every = queries.register()
    page = render_template(
        "formats/index.html",
        formats=every,
        denominators=register.denominators(every),
        qr_in_words=register.qr_in_words,
    )
    return shared(page)


@bp.get(f"/formatos.<{KINDS}:kind>")
def register_file(kind):
    return tables.download(register.table(queries.register()), kind, register.filename())


@bp.get("/formatos/<reference>")
def show(reference):
    official = queries.format_of(reference) or abort(404)
    page = render_template(
        "formats/show.html",
        official=official,
        header=header.lines_of(official, official.current),
        qr=register.qr_in_words(official),
        variables=register.variables_in_words(official),
        verdict=lint.verdict,
        families=register.families_of(official),
        named=lint.named,
        declared=lint.declared,
        fulfils=plans.references(official.tasks),
    )
    return shared(page)


@bp.get("/formatos/<reference>/versiones/<int(max=2147483647):version_id>")
def version_file(reference, version_id):
    """The file of a version that is or was in force."""
    official = queries.format_of(reference) or abort(404)
    version = queries.version_of(official, version_id) or abort(404)
    if not version.is_public or version.file is None:
        abort(404)
    return files.send(version.file, version.file_name)
