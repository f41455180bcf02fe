"""谈心谈话: the list with its print view and export, who is still missing, logging several at once, and one talk."""

from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from activities.actions.talks import accept_talk, log_talks, remove_talk
from activities.forms.talks import OwnTalkForm, TalkFilterForm, TalkForm, TalkPrefillForm
from activities.models import HeartTalk
from activities.queries.records import visible_branches
from activities.queries.talks import keeps_talks, listed_talks, people_on, reads_note
from activities.talk_tables import talk_columns
from activities.views.talk_target import gap_of, log_branch, may_log
from branch_portal.dates import today_shanghai
from branch_portal.once import earlier_result, remember_result
from branch_portal.paging import keyset_page
from branch_portal.permissions import Permission
from branch_portal.tables import Table, xlsx_response
from members.actions.audit import record_access
from members.models import PartyOrganization

ORDER = ("-on_date", "-pk")
PAGE_SIZE = 25
PRINT_LIMIT = 500
EXPORT_LIMIT = 10_000
_CRUMBS = [("工作台", "/"), ("组织生活", "/activities/")]
_HERE = [*_CRUMBS, ("谈心谈话", "/activities/talks/")]


@require_safe
def talks(request):
    """The talks within reach; for one branch whose records the reader sees, how its year stands."""
    asked = _asked(request)
    page = keyset_page(asked.found, cursor=asked.values.get("cursor"), fields=ORDER, size=PAGE_SIZE)
    context = {
        "page_title": "谈心谈话",
        "breadcrumbs": [*_CRUMBS, ("谈心谈话", None)],
        "form": asked.form,
        "page": page,
        "table": Table(talk_columns(several=asked.several), page.rows, caption="谈心谈话"),
        "filtered": any(asked.values.get(name) for name in ("year", "kind", "state", "branch")),
        "may_log": may_log(request.user),
        "gap": gap_of(request.user, asked.branch) if asked.branch else None,
    }
    return render(request, "activities/talks.html", context)


@require_safe
def talks_print(request):
    asked = _asked(request)
    rows = list(asked.found.order_by(*ORDER)[:PRINT_LIMIT])
    columns = [column for column in talk_columns(several=asked.several) if column.header != "操作"]
    context = {
        "page_title": "谈心谈话登记表",
        "table": Table(columns, rows, caption="谈心谈话"),
        "unit": request.acting.organization_name if request.acting else "",
        "today": today_shanghai(),
        "back_url": reverse("activities:talks"),
        "landscape": True,
        "capped": len(rows) == PRINT_LIMIT,
    }
    return render(request, "activities/records_print.html", context)


@require_safe
def talks_export(request):
    asked = _asked(request)
    rows = list(asked.found.order_by(*ORDER)[:EXPORT_LIMIT])
    record_access(
        by=request.user,
        action="export",
        field="谈心谈话登记表",
        reason="导出谈心谈话登记表",
        ip=request.META.get("REMOTE_ADDR", ""),
        branch_id=None if asked.several or not rows else rows[0].branch_id,
        row_count=len(rows),
    )
    return xlsx_response(Table(talk_columns(several=asked.several), rows), "谈心谈话登记表", sheet="谈心谈话")


@require_http_methods(["GET", "HEAD", "POST"])
def log_talk(request):
    """登记谈话: the record keeper one with several, a member the own ones."""
    prefill = TalkPrefillForm(request.GET).values()
    branch, keeps = log_branch(request, prefill.get("for"))
    form = _talk_form(request, branch, prefill, keeps=keeps)
    if request.method == "POST" and form.is_valid():
        key = form.cleaned_data["submission_key"]
        if url := earlier_result(key, request.user):
            return redirect(url)
        made, known = log_talks(
            by=request.user,
            branch=branch,
            day=form.cleaned_data["on_date"],
            one=form.one,
            others=form.others,
            place=form.cleaned_data["place"],
            note=form.cleaned_data["note"],
            accepted=keeps,
        )
        _say(request, made, known, keeps=keeps)
        url = reverse("activities:talks")
        remember_result(key, url)
        return redirect(url)
    context = {
        "page_title": "登记谈心谈话",
        "breadcrumbs": [*_HERE, ("登记", None)],
        "form": form,
        "branch": branch,
    }
    return render(request, "activities/talk_form.html", context | {"keeps": keeps})


