"""One branch's answer as the committee reads it, and sending it back."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from supervision.actions.request_answers import return_answer
from supervision.actions.request_errors import WorkRefused
from supervision.forms.requests import ReturnAnswerForm
from supervision.queries.collected import collected, source_words
from supervision.tables.requests import request_url, state_words
from supervision.views.access import admin_context
from supervision.views.request_access import HOME, TITLE, is_own, visible_target
from supervision.views.requests import requests_page


def _context(request, target, **more) -> dict:
    work = target.request
    fields = list(work.fields.all())
    row = collected(request.user, work, fields, [target])[0]
    return admin_context(
        request,
        title=str(target.branch),
        crumbs=[(TITLE, reverse(HOME)), (work.title, request_url(work)), (str(target.branch), None)],
        target=target,
        work=work,
        state=state_words(target),
        lines=[(field, row.cells[field.pk], source_words(field, work)) for field in fields],
        may_return=is_own(request, work) and work.is_open and target.state == target.State.ANSWERED,
        **more,
    )


@requests_page
@require_safe
def target(request, uid):
    """What one branch handed in, field by field."""
    found = visible_target(request, uid)
    return render(request, "supervision/request_target.html", _context(request, found))


@requests_page
@require_http_methods(["GET", "HEAD", "POST"])
def send_back(request, uid):
    """退回修改, with what is to be mended."""
    found = visible_target(request, uid)
    if not is_own(request, found.request):
        raise PermissionDenied
    form = ReturnAnswerForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            return_answer(by=request.user, target=found, reason=form.cleaned_data["reason"])
            messages.success(request, f"已退回{found.branch}，支部马上收到。")
        except WorkRefused as error:
            messages.error(request, str(error))
        return redirect("supervision:request-target", found.uid)
    return render(request, "supervision/request_target.html", _context(request, found, form=form))
