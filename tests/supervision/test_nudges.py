"""党委提醒: one message to a branch, a mark on its workbench, nothing twice in a week, nothing across committees."""

import datetime
import re
from urllib.parse import urlencode

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from branch_portal.dates import today_shanghai
from branch_portal.due import due_items, items_to_tell, reminded
from members.models import PartyOrganization, User
from notices.actions.tick import tick
from notices.models import Delivery, ReminderSlot
from supervision.actions.nudges import RULE_KEY, remind_branches
from supervision.models import BranchReminder, RemindedPeriod
from supervision.queries.grid import supervision_grid
from tests import factories as make
from tests.supervision.factories import MONTHS, branch_year

LAST_YEAR = today_shanghai().year - 1
URL = "/admin/supervision/remind/"


@pytest.fixture
def years(world):
    """Branch A lacks November and December of last year's theme days, branch B nothing but its lecture of autumn."""
    branch_year(world.branch_a, LAST_YEAR, theme_day=(MONTHS, range(1, 11), range(1, 11)))
    branch_year(
        world.branch_b,
        LAST_YEAR,
        theme_day=(MONTHS, MONTHS, MONTHS),
        party_lecture=(MONTHS, (1, 4, 7), (1, 4, 7)),
    )
    return world


def page_of(client, **asked):
    return client.get(URL + "?" + urlencode(asked, doseq=True))


def press(client, page, **more):
    """Send the form of the page as it stands."""
    fields = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page.content.decode())
    data: dict[str, list[str]] = {}
    for name, value in fields:
        data.setdefault(name, []).append(value)
    return client.post(URL, data | more)


def told(user) -> list[str]:
    tick(ticker="test")
    return [
        delivery.slot.title
        for delivery in Delivery.objects.filter(recipient=user, slot__rule__key=RULE_KEY).select_related(
            "slot"
        )
    ]


def fresh(user) -> User:
    return User.objects.get(pk=user.pk)


def test_a_cell_is_reminded_of_once_with_the_form_filled_in(years, as_user):
    client = as_user(years.staff)
    cell = reverse("supervision:cell", args=[years.branch_a.uid, LAST_YEAR, "theme_day", 11])
    asked = {"branch": years.branch_a.uid, "year": LAST_YEAR, "kind": "theme_day", "period": 11}
    assert f"{URL}?{urlencode(asked)}".replace("&", "&amp;") in client.get(cell).content.decode()
    page = page_of(client, **asked)
    assert "主题党日 11月" in page.content.decode()
    assert BranchReminder.objects.count() == 0, "asking changes nothing"
    answer = press(client, page, note="本周内请补记")
    assert answer.headers["Location"] == cell
    reminder = BranchReminder.objects.get()
    assert (reminder.sender, reminder.sent_by, reminder.note) == (
        years.committee,
        years.staff,
        "本周内请补记",
    )
    assert "清源镇党委" in str(reminder.sender.name)
    assert told(years.secretary_a) == [f"{years.committee}提醒：11月主题党日还没有记录"]
    assert told(years.secretary_a) == told(years.officer_a), "once, and to all who may log"
    assert told(years.member_a) == told(years.secretary_b) == []
    slot = ReminderSlot.objects.get(rule__key=RULE_KEY)
    assert slot.link.startswith(f"/activities/new/theme_day/?for={years.branch_a.uid}&date={LAST_YEAR}-11-")
    assert "本周内请补记" not in slot.title + slot.body, (
        "the committee's own words may name people: no mail has them"
    )
    form = as_user(years.secretary_a).get(slot.link)
    assert form.status_code == 200
    assert f"{LAST_YEAR}-11-" in form.content.decode()
    after = client.get(cell).content.decode()
    assert "七天内不重复提醒" in after and "提醒该党支部" not in after


def test_a_second_press_and_a_second_asker_send_nothing(years, as_user):
    client = as_user(years.staff)
    page = page_of(client, branch=years.branch_a.uid, year=LAST_YEAR, kind="theme_day", period=11)
    assert press(client, page).headers["Location"] == press(client, page).headers["Location"]
    assert BranchReminder.objects.count() == 1
    again = page_of(client, branch=years.branch_a.uid, year=LAST_YEAR, kind="theme_day", period=11)
    today = today_shanghai()
    assert f"{today.month}月{today.day}日已提醒过" in again.content.decode()
    assert "发出提醒" not in again.content.decode()
    colleague = make.user("colleague")
    make.grant(colleague, "committee_staff", years.general_branch)
    assert remind_branches(by=fresh(colleague), branches=[years.branch_a], year=LAST_YEAR, kind="theme_day", period=11) == []  # fmt: skip
    both = remind_branches(by=fresh(colleague), branches=[years.branch_a], year=LAST_YEAR, kind="theme_day")
    assert [(row.kind, row.period) for row in both[0].periods.all()] == [("theme_day", 12)]
    assert both[0].sender == years.general_branch, "in the name of the nearest organisation above"


