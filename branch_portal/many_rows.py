"""Many new rows of a model in one statement whose length hardly follows them: every column is one array.

`bulk_create` writes a placeholder a value, and Django and the server spend most of their time on a million of them. Here
PostgreSQL unfolds the arrays; fields prepare their values as always, so what is sealed is sealed. Triggers, policies and
constraints see an ordinary INSERT.
"""

import datetime
import re
import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.db import connections, models
from django.db.backends.postgresql.psycopg_any import DateRange

_WIDTH = re.compile(r"\(.*\)")


def insert_rows(instances: Sequence[models.Model], *, using: str) -> None:
    """Insert new instances of one model and give them their keys; the caller holds the transaction."""
    if not instances:
        return
    model = type(instances[0])
    columns = {field.attname: _prepared(field, instances) for field in _written(model)}
    keys = insert_columns(model, columns, count=len(instances), using=using)
    for instance, key in zip(instances, keys, strict=True):
        instance.pk, instance._state.adding, instance._state.db = key, False, using


def insert_columns(
    model: type[models.Model], columns: Mapping[str, Any], *, count: int, using: str
) -> list[Any]:
    """Insert `count` rows told by column, as a list of values or one value for all; what is not told has its default.

    Values are as the database takes them. Returns the keys, in the order of the rows.
    """
    connection = connections[using]
    quote = connection.ops.quote_name
    names: list[str] = []
    selected: list[str] = []
    arrays: list[str] = []
    values: list[str] = []
    singles: list[Any] = []
    for field in _written(model):
        # Without the width: a cast to it would cut what is too long, the column refuses it.
        kind = _WIDTH.sub("", field.db_type(connection) or "")
        column = columns[field.attname] if field.attname in columns else _default(field, count)
        if isinstance(column, list) and arrays and column.count(column[0]) == count:
            column = column[0]
        names.append(quote(str(field.column)))
        if isinstance(column, list):
            selected.append(f"c{len(arrays)}")
            arrays.append(f"%s::{kind}[]")
            values.append(_array(column))
        else:
            selected.append(f"%s::{kind}")
            singles.append(field.get_db_prep_save(column, connection))
    statement = (
        f"INSERT INTO {quote(model._meta.db_table)} ({', '.join(names)}) SELECT {', '.join(selected)}"
        f" FROM unnest({', '.join(arrays)}) AS a({', '.join(f'c{n}' for n in range(len(arrays)))})"
        f" RETURNING {quote(str(model._meta.pk.column))}"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [*singles, *values])
        return [key for (key,) in cursor.fetchall()]


def _written(model: type[models.Model]) -> list[models.Field]:
    return [
        field
        for field in model._meta.local_concrete_fields
        if not isinstance(field, models.AutoField) and not field.generated
    ]


def _prepared(field: models.Field, instances: Sequence[models.Model]) -> list[Any]:
    if type(field).pre_save is models.Field.pre_save:
        return [instance.__dict__[field.attname] for instance in instances]
    return [field.pre_save(instance, True) for instance in instances]


def _default(field: models.Field, count: int) -> Any:
    return [field.get_default() for _ in range(count)] if callable(field.default) else field.get_default()


def _array(column: Sequence[Any]) -> str:
    """The text of a PostgreSQL array."""
    writers = {kind: _writer(kind) for kind in {type(value) for value in column if value is not None}}
    texts = ["NULL" if value is None else writers[type(value)](value) for value in column]
    return "{" + ",".join(texts) + "}"


def _quoted(text: str) -> str:
    if "\\" in text or '"' in text:
        text = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{text}"'


def _range(value: DateRange) -> str:
    ends = ("" if end is None else end.isoformat() for end in (value.lower, value.upper))
    return f'"{"[" if value.lower_inc else "("}{",".join(ends)}{"]" if value.upper_inc else ")"}"'


_TEXT: dict[type, Callable[[Any], str]] = {
    str: lambda value: _quoted(str(value)),
    bytes: lambda value: f'"\\\\x{value.hex()}"',
    bool: lambda value: "t" if value else "f",
    int: str,
    uuid.UUID: str,
    datetime.datetime: lambda value: f'"{value.isoformat()}"',
    datetime.date: datetime.date.isoformat,
    DateRange: _range,
}


def _writer(kind: type) -> Callable[[Any], str]:
    """Of the type or of what it is a kind of, such as a choice of a text; a type that is not known is refused."""
    for base, writer in _TEXT.items():
        if issubclass(kind, base):
            return writer
    raise TypeError(f"not written to the database: {kind}")
