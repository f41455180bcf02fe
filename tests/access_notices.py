"""The things that the access table names of notices: one of branch A to all its members, and a draft."""

import datetime
import io

from django.utils import timezone

from branch_portal.files import keep_file
from notices.actions.notices import draft_notice, send_notice
from notices.models import Notice, NoticeAttachment, NoticeTarget
from tests.personas import World


def notice_things(world: World) -> dict[str, object]:
    sent = send_notice(by=world.secretary_a, notice=_draft(world, "三月集中学习的通知"))
    stored = keep_file(io.BytesIO(b"%PDF-1.4 test"), name="学习材料.pdf", folder="notices")
    return {
        "notice": sent,
        "notice_draft": _draft(world, "四月走访的通知"),
        "notice_target": NoticeTarget.objects.get(notice=sent, member_id=world.member_a.member_id),
        "notice_file": NoticeAttachment.objects.create(
            notice=sent, uploaded_by=world.secretary_a, **vars(stored)
        ),
    }


def _draft(world: World, title: str) -> Notice:
    words = {
        "title": title,
        "text": "请按时参加。",
        "wanted": "attend",
        "deadline": timezone.now() + datetime.timedelta(days=3),
        "addressed": "people",
        "audience": {},
    }
    return draft_notice(by=world.secretary_a, organization=world.branch_a, words=words)
