"""Who needs attention: boundary days of every clock, no names outside, and as many queries for many branches as for one."""

import datetime

import pytest

from branch_portal.dates import today_shanghai
from branch_portal.due import due_items
from members.actions.statuses import log_contact
from members.due_flows import flows_due
from members.models import AffiliationTransfer, Member, PartyOrganization
from members.queries.attention import CONTACT, FLOATING, LETTER, LOST, REMOVE, concerns
from members.rules.attention import alert_lost, alert_remove, becomes_floating, contact_due
from members.rules.roster import is_floating
from notices.models import ReminderRule
from notices.registry import reminder_kind
from tests import factories as make
from tests.access_objects import letter

D = datetime.date


@pytest.mark.parametrize(
    ("since", "first"),
    [
        (D(2026, 1, 15), D(2026, 7, 15)),
        (D(2025, 8, 31), D(2026, 2, 28)),
        (D(2023, 8, 31), D(2024, 2, 29)),
    ],
)
def test_floating_begins_after_six_full_months(since, first):
    assert becomes_floating(since) == first
    assert not is_floating(since, first - datetime.timedelta(days=1))
    assert is_floating(since, first)


def test_contact_is_due_three_months_after_the_last_and_six_abroad():
    assert contact_due(D(2026, 1, 31), None, abroad=False) == D(2026, 4, 30)
    assert contact_due(D(2026, 1, 31), None, abroad=True) == D(2026, 7, 31)
    assert contact_due(D(2026, 1, 31), D(2026, 3, 2), abroad=False) == D(2026, 6, 2)
    # A contact from before the member left says nothing about the time since.
    assert contact_due(D(2026, 1, 31), D(2025, 12, 1), abroad=False) == D(2026, 4, 30)


def test_the_clocks_of_lost_contact():
    assert alert_lost(D(2026, 3, 1), None) == D(2026, 9, 1)
    assert alert_lost(D(2026, 3, 1), D(2026, 2, 10)) == D(2026, 8, 10)
    assert alert_remove(D(2024, 2, 29)) == D(2026, 2, 28)


def keys(branch, day):
    found = concerns(Member.objects.filter(branch=branch), day)
    return [(concern.key, concern.member.name, concern.due_on) for concern in found]


@pytest.fixture
def fellow(world):
    return world.members_a[5]


def shown_from(world, key, day, due_on):
    """Nothing the day before, the concern on its first day."""
    before = [row for row in keys(world.branch_a, day - datetime.timedelta(days=1)) if row[0] == key]
    on = [row for row in keys(world.branch_a, day) if row[0] == key]
    assert (before, on) == ([], [(key, "高海燕", due_on)])


@pytest.mark.django_db
class TestConcerns:
    def test_a_letter_is_shown_thirty_days_before_it_runs_out_and_until_it_is_closed(self, world, fellow):
        sent = letter(world, fellow)  # valid until 2026-06-02
        shown_from(world, LETTER, D(2026, 5, 3), D(2026, 6, 2))
        assert keys(world.branch_a, D(2026, 9, 1)) == [(LETTER, "高海燕", D(2026, 6, 2))]
        assert keys(world.branch_b, D(2026, 6, 2)) == []
        AffiliationTransfer.objects.filter(pk=sent.pk).update(state="expired", closed_on=D(2026, 6, 3))
        assert keys(world.branch_a, D(2026, 9, 1)) == []

    def test_who_is_away_is_to_be_called_and_becomes_floating(self, world, fellow):
        make.status(fellow, "floating", since=D(2026, 1, 15))
        shown_from(world, CONTACT, D(2026, 4, 1), D(2026, 4, 15))
        shown_from(world, FLOATING, D(2026, 7, 1), D(2026, 7, 15))
        assert FLOATING not in [key for key, *_ in keys(world.branch_a, D(2026, 8, 15))]
        log_contact(by=None, member=fellow, on_date=D(2026, 4, 10), method="phone", reached=False)
        assert (CONTACT, "高海燕", D(2026, 4, 15)) in keys(world.branch_a, D(2026, 7, 10))
        log_contact(by=None, member=fellow, on_date=D(2026, 4, 10), method="phone", reached=True)
        assert (CONTACT, "高海燕", D(2026, 7, 10)) in keys(world.branch_a, D(2026, 7, 10))

    def test_abroad_it_is_six_months(self, world, fellow):
        make.status(fellow, "floating", since=D(2026, 1, 15), abroad=True)
        shown_from(world, CONTACT, D(2026, 7, 1), D(2026, 7, 15))

    def test_six_months_out_of_contact(self, world, fellow):
        make.status(fellow, "out_of_contact", since=D(2026, 3, 1))
        shown_from(world, LOST, D(2026, 9, 1), D(2026, 9, 1))
        log_contact(by=None, member=fellow, on_date=D(2026, 2, 10), method="visit", reached=True)
        shown_from(world, LOST, D(2026, 8, 10), D(2026, 8, 10))

    def test_two_years_suspended_for_loss_of_contact(self, world, fellow):
        make.status(fellow, "out_of_contact", since=D(2023, 8, 1))
        make.status(fellow, "suspended", since=D(2024, 3, 1), reason="3")
        shown_from(world, REMOVE, D(2026, 3, 1), D(2026, 3, 1))
        assert [key for key, *_ in keys(world.branch_a, D(2026, 3, 1))] == [REMOVE]
        log_contact(by=None, member=fellow, on_date=D(2024, 5, 1), method="phone", reached=True)
        assert keys(world.branch_a, D(2026, 3, 1)) == []

    def test_suspended_for_another_reason_has_no_clock(self, world, fellow):
        make.status(fellow, "suspended", since=D(2024, 3, 1), reason="1")
        assert keys(world.branch_a, D(2026, 3, 1)) == []

    def test_nothing_happens_by_itself(self, world, fellow):
        """Raising a candidate changes nobody."""
        make.status(fellow, "out_of_contact", since=D(2020, 1, 1))
        letter(world, fellow)
        list(due_items(branches=[world.branch_a], day=today_shanghai()))
        fellow.refresh_from_db()
        assert (fellow.standing, fellow.lost_contact_on) == ("normal", D(2020, 1, 1))
        assert AffiliationTransfer.objects.get().state == "issued"


