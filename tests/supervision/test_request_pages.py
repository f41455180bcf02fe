"""The pages of work requests: writing one, the look before sending, the branch's pre-filled form, the collected answers."""

import datetime
import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from python_calamine import CalamineWorkbook

from supervision.actions.requests import Asked
from supervision.models import RequestAnswer, RequestBranch, WorkRequest
from supervision.queries.held import held_figures
from tests import factories as make
from tests.supervision.requests import DAY, VOLUNTEERS, answered, draft, sent, target_of

pytestmark = pytest.mark.django_db
KEY = "11111111-1111-4111-8111-111111111111"


def text(response) -> str:
    """What is read on the page, without markup."""
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def sheets(response) -> list[list[list]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(response.content))
    return [book.get_sheet_by_index(place).to_python() for place in range(len(book.sheet_names))]


@pytest.fixture
def staff(world, as_user):
    return as_user(world.staff)


@pytest.fixture
def secretary(world, as_user):
    return as_user(world.secretary_a)


def typed(**fields) -> dict:
    day = timezone.localdate() + 5 * DAY
    return {
        "submission_key": KEY,
        "title": "志愿服务摸底",
        "text": "请核对并补充。",
        "due_day": day.isoformat(),
        "due_time": "18:00",
        "reach": "all",
        "held": ["members_total"],
        "free-TOTAL_FORMS": "3",
        "free-INITIAL_FORMS": "0",
        "free-0-label": "志愿者人数",
        "free-0-kind": "number",
        "free-0-required": "on",
        "free-0-valid_months": "3",
        "free-1-label": "是否建立台账",
        "free-1-kind": "choice",
        "free-1-choices": "已建立、正在建立，未建立",
        "free-1-valid_months": "12",
        "free-2-kind": "short",
        "free-2-valid_months": "12",
    } | fields


# --- Writing ---


def test_a_request_is_written_looked_at_and_sent(world, staff):
    answer = staff.post(reverse("supervision:request-new"), typed())
    work = WorkRequest.objects.get()
    look = reverse("supervision:request-send", args=[work.uid])
    assert answer["Location"] == look
    assert [(field.label, field.kind, field.choices, field.required, field.valid_months) for field in work.fields.all()] == [
        ("党员总数", "", [], True, 12),
        ("志愿者人数", "number", [], True, 3),
        ("是否建立台账", "choice", ["已建立", "正在建立", "未建立"], False, 12),
    ]  # fmt: skip
    page = text(staff.get(look))
    assert "共 3 个党支部" in page
    assert "各级党组织本月已向这些支部发出 0 项" in page
    assert "系统已有，支部只核对。系统数据：党员名册" in page
    staff.post(look, {"version": work.version})
    work.refresh_from_db()
    assert (work.state, work.targets.count()) == ("sent", 3)
    assert staff.get(look)["Location"] == reverse("supervision:request", args=[work.uid])


def test_sent_twice_it_makes_one_draft(world, staff):
    first = staff.post(reverse("supervision:request-new"), typed())
    again = staff.post(reverse("supervision:request-new"), typed())
    assert (again["Location"], WorkRequest.objects.count()) == (first["Location"], 1)


def test_a_typed_figure_becomes_the_portal_s_and_it_is_said(world, staff):
    page = staff.post(
        reverse("supervision:request-new"), typed(**{"held": [], "free-0-label": "党员人数"}), follow=True
    )
    assert "“党员人数”本系统已有（党员名册），已改为系统数据，不需要支部填写" in text(page)


def test_a_refused_form_names_each_fault_and_keeps_what_was_typed(world, staff):
    bad = typed(
        **{
            "title": "",
            "due_day": "2020-01-01",
            "reach": "some",
            "free-1-choices": "只有一个",
            "free-0-kind": "odd",
        }
    )
    page = staff.post(reverse("supervision:request-new"), bad)
    said = text(page)
    assert "标题：请填写标题。" in said
    assert "截止时间已经过了" in said
    assert "请在下面选择组织、单位类别或党支部" in said
    assert "第 2 项：“选择一项”请写出至少两个可选项" in said
    assert re.search("第 1 项：.*odd", said)
    assert 'value="志愿者人数"' in page.content.decode()
    assert not WorkRequest.objects.exists()


