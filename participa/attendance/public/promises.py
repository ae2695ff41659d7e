"""What the page of a list guarantees and what it does not, from its configuration. Pure."""

from collections.abc import Iterator

from participa.channels.promises import Promise, promised


def promises_of(
    *,
    asks_variables: bool,
    asks_sensitive: bool,
    asks_contact: bool,
    asks_image: bool,
    has_rotating_code: bool,
    small_cell: int,
) -> tuple[Promise, ...]:
    """The promises of this configuration, and its limits after them."""
    guarantees = [
        "Su documento se guarda cifrado. En pantalla se ven solo sus últimas cifras.",
        "Quien firma después no ve sus datos, como sí pasa con el listado en papel.",
        "Cada persona se cuenta una vez, aunque firme dos.",
        *_about_contact(asks_contact),
        *_about_variables(asks_variables, asks_sensitive, small_cell),
        *_about_image(asks_image),
        "Si tiene menos de 18 años, no guardamos su nombre ni su documento.",
    ]
    limits = [
        "El personal autorizado ve quién firmó, para dejar constancia. Cada consulta del "
        "documento queda registrada.",
        *_about_presence(has_rotating_code),
    ]
    return promised(guarantees, limits)


def _about_contact(asks_contact: bool) -> Iterator[str]:
    if asks_contact:
        yield "Guardamos su correo o celular solo si marca la autorización."


def _about_variables(asks_variables: bool, asks_sensitive: bool, small_cell: int) -> Iterator[str]:
    if asks_variables:
        yield "Las respuestas sobre usted se guardan aparte: no llevan a su nombre."
        yield f"De ellas se publican solo totales, nunca de menos de {small_cell} personas."
    if asks_sensitive:
        yield "Los datos sensibles necesitan su permiso. Sin ellos su firma vale igual."


def _about_image(asks_image: bool) -> Iterator[str]:
    if asks_image:
        yield "Puede firmar sin autorizar fotos ni videos."


def _about_presence(has_rotating_code: bool) -> Iterator[str]:
    if has_rotating_code:
        yield "El código de la pantalla dificulta firmar desde otro lugar, pero no lo impide."
    else:
        yield "No comprueba que quien firma esté en el lugar."
