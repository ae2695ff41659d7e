"""Static files under addresses that change with their content, so they are cached for ever."""

from pathlib import Path
from urllib.parse import quote

from flask import Blueprint, Flask, Response, abort, redirect

from participa.core import static_files
from participa.core.installation import installation
from participa.core.static_files import Asset
from participa.core.web import encodings

FOREVER = "public, max-age=31536000, immutable"
ICON = "img/participa.svg"
READABLE = " /:='"  # of the icon's text: what need not be escaped, so that it compresses

bp = Blueprint("assets", __name__)


def init_app(app: Flask, folder: Path) -> None:
    """Read the folder once; `asset("css/participa.css")` in a template is its address."""
    assets = static_files.read(folder)
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
    if asset.packed is not None:
        response.headers["Vary"] = "Accept-Encoding"
        if encodings.takes_gzip():
            response.set_data(asset.packed)
            response.headers["Content-Encoding"] = "gzip"
    return response
