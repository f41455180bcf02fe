"""Whatever happened in whatever order, under whatever rules: rows, stored year, page and file say one number."""

import datetime
import io
from contextlib import contextmanager
from decimal import Decimal

from django.core.management import call_command
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from learning.actions.credits import CreditLine, confirm_credits, post_credits
from learning.actions.years import rebuild_years
from learning.models import MemberYear, StudyCredit, StudyRequirement, StudyRule
from learning.queries.progress import year_of_member
from learning.queries.sheets import sheet_of
from tests import factories as make

YEAR = 2025
CATEGORIES = ("theme_day", "party_lecture", "self_study", "central_training", "teaching")
SAME_WORLD = {"deadline": None, "suppress_health_check": [HealthCheck.function_scoped_fixture]}

days = st.dates(datetime.date(YEAR - 1, 12, 1), datetime.date(YEAR + 1, 1, 31))
lines = st.dictionaries(
    st.tuples(st.integers(0, 2), st.sampled_from(CATEGORIES), days), st.integers(0, 400), max_size=6
)
posts = st.tuples(st.just("post"), st.integers(0, 3), lines, st.booleans())
steps = st.one_of(posts, st.tuples(st.just("confirm"), st.integers(0, 3)))
caps = st.none() | st.decimals(0, 6, places=1)
rules = st.fixed_dictionaries(
    {
        "annual_cap": caps,
        "per_item_cap": caps,
        "counts_toward_required": st.booleans(),
        "factor": st.sampled_from([Decimal(1), Decimal("1.5"), Decimal(5)]),
        "step": st.sampled_from([Decimal("0.25"), Decimal("0.5"), Decimal(1)]),
    }
)
requirements = st.fixed_dictionaries(
    {
        "officer_test": st.sampled_from(StudyRequirement.OfficerTest.values),
        "prorate": st.booleans(),
        "officer_trainings": st.integers(0, 3),
    }
)
spans = st.tuples(st.dates(datetime.date(YEAR - 1, 6, 1), datetime.date(YEAR, 12, 1)), st.integers(1, 500))


@contextmanager
def taken_back():
    """Each example begins with the same rows."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def say(people, step) -> None:
    kind, source, *rest = step
    if kind == "confirm":
        confirm_credits(by=None, source=f"s{source}")
        return
    said, confirmed = rest
    post_credits(
        by=None,
        source=f"s{source}",
        source_url="",
        lines=[
            CreditLine(people[index].pk, people[index].branch_id, category, day, minutes, "学习")
            for (index, category, day), minutes in said.items()
        ],
        confirmed=confirmed,
    )


def stored() -> list[tuple]:
    rows = MemberYear.objects.order_by("member", "year")
    return list(
        rows.values_list(
            "member", "year", "hours", "pending_hours", "minutes", "month_hours", "category_hours",
            "required_hours", "required_trainings", "central_trainings", "is_officer", "branch",
        )
    )  # fmt: skip


@settings(max_examples=25, **SAME_WORLD)
@given(
    history=st.lists(steps, max_size=8),
    changed=st.dictionaries(st.sampled_from(CATEGORIES), rules, max_size=3),
    requirement=requirements,
    held=spans,
    joined=spans,
)
def test_rows_year_page_and_rebuild_say_the_same(world, history, changed, requirement, held, joined):
    """The stored year is added up by the database, the page by the rules: two programs, one number."""
    with taken_back():
        set_up(world, changed, requirement, held, joined)
        for step in history:
            say(world.members_a[3:6], step)
        everything_agrees()


def set_up(world, changed, requirement, held, joined) -> None:
    people = world.members_a[3:6]
    for category, fields in changed.items():
        StudyRule.objects.filter(category=category).update(**fields)
    StudyRequirement.objects.update(**requirement)
    make.tenure(people[0], "publicity", since=held[0], until=held[0] + datetime.timedelta(days=held[1]))
    people[1].affiliations.update(period=(joined[0], None))


def everything_agrees() -> None:
    out = io.StringIO()
    call_command("rebuild_member_years", check=True, stdout=out)
    assert "，0 行有差异。" in out.getvalue()
    for row in MemberYear.objects.select_related("member"):
        sheet = sheet_of(row.member, row.year)
        total, required = sheet.total, sheet.total.required
        assert (row.hours, row.pending_hours) == (total.counted, total.pending)
        assert (row.required_hours, row.is_officer) == (required.hours, required.officer)
        assert (row.central_trainings, row.required_trainings) == (total.trainings, required.trainings)
        assert row.minutes == sum(one.minutes for one in sheet.rows)
        assert round(sum(row.category_hours.values()), 2) == float(sum(one.hours for one in sheet.rows))
        assert round(sum(row.month_hours), 2) == round(sum(row.category_hours.values()), 2)
        progress = year_of_member(row.member, row.year)
        assert (progress.reached, progress.missing) == (total.met, total.gap)
        for one in total.categories:
            cap = sheet.rules[one.category].annual_cap
            assert one.counted <= one.hours
            assert cap is None or one.counted <= cap
    before = stored()
    assert rebuild_years(by=None).changed == 0
    MemberYear.objects.all().delete()
    rebuild_years(by=None)
    assert stored() == before


@settings(max_examples=15, **SAME_WORLD)
@given(said=st.lists(posts, max_size=4, unique_by=lambda step: step[1]), data=st.data())
def test_the_order_of_events_does_not_matter(world, said, data):
    people = world.members_a[3:6]
    found = []
    for order in (said, data.draw(st.permutations(said))):
        with taken_back():
            for step in order:
                say(people, step)
            found.append(stored())
    assert found[0] == found[1]


def test_page_paper_and_file_agree(world, as_user):
    person = world.members_a[3]
    say([person], ("post", 0, {(0, "theme_day", datetime.date(YEAR, 3, 5)): 100}, True))
    say([person], ("post", 1, {(0, "self_study", datetime.date(YEAR, 4, 5)): 90}, True))
    say([person], ("post", 0, {(0, "theme_day", datetime.date(YEAR, 3, 5)): 90}, False))
    client = as_user(world.member_a)
    page = client.get("/learning/", {"year": YEAR})
    rows = page.context["table"].rows
    assert [(row.minutes, row.hours) for row in rows] == [(90, 2), (90, 2)]
    paper = client.get("/learning/print/", {"year": YEAR}).content.decode()
    assert "已学 2.0 学时，其中待确认 2.0 学时，还差 30.0 学时" in paper
    response = client.get("/learning/export/", {"year": YEAR})
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(response.content)).get_sheet_by_index(0).to_python()
    assert sheet[0] == ["序号", "日期", "内容", "类别", "分钟", "学时", "折算", "状态"]
    assert [row[5] for row in sheet[1:]] == [2, 2]
    assert sheet[2][6] == "90 分钟 ÷ 45 = 2.0 学时"
    assert StudyCredit.objects.filter(member=person).count() == 4