def test_the_audience_can_be_chosen_and_only_inside_the_subtree(world, staff):
    page = staff.get(reverse("supervision:request-new")).content.decode()
    assert "清源村党总支" in page
    assert "东湖村党支部" not in page
    chosen = {"reach": "some", "roots": [world.general_branch.uid.hex], "branches": [world.branch_d.uid.hex]}
    staff.post(reverse("supervision:request-new"), typed(**chosen))
    assert WorkRequest.objects.get().audience == {
        "roots": [world.general_branch.pk], "categories": [], "branches": [world.branch_d.pk],
    }  # fmt: skip
    foreign = {"submission_key": KEY[:-1] + "2", "reach": "some", "branches": [world.branch_x.uid.hex]}
    assert "选择一个有效的选项" in text(staff.post(reverse("supervision:request-new"), typed(**foreign)))


def test_a_draft_is_edited_from_what_is_stored(world, staff):
    work = draft(
        world, audience={"branches": [world.branch_a.pk]}, free=[Asked("台账", "choice", ("有", "无"))]
    )
    url = reverse("supervision:request-edit", args=[work.uid])
    page = staff.get(url).content.decode()
    assert 'value="台账"' in page
    assert 'value="有、无"' in page
    assert re.search(r'value="members_total" id="held-members_total" checked', page)
    staff.post(url, typed(version=work.version, title="改过的标题"))
    work.refresh_from_db()
    assert (work.title, work.version, work.audience["branches"]) == ("改过的标题", 2, [])
    stale = staff.post(url, typed(version=1, title="旧页面"))
    assert "已被他人改过" in text(stale)
    assert 'value="旧页面"' in stale.content.decode()


def test_the_form_keeps_itself(world, staff):
    page = staff.get(reverse("supervision:request-new"))
    staff.post(page.context["keep_url"], typed(title="写到一半"))
    kept = staff.get(reverse("supervision:request-new"), {"kept": "1"}).content.decode()
    assert 'value="写到一半"' in kept
    assert 'value="志愿者人数"' in kept


def test_typing_a_label_brings_up_what_is_held(world, staff):
    url = reverse("supervision:request-held")
    fragment = staff.get(url, {"free-3-label": "流动党员"}, headers={"HX-Request": "true"}).content.decode()
    assert "本系统已有" in fragment
    assert 'for="held-members_floating"' in fragment
    assert "<html" not in fragment
    exact = text(staff.get(url, {"free-0-label": "党员人数"}, headers={"HX-Request": "true"}))
    assert "本系统已有：党员总数" in exact
    assert "不需要再问" in exact
    nothing = staff.get(url, {"free-0-label": "防汛物资"}, headers={"HX-Request": "true"})
    assert text(nothing) == ""
    plain = text(staff.get(url))
    assert all(figure.label in plain for figure in held_figures())
    assert "党员总数" in text(staff.get(url, {"q": "dyzs"}))


# --- The look before sending ---


def test_what_is_known_cannot_be_sent_and_is_offered_as_a_workbook(world, staff):
    then = timezone.now() - 40 * DAY
    earlier = sent(world, now=then, audience={"branches": [world.branch_a.pk]})
    answered(world, earlier, ["12"], now=then)
    work = draft(world, audience={"branches": [world.branch_a.pk]})
    url = reverse("supervision:request-send", args=[work.uid])
    page = staff.get(url)
    assert "不能发出：所列内容系统里都已经有了" in text(page)
    assert "“志愿者人数”以前报过（1 个党支部）" in text(page)
    assert "安国强" in text(page)
    assert ">发出</button>" not in page.content.decode()
    refused = staff.post(url, {"version": work.version}, follow=True)
    assert "没有发出：所列内容系统里都已经有了" in text(refused)
    first, notes = sheets(staff.get(reverse("supervision:request-known", args=[work.uid])))
    assert first == [
        ["党支部", "党员总数", "志愿者人数", "志愿者人数（何时填报）"],
        ["清源村第一党支部", 10.0, 12.0, timezone.localdate(then)],
    ]
    assert notes[0][0] == "党员总数"
    assert notes[0][1].startswith("系统数据：党员名册")


# --- The branch's form ---


