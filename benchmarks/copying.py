"""COPY for a Django model: the columns given, every other one as the model's default says."""

import io
import json
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import models

_PIECE = 4 << 20


def _said(value: Any) -> str:
    if value is None:
        return "\\N"
    if value is True or value is False:
        return "t" if value else "f"
    if isinstance(value, bytes):
        return "\\\\x" + value.hex()
    if isinstance(value, dict | list):
        value = json.dumps(value, ensure_ascii=False)
    text = str(value)
    if "\\" in text or "\t" in text or "\n" in text:
        text = text.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n")
    return text


def _default(field: models.Field) -> Any:
    if isinstance(field, models.BinaryField):
        return None if field.null else b""
    if field.null:
        return None
    value = field.get_default()
    return "" if value is None else getattr(value, "value", value)


def copy(cursor, model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """COPY rows into the model's table; `columns` are attribute names (`branch_id`), the key included. Returns how many."""
    rest = [
        field
        for field in model._meta.concrete_fields
        if field.attname not in columns and not getattr(field, "generated", False)
    ]
    names = [*columns, *(field.attname for field in rest)]
    by_attribute = {field.attname: field.column for field in model._meta.concrete_fields}
    tail = "".join(f"\t{_said(_default(field))}" for field in rest) + "\n"
    statement = f"COPY {model._meta.db_table} ({', '.join(by_attribute[name] for name in names)}) FROM STDIN"
    buffer, count = io.StringIO(), 0
    for row in rows:
        buffer.write("\t".join(map(_said, row)))
        buffer.write(tail)
        count += 1
        if buffer.tell() > _PIECE:
            _send(cursor, statement, buffer)
    _send(cursor, statement, buffer)
    cursor.execute(
        f"SELECT setval(pg_get_serial_sequence('{model._meta.db_table}', 'id'), coalesce(max(id), 1))"
        f" FROM {model._meta.db_table}"
    )
    return count


def _send(cursor, statement: str, buffer: io.StringIO) -> None:
    if buffer.tell():
        buffer.seek(0)
        cursor.copy_expert(statement, buffer)
        buffer.seek(0)
        buffer.truncate()
