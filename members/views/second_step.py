"""The code after the password, and the password asked once more."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from members.forms.accounts import NextForm
from members.forms.sign_in import CodeForm, FreshForm
from members.queries.accounts import has_second_step
from members.session_state import awaiting, enter, note_fresh, note_second_step


@never_cache
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def second_step(request):
    """Whose password was right types the code. Somebody signed in who needs a second step and has none turns it on first."""
    if request.user.is_authenticated:
        if not has_second_step(request.user):
            return redirect("accounts:totp")
        user, next_url = request.user, "/"
    elif (waiting := awaiting(request)) is not None:
        user, next_url = waiting
    else:
        return redirect("accounts:login")
    form = CodeForm(request.POST if request.method == "POST" else None, user=user)
    if request.method == "POST" and form.is_valid():
        if request.user.is_authenticated:
            note_second_step(request)
        else:
            enter(request, user, second_step=True)
        return HttpResponseRedirect(next_url)
    context = {"page_title": "两步验证", "form": form, "waiting": not request.user.is_authenticated}
    return render(request, "members/second_step.html", context, status=429 if form.throttled else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def fresh(request):
    """The password (and the code) once more, then back to the page that asked."""
    asked = NextForm(request.POST if request.method == "POST" else request.GET)
    wanted = asked.cleaned_data["next"] if asked.is_valid() else ""
    safe = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    next_url = wanted if safe else "/"
    form = FreshForm(request.POST if request.method == "POST" else None, user=request.user)
    if request.method == "POST" and form.is_valid():
        note_fresh(request)
        return HttpResponseRedirect(next_url)
    context = {"page_title": "请再次确认身份", "form": form, "kept": [], "next": next_url}
    return render(request, "members/fresh.html", context, status=429 if form.throttled else 200)
