"""Changing an organisation: each page is one form, one action, one redirect."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from branch_portal.once import OneTimeFormMixin, earlier_result, remember_result
from branch_portal.permissions import Permission
from members.actions.errors import ActionRefused
from members.actions.organization_checks import may_found_first
from members.actions.organization_moves import merge_branches, move_organization, split_branch
from members.actions.organizations import (
    abolish_organization,
    adjust_organization,
    create_organization,
    rename_organization,
    restore_organization,
)
from members.forms import organizations as forms
from members.models import PartyOrganization
from members.organization_changes import label_of, may_change
from members.queries.organizations import parent_of
from members.views.organizations import crumbs, organization_or_404

_FORM_METHODS = require_http_methods(["GET", "HEAD", "POST"])


def _changed_once(request, form, act) -> str | None:
    """Where the change led, now or when this form arrived first; None when it was refused.

    The key is asked before the form is judged: after a merger, say, the second arrival's choices are gone.
    """
    key = OneTimeFormMixin(request.POST)
    if not key.is_valid():
        return None
    with transaction.atomic():
        if earlier := earlier_result(key.cleaned_data["submission_key"], request.user):
            return earlier
        if form.is_valid():
            try:
                organization = act(form.arguments())
                url = _after(request, organization)
                remember_result(key.cleaned_data["submission_key"], url)
                return url
            except ActionRefused as refused:
                form.add_error(None, str(refused))
        # Nothing was changed: the corrected form may come with the same key.
        transaction.set_rollback(True)
    return None


def _after(request, organization: PartyOrganization) -> str:
    """The organisation's page, unless the change took it out of the user's sight."""
    if PartyOrganization.objects.visible_to(request.user).filter(pk=organization.pk).exists():
        return reverse("organizations:detail", args=[organization.uid])
    return reverse("organizations:tree")


def _page(request, uid, change: str, form_class, act, *, note: str = ""):
    """`act(organization, arguments)` makes the change and returns the organisation whose page comes next."""
    organization = organization_or_404(request, uid)
    if not may_change(request.user, change, organization, parent_of(organization)):
        raise PermissionDenied
    posted = request.POST if request.method == "POST" else None
    form = form_class(posted, user=request.user, organization=organization)
    if request.method == "POST" and (
        url := _changed_once(request, form, lambda arguments: act(organization, arguments))
    ):
        messages.success(request, "已保存。")
        return redirect(url)
    title = label_of(change, organization)
    context = {
        "page_title": title,
        "subtitle": organization.name,
        "form": form,
        "note": note,
        "button": f"确认{title}",
        "breadcrumbs": crumbs(request, organization, (title, None)),
        "back_url": reverse("organizations:detail", args=[organization.uid]),
    }
    return render(request, "organizations/form.html", context)


@_FORM_METHODS
def first(request):
    """The first organisation, by whoever configures the portal; afterwards this page is gone."""
    if not request.user.may(Permission.CONFIGURE):
        raise PermissionDenied
    posted = request.POST if request.method == "POST" else None
    form = forms.FirstForm(posted, user=request.user)
    if request.method == "POST" and (
        url := _changed_once(
            request,
            form,
            lambda arguments: create_organization(by=request.user, parent=None, **arguments),
        )
    ):
        messages.success(request, "已设立。请为工作人员建立账号，并授予该党组织的权限。")
        return redirect(url)
    if not may_found_first(request.user):
        raise Http404
    tree = reverse("organizations:tree")
    context = {
        "page_title": "设立第一个党组织",
        "subtitle": "",
        "form": form,
        "note": "其他党组织都在它之下新设。",
        "button": "设立",
        "breadcrumbs": [("工作台", reverse("workbench")), ("党组织", tree), ("设立第一个党组织", None)],
        "back_url": tree,
    }
    return render(request, "organizations/form.html", context)


@_FORM_METHODS
def create(request, uid):
    return _page(
        request,
        uid,
        "create",
        forms.CreateForm,
        lambda organization, arguments: create_organization(by=request.user, **arguments),
    )


@_FORM_METHODS
def rename(request, uid):
    return _page(
        request,
        uid,
        "rename",
        forms.RenameForm,
        lambda organization, arguments: rename_organization(
            by=request.user, organization=organization, **arguments
        ),
        note="生效日期之前的记录和名册仍用原名称。",
    )


@_FORM_METHODS
def adjust(request, uid):
    return _page(
        request,
        uid,
        "adjust",
        forms.AdjustForm,
        lambda organization, arguments: adjust_organization(
            by=request.user, organization=organization, **arguments
        ),
        note="组建方式、单位类别和支部委员会自生效日期起改变；其余各项按现在登记。",
    )


@_FORM_METHODS
def move(request, uid):
    return _page(
        request,
        uid,
        "move",
        forms.MoveForm,
        lambda organization, arguments: move_organization(
            by=request.user, organization=organization, **arguments
        ),
        note="下级党组织随之调整；此后由新的上级党组织查看和管理。",
    )


@_FORM_METHODS
def merge(request, uid):
    return _page(
        request,
        uid,
        "merge",
        forms.MergeForm,
        lambda organization, arguments: merge_branches(by=request.user, source=organization, **arguments),
        note="全部党员自生效日期起转入所选党支部，本支部的职务随之结束，本支部及其党小组撤销；需要的党小组请在合并后新设。",
    )


@_FORM_METHODS
def split(request, uid):
    return _page(
        request,
        uid,
        "split",
        forms.SplitForm,
        lambda organization, arguments: split_branch(by=request.user, branch=organization, **arguments),
        note="新党支部设在同一上级之下。所选党员在本支部的职务随之结束；所选党小组在新党支部重新设立。",
    )


@_FORM_METHODS
def abolish(request, uid):
    return _page(
        request,
        uid,
        "abolish",
        forms.AbolishForm,
        lambda organization, arguments: abolish_organization(
            by=request.user, organization=organization, **arguments
        ),
        note="党员转出、下级党组织撤销之后才能撤销；记录保留，可以恢复。",
    )


@_FORM_METHODS
def restore(request, uid):
    return _page(
        request,
        uid,
        "restore",
        forms.RestoreForm,
        lambda organization, arguments: restore_organization(
            by=request.user, organization=organization, **arguments
        ),
    )
