"""Setting a rule: what waits moves in the same transaction, nobody hears it twice, and the nearest committee's word counts."""

import datetime

import pytest
from django.urls import reverse

from branch_portal import due
from branch_portal.dates import local_datetime
from branch_portal.models import TickerBeat
from notices.actions.due import BEAT, plan_due_reminders
from notices.actions.rules import change_override, change_rule, follow_above, preview, restore_rule
from notices.actions.tick import tick
from notices.models import Delivery, ReminderRule, ReminderRuleOverride, ReminderSlot
from notices.queries.rules import RuleBook
from notices.rules.offsets import DAY, Offsets, parse_offsets
from tests.notices.factories import NOON, at, plan, slots_of, told

pytestmark = pytest.mark.django_db
ONE_DAY = datetime.timedelta(days=1)
HOUR = datetime.timedelta(hours=1)


def rule(key="meeting_notice") -> ReminderRule:
    return ReminderRule.objects.get(key=key)


def set_times(words, *, key="meeting_notice", now=NOON, **fields):
    values = {"enabled": True, "email": True, "urgent": True} | fields
    return change_rule(by=None, rule=rule(key), offsets=parse_offsets(words), now=now, **values)


def set_below(organization, words, *, enabled=True, now=NOON, key="meeting_notice"):
    return change_override(
        by=None,
        rule=rule(key),
        organization=organization,
        enabled=enabled,
        offsets=parse_offsets(words),
        now=now,
    )


# --- For everybody ---


def test_what_waits_moves_with_the_rule(world):
    plan(world, anchor=NOON + 10 * ONE_DAY)
    changed = set_times("提前 5 天、2 小时")
    assert (changed.written, changed.cancelled) == (2, 2)
    assert slots_of("m:1", state="open") == [
        (NOON + 5 * ONE_DAY, "open"),
        (NOON + 10 * ONE_DAY - 2 * HOUR, "open"),
    ]
    assert len(slots_of("m:1", state="cancelled")) == 2


def test_changing_back_opens_the_same_rows(world):
    plan(world, anchor=NOON + 10 * ONE_DAY)
    before = slots_of("m:1")
    set_times("提前 5 天")
    restore_rule(by=None, rule=rule(), now=NOON)
    assert slots_of("m:1", state="open") == before
    assert rule().offsets_minutes == [3 * DAY, 60]


def test_nobody_hears_again_what_was_told(world):
    plan(world, anchor=NOON + 2 * ONE_DAY)
    at(NOON)
    for words in ("提前 5 天、1 小时", "提前 50 小时、1 小时", "提前 49 小时、1 小时"):
        set_times(words, now=NOON + HOUR)
        assert at(NOON + HOUR)["told"] == 0, words
    assert told() == ["cell_leader_a", "member_a", "officer_a", "secretary_a"]
    assert slots_of("m:1", state="open") == [(NOON + 2 * ONE_DAY - HOUR, "open")]


def test_what_nobody_knows_yet_is_told_at_once(world):
    plan(world, anchor=NOON + 4 * ONE_DAY)
    set_times("提前 5 天")
    assert at(NOON)["told"] == 1


def test_a_reminder_that_was_due_before_the_change_still_goes_out(world):
    plan(world, anchor=NOON + 2 * ONE_DAY)
    at(NOON)
    late = NOON + 2 * ONE_DAY - HOUR / 2  # the reminder of the last hour waits for its round
    set_times("提前 1 小时", now=late)
    assert at(late)["told"] == 1


def test_months_count_too(world):
    plan(world, anchor=NOON + 40 * ONE_DAY)
    set_times("提前 1 个月、3 天")
    assert slots_of("m:1", state="open") == [(NOON.replace(day=24), "open"), (NOON + 37 * ONE_DAY, "open")]


def test_other_rules_and_what_is_over_stay(world):
    plan(world, anchor=NOON + 10 * ONE_DAY, rule_key="theme_day_next", subject="t:1")
    plan(world, anchor=NOON + ONE_DAY, subject="old")
    before = slots_of("t:1"), slots_of("old")
    set_times("提前 5 天", now=NOON + 2 * ONE_DAY)
    assert (slots_of("t:1"), slots_of("old")) == before


def test_a_preview_changes_nothing_and_says_what_would(world):
    plan(world, anchor=NOON + 10 * ONE_DAY)
    before = list(ReminderSlot.objects.order_by("pk").values())
    seen = preview(lambda: set_times("提前 5 天"))
    assert (seen.written, seen.cancelled) == (1, 2)
    assert list(ReminderSlot.objects.order_by("pk").values()) == before
    assert (rule().offsets_minutes, rule().changed_at) == ([3 * DAY, 60], None)
    made = set_times("提前 5 天")
    assert (made.written, made.cancelled) == (seen.written, seen.cancelled)


def test_a_change_is_in_the_audit(world):
    set_times("提前 5 天")
    event = rule().events.filter(pgh_label="update").latest("pgh_id")
    assert event.offsets_minutes == [5 * DAY]


# --- What is owed ---


@pytest.fixture
def owed(world, monkeypatch):
    items: list[due.DueItem] = []
    monkeypatch.setattr(due, "_providers", [lambda *, branches, day: list(items)])
    return items


