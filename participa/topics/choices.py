"""Parse the topics and places of a submitted form into a ranking. Pure."""

from collections.abc import Collection, Mapping, Sequence


class UnreadableChoice(ValueError):
    """The submitted values are no valid choice or order; the message says how to correct them."""


def chosen(values: Sequence[str], options: Collection[int], most: int) -> tuple[int, ...]:
    """The chosen topics: at least one, at most `most`, all of this call, none twice."""
    if not values:
        raise UnreadableChoice("Elija al menos un tema.")
    known = {str(option): option for option in options}
    if any(value not in known for value in values):
        raise UnreadableChoice("Uno de los temas no es de esta lista. Elija los temas otra vez.")
    if len(set(values)) < len(values):
        raise UnreadableChoice("Un tema llegó repetido. Elija cada tema una sola vez.")
    if len(values) > most:
        topics = "un solo tema" if most == 1 else f"hasta {most} temas"
        raise UnreadableChoice(f"Eligió {len(values)} temas. Elija {topics} y quite los demás.")
    return tuple(known[value] for value in values)


def ranked(topics: Sequence[int], places: Mapping[int, str]) -> tuple[int, ...]:
    """The topics by their places, a permutation of 1 … n; a single topic needs no place."""
    if len(topics) == 1:
        return tuple(topics)
    words = [places.get(topic, "") for topic in topics]
    if not all(words):
        raise UnreadableChoice("Dé un puesto a cada tema: 1 para el más importante.")
    expected = [str(place) for place in range(1, len(topics) + 1)]
    if sorted(words) != sorted(expected):
        if all(word in expected for word in words):
            raise UnreadableChoice(
                "Dos temas tienen el mismo puesto. Dé a cada tema un puesto distinto."
            )
        raise UnreadableChoice(
            f"Los puestos van del 1 al {len(topics)}. Revise el orden de sus temas."
        )
    return tuple(topic for _, topic in sorted(zip(map(int, words), topics, strict=True)))
