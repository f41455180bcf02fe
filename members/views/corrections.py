"""更正申请: asked and withdrawn by the member, answered by the branch."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from branch_portal.once import earlier_result, remember_result
from branch_portal.permissions import Permission
from members.actions.corrections import (
    accept_correction,
    ask_correction,
    refuse_correction,
    withdraw_correction,
)
from members.actions.errors import ActionRefused
from members.forms.corrections import (
    AnswerForm,
    CorrectionForm,
    ItemForm,
    card_with,
    item_label,
    outdated,
    shown_value,
)
from members.forms.versions import VersionForm
from members.models import CorrectionRequest
from members.queries.erasure import asked_of
from members.views.cards import crumbs, may_on

_FORM_METHODS = require_http_methods(["GET", "HEAD", "POST"])


@_FORM_METHODS
def ask(request):
    if request.user.member_id is None:
        raise Http404
    member, me = request.user.member, reverse("members:me")
    item = ItemForm(request.POST if request.method == "POST" else request.GET)
    chosen = item.values().get("field")
    form = CorrectionForm(
        request.POST if request.method == "POST" else None,
        user=request.user,
        member=member,
        initial={"field": chosen},
    )
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        key = values.pop("submission_key")
        try:
            with transaction.atomic():
                if earlier := earlier_result(key, request.user):
                    return redirect(earlier)
                ask_correction(by=request.user, member=member, **values)
                remember_result(key, me)
            messages.success(request, "已提交，党支部应在十五日内答复。")
            return redirect(me)
        except ActionRefused as refused:
            form.add_error(None, str(refused))
    return _page(request, member, form, title="申请更正", button="提交申请", back=me, item=item,
                 facts=_present(member, chosen), template="members/correction_ask.html")  # fmt: skip


def _present(member, field: str | None) -> list[tuple[str, str]]:
    """The item and what the card says now; nothing before an item was chosen."""
    if not field:
        return []
    return [("项目", item_label(field)), ("现为", shown_value(field, getattr(member, field)))]


def _page(request, member, form, *, title, button, back, **more):
    context = {
        "page_title": title,
        "member": member,
        "form": form,
        "button": button,
        "breadcrumbs": crumbs(request, member, (title, None)),
        "back_url": back,
    }
    return render(request, more.pop("template", "members/small_form.html"), context | more)


@require_POST
def withdraw(request, uid):
    found = get_object_or_404(CorrectionRequest.objects.visible_to(request.user), uid=uid)
    if found.member_id != request.user.member_id:
        raise PermissionDenied
    try:
        withdraw_correction(by=request.user, request=found)
    except ActionRefused as refused:
        messages.warning(request, str(refused))
    return redirect("members:me")


@require_safe
def queue(request):
    """Open requests of the branches whose roster one keeps or answers for, the most urgent first."""
    if not (request.user.may(Permission.EDIT_ROSTER) or request.user.may(Permission.DECIDE_ERASURE)):
        raise PermissionDenied
    rows = CorrectionRequest.objects.editable_by(request.user).open().select_related("member")
    context = {
        "page_title": "更正申请",
        "rows": [(row, item_label(row.field)) for row in rows.order_by("due_on", "pk")],
        "erasures": asked_of(request.user),
        "breadcrumbs": [("工作台", reverse("workbench")), ("更正申请", None)],
    }
    return render(request, "members/corrections.html", context)


@_FORM_METHODS
def answer(request, uid):
    found = get_object_or_404(
        CorrectionRequest.objects.visible_to(request.user).select_related("member__branch", "member__cell"),
        uid=uid,
    )
    member = found.member
    if not may_on(request, Permission.EDIT_ROSTER, member):
        raise PermissionDenied
    posted = request.POST if request.method == "POST" else None
    form, version = (
        AnswerForm(posted, user=request.user),
        VersionForm(posted, initial={"version": member.version}),
    )
    back = reverse("members:corrections")
    if (
        request.method == "POST"
        and form.is_valid()
        and version.is_valid()
        and _answered(request, found, form, version)
    ):
        messages.success(request, "已答复。")
        return redirect(back)
    facts = [("项目", item_label(found.field)), ("现为", shown_value(found.field, getattr(member, found.field))),
             ("应为", shown_value(found.field, found.proposed)), ("说明", found.note)]  # fmt: skip
    return _page(request, member, form, title="答复更正申请", button="保存答复", back=back, facts=facts,
                 version_form=version, template="members/correction.html")  # fmt: skip


def _answered(request, found, form, version) -> bool:
    reply = form.cleaned_data["reply"].strip()
    try:
        if form.cleaned_data["decision"] == "refuse":
            refuse_correction(by=request.user, request=found, item=item_label(found.field), reply=reply)
            return True
        if outdated(found.field, str(found.proposed)):
            word = shown_value(found.field, found.proposed)
            raise ActionRefused(f"代码表中的“{word}”已停用，不能按申请更正；请不采纳并告知现在可选的内容。")
        card = card_with(request.user, found.member, found.field, str(found.proposed))
        if not card.is_valid():
            raise ActionRefused("".join(error for errors in card.errors.values() for error in errors))
        values = {found.field: card.values()[found.field]}
        with transaction.atomic():
            accept_correction(by=request.user, request=found, item=item_label(found.field),
                              version=version.cleaned_data["version"], values=values, reply=reply)  # fmt: skip
    except ActionRefused as refused:
        form.add_error(None, str(refused))
        return False
    return True
