"""The command `participa import-plan`: the import of plan.importing in a terminal."""

from pathlib import Path

import click
from flask.cli import with_appcontext

from participa.core import spanish
from participa.core.db import db
from participa.core.errors import Refused
from participa.core.ops import demonstration
from participa.plan import measure_suggestions
from participa.plan.importing import importing
from participa.plan.importing.drafts import DraftTask
from participa.plan.importing.import_problems import ImportProblem
from participa.plan.importing.importing import Preview

ACTOR = "participa import-plan"
YES = {"s", "si", "sí", "y"}


@click.command("import-plan")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--year", type=click.IntRange(2000, 2099), help="Año, si el título no lo dice.")
@click.option("--yes", is_flag=True, help="Importar sin preguntar.")
@with_appcontext
def import_plan(file: Path, year: int | None, yes: bool) -> None:
    """Importa el plan de un archivo, después de mostrar qué cambia."""
    demonstration.refuse_mixture()
    try:
        received = importing.receive(file.name, file.read_bytes(), ACTOR, year)
        shown = importing.preview(received)
        show(shown)
        if shown.differences.is_empty:
            click.echo(f"El plan {shown.draft.year} ya dice lo mismo. No hay nada que cambiar.")
        elif yes or agrees(f"¿Confirmar: {shown.differences.sentence}?"):
            importing.apply(received, ACTOR, seen=shown.differences.fingerprint)
            db.session.commit()
            click.echo(f"Listo. Plan {shown.draft.year}: {shown.differences.sentence}.")
        else:
            click.echo("No se cambió nada.")
    except Refused as refusal:
        db.session.rollback()
        raise click.ClickException(f"No se importó nada.\n{refusal}") from None
    db.session.rollback()


def agrees(question: str) -> bool:
    """Ask for confirmation in Spanish: click.confirm does not accept «s»."""
    answer: str = click.prompt(f"{question} [s/N]", default="n", show_default=False)
    return answer.strip().casefold() in YES


def show(shown: Preview) -> None:
    """Print the plan after the import, its problems with their answers, and the changes."""
    draft, measures = shown.draft, measure_suggestions.labels()
    click.echo(f"{draft.strategy}\n{draft.title}\n")
    for action in draft.actions:
        click.echo(f"{action.number}. {action.name}")
        for task in action.tasks:
            click.echo(f"   {task.code} {task.name}")
            click.echo(
                f"       {spanish.listed(office_names(shown, task)) or task.offices_written}"
            )
            months = f"{task.start_written} a {task.end_written}"
            click.echo(f"       {months} · {task.unit_written} {task.target_written}")
            click.echo(f"       Se cuenta: {measures.get(task.measure or '', 'falta elegir qué')}")
    if shown.to_decide:
        click.echo(
            f"\nPor decidir ({len(shown.to_decide)}), con lo que se hará si no dice otra cosa:"
        )
    for problem in shown.to_decide:
        click.echo(f" - {problem.sentence} [{problem.where}] → {answer_label(shown, problem)}")
    for change in shown.changes:
        click.echo(f" * {change.place} · {change.field}: «{change.before}» → «{change.after}»")
    for task in shown.differences.removed:
        click.echo(f" * Sale la tarea {task.code}: {task.name}")
    click.echo()


def office_names(shown: Preview, task: DraftTask) -> list[str]:
    return [shown.office_name(mention.slug, mention.written) for mention in task.offices]


def answer_label(shown: Preview, problem: ImportProblem) -> str:
    answer = shown.decisions[problem.key]
    return problem.label_of(answer) if answer else "falta decidirlo en la página"
