"""“这条不对” about a credit without a roll behind it: raised by the member, answered by the branch within ten days."""

import datetime

from django.db import transaction
from django.utils import timezone

from branch_portal.dates import format_date_cn, today_shanghai
from learning.actions.years import lock_members
from learning.models import StudyCredit, StudyQuestion
from learning.queries.questions import question_url
from notices.actions.slots import plan_reminders

ANSWER_WITHIN = datetime.timedelta(days=10)
WORTH_TELLING = datetime.timedelta(days=14)
ANSWERED = "study_question_answer"


class NotAskable(Exception):
    """No standing credit of this member, a question of it is open already, or the member is in no branch."""


class Answered(Exception):
    """Somebody has answered before."""


@transaction.atomic
def ask(*, by, credit: StudyCredit, statement: str) -> StudyQuestion:
    """The member's own row is wrong, says the member; the branch that the member is in now answers."""
    if by.member_id is None or by.member.branch_id is None:
        raise NotAskable
    lock_members([by.member_id])
    standing = StudyCredit.objects.filter(pk=credit.pk, member_id=by.member_id).standing().exists()
    if not standing or StudyQuestion.objects.filter(credit=credit).open().exists():
        raise NotAskable
    return StudyQuestion.objects.create(
        credit=credit,
        branch_id=by.member.branch_id,
        member_id=by.member_id,
        statement=statement.strip(),
        raised_at=timezone.now(),
        due_on=today_shanghai() + ANSWER_WITHIN,
    )


@transaction.atomic
def answer(*, by, question: StudyQuestion, accept: bool, words: str) -> None:
    """Say that the row was put right where it comes from, or why not; the member is told that there is an answer."""
    row = (
        StudyQuestion.objects.select_for_update(of=("self",))
        .select_related("credit", "branch")
        .get(pk=question.pk)
    )
    if row.state != StudyQuestion.State.OPEN:
        raise Answered
    row.state = StudyQuestion.State.ACCEPTED if accept else StudyQuestion.State.DECLINED
    row.answer, row.answered_by, row.answered_at = words.strip(), by, timezone.now()
    row.save()
    plan_reminders(
        by=by,
        rule_key=ANSWERED,
        subject=f"learning.question:{row.uid}",
        organization=row.branch,
        anchor=row.answered_at,
        not_after=row.answered_at + WORTH_TELLING,
        audience={"kind": "members", "ids": [row.member_id]},
        title=f"学时疑问已答复：{format_date_cn(row.credit.on_date)}的学时",
        body="请登录门户查看。",
        link=question_url(row),
    )
