"""What is behind a cell of the statistics: members, events or organisations, on screen, on paper, as a reasoned export."""

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from branch_portal.dates import to_local
from branch_portal.paging import keyset_page
from branch_portal.permissions import Permission
from branch_portal.tables import Table, xlsx_bytes
from members.forms.roster import TakeOutForm
from members.fresh import fresh_sign_in
from members.queries.history import organizations_on
from supervision.forms.statistics import CellForm, StatisticsForm
from supervision.queries.statistics_lists import (
    HEADS,
    ORDER,
    Behind,
    behind,
    people,
    people_of_breakers,
    people_of_events,
    with_names,
)
from supervision.queries.statistics_moves import Moves
from supervision.statistics_file import date_words
from supervision.tables.statistics import breaker_table, person_columns, place_columns
from supervision.views.access import admin_context, note_export
from supervision.views.paging import NumberedPage
from supervision.views.statistics import TITLE, asked_form, download, link, statistics_page

PAGE_SIZE = 50
#: Longer lists are not taken out of a cell; the roster's own export writes them.
EXPORT_LIMIT = 5000


def _rosters(request, form: StatisticsForm) -> StatisticsForm:
    """Lists of people are for whoever may see the roster of the whole organisation."""
    asked = asked_form(request, form)
    if not request.user.access.may(Permission.VIEW_ROSTER, asked.root):
        raise PermissionDenied
    return asked


def _asked(request) -> tuple[CellForm, Behind]:
    form = CellForm(request.GET, user=request.user)
    _rosters(request, form)
    found = behind(form.root, form.chosen_day, *form.cell)
    if found is None:
        raise Http404
    return form, found


def _lines(request, found: Behind, rows) -> list:
    """The rows of one page as lines."""
    if found.places is not None:
        return list(rows)
    if found.events is not None:
        return people_of_events(request.user, rows)
    then = organizations_on(found.day, {row.branch_id for row in rows})
    return people(rows, {pk: str(each) for pk, each in then.items()}, found.day)


def _columns(found: Behind):
    return (
        place_columns(found) if found.places is not None else person_columns(events=found.events is not None)
    )


def _first(request, found: Behind, limit: int) -> list:
    if found.members is not None:
        rows = list(with_names(request.user, found.members).order_by(*ORDER)[:limit])
    else:
        rows = list((found.events if found.events is not None else found.places or ())[:limit])
    return _lines(request, found, rows)


@statistics_page
@require_safe
def statistics_list(request):
    form, found = _asked(request)
    if found.members is not None:
        rows = with_names(request.user, found.members)
        page = keyset_page(rows, cursor=form.values().get("cursor"), fields=ORDER, size=PAGE_SIZE)
        first = 1
    else:
        page = NumberedPage(found.events if found.events is not None else found.places or (), form)
        first = page.first_number
    table = Table(
        _columns(found), _lines(request, found, page.rows), caption=_title(form, found), first_number=first
    )
    context = admin_context(
        request,
        title="名单",
        crumbs=[(TITLE, link("statistics", form)), ("名单", None)],
        subtitle=_title(form, found),
        page=page,
        keyset=found.members is not None,
        table=table,
        print_url=link("statistics-list-print", form),
        export_url=link("statistics-list-export", form),
    )
    return render(request, "supervision/statistics_list.html", context)


def _title(form: CellForm, found: Behind) -> str:
    """Whose and which cell's list it is."""
    words = [found.label, HEADS.get(form.cell[2], "")] if form.cell[2] != "total" else [found.label]
    return f"{form.root.name} · 截至{date_words(form.chosen_day)} · {'，'.join(filter(None, words))}"


@statistics_page
@require_safe
def statistics_list_print(request):
    form, found = _asked(request)
    context = {
        "page_title": "统计名单",
        "subtitle": _title(form, found),
        "total": found.count(),
        "limit": EXPORT_LIMIT,
        "table": Table(_columns(found), _first(request, found, EXPORT_LIMIT), caption="统计名单"),
        "landscape": True,
        "author": request.user.display_name,
        "back_url": link("statistics-list", form),
    }
    return render(request, "supervision/statistics_list_print.html", context)


@statistics_page
@fresh_sign_in
@require_http_methods(["GET", "HEAD", "POST"])
def statistics_list_export(request):
    """A reason is asked, and what goes out is recorded."""
    asked, found = _asked(request)
    form = TakeOutForm(request.POST if request.method == "POST" else None, user=request.user)
    count = found.count()
    if request.method == "POST" and form.is_valid():
        if count <= EXPORT_LIMIT:
            return _taken_out(request, asked, found, form.cleaned_data["reason"])
        form.add_error(None, f"名单超过 {EXPORT_LIMIT} 人，请缩小组织范围，或在党员名册中导出。")
    context = admin_context(
        request,
        title="导出名单",
        crumbs=[(TITLE, link("statistics", asked)), ("名单", link("statistics-list", asked)), ("导出", None)],
        form=form,
        subtitle=f"{_title(asked, found)} · 共 {count} 条",
        back_url=link("statistics-list", asked),
    )
    return render(request, "supervision/statistics_list_export.html", context)


def _taken_out(request, asked: CellForm, found: Behind, reason: str):
    lines = _first(request, found, EXPORT_LIMIT)
    note_export(request, field="统计名单（遮盖）", reason=reason, count=len(lines), root=asked.root)
    headers, rows = Table(_columns(found), lines).export_rows()
    notes = [
        ("名称", f"统计名单：{_title(asked, found)}"),
        ("人数", len(lines)),
        ("导出人", f"{request.user.display_name}（{request.user.username}）"),
        ("导出时间", f"{to_local(timezone.now()):%Y-%m-%d %H:%M}"),
        ("导出事由", reason),
    ]
    book = xlsx_bytes(headers, rows, sheet="名单", notes=notes)
    return download(book, f"统计名单{asked.chosen_day:%Y%m%d}.xlsx")


@statistics_page
@require_safe
def statistics_difference(request):
    """Row 15 of the change table: who is behind a difference, and the reason that can be seen."""
    form = _rosters(request, CellForm(request.GET, user=request.user))
    change = Moves(form.root, form.chosen_day).change
    page = NumberedPage(change.breakers, form)
    context = admin_context(
        request,
        title="有差别的党员",
        crumbs=[(TITLE, link("statistics", form, part="moves")), ("有差别的党员", None)],
        subtitle=f"{form.root.name} · 截至{date_words(form.chosen_day)}",
        rows=change.rows,
        page=page,
        table=breaker_table(people_of_breakers(request.user, page.rows)),
    )
    return render(request, "supervision/statistics_difference.html", context)
