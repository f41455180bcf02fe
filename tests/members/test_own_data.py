"""我的信息: all of one's own, nothing of another's, and every copy recorded."""

import datetime
import io
import json

from django.db import connection
from django.utils import timezone
from python_calamine import CalamineWorkbook

from activities.models import SignUp
from members.actions.affiliations import transfer_member
from members.models import Affiliation, Commendation, PersonalDataAccess
from members.queries.own_data import accesses_to
from tests import factories as make
from tests.access_objects import gathering, share, talk

PAGE = "/members/me/"


def _give(member, title):
    Commendation.objects.create(
        member=member, title=title, awarded_by="甲", awarded_on=datetime.date(2024, 7, 1)
    )


def test_the_page_masks_and_names_who_looked(world, as_user):
    me, fellow = world.member_a.member, world.members_a[5]
    secretary = as_user(world.secretary_a)
    secretary.post(f"/members/{me.uid}/reveal/mobile/", {"reason": "核对联系方式"})
    secretary.post(f"/members/{fellow.uid}/reveal/mobile/", {"reason": "别人的事由"})
    page = as_user(world.member_a).get(PAGE).content.decode()
    assert "核对联系方式" in page and "安国强" in page
    assert "别人的事由" not in page
    assert me.mobile not in page and me.id_number not in page


def test_the_copies_hold_my_values_and_nobody_elses(world, as_user):
    me, fellow = world.member_a.member, world.members_a[5]
    me.employer = "=HYPERLINK(1)"
    me.save()
    _give(me, "我的表彰")
    _give(fellow, "别人的表彰")
    client = as_user(world.member_a)
    data = json.loads(client.post(f"{PAGE}export.json").content)
    book = CalamineWorkbook.from_filelike(io.BytesIO(client.post(f"{PAGE}export.xlsx").content))
    rows = book.get_sheet_by_index(0).to_python()
    basic = {label: value for section, _, label, value in rows if section == "基本信息"}
    assert (basic["公民身份号码"], basic["手机号"], basic["工作单位及职务"]) == (
        me.id_number, me.mobile, "'=HYPERLINK(1)",
    )  # fmt: skip
    assert basic["入党日期"] == datetime.date(2000, 7, 1)
    assert data["基本信息"][0]["公民身份号码"] == me.id_number
    assert [row["表彰名称"] for row in data["表彰"]] == ["我的表彰"]
    for other in (fellow.id_number, fellow.mobile, fellow.home_address, fellow.name, "别人的表彰"):
        assert other not in str(rows) and other not in str(data)


def test_each_copy_is_recorded(world, as_user):
    client = as_user(world.member_a)
    client.post(f"{PAGE}export.json")
    client.post(f"{PAGE}export.xlsx")
    rows = PersonalDataAccess.objects.values_list("action", "field", "reason", "member_uid", "user_id")
    expected = ("export", "本人信息", "本人下载", world.member_a.member.uid, world.member_a.pk)
    assert list(rows) == [expected, expected]


def test_who_is_no_member_has_no_such_page(world, as_user):
    for name in ("staff", "superuser"):
        assert as_user(getattr(world, name)).get(PAGE).status_code == 404
        for path in (f"{PAGE}export.json", f"{PAGE}export.xlsx"):
            assert as_user(getattr(world, name)).post(path).status_code == 404


def exported(organization, at: str, reason: str) -> None:
    """An export of the past; the time of a row is the database's, so the row is written by hand."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO members_personaldataaccess (at, user_id, user_label, action, branch_id, field, row_count, reason)"
            " VALUES (%s, 1, 'x', 'export', %s, '党员名册（完整）', 1, %s)",
            [at, organization.pk, reason],
        )


def reasons(member):
    return [row.reason for row in accesses_to(member)]


def test_exports_count_by_the_branch_of_their_day(world):
    """Moved from A to B on 10 March: A's exports before, B's from that day on, and those of the committees above both."""
    person = make.member(world.branch_a, since=datetime.date(2024, 1, 1))
    transfer_member(by=None, member=person, branch=world.branch_b, on=datetime.date(2026, 3, 10))
    person.refresh_from_db()
    exported(world.branch_a, "2023-12-31 12:00+08", "甲，来之前")
    exported(world.branch_a, "2026-03-09 23:59+08", "甲，走之前一刻")
    exported(world.branch_b, "2026-03-09 23:59+08", "乙，来之前一刻")
    exported(world.branch_a, "2026-03-10 00:00+08", "甲，走了以后")
    exported(world.branch_b, "2026-03-10 00:00+08", "乙，来了以后")
    exported(world.general_branch, "2026-03-11 00:00+08", "总支")
    exported(world.committee, "2026-03-12 00:00+08", "党委")
    exported(world.branch_d, "2026-03-13 00:00+08", "旁支")
    exported(world.committee_x, "2026-03-14 00:00+08", "别的党委")
    assert reasons(person) == ["党委", "总支", "乙，来了以后", "甲，走之前一刻"]


def test_who_has_left_still_reads_of_the_time_before(world):
    gone = make.former_member(world.branch_a, on=datetime.date(2026, 1, 1))
    exported(world.branch_a, "2025-12-31 10:00+08", "在册时")
    exported(world.branch_a, "2026-01-01 10:00+08", "减少后")
    assert reasons(gone) == ["在册时"]
    assert Affiliation.objects.filter(member=gone).count() == 1


def test_the_copy_holds_appraisals_talks_signups_roll_hours_and_requests(world, as_user):
    """What higher apps keep of me, as far as I may read it, and nothing of my fellows'."""
    me, fellow = world.member_a.member, world.members_a[5]
    client = as_user(world.member_a)
    before = json.loads(client.post(f"{PAGE}export.json").content)
    sections = {"到会情况", "活动报名", "民主评议", "谈心谈话", "学时记录", "自学申报", "更正申请", "删除和停止处理申请"}  # fmt: skip
    assert sections <= before.keys()
    talk(world, one=me, one_name=me.name, note="谈到了我的困难")
    talk(world, one=world.members_a[6], other=fellow, note="别人的谈话")
    part = share(world, gathering(world))
    now = timezone.now()
    for member, reason in ((me, "我的请假"), (fellow, "别人的请假")):
        SignUp.objects.update_or_create(
            share=part, member=member,
            defaults={"branch": world.branch_a, "state": "on_leave", "place": member.pk, "reason": reason,
                      "signed_by": world.secretary_a, "signed_at": now, "withdrawn_at": now},
        )  # fmt: skip
    data = json.loads(client.post(f"{PAGE}export.json").content)
    assert [row["谈话要点"] for row in data["谈心谈话"]] == ["谈到了我的困难"]
    assert "我的请假" in str(data["活动报名"]) and "别人的" not in str(data)
    assert client.post(f"{PAGE}export.xlsx").status_code == 200
