"""Forms of sign-in and account."""

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.password_validation import validate_password
from django.utils import timezone

from branch_portal.forms import PortalForm, PortalFormHelper
from branch_portal.typed import TypedTextMixin
from members.actions.known_devices import is_known_device
from members.actions.secret_brake import may_try, was_right
from members.actions.security_events import record_event
from members.actions.sign_in import (
    THROTTLED,
    count_failure,
    forget_attempts,
    sign_in_waits,
    throttled_words,
)
from members.models import SecurityEvent, User
from members.password_validators import profile
from members.queries.accounts import account_named, username_taken
from members.rules.devices import device_words
from members.session_state import device_token


class SignInForm(TypedTextMixin, AuthenticationForm):
    """User name and password. Unknown name, wrong password and closed account get the same words."""

    error_messages = {
        "invalid_login": "用户名或密码不正确，请核对后重试（区分大小写）。",
        "inactive": "用户名或密码不正确，请核对后重试（区分大小写）。",
    }

    def __init__(self, request=None, *args, **kwargs):
        super().__init__(request, *args, **kwargs)
        self.helper = PortalFormHelper()
        self.throttled, self.wait_minutes = False, 0
        self.fields["username"].label, self.fields["password"].label = "用户名", "密码"
        for field in self.fields.values():
            field.error_messages["required"] = f"请填写{field.label}。"
        self.fields["password"].max_length = 200

    def clean(self):
        username = self.cleaned_data.get("username")
        if not username or not self.cleaned_data.get("password"):
            return self.cleaned_data
        token, now = device_token(self.request), timezone.now()
        attempt = {
            "username": username,
            "ip": self.request.META.get("REMOTE_ADDR", ""),
            "now": now,
            "device": token if is_known_device(username=username, token=token, now=now) else "",
        }
        minutes, first = sign_in_waits(**attempt)
        if minutes:
            self.throttled, self.wait_minutes = True, minutes
            if first:  # once a stop: who goes on knocking fills no tables
                self._record(SecurityEvent.Kind.LOCKED, username)
            raise forms.ValidationError(throttled_words(minutes))
        try:
            cleaned = super().clean()
        except forms.ValidationError:
            stopped = count_failure(**attempt)
            self._record(SecurityEvent.Kind.SIGN_IN_FAILED, username)
            if stopped:
                self._record(SecurityEvent.Kind.LOCKED, username)
            raise
        forget_attempts(**attempt)
        return cleaned

    def _record(self, kind: str, username: str) -> None:
        """The same statements for names that exist and names that don't; what was typed as an unknown name may be a password."""
        device = device_words(self.request.META.get("HTTP_USER_AGENT", ""))
        record_event(kind, user=account_named(username), device=device)


class NextForm(TypedTextMixin, forms.Form):
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


class PasswordForm(PortalForm, _NewPasswordMixin):
    old_password = _password("原密码", autocomplete="current-password")
    password1 = _password("新密码")
    password2 = _password("再输一次新密码")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["password1"].help_text = profile().words
        self.throttled = False

    def clean_old_password(self):
        # A session left open must not become a place to guess the password: braked like the sign-in, by person.
        if not may_try("password form", user=self.user):
            self.throttled = True
            raise forms.ValidationError(THROTTLED)
        if not self.user.check_password(self.cleaned_data["old_password"]):
            raise forms.ValidationError("原密码不正确，请重新输入。")
        was_right("password form", user=self.user)
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
        self.fields["password1"].help_text = profile().words

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
