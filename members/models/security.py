"""What guards an account: its sessions, one-time links, the second step, earlier passwords, and what happened to it."""

from django.contrib.sessions.base_session import AbstractBaseSession, BaseSessionManager
from django.db import models
from django.db.models import F, Q

from branch_portal.crypto import EncryptedTextField
from branch_portal.models import UidModel
from branch_portal.permissions import Permission
from branch_portal.scoping import ScopedQuerySet
from members.models.accounts import User


class OwnAccountQuerySet(ScopedQuerySet):
    """Rows of one account, which only its owner reads and changes; others act on them through actions on the account."""

    organization_lookups = ()
    view_permission = edit_permission = Permission.MANAGE_ACCOUNTS

    def visible_to(self, user):
        return self.filter(user_id=user.pk)

    def editable_by(self, user):
        return self.visible_to(user)


class SignInSession(AbstractBaseSession):
    """A browser's session. Whose, since when, seen when and on what are columns, so that they can be listed and ended.

    The other columns repeat what the session's data says of the sign-in (`members.session_store`); `last_seen_at` alone is
    written by itself, at most once a minute. An ended session is a deleted row.
    """

    # Not unique: while the key of a session is changed, its old row and its new one are there together.
    uid = models.UUIDField(db_index=True, null=True, editable=False)
    user = models.ForeignKey(
        User, on_delete=models.CASCADE, null=True, related_name="sessions", verbose_name="账号"
    )
    started_at = models.DateTimeField("登录时间", null=True)
    last_seen_at = models.DateTimeField("最近活动")
    device = models.CharField("设备", max_length=60, blank=True)
    network = models.CharField("网络", max_length=45, blank=True)

    objects = BaseSessionManager.from_queryset(OwnAccountQuerySet)()

    class Meta:
        verbose_name = verbose_name_plural = "登录会话"

    def __str__(self):
        return f"{self.last_seen_at:%F %T}"


class AccountLink(models.Model):
    """One-time link with which the owner of an account sets the password; only its hash is kept."""

    class Purpose(models.TextChoices):
        OPEN = "open", "开通账号"
        RESET = "reset", "重置密码"

    token_hash = models.CharField(max_length=64, unique=True)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="links", verbose_name="账号")
    purpose = models.CharField("用途", max_length=8, choices=Purpose.choices)
    created_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="生成人"
    )
    created_at = models.DateTimeField("生成时间")
    expires_at = models.DateTimeField("有效期至")
    used_at = models.DateTimeField("使用时间", null=True)

    objects = OwnAccountQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "账号链接"
        constraints = [
            models.CheckConstraint(
                name="account_link_dates_in_order",
                condition=Q(expires_at__gt=F("created_at"))
                & (Q(used_at__isnull=True) | Q(used_at__range=(F("created_at"), F("expires_at")))),
            ),
            # A new link voids the older one, so that a slip that was lost is worth nothing.
            models.UniqueConstraint(
                name="account_link_one_open", fields=["user"], condition=Q(used_at__isnull=True)
            ),
        ]

    def __str__(self):
        return f"{self.purpose} {self.created_at:%F %T}"


class TotpDevice(UidModel):
    """两步验证: the secret that the owner's phone shares, once its first code was right. `last_step` forbids a second use."""

    user = models.OneToOneField(User, on_delete=models.PROTECT, related_name="totp", verbose_name="账号")
    secret = EncryptedTextField("密钥", column_label="totp.secret")
    confirmed_at = models.DateTimeField("开启时间")
    last_step = models.BigIntegerField("最近一次验证码的时段", default=0)

    objects = OwnAccountQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "两步验证"

    def __str__(self):
        return f"{self.confirmed_at:%F %T}"


class KnownDevice(models.Model):
    """A browser on which somebody has signed in to the account before: its cookie holds the token, here is only the hash.

    Known devices are counted by themselves, so that whoever tries passwords elsewhere cannot keep the owner out."""

    user = models.ForeignKey(
        User, on_delete=models.CASCADE, related_name="known_devices", verbose_name="账号"
    )
    token_hash = models.CharField(max_length=64)
    device = models.CharField("设备", max_length=60, blank=True)
    first_seen_at = models.DateTimeField("首次登录")
    last_seen_at = models.DateTimeField("最近登录")

    objects = OwnAccountQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "常用设备"
        constraints = [
            models.UniqueConstraint(name="known_device_once", fields=["user", "token_hash"]),
            models.CheckConstraint(
                name="known_device_dates_in_order", condition=Q(last_seen_at__gte=F("first_seen_at"))
            ),
        ]

    def __str__(self):
        return f"{self.last_seen_at:%F %T}"


