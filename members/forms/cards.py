"""Forms of the card: tab, reveal, posts, affiliation."""

from collections import defaultdict

from django import forms

from branch_portal.dates import today_shanghai
from branch_portal.forms import DateInput, FilterForm, PortalForm
from branch_portal.permissions import POST_ROLES, ROLE_LABELS, ROLE_WORDS
from branch_portal.registries import card_tabs
from members.forms.warnings import CONFIRM, WarningsMixin
from members.models import Member, PartyOrganization, PostTenure
from members.queries.dictionaries import choices_of
from members.queries.erasure import is_stopped
from members.queries.roster import editable_branches
from members.rules.findings import sentence
from members.rules.organization import check_secretary
from members.rules.roster import party_standing_years


class TabForm(FilterForm):
    tab = forms.ChoiceField(choices=[], required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["tab"].choices = [(tab.key, tab.label) for tab in card_tabs()]


class RevealForm(PortalForm):
    reason = forms.CharField(
        label="查看事由",
        widget=forms.TextInput(attrs={"data-focus": ""}),
        min_length=4,
        max_length=100,
        help_text="例如：办理组织关系介绍信。事由会与您的姓名、时间一并记录。",
        error_messages={"min_length": "请写明事由，至少 4 个字。"},
    )

    def __init__(self, *args, own: bool, member: Member, **kwargs):
        super().__init__(*args, **kwargs)
        self.own, self.member = own, member
        if own:
            # Whose data it is owes nobody a reason.
            del self.fields["reason"]

    def clean(self):
        if not self.own and is_stopped(self.member):
            raise forms.ValidationError(
                "按本人申请，该党员的这些信息已停止除存储以外的处理，不能查看；确有需要的，请先与本人联系，由本人恢复。"
            )
        return super().clean()


class AppointForm(WarningsMixin, PortalForm):
    """Each post says which role of the portal comes with it, so that nobody gives access without knowing."""

    post = forms.ChoiceField(label="职务", choices=[], help_text="括号内是任职期间随职务取得的门户权限。")
    organization = forms.ModelChoiceField(
        label="任职组织", queryset=PartyOrganization.objects.none(), to_field_name="uid"
    )
    since = forms.DateField(label="任职日期", widget=DateInput())
    until = forms.DateField(
        label="免职日期",
        widget=DateInput(),
        required=False,
        help_text="这一天起不再担任，门户权限随之收回；未定的不填。",
    )

    field_order = ["post", "organization", "since", "until", *CONFIRM]

    def __init__(self, *args, member: Member, **kwargs):
        super().__init__(*args, **kwargs)
        self.member = member
        self.fields["post"].choices = [
            (post.value, f"{post.label}（{ROLE_LABELS[POST_ROLES[post]]}权限）") for post in PostTenure.Post
        ]
        self.fields["since"].initial = today_shanghai()
        self.fields["organization"].queryset = (
            PartyOrganization.objects.visible_to(self.user)
            .filter(path__startswith=member.branch.path, abolished_on__isnull=True)
            .order_by("path")
        )
        self.fields["organization"].empty_label = None

    @property
    def roles(self) -> list[tuple[str, str, str]]:
        """(role, its posts, what it lets do), the widest first."""
        posts = defaultdict(list)
        for post in PostTenure.Post:
            posts[POST_ROLES[post]].append(post.label)
        return [(ROLE_LABELS[role], "、".join(labels), ROLE_WORDS[role]) for role, labels in posts.items()]

    def clean(self):
        cleaned = super().clean()
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and until <= since:
            self.add_error("until", "免职日期应晚于任职日期。")
        if not self.errors and cleaned["post"] == PostTenure.Post.SECRETARY:
            member = self.member
            years = party_standing_years(member.confirmed_on, since, member.standing_correction)
            self.warnings = [sentence(finding) for finding in check_secretary(years)]
            self.ask_to_confirm()
        return cleaned

    def appointment(self) -> dict:
        """What the action is called with."""
        return {name: value for name, value in self.cleaned_data.items() if name not in CONFIRM}


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
    exit_type = forms.ChoiceField(
        label="出党方式", choices=[], required=False, help_text="减少原因为出党时填写。"
    )
    on = forms.DateField(label="减少日期", widget=DateInput())
    reason = forms.CharField(label="说明", max_length=100, help_text="例如：转往何处、批准的党组织和文号。")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["on"].initial = today_shanghai()
        self.fields["exit_type"].choices = [("", "不属于出党"), *choices_of("exit_type")]

    def clean(self):
        cleaned = super().clean()
        exited = cleaned.get("standing") == Member.Standing.EXITED
        if exited and not cleaned.get("exit_type") and "exit_type" not in self.errors:
            self.add_error("exit_type", "请选择出党方式。")
        elif cleaned.get("standing") and not exited and cleaned.get("exit_type"):
            self.add_error("exit_type", "减少原因不是出党的，出党方式请选“不属于出党”。")
        return cleaned
