"""What a change of a record must carry over, and what it must never touch."""

import datetime
import re
from html import unescape

import pytest

from activities.actions.gatherings import cancel_gathering
from activities.actions.records import confirm_record, return_record, update_record
from activities.models import ActivityRecord, Gathering, RollEntry
from activities.queries.defaults import theme_day_of
from branch_portal.dates import local_datetime, today_shanghai
from learning.models import StudyCredit
from tests.activities import factories as life
from tests.activities.test_main_path import hidden, page

pytestmark = pytest.mark.django_db


def sent_back(html: str, **changes) -> dict:
    """The page of a stored record as the browser would send it, every control as it stands."""
    data = {name: hidden(html, name) for name in ("roll_signature", "version", "submission_key")}
    for tag in re.findall(r"<input[^>]*>", html):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and name.group(1) != "draft" and 'type="submit"' not in tag:
            data[name.group(1)] = unescape(value.group(1)) if value else ""
    for name, body in re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>(.*?)</textarea>', html, re.S):
        data[name] = unescape(body).strip()
    for name, body in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', html, re.S):
        chosen = re.search(r'<option value="([^"]*)"\s+selected', body)
        data[name] = chosen.group(1) if chosen else ""
    return data | changes


def edit(client, record: ActivityRecord, **changes):
    url = f"/activities/records/{record.uid}/edit/"
    return client.post(url, sent_back(page(client, url), **changes))


def standing_minutes() -> set[int]:
    return set(StudyCredit.objects.standing().values_list("minutes", flat=True))


@pytest.mark.parametrize(
    ("kind", "typed", "kept"),
    [
        ("general_meeting", 90, {90}),
        ("theme_day", 0, set()),
        ("theme_day", None, {90}),
        ("theme_day", 60, {60}),
    ],
)
def test_an_edit_of_the_text_leaves_the_study_minutes(world, as_user, kind, typed, kept):
    record = life.record(world.secretary_a, world.branch_a, kind, study_minutes=typed)
    assert standing_minutes() == kept
    assert edit(as_user(world.secretary_a), record, content="改过的文字").status_code == 302
    record.refresh_from_db()
    assert record.content == "改过的文字"
    assert standing_minutes() == kept


def test_whoever_came_late_without_own_minutes_follows_the_gathering(world, as_user):
    record = life.record(world.secretary_a, world.branch_a, rows={"row_2": ("late", "", "")})
    assert edit(as_user(world.secretary_a), record, end="17:00").status_code == 302
    assert RollEntry.objects.get(share=record.share, row_number=2).minutes == 120


def test_minutes_that_are_no_number_are_not_passed_over(world, as_user):
    record = life.record(world.secretary_a, world.branch_a)
    uid = world.members_a[1].uid.hex
    answer = edit(as_user(world.secretary_a), record, **{f"status_{uid}": "late", f"minutes_{uid}": "45分"})
    assert answer.status_code == 200
    assert "45分" in answer.content.decode()
    assert RollEntry.objects.get(share=record.share, row_number=2).status == "present"


def test_a_record_moved_to_another_year_takes_a_number_there(world):
    last_year = today_shanghai().replace(year=today_shanghai().year - 1, month=3, day=5)
    for _ in range(2):
        life.record(world.secretary_a, world.branch_a, day=last_year)
    life.record(world.secretary_a, world.branch_a)
    second = life.record(world.secretary_a, world.branch_a)
    moved = life.update_record_to(world.secretary_a, second, last_year)
    assert (moved.assessment_year, moved.number) == (last_year.year, 3)
    again = life.update_record_to(world.secretary_a, moved, last_year.replace(day=6))
    assert again.number == 3


