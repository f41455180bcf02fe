"""记录质量: per branch and year how many records have which prompt, the records behind a number, and comparing texts."""

from functools import partial
from urllib.parse import urlencode

from django.contrib import messages
from django.db import transaction
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from activities.rules.quality import CODE_LABELS
from branch_portal.dates import today_shanghai
from branch_portal.jobs import JobRefused
from branch_portal.once import earlier_result, remember_result
from branch_portal.paging import keyset_page
from branch_portal.permissions import Permission
from branch_portal.replica import from_replica
from branch_portal.tables import xlsx_response
from supervision.actions.likeness import ask_for_comparison
from supervision.forms.checks import CompareForm, QualityForm
from supervision.queries.quality import QualityOverview, in_words, marked_records, quality_overview
from supervision.tables.checks import marked_table, quality_roll_ups, quality_table
from supervision.views.access import admin_context, committee_page, committee_page_for
from supervision.views.paging import NumberedPage

TITLE = "记录质量"
PAGE_SIZE = 25
EXPORT_LIMIT = 5000


def _overview(request, form: QualityForm) -> QualityOverview:
    return quality_overview(user=request.user, year=form.chosen_year, day=today_shanghai(), root=form.root)


def records_link(form: QualityForm, organization, code: str = "") -> str:
    """The records behind a number of the overview."""
    asked = {"year": form.chosen_year, "organization": organization.uid} | ({"code": code} if code else {})
    return f"{reverse('supervision:quality-records')}?{urlencode(asked)}"


@committee_page
@require_safe
@from_replica
def quality(request):
    """Branches with most to mend first; a number leads to its records."""
    form = QualityForm(request.GET, user=request.user)
    found = _overview(request, form)
    page = NumberedPage(found.rows, form)
    del form.fields["code"]  # the list of records has it
    context = admin_context(
        request,
        title=TITLE,
        crumbs=[(TITLE, None)],
        form=form,
        year=form.chosen_year,
        total=found.total,
        sums=[(label, found.total.counts[code]) for code, label in CODE_LABELS.items()],
        page=page,
        table=quality_table(page.rows, partial(records_link, form), first_number=page.first_number),
        roll_ups=quality_roll_ups(found.roll_ups, lambda upper: page.link(organization=upper.uid)),
        compare=CompareForm(user=request.user, initial=_compared(form)),
        export_url=page.link(reverse("supervision:quality-export")),
    )
    return render(request, "supervision/checks_quality.html", context)


def _compared(form: QualityForm) -> dict:
    return {"organization": str(form.root.uid) if form.root else "", "year": form.chosen_year}


@committee_page
@require_safe
def quality_export(request):
    form = QualityForm(request.GET, user=request.user)
    table = quality_table(_overview(request, form).rows, partial(records_link, form))
    return xlsx_response(table, f"{TITLE}{form.chosen_year}", sheet=str(form.chosen_year))


def _marked(request, form: QualityForm):
    return marked_records(
        user=request.user,
        year=form.chosen_year,
        day=today_shanghai(),
        root=form.root,
        code=form.code_chosen,
    )


@committee_page
@require_safe
def records(request):
    """The records with a prompt, what is missing and where in words."""
    form = QualityForm(request.GET, user=request.user)
    page = keyset_page(
        _marked(request, form), cursor=form.values().get("cursor"), fields=("-pk",), size=PAGE_SIZE
    )
    title = CODE_LABELS.get(form.code_chosen, "有提示的记录")
    asked = {name: value for name, value in form.values().items() if value and name not in ("cursor", "page")}
    context = admin_context(
        request,
        title=title,
        crumbs=[(TITLE, f"{reverse('supervision:quality')}?{urlencode(asked)}"), (title, None)],
        form=form,
        scope_name=form.root.name if form.root else "全部所辖党支部",
        year=form.chosen_year,
        page=page,
        table=marked_table(in_words(request.user, page.rows, today_shanghai())),
        export_url=f"{reverse('supervision:quality-records-export')}?{urlencode(asked)}",
    )
    return render(request, "supervision/checks_records.html", context)


@committee_page
@require_safe
def records_export(request):
    form = QualityForm(request.GET, user=request.user)
    rows = list(_marked(request, form).order_by("-pk")[:EXPORT_LIMIT])
    table = marked_table(in_words(request.user, rows, today_shanghai()))
    return xlsx_response(table, f"有提示的记录{form.chosen_year}", sheet=str(form.chosen_year))


@committee_page_for(Permission.INSPECT)
@require_POST
def compare(request):
    """比对内容: a worker compares the texts of the chosen part of the tree."""
    form = CompareForm(request.POST, user=request.user)
    root = form.root if form.is_valid() else None
    if root is None:
        messages.error(request, "没有开始比对，请重新打开页面再试。")
        return redirect("supervision:quality")
    cleaned = form.cleaned_data
    try:
        with transaction.atomic():
            if earlier := earlier_result(cleaned["submission_key"], request.user):
                return redirect(earlier)
            work = ask_for_comparison(by=request.user, root=root, year=cleaned["year"])
            url = reverse("jobs:progress", args=[work.uid])
            remember_result(cleaned["submission_key"], url)
    except JobRefused as refused:
        messages.error(request, str(refused))
        return redirect("supervision:quality")
    return redirect(url)
