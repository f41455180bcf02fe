"""填表 on its pages: a form is uploaded, bound by places, looked at, filled in for one, for all and for each; nobody else sees it."""

import datetime
import io
import re
import zipfile

import pytest
from django.contrib.messages import get_messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from branch_portal.files import FileRefused, read_file
from branch_portal.jobs import run_one
from branch_portal.models import Job
from branch_portal.retention import apply_short_rules
from members.models import PersonalDataAccess, RoleGrant
from supervision.actions.form_runs import ask_for_run
from supervision.actions.forms import BindingRefused, add_form, add_version, bind_place, latest_version
from supervision.models import FormBinding, FormRun, FormTemplate
from supervision.rules.form_places import header_above, read_place, settled_place, shown_place
from tests import factories as make
from tests.supervision.blank_books import book, cells, document
from tests.supervision.test_pages import text

MONTHLY = {
    "月报": [
        ["党支部月报", None, None],
        ["党支部：", None, None],
        ["党员总数", None, "=B3*2"],
        ["姓名", "性别", "入党时间"],
        [None, None, None],
        ["共", "=COUNTA(A5:A5)", "人"],
    ]
}
MARCH = {"year": 2026, "part": "m3"}


@pytest.fixture
def staff(world, as_user):
    return as_user(world.staff)


@pytest.fixture
def template(world) -> FormTemplate:
    return add_form(
        by=world.staff,
        organization=world.committee,
        name="月报",
        file=io.BytesIO(book(MONTHLY, merges=("A1:C1",))),
        file_name="月报.xlsx",
    )


@pytest.fixture
def bound(world, template) -> FormTemplate:
    """The name behind its label, a figure, and the roster row by row."""
    bind(world, template, "A2", "organization_name", keep=True)
    bind(world, template, "B3", "members")
    bind(world, template, "A5", "roster", column="name", whole_row=True)
    return template


def bind(world, template, place, source, **options):
    version = latest_version(template)
    sheet = version.layout["sheets"][0]["name"]
    return bind_place(
        by=world.staff,
        version=version,
        sheet=options.pop("sheet", sheet),
        place=place,
        source=source,
        **options,
    )


def upload(content: bytes, name: str = "月报.xlsx") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def taken(answer) -> bytes:
    """The file that was handed out; a refusal is told in words, not as a file that is no zip."""
    words = [str(message) for message in get_messages(answer.wsgi_request)]
    assert (answer.status_code, words) == (200, []), answer.headers.get("Location", "")
    return answer.content


def key(page) -> str:
    return page.context["form"]["submission_key"].value()


# --- places ---


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("b4", ("", "B4")),
        (" Ｂ４ ", ("", "B4")),
        ("$AA$10", ("", "AA10")),
        ("表1 第2行 第3列", ("表1", "C2")),
        ("第2行第3列", ("", "C2")),
        ("{{ 支部名称 }}", ("", "{{支部名称}}")),
        ("空格 2", ("", "空格2")),
        ("4B", None),
        ("姓名", None),
        ("A0", None),
        ("", None),
    ],
)
def test_places_as_people_type_them(typed, read):
    assert read_place(typed) == read


def test_a_merged_area_is_one_place_and_a_formula_none():
    grid = [[{"t": "题", "s": [1, 3]}, None, None], ["党员", "", {"t": "=B2", "f": 1}]]
    layout = {"sheets": [{"name": "表", "grid": grid}], "marks": [{"place": "{{名}}", "text": ""}]}
    assert settled_place(layout, "xlsx", "表", "C1") == ("A1", "")
    assert settled_place(layout, "xlsx", "表", "B2") == ("B2", "")
    assert "公式" in settled_place(layout, "xlsx", "表", "C2")[1]
    assert "不在表格范围内" in settled_place(layout, "xlsx", "表", "A3")[1]
    assert "没有名为" in settled_place(layout, "xlsx", "别的", "A1")[1]
    assert settled_place(layout, "xlsx", "", "{{名}}") == ("{{名}}", "")
    assert settled_place(layout, "xlsx", "", "{{无}}")[1]
    assert shown_place("docx", "表1", "C2") == "表1 第2行第3列"
    assert header_above([["入党时间（年月日）"], [""]], 2, 1) == "入党时间"


# --- upload and versions ---


def test_a_form_is_uploaded_once(world, staff):
    page = staff.get(reverse("supervision:form-new"))
    sent = {"name": "月报", "organization": world.committee.uid, "submission_key": key(page)}
    for _ in range(2):
        answer = staff.post(reverse("supervision:form-new"), sent | {"file": upload(book(MONTHLY))})
        assert answer.status_code == 302
    template = FormTemplate.objects.get()
    assert (template.kind, template.created_by, template.versions.count()) == ("xlsx", world.staff, 1)
    shown = staff.get(answer["Location"])
    assert 'data-place="B3"' in shown.content.decode() and "=B3*2" in text(shown)
    assert "月报" in text(staff.get(reverse("supervision:forms")))


