"""The sheet as screen, paper and spreadsheet show it, and its counts."""

from collections.abc import Sequence

from activities.models import AppraisalEntry
from activities.rules.appraisal import GRADE_LABELS, GRADES, caps_of, read_tally
from branch_portal.tables import Column


def _votes(index: int):
    def votes(entry: AppraisalEntry):
        tally = read_tally(str(entry.tally))
        return "" if tally is None else tally[index]

    return votes


def _opinion(entry: AppraisalEntry) -> str:
    return entry.grade_label or ("不评定等次" if entry.category == entry.Category.PROBATIONARY else "")


def sheet_columns() -> list[Column]:
    votes = [
        Column(f"{GRADE_LABELS[grade]}票", _votes(index), numeric=True) for index, grade in enumerate(GRADES)
    ]
    return [
        Column("序号", lambda entry: entry.row_number, numeric=True),
        Column("姓名", lambda entry: entry.name),
        Column("人员类别", lambda entry: entry.get_category_display()),
        Column("自评", lambda entry: GRADE_LABELS.get(entry.self_grade, "")),
        *votes,
        Column("评定意见", _opinion),
        Column("主要问题", lambda entry: entry.reason),
        Column("后续措施", lambda entry: entry.follow_up),
        Column("反馈日期", lambda entry: entry.fed_back_on),
    ]


def summary(rows: Sequence[AppraisalEntry], base: str) -> dict:
    """优秀 against its cap and how many got which grade."""
    caps = caps_of([row.rated for row in rows], base)
    counts = {grade: sum(row.grade == grade for row in rows) for grade in GRADES}
    graded = [row for row in rows if row.grade]
    return {
        "caps": caps,
        "stats": [
            {
                "label": "优秀",
                "value": caps.excellent,
                "unit": "人",
                "hint": f"上限 {caps.cap} 人",
                "late": caps.over,
            },
            *(
                {
                    "label": GRADE_LABELS[grade],
                    "value": counts[grade],
                    "unit": "人",
                    "hint": "",
                    "late": False,
                }
                for grade in GRADES[1:]
            ),
            {
                "label": "已反馈",
                "value": sum(row.fed_back_on is not None for row in rows),
                "unit": "人",
                "hint": f"共评定 {len(graded)} 人",
                "late": False,
            },
        ],
    }
