"""已上报的统计: as they were reported, and beside what is counted today."""

from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from branch_portal.dates import local_date
from branch_portal.paging import keyset_page
from supervision.forms.statistics import ReportFilter
from supervision.models import StatisticsReport
from supervision.queries.statistics_reports import figures_at_hand, reported_figures, reports_of
from supervision.rules.statistics import Figures, differences
from supervision.statistics_file import date_words, file_name, statistics_workbook
from supervision.tables.statistics import PARTS, difference_table, report_table
from supervision.views.access import admin_context
from supervision.views.statistics import TITLE, download, judged, paper, shown_sheets, statistics_page

_REPORTS = "已上报的统计"


def _report_or_404(request, uid) -> StatisticsReport:
    rows = StatisticsReport.objects.visible_to(request.user).select_related("organization", "made_by")
    return get_object_or_404(rows, uid=uid)


@statistics_page
@require_safe
def reports(request):
    cursor = ReportFilter(request.GET).values().get("cursor")
    page = keyset_page(reports_of(request.user), cursor=cursor, fields=("-as_of", "-pk"), size=25)
    context = admin_context(
        request,
        title=_REPORTS,
        crumbs=[(TITLE, reverse("supervision:statistics")), (_REPORTS, None)],
        page=page,
        table=report_table(page.rows),
    )
    return render(request, "supervision/statistics_reports.html", context)


@statistics_page
@require_safe
def report(request, uid):
    """One report; `compare` counts again and names every number that is another one now."""
    found = _report_or_404(request, uid)
    asked = ReportFilter(request.GET).values()
    part = asked.get("part") or next(iter(PARTS))
    figures = reported_figures(found)
    here = reverse("supervision:statistics-report", args=[found.uid])
    context = admin_context(
        request,
        title=f"{figures.organization}{TITLE}",
        crumbs=[
            (TITLE, reverse("supervision:statistics")),
            (_REPORTS, reverse("supervision:statistics-reports")),
            (date_words(found.as_of), None),
        ],
        report=found,
        day=date_words(found.as_of),
        filled_on=date_words(local_date(found.made_at)),
        part=part,
        tabs=[(label, f"{here}?part={key}", key == part) for key, (label, _) in PARTS.items()],
        sheets=shown_sheets(figures, part),
        **judged(figures),
        **(_compared(request, found, figures) if asked.get("compare") else {}),
    )
    return render(request, "supervision/statistics_report.html", context)


def _compared(request, found: StatisticsReport, figures: Figures) -> dict:
    counted = figures_at_hand(user=request.user, root=found.organization, day=found.as_of)
    if counted is None:
        query = f"organization={found.organization.uid}&day={found.as_of.isoformat()}"
        return {"compared": True, "count_url": f"{reverse('supervision:statistics')}?{query}"}
    return {"compared": True, "differences": difference_table(differences(figures, counted.figures))}


@statistics_page
@require_safe
def report_print(request, uid):
    found = _report_or_404(request, uid)
    back = reverse("supervision:statistics-report", args=[found.uid])
    author = found.made_by.display_name
    return paper(request, reported_figures(found), author=author, on=found.made_at, back_url=back)


@statistics_page
@require_safe
def report_export(request, uid):
    found = _report_or_404(request, uid)
    figures = reported_figures(found)
    book = statistics_workbook(
        figures,
        author=found.made_by.display_name,
        filled_on=local_date(found.made_at),
        explanation=found.explanation,
        reported=True,
    )
    return download(book, file_name(figures))
