"""Stored years equal what the ledger says after any history; the rebuild finds nothing, or mends what was damaged."""

import datetime
import io

import pytest
from django.core.management import CommandError, call_command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from learning.actions.credits import CreditLine, confirm_credits, post_credits
from learning.models import MemberYear, StudyCredit, StudyRule

PEOPLE = 4
CATEGORIES = ("theme_day", "party_lecture", "self_study", "central_training")

lines = st.dictionaries(
    st.tuples(st.integers(0, PEOPLE - 1), st.sampled_from(CATEGORIES)),
    st.tuples(st.integers(0, 400), st.dates(datetime.date(2025, 11, 1), datetime.date(2026, 3, 1))),
    max_size=5,
)
steps = st.one_of(
    st.tuples(st.just("post"), st.integers(0, 2), lines, st.booleans()),
    st.tuples(st.just("confirm"), st.integers(0, 2)),
)


def run(check=True) -> str:
    out = io.StringIO()
    call_command("rebuild_member_years", check=check, stdout=out)
    return out.getvalue().strip()


def live(people, source: int, said: dict, confirmed: bool) -> None:
    post_credits(
        by=None,
        source=f"s{source}",
        source_url="",
        lines=[
            CreditLine(people[index].pk, people[index].branch_id, category, day, minutes, "学习")
            for (index, category), (minutes, day) in said.items()
        ],
        confirmed=confirmed,
    )


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=st.lists(steps, max_size=8))
def test_any_history_leaves_nothing_to_rebuild(world, history):
    people = world.members_a[:PEOPLE]
    StudyRule.objects.filter(category="self_study").update(annual_cap=2)
    last: dict[int, dict] = {}
    for kind, source, *rest in history:
        if kind == "confirm":
            confirm_credits(by=None, source=f"s{source}")
        else:
            live(people, source, *rest)
            last[source] = rest[0]
    assert "0 行有差异" in run()
    # What stands is what each source said last.
    for source, said in last.items():
        standing = StudyCredit.objects.filter(source=f"s{source}").standing()
        assert {(row.member_id, row.category): (row.minutes, row.on_date) for row in standing} == {
            (people[index].pk, category): value for (index, category), value in said.items() if value[0] > 0
        }
    for source in range(3):
        live(people, source, {}, False)
    assert set(MemberYear.objects.values_list("hours", "pending_hours", "minutes")) <= {(0, 0, 0)}


def test_the_rebuild_mends_what_was_damaged(world):
    people = world.members_a[:PEOPLE]
    live(people, 1, {(0, "theme_day"): (90, datetime.date(2026, 2, 5))}, True)
    live(people, 2, {(1, "theme_day"): (90, datetime.date(2026, 2, 5))}, True)
    MemberYear.objects.filter(member=people[0]).update(hours=99)
    MemberYear.objects.filter(member=people[1]).delete()
    MemberYear.objects.create(member=people[2], branch=world.branch_a, year=2026, required_hours=32)
    with pytest.raises(CommandError, match="3 行与学时记录不一致"):
        run()
    assert run(check=False) == "2 名党员，2 个年度，3 行有差异。"
    assert run() == "2 名党员，2 个年度，0 行有差异。"
    assert list(MemberYear.objects.order_by("member").values_list("member", "hours")) == [
        (people[0].pk, 2),
        (people[1].pk, 2),
    ]
