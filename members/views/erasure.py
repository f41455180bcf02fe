"""删除或停止处理申请: asked and withdrawn by the member, decided by the branch or the committee above it."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from branch_portal.once import earlier_result, remember_result
from members.actions.erasure import (
    ask_erasure,
    erase_on_request,
    lift_stop,
    refuse_erasure,
    stop_processing,
    withdraw_erasure,
)
from members.actions.errors import ActionRefused
from members.forms.erasure import AnswerErasureForm, AskErasureForm
from members.fresh import fresh_sign_in
from members.models import ErasureRequest
from members.views.cards import crumbs
from members.views.small_forms import form_page

_FORM_METHODS = require_http_methods(["GET", "HEAD", "POST"])
_LEAD = (
    "党员名册是党组织依规必须保存的资料。仍在党支部的，可以申请停止查看和导出您的身份证件号码、电话和住址；"
    "已经离开的，可以申请删除。党支部应在十五日内答复。"
)


@_FORM_METHODS
def ask(request):
    if request.user.member_id is None:
        raise Http404
    member, me = request.user.member, reverse("members:me")
    form = AskErasureForm(request.POST if request.method == "POST" else None, user=request.user)

    def act(values) -> str:
        with transaction.atomic():
            if not earlier_result(values["submission_key"], request.user):
                ask_erasure(by=request.user, member=member, kind=values["kind"], reason=values["reason"])
                remember_result(values["submission_key"], me)
        return "已提交，党支部应在十五日内答复。"

    trail = crumbs(request, member, ("申请删除或停止处理", None))
    return form_page(request, form, title="申请删除或停止处理", act=act, back=me, trail=trail, lead=_LEAD,
                     subtitle=member.name, button="提交申请")  # fmt: skip


@require_POST
def withdraw(request, uid):
    return _by_the_member(request, uid, withdraw_erasure)


@require_POST
def lift(request, uid):
    """The member lets the branch use the data again."""
    return _by_the_member(request, uid, lift_stop)


def _by_the_member(request, uid, action):
    found = get_object_or_404(ErasureRequest.objects.visible_to(request.user), uid=uid)
    if found.member_id != request.user.member_id:
        raise PermissionDenied
    try:
        action(by=request.user, request=found)
    except ActionRefused as refused:
        messages.warning(request, str(refused))
    return redirect("members:me")


@fresh_sign_in
@_FORM_METHODS
def answer(request, uid):
    rows = ErasureRequest.objects.visible_to(request.user).select_related("member__branch")
    found = get_object_or_404(rows, uid=uid)
    if not ErasureRequest.objects.editable_by(request.user).filter(pk=found.pk).exists():
        raise PermissionDenied
    member = found.member
    form = AnswerErasureForm(
        request.POST if request.method == "POST" else None, user=request.user, has_left=member.branch is None
    )
    back = reverse("members:corrections")
    if request.method == "POST" and form.is_valid() and _answered(request, found, form):
        messages.success(request, "已答复。")
        return redirect(back)
    context = {
        "page_title": "答复删除或停止处理申请",
        "member": member,
        "form": form,
        "facts": [("申请事项", found.get_kind_display()), ("申请理由", found.reason)],
        "button": "保存答复",
        "breadcrumbs": crumbs(request, member, ("答复申请", None)),
        "back_url": back,
    }
    return render(request, "members/correction.html", context)


def _answered(request, found: ErasureRequest, form) -> bool:
    values = form.cleaned_data
    try:
        if values["decision"] == "erase":
            erase_on_request(by=request.user, request=found, reply=values["reply"])
        else:
            act = stop_processing if values["decision"] == "stop" else refuse_erasure
            act(by=request.user, request=found, clause=values["clause"], reply=values["reply"])
    except ActionRefused as refused:
        form.add_error(None, str(refused))
        return False
    return True
