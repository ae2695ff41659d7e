"""A city at its worst, to look at every page of: `python -m tests.journeys.worst_case FOLDER`.

The demo's data, and on top of them each kind of record in each state, once with the longest words
and the largest numbers that the forms let in, once with everything that may be missing missing.
`participa demo --data FOLDER` serves it.
"""

import sys
from datetime import timedelta
from pathlib import Path

from participa.ballots.ceremony import CeremonyRestart, Round
from participa.ballots.kinds import BelowMinimum
from participa.ballots.lifecycle import paper, two_person, voiding
from participa.ballots.lifecycle import service as boxes
from participa.ballots.models import Act, BoxKind, QuestionKind
from participa.ballots.results import counting
from participa.belenios import election
from participa.cases.models import Case
from participa.channels.moderation import ReviewState
from participa.core import audit, clock, codes
from participa.core.db import db
from participa.core.jobs.jobs import Job
from participa.events import parts
from participa.events import service as events
from participa.events.commitments import service as commitments
from participa.events.commitments.service import CommitmentFacts
from participa.events.minutes import service as minutes
from participa.events.models import Event
from participa.events.questions import service as questions
from participa.events.record_models import AskedBy, EventQuestion
from participa.formats.models import PUBLIC, VersionState
from participa.groups import invitations
from participa.groups import service as groups
from participa.groups.models import GroupKind, MeetingGroup, MemberKind
from participa.outreach import call_pieces, teaching
from participa.outreach.models import Medium, PieceKind
from participa.pages import cli, example
from participa.plan import queries as plans
from participa.plan.models import ReportState, Task
from participa.plan.reporting import reports
from participa.staff import accounts
from participa.staff import service as offices
from participa.staff.models import Account, Office, Role
from participa.topics import service as topics
from participa.topics.models import Decision, Proposal, TopicCall, TopicQuestion
from tests.ballots import city, keepers
from tests.formats import builders as format_builders
from tests.journeys.begun_demo import build
from tests.journeys.worst_attendance import fill_attendance
from tests.journeys.worst_listening import fill_listening
from tests.plan import builders as plan_builders

# The longest words that a city uses, and one that no line can break at a blank.
WORD = "Electroencefalografistas"
WORDS = "Otorrinolaringológicamente internacionalización desproporcionadísimamente"
UNBROKEN = (
    "https://www.medellin.gov.co/rendicion-de-cuentas/AnticonstitucionalmenteIncorruptible2024"
)
EMAIL = "coordinadora.transparencia.participacion@rendiciondecuentas.medellin.gov.co"
HUGE = 2_147_483_647


def long_text(most: int) -> str:
    """As many letters as a field takes, most of them in long words."""
    return f"{WORDS} {UNBROKEN} {WORDS} {WORD}"[:most].strip()


def fill(password: str) -> None:
    cli.fill(password)
    editor = example.account_of("editor")
    administrator = example.account_of("administrador")
    office = offices.add_office(long_text(180), "secretaria", administrator)
    person = accounts.create(
        EMAIL, f"{WORD} {WORD} de las {WORD}", Role.RESPONSIBLE, editor, office
    )
    db.session.flush()
    fills = (fill_calls, fill_boxes, fill_groups, fill_formats, fill_events, fill_pieces)
    for name in (*fills, fill_reports, fill_jobs):
        name(editor, person, office)
        db.session.commit()
    fill_attendance(editor, office, long_text(150), UNBROKEN)
    fill_listening(editor, office, long_text(150), UNBROKEN)
    audit.record("topics.decided", f"TopicCall:{HUGE}", EMAIL, text=long_text(300), nothing=None)
    db.session.commit()


