"""批注: the committee writes, the branch answers; mended or taken back within the hour and while nobody has answered."""

from django.db import transaction
from django.utils import timezone

from activities.models import ActivityRecord
from activities.queries.subjects import record_url
from activities.rules.kinds import KINDS
from branch_portal.dates import format_date_cn
from branch_portal.permissions import Permission
from supervision.actions.telling import tell_branch, tell_committee
from supervision.models import RecordComment
from supervision.models.comments import MENDABLE
from supervision.queries.committees import inspecting_committee

KEY = "record_comment"


class CommentRefused(Exception):
    """It cannot be said or changed; the message is Chinese and says why."""


@transaction.atomic
def write_comment(*, by, record: ActivityRecord, text: str) -> RecordComment:
    """A committee's comment on a record that its branch has handed in; the officers are told."""
    if record.state == ActivityRecord.State.DRAFT or not by.access.may(Permission.INSPECT, record.branch):
        raise CommentRefused("这条记录还没有提交，或者您没有检查它的权限，不能批注。")
    comment = _create(by, record, text, RecordComment.Side.COMMITTEE, None)
    tell_branch(
        by=by,
        rule_key=KEY,
        subject=f"supervision.comment:{comment.uid}",
        branch=record.branch,
        title=f"记录有批注：{_named(record)}",
        body="上级党组织对这条记录有批注，请登录门户查看，可以答复。",
        link=record_url(record),
    )
    return comment


@transaction.atomic
def answer_comment(*, by, comment: RecordComment, text: str) -> RecordComment:
    """The branch's word on a comment, or the committee's further one; the other side is told."""
    first = comment.answers_to or comment
    record = first.record
    ours = by.access.may(Permission.INSPECT, record.branch)
    side = RecordComment.Side.COMMITTEE if ours else RecordComment.Side.BRANCH
    # Held until the answer stands, so that nobody takes back what is being answered.
    RecordComment.objects.select_for_update(of=("self",)).get(pk=first.pk)
    answer = _create(by, record, text, side, first)
    words = {
        "by": by,
        "rule_key": KEY,
        "subject": f"supervision.comment:{answer.uid}",
        "title": f"批注有答复：{_named(record)}",
        "body": "请登录门户查看。",
        "link": record_url(record),
    }
    if ours:
        tell_branch(branch=record.branch, **words)
    elif (committee := inspecting_committee(first.author, record.branch)) is not None:
        tell_committee(committee=committee, **words)
    return answer


@transaction.atomic
def mend_comment(*, by, comment: RecordComment, text: str) -> RecordComment:
    """Say it better, within the hour."""
    row = _own(by, comment)
    row.text, row.edited_at = text.strip(), timezone.now()
    row.save()
    return row


@transaction.atomic
def take_back_comment(*, by, comment: RecordComment) -> None:
    """Take it back within the hour; the audit keeps that it was said."""
    _own(by, comment).delete()


def _create(by, record: ActivityRecord, text: str, side: str, answers_to) -> RecordComment:
    return RecordComment.objects.create(
        record=record,
        branch_id=record.branch_id,
        answers_to=answers_to,
        side=side,
        text=text.strip(),
        author=by,
        written_at=timezone.now(),
    )


def _own(by, comment: RecordComment) -> RecordComment:
    row = RecordComment.objects.select_for_update(of=("self",)).filter(pk=comment.pk, author=by).first()
    if row is None or timezone.now() - row.written_at > MENDABLE:
        raise CommentRefused("发表已超过一小时，不能再改动；可以另写一条说明。")
    if row.answers.exists():
        raise CommentRefused("已有人答复，不能再改动；可以另写一条说明。")
    return row


def _named(record: ActivityRecord) -> str:
    return f"{format_date_cn(record.on_date)}{KINDS[record.kind].label}"
