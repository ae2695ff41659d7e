"""Static files: named by their content, compressed once, kept by the browser for ever."""

import gzip
import hashlib
import mimetypes
from dataclasses import dataclass
from pathlib import Path

from flask import Blueprint, Flask, Response, abort, current_app, redirect, request

FOREVER = "public, max-age=31536000, immutable"
SMALL = 200
ICON = "img/participa.svg"

bp = Blueprint("assets", __name__)


@dataclass(frozen=True, slots=True)
class Asset:
    address: str
    media_type: str
    body: bytes
    packed: bytes | None


def init_app(app: Flask, folder: Path) -> None:
    """Read the folder once; `asset("css/participa.css")` in a template is its address."""
    assets = {}
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        body = path.read_bytes()
        name = path.relative_to(folder).as_posix()
        digest = hashlib.sha256(body).hexdigest()[:10]
        stem, dot, ending = name.rpartition(".")
        media_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
        if media_type.startswith("text/"):
            media_type += "; charset=utf-8"
        packed = gzip.compress(body, 9, mtime=0) if len(body) > SMALL else None
        if packed is not None and len(packed) >= len(body):
            packed = None
        assets[name] = Asset(f"/static/{stem}.{digest}{dot}{ending}", media_type, body, packed)
    app.extensions["assets"] = assets
    app.extensions["assets_by_address"] = {asset.address: asset for asset in assets.values()}
    app.jinja_env.globals["asset"] = address
    app.register_blueprint(bp)


def address(name: str) -> str:
    asset: Asset = current_app.extensions["assets"][name]
    return asset.address


@bp.get("/favicon.ico")
def icon():
    """Where browsers look for the picture of a site beside a text or a file, which names none."""
    asset = current_app.extensions["assets"].get(ICON) or abort(404)
    return redirect(asset.address)


@bp.get("/static/<path:name>")
def static_file(name):
    asset = current_app.extensions["assets_by_address"].get(f"/static/{name}")
    if asset is None:
        abort(404)
    response = Response(asset.body, content_type=asset.media_type)
    response.headers["Cache-Control"] = FOREVER
    if asset.media_type.startswith("text/html"):
        # A page of its own, with its own script, for a disk without network: never one of ours.
        response.headers["Content-Disposition"] = "attachment"
    if asset.packed is not None:
        response.headers["Vary"] = "Accept-Encoding"
        if "gzip" in request.headers.get("Accept-Encoding", ""):
            response.set_data(asset.packed)
            response.headers["Content-Encoding"] = "gzip"
    return response
