"""Own study through the pages: one form on a phone, what it counts while it is filled in, files, and the branch's list."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from branch_portal.dates import today_shanghai
from learning.models import StudyCredit, StudySubmission, SubmissionFile
from tests.activities import factories as life
from tests.activities.test_main_path import hidden, page
from tests.learning.factories import draft, handed_in, own_study_counts, topic_facts, topics_of
from tests.learning.factories import plan as make_plan

pytestmark = pytest.mark.django_db
NEW = "/learning/own/new/{}/"
REVIEW = "/learning/review/"


def typed(html: str, **fields) -> dict:
    """What a browser would send of the form."""
    day = today_shanghai().isoformat()
    values = {"title": "党的二十大报告", "first_on": day, "last_on": day, "minutes": "180", "step": "submit"}
    return values | {"submission_key": hidden(html, "submission_key")} | fields


def rows(*lines: tuple[str, str, str]) -> dict:
    data = {"entries-TOTAL_FORMS": str(len(lines)), "entries-INITIAL_FORMS": "0"}
    for number, (day, minutes, title) in enumerate(lines):
        data |= {
            f"entries-{number}-on_date": day,
            f"entries-{number}-minutes": minutes,
            f"entries-{number}-title": title,
        }
    return data


def pdf(name="心得.pdf"):
    return SimpleUploadedFile(name, b"%PDF-1.4 test", "application/pdf")


# --- The member ---


def test_a_member_hands_in_and_sees_what_it_counts(world, as_user):
    client = as_user(world.member_a)
    assert NEW.format("book") in page(client, "/learning/own/")
    html = page(client, NEW.format("book"))
    assert "个人自学不计入 32 学时，因为" in html
    data = typed(html, note="逐章读完")
    shown = client.post("/learning/own/preview/book/", data).content.decode()
    assert "180 分钟 ÷ 45 = 4.0 学时" in shown
    assert "登记 4.0 学时，其中计入 0.0 学时" in shown
    assert not StudySubmission.objects.exists()
    answer = client.post(NEW.format("book"), data, follow=True).content.decode()
    assert "已提交，等待党支部审核" in answer
    client.post(NEW.format("book"), data)  # the second arrival of a double click
    row = StudySubmission.objects.get()
    assert (row.state, row.minutes, row.branch) == ("submitted", 180, world.branch_a)
    assert "待审核" in page(client, "/learning/own/")
    assert "审核自学申报（1 项）" in page(as_user(world.secretary_a), "/")


def test_without_script_a_button_works_it_out(world, as_user):
    own_study_counts(cap=2)
    client = as_user(world.member_a)
    data = typed(page(client, NEW.format("book")), step="preview", title="")
    html = client.post(NEW.format("book"), data).content.decode()
    assert "每年最多计入 2.0 学时（镇党委规定）；已用 0.0，还可计 2.0 学时" in html
    assert "受年度上限限制，其中计入 2.0 学时" in html
    assert 'value="180"' in html
    assert not StudySubmission.objects.exists()


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"title": ""}, "请填写书名。"),
        ({"minutes": "三小时"}, "请写整数分钟，例如 180。"),
        ({"minutes": "0"}, "请写 1 以上的分钟数。"),
        ({"minutes": "2000"}, "时长超过了这些天的全部时间"),
        ({"first_on": "2026.2.30"}, "日期看不懂，请写成 2026-04-13。"),
        ({"last_on": "2999-01-01"}, "日期不能晚于今天"),
        ({"first_on": "2020-12-31", "last_on": "2021-01-02"}, "跨年的请按年度分成两份申报"),
        ({"first_on": "2020-01-01", "last_on": "2020-01-02"}, "只能申报今年和去年的自学"),
        ({"note": "学" * 1001}, "现在有 1001 字，请缩短后再提交"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_typed_is_lost(world, as_user, fields, words):
    client = as_user(world.member_a)
    data = typed(page(client, NEW.format("book")), **({"note": "这段话还在"} | fields))
    html = client.post(NEW.format("book"), data).content.decode()
    assert words in html
    assert 'role="alert"' in html
    assert fields.get("note", "这段话还在") in html
    assert not StudySubmission.objects.exists()


def test_fragments_are_summed_up_and_a_faulty_row_is_named(world, as_user):
    client, day = as_user(world.member_a), today_shanghai().isoformat()
    html = page(client, NEW.format("fragments"))
    base = {"title": "零散自学", "step": "submit", "submission_key": hidden(html, "submission_key")}
    wrong = base | rows((day, "20", "读报"), (day, "", "听讲座"), ("", "", ""))
    answer = client.post(NEW.format("fragments"), wrong).content.decode()
    assert "第 2 条：请填写分钟。" in answer
    assert "听讲座" in answer
    assert "请至少填写一条零散自学" in client.post(NEW.format("fragments"), base).content.decode()
    good = base | rows((day, "20", "读报"), ("", "", ""), (day, "25", "听讲座"))
    assert "45 分钟 ÷ 45 = 1.0 学时" in client.post("/learning/own/preview/fragments/", good).content.decode()
    client.post(NEW.format("fragments"), good)
    row = StudySubmission.objects.get()
    assert (row.minutes, [entry.title for entry in row.entries.all()]) == (45, ["读报", "听讲座"])
    html = page(as_user(world.secretary_a), f"/learning/own/{row.uid}/")
    assert "25 分钟：听讲座" in html


def test_a_course_of_ones_own_choice_says_that_it_is_own_study(world, as_user):
    client = as_user(world.member_a)
    html = page(client, NEW.format("online"))
    data = typed(html, title="党史课", organised_by_party="on", organiser="镇党委")
    assert (
        "网络课程计入应学学时，没有年度上限"
        in client.post("/learning/own/preview/online/", data).content.decode()
    )
    del data["organised_by_party"]
    assert "个人自学不计入" in client.post("/learning/own/preview/online/", data).content.decode()
    assert "请同时选“由党组织统一组织”" in client.post(NEW.format("online"), data).content.decode()


def test_files_are_optional_and_only_for_who_reads_the_item(world, as_user):
    client = as_user(world.member_a)
    data = typed(page(client, NEW.format("red_base")), title="村史馆", files=[pdf(), pdf("证书.pdf")])
    client.post(NEW.format("red_base"), data)
    assert StudySubmission.objects.get().state == "submitted"
    file = SubmissionFile.objects.first()
    url = f"/learning/own/files/{file.uid}/"
    readers = {"member_a", "secretary_a", "officer_a", "staff"}
    for name in (
        "member_a",
        "secretary_a",
        "officer_a",
        "staff",
        "cell_leader_a",
        "secretary_b",
        "superuser",
    ):
        assert (as_user(getattr(world, name)).get(url).status_code == 200) == (name in readers), name
    assert "没有移除" in client.post(f"{url}remove/", follow=True).content.decode()


def test_a_refused_file_keeps_the_item_as_a_draft(world, as_user):
    client = as_user(world.member_a)
    bad = SimpleUploadedFile("脚本.exe", b"MZ", "application/octet-stream")
    data = typed(page(client, NEW.format("book")), files=[bad, pdf()])
    html = client.post(NEW.format("book"), data, follow=True).content.decode()
    assert "没有保存：只能上传" in html
    assert "已暂存，还没有提交" in html
    row = StudySubmission.objects.get()
    assert (row.state, row.files.count()) == ("draft", 1)
    edit = f"/learning/own/{row.uid}/edit/"
    html = page(client, edit)
    client.post(f"/learning/own/files/{row.files.get().uid}/remove/")
    assert not row.files.kept().exists()
    stale = typed(html, version=hidden(html, "version"), step="draft")
    client.post(edit, stale)
    again = typed(page(client, edit), version=hidden(html, "version"))
    assert "在别处改过" in client.post(edit, again).content.decode()


def test_a_topic_is_of_the_year_that_the_study_was_in(world, as_user):
    """Hours of another year would never count for it."""
    topic = topics_of(make_plan(world.secretary_a, world.branch_a, topic_facts("学习党章", hours=2)))[0]
    client = as_user(world.member_a)
    last_year = f"{today_shanghai().year - 1}-12-20"
    data = typed(
        page(client, NEW.format("book")), topic=str(topic.uid), first_on=last_year, last_on=last_year
    )
    assert "请选“不选”" in client.post(NEW.format("book"), data).content.decode()
    assert not StudySubmission.objects.exists()


def test_a_topic_of_the_own_plan_can_be_named(world, as_user):
    made = make_plan(world.secretary_a, world.branch_a, topic_facts("学习党章", hours=2))
    topic = topics_of(made)[0]
    client = as_user(world.member_a)
    html = page(client, f"{NEW.format('book')}?topic={topic.uid}")
    assert f'<option value="{topic.uid}" selected>' in html
    client.post(NEW.format("book"), typed(html, topic=str(topic.uid)))
    row = StudySubmission.objects.get()
    as_user(world.secretary_a).post(
        f"/learning/own/{row.uid}/judge/", {"minutes": "180", "version": row.version, "remark": ""}
    )
    html = page(client, "/learning/plan/")
    assert "涉及您的专题都已完成" in html


# --- The branch ---


def many(world, count: int) -> list[StudySubmission]:
    return [handed_in(world.member_a, title=f"第{number}本") for number in range(count)]


def seen(html: str) -> list[str]:
    return re.findall(r'name="rows" value="([^"]+)"', html)


def test_one_failing_row_keeps_the_other_49(world, as_user):
    items = many(world, 51)
    client = as_user(world.secretary_a)
    ticks = seen(page(client, REVIEW))
    assert len(ticks) == 50
    StudySubmission.objects.filter(pk=items[7].pk).update(version=9)  # its member has just changed it
    html = client.post(REVIEW, {"rows": ticks, "decision": "accept"}, follow=True).content.decode()
    assert "已通过 49 项" in html
    assert "“第7本”没有审核：打开页面以后已由他人审核，或本人已修改、撤回。" in html
    assert StudyCredit.objects.filter(source__startswith="learning.submission").count() == 49
    assert len(seen(html)) == 2


def test_giving_back_needs_a_reason_and_keeps_the_ticks(world, as_user):
    many(world, 2)
    client = as_user(world.officer_a)
    ticks = seen(page(client, REVIEW))
    html = client.post(REVIEW, {"rows": ticks[:1], "decision": "return"}).content.decode()
    assert "退回的，请写明原因" in html
    assert html.count(" checked><span") == 1
    assert "请先勾选要审核的申报" in client.post(REVIEW, {"decision": "accept"}).content.decode()
    client.post(REVIEW, {"rows": [*ticks[:1], "坏的", "x:y"], "decision": "return", "remark": "请写页数"})
    assert StudySubmission.objects.filter(state="returned", remark="请写页数").count() == 1


def test_foreign_rows_are_not_decided(world, as_user):
    item = handed_in(world.member_a)
    html = as_user(world.secretary_b).post(REVIEW, {"rows": [item.seen], "decision": "accept"}, follow=True)
    assert "不在您的审核范围" in html.content.decode()
    item.refresh_from_db()
    assert item.state == "submitted"


def test_the_same_twice_is_hinted(world, as_user):
    record = life.record(world.secretary_a, world.branch_a, theme="党的二十大报告", content="学习")
    item = handed_in(world.member_a, title="党的二十大报告")
    other = handed_in(world.member_a, title="《读书》")
    handed_in(world.member_a, title="读书")
    client = as_user(world.secretary_a)
    html = page(client, REVIEW)
    assert html.count("同一天已有内容相同的学时记录") == 1
    assert html.count("同一天另有一份内容相同的申报（待审核）") == 2
    assert "同一天另有一份内容相同的申报" in page(client, f"/learning/own/{other.uid}/")
    assert record.title == item.title


def test_the_list_costs_the_same_for_few_and_for_many(world, as_user):
    client = as_user(world.secretary_a)

    def cost() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get(REVIEW).status_code == 200
        return len(queries)

    many(world, 2)
    cost()
    few = cost()
    many(world, 20)
    assert cost() == few


def test_the_list_goes_to_paper_and_to_a_workbook(world, as_user):
    many(world, 2)
    client = as_user(world.secretary_a)
    html = page(client, f"{REVIEW}print/")
    assert "第1本" in html and "checkbox" not in html
    assert client.get(f"{REVIEW}export/")["Content-Type"].endswith("spreadsheetml.sheet")
    assert as_user(world.member_a).get(f"{REVIEW}export/").status_code == 403


def test_an_own_item_is_left_to_another(world, as_user):
    item = handed_in(world.officer_a)
    client, url = as_user(world.officer_a), f"/learning/own/{item.uid}/"
    html = page(client, url)
    assert "本人的申报由其他支部委员审核" in html
    assert "judge/" not in html
    data = {"minutes": "180", "version": item.version, "remark": ""}
    assert "本人的申报请由其他支部委员审核" in client.post(f"{url}judge/", data, follow=True).content.decode()
    html = as_user(world.secretary_a).post(f"{url}judge/", data, follow=True).content.decode()
    assert "已审核：已通过" in html
    assert "更正" in html


def test_judging_a_part_keeps_what_was_written(world, as_user):
    item = handed_in(world.member_a)
    client, url = as_user(world.secretary_a), f"/learning/own/{item.uid}/judge/"
    data = {"minutes": "60", "version": item.version, "remark": ""}
    assert "退回或部分通过的，请写明原因" in client.post(url, data).content.decode()
    assert "不能超过申报的 180 分钟" in client.post(url, data | {"minutes": "999"}).content.decode()
    client.post(url, data | {"remark": "认定一章"})
    item.refresh_from_db()
    assert (item.state, item.accepted_minutes) == ("partly_accepted", 60)
    html = page(as_user(world.member_a), f"/learning/own/{item.uid}/")
    assert "认定一章" in html and "部分通过" in html


def test_giving_back_is_a_button_of_its_own(world, as_user):
    item = handed_in(world.member_a)
    client, url = as_user(world.secretary_a), f"/learning/own/{item.uid}/judge/"
    data = {"minutes": "180", "version": item.version, "remark": "", "decision": "return"}
    assert "退回或部分通过的，请写明原因" in client.post(url, data).content.decode()
    nothing = client.post(url, data | {"decision": "accept", "minutes": "0", "remark": "不认可"})
    assert "不认可的请点“退回”" in nothing.content.decode()
    client.post(url, data | {"remark": "请写书名", "minutes": ""})
    item.refresh_from_db()
    assert (item.state, item.remark) == ("returned", "请写书名")


def test_a_member_changes_nothing_of_a_drafts_owner(world, as_user):
    item = draft(world.member_a)
    for name in ("secretary_a", "member_b", "staff"):
        assert as_user(getattr(world, name)).post(f"/learning/own/{item.uid}/withdraw/").status_code == 404
