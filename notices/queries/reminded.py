"""When and by which channels somebody was reminded of a thing that is owed, for the line where it stands."""

from collections import defaultdict
from collections.abc import Sequence

from branch_portal.dates import to_local
from branch_portal.due import DueItem, reminded_source
from notices.actions.due import MARK, PREFIX
from notices.models import Delivery


@reminded_source
def reminded_of(*, user, items: Sequence[DueItem]) -> dict[DueItem, str]:
    """已于 11月3日 9:00 站内、邮件提醒: the latest reminder of each item that the user got. One query."""
    if not items:
        return {}
    subjects = {item.subject for item in items}
    rows = (
        Delivery.objects.visible_to(user)
        .filter(
            status=Delivery.Status.SENT,
            slot__subject__in=subjects | {f"{subject}:superior" for subject in subjects},
            slot__due_key__startswith=PREFIX,
        )
        .order_by("slot__due_at", "sent_at")
        .values_list(
            "slot__rule__key", "slot__subject", "slot__due_key", "slot__due_at", "channel", "sent_at"
        )
    )
    found: dict[tuple[str, str, str], dict] = defaultdict(dict)
    for key, subject, due_key, due_at, channel, sent_at in rows:
        one = found[key, subject.removesuffix(":superior"), due_key.rpartition(MARK)[0]]
        if one.get("due_at") != due_at:
            one.update(due_at=due_at, sent_at=sent_at, ways=[])
        one["ways"].append(Delivery.Channel(channel).label)
    told = {}
    for item in items:
        last = found.get((item.rule_key, item.subject, f"{PREFIX}{item.due_key}"))
        if last is not None:
            when = to_local(last["sent_at"])
            ways = "、".join(dict.fromkeys(last["ways"]))
            told[item] = f"已于 {when.month}月{when.day}日 {when.hour}:{when:%M} {ways}提醒"
    return told
