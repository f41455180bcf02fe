"""签到: the printed sheet, the live screen with the rotating code, and the page that the code leads to."""

import datetime

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core import signing
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from activities.actions.signin import (
    NotListed,
    NotToday,
    SignInClosed,
    close_sign_in,
    keep_sheet,
    open_sign_in,
    sign_in,
    signing_key,
)
from activities.forms.leave import LiveForm, SignInForm
from activities.models import RollSheet, SignIn
from activities.queries.leave import (
    is_listed,
    is_open,
    list_of_day,
    opening_by_code,
    opening_of,
    signed_in,
)
from activities.queries.records import first_record
from activities.queries.subjects import gathering_url
from activities.rules.kinds import KINDS
from activities.rules.qr import qr_path
from activities.rules.signin import code_is_current, is_late, read_token, slot_of, write_token
from activities.views.shares import loggable_share
from members.actions.secret_brake import is_spent, may_try

#: A page that was opened, or a login that was begun, while the code was fresh may be finished for so long.
GRACE_SECONDS = 600
_COOKIE = "sign_in_seen"
_SALT = "activities.sign_in.seen"
_GUARDED = "sign-in code"
SHOWN = 12

REFUSALS = {
    "unknown": (404, "二维码无效", "请再扫一次会场屏幕上的二维码；还不行的，请在纸质签到表上签名。"),
    "old": (410, "二维码已更新", "屏幕上的二维码每 20 秒换一次，请再扫一次。"),
    "often": (429, "请稍后再试", "无效的二维码太多，请 15 分钟后再试，或在纸质签到表上签名。"),
    "closed": (410, "签到没有开放", "这次签到已经结束或还没有开始。已经到会的，请告诉支部书记，由书记登记。"),
    "stranger": (
        403,
        "名单里没有您",
        "这次活动的应到名单里没有您。请核对是不是扫了别的活动的二维码；如有疑问，请联系本支部书记。",
    ),
}


@require_POST
def print_sheet(request, uid):
    """Keep the list as it is now, and show its paper."""
    sheet = keep_sheet(by=request.user, share=loggable_share(request, uid))
    return redirect("activities:roll-sheet", uid=sheet.uid)


@require_safe
def sheet(request, uid):
    """The paper: the list as it was kept, with its code."""
    kept = get_object_or_404(
        RollSheet.objects.visible_to(request.user).select_related(
            "share__gathering", "share__branch", "share__cell"
        ),
        uid=uid,
    )
    share = kept.share
    context = {
        "page_title": f"{share.gathering.theme} 签到表",
        "sheet": kept,
        "share": share,
        "gathering": share.gathering,
        "kind": KINDS[first_record(share).kind].label,
        "rows": [{"number": number, "name": name} for number, (_, name) in enumerate(kept.rows, start=1)],
        "back_url": gathering_url(share),
    }
    return render(request, "activities/roll_sheet_print.html", context)


@require_POST
def open_view(request, uid):
    """开启扫码签到, for a gathering of today."""
    share = loggable_share(request, uid)
    try:
        open_sign_in(by=request.user, share=share)
    except NotToday:
        messages.error(request, "扫码签到只能在活动当天开启。")
        return redirect(gathering_url(share))
    return redirect("activities:sign-in-screen", uid=share.uid)


@require_POST
def close_view(request, uid):
    """结束扫码签到."""
    share = loggable_share(request, uid)
    close_sign_in(by=request.user, share=share)
    messages.success(request, "扫码签到已结束。记录活动时会按签到情况预填，请核对。")
    return redirect(gathering_url(share))


@never_cache
@require_safe
def screen(request, uid):
    """The live screen for the wall: the code, how many are in, the latest names."""
    share = loggable_share(request, uid)
    context = {"page_title": "扫码签到", "share": share, **_live(request, share)}
    return render(request, "activities/sign_in_screen.html", context)


@never_cache
@require_safe
def live(request, uid):
    """The changing part of it; 204 while nothing has changed."""
    share = loggable_share(request, uid)
    opening = opening_of(share)
    seen = f"{slot_of(timezone.now())}-{signed_in(share).count()}-{bool(opening and opening.closed_at)}"
    if LiveForm(request.GET).values().get("seen") == seen:
        return HttpResponse(status=204)
    return render(request, "activities/_sign_in_live.html", {"share": share, **_live(request, share)})


