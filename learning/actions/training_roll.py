"""Training classes: who is on the list, who was there, and the credits that follow from it."""

import datetime
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Count, Max
from django.utils import timezone

from branch_portal.dates import today_shanghai
from learning.actions.credits import CreditLine, post_credits
from learning.actions.training import lock_class, must_be_open, touch
from learning.actions.training_notices import remind_enrolled, tell_enrolled
from learning.models import TrainingClass, TrainingEnrollment, TrainingMark, TrainingSession
from learning.queries.training_subjects import class_url, credit_source
from learning.rules.categories import CENTRAL_TRAINING
from learning.rules.training import (
    Attended,
    YearShare,
    by_year,
    earned_minutes,
    mark_label,
    reason_owed,
)
from members.actions.audit import note_reason
from members.actions.errors import ActionRefused
from members.models import Affiliation, Member

MOST_PEOPLE = 1000


class RollConflict(ActionRefused):
    """Somebody else has saved this half-day's roll since the page was opened."""


@dataclass(frozen=True, slots=True)
class RollMark:
    """What the roll says of one enrolled member; `own_minutes` only for who came late."""

    enrollment_id: int
    status: str
    leave_type: str = ""
    reason: str = ""
    own_minutes: int | None = None


@transaction.atomic
def enroll(*, by, training: TrainingClass, members: Sequence[Member]) -> list[TrainingEnrollment]:
    """Put members on the list, behind who is on it; who is on it already stays where he is.

    Members are of the organiser's branches or of branches that were asked. After the confirmation somebody forgotten may
    still be added; the roll of each half-day then says whether the member was there.
    """
    locked = lock_class(training)
    if locked.state == TrainingClass.State.CANCELLED:
        raise ActionRefused("培训班已取消，不能再登记学员。")
    there = set(locked.enrollments.values_list("member_id", flat=True))
    fresh = [member for member in members if member.pk not in there]
    asked = set(locked.branches.values_list("branch_id", flat=True))
    for member in fresh:
        branch = member.branch
        if branch is None or not (branch.path.startswith(locked.organizer.path) or branch.pk in asked):
            raise ActionRefused(f"{member.name}不在举办单位所属党支部，也不在受邀党支部，不能登记。")
    if len(there) + len(fresh) > MOST_PEOPLE:
        raise ActionRefused(f"一个培训班最多 {MOST_PEOPLE} 人，请分班举办。")
    last = locked.enrollments.aggregate(last=Max("number"))["last"] or 0
    rows = TrainingEnrollment.objects.bulk_create(
        TrainingEnrollment(
            training=locked, member=member, branch=member.branch, number=number, enrolled_by=by
        )
        for number, member in enumerate(fresh, start=last + 1)
    )
    if rows and locked.state == TrainingClass.State.PLANNED:
        tell_enrolled(by=by, training=locked, enrollments=rows)
        remind_enrolled(by=by, training=locked)
    return rows


@transaction.atomic
def take_off(*, by, training: TrainingClass, enrollments: Collection[TrainingEnrollment]) -> int:
    """Take people off the list who have not been marked yet; the numbers of the others stay."""
    locked = lock_class(training)
    must_be_open(locked)
    ids = [row.pk for row in enrollments if row.training_id == locked.pk]
    if TrainingMark.objects.filter(enrollment__in=ids).exists():
        raise ActionRefused("所选学员已有点名记录，不能移出；没有到课的，请在点名中登记为请假或缺席。")
    gone, _ = TrainingEnrollment.objects.filter(pk__in=ids).delete()
    if locked.state == TrainingClass.State.PLANNED:
        remind_enrolled(by=by, training=locked)
    return gone


@transaction.atomic
def save_roll(
    *,
    by,
    session: TrainingSession,
    marks: Sequence[RollMark],
    seen: datetime.datetime | None,
    reason: str = "",
) -> TrainingSession:
    """Write the roll of a half-day. The first one opens the class; after the confirmation a reason is owed, and the ledger
    follows by reversals and new rows.

    `seen` is when the roll that the page showed had been saved. Everybody on the list is marked at once.
    """
    training = lock_class(session.training)
    locked = TrainingSession.objects.select_for_update().get(pk=session.pk)
    if locked.roll_saved_at != seen:
        raise RollConflict("这个半天的点名刚被其他人保存过，请核对后重新保存。")
    confirmed = training.state == TrainingClass.State.CONFIRMED
    if training.state == TrainingClass.State.CANCELLED:
        raise ActionRefused("培训班已取消，不能点名。")
    if locked.on_date > today_shanghai():
        raise ActionRefused(f"{locked.label}还没有到，不能提前点名。")
    if confirmed and not reason.strip():
        raise ActionRefused("培训班已确认，更正点名请写明原因。")
    listed = set(training.enrollments.values_list("pk", flat=True))
    if not listed:
        # The first roll opens the class, and an opened one is not called off any more.
        raise ActionRefused("还没有学员，请先登记学员再点名。")
    if {mark.enrollment_id for mark in marks} != listed or len(marks) != len(listed):
        raise RollConflict("学员名单刚有变化，请按新的名单核对后保存。")
    _write_marks(locked, marks)
    locked.roll_saved_by, locked.roll_saved_at = by, timezone.now()
    locked.save(update_fields=["roll_saved_by", "roll_saved_at"])
    if training.state == TrainingClass.State.PLANNED:
        training.state = TrainingClass.State.HELD
        touch(training)
        remind_enrolled(by=by, training=training)
    if confirmed:
        note_reason(f"更正培训点名：{reason.strip()}"[:200])
        touch(training)
        post_class(by=by, training=training)
    return locked


