"""`fresh_sign_in`: what is sensitive asks for the password (and the code) once more when it was typed over five minutes ago.

A page that is opened is asked for first. A form that is sent too late is kept: its fields ride along with the question, and
the right password sends them on, so nothing typed is lost.
"""

from collections.abc import Callable
from functools import wraps
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode

from members.forms.sign_in import FreshForm
from members.session_state import is_fresh, note_fresh

View = Callable[..., HttpResponse]


def fresh_sign_in(view: View) -> View:
    @wraps(view)
    def guarded(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        asked = settings.PORTAL_FRESH_SIGN_IN and request.user.is_authenticated
        return (question_for(request) if asked else None) or view(request, *args, **kwargs)

    return guarded


def question_for(request: HttpRequest) -> HttpResponse | None:
    """The answer that asks for the password; None when it was typed lately, or comes right with this very request."""
    if is_fresh(request):
        return None
    if request.headers.get("HX-Request"):
        # A fragment is no place for a password: the page it belongs to comes back afterwards.
        came_from = urlsplit(request.headers.get("HX-Current-URL", "")).path or "/"
        return HttpResponse(status=204, headers={"HX-Redirect": _question(came_from)})
    if request.method != "POST":
        return redirect(_question(request.get_full_path()))
    form = FreshForm(request.POST, user=request.user)
    if FreshForm.PASSWORD in request.POST and form.is_valid():
        note_fresh(request)
        return None
    return _asked_again(request, form)


def fresh_to_change(view: View) -> View:
    """The same for what is sent; looking stays free. For a list whose rows may be acted on."""
    asked = fresh_sign_in(view)

    @wraps(view)
    def guarded(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        return (asked if request.method == "POST" else view)(request, *args, **kwargs)

    return guarded


def _question(next_path: str) -> str:
    return f"{reverse('accounts:fresh')}?{urlencode({'next': next_path})}"


def _asked_again(request: HttpRequest, form: FreshForm) -> HttpResponse:
    asked = FreshForm.PASSWORD in request.POST
    own = {"csrfmiddlewaretoken", *form.fields}
    context = {
        "page_title": "请再次确认身份",
        "form": form if asked else FreshForm(user=request.user),
        "kept": [
            (name, value) for name, values in request.POST.lists() if name not in own for value in values
        ],
        "next": "",
    }
    return render(
        request, "members/fresh.html", context, status=429 if form.throttled else 403 if asked else 200
    )