def _live(request, share) -> dict:
    now, opening = timezone.now(), opening_of(share)
    rows = list(signed_in(share))
    is_running = opening is not None and is_open(opening, now)
    qr = None
    if is_running:
        path = reverse("activities:sign-in", args=[write_token(signing_key(), opening.uid, now)])
        qr = qr_path(request.build_absolute_uri(path))
    return {
        "qr": qr,
        "running": is_running,
        "count": len(rows),
        "expected": sum(person.status != "exempt" for person in list_of_day(share)),
        "latest": [
            {
                "name": row.member.name,
                "at": row.signed_at,
                "late": is_late(row.signed_at, share.gathering.started_at),
            }
            for row in rows[:SHOWN]
        ],
        "seen": f"{slot_of(now)}-{len(rows)}-{bool(opening and opening.closed_at)}",
    }


@never_cache
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in_page(request, token: str):
    """What the QR leads to. Who is not logged in is sent to log in and comes back here; the way there may take its time,
    because a signed cookie of this browser remembers that the code was fresh when it was scanned."""
    if not request.user.is_authenticated:
        return _to_login(request, token)
    refusal, opening = _refusal(request, token)
    if refusal:
        return _refused(request, refusal)
    existing = (
        SignIn.objects.visible_to(request.user)
        .filter(share=opening.share, member_id=request.user.member_id)
        .first()
    )
    if request.method == "POST" and existing is None:
        try:
            existing = sign_in(by=request.user, opening=opening)
        except SignInClosed:
            return _refused(request, "closed")
        except NotListed:
            return _refused(request, "stranger")
    context = {
        "page_title": "签到",
        "gathering": opening.share.gathering,
        "signed": existing,
        "seen": _write_seen(token, request.user.pk),
    }
    return render(request, "activities/sign_in.html", context)


def _refusal(request, token: str):
    """(why not, the opening). A stranger learns no more than that the list is another's."""
    read, now = read_token(token), timezone.now()
    if read and is_spent(_GUARDED, user=request.user):
        return "often", None
    opening = opening_by_code(read.opening) if read else None
    if opening is None:
        if read:
            may_try(_GUARDED, user=request.user)
        return "unknown", None
    fresh = code_is_current(signing_key(), read, now)
    if not fresh and not _was_fresh(request, token, read):
        may_try(_GUARDED, user=request.user)
        return "old", None
    if not is_open(opening, now):
        return "closed", None
    return ("", opening) if is_listed(opening.share, request.user.member_id) else ("stranger", None)


def _was_fresh(request, token: str, read) -> bool:
    """This very browser (before logging in) or page (of this user) saw the code while it was fresh, minutes ago at most."""
    form = SignInForm(request.POST or None, user=request.user)
    posted = form.cleaned_data["seen"] if form.is_valid() else ""
    if posted and _read_seen(posted) == f"{token}:{request.user.pk}":
        return True
    try:
        seen = request.get_signed_cookie(_COOKIE, salt=_SALT, max_age=GRACE_SECONDS)
    except (KeyError, signing.BadSignature):
        return False
    scanned, _, at = seen.partition("@")
    moment = datetime.datetime.fromtimestamp(int(at), datetime.UTC)
    return scanned == token and code_is_current(signing_key(), read, moment)


def _write_seen(token: str, user_pk: int) -> str:
    return signing.TimestampSigner(salt=_SALT).sign(f"{token}:{user_pk}")


def _read_seen(text: str) -> str:
    try:
        return signing.TimestampSigner(salt=_SALT).unsign(text, max_age=GRACE_SECONDS)
    except signing.BadSignature:
        return ""


def _to_login(request, token: str):
    """The same answer for every token: to the login page, with a note in this browser of when it was scanned."""
    answer = redirect_to_login(request.get_full_path())
    if read_token(token) is not None:
        answer.set_signed_cookie(
            _COOKIE,
            f"{token}@{int(timezone.now().timestamp())}",
            salt=_SALT,
            max_age=GRACE_SECONDS,
            httponly=True,
            samesite="Lax",
            secure=settings.SESSION_COOKIE_SECURE,
        )
    return answer


def _refused(request, why: str):
    status, title, text = REFUSALS[why]
    return render(
        request, "activities/sign_in_refused.html", {"page_title": title, "text": text}, status=status
    )
