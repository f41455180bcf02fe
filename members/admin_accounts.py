"""账号 and 授权 in the admin: both change through their actions, and neither tells an administrator whose they are."""

from django.conf import settings
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_http_methods

from branch_portal.admin_actions import Outcome, confirmed, export_chosen
from branch_portal.admin_base import ScopedModelAdmin, Section
from branch_portal.admin_filters import YearFilter
from branch_portal.permissions import Permission, PlatformRole
from members.actions.accounts import (
    change_grant,
    create_user,
    end_grants,
    grant_role,
    reset_password,
    switch_accounts,
    update_user,
)
from members.actions.errors import ActionRefused
from members.actions.grants import give_platform_role
from members.admin_filters import SubtreeFilter
from members.forms.admin import AccountAddForm, AccountChangeForm, GrantForm, PlatformRoleForm
from members.fresh import fresh_sign_in, fresh_to_change
from members.models import RoleGrant, User
from members.queries.account_list import linkable_by
from members.rules.phone import mask_name


def name_for(asker: User, account: User) -> str:
    """Whose account it is, as far as the asker may know: the security administrator sees masked names only, the system
    administrator those of the staff alone, who has entered them."""
    hidden = asker.platform_role == PlatformRole.SECURITY or (
        asker.platform_role == PlatformRole.SYSTEM and account.member_id is not None
    )
    return mask_name(account.display_name) if hidden else account.display_name


class NameColumn:
    """The name as a column, for one asker; Django takes a callable for one."""

    __name__ = "shown_name"
    short_description = "姓名"

    def __init__(self, asker: User):
        self.asker = asker

    def __call__(self, account: User) -> str:
        return name_for(self.asker, account)


class AccountColumn(NameColumn):
    """The account that a row belongs to."""

    __name__ = "shown_account"
    short_description = "账号"

    def __call__(self, row) -> str:
        return f"{name_for(self.asker, row.user)}（{row.user.username}）"


def _name_of(column) -> str:
    return column if isinstance(column, str) else column.__name__


