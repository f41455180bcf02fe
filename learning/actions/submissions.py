"""自学申报: written and handed in by the member, decided by the branch; the ledger follows every decision."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils import timezone

from learning.actions.credits import CreditLine, post_credits
from learning.actions.plan import link_source
from learning.actions.years import lock_members
from learning.models import PlanTopic, StudySubmission, SubmissionEntry
from learning.queries.submissions import may_decide_own, reviewing_branch, submission_url
from learning.rules.submissions import (
    CORRECT,
    DECIDE,
    MEMBERS_TURN,
    RETURNED,
    SUBMIT,
    SUBMITTED,
    WITHDRAW,
    WITHDRAWN,
    allowed,
    decided_state,
)
from members.models import Member
from notices.actions.slots import plan_reminders

ANSWER = "submission_answer"
WORTH_TELLING = datetime.timedelta(days=14)


class SubmissionRefused(Exception):
    """The step is not possible (any more); the message is Chinese and says why and what to do."""


@dataclass(frozen=True)
class EntryLine:
    on_date: datetime.date
    minutes: int
    title: str


@dataclass(frozen=True)
class SubmissionFacts:
    """What a member writes. For 零散自学 the days and minutes are those of the entries."""

    kind: str
    title: str
    first_on: datetime.date
    last_on: datetime.date
    minutes: int
    note: str = ""
    organised_by_party: bool = False
    organiser: str = ""
    topic: PlanTopic | None = None
    entries: tuple[EntryLine, ...] = ()


@transaction.atomic
def write_submission(
    *, by, member: Member, facts: SubmissionFacts, submission: StudySubmission | None = None
) -> StudySubmission:
    """A new draft, or the member's own one (or one that was given back) with new contents."""
    if by.member_id != member.pk:
        raise SubmissionRefused("没有保存：只能填写本人的自学申报。")
    if submission is None:
        row = StudySubmission(member=member, branch=_own_branch(member))
    else:
        row = _locked(submission)
        if row.state not in MEMBERS_TURN or row.version != submission.version:
            raise SubmissionRefused("没有保存：这份申报已经提交、审核或在别处改过，请看最新内容。")
        row.version += 1
    for name in (
        "kind", "title", "first_on", "last_on", "minutes", "note", "organised_by_party", "organiser", "topic"
    ):  # fmt: skip
        setattr(row, name, getattr(facts, name))
    row.year = facts.last_on.year
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        if "submission_xuexi_once_a_year" not in str(error):
            raise
        raise SubmissionRefused(
            f"没有保存：{row.year} 年的学习强国说明已经有一份，请在那一份上修改。"
        ) from error
    row.entries.all().delete()
    SubmissionEntry.objects.bulk_create(
        [
            SubmissionEntry(
                submission=row, position=number, on_date=line.on_date, minutes=line.minutes, title=line.title
            )
            for number, line in enumerate(facts.entries, start=1)
        ]
    )
    return row


@transaction.atomic
def submit_submission(*, by, submission: StudySubmission) -> StudySubmission:
    """Hand in a draft, or again what was given back; it waits for the member's branch of today."""
    row = _locked(submission)
    if row.member_id != by.member_id or not allowed(SUBMIT, row.state):
        raise SubmissionRefused("没有提交：这份申报已经提交过，或者已经审核。")
    row.branch = _own_branch(row.member)
    row.state, row.submitted_at = SUBMITTED, timezone.now()
    row.decided_by = row.decided_at = None
    _saved(row)
    return row


@transaction.atomic
def withdraw_submission(*, by, submission: StudySubmission) -> None:
    """The member takes back what nobody has decided."""
    row = _locked(submission)
    if row.member_id != by.member_id or not allowed(WITHDRAW, row.state):
        raise SubmissionRefused("没有撤回：这份申报已经审核，如有误请联系党支部更正。")
    row.state = WITHDRAWN
    _saved(row)


@transaction.atomic
def decide_submission(
    *, by, submission: StudySubmission, accepted_minutes: int, remark: str = ""
) -> StudySubmission:
    """Accept all of the claimed minutes, a part of them, or none: then it goes back with the reason.

    `submission` is the row as the decider saw it: what has changed since is not decided. The date may lie in a year that
    is over; its hours count there.
    """
    # Members before items, in every decision: whoever decides several never waits in a ring for who decides one.
    lock_members([submission.member_id])
    row = _locked(submission)
    if row.version != submission.version or not allowed(DECIDE, row.state):
        raise SubmissionRefused("打开页面以后已由他人审核，或本人已修改、撤回")
    return _decided(by, row, accepted_minutes, remark)


