"""Long evidence made readable: what one report counts stands together, and can be folded. Pure."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from participa.plan.measures import Evidence

MANY = 10
PLACE = re.compile(r" \(\d+ de \d+\)$")  # how a report numbers the things that it counts


@dataclass(frozen=True, slots=True)
class EvidenceGroup:
    """A stretch of the evidence, in its order. Without title it is short enough to stand open."""

    proofs: tuple[Evidence, ...]
    title: str = ""

    @property
    def first(self) -> Evidence:
        return self.proofs[0]


def evidence_groups(evidence: Iterable[Evidence]) -> Iterator[EvidenceGroup]:
    """Each proof exactly once: more than MANY of one source in a group of their own."""
    loose: list[Evidence] = []
    for _, run in groupby(evidence, _source):
        proofs = tuple(run)
        if len(proofs) <= MANY:
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