@method_decorator(fresh_sign_in, name="changeform_view")
@method_decorator(fresh_to_change, name="changelist_view")
@admin.register(User)
class UserAdmin(ScopedModelAdmin):
    """Accounts: opened with a random password that is shown once, closed instead of deleted."""

    section = Section.ACCOUNTS
    personal = True
    view_permission = change_permission = Permission.MANAGE_ACCOUNTS
    list_display = [
        "username",
        "display_name",
        "member_link",
        "is_active",
        "is_superuser",
        "platform_role",
        "last_login",
    ]
    list_filter = [
        SubtreeFilter,
        "is_active",
        "is_superuser",
        "platform_role",
        ("last_login", admin.EmptyFieldListFilter),
    ]
    search_fields = ["username", "display_name"]
    search_help_text = "按用户名或姓名查找。"
    actions = ["close_accounts", "open_accounts", export_chosen]
    ordering = ["username"]
    change_form_template = "members/admin_user.html"

    # --- Who sees what ---

    def has_view_permission(self, request, obj=None) -> bool:
        """Also whoever grants roles: the account is chosen here."""
        return super().has_view_permission(request, obj) or request.user.may(Permission.GRANT_ROLES)

    def get_list_display(self, request):
        columns = super().get_list_display(request)
        if not request.user.platform_role:
            return columns
        return [NameColumn(request.user) if name == "display_name" else name for name in columns]

    def get_search_fields(self, request):
        """A search that finds by what is masked would tell it letter by letter."""
        return ["username"] if request.user.platform_role else self.search_fields

    def get_sortable_by(self, request):
        return [name for name in super().get_sortable_by(request) if name != "display_name"]

    def label(self, row: User) -> str:
        return f"{row.display_name}（{row.username}）"

    def label_for(self, row: User, request) -> str:
        return f"{name_for(request.user, row)}（{row.username}）"

    def box_label(self, row: User) -> str:
        return row.username

    # --- The form ---

    def get_form(self, request, obj=None, change=False, **kwargs):
        kwargs["form"] = AccountChangeForm if change else AccountAddForm
        built = super().get_form(request, obj, change, **kwargs)
        built.asker = request.user
        return built

    def get_fields(self, request, obj=None):
        if obj is None:
            alone = [] if settings.PORTAL_SEPARATE_ADMINS else ["is_superuser"]
            return ["username", "display_name", "email", *alone, "member_uid"]
        fixed = self.get_readonly_fields(request, obj)[1:]
        changed = ["display_name", "email", "is_active"]
        if self._name_is_hidden(request, obj):
            changed = changed[1:]
        return ["username", *changed, *fixed]

    def get_readonly_fields(self, request, obj=None):
        if obj is None:
            return []
        shown = [
            "username",
            "is_superuser",
            "platform_role",
            "last_login",
            "date_joined",
            "password_changed_at",
        ]
        return [*shown, "masked_name"] if self._name_is_hidden(request, obj) else shown

    def _name_is_hidden(self, request, obj: User) -> bool:
        return name_for(request.user, obj) != obj.display_name

    @admin.display(description="姓名（打码）")
    def masked_name(self, user: User) -> str:
        return mask_name(user.display_name)

    @admin.display(description="党员账号")
    def member_link(self, user: User) -> str:
        return "是" if user.member_id is not None else "否"

    def save_model(self, request, obj, form, change):
        if change:
            update_user(
                by=request.user,
                user=obj,
                display_name=obj.display_name,
                email=obj.email,
                is_active=obj.is_active,
            )
            return
        user, request.initial_password = create_user(
            by=request.user,
            username=obj.username,
            display_name=obj.display_name,
            email=obj.email,
            is_superuser=obj.is_superuser,
            member=form.cleaned_data["member_uid"],
        )
        obj.__dict__.update(user.__dict__)

    def response_add(self, request, obj, post_url_continue=None):
        # Shown in this answer only: a redirect would have to keep the password somewhere.
        return self._password_page(request, obj, request.initial_password)

    # --- What is done to several, or beside the form ---

    @confirmed(
        label="停用所选账号",
        question="停用 {} 个账号",
        button="停用",
        told="停用",
        danger=True,
    )
    def close_accounts(self, request, rows, reason) -> Outcome:
        """Whoever is signed in with one of them is out at the next page."""
        done, left = switch_accounts(by=request.user, users=rows, on=False, reason=reason)
        return Outcome(done, left)

    @confirmed(label="启用所选账号", question="启用 {} 个账号", button="启用", told="启用")
    def open_accounts(self, request, rows, reason) -> Outcome:
        done, left = switch_accounts(by=request.user, users=rows, on=True, reason=reason)
        return Outcome(done, left)

    def get_urls(self):
        own = [
            path(
                "<int:pk>/reset-password/",
                self.admin_site.admin_view(self.reset_view),
                name="members_user_reset_password",
            ),
            path(
                "<int:pk>/platform-role/",
                self.admin_site.admin_view(self.platform_role_view),
                name="members_user_platform_role",
            ),
        ]
        return [*own, *super().get_urls()]

    def change_view(self, request, object_id, form_url="", extra_context=None):
        gives = settings.PORTAL_SEPARATE_ADMINS and request.user.may(Permission.GRANT_ROLES)
        return super().change_view(
            request, object_id, form_url, {**(extra_context or {}), "gives_platform_role": gives}
        )

    @method_decorator(fresh_sign_in)
    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    def reset_view(self, request, pk: int):
        """Ask, then give the account a new random password."""
        user = get_object_or_404(self.get_queryset(request), pk=pk)
        if not self.has_change_permission(request, user):
            raise PermissionDenied
        # One's own in the admin of a small portal; else only where the password alone is no way to more.
        if user.pk != request.user.pk and not linkable_by(request.user).filter(pk=user.pk).exists():
            raise PermissionDenied
        if request.method == "POST":
            return self._password_page(request, user, reset_password(by=request.user, user=user))
        context = self.admin_site.each_context(request) | {
            "title": f"重置账号 {user.username} 的密码",
            "account": user,
            "shown_name": name_for(request.user, user),
            "back_url": reverse("admin:members_user_change", args=[user.pk]),
        }
        return render(request, "members/admin_reset_password.html", context)

    @method_decorator(fresh_sign_in)
    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    def platform_role_view(self, request, pk: int):
        """设为管理员: one of the three, by who grants roles."""
        if not (settings.PORTAL_SEPARATE_ADMINS and request.user.may(Permission.GRANT_ROLES)):
            raise PermissionDenied
        user = get_object_or_404(self.get_queryset(request), pk=pk)
        form = PlatformRoleForm(request.POST if request.method == "POST" else None, user=request.user)
        back = reverse("admin:members_user_change", args=[user.pk])
        if request.method == "POST" and form.is_valid():
            try:
                give_platform_role(by=request.user, user=user, **form.cleaned_data)
            except ActionRefused as refused:
                form.add_error(None, str(refused))
            else:
                return redirect(back)
        context = self.admin_site.each_context(request) | {
            "title": f"设为管理员：{user.username}",
            "form": form,
            "back_url": back,
        }
        return render(request, "members/admin_platform_role.html", context)

    def _password_page(self, request, user: User, password: str):
        context = self.admin_site.each_context(request) | {
            "title": f"账号 {user.username} 的初始密码",
            "account": user,
            "password": password,
        }
        return render(request, "members/admin_initial_password.html", context)


