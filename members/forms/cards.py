"""Forms of the card: tab, reveal, posts, affiliation."""

from django import forms

from branch_portal.dates import today_shanghai
from branch_portal.forms import DateInput, FilterForm, PortalForm
from members.models import Member, PartyOrganization, PostTenure
from members.queries.roster import editable_branches

TABS = (("basic", "基本信息"), ("affiliations", "组织关系"), ("posts", "职务"), ("commendations", "表彰"))


class TabForm(FilterForm):
    tab = forms.ChoiceField(choices=TABS, required=False)


class RevealForm(PortalForm):
    reason = forms.CharField(
        label="查看事由",
        widget=forms.TextInput(attrs={"data-focus": ""}),
        min_length=4,
        max_length=100,
        help_text="例如：办理组织关系介绍信。事由会与您的姓名、时间一并记录。",
        error_messages={"min_length": "请写明事由，至少 4 个字。"},
    )

    def __init__(self, *args, own: bool, **kwargs):
        super().__init__(*args, **kwargs)
        if own:
            # Whose data it is owes nobody a reason.
            del self.fields["reason"]


class AppointForm(PortalForm):
    post = forms.ChoiceField(label="职务", choices=PostTenure.Post.choices)
    organization = forms.ModelChoiceField(
        label="任职组织", queryset=PartyOrganization.objects.none(), to_field_name="uid"
    )
    since = forms.DateField(label="任职日期", widget=DateInput())

    def __init__(self, *args, member: Member, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["since"].initial = today_shanghai()
        self.fields["organization"].queryset = (
            PartyOrganization.objects.visible_to(self.user)
            .filter(path__startswith=member.branch.path, abolished_on__isnull=True)
            .order_by("path")
        )
        self.fields["organization"].empty_label = None


class EndTenureForm(PortalForm):
    on = forms.DateField(label="免职日期", widget=DateInput())

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["on"].initial = today_shanghai()


class TransferForm(PortalForm):
    branch = forms.ModelChoiceField(
        label="调入党支部", queryset=PartyOrganization.objects.none(), to_field_name="uid", empty_label=None
    )
    cell = forms.ModelChoiceField(
        label="党小组",
        queryset=PartyOrganization.objects.none(),
        to_field_name="uid",
        required=False,
        empty_label="不编入党小组",
    )
    on = forms.DateField(label="生效日期", widget=DateInput(), help_text="这一天起计入新的党支部或党小组。")
    reason = forms.CharField(label="原因", max_length=100, required=False)

    def __init__(self, *args, member: Member, **kwargs):
        super().__init__(*args, **kwargs)
        branches = editable_branches(self.user)
        self.fields["on"].initial = today_shanghai()
        self.fields["branch"].queryset = branches
        self.fields["branch"].initial = member.branch.uid
        self.fields["cell"].queryset = PartyOrganization.objects.visible_to(self.user).filter(
            kind=PartyOrganization.Kind.CELL, abolished_on__isnull=True
        )
        if member.cell is not None:
            self.fields["cell"].initial = member.cell.uid
        self.fields["cell"].label_from_instance = lambda cell: cell.name


class ExitForm(PortalForm):
    standing = forms.ChoiceField(
        label="减少原因",
        choices=[
            ("", "请选择"),
            (Member.Standing.TRANSFERRED_OUT.value, "转出组织关系"),
            (Member.Standing.EXITED.value, "出党"),
            (Member.Standing.DECEASED.value, "死亡"),
        ],
    )
    on = forms.DateField(label="减少日期", widget=DateInput())
    reason = forms.CharField(label="说明", max_length=100, help_text="例如：转往何处、批准的党组织和文号。")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["on"].initial = today_shanghai()
