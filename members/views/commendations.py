"""表彰 on the card: list, add, change, remove."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from branch_portal.once import earlier_result, remember_result
from branch_portal.permissions import Permission
from members.actions.commendations import add_commendation, change_commendation, remove_commendation
from members.actions.errors import ActionRefused
from members.forms.commendations import CommendationForm, RemovalForm
from members.forms.versions import VersionForm
from members.models import Commendation
from members.views.cards import crumbs, may_on, member_or_404

_FORM_METHODS = require_http_methods(["GET", "HEAD", "POST"])


def _tab(member) -> str:
    return f"{reverse('members:card', args=[member.uid])}?tab=commendations"


def _page(request, member, form, *, title: str, button: str, **more):
    context = {
        "page_title": title,
        "member": member,
        "form": form,
        "button": button,
        "breadcrumbs": crumbs(request, member, (title, None)),
        "back_url": _tab(member),
    }
    return render(request, "members/small_form.html", context | more)


def _editable_or_403(request, uid) -> Commendation:
    found = get_object_or_404(
        Commendation.objects.visible_to(request.user).select_related("member__branch", "member__cell"),
        uid=uid,
    )
    if not may_on(request, Permission.EDIT_ROSTER, found.member):
        raise PermissionDenied
    return found


@_FORM_METHODS
def new(request, uid):
    member = member_or_404(request, uid)
    if not may_on(request, Permission.EDIT_ROSTER, member):
        raise PermissionDenied
    form = CommendationForm(request.POST if request.method == "POST" else None, user=request.user)
    if request.method == "POST" and form.is_valid():
        key = form.cleaned_data["submission_key"]
        with transaction.atomic():
            if earlier := earlier_result(key, request.user):
                return redirect(earlier)
            add_commendation(by=request.user, member=member, values=form.values())
            remember_result(key, _tab(member))
        messages.success(request, "已登记表彰。")
        return redirect(_tab(member))
    return _page(request, member, form, title="登记表彰", button="保存表彰")


@_FORM_METHODS
def edit(request, uid):
    found = _editable_or_403(request, uid)
    posted = request.POST if request.method == "POST" else None
    form = CommendationForm(posted, user=request.user, commendation=found)
    version = VersionForm(posted, initial={"version": found.version})
    if request.method == "POST" and form.is_valid() and version.is_valid():
        try:
            change_commendation(
                by=request.user, commendation=found, values=form.values(), **version.cleaned_data
            )
        except ActionRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, "已保存。")
            return redirect(_tab(found.member))
    return _page(request, found.member, form, title="修改表彰", button="保存表彰", version_form=version)


@_FORM_METHODS
def remove(request, uid):
    found = _editable_or_403(request, uid)
    form = RemovalForm(request.POST if request.method == "POST" else None, user=request.user)
    if request.method == "POST" and form.is_valid():
        remove_commendation(by=request.user, commendation=found, reason=form.cleaned_data["reason"])
        messages.success(request, "已移除。")
        return redirect(_tab(found.member))
    return _page(request, found.member, form, title="移除表彰", button="移除")
