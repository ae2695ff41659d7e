"""Public pages on personal data: policy, rights, and every published version of each notice."""

from flask import Blueprint, abort, render_template

from participa.citizens import notices, queries
from participa.core.installation import installation
from participa.core.web.responses import shared

bp = Blueprint("citizens", __name__, url_prefix="/datos-personales")


@bp.get("")
def privacy():
    entity = installation().settings.entity
    page = render_template(
        "citizens/privacy.html",
        notices=queries.notices_in_force(),
        contact_lines=notices.contact_lines(entity),
        rights=notices.RIGHTS,
        how=notices.how_to_ask(entity),
    )
    return shared(page)


@bp.get("/<word>/<int:number>")
def notice(word, number):
    kind = notices.kind_of_word(word) or abort(404)
    versions = {version.number: version for version in queries.versions(kind.purpose)}
    version = versions.get(number) or abort(404)
    page = render_template("citizens/notice.html", notice=version, versions=versions.values())
    return shared(page)