@pytest.mark.django_db
class TestDueItems:
    DAY = D(2026, 6, 1)

    def test_titles_count_and_never_name(self, world, fellow):
        letter(world, fellow)
        for member in world.members_a[6:8]:
            make.status(member, "out_of_contact", since=D(2025, 10, 1), place="某市")
        items = list(flows_due(branches=[world.branch_a, world.branch_b], day=self.DAY))
        assert [(item.rule_key, item.title, item.due_on, item.organization_id) for item in items] == [
            (
                LETTER,
                "1 封组织关系介绍信有效期将满，接收前仍由本支部管理",
                D(2026, 6, 2),
                world.branch_a.pk,
            ),
            (
                LOST,
                "2 名党员失去联系满六个月，请研究是否停止党籍",
                D(2026, 4, 1),
                world.branch_a.pk,
            ),
        ]
        said = "".join(f"{item.title}{item.clause}{item.subject}{item.due_key}" for item in items)
        assert [name for name in ("高海燕", "何文斌", "金玉华") if name in said] == []

    def test_as_many_queries_for_many_branches(self, world, django_assert_num_queries):
        for branch in (world.branch_a, world.branch_b, world.branch_d):
            for _ in range(3):
                make.status(make.member(branch), "floating", since=D(2026, 1, 1))
        letter(world, world.members_a[5])
        few = [world.branch_a]
        many = list(PartyOrganization.objects.unscoped("all branches of the test").branches())
        for branches in (few, many):
            with django_assert_num_queries(4):
                list(flows_due(branches=branches, day=self.DAY))

    def test_every_key_has_its_rule_and_lasts_as_long_as_its_reminders(self):
        rules = {rule.key: rule for rule in ReminderRule.objects.all()}
        day = 24 * 60
        assert sorted(rules[LETTER].offsets_minutes, reverse=True)[:4] == [30 * day, 7 * day, 0, -7 * day]
        for key in (LETTER, CONTACT, FLOATING, LOST, REMOVE):
            last = datetime.timedelta(minutes=-min(rules[key].offsets_minutes))
            assert last < reminder_kind(key).grace

    def test_the_page_names_them_for_whoever_may_see_them(self, world, as_user):
        make.status(world.members_a[5], "out_of_contact", since=D(2020, 1, 1))
        make.status(make.member(world.branch_b, "外支部者"), "out_of_contact", since=D(2020, 1, 1))

        def named(user):
            return [row.member.name for row in as_user(user).get("/members/attention/").context["table"].rows]

        assert named(world.secretary_a) == ["高海燕"]
        assert named(world.secretary_b) == ["外支部者"]
        assert sorted(named(world.staff)) == ["外支部者", "高海燕"]
        # A cell leader sees the own cell; the member is in the other one.
        assert named(world.cell_leader_a) == []
