"""Threshold groups of trustees, and elections under their keys, for tests."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from participa.belenios import (
    election,
    questions,
    threshold,
    trustees,
)
from participa.belenios.groups import BELENIOS_2048
from participa.belenios.threshold import Dealing
from participa.belenios.trustees import Trustee, TrusteeCertificate, Trustees
from tests.belenios.builders import UUID, Box, holders

GROUP = BELENIOS_2048
WHAT = "El documento"


@dataclass(frozen=True)
class KeyGroup:
    """A group after its ceremony, with everybody's secrets."""

    threshold: int
    secrets: tuple[int, ...]
    certificates: tuple[TrusteeCertificate, ...]
    dealings: tuple[Dealing, ...]
    shares: tuple[int, ...]
    keys: tuple[Trustee, ...]

    @property
    def record(self) -> bytes:
        return threshold.record(self.threshold, self.certificates, self.dealings, self.keys)

    @property
    def trustees(self) -> Trustees:
        return trustees.read(GROUP, self.record)

    @property
    def file(self) -> bytes:
        names = [f"Custodio {n}" for n in range(1, len(self.secrets) + 1)]
        return threshold.write_file(self.threshold, names, self.certificates, self.dealings)


def certificates_of(secrets: Sequence[int]) -> tuple[TrusteeCertificate, ...]:
    raw = (threshold.certificate(GROUP, secret) for secret in secrets)
    return tuple(threshold.read_certificate(GROUP, one, WHAT) for one in raw)


def dealings_of(
    secrets: Sequence[int], needed: int, certificates: Sequence[TrusteeCertificate]
) -> tuple[Dealing, ...]:
    return tuple(
        threshold.read_dealing(
            GROUP,
            needed,
            certificates,
            number,
            threshold.deal(GROUP, secret, needed, certificates),
            WHAT,
        )
        for number, secret in enumerate(secrets, start=1)
    )


def secrets_for(count: int, seed: int = 1) -> tuple[int, ...]:
    """Throw-away secrets, always the same ones."""
    return tuple(GROUP.hash(f"test-trustee|{seed}|{n}") for n in range(count))


@cache
def key_group(needed: int, count: int, seed: int = 1) -> KeyGroup:
    """A ceremony as it should be."""
    secrets = secrets_for(count, seed)
    certificates = certificates_of(secrets)
    dealings = dealings_of(secrets, needed, certificates)
    shares, keys = [], []
    for number, secret in enumerate(secrets, start=1):
        share = threshold.share_of(GROUP, secret, needed, certificates, dealings)
        raw = threshold.verification_key(GROUP, share)
        shares.append(share)
        keys.append(
            threshold.read_verification_key(GROUP, certificates, dealings, number, raw, WHAT)
        )
    return KeyGroup(needed, secrets, certificates, dealings, tuple(shares), tuple(keys))


def threshold_box(group: KeyGroup, *asked: questions.Question, voters: int = 2) -> Box:
    made = election.make(
        UUID,
        "Prioridades del barrio",
        "La última papeleta es la que cuenta.",
        group.trustees.public_key(),
        asked or (questions.yes_no("¿Está de acuerdo?"),),
    )
    return Box(made, group.shares, group.record, holders(voters))
