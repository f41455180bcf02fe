"""The change list of every model: pages by key, a count with a cap, sorting by what an index sorts.

Django's own pages by OFFSET and counts every row twice; at 1.5 million records that is half a second for a page.
"""

from django.contrib.admin.views.main import PAGE_VAR, SEARCH_VAR, ChangeList
from django.core.exceptions import FieldDoesNotExist
from django.core.paginator import Paginator
from django.db import models

from branch_portal.paging import keyset_page

#: Columns that a list never reads unless it shows them: long texts, and whatever is sealed.
_HEAVY = (models.TextField, models.BinaryField, models.JSONField)


class FirstMatches(Paginator):
    """What a search box offers: the first matches and no word of how many more there are; typing on narrows them."""

    @property
    def count(self) -> int:
        return len(self._first)

    @property
    def _first(self) -> list:
        if not hasattr(self, "_rows"):
            self._rows = list(self.object_list[: self.per_page])
        return self._rows

    def page(self, number):
        return self._get_page(self._first, 1, self)


class KeysetChangeList(ChangeList):
    """`p` of the query string is the cursor: whatever narrows or sorts the list drops it, as Django's links do with pages."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.title = str(self.opts.verbose_name_plural)

    def get_results(self, request):
        page = keyset_page(
            self.queryset, cursor=request.GET.get(PAGE_VAR), fields=self.keys, size=self.list_per_page
        )
        self.result_list, self.total_label = page.rows, page.total_label
        # As many as the page has: Django then offers no “select all”, which would act on rows that nobody has seen.
        self.result_count = len(page.rows)
        self.next_url = self._page_url(page.next_cursor)
        self.previous_url = self._page_url(page.previous_cursor)
        self.show_admin_actions = bool(page.rows)
        self.show_full_result_count = self.can_show_all = self.multi_page = False
        self.full_result_count = self.paginator = None
        self.clear_search_url = self.get_query_string(remove=[SEARCH_VAR])

    def _page_url(self, cursor: str | None) -> str:
        return self.get_query_string({PAGE_VAR: cursor}) if cursor else ""

    def get_ordering_field(self, field_name):
        """Only by columns that an index of this table begins with: any other order would read and sort all of it."""
        column = super().get_ordering_field(field_name)
        return column if isinstance(column, str) and is_indexed(self.model, column) else None

    def _get_deterministic_ordering(self, ordering):
        """Plain columns up to the first unique one, else the key in the direction of what stands before it."""
        self.keys = []
        for column in ordering:
            if column.removeprefix("-") in {key.removeprefix("-") for key in self.keys}:
                continue
            self.keys.append(column)
            if decides(self.model, column.removeprefix("-")):
                return self.keys
        descending = not self.keys or self.keys[-1].startswith("-")
        self.keys.append("-pk" if descending else "pk")
        return self.keys

    def apply_select_related(self, queryset):
        """Join what the columns name, and leave long texts and sealed items of all joined tables where they are."""
        joined = self.list_select_related or ()
        queryset = queryset.select_related(*joined)
        shown = {name for name in self.list_display if isinstance(name, str)}
        kept = shown | set(self.model_admin.list_reads)
        return queryset.defer(
            *(name for name in heavy_columns(self.model) if name not in kept),
            *(f"{path}__{name}" for path in joined for name in heavy_columns(_model_at(self.model, path))),
        )


def heavy_columns(model: type[models.Model]) -> list[str]:
    return [field.name for field in model._meta.concrete_fields if isinstance(field, _HEAVY)]


def _model_at(model: type[models.Model], path: str) -> type[models.Model]:
    for part in path.split("__"):
        model = model._meta.get_field(part).related_model
    return model


def is_indexed(model: type[models.Model], column: str) -> bool:
    """Whether an index of the table begins with the column. A relation sorts by the other table's order, so it never does."""
    name = column.removeprefix("-")
    try:
        field = model._meta.pk if name == "pk" else model._meta.get_field(name)
    except FieldDoesNotExist:
        return False
    if field.is_relation:
        return False
    first = {
        index.fields[0].removeprefix("-")
        for index in model._meta.indexes
        if index.fields and not index.condition
    }
    unique = {
        constraint.fields[0]
        for constraint in model._meta.constraints
        if isinstance(constraint, models.UniqueConstraint) and constraint.fields and not constraint.condition
    }
    return field.db_index or field.unique or field.name in first | unique


def decides(model: type[models.Model], name: str) -> bool:
    """Whether no two rows can share the column's value, so that an order ends with it."""
    if name == "pk":
        return True
    field = model._meta.get_field(name)
    return field.unique and not field.null
