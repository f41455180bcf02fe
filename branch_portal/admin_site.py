"""The committee's back office: Django's own admin, Chinese, closed to whoever lacks the permission."""

from functools import wraps

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect

from branch_portal.admin_tools import tools_for
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

    def admin_view(self, view, cacheable=False):
        """Whoever lacks the permission gets a plain 403, not a way round through a sign-in that admits nobody."""
        inner = super().admin_view(view, cacheable)

        @wraps(inner)
        def guarded(request, *args, **kwargs):
            if request.user.is_authenticated and not self.has_permission(request):
                raise PermissionDenied
            return inner(request, *args, **kwargs)

        return guarded

    def get_urls(self):
        """Without Django's `r/<type>/<id>/`, which looks up any row of any table past the scope."""
        return [route for route in super().get_urls() if getattr(route, "name", "") != "view_on_site"]

    def each_context(self, request) -> dict:
        return super().each_context(request) | {"tools": tools_for(request.user, request.path)}

    def login(self, request, extra_context=None):
        """There is one door, the portal's sign-in, and login is required here too: only signed-in people arrive."""
        if not self.has_permission(request):
            raise PermissionDenied
        return redirect("admin:index")

    def logout(self, request, extra_context=None):
        return redirect("workbench")

    def password_change(self, request, extra_context=None):
        return redirect("accounts:password")
