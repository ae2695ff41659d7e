"""What a call says once it may speak: the order of the topics, where people live, what was done.

When it may speak. While a call is open its results are hidden; or, if it was made so, the order
of the topics is shown for whole groups of answers, so that nobody sees what the last person did.
The figures by territory and by way come at the close, and after a reopening only when every one
of them has moved by a whole group.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from participa.channels import ranking
from participa.channels.ranking import Standing
from participa.citizens import disclosure, territories
from participa.citizens import queries as citizens
from participa.citizens.disclosure import ProtectedPicks
from participa.citizens.queries import VariableCount
from participa.core import spanish
from participa.core.installation import installation
from participa.core.tables.cells import Column, Table
from participa.topics import queries
from participa.topics.models import Topic, TopicCall
from participa.topics.submit_answer import CHANNELS, SOURCE

Ballots = list[tuple[tuple[int, ...], int]]


@dataclass(frozen=True, slots=True)
class Placed:
    """A topic with its place in both rules and with how many people chose it."""

    topic: Topic
    place: int
    points: int
    is_tied: bool
    duel_place: int
    duels: int
    duel_is_tied: bool
    people: int


@dataclass(frozen=True, slots=True)
class Heard:
    """A territory, with how many answered there and how many of them chose each topic."""

    label: str
    people: int | None
    chosen: tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class CallResults:
    """What may be told of a call now; `silence` says why nothing is."""

    silence: str
    people: int
    placed: tuple[Placed, ...]
    sentence: str
    heard: tuple[Heard, ...]
    channels: tuple[tuple[str, int | None], ...]

    @property
    def is_told(self) -> bool:
        return not self.silence

    @property
    def chart(self) -> list[tuple[str, int]]:
        return [(one.topic.title, one.points) for one in self.placed]

    @property
    def people_by_territory(self) -> list[tuple[str, int | None]]:
        """The territories whose number may be told."""
        return [(place.label, place.people) for place in self.heard if place.people is not None]

    @property
    def hidden_territories(self) -> list[str]:
        return [place.label for place in self.heard if place.people is None]

    @property
    def heard_in_detail(self) -> list[Heard]:
        """The territories of which at least one number by topic may be told."""
        return [place for place in self.heard if any(n is not None for n in place.chosen)]

    @property
    def has_ties(self) -> bool:
        return any(one.is_tied for one in self.placed)

    @property
    def rules_differ(self) -> bool:
        """The two rules put different topics first."""
        return {one.topic.id for one in self.placed if one.place == 1} != {
            one.topic.id for one in self.placed if one.duel_place == 1
        }


def results_of(call: TopicCall) -> CallResults:
    count = published_people(call)
    if silence := why_silent(call, count):
        return CallResults(silence, 0, (), "", (), ())
    ballots = queries.ballots(call.id, None if count == queries.people(call.id) else count)
    placed = in_places(call, ballots)
    heard, channels = (by_territory(call), by_channel(call)) if call.is_closed else ((), ())
    return CallResults("", count, placed, in_words(placed, count), heard, channels)


def published_people(call: TopicCall) -> int:
    """How many answers may be told now, the oldest first."""
    count, k = queries.people(call.id), small_cell()
    before = queries.people_before(call.id, call.reopened_at) if call.reopened_at else 0
    if not call.is_closed:
        return before + disclosure.running_total(count - before, k) if call.shows_live else 0
    if before and not disclosure.publishable(count, before, k):
        return before
    return count


def why_silent(call: TopicCall, count: int) -> str:
    k = small_cell()
    if not call.is_closed and not call.shows_live:
        return "Los resultados se publican al cierre, para todos al mismo tiempo."
    if count == 0 and call.is_closed and queries.people(call.id) == 0:
        return "No llegaron respuestas."
    if count < k and not call.is_closed:
        return f"Los resultados aparecen con {2 * k} respuestas, para no señalar a nadie."
    if count < k:
        return f"Aún no hay {k} respuestas. Con menos no se publica nada, para no señalar a nadie."
    return ""


def in_places(call: TopicCall, ballots: Ballots) -> tuple[Placed, ...]:
    """The topics from first to last, by points; equals stay in the order of the call."""
    topics = {topic.id: topic for topic in call.topics}
    points = ranking.borda(ballots, list(topics), call.choose_up_to)
    duels = {standing.option: standing for standing in ranking.pairwise(ballots, list(topics))}
    people: Counter[int] = Counter()
    for ranked, count in ballots:
        people.update(dict.fromkeys(ranked, count))
    return tuple(
        placed(topics[one.option], one, duels[one.option], people[one.option]) for one in points
    )


def placed(topic: Topic, points: Standing[int], duels: Standing[int], people: int) -> Placed:
    return Placed(
        topic,
        points.place,
        points.score,
        points.tied,
        duels.place,
        duels.score,
        duels.tied,
        people,
    )


def in_words(placed: Sequence[Placed], count: int) -> str:
    """The first place, in a sentence."""
    first = [one for one in placed if one.place == 1]
    of_all = spanish.several(count, "persona", "personas")
    if len(first) == 1:
        chose = spanish.number(first[0].people)
        return f"«{first[0].topic.title}» queda de primero: {chose} de {of_all} lo eligieron."
    names = spanish.listed([f"«{one.topic.title}»" for one in first])
    return f"Empatan en el primer puesto {names}. Respondieron {of_all}."


def by_territory(call: TopicCall) -> tuple[Heard, ...]:
    """Every territory of the city, heard or not, then those who live elsewhere or did not say."""
    rows = queries.rankings_by_territory(call.id)
    if call.reopened_at is not None:
        before = queries.rankings_by_territory(call.id, call.reopened_at)
        if before and not disclosure.publishable_table(picks(rows), picks(before), small_cell()):
            rows = before
    told = protected(call, rows)
    topics = [str(topic.id) for topic in call.topics]
    return tuple(
        Heard(
            territories.label(code),
            told.people[code],
            tuple(told.picks.get((topic, code), 0) for topic in topics),
        )
        for code in territories.TERRITORIES
        if code in told.people
    )


def protected(call: TopicCall, rows: Sequence[tuple[str, tuple[int, ...], int]]) -> ProtectedPicks:
    people: Counter[str] = Counter(dict.fromkeys((place.code for place in territories.CITY), 0))
    for place, _, count in rows:
        people[place] += count
    chosen = {(option, place): n for (option, place), n in picks(rows).items()}
    everything = {
        (str(topic.id), place): chosen.get((str(topic.id), place), 0)
        for topic in call.topics
        for place in people
    }
    return disclosure.protect_many(people, everything, small_cell(), totals_are_public=True)


def picks(rows: Sequence[tuple[str, tuple[int, ...], int]]) -> Mapping[tuple[str, ...], int]:
    """(topic, territory) → how many people there chose the topic."""
    found: Counter[tuple[str, ...]] = Counter()
    for place, ranked, count in rows:
        for topic in ranked:
            found[str(topic), place] += count
    return found


def by_channel(call: TopicCall) -> tuple[tuple[str, int | None], ...]:
    """How people came (NET-07); small numbers hidden, and what would give them away."""
    cells = ways(call.id)
    if call.reopened_at is not None:
        before = ways(call.id, call.reopened_at)
        if any(before.values()) and not disclosure.publishable_table(cells, before, small_cell()):
            cells = before
    told = disclosure.protect(cells, small_cell())
    return tuple((CHANNELS[channel], told.cells[(channel,)]) for channel in CHANNELS)


def ways(call_id: int, before: datetime | None = None) -> dict[tuple[str, ...], int]:
    people = queries.people_by_channel(call_id, before)
    return {(way,): people.get(way, 0) for way in CHANNELS}


def who_answered(call: TopicCall) -> tuple[VariableCount, ...]:
    """What people told of themselves, once the call has closed. After a reopening it stays
    untold: what is kept knows no hour, so nobody could tell the newcomers from the others.
    """
    if not call.is_closed or call.reopened_at is not None:
        return ()
    return citizens.counts(SOURCE, call.id, call.variables, queries.people(call.id))


def rankings_table(call: TopicCall) -> Table:
    """Every ranking with how many people gave it: enough to recompute the order, and no more.

    One column per place with the title of the topic, in the order of the rankings themselves.
    """
    places = range(1, call.choose_up_to + 1)
    titles = {topic.id: topic.title for topic in call.topics}
    count = published_people(call)
    ballots = [] if why_silent(call, count) else queries.ballots(call.id, count)
    columns = (
        *(
            Column(f"place_{place}", f"Puesto {place}", f"Tema en el puesto {place}, o vacío")
            for place in places
        ),
        Column("people", "Personas", "Cuántas personas dieron este orden", "number"),
    )
    rows = (
        [*(titles[topic] for topic in ranked), *[None] * (len(places) - len(ranked)), people]
        for ranked, people in ballots
    )
    return Table("ordenes", call.title, columns, rows)


def small_cell() -> int:
    k: int = installation().settings.small_cell
    return k
