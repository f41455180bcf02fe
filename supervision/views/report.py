"""组织生活情况, one A4 page of a subtree's year: sums by child organisation and kind, and who needs help with what."""

from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from activities.queries.cadence import KIND_ORDER
from branch_portal.dates import today_shanghai
from supervision.forms.grid import GridForm
from supervision.queries.grid import Grid
from supervision.rules.lacks import lack_words
from supervision.rules.one_page import MOST_BRANCHES, fitting
from supervision.tables.roll_ups import report_table
from supervision.views.access import committee_page
from supervision.views.grid import TITLE, asked_grid
from supervision.views.paging import FetchedPage

#: Child organisations of their own line; the rest are added up in the last one.
MOST_LINES = 14


@committee_page
@require_safe
def report(request):
    """Figures, sums, clauses; for up to thirty branches also what each lacks, as far as the page reaches."""
    form = GridForm(request.GET, user=request.user)
    found = asked_grid(request.user, form, size=MOST_BRANCHES, most=MOST_LINES)
    table = report_table(found)
    lacking, more = _lacking(found, taken=len(table.rows))
    page = FetchedPage(found.rows, found.listed, form)
    whole = found.way[-1].name if found.way else "所辖党支部"
    context = {
        "page_title": f"{whole}{found.year}年组织生活情况",
        "grid": found,
        "total": found.tally(),
        "table": table,
        "lacking": lacking,
        "more": more,
        "few": found.branches <= MOST_BRANCHES,
        "most": MOST_BRANCHES,
        "clauses": [found.rules[kind].clause for kind in KIND_ORDER if found.tallies[kind].owed],
        "organization": whole,
        "author": request.user.display_name,
        "today": today_shanghai(),
        "back_url": page.link(reverse("supervision:grid")),
        "title": TITLE,
    }
    return render(request, "supervision/report.html", context)


def _lacking(found: Grid, *, taken: int) -> tuple[list[tuple[str, str]], int]:
    """(name, what it lacks) of the branches that fit on the page, and how many more there are."""
    if found.branches > MOST_BRANCHES:
        return [], 0
    lines = [(str(row.branch), lack_words(found.lacks(row))) for row in found.rows if row.total.missing]
    shown = fitting([words for _, words in lines], taken)
    return lines[:shown], len(lines) - shown
