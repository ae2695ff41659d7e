"""Refusals: the answers 'no' that a person can understand."""

from http import HTTPStatus


class Refused(Exception):
    """The request is well formed, but the rules say no. The message is shown as it is.

    `field` names the form field that the person can repair, when there is one.
    """

    status = HTTPStatus.CONFLICT

    def __init__(self, sentence: str, field: str = ""):
        super().__init__(sentence)
        self.field = field


class Busy(Refused):
    """The database could not be written in time; the same submission may be sent again."""

    status = HTTPStatus.SERVICE_UNAVAILABLE
