"""The staff's pages of the members of a group: add, change, invite, withdraw."""

from flask import Blueprint, redirect, render_template, url_for

from participa.channels import access
from participa.core.db import db
from participa.core.editing import versions
from participa.groups import invitations, service
from participa.groups.models import GroupMember, MeetingGroup
from participa.groups.staff_forms import MemberForm, WithdrawalForm, member_values
from participa.staff import queries as offices
from participa.staff.access import WRITERS, allows, current_account, guard, require_office, says

bp = guard(Blueprint("groups_members", __name__, url_prefix="/gestion/instancias"), "instancias")


@bp.route("/<code>/integrantes/agregar", methods=["GET", "POST"])
@allows(WRITERS)
@says("Agregó el integrante.")
def add(code):
    group = access.own(MeetingGroup, code=code)
    form = MemberForm.creating(lambda made: address_of(group))
    form.offer(offices.offices())
    if form.validate_on_submit() and form.creates(
        service.add_member, group, current_account(), **form.facts
    ):
        db.session.commit()
        return redirect(address_of(group))
    return render_template("groups_members/add.html", form=form, group=group), form.status


@bp.route("/integrantes/<int(max=2147483647):id>", methods=["GET", "POST"])
@allows(WRITERS)
@says("Guardó el integrante.")
def change(id):
    member = member_or_404(id)
    form = MemberForm.changing(member, member_values)
    form.offer(with_current(member))
    if form.validate_on_submit() and form.carries_out(
        service.change_member, member, current_account(), **form.facts
    ):
        db.session.commit()
        return redirect(address_of(member.group))
    page = render_template("groups_members/change.html", form=form, member=member)
    return page, form.status


@bp.post("/integrantes/<int(max=2147483647):id>/invitar")
@allows(WRITERS)
@says("Envió la invitación.")
def invite(id):
    """Send the link; where no mail can take it, show it once, to be handed over."""
    member = versions.as_seen(member_or_404(id))
    address = invitations.invite(member, current_account())
    if invitations.is_mailed(member):
        db.session.commit()
        return redirect(address_of(member.group))
    end = member.invitation_expires_at
    page = render_template("groups_members/invite.html", member=member, address=address, end=end)
    db.session.commit()
    return page, {"Cache-Control": "no-store"}


@bp.route("/integrantes/<int(max=2147483647):id>/retirar", methods=["GET", "POST"])
@allows(WRITERS)
@says("Retiró el integrante.")
def withdraw(id):
    member = member_or_404(id)
    form = WithdrawalForm.changing(member, versions.as_version)
    if form.validate_on_submit() and form.carries_out(
        service.withdraw_member, member, current_account(), form.reason.data
    ):
        db.session.commit()
        return redirect(address_of(member.group))
    page = render_template("groups_members/withdraw.html", form=form, member=member)
    return page, form.status


def member_or_404(id: int) -> GroupMember:
    """The member; 404 when there is none or its group is of another office."""
    member: GroupMember = db.get_or_404(GroupMember, id)
    require_office([member.group.office_id or 0])
    versions.page_is_about(member.group)
    return versions.page_is_about(member)


def with_current(member: GroupMember) -> list:
    """The offices to choose, with the member's own even if the city has retired it."""
    found = offices.offices()
    return found if member.office in found or not member.office else [*found, member.office]


def address_of(group: MeetingGroup) -> str:
    return url_for("groups_staff.show", code=group.code)
