"""The staff's pages where paper is typed: rows, halves of slips, duplicates, a second typing."""

from flask import Blueprint, abort, redirect, render_template, request, url_for

from participa.attendance.models import AttendanceList
from participa.attendance.paper import (
    halves,
    keying,
    merging,
    queries,
    reconciliation,
    sampling,
    sheets,
)
from participa.attendance.paper.staff_forms import (
    HalfForm,
    HalvesForm,
    IdentityForm,
    KeyRowForm,
    SampleForm,
    number_in,
)
from participa.attendance.paper.staff_views import own_sheet, words
from participa.attendance.paper_models import PaperDetails, PaperRow, PaperSheet, RowState
from participa.attendance.snapshots import snapshot_of
from participa.channels import access
from participa.citizens.fields import answers
from participa.core import spanish
from participa.core.db import db
from participa.core.editing import versions
from participa.staff.access import (
    WRITERS,
    allows,
    current_account,
    guard,
    say,
    says,
    with_second_factor,
)
from participa.staff.signing_in import second_factor

MARKS = {"vacia": RowState.EMPTY, "ilegible": RowState.ILLEGIBLE}

bp = guard(
    Blueprint("attendance_keying", __name__, url_prefix="/gestion/asistencia/<code>/papel"),
    "el-listado-en-papel",
)


@bp.route("/<int(max=2147483647):number>", methods=["GET", "POST"])
@allows(WRITERS)
@with_second_factor
@says("Guardó la fila.")
def key(code, number):
    """One row after the other: Enter stores it, and the page shows the next one."""
    record, sheet = typed_sheet(code, number)
    form = KeyRowForm()
    form.offer_columns(record)
    if form.validate_on_submit() and form.carries_out(store_row, sheet, form):
        say(f"Guardó la fila {form.number.data}.")
        following = queries.next_row(sheet, form.number.data)
        db.session.commit()
        return redirect(url_for("attendance_keying.key", code=code, number=number, fila=following))
    wanted = number_in(request.args.get("fila"))
    row_number = wanted if wanted in sheet.numbers else queries.next_row(sheet)
    if request.method == "POST" and form.number.data in sheet.numbers:
        row_number = form.number.data
    return render_template(
        "attendance_keying/key.html",
        record=record,
        sheet=sheet,
        form=form,
        row_number=row_number,
        why_not=sheets.why_not_typed(sheet),
        rows=queries.rows_of(sheet),
        count=reconciliation.count_of(sheet),
        **asked_of(sheet, form, row_number),
        **words(),
    ), form.status


def store_row(sheet: PaperSheet, form: KeyRowForm) -> PaperRow:
    number, by, replaces = form.number.data or 0, current_account(), form.attempt_seen
    if state := MARKS.get(form.mark.data):
        return keying.mark(sheet, number, state, by, replaces)
    identity = form.identity
    return keying.key(sheet, number, identity, by, same_as=form.entry_seen, replaces=replaces)


def asked_of(sheet: PaperSheet, form: KeyRowForm, row_number: int | None) -> dict:
    """What the typist has to decide: whose document it is, and which typing of the row counts."""
    taken = person = None
    if row_number is not None:
        row = queries.row_of(sheet, row_number)
        taken = row if row and not row.is_open else None
    if form.says_who:
        typed = form.identity
        person = queries.with_document(sheet.list_id, typed.document_type, typed.document)
        if taken is not None and person is not None and taken.attendee_id == person.id:
            person = None
    return {"taken": taken, "person": person}


@bp.post("/<int(max=2147483647):number>/vacias")
@allows(WRITERS)
@says("Marcó como vacías las filas que faltaban.")
def leave_rest_empty(code, number):
    _, sheet = typed_sheet(code, number)
    count = keying.leave_rest_empty(versions.as_seen(sheet), current_account())
    rows = spanish.several(count, "fila como vacía", "filas como vacías")
    say(f"Marcó {rows}.")
    db.session.commit()
    return redirect(url_for("attendance_keying.key", code=code, number=number))


@bp.post("/<int(max=2147483647):number>/filas/<int(max=2147483647):row>/deshacer")
@allows(WRITERS)
@says("Deshizo la fila. Digítela otra vez.")
def undo(code, number, row):
    found = own_row(code, number, row)
    keying.undo(versions.as_seen(found), current_account())
    db.session.commit()
    return redirect(url_for("attendance_keying.key", code=code, number=number, fila=row))


@bp.post("/<int(max=2147483647):number>/filas/<int(max=2147483647):row>/misma")
@allows(WRITERS)
@says("Unió las dos: es la misma persona.")
def same(code, number, row):
    merging.say_same(versions.as_seen(own_row(code, number, row)), current_account())
    db.session.commit()
    return redirect(after_decision(code))


@bp.post("/<int(max=2147483647):number>/filas/<int(max=2147483647):row>/dos")
@allows(WRITERS)
@says("Las dejó aparte: son dos personas.")
def two(code, number, row):
    merging.say_two(versions.as_seen(own_row(code, number, row)), current_account())
    db.session.commit()
    return redirect(after_decision(code))


