"""提醒设置: every reminder with its times, and changing them, for the whole portal or below one committee."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from branch_portal.permissions import Permission
from members.models import PartyOrganization
from notices.actions.plans import Changed
from notices.actions.rules import change_override, change_rule, follow_above, preview, restore_rule
from notices.forms.rules import RuleForm, RuleScopeForm, TimesForm
from notices.models import ReminderRule
from notices.queries.rules import RuleBook, offsets_of
from notices.registry import reminder_kind
from notices.rules.offsets import say_offsets
from notices.tables import rules_table

TITLE = "提醒设置"


def _committees(user):
    """Committees and general branches that the user runs, the highest first."""
    found = PartyOrganization.objects.permitted(user, Permission.MANAGE_ORGANIZATIONS).above_branches()
    return found.filter(abolished_on=None).order_by("path")


def _crumbs(*more):
    return [("工作台", "/"), (TITLE, reverse("notices:rules") if more else None), *more]


def _rule(key: str) -> ReminderRule:
    return get_object_or_404(ReminderRule, key=key)


@require_safe
def rules(request):
    """The whole portal's settings, or those that hold below one committee."""
    committees = list(_committees(request.user))
    everywhere = request.user.may(Permission.CONFIGURE)
    if not (committees or everywhere):
        raise PermissionDenied
    asked = RuleScopeForm(request.GET).values().get("organization")
    chosen = next((one for one in committees if one.uid == asked), None)
    if chosen is None and not everywhere:
        chosen = committees[0]
    context = {
        "page_title": TITLE,
        "breadcrumbs": _crumbs(),
        "table": rules_table(RuleBook(), chosen),
        "chosen": chosen,
        "scopes": _scopes(committees, chosen, everywhere),
    }
    return render(request, "notices/rules.html", context)


def _scopes(committees, chosen, everywhere: bool) -> list[dict]:
    url = reverse("notices:rules")
    whole = [{"label": "全系统", "url": url, "active": chosen is None}] if everywhere else []
    own = [
        {"label": str(one), "url": f"{url}?organization={one.uid}", "active": one == chosen}
        for one in committees
    ]
    return whole + own


@require_http_methods(["GET", "HEAD", "POST"])
def rule(request, key: str):
    """One reminder for the whole portal: look at what a change would do, then save it."""
    if not request.user.may(Permission.CONFIGURE):
        raise PermissionDenied
    found = _rule(key)
    initial = {
        "enabled": found.enabled,
        "times": say_offsets(offsets_of(found)),
        "email": found.email,
        "urgent": found.urgent,
    }
    form = RuleForm(request.POST or None, user=request.user, kind=reminder_kind(key), initial=initial)

    def change() -> Changed:
        data = form.cleaned_data
        return change_rule(
            by=request.user,
            rule=found,
            enabled=data["enabled"],
            offsets=form.offsets,
            email=data["email"],
            urgent=data["urgent"],
        )

    return _answer(request, found, form, change, reverse("notices:rule-restore", args=[key]))


@require_POST
def restore(request, key: str):
    """恢复默认."""
    if not request.user.may(Permission.CONFIGURE):
        raise PermissionDenied
    changed = restore_rule(by=request.user, rule=_rule(key))
    messages.success(request, f"已恢复默认。{said(changed)}")
    return redirect("notices:rule", key=key)


def _committee(request, uid) -> PartyOrganization:
    if not request.user.may(Permission.MANAGE_ORGANIZATIONS):
        raise PermissionDenied
    return get_object_or_404(_committees(request.user), uid=uid)


@require_http_methods(["GET", "HEAD", "POST"])
def override(request, key: str, uid):
    """One reminder for everything below a committee."""
    organization, found = _committee(request, uid), _rule(key)
    timing = RuleBook([found]).timing(found, organization.pk, organization.path)
    initial = {"enabled": timing.on, "times": say_offsets(timing.offsets)}
    form = TimesForm(request.POST or None, user=request.user, kind=reminder_kind(key), initial=initial)

    def change() -> Changed:
        return change_override(
            by=request.user,
            rule=found,
            organization=organization,
            enabled=form.cleaned_data["enabled"],
            offsets=form.offsets,
        )

    own = timing.override is not None and timing.override.organization_id == organization.pk
    follow = reverse("notices:rule-follow", args=[key, uid]) if own else ""
    return _answer(request, found, form, change, follow, organization)


@require_POST
def follow(request, key: str, uid):
    """沿用上级设置."""
    organization = _committee(request, uid)
    changed = follow_above(by=request.user, rule=_rule(key), organization=organization)
    messages.success(request, f"已沿用上级设置。{said(changed)}")
    return redirect("notices:rule-override", key=key, uid=uid)


def _answer(request, found: ReminderRule, form, change, back_url: str, organization=None):
    """The page; with the preview's figures, or saved and led back to the list."""
    effect = None
    if request.method == "POST" and form.is_valid():
        if form.saves:
            messages.success(request, f"已保存“{found.name}”。{said(change())}")
            query = f"?organization={organization.uid}" if organization else ""
            return redirect(f"{reverse('notices:rules')}{query}")
        effect = said(preview(change))
    context = {
        "page_title": found.name,
        "breadcrumbs": _crumbs((found.name, None)),
        "rule": found,
        "kind": reminder_kind(found.key),
        "form": form,
        "effect": effect,
        "organization": organization,
        "back_url": back_url,
    }
    return render(request, "notices/rule.html", context)


def said(changed: Changed) -> str:
    """What a change does to the reminders that wait."""
    if not (changed.cancelled or changed.written):
        return "待发的提醒不变；以后的提醒按新的时间。"
    return (
        f"待发的提醒中取消 {changed.cancelled} 条，按新的时间重排 {changed.written} 条；已经发出的不再重复。"
    )
