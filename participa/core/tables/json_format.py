"""Tables as JSON: title, note, data dictionary, and one object per row."""

import json
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from participa.core.tables.cells import Cell, Table, by_column, chunks, clean, settle

COMPACT = (",", ":")


def stream(table: Table) -> Iterator[bytes]:
    """The document in pieces, one line per row."""
    keys = [column.key for column in table.columns]
    columns = [
        {"key": c.key, "label": c.label, "description": c.description, "kind": c.kind}
        | ({"values": dict(c.values)} if c.values else {})
        for c in table.columns
    ]
    note = {"note": clean(table.note)} if table.note else {}
    head = _json({"title": table.title, **note, "columns": columns})
    yield f'{head[:-1]},"rows":['.encode()
    between = "\n"
    for rows in chunks(table.rows):
        cells = [
            [_value(settle(value, column.kind)) for value in values]
            for column, values in by_column(table.columns, rows)
        ]
        lines = [_json(dict(zip(keys, row, strict=True))) for row in zip(*cells, strict=True)]
        yield (between + ",\n".join(lines)).encode()
        between = ",\n"
    yield b"\n]}\n"


def _value(cell: Cell) -> Any:
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, Decimal):
        return int(cell) if cell == cell.to_integral_value() else float(cell)
    return cell


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=COMPACT)
