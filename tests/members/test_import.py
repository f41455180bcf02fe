"""名册导入: awkward sheets, each told by its cell; nothing half saved; the same file again changes nothing."""

import datetime
import io

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from python_calamine import CalamineWorkbook

from branch_portal.jobs import run_one
from branch_portal.retention import apply_short_rules
from members.actions.errors import ActionRefused
from members.actions.imports import apply_import, plan_import, start_import
from members.imports.reader import FileRefused
from members.models import Affiliation, ImportBatch, Member
from members.rules.national_id import compose
from tests import factories as make

SINCE = datetime.date(2025, 12, 31)
HEADER = ["姓名", "公民身份号码", "人员类别", "入党日期", "转正日期"]


def number(serial=1, born=datetime.date(1980, 5, 6)):
    return compose("110101", born, serial)


def book(*rows, header=HEADER, name="党员名册", dates=(), above=()):
    """An .xlsx of one sheet; `dates` are columns whose date objects become real Excel dates."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, "default_date_format": "yyyy-mm-dd"}) as workbook:
        sheet = workbook.add_worksheet(name)
        for index, row in enumerate([*above, header, *rows]):
            sheet.write_row(index, 0, row)
    buffer.seek(0)
    return buffer


def start(world, file, **fields):
    return start_import(
        **{
            "by": world.officer_a,
            "branch": world.branch_a,
            "file": file,
            "file_name": "名册.xlsx",
            "since": SINCE,
        }
        | fields
    )


def plan_of(world, *rows, **fields):
    return plan_import(batch=start(world, book(*rows, **fields)))


def sentences(plan):
    return [problem.sentence for problem in plan.problems]


GOOD = ["郑和平", number(1), "正式党员", "2005.7.1", "2006-07-01"]


def test_good_rows_are_written_with_what_the_number_says(world):
    batch = start(world, book(GOOD, ["吕 芳", number(2), "预备", datetime.date(2026, 3, 5), ""]))
    assert plan_import(batch=batch).figures == {"new": 2, "changed": 0, "same": 0, "bad": 0, "problems": 0}
    assert not Member.objects.filter(name="郑和平").exists()
    applied = apply_import(by=world.officer_a, batch=batch, only_good=False)
    assert (applied.state, applied.content, applied.figures["new"]) == ("applied", "", 2)
    first, second = Member.objects.filter(name__in=["郑和平", "吕芳"]).order_by("name_pinyin").reverse()
    assert (first.name, first.id_number, first.gender, first.birth_date, first.birth_year, first.category) == (
        "郑和平", number(1), "male", "1980-05-06", 1980, "full",
    )  # fmt: skip
    assert (second.name, second.gender, second.category, second.admitted_on) == (
        "吕芳", "female", "probationary", datetime.date(2026, 3, 5),
    )  # fmt: skip
    assert [row.period.lower for row in Affiliation.objects.filter(member=second)] == [
        datetime.date(2026, 3, 5)
    ]
    assert [row.period.lower for row in Affiliation.objects.filter(member=first)] == [SINCE]


def test_the_same_file_again_changes_nothing(world):
    apply_import(by=world.officer_a, batch=start(world, book(GOOD)), only_good=False)
    again = start(world, book(GOOD))
    assert plan_import(batch=again).figures == {"new": 0, "changed": 0, "same": 1, "bad": 0, "problems": 0}
    apply_import(by=world.officer_a, batch=again, only_good=False)
    assert Member.objects.get(name="郑和平").version == 1


def test_changes_are_shown_without_sealed_values_and_blank_cells_erase_nothing(world):
    apply_import(
        by=world.officer_a,
        batch=start(world, book([*GOOD, "13800001111"], header=[*HEADER, "手机"])),
        only_good=False,
    )
    header = [*HEADER, "学历", "手机", "家庭住址"]
    batch = start(world, book([*GOOD, "本科", "+86 139-0000-2222", ""], header=header))
    plan = plan_import(batch=batch)
    assert [change.shown for change in plan.changed] == [
        ["学历：未登记 → 大学", "手机号：138****1111 → 新值"]
    ]
    apply_import(by=world.officer_a, batch=batch, only_good=False)
    member = Member.objects.get(name="郑和平")
    assert (member.education, member.mobile, member.mobile_tail, member.admitted_on, member.version) == (
        "21", "13900002222", "2222", datetime.date(2005, 7, 1), 2,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("cell", "stored"),
    [
        ("1990.1.2", "1990-01-02"),
        ("1990-01-02", "1990-01-02"),
        ("1990年1月2日", "1990-01-02"),
        ("１９９０．１．２", "1990-01-02"),
        (19900102, "1990-01-02"),
        (datetime.date(1990, 1, 2), "1990-01-02"),
    ],
    ids=str,
)
def test_dates_as_people_write_them(world, cell, stored):
    row = ["郑和平", number(1, datetime.date(1970, 1, 1)), "正式党员", cell, "2006.7.1"]
    plan = plan_of(world, row)
    assert sentences(plan) == []
    assert plan.new[0].new.values["admitted_on"].isoformat() == stored


BAD_CELLS = [
    ("入党日期", "2026.13.01", "第 2 行‘入党日期’（D2）写作 2026.13.01，月份应为 1–12"),
    ("入党日期", "2023-02-29", "第 2 行‘入党日期’（D2）写作 2023-02-29，2023年2月的日应为 1–28"),
    ("入党日期", 38534, "第 2 行‘入党日期’（D2）写作 38534，像是没有设成日期格式的单元格；若为 2005.7.1，请直接写成 2005.7.1"),
    ("入党日期", "", "第 2 行‘入党日期’（D2）没有填写"),
    ("入党日期", "1990.1.1", "第 2 行‘入党日期’（D2）入党时 9 周岁，未满十八岁（《中国共产党章程》第一条：年满十八岁）"),
    ("公民身份号码", 110101198005060011, "第 2 行‘公民身份号码’（B2）公民身份号码被表格当成了数字，末几位可能已丢失；请把该列设为文本后重新填写"),
    ("公民身份号码", number(1)[:17] + "0", "第 2 行‘公民身份号码’（B2）最后一位校验码不符，请逐位核对"),
    ("公民身份号码", "110101800506001", "第 2 行‘公民身份号码’（B2）是 15 位旧号码，请填写身份证上的 18 位公民身份号码"),
    ("公民身份号码", "", "第 2 行‘公民身份号码’（B2）没有填写，新增党员必须填写"),
    ("公民身份号码", compose("990000", datetime.date(1980, 5, 6), 1), "第 2 行‘公民身份号码’（B2）前 6 位不是有效的地区代码，请核对"),
    ("姓名", "", "第 2 行‘姓名’（A2）没有填写"),
    ("姓名", 12, "第 2 行‘姓名’（A2）写作 12，不是姓名"),
    ("人员类别", "群众", "第 2 行‘人员类别’（C2）写作 群众，应为正式党员或预备党员"),
    ("转正日期", "", "第 2 行‘转正日期’（E2）正式党员应填写转为正式党员日期（《中国共产党章程》第七条）"),
]  # fmt: skip


@pytest.mark.parametrize(("column", "cell", "sentence"), BAD_CELLS, ids=[f"{a}={b}" for a, b, _ in BAD_CELLS])
def test_each_bad_cell_is_named(world, column, cell, sentence):
    row = list(GOOD)
    row[HEADER.index(column)] = cell
    plan = plan_of(world, row)
    assert sentences(plan) == [sentence]
    assert (plan.bad_rows, plan.good_rows) == (1, 0)


@pytest.mark.parametrize(
    ("header", "cell", "sentence"),
    [
        ("手机号码", "1380000", "第 2 行‘手机号码’（F2）应为 11 位数字，现在是 7 位"),
        ("固定电话", "8765432", "第 2 行‘固定电话’（F2）请写区号和号码，例如 0571-87654321"),
        ("党小组", "第九党小组", "第 2 行‘党小组’（F2）写作 第九党小组，本支部没有这个党小组"),
        (
            "所在党支部",
            "东湖村党支部",
            "第 2 行‘所在党支部’（F2）写作 东湖村党支部，与所选党支部（清源村第一党支部）不同",
        ),
        ("民族", "火星", "第 2 行‘民族’（F2）写作 火星，不在民族名称之内，例如 汉族"),
        ("家庭住址", "长" * 121, "第 2 行‘家庭住址’（F2）有 121 个字，最多 120 个字"),
        ("党龄校正值", "一", "第 2 行‘党龄校正值’（F2）写作 一，应为整数年数，例如 0 或 -1"),
    ],
    ids=lambda value: str(value)[:12],
)
def test_bad_cells_of_further_columns(world, header, cell, sentence):
    assert sentences(plan_of(world, [*GOOD, cell], header=[*HEADER, header])) == [sentence]


def test_another_sex_than_the_numbers_is_pointed_out_and_taken(world):
    plan = plan_of(world, [*GOOD, "女"], header=[*HEADER, "性别"])
    assert (sentences(plan), plan.good_rows) == ([], 1)
    assert [warning.sentence for warning in plan.warnings] == [
        "第 2 行‘性别’（F2）性别与公民身份号码第 17 位不一致"
    ]


def test_the_header_may_stand_lower_be_broken_doubled_and_reordered(world):
    header = [
        "序号",
        "姓 名",
        "入党\n时间",
        "身份证号（必填）*",
        "党员类别：",
        "转为正式党员日期",
        "爱好",
        "姓名",
    ]
    row = [1, "郑和平", "2005.7.1", number(1).lower(), "正式", "2006.7.1", "书法", "x"]
    plan = plan_of(world, row, header=header, above=[["清源村第一党支部党员名册"], [], ["填报时间：2026年"]])
    assert sentences(plan) == []
    assert plan.figures["new"] == 1
    assert plan.ignored == ["爱好", "姓名（重复的列）"]
    bad = plan_of(world, [1, "郑和平", "2005.13.1", *row[3:]], header=header, above=[["x"], [], ["y"]])
    assert sentences(bad) == ["第 5 行‘入党时间’（C5）写作 2005.13.1，月份应为 1–12"]


def test_blank_rows_keep_the_sheets_own_numbers(world):
    plan = plan_of(world, GOOD, [], ["", "", "", "", ""], ["胡一", number(3), "正式党员", "x", "2006.7.1"])
    assert plan.figures["new"] == 1
    assert sentences(plan) == ["第 5 行‘入党日期’（D5）写作 x，不是日期，请写成 1990.1.2"]


def test_month_of_birth_is_completed_from_the_number(world):
    header = [*HEADER, "出生年月"]
    assert sentences(plan_of(world, [*GOOD, "1980.05"], header=header)) == []
    assert sentences(plan_of(world, [*GOOD, "1980.06"], header=header)) == [
        "第 2 行‘出生年月’（F2）缺少日，请写成 1990.1.2"
    ]


def test_the_same_number_twice_and_elsewhere(world):
    elsewhere = number(9)
    make.member(world.branch_b, "隔壁", id_number=elsewhere)
    other = list(GOOD)
    other[0] = "郑二"
    plan = plan_of(world, GOOD, other, ["郑三", elsewhere, *GOOD[2:]])
    assert sentences(plan) == [
        "第 3 行‘公民身份号码’（B3）与第 2 行重复",
        "第 4 行‘公民身份号码’（B4）该公民身份号码已在本系统登记，需上级核实",
    ]
    assert "第二党支部" not in str(sentences(plan))


def test_warnings_do_not_stop_the_row(world):
    row = ["郑老", number(1, datetime.date(1950, 5, 6)), "正式党员", "1970.1.1", "1970.1.1"]
    plan = plan_of(world, row)
    assert [warning.sentence for warning in plan.warnings] == [
        "第 2 行‘转正日期’（E2）预备期不满一年；早年入党者可能如此，请对照档案（《中国共产党章程》第七条：预备党员的预备期为一年）"
    ]
    assert plan.figures["new"] == 1


def test_nothing_is_half_saved(world):
    before = Member.objects.count()
    batch = start(world, book(GOOD, ["胡一", number(3), "正式党员", "x", "2006.7.1"]))
    with pytest.raises(ActionRefused, match="有 1 行需要修改，没有导入任何内容"):
        apply_import(by=world.officer_a, batch=batch, only_good=False)
    assert Member.objects.count() == before
    apply_import(by=world.officer_a, batch=batch, only_good=True)
    assert Member.objects.count() == before + 1
    with pytest.raises(ActionRefused, match="已导入或已失效"):
        apply_import(by=world.officer_a, batch=batch, only_good=True)


def test_rights_are_asked_again_at_the_end(world):
    batch = start(world, book(GOOD), by=world.member_a)
    with pytest.raises(ActionRefused, match="没有修改该党组织名册的权限"):
        apply_import(by=world.member_a, batch=batch, only_good=False)


def test_our_own_export_comes_back_without_a_change(world, as_user):
    asked = {"content": "masked", "reason": "核对名册"}
    exported = as_user(world.officer_a).post(reverse("members:export"), asked).getvalue()
    plan = plan_import(batch=start(world, io.BytesIO(exported)))
    assert sentences(plan) == []
    assert plan.figures == {"new": 0, "changed": 0, "same": 10, "bad": 0, "problems": 0}
    assert plan.ignored == ["职务", "情形"]


def test_a_full_disk_takes_no_roster(world, settings):
    settings.PORTAL_DISK_REFUSE_PERCENT = 101
    with pytest.raises(FileRefused, match="磁盘空间不足"):
        start(world, book(GOOD))
    assert not ImportBatch.objects.exists()


def test_what_nobody_confirms_is_emptied_after_a_day(world):
    batch = start(world, book(GOOD))
    assert apply_short_rules()["imports"] == 0
    assert apply_short_rules(now=timezone.now() + datetime.timedelta(hours=25))["imports"] == 1
    batch = ImportBatch.objects.get(pk=batch.pk)
    assert (batch.state, batch.content) == ("expired", "")


def test_statements_do_not_grow_with_the_rows(world, django_assert_max_num_queries):
    rows = [[f"郑{index:03d}", number(index), "正式党员", "2005.7.1", "2006.7.1"] for index in range(1, 200)]
    batch = start(world, book(*rows))
    with django_assert_max_num_queries(23):
        apply_import(by=world.officer_a, batch=batch, only_good=False)
    assert Member.objects.filter(branch=world.branch_a).count() == 209


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "不是 Excel 工作簿"),
        ("姓名 身份证号\n张三 1".encode("gbk"), "不是 Excel 工作簿"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest", "旧版 .xls 或加了密码"),
        (b"PK\x03\x04garbage", "文件无法读取"),
        (book(GOOD).getvalue()[:-200], "文件无法读取"),
        (book().getvalue(), "只有表头，没有党员"),
        (book(header=["清源村党员名册"]).getvalue(), "前 20 行内没有找到表头"),
        (b"PK" + bytes(10 * 1024 * 1024), "文件超过 10 MB"),
    ],
    ids=["empty", "text", "ole", "broken zip", "cut off", "header only", "no header", "too big"],
)
def test_files_that_cannot_be_taken(world, content, words):
    with pytest.raises(FileRefused, match=words):
        start(world, io.BytesIO(content))


def test_a_sheet_that_reaches_to_the_last_cell_harms_nobody(world):
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as workbook:
        sheet = workbook.add_worksheet()
        sheet.write_row(0, 0, HEADER)
        sheet.write(1048575, 16383, "x")
    with pytest.raises(FileRefused):
        start(world, buffer)


# --- The pages -----------------------------------------------------------------------------------------------


def upload(client, world, file, **fields):
    page = client.get(reverse("members:import"))
    return client.post(
        reverse("members:import"),
        {
            "submission_key": page.context["form"]["submission_key"].value(),
            "branch": str(world.branch_a.uid),
            "since": "2025-12-31",
            "file": SimpleUploadedFile("名册.xlsx", file.getvalue()),
        }
        | fields,
    )


def test_from_upload_to_roster(world, as_user):
    client = as_user(world.officer_a)
    response = upload(client, world, book(GOOD, ["胡一", number(3), "正式党员", "x", "2006.7.1"]))
    preview = client.get(response.url).content.decode()
    for words in (
        "将新增",
        "有变化",
        "不变",
        "有错误",
        "第 3 行‘入党日期’（D3）写作 x，不是日期，请写成 1990.1.2",
        "确认导入",
    ):
        assert words in preview
    assert number(1) not in preview
    confirm = response.url + "confirm/"
    assert client.post(confirm, follow=True).redirect_chain == [(response.url, 302)]
    assert not Member.objects.filter(name="郑和平").exists()
    done = client.post(confirm, {"only_good": "on"}, follow=True).content.decode()
    assert "导入完成：新增 1 人，修改 0 人。" in done
    assert "跳过有错误的 1 行" in done
    assert Member.objects.get(name="郑和平").branch == world.branch_a


def test_the_same_upload_twice_makes_one_batch(world, as_user):
    client = as_user(world.officer_a)
    key = client.get(reverse("members:import")).context["form"]["submission_key"].value()
    urls = {upload(client, world, book(GOOD), submission_key=key).url for _ in range(2)}
    assert len(urls) == 1
    assert ImportBatch.objects.count() == 1


def test_a_refused_file_leaves_its_key_free(world, as_user):
    client = as_user(world.officer_a)
    key = client.get(reverse("members:import")).context["form"]["submission_key"].value()
    refused = upload(client, world, io.BytesIO(b"x"), submission_key=key)
    assert refused.context["form"].errors["file"] == [
        "不是 Excel 工作簿（.xlsx）。请在 Excel 或 WPS 中另存为 .xlsx 后重新上传。"
    ]
    assert upload(client, world, book(GOOD), submission_key=key).status_code == 302


def test_a_large_file_goes_to_a_worker(world, as_user):
    rows = [[f"郑{index:03d}", number(index), "正式党员", "2005.7.1", "2006.7.1"] for index in range(1, 502)]
    client = as_user(world.officer_a)
    assert upload(client, world, book(*rows)).url.startswith("/jobs/")
    url = f"/members/import/{ImportBatch.objects.get().uid}/"
    assert "共 501 行，由后台核对" in client.get(url).content.decode()
    assert run_one()
    batch = ImportBatch.objects.get()
    assert batch.preview["figures"] == {"new": 501, "changed": 0, "same": 0, "bad": 0, "problems": 0}
    assert number(1) not in str(batch.preview)
    assert "将新增" in client.get(url).content.decode()
    response = client.post(url + "confirm/")
    assert response.url.startswith("/jobs/")
    assert "正在处理" in client.get(url).content.decode()


def test_the_template_has_headers_that_the_import_knows(world, as_user):
    content = as_user(world.officer_a).get(reverse("members:import-template")).getvalue()
    names = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()[0]
    told = {
        "姓名*": "郑和平",
        "公民身份号码*": number(1),
        "人员类别*": "正式党员",
        "入党日期*": "2005.7.1",
        "转正日期": "2006.7.1",
    }
    plan = plan_of(world, [told.get(name, "") for name in names], header=names)
    assert (sentences(plan), plan.ignored, plan.figures["new"]) == ([], [], 1)


@pytest.mark.parametrize("persona", ["cell_leader_a", "member_a", "staff", "superuser"])
def test_only_who_edits_a_roster_imports(world, as_user, persona):
    client = as_user(getattr(world, persona))
    for name in ("import", "import-template"):
        assert client.get(reverse(f"members:{name}")).status_code == 403


def test_an_upload_is_its_owners_alone(world, as_user):
    batch = start(world, book(GOOD))
    for persona in ("secretary_a", "secretary_b"):
        client = as_user(getattr(world, persona))
        assert client.get(reverse("members:import-preview", args=[batch.uid])).status_code == 404
        assert client.post(reverse("members:import-confirm", args=[batch.uid])).status_code == 404
    foreign = upload(as_user(world.secretary_b), world, book(GOOD))
    assert list(foreign.context["form"].errors) == ["branch"]