def test_the_draft_of_a_cancelled_gathering_cannot_be_recorded(world, as_user):
    share = life.announcement(world.secretary_a, world.branch_a)
    client = as_user(world.secretary_a)
    draft = share.records.get()
    html = page(client, f"/activities/records/{draft.uid}/edit/")
    cancel_gathering(by=world.officer_a, share=share, reason="防汛")
    data = sent_back(html, on_date=today_shanghai().isoformat(), content="开过了", start="00:01", end="00:02")
    answer = client.post(f"/activities/records/{draft.uid}/edit/", data)
    assert answer.status_code in (200, 302)
    assert Gathering.objects.get().state == "cancelled"
    assert ActivityRecord.objects.get().state == "draft"


def test_what_was_typed_survives_a_confirmation_by_someone_else(world, as_user):
    record = life.record(world.secretary_a, world.branch_a)
    client = as_user(world.officer_a)
    url = f"/activities/records/{record.uid}/edit/"
    data = sent_back(page(client, url), content="写了半小时的补充")
    confirm_record(by=world.secretary_a, record=record)
    answer = client.post(url, data)
    assert answer.status_code == 200
    assert "写了半小时的补充" in answer.content.decode()
    record.refresh_from_db()
    assert (record.state, record.content) == ("confirmed", "学习党章，交流体会。")


def test_only_a_draft_can_be_kept_as_a_draft(world):
    record = life.record(world.secretary_a, world.branch_a)
    return_record(by=world.staff, record=record, reason="缺少小结")
    record = update_record(
        by=world.secretary_a,
        record=record,
        version=2,
        facts=life.facts(start="15:00", end="15:45"),
        marks=life.marks(world.branch_a),
        signed=False,
    )
    assert record.state == "recorded"
    assert standing_minutes() == {45}


@pytest.mark.parametrize(("weekday", "expected"), [(1, 2), (5, 6), (None, 6)])
def test_the_weekday_of_a_theme_day_is_counted_from_monday(world, weekday, expected):
    branch = world.branch_a
    branch.theme_day_rule, branch.theme_day_number, branch.theme_day_weekday = "nth_weekday", 1, weekday
    assert theme_day_of(branch, datetime.date(2026, 11, 20)) == datetime.date(2026, 11, expected)


def test_a_late_entry_is_told_by_the_shanghai_day(world, as_user):
    day = today_shanghai() - datetime.timedelta(days=30)
    record = life.record(world.secretary_a, world.branch_a, day=day)
    # Eight days later on the Shanghai clock, while the clock of UTC still shows the seventh.
    written = local_datetime(day + datetime.timedelta(days=8), datetime.time(1, 0))
    ActivityRecord.objects.filter(pk=record.pk).update(created_at=written)
    response = as_user(world.secretary_a).get(f"/activities/records/{record.uid}/")
    assert response.context["backfilled"] is True


def test_a_chair_signs_only_what_the_page_showed(world, as_user):
    record = life.record(world.secretary_a, world.branch_a, "theme_day")
    client, url = as_user(world.secretary_a), f"/activities/records/{record.uid}/"
    seen = hidden(page(client, url), "version")
    assert edit(as_user(world.officer_a), record, content="后来又改").status_code == 302
    answer = client.post(f"{url}confirm/", {"version": seen}, follow=True).content.decode()
    assert "没有确认" in answer and "后来又改" in answer
    record.refresh_from_db()
    assert record.state == "recorded"
    client.post(f"{url}confirm/", {"version": record.version})
    record.refresh_from_db()
    assert (record.state, record.confirmed_by) == ("confirmed", world.secretary_a)


def test_a_second_record_of_the_same_day_is_pointed_out(world, as_user):
    client = as_user(world.secretary_a)
    first = life.record(world.secretary_a, world.branch_a, "theme_day")
    lone = edit(client, first, content="只有这一条")
    assert "另有一条" not in client.get(lone.url).content.decode()
    second = life.record(world.secretary_a, world.branch_a, "theme_day", day=first.on_date)
    answer = client.get(edit(client, second, content="又记了一次").url).content.decode()
    assert "另有一条主题党日记录" in answer and first.title in answer
