"""How many trustees open a box, in sentences that hold for every number of them."""

import pytest

from participa.ballots.quorum import Parts, Quorum

pytestmark = pytest.mark.one_engine


def test_where_all_are_needed_one_keeps_the_secret_and_one_can_lose_the_result():
    for needed in (None, 3):
        every = Quorum.of(needed, 3)
        assert every.opening == "Para abrir el total hacen falta los 3 custodios."
        assert every.secrecy.startswith("Es secreto mientras uno solo de los 3 custodios cuide")
        assert every.collusion == (
            "Si todos los custodios se ponen de acuerdo, pueden abrir los votos."
        )
        assert every.tolerance == ""
        assert every.loss == "Si un custodio pierde su parte de la llave, no hay resultado."


@pytest.mark.parametrize(
    ("needed", "keepers", "keeping", "tolerance", "loss"),
    [
        (2, 3, "al menos 2 de los 3", "Si un custodio pierde", "Si 2 custodios pierden"),
        (2, 4, "al menos 3 de los 4", "Si 2 custodios pierden", "Si 3 custodios pierden"),
        (3, 4, "al menos 2 de los 4", "Si un custodio pierde", "Si 2 custodios pierden"),
        (8, 9, "al menos 2 de los 9", "Si un custodio pierde", "Si 2 custodios pierden"),
        (2, 9, "al menos 8 de los 9", "Si 7 custodios pierden", "Si 8 custodios pierden"),
    ],
)
def test_where_some_are_enough_each_number_follows_from_the_two(
    needed, keepers, keeping, tolerance, loss
):
    some = Quorum.of(needed, keepers)
    assert some.opening == f"Para abrir el total hacen falta {needed} de los {keepers} custodios."
    assert f"Es secreto mientras {keeping} custodios cuiden" in some.secrecy
    assert some.collusion.startswith(f"Si {needed} de los {keepers} custodios se ponen de acuerdo")
    assert some.collusion.endswith("antes de tiempo.")
    assert some.tolerance.startswith(tolerance)
    assert some.tolerance.endswith("el resultado sale igual.")
    assert some.loss.startswith(loss)
    assert some.loss.endswith("no hay resultado.")


def test_a_draft_with_fewer_trustees_than_it_will_need_promises_no_more():
    assert Quorum.of(3, 2).needs_all
    assert Quorum.of(None, 0).opening == "Para abrir el total hacen falta los custodios."


@pytest.mark.parametrize(
    ("needed", "arrived", "missing", "awaited"),
    [
        (2, "", "AB", "Faltan las partes de A y B."),
        (2, "A", "B", "Falta la parte de B."),
        (2, "A", "BC", "Falta una parte, de cualquiera de ellos: B y C."),
        (2, "", "ABC", "Faltan 2 partes, de cualesquiera de ellos: A, B y C."),
        (2, "AC", "B", ""),
        (2, "AB", "", ""),
    ],
)
def test_what_is_awaited_names_who_can_give_it(needed, arrived, missing, awaited):
    parts = Parts(Quorum.of(needed, len(arrived + missing)), list(arrived), list(missing))
    assert parts.awaited == awaited


def test_whose_part_was_not_needed_is_told_without_blame():
    two = Quorum.of(2, 4)
    assert Parts(two, ["A", "C"], ["B", "D"]).opened == (
        "Abrieron el total 2 de los 4 custodios: A y C. Las partes de B y D no hicieron falta."
    )
    assert Parts(two._replace(keepers=3), ["A", "C"], ["B"]).opened == (
        "Abrieron el total 2 de los 3 custodios: A y C. La parte de B no hizo falta."
    )
