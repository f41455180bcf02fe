"""党内统计: the tables on screen, on paper and as a workbook, and the reports that were kept of them."""

from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from branch_portal.dates import local_date, today_shanghai
from branch_portal.jobs import JobRefused
from branch_portal.models import Job
from branch_portal.once import earlier_result, remember_result
from branch_portal.permissions import Permission
from branch_portal.replica import from_replica
from members.actions.errors import ActionRefused
from supervision.actions.statistics import JOB_KIND, is_reporting_day, keep_report, queue_statistics
from supervision.forms.statistics import KeepReportForm, StatisticsForm, presets
from supervision.queries.statistics import needs_job
from supervision.queries.statistics_reports import figures_at_hand
from supervision.rules.statistics import Figures, checks
from supervision.statistics_file import date_words, file_name, statistics_workbook
from supervision.tables.statistics import CHARTS, PARTS, sheet_table
from supervision.views.access import admin_context, committee_page_for

TITLE = "党内统计"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
statistics_page = committee_page_for(Permission.VIEW_STATISTICS)


def asked_form(request: HttpRequest, form: StatisticsForm) -> StatisticsForm:
    """The form, once it is sure that there is something the user may read."""
    if form.root is None:
        raise PermissionDenied
    return form


def link(name: str, form: StatisticsForm, **more: str) -> str:
    return f"{reverse(f'supervision:{name}')}?{urlencode(form.query | more)}"


def shown_sheets(figures: Figures, part: str, *, cell_url=None) -> list[dict]:
    """The tables of one tab; every table where the part is none."""
    keys = PARTS[part][1] if part else [sheet.key for sheet in figures.sheets]
    wanted = [sheet for sheet in figures.sheets if sheet.key in keys]
    return [
        {
            "key": sheet.key,
            "name": figures.name_of(sheet),
            "unit": sheet.unit,
            "notes": sheet.notes,
            "table": sheet_table(sheet, figures.name_of(sheet), cell_url),
            "chart": CHARTS.get(sheet.key) if cell_url else None,
        }
        for sheet in sorted(wanted, key=lambda sheet: list(keys).index(sheet.key))
    ]


def judged(figures: Figures) -> dict:
    """The checks for a page."""
    found = checks(figures)
    return {
        "checks": found,
        "held": sum(check.holds for check in found),
        "failed": [check for check in found if not check.holds],
    }


@statistics_page
@require_safe
@from_replica
def statistics(request):
    form = asked_form(request, StatisticsForm(request.GET, user=request.user))
    counted = figures_at_hand(user=request.user, root=form.root, day=form.chosen_day)
    part = form.chosen_part
    context = admin_context(
        request,
        title=TITLE,
        crumbs=[(TITLE, None)],
        form=StatisticsForm(form.query, user=request.user),
        root=form.root,
        day=date_words(form.chosen_day),
        counted=counted,
        part=part,
        tabs=[(label, link("statistics", form, part=key), key == part) for key, (label, _) in PARTS.items()],
        presets=[
            (label, link("statistics", form, part=part, day=day.isoformat()), day == form.chosen_day)
            for label, day in presets(today_shanghai())
        ],
        may_report=is_reporting_day(form.chosen_day),
        **_links(form),
        **(_tables(request, form, counted.figures) if counted else {}),
    )
    return render(request, "supervision/statistics.html", context)


def _links(form: StatisticsForm) -> dict[str, str]:
    names = {"print_url": "print", "export_url": "export", "keep_url": "keep", "difference_url": "difference"}
    return {key: link(f"statistics-{name}", form) for key, name in names.items()}


def _tables(request, form: StatisticsForm, figures: Figures) -> dict:
    """The tab's tables; cells are links for whoever may see the roster as well."""

    def cell_url(sheet: str, line: str, column: str) -> str:
        return link("statistics-list", form, sheet=sheet, line=line, column=column)

    opens = request.user.access.may(Permission.VIEW_ROSTER, form.root)
    return judged(figures) | {
        "sheets": shown_sheets(figures, form.chosen_part, cell_url=cell_url if opens else None),
        "difference": figures.value("change", "15") if opens else 0,
    }


