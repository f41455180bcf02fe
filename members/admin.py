"""党员与组织 in the admin: to look into, masked and read-only; accounts and grants change through their actions."""

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_http_methods

from branch_portal.admin_base import ScopedModelAdmin
from branch_portal.permissions import Permission
from members.actions.accounts import change_grant, create_user, grant_role, reset_password, update_user
from members.forms.admin import AccountAddForm, AccountChangeForm, GrantForm
from members.fresh import fresh_sign_in
from members.models import (
    Affiliation,
    Member,
    PartyOrganization,
    PersonalDataAccess,
    PostTenure,
    RoleGrant,
    SecurityEvent,
    User,
)
from members.tables import category_text, masked_tail


@admin.register(PartyOrganization)
class PartyOrganizationAdmin(ScopedModelAdmin):
    view_permission = Permission.VIEW_ORGANIZATION
    list_display = [
        "name",
        "kind",
        "unit_category",
        "formation",
        "has_committee",
        "founded_on",
        "abolished_on",
    ]
    list_filter = ["kind", "unit_category", "formation"]
    search_fields = ["name", "short_name", "code"]
    ordering = ["path"]
    fields = [
        "name", "short_name", "code", "kind", "formation", "unit_category", "sort_number", "founded_on", "abolished_on",
        "has_committee", "theme_day_rule", "theme_day_number", "theme_day_weekday",
        "theme_day_shift", "usual_place",
    ]  # fmt: skip

    def view_on_site(self, organization: PartyOrganization) -> str:
        """Changes of the tree are made on the portal's page, with a date and a reason."""
        return reverse("organizations:detail", args=[organization.uid])


@admin.register(Member)
class MemberAdmin(ScopedModelAdmin):
    """Without the sealed items: they are opened one by one on the portal's card, with a reason."""

    view_permission = Permission.VIEW_ROSTER
    list_display = [
        "name",
        "gender",
        "ethnicity",
        "birth_year",
        "education",
        "category_label",
        "branch",
        "mobile_label",
    ]
    list_filter = ["category", "standing", "gender"]
    list_select_related = ["branch"]
    search_fields = ["name", "name_pinyin", "name_initials"]
    ordering = ["name_pinyin", "pk"]
    fields = [
        "name", "gender", "ethnicity", "birth_year", "education", "category", "branch", "cell", "admitted_on",
        "confirmed_on", "job_post", "employer", "mobile_label", "standing", "lost_contact_on", "floating_since",
        "is_leading_official",
    ]  # fmt: skip
    readonly_fields = ["mobile_label"]

    def get_queryset(self, request):
        return super().get_queryset(request).without_personal_data()

    @admin.display(description="人员类别", ordering="category")
    def category_label(self, member: Member) -> str:
        return category_text(member)

    @admin.display(description="手机")
    def mobile_label(self, member: Member) -> str:
        return masked_tail(member) or "—"


class _OfMember(ScopedModelAdmin):
    """Rows of a member's history."""

    view_permission = Permission.VIEW_ROSTER
    search_fields = ["member__name", "member__name_pinyin"]

    @admin.display(description="党员", ordering="member__name_pinyin")
    def member_name(self, row) -> str:
        return row.member.name

    @admin.display(description="起", ordering="period")
    def start(self, row):
        return row.period.lower

    @admin.display(description="止")
    def end(self, row):
        return row.period.upper or "至今"


@admin.register(Affiliation)
class AffiliationAdmin(_OfMember):
    list_display = ["member_name", "branch", "cell", "start", "end", "reason"]
    list_select_related = ["member", "branch", "cell"]
    ordering = ["-period", "pk"]
    fields = readonly_fields = ["member_name", "branch", "cell", "start", "end", "reason"]


@admin.register(PostTenure)
class PostTenureAdmin(_OfMember):
    list_display = ["member_name", "post", "organization", "start", "end"]
    list_filter = ["post"]
    list_select_related = ["member", "organization"]
    ordering = ["-period", "pk"]
    fields = readonly_fields = ["member_name", "post", "organization", "start", "end"]


@method_decorator(fresh_sign_in, name="changeform_view")
@admin.register(User)
class UserAdmin(ScopedModelAdmin):
    """Accounts: opened with a random password that is shown once, closed instead of deleted."""

    view_permission = change_permission = Permission.MANAGE_ACCOUNTS
    list_display = ["username", "display_name", "member_link", "is_active", "is_superuser", "last_login"]
    list_filter = ["is_active", "is_superuser"]
    search_fields = ["username", "display_name"]
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

    def get_readonly_fields(self, request, obj=None):
        if obj is None:
            return []
        return ["username", "is_superuser", "last_login", "date_joined", "password_changed_at"]

    @admin.display(description="党员账号", boolean=True)
    def member_link(self, user: User) -> bool:
        return user.member_id is not None

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
@admin.register(RoleGrant)
class RoleGrantAdmin(ScopedModelAdmin):
    """授权: given for a span of days; what was given is not changed, only when it ends."""

    view_permission = change_permission = Permission.MANAGE_ACCOUNTS
    form = GrantForm
    list_display = ["user", "role", "organization", "valid_from", "valid_to", "reason"]
    list_filter = ["role"]
    list_select_related = ["user", "organization"]
    search_fields = ["user__username", "user__display_name", "organization__name"]
    autocomplete_fields = ["user", "organization"]
    ordering = ["-valid_from", "-pk"]
    fields = ["user", "role", "organization", "valid_from", "valid_to", "reason"]

    def get_readonly_fields(self, request, obj=None):
        return [] if obj is None else ["user", "role", "organization", "valid_from"]

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

    view_permission = Permission.VIEW_AUDIT
    list_display = ["at", "user_label", "action", "field", "row_count", "reason", "ip"]
    list_filter = ["action", "field"]
    search_fields = ["user_label", "reason"]
    ordering = ["-at", "-id"]
    date_hierarchy = "at"


@admin.register(SecurityEvent)
class SecurityEventAdmin(ScopedModelAdmin):
    """What happened at the door and to accounts; nobody changes it."""

    view_permission = Permission.VIEW_AUDIT
    list_display = ["at", "kind", "user_label", "by_label", "detail", "device", "ip", "request"]
    list_filter = ["kind"]
    search_fields = ["user_label", "by_label", "ip"]
    ordering = ["-at", "-id"]
    date_hierarchy = "at"
