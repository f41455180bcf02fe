"""Two notices of the demo: the home branch asks its members to a study, the committee asks its branches to read a plan."""

import datetime

from branch_portal.dates import local_datetime
from members.models import Member, PartyOrganization, User
from notices.actions.notice_answers import answer_notice
from notices.actions.notices import draft_notice, send_notice
from notices.models import NoticeTarget

_ANSWERS = (("attend", ""), ("attend", ""), ("leave", "外出务工，月底返回"), ("attend", ""))


def build_notices(
    branch: PartyOrganization, committee: PartyOrganization, people: list[Member], *, today: datetime.date
) -> None:
    """Sent this morning; some of the branch's members have answered already."""
    now = local_datetime(today, datetime.time(9))
    common = {
        "deadline": local_datetime(today + datetime.timedelta(days=4), datetime.time(18)),
        "audience": {},
    }
    accounts = {
        user.member_id: user
        for user in User.objects.unscoped("the demo is built for nobody").filter(
            member__in=[member.pk for member in people]
        )
    }
    study = {
        "title": "集中学习的通知",
        "text": "本月集中学习安排在下周五下午三点，地点在党群服务中心。\n请提前阅读学习材料，准备三分钟发言。",
        "wanted": "attend",
        "addressed": "people",
    }
    secretary = accounts[people[0].pk]
    sent = send_notice(
        by=secretary, notice=draft_notice(by=secretary, organization=branch, words=study | common), now=now
    )
    targets = NoticeTarget.objects.unscoped("the demo is built for nobody").filter(notice=sent)
    of_member = {target.member_id: target for target in targets}
    for member, (answer, reason) in zip(people[1:], _ANSWERS, strict=False):
        answer_notice(
            by=accounts[member.pk], target=of_member[member.pk], answer=answer, reason=reason, now=now
        )
    plan = {
        "title": "关于做好半年组织生活自查的通知",
        "text": "请各党支部对照年度计划自查上半年组织生活，发现遗漏的及时补上，不另报材料。",
        "wanted": "read",
        "addressed": "branches",
    }
    staff = User.objects.unscoped("the demo is built for nobody").get(grants__organization=committee)
    send_notice(by=staff, notice=draft_notice(by=staff, organization=committee, words=plan | common), now=now)