@statistics_page
@require_safe
def statistics_print(request):
    """All tables on A4."""
    form = asked_form(request, StatisticsForm(request.GET, user=request.user))
    counted = figures_at_hand(user=request.user, root=form.root, day=form.chosen_day)
    if counted is None:
        return redirect(link("statistics", form))
    back = link("statistics", form)
    return paper(request, counted.figures, author=request.user.display_name, on=counted.at, back_url=back)


def paper(request, figures: Figures, *, author: str, on, back_url: str) -> HttpResponse:
    context = {
        "page_title": f"{figures.organization}{TITLE}",
        "figures": figures,
        "day": date_words(figures.day),
        "sheets": shown_sheets(figures, ""),
        "author": author,
        "on": date_words(local_date(on)),
        "back_url": back_url,
        **judged(figures),
    }
    return render(request, "supervision/statistics_print.html", context)


@statistics_page
@require_safe
def statistics_export(request):
    """One workbook; numbers only, so no reason is asked."""
    form = asked_form(request, StatisticsForm(request.GET, user=request.user))
    counted = figures_at_hand(user=request.user, root=form.root, day=form.chosen_day)
    if counted is None:
        return redirect(link("statistics", form))
    book = statistics_workbook(
        counted.figures, author=request.user.display_name, filled_on=local_date(counted.at)
    )
    return download(book, file_name(counted.figures))


def download(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=XLSX)
    response.headers["Content-Disposition"] = content_disposition_header(True, name)
    return response


@statistics_page
@require_POST
def statistics_start(request):
    """Have a job count what takes long; the same question twice is one job."""
    form = asked_form(request, StatisticsForm(request.POST, user=request.user))
    if not needs_job(form.root, form.chosen_day):
        return redirect(link("statistics", form))
    asked = {"organization": str(form.root.uid), "day": form.chosen_day.isoformat()}
    running = Job.objects.visible_to(request.user).unfinished().filter(kind=JOB_KIND, arguments=asked).first()
    if running is None:
        try:
            running = queue_statistics(by=request.user, organization=form.root, day=form.chosen_day)
        except JobRefused as refused:
            messages.error(request, str(refused))
            return redirect(link("statistics", form))
    return redirect("jobs:progress", uid=running.uid)


@statistics_page
@require_http_methods(["GET", "HEAD", "POST"])
def statistics_keep(request):
    """上报: what will be kept, what does not add up, and the explanation."""
    asked = asked_form(request, StatisticsForm(request.GET, user=request.user))
    form = KeepReportForm(request.POST if request.method == "POST" else None, user=request.user)
    if request.method == "POST" and form.is_valid() and (answer := _kept(request, asked, form)):
        return answer
    counted = figures_at_hand(user=request.user, root=asked.root, day=asked.chosen_day)
    context = admin_context(
        request,
        title=f"上报{TITLE}",
        crumbs=[(TITLE, link("statistics", asked)), ("上报", None)],
        form=form,
        root=asked.root,
        day=date_words(asked.chosen_day),
        may_report=is_reporting_day(asked.chosen_day),
        counted=counted,
        back_url=link("statistics", asked),
        **(judged(counted.figures) if counted else {}),
    )
    return render(request, "supervision/statistics_keep.html", context)


def _kept(request, asked: StatisticsForm, form: KeepReportForm) -> HttpResponse | None:
    """The way to the report, or None with the refusal on the form."""
    key = form.cleaned_data["submission_key"]
    try:
        with transaction.atomic():
            if earlier := earlier_result(key, request.user):
                return redirect(earlier)
            report = keep_report(
                by=request.user,
                organization=asked.root,
                day=asked.chosen_day,
                explanation=form.cleaned_data["explanation"],
            )
            url = reverse("supervision:statistics-report", args=[report.uid])
            remember_result(key, url)
    except ActionRefused as refused:
        form.add_error(None, str(refused))
        return None
    messages.success(request, "已上报，数字不再变动。")
    return redirect(url)
