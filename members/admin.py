"""党员与组织 in the admin: to look into, masked and read-only; accounts and grants change through their actions."""

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_http_methods

from branch_portal.admin_actions import Outcome, confirmed, export_chosen
from branch_portal.admin_base import ScopedModelAdmin, Section
from branch_portal.admin_filters import YearFilter
from branch_portal.admin_related import Part, attribute
from branch_portal.permissions import Permission
from members.actions.accounts import (
    change_grant,
    create_user,
    end_grants,
    grant_role,
    reset_password,
    switch_accounts,
    update_user,
)
from members.admin_filters import SubtreeFilter
from members.forms.admin import AccountAddForm, AccountChangeForm, GrantForm
from members.fresh import fresh_sign_in, fresh_to_change
from members.models import (
    CommitteeTerm,
    OrganizationChange,
    PartyOrganization,
    PersonalDataAccess,
    RoleGrant,
    SecurityEvent,
    User,
)


@admin.register(PartyOrganization)
class PartyOrganizationAdmin(ScopedModelAdmin):
    section = Section.PEOPLE
    view_permission = Permission.VIEW_ORGANIZATION
    list_display = [
        "name",
        "code",
        "kind",
        "unit_category",
        "formation",
        "has_committee",
        "founded_on",
        "abolished_on",
    ]
    list_filter = [
        SubtreeFilter,
        "kind",
        "unit_category",
        "formation",
        ("abolished_on", admin.EmptyFieldListFilter),
    ]
    search_fields = ["name", "short_name", "code"]
    search_help_text = "按名称、简称或组织代码查找。"
    ordering = ["path"]
    fieldsets = [
        (
            None,
            {"fields": ["name", "short_name", "code", "kind", "formation", "unit_category", "sort_number"]},
        ),
        (
            "成立和撤销",
            {"fields": ["applied_on", "replied_on", "founded_on", "abolished_on", "has_committee"]},
        ),
        (
            "所在单位",
            {"fields": ["unit_name", "unit_credit_code", "units_covered", "contact_name", "contact_phone"]},
        ),
        (
            "主题党日",
            {
                "fields": [
                    "theme_day_rule",
                    "theme_day_number",
                    "theme_day_weekday",
                    "theme_day_shift",
                    "usual_place",
                ]
            },
        ),
    ]
    parts = (
        Part(
            "班子任期",
            CommitteeTerm,
            "organization",
            (
                attribute("产生方式", "origin"),
                attribute("选举或批准日期", "elected_on"),
                attribute("届满日期", "ends_on"),
                attribute("延期至", "extended_until"),
                attribute("实际结束日期", "ended_on"),
            ),
            ordering=("-elected_on", "-pk"),
        ),
        Part(
            "组织变动",
            OrganizationChange,
            "organization",
            (
                attribute("生效日期", "effective_on"),
                attribute("变动", "kind"),
                attribute("变动后全称", "name"),
                attribute("原因", "reason"),
            ),
            ordering=("-effective_on", "-pk"),
        ),
    )

    def label(self, row: PartyOrganization) -> str:
        return row.name

    def view_on_site(self, organization: PartyOrganization) -> str:
        """Changes of the tree are made on the portal's page, with a date and a reason."""
        return reverse("organizations:detail", args=[organization.uid])


