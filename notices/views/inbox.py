"""通知: the inbox, one message, and marking as read. Reading a page changes nothing; a button does."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from branch_portal.paging import keyset_page
from branch_portal.permissions import Permission
from notices.actions.inbox import mark_all_read, mark_read
from notices.forms.inbox import InboxFilter
from notices.queries.inbox import INBOX_ORDER, inbox_kinds, inbox_of, unread_count
from notices.queries.notices import attach_notices
from notices.queries.receipts import ways_told
from notices.sections import section_tabs

_HOME = ("工作台", "/")


@require_safe
def inbox(request):
    form = InboxFilter(request.GET, kinds=inbox_kinds(request.user))
    asked = form.values()
    read, kind = asked.get("read") or "", asked.get("kind") or ""
    found = inbox_of(request.user, read=read, kind=kind)
    page = keyset_page(found, cursor=asked.get("cursor"), fields=INBOX_ORDER)
    attach_notices(request.user, page.rows)
    context = {
        "page_title": "通知",
        "breadcrumbs": [_HOME, ("通知", None)],
        "page": page,
        "form": form,
        "filtered": bool(read or kind),
        "unread": unread_count(request.user),
        "may_set": request.user.may(Permission.CONFIGURE)
        or request.user.may(Permission.MANAGE_ORGANIZATIONS),
        "tabs": section_tabs(request.user, "notices:inbox"),
    }
    return render(request, "notices/inbox.html", context)


@require_safe
def message(request, pk):
    found = get_object_or_404(inbox_of(request.user), pk=pk)
    attach_notices(request.user, [found])
    context = {
        "page_title": found.slot.title,
        "breadcrumbs": [_HOME, ("通知", reverse("notices:inbox")), (found.slot.title, None)],
        "message": found,
        "ways": ways_told(found),
    }
    return render(request, "notices/message.html", context)


@require_POST
def open_link(request, pk):
    """查看: mark as read and go to what the message is about."""
    found = get_object_or_404(inbox_of(request.user), pk=pk)
    mark_read(by=request.user, delivery=found)
    link = found.slot.link
    if link.startswith("/") and url_has_allowed_host_and_scheme(link, allowed_hosts=None):
        return redirect(link)
    return redirect("notices:message", pk=found.pk)


@require_POST
def read(request, pk):
    """已阅."""
    mark_read(by=request.user, delivery=get_object_or_404(inbox_of(request.user), pk=pk))
    return redirect("notices:inbox")


@require_POST
def read_all(request):
    """全部标为已阅."""
    count = mark_all_read(by=request.user)
    messages.success(request, f"已将 {count} 条通知标为已阅。" if count else "没有未读通知。")
    return redirect("notices:inbox")
