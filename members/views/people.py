"""Entering and changing members: each page is one form and one action."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from branch_portal.once import OneTimeFormMixin, earlier_result, remember_result
from branch_portal.permissions import Permission
from members.actions.affiliations import exit_member, transfer_member
from members.actions.audit import note_reason
from members.actions.confirmation import confirm_member, extend_probation
from members.actions.errors import ActionRefused
from members.actions.people import create_member, update_member
from members.actions.posts import appoint, end_tenure
from members.forms.cards import AppointForm, EndTenureForm, ExitForm, TransferForm
from members.forms.confirmation import ConfirmationForm
from members.forms.people import MemberForm, NewMemberForm
from members.forms.versions import VersionForm
from members.models import PostTenure
from members.views.cards import crumbs
from members.views.small_forms import editable_or_403 as _editable_or_403
from members.views.small_forms import small_form as _small_form

_FORM_METHODS = require_http_methods(["GET", "HEAD", "POST"])


def _note_warnings(form) -> None:
    if form.warnings:
        note_reason(f"核实说明：{form.cleaned_data['warnings_reason']}")


def _enter_once(request, form: NewMemberForm) -> str | None:
    """Where the entry led, now or when this form arrived first; None when it was refused.

    The key is asked before the form is judged, because a second arrival would be refused as a duplicate of the first.
    """
    key = OneTimeFormMixin(request.POST)
    if not key.is_valid():
        return None
    with transaction.atomic():
        if earlier := earlier_result(key.cleaned_data["submission_key"], request.user):
            return earlier
        if form.is_valid():
            try:
                url = _enter(request, form)
                remember_result(key.cleaned_data["submission_key"], url)
                return url
            except ActionRefused as refused:
                form.add_error(None, str(refused))
        # Nothing was entered: the corrected form may come with the same key.
        transaction.set_rollback(True)
    return None


def _enter(request, form: NewMemberForm) -> str:
    _note_warnings(form)
    member = create_member(
        by=request.user,
        branch=form.cleaned_data["branch"],
        cell=form.cleaned_data["cell"],
        since=form.cleaned_data["since"],
        gain=form.cleaned_data["gain"],
        values=form.values(),
    )
    messages.success(request, f"已登记党员{member.name}。")
    return reverse("members:card", args=[member.uid])


@_FORM_METHODS
def new(request):
    """登记党员: sent twice, it enters one person."""
    if not request.user.may(Permission.EDIT_ROSTER):
        raise PermissionDenied
    form = NewMemberForm(request.POST if request.method == "POST" else None, user=request.user)
    if request.method == "POST" and (url := _enter_once(request, form)):
        return redirect(url)
    trail = [("工作台", reverse("workbench")), ("党员", reverse("members:roster")), ("登记党员", None)]
    return render(
        request,
        "members/member_form.html",
        {"page_title": "登记党员", "form": form, "breadcrumbs": trail, "back_url": reverse("members:roster")},
    )


@_FORM_METHODS
def edit(request, uid):
    member = _editable_or_403(request, uid)
    posted = request.POST if request.method == "POST" else None
    form = MemberForm(posted, user=request.user, member=member)
    version = VersionForm(posted, initial={"version": member.version})
    if request.method == "POST" and form.is_valid() and version.is_valid():
        try:
            _note_warnings(form)
            update_member(
                by=request.user, member=member, version=version.cleaned_data["version"], values=form.values()
            )
        except ActionRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, "已保存。")
            return redirect("members:card", uid=member.uid)
    return render(
        request,
        "members/member_form.html",
        {
            "page_title": f"修改{member.name}的信息",
            "form": form,
            "version_form": version,
            "breadcrumbs": crumbs(request, member, ("修改信息", None)),
            "back_url": reverse("members:card", args=[member.uid]),
        },
    )


@_FORM_METHODS
def transfer(request, uid):
    member = _editable_or_403(request, uid)
    form = TransferForm(request.POST or None, user=request.user, member=member)
    return _small_form(
        request,
        member,
        form,
        title="调整支部或小组",
        button="保存调整",
        tab="affiliations",
        act=lambda cleaned: transfer_member(by=request.user, member=member, **cleaned),
    )


@_FORM_METHODS
def leave(request, uid):
    member = _editable_or_403(request, uid)
    return _small_form(
        request,
        member,
        ExitForm(request.POST or None, user=request.user),
        title="登记减少",
        button="登记减少",
        tab="affiliations",
        act=lambda cleaned: exit_member(by=request.user, member=member, **cleaned),
    )


@_FORM_METHODS
def appointment(request, uid):
    member = _editable_or_403(request, uid)
    form = AppointForm(request.POST or None, user=request.user, member=member)

    def act(cleaned):
        _note_warnings(form)
        appoint(by=request.user, member=member, **form.appointment())

    return _small_form(
        request,
        member,
        form,
        title="登记任职",
        button="保存任职",
        tab="posts",
        act=act,
        template="members/appoint.html",
    )


@_FORM_METHODS
def dismissal(request, uid):
    tenures = PostTenure.objects.visible_to(request.user).select_related("member__branch", "organization")
    tenure = get_object_or_404(tenures, uid=uid)
    if not request.user.access.may(Permission.EDIT_ROSTER, tenure.organization):
        raise PermissionDenied
    return _small_form(
        request,
        tenure.member,
        EndTenureForm(request.POST or None, user=request.user),
        title=f"免去{tenure.get_post_display()}",
        button="保存免职",
        tab="posts",
        act=lambda cleaned: end_tenure(by=request.user, tenure=tenure, **cleaned),
    )


@_FORM_METHODS
def confirmation(request, uid):
    member = _editable_or_403(request, uid)

    def act(cleaned):
        shared = {"by": request.user, "member": member, "meeting_on": cleaned["meeting_on"]}
        if cleaned["outcome"] == "confirm":
            return confirm_member(on=cleaned["on"], reason=cleaned["reason"], **shared)
        return extend_probation(until=cleaned["on"], reason=cleaned["reason"], **shared)

    form = ConfirmationForm(request.POST or None, user=request.user, member=member)
    return _small_form(request, member, form, title="转正或延长预备期", button="保存", tab="basic", act=act)