def fill_calls(editor: Account, person: Account, office: Office) -> None:
    now = clock.now()
    short = [("A", ""), ("B", ""), ("C", "")]
    long = [(f"{n} {long_text(70)}", long_text(190)) for n in range(1, 13)]
    bare = topics.create(None, short, [], title="A")
    bare.published_at = bare.opens_at = now - timedelta(days=9)
    bare.closes_at = bare.closed_at = now - timedelta(days=1)
    topics.create(editor, long, [], title=long_text(150), why=long_text(500), office=office)
    stages = {
        "soon": {"opens_at": now + timedelta(days=400)},
        "open": {"opens_at": now - timedelta(days=400), "shows_live": True},
        "over": {"opens_at": now - timedelta(days=400), "closed_at": now - timedelta(days=300)},
    }
    for stage, facts in stages.items():
        call = topics.create(
            editor,
            long,
            [],
            title=f"{stage} {long_text(140)}",
            why=long_text(500),
            closes_at=facts.get("closed_at", now + timedelta(days=900)),
            results_on=clock.today() + timedelta(days=999),
            decided_by_on=clock.today() + timedelta(days=1999),
            office=office,
            published_at=now - timedelta(days=401),
            **facts,
        )
        db.session.flush()
        fill_questions(call, editor, office)
        for topic, decision in zip(call.topics, Decision, strict=False):
            if decision is not Decision.PENDING:
                topics.decide(topic, editor, decision, long_text(400), UNBROKEN)


def fill_questions(call: TopicCall, editor: Account, office: Office) -> None:
    """A proposal in each state, and questions that wait, are late, answered and published."""
    now, day = clock.now(), clock.today()
    for state in ReviewState:
        reviewed = {} if state is ReviewState.PENDING else {"reviewed_at": now, "reason": WORDS}
        merged = call.topics[0].id if state is ReviewState.MERGED else None
        text = f"{state.name} {long_text(100)}"
        row = Proposal(call=call, text=text, territory="01", state=state, **reviewed)
        row.merged_topic_id = merged
        db.session.add(row)
    for facts in (
        {"filed_on": day},
        {"filed_on": day - timedelta(days=900), "office": office},
        {"filed_on": day, "answer": long_text(900), "answered_on": day},
        {"filed_on": day, "answer": UNBROKEN, "answered_on": day, "published_at": now},
    ):
        code = codes.new(12)
        text = f"{long_text(400)} {len(facts)}"
        case = Case(code=code, text=text, source="topics", **facts)
        db.session.add(TopicQuestion(call=call, case=case))


LONG_QUESTIONS = (
    (QuestionKind.SCALE, WORDS, {"answers": (WORD, "B", long_text(100))}),
    (
        QuestionKind.PRIORITIES,
        long_text(200),
        {"answers": tuple(f"{n} {long_text(100)}" for n in range(5)), "most": 4},
    ),
)


STAGES = {
    BoxKind.OPEN: ("draft", "open", "finished"),
    BoxKind.CODES: (
        *("draft", "asked", "soon", "open", "over", "closed", "paper", "finished", "few", "more"),
    ),
    BoxKind.VERIFIABLE: ("draft", "open", "waiting", "finished"),
}


def fill_boxes(editor: Account, person: Account, office: Office) -> None:
    """A bare draft of each kind, and full boxes of each kind in the states that it can have."""
    long = {"used_by": long_text(200), "office_id": office.id, "why": long_text(300)}
    for kind in BoxKind:
        bare = {"title": f"{kind.name} borrador", "used_by": "", "registrar": "", "closes_at": None}
        city.draft(kind, voters=0, keys=0, uuid=election.new_uuid(), **bare)
        for stage in STAGES[kind]:
            facts = long | {"title": f"{stage} {long_text(110)}", "uuid": election.new_uuid()}
            fill_box(kind, stage, facts)
    fill_ceremonies(long)


def fill_ceremonies(facts: dict) -> None:
    """A box whose trustees are dealing, and one that began again and that two of three opened."""
    asked = (*LONG_QUESTIONS,)
    dealing = facts | {"title": f"dealing {long_text(110)}", "uuid": election.new_uuid()}
    made = keepers.draft(until=Round.DEAL, asked=asked, **dealing)
    made.box.trustees[0].name = WORDS
    opened = facts | {"title": f"two of three {long_text(110)}", "uuid": election.new_uuid()}
    made = keepers.counted([({0}, {0, 1, 2}), (None, None)], asked=asked, **opened)
    made.box.trustees[2].name = WORDS
    again = {"by": city.officials()[0], "reason": long_text(300), "keeps_keys": False}
    db.session.add(CeremonyRestart(box_id=made.id, **again))
    made.box.touch()
    db.session.commit()
    for number in (1, 2):
        counting.receive_partial(made.box, city.officials()[0], made.part(number))
        db.session.commit()


