"""The page with one small form and one action behind it."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.urls import reverse

from branch_portal.permissions import Permission
from members.actions.errors import ActionRefused
from members.models import Member
from members.views.cards import crumbs, may_on, member_or_404


def editable_or_403(request, uid) -> Member:
    member = member_or_404(request, uid)
    if not may_on(request, Permission.EDIT_ROSTER, member):
        raise PermissionDenied
    return member


def form_page(
    request, form, *, title: str, act, back: str, trail, template: str = "members/small_form.html", **context
):
    """One form; `act(cleaned)` is the action and may answer with a word to show. A refusal stands above the form.

    `context` is what the template shows besides: subtitle, button, lead.
    """
    if request.method == "POST" and form.is_valid():
        try:
            said = act(form.cleaned_data)
        except ActionRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, said if isinstance(said, str) else "已保存。")
            return redirect(back)
    context |= {"page_title": title, "form": form, "breadcrumbs": trail, "back_url": back}
    return render(request, template, {"lead": ""} | context)


def small_form(
    request, member: Member, form, *, title: str, button: str, tab: str, act, lead: str = "", **more
):
    """A small form of a member's card; after it the card, or the roster where the card is out of sight now."""
    card = f"{reverse('members:card', args=[member.uid])}?tab={tab}"
    response = form_page(
        request,
        form,
        title=title,
        subtitle=member.name,
        button=button,
        back=card,
        trail=crumbs(request, member, (title, None)),
        act=act,
        lead=lead,
        **more,
    )
    moved_out = response.status_code == 302 and not (
        Member.objects.visible_to(request.user).filter(pk=member.pk).exists()
    )
    return redirect("members:roster") if moved_out else response
