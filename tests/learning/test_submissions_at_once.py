"""Two people at the same own study at the same moment, in transactions that really wait for each other."""

from learning.actions.plan import cover_topic
from learning.actions.submissions import (
    SubmissionRefused,
    decide_submission,
    decide_submissions,
    withdraw_submission,
)
from learning.models import StudyCredit, StudySubmission, TopicLink
from tests.activities.test_two_at_once import second_while_first_is_open
from tests.learning.factories import handed_in, plan, topic_facts, topics_of
from tests.personas import build_world


def test_two_reviewers_decide_an_item_once(committed_db):
    world = build_world()
    items = [handed_in(world.member_a, title=title) for title in ("甲", "乙", "丙")]
    outcome = {}

    def second() -> None:
        outcome["done"], outcome["failed"] = decide_submissions(
            by=world.officer_a, submissions=items, accept=False, remark="重复"
        )

    error = second_while_first_is_open(
        lambda: decide_submission(by=world.secretary_a, submission=items[1], accepted_minutes=180), second
    )
    assert error is None
    assert [row.title for row in outcome["done"]] == ["甲", "丙"]
    assert [failure.submission.title for failure in outcome["failed"]] == ["乙"]
    assert StudySubmission.objects.get(pk=items[1].pk).state == "accepted"
    assert StudyCredit.objects.count() == 1


def test_what_is_taken_back_is_not_accepted_a_moment_later(committed_db):
    world = build_world()
    item = handed_in(world.member_a)
    error = second_while_first_is_open(
        lambda: withdraw_submission(by=world.member_a, submission=item),
        lambda: decide_submission(by=world.secretary_a, submission=item, accepted_minutes=180),
    )
    assert isinstance(error, SubmissionRefused)
    assert StudySubmission.objects.get().state == "withdrawn"
    assert not StudyCredit.objects.exists()


def test_two_officers_link_one_source_once(committed_db):
    world = build_world()
    topic = topics_of(plan(world.secretary_a, world.branch_a, topic_facts()))[0]

    def link(user) -> None:
        cover_topic(
            by=user, topic=topic, branch=world.branch_a, offered_sources=["a", "b"], sources=["a"],
            offered_members=[], member_ids=[],
        )  # fmt: skip

    assert second_while_first_is_open(lambda: link(world.secretary_a), lambda: link(world.officer_a)) is None
    assert list(TopicLink.objects.values_list("source", flat=True)) == ["a"]