class RecoveryCode(models.Model):
    """恢复码: stands in for the phone once; kept as a keyed hash."""

    user = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="recovery_codes", verbose_name="账号"
    )
    code_hash = models.BinaryField()
    used_at = models.DateTimeField("使用时间", null=True)

    objects = OwnAccountQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "恢复码"
        constraints = [models.UniqueConstraint(name="recovery_code_once", fields=["user", "code_hash"])]

    def __str__(self):
        return f"{self.pk}"


class PasswordRecord(models.Model):
    """An account's passwords, hashed, the latest last: which may not come back, and whether the owner chose the present one."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="passwords", verbose_name="账号")
    encoded = models.CharField(max_length=128)
    set_at = models.DateTimeField("设置时间")
    temporary = models.BooleanField("由他人设置", default=False)

    objects = OwnAccountQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "历史密码"
        indexes = [models.Index(fields=["user", "-set_at", "-id"], name="password_record_latest")]

    def __str__(self):
        return f"{self.set_at:%F %T}"


class SecurityEventQuerySet(ScopedQuerySet):
    organization_lookups = ()
    view_permission = Permission.VIEW_AUDIT

    def of_account(self, user):
        return self.filter(user_id=user.pk)


class SecurityEvent(models.Model):
    """What happened at the door and to an account. Append-only in the database; text snapshots, no foreign keys."""

    class Kind(models.TextChoices):
        SIGN_IN = "sign_in", "登录"
        SIGN_IN_FAILED = "sign_in_failed", "登录未成功"
        LOCKED = "locked", "尝试过多，暂停登录"
        UNLOCKED = "unlocked", "解除暂停"
        CODE_FAILED = "code_failed", "验证码不正确"
        RECOVERY_USED = "recovery_used", "使用恢复码"
        TOTP_ON = "totp_on", "开启两步验证"
        TOTP_OFF = "totp_off", "关闭两步验证"
        CODES_RENEWED = "codes_renewed", "更换恢复码"
        PASSWORD_SET = "password_set", "修改密码"
        LINK_MADE = "link_made", "生成账号链接"
        LINK_USED = "link_used", "用链接设置密码"
        LINK_FAILED = "link_failed", "账号链接无效"
        OPENED = "opened", "开通账号"
        DISABLED = "disabled", "停用账号"
        ENABLED = "enabled", "启用账号"
        ROLE_CHANGED = "role_changed", "授权变更"
        GRANTED_ALONE = "granted_alone", "一人开户并授权"
        MAIL_CHANGED = "mail_changed", "修改电子邮箱"
        NEW_DEVICE = "new_device", "新设备登录"
        TOO_OFTEN = "too_often", "操作过于频繁"
        SESSIONS_ENDED = "sessions_ended", "结束登录"
        MARKING = "marking", "密级标志，未予保存"

    at = models.DateTimeField("时间")
    kind = models.CharField("事件", max_length=20, choices=Kind.choices)
    user_id = models.BigIntegerField("账号编号", null=True)
    user_label = models.CharField("账号", max_length=80, blank=True)
    by_id = models.BigIntegerField("经办人编号", null=True)
    by_label = models.CharField("经办人", max_length=80, blank=True)
    detail = models.CharField("说明", max_length=200, blank=True)
    device = models.CharField("设备", max_length=60, blank=True)
    ip = models.GenericIPAddressField("来源", null=True)
    request = models.CharField("请求编号", max_length=12, blank=True)

    objects = SecurityEventQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "账号安全记录"
        indexes = [
            models.Index(fields=["-at", "-id"], name="security_event_recent"),
            models.Index(fields=["user_id", "-at"], name="security_event_of_account"),
        ]

    def __str__(self):
        return f"{self.kind} {self.at:%F %T}"