def test_the_branch_finds_it_filled_in_and_types_only_what_is_new(world, secretary):
    work = sent(world, free=[VOLUNTEERS, Asked("说明", "long", required=False)])
    target = target_of(work, world.branch_a)
    listed = secretary.get(reverse("supervised:requests"))
    assert work.title in text(listed)
    assert "东湖" not in text(listed)
    url = reverse("supervised:request", args=[target.uid])
    assert secretary.get(reverse("supervised:request-of", args=[work.uid]))["Location"] == url
    page = secretary.get(url)
    said = text(page)
    assert "党员总数 10 人 来源：党员名册，截至" in said
    assert reverse("members:roster") in page.content.decode()
    held, free, note = work.fields.all()
    answer = {"seen": page.context["form"].digest, "version": target.version}
    secretary.post(
        url, answer | {f"field_{free.pk}": "1,200", f"field_{note.pk}": "", f"doubt_{held.pk}": "少一人"}
    )
    rows = {row.field.label: (row.value, row.origin, row.doubt) for row in RequestAnswer.objects.all()}
    assert rows == {
        "党员总数": ("10", "portal", "少一人"),
        "志愿者人数": ("1200", "typed", ""),
        "说明": ("", "typed", ""),
    }
    again = secretary.get(url)
    assert "已报" in text(again)
    assert 'value="1200"' in again.content.decode()


def test_what_was_said_before_stands_in_its_place(world, secretary):
    then = timezone.now() - 40 * DAY
    only = {"branches": [world.branch_a.pk]}
    first = sent(world, now=then, audience=only, free=[Asked("志愿者人数", "number", valid_months=1)])
    answered(world, first, ["12"], now=then)
    target = target_of(sent(world, audience=only), world.branch_a)
    page = secretary.get(reverse("supervised:request", args=[target.uid]))
    day = timezone.localdate(then)
    assert f"{day.year}年{day.month}月已报：12（清源镇党委）。没有变化的不用改" in text(page)
    assert 'value="12"' in page.content.decode()


def test_a_refused_answer_says_what_and_keeps_it(world, secretary):
    work = sent(world)
    target = target_of(work, world.branch_a)
    url, free = reverse("supervised:request", args=[target.uid]), work.fields.get(kind="number")
    digest = secretary.get(url).context["form"].digest
    wrong = secretary.post(url, {"seen": digest, "version": 1, f"field_{free.pk}": "十二人"})
    assert "志愿者人数：请只填数字，如 12 或 3.5，单位不用写" in text(wrong)
    assert 'value="十二人"' in wrong.content.decode()
    empty = secretary.post(url, {"seen": digest, "version": 1})
    assert "请填写志愿者人数" in text(empty)
    make.member(world.branch_a)
    moved = secretary.post(url, {"seen": digest, "version": 1, f"field_{free.pk}": "12"})
    assert "系统数据刚有更新" in text(moved)
    assert "11 人" in text(moved)
    assert 'value="12"' in moved.content.decode()
    assert not RequestAnswer.objects.exists()
    stale = secretary.post(
        url, {"seen": moved.context["form"].digest, "version": 7, f"field_{free.pk}": "12"}
    )
    assert "已被他人改过" in text(stale)


def test_every_way_of_filling_in_is_taken(world, secretary):
    free = [
        Asked("名称", "short"), Asked("日期", "date"), Asked("已建台账", "yes_no"), Asked("进度", "choice", ("完成", "进行中")),
        Asked("现场图", "file"),
    ]  # fmt: skip
    work = sent(world, held=[], free=free)
    target = target_of(work, world.branch_a)
    url = reverse("supervised:request", args=[target.uid])
    page = secretary.get(url)
    name, day, yes, choice, file = (f"field_{field.pk}" for field in work.fields.all())
    secretary.post(
        url,
        {
            "seen": page.context["form"].digest,
            "version": 1,
            name: "=1+1",
            day: "2026-03-01",
            yes: "no",
            choice: "进行中",
            file: SimpleUploadedFile("台账.pdf", b"%PDF-1.4 test", "application/pdf"),
        },
    )
    assert [row.value for row in RequestAnswer.objects.order_by("field__position")] == [
        "=1+1", "2026-03-01", "no", "进行中",
    ]  # fmt: skip
    kept = target.files.get()
    assert kept.file_name == "台账.pdf"
    assert secretary.get(reverse("supervised:request-file", args=[kept.uid])).status_code == 200
    bad = SimpleUploadedFile("x.exe", b"MZ", "application/octet-stream")
    refused = secretary.post(
        url, {"seen": page.context["form"].digest, "version": 2, name: "甲", day: "2026-03-01", yes: "no", choice: "完成", file: bad}
    )  # fmt: skip
    assert "只能上传" in text(refused)
    assert target_of(work, world.branch_a).version == 2


