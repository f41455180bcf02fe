"""Pasted names applied to the rows of a form, and the box as it comes back: what was taken, what is left to decide.

What was applied is remembered by a mark, so that the leftover text is not read again and again.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import replace

from activities.forms.choices import VALUE_OF
from activities.forms.names_box import MEANING, PRESENT_REST_ABSENT, Ask, NamesBox
from activities.forms.roll import REASON_LENGTH, RollRow, RollState
from activities.rules.names import MAX_LENGTH, MAX_LINES, WHY, Doubt, Listed, Matching, Named, match_names
from activities.rules.roll import ABSENT, EXEMPT, LEAVE, PRESENT, compress_rows


def names_posted(data: Mapping[str, str]) -> bool:
    """Whether the form brings names, or decisions about names, that have not been applied yet."""
    return bool(data.get("names_text", "").strip()) and data.get("names_seen") != _mark(data)


def apply_names(state: RollState, data: Mapping[str, str]) -> tuple[RollState, NamesBox]:
    """Set the rows of everybody who is named for certain or was chosen; what is left stays in the box."""
    text, mode = data.get("names_text", ""), _mode(data)
    matching = match_names(text, [Listed(row.person.uid, row.person.name) for row in state.rows])
    chosen, open_doubts = _chosen(matching, data)
    named = matching.sure | chosen
    earlier = set(data.get("names_taken", "")[: 40 * MAX_LINES].split())
    kept = earlier | set(named)
    rows = [_set(row, named.get(row.person.uid), mode, rest=row.person.uid not in kept) for row in state.rows]
    box = NamesBox(mode=mode)
    box.taken = " ".join(row.person.uid for row in rows if row.person.uid in kept)
    box.asks = [_ask(doubt, state) for doubt in open_doubts]
    box.unmatched = [one.text for one in matching.unmatched]
    box.text = "\n".join([*(doubt.named.text for doubt in open_doubts), *box.unmatched])
    box.said = _said(named, rows)
    box.remarks = _remarks(text, matching)
    box.seen = _mark({"names_text": box.text, "names_mode": mode})
    return replace(state, rows=rows), box


def box_of(data: Mapping[str, str]) -> NamesBox:
    """The box of a form whose names were applied before, as it was."""
    return NamesBox(
        mode=_mode(data),
        text=data.get("names_text", "")[:MAX_LENGTH],
        seen=data.get("names_seen", "")[:32],
        taken=data.get("names_taken", "")[: 40 * MAX_LINES],
    )


def _mode(data: Mapping[str, str]) -> str:
    mode = data.get("names_mode", "")
    return mode if mode in MEANING else PRESENT_REST_ABSENT


def _mark(data: Mapping[str, str]) -> str:
    """A short name for text, mode and decisions: the same again is not applied again."""
    picks = sorted(f"{name}={value}" for name, value in data.items() if name.startswith("pick_") and value)
    parts = ["\n".join(data.get("names_text", "").split()), _mode(data), *picks]
    return hashlib.sha256("\x1f".join(parts).encode("utf-8", "replace")).hexdigest()[:16]


def _field(named: Named) -> str:
    return f"pick_{hashlib.sha256(named.name.encode('utf-8', 'replace')).hexdigest()[:12]}"


def _chosen(matching: Matching, data: Mapping[str, str]) -> tuple[dict[str, Named], list[Doubt]]:
    """(decided by the person at the page, still open)."""
    chosen: dict[str, Named] = {}
    left = []
    for doubt in matching.doubts:
        key = data.get(_field(doubt.named), "")
        if key in doubt.keys:
            chosen[key] = doubt.named
        else:
            left.append(doubt)
    return chosen, left


def _ask(doubt: Doubt, state: RollState) -> Ask:
    people = {row.person.uid: row.person for row in state.rows}
    options = tuple(
        (
            key,
            f"{people[key].row_number} {people[key].name}"
            + (f"（{people[key].post}）" if people[key].post else ""),
        )
        for key in doubt.keys
    )
    return Ask(_field(doubt.named), doubt.named.text[:40], WHY[doubt.why], options)


def _set(row: RollRow, named: Named | None, mode: str, *, rest: bool) -> RollRow:
    """Who is named gets what the words say, else what the list means. The others are absent when the list is of who came,
    except the excused and those whose leave is known."""
    if named is None:
        away = rest and mode == PRESENT_REST_ABSENT and row.status == PRESENT
        return replace(row, value=VALUE_OF[ABSENT, ""]) if away else row
    status, leave_type = (named.status, named.leave_type) if named.status else MEANING[mode]
    reason = named.reason[:REASON_LENGTH] if status in (LEAVE, ABSENT) and named.reason else row.reason
    if status not in (LEAVE, ABSENT) and row.status in (EXEMPT, LEAVE, ABSENT):
        reason = ""
    return replace(row, value=VALUE_OF[status, leave_type], reason=reason)


def _said(named: Mapping[str, Named], rows: list[RollRow]) -> str:
    numbers = [row.person.row_number for row in rows if row.person.uid in named]
    return f"已填入 {len(numbers)} 人：序号 {compress_rows(numbers)}。" if numbers else ""


def _remarks(text: str, matching: Matching) -> list[str]:
    remarks = [f"“{name}”写了不止一次，按最后一次登记。" for name in matching.twice]
    if len(text) > MAX_LENGTH:
        remarks.append(f"内容过长，只读了前 {MAX_LENGTH} 字，其余请分次粘贴。")
    return remarks
