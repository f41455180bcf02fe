"""抽查: drawing a sample, reading its records one after another, and drawing it again to prove it."""

import datetime

from django.contrib import messages
from django.db import transaction
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from activities.models import ActivityKind, ActivityRecord
from activities.paper.sheet import facts as sheet_facts
from activities.paper.sheet import parts as sheet_parts
from activities.queries.quality import facts_of, with_facts
from activities.queries.sheet import sheet_of
from activities.queries.subjects import record_url
from activities.rules.quality import judge, remarks
from branch_portal.dates import today_shanghai
from branch_portal.once import earlier_result, remember_result
from branch_portal.paging import keyset_page
from branch_portal.permissions import Permission
from branch_portal.tables import xlsx_response
from members.models import PartyOrganization
from supervision.actions.spot_checks import CheckRefused, draw_check, judge_item
from supervision.forms.checks import CheckListFilter, DrawForm, JudgeItemForm
from supervision.models import SpotCheck, SpotCheckItem
from supervision.queries.quality import likenesses
from supervision.queries.spot_checks import redraw, with_progress
from supervision.tables.checks import checks_table, items_table
from supervision.views.access import admin_context, committee_page_for

TITLE = "抽查"
EXPORT_LIMIT = 5000
inspector_page = committee_page_for(Permission.INSPECT)


def _crumbs(*last):
    return [(TITLE, reverse("supervision:checks")), *last]


def _listed(request):
    return with_progress(SpotCheck.objects.visible_to(request.user)).select_related("organization", "root")


@inspector_page
@require_safe
def checks(request):
    """One's own committee's and, for an upper one, those of the committees below."""
    cursor = CheckListFilter(request.GET).values().get("cursor")
    page = keyset_page(_listed(request), cursor=cursor, fields=("-pk",), size=25)
    context = admin_context(
        request,
        title=TITLE,
        crumbs=[(TITLE, None)],
        page=page,
        table=checks_table(page.rows),
        new_url=reverse("supervision:check-new"),
        new_label="新的抽查",
        export_url=reverse("supervision:checks-export"),
        empty_title="还没有抽查",
        empty_text="按范围、类型、时段随机抽取记录，逐份检查。",
    )
    return render(request, "supervision/checks_list.html", context)


@inspector_page
@require_safe
def checks_export(request):
    rows = _listed(request).order_by("-pk")[:EXPORT_LIMIT]
    return xlsx_response(checks_table(rows), TITLE, sheet=TITLE)


@inspector_page
@require_http_methods(["GET", "HEAD", "POST"])
def new_check(request):
    """Say from what to draw, and how many."""
    day = today_shanghai()
    form = DrawForm(
        request.POST or None,
        user=request.user,
        initial={"first_on": datetime.date(day.year, 1, 1), "last_on": day, "size": 20},
    )
    if request.method == "POST" and form.is_valid() and (url := _drawn(request, form)):
        return redirect(url)
    context = admin_context(
        request,
        title="新的抽查",
        crumbs=_crumbs(("新的抽查", None)),
        form=form,
        submit="随机抽取",
        back_url=reverse("supervision:checks"),
        lead="从选定范围内已提交的记录中随机抽取。随机种子、范围和总数会存下来，任何人都可以重新抽取核对。",
    )
    return render(request, "supervision/checks_form.html", context)


def _drawn(request, form: DrawForm) -> str | None:
    """Where the sample is; None when it was refused, which stands above the form."""
    cleaned = form.cleaned_data
    try:
        with transaction.atomic():
            if earlier := earlier_result(cleaned["submission_key"], request.user):
                return earlier
            check = draw_check(
                by=request.user, title=cleaned["title"], stratum=form.stratum(), size=cleaned["size"]
            )
            url = reverse("supervision:check", args=[check.uid])
            remember_result(cleaned["submission_key"], url)
    except CheckRefused as refused:
        form.add_error(None, str(refused))
        return None
    messages.success(request, f"已从 {check.population} 份记录中抽取 {check.size} 份。")
    return url


