"""涉及的党员: whose personal data the listed looks and exports reached, for the notice that a leak calls for (PIPL §57)."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from branch_portal.paging import keyset_page
from branch_portal.permissions import Permission
from branch_portal.tables import xlsx_response
from members.fresh import fresh_sign_in
from supervision.forms.audit import AccessFilter
from supervision.queries.accesses import people_seen
from supervision.tables.audit import affected_table
from supervision.views.access import admin_context, committee_page_for, note_export
from supervision.views.audit import EXPORTED, asked_accesses, given

TITLE = "涉及的党员"
roster_readers = committee_page_for(Permission.VIEW_ROSTER)


@roster_readers
@require_safe
def affected(request):
    form = AccessFilter(request.GET)
    page = keyset_page(
        people_seen(user=request.user, **asked_accesses(form)),
        cursor=form.values()["cursor"],
        fields=("name_pinyin", "pk"),
    )
    accesses = reverse("supervision:audit-access")
    context = admin_context(
        request,
        title=TITLE,
        crumbs=[("修改记录", reverse("supervision:audit")), ("个人信息查看与导出", accesses), (TITLE, None)],
        form=form,
        page=page,
        table=affected_table(page.rows),
        export_url=f"{reverse('supervision:audit-affected-export')}?{given(form)}",
    )
    return render(request, "supervision/audit_affected.html", context)


@roster_readers
@fresh_sign_in
@require_safe
def affected_export(request):
    """The list to tell them from; that it was taken out is written down."""
    form = AccessFilter(request.GET)
    rows = list(people_seen(user=request.user, **asked_accesses(form)).in_list_order()[: EXPORTED + 1])
    if len(rows) > EXPORTED:
        messages.error(request, f"涉及超过 {EXPORTED} 人，请缩小时间或写明查看人，分几次导出。")
        return redirect(f"{reverse('supervision:audit-affected')}?{given(form)}")
    note_export(
        request, field="涉及的党员（姓名、党支部）", reason="个人信息查看与导出涉及的党员", count=len(rows)
    )
    return xlsx_response(affected_table(rows), TITLE, sheet=TITLE)
