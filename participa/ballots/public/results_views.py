"""The result of a box, how to verify it, and the minutes."""

from typing import Any

from flask import abort, render_template

from participa.ballots import minimum, queries
from participa.ballots.ceremony import ceremony_of, quorum_of, restarts_of
from participa.ballots.models import Act, BallotBox, BoxKind, HandCount
from participa.ballots.public import pages, wording
from participa.ballots.public.views import bp
from participa.ballots.results import audit_guide, hand_counts, opening_file, turnout
from participa.ballots.results import results as counts
from participa.ballots.roles import accepted, roles_of
from participa.ballots.snapshots import PURPOSE, SNAPSHOTS, BoxSnapshot
from participa.ballots.voting import challenges
from participa.citizens import queries as citizens
from participa.core import clock
from participa.core.errors import Refused
from participa.core.installation import installation
from participa.core.tables import tables
from participa.core.web.responses import shared
from participa.plan import queries as plans

FILES = ("csv", "xlsx", "json")


@bp.get("/<uuid>/resultados")
def results(uuid):
    box, definition = opened_box(uuid)
    people = turnout.turnout_of(box)
    page = render_template(
        "ballots/results.html",
        results=counts.published_results(box, definition),
        no_result_reason=no_result_reason(box),
        lacks_proof=opening_file.lacks_proof(box),
        opened_by=opened_by(box),
        turnout=people,
        variables=voter_counts(box, definition, people.voters) if box.is_finished else (),
        methods=list(wording.methods(definition)),
        fulfils=plans.references(box.tasks),
        small_cell=installation().settings.small_cell,
        **about_paper(box, definition),
        **pages.about(definition),
    )
    return shared(page)


def about_paper(box: BallotBox, definition: BoxSnapshot) -> dict[str, Any]:
    """Template values about the paper votes, and about a box with too few ballots."""
    return {
        "paper": box.paper,
        "paper_alone": counts.paper_alone(box, definition),
        "lacks_paper": hand_counts.LACKS_PAPER if hand_counts.lacks_paper(box) else "",
        "corrections": hand_counts.corrections(box),
        "is_summed": minimum.is_summed(box),
        "only_the_sum": counts.ONLY_THE_SUM,
        "too_few": minimum.too_few(box),
    }


def no_result_reason(box: BallotBox) -> str:
    """Spanish sentence: why there is no result yet; "" once there is one."""
    parts = queries.parts_of(box)
    if parts and parts.lacking:
        return f"Se sumaron las papeletas. {parts.awaited}"
    return wording.no_result_reason(box)


def voter_counts(box: BallotBox, definition: BoxSnapshot, people: int):
    """What the voters of a finished box told of themselves: counted once, since no more comes."""
    if not box.variables:
        return ()
    found = definition.rendered.get("variables")
    if found is None:
        found = citizens.counts(PURPOSE, box.id, box.variables, people)
        definition.rendered["variables"] = found
    return found


@bp.get("/<uuid>/resultados.<format>")
def download(uuid, format):
    """The counts as a file, one row per option."""
    box, definition = opened_box(uuid)
    if format not in FILES:
        abort(404)
    if not counts.results_of(box, definition):
        raise Refused("Esta urna todavía no tiene resultado.")
    return tables.download(counts.table(box, definition), format, f"urna-{box.uuid}")


@bp.get("/<uuid>/respuestas.<format>")
def answers_file(uuid, format):
    """All answers to an open consultation as a file, so that anybody can count them again."""
    box, _ = opened_box(uuid)
    if format not in FILES or box.is_secret:
        abort(404)
    if minimum.is_summed(box):
        raise Refused(counts.ONLY_THE_SUM)
    if not box.is_finished:
        raise Refused("Las respuestas se publican cuando la consulta se cuente.")
    return tables.download(counts.answers_table(box), format, f"respuestas-{box.uuid}")