@require_safe
def talk(request, uid):
    """One talk; what it was about only for the two and who keeps the records."""
    row = _talk(request, uid)
    keeps = keeps_talks(request.user, row.branch)
    may_read = reads_note(request.user, row)
    context = {
        "page_title": "谈心谈话",
        "breadcrumbs": [*_HERE, (f"{row.one_name}与{row.other_name}", None)],
        "talk": row,
        "may_read": may_read,
        "note": row.note if may_read else "",
        "may_accept": keeps and row.accepted_at is None,
        "may_remove": _may_remove(request, row),
    }
    return render(request, "activities/talk.html", context)


@require_POST
def accept(request, uid):
    row = _talk(request, uid)
    if not keeps_talks(request.user, row.branch):
        raise PermissionDenied
    if accept_talk(by=request.user, talk=row):
        messages.success(request, f"已核收：{row.one_name}与{row.other_name}的谈话计入本年度。")
    return redirect("activities:talks")


@require_POST
def remove(request, uid):
    row = _talk(request, uid)
    if not _may_remove(request, row):
        raise PermissionDenied
    remove_talk(by=request.user, talk=row)
    messages.success(request, f"已删除登记：{row.one_name}与{row.other_name}。")
    return redirect("activities:talks")


def _talk(request, uid) -> HeartTalk:
    return get_object_or_404(listed_talks(request.user), uid=uid)


def _may_remove(request, row: HeartTalk) -> bool:
    """The record keeper any, a member the own entry until it is taken over."""
    own = row.accepted_at is None and row.recorded_by_id == request.user.pk
    return own or keeps_talks(request.user, row.branch)


@dataclass(frozen=True)
class _Asked:
    """The list as it is filtered. `branch` is the one that it is about, where the reader sees its records."""

    form: TalkFilterForm
    values: dict
    found: object
    several: bool
    branch: PartyOrganization | None


def _asked(request) -> _Asked:
    branches = visible_branches(request.user, Permission.VIEW_ROLLS)
    form = TalkFilterForm(request.GET, branches=branches)
    values = form.values()
    found = listed_talks(request.user)
    if values.get("year"):
        found = found.of_year(values["year"])
    lookups = {"kind": "kind", "branch": "branch__uid"}
    found = found.filter(**{lookups[name]: values[name] for name in lookups if values.get(name)})
    if values.get("state"):
        found = found.filter(accepted_at__isnull=values["state"] == "waiting")
    chosen = [b for b in branches if len(branches) == 1 or b.uid.hex == values.get("branch")]
    return _Asked(form, values, found, len(branches) > 1, chosen[0] if chosen else None)


def _talk_form(request, branch, prefill: dict, *, keeps: bool):
    day = today_shanghai()
    people = people_on(branch, day)
    data = request.POST if request.method == "POST" else None
    if not keeps:
        initial = {"on_date": day}
        return OwnTalkForm(
            data, user=request.user, people=people, member_id=request.user.member_id, initial=initial
        )
    uid_of = {person.pk: person.uid for person in people}
    one = prefill["one"].hex if prefill.get("one") else uid_of.get(request.user.member_id, "")
    chosen = prefill["with"].hex if prefill.get("with") else ""
    initial = {"on_date": day, "one": "" if one == chosen else one, "others": [chosen] if chosen else []}
    return TalkForm(data, user=request.user, people=people, initial=initial)


def _say(request, made, known, *, keeps: bool) -> None:
    if made:
        end = "。" if keeps else "，等支部记录人员核收。"
        messages.success(request, f"已登记 {len(made)} 次谈话{end}")
    if known:
        names = "、".join(person.name for person in known)
        messages.warning(request, f"同一天已有登记，没有重复记：{names}。")
