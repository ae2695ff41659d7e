"""The sentence about an act on its way to the page that follows: signed, short-lived."""

from flask import current_app, g, request
from itsdangerous import BadData, URLSafeTimedSerializer

from participa.staff.signing_in import sessions

FIELD = "listo"  # the query parameter
SECONDS = 120  # in which the page after the act is opened


def sign(sentence: str, is_bound: bool = True) -> str:
    """The value of `listo`; bound to this session, so that no link claims an act by itself.

    What ends a session, or needs none, is not bound to it.
    """
    return _signer(is_bound).dumps(sentence)


def sentence(is_bound: bool = True) -> str:
    """What the POST that led here has done; "" for any other page, also for a rejected form."""
    if request.method != "GET" or "asked" in g:
        return ""
    try:
        told: str = _signer(is_bound).loads(request.args.get(FIELD, ""), max_age=SECONDS)
    except BadData:
        return ""
    return told


def _signer(is_bound: bool) -> URLSafeTimedSerializer:
    owner = sessions.hash_of(sessions.current().key) if is_bound else "anybody"
    secret = current_app.config["SECRET_KEY"]
    return URLSafeTimedSerializer(secret, salt=f"staff.told:{owner}", signer=sessions.Signer)