@bp.get("/<uuid>/auditoria")
def audit(uuid):
    """How to verify the count, and what no archive can show."""
    box, definition = opened_box(uuid)
    if not box.is_secret:
        abort(404)
    page = render_template(
        "ballots/audit.html",
        recipes=list(audit_guide.verification_recipes(box)),
        prints=audit_guide.fingerprints(box),
        lacks_proof=opening_file.lacks_proof(box),
        verifier=audit_guide.program(audit_guide.VERIFIER),
        witness=audit_guide.program(audit_guide.WITNESS),
        marks=queries.marks_by_day(box.id),
        scripts=[audit_guide.program(name) for name in audit_guide.SCRIPTS],
        trustees_page=audit_guide.program(audit_guide.TRUSTEES),
        registrars_page=audit_guide.program(audit_guide.REGISTRAR),
        ballots=queries.ballots(box.id),
        papers=bool(accepted(box)),
        quorum=quorum_of(box),
        is_ceremony=definition.needed is not None,
        restarts=restarts_of(box),
        void_lists=queries.void_lists(box),
        void_before=queries.void_before_opening(box),
        draft_voidings=queries.draft_voidings(box),
        casting=audit_guide.casting_recipe(box),
        challenged=challenges.count(box.id),
        **pages.about(definition),
    )
    return shared(page)


@bp.get("/<uuid>/acta")
def minutes(uuid):
    """The minutes with what is known so far, to print and sign by hand."""
    box, definition = opened_box(uuid)
    page = render_template(
        "ballots/minutes.html",
        acts=[
            (ACT_LABELS[act], box.act(act)) for act in Act if act is not Act.EXTEND or box.act(act)
        ],
        prints=audit_guide.fingerprints(box),
        marks=queries.marks_by_day(box.id),
        lacks_proof=opening_file.lacks_proof(box),
        turnout=turnout.turnout_of(box),
        trustees=box.trustees,
        roles={role.holder: role for role in roles_of(box)},
        quorum=quorum_of(box),
        ceremony=ceremony_of(box),
        opened_by=opened_by(box),
        restarts=restarts_of(box),
        results=counts.published_results(box, definition),
        first_count=next((count for count in box.hand_counts if count.is_confirmed), None),
        counted_by=counted_by,
        rule=minimum.rule(box),
        void_lists=queries.void_lists(box),
        void_before=queries.void_before_opening(box),
        draft_voidings=queries.draft_voidings(box),
        challenged=challenges.count(box.id),
        signers=signers(box),
        printed_at=clock.now(),
        **about_paper(box, definition),
        **pages.about(definition),
    )
    return shared(page)


def opened_by(box: BallotBox) -> str:
    """Spanish sentences: whose parts opened the total, where not all are needed; else ""."""
    parts = queries.parts_of(box)
    is_told = box.is_finished and parts is not None and not parts.quorum.needs_all
    return parts.opened if parts and is_told else ""


def counted_by(count: HandCount) -> str:
    """Spanish words: who typed this count of the paper votes, and who confirmed it."""
    typed = f"lo anotó {count.asked_by.title}" if count.asked_by else "se contó a mano"
    if count.confirmed_by is None:
        return typed
    return f"{typed} y lo confirmó {count.confirmed_by.title}"


def signers(box: BallotBox) -> list[str]:
    """Names of the people who sign: officials, trustees, registrar, and a witness."""
    acting = [person for act in box.acts for person in (act.asked_by, act.confirmed_by) if person]
    acting += [
        person
        for count in box.hand_counts
        for person in (count.asked_by, count.confirmed_by)
        if person and count.is_confirmed
    ]
    for voiding in queries.void_lists(box):
        both = (voiding.asked_by, voiding.confirmed_by)
        acting += [person for person in both if person and person not in acting]
    trustees = [trustee.name for trustee in box.trustees] if box.kind is BoxKind.VERIFIABLE else []
    names = [*(account.title for account in acting), *trustees, box.registrar, "Veeduría o testigo"]
    return [name for name in dict.fromkeys(names) if name]


ACT_LABELS = {
    Act.OPEN: "Apertura",
    Act.EXTEND: "Más días",
    Act.CLOSE: "Cierre",
    Act.TALLY: "Recuento",
}


def opened_box(uuid: str) -> tuple[BallotBox, BoxSnapshot]:
    """The box at this address and its cached snapshot; 404 before the opening."""
    box, definition = queries.box_of(uuid), SNAPSHOTS.find(uuid)
    if box is None or definition is None or box.opened_at is None:
        abort(404)
    return box, definition
