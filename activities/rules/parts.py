"""What a record of each kind is made of: the field matrix of domain 4.4, as far as it differs between the kinds.

Time, place, chair, recorder, roll and text are asked of every record and not repeated here. What is REQUIRED makes a record
complete; a record without it is saved all the same and says what it lacks, because a person may know better than a table.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from activities.rules.kinds import (
    APPRAISAL,
    CELL_MEETING,
    COLLECTIVE_STUDY,
    COMMITTEE_MEETING,
    GENERAL_MEETING,
    ORG_LIFE_MEETING,
    PARTY_LECTURE,
    POLITICAL_BIRTHDAY,
    RED_BASE_VISIT,
    THEME_DAY,
    VOLUNTEER_SERVICE,
)

REQUIRED, OPTIONAL, UNUSED = "required", "optional", "unused"

AGENDA, REMARKS, RESOLUTIONS = "agenda", "remarks", "resolutions"
PREPARATION, SUMMARY, LECTURER, MATERIAL = "preparation", "summary", "lecturer", "material"

PART_LABELS = {
    PREPARATION: "会前准备",
    AGENDA: "议题",
    LECTURER: "主讲人",
    MATERIAL: "讲稿、学习材料",
    REMARKS: "发言要点",
    RESOLUTIONS: "决议",
    SUMMARY: "小结",
}

_COLUMNS = (
    GENERAL_MEETING,
    COMMITTEE_MEETING,
    CELL_MEETING,
    PARTY_LECTURE,
    THEME_DAY,
    ORG_LIFE_MEETING,
    APPRAISAL,
    POLITICAL_BIRTHDAY,
    VOLUNTEER_SERVICE,
    RED_BASE_VISIT,
    COLLECTIVE_STUDY,
)
_MARKS = {"●": REQUIRED, "○": OPTIONAL, "-": UNUSED}
# The plan of a theme day is its announcement (Art. 16), so its preparation is not asked for a second time.
_MATRIX: Mapping[str, str] = {
    PREPARATION: "- - - - ○ ● ● - - - -",
    AGENDA: "● ● ● - ○ ○ ○ - - - ○",
    LECTURER: "- - - ● ○ - - - - ○ ○",
    MATERIAL: "○ - ○ ● ○ ○ - - - ○ ●",
    REMARKS: "● ● ● ○ ○ ● ● ○ - ○ ○",
    RESOLUTIONS: "● ● ○ - ○ ● ○ - - - -",
    SUMMARY: "○ ○ ○ ○ ● ● ● ○ ○ ○ ○",
}
_USE: dict[str, dict[str, str]] = {
    kind: {part: _MARKS[row.split()[place]] for part, row in _MATRIX.items()}
    for place, kind in enumerate(_COLUMNS)
}


def use_of(kind: str, part: str) -> str:
    """REQUIRED, OPTIONAL or UNUSED."""
    return _USE[kind][part]


def used_parts(kind: str) -> list[str]:
    """The parts that the form of a kind offers, in the order of the sheet."""
    return [part for part, use in _USE[kind].items() if use != UNUSED]


def missing_parts(kind: str, filled: Iterable[str]) -> list[str]:
    """Labels of what a complete record of the kind would have and this one has not (indicator R1)."""
    have = set(filled)
    return [PART_LABELS[part] for part, use in _USE[kind].items() if use == REQUIRED and part not in have]
