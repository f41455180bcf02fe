"""Who may open the committee's pages of the admin site."""

from collections.abc import Callable
from functools import wraps

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from branch_portal.permissions import Permission


def committee_page(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Admit whoever may use the admin site and supervises something; everyone else gets 403."""

    @wraps(view)
    def guarded(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if not admin.site.has_permission(request) or not request.user.may(Permission.VIEW_SUPERVISION):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded


def admin_context(
    request: HttpRequest, *, title: str, crumbs: list[tuple[str, str | None]], **context
) -> dict:
    """What the admin's base template needs, with the crumbs below its own home."""
    return admin.site.each_context(request) | {"title": title, "crumbs": crumbs, **context}
