"""The committee's back office: Django's own admin, Chinese, closed to whoever lacks the permission."""

from functools import wraps

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.urls import reverse

from branch_portal.navigation import Entry
from branch_portal.permissions import Permission

#: The committee's own pages, above the tables; named by URL, because plumbing imports no domain.
TOOLS = (
    Entry("组织生活监督", "supervision:grid", "grid", "/admin/supervision/", Permission.VIEW_SUPERVISION),
    Entry("学习进度", "supervision:study", "book", "/admin/supervision/study/", Permission.VIEW_SUPERVISION),
    Entry(
        "提醒送达",
        "supervision:receipts",
        "bell",
        "/admin/supervision/receipts/",
        Permission.VIEW_SUPERVISION,
    ),
    Entry("提醒设置", "notices:rules", "bell", "/notices/rules/", Permission.USE_ADMIN),
    Entry("运行状态", "operations:status", "gear", "/operations/", Permission.CONFIGURE),
)
TOOL_LINES = {
    "supervision:grid": "各党支部每月、每季度的组织生活：已开、待确认、缺，最需要帮助的在前，可查到每一条记录。",
    "operations:status": "后台进程、提醒、邮件和后台任务是否正常，有问题时怎样处理。",
    "supervision:study": "各党支部学时达标人数，书记和委员（56 学时）与其他党员（32 学时）分开统计。",
    "supervision:receipts": "每月各党支部、各种提醒：已告知、已阅、未送达的人次，只有数，没有内容。",
    "notices:rules": "每种提醒提前多久、是否启用；党委可以为所属党组织另行设置。",
}


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
        return super().each_context(request) | {"tools": self.tools(request)}

    def tools(self, request) -> list[dict]:
        """The committee's pages that the user may open; the longest prefix that fits is the current one."""
        shown = [
            {
                "label": tool.label,
                "line": TOOL_LINES[tool.url_name],
                "url": reverse(tool.url_name),
                "icon": tool.icon,
            }
            for tool in TOOLS
            if request.user.may(tool.permission)
        ]
        fitting = [tool["url"] for tool in shown if request.path.startswith(tool["url"])]
        for tool in shown:
            tool["current"] = tool["url"] == max(fitting, key=len, default="")
        return shown

    def login(self, request, extra_context=None):
        """There is one door, the portal's sign-in, and login is required here too: only signed-in people arrive."""
        if not self.has_permission(request):
            raise PermissionDenied
        return redirect("admin:index")

    def logout(self, request, extra_context=None):
        return redirect("workbench")

    def password_change(self, request, extra_context=None):
        return redirect("accounts:password")
