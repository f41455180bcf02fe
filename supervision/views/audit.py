"""修改记录: who did what, what was changed of a kind, who saw personal data, and the time line of one thing."""

import uuid
from urllib.parse import urlencode

from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from branch_portal.paging import keyset_page
from branch_portal.permissions import Permission
from branch_portal.tables import xlsx_response
from members.fresh import fresh_sign_in
from supervision.forms.audit import AccessFilter, ActFilter, ChangeFilter, SecurityFilter
from supervision.queries.accesses import accesses, named, security_events
from supervision.queries.audit import acts_page, changes_page, time_line
from supervision.queries.audit_models import by_key
from supervision.tables.audit import access_table, security_table
from supervision.views.access import admin_context, committee_page_for

TITLE = "修改记录"
EXPORTED = 5000
audit_page = committee_page_for(Permission.VIEW_HISTORY, Permission.VIEW_AUDIT)
_TABS = (
    ("supervision:audit", "谁做了什么"),
    ("supervision:audit-changes", "什么被改过"),
    ("supervision:audit-access", "个人信息查看与导出"),
    ("supervision:audit-security", "登录和账号"),
)


def _context(request, name: str, form, **context) -> dict:
    tabs = [{"label": label, "url": reverse(url), "active": url == name} for url, label in _TABS]
    return admin_context(request, title=TITLE, crumbs=[(TITLE, None)], tabs=tabs, form=form, **context)


@audit_page
@require_safe
def acts(request):
    """One line a request or job that changed something."""
    form = ActFilter(request.GET)
    asked = form.values()
    page, found = acts_page(
        user=request.user,
        cursor=asked["cursor"],
        who=asked["who"] or "",
        reason=asked["reason"] or "",
        first=asked["first"],
        last=asked["last"],
    )
    context = _context(request, "supervision:audit", form, page=page, acts=found)
    return render(request, "supervision/audit_acts.html", context)


@audit_page
@require_safe
def changes(request):
    """The changes of one kind of thing, whoever made them."""
    form = ChangeFilter(request.GET, user=request.user)
    asked = form.values()
    page, found = changes_page(
        user=request.user,
        tracked=by_key()[form.chosen_kind],
        cursor=asked["cursor"],
        root=form.root,
        label=asked["label"] or "",
        first=asked["first"],
        last=asked["last"],
    )
    form.initial["kind"] = form.chosen_kind
    context = _context(request, "supervision:audit-changes", form, page=page, changes=found)
    return render(request, "supervision/audit_changes.html", context)


def asked_accesses(form: AccessFilter) -> dict:
    """The filter's values as `accesses` takes them."""
    asked = form.values()
    return {
        "who": asked["who"] or "",
        "action": asked["action"] or "",
        "first": asked["first"],
        "last": asked["last"],
    }


def given(form) -> str:
    """The filter as the query of another address about the same rows."""
    return urlencode({name: value for name, value in form.values().items() if value and name != "cursor"})


@audit_page
@require_safe
def access(request):
    form = AccessFilter(request.GET)
    page = keyset_page(
        accesses(user=request.user, **asked_accesses(form)),
        cursor=form.values()["cursor"],
        fields=("-at", "-pk"),
    )
    table = access_table(page.rows, *named(request.user, page.rows))
    names = request.user.may(Permission.VIEW_ROSTER)
    context = _context(
        request,
        "supervision:audit-access",
        form,
        page=page,
        table=table,
        export_url=f"{reverse('supervision:audit-access-export')}?{given(form)}",
        affected_url=f"{reverse('supervision:audit-affected')}?{given(form)}" if names else "",
    )
    return render(request, "supervision/audit_access.html", context)


@audit_page
@fresh_sign_in
@require_safe
def access_export(request):
    """The newest of the same list as .xlsx."""
    rows = list(
        accesses(user=request.user, **asked_accesses(AccessFilter(request.GET))).order_by("-at", "-pk")[
            :EXPORTED
        ]
    )
    return xlsx_response(access_table(rows, *named(request.user, rows)), "个人信息查看与导出", sheet="记录")


def _security(request, form: SecurityFilter):
    asked = form.values()
    return security_events(
        user=request.user,
        who=asked["who"] or "",
        kind=asked["kind"] or "",
        first=asked["first"],
        last=asked["last"],
    )


@audit_page
@require_safe
def security(request):
    """What happened at the door and to accounts."""
    form = SecurityFilter(request.GET)
    page = keyset_page(_security(request, form), cursor=form.values()["cursor"], fields=("-at", "-pk"))
    where = request.user.may(Permission.VIEW_AUDIT)
    context = _context(
        request,
        "supervision:audit-security",
        form,
        page=page,
        table=security_table(page.rows, where=where),
        export_url=f"{reverse('supervision:audit-security-export')}?{given(form)}",
    )
    return render(request, "supervision/audit_security.html", context)


@audit_page
@require_safe
def security_export(request):
    """The newest of the same list as .xlsx."""
    rows = list(_security(request, SecurityFilter(request.GET)).order_by("-at", "-pk")[:EXPORTED])
    table = security_table(rows, where=request.user.may(Permission.VIEW_AUDIT))
    return xlsx_response(table, "登录和账号", sheet="记录")


@audit_page
@require_safe
def thing(request, kind: str, uid: uuid.UUID):
    """The time line of one thing and its parts."""
    tracked = by_key().get(kind)
    rows = tracked.visible(request.user) if tracked else None
    row = rows.filter(uid=uid).first() if rows is not None and hasattr(tracked.model, "uid") else None
    if tracked is None or row is None:
        raise Http404
    name = str(getattr(row, tracked.name_field, "") or "") if tracked.name_field else ""
    title = f"{tracked.words}{'：' if name else ''}{name}"
    found, cut = time_line(user=request.user, row=row)
    context = admin_context(
        request,
        title=title,
        crumbs=[(TITLE, reverse("supervision:audit")), (title, None)],
        acts=found,
        cut=cut,
        page_url=getattr(row, "get_absolute_url", lambda: "")(),
    )
    return render(request, "supervision/audit_thing.html", context)
