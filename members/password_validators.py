"""Rules for a new password (reliability 1.1). Two profiles, because the two standards contradict each other.

`djbh` (等保 2.0): ten characters, three of four kinds, none of the last five again, a new one every 90 days for staff.
`asvs` (OWASP ASVS 5.0, 6.2): twelve characters of any kind, no expiry. Both: nothing well known, no names of one's own, of the
organisation or of the portal; up to 200 characters, pasting allowed.
"""

from django.conf import settings
from django.core.exceptions import ValidationError

from members.actions.passwords import is_earlier_password
from members.queries.accounts import organization_words
from members.rules.passwords import PROFILES, Profile, common_core, kinds_of, own_words_in, too_uniform


def profile() -> Profile:
    return PROFILES[settings.PASSWORD_PROFILE]


class _Validator:
    """Django asks validators for a help text; the form shows one sentence for all of them instead."""

    def get_help_text(self) -> str:
        return ""


class ProfileValidator(_Validator):
    def validate(self, password: str, user=None) -> None:
        rules = profile()
        if len(password) < rules.length:
            raise ValidationError(f"密码只有 {len(password)} 位，至少需要 {rules.length} 位。")
        if kinds_of(password) < rules.kinds:
            raise ValidationError("密码要包含大写字母、小写字母、数字、符号（或汉字）中的三种。")
        if too_uniform(password):
            raise ValidationError("密码里重复的字符太多，请换一个。")


class OwnNameValidator(_Validator):
    def validate(self, password: str, user=None) -> None:
        if user is not None and own_words_in(
            password, (user.username, user.display_name, user.email.partition("@")[0])
        ):
            raise ValidationError("密码不能含有用户名、姓名或邮箱。")


class CommonValidator(_Validator):
    def validate(self, password: str, user=None) -> None:
        if common_core(password):
            raise ValidationError("这个密码太常见，容易被猜到，请换一个。")


class OrganizationNameValidator(_Validator):
    def validate(self, password: str, user=None) -> None:
        if own_words_in(password, organization_words(user)):
            raise ValidationError("密码不能含有党组织名称、“党支部”“党委”等字样或它们的拼音。")


class NotReusedValidator(_Validator):
    def validate(self, password: str, user=None) -> None:
        if profile().history and user is not None and user.pk and is_earlier_password(user, password):
            raise ValidationError(
                f"这个密码最近用过，请换一个没有用过的（最近 {profile().history} 个不能重复）。"
            )
