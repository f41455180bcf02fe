"""党员卡片: what is known of one person, and revealing one sealed item at a time."""

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from branch_portal.permissions import Permission
from branch_portal.registries import card_tabs
from members.actions.audit import record_access
from members.cards import (
    SEALED_LABELS,
    completeness,
    further_facts,
    missing_items,
    national_facts,
    shown_in_full,
)
from members.forms.cards import RevealForm, TabForm
from members.fresh import fresh_sign_in
from members.models import Member
from members.queries.cards import left_affiliation


def member_or_404(request, uid) -> Member:
    return get_object_or_404(
        Member.objects.visible_to(request.user).select_related("branch", "cell", "left_branch"), uid=uid
    )


def may_on(request, permission: Permission, member: Member) -> bool:
    return member.branch is not None and request.user.access.may(permission, member.branch)


def crumbs(request, member: Member, *more: tuple[str, str | None]) -> list[tuple[str, str | None]]:
    """工作台 › 党员 › name › …; the roster only for whoever may open it."""
    trail: list[tuple[str, str | None]] = [("工作台", reverse("workbench"))]
    if request.user.may(Permission.VIEW_ROSTER):
        trail.append(("党员", reverse("members:roster")))
    trail.append((member.name, reverse("members:card", args=[member.uid]) if more else None))
    return [*trail, *more]


def _card_links(member: Member, *, may_edit: bool) -> list[tuple[str, str]]:
    links = [("打印登记卡", reverse("members:card-print", args=[member.uid]))]
    if may_edit and member.category == Member.Category.PROBATIONARY:
        links.append(("转正或延长预备期", reverse("members:confirmation", args=[member.uid])))
    return links


@require_safe
def card(request, uid):
    member = member_or_404(request, uid)
    tabs = {tab.key: tab for tab in card_tabs()}
    key = TabForm(request.GET).values().get("tab") or "basic"
    own = member.pk == request.user.member_id
    may_edit = may_on(request, Permission.EDIT_ROSTER, member)
    shown = tabs[key].provider(request, member)
    template, context = shown or ("members/_no_tab.html", {})
    context = context | {
        "page_title": member.name,
        "member": member,
        "subtitle": f"{member.get_category_display()} · {member.branch or member.get_standing_display()}",
        "own": own,
        "tab": key,
        "tab_template": template,
        "tabs": [
            {"label": tab.label, "url": f"?tab={tab.key}", "active": tab.key == key} for tab in tabs.values()
        ],
        "left": left_affiliation(member),
        "may_edit": may_edit,
        "secondary": _card_links(member, may_edit=may_edit),
        "may_reveal": own or may_on(request, Permission.REVEAL_PERSONAL_DATA, member),
        "breadcrumbs": crumbs(request, member),
    }
    return render(request, "members/card.html", context)


@require_safe
def printout(request, uid):
    """党员基本信息登记卡 on A4; sealed items stay masked."""
    member = member_or_404(request, uid)
    context = {
        "page_title": "党员基本信息登记卡",
        "member": member,
        "rows": [*national_facts(member), *further_facts(member)],
        "back_url": reverse("members:card", args=[member.uid]),
    }
    return render(request, "members/card_print.html", context)


@require_safe
def incomplete(request):
    """待补信息: whose cards of the branches one keeps lack which national items."""
    if not request.user.may(Permission.EDIT_ROSTER):
        raise PermissionDenied
    members = Member.objects.editable_by(request.user).filter(branch__isnull=False).in_list_order()[:500]
    rows = [(member, completeness(member), missing_items(member)) for member in members]
    context = {
        "page_title": "待补信息",
        "rows": [row for row in rows if row[2]],
        "breadcrumbs": [
            ("工作台", reverse("workbench")),
            ("党员", reverse("members:roster")),
            ("待补信息", None),
        ],
    }
    return render(request, "members/incomplete.html", context)


@fresh_sign_in
@require_http_methods(["GET", "HEAD", "POST"])
def reveal(request, uid, field):
    """Open one sealed item once: a reason is asked of everybody but its owner, and every opening is recorded."""
    member = member_or_404(request, uid)
    if field not in SEALED_LABELS:
        raise Http404
    own = member.pk == request.user.member_id
    if not own and not may_on(request, Permission.REVEAL_PERSONAL_DATA, member):
        raise PermissionDenied
    form = RevealForm(
        request.POST if request.method == "POST" else None, user=request.user, own=own, member=member
    )
    label = SEALED_LABELS[field]
    context = {"member": member, "field": field, "label": label, "form": form, "own": own}
    if request.method == "POST" and form.is_valid():
        record_access(
            by=request.user,
            action="reveal",
            field=label,
            reason=form.cleaned_data.get("reason") or "本人查看",
            ip=request.META.get("REMOTE_ADDR", ""),
            member_uid=member.uid,
            branch_id=member.branch_id,
        )
        context["value"] = shown_in_full(member, field)
    if request.htmx:
        return render(request, "members/_reveal.html", context)
    context |= {"page_title": f"查看{label}", "breadcrumbs": crumbs(request, member, (f"查看{label}", None))}
    return render(request, "members/reveal.html", context)
