"""谈心谈话 by person: several at once, what a member enters, who is missing, and notes that only the two and the keepers read."""

import datetime
import io

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from python_calamine import CalamineWorkbook

from activities.actions.talks import log_talks
from activities.due_talks import talks_due
from activities.models import HeartTalk
from activities.queries.talks import coverage_of, people_on
from branch_portal.dates import today_shanghai
from members.models import PartyOrganization, PersonalDataAccess
from notices.models import ReminderRule
from tests import factories as make
from tests.activities.test_main_path import hidden

pytestmark = pytest.mark.django_db
CANARY = "泄露的谈话要点"
TODAY = today_shanghai()
LIST = "/activities/talks/"
NEW = "/activities/talks/new/"


def log(world, one: int, *others: int, day=None, accepted=True, note=CANARY):
    people = {person.pk: person for person in people_on(world.branch_a, TODAY)}
    found = [people[world.members_a[number].pk] for number in (one, *others)]
    talks, _ = log_talks(
        by=world.officer_a,
        branch=world.branch_a,
        day=day or TODAY,
        one=found[0],
        others=found[1:],
        note=note,
        accepted=accepted,
    )
    return talks


def uid(world, number: int) -> str:
    return world.members_a[number].uid.hex


def posted(client, **data):
    """Send the form with the one-time key of a fresh page."""
    html = client.get(NEW).content.decode()
    key = hidden(html, "submission_key")
    return client.post(NEW, {"on_date": TODAY.isoformat(), "submission_key": key} | data)


# --- Logging ---


def test_the_keeper_logs_one_with_several_at_once(world, as_user):
    client = as_user(world.secretary_a)
    response = posted(
        client, one=uid(world, 0), others=[uid(world, 1), uid(world, 5), uid(world, 6)], note="学习和工作"
    )
    assert response["Location"] == LIST
    talks = list(HeartTalk.objects.order_by("pk"))
    assert [(talk.one_name, talk.other_name, talk.kind) for talk in talks] == [
        ("安国强", "白春梅", "committee"),
        ("安国强", "高海燕", "mixed"),
        ("安国强", "何文斌", "mixed"),
    ]
    assert all(talk.accepted_at and talk.note == "学习和工作" for talk in talks)


def test_the_same_two_on_the_same_day_are_logged_once(world, as_user):
    log(world, 5, 0)
    client = as_user(world.secretary_a)
    response = posted(client, one=uid(world, 0), others=[uid(world, 5), uid(world, 6)])
    html = client.get(response["Location"]).content.decode()
    assert "同一天已有登记，没有重复记：高海燕" in html
    assert HeartTalk.objects.count() == 2


def test_sent_twice_is_logged_once(world, as_user):
    client = as_user(world.secretary_a)
    key = hidden(client.get(NEW).content.decode(), "submission_key")
    data = {
        "on_date": TODAY.isoformat(),
        "submission_key": key,
        "one": uid(world, 0),
        "others": [uid(world, 5)],
    }
    assert client.post(NEW, data)["Location"] == client.post(NEW, data)["Location"] == LIST
    assert HeartTalk.objects.count() == 1


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"on_date": "2030-01-01"}, "日期不能晚于今天"),
        ({"on_date": "2020-01-01"}, "只登记今年和去年的谈话"),
        ({"others": []}, "请选择谈话对象"),
        ({"note": "字" * 501}, "500"),
    ],
)
def test_what_is_refused_says_why(world, as_user, data, words):
    values = {"one": uid(world, 0), "others": [uid(world, 5)]} | data
    response = posted(as_user(world.secretary_a), **values)
    assert response.status_code == 200
    assert words in response.content.decode()
    assert not HeartTalk.objects.exists()


def test_with_oneself_is_no_talk(world, as_user):
    response = posted(as_user(world.secretary_a), one=uid(world, 0), others=[uid(world, 0)])
    assert "同一个人" in response.content.decode()
    with pytest.raises(IntegrityError, match="talk_takes_two"), transaction.atomic():
        HeartTalk.objects.create(
            branch=world.branch_a, on_date=TODAY, one=world.members_a[0], other=world.members_a[0],
            kind="fellows", recorded_by=world.officer_a,
        )  # fmt: skip


def test_the_database_knows_a_pair_whichever_way_round(world):
    (talk,) = log(world, 0, 5)
    talk.pk, talk.uid = None, "11111111-1111-4111-8111-111111111111"
    talk.one, talk.other = talk.other, talk.one
    with pytest.raises(IntegrityError, match="talk_once_a_day"), transaction.atomic():
        talk.save(force_insert=True)


