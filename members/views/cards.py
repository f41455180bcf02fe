"""党员卡片: what is known of one person, and revealing one sealed item at a time."""

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from branch_portal.permissions import Permission
from branch_portal.registries import member_card_panels
from members.actions.audit import record_access
from members.cards import SEALED_LABELS, further_facts, national_facts, shown_in_full
from members.forms.cards import TABS, RevealForm, TabForm
from members.models import Member
from members.queries.cards import affiliations_of, tenures_of
from members.views.tabs import commendations_tab


def member_or_404(request, uid) -> Member:
    return get_object_or_404(
        Member.objects.visible_to(request.user).select_related("branch", "cell"), uid=uid
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


@require_safe
def card(request, uid):
    member = member_or_404(request, uid)
    tab = TabForm(request.GET).values().get("tab") or "basic"
    own = member.pk == request.user.member_id
    context = {
        "page_title": member.name,
        "member": member,
        "subtitle": f"{member.get_category_display()} · {member.branch or member.get_standing_display()}",
        "own": own,
        "tab": tab,
        "tabs": [{"label": label, "url": f"?tab={key}", "active": key == tab} for key, label in TABS],
        "may_edit": may_on(request, Permission.EDIT_ROSTER, member),
        "breadcrumbs": crumbs(request, member),
    }
    if tab == "affiliations":
        context["affiliations"] = affiliations_of(member)
    elif tab == "posts":
        context["tenures"] = tenures_of(member)
    elif tab == "commendations":
        context |= commendations_tab(request, member)
    else:
        context |= {
            "facts": national_facts(member),
            "further": further_facts(member),
            "may_reveal": own or may_on(request, Permission.REVEAL_PERSONAL_DATA, member),
            "panels": member_card_panels(request, member),
        }
    return render(request, "members/card.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def reveal(request, uid, field):
    """Open one sealed item once: a reason is asked of everybody but its owner, and every opening is recorded."""
    member = member_or_404(request, uid)
    if field not in SEALED_LABELS:
        raise Http404
    own = member.pk == request.user.member_id
    if not own and not may_on(request, Permission.REVEAL_PERSONAL_DATA, member):
        raise PermissionDenied
    form = RevealForm(request.POST if request.method == "POST" else None, user=request.user, own=own)
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
