"""Filters of the admin's lists by organisation and by member: only what lies in the asker's scope is offered or accepted."""

from django.contrib import admin
from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode

from branch_portal.permissions import Permission
from branch_portal.scoping import Scope
from members.models import Member, PartyOrganization

#: Longer lists of organisations offer the upper ones, and the rest by typing.
_MOST_OPTIONS = 200


class _ChosenFilter(admin.ListFilter):
    """One row of another table, chosen from a select that a script turns into a search box."""

    template = "admin/filter_choice.html"
    parameter_name: str
    hint: str

    def __init__(self, request: HttpRequest, params, model, model_admin):
        super().__init__(request, params, model, model_admin)
        self.request, self.model, self.model_admin = request, model, model_admin
        given = (params.pop(self.parameter_name, None) or [""])[-1]
        self.chosen = self.find(given) if given else None
        #: Something was asked for that is not there for this user: the list is empty, as it would be if nothing were.
        self.unknown = bool(given) and self.chosen is None

    def has_output(self) -> bool:
        return True

    def expected_parameters(self):
        return [self.parameter_name]

    def queryset(self, request: HttpRequest, queryset):
        if self.unknown:
            return queryset.none()
        return queryset if self.chosen is None else queryset.filter(self.condition(self.chosen))

    def choices(self, changelist):
        """One entry for the template: the options, the address that offers more, what else the form must carry."""
        kept = [
            (name, value)
            for name, values in changelist.filter_params.items()
            if name != self.parameter_name
            for value in (values if isinstance(values, list) else [values])
        ]
        yield {
            "name": self.parameter_name,
            "options": self.options(),
            "more_url": self.more_url(),
            "hint": self.hint,
            "kept": kept,
            "chosen": self.chosen is not None or self.unknown,
            "clear_url": changelist.get_query_string(remove=[self.parameter_name]),
        }

    def find(self, given: str):
        number = given.isascii() and given.isdigit() and len(given) < 19
        return self.rows().filter(pk=int(given)).first() if number else None

    def rows(self):
        raise NotImplementedError

    def condition(self, chosen) -> Q:
        raise NotImplementedError

    def options(self) -> list[tuple[str, str, bool]]:
        raise NotImplementedError

    def more_url(self) -> str:
        raise NotImplementedError


class SubtreeFilter(_ChosenFilter):
    """组织范围: an organisation of the asker's scope and all below it.

    The rows' own queryset says where they hang (`organization_lookups`); an admin class may name other relations.
    """

    title = "组织范围"
    parameter_name = "org"
    hint = "输入名称或代码查找党组织"

    @property
    def permission(self) -> Permission:
        return self.model_admin.rows_permission or self.model_admin.view_permission

    @property
    def lookups(self) -> tuple[str, ...]:
        named = getattr(self.model_admin, "organization_lookups", None)
        return named or self.model._default_manager.none().organization_lookups

    def rows(self):
        return PartyOrganization.objects.permitted(self.request.user, self.permission)

    def condition(self, chosen: PartyOrganization) -> Q:
        leaf = chosen.kind in (PartyOrganization.Kind.BRANCH, PartyOrganization.Kind.CELL)
        reach = (
            Scope(organization_ids=frozenset([chosen.pk]), leaf_paths=(chosen.path,))
            if leaf
            else Scope(paths=(chosen.path,))
        )
        # What hangs on a cell hangs on its branch as well: the second table is asked for cells alone.
        of_cell = chosen.kind == PartyOrganization.Kind.CELL
        fitting = [lookup for lookup in self.lookups if not lookup or lookup.endswith("cell") == of_cell]
        condition = Q(pk__in=[])
        for lookup in fitting:
            condition |= reach.q(lookup)
        return condition

    def options(self):
        rows = self.rows().only("name", "path", "depth").order_by("path")
        organizations = list(rows[: _MOST_OPTIONS + 1])
        if len(organizations) > _MOST_OPTIONS:
            organizations = list(rows.above_branches()[:_MOST_OPTIONS])
        if self.chosen and self.chosen.pk not in {each.pk for each in organizations}:
            organizations.append(self.chosen)
        top = min((each.depth for each in organizations), default=1)
        return [
            (str(each.pk), f"{'　' * (each.depth - top)}{each.name}", each == self.chosen)
            for each in organizations
        ]

    def more_url(self) -> str:
        return _choices_url("member", "branch")


class MemberFilter(_ChosenFilter):
    """党员: one person of the asker's scope, found by name or pinyin."""

    title = "党员"
    parameter_name = "person"
    hint = "输入姓名或拼音查找党员"

    def rows(self):
        return Member.objects.permitted(self.request.user, Permission.VIEW_ROSTER).without_personal_data()

    def condition(self, chosen: Member) -> Q:
        return Q(**{self.model_admin.member_lookup: chosen})

    def options(self):
        return [(str(self.chosen.pk), self.chosen.name, True)] if self.chosen else []

    def more_url(self) -> str:
        return _choices_url("affiliation", "member")


def _choices_url(model_name: str, field_name: str) -> str:
    """Django's own address for choices: a field that points to the table, searched through its admin class."""
    query = {"app_label": "members", "model_name": model_name, "field_name": field_name}
    return f"{reverse('admin:autocomplete')}?{urlencode(query)}"