def test_a_bad_upload_says_why_and_keeps_what_was_typed(world, staff):
    page = staff.get(reverse("supervision:form-new"))
    sent = {"name": "七月报", "organization": world.committee.uid, "submission_key": key(page)}
    answer = staff.post(reverse("supervision:form-new"), sent | {"file": upload(b"a,b", "a.csv")})
    assert "不是 .xlsx 或 .docx" in text(answer) and 'value="七月报"' in answer.content.decode()
    missing = staff.post(reverse("supervision:form-new"), sent)
    assert "请选择空白表格" in text(missing)
    foreign = sent | {"organization": world.committee_x.uid, "file": upload(book(MONTHLY))}
    assert "不在您的范围内" in text(staff.post(reverse("supervision:form-new"), foreign))
    assert not FormTemplate.objects.exists()


def test_a_new_version_keeps_what_still_fits(world, bound):
    """The total and the list have become formulas: both are named, the rest goes along, the old version stays."""
    changed = {"月报": [["党支部月报"], ["党支部："], ["党员总数", "=1+1"], ["说明"], ["=B3", "=B3", "=B3"]]}
    version = add_version(by=world.staff, template=bound, file=io.BytesIO(book(changed)), file_name="新.xlsx")
    assert [(b.place, b.source, b.keep) for b in version.bindings.all()] == [
        ("A2", "organization_name", True)
    ]
    assert version.left_out == ["月报 B3（党员总数）"] + [
        f"月报 {column}5（党员名册·{label}）"
        for column, label in zip("ABC", ("姓名", "性别", "入党日期"), strict=True)
    ]
    assert bound.versions.get(number=1).bindings.count() == 5
    with pytest.raises(BindingRefused, match="新版"):
        bind_place(
            by=world.staff, version=bound.versions.get(number=1), sheet="月报", place="B2", source="members"
        )


def test_a_version_of_the_other_kind_is_refused(template, staff):
    url = reverse("supervision:form-version", args=[template.uid])
    sent = {"submission_key": key(staff.get(url)), "file": upload(document("甲"), "月报.docx")}
    assert "也要上传 .xlsx" in text(staff.post(url, sent))
    assert template.versions.count() == 1


# --- binding ---


def test_a_row_is_bound_by_its_heads(world, template):
    made = bind(world, template, "A5", "roster", column="name", whole_row=True)
    assert {(b.place, b.column) for b in made} == {("A5", "name"), ("B5", "gender"), ("C5", "admitted_on")}


def test_binding_on_the_page(world, staff, template):
    url = reverse("supervision:form", args=[template.uid])
    sent = {"sheet": "月报", "place": "b3", "source": "members", "span": "to_date"}
    answer = staff.post(url, sent)
    assert answer["Location"] == f"{url}?sheet=1#c-B3"
    assert 'class="is-bound" data-place="B3"' in staff.get(url).content.decode()
    edit = staff.get(url, {"sheet": 1, "place": "B3"}).context["form"]
    assert (edit["source"].value(), edit["span"].value()) == ("members", "to_date")
    staff.post(url, sent | {"source": "roster|name", "spare": 3})
    binding = FormBinding.objects.get()
    assert (binding.source, binding.column, binding.spare) == ("roster", "name", 3)
    staff.post(reverse("supervision:form-unbind", args=[binding.uid]))
    assert not FormBinding.objects.exists()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"place": "C3"}, "公式"),
        ({"place": "Z99"}, "不在表格范围内"),
        ({"place": "甲"}, "位置看不懂"),
        ({"place": ""}, "请点选单元格"),
        ({"sheet": "别的"}, "没有名为"),
        ({"source": "nothing"}, "不在可选范围内"),
        ({"source": "roster|id_number"}, "不在可选范围内"),
        ({"source": ""}, "请选择填什么"),
        ({"place": "{{名}}"}, "没有"),
        ({"spare": "0"}, "1"),
    ],
)
def test_a_wrong_binding_says_where(staff, template, changes, words):
    sent = {"sheet": "月报", "place": "B3", "source": "members"} | changes
    answer = staff.post(reverse("supervision:form", args=[template.uid]), sent)
    assert words in text(answer)
    assert not FormBinding.objects.exists()


