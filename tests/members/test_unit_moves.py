"""Mergers, splits and moves in any order: everybody is in exactly one branch on every day, and no day is lost."""

import datetime
import itertools

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from branch_portal.dates import today_shanghai
from members.actions.affiliations import move_unit, transfer_member
from members.actions.errors import ActionRefused
from members.actions.organization_moves import merge_branches, move_organization, split_branch
from members.models import Affiliation, Member, OrganizationChange, PartyOrganization, PostTenure
from members.queries.organization_facts import structures_on
from tests import factories as make

TODAY = today_shanghai()
START = TODAY - datetime.timedelta(days=400)
REASON = "上级批复同意"
FAR = datetime.date.max
STEPS = ("merge", "split", "split_by_cell", "move", "transfer", "change_cell")


class Town:
    """A committee with two general branches and three branches, cells in one of them, nine people."""

    def __init__(self):
        self.committee = make.organization("committee")
        self.above = [self.committee]
        self.above += [make.organization("general_branch", parent=self.committee) for _ in range(2)]
        branches = [make.organization(parent=above) for above in self.above]
        cells = [make.organization("cell", parent=branches[0]) for _ in range(2)]
        people = [make.member(branches[0], cell=cell) for cell in (*cells, *cells, None)]
        people += [make.member(branch) for branch in (branches[1], branches[1], branches[2], branches[2])]
        for person in (people[0], people[5], people[7]):
            make.tenure(person, "secretary")
        make.tenure(people[1], "cell_leader", cells[1])
        self.people = [person.pk for person in people]
        self.created = 0

    def live(self, kind="branch"):
        return list(
            PartyOrganization.objects.filter(
                kind=kind, path__startswith=self.committee.path, abolished_on__isnull=True
            ).order_by("pk")
        )

    def do(self, step, day, first, second):
        try:
            with transaction.atomic():
                getattr(self, step)(day, first, second)
                return True
        except ActionRefused:
            return False

    def _two(self, first, second):
        live = self.live()
        return live[first % len(live)], live[second % len(live)]

    def merge(self, day, first, second):
        source, target = self._two(first, second)
        merge_branches(by=None, source=source, target=target, on=day, reason=REASON)

    def split(self, day, first, second, **more):
        branch, _ = self._two(first, 0)
        members = list(Member.objects.filter(branch=branch).order_by("pk"))
        more = more or {"members": members[: second % max(len(members), 1)]}
        self.created += 1
        split_branch(
            by=None, branch=branch, on=day, reason=REASON, name=f"新{self.created}",
            code=f"{branch.code[:10]}N{self.created}", **more,
        )  # fmt: skip

    def split_by_cell(self, day, first, second):
        branch, _ = self._two(first, 0)
        cells = [cell for cell in self.live("cell") if cell.path.startswith(branch.path)]
        self.split(day, first, second, cells=cells[: 1 + second % 2])

    def move(self, day, first, second):
        branch, _ = self._two(first, 0)
        above = self.above[second % len(self.above)]
        move_organization(by=None, organization=branch, parent=above, on=day, reason=REASON)

    def transfer(self, day, first, second):
        person = Member.objects.get(pk=self.people[first % len(self.people)])
        _, target = self._two(0, second)
        transfer_member(by=None, member=person, branch=target, on=day)

    def change_cell(self, day, first, second):
        person = Member.objects.get(pk=self.people[first % len(self.people)])
        cells = [cell for cell in self.live("cell") if cell.path.startswith(person.branch.path)]
        cell = [None, *cells][second % (len(cells) + 1)]
        transfer_member(by=None, member=person, branch=person.branch, cell=cell, on=day)

    def check(self):
        members = {member.pk: member for member in Member.objects.filter(pk__in=self.people)}
        rows = Affiliation.objects.filter(member__in=self.people).select_related("branch", "cell")
        by_member = {pk: [] for pk in self.people}
        for row in rows.order_by("period"):
            by_member[row.member_id].append(row)
        for pk, places in by_member.items():
            assert places[0].period.lower == make.LONG_AGO, "the first day is lost"
            for earlier, later in itertools.pairwise(places):
                assert earlier.period.upper == later.period.lower, "a day is lost or counted twice"
                assert earlier.loss in ("moved", "whole_unit")
            last = places[-1]
            assert last.period.upper is None
            mirrored = (members[pk].branch_id, members[pk].cell_id, members[pk].left_branch_id)
            assert mirrored == (last.branch_id, last.cell_id, None)
            for place in places:
                self._check_place(place)
        open_posts = PostTenure.objects.filter(member__in=self.people, period__upper_inf=True)
        for tenure in open_posts.select_related("organization", "member__branch"):
            assert tenure.organization.path.startswith(tenure.member.branch.path), (
                "a post in a branch that was left"
            )

    def check_counts(self):
        """Who counts by the tree of a day finds everybody."""
        for day in (START, TODAY - datetime.timedelta(days=200), TODAY):
            assert structures_on([self.committee], day)[self.committee.pk].count.members == len(self.people)

    @staticmethod
    def _check_place(place):
        until = place.period.upper or FAR
        for organization in (place.branch, place.cell):
            if organization is not None:
                assert organization.founded_on <= place.period.lower
                assert until <= (organization.abolished_on or FAR), "in an organisation that was gone"
        assert place.cell is None or place.cell.path.startswith(place.branch.path)


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    st.lists(
        st.tuples(st.sampled_from(STEPS), st.integers(-20, 40), st.integers(0, 9), st.integers(0, 9)),
        min_size=3,
        max_size=9,
    )
)
def test_everybody_is_in_one_branch_on_every_day_whatever_is_rearranged(db, steps):
    """Days go forward as a rule and now and then back, as things are entered."""
    with transaction.atomic():
        town, day = Town(), START
        for step, days, first, second in steps:
            day = min(max(day + datetime.timedelta(days=days), START), TODAY)
            town.do(step, day, first, second)
            town.check()
        town.check_counts()
        transaction.set_rollback(True)


