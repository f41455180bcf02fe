"""What the ledger asks of a branch: questions of members to answer in time."""

from collections.abc import Iterable

from branch_portal.due import DueItem, due_provider
from learning.queries.questions import open_questions, question_url

CLAUSE = "党员对学时有疑问的，应在期限内答复"


@due_provider
def questions_due(*, branches, day) -> Iterable[DueItem]:
    """Two queries, whatever the number of branches. Titles name the day, never the person: reminders go out by mail."""
    listed = {branch.pk: branch for branch in branches}
    if not listed:
        return
    for question in open_questions(list(listed)):
        on_date = question.credit.on_date
        yield DueItem(
            rule_key="study_question",
            subject=f"learning.question:{question.uid}",
            due_key=f"{question.due_on:%Y%m%d}",
            organization_id=question.branch_id,
            organization_name=str(question.branch),
            title=f"答复学时疑问：{on_date.month}月{on_date.day}日的学时",
            due_on=question.due_on,
            clause=CLAUSE,
            url=question_url(question),
            action_label="去答复",
        )
