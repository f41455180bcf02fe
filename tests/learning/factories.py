"""Own study and plans for tests, through the same actions as the pages use."""

import datetime

from branch_portal.dates import today_shanghai
from learning.actions.plan import TopicFacts, make_plan, publish_plan, write_topic
from learning.actions.submissions import SubmissionFacts, submit_submission, write_submission
from learning.models import LearningPlan, PlanTopic, StudyRule, StudySubmission


def facts(kind="book", *, title="党的二十大报告", minutes=180, day=None, **fields) -> SubmissionFacts:
    day = day or today_shanghai()
    return SubmissionFacts(kind=kind, title=title, first_on=day, last_on=day, minutes=minutes, **fields)


def draft(user, **fields) -> StudySubmission:
    return write_submission(by=user, member=user.member, facts=facts(**fields))


def handed_in(user, **fields) -> StudySubmission:
    return submit_submission(by=user, submission=draft(user, **fields))


def own_study_counts(cap: int = 10) -> None:
    """The branch's committee has set a cap, so own study counts up to it."""
    StudyRule.objects.filter(category="self_study").update(annual_cap=cap, clause="镇党委规定")


def topic_facts(title="学习党章", *, hours=0, audience="everybody", **fields) -> TopicFacts:
    return TopicFacts(title=title, hours=hours, audience=audience, **fields)


def plan(user, organization, *topics: TopicFacts, year=None, published=True) -> LearningPlan:
    year = year or today_shanghai().year
    made = make_plan(by=user, organization=organization, year=year, title=f"{year}年学习计划")
    for each in topics:
        write_topic(by=user, plan=made, facts=each)
    if published:
        publish_plan(by=user, plan=made)
    made.refresh_from_db()
    return made


def topics_of(made: LearningPlan) -> list[PlanTopic]:
    return list(made.topics.all())


def this_year() -> int:
    return today_shanghai().year


def yesterday() -> datetime.date:
    return today_shanghai() - datetime.timedelta(days=1)
