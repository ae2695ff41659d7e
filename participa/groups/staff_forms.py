"""The staff's forms of a group, its members and its founding act."""

from typing import Any

from flask_wtf.file import FileField
from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Optional

from participa.channels.forms import FulfillingForm
from participa.core.fields import CityDateField, SometimesNeeded, up_to
from participa.core.forms import Form
from participa.groups.models import GroupKind, GroupMember, MeetingGroup, MemberKind
from participa.staff.fields import OfficeField, office_choices
from participa.staff.models import Account, Office

COLUMNS = ("name", "territory", "call_text", "called_on")
MEMBER_COLUMNS = ("name", "position", "email")


class GroupForm(FulfillingForm):
    """A group and its call. A name and a kind are enough to begin."""

    order = ("name", "kind", "aim", "territory", "call_text", "called_on")
    name = StringField("Nombre", [DataRequired("Escriba el nombre que verá la gente."), up_to(160)])
    kind = SelectField(
        "Qué es",
        [DataRequired("Elija qué es.")],
        choices={kind.name: kind.value for kind in GroupKind},
    )
    # A draft does without them; a call does not.
    aim = TextAreaField("Para qué es", [SometimesNeeded(), Optional(), up_to(1000)])
    call_text = TextAreaField(
        "Texto de la convocatoria", [SometimesNeeded(), Optional(), up_to(4000)]
    )
    territory = StringField("Territorio", [Optional(), up_to(160)])
    called_on = CityDateField("Fecha de la convocatoria", [Optional()])

    def facts(self, account: Account) -> dict[str, Any]:
        """Column values of the group."""
        return {
            "name": self.name.data,
            "kind": GroupKind[self.kind.data],
            "purpose": self.aim.data or "",
            "territory": self.territory.data or "",
            "call_text": self.call_text.data or "",
            "called_on": self.called_on.data,
            "office_id": self.office_id_for(account),
        }


def values_of(group: MeetingGroup) -> dict[str, Any]:
    """The initial values of the form for an existing group."""
    return {
        **{name: getattr(group, name) for name in COLUMNS},
        "kind": group.kind.name,
        "aim": group.purpose,
        "tasks": [task.id for task in group.tasks],
        "office": group.office_id or 0,
    }


class MemberForm(Form):
    """A member: an office, another body, or a person in a position."""

    kind = SelectField(
        "Quién integra",
        [DataRequired("Elija quién integra.")],
        choices={kind.name: kind.value for kind in MemberKind},
    )
    office = OfficeField("Dependencia", [SometimesNeeded(), Optional()])
    name = StringField("Nombre", [SometimesNeeded(), Optional(), up_to(160)])
    position = StringField("Cargo", [SometimesNeeded(), Optional(), up_to(160)])
    # The invitation is sent there; it is never published.
    email = StringField("Correo para la invitación", [Optional(), up_to(254)])

    def offer(self, offices: list[Office]) -> None:
        self.office.choices = office_choices(offices)

    @property
    def facts(self) -> dict[str, Any]:
        """Column values of the member."""
        return {
            "kind": MemberKind[self.kind.data],
            "office_id": self.office.data or None,
            **{name: self[name].data or "" for name in MEMBER_COLUMNS},
        }


def member_values(member: GroupMember) -> dict[str, Any]:
    """The initial values of the form for an existing member."""
    return {
        **{name: getattr(member, name) for name in MEMBER_COLUMNS},
        "kind": member.kind.name,
        "office": member.office_id or 0,
    }


class WithdrawalForm(Form):
    """Why a member does not belong to the group any more."""

    reason = TextAreaField(
        "Por qué se retira", [DataRequired("Escriba por qué se retira."), up_to(300)]
    )


class FoundingActForm(Form):
    """The founding act, as a file or as text; replacing an earlier one requires a reason."""

    founded_on = CityDateField("Fecha del acta", [DataRequired("Escriba la fecha del acta.")])
    place = StringField("Lugar", [Optional(), up_to(160)])
    file = FileField("Acta firmada, en un archivo", [SometimesNeeded(), Optional()])
    text = TextAreaField("O el texto del acta", [SometimesNeeded(), Optional(), up_to(20_000)])
    reason = TextAreaField(
        "Por qué se reemplaza",
        [DataRequired("Escriba por qué se reemplaza el acta."), up_to(300)],
    )

    def ask_for_reason(self, is_replaced: bool) -> None:
        if not is_replaced:
            del self.reason

    @property
    def given_reason(self) -> str:
        return (self.reason.data or "") if "reason" in self else ""


def act_values(group: MeetingGroup) -> dict[str, Any]:
    """The initial values of the form for the act of this group; `act` is that of no field."""
    filed_at = group.act_filed_at
    return {
        "founded_on": group.founded_on,
        "place": group.founding_place,
        "text": group.founding_text,
        "act": [group.act_file_id, filed_at and filed_at.isoformat()],
    }
