"""政治生日: whose day lies in a month, as words that a new record is filled with."""

import datetime

from members.models import PartyOrganization
from members.queries.milestones import birthdays
from members.queries.people import members_of


def birthday_names(branch: PartyOrganization, month: datetime.date) -> list[str]:
    """Names of the branch's members whose political birthday lies in the month of the day, the earliest first."""
    return [item.member.name for item in birthdays(members_of([branch.pk]), month.year, month.month)]


def birthday_prefill(branch: PartyOrganization, month: datetime.date) -> dict[str, str]:
    """Initial `theme` and `content` of a record of this kind; the theme leaves the portal by mail, so it names nobody."""
    names = birthday_names(branch, month)
    theme = f"{month.month}月政治生日"
    if not names:
        return {"theme": theme}
    return {
        "theme": theme,
        "content": f"{month.year}年{month.month}月过政治生日的党员（{len(names)} 人）：{'、'.join(names)}。\n",
    }