def item(world, due_on: datetime.date, due_key="2030-05", **fields) -> due.DueItem:
    values = {
        "rule_key": "committee_meeting_due",
        "subject": "owed:1",
        "due_key": due_key,
        "organization_id": world.branch_a.pk,
        "organization_name": "清源村第一党支部",
        "title": "5月支部委员会会议",
        "due_on": due_on,
        "clause": "",
        "url": "/",
    }
    return due.DueItem(**values | fields)


MAY_20 = datetime.date(2030, 5, 20)


def test_owed_things_follow_and_the_next_round_looks_at_the_rest(world, owed):
    owed.append(item(world, MAY_20))
    set_times("提前 4 天", key="committee_meeting_due", now=NOON - HOUR)
    plan_due_reminders(NOON)
    assert slots_of("owed:1", state="open") == [
        (local_datetime(datetime.date(2030, 5, 16), datetime.time(9)), "open")
    ]
    set_times("提前 1 天", key="committee_meeting_due")
    assert slots_of("owed:1", state="open") == []
    assert not TickerBeat.objects.filter(ticker=BEAT).exists()
    set_times("提前 5 天", key="committee_meeting_due")
    tick(ticker="t", now=NOON)
    assert told() == ["officer_a", "secretary_a"]


def test_a_moved_day_takes_its_reminder_along(world, owed):
    owed.append(item(world, datetime.date(2030, 5, 19)))
    set_times("提前 3 天", key="committee_meeting_due", now=NOON - HOUR)
    plan_due_reminders(NOON)
    owed[0] = item(world, datetime.date(2030, 5, 30))
    tick(ticker="t", now=local_datetime(datetime.date(2030, 5, 16), datetime.time(9)))
    assert (told(), slots_of("owed:1", state="open")) == ([], [])
    tick(ticker="t", now=local_datetime(datetime.date(2030, 5, 27), datetime.time(9)))
    assert told() == ["officer_a", "secretary_a"]


def test_a_late_reminder_waits_as_long_as_its_rule_says(world, owed):
    """The grace of the kind is a day; a rule with a later moment stretches it."""
    owed.append(item(world, datetime.date(2030, 5, 1)))
    set_times("过后 14 天", key="committee_meeting_due", now=NOON - HOUR)
    tick(ticker="t", now=NOON)
    assert told() == ["officer_a", "secretary_a"]


def test_not_before_its_day(world, owed):
    owed.append(item(world, MAY_20, not_before=datetime.date(2030, 5, 16)))
    tick(ticker="t", now=NOON)
    assert told() == []
    tick(ticker="t", now=NOON + 3 * ONE_DAY)
    assert told() == ["officer_a", "secretary_a"]


def test_members_are_told_themselves_and_only_they(world, owed):
    note = due.MemberNote(
        (world.member_a.member_id, world.member_b.member_id), "您今年的学时不足", "/learning/"
    )
    owed.append(item(world, MAY_20, members=note))
    tick(ticker="t", now=NOON + 2 * ONE_DAY)
    of_members = Delivery.objects.filter(channel="inapp", slot__title="您今年的学时不足")
    assert [row.recipient.username for row in of_members] == ["member_a"]
    assert told() == ["member_a", "officer_a", "secretary_a"]


def test_what_is_told_only_stands_on_no_page(world, owed):
    owed.append(item(world, MAY_20, told_only=True))
    assert due.due_items(branches=[world.branch_a], day=NOON.date()) == []
    assert len(due.items_to_tell(branches=[world.branch_a], day=NOON.date())) == 1


# --- Below a committee ---


def test_the_nearest_committee_counts(world):
    for branch, subject in ((world.branch_a, "a"), (world.branch_d, "d"), (world.branch_x, "x")):
        plan(world, anchor=NOON + 10 * ONE_DAY, subject=subject, organization=branch)
    set_below(world.committee, "提前 2 天")
    set_below(world.general_branch, "提前 1 天")
    waiting = {subject: [moment for moment, _ in slots_of(subject, state="open")] for subject in "adx"}
    assert waiting["a"] == [NOON + 9 * ONE_DAY]
    assert waiting["d"] == [NOON + 8 * ONE_DAY]
    assert waiting["x"] == [NOON + 7 * ONE_DAY, NOON + 10 * ONE_DAY - HOUR]
    follow_above(by=None, rule=rule(), organization=world.general_branch, now=NOON)
    assert slots_of("a", state="open") == [(NOON + 8 * ONE_DAY, "open")]


def test_new_plans_go_by_it(world):
    set_below(world.committee, "提前 2 天")
    plan(world, anchor=NOON + 10 * ONE_DAY)
    assert slots_of("m:1") == [(NOON + 8 * ONE_DAY, "open")]


def test_switched_off_below_and_on_again(world):
    plan(world, anchor=NOON + 10 * ONE_DAY)
    set_below(world.general_branch, "提前 3 天", enabled=False)
    assert slots_of("m:1", state="off") == [(NOON + 7 * ONE_DAY, "off")]
    assert at(NOON + 8 * ONE_DAY)["told"] == 0
    set_below(world.general_branch, "提前 3 天", now=NOON + 8 * ONE_DAY)
    assert at(NOON + 8 * ONE_DAY)["told"] == 1


