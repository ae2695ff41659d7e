"""The results of a call that may be published now: order of the topics, territories, channels.

While a call is open its results are hidden. With `shows_live`, the order of the topics is
published for whole groups of answers, so that comparing two visits reveals no single answer.
The figures by territory and by channel are published at the close. After a reopening they are
replaced only when each of them is unchanged or has grown by at least `small_cell`.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from participa.channels import ranking
from participa.channels.ranking import Standing
from participa.channels.wording import early_closing
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
class PlacedTopic:
    """A topic with its place under both rules and the number of people who chose it."""

    topic: Topic
    place: int
    points: int
    is_tied: bool
    duel_place: int
    duels: int
    duel_is_tied: bool
    people: int


@dataclass(frozen=True, slots=True)
class TerritoryCounts:
    """The number of people who answered in a territory, and how many of them chose each topic.

    None is a hidden number. `chosen` is in the order of the call's topics.
    """

    label: str
    people: int | None
    chosen: tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class CallResults:
    """The results of a call that may be published now; `reason` is the reason when none may."""

    reason: str
    people: int
    placed: tuple[PlacedTopic, ...]
    sentence: str
    territories: tuple[TerritoryCounts, ...]
    channels: tuple[tuple[str, int | None], ...]
    most_points: int = 0  # of a topic that everybody puts first

    @property
    def is_published(self) -> bool:
        return not self.reason

    @property
    def chart(self) -> list[tuple[str, int]]:
        return [(one.topic.title, one.points) for one in self.placed]

    @property
    def people_by_territory(self) -> list[tuple[str, int | None]]:
        """The territories whose number of people may be published."""
        return [
            (place.label, place.people) for place in self.territories if place.people is not None
        ]

    @property
    def hidden_territories(self) -> list[str]:
        return [place.label for place in self.territories if place.people is None]

    @property
    def territories_in_detail(self) -> list[TerritoryCounts]:
        """The territories with at least one publishable number by topic."""
        return [place for place in self.territories if any(n is not None for n in place.chosen)]

    @property
    def has_ties(self) -> bool:
        return any(one.is_tied for one in self.placed)

    @property
    def rules_differ(self) -> bool:
        """Whether the two rules put different topics first."""
        return {one.topic.id for one in self.placed if one.place == 1} != {
            one.topic.id for one in self.placed if one.duel_place == 1
        }


def results_of(call: TopicCall) -> CallResults:
    count = published_people(call)
    if reason := reason_withheld(call, count):
        return CallResults(reason, 0, (), "", (), ())
    ballots = queries.ballots(call.id, None if count == queries.people(call.id) else count)
    placed = ranked_topics(call, ballots)
    counts = (by_territory(call), by_channel(call)) if call.is_closed else ((), ())
    most = count * call.choose_up_to
    return CallResults("", count, placed, headline(placed, count), *counts, most)


def published_people(call: TopicCall) -> int:
    """The number of answers whose order may be published now: the oldest ones."""
    count, k = queries.people(call.id), small_cell()
    before = queries.people_before(call.id, call.reopened_at) if call.reopened_at else 0
    if not call.is_closed:
        return before + disclosure.running_total(count - before, k) if call.shows_live else 0
    if before and not disclosure.publishable(count, before, k):
        return before
    return count


def reason_withheld(call: TopicCall, count: int) -> str:
    """A sentence with the reason not to publish `count` answers; empty if they may be."""
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


def ranked_topics(call: TopicCall, ballots: Ballots) -> tuple[PlacedTopic, ...]:
    """The topics from first to last, by points; ties are in the order of the call."""
    topics = {topic.id: topic for topic in call.topics}
    points = ranking.borda(ballots, list(topics), call.choose_up_to)
    duels = {standing.option: standing for standing in ranking.pairwise(ballots, list(topics))}
    people: Counter[int] = Counter()
    for ranked, count in ballots:
        people.update(dict.fromkeys(ranked, count))
    return tuple(
        placed(topics[one.option], one, duels[one.option], people[one.option]) for one in points
    )


def placed(topic: Topic, points: Standing[int], duels: Standing[int], people: int) -> PlacedTopic:
    return PlacedTopic(
        topic,
        points.place,
        points.score,
        points.tied,
        duels.place,
        duels.score,
        duels.tied,
        people,
    )


def headline(placed: Sequence[PlacedTopic], count: int) -> str:
    """A sentence about the first place, and by what if more people chose another topic."""
    first = [one for one in placed if one.place == 1]
    of_all = spanish.several(count, "persona", "personas")
    chosen_more = _chosen_more(placed, max(one.people for one in first))
    by = ", por puntos" if chosen_more else ""
    if len(first) == 1:
        chose = spanish.number(first[0].people)
        sentence = f"«{first[0].topic.title}» queda de primero{by}: {chose} de {of_all} lo "
        sentence += "eligió." if first[0].people == 1 else "eligieron."
    else:
        sentence = f"Empatan en el primer puesto{by} {_named(first)}. Respondieron {of_all}."
    return f"{sentence} {chosen_more}".rstrip()


def _chosen_more(placed: Sequence[PlacedTopic], first: int) -> str:
    """Which topics more people chose than the first one; empty if none."""
    most = max(one.people for one in placed)
    if most <= first:
        return ""
    chosen = [one for one in placed if one.people == most]
    people = spanish.number(most)
    return f"Más personas eligieron {_named(chosen)}, pero en puestos más bajos: {people}."


def _named(placed: Sequence[PlacedTopic]) -> str:
    return spanish.listed([f"«{one.topic.title}»" for one in placed])


def by_territory(call: TopicCall) -> tuple[TerritoryCounts, ...]:
    """Every territory of the city, also those without answers; then «elsewhere» and «no answer»."""
    rows = queries.rankings_by_territory(call.id)
    if call.reopened_at is not None:
        before = queries.rankings_by_territory(call.id, call.reopened_at)
        if before and not disclosure.publishable_table(picks(rows), picks(before), small_cell()):
            rows = before
    published = protected(call, rows)
    topics = [str(topic.id) for topic in call.topics]
    return tuple(
        TerritoryCounts(
            territories.label(code),
            published.people[code],
            tuple(published.picks.get((topic, code), 0) for topic in topics),
        )
        for code in territories.TERRITORIES
        if code in published.people
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
    """(topic, territory) → number of people there who chose the topic."""
    counts: Counter[tuple[str, ...]] = Counter()
    for place, ranked, count in rows:
        for topic in ranked:
            counts[str(topic), place] += count
    return counts


def by_channel(call: TopicCall) -> tuple[tuple[str, int | None], ...]:
    """People by channel (NET-07). Small numbers are hidden, and others that would reveal them."""
    cells = channel_counts(call.id)
    if call.reopened_at is not None:
        before = channel_counts(call.id, call.reopened_at)
        if any(before.values()) and not disclosure.publishable_table(cells, before, small_cell()):
            cells = before
    published = disclosure.protect(cells, small_cell())
    return tuple((CHANNELS[channel], published.cells[(channel,)]) for channel in CHANNELS)


def channel_counts(call_id: int, before: datetime | None = None) -> dict[tuple[str, ...], int]:
    people = queries.people_by_channel(call_id, before)
    return {(channel,): people.get(channel, 0) for channel in CHANNELS}


def respondent_counts(call: TopicCall) -> tuple[VariableCount, ...]:
    """Counts of the optional questions about the person; empty until the call has closed.

    After a reopening they stay unpublished: the stored rows have no time, so new answers cannot
    be separated from those of the first closing.
    """
    if not call.is_closed or call.reopened_at is not None:
        return ()
    return citizens.counts(SOURCE, call.id, call.variables, queries.people(call.id))


def rankings_table(call: TopicCall) -> Table:
    """Every ranking with the number of people who gave it: enough to recompute the order.

    One column per place with the title of the topic, in the order of the rankings themselves.
    """
    places = range(1, call.choose_up_to + 1)
    titles = {topic.id: topic.title for topic in call.topics}
    count = published_people(call)
    ballots = [] if reason_withheld(call, count) else queries.ballots(call.id, count)
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
    return Table("ordenes", call.title, columns, rows, early_closing(call))


def small_cell() -> int:
    k: int = installation().settings.small_cell
    return k
