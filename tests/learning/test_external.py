"""Yearly files of outside platforms: read, matched, asked about, recorded once, replaced, counted by a rule alone."""

import datetime
import io
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from branch_portal.dates import today_shanghai
from branch_portal.retention import run_retention
from learning.actions.external import (
    apply_file,
    choose_people,
    marked_workbook,
    recount_external,
    upload_file,
    withdraw_file,
)
from learning.models import ExternalFile, ExternalRow, ExternalRule, MemberYear, StudyCredit, StudyRule
from members.actions.errors import ActionRefused
from members.imports.reader import FileRefused, read_workbook
from tests import factories as make
from tests.learning.external_workbooks import CASES, FULL, HEAD, NAMESAKE_1, NAMESAKE_2, ONE, TWO
from tests.members.awkward_workbooks import sheet

YEAR = 2025
XUEXI = "xuexi_qiangguo"


@pytest.fixture
def people(world):
    return [
        make.member(world.branch_a, name, mobile=FULL + tail, mobile_tail=tail)
        for name, tail in (ONE, TWO, NAMESAKE_1, NAMESAKE_2)
    ]


@pytest.fixture
def counted(world):
    """A rule of 500 points an hour and at most 8 hours a year, and the study rule's cap lifted."""
    StudyRule.objects.create(category=XUEXI, from_year=YEAR, annual_cap=8)
    return ExternalRule.objects.create(source=XUEXI, from_year=YEAR, points_per_hour=500, annual_cap=8)


def upload(world, *rows, organization=None, by=None, year=YEAR, content=None, head=HEAD):
    return upload_file(
        by=by or world.officer_a,
        organization=organization or world.branch_a,
        source=XUEXI,
        year=year,
        file=io.BytesIO(content or sheet(head, *rows)),
        file_name="学习强国.xlsx",
    )


def recorded(world, *rows, **more):
    return apply_file(by=world.secretary_a, file=upload(world, *rows, **more), only_good=True)


def states(file):
    rows = ExternalRow.objects.filter(file=file)
    return [rows.filter(state=state).count() for state in ("matched", "ambiguous", "unmatched")]


def ledger():
    return list(StudyCredit.objects.order_by("pk").values_list("member_id", "minutes", "hours"))


# --- Reading and matching ---


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_awkward(world, people, case):
    if case.refused:
        with pytest.raises(FileRefused, match=case.refused):
            upload(world, content=case.content)
        assert not ExternalFile.objects.exists()
        return
    file = upload(world, content=case.content)
    assert states(file) == [case.matched, case.ambiguous, case.unmatched]
    assert file.figures["bad"] == len(case.problems)
    marked = str(read_workbook(io.BytesIO(marked_workbook(file)))) if case.problems else ""
    assert all(sentence in marked for sentence in case.problems)
    if case.points is not None:
        found = ExternalRow.objects.filter(file=file, state="matched").values_list("points", flat=True)
        assert [str(points) for points in found] == case.points
    assert ledger() == []


def test_the_corpus_is_large_enough():
    assert len({case.name for case in CASES}) == len(CASES) >= 25


def test_a_branch_matches_its_own_people_alone(world, people):
    make.member(world.branch_b, "周三", mobile_tail="5555")
    assert states(upload(world, ["周三", "5555", 1], ["周一", "1111", 1])) == [1, 0, 1]
    whole = upload(world, ["周三", "5555", 1], organization=world.committee, by=world.staff)
    assert states(whole) == [1, 0, 0]


def test_the_branch_column_tells_namesakes_apart(world, people):
    twin = make.member(world.branch_b, "周一", mobile_tail="6666")
    head = ["姓名", "所在党支部", "积分"]
    file = upload(
        world, ["周一", str(world.branch_b), 1], organization=world.committee, by=world.staff, head=head
    )
    assert ExternalRow.objects.get(file=file).member == twin


def test_who_left_during_the_year_is_matched_and_who_came_later_is_not(world, people):
    people[0].affiliations.update(period=(make.LONG_AGO, datetime.date(YEAR, 5, 1)), loss="moved")
    people[0].affiliations.create(branch=world.branch_d, period=(datetime.date(YEAR, 5, 1), None))
    people[1].affiliations.update(period=(datetime.date(YEAR + 1, 1, 1), None))
    file = upload(world, ["周一", "1111", 1], ["周二", "2222", 1])
    assert states(file) == [1, 0, 1]
    assert ExternalRow.objects.get(file=file, state="matched").branch == world.branch_d


