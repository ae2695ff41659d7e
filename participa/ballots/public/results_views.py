"""The result of a box, how to verify it, and the minutes."""

from flask import abort, render_template

from participa.ballots import queries
from participa.ballots.models import Act, BallotBox, BoxKind
from participa.ballots.public import pages, wording
from participa.ballots.public.views import bp
from participa.ballots.results import audit_guide, opening_file, turnout
from participa.ballots.results import results as counts
from participa.ballots.snapshots import PURPOSE, SNAPSHOTS, BoxSnapshot
from participa.citizens import queries as citizens
from participa.core import clock, spanish
from participa.core.errors import Refused
from participa.core.installation import installation
from participa.core.tables import tables
from participa.core.web.responses import shared
from participa.plan import queries as plans
from participa.staff.models import Account

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
        turnout=people,
        variables=voter_counts(box, people.voters) if box.is_finished else (),
        paper=box.paper,
        methods=list(wording.methods(definition)),
        fulfils=plans.references(box.tasks),
        small_cell=installation().settings.small_cell,
        **pages.about(definition),
    )
    return shared(page)


def no_result_reason(box: BallotBox) -> str:
    """Spanish sentence: why there is no result yet; "" once there is one."""
    missing = [str(number) for number in queries.missing_trustees(box)]
    if missing:
        noun = "el custodio" if len(missing) == 1 else "los custodios"
        numbers = spanish.listed(missing)
        return f"Se sumaron las papeletas. Falta que abran el total {noun} {numbers}."
    return wording.no_result_reason(box)


def voter_counts(box: BallotBox, people: int):
    return citizens.counts(PURPOSE, box.id, box.variables, people) if box.variables else ()


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
        scripts=[audit_guide.program(name) for name in audit_guide.SCRIPTS],
        trustees_page=audit_guide.program(audit_guide.TRUSTEES),
        ballots=queries.ballots(box.id),
        casting=audit_guide.casting_recipe(box),
        **pages.about(definition),
    )
    return shared(page)


@bp.get("/<uuid>/acta")
def minutes(uuid):
    """The minutes with what is known so far, to print and sign by hand."""
    box, definition = opened_box(uuid)
    page = render_template(
        "ballots/minutes.html",
        acts=[(ACT_LABELS[act], box.act(act)) for act in Act],
        prints=audit_guide.fingerprints(box),
        lacks_proof=opening_file.lacks_proof(box),
        turnout=turnout.turnout_of(box),
        trustees=box.trustees,
        results=counts.published_results(box, definition),
        paper=box.paper,
        official_name=official_name,
        signers=signers(box),
        printed_at=clock.now(),
        **pages.about(definition),
    )
    return shared(page)


def official_name(account: Account) -> str:
    """Name and office of an official."""
    return f"{account.name}, {account.office}" if account.office else account.name


def signers(box: BallotBox) -> list[str]:
    """Names of the people who sign: officials, trustees, registrar, and a witness."""
    acting = [person for act in box.acts for person in (act.asked_by, act.confirmed_by) if person]
    trustees = [trustee.name for trustee in box.trustees] if box.kind is BoxKind.VERIFIABLE else []
    names = [*map(official_name, acting), *trustees, box.registrar, "Veeduría o testigo"]
    return [name for name in dict.fromkeys(names) if name]


ACT_LABELS = {Act.OPEN: "Apertura", Act.CLOSE: "Cierre", Act.TALLY: "Recuento"}


def opened_box(uuid: str) -> tuple[BallotBox, BoxSnapshot]:
    """The box at this address and its cached snapshot; 404 before the opening."""
    box, definition = queries.box_of(uuid), SNAPSHOTS.find(uuid)
    if box is None or definition is None or box.opened_at is None:
        abort(404)
    return box, definition
