"""What the roll asks of a branch: leave to decide, make-ups to look at, disputes to answer in time."""

import datetime
from collections.abc import Iterable, Iterator

from django.utils import timezone

from activities.queries.leave import waiting_leave
from activities.queries.makeups import handed_in, open_disputes
from activities.queries.subjects import dispute_url, gathering_url, make_up_url
from activities.rules.kinds import KINDS
from branch_portal.dates import local_date
from branch_portal.due import DueItem, due_provider

LOOK_WITHIN = datetime.timedelta(days=7)
LEAVE_CLAUSE = "不能参加的，应事先请假"
MAKE_UP_CLAUSE = "缺席的党员应补学补课"
DISPUTE_CLAUSE = "党员对登记提出异议的，应在期限内答复"


@due_provider
def roll_due(*, branches, day: datetime.date) -> Iterable[DueItem]:
    """Four queries, whatever the number of branches."""
    listed = list(branches)
    if not listed:
        return
    for waiting in waiting_leave(listed):
        on_date = waiting.share.gathering.on_date
        yield _item(
            waiting.share,
            rule_key="leave_request",
            subject=f"activities.leave_of:{waiting.share.uid}",
            title=f"审批请假：{_day(on_date)}{KINDS[waiting.kind].label}（{waiting.count} 人）",
            due_on=on_date,
            clause=LEAVE_CLAUSE,
            url=gathering_url(waiting.share),
            action_label="去审批",
        )
    yield from _personal(listed)


def _personal(listed) -> Iterator[DueItem]:
    """What one member waits for. Titles name the day, never the person: reminders go out by mail."""
    for make_up in handed_in(listed):
        yield _item(
            make_up.share,
            rule_key="make_up_review",
            subject=f"activities.make_up:{make_up.uid}",
            title=f"审核补课：{_day(make_up.share.gathering.on_date)}的活动",
            due_on=local_date(make_up.handed_in_at or timezone.now()) + LOOK_WITHIN,
            clause=MAKE_UP_CLAUSE,
            url=make_up_url(make_up),
            action_label="去审核",
        )
    for dispute in open_disputes(listed):
        yield _item(
            dispute.share,
            rule_key="attendance_dispute",
            subject=f"activities.dispute:{dispute.uid}",
            title=f"答复到会情况异议：{_day(dispute.share.gathering.on_date)}的活动",
            due_on=dispute.due_on,
            clause=DISPUTE_CLAUSE,
            url=dispute_url(dispute),
            action_label="去答复",
        )


def _item(share, *, due_on: datetime.date, **fields) -> DueItem:
    organization = share.cell or share.branch
    return DueItem(
        due_key=f"{due_on:%Y%m%d}",
        organization_id=organization.pk,
        organization_name=str(organization),
        due_on=due_on,
        **fields,
    )


def _day(day: datetime.date) -> str:
    return f"{day.month}月{day.day}日"
