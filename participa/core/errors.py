"""Errors whose message is shown to the person: rules that say no."""

from http import HTTPStatus


class Refused(Exception):
    """The request is well formed, but a rule forbids it. The Spanish message is shown as it is.

    `field` is the name of the form field to correct, if there is one. `status` is the HTTP status.
    `heading` is the first sentence, where that alone is the heading of the page.
    """

    status = HTTPStatus.CONFLICT
    heading = ""

    def __init__(self, sentence: str, field: str = ""):
        super().__init__(sentence)
        self.field = field


class Busy(Refused):
    """A lock or slot was not free in time (503); the same submission may be sent again."""

    status = HTTPStatus.SERVICE_UNAVAILABLE


class Unusable(Exception):
    """A command of the operator cannot continue; the message says why in Spanish."""
