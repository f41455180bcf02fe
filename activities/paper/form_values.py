"""What a committee's own Word form may ask for: Chinese names, each with its meaning, and the values of a sheet under them."""

import datetime
from dataclasses import dataclass
from typing import Any

from activities.rules.roll import count_statuses
from activities.rules.sheet import (
    AgendaLine,
    AmendmentLine,
    RecordSheet,
    RemarkLine,
    ResolutionLine,
    RollLine,
)
from activities.rules.states import RECORD, STATE_LABELS
from branch_portal.codes import code_url
from branch_portal.dates import format_date_cn, to_local
from branch_portal.verification import shown_code


@dataclass(frozen=True)
class Placeholder:
    """One name; `parts` are the names inside one item of a list."""

    name: str
    meaning: str
    parts: tuple[str, ...] = ()


PLACEHOLDERS = (
    Placeholder("党支部", "党支部全称，为活动当日的名称"),
    Placeholder("党小组", "党小组会所属党小组，其他会议为空"),
    Placeholder("会议名称", "如 支部党员大会"),
    Placeholder("年度", "所属年度"),
    Placeholder("届次", "本年度第几次，只有数字"),
    Placeholder("主题", "会议或活动主题"),
    Placeholder("日期", "如 2026年4月13日（星期一）"),
    Placeholder("开始时间", "如 15:00"),
    Placeholder("结束时间", "如 16:30"),
    Placeholder("时间", "日期和起止时间"),
    Placeholder("地点", "召开地点"),
    Placeholder("主持人", "姓名"),
    Placeholder("记录人", "姓名"),
    Placeholder("主讲人", "党课主讲人"),
    Placeholder("列席", "列席人员"),
    Placeholder("召开形式", "组织生活会的召开形式"),
    Placeholder("学习材料", "讲稿、学习材料"),
    Placeholder("学习分钟", "学习分钟数"),
    Placeholder("应到", "人数"),
    Placeholder("实到", "人数"),
    Placeholder("缺席", "人数，含请假"),
    Placeholder("请假", "人数"),
    Placeholder("到会人员", "到会人员姓名，以顿号分隔"),
    Placeholder("缺席人员", "缺席人员逐人列出", ("姓名", "类别", "原因")),
    Placeholder("到会名单", "全部到会情况，按序号", ("序号", "姓名", "情况", "原因", "分钟")),
    Placeholder("会前准备", "会前准备"),
    Placeholder("议题", "逐项列出", ("序号", "内容", "重要", "会前讨论")),
    Placeholder("内容", "活动内容、会议记录正文"),
    Placeholder("发言", "发言要点", ("发言人", "要点", "不同意见")),
    Placeholder("表决", "表决情况，每项一句"),
    Placeholder("决议", "逐项列出", ("序号", "内容", "责任人", "完成时限")),
    Placeholder("小结", "小结"),
    Placeholder("更正", "已签署的更正", ("序号", "项目", "原文", "更正为", "原因", "签署")),
    Placeholder("状态", "如 已确认"),
    Placeholder("提交人", "提交记录的人"),
    Placeholder("确认人", "确认记录的人"),
    Placeholder("查验码", "归档后才有"),
    Placeholder("查验地址", "归档后才有"),
)


def form_values(sheet: RecordSheet) -> dict[str, Any]:
    """Plain values under the names above: text, numbers and lists of them, nothing that can be called."""
    start, end = to_local(sheet.started_at), to_local(sheet.ended_at)
    return {
        "党支部": sheet.branch,
        "党小组": sheet.cell,
        "会议名称": sheet.kind_label,
        "年度": sheet.year,
        "届次": sheet.number or "",
        "主题": sheet.title,
        "日期": format_date_cn(sheet.on_date),
        "开始时间": f"{start:%H:%M}",
        "结束时间": f"{end:%H:%M}",
        "时间": sheet.when,
        "地点": sheet.place,
        "主持人": sheet.chair,
        "记录人": sheet.recorder,
        "主讲人": sheet.lecturer,
        "列席": sheet.observers,
        "召开形式": sheet.held_as_label,
        "学习材料": sheet.material,
        "学习分钟": sheet.study_minutes or "",
        "应到": sheet.count.expected,
        "实到": sheet.count.present,
        "缺席": sheet.count.away,
        "请假": sheet.count.leave,
        "会前准备": sheet.preparation,
        "内容": sheet.content,
        "小结": sheet.summary,
        "表决": list(sheet.votes),
        "状态": STATE_LABELS[RECORD][sheet.state],
        "提交人": sheet.recorded_by,
        "确认人": sheet.confirmed_by,
        "查验码": shown_code(sheet.code) if sheet.code else "",
        "查验地址": code_url(sheet.code) if sheet.code else "",
        **_people(sheet),
        **_lists(sheet),
    }


