"""Forms of organisations: the day of a list, and one small form for each change, with its day and reason."""

from django import forms

from branch_portal.dates import today_shanghai
from branch_portal.forms import DateInput, FilterForm, PortalForm, PortalFormHelper
from branch_portal.once import OneTimeFormMixin
from branch_portal.permissions import Permission
from members.actions.organization_checks import BELOW
from members.actions.organizations import UNDATED
from members.forms.fields import WrittenDateField
from members.models import Member, PartyOrganization
from members.names import tidy_name
from members.queries.organizations import next_cell_code, siblings_within_committee

_Kind = PartyOrganization.Kind
_AS_BEFORE = ("", "不变")


class DayFilter(FilterForm):
    on = forms.DateField(label="截至日期", required=False, widget=DateInput())
    cursor = forms.CharField(required=False, max_length=1000, widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = PortalFormHelper()

    @property
    def day(self):
        """The day asked for; today where none is given or one to come."""
        today = today_shanghai()
        return min(self.values().get("on") or today, today)


class ChangeForm(OneTimeFormMixin, PortalForm):
    """A day and a reason, after what the change itself asks."""

    on = WrittenDateField(label="生效日期", help_text="可以补登过去的日期，不能晚于今天。")
    reason = forms.CharField(
        label="原因",
        min_length=4,
        max_length=200,
        help_text="例如：批复的党组织和文号。",
        error_messages={"min_length": "请写明原因，至少 4 个字。"},
    )

    def __init__(self, *args, organization: PartyOrganization, **kwargs):
        super().__init__(*args, **kwargs)
        self.organization = organization
        self.fields["on"].initial = today_shanghai()
        self.order_fields([name for name in self.fields if name not in ("on", "reason")] + ["on", "reason"])

    def arguments(self) -> dict:
        """What the action is called with."""
        return {name: value for name, value in self.cleaned_data.items() if name != "submission_key"}


class _NameFields(forms.Form):
    name = forms.CharField(label="全称", max_length=120, help_text="与印章一致。")
    short_name = forms.CharField(label="简称", max_length=40, required=False)

    def clean_name(self):
        return tidy_name(self.cleaned_data["name"])


class CreateForm(_NameFields, ChangeForm):
    kind = forms.ChoiceField(label="组织类别", choices=[])
    code = forms.CharField(label="组织代码", max_length=30)
    formation = forms.ChoiceField(label="组建方式", choices=PartyOrganization.Formation.choices)
    unit_category = forms.ChoiceField(
        label="单位类别", choices=[("", "未登记"), *PartyOrganization.UnitCategory.choices], required=False
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        below = [kind for kind in _Kind if kind in BELOW[_Kind(self.organization.kind)]]
        self.fields["kind"].choices = [(kind.value, kind.label) for kind in below]
        self.fields["on"].label = "成立日期"
        if self.organization.kind == _Kind.BRANCH:
            for name in ("kind", "code", "formation", "unit_category"):
                del self.fields[name]
            self.fields["name"].help_text = "例如：第一党小组。"

    def arguments(self) -> dict:
        cleaned = super().arguments()
        founded = {"founded_on": cleaned.pop("on"), "parent": self.organization}
        if self.organization.kind == _Kind.BRANCH:
            founded |= {"kind": _Kind.CELL, "code": next_cell_code(self.organization)}
        return cleaned | founded


class FirstForm(OneTimeFormMixin, _NameFields, PortalForm):
    """The organisation that the whole tree hangs from, in a portal that has none yet."""

    kind = forms.ChoiceField(label="组织类别", choices=[])
    code = forms.CharField(label="组织代码", max_length=30)
    founded_on = WrittenDateField(label="成立日期")
    reason = forms.CharField(
        label="原因",
        min_length=4,
        max_length=200,
        initial="启用本系统",
        error_messages={"min_length": "请写明原因，至少 4 个字。"},
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        above = [kind for kind in _Kind if kind not in (_Kind.BRANCH, _Kind.CELL)]
        self.fields["kind"].choices = [(kind.value, kind.label) for kind in above]

    def clean_founded_on(self):
        day = self.cleaned_data["founded_on"]
        if day > today_shanghai():
            raise forms.ValidationError("成立日期晚于今天，请核对。")
        return day

    def arguments(self) -> dict:
        return {name: value for name, value in self.cleaned_data.items() if name != "submission_key"}


class RenameForm(_NameFields, ChangeForm):
    pass


class AdjustForm(ChangeForm):
    """Dated columns are blank for “as before”; the unit's own data are shown as they are."""

    formation = forms.ChoiceField(
        label="组建方式", choices=[_AS_BEFORE, *PartyOrganization.Formation.choices], required=False
    )
    unit_category = forms.ChoiceField(
        label="单位类别", choices=[_AS_BEFORE, *PartyOrganization.UnitCategory.choices], required=False
    )
    has_committee = forms.TypedChoiceField(
        label="支部委员会",
        choices=[_AS_BEFORE, ("1", "设立"), ("0", "不设")],
        coerce=lambda value: value == "1",
        empty_value=None,
        required=False,
    )
    sort_number = forms.IntegerField(label="排序号", min_value=0, max_value=100000)
    applied_on = WrittenDateField(label="申请成立日期", required=False)
    replied_on = WrittenDateField(label="批复成立日期", required=False)
    unit_name = forms.CharField(label="所在单位名称", max_length=120, required=False)
    unit_credit_code = forms.CharField(label="统一社会信用代码", max_length=18, required=False)
    units_covered = forms.IntegerField(label="覆盖单位数", min_value=1, max_value=1000)
    contact_name = forms.CharField(label="联系人", max_length=60, required=False)
    contact_phone = forms.CharField(label="联系电话（办公）", max_length=30, required=False)

    def __init__(self, *args, organization: PartyOrganization, **kwargs):
        kwargs.setdefault("initial", {name: getattr(organization, name) for name in UNDATED})
        super().__init__(*args, organization=organization, **kwargs)
        if organization.kind != _Kind.BRANCH:
            del self.fields["formation"], self.fields["has_committee"]


class MoveForm(ChangeForm):
    parent = forms.ModelChoiceField(
        label="新的上级党组织",
        queryset=PartyOrganization.objects.none(),
        to_field_name="uid",
        empty_label="请选择",
        widget=forms.Select(attrs={"data-search": ""}),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        kind = _Kind(self.organization.kind)
        self.fields["parent"].queryset = (
            PartyOrganization.objects.permitted(self.user, Permission.MANAGE_ORGANIZATIONS)
            .filter(
                kind__in=[above for above, below in BELOW.items() if kind in below], abolished_on__isnull=True
            )
            .exclude(path__startswith=self.organization.path)
            .order_by("path")
        )
        self.fields["parent"].label_from_instance = lambda organization: organization.name


class MergeForm(ChangeForm):
    target = forms.ModelChoiceField(
        label="并入的党支部",
        queryset=PartyOrganization.objects.none(),
        to_field_name="uid",
        empty_label="请选择",
        help_text="同一党委之下的党支部；跨党委的请先调整隶属。",
        widget=forms.Select(attrs={"data-search": ""}),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["target"].queryset = siblings_within_committee(self.user, self.organization)
        self.fields["target"].label_from_instance = lambda organization: organization.name


class SplitForm(_NameFields, ChangeForm):
    code = forms.CharField(label="组织代码", max_length=30)
    cells = forms.ModelMultipleChoiceField(
        label="整组转入的党小组",
        queryset=PartyOrganization.objects.none(),
        to_field_name="uid",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    members = forms.ModelMultipleChoiceField(
        label="转入新党支部的党员",
        queryset=Member.objects.none(),
        to_field_name="uid",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["name"].label = "新党支部全称"
        self.fields["cells"].queryset = (
            PartyOrganization.objects.visible_to(self.user)
            .filter(kind=_Kind.CELL, path__startswith=self.organization.path, abolished_on__isnull=True)
            .order_by("sort_number", "path")
        )
        self.fields["cells"].label_from_instance = lambda cell: cell.name
        self.fields["members"].queryset = (
            Member.objects.visible_to(self.user)
            .filter(branch=self.organization)
            .without_personal_data()
            .in_list_order()
        )
        self.fields["members"].label_from_instance = lambda member: member.name


class AbolishForm(ChangeForm):
    pass


class RestoreForm(ChangeForm):
    pass