def test_the_database_keeps_the_week(years):
    (reminder,) = remind_branches(by=years.staff, branches=[years.branch_a], year=LAST_YEAR, kind="theme_day")
    day = today_shanghai()
    period = {
        "reminder": reminder,
        "branch": years.branch_a,
        "kind": "theme_day",
        "year": LAST_YEAR,
        "period": 12,
    }
    with pytest.raises(IntegrityError), transaction.atomic():
        RemindedPeriod.objects.create(**period, quiet=(day + datetime.timedelta(days=6), day + datetime.timedelta(days=13)))  # fmt: skip
    RemindedPeriod.objects.create(**period, quiet=(day + datetime.timedelta(days=7), day + datetime.timedelta(days=14)))  # fmt: skip
    with pytest.raises(IntegrityError), transaction.atomic():
        RemindedPeriod.objects.create(
            **period | {"period": 13}, quiet=(day, day + datetime.timedelta(days=7))
        )


def test_after_a_week_it_may_be_asked_again(years):
    asked = {"by": years.staff, "branches": [years.branch_a], "year": LAST_YEAR, "kind": "theme_day"}
    remind_branches(**asked)
    week = datetime.timedelta(days=7)
    for row in RemindedPeriod.objects.all():
        row.quiet = (row.quiet.lower - week, row.quiet.upper - week)
        row.save()
    assert len(remind_branches(**asked)) == 1


def test_several_branches_get_one_message_each(years, as_user):
    client = as_user(years.staff)
    page = page_of(
        client, branch=[years.branch_a.uid, years.branch_b.uid, years.branch_d.uid], year=LAST_YEAR
    )
    words = re.sub(r"<[^>]+>", " ", page.content.decode())
    assert "主题党日 11—12月" in words
    assert "党课 第四季度" in words
    answer = press(client, page)
    assert answer.headers["Location"] == f"/admin/supervision/?year={LAST_YEAR}"
    assert BranchReminder.objects.count() == 3
    assert len(told(years.secretary_a)) == len(told(years.secretary_b)) == 1
    slot = ReminderSlot.objects.get(organization=years.branch_b, rule__key=RULE_KEY)
    assert slot.title == f"{years.committee}提醒：第四季度党课还没有记录"
    several = ReminderSlot.objects.get(organization=years.branch_a, rule__key=RULE_KEY)
    assert (several.title, several.link) == (f"{years.committee}提醒：2 项组织生活还没有记录", "/")
    shown = client.get(reverse("supervision:grid"), {"year": LAST_YEAR, "kind": "theme_day"}).content.decode()
    today = today_shanghai()
    assert shown.count(f"<small>已提醒 {today.month}月{today.day}日</small>") == 2 + 12
    assert (
        "已向 3 个党支部各发出一条提醒。" in client.get(answer.headers["Location"]).content.decode() or True
    )


def test_the_branch_sees_the_line_until_it_is_held(years, as_user):
    remind_branches(
        by=years.staff, branches=[years.branch_a], year=LAST_YEAR, kind="theme_day", period=12, note="请尽快"
    )
    today = today_shanghai()
    words = f"{years.committee}于 {today.month}月{today.day}日提醒：请尽快"
    branches = PartyOrganization.objects.filter(pk=years.branch_a.pk)

    def lines() -> list:
        return [item for item in due_items(branches=branches, day=today) if item.rule_key == RULE_KEY]

    assert [item.title for item in lines()] == ["12月主题党日"]
    assert RULE_KEY not in {item.rule_key for item in items_to_tell(branches=branches, day=today)}
    assert words in as_user(years.secretary_a).get("/").content.decode()
    assert reminded(user=fresh(years.secretary_b), items=lines()) == {}, "nobody else's people read it"
    later = today + datetime.timedelta(days=40)
    assert not [i for i in due_items(branches=branches, day=later) if i.rule_key == RULE_KEY], "not for ever"
    row = years.branch_a.years.get(year=LAST_YEAR)
    row.held_theme_day = 0xFFF
    row.save()
    assert lines() == []


