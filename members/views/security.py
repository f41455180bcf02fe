"""账号安全: one's own sign-ins, second step and what happened to the account."""

import segno
from django.conf import settings
from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from members.actions.errors import ActionRefused
from members.actions.secret_brake import code_was_wrong, was_right
from members.actions.sessions import end_session, end_sessions
from members.actions.two_step import renew_recovery_codes, turn_off, turn_on
from members.forms.sign_in import EnrolForm
from members.fresh import fresh_sign_in
from members.queries.own_account import events_of, second_step_of, sessions_of
from members.rules.one_time_codes import phone_address
from members.session_state import note_second_step, session_key

_TRAIL = ("账号安全", "accounts:security")


def _crumbs(*more):
    words, route = _TRAIL
    return [("工作台", reverse("workbench")), (words, reverse(route) if more else None), *more]


def _obliged(request) -> bool:
    """Whether this account has to have a second step."""
    return settings.PORTAL_STAFF_TOTP and request.user.is_staff


@require_safe
def security(request):
    device, codes_left = second_step_of(request.user)
    context = {
        "page_title": "账号安全",
        "device": device,
        "codes_left": codes_left,
        "obliged": _obliged(request),
        "sessions": [
            (session, session.session_key == session_key(request)) for session in sessions_of(request.user)
        ],
        "events": events_of(request.user),
        "breadcrumbs": _crumbs(),
    }
    return render(request, "members/security.html", context)


@require_POST
def session_end(request, uid):
    """退出 one of one's own sign-ins; this one has a button of its own."""
    session = get_object_or_404(sessions_of(request.user), uid=uid)
    end_session(by=request.user, session=session)
    messages.success(request, "已退出该设备。")
    return redirect("accounts:security")


@require_POST
def sessions_end(request):
    ended = end_sessions(by=request.user, user=request.user, keep_session=session_key(request))
    messages.success(request, f"已退出其他 {ended} 处登录。" if ended else "没有其他登录。")
    return redirect("accounts:security")


@never_cache
@fresh_sign_in
@require_http_methods(["GET", "HEAD", "POST"])
def totp(request):
    """Turn the second step on, or move it to a new phone. Nothing is stored before the first code was right."""
    form = EnrolForm(request.POST if request.method == "POST" else None, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            codes = turn_on(
                by=request.user,
                secret=form.secret,
                typed=form.cleaned_data["code"],
                keep_session=session_key(request),
            )
        except ActionRefused as refused:
            code_was_wrong(request.user)
            form.add_error("code", str(refused))
        else:
            was_right(form.guards, user=request.user)
            note_second_step(request)
            return _codes_page(request, codes)
    context = {
        "page_title": "开启两步验证",
        "form": form,
        "obliged": _obliged(request),
        "picture": _picture(form.secret, request.user),
        "secret": " ".join(form.secret[at : at + 4] for at in range(0, len(form.secret), 4)),
        "replaces": second_step_of(request.user)[0] is not None,
        "breadcrumbs": _crumbs(("两步验证", None)),
    }
    return render(request, "members/totp.html", context, status=429 if form.throttled else 200)


@never_cache
@fresh_sign_in
@require_POST
def totp_codes(request):
    """Ten new recovery codes, shown once."""
    try:
        return _codes_page(request, renew_recovery_codes(by=request.user))
    except ActionRefused as refused:
        messages.error(request, str(refused))
        return redirect("accounts:security")


@fresh_sign_in
@require_POST
def totp_off(request):
    """Off, for those who need not have it; the others move it to a new phone instead."""
    if _obliged(request):
        messages.error(request, "您的账号必须使用两步验证，换手机请用“更换手机”。")
        return redirect("accounts:security")
    try:
        turn_off(by=request.user, user=request.user, reason="本人关闭")
    except ActionRefused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, "两步验证已关闭。")
    return redirect("accounts:security")


def _codes_page(request, codes: list[str]):
    # Shown in this answer only: a redirect would have to keep them somewhere.
    context = {"page_title": "恢复码", "codes": codes, "breadcrumbs": _crumbs(("恢复码", None))}
    return render(request, "members/recovery_codes.html", context)


def _picture(secret: str, user) -> str:
    """The QR code as the address of a picture, which the policy allows where inline markup would need trust."""
    address = phone_address(secret, username=user.username, issuer=settings.PORTAL_NAME)
    return segno.make(address, error="m", micro=False).svg_data_uri(scale=5, border=2)