def test_a_file_is_never_compulsory(world, staff):
    fields = typed(
        **{"free-1-label": "照片", "free-1-kind": "file", "free-1-choices": "", "free-1-required": "on"}
    )
    staff.post(reverse("supervision:request-new"), fields)
    assert WorkRequest.objects.get().fields.get(kind="file").required is False


def test_receipts_are_a_press_and_looking_changes_nothing(world, secretary):
    target = target_of(sent(world), world.branch_a)
    secretary.get(reverse("supervised:request", args=[target.uid]))
    assert target_of(target.request, world.branch_a).seen_at is None
    secretary.post(reverse("supervised:request-seen", args=[target.uid]))
    assert target_of(target.request, world.branch_a).seen_by == world.secretary_a


def test_the_answer_keeps_itself_and_is_offered_again(world, secretary):
    work = sent(world)
    target, free = target_of(work, world.branch_a), work.fields.get(kind="number")
    url = reverse("supervised:request", args=[target.uid])
    secretary.post(secretary.get(url).context["keep_url"], {f"field_{free.pk}": "77"})
    assert "有一份填了没有提交的内容" in text(secretary.get(url))
    assert 'value="77"' in secretary.get(url, {"kept": "1"}).content.decode()


def test_a_member_has_no_such_page(world, as_user):
    for name in ("member_a", "cell_leader_a"):
        assert as_user(getattr(world, name)).get(reverse("supervised:requests")).status_code == 403


# --- Collected ---


def test_the_answers_are_one_table_and_one_workbook(world, staff):
    work = sent(world, free=[VOLUNTEERS, Asked("名称", "short")])
    answered(world, work, ["12", "=HYPERLINK(1)"])
    page = staff.get(reverse("supervision:request", args=[work.uid]))
    rows = [row.target.branch.short_name for row in page.context["table"].rows]
    assert rows[-1] == "清源村第一党支部"  # the missing ones first
    assert "系统数据，支部尚未核对" in text(page)
    answers, notes = sheets(staff.get(reverse("supervision:request-export", args=[work.uid])))
    assert answers[0] == [
        "序号",
        "党支部",
        "填报情况",
        "签收",
        "填报",
        "党员总数",
        "志愿者人数",
        "名称",
        "支部认为有误",
    ]
    assert answers[-1][1:3] == ["清源村第一党支部", "已报"]
    assert answers[-1][5:8] == [10.0, 12.0, "'=HYPERLINK(1)"]
    assert answers[1][5:8] == [2.0, "", ""]  # branch B has not answered: what the portal holds stands there
    sources = {row[0]: row[1] for row in notes}
    assert sources["党员总数"].startswith("系统数据：党员名册，截至")
    assert sources["志愿者人数"] == "支部填报（数字）"


@pytest.mark.parametrize(
    ("state", "names"),
    [("missing", {"清源村第二党支部", "镇机关党支部"}), ("answered", {"清源村第一党支部"}), ("doubt", set())],
)
def test_the_branches_can_be_narrowed(world, staff, state, names):
    work = sent(world)
    answered(world, work)
    page = staff.get(reverse("supervision:request", args=[work.uid]), {"state": state})
    assert {row.target.branch.name for row in page.context["table"].rows} == names


def test_one_answer_is_read_and_sent_back(world, staff, secretary):
    work = sent(world)
    target = answered(world, work)
    url = reverse("supervision:request-target", args=[target.uid])
    assert "志愿者人数 12" in text(staff.get(url))
    staff.post(reverse("supervision:request-return", args=[target.uid]), {"reason": "请按户核对"})
    assert "退回：请按户核对" in text(staff.get(url))
    assert "退回修改：请按户核对" in text(secretary.get(reverse("supervised:request", args=[target.uid])))


