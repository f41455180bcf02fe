"""自学申报 by the member: the list, one form a kind, what it would count, handing in and taking back."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from branch_portal.dates import today_shanghai
from branch_portal.files import file_response
from branch_portal.kept import Keeping
from branch_portal.once import earlier_result, remember_result
from branch_portal.paging import keyset_page
from branch_portal.tables import Table
from learning.actions.submission_files import add_files, remove_file
from learning.actions.submissions import (
    SubmissionRefused,
    submit_submission,
    withdraw_submission,
    write_submission,
)
from learning.forms.submissions import OwnFilter, SubmissionChoiceForm, SubmissionForm
from learning.models import StudySubmission, SubmissionFile
from learning.presentation import tabs
from learning.queries.plan import open_topics
from learning.queries.submissions import promise_for, submission_url, submissions_of
from learning.rules.submissions import KIND_LABELS, MEMBERS_TURN
from learning.submission_tables import own_columns
from members.models import Member

ORDER = ("-last_on", "-pk")
PAGE_SIZE = 25
CRUMBS = [("工作台", "/"), ("学习", "/learning/")]


@require_safe
def submissions(request):
    """The member's own items, the latest first, and a button for each kind."""
    member = own_member(request)
    cursor = OwnFilter(request.GET).values().get("cursor")
    page = keyset_page(submissions_of(member.pk), cursor=cursor, fields=ORDER, size=PAGE_SIZE)
    context = {
        "page_title": "自学申报",
        "breadcrumbs": [*CRUMBS, ("自学申报", None)],
        "tabs": tabs(request.user, "own"),
        "kinds": [
            (label, reverse("learning:submission-new", args=[kind])) for kind, label in KIND_LABELS.items()
        ],
        "page": page,
        "table": Table(own_columns(), page.rows, caption="自学申报"),
    }
    return render(request, "learning/submissions.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new_submission(request, kind):
    """One page: what, when, how long; beside it what it would count."""
    member = _writer(request, kind)
    keeping = Keeping(request, f"learning.submission:{kind}")
    topic = SubmissionChoiceForm(request.GET).values().get("topic")
    form = _form(request, keeping, member, kind, initial={"topic": str(topic)} if topic else {})
    if _is_sent(request, form):
        return _saved(request, form, keeping) or _form_page(request, form, keeping, member)
    return _form_page(request, form, keeping, member)


@require_http_methods(["GET", "HEAD", "POST"])
def edit_submission(request, uid):
    """The same form for a draft or for what was given back."""
    row = own_submission(request, uid)
    if row.state not in MEMBERS_TURN:
        messages.warning(request, f"这份申报{row.get_state_display()}，不能再修改。")
        return redirect(submission_url(row))
    keeping = Keeping(request, f"learning.submission:{row.uid.hex}")
    form = _form(
        request, keeping, row.member, row.kind, initial=_stored(row), entries=list(row.entries.all())
    )
    if _is_sent(request, form):
        row.version = form.cleaned_data["version"] or 0
        return _saved(request, form, keeping, row) or _form_page(request, form, keeping, row.member, row)
    return _form_page(request, form, keeping, row.member, row)


@require_POST
def preview(request, kind):
    """What the form as it stands would count; changes nothing."""
    member = _writer(request, kind)
    form = SubmissionForm(request.POST, user=request.user, kind=kind, topics=_topics(member))
    return render(request, "learning/_promise.html", {"promise": _promise(form, member)})


@require_POST
def withdraw(request, uid):
    row = own_submission(request, uid)
    try:
        withdraw_submission(by=request.user, submission=row)
        messages.success(request, "已撤回。")
    except SubmissionRefused as refusal:
        messages.error(request, str(refusal))
    return redirect("learning:submissions")


@require_safe
def download(request, uid):
    """The file, always as a download."""
    file = get_object_or_404(SubmissionFile.objects.visible_to(request.user).kept(), uid=uid)
    response = file_response(file.stored_name, file_name=file.file_name, content_type=file.content_type)
    if response is None:
        raise Http404
    return response


@require_POST
def drop(request, uid):
    """移除, while the member may still write."""
    rows = SubmissionFile.objects.visible_to(request.user).kept().select_related("submission")
    file = get_object_or_404(rows, uid=uid)
    if file.submission.member_id != request.user.member_id:
        raise PermissionDenied
    if remove_file(by=request.user, file=file):
        messages.success(request, "附件已移除。")
    else:
        messages.error(request, "没有移除：这份申报已经提交。")
    return redirect("learning:submission-edit", uid=file.submission.uid)


def own_member(request) -> Member:
    if request.user.member is None:
        raise PermissionDenied
    return request.user.member


def own_submission(request, uid) -> StudySubmission:
    """What somebody else may read is theirs all the same."""
    rows = StudySubmission.objects.visible_to(request.user).select_related("member__branch", "topic")
    row = get_object_or_404(rows, uid=uid)
    if row.member_id != request.user.member_id:
        raise PermissionDenied
    return row


def _writer(request, kind: str) -> Member:
    member = own_member(request)
    if kind not in KIND_LABELS:
        raise Http404
    return member


def _topics(member: Member) -> list:
    year = today_shanghai().year
    return [row.topic for row in open_topics(member, year, today=today_shanghai())]


def _form(
    request, keeping: Keeping, member: Member, kind: str, *, initial: dict, entries=()
) -> SubmissionForm:
    topics = _topics(member)
    chosen = initial.pop("topic_row", None)
    if chosen is not None and chosen not in topics:
        topics.append(chosen)
    day = today_shanghai()
    form = SubmissionForm(
        keeping.data(),
        request.FILES if request.method == "POST" else None,
        user=request.user,
        kind=kind,
        topics=topics,
        entries=entries,
        initial={"first_on": day, "last_on": day} | initial,
    )
    return keeping.offered(form)


def _stored(row: StudySubmission) -> dict:
    names = ("title", "first_on", "last_on", "minutes", "organised_by_party", "organiser", "note", "version")
    topic = {"topic": str(row.topic.uid), "topic_row": row.topic} if row.topic else {}
    return {name: getattr(row, name) for name in names} | topic


def _is_sent(request, form: SubmissionForm) -> bool:
    return request.method == "POST" and form.pressed != "preview" and form.is_valid()


def _saved(request, form: SubmissionForm, keeping: Keeping, row: StudySubmission | None = None):
    """Write, keep the files, hand in; None when it was refused, which the form then says."""
    key = form.cleaned_data["submission_key"]
    try:
        with transaction.atomic():
            if url := earlier_result(key, request.user):
                return redirect(url)
            row = write_submission(
                by=request.user, member=own_member(request), facts=form.facts, submission=row
            )
            url = submission_url(row)
            remember_result(key, url)
            refused = add_files(by=request.user, submission=row, files=form.cleaned_data["files"] or [])
            submitting = form.pressed != "draft" and not refused
            if submitting:
                submit_submission(by=request.user, submission=row)
    except SubmissionRefused as refusal:
        form.add_error(None, str(refusal))
        return None
    keeping.forget()
    for sentence in refused:
        messages.warning(request, sentence)
    messages.success(request, "已提交，等待党支部审核。" if submitting else "已暂存，还没有提交。")
    return redirect(url)


def _form_page(request, form, keeping, member, row=None):
    label = KIND_LABELS[form.kind]
    context = {
        "page_title": f"申报{label}",
        "breadcrumbs": [*CRUMBS, ("自学申报", reverse("learning:submissions")), (label, None)],
        "form": form,
        "row": row,
        "files": row.files.kept() if row else [],
        "promise": _promise(form, member, row),
        "preview_url": reverse("learning:submission-preview", args=[form.kind]),
        "cancel_url": submission_url(row) if row else reverse("learning:submissions"),
        **keeping.context(),
    }
    return render(request, "learning/submission_form.html", context)


def _promise(form: SubmissionForm, member: Member, row: StudySubmission | None = None):
    minutes, day, organised = form.partial()
    return promise_for(member, kind=form.kind, organised=organised, minutes=minutes, day=day, leaving_out=row)
