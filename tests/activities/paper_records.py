"""Records with every value that can be entered, for what is printed of them."""

import datetime

from activities.actions.records import confirm_record
from activities.models import ActivityRecord, AgendaItem, Remark, Resolution
from tests.activities import factories as make

DAY = datetime.date(2026, 3, 5)
RARE = "王𠮷㐂堃"
LONG = "传达学习上级党委关于加强党支部标准化规范化建设的意见，逐条讨论了本支部的落实措施。" * 12


def full_record(world, *, kind="general_meeting", confirmed=True, **fields) -> ActivityRecord:
    """A meeting with roll, agenda, remarks, resolutions and texts that try a printer."""
    values = {
        "theme": "讨论 A & B <计划> “年度”😀",
        "place": "党群服务中心<二楼>&会议室",
        "content": f"{LONG}\n第二段 <b>不是标签</b> & 符号；\t制表。\n{RARE}同志发言。",
        "observers": "镇党委组织委员李某某 & 王某",
        "summary": "会议认为——措施可行……\n抓好落实。",
        "chair_id": world.members_a[0].pk,
        "recorder_id": world.members_a[1].pk,
        "day": DAY,
        "rows": {
            "row_2": ("absent", "", "外出<务工>&联系不上"),
            "row_3": ("leave", "sick", "住院治疗"),
            "row_4": ("late", "", "", 45),
            "row_5": ("online", "", ""),
        },
    } | fields
    record = make.record(world.officer_a, world.branch_a, kind, **values)
    record.preparation, record.material = "会前征求意见12条。", "《党章》第三十二条"
    record.save()
    add_minutes(world, record)
    if confirmed:
        confirm_record(by=world.secretary_a, record=record)
        record.refresh_from_db()
    return record


def add_minutes(world, record: ActivityRecord) -> None:
    common = {"record": record, "branch": world.branch_a}
    AgendaItem.objects.create(**common, position=1, title="讨论接收预备党员", important=True)
    AgendaItem.objects.create(**common, position=2, title="审议年度计划")
    Remark.objects.create(**common, position=1, speaker_name="陈志远", text="同意，建议尽快落实。")
    Remark.objects.create(
        **common, position=2, speaker_name="列席代表", text="“道路硬化”没有预算，建议缓一缓。", dissent=True
    )
    Resolution.objects.create(
        **common,
        position=1,
        text="通过年度计划",
        owner=world.members_a[1],
        owner_name="白春梅",
        due_on=datetime.date(2026, 4, 1),
    )


def entered(record: ActivityRecord) -> list[str]:
    """Every text that somebody typed or chose for the record, in pieces without line ends."""
    share = record.share
    texts = [
        record.title, share.gathering.place, share.observers, record.content, record.summary, record.preparation,
        record.material, "安国强", "白春梅", "2026年3月5日（星期四）15:00–16:30", "2026年第1次",
        "讨论接收预备党员", "审议年度计划", "同意，建议尽快落实。", "“道路硬化”没有预算，建议缓一缓。", "不同意见",
        "通过年度计划", "2026年4月1日",
        *(entry.name for entry in share.roll.all()), *(entry.reason for entry in share.roll.all() if entry.reason),
    ]  # fmt: skip
    return [piece for text in texts for line in text.split("\n") for piece in line.split("\t") if piece]