def test_doubtful_rows_are_asked_about_and_only_their_candidates_are_taken(world, people):
    file = upload(world, ["王强", "", 1], ["周一", "9999", 2], ["周二", "2222", 3])
    namesake, other = ExternalRow.objects.filter(file=file, state="ambiguous")
    with pytest.raises(ActionRefused, match="还有 2 行没有选择"):
        apply_file(by=world.secretary_a, file=file)
    with pytest.raises(ActionRefused, match="不能对应到所选的党员"):
        choose_people(by=world.officer_a, file=file, choices={namesake.pk: people[0].pk})
    choose_people(by=world.officer_a, file=file, choices={namesake.pk: people[3].pk, other.pk: None})
    namesake.refresh_from_db()
    assert (namesake.state, namesake.member, namesake.branch) == ("matched", people[3], world.branch_a)
    apply_file(by=world.secretary_a, file=file)
    assert set(ExternalRow.objects.values_list("member", flat=True)) == {people[1].pk, people[3].pk}


def test_one_member_is_not_chosen_twice(world, people):
    file = upload(world, ["周一", "1111", 1], ["周一", "9999", 2])
    with pytest.raises(ActionRefused, match="已对应另一行"):
        row = ExternalRow.objects.get(file=file, state="ambiguous")
        choose_people(by=world.officer_a, file=file, choices={row.pk: people[0].pk})


# --- What counts ---


def test_nothing_counts_without_a_rule(world, people):
    file = recorded(world, ["周一", "1111", 12000])
    assert (file.figures["matched"], ledger()) == (1, [])
    assert ExternalRow.objects.in_force().get().points == 12000


def test_points_become_hours_by_the_rule_and_its_cap(world, people, counted):
    recorded(world, ["周一", "1111", 12000], ["周二", "2222", 1250], ["王强", "3333", 0])
    assert ledger() == [(people[0].pk, 360, 8), (people[1].pk, 112, 2)]
    assert MemberYear.objects.get(member=people[0], year=YEAR).hours == 8


def test_the_study_rules_cap_has_the_last_word(world, people):
    ExternalRule.objects.create(source=XUEXI, from_year=YEAR, points_per_hour=500, annual_cap=8)
    recorded(world, ["周一", "1111", 12000])
    assert (ledger(), MemberYear.objects.get(member=people[0], year=YEAR).hours) == (
        [(people[0].pk, 360, 8)],
        0,
    )


def test_a_rule_that_comes_later_counts_what_is_there(world, people, counted):
    ExternalRule.objects.all().delete()
    recorded(world, ["周一", "1111", 1000])
    ExternalRule.objects.create(source=XUEXI, from_year=YEAR, points_per_hour=500, annual_cap=8)
    assert recount_external(by=world.superuser, source=XUEXI, from_year=YEAR) == 1
    assert recount_external(by=world.superuser, source=XUEXI, from_year=YEAR) == 1
    assert ledger() == [(people[0].pk, 90, 2)]


# --- Once, replaced, withdrawn ---


def test_recording_twice_is_refused(world, people, counted):
    file = recorded(world, ["周一", "1111", 1000])
    with pytest.raises(ActionRefused, match="已登记或已失效"):
        apply_file(by=world.secretary_a, file=file)
    assert len(ledger()) == 1


def test_the_same_file_again_changes_nothing(world, people, counted):
    recorded(world, ["周一", "1111", 1000], ["周二", "2222", 500])
    before = ledger()
    recorded(world, ["周二", "2222", 500], ["周一", "1111", 1000])
    assert ledger() == before
    assert list(ExternalFile.objects.order_by("pk").values_list("state", flat=True)) == [
        "replaced",
        "applied",
    ]
    assert ExternalRow.objects.count() == 2


def test_a_later_file_replaces_by_reversal(world, people, counted):
    recorded(world, ["周一", "1111", 1000], ["周二", "2222", 500])
    recorded(world, ["周一", "1111", 2000], ["王强", "3333", 500])
    one, two, three = (person.pk for person in people[:3])
    assert sorted(ledger()[2:]) == sorted([(one, -90, -2), (two, -45, -1), (one, 180, 4), (three, 45, 1)])
    assert MemberYear.objects.get(member=people[1], year=YEAR).hours == 0


