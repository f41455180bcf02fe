"""开通账号: a branch's members, a colleague, one account's new link; what is printed is shown once."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from branch_portal.codes import page_code, page_url
from branch_portal.once import earlier_result, remember_result
from members.actions.account_links import (
    MOST_AT_ONCE,
    Slip,
    make_link,
    open_accounts,
    open_colleague,
    proposed_names,
)
from members.actions.errors import ActionRefused
from members.fresh import fresh_sign_in
from members.queries.account_list import branch_to_open, branches_to_open, members_without_account
from supervision.forms.accounts import AccountLinkForm, BranchFilter, ColleagueForm, OpenForm
from supervision.tables.accounts import branches_table, candidate_lines
from supervision.views.access import admin_context
from supervision.views.accounts import TITLE, account_or_404, keepers, may_link, openers, sees_names
from supervision.views.paging import NumberedPage

_SHOWN_ONCE = "链接已经生成，只显示一次。没有打印的，请在账号页面重新生成链接。"


def _crumbs(*more):
    return [(TITLE, reverse("supervision:accounts")), *more]


@openers
@require_safe
def branches(request):
    """Which branches have members without an account."""
    form = BranchFilter(request.GET, user=request.user)
    rows = branches_to_open(request.user, form.root)
    page = NumberedPage(rows, form)
    table = branches_table(
        page.rows,
        lambda branch: reverse("supervision:accounts-open-branch", args=[branch.uid]),
        first_number=page.first_number,
    )
    context = admin_context(
        request,
        title="开通账号",
        crumbs=_crumbs(("开通账号", None)),
        form=form,
        page=page,
        table=table,
        without=sum(row[2] for row in rows),
    )
    return render(request, "supervision/accounts_open.html", context)


@never_cache
@openers
@fresh_sign_in
@require_http_methods(["GET", "HEAD", "POST"])
def open_branch(request, uid):
    """Tick members, open their accounts, print the slips."""
    branch = branch_to_open(request.user, uid)
    if branch is None:
        raise Http404
    candidates = members_without_account(request.user, branch)
    form = OpenForm(
        request.POST if request.method == "POST" else None, user=request.user, candidates=candidates
    )
    back = reverse("supervision:accounts")
    if request.method == "POST" and form.is_valid():
        answer = _once(
            request,
            form,
            lambda cleaned: open_accounts(by=request.user, members=cleaned["members"]),
            back=back,
        )
        if answer is not None:
            return answer
    people = list(candidates[:MOST_AT_ONCE])
    context = admin_context(
        request,
        title=f"开通账号：{branch.name}",
        crumbs=_crumbs(("开通账号", reverse("supervision:accounts-open")), (branch.name, None)),
        form=form,
        branch=branch,
        lines=candidate_lines(people, proposed_names([member.name for member in people])),
        ticked={str(uid) for uid in form["members"].value() or []},
    )
    return render(request, "supervision/accounts_open_branch.html", context)


@never_cache
@openers
@fresh_sign_in
@require_http_methods(["GET", "HEAD", "POST"])
def colleague(request):
    """An account of somebody who works for a committee of the subtree."""
    form = ColleagueForm(request.POST if request.method == "POST" else None, user=request.user)
    back = reverse("supervision:accounts")
    if request.method == "POST" and form.is_valid():
        answer = _once(request, form, lambda cleaned: [open_colleague(by=request.user, **cleaned)], back=back)
        if answer is not None:
            return answer
    context = admin_context(
        request,
        title="为工作人员开通账号",
        crumbs=_crumbs(("为工作人员开通账号", None)),
        form=form,
        lead="不是所属党支部党员的党委工作人员，用这里开通；是党员的，请在所在党支部开通后，在“授权委托”里授权。",
        button="开通并生成链接",
        back_url=back,
    )
    return render(request, "supervision/account_form.html", context)


@never_cache
@keepers
@fresh_sign_in
@require_http_methods(["GET", "HEAD", "POST"])
def link(request, uid):
    """重置密码: a new link for one account, on paper or read off the screen by its owner's phone."""
    user = account_or_404(request, uid)
    if not may_link(request, user):
        raise PermissionDenied
    form = AccountLinkForm(request.POST if request.method == "POST" else None, user=request.user)
    back = reverse("supervision:account", args=[user.uid])
    if request.method == "POST" and form.is_valid():
        answer = _once(request, form, lambda cleaned: [make_link(by=request.user, user=user)], back=back)
        if answer is not None:
            return answer
    title = "生成链接" if user.last_login is None else "重置密码"
    context = admin_context(
        request,
        title=title,
        crumbs=_crumbs((user.display_name if sees_names(request) else user.username, back), (title, None)),
        form=form,
        lead="生成一个 7 天内有效、只能使用一次的链接，交给本人自己设置密码。以前没有用过的链接随即失效；原来的密码在设置新密码之前仍然有效。",
        button="生成链接",
        back_url=back,
    )
    return render(request, "supervision/account_form.html", context)


def _once(request, form, act, *, back: str):
    """The slips of the first press; the second press is told that there are some. None with the refusal on the form."""
    cleaned = dict(form.cleaned_data)
    key = cleaned.pop("submission_key")
    try:
        with transaction.atomic():  # a refusal gives the key back
            if earlier := earlier_result(key, request.user):
                messages.warning(request, _SHOWN_ONCE)
                return redirect(earlier)
            remember_result(key, back)
            slips = act(cleaned)
    except ActionRefused as refused:
        form.add_error(None, str(refused))
        return None
    return _slips(request, slips, back)


def _slips(request, slips: list[Slip], back: str):
    shown = [
        {
            "slip": slip,
            "url": page_url("accounts:link", slip.token),
            "code": page_code("accounts:link", slip.token),
        }
        for slip in slips
    ]
    context = {
        "page_title": "账号开通条",
        "slips": shown,
        "names": sees_names(request),
        "back_url": back,
    }
    return render(request, "supervision/account_slips.html", context)
