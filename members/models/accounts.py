"""Accounts and what they may do where: a grant is role × organisation × dates; a post implies one."""

import pghistory
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.utils.functional import cached_property

from branch_portal.models import UidModel
from branch_portal.permissions import ROLE_LABELS, Permission, Role
from branch_portal.scoping import ScopedQuerySet
from members.models.organizations import PartyOrganization
from members.models.people import Member


class UserQuerySet(ScopedQuerySet):
    organization_lookups = ("member__branch",)
    view_permission = Permission.MANAGE_ACCOUNTS
    edit_permission = Permission.MANAGE_ACCOUNTS

    def active(self):
        return self.filter(is_active=True)


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):
    def get_by_natural_key(self, username):
        return self.get(username=username)


@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    pghistory.DeleteEvent(),
    exclude=["password", "last_login"],
)
class User(UidModel, AbstractBaseUser):
    """An account. It is a member's, or a staff member's of a committee; a superuser configures and reads no personal data."""

    username = models.CharField(
        "用户名", max_length=60, unique=True, error_messages={"unique": "这个用户名已被使用，请换一个。"}
    )
    display_name = models.CharField("姓名", max_length=60)
    email = models.EmailField("电子邮箱", blank=True)
    member = models.OneToOneField(
        Member, on_delete=models.PROTECT, null=True, blank=True, related_name="user", verbose_name="党员"
    )
    is_active = models.BooleanField("启用", default=True)
    is_superuser = models.BooleanField("系统管理员", default=False)
    elder_view = models.BooleanField("长者模式", default=False)
    date_joined = models.DateTimeField("开通时间", auto_now_add=True)
    # The hash stays out of the audit; that it was changed, when and by whom must be in it.
    password_changed_at = models.DateTimeField("密码修改时间", null=True, blank=True, editable=False)

    objects = UserManager()
    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["display_name"]

    class Meta:
        verbose_name = verbose_name_plural = "账号"

    def __str__(self):
        return self.username

    @cached_property
    def access(self):
        """What this user may do where today; computed once per instance, so once per request or job."""
        from members.access import access_of  # the access rules read grants, which point here

        return access_of(self)

    def may(self, permission: Permission) -> bool:
        """Whether the user holds the permission anywhere."""
        return not self.access.scope(permission).empty

    @property
    def is_staff(self) -> bool:
        return self.is_active and self.may(Permission.USE_ADMIN)

    def has_perm(self, perm, obj=None) -> bool:
        # Django's own permission table is not used: the admin asks `branch_portal.admin_base`, which asks `access`.
        return False

    def has_module_perms(self, app_label) -> bool:
        return self.is_staff

    def get_full_name(self) -> str:
        return self.display_name

    def get_short_name(self) -> str:
        return self.display_name


class RoleGrantQuerySet(ScopedQuerySet):
    organization_lookups = ("organization",)
    view_permission = Permission.MANAGE_ACCOUNTS
    edit_permission = Permission.MANAGE_ACCOUNTS

    def valid_on(self, day):
        return self.filter(valid_from__lte=day).filter(Q(valid_to__isnull=True) | Q(valid_to__gte=day))


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class RoleGrant(UidModel):
    """授权: a role bundle in an organisation's subtree between two dates (both included); delegation is a dated grant."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="grants", verbose_name="账号")
    role = models.CharField(
        "角色", max_length=30, choices=[(role.value, label) for role, label in ROLE_LABELS.items()]
    )
    organization = models.ForeignKey(
        PartyOrganization, on_delete=models.PROTECT, related_name="grants", verbose_name="组织（含下级）"
    )
    valid_from = models.DateField("生效日期")
    valid_to = models.DateField("截止日期", null=True, blank=True)
    granted_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.CharField("事由", max_length=100, blank=True)

    objects = RoleGrantQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "授权"
        constraints = [
            models.CheckConstraint(
                name="grant_dates_in_order",
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
            ),
            models.CheckConstraint(
                name="grant_role_known", condition=Q(role__in=[role.value for role in Role])
            ),
        ]

    def __str__(self):
        return f"{self.role} {self.uid}"


class FirstAdminLink(models.Model):
    """One-time link that makes the first administrator; only its hash is kept."""

    token_hash = models.CharField(max_length=64, primary_key=True)
    created_at = models.DateTimeField(auto_now_add=True)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "首个管理员链接"

    def __str__(self):
        return f"{self.created_at:%F %T}"
