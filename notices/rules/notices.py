"""What a notice says outside its own page, and until when it is answered. Pure functions."""

import datetime
from collections.abc import Iterable, Mapping
from typing import Any

from branch_portal.dates import to_local

NOTHING, READ, ATTEND = "nothing", "read", "attend"
#: What may be answered to which wish.
ANSWERS: dict[str, tuple[str, ...]] = {NOTHING: (), READ: ("read",), ATTEND: ("attend", "leave")}
_LONGEST_TITLE = 120


def clean_audience(audience: Mapping[str, Any]) -> dict[str, list]:
    """The audience in its one stored form: each list without doubles, in order."""
    return {name: sorted(set(audience.get(name) or ())) for name in ("organizations", "posts", "categories")}


def answer_closed(
    *, deadline: datetime.datetime | None, answered: bool, withdrawn: bool, now: datetime.datetime
) -> bool:
    """An answer may be changed until the deadline; a first one is taken later too, because late is better than never."""
    return withdrawn or (answered and deadline is not None and now > deadline)


def is_late(*, deadline: datetime.datetime | None, answered_at: datetime.datetime) -> bool:
    return deadline is not None and answered_at > deadline


def moment_cn(moment: datetime.datetime) -> str:
    """6月10日18:00, on the Shanghai clock."""
    local = to_local(moment)
    return f"{local.month}月{local.day}日{local:%H:%M}"


def answer_wish(
    wanted: str, deadline: datetime.datetime | None, *, now: datetime.datetime | None = None
) -> str:
    """What is asked of the addressee, as a sentence; "" where nothing is. `now`: after the deadline it is said so."""
    if wanted == NOTHING or deadline is None:
        return ""
    words = "“参加”或“请假”" if wanted == ATTEND else "“已阅”"
    if now is not None and now >= deadline:
        return f"答复截止时间（{moment_cn(deadline)}）已过，请尽快答复{words}。"
    return f"请于{moment_cn(deadline)}前答复{words}。"


def named_in(text: str, names: Iterable[str]) -> list[str]:
    """The names that the text carries, each once."""
    return sorted({name for name in names if name and name in text})


def outside_title(title: str, *, sender: str, names: Iterable[str], corrected: bool = False) -> str:
    """The title as mail may carry it: without people's names."""
    shown = f"{sender}的通知，请登录门户查看" if named_in(title, names) else title
    return f"{'更正：' if corrected else ''}{' '.join(shown.split())}"[:_LONGEST_TITLE]


def outside_body(
    wanted: str, deadline: datetime.datetime | None, *, now: datetime.datetime | None = None
) -> str:
    """Beside the title: what is asked, never the text itself."""
    return f"{answer_wish(wanted, deadline, now=now)}请登录门户查看全文。"


def chat_text(
    *,
    sender: str,
    title: str,
    text: str,
    wanted: str,
    deadline: datetime.datetime | None,
    address: str,
    names: Iterable[str],
) -> str:
    """What is pasted into a group chat: the notice where it names nobody, else only that there is one."""
    people = list(names)
    lines = [f"【{sender}】{outside_title(title, sender=sender, names=people)}"]
    if not named_in(text, people):
        lines.append(text.strip())
    lines.append(outside_body(wanted, deadline))
    lines.append(address)
    return "\n".join(line for line in lines if line)