def test_what_is_switched_off_is_cancelled_with_its_meeting(world):
    plan(world, anchor=NOON + 10 * ONE_DAY)
    set_below(world.general_branch, "提前 3 天", enabled=False)
    plan(world, anchor=NOON + 20 * ONE_DAY)
    assert slots_of("m:1", state="off") == [(NOON + 17 * ONE_DAY, "off")]


def test_the_book_reads_each_table_once(world, django_assert_num_queries):
    set_below(world.committee, "提前 2 天")
    found = rule()
    with django_assert_num_queries(3):
        book = RuleBook()
        timings = [
            book.timing(found, branch.pk) for branch in (world.branch_a, world.branch_d, world.branch_x)
        ]
    assert [timing.offsets for timing in timings] == [
        Offsets((2 * DAY,)),
        Offsets((2 * DAY,)),
        Offsets((3 * DAY, 60)),
    ]


# --- The pages ---


def post(client, url, **fields):
    return client.post(url, {"enabled": "on", "email": "on", "times": "提前 5 天", **fields})


def test_the_administrator_looks_first_and_then_saves(world, as_user):
    plan(world, anchor=NOON + 10 * ONE_DAY)
    client, url = as_user(world.superuser), reverse("notices:rule", args=["meeting_notice"])
    assert 'value="提前 3 天、1 小时"' in client.get(url).content.decode()
    looked = post(client, url, step="preview")
    assert "取消 2 条，按新的时间重排 1 条" in looked.content.decode()
    assert 'value="提前 5 天"' in looked.content.decode()
    assert rule().offsets_minutes == [3 * DAY, 60]
    assert post(client, url, step="save").url == reverse("notices:rules")
    assert (rule().offsets_minutes, rule().urgent) == ([5 * DAY], False)
    assert rule().events.latest("pgh_id").pgh_context.metadata["user"] == world.superuser.pk
    assert client.post(reverse("notices:rule-restore", args=["meeting_notice"])).status_code == 302
    assert (rule().offsets_minutes, rule().urgent) == ([3 * DAY, 60], True)


@pytest.mark.parametrize(
    ("times", "said"),
    [
        ("下周", "“下周”看不懂"),
        ("", "请填写提醒时间"),
        ("过后 1 天", "活动开始以后再提醒没有用"),
        ("当天", "没有用"),
    ],
)
def test_times_that_mean_nothing_are_refused_and_kept(world, as_user, times, said):
    answer = post(
        as_user(world.superuser), reverse("notices:rule", args=["meeting_notice"]), times=times, step="save"
    )
    assert said in answer.content.decode()
    assert f'value="{times}"' in answer.content.decode() or not times
    assert rule().offsets_minutes == [3 * DAY, 60]


def test_what_is_told_at_once_has_no_times_to_set(world, as_user):
    client, url = as_user(world.superuser), reverse("notices:rule", args=["joint_answer"])
    assert 'name="times"' not in client.get(url).content.decode()
    assert client.post(url, {"step": "save"}).status_code == 302
    assert (rule("joint_answer").enabled, rule("joint_answer").offsets_minutes) == (False, [0])


def test_a_committee_s_staff_sets_its_own(world, as_user):
    plan(world, anchor=NOON + 10 * ONE_DAY)
    client = as_user(world.staff)
    url = reverse("notices:rule-override", args=["meeting_notice", world.committee.uid])
    assert post(client, url, step="save").status_code == 302
    assert slots_of("m:1", state="open") == [(NOON + 5 * ONE_DAY, "open")]
    listed = client.get(reverse("notices:rules")).content.decode()
    assert "启用（清源镇党委设置）" in listed
    assert (
        client.post(reverse("notices:rule-follow", args=["meeting_notice", world.committee.uid])).status_code
        == 302
    )
    assert len(slots_of("m:1", state="open")) == 2
    assert ReminderRuleOverride.objects.get().inherits
    branch = reverse("notices:rule-override", args=["meeting_notice", world.branch_a.uid])
    assert client.get(branch).status_code == 404  # a branch keeps to what the committee says


def test_the_list_shows_what_holds_in_the_chosen_place(world, as_user):
    set_below(world.general_branch, "提前 1 天")
    client = as_user(world.staff)
    url = reverse("notices:rules")
    assert "提前 3 天、1 小时" in client.get(url).content.decode()
    below = client.get(url, {"organization": world.general_branch.uid}).content.decode()
    assert "启用（清源村党总支设置）" in below
    foreign = client.get(url, {"organization": world.committee_x.uid})
    assert foreign.context["chosen"] == world.committee


def test_what_a_committee_set_leaves_the_portals_own_list_standing(world, as_user):
    """The administrator chooses no place: what holds is the portal's own, whoever below has set others."""
    set_below(world.general_branch, "提前 1 天")
    page = as_user(world.superuser).get(reverse("notices:rules"))
    assert page.status_code == 200 and "提前 3 天、1 小时" in page.content.decode()
