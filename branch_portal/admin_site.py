"""The committee's back office: Django's own admin, Chinese, closed to whoever lacks the permission."""

from functools import wraps

from django.contrib import admin
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.urls import path, reverse

from branch_portal.admin_base import Section
from branch_portal.admin_related import label_of
from branch_portal.admin_tools import tools_for
from branch_portal.permissions import Permission
from branch_portal.views_admin_export import export_file, list_export


class ScopedChoices(AutocompleteJsonView):
    """What a search box offers: rows of the asker's scope, by the label that people know them by."""

    def serialize_result(self, obj, to_field_name):
        return {"id": str(getattr(obj, to_field_name)), "text": label_of(obj, self.request)}


class PortalAdminSite(admin.AdminSite):
    site_header = "委员会后台"
    site_title = "委员会后台"
    index_title = "工作入口"

    def __init__(self, name: str = "admin"):
        super().__init__(name)
        self.disable_action("delete_selected")  # nobody deletes here

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
        kept = [route for route in super().get_urls() if getattr(route, "name", "") != "view_on_site"]
        own = [
            path(
                "export/<str:app_label>/<str:model_name>/", self.admin_view(list_export), name="list-export"
            ),
            path("exports/<uuid:uid>/", self.admin_view(export_file), name="export-file"),
        ]
        return own + kept

    def autocomplete_view(self, request):
        return ScopedChoices.as_view(admin_site=self)(request)

    def get_app_list(self, request, app_label=None):
        """The lists under plain headings instead of under the names of the code's packages."""
        apps = super().get_app_list(request, app_label)
        if app_label is not None:
            return apps
        order = list(self._registry)
        rows = sorted(
            (row for app in apps for row in app["models"]), key=lambda row: order.index(row["model"])
        )
        lists = [(self._registry[row["model"]].section, row) for row in rows]
        found = []
        for section in [*Section, None]:
            models = [row for of, row in lists if of is section]
            if models:
                found.append(
                    {
                        "name": section.value if section else "其他",
                        "app_label": section.name.lower() if section else "other",
                        "app_url": reverse("admin:index"),
                        "has_module_perms": True,
                        "models": models,
                    }
                )
        return found

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
