"""The page behind a one-time link: its owner sets the password, on a phone or at a desk."""

from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from members.actions.account_links import find_link, use_link, was_a_link
from members.actions.secret_brake import is_spent, may_try
from members.actions.security_events import record_event
from members.forms.sign_in import LinkPasswordForm
from members.models import SecurityEvent
from members.queries.accounts import has_second_step
from members.rules.account_names import read_token
from members.session_state import await_code, device_of, enter


@never_cache
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def link(request, token: str):
    """Spent, void, out of date and unknown links get the same words. A second step stays what it was."""
    ip = request.META.get("REMOTE_ADDR", "")
    if is_spent("account link", ip=ip):
        return render(request, "members/link_busy.html", {"page_title": "稍后再试"}, status=429)
    found = find_link(token, timezone.now())
    if found is None:
        return _dead(request, token, ip)
    form = LinkPasswordForm(request.POST if request.method == "POST" else None, user=found.user)
    if request.method == "POST" and form.is_valid():
        user = use_link(token=token, password=form.cleaned_data["password1"])
        if user is None:
            return _dead(request, token, ip)
        if request.user.is_authenticated:
            logout(request)  # somebody else's browser, or an older sign-in of one's own
        if has_second_step(user):
            await_code(request, user, "/")
            return redirect("accounts:second-step")
        enter(request, user, second_step=False)
        return redirect("workbench")
    context = {"page_title": "设置密码", "form": form, "account": found.user, "link": found}
    return render(request, "members/link.html", context)


def _dead(request, token: str, ip: str):
    """A guess is counted. What cannot be a token at all is none, and neither is a slip that was used: an office that scans
    its old slips again must not stop the new ones."""
    if read_token(token) and not was_a_link(token):
        may_try("account link", ip=ip)
        record_event(SecurityEvent.Kind.LINK_FAILED, device=device_of(request))
    return render(request, "members/link_dead.html", {"page_title": "链接已失效"}, status=404)
