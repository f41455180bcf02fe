"""What the first branch has written beyond running text: minutes in parts, resolutions to follow up, talks, a last appraisal."""

import datetime
from random import Random

from activities.actions.facts import AgendaLine, RemarkLine, ResolutionLine, Texts
from activities.actions.minutes import write_minutes
from activities.actions.talks import log_talks
from activities.models import ActivityKind, ActivityRecord, Resolution
from activities.queries.talks import Person
from members.models import Member, PartyOrganization

_SUBJECTS = (
    ("讨论半年工作总结", "总结实事求是，下半年要把为民办实事项目抓紧。", "通过半年工作总结，印发各党小组"),
    ("研究人居环境整治", "先把主干道两侧清理出来，党员包户。", "每名党员联系 3 户，月底前走访一遍"),
    ("讨论预备党员培养教育情况", "按期谈话，记录要写具体。", "由组织委员每季度谈话一次并记录"),
    ("讨论冬春训练安排", "学习时间尽量放在晚上，照顾务工党员。", "通过学习安排，线上线下同步开展"),
)
_TALKED = 18


def build_meetings(
    branch: PartyOrganization, members: list[Member], by, *, today: datetime.date, random: Random
) -> None:
    """Deterministic; only general and committee meetings of the last half year get their parts."""
    since = today - datetime.timedelta(days=200)
    records = ActivityRecord.objects.filter(
        branch=branch,
        kind__in=(ActivityKind.GENERAL_MEETING, ActivityKind.COMMITTEE_MEETING),
        on_date__gte=since,
    ).order_by("on_date", "pk")
    for number, record in enumerate(records):
        title, said, resolved = _SUBJECTS[number % len(_SUBJECTS)]
        speaker, owner = random.choice(members[1:]), members[number % 4]
        due_on = record.on_date + datetime.timedelta(days=45)
        texts = Texts(
            kind=record.kind,
            theme=record.title,
            agenda=[AgendaLine(title, important=record.kind == ActivityKind.GENERAL_MEETING)],
            remarks=[RemarkLine(speaker.name, said, speaker_id=speaker.pk)],
            resolutions=[ResolutionLine(resolved, owner.name, owner_id=owner.pk, due_on=due_on)],
        )
        write_minutes(record, texts, fresh=True)
    Resolution.objects.filter(branch=branch, due_on__lt=today - datetime.timedelta(days=10)).update(
        outcome=Resolution.Outcome.DONE,
        closing_note="已按时完成，并在党员大会上通报。",
        closed_on=today - datetime.timedelta(days=12),
        closed_by=by,
    )
    secretary = members[0]
    for number, fellow in enumerate(members[1 : _TALKED + 1]):
        log_talks(
            by=by,
            branch=branch,
            day=max(today - datetime.timedelta(days=7 * number + 3), datetime.date(today.year, 1, 1)),
            one=Person(secretary.pk, secretary.uid.hex, secretary.name, ""),
            others=[Person(fellow.pk, fellow.uid.hex, fellow.name, "")],
            place="党群服务中心",
            note="思想、工作和生活情况，听取对支部工作的意见。",
        )
