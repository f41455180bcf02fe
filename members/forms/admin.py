"""Forms of accounts and grants in the admin."""

from django import forms

from branch_portal.dates import today_shanghai
from branch_portal.typed import TypedTextMixin
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
    class Meta:
        model = RoleGrant
        fields = ["user", "role", "organization", "valid_from", "valid_to", "reason"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "valid_from" in self.fields:
            self.fields["valid_from"].initial = today_shanghai()

    def clean(self):
        cleaned = super().clean()
        start = cleaned.get("valid_from") or self.instance.valid_from
        if cleaned.get("valid_to") and start and cleaned["valid_to"] < start:
            self.add_error("valid_to", "截止日期不能早于生效日期。")
        return cleaned
