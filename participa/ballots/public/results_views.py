"""What came of a box: the result, how to check it, and the minutes."""

from flask import abort, render_template

from participa.ballots import queries
from participa.ballots.models import Act, BallotBox, BoxKind
from participa.ballots.public import pages, wording
from participa.ballots.public.views import bp
from participa.ballots.results import audit_guide, turnout
from participa.ballots.results import results as counts
from participa.ballots.results.results import QuestionResult
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
    box, definition = opened(uuid)
    people = turnout.turnout_of(box)
    page = render_template(
        "ballots/results.html",
        told=told(box, definition),
        silence=silence(box),
        turnout=people,
        variables=who_voted(box, people.voters) if box.is_finished else (),
        paper=box.paper,
        methods=list(wording.methods(definition)),
        fulfils=plans.references(box.tasks),
        small_cell=installation().settings.small_cell,
        **pages.about(definition),
    )
    return shared(page)


def silence(box: BallotBox) -> str:
    """Why nothing is told yet; nothing when the result is there."""
    missing = [str(number) for number in queries.missing_trustees(box)]
    if missing:
        who = "el custodio" if len(missing) == 1 else "los custodios"
        return (
            f"Se sumaron las papeletas. Falta que abran el total {who} {spanish.listed(missing)}."
        )
    return wording.silence(box)


def who_voted(box: BallotBox, people: int):
    return citizens.counts(PURPOSE, box.id, box.variables, people) if box.variables else ()


@bp.get("/<uuid>/resultados.<format>")
def download(uuid, format):
    """The counts, option by option."""
    box, definition = opened(uuid)
    if format not in FILES:
        abort(404)
    if not counts.results_of(box, definition):
        raise Refused("Esta urna todavía no tiene resultado.")
    return tables.download(counts.table(box, definition), format, f"urna-{box.uuid}")


@bp.get("/<uuid>/respuestas.<format>")
def answers_file(uuid, format):
    """Every answer to an open consultation, so that anybody can add them up."""
    box, _ = opened(uuid)
    if format not in FILES or box.is_secret:
        abort(404)
    if not box.is_finished:
        raise Refused("Las respuestas se publican cuando la consulta se cuente.")
    return tables.download(counts.answers_table(box), format, f"respuestas-{box.uuid}")


@bp.get("/<uuid>/auditoria")
def audit(uuid):
    """How anybody can count again, and what nobody can see from a file."""
    box, definition = opened(uuid)
    if not box.is_secret:
        abort(404)
    page = render_template(
        "ballots/audit.html",
        recipes=list(audit_guide.verification_recipes(box)),
        prints=audit_guide.fingerprints(box),
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
    """The minutes, as far as there is something to say: to print, and to sign by hand."""
    box, definition = opened(uuid)
    page = render_template(
        "ballots/minutes.html",
        acts=[(WORDS[act], box.act(act)) for act in Act],
        prints=audit_guide.fingerprints(box),
        turnout=turnout.turnout_of(box),
        keepers=box.trustees,
        told=told(box, definition),
        paper=box.paper,
        who=who,
        signers=signers(box),
        printed_at=clock.now(),
        **pages.about(definition),
    )
    return shared(page)


def who(account: Account) -> str:
    """An official by name and office, as minutes name them."""
    return f"{account.name}, {account.office}" if account.office else account.name


def signers(box: BallotBox) -> list[str]:
    """Who signs by hand: those who acted, those who kept keys and codes, and a witness."""
    acting = [person for act in box.acts for person in (act.asked_by, act.confirmed_by) if person]
    keepers = [one.name for one in box.trustees] if box.kind is BoxKind.VERIFIABLE else []
    names = [*map(who, acting), *keepers, box.registrar, "Veeduría o testigo"]
    return [name for name in dict.fromkeys(names) if name]


WORDS = {Act.OPEN: "Apertura", Act.CLOSE: "Cierre", Act.TALLY: "Recuento"}


def opened(uuid: str) -> tuple[BallotBox, BoxSnapshot]:
    """The box at this address and what its pages remember, once it has opened."""
    box, definition = queries.box_of(uuid), SNAPSHOTS.find(uuid)
    if box is None or definition is None or box.opened_at is None:
        abort(404)
    return box, definition


def told(box: BallotBox, definition: BoxSnapshot) -> list[QuestionResult]:
    """The counts; of a box that finished they are made once, and again when the paper changes."""
    if not box.is_finished:
        return counts.results_of(box, definition)
    found: list[QuestionResult] | None = definition.rendered.get("told")
    if found is None:
        found = definition.rendered["told"] = counts.results_of(box, definition)
    return found
