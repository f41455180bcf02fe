"""题库 of a lesson or a series: list, entering, mending, retiring, and an uploaded list with its preview."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from branch_portal.files import display_name
from branch_portal.once import earlier_result, remember_result
from branch_portal.paging import keyset_page
from branch_portal.tables import Table
from learning.actions.lessons import LessonRefused
from learning.actions.quiz import (
    Bank,
    add_question,
    apply_question_import,
    bank_fields,
    change_question,
    retire_question,
    start_question_import,
)
from learning.forms.quiz import BankFilter, ChangeQuestionForm, ImportQuestionsForm, NewQuestionForm
from learning.lesson_tables import import_problem_columns, question_columns
from learning.models import Lesson, Question, QuestionImport
from learning.queries.lessons import questions_asked
from learning.question_file import read_questions, template_bytes
from learning.views.lesson_reach import (
    crumbs,
    lesson_url,
    managed_lesson,
    managed_series,
    may_manage,
    require_manager,
)
from members.imports.reader import FileRefused

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _bank(request: HttpRequest, kind: str, uid) -> Bank:
    if kind == "lesson":
        return managed_lesson(request, uid)
    if kind == "series":
        return managed_series(request, uid)
    raise Http404


def _url(name: str, bank: Bank) -> str:
    return reverse(f"learning:{name}", args=["lesson" if isinstance(bank, Lesson) else "series", bank.uid])


def _crumbs(bank: Bank, *more):
    home = lesson_url(bank) if isinstance(bank, Lesson) else reverse("learning:series")
    return crumbs((bank.title, home), ("题库", _url("bank", bank) if more else None), *more)


@require_safe
def bank(request, kind, uid):
    """The questions in use."""
    row = _bank(request, kind, uid)
    form = BankFilter(request.GET)
    questions = Question.objects.visible_to(request.user).in_use().filter(**bank_fields(row))
    page = keyset_page(questions, cursor=form.values().get("cursor"), fields=("pk",))
    shared = isinstance(row, Lesson) and row.series_id is not None
    asked = questions_asked(row) if isinstance(row, Lesson) else 0
    context = {
        "page_title": f"题库：{row.title}",
        "breadcrumbs": _crumbs(row),
        "bank": row,
        "is_lesson": isinstance(row, Lesson),
        "few": asked if isinstance(row, Lesson) and asked < row.drawn else 0,
        "page": page,
        "table": Table(question_columns(), page.rows, caption="题库"),
        "series_url": _url("bank", row.series) if shared else "",
        "new_url": _url("question-new", row),
        "import_url": _url("questions-import", row),
    }
    return render(request, "learning/bank.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request, kind, uid):
    """添加题目."""
    row = _bank(request, kind, uid)
    form = NewQuestionForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        key = form.cleaned_data["submission_key"]
        try:
            with transaction.atomic():
                if url := earlier_result(key, request.user):
                    return redirect(url)
                add_question(by=request.user, bank=row, facts=form.facts())
                remember_result(key, _url("bank", row))
            messages.success(request, "题目已添加。")
            return redirect(_url("bank", row))
        except LessonRefused as refused:
            form.add_error("text", str(refused))
    return _form_page(request, row, form, "添加题目")


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request, uid):
    """修改题目; checks that were put already keep the old words."""
    question = _question(request, uid)
    row = question.lesson or question.series
    form = ChangeQuestionForm(
        request.POST or None, user=request.user, initial=ChangeQuestionForm.initial_of(question)
    )
    if request.method == "POST" and form.is_valid():
        try:
            change_question(
                by=request.user, question=question, version=form.cleaned_data["version"], facts=form.facts()
            )
            messages.success(request, "题目已保存。已经答过的测验不受影响。")
            return redirect(_url("bank", row))
        except LessonRefused as refused:
            form.add_error(None, str(refused))
    return _form_page(request, row, form, "修改题目", question)


def _form_page(request, row: Bank, form, title: str, question: Question | None = None):
    context = {
        "page_title": title,
        "breadcrumbs": _crumbs(row, (title, None)),
        "form": form,
        "question": question,
        "back_url": _url("bank", row),
    }
    return render(request, "learning/question_form.html", context)


def _question(request: HttpRequest, uid) -> Question:
    """Questions hold solutions, so who may not manage them does not even learn that they exist."""
    rows = Question.objects.editable_by(request.user).in_use().select_related("lesson", "series")
    return get_object_or_404(rows, uid=uid)


@require_POST
def retire(request, uid):
    """停用."""
    question = _question(request, uid)
    try:
        retire_question(by=request.user, question=question)
        messages.success(request, "题目已停用。")
    except LessonRefused as refused:
        messages.error(request, str(refused))
    return redirect(_url("bank", question.lesson or question.series))


@require_safe
def template(request):
    """The empty workbook."""
    require_manager(request)
    response = HttpResponse(template_bytes(), content_type=_XLSX)
    response.headers["Content-Disposition"] = content_disposition_header(True, "题库导入模板.xlsx")
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def upload(request, kind, uid):
    """导入题目: an upload becomes a preview."""
    row = _bank(request, kind, uid)
    form = ImportQuestionsForm(request.POST or None, request.FILES or None, user=request.user)
    if request.method == "POST" and form.is_valid() and (url := _read_once(request, row, form)):
        return redirect(url)
    context = {
        "page_title": "导入题目",
        "breadcrumbs": _crumbs(row, ("导入题目", None)),
        "form": form,
        "back_url": _url("bank", row),
    }
    return render(request, "learning/questions_import.html", context)


def _read_once(request, row: Bank, form: ImportQuestionsForm) -> str:
    """Where the preview is; "" when the file was refused, which leaves the key free for the mended one."""
    key, file = form.cleaned_data["submission_key"], form.cleaned_data["file"]
    questions = Question.objects.visible_to(request.user).in_use().filter(**bank_fields(row))
    try:
        with transaction.atomic():
            if url := earlier_result(key, request.user):
                return url
            read = read_questions(file, known=set(questions.values_list("text", flat=True)))
            batch = start_question_import(
                by=request.user,
                bank=row,
                file_name=display_name(file.name),
                good=read.good,
                problems=read.problems,
            )
            url = reverse("learning:question-import", args=[batch.uid])
            remember_result(key, url)
    except FileRefused as refused:
        form.add_error("file", str(refused))
        return ""
    return url


@require_http_methods(["GET", "HEAD", "POST"])
def preview(request, uid):
    """核对题目: every row that cannot be taken with its place and mend; 确认 takes the others."""
    rows = QuestionImport.objects.visible_to(request.user).select_related(
        "lesson__organization", "lesson__series", "series__organization"
    )
    batch = get_object_or_404(rows, uid=uid)
    row = batch.lesson or batch.series
    if not may_manage(request.user, row):
        raise PermissionDenied
    if request.method == "POST":
        done = apply_question_import(by=request.user, batch=batch)
        messages.success(request, f"已导入 {done.applied_count} 道题。")
        return redirect(_url("bank", row))
    context = {
        "page_title": "核对题目",
        "breadcrumbs": _crumbs(row, ("核对题目", None)),
        "batch": batch,
        "problems": Table(import_problem_columns(), batch.problems, caption="需要修改的行", numbered=False),
        "good": Table(
            question_columns(linked=False), [Question(**each) for each in batch.good], caption="可导入的题目"
        ),
        "import_url": _url("questions-import", row),
        "back_url": _url("bank", row),
    }
    return render(request, "learning/questions_preview.html", context)
