"""账号: all of a subtree, what state they are in, and one of them."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from branch_portal.paging import keyset_page
from branch_portal.permissions import Permission
from branch_portal.tables import xlsx_response
from members.fresh import fresh_sign_in
from members.models import User
from members.queries.account_list import (
    accounts_of,
    find,
    in_state,
    linkable_by,
    manageable_by,
    with_facts,
    with_role,
    within,
)
from members.queries.own_account import sessions_of
from supervision.forms.accounts import AccountFilter
from supervision.tables.accounts import accounts_table, place_of, roles_of, state_of
from supervision.views.access import admin_context, committee_page_for, note_export

TITLE = "账号"
keepers = committee_page_for(Permission.OPEN_ACCOUNTS, Permission.MANAGE_ACCOUNTS, Permission.GUARD_ACCOUNTS)
openers = committee_page_for(Permission.OPEN_ACCOUNTS)
#: More than anybody reads; whoever needs more narrows the list.
MOST_EXPORTED = 5000


def sees_names(request) -> bool:
    """The administrator looks after accounts without reading whose they are."""
    return request.user.may(Permission.OPEN_ACCOUNTS)


def asked(request, form: AccountFilter):
    values, found = form.values(), accounts_of(request.user)
    if form.root is not None:
        found = within(found, form.root)
    if values.get("role"):
        found = with_role(found, values["role"])
    if values.get("state"):
        found = in_state(found, values["state"])
    if values.get("q"):
        found = find(found, values["q"], by_name=sees_names(request))
    return found


@keepers
@require_safe
def account_list(request):
    """The accounts of the subtree by user name."""
    form = AccountFilter(request.GET, user=request.user)
    page = keyset_page(
        with_facts(asked(request, form)), cursor=form.values().get("cursor"), fields=["username"], size=50
    )
    given = {name: value for name, value in form.values().items() if value and name != "cursor"}
    context = admin_context(
        request,
        title=TITLE,
        crumbs=[(TITLE, None)],
        form=form,
        page=page,
        table=accounts_table(page.rows, names=sees_names(request)),
        opens=sees_names(request),
        export_url=f"{reverse('supervision:accounts-export')}?{urlencode(given)}",
        filtered=bool(given),
    )
    return render(request, "supervision/accounts.html", context)


@keepers
@fresh_sign_in
@require_safe
def account_export(request):
    """The same rows as .xlsx; that they were taken out is written down."""
    form = AccountFilter(request.GET, user=request.user)
    rows = list(with_facts(asked(request, form)).order_by("username")[: MOST_EXPORTED + 1])
    if len(rows) > MOST_EXPORTED:
        messages.error(request, f"超过 {MOST_EXPORTED} 个账号，请先按组织范围缩小再导出。")
        return redirect("supervision:accounts")
    note_export(request, field="账号列表", reason="账号管理", count=len(rows))
    return xlsx_response(accounts_table(rows, names=sees_names(request)), TITLE, sheet=TITLE)


def account_or_404(request, uid) -> User:
    found = with_facts(accounts_of(request.user)).filter(uid=uid).first()
    if found is None:
        raise Http404
    return found


def may_manage(request, user: User) -> bool:
    return manageable_by(request.user).filter(pk=user.pk).exists()


def may_link(request, user: User) -> bool:
    """Whether the account's password may be set anew through a link of the asker's."""
    return may_switch(request) and linkable_by(request.user).filter(pk=user.pk).exists()


def may_switch(request) -> bool:
    """Whether accounts are closed and opened again by the asker: not by who guards them."""
    return request.user.may(Permission.OPEN_ACCOUNTS) or request.user.may(Permission.MANAGE_ACCOUNTS)


def may_guard(request) -> bool:
    """Whether stops, sessions and second steps are the asker's: not of who opens accounts for the whole portal."""
    return request.user.may(Permission.OPEN_ACCOUNTS) or request.user.may(Permission.GUARD_ACCOUNTS)


@keepers
@require_safe
def account(request, uid):
    """One account: what it is, and what may be done about it."""
    user = account_or_404(request, uid)
    names = sees_names(request)
    title = user.display_name if names else user.username
    signed_in = sessions_of(user)
    facts = [
        ("用户名", user.username),
        *([("党组织", place_of(user))] if names else []),
        ("角色", roles_of(user)),
        ("状态", state_of(user)),
        ("开通时间", user.date_joined),
        ("最近登录", user.last_login),
        ("正在登录", f"{len(signed_in)} 处"),
        ("两步验证", "已开启" if user.two_step else "未开启"),
    ]
    context = admin_context(
        request,
        title=title,
        crumbs=[(TITLE, reverse("supervision:accounts")), (title, None)],
        account=user,
        facts=facts,
        names=names,
        manageable=may_manage(request, user),
        linkable=may_link(request, user),
        switches=may_switch(request),
        guards=may_guard(request),
        signed_in=signed_in,
    )
    return render(request, "supervision/account.html", context)
