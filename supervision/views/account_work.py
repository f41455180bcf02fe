"""停用、启用、解除暂停、结束登录、关闭两步验证: each with a reason, each told or written down."""

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from members.actions.account_state import (
    disable_account,
    enable_account,
    sign_out_everywhere,
    unlock_account,
)
from members.actions.errors import ActionRefused
from members.actions.two_step import turn_off
from members.fresh import fresh_sign_in
from supervision.forms.accounts import AccountReasonForm
from supervision.views.access import admin_context
from supervision.views.accounts import (
    TITLE,
    account_or_404,
    keepers,
    may_guard,
    may_manage,
    may_switch,
    sees_names,
)


@dataclass(frozen=True)
class Work:
    """One thing that may be done to another one's account."""

    title: str
    lead: str
    done: str
    act: Callable
    #: Whether it is done by who opens and closes accounts, or by who guards them.
    allowed: Callable = may_guard


WORKS = {
    "disable": Work("停用账号", "停用后马上退出全部登录，不能再登录；账号和记录都保留，可以重新启用。", "账号已停用。", disable_account, may_switch),
    "enable": Work("启用账号", "启用后可以用原来的密码登录；忘记密码的，请再生成链接。", "账号已启用。", enable_account, may_switch),
    "unlock": Work("解除暂停", "请先确认是本人多次输错，不是别人在猜密码。", "已解除，可以马上登录。", unlock_account),
    "sign-out": Work("结束全部登录", "在所有设备上退出这个账号，本人需要重新登录。", "已结束全部登录。", sign_out_everywhere),
    "totp-off": Work(
        "关闭两步验证",
        "只在本人手机丢失、恢复码也没有时办理。请当面或打电话确认是本人。关闭后退出全部登录，并通知本人。",
        "两步验证已关闭，已通知本人。",
        turn_off,
    ),
}  # fmt: skip


@keepers
@fresh_sign_in
@require_http_methods(["GET", "HEAD", "POST"])
def work(request, uid, what: str):
    user = account_or_404(request, uid)
    if what not in WORKS:
        raise Http404
    if not (may_manage(request, user) and WORKS[what].allowed(request)):
        raise PermissionDenied
    chosen, back = WORKS[what], reverse("supervision:account", args=[user.uid])
    form = AccountReasonForm(request.POST if request.method == "POST" else None, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            chosen.act(by=request.user, user=user, reason=form.cleaned_data["reason"])
        except ActionRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, chosen.done)
            return redirect(back)
    name = user.display_name if sees_names(request) else user.username
    context = admin_context(
        request,
        title=f"{chosen.title}：{name}",
        crumbs=[(TITLE, reverse("supervision:accounts")), (name, back), (chosen.title, None)],
        form=form,
        lead=chosen.lead,
        button=chosen.title,
        back_url=back,
    )
    return render(request, "supervision/account_form.html", context)
