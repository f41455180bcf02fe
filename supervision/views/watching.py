"""What the pages on who needs help share: links that keep the filter, and taking out a list of people with a reason."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import content_disposition_header

from branch_portal.dates import today_shanghai
from branch_portal.tables import Table, xlsx_bytes
from members.forms.roster import TakeOutForm
from members.models import PartyOrganization
from supervision.queries.subtree import Child
from supervision.views.access import admin_context, note_export
from supervision.views.paging import NumberedPage

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def child_link(page: NumberedPage) -> Callable[[Child], str]:
    """The same page for an organisation below, from its first page on."""
    return lambda child: page.link(organization=child.uid)


def branch_link(page: NumberedPage, **changes) -> Callable[[PartyOrganization], str]:
    return lambda branch: page.link(branch=branch.uid, **changes)


def take_out(
    request: HttpRequest,
    *,
    title: str,
    back_url: str,
    crumbs: list[tuple[str, str | None]],
    root: PartyOrganization | None,
    table: Table,
) -> HttpResponse:
    """Ask why, record who took how many names out and why, and give the file."""
    form = TakeOutForm(request.POST if request.method == "POST" else None, user=request.user)
    if request.method == "POST" and form.is_valid():
        note_export(
            request,
            field=f"{title}名单",
            reason=form.cleaned_data["reason"],
            count=len(table.rows),
            root=root,
        )
        return _file(request, table, title, form.cleaned_data["reason"])
    context = admin_context(
        request, title=f"导出{title}名单", crumbs=crumbs, form=form, count=len(table.rows), back_url=back_url
    )
    return render(request, "supervision/take_out.html", context)


def _file(request: HttpRequest, table: Table, title: str, reason: str) -> HttpResponse:
    """The list, and on its second sheet and in the printed foot who took it out, when and why."""
    headers, rows = table.export_rows()
    notes = [
        ("导出人", request.user.display_name),
        ("导出时间", timezone.now()),
        ("导出事由", reason),
        ("人数", len(rows)),
    ]
    response = HttpResponse(xlsx_bytes(headers, rows, sheet="名单", notes=notes), content_type=_XLSX)
    name = f"{title}名单{today_shanghai():%Y%m%d}.xlsx"
    response.headers["Content-Disposition"] = content_disposition_header(True, name)
    return response
