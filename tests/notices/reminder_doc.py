"""docs/reminder-rules.md from the table in code. `python manage.py shell -c "from tests.notices import reminder_doc as d; d.write()"`."""

from pathlib import Path

from notices.registry import reminder_kinds

PAGE = Path(__file__).parents[2] / "docs" / "reminder-rules.md"
HEAD = """# Every reminder: key, what it counts from, when, to whom, in which words, until when, why

Written from `notices/reminder_table.py` by `tests/notices/reminder_doc.py`; a test compares the two. The times are those of
a new portal. The administrator changes them for everybody on 提醒设置 (`/notices/rules/`), a committee's staff for what lies
below it; the nearest setting counts. How the rows come to be and what is promised of them is in [reminders.md](reminders.md).

{…} is filled in. Titles leave the portal by mail: they count people and never name them.

| Key | 提醒 | 从哪一天算起 | 默认时间 | 对象 | 内容 | 提醒到 | 依据 |
|---|---|---|---|---|---|---|---|
"""
FOOT = """
## Left out of domain 11.1

| Key | Why |
|---|---|
"""
#: Keys of domain 11.1 for which the portal holds nothing yet.
LEFT_OUT = {
    "active_applicant_review": "development of members comes later",
    "prospect_eligible": "development of members comes later",
    "approval_clock": "development of members comes later",
    "dues_monthly": "dues come later",
    "dues_arrears": "dues come later",
    "dues_publication": "dues come later",
    "dues_assessment": "dues come later",
    "rectification_end": "no disposal (限期改正) is kept yet, so there is no end date",
}


def document() -> str:
    rows = [
        f"| `{kind.key}` | {kind.name} | {kind.anchor} | {'马上' if kind.at_once else kind.times} | {kind.audience} "
        f"| {kind.text} | {kind.until} | {kind.clause or '—'} |\n"
        for kind in reminder_kinds()
    ]
    left = [f"| `{key}` | {why} |\n" for key, why in LEFT_OUT.items()]
    return HEAD + "".join(rows) + FOOT + "".join(left)


def write() -> None:
    PAGE.write_text(document(), encoding="utf-8")
