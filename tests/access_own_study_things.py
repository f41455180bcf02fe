"""The things that the access table names of own study and the learning plan: all of branch A."""

import datetime
import io

from branch_portal.files import keep_file
from learning.models import LearningPlan, PlanTopic, StudySubmission, SubmissionFile
from tests.personas import World


def own_study_things(world: World) -> dict[str, object]:
    """A book that member_a has handed in, with a file; a published plan of the branch with one topic."""
    day = datetime.date(2026, 3, 5)
    plan = LearningPlan.objects.create(
        organization=world.branch_a,
        year=2026,
        title="2026年学习计划",
        state="published",
        published_at=datetime.datetime(2026, 1, 5, tzinfo=datetime.UTC),
        created_by=world.secretary_a,
    )
    submission = StudySubmission.objects.create(
        member=world.members_a[3],
        branch=world.branch_a,
        kind="book",
        title="党的二十大报告",
        first_on=day,
        last_on=day,
        year=2026,
        minutes=180,
        note="逐章读完",
        state="submitted",
        submitted_at=datetime.datetime(2026, 3, 6, tzinfo=datetime.UTC),
    )
    stored = keep_file(io.BytesIO(b"%PDF-1.4 test"), name="笔记.pdf", folder="submissions")
    return {
        "learning_plan": plan,
        "plan_topic": PlanTopic.objects.create(plan=plan, title="学习党章"),
        "submission": submission,
        "submission_file": SubmissionFile.objects.create(submission=submission, **vars(stored)),
    }