def _check_or_404(request, uid) -> SpotCheck:
    rows = with_progress(SpotCheck.objects.visible_to(request.user)).select_related(
        "organization", "root", "drawn_by", "inspection"
    )
    return get_object_or_404(rows, uid=uid)


def _items(request, check: SpotCheck):
    return (
        SpotCheckItem.objects.visible_to(request.user)
        .filter(check_of=check)
        .select_related("check_of", "branch", "record")
        .order_by("position")
    )


@inspector_page
@require_safe
def check(request, uid):
    """The sample, how far it has been read, and whether drawing again gives the same."""
    row = _check_or_404(request, uid)
    items = list(_items(request, row))
    following = next((item.position for item in items if not item.result), None)
    context = admin_context(
        request,
        title=row.title,
        crumbs=_crumbs((row.title, None)),
        check=row,
        kinds="、".join(ActivityKind(kind).label for kind in row.kinds) or "全部",
        categories="、".join(PartyOrganization.UnitCategory(one).label for one in row.unit_categories)
        or "全部",
        again=redraw(row),
        table=items_table(items),
        next_url=reverse("supervision:check-item", args=[row.uid, following]) if following else "",
        inspection=getattr(row, "inspection", None),
    )
    return render(request, "supervision/checks_detail.html", context)


@inspector_page
@require_safe
def check_export(request, uid):
    row = _check_or_404(request, uid)
    return xlsx_response(items_table(_items(request, row), linked=False), f"抽查{row.title}", sheet="抽查")


@inspector_page
@require_http_methods(["GET", "HEAD", "POST"])
def item(request, uid, position: int):
    """One record of the sample with what the checks say of it, and what a person finds."""
    row = _check_or_404(request, uid)
    found = get_object_or_404(_items(request, row), position=position)
    form = JudgeItemForm(
        request.POST or None, user=request.user, initial={"result": found.result, "text": found.text}
    )
    if request.method == "POST" and form.is_valid():
        try:
            judge_item(by=request.user, item=found, **form.cleaned_data)
        except CheckRefused as refused:
            messages.error(request, str(refused))
        return redirect(_following(row, found))
    return render(request, "supervision/checks_item.html", _item_context(request, row, found, form))


def _following(row: SpotCheck, found: SpotCheckItem) -> str:
    """The next record that nobody has read, from this one on; the sample when there is none."""
    left = row.items.filter(result="").order_by("position").values_list("position", flat=True)
    after = next((number for number in left if number > found.position), next(iter(left), None))
    if after is None:
        return reverse("supervision:check", args=[row.uid])
    return reverse("supervision:check-item", args=[row.uid, after])


def _item_context(request, row: SpotCheck, found: SpotCheckItem, form: JudgeItemForm) -> dict:
    records = with_facts(ActivityRecord.objects.visible_to(request.user).filter(pk=found.record_id))
    record = get_object_or_404(records.select_related("branch", "cell", "recorded_by", "confirmed_by"))
    sheet = sheet_of(record)
    told = remarks(judge(facts_of(record)), today_shanghai())
    step = "supervision:check-item"
    return admin_context(
        request,
        title=f"第 {found.position} / {row.size} 份",
        crumbs=_crumbs(
            (row.title, reverse("supervision:check", args=[row.uid])), (f"第 {found.position} 份", None)
        ),
        check=row,
        item=found,
        form=form,
        record=record,
        record_url=record_url(record),
        sheet=sheet,
        facts=sheet_facts(sheet),
        parts=sheet_parts(sheet),
        remarks=[*told, *likenesses(request.user, [record.pk]).get(record.pk, [])],
        previous_url=reverse(step, args=[row.uid, found.position - 1]) if found.position > 1 else "",
        next_url=reverse(step, args=[row.uid, found.position + 1]) if found.position < row.size else "",
    )
