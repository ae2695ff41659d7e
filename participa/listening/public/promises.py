"""What the page of a post guarantees and what it does not, from its configuration. Pure."""

from collections.abc import Iterator

from participa.channels.promises import Promise, promised


def promises_of(
    *,
    asks_contact: bool,
    asks_variables: bool,
    asks_sensitive: bool,
    takes_photos: bool,
    small_cell: int,
) -> tuple[Promise, ...]:
    """The promises of this configuration, and its limits after them."""
    guarantees = [
        "Si no da su nombre, no guardamos quién es, ni desde qué teléfono escribe, ni la hora.",
        "Lo que usted cuenta se guarda cifrado y lo lee solo quien debe atenderlo.",
        *_about_contact(asks_contact),
        *_about_photos(takes_photos),
        "Nada se publica antes de que dos personas le quiten los datos personales.",
        "Una denuncia de corrupción no la ve la dependencia denunciada.",
        *_about_variables(asks_variables, asks_sensitive, small_cell),
    ]
    limits = [
        "El código secreto no se guarda: si lo pierde, nadie se lo puede volver a dar.",
        "Si escribe nombres o teléfonos en el texto, quien lo atiende los lee.",
        "No es una línea de emergencia: nadie lo lee en el momento.",
    ]
    return promised(guarantees, limits)


def _about_contact(asks_contact: bool) -> Iterator[str]:
    if asks_contact:
        yield "Su nombre y su contacto sirven solo para responderle, y se guardan cifrados."


def _about_photos(takes_photos: bool) -> Iterator[str]:
    if takes_photos:
        yield "De sus fotos borramos el lugar y el aparato que la cámara anota."


def _about_variables(asks_variables: bool, asks_sensitive: bool, small_cell: int) -> Iterator[str]:
    if asks_variables:
        yield "Las respuestas sobre usted se guardan aparte: no llevan a lo que contó."
        yield f"De ellas se publican solo totales, nunca de menos de {small_cell} personas."
    if asks_sensitive:
        yield "Los datos sensibles necesitan su permiso. Sin ellos su aporte vale igual."
