from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from participa.plan.grouping import MAX_UNGROUPED, evidence_groups
from participa.plan.measures import Evidence
from participa.plan.models import Unit
from participa.plan.reporting.report_measure import report_evidence

DAY = date(2024, 3, 12)
REPORTS = st.lists(st.tuples(st.integers(1, 30), st.integers(0, 30), st.sampled_from(["/a", "/b"])))


def reported(done: int, more: int, url: str) -> list[Evidence]:
    return list(report_evidence(1, Unit.PERCENT, "Visitas", url, DAY, done, done + more))


@given(REPORTS)
def test_folding_loses_no_evidence_and_keeps_its_order(reports):
    evidence = [proof for values in reports for proof in reported(*values)]
    assert [proof for group in evidence_groups(evidence) for proof in group.proofs] == evidence


def test_a_report_of_many_things_is_one_group_with_its_name():
    done, missing = evidence_groups(reported(300, 200, "/a"))
    assert (done.title, len(done.proofs), done.first.fulfilled) == ("Visitas", 300, True)
    assert (missing.title, len(missing.proofs), missing.first.fulfilled) == ("Visitas", 200, False)


def test_short_reports_stand_in_one_open_list():
    (group,) = evidence_groups(reported(MAX_UNGROUPED, 0, "/a") + reported(2, 1, "/b"))
    assert (group.title, len(group.proofs)) == ("", MAX_UNGROUPED + 3)
