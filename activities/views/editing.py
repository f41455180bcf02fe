"""记录活动: choosing the kind, the one page with facts, roll and minutes, and changing a record before confirmation."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from activities.actions.facts import Mark
from activities.actions.records import Conflict, NotEditable, record_gathering, update_record
from activities.forms.choices import KEYS
from activities.forms.joint import joint_form_data, show_fixed
from activities.forms.lists import PrefillForm, RollQueryForm
from activities.forms.record import RecordForm
from activities.forms.roll import fresh_roll
from activities.forms.stored import differences, edit_initial, stored_list
from activities.models import ActivityKind, ActivityRecord, Gathering
from activities.queries.birthdays import birthday_prefill
from activities.queries.defaults import gathering_defaults, usual_date
from activities.queries.eligibility import eligible_members
from activities.queries.minutes import carried_agenda, prior_meetings, stored_rows
from activities.queries.records import drafts_begun, roll_is_fixed, siblings_of, visible_record
from activities.queries.subjects import record_url
from activities.rules.kinds import KINDS
from activities.rules.parts import AGENDA
from activities.rules.states import EDITABLE
from activities.views.saved import parts_context, say_saved
from activities.views.target import log_target, target_of_record
from branch_portal.dates import today_shanghai
from branch_portal.kept import Keeping
from branch_portal.once import earlier_result, remember_result

CRUMBS = [("工作台", "/"), ("组织生活", "/activities/")]
_CLOSED = "记录已确认，或者活动已取消，不能再直接修改。"
_SHARED_ROLL = "同一次活动还有其他记录，共用一份到会情况，召开形式不能改；请另记一次活动。"
_KEPT = "您填写的内容都还在下面，请先复制留存。"
_CONFLICT = "打开页面以后，这条记录已被他人保存过。下面列出不同之处，请核对合并后再保存；您填写的内容都还在。"


@require_safe
def choose_kind(request):
    """The kinds as large links; a cell leader sees the cell meeting alone."""
    prefill = PrefillForm(request.GET)
    target = log_target(request, prefill)
    query = _query(prefill)
    kinds = [
        {"info": KINDS[kind], "url": reverse("activities:new", args=[kind]) + query} for kind in target.kinds
    ]
    context = {
        "page_title": "记录活动",
        "breadcrumbs": [*CRUMBS, ("记录活动", None)],
        "branch": target.branch,
        "kinds": kinds,
        "announce_url": reverse("activities:announce") + query,
    }
    return render(request, "activities/choose_kind.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new_record(request, kind: str):
    """Log a gathering that was held."""
    prefill = PrefillForm(request.GET)
    target = log_target(request, prefill)
    target.require(kind)
    keeping = Keeping(request, f"activities.new:{kind}:{(target.own_cell or target.branch).uid.hex}")
    form = _new_form(request, target, kind, prefill, keeping)
    if request.method == "POST" and form.is_valid():
        key = form.cleaned_data["submission_key"]
        if url := earlier_result(key, request.user):
            return redirect(url)
        record = record_gathering(
            by=request.user,
            branch=target.branch,
            facts=form.facts(),
            marks=_marks(form),
            signed=not form.is_draft,
        )
        url = record_url(record)
        remember_result(key, url)
        keeping.forget()
        say_saved(request, record, form.roll.count.sentence)
        return redirect(url)
    return _form_page(request, form, target, f"记录{KINDS[kind].label}", keeping)


@require_http_methods(["GET", "HEAD", "POST"])
def edit_record(request, uid):
    """Change a record before its confirmation, or turn a draft into a record."""
    record = get_object_or_404(visible_record(request.user), uid=uid)
    target = target_of_record(request, record)
    if _is_closed(record) and request.method != "POST":
        messages.error(request, _CLOSED)
        return redirect(record_url(record))
    if roll_is_fixed(record):
        return redirect("activities:edit-part", uid=record.uid)
    keeping = Keeping(request, f"activities.record:{record.uid.hex}")
    form = _edit_form(request, target, record, keeping)
    if request.method == "POST" and form.is_valid():
        try:
            record = update_record(
                by=request.user,
                record=record,
                version=form.cleaned_data["version"] or 0,
                facts=form.facts(),
                marks=_marks(form),
                signed=not form.is_draft,
            )
        except (Conflict, NotEditable):
            return _conflict_page(request, form, target, record, keeping)
        keeping.forget()
        say_saved(request, record, form.roll.count.sentence)
        return redirect(record_url(record))
    return _form_page(request, form, target, f"修改{KINDS[record.kind].label}记录", keeping, record=record)


@require_safe
def roll_fragment(request, kind: str):
    """The roll of another day or cell, for the page where that was changed; 204 when it is the same list."""
    target = log_target(request, PrefillForm(request.GET))
    target.require(kind)
    asked = RollQueryForm(request.GET).values()
    cells = target.cells_for(kind)
    held_as = asked.get("held_as") or ""
    cell = _chosen_cell(kind, cells, asked.get("cell"))
    day = asked.get("on_date") or today_shanghai()
    people = eligible_members(kind=kind, branch=target.branch, day=day, cell=cell, held_as=held_as)
    roll = fresh_roll(people)
    if roll.signature == asked.get("roll_signature"):
        return HttpResponse(status=204)
    usual = gathering_defaults(
        kind=kind, branch=target.branch, cell=cell, people=people, member_id=request.user.member_id
    )
    return render(request, "activities/_roll_rows.html", {"roll": roll, "usual": usual})


def _chosen_cell(kind: str, cells, asked: str | None):
    """The cell asked for; a cell meeting is of some cell in any case."""
    default = cells[0] if cells and kind == ActivityKind.CELL_MEETING else None
    return next((cell for cell in cells if cell.uid.hex == asked), default)


def _new_form(request, target, kind: str, prefill: PrefillForm, keeping: Keeping) -> RecordForm:
    cells = target.cells_for(kind)
    asked = prefill.values()
    day = asked.get("date") or usual_date(kind, target.branch, today_shanghai())
    cell = _chosen_cell(kind, cells, asked.get("cell"))

    def people_on(date, chosen, held_as):
        return eligible_members(kind=kind, branch=target.branch, day=date, cell=chosen, held_as=held_as)

    common = {
        "user": request.user,
        "kind": kind,
        "branch": target.branch,
        "cells": cells,
        "people_on": people_on,
        "day": day,
        "priors": prior_meetings(target.branch, kind, today_shanghai()),
    }
    if data := keeping.data():
        return keeping.offered(RecordForm(data, people=[], **common))
    people = people_on(day, cell, "")
    initial = _new_initial(kind, target.branch, cell, people, day, request.user.member_id)
    rows = {AGENDA: carried_agenda(target.branch, kind)}
    form = RecordForm(people=people, initial=initial, rows_initial=rows, **common)
    form.initial["roll_signature"] = form.roll.signature
    return form


def _new_initial(kind: str, branch, cell, people, day, member_id: int | None) -> dict:
    """Like last time; for political birthdays also whose they are this month."""
    values = gathering_defaults(kind=kind, branch=branch, cell=cell, people=people, member_id=member_id)
    values |= {"on_date": day, "cell": cell.uid.hex if cell else ""}
    return values | (birthday_prefill(branch, day) if kind == ActivityKind.POLITICAL_BIRTHDAY else {})


def _edit_form(request, target, record: ActivityRecord, keeping: Keeping) -> RecordForm:
    people_on, people, roll = stored_list(record)
    common = {
        "user": request.user,
        "kind": record.kind,
        "branch": record.branch,
        "cells": [record.cell] if record.cell else target.cells_for(record.kind),
        "people_on": people_on,
        "day": record.on_date,
        "priors": prior_meetings(record.branch, record.kind, record.on_date),
    }
    if data := keeping.data():
        form = RecordForm(joint_form_data(data, record), people=[], **common)
        return keeping.offered(_fixed(form, record, target))
    initial = edit_initial(record, people, request.user.member_id)
    form = RecordForm(
        people=people,
        roll=roll,
        initial=initial | {"roll_signature": roll.signature},
        rows_initial=stored_rows(record),
        **common,
    )
    return _fixed(form, record, target)


def _fixed(form: RecordForm, record: ActivityRecord, target) -> RecordForm:
    """What another branch, another record of the gathering or the reach of a cell's leader holds fast."""
    if "held_as" in form.fields:
        if target.own_cell:
            form.keep_held_as(record.held_as, "党小组组长只记录本党小组的会议，召开形式请由支部书记修改。")
        elif siblings_of(record):
            form.keep_held_as(record.held_as, _SHARED_ROLL)
    return show_fixed(form, record)


