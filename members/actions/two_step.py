"""两步验证: turned on with a first code, passed with one that was never used, turned off with a reason."""

from typing import cast

from django.db import transaction
from django.utils import timezone

from branch_portal.crypto import blind_index
from members.actions.errors import ActionRefused
from members.actions.security_events import record_event
from members.actions.sessions import end_sessions
from members.actions.telling import tell, tell_changed
from members.models import RecoveryCode, SecurityEvent, TotpDevice, User
from members.rules.account_names import new_recovery_code, read_recovery_code
from members.rules.one_time_codes import step_of

RECOVERY_CODES = 10
_HASHED_AS = "recovery_code"


@transaction.atomic
def turn_on(*, by: User, secret: str, typed: str, keep_session: str) -> list[str]:
    """Share the secret with the phone that has shown a right code for it; the recovery codes come back, once.

    A new phone replaces the old one. Other sessions end, because they never passed the second step.
    """
    step = step_of(secret, typed, timezone.now())
    if step is None:
        raise ActionRefused("验证码不正确。请核对手机时间是否准确，再输入最新显示的 6 位数字。")
    User.objects.select_for_update(of=("self",)).get(pk=by.pk)
    TotpDevice.objects.filter(user=by).delete()
    TotpDevice.objects.create(user=by, secret=secret, confirmed_at=timezone.now(), last_step=step)
    record_event(SecurityEvent.Kind.TOTP_ON, user=by, by=by)
    end_sessions(by=by, user=by, keep_session=keep_session, reason="开启两步验证")
    tell_changed(by=by, user=by, title="您的账号已开启两步验证", more="其他设备上的登录已退出。")
    return _new_codes(by)


@transaction.atomic
def renew_recovery_codes(*, by: User) -> list[str]:
    """Ten new ones; those that were printed before are void."""
    if not TotpDevice.objects.filter(user=by).exists():
        raise ActionRefused("还没有开启两步验证。")
    record_event(SecurityEvent.Kind.CODES_RENEWED, user=by, by=by)
    tell_changed(by=by, user=by, title="您的恢复码已更换", more="以前的恢复码已作废。")
    return _new_codes(by)


@transaction.atomic
def turn_off(*, by: User, user: User, reason: str) -> None:
    """Off: by the owner, or by the committee for a phone that is lost. The owner is told, whoever did it."""
    devices, _ = TotpDevice.objects.filter(user=user).delete()
    if not devices:
        raise ActionRefused("该账号没有开启两步验证。")
    RecoveryCode.objects.filter(user=user).delete()
    record_event(SecurityEvent.Kind.TOTP_OFF, user=user, by=by, detail=reason)
    if by.pk == user.pk:
        tell_changed(by=by, user=user, title="您的账号已关闭两步验证")
    else:
        end_sessions(by=by, user=user, reason="关闭两步验证")
        tell(
            by=by,
            user=user,
            title="您的账号已关闭两步验证",
            body=f"经办人：{by.display_name}。原因：{reason}。如不是您申请的，请马上联系上级党委。",
        )


@transaction.atomic
def pass_second_step(*, by: User, typed: str) -> bool:
    """Whether this is a code of the phone that was never used, or a recovery code; either is spent by it."""
    device = TotpDevice.objects.filter(user=by).first()
    if device is None:
        return False
    step = step_of(cast(str, device.secret), typed, timezone.now())
    if step is not None:
        return TotpDevice.objects.filter(pk=device.pk, last_step__lt=step).update(last_step=step) == 1
    code = read_recovery_code(typed)
    if not code:
        return False
    unspent = RecoveryCode.objects.filter(user=by, code_hash=_hash(by, code), used_at__isnull=True)
    if unspent.update(used_at=timezone.now()) != 1:
        return False
    record_event(SecurityEvent.Kind.RECOVERY_USED, user=by, by=by)
    return True


def _new_codes(user: User) -> list[str]:
    codes = [new_recovery_code() for _ in range(RECOVERY_CODES)]
    RecoveryCode.objects.filter(user=user).delete()
    RecoveryCode.objects.bulk_create(
        [RecoveryCode(user=user, code_hash=_hash(user, read_recovery_code(code))) for code in codes]
    )
    return codes


def _hash(user: User, signs: str) -> bytes:
    return blind_index(f"{user.pk}:{signs}", column=_HASHED_AS) or b""
