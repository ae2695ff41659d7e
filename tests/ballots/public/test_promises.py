import re
from dataclasses import replace
from itertools import product

import pytest

from participa.ballots.models import BoxKind
from participa.ballots.public import promises
from participa.ballots.public.promises import Rules
from participa.ballots.snapshots import KeyHolder

SWITCHES = (
    "takes_last",
    "has_second_part",
    "shows_live",
    "allows_assisted",
    "is_assisted",
    "allows_paper",
    "asks_variables",
    "asks_sensitive",
)
OUTSIDE = {
    "registrar": "Personería",
    "trustees": ("Universidad", "Comité Territorial", "Veeduría"),
    "key_holders": (
        *(KeyHolder(name, "h" * 43) for name in ("Universidad", "Comité Territorial", "Veeduría")),
        KeyHolder("Personería", "p" * 43, is_registrar=True, signs_roll=True),
    ),
    "vouchers": ("Ana Ruiz (Gobierno)", "Beto Barrera (Planeación)"),
}
REVIEW = "Universidad Nacional, marzo de 2027"
COMBINATIONS = [
    Rules(kind, **dict(zip(SWITCHES, chosen, strict=True)), months=24, review=review, **others)
    for kind, others in ((BoxKind.OPEN, {}), (BoxKind.CODES, {}), (BoxKind.VERIFIABLE, OUTSIDE))
    for review in ("", REVIEW)
    for chosen in product([True, False], repeat=len(SWITCHES))
]
BOASTS = ("100 %", "100%", "inviolable", "anónim", "blockchain", "imposible", "totalmente")


def name_of(rules: Rules) -> str:
    on = [switch for switch in SWITCHES if getattr(rules, switch)]
    return "+".join([rules.kind.name, *on, *(["reviewed"] if rules.review else [])])


def kept(rules: Rules) -> str:
    return " ".join(one.sentence for one in promises.promises_of(rules) if one.is_kept)


def limits(rules: Rules) -> str:
    return " ".join(one.sentence for one in promises.promises_of(rules) if not one.is_kept)


@pytest.mark.parametrize("rules", COMBINATIONS, ids=name_of)
def test_the_box_says_what_this_configuration_keeps_and_nothing_else(rules):
    promised, owed = kept(rules), limits(rules)
    is_open, is_codes = rules.kind is BoxKind.OPEN, rules.kind is BoxKind.CODES
    is_secret, is_verifiable = not is_open, rules.kind is BoxKind.VERIFIABLE
    # the policy on voting again, and results before the end
    assert ("cuenta el último" in promised) is (is_secret and rules.takes_last)
    assert ("un solo voto por código" in promised) is (is_secret and not rules.takes_last)
    assert ("avanzan por grupos" in promised) is (is_open and rules.shows_live)
    assert ("Ninguna página muestra resultados antes" in promised) is is_secret
    # a code that somebody else finds
    asks_more = is_secret and rules.takes_last and rules.has_second_part
    found = is_secret and rules.takes_last and not rules.has_second_part
    assert ("seis cifras de la tarjeta" in promised) is asks_more
    assert ("Quien encuentre su código puede cambiar su voto" in owed) is found
    is_scanned = is_secret and not rules.is_assisted
    assert ("el historial del celular puede guardar su código" in owed) is is_scanned
    # one person, one vote
    assert ("también más de una vez" in owed) is is_open
    assert ("No es representativa" in owed) is is_open
    # secrecy, and before whom
    assert ("No es secreto ante quien opera el servidor" in owed) is is_codes
    keeps_secret = is_verifiable and not rules.is_assisted
    assert ("mientras uno solo de los 3 custodios" in promised) is keeps_secret
    assert ("Si todos los custodios se ponen de acuerdo" in owed) is is_verifiable
    assert ("pierde su parte de la llave" in owed) is is_verifiable
    # stuffing
    assert ("podría votar con los que sobren" in owed) is is_codes
    assert ("podrían meter votos" in owed) is is_verifiable
    # what no box of ours withstands
    assert ("Un celular con virus, o una página alterada" in owed) is is_secret
    assert ("Algún día se podrían descifrar" in owed) is is_secret
    assert "mire su pantalla" in owed
    # the outside review
    assert ("revisión externa de la criptografía está pendiente" in owed) is (
        is_verifiable and not rules.review
    )
    is_reviewed = is_verifiable and bool(rules.review)
    assert (f"una revisión externa: {REVIEW}." in promised) is is_reviewed
    # what any of them may have
    is_helped = is_secret and rules.is_assisted
    offers_help = is_secret and rules.allows_assisted and not rules.is_assisted
    assert ("este servidor verá su voto" in owed) is offers_help
    assert ("el servidor ve su voto y su código" in owed) is is_helped
    assert ("Su celular cifra el voto" in promised) is (is_secret and not rules.is_assisted)
    assert ("se cuenta a mano" in promised) is rules.allows_paper
    assert ("Los datos sobre usted son opcionales" in promised) is rules.asks_variables
    assert ("Los datos sensibles necesitan su permiso" in promised) is rules.asks_sensitive


