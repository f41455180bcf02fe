"""Filters of the pages that show who needs help: part of the tree, year, one branch, what is looked for."""

from functools import cached_property

from django import forms

from activities.models import ActivityKind
from members.models import PartyOrganization
from supervision.forms.filters import SubtreeForm, YearMixin
from supervision.queries.subtree import supervised_organization
from supervision.queries.terms import STATES

BRANCHES, PEOPLE = "branches", "people"


class WatchForm(SubtreeForm):
    """One branch can be asked for by its link (`branch`), whatever organisation is chosen."""

    branch = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, user=user, **kwargs)
        self.user = user

    @cached_property
    def root(self) -> PartyOrganization | None:
        asked = self.values().get("branch")
        branch = supervised_organization(self.user, asked) if asked else None
        return branch or super().root

    @property
    def scope_name(self) -> str:
        return self.root.name if self.root else "全部所辖党支部"


class WatchYearForm(YearMixin, WatchForm):
    field_order = ("organization", "year")


class StudyForm(WatchYearForm):
    """`children`: all organisations below, however many."""

    children = forms.BooleanField(required=False, widget=forms.HiddenInput)

    @property
    def all_children(self) -> bool:
        return bool(self.values().get("children"))


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
