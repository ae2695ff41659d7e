"""What the page of a call guarantees and what it does not, from its configuration. Pure."""

from collections.abc import Iterator

from participa.channels.promises import Promise, promised


def promises_of(
    *,
    asks_variables: bool,
    asks_sensitive: bool,
    allows_proposals: bool,
    allows_questions: bool,
    shows_live: bool,
    small_cell: int,
) -> tuple[Promise, ...]:
    """The promises of this configuration, and its limits after them."""
    guarantees = [
        "No pedimos su nombre ni su documento.",
        "El orden que usted dé se publica con todos los demás, sin territorio ni hora.",
        f"Por territorio se publican totales, y de ningún grupo de menos de {small_cell} personas.",
        *_about_results(shows_live),
        *_about_variables(asks_variables, asks_sensitive),
        *_about_texts(allows_proposals, allows_questions),
        "El personal autorizado ve cada respuesta con su comuna y su día, sin nombre.",
        "La ciudad guarda su respuesta para siempre, sin su nombre ni su documento.",
    ]
    limits = [
        "No impide que alguien responda dos veces: en el mismo celular solo le avisa.",
        "El radicado no muestra lo que usted eligió, y la respuesta enviada no se cambia.",
        *_about_secrecy(asks_variables),
    ]
    return promised(guarantees, limits)


def _about_results(shows_live: bool) -> Iterator[str]:
    if shows_live:
        yield "Los resultados se ven desde hoy. Se actualizan cada varias respuestas."
    else:
        yield "Los resultados se publican para todos al cierre, nunca antes."


def _about_variables(asks_variables: bool, asks_sensitive: bool) -> Iterator[str]:
    if asks_variables:
        yield "Los datos sobre usted son opcionales y se guardan aparte de los temas que elige."
        yield "De los datos sobre usted se publican solo totales, después del cierre."
    if asks_sensitive:
        yield "Los datos sensibles necesitan su permiso. Sin ellos su respuesta vale igual."


def _about_secrecy(asks_variables: bool) -> Iterator[str]:
    """The ranking and the data about the person are stored in one transaction, so an administrator
    of the database could link them.
    """
    if asks_variables:
        yield (
            "No es un voto secreto: quien administra el sistema puede unir los datos sobre usted "
            "con su orden."
        )


def _about_texts(allows_proposals: bool, allows_questions: bool) -> Iterator[str]:
    written = [("otro tema", allows_proposals), ("pregunta", allows_questions)]
    if words := " o ".join(word for word, allowed in written if allowed):
        yield f"Si escribe {words}, una persona lo lee antes de publicarlo."
