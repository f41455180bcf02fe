"""Who may open the committee's pages of the admin site."""

from collections.abc import Callable
from functools import wraps

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from branch_portal.permissions import Permission
from members.actions.audit import record_access

View = Callable[..., HttpResponse]


def committee_page_for(*permissions: Permission) -> Callable[[View], View]:
    """Admit whoever may use the admin site and holds one of the permissions somewhere; everyone else gets 403."""

    def admitted(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args, **kwargs) -> HttpResponse:
            if not admin.site.has_permission(request) or not any(map(request.user.may, permissions)):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return guarded

    return admitted


def note_export(request: HttpRequest, *, field: str, reason: str, count: int, root=None) -> None:
    """Write down that a list of people was taken out; `root` is the organisation whose people they are."""
    record_access(
        by=request.user,
        action="export",
        field=field,
        reason=reason,
        ip=request.META.get("REMOTE_ADDR", ""),
        branch_id=root.pk if root else None,
        row_count=count,
    )


#: Whoever supervises something.
committee_page = committee_page_for(Permission.VIEW_SUPERVISION)


def admin_context(
    request: HttpRequest, *, title: str, crumbs: list[tuple[str, str | None]], **context
) -> dict:
    """What the admin's base template needs, with the crumbs below its own home."""
    return admin.site.each_context(request) | {"title": title, "crumbs": crumbs, **context}
