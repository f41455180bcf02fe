"""What the roster's dates ask for: political birthdays, confirmations, 50 years of Party standing (domain 11.1).

Titles leave the portal by mail, so they count people and name none; the lists with names are behind the link.
"""

import datetime
from collections import Counter
from collections.abc import Iterator

from django.db.models import Q
from django.urls import reverse

from branch_portal.dates import add_months, add_years, month_bounds
from branch_portal.due import DueItem, due_provider
from members.models import Member
from members.rules.roster import political_birthday, probation_end

AHEAD = datetime.timedelta(days=60)


def _url(tab: str) -> str:
    return f"{reverse('members:lists')}?tab={tab}"


def birthdays_in_month(members, year: int, month: int) -> list[tuple[datetime.date, Member]]:
    """(day, member) of the political birthdays in a month; 29 February is kept on the 28th."""
    rows = members.filter(admitted_on__month=month, admitted_on__year__lt=year)
    found = [(political_birthday(member.admitted_on, year), member) for member in rows]
    return sorted(found, key=lambda pair: (pair[0], pair[1].pk))


def confirmations(members, until: datetime.date) -> list[tuple[datetime.date, Member]]:
    """(end of probation, member) of the probationary members whose probation ends by the day, overdue ones first."""
    rows = members.filter(category=Member.Category.PROBATIONARY).filter(
        Q(extension_until__lte=until)
        | Q(extension_until__isnull=True, admitted_on__lte=add_years(until, -1) + datetime.timedelta(days=1))
    )
    found = [(probation_end(member.admitted_on, member.extension_until), member) for member in rows]
    return sorted(
        ((day, member) for day, member in found if day <= until), key=lambda pair: (pair[0], pair[1].pk)
    )


def fifty_years(members, year: int) -> list[tuple[datetime.date, Member]]:
    """(full member since, member) of those who have 50 years of Party standing by 1 July and had not a year before."""
    limit = datetime.date(year - 50, 7, 1)
    rows = members.filter(confirmed_on__lte=limit, confirmed_on__gt=add_years(limit, -1))
    return sorted(((member.confirmed_on, member) for member in rows), key=lambda pair: (pair[0], pair[1].pk))


@due_provider
def roster_due(*, branches, day: datetime.date) -> Iterator[DueItem]:
    """Four queries, however many branches."""
    names = {branch.pk: (branch, str(branch)) for branch in branches}
    members = (
        Member.objects.unscoped("the workbench and the tick say for which branches")
        .current()
        .without_personal_data()
        .filter(branch__in=list(names))
    )
    after = add_months(day.replace(day=1), 1)
    birthdays = birthdays_in_month(members, day.year, day.month) + birthdays_in_month(
        members, after.year, after.month
    )
    week = day + datetime.timedelta(days=7)
    last = max(month_bounds(day.year, day.month)[1], week)
    grouped = Counter((member.branch_id, on) for on, member in birthdays if day <= on <= last)
    yield from _items(
        grouped, names, "political_birthday", "政治生日", "党员政治生日", "birthdays", "查看名单"
    )
    grouped = Counter((member.branch_id, on) for on, member in confirmations(members, day + AHEAD))
    yield from _items(
        grouped,
        names,
        "confirmation_due",
        "讨论预备党员转正",
        "《中国共产党章程》第七条：预备期满应及时讨论能否转为正式党员",
        "confirmations",
        "查看名单",
    )
    if day.month in (3, 4):
        closing = datetime.date(day.year, 4, 30)
        grouped = Counter((member.branch_id, closing) for _, member in fifty_years(members, day.year))
        yield from _items(
            grouped,
            names,
            "party_standing_50",
            "上报党龄满50年党员",
            "光荣在党50年纪念章",
            "standing",
            "查看名单",
        )


def _items(grouped, names, key: str, title: str, clause: str, tab: str, action: str) -> Iterator[DueItem]:
    for (branch_id, on), count in sorted(grouped.items()):
        branch, name = names[branch_id]
        yield DueItem(
            rule_key=key,
            subject=f"members.{key}:{branch.uid}",
            due_key=f"{on:%Y%m%d}",
            organization_id=branch_id,
            organization_name=name,
            title=f"{title}：{on.month}月{on.day}日，{count} 人",
            due_on=on,
            clause=clause,
            url=_url(tab),
            action_label=action,
        )
