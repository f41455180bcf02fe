"""更正: which texts of a confirmed record may still be put right, and where each is kept (domain 4.5)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AmendableField:
    """One text: its name on paper, how long it may be, whether it belongs to the gathering's share and so to all its records."""

    key: str
    label: str
    longest: int
    shared: bool = False
    may_be_empty: bool = True
    several_lines: bool = False


#: Time and place belong to the whole gathering, also to other branches' records of it: they are put right by a return.
FIELDS: dict[str, AmendableField] = {
    field.key: field
    for field in (
        AmendableField("title", "主题", 120, may_be_empty=False),
        AmendableField("lecturer", "主讲人", 60),
        AmendableField("observers", "列席人员", 200, shared=True),
        AmendableField("material", "讲稿、学习材料", 200),
        AmendableField("preparation", "会前准备", 5000, several_lines=True),
        AmendableField("content", "内容", 20000, may_be_empty=False, several_lines=True),
        AmendableField("summary", "小结", 5000, several_lines=True),
    )
}
SHARED = tuple(field.key for field in FIELDS.values() if field.shared)


def label_of(key: str) -> str:
    return FIELDS[key].label


def sentence(label: str, old: str, new: str) -> str:
    """The amendment in one sentence, as it stands on paper."""
    return f"“{label}”由“{old or '（空）'}”更正为“{new or '（空）'}”"
