"""Who has completed a lesson, once, and the credit that follows from it; and taking back what was confirmed wrongly."""

import datetime
from collections.abc import Sequence

from django.db import transaction
from django.urls import reverse

from branch_portal.dates import today_shanghai
from learning.actions.credits import CreditLine, post_credits
from learning.actions.lessons import LessonRefused
from learning.actions.years import lock_members
from learning.models import Lesson, LessonCompletion
from learning.rules.sources import completion_source
from members.actions.audit import note_reason
from members.models import Member


def completion_of(lesson: Lesson, member: Member) -> LessonCompletion | None:
    """The member's completion, None while there is none or only the member says so."""
    return LessonCompletion.objects.done().filter(lesson=lesson, member=member).first()


@transaction.atomic
def say_completed(*, by, lesson: Lesson, member: Member) -> None:
    """我已学完: the member tells the branch, which confirms. Said again it is the same."""
    if lesson.pass_by != Lesson.PassBy.CONFIRMATION or lesson.state != Lesson.State.PUBLISHED:
        raise LessonRefused("这门课不用报告，请答小测验。")
    if member.branch_id is None:
        raise LessonRefused("您目前不在任何党支部，不能报告。")
    LessonCompletion.objects.get_or_create(
        lesson=lesson, member=member, defaults={"branch_id": member.branch_id, "said_on": today_shanghai()}
    )


@transaction.atomic
def complete_by_check(*, by, lesson: Lesson, member: Member) -> None:
    """The check was passed."""
    _complete(by, lesson, member, on=today_shanghai(), how=LessonCompletion.How.CHECK)


@transaction.atomic
def confirm_completions(*, by, lesson: Lesson, members: Sequence[Member]) -> int:
    """An officer confirms that these have learned it, on the day that they said or today. Returns how many are new."""
    said = dict(
        LessonCompletion.objects.waiting()
        .filter(lesson=lesson, member__in=members)
        .values_list("member_id", "said_on")
    )
    today = today_shanghai()
    # In one order, so that two officers who confirm the same people never wait for each other in a ring.
    return sum(
        _complete(by, lesson, member, on=said.get(member.pk) or today, how=LessonCompletion.How.CONFIRMED)
        for member in sorted(members, key=lambda member: member.pk)
    )


@transaction.atomic
def take_back_completion(*, by, lesson: Lesson, member: Member, reason: str) -> None:
    """It was confirmed for the wrong person, or passed by another: the ledger takes the hours back, the member is open again."""
    lock_members([member.pk])
    row = LessonCompletion.objects.select_for_update().filter(lesson=lesson, member=member).done().first()
    if row is None:
        raise LessonRefused(f"{member.name}没有完成这门课，不用撤销。")
    note_reason(f"撤销课程完成：{reason.strip()}"[:200])
    post_credits(
        by=by,
        source=completion_source(lesson.uid, row.uid),
        source_url=reverse("learning:lesson", args=[lesson.uid]),
        lines=[],
        confirmed=True,
    )
    row.delete()


def _complete(by, lesson: Lesson, member: Member, *, on: datetime.date, how: str) -> bool:
    """Write completion and credit; False when the member has both already."""
    current = Member.objects.select_for_update(no_key=True).get(pk=member.pk)
    if current.branch_id is None:
        raise LessonRefused(f"{current.name}目前不在任何党支部，不能记学时。")
    row = LessonCompletion.objects.filter(lesson=lesson, member=current).first()
    if row is not None and row.completed_on is not None:
        return False
    row = row or LessonCompletion(lesson=lesson, member=current)
    row.branch_id = current.branch_id
    row.completed_on, row.how = on, how
    row.confirmed_by = by if how == LessonCompletion.How.CONFIRMED else None
    row.minutes, row.category = lesson.minutes, lesson.category
    row.save()
    post_credits(
        by=by,
        source=completion_source(lesson.uid, row.uid),
        source_url=reverse("learning:lesson", args=[lesson.uid]),
        lines=[
            CreditLine(
                current.pk,
                current.branch_id,
                row.category,
                on,
                row.minutes,
                f"云端党课：{lesson.title}"[:120],
            )
        ],
        confirmed=True,
    )
    return True
