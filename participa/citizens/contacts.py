"""The one field in which a person leaves a mail address or a phone number. Pure."""

import re

from email_validator import EmailNotValidError, validate_email

LONGEST = 160
BETWEEN_DIGITS = re.compile(r"[\s.\-()/]+")
PHONE = re.compile(r"\+?\d{7,15}")
COUNTRY = re.compile(r"^(\+|00)57(?=\d{10}$)")


class WrongContact(ValueError):
    """The message is the sentence that tells the person how to repair it."""


def read(typed: str) -> tuple[str, str]:
    """Mail address and phone number, one of them empty; both for an empty text.

    Raises WrongContact for what is neither.
    """
    if not typed:
        return "", ""
    if "@" in typed:
        return _email(typed), ""
    number = COUNTRY.sub("", BETWEEN_DIGITS.sub("", typed))
    if PHONE.fullmatch(number) and number.isascii():
        return "", number
    raise WrongContact(
        "Escriba un correo, como nombre@ejemplo.org, o un celular, como 300 123 4567."
    )


def _email(typed: str) -> str:
    try:
        return validate_email(typed, check_deliverability=False).normalized
    except EmailNotValidError:
        raise WrongContact("Escriba un correo completo, como nombre@ejemplo.org.") from None
