"""What is about to be reminded of, branch by branch."""

from collections.abc import Sequence

from branch_portal.tables import Column, Table
from supervision.queries.nudges import Askable
from supervision.rules.lacks import lack_words


def askable_table(found: Sequence[Askable]) -> Table:
    return Table(
        [
            Column("党支部", lambda one: str(one.branch)),
            Column("还没有记录的", lambda one: lack_words(one.lacks) or "—"),
            Column("说明", _remark),
        ],
        found,
        caption="将要提醒的党支部",
    )


def _remark(one: Askable) -> str:
    if one.quiet_since is None:
        return "" if one.lacks else "没有缺项，不提醒"
    said = f"{one.quiet_since.month}月{one.quiet_since.day}日已提醒过"
    return f"其中一部分{said}，不重复提醒" if one.lacks else f"{said}，七天内不重复提醒"
