"""Lessons for those who keep them: list, entering, changing, publishing, taking down; and series."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from branch_portal.kept import Keeping
from branch_portal.once import earlier_result, remember_result
from branch_portal.paging import keyset_page
from branch_portal.tables import Table
from learning.actions.lessons import (
    LessonRefused,
    change_lesson,
    create_lesson,
    publish_lesson,
    save_series,
    withdraw_lesson,
)
from learning.forms.lessons import ChangeLessonForm, ManageFilter, NewLessonForm, NewSeriesForm, SeriesForm
from learning.lesson_tables import managed_columns, series_columns
from learning.models import Lesson
from learning.presentation import tabs
from learning.queries.lessons import lesson_keepers, managed_lessons, managed_series_list
from learning.views.lesson_reach import (
    crumbs,
    files_url,
    lesson_url,
    managed_lesson,
    managed_series,
    require_manager,
)


@require_safe
def manage(request):
    """开设的课程: drafts and what is taken down as well."""
    require_manager(request)
    form = ManageFilter(request.GET)
    values = form.values()
    rows = managed_lessons(request.user)
    if values.get("state"):
        rows = rows.filter(state=values["state"])
    page = keyset_page(rows, cursor=values.get("cursor"), fields=("-created_at", "-pk"))
    context = {
        "page_title": "课程管理",
        "breadcrumbs": crumbs(("课程管理", None)),
        "tabs": tabs(request.user, "lessons-kept"),
        "form": form,
        "page": page,
        "table": Table(managed_columns(), page.rows, caption="课程管理"),
    }
    return render(request, "learning/lessons_manage.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request):
    """开设课程."""
    keepers = lesson_keepers(request.user)
    if not keepers:
        raise PermissionDenied
    keeping = Keeping(request, "learning.lesson:new")
    form = keeping.offered(NewLessonForm(keeping.data(), user=request.user, organizations=keepers))
    if request.method == "POST" and form.is_valid() and (url := _created_once(request, form)):
        keeping.forget()
        return redirect(url)
    return _form_page(request, form, "开设课程", reverse("learning:lessons-manage"), keeping)


def _created_once(request, form: NewLessonForm) -> str:
    """Where the new lesson goes on, or went on when this form arrived first; "" when it was refused."""
    key = form.cleaned_data["submission_key"]
    try:
        with transaction.atomic():
            if url := earlier_result(key, request.user):
                return url
            row = create_lesson(by=request.user, organization=form.organization, facts=form.facts())
            url = files_url(row) if row.is_media else lesson_url(row)
            remember_result(key, url)
    except LessonRefused as refused:
        form.add_error(None, str(refused))
        return ""
    messages.success(request, "课程已存为草稿，准备好以后请发布。")
    return url


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request, uid):
    """修改课程."""
    row = managed_lesson(request, uid)
    keeping = Keeping(request, f"learning.lesson:{row.uid.hex}")
    form = keeping.offered(
        ChangeLessonForm(
            keeping.data(), user=request.user, organizations=[row.organization], initial=_initial(row)
        )
    )
    if request.method == "POST" and form.is_valid():
        try:
            change_lesson(
                by=request.user, lesson=row, version=form.cleaned_data["version"], facts=form.facts()
            )
        except LessonRefused as refused:
            form.add_error(None, str(refused))
        else:
            keeping.forget()
            messages.success(request, "课程已保存。")
            return redirect(lesson_url(row))
    return _form_page(request, form, "修改课程", lesson_url(row), keeping)


def _initial(row: Lesson) -> dict:
    names = (
        "title", "kind", "position", "text", "minutes", "category", "pass_by", "drawn", "pass_mark", "tries", "audience",
        "version",
    )  # fmt: skip
    initial = {name: getattr(row, name) for name in names} | {"series": row.series and row.series.uid}
    return initial | ({row.audience: row.audience_values} if row.audience_values else {})


def _form_page(request, form, title: str, back_url: str, keeping: Keeping):
    context = {
        "page_title": title,
        "breadcrumbs": crumbs((title, None)),
        "form": form,
        "back_url": back_url,
        **keeping.context(),
    }
    return render(request, "learning/lesson_form.html", context)


@require_POST
def publish(request, uid):
    """发布."""
    row = managed_lesson(request, uid)
    try:
        publish_lesson(by=request.user, lesson=row)
        messages.success(request, "课程已发布，学习对象现在可以学习。")
    except LessonRefused as refused:
        messages.error(request, str(refused))
    return redirect(lesson_url(row))


@require_POST
def withdraw(request, uid):
    """下架; completions and hours stay."""
    row = managed_lesson(request, uid)
    withdraw_lesson(by=request.user, lesson=row)
    messages.success(request, "课程已下架。已完成的党员仍可查看，学时不变。")
    return redirect(lesson_url(row))


@require_safe
def series_list(request):
    """专题: lessons that belong together and share a question bank."""
    require_manager(request)
    rows = managed_series_list(request.user)
    context = {
        "page_title": "专题",
        "breadcrumbs": crumbs(("课程管理", reverse("learning:lessons-manage")), ("专题", None)),
        "table": Table(series_columns(), rows, caption="专题"),
    }
    return render(request, "learning/series.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def series_new(request):
    keepers = lesson_keepers(request.user)
    if not keepers:
        raise PermissionDenied
    form = NewSeriesForm(request.POST or None, user=request.user, organizations=keepers)
    if request.method == "POST" and form.is_valid():
        cleaned = form.cleaned_data
        try:
            with transaction.atomic():
                if url := earlier_result(cleaned["submission_key"], request.user):
                    return redirect(url)
                save_series(
                    by=request.user,
                    organization=form.organization,
                    title=cleaned["title"],
                    note=cleaned["note"],
                )
                remember_result(cleaned["submission_key"], reverse("learning:series"))
            messages.success(request, "专题已建立，开设课程时可以选用。")
            return redirect("learning:series")
        except LessonRefused as refused:
            form.add_error("title", str(refused))
    return _series_page(request, form, "新建专题")


@require_http_methods(["GET", "HEAD", "POST"])
def series_edit(request, uid):
    row = managed_series(request, uid)
    form = SeriesForm(request.POST or None, user=request.user, initial={"title": row.title, "note": row.note})
    if request.method == "POST" and form.is_valid():
        try:
            save_series(by=request.user, organization=row.organization, series=row, **form.cleaned_data)
            messages.success(request, "专题已保存。")
            return redirect("learning:series")
        except LessonRefused as refused:
            form.add_error("title", str(refused))
    return _series_page(request, form, "修改专题")


def _series_page(request, form, title: str):
    context = {
        "page_title": title,
        "breadcrumbs": crumbs(("专题", reverse("learning:series")), (title, None)),
        "form": form,
        "submit": "保存",
        "back_url": reverse("learning:series"),
    }
    return render(request, "small_form.html", context)
