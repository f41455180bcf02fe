"""涉及的党员: whose personal data the listed looks and exports reached, for the notice that a leak calls for (PIPL §57)."""

import datetime
from urllib.parse import urlencode

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from branch_portal.dates import local_datetime, today_shanghai
from branch_portal.paging import keyset_page
from branch_portal.permissions import Permission
from branch_portal.tables import xlsx_response
from members.actions.audit import record_access
from members.fresh import fresh_sign_in
from members.queries.affected import people_seen_by
from supervision.forms.audit import AccessFilter
from supervision.tables.audit import affected_table
from supervision.views.access import admin_context, committee_page_for
from supervision.views.audit import EXPORTED

TITLE = "涉及的党员"
#: Before the portal's first look at anybody.
_EVER = datetime.date(2000, 1, 1)
roster_readers = committee_page_for(Permission.VIEW_ROSTER)


def _asked(form: AccessFilter) -> dict:
    return {name: value for name, value in form.values().items() if value and name != "cursor"}


def _people(request, form: AccessFilter):
    asked = form.values()
    last = asked["last"] or today_shanghai()
    return people_seen_by(
        asker=request.user,
        since=local_datetime(asked["first"] or _EVER),
        until=local_datetime(last + datetime.timedelta(days=1)),
        who=asked["who"] or "",
        action=asked["action"] or "",
    )


@roster_readers
@require_safe
def affected(request):
    form = AccessFilter(request.GET)
    page = keyset_page(_people(request, form), cursor=form.values()["cursor"], fields=("name_pinyin", "pk"))
    accesses = reverse("supervision:audit-access")
    context = admin_context(
        request,
        title=TITLE,
        crumbs=[("修改记录", reverse("supervision:audit")), ("个人信息查看与导出", accesses), (TITLE, None)],
        form=form,
        page=page,
        table=affected_table(page.rows),
        export_url=f"{reverse('supervision:audit-affected-export')}?{urlencode(_asked(form))}",
    )
    return render(request, "supervision/audit_affected.html", context)


@roster_readers
@fresh_sign_in
@require_safe
def affected_export(request):
    """The list to tell them from; that it was taken out is written down."""
    form = AccessFilter(request.GET)
    rows = list(_people(request, form).in_list_order()[: EXPORTED + 1])
    if len(rows) > EXPORTED:
        messages.error(request, f"涉及超过 {EXPORTED} 人，请缩小时间或写明查看人，分几次导出。")
        return redirect(f"{reverse('supervision:audit-affected')}?{urlencode(_asked(form))}")
    record_access(
        by=request.user,
        action="export",
        field="涉及的党员（姓名、党支部）",
        reason="个人信息查看与导出涉及的党员",
        ip=request.META.get("REMOTE_ADDR", ""),
        row_count=len(rows),
    )
    return xlsx_response(affected_table(rows), TITLE, sheet=TITLE)
