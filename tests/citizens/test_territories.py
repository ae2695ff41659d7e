import json

import pytest

from participa.citizens import territories


def test_the_city_has_16_comunas_and_5_corregimientos_in_a_stable_order():
    kinds = [territory.kind for territory in territories.CITY]
    assert kinds == ["comuna"] * 16 + ["corregimiento"] * 5
    codes = [code for code, _ in territories.choices()]
    assert codes == [*sorted(codes[:21]), "AM", "OM", "NR"]
    assert territories.choices()[0] == ("01", "Comuna 1 – Popular")
    assert territories.choices()[-1] == ("NR", "Prefiero no responder")


def test_every_barrio_area_and_vereda_of_the_official_counts_is_there():
    counts = json.loads(territories.SEED.read_text("utf-8"))["counts"]
    kinds = [place.kind for place in territories.NEIGHBOURHOODS.values()]
    assert kinds.count("barrio") == counts["barrios"] == 249
    assert kinds.count("vereda") == counts["veredas"] == 47
    institutional = sum(place.has_official_code for place in territories.NEIGHBOURHOODS.values())
    assert institutional == counts["barrios"] + counts["areas_institucionales"]
    offered = [one for group in territories.neighbourhood_choices().values() for one, _ in group]
    codes = map(territories.neighbourhood_code, offered)
    assert sorted(codes) == sorted(territories.NEIGHBOURHOODS)
    assert len(set(offered)) == len(offered)
    assert sum(len(territory.neighbourhoods) for territory in territories.CITY) == len(offered)


def test_a_vereda_has_a_code_of_its_own_that_says_it_is_not_official():
    place = territories.NEIGHBOURHOODS["90-el-plan"]
    assert (place.name, place.kind, place.territory_code) == ("El Plan", "vereda", "90")
    assert not place.has_official_code


@pytest.mark.parametrize(
    ("place", "where", "is_there"),
    [
        ("0101", "01", True),
        ("0101", "02", False),
        ("90-el-plan", "90", True),
        ("9999", "01", False),
        ("", "", False),
        ("0101", "NR", False),
    ],
    ids=["its own", "another", "a vereda", "unknown", "nothing", "no territory told"],
)
def test_a_barrio_belongs_to_one_comuna_only(place, where, is_there):
    assert territories.belongs(place, where) is is_there


def test_an_unknown_code_is_told_as_it_is_and_has_no_places():
    assert territories.territory("77") is None
    assert territories.label("77") == "77"
    assert territories.label("90") == "Corregimiento 90 – Santa Elena"
    assert territories.neighbourhoods("77") == ()
    assert territories.neighbourhoods("AM") == ()
