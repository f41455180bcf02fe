"""Forms of sign-in and account."""

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.password_validation import validate_password
from django.utils import timezone

from branch_portal.forms import PortalForm, PortalFormHelper
from members.actions.sign_in import THROTTLED, count_attempt, forget_attempts
from members.models import User
from members.queries.accounts import username_taken


class SignInForm(AuthenticationForm):
    """User name and password. Unknown name, wrong password and closed account get the same words."""

    error_messages = {
        "invalid_login": "用户名或密码不正确，请核对后重试（区分大小写）。",
        "inactive": "用户名或密码不正确，请核对后重试（区分大小写）。",
    }

    def __init__(self, request=None, *args, **kwargs):
        super().__init__(request, *args, **kwargs)
        self.helper = PortalFormHelper()
        self.throttled = False
        self.fields["username"].label, self.fields["password"].label = "用户名", "密码"
        for field in self.fields.values():
            field.error_messages["required"] = f"请填写{field.label}。"
        self.fields["password"].max_length = 200

    def clean(self):
        username = self.cleaned_data.get("username")
        if not username or not self.cleaned_data.get("password"):
            return self.cleaned_data
        ip = self.request.META.get("REMOTE_ADDR", "")
        if not count_attempt(username=username, ip=ip, now=timezone.now()):
            self.throttled = True
            raise forms.ValidationError(THROTTLED)
        cleaned = super().clean()
        forget_attempts(username=username, ip=ip, now=timezone.now())
        return cleaned


class NextForm(forms.Form):
    """Where to go back to after a switch."""

    next = forms.CharField(required=False, max_length=500)


class ActForForm(NextForm):
    organization = forms.UUIDField()


class _NewPasswordMixin(forms.Form):
    def _check_new_password(self, user) -> None:
        first, second = self.cleaned_data.get("password1"), self.cleaned_data.get("password2")
        if first and second and first != second:
            self.add_error("password2", "两次输入的密码不一致，请重新输入。")
        elif first:
            try:
                validate_password(first, user)
            except forms.ValidationError as error:
                self.add_error("password1", error)


def _password(label: str, *, autocomplete: str = "new-password") -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": autocomplete}),
    )


_RULES = "至少 10 位，不能全是数字，不能与用户名、姓名相近。"


class PasswordForm(PortalForm, _NewPasswordMixin):
    old_password = _password("原密码", autocomplete="current-password")
    password1 = _password("新密码")
    password2 = _password("再输一次新密码")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["password1"].help_text = _RULES
        self.throttled = False

    def clean_old_password(self):
        # A session left open must not become a place to guess the password: braked like the sign-in, by person.
        attempt = {"username": self.user.username, "ip": "password form", "now": timezone.now()}
        if not count_attempt(**attempt):
            self.throttled = True
            raise forms.ValidationError(THROTTLED)
        if not self.user.check_password(self.cleaned_data["old_password"]):
            raise forms.ValidationError("原密码不正确，请重新输入。")
        forget_attempts(**attempt)
        return self.cleaned_data["old_password"]

    def clean(self):
        self._check_new_password(self.user)
        return self.cleaned_data


class FirstAdminForm(PortalForm, _NewPasswordMixin):
    username = forms.CharField(label="用户名", max_length=60)
    display_name = forms.CharField(label="姓名", max_length=60)
    password1 = _password("密码")
    password2 = _password("再输一次密码")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["password1"].help_text = _RULES

    def clean_username(self):
        username = self.cleaned_data["username"]
        if username_taken(username):
            raise forms.ValidationError("这个用户名已被使用，请换一个。")
        return username

    def clean(self):
        self._check_new_password(
            User(
                username=self.cleaned_data.get("username", ""),
                display_name=self.cleaned_data.get("display_name", ""),
            )
        )
        return self.cleaned_data