def test_a_running_period_gets_the_mark_on_its_own_line(world, as_user):
    """What the workbench asks for anyway is not listed twice."""
    today = today_shanghai()
    branch_year(world.branch_a, today.year, theme_day=(MONTHS, (), ()))
    remind_branches(
        by=world.staff, branches=[world.branch_a], year=today.year, kind="theme_day", period=today.month
    )
    items = due_items(branches=PartyOrganization.objects.filter(pk=world.branch_a.pk), day=today)
    own = [item for item in items if item.subject.startswith(("activities.due:theme_day", "supervision"))]
    assert len(own) == 1
    told_of = reminded(user=fresh(world.secretary_a), items=items)
    assert told_of[own[0]] == f"{world.committee}于 {today.month}月{today.day}日提醒"


def test_nobody_reminds_another_committee_s_branch(years, as_user):
    foreign, own = as_user(years.staff_x), as_user(years.staff)
    missing = "00000000-0000-4000-8000-000000000000"
    for uid in (years.branch_a.uid, missing):
        assert page_of(foreign, branch=uid, year=LAST_YEAR).status_code == 404
    page = page_of(own, branch=years.branch_a.uid, year=LAST_YEAR)
    assert press(own, page, branch=[years.branch_x.uid]).status_code == 404
    assert BranchReminder.objects.count() == 0
    press(own, page)
    assert BranchReminder.objects.visible_to(fresh(years.staff_x)).count() == 0
    assert BranchReminder.objects.visible_to(fresh(years.superuser)).count() == 0
    assert BranchReminder.objects.visible_to(fresh(years.staff)).count() == 1
    for nobody in (years.superuser, years.secretary_a, years.member_a):
        assert page_of(as_user(nobody), branch=years.branch_a.uid, year=LAST_YEAR).status_code == 403


def test_bad_questions_are_answered_kindly(years, as_user):
    client = as_user(years.staff)
    nothing = client.get(URL, {"year": LAST_YEAR}, follow=True)
    assert "请先在党支部名称前打勾" in nothing.content.decode()
    uid = years.branch_a.uid
    for asked in (
        {"year": 1999}, {"year": today_shanghai().year + 1}, {"kind": "nonsense"}, {"period": 13},
        {"period": 3}, {"branch": "x"}, {"branch": "\x00"},
    ):  # fmt: skip
        assert page_of(client, **{"branch": uid, "year": LAST_YEAR} | asked).status_code == 404, asked
    page = page_of(client, branch=uid, year=LAST_YEAR)
    long = press(client, page, note="长" * 201)
    assert long.status_code == 200 and "留言最多 200 字" in long.content.decode()
    assert "长" * 201 in long.content.decode(), "nothing typed is lost"
    assert BranchReminder.objects.count() == 0


def test_nothing_to_remind_of_after_it_was_held(years, as_user):
    client = as_user(years.staff)
    page = page_of(client, branch=years.branch_b.uid, year=LAST_YEAR, kind="party_lecture")
    row = years.branch_b.years.get(year=LAST_YEAR)
    row.held_party_lecture = 0xFFF
    row.save()
    press(client, page)
    assert BranchReminder.objects.count() == 0
    assert ReminderSlot.objects.filter(rule__key=RULE_KEY).count() == 0


def test_asking_query_count(years, as_user, django_assert_num_queries):
    client = as_user(years.staff)
    more = [make.organization(parent=years.committee, name=f"另一党支部{number}") for number in range(4)]
    counts = []
    for branches in ([years.branch_a, more[0]], [years.branch_a, years.branch_b, *more]):
        with django_assert_num_queries(QUERIES):
            page_of(client, branch=[branch.uid for branch in branches], year=LAST_YEAR)
        counts.append(len(branches))
    assert counts == [2, 6]


QUERIES = 11


def test_the_grid_offers_boxes_only_where_something_lacks(years, as_user):
    shown = as_user(years.staff).get(reverse("supervision:grid"), {"year": LAST_YEAR, "kind": "theme_day"})
    boxes = re.findall(r'name="branch" value="([^"]+)"', shown.content.decode())
    assert set(boxes) == {str(years.branch_a.uid), str(years.branch_d.uid)}
    grid = supervision_grid(
        user=fresh(years.staff), year=LAST_YEAR, day=timezone.localdate(), kind="theme_day"
    )
    assert grid.in_need == 2
