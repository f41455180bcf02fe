"""日历订阅: the page of one's addresses, and the addresses themselves, which know no session."""

from hashlib import sha256
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from branch_portal.once import earlier_result, remember_result
from members.actions.secret_brake import is_spent, may_try
from notices.actions.feeds import (
    MAX_FETCHES,
    WINDOW,
    FeedRefused,
    TooOften,
    feed_for_fetch,
    may_have,
    open_feed,
    revoke_feed,
    was_a_feed,
)
from notices.forms.feeds import FeedForm
from notices.models import CalendarFeed
from notices.queries.feeds import branches_to_follow, entries_of, feed_name, open_feeds
from notices.rules.ical import calendar_text

#: Wrong addresses are counted by network.
_GUARDED = "calendar address"
_BUSY = "取用过于频繁，请一小时后再试。\n"


@require_http_methods(["GET", "HEAD", "POST"])
def feeds(request):
    """One's addresses; a new one is shown once, on the answer to the press that made it."""
    form = _form(request, request.POST or None)
    if request.method == "POST" and form.is_valid():
        if earlier := earlier_result(form.cleaned_data["submission_key"], request.user):
            messages.info(request, "地址已经建立，只显示一次。没有记下的，请“更换地址”。")
            return redirect(earlier)
        try:
            token = open_feed(by=request.user, branch=form.branch)
        except FeedRefused as refused:
            form.add_error(None, str(refused))
        else:
            remember_result(form.cleaned_data["submission_key"], reverse("notices:feeds"))
            return _page(request, _form(request), token)
    return _page(request, form)


@require_POST
def renew(request, uid):
    """更换地址: the old one is dead from this moment."""
    feed = get_object_or_404(CalendarFeed.objects.editable_by(request.user).open(), uid=uid)
    try:
        token = open_feed(by=request.user, branch=feed.branch)
    except FeedRefused as refused:
        messages.error(request, str(refused))
        return redirect("notices:feeds")
    return _page(request, _form(request), token)


@require_POST
def revoke(request, uid):
    """停用."""
    feed = get_object_or_404(CalendarFeed.objects.editable_by(request.user).open(), uid=uid)
    revoke_feed(by=request.user, feed=feed)
    messages.success(request, "订阅地址已停用，已订阅的日历不再更新。")
    return redirect("notices:feeds")


@login_not_required
@require_safe
def calendar(request, token: str):
    """The feed: whoever holds the address reads what its owner may see now. Unknown, revoked and dead are the same 404."""
    ip = request.META.get("REMOTE_ADDR", "")
    if is_spent(_GUARDED, ip=ip):
        return _busy()
    try:
        feed = feed_for_fetch(token=token)
    except TooOften:
        return _busy()
    if feed is None:
        if not was_a_feed(token):
            may_try(_GUARDED, ip=ip)
        raise Http404("feed")
    host = urlsplit(settings.PORTAL_BASE_URL).hostname or "branch-portal"
    body = calendar_text(entries_of(feed), name=feed_name(feed), host=host)
    response = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    response.headers["ETag"] = etag = f'"{sha256(body).hexdigest()[:32]}"'
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Content-Disposition"] = 'inline; filename="calendar.ics"'
    return get_conditional_response(request, etag=etag, response=response)


def _busy() -> HttpResponse:
    busy = HttpResponse(_BUSY, status=429, content_type="text/plain; charset=utf-8")
    busy.headers["Retry-After"] = str(int(WINDOW.total_seconds()))
    return busy


def _form(request, data=None) -> FeedForm:
    return FeedForm(
        data,
        user=request.user,
        own=may_have(request.user, None),
        branches=branches_to_follow(request.user),
    )


def _page(request, form: FeedForm, token: str = ""):
    address = request.build_absolute_uri(reverse("feed", args=[token])) if token else ""
    rows = [
        {"feed": feed, "name": f"支部日历：{feed.branch}" if feed.branch else "我的日历",
         "dead": not may_have(request.user, feed.branch)}
        for feed in open_feeds(request.user)
    ]  # fmt: skip
    context = {
        "page_title": "日历订阅",
        "breadcrumbs": [("工作台", "/"), ("日历", reverse("activities:calendar")), ("日历订阅", None)],
        "form": form,
        "rows": rows,
        "address": address,
        "max_fetches": MAX_FETCHES,
        "may_make": bool(form.fields["of"].choices),
    }
    return render(request, "notices/feeds.html", context)
