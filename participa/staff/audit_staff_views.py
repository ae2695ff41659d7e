"""The audit trail for administrators: filters, pages and export."""

import json

from flask import Blueprint, render_template, request
from wtforms.fields.choices import SelectChoice

from participa.core.db import db
from participa.core.tables import tables
from participa.core.tables.tables import Column, Table
from participa.staff import accounts, queries
from participa.staff.access import ADMINISTRATORS, allows, current_account, fresh, guard
from participa.staff.audit_words import (
    act_in_words,
    details_in_words,
    short_subject,
    subject_in_words,
)
from participa.staff.forms import AuditForm

FILTERS = ("action", "actor", "subject")
COLUMNS = (
    Column("number", "Número", "Lugar en la cadena del registro", "number"),
    Column("at", "Momento", "Cuándo se hizo, en hora de Colombia", "moment"),
    Column("actor", "Quién", "Correo de la cuenta, o nombre del comando"),
    Column("action", "Acto", "Nombre corto de lo que se hizo"),
    Column("words", "En palabras", "Qué se hizo"),
    Column("subject", "Sobre qué", "Tipo y número del registro"),
    Column("details", "Detalles", "Datos del acto, sin datos personales de la ciudadanía"),
    Column("digest", "Huella", "SHA-256 de este acto y de la huella anterior"),
)

bp = guard(Blueprint("staff_audit", __name__, url_prefix="/gestion/registro"))


@bp.get("")
@allows(ADMINISTRATORS)
def index():
    form = AuditForm(request.args)
    form.action.choices = [
        SelectChoice("", "Todos"),
        *(SelectChoice(name, act_in_words(name)) for name in queries.audit_actions()),
    ]
    filters = _filters(request.args)
    page = queries.audit_page(
        queries.audit_entries(**filters), _page_number(request.args.get("pagina"))
    )
    return render_template(
        "staff_audit/index.html",
        form=form,
        page=page,
        filters=filters,
        act_in_words=act_in_words,
        subject_in_words=subject_in_words,
        details_in_words=details_in_words,
    )


@bp.post("/exportar/<any(csv, xlsx, json):format>")
@allows(ADMINISTRATORS)
@fresh
def export(format):
    """Download the filtered trail. A POST, because the export itself is audited."""
    filters = _filters(request.form)
    accounts.record_export("AuditEntry:*", current_account(), filters | {"format": format})
    db.session.commit()
    rows = queries.audit_entries(**filters).execution_options(yield_per=500)
    table = Table("registro", "Registro de actos", COLUMNS, _rows(rows))
    return tables.download(table, format, "registro-de-actos")


def _rows(entries):
    for entry in db.session.scalars(entries):
        yield (
            entry.number,
            entry.at,
            entry.actor,
            entry.action,
            act_in_words(entry.action),
            entry.subject,
            json.dumps(entry.details, ensure_ascii=False, sort_keys=True),
            entry.digest,
        )


def _filters(values):
    filters = {name: values.get(name, "").strip()[:254] for name in FILTERS}
    return filters | {"subject": short_subject(filters["subject"])}


def _page_number(text):
    return int(text) if text and text.isdecimal() and len(text) < 9 else 1