def test_other_years_and_sources_stand_beside_it(world, people, counted):
    recorded(world, ["周一", "1111", 1000])
    recorded(world, ["周一", "1111", 1000], year=YEAR + 1)
    assert ExternalFile.objects.applied().count() == 2
    assert (
        StudyCredit.objects.filter(year=YEAR).count()
        == StudyCredit.objects.filter(year=YEAR + 1).count()
        == 1
    )


def test_withdrawing_takes_everything_back(world, people, counted):
    file = recorded(world, ["周一", "1111", 1000])
    withdraw_file(by=world.secretary_a, file=file, reason="传错年度")
    assert ledger() == [(people[0].pk, 90, 2), (people[0].pk, -90, -2)]
    assert not ExternalRow.objects.exists()
    recorded(world, ["周一", "1111", 1000])
    assert MemberYear.objects.get(member=people[0], year=YEAR).hours == 2


def test_nobody_counts_twice_by_branch_and_committee(world, people, counted):
    recorded(world, ["周一", "1111", 1000])
    whole = upload(
        world, ["周一", "1111", 1000], ["周二", "2222", 500], organization=world.committee, by=world.staff
    )
    assert ExternalRow.objects.get(file=whole, name="周一").state == "taken"
    late = upload(world, ["周二", "2222", 500])
    apply_file(by=world.staff, file=whole)
    with pytest.raises(ActionRefused, match="没有对应到党员"):
        apply_file(by=world.secretary_a, file=late)
    assert StudyCredit.objects.standing().filter(member=people[1]).count() == 1


# --- What is kept ---