@method_decorator(fresh_sign_in, name="changeform_view")
@method_decorator(fresh_to_change, name="changelist_view")
@admin.register(RoleGrant)
class RoleGrantAdmin(ScopedModelAdmin):
    """授权: given for a span of days; what was given is not changed, only when it ends."""

    section = Section.ACCOUNTS
    view_permission = change_permission = Permission.GRANT_ROLES
    form = GrantForm
    list_display = ["user", "role", "organization", "valid_from", "valid_to", "reason"]
    list_filter = [SubtreeFilter, "role", ("valid_from", YearFilter)]
    search_fields = ["user__username", "user__display_name", "organization__name"]
    search_help_text = "按账号、姓名或组织名称查找。"
    autocomplete_fields = ["user", "organization"]
    ordering = ["-pk"]
    fields = ["user", "role", "organization", "valid_from", "valid_to", "reason"]
    actions = ["end_today", export_chosen]

    def get_list_display(self, request):
        columns = super().get_list_display(request)
        if not request.user.platform_role:
            return columns
        return [AccountColumn(request.user) if _name_of(one) == "user" else one for one in columns]

    def get_search_fields(self, request):
        shown = [name for name in self.search_fields if name != "user__display_name"]
        return shown if request.user.platform_role else self.search_fields

    def get_form(self, request, obj=None, change=False, **kwargs):
        built = super().get_form(request, obj, change, **kwargs)
        built.asker = request.user
        return built

    def get_readonly_fields(self, request, obj=None):
        return [] if obj is None else self.said(request, ["user", "role", "organization", "valid_from"])

    def label(self, row: RoleGrant) -> str:
        return f"{row.user.display_name}：{row.get_role_display()}（{row.organization.name}）"

    def label_for(self, row: RoleGrant, request) -> str:
        return f"{name_for(request.user, row.user)}：{row.get_role_display()}（{row.organization.name}）"

    def box_label(self, row: RoleGrant) -> str:
        return f"{row.user.username}：{row.get_role_display()}（{row.organization.name}）"

    @confirmed(
        label="结束所选授权（到今天为止）",
        question="结束 {} 项授权，到今天为止",
        button="结束授权",
        told="结束",
        danger=True,
    )
    def end_today(self, request, rows, reason) -> Outcome:
        done, left = end_grants(by=request.user, grants=rows, reason=reason)
        return Outcome(done, left)

    def save_model(self, request, obj, form, change):
        if change:
            change_grant(by=request.user, grant=obj, valid_to=obj.valid_to, reason=obj.reason)
            return
        grant = grant_role(
            by=request.user,
            user=obj.user,
            role=obj.role,
            organization=obj.organization,
            valid_from=obj.valid_from,
            valid_to=obj.valid_to,
            reason=obj.reason,
        )
        obj.__dict__.update(grant.__dict__)
