"""上级的工作要求 as a branch sees them: the list, the form that is filled in already, and handing it in."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from branch_portal.files import FileRefused, file_response, keep_file
from branch_portal.kept import Keeping
from branch_portal.paging import keyset_page
from supervision.actions.request_answers import Given, answer_request, mark_seen
from supervision.actions.request_errors import WorkChanged, WorkRefused
from supervision.forms.request_answers import (
    ReceivedRequestsForm,
    RequestAnswerForm,
    answer_initial,
)
from supervision.models import RequestBranch, RequestFile
from supervision.queries.duplicates import knowledge_for_branch
from supervision.queries.requests import may_answer, received
from supervision.rules.requests import answer_closed
from supervision.tables.requests import received_table, state_of, state_words
from supervision.views.branch_request_lines import answer_lines

TITLE, HOME = "上级的工作要求", "supervised:requests"
FOLDER = "requests"
_CRUMBS = [("工作台", "/")]


@require_safe
def requests(request):
    """What was asked of the branches that one answers for, the newest first."""
    if not may_answer(request.user):
        raise PermissionDenied
    form = ReceivedRequestsForm(request.GET)
    values, found = form.values(), received(request.user)
    if values.get("state") == "waiting":
        found = found.waiting()
    elif values.get("state") == "answered":
        found = found.exclude(state__in=RequestBranch.OPEN)
    page = keyset_page(found, cursor=values.get("cursor"), fields=("-sent_at", "-pk"))
    context = {
        "page_title": TITLE,
        "breadcrumbs": [*_CRUMBS, (TITLE, None)],
        "form": form,
        "page": page,
        "table": received_table(page.rows, several=len({row.branch_id for row in page.rows}) > 1),
        "filtered": bool(values.get("state")),
    }
    return render(request, "supervision/branch_requests.html", context)


@require_safe
def of_request(request, uid):
    """From a message to one's own branch's form; to the list for who answers for several branches."""
    own = list(received(request.user).filter(request__uid=uid)[:2])
    if not own:
        raise Http404
    return redirect("supervised:request", own[0].uid) if len(own) == 1 else redirect(HOME)


def _own_target(request, uid) -> RequestBranch:
    return get_object_or_404(received(request.user), uid=uid)


@require_http_methods(["GET", "HEAD", "POST"])
def work_request(request, uid):
    """The form: figures of the portal to look at, what was said before in its place, and only the rest to fill in."""
    target = _own_target(request, uid)
    known = knowledge_for_branch(request.user, target)
    keeping = Keeping(request, f"supervision.answer:{target.uid.hex}")
    closed = _closed(target)
    form = RequestAnswerForm(
        keeping.data(),
        request.FILES or None,
        user=request.user,
        target=target,
        known=known,
        initial=answer_initial(target, known),
    )
    keeping.offered(form)
    version = target.version
    if request.method == "POST" and not closed and form.is_valid():
        try:
            _hand_in(request, target, form)
            keeping.forget()
            messages.success(request, "已提交。截止以前可以修改。")
            return redirect("supervised:request", target.uid)
        except WorkChanged as error:
            form.add_error(None, f"{error}再次提交将以您填写的为准。")
            version = _own_target(request, uid).version
        except (WorkRefused, FileRefused) as error:
            form.add_error(None, str(error))
    return _form_page(request, target, form, keeping, closed, version)


def _closed(target: RequestBranch) -> str:
    asked = target.request
    return answer_closed(
        state=asked.state, branch_state=target.state, deadline=asked.deadline, now=timezone.now()
    )


def _hand_in(request, target: RequestBranch, form: RequestAnswerForm) -> None:
    """Files are looked into before anything is locked: that takes its time."""
    if not form.saw_these_figures:
        raise WorkRefused("没有提交：系统数据刚有更新，下面已是最新数据，请核对后再提交。")
    given = form.given()
    for field_id, file in form.uploads().items():
        given[field_id] = Given(file=keep_file(file, name=file.name, folder=FOLDER, office=True))
    answer_request(
        by=request.user,
        target=target,
        given=given,
        note=form.cleaned_data.get("note") or "",
        version=form.cleaned_data["version"],
    )


def _form_page(
    request, target: RequestBranch, form: RequestAnswerForm, keeping: Keeping, closed: str, version: int
):
    context = {
        "page_title": target.request.title,
        "breadcrumbs": [*_CRUMBS, (TITLE, reverse(HOME)), (target.request.title, None)],
        "target": target,
        "work": target.request,
        "form": form,
        "lines": answer_lines(form),
        "closed": closed,
        "version": version,
        "state": state_of(target),
        "state_words": state_words(target),
        **keeping.context(),
    }
    return render(request, "supervision/branch_request.html", context, status=200)


@require_POST
def seen(request, uid):
    """签收: the committee sees that it has come."""
    target = _own_target(request, uid)
    try:
        mark_seen(by=request.user, target=target)
        messages.success(request, "已签收。")
    except WorkRefused as error:
        messages.error(request, str(error))
    return redirect("supervised:request", target.uid)


@require_safe
def file(request, uid):
    """A file that was handed in, always as a download; for the branch and for the committees above."""
    found = get_object_or_404(RequestFile.objects.visible_to(request.user).kept(), uid=uid)
    response = file_response(found.stored_name, file_name=found.file_name, content_type=found.content_type)
    if response is None:
        raise Http404
    return response
