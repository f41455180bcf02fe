"""群机器人: the list, adding one, and one with what it said lately; trying it, switching it off and on."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from branch_portal.forms import CursorFilter
from branch_portal.once import earlier_result, remember_result
from branch_portal.paging import keyset_page
from branch_portal.permissions import Permission
from branch_portal.tables import Column, Table
from notices.actions.robots import (
    RobotRefused,
    add_robot,
    change_robot,
    switch_off_robot,
    switch_on_robot,
    try_robot,
)
from notices.forms.robots import ALL, CHOSEN, NewRobotForm, RobotForm
from notices.models import RobotAddress
from notices.queries.robots import ROBOT_ORDER, organizations_for, posts_of, robots_of, sayable_rules

_CRUMBS = [("工作台", "/"), ("通知", "/notices/")]


@require_safe
def robots(request):
    if not request.user.may(Permission.MANAGE_ROBOTS):
        raise PermissionDenied
    cursor = CursorFilter(request.GET).values().get("cursor")
    page = keyset_page(robots_of(request.user), cursor=cursor, fields=ROBOT_ORDER)
    columns = [
        Column("名称", lambda robot: robot.name, cell=_link),
        Column("类型", lambda robot: robot.get_kind_display()),
        Column("党组织", lambda robot: str(robot.organization)),
        Column("地址末四位", lambda robot: robot.url_tail),
        Column("状态", lambda robot: "启用" if robot.enabled else "已停用"),
        Column("待发", lambda robot: robot.waiting_count, numeric=True),
        Column("最近的失败", lambda robot: robot.failure or ""),
    ]
    context = {
        "page_title": "群机器人",
        "breadcrumbs": [*_CRUMBS, ("群机器人", None)],
        "page": page,
        "table": Table(columns, page.rows, caption="群机器人"),
        "new_url": reverse("notices:robot-new"),
    }
    return render(request, "notices/robots.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new_robot(request):
    """添加群机器人."""
    organizations = organizations_for(request.user)
    if not organizations:
        raise PermissionDenied
    form = NewRobotForm(
        request.POST or None, user=request.user, organizations=organizations, rules=sayable_rules()
    )
    if request.method == "POST" and form.is_valid() and (url := _added_once(request, form)):
        return redirect(url)
    return _form_page(request, form, "添加群机器人", reverse("notices:robots"))


@require_http_methods(["GET", "HEAD", "POST"])
def robot(request, uid):
    """One robot: what it said lately, and what it is to say."""
    found = _robot(request, uid)
    form = RobotForm(request.POST or None, user=request.user, rules=sayable_rules(), initial=_said_by(found))
    if request.method == "POST" and form.is_valid():
        change_robot(by=request.user, robot=found, name=form.cleaned_data["name"], rule_keys=form.rule_keys)
        messages.success(request, "已保存。")
        return redirect("notices:robot", found.uid)
    columns = [
        Column("时间", lambda post: post.created_at),
        Column("提醒", lambda post: post.slot.title),
        Column("状态", lambda post: post.get_status_display()),
        Column("送达时间", lambda post: post.sent_at),
        Column("原因", lambda post: post.last_error),
    ]
    context = {
        "page_title": found.name,
        "breadcrumbs": [*_CRUMBS, ("群机器人", reverse("notices:robots")), (found.name, None)],
        "robot": found,
        "form": form,
        "table": Table(columns, posts_of(found), caption="最近的消息"),
    }
    return render(request, "notices/robot.html", context)


@require_POST
def robot_try(request, uid):
    """发送测试消息."""
    return _done(request, uid, try_robot, "测试消息一分钟内发出，结果见“最近的消息”，请稍后刷新本页。")


@require_POST
def robot_off(request, uid):
    """停用."""
    return _done(request, uid, switch_off_robot, "群机器人已停用，不再往群里发消息。")


@require_POST
def robot_on(request, uid):
    """启用."""
    return _done(request, uid, switch_on_robot, "群机器人已启用。")


def _robot(request, uid) -> RobotAddress:
    found = RobotAddress.objects.editable_by(request.user).without_secrets().select_related("organization")
    return get_object_or_404(found, uid=uid)


def _done(request, uid, action, words: str):
    found = _robot(request, uid)
    try:
        action(by=request.user, robot=found)
    except RobotRefused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, words)
    return redirect("notices:robot", found.uid)


def _added_once(request, form: NewRobotForm) -> str:
    """Where the robot is, added now or when this form arrived first; "" when it was refused."""
    key, values = form.cleaned_data["submission_key"], form.cleaned_data
    try:
        # One savepoint for key and robot: what is refused leaves the key free for the mended form.
        with transaction.atomic():
            if url := earlier_result(key, request.user):
                return url
            added = add_robot(
                by=request.user,
                organization=form.organization,
                rule_keys=form.rule_keys,
                **{name: values[name] for name in ("kind", "name", "url", "secret")},
            )
            url = reverse("notices:robot", args=[added.uid])
            remember_result(key, url)
    except RobotRefused as refused:
        form.add_error("url", str(refused))
        return ""
    messages.success(request, "群机器人已添加，请发一条测试消息看看。")
    return url


def _said_by(found: RobotAddress) -> dict:
    return {
        "name": found.name,
        "which": CHOSEN if found.rule_keys else ALL,
        "rules": found.rule_keys,
    }


def _form_page(request, form, title: str, cancel_url: str):
    context = {
        "page_title": title,
        "breadcrumbs": [*_CRUMBS, ("群机器人", reverse("notices:robots")), (title, None)],
        "form": form,
        "cancel_url": cancel_url,
    }
    return render(request, "notices/robot_form.html", context)


def _link(found: RobotAddress):
    return format_html('<a href="{}">{}</a>', reverse("notices:robot", args=[found.uid]), found.name)
