"""The audit trail for administrators: its list and its export."""

import json

from flask import Blueprint, render_template, request
from sqlalchemy import or_, select

from participa.core.audit import AuditEntry
from participa.core.db import db
from participa.core.tables import tables
from participa.core.tables.tables import Column, Table
from participa.core.web import lists
from participa.core.web.lists import LETTERS, NUMBERS, Filter, ListRules, Order
from participa.staff import accounts, queries
from participa.staff.access import ADMINISTRATORS, allows, current_account, fresh, guard
from participa.staff.audit_words import (
    act_in_words,
    acts_with,
    details_in_words,
    short_subject,
    subject_in_words,
)

LIST = ListRules(
    search=lambda word: or_(
        lists.contains(word, AuditEntry.actor), AuditEntry.action.in_(acts_with(word))
    ),
    orders={
        "numero": Order("Número", AuditEntry.number, NUMBERS),
        "quien": Order("Quién", lists.plain(AuditEntry.actor), LETTERS),
    },
    first="-numero",
    unique=AuditEntry.number,
    filters=(
        Filter(
            "acto",
            "Acto",
            lambda action: AuditEntry.action == action,
            lambda: {name: act_in_words(name) for name in queries.audit_actions()},
        ),
        Filter("quien", "Quién (correo)", lambda actor: AuditEntry.actor == actor),
        Filter(
            "sobre",
            "Sobre qué",
            lambda typed: AuditEntry.subject == short_subject(typed),
            hint="Por ejemplo: Cuenta 3",
        ),
    ),
)
FILTERS = ("buscar", "orden", *(one.name for one in LIST.filters))
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

bp = guard(
    Blueprint("staff_audit", __name__, url_prefix="/gestion/registro"), "el-registro-de-actos"
)


@bp.get("")
@allows(ADMINISTRATORS)
def index():
    return render_template(
        "staff_audit/index.html",
        listing=LIST.listing(select(AuditEntry)),
        act_in_words=act_in_words,
        subject_in_words=subject_in_words,
        details_in_words=details_in_words,
    )


@bp.post("/exportar/<any(csv, xlsx, json):format>")
@allows(ADMINISTRATORS)
@fresh
def export(format):
    """Download the filtered trail. A POST, because the export itself is audited."""
    filters = {name: words for name in FILTERS if (words := lists.typed(request.form, name))}
    accounts.record_export("AuditEntry:*", current_account(), filters | {"format": format})
    db.session.commit()
    rows = LIST.narrowed(select(AuditEntry), filters).execution_options(yield_per=500)
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
