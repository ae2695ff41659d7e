"""Ballots that their voters opened: read one on your own machine, and see that none is cast."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Container
from typing import Any
from urllib.parse import urlencode

from participa.belenios import canonical, challenge
from participa.belenios.canonical import Malformed
from participa.belenios.election import Election
from participa.belenios.questions import BLANK, Question
from participa.belenios.witness import fetching

SHORTEST = 12  # signs of a tracker
LIST_BYTES = 5_000_000
LISTED = "La lista de papeletas abiertas"


class Cheated(Exception):
    """The device or the box is not honest; the Spanish message says which and why."""


class NotOpened(Exception):
    """There is nothing to read yet; in Spanish."""


def read_opened(address: str, election: Election, typed: str) -> list[str]:
    """What the opened ballot with this tracker marks, a sentence per question.

    Raises NotOpened, Cheated, or what `fetching.get` raises.
    """
    start = "".join(typed.split())
    if len(start) < SHORTEST:
        raise NotOpened(f"Escriba al menos los primeros {SHORTEST} signos del rastreador.")
    said = fetching.get(f"{address}/comprobar.json?{urlencode({'rastreo': start})}")
    if said.status != 200:
        raise NotOpened(
            f"Todavía no llegó ninguna papeleta abierta que empiece por {start}. Si el celular "
            "dice que ya la abrió, no vote en él."
        )
    try:
        opened = challenge.read(election, said.body)
    except Malformed as problem:
        raise Cheated(f"{problem} No vote en ese celular y avise.") from None
    if not opened.ballot.tracker.startswith(start):
        raise Cheated(f"Lo que llegó no es la papeleta {start}. No vote en ese celular y avise.")
    pairs = zip(election.questions, opened.votes)  # noqa: B905 - the single file runs on Python 3.9
    return [f"{question.text} {_words(question, vote)}" for question, vote in pairs]


def check_none_is_cast(address: str, records: Container[str]) -> bool:
    """That no ballot of the public list of opened ones is among these records, by their digests.

    Raises Cheated. Returns whether there is such a list: a box of before them has none.
    """
    said = fetching.get(f"{address}/comprobadas.json")
    if said.status != 200:
        return False
    try:
        listed = canonical.items(canonical.read(said.body, LISTED, LIST_BYTES), LISTED)
        cast = [tracker for tracker in listed if _digest(tracker) in records]
    except Malformed as problem:
        raise Cheated(str(problem)) from None
    if cast:
        raise Cheated(
            f"La papeleta {cast[0]} se abrió para comprobar un celular y está en la urna: su voto "
            "lo puede saber cualquiera."
        )
    return True


def _digest(tracker: Any) -> str:
    """The name that the record has in the archive."""
    try:
        raw = base64.b64decode(canonical.text(tracker, LISTED) + "=", validate=True)
    except (binascii.Error, ValueError):
        raise Malformed(f"{LISTED} tiene algo que no es un rastreador.") from None
    return raw.hex()


def _words(question: Question, vote: challenge.Chosen) -> str:
    if vote is BLANK:
        return "Voto en blanco."
    return "; ".join(question.answers[place] for place in vote or ()) or "Ninguna opción."