def _people(sheet: RecordSheet) -> dict[str, Any]:
    return {
        "到会人员": "、".join(line.name for line in sheet.came),
        "缺席人员": [
            {"姓名": line.name, "类别": line.label, "原因": line.reason or line.label}
            for line in sheet.absentees
        ],
        "到会名单": [
            {
                "序号": line.row_number,
                "姓名": line.name,
                "情况": line.label,
                "原因": line.reason,
                "分钟": line.minutes,
            }
            for line in sheet.roll
        ],
    }


def _lists(sheet: RecordSheet) -> dict[str, Any]:
    return {
        "议题": [
            {
                "序号": number,
                "内容": line.title,
                "重要": "重要事项" if line.important else "",
                "会前讨论": line.prior,
            }
            for number, line in enumerate(sheet.agenda, 1)
        ],
        "发言": [
            {"发言人": line.speaker, "要点": line.text, "不同意见": "不同意见" if line.dissent else ""}
            for line in sheet.remarks
        ],
        "决议": [
            {
                "序号": number,
                "内容": line.text,
                "责任人": line.owner,
                "完成时限": format_date_cn(line.due_on) if line.due_on else "",
            }
            for number, line in enumerate(sheet.resolutions, 1)
        ],
        "更正": [
            {
                "序号": line.number,
                "项目": line.label,
                "原文": line.old_text,
                "更正为": line.new_text,
                "原因": line.reason,
                "签署": line.signature,
            }
            for line in sheet.amendments
        ],
    }


def sample_sheet(kind: str = "general_meeting") -> RecordSheet:
    """An invented record with every value, for trying a form out."""
    day = datetime.date(2026, 3, 5)
    start = datetime.datetime(2026, 3, 5, 7, tzinfo=datetime.UTC)
    roll = (
        RollLine(1, "1", "示例甲", "present", minutes=90),
        RollLine(2, "2", "示例乙", "late", minutes=60),
        RollLine(3, "3", "示例丙", "leave", "sick", "住院治疗"),
        RollLine(4, "4", "示例丁", "absent", "", "外出未归"),
    )
    return RecordSheet(
        uid="", branch_uid="", branch="示例党支部", cell_uid="", cell="", kind=kind, number=1, year=2026,
        on_date=day, started_at=start, ended_at=start + datetime.timedelta(minutes=90), place="示例会议室",
        title="示例主题", state="archived", chair_uid="1", chair="示例甲", recorder_uid="2", recorder="示例乙",
        count=count_statuses(line.status for line in roll), observers="示例列席人员", held_as="general",
        lecturer="示例甲", material="示例材料", study_minutes=90, preparation="示例准备。",
        content="示例内容第一段。\n示例内容第二段。", summary="示例小结。",
        agenda=(AgendaLine("示例议题", True, "示例支部委员会会议"),),
        remarks=(RemarkLine("示例甲", "示例发言。"), RemarkLine("示例乙", "示例不同意见。", True)),
        votes=["示例表决：应到 4 人，实到 2 人。"], resolutions=(ResolutionLine("示例决议", "示例乙", day),),
        amendments=(AmendmentLine(1, "summary", "示例原文", "示例小结。", "示例原因", "示例乙", "示例甲", start),),
        roll=roll, recorded_by="示例乙", recorded_at=start, confirmed_by="示例甲", confirmed_at=start,
        code="2345678AB2",
    )  # fmt: skip
