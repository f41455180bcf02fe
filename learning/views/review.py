"""自学审核: one item with its decision, and the branch's list with ticks for many at once."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from branch_portal.dates import today_shanghai
from branch_portal.paging import keyset_page
from branch_portal.permissions import Permission
from branch_portal.tables import Table, xlsx_response
from learning.actions.submissions import (
    SubmissionRefused,
    correct_submission,
    decide_submission,
    decide_submissions,
)
from learning.forms.review import PAGE_SIZE, DecideForm, JudgeForm, ReviewFilter
from learning.models import StudySubmission
from learning.plan_tables import on_paper
from learning.presentation import tabs
from learning.queries.progress import reviewed_branches, years_with_hours
from learning.queries.rules import RuleBook
from learning.queries.submissions import (
    likely_duplicates,
    may_decide,
    promise_for,
    reviewing_branch,
    submission_url,
    without_sealed,
)
from learning.rules.submissions import COUNTING, MEMBERS_TURN, SUBMITTED, WITHDRAWABLE
from learning.submission_tables import review_columns
from learning.views.own_study import CRUMBS
from members.actions.audit import record_access

TAKEN_OUT = 2000
_STATES = {"submitted": (SUBMITTED,), "returned": ("returned",), "counted": tuple(sorted(COUNTING))}


@require_safe
def submission(request, uid):
    """One item: what the member says, what it would count, and for the branch's officers the decision."""
    return _page(request, _visible(request, uid))


@require_POST
def judge(request, uid):
    """All of it, a part, or back; for one that is accepted already a correction."""
    rows = without_sealed(StudySubmission.objects.editable_by(request.user))
    row = get_object_or_404(rows, uid=uid)
    correcting = row.state in COUNTING
    form = JudgeForm(request.POST, user=request.user, claimed=row.minutes, correcting=correcting)
    if not form.is_valid():
        return _page(request, row, form)
    row.version = form.cleaned_data["version"]
    decide = correct_submission if correcting else decide_submission
    try:
        decided = decide(
            by=request.user,
            submission=row,
            accepted_minutes=form.cleaned_data["minutes"],
            remark=form.cleaned_data["remark"],
        )
        messages.success(
            request, f"已{'更正' if correcting else '审核'}：{decided.get_state_display()}，已告知本人。"
        )
    except SubmissionRefused as refusal:
        messages.error(request, f"没有审核：{refusal}。")
    return redirect(submission_url(row))


@require_http_methods(["GET", "HEAD", "POST"])
def review(request):
    """What waits for a branch, the oldest first; at most a page is decided at once."""
    if not request.user.may(Permission.MANAGE_STUDY):
        raise PermissionDenied
    form = DecideForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        _decide(request, form)
        return redirect(request.get_full_path())
    return render(request, "learning/review.html", _list_context(request, form))


@require_safe
def review_print(request):
    """自学申报登记表 of what the filter shows."""
    asked, rows = _all_of(request)
    columns = review_columns(hints={}, book=RuleBook(), ticked=(), deciding=False)
    branch = asked.chosen_branch()
    context = {
        "page_title": "自学申报登记表",
        "organization": branch.name if branch else "",
        "table": Table(on_paper(columns), rows, caption="自学申报"),
        "today": today_shanghai(),
        "back_url": reverse("learning:review"),
        "landscape": True,
    }
    return render(request, "learning/list_print.html", context)


@require_safe
def review_export(request):
    """The same as .xlsx; who took it out is recorded."""
    asked, rows = _all_of(request)
    branch = asked.chosen_branch()
    record_access(
        by=request.user,
        action="export",
        field="自学申报登记表",
        reason="导出自学申报登记表",
        ip=request.META.get("REMOTE_ADDR", ""),
        branch_id=branch.pk if branch else None,
        row_count=len(rows),
    )
    columns = review_columns(hints={}, book=RuleBook(), ticked=(), deciding=False)
    return xlsx_response(Table(columns, rows), "自学申报登记表", sheet="自学申报")


def _all_of(request) -> tuple[ReviewFilter, list[StudySubmission]]:
    if not request.user.may(Permission.MANAGE_STUDY):
        raise PermissionDenied
    asked = _asked(request)
    values = asked.values()
    rows = _listed(request, asked.chosen_branch(), values.get("state") or SUBMITTED, values.get("year"))
    return asked, list(rows.order_by("submitted_at", "pk")[:TAKEN_OUT])


