"""The staff's forms: propose and review an answer, tell what changed, link what is alike."""

from collections.abc import Sequence

from wtforms import BooleanField, RadioField, SelectField, TextAreaField
from wtforms.validators import DataRequired, Optional

from participa.core.db import db
from participa.core.fields import SometimesNeeded, Ticks, up_to
from participa.core.forms import Form
from participa.events.record_models import Commitment
from participa.listening.acts import LONGEST
from participa.listening.models import Contribution
from participa.plan.models import Task

ACCEPT, REFUSE = "accept", "refuse"
SHORTENED = 90  # letters of a commitment or a task in a choice


class ProposalOfAnswerForm(Form):
    """What the public reads of a contribution and of its answer."""

    text = TextAreaField(
        "Lo que contó la persona",
        [DataRequired("Escriba lo que leerá la gente."), up_to(LONGEST)],
    )
    answer = TextAreaField(
        "Lo que respondió la ciudad",
        [DataRequired("Escriba la respuesta que leerá la gente."), up_to(LONGEST)],
    )
    checked = BooleanField("Lo que sigue marcado no señala a nadie")


class AnswerReviewForm(Form):
    """Whether what another person proposes becomes public."""

    verdict = RadioField(
        "Qué decide",
        choices={ACCEPT: "Publicarlo así", REFUSE: "Devolverlo a quien lo propuso"},
        validators=[DataRequired("Elija qué decide.")],
    )
    reason = TextAreaField("Qué falta", [SometimesNeeded(), Optional(), up_to(300)])


class OutcomeForm(Form):
    """What changed because of what was heard."""

    text = TextAreaField("Qué cambió", [DataRequired("Cuente qué cambió."), up_to(600)])
    commitment = SelectField("Compromiso de un evento", [Optional()])
    task = SelectField("Tarea del plan", [Optional()])

    def offer(self, commitments: Sequence[Commitment], tasks: Sequence[Task]) -> None:
        self.commitment.choices = [
            ("", "Ninguno"),
            *((str(one.id), shortened(f"{one.event.title}: {one.text}")) for one in commitments),
        ]
        self.task.choices = [
            ("", "Ninguna"),
            *((str(one.id), shortened(f"{one.code} ({one.year}): {one.name}")) for one in tasks),
        ]

    @property
    def chosen_commitment(self) -> Commitment | None:
        chosen = self.commitment.data
        return db.session.get(Commitment, int(chosen)) if chosen else None

    @property
    def chosen_task(self) -> Task | None:
        return db.session.get(Task, int(self.task.data)) if self.task.data else None


class AnalogousForm(Form):
    """Which petitions ask the same as the one that was answered in public."""

    chosen = Ticks("Piden lo mismo", coerce=int)

    def offer(self, contributions: Sequence[Contribution]) -> None:
        self.chosen.choices = [(one.case_id, one.receipt) for one in contributions]


class SeparationForm(Form):
    """Why a petition asks something else."""

    reason = TextAreaField(
        "Por qué se separa",
        [DataRequired("Escriba por qué se separa: la persona lo leerá."), up_to(300)],
    )


def shortened(text: str) -> str:
    return text if len(text) <= SHORTENED else f"{text[:SHORTENED]}…"