def test_the_database_keeps_one_binding_a_place(world, bound):
    version = latest_version(bound)
    with pytest.raises(IntegrityError), transaction.atomic():
        FormBinding.objects.create(version=version, sheet="月报", place="B3", source="members")
    with pytest.raises(IntegrityError), transaction.atomic():
        FormBinding.objects.create(version=version, sheet="月报", place="B9", source="members", spare=0)


# --- filling ---


def test_one_branch_is_filled_in(world, staff, bound):
    asked = MARCH | {"organization": world.branch_a.uid}
    page = staff.get(reverse("supervision:form-preview", args=[bound.uid]), asked)
    assert "党支部：清源村第一党支部" in text(page) and "安国强" in text(page) and "公式" in text(page)
    answer = staff.get(reverse("supervision:form-filled", args=[bound.uid]), asked)
    assert "filename*=utf-8''" in answer["Content-Disposition"]
    rows = cells(taken(answer))
    assert rows[1][0] == "党支部：清源村第一党支部" and rows[2][:2] == ["党员总数", 10]
    # The secretary first, then by post, then by pinyin.
    assert [row[0] for row in rows[4:8]] == ["安国强", "白春梅", "方建国", "陈志远"]
    assert {row[0] for row in rows[4:14]} == {member.name for member in world.members_a}
    assert rows[4][1:] == ["男", datetime.datetime(2000, 7, 1)]
    assert rows[14] == ["共", "=COUNTA(A5:A14)", "人"]
    noted = PersonalDataAccess.objects.get()
    assert (noted.action, noted.row_count, noted.branch_id) == ("export", 10, world.branch_a.pk)


def test_a_document_is_filled_in(world, staff):
    blank = document("{{ 支部 }}共____人", rows=[["姓名", "性别"], ["", ""]])
    template = add_form(
        by=world.staff, organization=world.committee, name="表", file=io.BytesIO(blank), file_name="表.docx"
    )
    bind(world, template, "{{支部}}", "organization_name")
    bind(world, template, "空格1", "members")
    bind(world, template, "A2", "roster_officers", column="name", whole_row=True, sheet="表1")
    asked = MARCH | {"organization": world.branch_a.uid}
    page = staff.get(reverse("supervision:form-preview", args=[template.uid]), asked)
    assert "安国强" in text(page)
    answer = staff.get(reverse("supervision:form-filled", args=[template.uid]), asked)
    with zipfile.ZipFile(io.BytesIO(taken(answer))) as archive:
        words = re.sub(r"<[^>]+>", "", archive.read("word/document.xml").decode())
    assert "清源村第一党支部共10人" in words and "安国强男" in words


def work(world, template, organization, mode) -> FormRun:
    job = ask_for_run(by=world.staff, template=template, organization=organization, mode=mode, **MARCH)
    assert run_one()
    job.refresh_from_db()
    assert job.state == Job.State.DONE, job.error
    return FormRun.objects.get(job=job)


def test_a_committee_as_a_whole(world, template):
    for place, column in (("A5", "organization_name"), ("B5", "members")):
        bind(world, template, place, "branches", column=column)
    run = work(world, template, world.committee, "one")
    rows = cells(read_file(run.stored_name))
    assert [row[:2] for row in rows[4:7]] == [
        ["清源村第一党支部", 10],
        ["清源村第二党支部", 2],
        ["镇机关党支部", 1],
    ]
    assert (run.form_count, run.person_count, run.file_name) == (1, 0, "清源镇党委_月报_2026年3月.xlsx")


def test_each_branch_by_a_worker(world, staff, bound):
    page = staff.get(reverse("supervision:form-fill", args=[bound.uid]))
    sent = MARCH | {"organization": world.committee.uid, "mode": "each", "submission_key": key(page)}
    for _ in range(2):
        answer = staff.post(reverse("supervision:form-fill", args=[bound.uid]), sent)
    assert (
        Job.objects.count() == 1
        and reverse("jobs:progress", args=[Job.objects.get().uid]) == answer["Location"]
    )
    assert run_one()
    # On a busy machine the child that fills in may have met its limit; then this says so.
    assert (Job.objects.get().state, Job.objects.get().error) == ("done", "")
    run = FormRun.objects.get()
    assert "下载" in text(staff.get(reverse("supervision:form-runs")))
    content = taken(staff.get(reverse("supervision:form-run", args=[run.uid])))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert sorted(archive.namelist()) == [
            "清源村第一党支部_月报_2026年3月.xlsx",
            "清源村第二党支部_月报_2026年3月.xlsx",
            "镇机关党支部_月报_2026年3月.xlsx",
        ]
        second = cells(archive.read("清源村第二党支部_月报_2026年3月.xlsx"))
    assert {row[0] for row in second[4:6]} == {"外部书记b", "外部党员乙"} and second[6][1] == "=COUNTA(A5:A6)"
    assert (run.form_count, run.person_count) == (3, 13)
    assert PersonalDataAccess.objects.get().row_count == 13


