"""Notices for tests: written and sent by branch A's secretary, or by the committee's staff."""

import datetime

from notices.actions.notices import draft_notice, send_notice
from notices.models import Notice, NoticeTarget
from tests.notices.factories import NOON, at

DAY = datetime.timedelta(days=1)


def words(**fields) -> dict:
    values = {
        "title": "六月集中学习的通知",
        "text": "请带好学习笔记。\n地点：党群服务中心。",
        "wanted": "attend",
        "deadline": NOON + 3 * DAY,
        "addressed": "people",
        "audience": {},
    } | fields
    if values["wanted"] == "nothing":
        values["deadline"] = None
    return values


def draft(world, *, by=None, organization=None, **fields) -> Notice:
    return draft_notice(
        by=by or world.secretary_a, organization=organization or world.branch_a, words=words(**fields)
    )


def sent(world, *, by=None, now=NOON, told=True, **fields) -> Notice:
    """A sent notice of branch A, by default already told."""
    notice = send_notice(by=by or world.secretary_a, notice=draft(world, by=by, **fields), now=now)
    if told:
        at(now)
    return notice


def from_committee(world, **fields) -> Notice:
    """The committee asks every branch below it for one answer."""
    values = {"by": world.staff, "organization": world.committee, "addressed": "branches"} | fields
    return sent(world, **values)


def target_of(notice, whom) -> NoticeTarget:
    """The target of a user, a member or a branch."""
    if hasattr(whom, "member_id"):
        return NoticeTarget.objects.get(notice=notice, member_id=whom.member_id)
    return NoticeTarget.objects.get(notice=notice, member=None, branch=whom)
