"""“这条不对” about a credit that no roll stands behind, with the branch's answer."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from branch_portal.permissions import Permission
from learning.actions.questions import Answered, NotAskable, answer, ask
from learning.forms.certificates import AnswerQuestionForm, AskForm
from learning.models import StudyCredit, StudyQuestion
from learning.queries.questions import question_url

CRUMBS = [("工作台", "/"), ("学习", "/learning/")]


@require_http_methods(["GET", "HEAD", "POST"])
def ask_view(request, uid):
    """About one's own standing credit."""
    own = StudyCredit.objects.visible_to(request.user).filter(member_id=request.user.member_id).standing()
    credit = get_object_or_404(own, uid=uid)
    form = AskForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            question = ask(by=request.user, credit=credit, statement=form.cleaned_data["statement"])
        except NotAskable:
            messages.warning(request, "这条学时已有一个没有答复的疑问，请等党支部答复。")
            return redirect("learning:my-year")
        messages.success(request, f"已提交，党支部应在 {question.due_on:%Y-%m-%d} 以前答复。")
        return redirect(question_url(question))
    context = {
        "page_title": "对学时提出疑问",
        "breadcrumbs": [*CRUMBS, ("提出疑问", None)],
        "credit": credit,
        "form": form,
        "back_url": f"{reverse('learning:my-year')}?year={credit.year}",
    }
    return render(request, "learning/ask.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def question(request, uid):
    """Both sides read it, the branch answers."""
    rows = StudyQuestion.objects.visible_to(request.user).select_related(
        "credit", "branch", "member", "answered_by"
    )
    row = get_object_or_404(rows, uid=uid)
    answers = _may_answer(request.user, row)
    form = AnswerQuestionForm(request.POST or None, user=request.user)
    if request.method == "POST":
        if not answers:
            raise PermissionDenied
        if form.is_valid():
            _answered(request, row, form.cleaned_data)
            return redirect(question_url(row))
    context = {
        "page_title": "学时疑问",
        "breadcrumbs": [*CRUMBS, ("学时疑问", None)],
        "row": row,
        "form": form,
        "may_answer": answers and row.state == StudyQuestion.State.OPEN,
        "own": row.member_id == request.user.member_id,
    }
    return render(request, "learning/question.html", context)


def _may_answer(user, row: StudyQuestion) -> bool:
    """Who keeps the branch's records; one's own question is the secretary's to answer."""
    own = row.member_id == user.member_id
    if own and not user.access.may(Permission.CONFIRM_RECORDS, row.branch):
        return False
    return StudyQuestion.objects.editable_by(user).filter(pk=row.pk).exists()


def _answered(request, row: StudyQuestion, said: dict) -> None:
    try:
        answer(by=request.user, question=row, accept=said["decision"] == "accept", words=said["words"])
        messages.success(request, "已答复，并通知本人。")
    except Answered:
        messages.warning(request, "没有改动：已有人答复。")
