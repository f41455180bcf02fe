"""How a row is called wherever another one points to it, and the rows that hang on one, shown under it.

`str` of a model carries no personal data, because it ends up in logs; a page says the name. So every relation of a list or
a read-only page is shown by the label that the other model's admin class gives.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib import admin
from django.db.models import BooleanField, ForeignKey, Model
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html

from branch_portal.permissions import Permission
from branch_portal.tables import Column, Table

#: More than this is a list of its own.
_MOST = 100


def label_of(row: Model, request: HttpRequest | None = None) -> str:
    """What people call the row; with a request, what its asker may call it."""
    handler = admin.site._registry.get(type(row))
    if request is not None and (label_for := getattr(handler, "label_for", None)):
        return label_for(row, request)
    label = getattr(handler, "label", None)
    return label(row) if label else str(row)


def relations_of(model: type[Model]) -> dict[str, ForeignKey]:
    return {each.name: each for each in model._meta.concrete_fields if isinstance(each, ForeignKey)}


@dataclass(frozen=True)
class RelatedName:
    """A relation as a column: Django takes a callable for one. With a request it links to the row, if that may be read."""

    relation: ForeignKey
    heading: str = ""
    request: HttpRequest | None = field(default=None, compare=False)

    @property
    def __name__(self) -> str:
        return self.relation.name

    @property
    def short_description(self) -> str:
        return self.heading or str(self.relation.verbose_name)

    def __call__(self, row: Model) -> str:
        related = getattr(row, self.relation.name)
        if related is None:
            return "—"
        label = label_of(related, self.request)
        if self.request is None or not (url := _url_of(related, self.request)):
            return label
        return format_html('<a href="{}">{}</a>', url, label)


@dataclass(frozen=True)
class YesNo:
    """A yes or no as a word in a list: Django's red cross calls every plain “no” a fault, and says it in English."""

    column: BooleanField

    @property
    def __name__(self) -> str:
        return self.column.name

    @property
    def short_description(self) -> str:
        return str(self.column.verbose_name)

    def __call__(self, row: Model) -> str:
        return "是" if getattr(row, self.column.name) else "否"


def yes_no_of(model: type[Model]) -> dict[str, YesNo]:
    return {each.name: YesNo(each) for each in model._meta.concrete_fields if isinstance(each, BooleanField)}


def _url_of(related: Model, request: HttpRequest) -> str:
    """Where the asker may read it; a link into another subtree would lead to a 404 and tell that something is there."""
    handler = admin.site._registry.get(type(related))
    if handler is None or not handler.has_view_permission(request):
        return ""
    if not handler.get_queryset(request).filter(pk=related.pk).exists():
        return ""
    return reverse(f"admin:{related._meta.app_label}_{related._meta.model_name}_change", args=[related.pk])


@dataclass(frozen=True)
class Part:
    """Rows that hang on a row: `lookup` leads from them to it. Read-only, and only what the asker may read of them."""

    title: str
    model: Any  # a scoped model; what its manager can, the stubs don't know
    lookup: str
    columns: Sequence[Column]
    ordering: tuple[str, ...] = ("pk",)
    joined: tuple[str, ...] = ()
    permission: Permission | None = None
    #: The rows are lines of the row itself and have no scope of their own: whoever reads it reads them.
    lines: bool = False
    only: Callable[[Any], bool] = lambda row: True

    def of(self, row: Model, user) -> dict | None:
        """Title and table for the page; None where this row has no such part or nobody may read it."""
        if not self.only(row):
            return None
        rows = self._asked(row, user).filter(**{self.lookup: row})
        rows = rows.select_related(*self.joined).order_by(*self.ordering)
        found = list(rows[: _MOST + 1])
        if not found:
            return None
        return {
            "title": self.title,
            "table": Table(self.columns, found[:_MOST], caption=self.title),
            "note": f"只列出前 {_MOST} 条。" if len(found) > _MOST else "",
        }

    def _asked(self, row: Model, user):
        if self.lines:
            back = self.model._meta.get_field(self.lookup).remote_field
            return getattr(row, back.get_accessor_name()).all()
        if self.permission is not None:
            return self.model._default_manager.permitted(user, self.permission)
        return self.model._default_manager.visible_to(user)


def attribute(header: str, name: str, **options) -> Column:
    """A column that reads an attribute of the row; one with choices is said in words."""

    def value(row):
        say = getattr(row, f"get_{name}_display", None)
        found = say() if say else getattr(row, name)
        if isinstance(found, bool):
            return "是" if found else "否"
        return label_of(found) if isinstance(found, Model) else found

    return Column(header, value, **options)