def test_one_click_reminds_and_the_steps_end_it(world, staff, secretary):
    work = sent(world)
    page = staff.post(reverse("supervision:request-remind", args=[work.uid]), follow=True)
    assert "已提醒未填报的 3 个党支部" in text(page)
    close = reverse("supervision:request-close", args=[work.uid])
    assert "还有 3 个党支部没有填报" in text(staff.get(close))
    staff.post(close)
    url = reverse("supervised:request", args=[target_of(work, world.branch_a).uid])
    assert "已经办结" in text(secretary.get(url))
    other = sent(world, free=[Asked("防汛物资数", "number")])
    staff.post(reverse("supervision:request-withdraw", args=[other.uid]), {"reason": "发错了"})
    url = reverse("supervised:request", args=[target_of(other, world.branch_a).uid])
    assert "已经撤回，不用填报。 原因：发错了" in text(secretary.get(url)).replace("。原因", "。 原因")


def test_the_list_its_export_and_the_meter(world, staff):
    work = sent(world)
    assert work.title in text(staff.get(reverse("supervision:requests"), {"state": "sent"}))
    assert "没有这种状态" in text(staff.get(reverse("supervision:requests"), {"state": "closed"}))
    (rows,) = sheets(staff.get(reverse("supervision:requests-export")))
    assert rows[1][1:4] == [work.title, "清源镇党委", "进行中"]
    page = staff.get(reverse("supervision:burden"))
    assert 'data-chart-table="burden-months"' in page.content.decode()
    assert "镇党委组织委员" in text(page)
    assert [row.requests for row in page.context["page"].rows] == [1, 1, 1]
    (rows,) = sheets(staff.get(reverse("supervision:burden-export")))
    assert rows[1][3:] == ["镇党委组织委员", 1.0, 3.0, 6.0, 3.0, 3.0, "50%"]


def test_another_committee_meets_nothing(world, as_user):
    work = sent(world)
    answered(world, work)
    outside = as_user(world.staff_x)
    for page in ("requests", "burden"):
        assert work.title not in text(outside.get(reverse(f"supervision:{page}")))
    (rows,) = sheets(outside.get(reverse("supervision:requests-export")))
    assert len(rows) == 1
    boss = as_user(world.superuser)
    assert boss.get(reverse("supervision:requests")).status_code == 403
    assert boss.get(reverse("supervised:requests")).status_code == 403


def test_a_committee_above_reads_and_does_not_touch(world, as_user, staff):
    clerk = make.user("clerk")
    make.grant(clerk, "committee_staff", world.general_branch)
    work = sent(world, by=clerk, organization=world.general_branch)
    page = staff.get(reverse("supervision:request", args=[work.uid]))
    assert page.status_code == 200
    assert "提醒未填报的" not in text(page)
    for step in ("edit", "close", "withdraw", "remind", "discard"):
        assert staff.post(reverse(f"supervision:request-{step}", args=[work.uid])).status_code == 403
    above = sent(world)
    assert as_user(clerk).get(reverse("supervision:request", args=[above.uid])).status_code == 404


def test_pages_cost_the_same_for_many_branches(world, staff, secretary):
    def statements(client, url) -> int:
        client.get(url)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
        return len(queries)

    def measured() -> list[int]:
        work = sent(
            world, held=["members_total", "secretary"], free=[Asked(f"内容{timezone.now():%f}", "short")]
        )
        half = list(RequestBranch.objects.filter(request=work))
        answered(world, work, ["甲"], branch=half[0].branch, by=next(
            user for user in (world.secretary_a, world.secretary_b, world.secretary_d)
            if user.member.branch_id == half[0].branch_id
        ))  # fmt: skip
        waiting = draft(world, free=[Asked(f"事项{timezone.now():%f}", "short")])
        return [
            statements(staff, reverse("supervision:request", args=[work.uid])),
            statements(staff, reverse("supervision:request-export", args=[work.uid])),
            statements(staff, reverse("supervision:request-send", args=[waiting.uid])),
            statements(staff, reverse("supervision:request-new")),
            statements(staff, reverse("supervision:requests")),
            statements(staff, reverse("supervision:burden")),
            statements(secretary, reverse("supervised:requests")),
        ]

    few = measured()
    for _ in range(4):
        make.organization(parent=world.committee)
    assert measured() == few


def test_the_workbench_of_a_day_before_the_deadline_still_says_it(world, as_user):
    work = sent(world, deadline=timezone.now() + datetime.timedelta(hours=2))
    assert work.title in as_user(world.officer_a).get("/").content.decode()
