"""Properties of a member's history, whatever people do in whatever order: nobody in two branches on a day, no gap that nobody
made, mirrors that say what the rows say."""

import datetime
import itertools

from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from branch_portal.dates import add_months, today_shanghai
from members.actions import affiliations, statuses, transfers
from members.actions.errors import ActionRefused
from members.models import Affiliation, Member, MemberStatus
from tests import factories as make

TODAY = today_shanghai()
DEPARTURES = {"transferred_out", "exited", "deceased", "other"}
KINDS = MemberStatus.Kind.values


class Story:
    """One member and the things that people may do, each on a day some days ago."""

    def __init__(self, world):
        self.member = make.member(world.branch_a)
        self.branches = [world.branch_a, world.branch_b, world.branch_d]

    def do(self, step: str, day: datetime.date, number: int) -> None:
        self.member.refresh_from_db()
        try:
            with transaction.atomic():
                getattr(self, step)(day, number)
        except ActionRefused:
            pass

    def ask(self, day, number):
        target = [{"to_branch": branch} for branch in self.branches] + [{"to_name": "中共外地支部"}]
        transfers.request_transfer(
            by=None, member=self.member, reason="1", requested_on=day, **target[number % 4]
        )

    def issue(self, day, number):
        for transfer in self.member.transfers.open():
            transfers.issue_transfer(
                by=None, transfer=transfer, letter_no="1", issued_on=day, valid_until=add_months(day, 3)
            )

    def accept(self, day, number):
        for transfer in self.member.transfers.open():
            transfers.accept_transfer(by=None, transfer=transfer, on=day)

    def send_back(self, day, number):
        for transfer in self.member.transfers.open():
            transfers.return_transfer(by=None, transfer=transfer, on=day, reason="有误")

    def move(self, day, number):
        affiliations.transfer_member(
            by=None,
            member=self.member,
            branch=self.branches[number % 3],
            on=day,
            whole_unit=bool(number % 2),
        )

    def leave(self, day, number):
        affiliations.exit_member(
            by=None, member=self.member, on=day, standing="exited", exit_type="5", reason="退党除名"
        )

    def come_back(self, day, number):
        affiliations.open_affiliation(
            by=None, member=self.member, branch=self.branches[number % 3], since=day, gain="restored"
        )

    def begin(self, day, number):
        begin = (statuses.go_away, statuses.lose_contact, statuses.suspend)[number % 3]
        fields = {"reference": "文号"} if begin is statuses.suspend else {}
        begin(by=None, member=self.member, since=day, reason="1", **fields)

    def end(self, day, number):
        statuses.end_status(by=None, member=self.member, kind=KINDS[number % 3], on=day)

    def correct(self, day, number):
        rows = list(self.member.statuses.order_by("pk"))
        if rows:
            until = None if number % 2 else day + datetime.timedelta(days=number)
            statuses.correct_status(
                by=None, status=rows[number % len(rows)], since=day, until=until, note="记错"
            )


STEPS = ["ask", "issue", "accept", "send_back", "move", "leave", "come_back", "begin", "end", "correct"]


def check_places(member: Member) -> None:
    places = list(Affiliation.objects.filter(member=member).order_by("period"))
    for earlier, later in itertools.pairwise(places):
        assert earlier.period.upper is not None
        assert earlier.period.upper <= later.period.lower, "in two branches on one day"
        if earlier.loss not in DEPARTURES:
            assert earlier.period.upper == later.period.lower, "a gap that nobody made"
    last = places[-1]
    assert all(place.period.lower < (place.period.upper or datetime.date.max) for place in places)
    if last.period.upper is None:
        assert (member.branch_id, member.left_branch_id) == (last.branch_id, None)
    else:
        assert last.loss in DEPARTURES
        assert (member.branch_id, member.left_branch_id) == (None, last.branch_id)
    for transfer in member.transfers.open():
        assert transfer.from_branch_id == member.branch_id
    assert member.transfers.open().count() <= 1


def check_statuses(member: Member) -> None:
    departures = [
        place.period.upper for place in Affiliation.objects.filter(member=member, loss__in=DEPARTURES)
    ]
    rows = list(MemberStatus.objects.filter(member=member).order_by("kind", "period"))
    for earlier, later in itertools.pairwise(rows):
        assert earlier.kind != later.kind or earlier.period.upper <= later.period.lower
    for row in rows:
        until = row.period.upper or datetime.date.max
        assert not [day for day in departures if row.period.lower < day < until]
    running = {row.kind: row for row in rows if row.period.upper is None}
    mirrored = {
        "floating": (member.floating_since, member.floating_destination),
        "out_of_contact": member.lost_contact_on,
        "suspended": member.standing == "suspended",
    }
    away, lost = running.get("floating"), running.get("out_of_contact")
    assert mirrored == {
        "floating": (away.period.lower, away.place) if away else (None, ""),
        "out_of_contact": lost.period.lower if lost else None,
        "suspended": "suspended" in running,
    }
    assert (member.standing in ("normal", "suspended")) == (member.branch_id is not None)
    assert member.branch_id is not None or not running


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    st.lists(
        st.tuples(st.sampled_from(STEPS), st.integers(-2, 120), st.integers(0, 11)), min_size=4, max_size=14
    )
)
def test_no_member_twice_no_gap_and_true_mirrors(world, steps):
    with transaction.atomic():
        story = Story(world)
        for step, days_ago, number in steps:
            story.do(step, TODAY - datetime.timedelta(days=days_ago), number)
            member = Member.objects.get(pk=story.member.pk)
            check_places(member)
            check_statuses(member)
        transaction.set_rollback(True)