def test_the_box_never_boasts_and_never_claims_to_withstand_being_forced():
    for rules in COMBINATIONS:
        promised = kept(rules)
        assert [word for word in BOASTS if word in promised.lower()] == []
        assert "obligue" not in promised
        assert "exija" not in promised


def test_every_promise_is_one_short_sentence_or_two():
    """C12."""
    for rules in COMBINATIONS:
        told = [one.sentence for one in promises.promises_of(rules)]
        told += [sight.visible for sight in promises.sights(rules)]
        for words in told:
            sentences = re.split(r"[.:] ", words.rstrip("."))
            long = [sentence for sentence in sentences if len(sentence.split()) > 20]
            assert long == []
            assert words.endswith(".")


def test_the_promise_is_what_happens_with_few_votes():
    rule = "Con menos de 10 votos no se abre nada: la urna termina sin resultado."
    assert rule in kept(Rules(BoxKind.CODES, minimum_rule=rule))
    owed = limits(Rules(BoxKind.OPEN, sums_with_paper=True))
    assert "no es secreta ante quienes contaron el papel" in owed
    assert "contaron el papel" not in limits(Rules(BoxKind.OPEN))


def test_the_box_says_who_sees_what_and_until_when():
    for rules in COMBINATIONS:
        who = [sight.reader for sight in promises.sights(rules)]
        assert who[:3] == ["El público", "El personal", "Quien opera el servidor"]
        assert "Cuánto se guarda" in who
        assert ("Los datos sobre usted" in who) is rules.asks_variables
        assert ("Personería" in who) is (rules.kind is BoxKind.VERIFIABLE)
        assert ("Universidad, Comité Territorial y Veeduría" in who) is (
            rules.kind is BoxKind.VERIFIABLE
        )


def test_the_box_names_the_smallest_group_and_the_term_of_this_installation():
    rules = Rules(BoxKind.CODES, asks_variables=True, months=18, small_cell=12)
    assert "de menos de 12 personas" in kept(rules)
    assert "Se guardan 18 meses." in promises.sights(rules)[-1].visible
    live = replace(rules, kind=BoxKind.OPEN, shows_live=True)
    assert "avanzan por grupos de 12" in kept(live)


@pytest.mark.parametrize("is_assisted", [True, False])
def test_where_some_trustees_are_enough_the_box_says_what_may_be_lost_and_who_could_open(
    is_assisted,
):
    rules = Rules(BoxKind.VERIFIABLE, is_assisted=is_assisted, needed=2, **OUTSIDE)
    promised, owed = kept(rules), limits(rules)
    secrecy = "Es secreto mientras al menos 2 de los 3 custodios cuiden a solas su parte"
    assert (secrecy in promised) is not is_assisted
    assert "Si un custodio pierde su parte de la llave, el resultado sale igual." in promised
    assert (
        "Si 2 de los 3 custodios se ponen de acuerdo, pueden abrir los votos antes de tiempo."
    ) in owed
    assert "Si 2 custodios pierden su parte de la llave, no hay resultado." in owed
    assert "uno solo" not in promised
    seen = " ".join(one.visible for one in promises.sights(rules))
    assert "Como custodios abren el total, 2 de los 3 custodios." in seen
