"""Forms that check a secret after the door: the code, the password asked again, the first code of a phone, a link's password."""

from django import forms
from django.core import signing

from branch_portal.forms import PortalForm
from members.actions.secret_brake import code_was_wrong, may_try, was_right
from members.actions.sign_in import THROTTLED
from members.actions.two_step import pass_second_step
from members.forms.accounts import _NewPasswordMixin, _password
from members.password_validators import profile
from members.queries.accounts import has_second_step
from members.rules.one_time_codes import new_secret

WRONG_CODE = "验证码不正确，或已经用过。请输入手机上最新的 6 位数字，或一个没有用过的恢复码。"
_SECRET_SALT, _SECRET_AGE = "members.totp.enrol", 30 * 60


def _code(label: str = "验证码") -> forms.CharField:
    attributes = {"autocomplete": "one-time-code", "autocapitalize": "none", "spellcheck": "false"}
    return forms.CharField(label=label, max_length=40, widget=forms.TextInput(attrs=attributes))


class _BrakedForm(PortalForm):
    """`throttled` when the tries are spent: the view answers 429."""

    guards = ""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.throttled = False

    def _try(self) -> None:
        if not may_try(self.guards, user=self.user):
            self.throttled = True
            raise forms.ValidationError(THROTTLED)


class CodeForm(_BrakedForm):
    """The second step: a code of the phone or a recovery code."""

    guards = "second step"
    code = _code("验证码或恢复码")

    def clean_code(self):
        self._try()
        if not pass_second_step(by=self.user, typed=self.cleaned_data["code"]):
            code_was_wrong(self.user)
            raise forms.ValidationError(WRONG_CODE)
        was_right(self.guards, user=self.user)
        return self.cleaned_data["code"]


class FreshForm(_BrakedForm):
    """The password once more, and the code where there is one. Its names meet no other form's."""

    PASSWORD = "fresh_password"  # noqa: S105 - the field's name
    guards = "fresh"
    fresh_password = _password("登录密码", autocomplete="current-password")
    fresh_code = _code("验证码或恢复码")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if not has_second_step(self.user):
            del self.fields["fresh_code"]

    def clean(self):
        if self.errors:
            return self.cleaned_data
        self._try()
        if not self.user.check_password(self.cleaned_data[self.PASSWORD]):
            raise forms.ValidationError("密码不正确，请重新输入。")
        if "fresh_code" in self.fields and not pass_second_step(
            by=self.user, typed=self.cleaned_data["fresh_code"]
        ):
            code_was_wrong(self.user)
            raise forms.ValidationError(WRONG_CODE)
        was_right(self.guards, user=self.user)
        return self.cleaned_data


class EnrolForm(_BrakedForm):
    """The first code of a phone. The secret rides along signed for this account: nothing is stored until it has worked."""

    guards = "second step"
    code = _code("手机上显示的 6 位数字")
    offered = forms.CharField(widget=forms.HiddenInput, max_length=500)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.secret = self._offered() or new_secret()
        self.initial["offered"] = signing.dumps([self.user.pk, self.secret], salt=_SECRET_SALT)

    def _offered(self) -> str:
        """The secret of the page that was sent, when it is ours, this account's and not too old."""
        try:
            owner, secret = signing.loads(
                self.data.get("offered", ""), salt=_SECRET_SALT, max_age=_SECRET_AGE
            )
        except (signing.BadSignature, ValueError, TypeError):
            return ""
        return secret if owner == self.user.pk else ""

    def clean_offered(self):
        if not self._offered():
            raise forms.ValidationError("页面已过期，请重新扫描下面新的二维码。")
        return self.cleaned_data["offered"]

    def clean_code(self):
        self._try()
        return self.cleaned_data["code"]


class LinkPasswordForm(PortalForm, _NewPasswordMixin):
    """The owner's own password, on the page of a link."""

    password1 = _password("新密码")
    password2 = _password("再输一次新密码")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["password1"].help_text = profile().words

    def clean(self):
        self._check_new_password(self.user)
        return self.cleaned_data
