"""转正, 流动与失联: how many members need attention in which branch, and who they are for whoever reads the roster."""

from collections.abc import Callable
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from branch_portal.dates import today_shanghai
from branch_portal.permissions import Permission
from members.fresh import fresh_sign_in
from members.queries.attention import CONTACT, LOST, REMOVE
from members.queries.milestones import CONFIRMATION
from supervision.forms.watch import PEOPLE, PeopleForm
from supervision.queries.people import CaseWatch, confirmation_watch, contact_watch
from supervision.tables.people import KINDS, branch_table, case_table, line_table
from supervision.views.access import admin_context, committee_page
from supervision.views.paging import NumberedPage
from supervision.views.watching import branch_link, child_link, take_out


@dataclass(frozen=True)
class Subject:
    """One page: which members it is about, and what is said under the list."""

    title: str
    keys: tuple[str, ...]
    watch: Callable[..., CaseWatch]
    url: str
    hint: str


CONFIRMATIONS = Subject(
    "预备党员转正",
    (CONFIRMATION,),
    confirmation_watch,
    "supervision:confirmations",
    "预备期满应当及时讨论能否转正（《中国共产党章程》第七条）。讨论结果由党支部登记，登记后不再列出。",
)
CONTACTS = Subject(
    "流动与失联党员",
    (CONTACT, LOST, REMOVE),
    contact_watch,
    "supervision:contacts",
    "外出党员一般每三个月联系一次，在国（境）外的每六个月。最近一次联系按联系记录和到会情况计算。"
    "失去联系满六个月、因失联停止党籍满两年的，请研究处置；是否处置由党组织决定。",
)


def _page(request, subject: Subject):
    form = PeopleForm(request.GET, user=request.user)
    found = subject.watch(user=request.user, day=today_shanghai(), root=form.root)
    named = found.named(request.user)
    by_name = form.by_name and request.user.may(Permission.VIEW_ROSTER)
    page = NumberedPage(named if by_name else found.branches, form)
    if by_name:
        table = case_table(page.rows, title=subject.title, first_number=page.first_number)
    else:
        link = branch_link(page, show=PEOPLE)
        table = branch_table(
            page.rows, subject.keys, title=subject.title, link=link, first_number=page.first_number
        )
    context = admin_context(
        request,
        title=subject.title,
        crumbs=[(subject.title, None)],
        subject=subject,
        form=form,
        figures=_figures(subject, found),
        lines=line_table(found.lines, subject.keys, title=subject.title, link=child_link(page)),
        by_name=by_name,
        page=page,
        table=table,
        home=reverse(subject.url),
        export_url=page.link(reverse(f"{subject.url}-export")),
    )
    return render(request, "supervision/people.html", context)


def _figures(subject: Subject, found: CaseWatch) -> list[tuple[str, int]]:
    figures = []
    for key in subject.keys:
        late = found.total.overdue.get(key, 0)
        figures.append((KINDS[key].late_words, late))
        if KINDS[key].soon:
            figures.append((KINDS[key].soon_words, found.total.of.get(key, 0) - late))
    return figures


def _export(request, subject: Subject):
    if not request.user.may(Permission.VIEW_ROSTER):
        raise PermissionDenied
    form = PeopleForm(request.GET, user=request.user)
    found = subject.watch(user=request.user, day=today_shanghai(), root=form.root)
    back = NumberedPage([], form).link(reverse(subject.url))
    return take_out(
        request,
        title=subject.title,
        back_url=back,
        crumbs=[(subject.title, back), ("导出", None)],
        root=form.root,
        table=case_table(found.named(request.user), title=subject.title),
    )


@committee_page
@require_safe
def confirmations_page(request):
    return _page(request, CONFIRMATIONS)


@committee_page
@fresh_sign_in
@require_http_methods(["GET", "HEAD", "POST"])
def confirmations_export(request):
    return _export(request, CONFIRMATIONS)


@committee_page
@require_safe
def contacts_page(request):
    return _page(request, CONTACTS)


@committee_page
@fresh_sign_in
@require_http_methods(["GET", "HEAD", "POST"])
def contacts_export(request):
    return _export(request, CONTACTS)
