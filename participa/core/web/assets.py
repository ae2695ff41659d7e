"""Static files under addresses that change with their content, so they are cached for ever.

Several files that a page needs travel as one.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from urllib.parse import quote

from flask import Blueprint, Flask, Response, abort, redirect

from participa.core import static_files
from participa.core.installation import installation
from participa.core.static_files import Asset
from participa.core.web import encodings
from participa.core.web.encodings import BROTLI, GZIP

FOREVER = "public, max-age=31536000, immutable"
ICON = "img/participa.svg"
NONE: Mapping[str, Sequence[str]] = MappingProxyType({})
READABLE = " /:='"  # of the icon's text: what need not be escaped, so that it compresses

bp = Blueprint("assets", __name__)


def init_app(app: Flask, folder: Path, together: Mapping[str, Sequence[str]] = NONE) -> None:
    """Read the folder once; `asset("css/form.css")` in a template is its address.

    `together` names what is offered as one file, and of which files it consists.
    """
    assets = static_files.read(folder)
    for name, parts in together.items():
        assets[name] = static_files.joined([assets[part] for part in parts], name)
    state = installation(app)
    state.assets = assets
    state.assets_by_address = {asset.address: asset for asset in assets.values()}
    app.jinja_env.globals["asset"] = address
    app.register_blueprint(bp)


def address(name: str) -> str:
    return installation().assets[name].address


def inline_icon() -> str:
    """The picture of the site as an address that holds it: in a full hall, one request less.

    Its page is sent with `security.WITH_ICON`.
    """
    drawn = installation().assets[ICON].body.decode().strip().replace('"', "'")
    return f"data:image/svg+xml,{quote(drawn, safe=READABLE)}"


@bp.get("/favicon.ico")
def icon():
    """Redirect to the icon; browsers ask for this path beside files that name no icon."""
    asset = installation().assets.get(ICON) or abort(404)
    return redirect(asset.address)


@bp.get("/static/<path:name>")
def static_file(name):
    asset = installation().assets_by_address.get(f"/static/{name}")
    if asset is None:
        abort(404)
    response = response_of(asset)
    response.headers["Cache-Control"] = FOREVER
    if asset.media_type.startswith("text/html"):
        # A tool to be saved and opened from disk, which must not run as a page of this site.
        response.headers["Content-Disposition"] = "attachment"
    return response


def response_of(asset: Asset) -> Response:
    """The file, compressed for who reads that."""
    response = Response(asset.body, content_type=asset.media_type)
    if asset.gzip is None:
        return response
    response.headers["Vary"] = "Accept-Encoding"
    if encodings.takes(BROTLI) and asset.brotli is not None:
        response.set_data(asset.brotli)
        response.headers["Content-Encoding"] = BROTLI
    elif encodings.takes(GZIP):
        response.set_data(asset.gzip)
        response.headers["Content-Encoding"] = GZIP
    return response
