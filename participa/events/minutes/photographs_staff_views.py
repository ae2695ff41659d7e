"""The staff's page of an event's photographs."""

from flask import Blueprint, abort, redirect, render_template, url_for

from participa.channels import access
from participa.channels.access import may_write
from participa.core.db import db
from participa.core.editing import versions
from participa.core.files import files
from participa.events.minutes import photographs
from participa.events.minutes.staff_forms import PhotographForm
from participa.events.models import Event
from participa.staff.access import READERS, WRITERS, allows, current_account, guard, says

FORMATS = "JPG, PNG o WebP, hasta 10 MB. Sin rostros de menores de edad."

bp = guard(
    Blueprint("events_photographs", __name__, url_prefix="/gestion/eventos/<code>/fotos"),
    "el-acta-de-un-evento",
)


@bp.get("")
@allows(READERS)
def index(code):
    event = access.own(Event, code=code)
    return page_of(event, PhotographForm.creating(endpoint="events_photographs.add"))


@bp.post("")
@allows(WRITERS)
@files.takes_files
@says("Agregó la foto.")
def add(code):
    event = access.own(Event, code=code)
    form = PhotographForm.creating(lambda made: url_for("events_photographs.index", code=code))
    if form.validate_on_submit() and form.creates(add_from, form, event):
        db.session.commit()
        return redirect(url_for("events_photographs.index", code=code))
    return page_of(event, form, "events_photographs/add.html"), form.status


@bp.post("/<int(max=2147483647):photograph_id>/quitar")
@allows(WRITERS)
@says("Quitó la foto.")
def remove(code, photograph_id):
    event = versions.as_seen(access.own(Event, code=code))
    photograph = photographs.photograph_of(event, photograph_id) or abort(404)
    photographs.remove(event, current_account(), photograph)
    db.session.commit()
    return redirect(url_for("events_photographs.index", code=code))


@bp.get("/<int(max=2147483647):photograph_id>")
@allows(READERS)
def picture(code, photograph_id):
    """The picture as the page will show it, also before the event is called."""
    event = access.own(Event, code=code)
    photograph = photographs.photograph_of(event, photograph_id) or abort(404)
    return files.show(photograph.file, seconds=0)


def add_from(form: PhotographForm, event: Event):
    versions.lock(event)
    return photographs.add(event, current_account(), form.file.data, form.description.data or "")


def page_of(
    event: Event, form: PhotographForm, template: str = "events_photographs/index.html"
) -> str:
    return render_template(template, event=event, form=form, formats=FORMATS, may_write=may_write())
