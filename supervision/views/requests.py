"""工作要求 on the committee's side: the list, one request with its answers, and what is done with it after sending."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from branch_portal.dates import to_local
from branch_portal.paging import keyset_page
from branch_portal.permissions import Permission
from branch_portal.tables import xlsx_bytes, xlsx_response
from supervision.actions.request_errors import WorkRefused
from supervision.actions.requests import (
    close_request,
    discard_request,
    remind_branches,
    withdraw_request,
)
from supervision.forms.requests import RequestListForm, TargetListForm, WithdrawRequestForm
from supervision.models import WorkRequest
from supervision.queries.collected import all_rows, collected, source_words
from supervision.queries.requests import audience_words, standing_of, target_rows, visible_requests
from supervision.tables.requests import collected_table, request_url, requests_table
from supervision.views.access import admin_context, committee_page_for
from supervision.views.request_access import HOME, TITLE, is_own, own_request, visible_request

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
requests_page = committee_page_for(Permission.REQUEST_WORK)


def download(content: bytes, filename: str) -> HttpResponse:
    response = HttpResponse(content, content_type=XLSX)
    response.headers["Content-Disposition"] = content_disposition_header(True, f"{filename}.xlsx")
    return response


def _listed(request, form: RequestListForm):
    found, state = visible_requests(request.user), form.values().get("state")
    return found.filter(state=state) if state else found


@requests_page
@require_safe
def requests(request):
    """What was asked, and drafts: the newest first."""
    form = RequestListForm(request.GET)
    order = ("-created_at", "-pk")
    page = keyset_page(_listed(request, form), cursor=form.values().get("cursor"), fields=order)
    context = admin_context(
        request,
        title=TITLE,
        crumbs=[(TITLE, None)],
        form=form,
        page=page,
        table=requests_table(page.rows),
        export_url=reverse("supervision:requests-export"),
        filtered=bool(form.values().get("state")),
    )
    return render(request, "supervision/requests.html", context)


@requests_page
@require_safe
def requests_export(request):
    form = RequestListForm(request.GET)
    rows = _listed(request, form).order_by("-created_at", "-pk")[:5000]
    return xlsx_response(requests_table(rows), TITLE, sheet=TITLE)


@requests_page
@require_safe
def work_request(request, uid):
    """One request: how its answers stand, and the answers themselves, the missing ones first."""
    work = visible_request(request, uid)
    mine = is_own(request, work)
    if work.is_draft and mine:
        return redirect("supervision:request-send", work.uid)
    form = TargetListForm(request.GET)
    found, order = target_rows(work)
    page = keyset_page(_narrowed(found, form), cursor=form.values().get("cursor"), fields=order, size=50)
    fields = list(work.fields.all())
    context = admin_context(
        request,
        title=work.title,
        crumbs=[(TITLE, reverse(HOME)), (work.title, None)],
        work=work,
        mine=mine,
        form=form,
        page=page,
        audience=audience_words(work),
        standing=standing_of(work),
        fields=[(field, source_words(field, work)) for field in fields],
        table=collected_table(collected(request.user, work, fields, page.rows), fields),
        export_url=reverse("supervision:request-export", args=[work.uid]),
    )
    return render(request, "supervision/request.html", context)


def _narrowed(found, form: TargetListForm):
    state = form.values().get("state")
    if state == "missing":
        return found.waiting()
    if state == "answered":
        return found.exclude(state__in=found.model.OPEN)
    if state == "doubt":
        return found.filter(pk__in=found.filter(answers__doubt__gt="").values("pk"))
    return found


@requests_page
@require_safe
def request_export(request, uid):
    """The answers as one workbook, also before everyone has answered; its second sheet names the sources."""
    work = visible_request(request, uid)
    fields = list(work.fields.all())
    headers, rows = collected_table(all_rows(request.user, work, fields), fields).export_rows()
    notes = [
        ("要求", work.title),
        ("提出要求的党组织", work.organization.name),
        ("截止时间", f"{to_local(work.deadline):%Y-%m-%d %H:%M}"),
        ("导出人", request.user.display_name),
        ("导出时间", f"{to_local(timezone.now()):%Y-%m-%d %H:%M}"),
        *((field.label, source_words(field, work)) for field in fields),
    ]
    streamed = (
        len(rows) > 2000
    )  # one row at a time, so that a whole county's answers do not stand in memory twice
    book = xlsx_bytes(headers, rows, sheet="填报汇总", notes=notes, streamed=streamed)
    return download(book, f"{work.title}填报汇总")


@requests_page
@require_POST
def remind(request, uid):
    """提醒未填报的: one click, at most once a day."""
    work = own_request(request, uid)
    try:
        count = remind_branches(by=request.user, request=work)
        messages.success(request, f"已提醒未填报的 {count} 个党支部，已填报的不再打扰。")
    except WorkRefused as error:
        messages.error(request, str(error))
    return redirect(request_url(work))


@requests_page
@require_http_methods(["GET", "HEAD", "POST"])
def close(request, uid):
    """办结: asked once more, because nothing is taken afterwards."""
    work = own_request(request, uid)
    if not work.is_open:
        return redirect(request_url(work))
    if request.method == "POST":
        return _done(request, work, lambda: close_request(by=request.user, request=work), "已办结。")
    standing = standing_of(work)
    missing = standing["waiting"] + standing["returned"]
    text = f"还有 {missing} 个党支部没有填报。" if missing else "应填报的党支部都已填报。"
    context = _step_context(request, work, "办结", f"{text}办结后不再接收填报，也不再提醒。")
    return render(request, "supervision/request_step.html", context)


@requests_page
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request, uid):
    """撤回 with the reason."""
    work = own_request(request, uid)
    if not work.is_open:
        return redirect(request_url(work))
    form = WithdrawRequestForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        return _done(
            request,
            work,
            lambda: withdraw_request(by=request.user, request=work, reason=reason),
            "已撤回，还没有送出的提醒不再发送。",
        )
    text = "撤回后党支部不用再填报；已经填报的内容仍然保存，下次不必再问。"
    return render(
        request, "supervision/request_step.html", _step_context(request, work, "撤回", text, form=form)
    )


@requests_page
@require_POST
def discard(request, uid):
    """删除草稿."""
    work = own_request(request, uid)
    try:
        discard_request(by=request.user, request=work)
        messages.success(request, "草稿已删除。")
    except WorkRefused as error:
        messages.error(request, str(error))
        return redirect(request_url(work))
    return redirect(HOME)


def _done(request, work: WorkRequest, change, words: str):
    try:
        change()
        messages.success(request, words)
    except WorkRefused as error:
        messages.error(request, str(error))
    return redirect(request_url(work))


def _step_context(request, work: WorkRequest, label: str, text: str, form=None) -> dict:
    return admin_context(
        request,
        title=f"{label}：{work.title}",
        crumbs=[(TITLE, reverse(HOME)), (work.title, request_url(work)), (label, None)],
        text=text,
        label=label,
        form=form,
        back_url=request_url(work),
    )
