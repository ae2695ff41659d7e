"""The form with which a member answers an invitation."""

from wtforms import StringField, TextAreaField
from wtforms.validators import Optional

from participa.core.fields import SometimesNeeded, up_to
from participa.core.forms import PublicForm
from participa.groups import invitations
from participa.groups.models import GroupMember


class InvitationForm(PublicForm):
    """Accept with a name, or decline. It is for what the page said: another role is refused."""

    # Signs the acceptance, and is published with the position.
    name = StringField("Su nombre completo", [SometimesNeeded(), Optional(), up_to(120)])
    decline_reason = TextAreaField("Por qué no acepta", [Optional(), up_to(300)])

    def __init__(self, member: GroupMember):
        super().__init__(f"{invitations.PURPOSE}:{member.id}:{invitations.shown(member)}")