def fill_box(kind: BoxKind, stage: str, facts: dict) -> None:
    now = clock.now()
    if stage in {"draft", "asked"}:
        made = city.draft(kind, *LONG_QUESTIONS, **facts)
        if stage == "asked":
            two_person.request(made.box, Act.OPEN, city.officials()[0])
            db.session.commit()
        return
    soon = {"opens_at": now + timedelta(days=1)} if stage == "soon" else {}
    few = {"minimum": 10} if stage in {"few", "more"} else {}
    more = {"below_minimum": BelowMinimum.EXTEND, "extra_days": 30} if stage == "more" else {}
    on_paper = {"allows_paper": kind is BoxKind.CODES and stage != "more"}
    made = city.opened(kind, *LONG_QUESTIONS, **facts | soon | few | more | on_paper)
    if stage == "soon":
        return
    if kind.is_secret:
        made.cast(0, {0}, {0, 1, 2})
        made.cast(1, None, None)
    if kind is BoxKind.CODES:
        city.void(made, 8)
        waiting = [made.codes[9]], long_text(300)
        voiding.request_codes(made.box, city.officials()[0], *waiting)
        made.box.cards_handed_out = HUGE  # older boxes have such numbers
        boxes.change(made.box, city.officials()[0], made.box.tasks, why=long_text(290))
    if stage in {"over", "more"}:
        made.box.opens_at = made.box.opened_at = now - timedelta(days=2)
        made.box.closes_at = now - timedelta(minutes=1)
    db.session.commit()
    endings = {"closed": city.close, "more": city.close, "paper": typed, "finished": finished}
    ending = (endings | {"few": counted, "waiting": counted}).get(stage)
    if ending:
        ending(made)


def counted(made: city.Voting) -> city.Voting:
    city.close(made)
    if made.box.allows_paper:
        count_paper(made, HUGE)
        count_paper(made, HUGE - 1, long_text(300))
    return city.count(made)


def typed(made: city.Voting) -> None:
    """A count of the paper and a correction that waits for another person."""
    count_paper(city.close(made), HUGE)
    paper.type_count(made.box, city.officials()[0], *papers(HUGE - 1), long_text(300))
    db.session.commit()


def finished(made: city.Voting) -> None:
    if made.box.allows_paper:
        counted(made)
    else:
        city.finish(made)


def count_paper(made: city.Voting, ballots: int, reason: str = "") -> None:
    first, second = city.officials()
    paper.type_count(made.box, first, *papers(ballots), reason)
    paper.confirm(made.box, second)
    db.session.commit()