def test_the_steps_of_the_property_do_happen(db):
    """Or it would prove nothing."""
    town = Town()
    days = (START + datetime.timedelta(days=10 * number) for number in itertools.count())
    story = [
        ("split_by_cell", 0, 0),
        ("split", 0, 1),
        ("merge", 3, 1),
        ("move", 1, 2),
        ("transfer", 2, 2),
        ("merge", 0, 1),
    ]
    assert [town.do(step, next(days), first, second) for step, first, second in story] == [True] * len(story)
    town.check()
    kinds = set(OrganizationChange.objects.values_list("kind", flat=True))
    assert {"merged", "split", "moved", "abolished"} <= kinds


def test_a_merger_takes_as_many_statements_for_many_as_for_few(db):
    def statements(people):
        committee = make.organization("committee")
        source, target = (make.organization(parent=committee) for _ in range(2))
        for _ in range(people):
            make.member(source)
        with CaptureQueriesContext(
            connection,
        ) as counted:
            merge_branches(by=None, source=source, target=target, on=START, reason=REASON)
        assert Member.objects.filter(branch=target).count() == people
        return len(counted)

    assert statements(2) == statements(30)


def test_each_who_goes_leaves_an_event_and_a_new_version(db):
    committee = make.organization("committee")
    source, target = (make.organization(parent=committee) for _ in range(2))
    person = make.member(source)
    merge_branches(by=None, source=source, target=target, on=START, reason=REASON)
    moved = Member.objects.get(pk=person.pk)
    assert moved.version == person.version + 1
    rows = list(
        Affiliation.objects.filter(member=person).order_by("period").values_list("gain", "loss", "reason")
    )
    assert rows == [("initial", "whole_unit", ""), ("whole_unit", "", REASON)]
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM members_affiliationevent WHERE member_id = %s", [person.pk])
        assert cursor.fetchone()[0] == 3  # entered, ended, begun anew


@pytest.mark.parametrize(
    ("since", "on", "words"),
    [
        (START, START, "日期应晚于"),
        (START, TODAY + datetime.timedelta(days=1), "不能晚于今天"),
    ],
)
def test_a_unit_goes_whole_or_not_at_all(db, since, on, words):
    committee = make.organization("committee")
    source, target = (make.organization(parent=committee) for _ in range(2))
    people = [make.member(source), make.member(source, since=since)]
    with pytest.raises(ActionRefused, match=words):
        move_unit(by=None, members=people, branch=target, on=on, reason=REASON)
    assert not Member.objects.filter(branch=target).exists()
    assert Affiliation.objects.filter(member__in=people, period__upper_inf=True, branch=source).count() == 2
