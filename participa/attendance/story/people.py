"""The people of the lists in the story of a demonstration. Every name is invented."""

import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from participa.attendance import waiting_details
from participa.attendance.documents import NONE
from participa.attendance.models import AttendanceList, SignInWay
from participa.attendance.sign_in import Arrival, Identity, sign
from participa.attendance.snapshots import snapshot_of
from participa.citizens.fields import CONSENT

NAMES = json.loads((Path(__file__).parents[1] / "seed" / "example-names.json").read_text("utf-8"))
DRAWN = (
    "M20 80L60 30L90 90L130 40L180 85L240 50",
    "M30 60L70 20L80 90L150 60L210 70L270 40",
)
PHONE, DESK, KIOSK, PAPER = (
    SignInWay.PHONE,
    SignInWay.DESK,
    SignInWay.KIOSK,
    SignInWay.PAPER,
)
MAN, WOMAN = "1", "2"


@dataclass(frozen=True, slots=True)
class ToldCrowd:
    """How people came onto one list: by which door, in which ways, from which territories."""

    doors: tuple[str, ...] = ()
    ways: tuple[SignInWay, ...] = (PHONE, PHONE, DESK)
    places: tuple[str, ...] = ("10", "11", "14", "OM")
    minors: int = 0
    on_paper: int = 0  # people who signed on a sheet and in no other way
    on_slips: int = 0  # of these, on a slip of their own
    twice: int = 0  # signed on a sheet, and with a device too


def come(
    record: AttendanceList,
    how: ToldCrowd,
    moments: Sequence[datetime],
    women: int,
    chance: random.Random,
) -> None:
    """One person signs at each of these moments; so many of them say that they are women."""
    listed = snapshot_of(record)
    genders = [WOMAN] * women + [MAN] * (len(moments) - women)
    chance.shuffle(genders)
    minors = set(chance.sample(range(len(moments)), how.minors))
    for place, (moment, gender) in enumerate(zip(moments, genders, strict=True)):
        way = chance.choice(how.ways)
        arrival = Arrival(way=way, at=moment, door=chance.choice(how.doors) if how.doors else "")
        identity = Identity(is_minor=True) if place in minors else person(chance, way)
        details = said(chance, how, gender, is_minor=identity.is_minor)
        number = f"{chance.getrandbits(128):032x}"
        sign(listed, number, identity, arrival, details)
    waiting_details.mix(record.id)


def person(chance: random.Random, way: SignInWay) -> Identity:
    """An invented person; one in ten shows no document."""
    name = f"{chance.choice(NAMES['first'])} {' '.join(chance.sample(NAMES['last'], 2))}"
    has_document, writes = chance.random() > 0.1, chance.random() < 0.3 and way is not PAPER
    number = str(chance.randrange(1_000_000_000, 1_199_999_999))
    return Identity(
        name=name,
        document_type="CC" if has_document else NONE,
        document=number if has_document else "",
        email=f"persona{number[-5:]}@ejemplo.org" if writes else "",
        signature=chance.choice(DRAWN) if way is PHONE and chance.random() < 0.5 else "",
        purposes=frozenset({"attendance", "contact"} if writes else {"attendance"}),
    )


def said(
    chance: random.Random, how: ToldCrowd, gender: str, is_minor: bool = False
) -> dict[str, list[str]]:
    """What somebody says of themselves; everybody says something."""
    age = "AD" if is_minor else chance.choice(("JU", "AU", "AU", "AU", "PM"))
    answers = {"curso_vida": [age], "territorio": [chance.choice(how.places)]}
    answers |= {"identidad_genero": [gender], CONSENT: ["y"]}
    if chance.random() < 0.4:
        answers["pertenencia_etnica"] = [chance.choice(("6", "6", "6", "5", "1"))]
    if chance.random() < 0.3:
        answers["campesino"] = [chance.choice(("1", "2", "2"))]
    if chance.random() < 0.3:
        answers["discapacidad"] = [chance.choice(("0", "0", "0", "FI", "VI"))]
    if chance.random() < 0.3:
        answers["victima_conflicto"] = [chance.choice(("1", "0", "0"))]
    return answers


def spread(since: datetime, until: datetime, people: int, chance: random.Random) -> list[datetime]:
    """`people` random moments of arrival, ascending and denser in the middle."""
    seconds = (until - since).total_seconds()
    return sorted(
        since + timedelta(seconds=int(seconds * chance.triangular(0, 1, 0.45)))
        for _ in range(people)
    )
