"""Keyset paging: the next page starts after the last row's key, so the thousandth page costs what the first does."""

import base64
import binascii
import datetime
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db.models import Model, Q, QuerySet

COUNT_CAP = 10_000


@dataclass(frozen=True)
class Page:
    """Rows of one page. Cursors are opaque text for the query string, None where there is no such page."""

    rows: list[Any]
    next_cursor: str | None
    previous_cursor: str | None
    total: int
    cap: int = COUNT_CAP

    @property
    def total_label(self) -> str:
        return f"{self.cap}+" if self.total > self.cap else str(self.total)


def keyset_page(
    queryset: QuerySet, *, cursor: str | None, fields: Sequence[str], size: int = 25, cap: int = COUNT_CAP
) -> Page:
    """One page of `queryset` ordered by `fields` ("-on_date", "-pk"; the last must be unique).

    Two queries: a count up to `cap` and the rows. An unreadable cursor means the first page. Fields that are annotations or
    columns of the row itself are allowed; an empty one stands where PostgreSQL puts it: last, and first when descending.
    """
    # Counted by key: what is only annotated for the order need not be worked out for every row.
    total = queryset.order_by().values("pk")[: cap + 1].count()
    backwards, values = _decode(queryset, cursor, fields)
    ordering = [_flip(field) for field in fields] if backwards else list(fields)
    selected = queryset.order_by(*ordering)
    if values is not None:
        selected = selected.filter(_after(queryset.model, ordering, values))
    rows = list(selected[: size + 1])
    more = len(rows) > size
    rows = rows[:size]
    if backwards:
        rows.reverse()
    has_next = backwards or more
    has_previous = more if backwards else values is not None
    return Page(
        rows=rows,
        next_cursor=_encode(rows[-1], fields, backwards=False) if rows and has_next else None,
        previous_cursor=_encode(rows[0], fields, backwards=True) if rows and has_previous else None,
        total=total,
        cap=cap,
    )


def _flip(field: str) -> str:
    return field[1:] if field.startswith("-") else f"-{field}"


def _after(model: type[Model], ordering: Sequence[str], values: Sequence[Any]) -> Q:
    """Rows strictly after the key in this ordering: (a > x) or (a = x and b > y) or …"""
    condition = Q(pk__in=[])
    equal = Q()
    for field, value in zip(ordering, values, strict=True):
        name = field.removeprefix("-")
        condition |= equal & _beyond(model, name, value, descending=field.startswith("-"))
        equal &= Q(**{f"{name}__isnull": True} if value is None else {name: value})
    return condition


def _beyond(model: type[Model], name: str, value: Any, *, descending: bool) -> Q:
    """What comes after the value of one field; nothing stands after the empty ones, unless they come first."""
    if value is None:
        return Q(**{f"{name}__isnull": False}) if descending else Q(pk__in=[])
    after = Q(**{f"{name}__{'lt' if descending else 'gt'}": value})
    if not descending and name != "pk" and _may_be_empty(model, name):
        after |= Q(**{f"{name}__isnull": True})
    return after


def _may_be_empty(model: type[Model], name: str) -> bool:
    try:
        return bool(model._meta.get_field(name).null)
    except FieldDoesNotExist:
        return False  # an annotation


def _encode(row: Any, fields: Sequence[str], *, backwards: bool) -> str:
    values = [getattr(row, field.removeprefix("-")) for field in fields]
    key = [None if value is None else str(value) for value in values]
    raw = json.dumps(["b" if backwards else "f", *key], ensure_ascii=False).encode()
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _decode(queryset: QuerySet, cursor: str | None, fields: Sequence[str]) -> tuple[bool, list[Any] | None]:
    if not cursor or len(cursor) > 1000:
        return False, None
    try:
        raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        direction, *key = json.loads(raw)
        # What is no text for the database (half of a surrogate pair) fails to encode, as a ValueError.
        if (
            direction not in ("f", "b")
            or len(key) != len(fields)
            or b"\x00" in "".join(text or "" for text in key).encode()
        ):
            return False, None
        values = [
            _typed(queryset, field.removeprefix("-"), text) for field, text in zip(fields, key, strict=True)
        ]
    except (ValueError, TypeError, RecursionError, binascii.Error, ValidationError):
        return False, None
    return direction == "b", values


def _typed(queryset: QuerySet, name: str, text: str | None) -> Any:
    model = queryset.model
    if text is None and not _may_be_empty(model, name):
        raise ValueError("a key that is never empty")
    if text is None:
        return None
    if name == "pk":
        value = model._meta.pk.to_python(text)
    elif name in queryset.query.annotations:
        value = queryset.query.annotations[name].output_field.to_python(text)
    else:
        try:
            value = model._meta.get_field(name).to_python(text)
        except FieldDoesNotExist as error:
            raise ValueError(name) from error
    if isinstance(value, int) and abs(value) > 2**62:
        raise ValueError("key out of range")
    if isinstance(value, datetime.datetime) and value.tzinfo is None:
        raise ValueError("an instant needs its zone")
    return value
