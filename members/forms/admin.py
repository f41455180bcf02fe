"""Forms of accounts and grants in the admin."""

from django import forms

from branch_portal.dates import today_shanghai
from branch_portal.forms import PortalForm
from branch_portal.permissions import PLATFORM_LABELS, PLATFORM_WORDS
from branch_portal.typed import TypedTextMixin
from members.actions.errors import ActionRefused
from members.actions.grants import refuse_alone
from members.models import Member, RoleGrant, User
from members.queries.people import member_without_account


class AccountAddForm(TypedTextMixin, forms.ModelForm):
    """A new account; a member is named by the number of the card, because administrators see no roster."""

    asker: User
    member_uid = forms.UUIDField(
        label="党员卡片编号",
        required=False,
        help_text="党员卡片网址中的编号，由所在党支部提供；工作人员账号不填。",
        error_messages={"invalid": "不是党员卡片编号，请从卡片网址中复制。"},
    )

    class Meta:
        model = User
        fields = ["username", "display_name", "email", "is_superuser"]

    def clean_member_uid(self) -> Member | None:
        uid = self.cleaned_data["member_uid"]
        if uid is None:
            return None
        member = member_without_account(uid)
        if member is None:
            raise forms.ValidationError("没有这张党员卡片，或该党员已有账号。")
        return member


class AccountChangeForm(TypedTextMixin, forms.ModelForm):
    asker: User

    class Meta:
        model = User
        fields = ["display_name", "email", "is_active"]

    def clean_is_active(self) -> bool:
        active = self.cleaned_data["is_active"]
        if not active and self.instance.pk == self.asker.pk:
            raise forms.ValidationError("不能停用自己的账号。")
        return active


class GrantForm(TypedTextMixin, forms.ModelForm):
    asker: User

    class Meta:
        model = RoleGrant
        fields = ["user", "role", "organization", "valid_from", "valid_to", "reason"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "valid_from" in self.fields:
            self.fields["valid_from"].initial = today_shanghai()

    def clean(self):
        cleaned = super().clean()
        self._check_second_person(cleaned.get("user"))
        start = cleaned.get("valid_from") or self.instance.valid_from
        if cleaned.get("valid_to") and start and cleaned["valid_to"] < start:
            self.add_error("valid_to", "截止日期不能早于生效日期。")
        return cleaned

    def _check_second_person(self, user: User | None) -> None:
        """What the action would refuse, told beside the field; only for a new grant, where the account is chosen."""
        if user is None:
            return
        if user.platform_role:
            self.add_error("user", "管理员账号不能兼任其他角色，请另选账号。")
            return
        try:
            refuse_alone(self.asker, user)
        except ActionRefused as refused:
            self.add_error("user", str(refused))


class PlatformRoleForm(PortalForm):
    """Which of the three, and why."""

    role = forms.ChoiceField(
        label="管理员",
        choices=[(role.value, f"{label}：{PLATFORM_WORDS[role]}") for role, label in PLATFORM_LABELS.items()],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label="事由",
        min_length=4,
        max_length=100,
        help_text="例如：经党委研究，由某某担任。设定后不能改作别的管理员。",
        error_messages={"min_length": "请写明事由，至少 4 个字。"},
    )