def papers(ballots: int) -> tuple:
    """That many papers for the long questions, a tenth of them void."""
    invalid = ballots // 10
    valid = ballots - invalid
    rates, firsts = [1, valid - 1, 0, 0], [0, *[valid // 2] * 4, valid - 1]
    return ballots, invalid, [rates, firsts], long_text(600)


def fill_events(editor: Account, person: Account, office: Office) -> None:
    """A bare plan, and an event in each state with all that an event can have."""
    events.create(None, [], title="A")
    task = db.session.query(Task).filter_by(measure="outreach.events_called").first()
    group = db.session.query(MeetingGroup).filter(MeetingGroup.called_at.is_not(None)).first()
    for stage in ("planned", "called", "moved", "postponed", "cancelled", "held", "closed"):
        begins = clock.now().replace(second=0, microsecond=0) + timedelta(days=9)
        event = events.create(
            editor,
            [task] if task else [],
            title=f"{stage} {long_text(110)}",
            **{name: long_text(900) for name in LONG_FACTS},
            place=long_text(190),
            map_url=UNBROKEN,
            online_url=UNBROKEN,
            video_url=UNBROKEN,
            report_url=UNBROKEN,
            capacity=200_000,
            budget=10**12,
            opens_at=begins,
            closes_at=begins + timedelta(hours=5),
            called_on=clock.today(),
            prior_information_on=clock.today(),
            office_id=office.id,
            groups=[group] if group else [],
        )
        db.session.flush()
        parts.add(event, editor, parts.KINDS["agenda"], starts="09:30", **LONG_ITEM)
        hours = {"starts_at": begins, "ends_at": begins + timedelta(hours=2)}
        session = {"title": long_text(190), "place": long_text(190), "capacity": 99_999}
        parts.add(event, editor, parts.KINDS["jornadas"], **hours, **session)
        person_facts = {"position": long_text(190), "duty": long_text(190)}
        parts.add(event, editor, parts.KINDS["responsables"], office_id=office.id, **person_facts)
        if stage != "planned":
            events.publish(event, editor)
            bring_to(event, stage, editor, office)
        db.session.flush()


LONG_FACTS = (
    *("why", "convened", "methodology", "moderation", "prior_information", "call_channels"),
    *("logistics", "accessibility", "easy_reading", "risks"),
)
LONG_ITEM = {"title": f"{WORDS} {WORD}", "speaker": f"{WORDS} {UNBROKEN}"}


def bring_to(event: Event, stage: str, by: Account, office: Office) -> None:
    """Bring a called event to this state, with questions, commitments and the call's media."""
    call_pieces.add(event, by, None, **spot_facts())
    if stage == "moved":
        later = event.opens_at + timedelta(days=3)
        events.reschedule(event, by, later, later + timedelta(hours=5), long_text(500))
    if stage == "postponed":
        events.postpone(event, by, long_text(500))
    if stage == "cancelled":
        events.cancel(event, by, long_text(500))
    if stage not in {"held", "closed"}:
        return
    event.published_at = clock.now() - timedelta(days=2)
    event.opens_at = clock.now() - timedelta(hours=9)
    event.closes_at = clock.now() - timedelta(hours=1)
    event.sessions.clear()
    event.touch()
    db.session.flush()
    day = clock.local(event.opens_at).date()
    for theme in ("", f"{WORDS} {WORD}"[:80]):
        texts = [long_text(900), f"{UNBROKEN}?"]
        questions.register(event, by, texts, AskedBy.SPOKEN, day, theme)
    asked = db.session.query(EventQuestion).filter_by(event_id=event.id, theme=theme).all()
    answer = long_text(900)
    questions.answer_together(event, by, [one.case_id for one in asked], answer, day, office)
    for days in (0, 400):
        facts = {"deliverable": long_text(190), "position": long_text(110)}
        due_on = day + timedelta(days=days)
        commitments.add(event, by, CommitmentFacts(long_text(590), office, due_on, **facts))
    groups_counted = {"women": 6, "men": 90_000}
    minutes.write(event, by, summary=long_text(5000), attended=99_999, by_group=groups_counted)
    if stage == "closed":
        made = minutes.close(event, by, ())
        minutes.sign(made, by, long_text(110))


def spot_facts() -> dict:
    return {
        "medium": Medium.RADIO,
        "piece": long_text(190),
        "done_on": clock.today(),
        "estimated_reach": 10_000_000,
        "proof_url": UNBROKEN,
    }


def fill_pieces(editor: Account, person: Account, office: Office) -> None:
    """A planned piece, an overdue one, and published ones with a text and an address."""
    today = clock.today()
    facts = {"audience": long_text(110), "office_id": office.id}
    for days, kind in ((-30, PieceKind.VIDEO), (30, PieceKind.PAGE)):
        planned_on = today + timedelta(days=days)
        title = f"{days} {long_text(100)}"
        teaching.plan(editor, [], title=title, kind=kind, planned_on=planned_on, **facts)
    text = f"# {WORDS}\n\n{long_text(900)}\n\n- {UNBROKEN}"
    for more in ({"text": text}, {"url": UNBROKEN}):
        piece = teaching.plan(
            editor, [], title=long_text(100), kind=PieceKind.PAGE, planned_on=today, **facts, **more
        )
        db.session.flush()
        teaching.publish(piece, editor)


def fill_groups(editor: Account, person: Account, office: Office) -> None:
    """A bare draft, and a group of each kind whose members are in every state."""
    groups.create(None, [], name="A", kind=GroupKind.TABLE)
    task = db.session.query(Task).filter_by(measure="groups.formed").first()
    for kind in GroupKind:
        group = groups.create(
            editor,
            [task] if task else [],
            kind=kind,
            name=f"{kind.name} {long_text(140)}",
            purpose=long_text(900),
            territory=long_text(150),
            call_text=long_text(3000),
            office_id=office.id,
        )
        groups.call(group, editor)
        facts = {"name": long_text(150), "email": EMAIL, "office_id": office.id}
        members = [
            groups.add_member(group, editor, kind=one, position=f"{n} {long_text(147)}", **facts)
            for n, one in enumerate((*MemberKind, *MemberKind))
        ]
        for member in members[1:]:
            invitations.invite(member, editor)
        for number, member in enumerate(members[1:4], start=1):
            name = member.name if member.kind is MemberKind.PERSON else f"{WORD} {WORD} {number}"
            invitations.accept(member, name)
        invitations.decline(members[4], long_text(250))
        groups.withdraw_member(members[3], editor, long_text(250))
        if kind is not GroupKind.NODE:
            text = "\n\n".join([long_text(900)] * 4)
            groups.file_founding_act(group, editor, clock.today(), long_text(150), text)


def fill_reports(editor: Account, person: Account, office: Office) -> None:
    plan = plans.current_plan()
    assert plan is not None
    tasks: list[Task] = [task for action in plan.actions for task in action.tasks]
    for task, state in zip(tasks, [*ReportState] * 2, strict=False):
        facts = {
            "title": f"{state.name} {long_text(130)}",
            "notes": long_text(900),
            "numerator": reports.MAX_THINGS,
            "returned_because": long_text(300) if state is ReportState.RETURNED else "",
            "state": state,
        }
        db.session.add(plan_builders.report(task, person, **facts))
        task.observations = long_text(300)


def fill_formats(editor: Account, person: Account, office: Office) -> None:
    """A format in each state with the longest words, with a digital form that asks nothing."""
    now = clock.now()
    for place, state in enumerate(VersionState):
        is_over = state is VersionState.OBSOLETE
        version = format_builders.version(
            "9999.999.999",
            state,
            change_note=long_text(900),
            isolucion=long_text(120),
            returned_because="" if place else long_text(400),
            sent_by_id=person.id,
            sent_at=now,
            approved_by_id=editor.id if state in PUBLIC else None,
            obsolete_because=long_text(400) if is_over else "",
        )
        made = format_builders.official(
            f"DE-INTERNACIONALIZACION-{place:06}",
            name=long_text(150),
            process=long_text(150),
            purpose=long_text(500),
            office=office,
            versions=[version],
            applies_qr=False if is_over else None,
            applies_qr_reason=long_text(400) if is_over else "",
        )
        made.twins = [format_builders.twin(HUGE - place, (), title=long_text(120), path="/temas")]
        db.session.add(made)
    db.session.add(format_builders.official("DE-0", **format_builders.NOT_NEEDED))


def fill_jobs(editor: Account, person: Account, office: Office) -> None:
    now = clock.now()
    for owner in ("administrador", "editor"):
        for facts in (
            {},
            {"started_at": now, "done": 1, "total": HUGE},
            {"started_at": now, "finished_at": now, "error": long_text(300)},
            {"started_at": now, "finished_at": now, "cancelled_at": now},
        ):
            # A name that no worker knows: nobody takes it up and finishes it.
            told = {"name": "pages.nothing", "title": long_text(150), "arguments": {}}
            db.session.add(Job(owner=example.email_of(owner), **told, **facts))


if __name__ == "__main__":
    build(Path(sys.argv[1]), sys.argv[2], fill)
