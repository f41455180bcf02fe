"""Accounts and what they may do where: a grant is role × organisation × dates; a post implies one."""

import pghistory
import pgtrigger
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.utils.functional import cached_property

from branch_portal.models import UidModel
from branch_portal.permissions import PLATFORM_LABELS, ROLE_LABELS, Permission, PlatformRole, Role
from branch_portal.scoping import ScopedQuerySet
from members.models.organizations import PartyOrganization
from members.models.people import Member

#: A grant that holds today or will, by the calendar of Shanghai; `row` is the row of `members_rolegrant`.
_RUNNING = "({row}.valid_to IS NULL OR {row}.valid_to >= (now() AT TIME ZONE 'Asia/Shanghai')::date)"
_PLATFORM_ROLE_STAYS = f"""
IF OLD.platform_role <> '' THEN
    RAISE EXCEPTION 'a platform role stays with its account' USING ERRCODE = 'check_violation', CONSTRAINT = 'platform_role_stays';
END IF;
IF EXISTS (SELECT 1 FROM members_rolegrant held WHERE held.user_id = NEW.id AND {_RUNNING.format(row="held")}) THEN
    RAISE EXCEPTION 'this account holds grants' USING ERRCODE = 'check_violation', CONSTRAINT = 'platform_role_alone';
END IF;
RETURN NEW;
"""
#: FOR SHARE waits for whoever is giving the account a platform role at this moment.
_NO_GRANT_BESIDE_IT = f"""
IF {_RUNNING.format(row="NEW")}
   AND (SELECT platform_role FROM members_user WHERE id = NEW.user_id FOR SHARE) <> '' THEN
    RAISE EXCEPTION 'an administrator of the platform holds no other role'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'platform_role_alone';
END IF;
RETURN NEW;
"""


class UserQuerySet(ScopedQuerySet):
    organization_lookups = ("member__branch",)
    view_permission = Permission.MANAGE_ACCOUNTS
    edit_permission = Permission.MANAGE_ACCOUNTS

    def visible_to(self, user):
        """Whoever grants roles names the account, too, without being able to change it."""
        grants = Permission.GRANT_ROLES in user.access.everywhere if user.is_authenticated else False
        return self.all() if grants else super().visible_to(user)

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
    """An account: a member's, a staff member's of a committee, or an administrator's of the platform.

    `platform_role` is one of the three (三员); the database keeps it alone: no member behind the account, no grant, never
    another one. `is_superuser` is the one administrator of a small portal, and counts only where the three are not
    separated (`PORTAL_SEPARATE_ADMINS`). Neither reads personal data.
    """

    username = models.CharField(
        "用户名", max_length=60, unique=True, error_messages={"unique": "这个用户名已被使用，请换一个。"}
    )
    display_name = models.CharField("姓名", max_length=60)
    email = models.EmailField("电子邮箱", blank=True)
    member = models.OneToOneField(
        Member, on_delete=models.PROTECT, null=True, blank=True, related_name="user", verbose_name="党员"
    )
    is_active = models.BooleanField("启用", default=True)
    is_superuser = models.BooleanField("单一管理员", default=False)
    platform_role = models.CharField(
        "平台角色",
        max_length=24,
        blank=True,
        default="",
        db_default="",
        choices=[(role.value, label) for role, label in PLATFORM_LABELS.items()],
    )
    elder_view = models.BooleanField("长者模式", default=False)
    date_joined = models.DateTimeField("开通时间", auto_now_add=True)
    # The hash stays out of the audit; that it was changed, when and by whom must be in it.
    password_changed_at = models.DateTimeField("密码修改时间", null=True, blank=True, editable=False)

    objects = UserManager()
    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["display_name"]

    class Meta:
        verbose_name = verbose_name_plural = "账号"
        constraints = [
            models.CheckConstraint(
                name="platform_role_known",
                condition=Q(platform_role__in=["", *(role.value for role in PlatformRole)]),
            ),
            models.CheckConstraint(
                name="platform_role_apart",
                condition=Q(platform_role="") | Q(member__isnull=True, is_superuser=False),
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="platform_role_stays",
                level=pgtrigger.Row,
                when=pgtrigger.Before,
                operation=pgtrigger.UpdateOf("platform_role"),
                condition=pgtrigger.Q(old__platform_role__df=pgtrigger.F("new__platform_role")),
                func=_PLATFORM_ROLE_STAYS,
            )
        ]

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
    view_permission = Permission.GRANT_ROLES
    edit_permission = Permission.GRANT_ROLES

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
        triggers = [
            pgtrigger.Trigger(
                name="no_grant_beside_platform_role",
                level=pgtrigger.Row,
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func=_NO_GRANT_BESIDE_IT,
            )
        ]

    def __str__(self):
        return f"{self.role} {self.uid}"


class FirstAdminLink(models.Model):
    """One-time link that makes an administrator where there is none of the kind; only its hash is kept. Without a platform
    role it makes the one administrator of a portal that does not separate the three."""

    token_hash = models.CharField(max_length=64, primary_key=True)
    platform_role = models.CharField(
        "平台角色",
        max_length=24,
        blank=True,
        default="",
        db_default="",
        choices=[(role.value, label) for role, label in PLATFORM_LABELS.items()],
    )
    created_at = models.DateTimeField(auto_now_add=True)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "首个管理员链接"

    def __str__(self):
        return f"{self.created_at:%F %T}"
