"""What branches owe about people who move, are away or out of reach. Titles leave the portal by mail: they count and never name."""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Iterator

from django.urls import reverse

from branch_portal.due import DueItem, due_provider
from members.queries.attention import CONTACT, FLOATING, LETTER, LOST, REMOVE, Concern, concerns
from members.queries.people import members_of
from members.rules.transfers import CLAUSE as TRANSFER_CLAUSE

_REGULATION = "《中国共产党党员教育管理工作条例》第二十四条"
_FLOATING = "《关于进一步加强和改进流动党员管理工作的意见》"
#: What the item says of so many people, and under which clause.
WORDS = {
    CONTACT: ("与 {} 名外出党员保持联系", _FLOATING),
    FLOATING: ("{} 名党员外出满六个月，请核对是否按流动党员管理或转接组织关系", _FLOATING),
    LOST: ("{} 名党员失去联系满六个月，请研究是否停止党籍", _REGULATION),
    REMOVE: ("{} 名党员因失联停止党籍满两年，请研究如何处置", _REGULATION),
}


@due_provider
def flows_due(*, branches, day: datetime.date) -> Iterable[DueItem]:
    """Letters one by one, everything else counted by branch. The number of queries does not depend on how many branches."""
    ids = [branch.pk for branch in branches]
    if not ids:
        return
    counted: dict[tuple[int, str], list[Concern]] = defaultdict(list)
    for concern in concerns(members_of(ids), day):
        if concern.key == LETTER:
            yield _letter(concern)
        else:
            counted[concern.branch.pk, concern.key].append(concern)
    yield from _counted(counted.values())


def _letter(concern: Concern) -> DueItem:
    transfer = concern.transfer
    assert transfer is not None  # a letter's concern carries its letter
    return DueItem(
        rule_key=LETTER,
        subject=f"members.transfer:{transfer.uid}",
        due_key=f"{concern.due_on:%Y%m%d}",
        organization_id=concern.branch.pk,
        organization_name=str(concern.branch),
        title="1 封组织关系介绍信有效期将满，接收前仍由本支部管理",
        due_on=concern.due_on,
        clause=TRANSFER_CLAUSE,
        url=reverse("members:transfer-detail", args=[transfer.uid]),
        action_label="查看转接",
    )


def _counted(groups: Iterable[list[Concern]]) -> Iterator[DueItem]:
    for group in groups:
        first = group[0]
        title, clause = WORDS[first.key]
        yield DueItem(
            rule_key=first.key,
            subject=f"members.{first.key}:{first.branch.uid}",
            # The first day that is due: once that is done, the next one is a new reason to remind.
            due_key=f"{first.due_on:%Y%m%d}",
            organization_id=first.branch.pk,
            organization_name=str(first.branch),
            title=title.format(len(group)),
            due_on=first.due_on,
            clause=clause,
            url=reverse("members:attention"),
            action_label="查看名单",
        )