def _form_page(request, form: RecordForm, target, title: str, keeping: Keeping, *, record=None, theirs=()):
    kind = form.kind
    context = {
        "page_title": title,
        "breadcrumbs": [*CRUMBS, (title, None)],
        "form": form,
        "info": KINDS[kind],
        "keys": KEYS,
        "branch": target.branch,
        "record": record,
        "begun": [] if record else drafts_begun(target.branch, kind, target.own_cell, today_shanghai()),
        "theirs": theirs,
        "roll_url": reverse("activities:roll", args=[kind])
        + "?"
        + urlencode({"for": (target.own_cell or target.branch).uid}),
        "names_url": _names_url(kind, target),
        "may_draft": record is None or record.state == ActivityRecord.State.DRAFT,
        **parts_context(form),
        **keeping.context(),
    }
    return render(request, "activities/record_form.html", context)


def _names_url(kind: str, target) -> str:
    """Where pasted names are matched to the list that the page shows."""
    where = {"for": (target.own_cell or target.branch).uid}
    return reverse("activities:roll-names", args=[kind]) + "?" + urlencode(where)


def _is_closed(record: ActivityRecord) -> bool:
    return record.state not in EDITABLE or record.share.gathering.state == Gathering.State.CANCELLED


def _conflict_page(request, form: RecordForm, target, record: ActivityRecord, keeping: Keeping):
    """Somebody saved or confirmed meanwhile: both texts on one page, so that nothing typed is lost."""
    current = (
        ActivityRecord.objects.visible_to(request.user).select_related("share__gathering").get(pk=record.pk)
    )
    form.data = form.data.copy()
    form.data["version"] = current.version
    form.add_error(None, f"{_CLOSED}{_KEPT}" if _is_closed(current) else _CONFLICT)
    return _form_page(
        request,
        form,
        target,
        f"修改{KINDS[record.kind].label}记录",
        keeping,
        record=current,
        theirs=differences(current, form),
    )


def _marks(form: RecordForm) -> list[Mark]:
    return [
        Mark(
            row_number=row.person.row_number,
            member_id=row.person.member_id,
            name=row.person.name,
            status=row.status,
            leave_type=row.leave_type,
            reason=row.reason if row.value != "present" else "",
            own_minutes=row.own_minutes,
        )
        for row in form.roll.rows
    ]


def _query(prefill: PrefillForm) -> str:
    uid = prefill.values().get("for")
    return "?" + urlencode({"for": uid}) if uid else ""