@bp.post("/<int(max=2147483647):number>/filas/<int(max=2147483647):row>/decidir")
@allows(WRITERS)
@says("Deshizo la decisión. Decida otra vez.")
def ask_again(code, number, row):
    merging.ask_again(versions.as_seen(own_row(code, number, row)), current_account())
    db.session.commit()
    return redirect(after_decision(code))


@bp.route("/fichas/digitar", methods=["GET", "POST"])
@allows(WRITERS)
@says("Guardó la media ficha.")
def key_half(code):
    """One half with optional answers after the other, in the order of the box, and no person."""
    record = access.own(AttendanceList, code=code)
    listed = snapshot_of(record)
    form = HalfForm.creating(lambda made: url_for("attendance_keying.key_half", code=code))
    form.ask(listed.variables)
    if form.validate_on_submit() and form.creates(store_half, record, form):
        db.session.commit()
        return redirect(url_for("attendance_keying.key_half", code=code))
    return half_page(record, form, HalvesForm(formdata=None)), form.status


def store_half(record: AttendanceList, form: HalfForm) -> PaperDetails:
    if form.is_illegible:
        return halves.mark_illegible(record)
    return halves.key(record, answers(form.population))


@bp.post("/fichas/contar")
@allows(WRITERS)
@says("Anotó cuántas medias fichas volvieron.")
def count_halves(code):
    record = access.own(AttendanceList, code=code)
    counted = HalvesForm()
    versions.lock_first(record.event)
    if counted.validate_on_submit() and counted.carries_out(
        halves.take_back, versions.as_seen(record), current_account(), counted.returned.data
    ):
        db.session.commit()
        return redirect(url_for("attendance_keying.key_half", code=code))
    form = HalfForm.creating(endpoint="attendance_keying.key_half", formdata=None)
    form.ask(snapshot_of(record).variables, is_sent=False)
    return half_page(record, form, counted, "count_halves"), counted.status


def half_page(
    record: AttendanceList, form: HalfForm, counted: HalvesForm, view: str = "key_half"
) -> str:
    return render_template(
        f"attendance_keying/{view}.html",
        record=record,
        form=form,
        counted=counted,
        details=queries.details_of(record.id),
        why_not=halves.why_not_typed(record),
    )


@bp.route("/muestra", methods=["GET", "POST"])
@allows(WRITERS)
@says("Escogió las filas al azar.")
def draw_sample(code):
    record = access.own(AttendanceList, code=code)
    form = SampleForm.creating(data={"count": 10})
    if form.validate_on_submit() and form.creates(draw_from, record, form):
        db.session.commit()
        return redirect(url_for("attendance_keying.rekey", code=code))
    return render_template(
        "attendance_keying/draw_sample.html",
        record=record,
        form=form,
        result=sampling.result_of(record.id),
        waiting=sampling.next_of(record.id, current_account()),
    ), form.status


def draw_from(record: AttendanceList, form: SampleForm) -> AttendanceList:
    sampling.draw(record, current_account(), form.count.data or 0)
    return record


@bp.route("/muestra/digitar", methods=["GET", "POST"])
@allows(WRITERS)
@with_second_factor
@says("Guardó la segunda digitación.")
def rekey(code):
    """The next drawn row, empty, for somebody who did not type it first."""
    second_factor.require(current_account())
    record = access.own(AttendanceList, code=code)
    row = sampling.next_of(record.id, current_account())
    if row is None:
        return redirect(url_for("attendance_keying.draw_sample", code=code))
    form = IdentityForm.changing(row, versions.as_version)
    form.offer()
    if form.validate_on_submit():
        wrong = form.carries_out(sampling.compare, row, form.identity, current_account())
        if wrong is not None:
            say(said_of(row, wrong))
            db.session.commit()
            return redirect(url_for("attendance_keying.rekey", code=code))
    return render_template(
        "attendance_keying/rekey.html",
        record=record,
        row=row,
        form=form,
        result=sampling.result_of(record.id),
    ), form.status


def said_of(row: PaperRow, wrong: list[str]) -> str:
    if not wrong:
        return f"La fila {row.number} coincide."
    return (
        f"La fila {row.number} no coincide en {spanish.listed(wrong)}. "
        f"Compárela con el papel: {row.sheet.name.lower()}."
    )


def typed_sheet(code: str, number: int) -> tuple[AttendanceList, PaperSheet]:
    """As `own_sheet`, to read or type names: raises Needed without a second factor."""
    second_factor.require(current_account())
    return own_sheet(code, number)


def own_row(code: str, number: int, row_number: int) -> PaperRow:
    _, sheet = typed_sheet(code, number)
    row = queries.row_of(sheet, row_number)
    if row is None:
        abort(404)
    return versions.page_is_about(row)


def after_decision(code: str) -> str:
    return url_for("attendance_paper.show", code=code, _anchor="parecidas")