@method_decorator(fresh_sign_in, name="changeform_view")
@method_decorator(fresh_to_change, name="changelist_view")
@admin.register(User)
class UserAdmin(ScopedModelAdmin):
    """Accounts: opened with a random password that is shown once, closed instead of deleted."""

    section = Section.ACCOUNTS
    personal = True
    view_permission = change_permission = Permission.MANAGE_ACCOUNTS
    list_display = ["username", "display_name", "member_link", "is_active", "is_superuser", "last_login"]
    list_filter = [SubtreeFilter, "is_active", "is_superuser", ("last_login", admin.EmptyFieldListFilter)]
    search_fields = ["username", "display_name"]
    search_help_text = "按用户名或姓名查找。"
    actions = ["close_accounts", "open_accounts", export_chosen]
    ordering = ["username"]
    change_form_template = "members/admin_user.html"

    def get_form(self, request, obj=None, change=False, **kwargs):
        kwargs["form"] = AccountChangeForm if change else AccountAddForm
        built = super().get_form(request, obj, change, **kwargs)
        built.asker = request.user
        return built

    def get_fields(self, request, obj=None):
        if obj is None:
            return ["username", "display_name", "email", "is_superuser", "member_uid"]
        return ["username", "display_name", "email", "is_active", *self.get_readonly_fields(request, obj)[1:]]

    def label(self, row: User) -> str:
        return f"{row.display_name}（{row.username}）"

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

    def get_readonly_fields(self, request, obj=None):
        if obj is None:
            return []
        return ["username", "is_superuser", "last_login", "date_joined", "password_changed_at"]

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

    def get_urls(self):
        reset = path(
            "<int:pk>/reset-password/",
            self.admin_site.admin_view(self.reset_view),
            name="members_user_reset_password",
        )
        return [reset, *super().get_urls()]

    @method_decorator(fresh_sign_in)
    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    def reset_view(self, request, pk: int):
        """Ask, then give the account a new random password."""
        user = get_object_or_404(self.get_queryset(request), pk=pk)
        if not self.has_change_permission(request, user):
            raise PermissionDenied
        if request.method == "POST":
            return self._password_page(request, user, reset_password(by=request.user, user=user))
        context = self.admin_site.each_context(request) | {
            "title": f"重置账号 {user.username} 的密码",
            "account": user,
            "back_url": reverse("admin:members_user_change", args=[user.pk]),
        }
        return render(request, "members/admin_reset_password.html", context)

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
    view_permission = change_permission = Permission.MANAGE_ACCOUNTS
    form = GrantForm
    list_display = ["user", "role", "organization", "valid_from", "valid_to", "reason"]
    list_filter = [SubtreeFilter, "role", ("valid_from", YearFilter)]
    search_fields = ["user__username", "user__display_name", "organization__name"]
    search_help_text = "按账号、姓名或组织名称查找。"
    autocomplete_fields = ["user", "organization"]
    ordering = ["-pk"]
    fields = ["user", "role", "organization", "valid_from", "valid_to", "reason"]
    actions = ["end_today", export_chosen]

    def get_readonly_fields(self, request, obj=None):
        return [] if obj is None else self.said(request, ["user", "role", "organization", "valid_from"])

    def label(self, row: RoleGrant) -> str:
        return f"{row.user.display_name}：{row.get_role_display()}（{row.organization.name}）"

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


@admin.register(PersonalDataAccess)
class PersonalDataAccessAdmin(ScopedModelAdmin):
    """Who opened or took out personal data; nobody changes it."""

    section = Section.ACCOUNTS
    view_permission = Permission.VIEW_AUDIT
    list_display = ["at", "user_label", "action", "field", "row_count", "reason", "ip"]
    list_filter = ["action", ("at", YearFilter)]
    search_fields = ["user_label", "reason"]
    search_help_text = "按用户或事由查找。"
    ordering = ["-at", "-id"]
    fields = ["at", "user_label", "action", "field", "row_count", "reason", "ip"]

    def label(self, row: PersonalDataAccess) -> str:
        return f"{row.user_label}：{row.get_action_display()}"


@admin.register(SecurityEvent)
class SecurityEventAdmin(ScopedModelAdmin):
    """What happened at the door and to accounts; nobody changes it."""

    section = Section.ACCOUNTS
    view_permission = Permission.VIEW_AUDIT
    list_display = ["at", "kind", "user_label", "by_label", "detail", "device", "ip", "request"]
    list_filter = ["kind", ("at", YearFilter)]
    search_fields = ["user_label", "by_label", "ip"]
    search_help_text = "按账号、操作人或来源查找。"
    ordering = ["-at", "-id"]
    fields = ["at", "kind", "user_label", "by_label", "detail", "device", "ip", "request"]

    def label(self, row: SecurityEvent) -> str:
        return f"{row.user_label}：{row.get_kind_display()}"


# Lists of people stand in modules of their own; Django looks for this one.
from members import admin_people, admin_histories  # noqa: E402, F401, I001