def test_a_member_enters_the_own_talk_and_it_waits(world, as_user):
    member = as_user(world.member_a)
    html = member.get(NEW).content.decode()
    assert "何文斌" not in html  # a plain member reads no roster
    posted(member, names="何文斌、金玉华")
    talks = list(HeartTalk.objects.order_by("pk"))
    assert [(talk.one_name, talk.other_name, talk.accepted_at) for talk in talks] == [
        ("邓秀兰", "何文斌", None),
        ("邓秀兰", "金玉华", None),
    ]
    assert coverage_of([world.branch_a], TODAY)[world.branch_a.pk].covered == 0
    keeper = as_user(world.officer_a)
    assert "待核收" in keeper.get(f"{LIST}{talks[0].uid}/").content.decode()
    keeper.post(f"{LIST}{talks[0].uid}/accept/")
    assert coverage_of([world.branch_a], TODAY)[world.branch_a.pk].covered == 2
    assert member.post(f"{LIST}{talks[0].uid}/remove/").status_code == 403  # it has been taken over
    assert member.post(f"{LIST}{talks[1].uid}/remove/").status_code == 302  # the own entry
    assert HeartTalk.objects.count() == 1


@pytest.mark.parametrize(
    ("names", "words"),
    [("外部党员乙", "本支部没有名叫"), ("邓秀兰", "本支部没有名叫"), ("同名者", "有同名党员")],
)
def test_a_member_names_fellows_of_the_branch_only(world, as_user, names, words):
    for _ in range(2):
        make.member(world.branch_a, "同名者")
    assert words in posted(as_user(world.member_a), names=names).content.decode()
    assert not HeartTalk.objects.exists()


def test_who_may_log_for_which_branch(world, as_user):
    def answer(name, branch=None):
        query = f"?for={branch.uid}" if branch else ""
        return as_user(getattr(world, name)).get(NEW + query).status_code

    assert [answer(name) for name in ("secretary_a", "cell_leader_a", "member_b", "staff", "superuser")] == [
        200, 200, 200, 403, 403,
    ]  # fmt: skip
    assert [answer(name, world.branch_a) for name in ("officer_a", "member_a", "secretary_b", "staff")] == [
        200, 200, 404, 403,
    ]  # fmt: skip


# --- Who reads what ---


def test_notes_are_read_by_the_two_and_the_keepers_alone(world, as_user):
    (talk,) = log(world, 3, 6)  # member_a with somebody without an account
    (others,) = log(world, 7, 8)
    pages = [LIST, f"{LIST}print/", f"{LIST}export/", f"{LIST}{talk.uid}/", f"{LIST}{others.uid}/",
             f"/members/{world.members_a[3].uid}/?tab=talks", "/"]  # fmt: skip
    shown = {}
    for name in (
        "officer_a",
        "secretary_a",
        "member_a",
        "cell_leader_a",
        "staff",
        "secretary_b",
        "member_b",
        "staff_x",
        "superuser",
    ):
        client = as_user(getattr(world, name))
        for page in pages:
            response = client.get(page)
            body = response.getvalue() if response.streaming else response.content
            if CANARY.encode() in body:
                shown.setdefault(name, set()).add(page)
    assert shown == {
        "officer_a": {pages[3], pages[4]},
        "secretary_a": {pages[3], pages[4]},
        "member_a": {pages[3]},
    }


def test_who_sees_which_talk(world, as_user):
    (talk,) = log(world, 7, 8)
    answers = {
        name: as_user(getattr(world, name)).get(f"{LIST}{talk.uid}/").status_code
        for name in (
            "secretary_a",
            "staff",
            "member_a",
            "cell_leader_a",
            "secretary_b",
            "staff_x",
            "superuser",
        )
    }
    assert answers == {
        "secretary_a": 200, "staff": 200, "member_a": 404, "cell_leader_a": 404, "secretary_b": 404,
        "staff_x": 404, "superuser": 404,
    }  # fmt: skip
    assert "金玉华" not in as_user(world.member_a).get(LIST).content.decode()
    assert as_user(world.staff).post(f"{LIST}{talk.uid}/remove/").status_code == 403


