"""到会情况: counted from the rolls as they were saved, in the committee's own subtree."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from activities.actions.facts import share_counts
from activities.models import ActivityRecord, Gathering, GatheringBranch, RollEntry
from branch_portal.dates import today_shanghai
from members.models import Member
from supervision.queries.attendance import NOTHING, Attendance, attendance_year
from tests import factories as make
from tests.supervision.test_pages import text

TODAY = today_shanghai()
YEAR = TODAY.year
STATUSES = [status.value for status in RollEntry.Status]


def hold(branch, statuses: dict, *, kinds=("theme_day",), on=None, state="confirmed") -> GatheringBranch:
    """A gathering of the branch with this roll (member → status) and a record of each kind."""
    on = on or datetime.date(YEAR, 1, 1)
    noon = timezone.make_aware(datetime.datetime.combine(on, datetime.time(9)))
    user = make.User.objects.get(username="secretary_a")
    held = Gathering.objects.create(
        host=branch, theme="主题党日", on_date=on, started_at=noon, ended_at=noon + datetime.timedelta(hours=1),
        place="党群服务中心", state="held",
    )  # fmt: skip
    share = GatheringBranch.objects.create(
        gathering=held, branch=branch, roll_saved_at=noon, **share_counts(statuses.values())
    )
    RollEntry.objects.bulk_create(
        RollEntry(
            share=share, branch=branch, member=member, on_date=on, row_number=row, name=member.name, status=status,
            leave_type="sick" if status == "leave" else "", reason="住院" if status in ("leave", "absent") else "",
            marked_by=user, marked_at=noon,
        )
        for row, (member, status) in enumerate(statuses.items(), start=1)
    )  # fmt: skip
    sure = {"confirmed_by": user, "confirmed_at": noon} if state == "confirmed" else {}
    for kind in kinds:
        ActivityRecord.objects.create(
            share=share, branch=branch, kind=kind, on_date=on, title="主题党日", state=state, assessment_year=on.year,
            recorded_by=user, recorded_at=noon, **sure,
        )  # fmt: skip
    return share


def year_of(user, **options):
    return attendance_year(user=user, **{"year": YEAR, "day": TODAY, **options})


def figures_of(user, branch, **options) -> Attendance:
    return next(row.figures for row in year_of(user, **options).rows if row.uid == branch.uid)


@pytest.fixture
def staff(world, as_user):
    return as_user(world.staff)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rolls=st.lists(st.lists(st.sampled_from(STATUSES), min_size=4, max_size=4), max_size=4))
def test_the_sums_are_those_of_the_rolls(world, rolls):
    """Exempt are not expected; leave and absence stand apart; a lecture within a meeting counts its people once."""
    people = world.members_a[:4]
    Member.objects.filter(pk=people[0].pk).update(is_leading_official=True)
    before = figures_of(world.staff, world.branch_a)
    for statuses in rolls:
        hold(
            world.branch_a,
            dict(zip(people, statuses, strict=True)),
            kinds=("general_meeting", "party_lecture"),
        )
    said = [status for statuses in rolls for status in statuses]
    leader = [statuses[0] for statuses in rolls]
    present = {"present", "late", "online"}
    assert figures_of(world.staff, world.branch_a) == before + Attendance(
        gatherings=len(rolls),
        expected=sum(status != "exempt" for status in said),
        present=sum(status in present for status in said),
        leave=said.count("leave"),
        absent=said.count("absent") + said.count("made_up"),
        leaders_expected=sum(status != "exempt" for status in leader),
        leaders_present=sum(status in present for status in leader),
    )


def test_drafts_other_years_and_other_kinds_are_left_out(world):
    people = dict.fromkeys(world.members_a[:3], "present")
    hold(world.branch_a, people)
    hold(world.branch_a, people, state="draft")
    hold(world.branch_a, people, on=datetime.date(YEAR - 1, 12, 31))
    hold(world.branch_a, people, kinds=("party_lecture",))
    assert figures_of(world.staff, world.branch_a).gatherings == 2
    assert figures_of(world.staff, world.branch_a, kind="party_lecture").expected == 3
    assert figures_of(world.staff, world.branch_a, year=YEAR - 1).gatherings == 1
    assert [label for label, _ in year_of(world.staff).kinds] == ["主题党日", "党课"]


def test_who_came_least_is_first_and_a_branch_without_gatherings_last(world):
    hold(world.branch_b, {world.members_a[0]: "absent", world.members_a[1]: "present"})
    hold(world.branch_a, dict.fromkeys(world.members_a[:2], "present"))
    found = year_of(world.staff)
    assert [row.name for row in found.rows] == ["清源村第二党支部", "清源村第一党支部", "镇机关党支部"]
    assert [(child.name, figures.expected) for child, figures in found.lines] == [
        ("清源村党总支", 4),
        ("直属党支部", 0),
    ]
    assert (found.total.expected, found.total.present, found.total.absent) == (4, 3, 1)
    assert year_of(world.staff, root=world.general_branch).lines == []


def test_nothing_of_another_committee(world):
    hold(world.branch_a, dict.fromkeys(world.members_a[:2], "present"))
    other = year_of(world.staff_x)
    assert ([row.name for row in other.rows], other.total, other.kinds) == (["东湖村党支部"], NOTHING, [])
    assert year_of(world.superuser).rows == []
    assert year_of(world.staff_x, root=world.committee).rows == []


def test_words_on_the_page_and_the_way_to_the_record(world, staff):
    statuses = ["present"] * 7 + ["leave", "absent", "absent"]
    share = hold(world.branch_a, dict(zip(world.members_a, statuses, strict=True)))
    page = staff.get(reverse("supervision:attendance"))
    assert "70%" in text(page)
    assert "需关注" in text(page)
    branch = reverse("supervision:attendance-branch", args=[world.branch_a.uid, YEAR])
    assert f'href="{branch}"' in page.content.decode()
    opened = staff.get(branch)
    record = reverse("activities:record", args=[share.records.get().uid])
    assert f'href="{record}"' in opened.content.decode()
    assert staff.get(record).status_code == 200
    assert (
        staff.get(reverse("supervision:attendance-branch", args=[world.branch_a.uid, 1999])).status_code
        == 404
    )


def test_the_export_says_what_the_page_says(world, staff, as_user):
    hold(world.branch_a, dict.fromkeys(world.members_a[:2], "present"))
    answer = staff.get(reverse("supervision:attendance-export"), {"kind": "theme_day"})
    assert answer["Content-Type"].endswith("sheet")
    assert as_user(world.secretary_a).get(reverse("supervision:attendance-export")).status_code == 403


def test_attendance_query_count(world, staff, django_assert_num_queries):
    url = reverse("supervision:attendance")
    hold(world.branch_a, dict.fromkeys(world.members_a[:2], "present"))
    staff.get(url)
    with django_assert_num_queries(QUERIES):
        staff.get(url)
    for number in range(3):
        branch = make.organization(parent=world.committee, name=f"另一党支部{number}")
        hold(branch, dict.fromkeys(world.members_a[:2], "absent"))
    with django_assert_num_queries(QUERIES):
        staff.get(url)


QUERIES = 10
