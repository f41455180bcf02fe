"""Filters that cost no query and know nobody's rows: what they offer is the calendar or the code, never what is there."""

import datetime

from django.contrib import admin
from django.db.models import DateField, DateTimeField
from django.http import HttpRequest

from branch_portal.dates import local_datetime, today_shanghai

#: Years back that the filter offers; older rows are found by the portal's own archive pages.
_YEARS = 10


class YearFilter(admin.FieldListFilter):
    """年份 of a date, an instant or a year's number: ("on_date", YearFilter)."""

    def __init__(self, field, request, params, model, model_admin, field_path):
        self.parameter = f"{field_path}__year"
        given = (params.get(self.parameter) or [""])[-1]  # before the base class takes it out
        super().__init__(field, request, params, model, model_admin, field_path)
        self.title = (
            f"年份（{field.verbose_name}）" if isinstance(field, DateField) else str(field.verbose_name)
        )
        self.year = int(given) if given.isascii() and given.isdigit() and len(given) == 4 else None

    def expected_parameters(self):
        return [self.parameter]

    def has_output(self) -> bool:
        return True

    def queryset(self, request: HttpRequest, queryset):
        if self.year is None or not 1900 < self.year < 2200:
            return queryset
        if not isinstance(self.field, DateField):
            return queryset.filter(**{self.field_path: self.year})
        first, after = datetime.date(self.year, 1, 1), datetime.date(self.year + 1, 1, 1)
        if isinstance(self.field, DateTimeField):
            first, after = local_datetime(first), local_datetime(after)
        return queryset.filter(**{f"{self.field_path}__gte": first, f"{self.field_path}__lt": after})

    def choices(self, changelist):
        this = today_shanghai().year
        yield {
            "selected": self.year is None,
            "query_string": changelist.get_query_string(remove=[self.parameter]),
            "display": "全部",
        }
        for year in range(this + 1, this - _YEARS, -1):
            yield {
                "selected": self.year == year,
                "query_string": changelist.get_query_string({self.parameter: year}),
                "display": f"{year}年",
            }
