"""通知: the lists of received and sent ones, one notice as its addressee and its sender see it, and answering."""

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from branch_portal.paging import keyset_page
from branch_portal.tables import Table
from notices.actions.errors import AnswerRefused
from notices.actions.notice_answers import answer_notice, mark_notice_read
from notices.actions.notices import notice_url
from notices.forms.notices import (
    AnswerNoticeForm,
    ReceiptsFilterForm,
    ReceivedFilterForm,
    SentFilterForm,
)
from notices.models import Notice, NoticeAttachment, NoticeTarget
from notices.notice_tables import receipt_columns, received_columns, sent_columns
from notices.queries.notice_audience import audience_words, names_in_words
from notices.queries.notices import (
    has_unread,
    may_send,
    own_lines,
    receipt_rows,
    receipts_of,
    senders,
    sent_notices,
)
from notices.queries.notices import received as received_by
from notices.rules.notices import ANSWERS, answer_wish, chat_text
from notices.sections import section_tabs
from notices.views.notice_target import own_notice, sends, visible_notice

CRUMBS = [("工作台", "/"), ("通知", "/notices/")]
_BACK = {"inbox": "notices:inbox", "received": "notices:received", "workbench": "workbench"}


@require_safe
def received(request):
    """收到的通知: to oneself and to the branches whose records one keeps."""
    form = ReceivedFilterForm(request.GET)
    values, found = form.values(), received_by(request.user)
    if values.get("state") == "waiting":
        found = found.waiting()
    elif values.get("state") == "answered":
        found = found.filter(answer__isnull=False)
    page = keyset_page(found, cursor=values.get("cursor"), fields=("-sent_at", "-pk"))
    context = {
        "page_title": "收到的通知",
        "breadcrumbs": [*CRUMBS, ("收到的通知", None)],
        "tabs": section_tabs(request.user, "notices:received"),
        "form": form,
        "page": page,
        "table": Table(received_columns(), page.rows, caption="收到的通知"),
        "filtered": bool(values.get("state")),
    }
    return render(request, "notices/received.html", context)


@require_safe
def sent(request):
    """发出的通知 and drafts, of the organisations that one sends for."""
    if not may_send(request.user):
        raise PermissionDenied
    form = SentFilterForm(request.GET)
    values, found = form.values(), sent_notices(request.user)
    states = {
        "draft": found.drafts(),
        "sent": found.standing(),
        "withdrawn": found.filter(withdrawn_at__isnull=False),
    }
    found = states.get(values.get("state"), found)
    page = keyset_page(found, cursor=values.get("cursor"), fields=("-created_at", "-pk"))
    several = senders(request.user)[:2].count() > 1
    context = {
        "page_title": "发出的通知",
        "breadcrumbs": [*CRUMBS, ("发出的通知", None)],
        "tabs": section_tabs(request.user, "notices:sent"),
        "form": form,
        "page": page,
        "table": Table(sent_columns(several=several), page.rows, caption="发出的通知"),
        "filtered": bool(values.get("state")),
    }
    return render(request, "notices/sent.html", context)


@require_safe
def notice(request, uid):
    """The text with its answers for an addressee; receipts and what may be done for the sender."""
    row = visible_notice(request, uid)
    mine = sends(request, row)
    if row.is_draft:
        return redirect("notices:notice-send", row.uid)
    files = NoticeAttachment.objects.visible_to(request.user).kept().filter(notice=row)
    context = {
        "page_title": row.title,
        "breadcrumbs": [*CRUMBS, (row.title, None)],
        "notice": row,
        "mine": mine,
        "shown": mine or not row.is_withdrawn,
        "wish": answer_wish(row.wanted, row.deadline),
        "lines": own_lines(request.user, row),
        "unread": has_unread(request.user, row),
        "files": files,
        "back": "",
        **(_sender_context(row) if mine else {}),
    }
    return render(request, "notices/notice.html", context)


def _sender_context(row: Notice) -> dict:
    stands = receipts_of(row)
    return {
        "stats": stands.tiles(row),
        "unanswered": stands.unanswered if row.wants_answer else 0,
        "audience": audience_words(row),
        "chat": chat_text(
            sender=str(row.organization),
            title=row.title,
            text=row.text,
            wanted=row.wanted,
            deadline=row.deadline,
            address=settings.PORTAL_BASE_URL.rstrip("/") + notice_url(row),
            names=names_in_words(row.organization, row.title, row.text),
        ),
    }


@require_safe
def receipts(request, uid):
    """答复情况: who has answered what and who has not, for the sender alone."""
    row = own_notice(request, uid)
    if row.is_draft:
        return redirect("notices:notice-send", row.uid)
    form = ReceiptsFilterForm(request.GET, answers=ANSWERS[row.wanted])
    values = form.values()
    found, order = receipt_rows(row)
    if values.get("state") == "unanswered":
        found = found.unanswered()
    elif values.get("state"):
        found = found.filter(answer__answer=values["state"])
    page = keyset_page(found, cursor=values.get("cursor"), fields=order, size=50)
    context = {
        "page_title": "答复情况",
        "breadcrumbs": [*CRUMBS, (row.title, notice_url(row)), ("答复情况", None)],
        "notice": row,
        "form": form,
        "page": page,
        "table": Table(receipt_columns(row), page.rows, caption="答复情况"),
    }
    return render(request, "notices/notice_receipts.html", context)


@require_POST
def answer(request, uid):
    """One tap: 参加, 请假 or 已阅, from the notice, the inbox or the workbench."""
    found = NoticeTarget.objects.editable_by(request.user).select_related("notice")
    target = get_object_or_404(found, uid=uid)
    form = AnswerNoticeForm(request.POST, user=request.user)
    form.is_valid()
    back = _BACK.get(form.cleaned_data.get("back", ""))
    where = reverse(back) if back else notice_url(target.notice)
    if form.errors:
        messages.error(request, next(iter(form.errors.values()))[0])
        return redirect(where)
    values = form.cleaned_data
    try:
        row = answer_notice(by=request.user, target=target, answer=values["answer"], reason=values["reason"])
        messages.success(request, f"已答复：{row.get_answer_display()}。")
    except AnswerRefused as error:
        messages.error(request, str(error))
    return redirect(where)


@require_POST
def read(request, uid):
    """标为已读: one's own messages about the notice."""
    row = visible_notice(request, uid)
    mark_notice_read(by=request.user, notice=row)
    return redirect(notice_url(row))
