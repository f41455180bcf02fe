"""Work requests as columns: the committee's list, a request's branches with their answers, a branch's list."""

from collections.abc import Sequence

from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join

from branch_portal.dates import to_local
from branch_portal.tables import Column, Table
from supervision.models import RequestBranch, RequestField, WorkRequest
from supervision.queries.collected import Cell, CollectedRow


def request_url(request: WorkRequest) -> str:
    return reverse("supervision:request", args=[request.uid])


def requests_table(rows: Sequence[WorkRequest]) -> Table:
    return Table(
        [
            Column(
                "标题",
                lambda row: row.title,
                lambda row: format_html('<a href="{}">{}</a>', request_url(row), row.title),
            ),
            Column("提出要求的党组织", lambda row: str(row.organization)),
            Column("状态", lambda row: row.get_state_display()),
            Column("截止时间", lambda row: row.deadline),
            Column("填报项目", lambda row: row.field_count, numeric=True),
            Column("党支部", lambda row: row.target_count, numeric=True),
            Column("已办理", lambda row: row.done_count, numeric=True),
            Column("发出时间", lambda row: row.sent_at),
            Column("发出人", lambda row: row.sent_by.display_name if row.sent_by else ""),
        ],
        rows,
        caption="工作要求",
    )


def state_words(target: RequestBranch) -> str:
    """How the branch's answer stands, in words."""
    late = target.is_waiting and target.request.deadline < timezone.now()
    return f"{target.get_state_display()}{'（已过截止时间）' if late else ''}"


def state_of(target: RequestBranch) -> str:
    """A word of `components/status.html`."""
    if target.is_waiting:
        return "late" if target.returned_at or target.request.deadline < timezone.now() else "wait"
    return "done"


def _receipt(target: RequestBranch) -> str:
    if target.seen_at is None:
        return "未签收"
    seen = to_local(target.seen_at)
    return f"{target.seen_by.display_name} {seen.month}月{seen.day}日 {seen:%H:%M}"


def _answered(target: RequestBranch) -> str:
    if target.answered_at is None:
        return ""
    said = to_local(target.answered_at)
    return f"{target.answered_by.display_name} {said.month}月{said.day}日 {said:%H:%M}"


def _cell(cell: Cell):
    if cell.file_uid:
        return format_html(
            '<a href="{}">{}</a>', reverse("supervised:request-file", args=[cell.file_uid]), cell.text
        )
    if not cell.text:
        return format_html('<span class="muted">{}</span>', "—")
    small = [text for text in (cell.remark, f"支部认为有误：{cell.doubt}" if cell.doubt else "") if text]
    return format_html(
        "{}{}",
        cell.text,
        format_html_join("", '<small class="remark">{}</small>', ((text,) for text in small)),
    )


def collected_table(
    rows: Sequence[CollectedRow], fields: Sequence[RequestField], *, first_number: int = 1
) -> Table:
    """Branches × fields, the missing ones first; without fields what each says it did."""
    columns = [
        Column(
            "党支部",
            lambda row: row.target.branch.name,
            lambda row: format_html(
                '<a href="{}">{}</a>',
                reverse("supervision:request-target", args=[row.target.uid]),
                row.target.branch.short_name,
            ),
        ),
        Column("填报情况", lambda row: state_words(row.target)),
        Column("签收", lambda row: _receipt(row.target)),
        Column("填报", lambda row: _answered(row.target)),
        *(
            Column(
                field.label,
                lambda row, field=field: row.cells[field.pk].value,
                lambda row, field=field: _cell(row.cells[field.pk]),
            )
            for field in fields
        ),
    ]
    if not fields:
        columns.append(Column("办理情况", lambda row: row.target.note))
    if any(field.is_held for field in fields):
        columns.append(Column("支部认为有误", lambda row: row.doubts(fields), screen=False))
    return Table(columns, rows, caption="各党支部填报情况", first_number=first_number)


def received_table(rows: Sequence[RequestBranch], *, several: bool) -> Table:
    """What a branch was asked; the branch itself is named to who answers for several."""
    branch = [Column("党支部", lambda row: str(row.branch))] if several else []
    return Table(
        [
            *branch,
            Column(
                "要求",
                lambda row: row.request.title,
                lambda row: format_html(
                    '<a href="{}">{}</a>', reverse("supervised:request", args=[row.uid]), row.request.title
                ),
            ),
            Column("提出要求的党组织", lambda row: str(row.request.organization)),
            Column("截止时间", lambda row: row.request.deadline),
            Column("状态", _received_state),
        ],
        rows,
        caption="上级的工作要求",
    )


def _received_state(row: RequestBranch) -> str:
    if row.request.state == WorkRequest.State.WITHDRAWN:
        return "已撤回"
    if row.is_waiting and row.request.state == WorkRequest.State.CLOSED:
        return "已办结（未填报）"
    return state_words(row)
