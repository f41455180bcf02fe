"""The committee's back office: Django's own admin, Chinese, closed to whoever lacks the permission."""

from django.contrib import admin

from branch_portal.permissions import Permission


class PortalAdminSite(admin.AdminSite):
    site_header = "委员会后台"
    site_title = "委员会后台"
    index_title = "工作入口"
    enable_nav_sidebar = True
    final_catch_all_view = True

    def has_permission(self, request) -> bool:
        return request.user.is_active and request.user.is_authenticated and request.user.may(Permission.USE_ADMIN)

    def login(self, request, extra_context=None):
        """One door: who isn't signed in goes to the portal's sign-in, who may not enter is told so."""
        from django.contrib.auth.views import redirect_to_login
        from django.core.exceptions import PermissionDenied

        if request.user.is_authenticated:
            raise PermissionDenied
        return redirect_to_login(request.GET.get("next") or "/admin/")  # Django's own contract for this view
