"""The committee's back office: Django's own admin, Chinese, closed to whoever lacks the permission."""

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect

from branch_portal.permissions import Permission


class PortalAdminSite(admin.AdminSite):
    site_header = "委员会后台"
    site_title = "委员会后台"
    index_title = "工作入口"

    def has_permission(self, request) -> bool:
        return (
            request.user.is_active
            and request.user.is_authenticated
            and request.user.may(Permission.USE_ADMIN)
        )

    def login(self, request, extra_context=None):
        """There is one door, the portal's sign-in, and login is required here too: only signed-in people arrive."""
        if not self.has_permission(request):
            raise PermissionDenied
        return redirect("admin:index")

    def logout(self, request, extra_context=None):
        return redirect("workbench")