def test_notes_are_sealed_at_rest(world):
    log(world, 3, 6)
    with connection.cursor() as cursor:
        cursor.execute("SELECT note FROM activities_hearttalk")
        (stored,) = cursor.fetchone()
    assert CANARY.encode() not in bytes(stored)
    assert bytes(stored)


# --- The list and who is missing ---


def test_missing_names_stand_with_the_way_to_log(world, as_user):
    log(world, 0, 1, 5)
    client = as_user(world.secretary_a)
    html = client.get(LIST).content.decode()
    assert "3 / 10" in html
    assert "覆盖率 30%" in html
    assert "还没有谈过（7 人）" in html
    assert "支委之间还缺（2 对）" in html
    link = f"{NEW}?for={world.branch_a.uid}&amp;with={uid(world, 6)}"
    assert link in html
    form = client.get(link.replace("&amp;", "&")).context["form"]
    assert (form.initial["one"], form.initial["others"]) == (uid(world, 0), [uid(world, 6)])
    # A plain member sees no names of who is missing.
    assert "还没有谈过" not in as_user(world.member_a).get(LIST).content.decode()


def test_the_committee_sees_one_branch_at_a_time(world, as_user):
    client = as_user(world.staff)
    assert "覆盖情况" not in client.get(LIST).content.decode()
    html = client.get(f"{LIST}?branch={world.branch_a.uid.hex}").content.decode()
    assert "覆盖情况" in html
    assert NEW not in html


def test_the_list_costs_the_same_whatever_its_length(world, as_user):
    client = as_user(world.secretary_a)
    counts = []
    for others in ((5,), (6, 7, 8)):
        log(world, 0, *others)
        with CaptureQueriesContext(connection) as captured:
            client.get(LIST)
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_the_list_is_filtered_and_exported(world, as_user):
    log(world, 0, 1, 5)
    log(world, 6, 7, day=datetime.date(TODAY.year - 1, 12, 1))
    client = as_user(world.secretary_a)
    response = client.get(f"{LIST}export/?year={TODAY.year}&kind=mixed")
    rows = CalamineWorkbook.from_filelike(io.BytesIO(response.content)).get_sheet_by_index(0).to_python()
    assert [row[2:4] for row in rows[1:]] == [["安国强", "高海燕"]]
    assert "何文斌" in client.get(f"{LIST}print/?year={TODAY.year - 1}").content.decode()


# --- What is due ---

OCTOBER = datetime.date(2026, 10, 1)


def due(world, day, *branches):
    branches = branches or (world.branch_a,)
    found = PartyOrganization.objects.filter(pk__in=[branch.pk for branch in branches])
    return list(talks_due(branches=found, day=day))


def test_the_gap_is_due_from_october_and_names_a_number(world):
    assert due(world, datetime.date(2026, 9, 30)) == []
    (item,) = due(world, OCTOBER)
    assert (item.rule_key, item.due_on) == ("heart_talk_gap", datetime.date(2026, 12, 31))
    assert "10 名党员还没有谈过" in item.title
    assert not any(member.name in item.title for member in world.members_a)
    rule = ReminderRule.objects.get(key=item.rule_key)
    assert rule.offsets_minutes == [91 * 24 * 60, 30 * 24 * 60]  # 1 October and 1 December


def test_a_year_without_gaps_owes_nothing(world):
    day = datetime.date(2026, 3, 5)
    log(world, 0, *range(1, 10), day=day)
    log(world, 1, 4, day=day)
    for one, other in ((2, 3), (5, 6), (7, 8), (9, 8)):
        log(world, one, other, day=day)
    assert due(world, OCTOBER) == []
    assert len(due(world, datetime.date(2027, 10, 1))) == 1


def test_suspended_members_are_not_asked_for(world):
    make.status(world.members_a[8], "suspended", since=datetime.date(2026, 1, 1))
    assert coverage_of([world.branch_a], OCTOBER)[world.branch_a.pk].total == 9


def test_due_costs_the_same_for_one_branch_and_for_three(world):
    log(world, 0, 1)
    counts = []
    for branches in ((world.branch_a,), (world.branch_a, world.branch_b, world.branch_d)):
        with CaptureQueriesContext(connection) as captured:
            due(world, OCTOBER, *branches)
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_a_list_taken_out_is_written_down(world, as_user):
    secretary = as_user(world.secretary_a)
    assert secretary.get("/activities/talks/export/").status_code == 200
    row = PersonalDataAccess.objects.get(field="谈心谈话登记表")
    assert (row.action, row.user_id) == ("export", world.secretary_a.pk)
