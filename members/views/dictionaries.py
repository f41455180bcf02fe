"""代码表: whoever reads rosters reads them, the top committee edits them."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from branch_portal.dates import today_shanghai
from branch_portal.permissions import Permission
from members.actions.dictionaries import add_entry, end_entry, order_entry, reword_entry
from members.actions.errors import ActionRefused
from members.forms.dictionaries import AddEntryForm, DayForm, EndEntryForm, OrderEntryForm, RewordEntryForm
from members.models import DictionaryTable
from members.queries.dictionaries import entries_of, open_entries

_FORM_METHODS = require_http_methods(["GET", "HEAD", "POST"])


def _crumbs(*more):
    return [("工作台", reverse("workbench")), ("代码表", reverse("members:dictionaries")), *more]


def _require_reader(request) -> None:
    if not (request.user.may(Permission.VIEW_ROSTER) or request.user.access.may_edit_dictionaries):
        raise PermissionDenied


def _require_editor(request) -> None:
    if not request.user.access.may_edit_dictionaries:
        raise PermissionDenied


def _table_or_404(table: str) -> DictionaryTable:
    if table not in DictionaryTable.values:
        raise Http404
    return DictionaryTable(table)


@require_safe
def tables(request):
    _require_reader(request)
    context = {"page_title": "代码表", "tables": DictionaryTable.choices, "breadcrumbs": _crumbs()}
    return render(request, "members/dictionaries.html", context)


@require_safe
def table(request, table):
    """All versions; with a day, the words in force on it."""
    _require_reader(request)
    shown = _table_or_404(table)
    form = DayForm(request.GET)
    day = form.values().get("day")
    entries = entries_of(table).on(day) if day else entries_of(table)
    context = {
        "page_title": shown.label,
        "table": table,
        "entries": entries,
        "form": form,
        "day": day or today_shanghai(),
        "may_edit": request.user.access.may_edit_dictionaries,
        "breadcrumbs": _crumbs((shown.label, None)),
    }
    return render(request, "members/dictionary.html", context)


def _form_page(request, form, *, table: str, title: str, act):
    back = reverse("members:dictionary", args=[table])
    if request.method == "POST" and form.is_valid():
        try:
            act(form.cleaned_data)
        except ActionRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, "已保存。")
            return redirect(back)
    crumbs = _crumbs((DictionaryTable(table).label, back), (title, None))
    context = {"page_title": title, "form": form, "back_url": back, "breadcrumbs": crumbs}
    return render(request, "members/dictionary_form.html", context)


@_FORM_METHODS
def add(request, table):
    _require_editor(request)
    _table_or_404(table)
    form = AddEntryForm(request.POST or None, user=request.user)
    return _form_page(
        request,
        form,
        table=table,
        title="新增代码",
        act=lambda cleaned: add_entry(by=request.user, table=table, **cleaned),
    )


_CHANGES = {
    "reword": ("改名", RewordEntryForm, reword_entry),
    "end": ("停用", EndEntryForm, end_entry),
    "order": ("调整排序", OrderEntryForm, order_entry),
}


@_FORM_METHODS
def change(request, uid, what):
    _require_editor(request)
    if what not in _CHANGES:
        raise Http404
    entry = get_object_or_404(open_entries(), uid=uid)
    title, form_class, action = _CHANGES[what]
    initial = {"label": entry.label, "sort_number": entry.sort_number}
    return _form_page(
        request,
        form_class(request.POST or None, user=request.user, initial=initial),
        table=entry.table,
        title=f"{title}：{entry.label}",
        act=lambda cleaned: action(by=request.user, entry=entry, **cleaned),
    )
