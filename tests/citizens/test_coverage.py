from participa.citizens import coverage


def test_the_territories_that_were_not_heard_are_named():
    """NET-07"""
    found = coverage.coverage_of({"01": 3, "90": 8, "AM": 2, "OM": 1, "NR": 4, "": 5})
    assert [(territory.code, people) for territory, people in found.covered] == [
        ("90", 8),
        ("01", 3),
    ]
    assert len(found.missing) == 19
    assert found.missing[0].label == "Comuna 2 – Santa Cruz"
    assert (found.elsewhere, found.unknown) == (3, 9)
    assert found.sentence.startswith("Hay respuestas de 2 de 21 territorios. Faltan: Comuna 2")


def test_a_city_that_was_heard_whole_or_not_at_all_is_said_so():
    whole = coverage.coverage_of({territory.code: 1 for territory in coverage.CITY})
    assert whole.sentence == "Hay respuestas de los 21 territorios."
    assert (
        coverage.coverage_of({}).sentence
        == "Aún no hay respuestas de ninguno de los 21 territorios."
    )
