"""The staff's forms: a medium of a call, a piece of the strategy, what counts as mass."""

from typing import Any

from wtforms import BooleanField, FileField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, NumberRange, Optional

from participa.channels.forms import OFFICE_OF_TASK
from participa.core.fields import (
    CityDateField,
    CityNumberField,
    SometimesNeeded,
    Ticks,
    up_to,
    web_address,
)
from participa.core.forms import Form
from participa.outreach.call_pieces import REACH
from participa.outreach.models import (
    CallPiece,
    Medium,
    OutreachSettings,
    PieceKind,
    TeachingPiece,
)
from participa.plan import queries as plans
from participa.plan.models import Task
from participa.staff import queries as offices
from participa.staff.fields import OfficeField, office_choices
from participa.staff.models import Account

TASK = "5.1"  # that the pieces of the strategy fulfil
LINE, ADDRESS, PAGE = 200, 600, 20_000


def chosen_file(field: FileField) -> Any:
    """The upload; None where nobody chose a file."""
    return field.data if getattr(field.data, "filename", "") else None


class CallPieceForm(Form):
    """One medium by which people were called, with its proof."""

    medium = SelectField(
        "Medio",
        [DataRequired("Elija el medio.")],
        choices={"": "Elija"} | {medium.name: medium.value for medium in Medium},
    )
    done_on = CityDateField("Día en que salió", [InputRequired("Escriba el día en que salió.")])
    piece = StringField("Qué salió", [DataRequired("Escriba qué salió."), up_to(LINE)])
    estimated_reach = CityNumberField(
        "A cuántas personas pudo llegar",
        [Optional(), NumberRange(1, 10_000_000, message=REACH)],
    )
    proof_url = StringField(
        "Enlace del soporte", [SometimesNeeded(), Optional(), up_to(ADDRESS), web_address]
    )
    proof_file = FileField("Archivo o foto del soporte", [SometimesNeeded()])

    def facts(self) -> dict[str, Any]:
        return {
            "medium": Medium[self.medium.data],
            "done_on": self.done_on.data,
            "piece": self.piece.data,
            "estimated_reach": self.estimated_reach.data,
            "proof_url": self.proof_url.data or "",
        }

    @property
    def upload(self) -> Any:
        return chosen_file(self.proof_file)


def call_values(piece: CallPiece) -> dict[str, Any]:
    return {
        "medium": piece.medium.name,
        "done_on": piece.done_on,
        "piece": piece.piece,
        "estimated_reach": piece.estimated_reach,
        "proof_url": piece.proof_url,
    }


class TeachingPieceForm(Form):
    """A piece of the strategy. Only name, kind and day are needed to plan it."""

    title = StringField("Nombre", [DataRequired("Escriba el nombre de la pieza."), up_to(120)])
    kind = SelectField(
        "Tipo",
        [DataRequired("Elija el tipo.")],
        choices={"": "Elija"} | {kind.name: kind.value for kind in PieceKind},
    )
    audience = StringField("Para quién es", [Optional(), up_to(LINE)])
    planned_on = CityDateField(
        "Cuándo se publica, según el plan", [InputRequired("Escriba el día previsto.")]
    )
    reason = TextAreaField("Por qué cambia el día", [SometimesNeeded(), Optional(), up_to(300)])
    text = TextAreaField("La página", [SometimesNeeded(), Optional(), up_to(PAGE)])
    url = StringField("Enlace", [SometimesNeeded(), Optional(), up_to(ADDRESS), web_address])
    file = FileField("Archivo", [SometimesNeeded()])
    drops_file = BooleanField("Quitar el archivo que tiene")
    tasks = Ticks("Tareas del plan que cumple", [SometimesNeeded(), Optional()], coerce=int)
    office = OfficeField("Dependencia que responde", [Optional()])

    def offer(self, account: Account, piece: TeachingPiece | None = None) -> None:
        """Set the choices that come from the database, and drop what this piece does not need."""
        if piece is None or piece.file is None:
            del self.drops_file
        if piece is None or not piece.is_overdue:
            del self.reason
        tasks = plans.references(plans.tasks_to_fulfil(piece.tasks if piece else ()))
        self.tasks.choices = [
            (task.id, f"{task.code} ({task.year}) · {task.name}") for task in tasks
        ]
        present = piece.office if piece else None
        none = "Ninguna" if piece or account.is_limited_to_office else OFFICE_OF_TASK
        self.office.choices = office_choices(offices.offices_to_choose(account, present), none)
        if piece is None and not self.is_submitted():
            self.tasks.data = [task.id for task in tasks if task.code == TASK][:1]
            if account.is_limited_to_office:
                self.office.data = account.office_id or 0

    @property
    def chosen_tasks(self) -> list[Task]:
        return plans.tasks_by_ids(self.tasks.data or ())

    @property
    def upload(self) -> Any:
        return chosen_file(self.file)

    @property
    def given_reason(self) -> str:
        return (self.reason.data or "") if "reason" in self else ""

    @property
    def wants_no_file(self) -> bool:
        return "drops_file" in self and bool(self.drops_file.data)

    def facts(self, account: Account) -> dict[str, Any]:
        office_id = account.office_id if account.is_limited_to_office else self.office.data or None
        return {
            "title": self.title.data,
            "kind": PieceKind[self.kind.data],
            "audience": self.audience.data or "",
            "planned_on": self.planned_on.data,
            "text": self.text.data or "",
            "url": self.url.data or "",
            "office_id": office_id,
        }


def piece_values(piece: TeachingPiece) -> dict[str, Any]:
    return {
        "title": piece.title,
        "kind": piece.kind.name,
        "audience": piece.audience,
        "planned_on": piece.planned_on,
        "text": piece.text,
        "url": piece.url,
        "tasks": [task.id for task in piece.tasks],
        "office": piece.office_id or 0,
    }


class PieceDiscardForm(Form):
    """Why a planned piece leaves the strategy."""

    reason = TextAreaField(
        "Por qué se descarta", [DataRequired("Escriba por qué se descarta."), up_to(300)]
    )


class MassMediaForm(Form):
    """What the city counts as a call through mass media. Administrators decide it."""

    threshold = CityNumberField(
        "Cuántos medios masivos distintos",
        [
            DataRequired("Escriba cuántos, del 1 al 9."),
            NumberRange(1, len(Medium), message="Escriba cuántos, del 1 al 9."),
        ],
    )
    mass_media = Ticks(
        "Qué medios son masivos",
        [DataRequired("Marque al menos un medio.")],
        choices={medium.name: medium.value for medium in Medium},
    )

    @property
    def media(self) -> list[Medium]:
        return [Medium[name] for name in self.mass_media.data]


def rule_values(rule: OutreachSettings) -> dict[str, Any]:
    return {"threshold": rule.threshold, "mass_media": list(rule.mass_media)}