def test_a_filled_form_goes_after_a_day(world, staff, bound):
    run = work(world, bound, world.branch_b, "one")
    assert apply_short_rules()["form_runs"] == 0
    assert apply_short_rules(now=timezone.now() + datetime.timedelta(hours=25))["form_runs"] == 1
    assert staff.get(reverse("supervision:form-run", args=[run.uid])).status_code == 404
    assert "已过期" in text(staff.get(reverse("supervision:form-runs")))


def test_a_full_disk_takes_no_form_and_fills_in_none(world, staff, bound, settings):
    """Neither on the page, nor in the worker when the disk has filled up meanwhile."""
    asked = MARCH | {"organization": world.committee, "mode": "each"}
    job = ask_for_run(by=world.staff, template=bound, **asked)
    settings.PORTAL_DISK_REFUSE_PERCENT = 101
    assert run_one()
    job.refresh_from_db()
    assert (job.state, "磁盘空间不足" in job.error) == ("failed", True)
    assert FormRun.objects.get().stored_name == ""
    page = staff.get(reverse("supervision:form-fill", args=[bound.uid]))
    sent = MARCH | {"organization": world.committee.uid, "mode": "each", "submission_key": key(page)}
    assert "磁盘空间不足" in text(staff.post(reverse("supervision:form-fill", args=[bound.uid]), sent))
    assert Job.objects.count() == 1
    with pytest.raises(FileRefused, match="磁盘空间不足"):
        add_version(by=world.staff, template=bound, file=io.BytesIO(book(MONTHLY)), file_name="月报.xlsx")


def test_whoever_may_read_something_else_by_now_gets_no_file(world, staff, as_user, bound):
    run = work(world, bound, world.branch_b, "one")
    make.grant(world.staff, "committee_staff", world.committee_x)
    answer = as_user(type(world.staff).objects.get(pk=world.staff.pk)).get(
        reverse("supervision:form-run", args=[run.uid]), follow=True
    )
    assert "权限在填表以后有变化" in text(answer)


def test_rights_are_asked_again_by_the_worker(world, bound):
    job = ask_for_run(by=world.staff, template=bound, organization=world.committee, mode="one", **MARCH)
    RoleGrant.objects.filter(user=world.staff).delete()
    assert run_one()
    job.refresh_from_db()
    assert job.state == Job.State.FAILED and "权限" in job.error
    assert FormRun.objects.get().stored_name == ""


def test_nothing_to_fill_in_is_said(world, staff, template):
    url = reverse("supervision:form-fill", args=[template.uid])
    sent = MARCH | {"organization": world.committee.uid, "mode": "one", "submission_key": key(staff.get(url))}
    assert "还没有绑定数据" in text(staff.post(url, sent))
    staff.post(reverse("supervision:form-withdraw", args=[template.uid]))
    sent["submission_key"] = key(staff.get(url))
    assert "已停用" in text(staff.post(url, sent))
    assert not Job.objects.exists()


# --- who ---


def test_another_committee_sees_nothing_of_it(world, as_user, bound):
    other = as_user(world.staff_x)
    assert "月报" not in text(other.get(reverse("supervision:forms")))
    for name in ("form", "form-preview", "form-filled", "form-fill", "form-original"):
        assert other.get(reverse(f"supervision:{name}", args=[bound.uid])).status_code == 404, name
    own = add_form(
        by=world.staff_x, organization=world.committee_x, name="东湖表", file=io.BytesIO(book(MONTHLY)),
        file_name="表.xlsx",
    )  # fmt: skip
    bind(world, own, "A5", "roster", column="name")
    # A foreign branch is no choice: its own committee is filled in instead.
    page = other.get(
        reverse("supervision:form-preview", args=[own.uid]), MARCH | {"organization": world.branch_a.uid}
    )
    assert "东湖镇党委" in text(page) and "安国强" not in text(page)
    for persona in ("superuser", "secretary_a", "member_a"):
        page = as_user(getattr(world, persona)).get(reverse("supervision:form", args=[own.uid]))
        assert page.status_code == 403, persona


def test_the_list_costs_the_same_for_few_and_many(world, staff, bound, django_assert_num_queries):
    url = reverse("supervision:forms")
    with django_assert_num_queries(LIST_QUERIES):
        staff.get(url)
    for number in range(4):
        FormTemplate.objects.create(
            organization=world.branch_a, name=f"表{number}", kind="xlsx", created_by=world.staff
        )
    with django_assert_num_queries(LIST_QUERIES):
        staff.get(url)


LIST_QUERIES = 5