def test_no_number_and_no_stranger_is_kept(world, people):
    number = FULL + "1111"
    file = upload(world, ["周一", number, 1000], ["查无此人", "13911112222", 5], ["周二", "2222", "多"])
    file.refresh_from_db()
    assert number not in str(file.content) and "*******1111" in str(file.content)
    apply_file(by=world.secretary_a, file=file, only_good=True)
    file.refresh_from_db()
    assert (str(file.content), [row.tail for row in file.rows.all()]) == ("", [""])
    assert [row.name for row in file.rows.all()] == ["周一"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM learning_externalrowevent e WHERE e::text LIKE '%查无此人%'")
        assert cursor.fetchone() == (0,)


def test_an_upload_nobody_confirms_is_emptied(world, people):
    file = upload(world, ["周一", "1111", 1000], ["周二", "2222", "多"])
    for days, emptied in ((2, 0), (4, 1)):
        run = run_retention(now=timezone.now() + datetime.timedelta(days=days))
        assert run.removed["external_files"] == emptied
    file.refresh_from_db()
    assert (file.state, str(file.content), file.rows.count()) == ("expired", "", 0)


def test_a_newer_upload_takes_the_place_of_one_that_waits(world, people):
    first, second = upload(world, ["周一", "1111", 1]), upload(world, ["周一", "1111", 2])
    first.refresh_from_db()
    assert (first.state, first.rows.count(), second.rows.count()) == ("expired", 0, 1)


def test_this_years_credits_do_not_lie_ahead(world, people):
    assert upload(world, ["周一", "1111", 1], year=today_shanghai().year).counted_on <= today_shanghai()
    assert upload(world, ["周一", "1111", 1]).counted_on == datetime.date(YEAR, 12, 31)


def test_the_database_holds_one_file_in_force(world, people):
    file = recorded(world, ["周一", "1111", 1])
    other = upload(world, ["周一", "1111", 1])
    row = file.rows.get()
    for broken in (
        lambda: ExternalFile.objects.filter(pk=other.pk).update(
            state="applied", applied_by=world.staff, applied_at=timezone.now()
        ),
        lambda: ExternalFile.objects.filter(pk=other.pk).update(state="applied"),
        lambda: ExternalRow.objects.filter(pk=row.pk).update(member=None),
        lambda: ExternalRow.objects.filter(pk=row.pk).update(points=None),
        lambda: ExternalRow.objects.create(
            file=file,
            row_number=9,
            name="周一",
            points=1,
            state="matched",
            member=people[0],
            branch=world.branch_a,
        ),
        lambda: ExternalRule.objects.create(source=XUEXI, from_year=YEAR, points_per_hour=0),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            broken()


# --- The pages ---


def test_from_the_upload_to_the_secretarys_confirmation(world, people, as_user):
    officer, secretary = as_user(world.officer_a), as_user(world.secretary_a)
    page = officer.get("/learning/external/new/").content.decode()
    key = page.split('name="submission_key" value="')[1].split('"')[0]
    content = sheet(HEAD, ["周一", FULL + "1111", 1000], ["王强", "", 5], ["周二", "2222", "多"])
    data = {"submission_key": key, "organization": str(world.branch_a.uid), "source": XUEXI, "year": YEAR}

    def send():
        return officer.post(
            "/learning/external/new/", data | {"file": SimpleUploadedFile("强国.xlsx", content)}
        )

    url = send().headers["Location"]
    assert send().headers["Location"] == url
    html = officer.get(url).content.decode()
    assert "未设置折算规则" in html and "请支部书记打开本页核对并确认登记" in html
    assert "第 4 行‘积分’（C4）写作 多，应为数字" in html and FULL + "1111" not in html
    row = ExternalRow.objects.get(state="ambiguous")
    assert officer.post(f"{url}choose/", {f"row-{row.pk}": str(people[0].pk)}).status_code == 200
    assert officer.post(f"{url}choose/", {f"row-{row.pk}": str(people[2].pk)}).status_code == 302
    assert officer.post(f"{url}apply/").status_code == 403
    marked = b"".join(officer.get(f"{url}errors/"))
    book = read_workbook(io.BytesIO(marked))
    assert "第 4 行‘积分’（C4）写作 多，应为数字" in str(book[0].rows)
    assert secretary.post(f"{url}apply/").status_code == 302
    assert ExternalFile.objects.get().state == "pending"
    secretary.post(f"{url}apply/", {"only_good": "on"})
    assert ExternalFile.objects.get().state == "applied"
    own = make.user("zhou", member=people[0])
    assert "1000" in as_user(own).get("/learning/external/").content.decode()
    assert "还没有登记过" in as_user(world.member_a).get("/learning/external/").content.decode()


def test_a_refused_file_says_why_and_leaves_the_key(world, as_user):
    client = as_user(world.officer_a)
    page = client.get("/learning/external/new/").content.decode()
    key = page.split('name="submission_key" value="')[1].split('"')[0]
    data = {"submission_key": key, "organization": str(world.branch_a.uid), "source": XUEXI, "year": YEAR}
    refused = client.post(
        "/learning/external/new/", data | {"file": SimpleUploadedFile("x.xlsx", b"%PDF-1.4")}
    )
    assert "不是 Excel 工作簿" in refused.content.decode()
    good = SimpleUploadedFile("x.xlsx", sheet(HEAD, ["安国强", "", 5]))
    assert client.post("/learning/external/new/", data | {"file": good}).status_code == 302


def test_the_template_can_be_filled_in_and_uploaded(world, as_user):
    content = b"".join(as_user(world.officer_a).get("/learning/external/template/"))
    with pytest.raises(FileRefused, match="只有表头"):
        upload(world, content=content)


def test_the_rule_is_set_in_the_admin_and_counts_at_once(world, people, counted, as_user):
    ExternalRule.objects.all().delete()
    recorded(world, ["周一", "1111", 1000])
    data = {
        "source": XUEXI,
        "from_year": YEAR,
        "points_per_hour": "250",
        "annual_cap": "3",
        "clause": "支部决定",
        "confirmed": "on",
        "reason": "支部决定",
    }
    assert as_user(world.superuser).post("/admin/learning/externalrule/add/", data).status_code == 302
    assert ledger() == [(people[0].pk, 135, Decimal(3))]


def test_the_list_has_a_fixed_number_of_queries(world, people, as_user):
    client = as_user(world.secretary_a)
    client.get("/learning/external/")
    counts = []
    for _ in range(2):
        recorded(world, ["周一", "1111", 1], year=YEAR - len(counts))
        with CaptureQueriesContext(connection) as captured:
            client.get("/learning/external/")
        counts.append(len(captured))
    assert counts[0] == counts[1]
