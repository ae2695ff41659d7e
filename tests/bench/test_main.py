import pytest

from bench import __main__ as bench
from bench import installations, measures, parts, profiling
from bench.installations import Missing, Unanswered
from bench.measures import Unsteady
from bench.parts import Broken


@pytest.fixture
def no_postgresql(monkeypatch):
    monkeypatch.setattr(installations, "find_spec", lambda name: None)


@pytest.fixture
def measured(monkeypatch):
    """The databases on which the only part of the benchmark was run."""
    kinds: list[str] = []

    def part(plan, kind):
        kinds.append(kind)
        yield f"en {kind}", "1", ""

    monkeypatch.setattr(parts, "PER_DATABASE", {"ratio": (part,)})
    monkeypatch.setattr(parts, "ONCE", {})
    return kinds


def test_without_postgresql_one_line_says_so_and_the_rest_is_measured(
    monkeypatch, capsys, measured, no_postgresql
):
    monkeypatch.delenv("PARTICIPA_REQUIRE", raising=False)
    assert bench.main(["ratio"]) == 0
    assert measured == ["sqlite"]
    printed = capsys.readouterr().out
    assert printed.count("sin PostgreSQL") == 1
    assert "pip install -e '.[pgtest]'" in printed


def test_without_postgresql_its_figures_cannot_be_had_by_name(capsys, measured, no_postgresql):
    assert bench.main(["ratio", "--database", "postgresql"]) == 1
    assert measured == []


def test_a_required_postgresql_that_is_missing_is_a_failure(monkeypatch, measured, no_postgresql):
    monkeypatch.setenv("PARTICIPA_REQUIRE", "e2e,pg")
    assert bench.main(["ratio"]) == 1
    assert measured == ["sqlite"]


@pytest.mark.parametrize(
    ("problem", "sentence"),
    [
        pytest.param(Broken("a row was lost"), "a row was lost", id="a broken promise"),
        pytest.param(Unanswered("500 for the form"), "500 for the form", id="a refusal"),
        pytest.param(Unsteady("the fractions spread"), "the fractions spread", id="no figure"),
        pytest.param(RuntimeError("outside"), "la medición terminó en un error", id="a fault"),
    ],
)
def test_a_part_that_fails_hides_no_other(monkeypatch, capsys, problem, sentence):
    def bad(plan):
        yield "antes", "1", ""
        raise problem

    def good(plan):
        yield "después", "2", ""

    monkeypatch.setattr(parts, "PER_DATABASE", {})
    monkeypatch.setattr(parts, "ONCE", {"qr": (bad, good)})
    assert bench.main(["qr", "--database", "sqlite"]) == 1
    printed = capsys.readouterr().out
    assert "| antes | 1 |" in printed
    assert sentence in printed
    assert "| después | 2 |" in printed


@pytest.mark.parametrize(("required", "status"), [("", 0), ("urna", 1)])
def test_a_missing_program_fails_only_where_it_is_required(monkeypatch, required, status):
    def part(plan):
        raise Missing("urna", "sudo apt install belenios-tool")
        yield

    monkeypatch.setenv("PARTICIPA_REQUIRE", required)
    monkeypatch.setattr(parts, "PER_DATABASE", {})
    monkeypatch.setattr(parts, "ONCE", {"urna": (part,)})
    assert bench.main(["urna", "--database", "sqlite"]) == status


def test_a_check_runs_every_part_small():
    chosen, plan = bench.read(["--check"])
    assert set(chosen) == {*parts.PER_DATABASE, *parts.ONCE}
    assert plan.size is parts.SMALL


@pytest.mark.parametrize(
    "arguments",
    [
        ["nothing"],
        ["ratio", "--against", "."],
        ["journey", "--against", "/nowhere"],
        ["journey", "--pairs", "0"],
    ],
    ids=["unknown part", "comparing another part", "no checkout", "no pair"],
)
def test_what_cannot_be_measured_is_refused(capsys, arguments):
    with pytest.raises(SystemExit) as refusal:
        bench.read(arguments)
    assert refusal.value.code == 2


@pytest.mark.parametrize(
    ("ratios", "is_failure"),
    [([1.6, 1.7, 1.4], False), ([1.6, 1.7, 1.6], True), ([1.1], False)],
    ids=["one of three is well", "three of three", "the first is well"],
)
def test_growth_fails_only_in_three_tries_of_three(monkeypatch, capsys, ratios, is_failure):
    monkeypatch.setattr(measures, "growth_tries", lambda *arguments: ratios)
    assert bench.main(["growth", "--check", "--database", "sqlite"]) == is_failure


def test_growth_is_tried_again_only_while_it_is_beyond_the_limit(monkeypatch):
    costs = iter([{0: 1.0, 9: 2.0}, {0: 1.0, 9: 1.2}, {0: 1.0, 9: 1.0}])

    class NoCities:
        def __enter__(self):
            return {}

        def __exit__(self, *problem):
            return None

    monkeypatch.setattr(measures, "cities", lambda kind, sizes: NoCities())
    monkeypatch.setattr(measures, "least_of_each", lambda *arguments, **more: next(costs))
    assert measures.growth_tries("sqlite", (0, 9), limit=1.5) == [2.0, 1.2]


def test_a_profile_goes_with_the_part_whose_form_it_watches(capsys):
    with pytest.raises(SystemExit):
        bench.main(["journey", "--profile"])
    assert "--profile goes with the part ratio" in capsys.readouterr().err


@pytest.mark.slow
def test_a_profile_adds_up_to_what_a_form_costs():
    spent = profiling.profile("sqlite", 20)
    for parts_of_it in (spent.places, spent.steps):
        assert sum(part for _, part in parts_of_it) == pytest.approx(spent.total)
    assert all(part > 0 for _, part in spent.steps)
    assert {"sqlalchemy", "wtforms", "participa.channels.flow"} <= {
        name for name, _ in spent.places
    }
