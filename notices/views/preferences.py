"""消息设置: one's own wishes about mail."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from branch_portal.permissions import Permission
from notices.actions.preferences import set_preference
from notices.forms.preferences import PreferenceForm
from notices.groups import GROUPS
from notices.models import MessagePreference


@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request):
    # Nothing ticked is a wish, too: the form is bound by the method, not by what came.
    data = request.POST if request.method == "POST" else None
    form = PreferenceForm(data, user=request.user, initial=_wishes(request.user))
    if request.method == "POST" and form.is_valid():
        set_preference(
            by=request.user,
            email=form.cleaned_data["email"],
            daily=form.cleaned_data["daily"],
            muted=form.muted,
        )
        messages.success(request, "消息设置已保存。")
        return redirect("notices:preferences")
    context = {
        "page_title": "消息设置",
        "breadcrumbs": [("工作台", "/"), ("通知", reverse("notices:inbox")), ("消息设置", None)],
        "form": form,
        "address": masked(request.user.email),
        "robots": request.user.may(Permission.MANAGE_ROBOTS),
    }
    return render(request, "notices/preferences.html", context)


def masked(address: str) -> str:
    """Enough of a mail address for its owner to know it."""
    name, at, host = address.partition("@")
    return f"{name[:2] if len(name) > 2 else name[:1]}***{at}{host}" if address else ""


def _wishes(user) -> dict:
    wish = MessagePreference.objects.visible_to(user).first() or MessagePreference()
    return {
        "email": wish.email,
        "daily": wish.daily,
        "groups": [group.key for group in GROUPS if group.key not in wish.muted],
    }
