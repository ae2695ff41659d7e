"""Group long lists of evidence: many things of one progress report are shown folded. Pure."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from participa.plan.measures import Evidence

MAX_UNGROUPED = 10
PLACE = re.compile(r" \(\d+ de \d+\)$")  # added by reporting.report_measure to each title


@dataclass(frozen=True, slots=True)
class EvidenceGroup:
    """Consecutive evidence. A group with a title is shown folded under it, one without is not."""

    proofs: tuple[Evidence, ...]
    title: str = ""

    @property
    def first(self) -> Evidence:
        return self.proofs[0]


def evidence_groups(evidence: Iterable[Evidence]) -> Iterator[EvidenceGroup]:
    """Split evidence into groups in its order: more than MAX_UNGROUPED of one source in a row are
    a titled group of their own."""
    loose: list[Evidence] = []
    for _, run in groupby(evidence, _source):
        proofs = tuple(run)
        if len(proofs) <= MAX_UNGROUPED:
            loose += proofs
            continue
        if loose:
            yield EvidenceGroup(tuple(loose))
            loose = []
        yield EvidenceGroup(proofs, PLACE.sub("", proofs[0].title))
    if loose:
        yield EvidenceGroup(tuple(loose))


def _source(proof: Evidence) -> tuple[str, str, date, bool, str]:
    name = PLACE.sub("", proof.title)
    return name, proof.url, proof.on, proof.fulfilled, proof.reason
