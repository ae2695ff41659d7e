"""What a box guarantees, what it does not, and who can see what. Pure.

The sentences are computed from the configuration of the box. They follow from the threats that each
kind of box withstands; no kind withstands all.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from participa.ballots.minimum import Ending
from participa.ballots.models import BoxKind
from participa.ballots.quorum import Quorum
from participa.ballots.snapshots import KeyHolder
from participa.channels.promises import Promise, Sight, promised
from participa.core import spanish


@dataclass(frozen=True, slots=True)
class Rules:
    """The configuration of a box and its installation that the promises depend on."""

    kind: BoxKind
    takes_last: bool = False
    has_second_part: bool = False  # of the cards, where the last vote counts
    shows_live: bool = False
    allows_assisted: bool = False
    is_assisted: bool = False  # the page on which the server encrypts, with weaker guarantees
    allows_paper: bool = False
    asks_variables: bool = False
    asks_sensitive: bool = False
    registrar: str = ""
    trustees: tuple[str, ...] = ()
    needed: int | None = None  # how many of them open the total; None where all do
    key_holders: tuple[KeyHolder, ...] = ()  # the two above, with the key that each signed with
    vouchers: tuple[str, ...] = ()  # the officials who compared each key with its holder
    review: str = ""  # external reviewer of the cryptography; "" while there is none
    months: int = 0  # retention of the details about voters
    small_cell: int = 5
    minimum_rule: str = ""  # what happens below the minimum of ballots
    sums_with_paper: bool = False  # few answers are counted together with the paper
    first_live: int = 0  # answers that have come when the first live result is shown
    ending: Ending | None = None  # what the count did; None before it

    @property
    def quorum(self) -> Quorum:
        return Quorum.of(self.needed, len(self.trustees))


def promises_of(rules: Rules) -> tuple[Promise, ...]:
    """The guarantees of this configuration, then its limits."""
    promises, limits = BY_KIND[rules.kind]
    return promised([*promises(rules), *_promises_of_all(rules)], limits(rules))


def sights(rules: Rules) -> tuple[Sight, ...]:
    """Who can see what, and for how long it is stored."""
    visible = [Sight(who, what) for who, what in VISIBLE[rules.kind](rules)]
    if rules.is_assisted:
        visible.append(Sight("Este servidor, al cifrar", "Su voto y su código. No quedan en él."))
    if rules.asks_variables:
        how_long = f"Se guardan {rules.months} meses. Después quedan solo los totales."
        visible.append(Sight("Los datos sobre usted", how_long))
    return tuple(visible)


# ---- the open consultation


def _promises_of_open(rules: Rules) -> Iterator[str]:
    yield "No pedimos su nombre ni su documento."
    yield "Al contar se mezclan todas las respuestas. Ninguna queda con hora, orden ni número."
    if rules.shows_live:
        first = spanish.number(rules.first_live)
        yield (
            f"Hay resultados desde que llegan {first} respuestas, y avanzan por grupos de "
            f"{rules.small_cell}."
        )
    else:
        yield "Los resultados se publican al final, para todos al mismo tiempo."
    yield PUBLISHED_ANSWERS[rules.ending]


# What is published of an open consultation: before its count, and by what the count did.
PUBLISHED_ANSWERS: dict[Ending | None, str] = {
    None: "Si llegan al mínimo, al final se publican todas, para que cualquiera repita la suma.",
    Ending.RESULT: "Se publicaron todas las respuestas, para que cualquiera repita la suma.",
    Ending.SUM: "Se publicó solo la suma con el papel. Las respuestas por separado se borraron.",
    Ending.NOTHING: "No llegaron al mínimo: ninguna respuesta se abrió, y todas se borraron.",
}
AFTERWARDS: dict[Ending | None, str] = {
    None: "Después, todas las respuestas, si llegan al mínimo.",
    Ending.RESULT: "Después, todas las respuestas.",
    Ending.SUM: "Después, solo la suma con el papel.",
    Ending.NOTHING: "Después, cuántas llegaron y nada más.",
}
STORED_ANSWERS: dict[Ending | None, str] = {
    None: "Las respuestas contadas, sin nombre, para siempre. Las que no se abren se borran.",
    Ending.RESULT: "Las respuestas contadas, sin nombre, para siempre.",
    Ending.SUM: "La suma, para siempre. Las respuestas por separado ya se borraron.",
    Ending.NOTHING: "Nada: las respuestas ya se borraron.",
}


def _limits_of_open(rules: Rules) -> Iterator[str]:
    yield "Cualquiera puede responder, también más de una vez."
    if rules.sums_with_paper and rules.ending in {None, Ending.SUM}:
        yield "Si se publica solo la suma, no es secreta ante quienes contaron el papel."
    yield "No es representativa: habla solo de quienes respondieron."
    yield "Nadie puede comprobar desde afuera que estén todas las respuestas."
    yield "No es secreta ante quien opera el servidor: podría leer las respuestas antes."
    yield "No protege de quien mire su pantalla o le exija responder de cierta manera."


def _visible_in_open(rules: Rules) -> Iterator[tuple[str, str]]:
    if rules.shows_live:
        first = spanish.number(rules.first_live)
        now = f"Los totales por grupos, desde que llegan {first} respuestas."
    else:
        now = "Nada antes del recuento."
    yield "El público", f"{now} {AFTERWARDS[rules.ending]}"
    yield "El personal", "Cuántas respuestas llegan, y lo mismo que el público."
    yield (
        "Quien opera el servidor",
        "Podría abrir las respuestas selladas, que no llevan nombre. Al contar se borran.",
    )
    yield "Cuánto se guarda", STORED_ANSWERS[rules.ending]


# ---- the two secret kinds


def _promises_of_codes(rules: Rules) -> Iterator[str]:
    yield from _promises_of_secret(rules)
    yield "El público no puede saber cómo votó usted."
    yield "Tampoco quien robe los datos, si no tiene la llave."
    yield "No guardamos los códigos, ni a quién se le dio cada tarjeta."


def _limits_of_codes(rules: Rules) -> Iterator[str]:
    yield "No es secreto ante quien opera el servidor: ahí se guarda la única llave."
    yield "La ciudad hizo los códigos: podría votar con los que sobren. El acta dice cuántos son."
    yield from _limits_of_secrecy(rules)


def _promises_of_verifiable(rules: Rules) -> Iterator[str]:
    yield from _promises_of_secret(rules)
    if not rules.is_assisted:
        yield rules.quorum.secrecy
    if rules.quorum.tolerance:
        yield rules.quorum.tolerance
    yield "El servidor no tiene ninguna parte de la llave."
    yield from _declared(rules)
    if rules.review:
        yield f"La criptografía tiene una revisión externa: {rules.review.rstrip('.')}."


def _declared(rules: Rules) -> Iterator[str]:
    """What each signature proves, and who says whose the key is."""
    trustees = [one for one in rules.key_holders if not one.is_registrar]
    signed = [one for one in rules.key_holders if one.key]
    for one in signed:
        yield _signature_of(one)
    if signed:
        yield _vouched(rules, [one.name for one in signed])
    if declared := [one.name for one in trustees if not one.key]:
        yield f"La ciudad declara que la llave la guardan: {spanish.listed(declared)}."
    if rules.registrar and not any(one.is_registrar for one in signed):
        yield (
            "La ciudad declara que los códigos los hizo, fuera de esta plataforma: "
            f"{rules.registrar}."
        )


def _signature_of(one: KeyHolder) -> str:
    what = "se firmó que se guarda una parte de la llave de esta urna"
    if one.is_registrar:
        roll = ". También se firmó cuál es el padrón" if one.signs_roll else ""
        what = f"se firmó que los códigos se hacen fuera de esta plataforma{roll}"
    return f"Con la llave de huella {one.key} {what}."


def _vouched(rules: Rules, names: list[str]) -> str:
    """Whose the keys are is no fact that a signature proves: who says so."""
    who = "lo declara la ciudad"
    if rules.vouchers:
        who = f"lo confirmaron {' y '.join(rules.vouchers)}"
    if len(names) == 1:
        return f"Que esa llave es de {names[0]} {who}."
    return f"Las llaves son, en ese orden, de {spanish.listed(names)}: {who}."


def _limits_of_verifiable(rules: Rules) -> Iterator[str]:
    yield rules.quorum.collusion
    yield rules.quorum.loss
    yield "Quien hizo los códigos y el servidor, juntos, podrían meter votos. El acta ayuda."
    if not rules.review:
        yield "La revisión externa de la criptografía está pendiente."
    yield from _limits_of_secrecy(rules)


def _promises_of_secret(rules: Rules) -> Iterator[str]:
    if rules.takes_last:
        yield "Cuenta un voto por código. Si vota otra vez con el mismo, cuenta el último."
        if rules.has_second_part:
            yield "Para cambiar un voto hacen falta también seis cifras de la tarjeta."
    else:
        yield "Cuenta un solo voto por código, y después no se cambia."
    if not rules.is_assisted:
        yield "Su celular cifra el voto antes de enviarlo. El código no sale de él."
        yield "Con otro celular puede comprobar que el suyo cifra lo que usted marca."
    yield "Usted puede ver que su papeleta está en la urna, y cualquiera puede recontarlas."
    yield "Ninguna página muestra resultados antes del final."
    yield "Abrir, cerrar y contar exige dos personas. El acta dice cuáles."
    yield "Desde la apertura, anular tarjetas exige dos. Antes basta una, con motivo en el acta."


def _limits_of_secrecy(rules: Rules) -> Iterator[str]:
    if rules.is_assisted:
        yield "En esta página el servidor ve su voto y su código. Después no los guarda sin cifrar."
    elif rules.allows_assisted:
        yield "Si pide que el servidor cifre por usted, este servidor verá su voto."
    if not rules.is_assisted:
        yield "Si escanea la tarjeta, el historial del celular puede guardar su código."
    if rules.takes_last and not rules.has_second_part:
        yield "Quien encuentre su código puede cambiar su voto mientras la urna esté abierta."
    yield "Un celular con virus, o una página alterada, podría ver o cambiar su voto."
    yield "No protege de quien le compre el voto, le obligue a votar o mire su pantalla."
    yield "Si alguien quita una papeleta, solo se nota cuando una persona la busca."
    yield "Algún día se podrían descifrar las papeletas publicadas. No llevan nombre."


def _visible_in_secret(rules: Rules) -> Iterator[tuple[str, str]]:
    yield "El público", "Las papeletas cifradas, desde que llegan. El total, al final."
    yield "El personal", "Lo mismo que el público. Cómo votó alguien, nunca."


def _visible_with_codes(rules: Rules) -> Iterator[tuple[str, str]]:
    yield from _visible_in_secret(rules)
    yield (
        "Quien opera el servidor",
        "Podría abrir votos con la llave: por código, no por nombre. Se borra al contar.",
    )
    yield "Cuánto se guarda", "Las papeletas cifradas y el total quedan publicados para siempre."


def _visible_in_verifiable(rules: Rules) -> Iterator[tuple[str, str]]:
    yield from _visible_in_secret(rules)
    yield "Quien opera el servidor", "Lo mismo que el público, y por dónde llega cada papeleta."
    keepers = spanish.listed(rules.trustees) or "Los custodios"
    together = "todos juntos" if rules.quorum.needs_all else rules.quorum.phrase
    yield keepers, f"Como custodios abren el total, {together}. Y nada más, si cumplen."
    yield rules.registrar or "El registrador", "Conoce los códigos y no ve los votos."
    yield "Cuánto se guarda", "Las papeletas cifradas y el total quedan publicados para siempre."


BY_KIND = {
    BoxKind.OPEN: (_promises_of_open, _limits_of_open),
    BoxKind.CODES: (_promises_of_codes, _limits_of_codes),
    BoxKind.VERIFIABLE: (_promises_of_verifiable, _limits_of_verifiable),
}
VISIBLE = {
    BoxKind.OPEN: _visible_in_open,
    BoxKind.CODES: _visible_with_codes,
    BoxKind.VERIFIABLE: _visible_in_verifiable,
}


# ---- all kinds


def _promises_of_all(rules: Rules) -> Iterator[str]:
    if rules.minimum_rule:
        yield rules.minimum_rule
    if rules.allows_paper:
        yield "El papel se cuenta a mano, entre dos personas, antes de abrir lo demás."
    if rules.asks_variables:
        yield "Los datos sobre usted son opcionales. Con esos datos no se llega a su papeleta."
        fewest = f"{rules.small_cell} personas"
        yield f"De ellos se publican totales, y de ningún grupo de menos de {fewest}."
    if rules.asks_sensitive:
        yield "Los datos sensibles necesitan su permiso. Sin ellos su voto vale igual."
