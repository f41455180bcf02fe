"""Filters of the pages that show who needs help: part of the tree, year, one branch, what is looked for."""

from functools import cached_property

from django import forms
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from activities.models import ActivityKind
from branch_portal.dates import today_shanghai
from branch_portal.forms import FilterForm, PortalFormHelper
from members.models import PartyOrganization
from supervision.forms.filters import year_choices
from supervision.queries.subtree import supervised_organization, uppers_of
from supervision.queries.terms import STATES

BRANCHES, PEOPLE = "branches", "people"
_SELECTED = SafeString(" selected")


class PlainSelect(forms.Select):
    """A select whose options are written in one go: Django renders a template for each, and a city has five hundred."""

    def render(self, name, value, attrs=None, renderer=None):
        options = format_html_join(
            "",
            '<option value="{}"{}>{}</option>',
            ((key, _SELECTED if str(key) == str(value or "") else "", label) for key, label in self.choices),
        )
        given = self.build_attrs(self.attrs, attrs) | {"name": name}
        return format_html("<select{}>{}</select>", flatatt(given), options)


class WatchForm(FilterForm):
    """The committees and general branches to choose from; one branch can be asked for by its link (`branch`).

    Ten thousand branches would make a megabyte of choices, so they are reached through the list and not offered here.
    """

    organization = forms.ChoiceField(label="组织范围", required=False, widget=PlainSelect)
    branch = forms.UUIDField(required=False, widget=forms.HiddenInput)
    page = forms.IntegerField(required=False, min_value=1, max_value=100_000, widget=forms.HiddenInput)

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user
        self.helper = PortalFormHelper()
        self.uppers = {str(found.uid): found for found in uppers_of(user)}
        top = min((found.depth for found in self.uppers.values()), default=1)
        self.fields["organization"].choices = [
            ("", "全部"),
            *((uid, "　" * (found.depth - top) + found.name) for uid, found in self.uppers.items()),
        ]

    @cached_property
    def root(self) -> PartyOrganization | None:
        asked = self.values().get("branch")
        branch = supervised_organization(self.user, asked) if asked else None
        return branch or self.uppers.get(self.values().get("organization") or "")

    @property
    def scope_name(self) -> str:
        return self.root.name if self.root else "全部所辖党支部"

    @property
    def page_number(self) -> int:
        return self.values().get("page") or 1


class WatchYearForm(WatchForm):
    year = forms.TypedChoiceField(label="年度", required=False, coerce=int, empty_value=None)
    field_order = ("organization", "year")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["year"].choices = year_choices()

    @property
    def chosen_year(self) -> int:
        return self.values().get("year") or today_shanghai().year


class AttendanceForm(WatchYearForm):
    kind = forms.ChoiceField(label="类型", required=False, choices=[("", "全部"), *ActivityKind.choices])
    field_order = ("organization", "year", "kind")

    @property
    def kind_chosen(self) -> str:
        return self.values().get("kind") or ""


class TermForm(WatchForm):
    state = forms.ChoiceField(label="情形", required=False, choices=[("", "全部"), *STATES.items()])
    field_order = ("organization", "state")

    @property
    def state_chosen(self) -> str:
        return self.values().get("state") or ""


class PeopleForm(WatchForm):
    """Numbers by branch, or the list of names."""

    show = forms.ChoiceField(label="显示", required=False, choices=[(BRANCHES, "按党支部"), (PEOPLE, "名单")])
    field_order = ("organization", "show")

    @property
    def by_name(self) -> bool:
        return self.values().get("show") == PEOPLE
