"""换届和班子: whose term ends soon or is over, whose committee is not complete; each leads to the organisation's terms."""

from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from branch_portal.dates import today_shanghai
from branch_portal.replica import from_replica
from branch_portal.tables import xlsx_response
from supervision.forms.watch import TermForm
from supervision.queries.terms import STATES, TermWatch, term_watch
from supervision.tables.terms import MARKS, line_table, term_table
from supervision.views.access import admin_context, committee_page
from supervision.views.paging import NumberedPage
from supervision.views.watching import child_link

TITLE = "换届和班子"


def _watch(request, form: TermForm) -> TermWatch:
    return term_watch(user=request.user, day=today_shanghai(), root=form.root)


def _rows(found: TermWatch, form: TermForm) -> list:
    chosen = form.state_chosen
    return [row for row in found.rows if not chosen or chosen in row.states]


@committee_page
@require_safe
@from_replica
def terms(request):
    form = TermForm(request.GET, user=request.user)
    found = _watch(request, form)
    page = NumberedPage(_rows(found, form), form)
    context = admin_context(
        request,
        title=TITLE,
        crumbs=[(TITLE, None)],
        form=form,
        figures=[
            (STATES[state], found.total.of[state], page.link(state=state), MARKS[state]) for state in STATES
        ],
        lines=line_table(found.lines, link=child_link(page)),
        page=page,
        table=term_table(request.user, page.rows, first_number=page.first_number),
        export_url=page.link(reverse("supervision:terms-export")),
    )
    return render(request, "supervision/terms.html", context)


@committee_page
@require_safe
def terms_export(request):
    form = TermForm(request.GET, user=request.user)
    table = term_table(request.user, _rows(_watch(request, form), form))
    return xlsx_response(table, f"{TITLE}{today_shanghai():%Y%m%d}", sheet=TITLE)