@transaction.atomic
def confirm_class(*, by, training: TrainingClass, version: int) -> TrainingClass:
    """Sign for the class: every half-day has its roll, everybody a mark; the credits are written."""
    locked = lock_class(training)
    if locked.version != version:
        raise ActionRefused("这个培训班刚被其他人修改过，请核对后重新确认。")
    if locked.state != TrainingClass.State.HELD:
        raise ActionRefused(f"培训班{locked.get_state_display()}，不能确认。")
    if missing := what_is_missing(locked):
        raise ActionRefused(missing)
    locked.state = TrainingClass.State.CONFIRMED
    locked.confirmed_by, locked.confirmed_at = by, timezone.now()
    touch(locked)
    post_class(by=by, training=locked)
    return locked


def what_is_missing(training: TrainingClass) -> str:
    """Why the class cannot be confirmed yet, "" when it can."""
    people = training.enrollments.count()
    if not people:
        return "还没有学员，请先登记学员。"
    sessions = training.sessions.annotate(marked=Count("marks"))
    open_ones = [session.label for session in sessions if session.marked < people]
    if not open_ones:
        return ""
    shown = "、".join(open_ones[:6]) + (" 等" if len(open_ones) > 6 else "")
    return f"还有 {len(open_ones)} 个半天没有点名或有学员没有登记：{shown}。"


def post_class(*, by, training: TrainingClass) -> None:
    """Make the ledger say what the roll says: a member's minutes of each calendar year, in the branch of the year's last
    attended day. A constant number of statements per year."""
    rows = TrainingMark.objects.filter(session__training=training).values_list(
        "enrollment__member_id", "session__on_date", "minutes"
    )
    shares = by_year(Attended(*row) for row in rows)
    branches = _branches(training, shares)
    for year in range(training.first_on.year, training.last_on.year + 1):
        post_credits(
            by=by,
            source=credit_source(training, year),
            source_url=class_url(training),
            lines=[_line(share, training, branches) for share in shares if share.year == year],
            confirmed=True,
        )


def _line(share: YearShare, training: TrainingClass, branches: dict[tuple[int, int], int]) -> CreditLine:
    return CreditLine(
        share.member_id,
        branches[share.member_id, share.year],
        CENTRAL_TRAINING,
        share.last_on,
        share.minutes,
        training.title,
    )


def _branches(training: TrainingClass, shares: Iterable[YearShare]) -> dict[tuple[int, int], int]:
    """(member, year) → the branch that the member belonged to on the last attended day of that year."""
    shares = list(shares)
    sent = dict(training.enrollments.values_list("member_id", "branch_id"))
    periods: dict[int, list[tuple[datetime.date, datetime.date | None, int]]] = {}
    rows = Affiliation.objects.filter(member_id__in=sent, period__isempty=False)
    for member_id, branch_id, period in rows.values_list("member_id", "branch_id", "period"):
        periods.setdefault(member_id, []).append((period.lower, period.upper, branch_id))
    return {
        (share.member_id, share.year): next(
            (
                branch
                for lower, upper, branch in periods.get(share.member_id, ())
                if lower <= share.last_on and (upper is None or share.last_on < upper)
            ),
            sent[share.member_id],
        )
        for share in shares
    }


def _write_marks(session: TrainingSession, marks: Sequence[RollMark]) -> None:
    rows = []
    for mark in marks:
        if reason_owed(mark.status, mark.leave_type, mark.reason):
            raise ActionRefused("请假或缺席的学员没有写明原因。")
        away = mark.status in (TrainingMark.Status.LEAVE, TrainingMark.Status.ABSENT)
        own = mark.own_minutes if mark.status == TrainingMark.Status.LATE else None
        rows.append(
            TrainingMark(
                session=session,
                enrollment_id=mark.enrollment_id,
                status=mark.status,
                leave_type=mark.leave_type,
                reason=mark.reason.strip() or (mark_label(mark.status, mark.leave_type) if away else ""),
                minutes=earned_minutes(mark.status, session.minutes, own),
                own_minutes=own,
            )
        )
    TrainingMark.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["session", "enrollment"],
        update_fields=["status", "leave_type", "reason", "minutes", "own_minutes"],
        batch_size=1000,
    )
