"""The aids of a roll, read with it: the code of a printed sheet, and pasted names.

Both set rows that the page then shows; whoever keeps the roll looks at them before they are saved. The same code serves the
button of the page (`roll-names`) and the form that is saved without a script.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from activities.forms.names import apply_names, box_of, names_posted
from activities.forms.roll import RollState, read_roll
from activities.models import RollSheet
from activities.queries.eligibility import Eligible
from activities.queries.leave import sheet_of
from activities.rules.roll import parse_line
from activities.rules.signin import typed_sheet_code
from branch_portal.dates import format_date_cn, local_date
from members.models import PartyOrganization


def read_roll_with_aids(
    data: Mapping[str, str], people: Sequence[Eligible], branch: PartyOrganization
) -> RollState:
    """The posted roll with what the sheet's code and the pasted names say; `to_check` names what was filled in."""
    line, code = data.get("absent_line", ""), typed_sheet_code(data.get("sheet_code", ""))
    sheet = sheet_of(branch, code) if code else None
    paper = [uid for uid, _ in sheet.rows] if sheet else []
    other = bool(paper) and paper != [person.uid for person in people]
    common = {"common_reason": data.get("common_reason", ""), "shown": data.get("roll_signature", "")}
    state = read_roll(
        _without_live_marks(data, line) if other else data,
        people,
        line=line,
        sheet=paper if other else (),
        **common,
    )
    state.box = box_of(data)
    if code and sheet is None:
        state.box.sheet = code
        state.line_errors.append(
            f"没有找到编号为 {code} 的签到表，请核对纸上右上角的编号；不填编号的，按页面上的序号登记。"
        )
    if sheet and other and not state.line_errors:
        state.to_check.append(_other_sheet(sheet, people, line))
    elif sheet:
        state.box.sheet = code
    if names_posted(data):
        errors, checked = state.line_errors, state.to_check
        state, state_box = apply_names(state, data)
        state_box.sheet = state.box.sheet
        state = replace(state, box=state_box, reason_errors=[], line_errors=errors)
        state.to_check = [*checked, _names_words(state)]
    return state


def _without_live_marks(data: Mapping[str, str], line: str) -> dict[str, str]:
    """The page's script has shown the line's numbers on the page's own rows; on paper they mean others, so these go back."""
    posted = [name for name in data if name.startswith("status_")]
    marks = parse_line(line, len(posted)).marks()
    shown = {posted[number - 1] for number in marks if number <= len(posted)}
    return {name: value for name, value in data.items() if name not in shown}


def _other_sheet(sheet: RollSheet, people: Sequence[Eligible], line: str) -> str:
    printed = format_date_cn(local_date(sheet.printed_at))
    words = (
        f"编号 {sheet.code} 是“{sheet.share.gathering.theme}”的签到表，{printed}打印，共 {len(sheet.rows)} 人；"
        f"现在的名单有 {len(people)} 人，或者顺序不同。序号已按纸上的名单对应到人，请核对后再保存。"
    )
    here = {person.uid for person in people}
    marks = parse_line(line, len(sheet.rows)).marks()
    gone = [f"{n} {name}" for n, (uid, name) in enumerate(sheet.rows, 1) if uid not in here and n in marks]
    return words + (f"纸上的 {'、'.join(gone)} 不在现在的名单里，没有登记。" if gone else "")


def _names_words(state: RollState) -> str:
    left = len(state.box.asks) + len(state.box.unmatched)
    tail = f"还有 {left} 个没有对上，列在“接龙或名单”下面。" if left else ""
    return f"{state.box.said or '名单里的人都没有对上。'}{tail}请核对到会情况后再保存。"