def _list_context(request, form: DecideForm) -> dict:
    """`form` is the decision as it was refused, or empty."""
    asked = _asked(request)
    branch, values = asked.chosen_branch(), asked.values()
    state = values.get("state") or SUBMITTED
    page = keyset_page(
        _listed(request, branch, state, values.get("year")),
        cursor=values.get("cursor"),
        fields=("submitted_at", "pk"),
        size=PAGE_SIZE,
    )
    deciding = state == SUBMITTED
    columns = review_columns(
        hints=likely_duplicates(page.rows), book=RuleBook(), ticked=form.ticked, deciding=deciding
    )
    return {
        "page_title": "自学审核",
        "subtitle": str(branch) if branch else "",
        "breadcrumbs": [*CRUMBS, ("自学审核", None)],
        "tabs": tabs(request.user, "review"),
        "filter": asked,
        "form": form,
        "deciding": deciding,
        "page": page,
        "print_url": reverse("learning:review-print"),
        "export_url": reverse("learning:review-export"),
        "table": Table(columns, page.rows, caption="自学申报"),
    }


def _asked(request) -> ReviewFilter:
    acting = request.acting.organization if request.acting else None
    works_for = acting is not None and acting.is_branch
    return ReviewFilter(
        request.GET,
        years=years_with_hours(today_shanghai()),
        branches=reviewed_branches(request.user),
        default=acting if works_for and request.user.access.may(Permission.MANAGE_STUDY, acting) else None,
    )


def _listed(request, branch, state: str, year: int | None):
    """Items that this branch decides, or has decided."""
    rows = without_sealed(StudySubmission.objects.editable_by(request.user))
    if branch is None:
        return rows.none()
    here = Q(branch=branch)
    if state == SUBMITTED:
        here = Q(member__branch=branch) | Q(member__branch__isnull=True, branch=branch)
    rows = rows.filter(here, state__in=_STATES[state])
    return rows.filter(year=year) if year else rows


def _decide(request, form: DecideForm) -> None:
    ticks = {tick.uid: tick.version for tick in form.cleaned_data["rows"]}
    rows = list(without_sealed(StudySubmission.objects.editable_by(request.user).filter(uid__in=ticks)))
    for row in rows:
        row.version = ticks[row.uid]
    accept = form.cleaned_data["decision"] == "accept"
    done, failed = decide_submissions(
        by=request.user, submissions=rows, accept=accept, remark=form.cleaned_data["remark"]
    )
    if done:
        messages.success(request, f"已{'通过' if accept else '退回'} {len(done)} 项，已告知本人。")
    for failure in failed:
        row = failure.submission
        messages.warning(request, f"{row.member.name}“{row.title}”没有审核：{failure.reason}。")
    if len(rows) < len(ticks):
        messages.warning(request, f"有 {len(ticks) - len(rows)} 项没有审核：已撤回，或不在您的审核范围。")


def _visible(request, uid) -> StudySubmission:
    return get_object_or_404(without_sealed(StudySubmission.objects.visible_to(request.user)), uid=uid)


def _page(request, row: StudySubmission, form: JudgeForm | None = None):
    own = row.member_id == request.user.member_id
    manages = request.user.access.may(Permission.MANAGE_STUDY, reviewing_branch(row))
    correcting = row.state in COUNTING and request.user.access.may(Permission.MANAGE_STUDY, row.branch)
    deciding = row.state == SUBMITTED and may_decide(request.user, row)
    if form is None and (deciding or correcting):
        initial = {"minutes": row.accepted_minutes or row.minutes, "version": row.version}
        form = JudgeForm(user=request.user, claimed=row.minutes, correcting=correcting, initial=initial)
    context = {
        "page_title": row.title,
        "breadcrumbs": [*CRUMBS, _trail(own), (row.title, None)],
        "row": row,
        "own": own,
        "entries": row.entries.all(),
        "files": row.files.kept(),
        "promise": _promise(row),
        "hints": likely_duplicates([row]).get(row.pk, []) if manages or own else [],
        "form": form if deciding or correcting else None,
        "correcting": correcting,
        "left_to_another": own and manages and row.state == SUBMITTED and not deciding,
        "may_edit": own and row.state in MEMBERS_TURN,
        "may_withdraw": own and row.state in WITHDRAWABLE,
    }
    return render(request, "learning/submission.html", context)


def _trail(own: bool) -> tuple[str, str]:
    if own:
        return ("自学申报", reverse("learning:submissions"))
    return ("自学审核", reverse("learning:review"))


def _promise(row: StudySubmission):
    """What it would count while nobody has decided."""
    if row.state in COUNTING:
        return None
    return promise_for(
        row.member,
        kind=row.kind,
        organised=row.organised_by_party,
        minutes=row.minutes,
        day=row.last_on,
        leaving_out=row,
    )