@transaction.atomic
def correct_submission(
    *, by, submission: StudySubmission, accepted_minutes: int, remark: str
) -> StudySubmission:
    """An accepted item was judged wrongly: the ledger takes the old minutes back and has the new ones; none gives it back."""
    lock_members([submission.member_id])
    row = _locked(submission)
    if row.version != submission.version or not allowed(CORRECT, row.state):
        raise SubmissionRefused("打开页面以后情况有变化，请看最新内容")
    if not remark.strip():
        raise SubmissionRefused("更正已审核的申报，请写明原因")
    return _decided(by, row, accepted_minutes, remark, correcting=True)


@dataclass(frozen=True)
class Failure:
    """One item that was not decided, and why."""

    submission: StudySubmission
    reason: str


@transaction.atomic
def decide_submissions(
    *, by, submissions: Sequence[StudySubmission], accept: bool, remark: str = ""
) -> tuple[list[StudySubmission], list[Failure]]:
    """Accept or give back several; what cannot be decided is named and keeps none of the others back."""
    done, failed = [], []
    lock_members({row.member_id for row in submissions})
    for submission in sorted(submissions, key=lambda row: row.pk):
        minutes = submission.minutes if accept else 0
        try:
            done.append(
                decide_submission(by=by, submission=submission, accepted_minutes=minutes, remark=remark)
            )
        except SubmissionRefused as refusal:
            failed.append(Failure(submission, str(refusal)))
    return done, failed


def _decided(
    by, row: StudySubmission, accepted_minutes: int, remark: str, *, correcting: bool = False
) -> StudySubmission:
    branch = row.branch if correcting else reviewing_branch(row)
    if row.member_id == by.member_id and not may_decide_own(by, branch):
        raise SubmissionRefused("本人的申报请由其他支部委员审核")
    if accepted_minutes > row.minutes:
        raise SubmissionRefused(f"认定时长不能超过申报的 {row.minutes} 分钟")
    state = decided_state(row.minutes, accepted_minutes)
    if accepted_minutes < row.minutes and not remark.strip():
        raise SubmissionRefused("退回或部分通过的，请写明原因")
    row.state, row.remark, row.branch = state, remark.strip(), branch
    row.accepted_minutes = accepted_minutes or None
    row.decided_by, row.decided_at = by, timezone.now()
    _saved(row)
    _post(by, row)
    _tell(by, row, correcting=correcting)
    return row


def _post(by, row: StudySubmission) -> None:
    line = CreditLine(
        member_id=row.member_id,
        branch_id=row.branch_id,
        category=row.category,
        on_date=row.last_on,
        minutes=row.accepted_minutes or 0,
        title=row.title,
    )
    post_credits(by=by, source=row.source, source_url=submission_url(row), lines=[line], confirmed=True)
    if row.topic is not None and row.accepted_minutes:
        link_source(by=by, topic=row.topic, branch=row.branch, source=row.source)


def _tell(by, row: StudySubmission, *, correcting: bool) -> None:
    now = timezone.now()
    word = (
        "更正" if correcting else "退回，请修改后再提交" if row.state == RETURNED else row.get_state_display()
    )
    plan_reminders(
        by=by,
        rule_key=ANSWER,
        subject=f"{row.source}:answer",
        organization=row.member.branch or row.branch,
        anchor=now,
        not_after=now + WORTH_TELLING,
        audience={"kind": "members", "ids": [row.member_id]},
        title=f"自学申报{word}",
        body="请登录门户查看。",
        link=submission_url(row),
    )


def _locked(submission: StudySubmission) -> StudySubmission:
    """The row as it is now, held until the transaction ends."""
    return (
        StudySubmission.objects.select_for_update(of=("self",), no_key=True)
        .select_related("member__branch", "branch", "topic")
        .get(pk=submission.pk)
    )


def _saved(row: StudySubmission) -> None:
    row.version += 1
    row.save()


def _own_branch(member: Member):
    if member.branch is None:
        raise SubmissionRefused("您现在不在任何党支部，不能申报自学。")
    return member.branch
