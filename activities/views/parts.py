"""Several records of one gathering: adding one (a lecture within a general meeting), and changing one's own texts."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from activities.actions.parts import AlreadyThere, add_part, update_part
from activities.actions.records import Conflict, NotEditable
from activities.forms.roll import stored_roll
from activities.forms.stored import text_differences, text_initial
from activities.forms.texts import PartForm
from activities.models import ActivityRecord
from activities.queries.minutes import prior_meetings, stored_rows
from activities.queries.records import siblings_of, visible_record
from activities.queries.rolls import stored_entries
from activities.queries.subjects import record_url
from activities.rules.kinds import (
    APPRAISAL,
    CELL_MEETING,
    COMMITTEE_MEETING,
    KINDS,
    ORG_LIFE_MEETING,
    PARTY_LECTURE,
)
from activities.rules.states import CANCELLED, EDITABLE
from activities.views.saved import parts_context, say_saved
from activities.views.target import target_of_record
from branch_portal.kept import Keeping
from branch_portal.once import earlier_result, remember_result

CRUMBS = [("工作台", "/"), ("组织生活", "/activities/")]
_CONFLICT = "打开页面以后，这条记录已被他人保存过。下面列出不同之处，请核对合并后再保存；您填写的内容都还在。"
#: What has a roll of its own can't share another's.
_OWN_ROLL = (COMMITTEE_MEETING, CELL_MEETING)


@require_http_methods(["GET", "HEAD", "POST"])
def add(request, uid, kind: str):
    """另立一项记录: the same people, time and place; only the texts are asked for."""
    record, people = _record_and_people(request, uid)
    if kind not in kinds_to_add(record):
        raise Http404(kind)
    keeping = Keeping(request, f"activities.part:{kind}:{record.share.uid.hex}")
    form = _form(request, keeping, people, record, kind=kind, initial={"theme": ""})
    if request.method == "POST" and form.is_valid():
        key = form.cleaned_data["submission_key"]
        if url := earlier_result(key, request.user):
            return redirect(url)
        try:
            texts = form.texts(held_as=_held_as(kind))
            added = add_part(by=request.user, share=record.share, texts=texts, signed=not form.is_draft)
        except (AlreadyThere, NotEditable):
            messages.error(request, f"这次活动已有{KINDS[kind].label}记录，或者还没有登记到会情况。")
            return redirect(record_url(record))
        url = record_url(added)
        remember_result(key, url)
        keeping.forget()
        say_saved(request, added, "到会情况与同一次活动相同")
        return redirect(url)
    title = f"同一次活动的{KINDS[kind].label}记录"
    return _page(request, form, record, title, keeping, adding=True)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request, uid):
    """Change a record's texts where time, place and roll are fixed by another record that is confirmed."""
    record, people = _record_and_people(request, uid)
    if record.state not in EDITABLE or record.share.gathering.state == CANCELLED:
        messages.error(request, "记录已确认，或者活动已取消，不能再直接修改。")
        return redirect(record_url(record))
    keeping = Keeping(request, f"activities.record:{record.uid.hex}")
    filled = {"initial": text_initial(record), "rows_initial": stored_rows(record)}
    form = _form(request, keeping, people, record, kind=record.kind, **filled)
    title = f"修改{KINDS[record.kind].label}记录"
    if request.method != "POST" or not form.is_valid():
        return _page(request, form, record, title, keeping)
    try:
        record = update_part(
            by=request.user,
            record=record,
            version=form.cleaned_data["version"] or 0,
            texts=form.texts(held_as=record.held_as),
            signed=not form.is_draft,
        )
    except NotEditable:
        messages.error(request, "没有保存：记录已被确认。")
    except Conflict:
        return _conflict_page(request, form, uid, title, keeping)
    else:
        keeping.forget()
        say_saved(request, record, "到会情况与同一次活动相同")
    return redirect(record_url(record))


def _conflict_page(request, form: PartForm, uid, title: str, keeping: Keeping):
    """Both texts on one page, so that nothing typed is lost."""
    current = get_object_or_404(visible_record(request.user), uid=uid)
    form.data = form.data.copy()
    form.data["version"] = current.version
    form.add_error(None, _CONFLICT)
    return _page(request, form, current, title, keeping, theirs=text_differences(current, form))


def _held_as(kind: str) -> str:
    """What shares the roll of all members is held as the general meeting."""
    return ActivityRecord.HeldAs.GENERAL if kind == ORG_LIFE_MEETING else ""


def kinds_to_add(record: ActivityRecord) -> list[str]:
    """Kinds that another record of the gathering may have: those with the same people, each once."""
    if record.kind in _OWN_ROLL or record.cell_id or record.share.roll_saved_at is None:
        return []
    if record.held_as == ActivityRecord.HeldAs.COMMITTEE:
        return []
    there = {record.kind, *(other.kind for other in siblings_of(record))}
    first = [PARTY_LECTURE]
    rest = [kind for kind in KINDS if kind not in _OWN_ROLL and kind not in first and kind != APPRAISAL]
    return [kind for kind in (*first, APPRAISAL, *rest) if kind not in there]


def _record_and_people(request, uid):
    record = get_object_or_404(visible_record(request.user), uid=uid)
    target_of_record(request, record)
    return record, [person for person, _ in stored_roll(stored_entries(record.share))]


def _form(request, keeping: Keeping, people, record: ActivityRecord, *, kind: str, **kwargs) -> PartForm:
    common = {
        "user": request.user,
        "kind": kind,
        "day": record.on_date,
        "people": people,
        "duration": record.share.gathering.minutes,
        "priors": prior_meetings(record.branch, kind, record.on_date),
    }
    if data := keeping.data():
        return keeping.offered(PartForm(data, **common))
    return PartForm(**common, **kwargs)


def _page(request, form, record, title: str, keeping: Keeping, *, adding: bool = False, theirs=()):
    context = {
        "page_title": title,
        "breadcrumbs": [*CRUMBS, (record.title, record_url(record)), (title, None)],
        "form": form,
        "info": KINDS[form.kind],
        "record": record,
        "gathering": record.share.gathering,
        "share": record.share,
        "theirs": theirs,
        "may_draft": adding or record.state == ActivityRecord.State.DRAFT,
        **parts_context(form),
        **keeping.context(),
    }
    return render(request, "activities/part_form.html", context)
