"""年度计划: the page that proposes a branch's year, saving it in one step, and the branch's theme day."""

from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from activities.actions.plan import PlanLine, plan_gatherings, redate_theme_days
from activities.forms.lists import PrefillForm
from activities.forms.plan import Line, PlanForm, PlanYearForm, ThemeDayForm, theme_day_initial
from activities.plan_tables import arranged_table, line_tables
from activities.queries.defaults import theme_day_rule
from activities.queries.plan import (
    YearPlan,
    default_year,
    misdated_theme_days,
    names_of,
    shift_notes,
    year_plan,
    years_to_plan,
)
from activities.rules.plan import moment
from activities.rules.theme_day import WEEK_ALONE, ThemeDayRule, source_of_year
from activities.views.target import Target, log_target
from branch_portal.dates import today_shanghai
from branch_portal.once import earlier_result, remember_result
from members.actions.errors import ActionRefused
from members.actions.theme_days import change_theme_day

CRUMBS = [("工作台", "/"), ("组织生活", "/activities/")]


@require_http_methods(["GET", "HEAD", "POST"])
def plan(request):
    """What the branch's year still needs, each with day, time and place as usual; one press saves it."""
    target, year = _target(request)
    found = year_plan(request.user, target.branch, year, today_shanghai(), target.own_cell)
    form = PlanForm(
        request.POST or None, user=request.user, branch=target.branch, year=year, lines=_lines(found)
    )
    if request.method == "POST" and form.is_valid():
        return _save(request, target, year, form)
    return _page(request, target, found, form, ThemeDayForm(user=request.user, initial=_rule_initial(target)))


def _save(request, target: Target, year: int, form: PlanForm):
    key, url = form.cleaned_data["submission_key"], _url(target, year)
    if earlier := earlier_result(key, request.user):
        return redirect(earlier)
    lines = [
        PlanLine(
            key=line.period.key,
            theme=line.title,
            started_at=moment(values["day"], values["start"]),
            ended_at=moment(values["day"], values["end"]),
            place=values["place"],
            chair_id=line.habit.chair_id,
        )
        for line, values in form.ticked()
    ]
    written, left = plan_gatherings(by=request.user, branch=target.branch, year=year, lines=lines)
    remember_result(key, url)
    said = f"年度计划已保存，列入 {written} 项活动。尚未通知党员，临近时请打开活动“发出通知”。"
    messages.success(request, said if written else "这些时期都已有安排，没有重复列入。")
    if written and left:
        messages.info(request, f"另有 {left} 项所在时期已有安排，没有重复列入。")
    return redirect(url)


@require_POST
def theme_day(request):
    """主题党日规则: dated from today, and on request the plans that nobody knows of follow."""
    target, year = _target(request)
    if target.own_cell is not None:
        raise PermissionDenied
    form = ThemeDayForm(request.POST, user=request.user)
    if form.is_valid():
        try:
            _change_rule(request, target, form)
            return redirect(_url(target, year))
        except ActionRefused as refused:
            form.add_error(None, str(refused))
    found = year_plan(request.user, target.branch, year, today_shanghai())
    plan_form = PlanForm(user=request.user, branch=target.branch, year=year, lines=_lines(found))
    return _page(request, target, found, plan_form, form)


def _change_rule(request, target: Target, form: ThemeDayForm) -> None:
    rule: ThemeDayRule = form.chosen
    by_day = rule.kind == "day_of_month"
    branch = change_theme_day(
        by=request.user,
        branch=target.branch,
        on=today_shanghai(),
        rule=rule.kind,
        number=rule.day if by_day else rule.nth,
        weekday=None if by_day else rule.weekday,
        shift=rule.shift,
        label=rule.label,
    )
    messages.success(request, f"主题党日已改为{rule.label}。")
    if form.cleaned_data["redate"]:
        _say_redated(request, redate_theme_days(by=request.user, branch=branch))


@require_POST
def redate(request):
    """按规则重排: after the rule or the holidays changed."""
    target, year = _target(request)
    if target.own_cell is not None:
        raise PermissionDenied
    _say_redated(request, redate_theme_days(by=request.user, branch=target.branch))
    return redirect(_url(target, year))


def _say_redated(request, days: list[str]) -> None:
    if days:
        messages.success(request, f"{len(days)} 个主题党日计划已改期：{'、'.join(days)}。")
    else:
        messages.info(request, "尚未通知的主题党日计划都已在规定的日期上，没有改期。")


def _target(request) -> tuple[Target, int]:
    today = today_shanghai()
    target = log_target(request, PrefillForm(request.GET))
    return target, PlanYearForm(request.GET, years=years_to_plan(today), default=default_year(today)).chosen


def _lines(found: YearPlan) -> list[Line]:
    proposed = {line.period.key: line for line in found.proposals}
    lines = []
    for period in found.periods:
        kind, cell_id, _ = period.key
        cell = found.cells.get(cell_id) if cell_id else None
        line = proposed.get(period.key)
        lines.append(
            Line(
                period,
                str(cell) if cell else "",
                cell.uid.hex if cell else "",
                found.habits[kind, cell_id],
                line.day if line else None,
            )
        )
    return lines


def _page(request, target: Target, found: YearPlan, form: PlanForm, rule_form: ThemeDayForm):
    today = today_shanghai()
    names = names_of(one.chair_id for one in found.occupied)
    rule = theme_day_rule(target.branch)
    context = {
        "page_title": "年度计划",
        "breadcrumbs": [*CRUMBS, ("年度计划", None)],
        "branch": target.branch,
        "own_cell": target.own_cell,
        "year": found.year,
        "tabs": [
            {"label": f"{year}年", "url": _url(target, year), "active": year == found.year}
            for year in years_to_plan(today)
        ],
        "form": form,
        "sections": line_tables(found, form, shift_notes(found)),
        "arranged": arranged_table(found, names),
        "rule_label": rule.label,
        "rule_form": rule_form,
        "misdated": len(misdated_theme_days(found, today)),
        "weekends_only": source_of_year(found.year, found.uploaded) == WEEK_ALONE,
        "query": urlencode({"for": (target.own_cell or target.branch).uid, "year": found.year}),
        "proposed": len(found.proposals),
    }
    return render(request, "activities/plan.html", context)


def _rule_initial(target: Target) -> dict:
    return theme_day_initial(theme_day_rule(target.branch))


def _url(target: Target, year: int) -> str:
    organization = target.own_cell or target.branch
    return reverse("activities:plan") + "?" + urlencode({"for": organization.uid, "year": year})
