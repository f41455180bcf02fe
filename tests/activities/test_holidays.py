"""The uploaded holiday table: reading it, looking at it, versions, and what follows from it."""

import datetime
import io
import re

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile

from activities.actions.holidays import save_holidays
from activities.models import HolidayTable
from activities.queries.defaults import theme_day_of
from activities.queries.holidays import uploaded_days
from activities.rules.holidays import as_lines, read_lines
from activities.rules.theme_day import PACKAGED, UPLOADED, WEEK_ALONE, is_festival, is_workday, source_of_year
from members.actions.errors import ActionRefused

URL = "/activities/holidays/new/"
LINES = "2031-01-01 元旦 休\n2031-02-03 至 2031-02-08 春节 休\n2031-02-09 春节 班"


def test_days_and_spans_are_read():
    read = read_lines(LINES + "\n\n2031.10.1~2031.10.3\t国庆节，休\n10月11日 国庆节 班", 2031)
    assert read.problems == []
    assert len(read.days) == 1 + 6 + 1 + 3 + 1
    assert read.days[0] == (datetime.date(2031, 1, 1), "元旦", True)
    assert read.days[-1] == (datetime.date(2031, 10, 11), "国庆节", False)
    assert read_lines(as_lines(read.days), 2031).days == read.days


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("2031-01-01 元旦", "第 1 行“2031-01-01 元旦”最后应写“休”（放假）或“班”（调休上班）。"),
        ("2031-02-30 元旦 休", "2031年2月的日应为 1–28"),
        ("2030-01-01 元旦 休", "不在 2031 年，请核对年度"),
        ("2031-01-03 至 2031-01-01 元旦 休", "结束日期早于开始日期"),
        ("2031-01-01 至 2031-12-31 元旦 休", "超过一个月"),
        ("2031-01-01 元旦 休\n2031-01-01 元旦 班", "第 2 行的 2031-01-01 与第 1 行重复"),
        ("", "没有一行日期"),
        ("党" * 300, "最后应写"),
        ("2031-01-01 休\n" * 401, "最多 400 行"),
    ],
)
def test_what_cannot_be_read_is_named(line, words):
    assert words in "".join(read_lines(line, 2031).problems)


def test_a_workday_that_is_one_anyway_is_remarked():
    assert "本来就是工作日" in read_lines("2031-02-10 春节 班", 2031).remarks[0]


@pytest.mark.django_db
def test_an_uploaded_year_is_known_by_its_table_alone(world):
    read = read_lines("2026-01-05 地方节日 休", 2026)
    save_holidays(by=world.superuser, year=2026, days=read.days)
    uploaded = uploaded_days([2026, 2031])
    assert source_of_year(2026, uploaded) == UPLOADED
    assert source_of_year(2025, uploaded) == PACKAGED
    assert source_of_year(2031, uploaded) == WEEK_ALONE
    assert is_workday(datetime.date(2026, 10, 1), uploaded) is True  # the packaged calendar is set aside
    assert is_festival(datetime.date(2026, 10, 1), uploaded) is False
    assert is_festival(datetime.date(2026, 1, 5), uploaded) is True
    assert theme_day_of(world.branch_a, datetime.date(2026, 1, 1)) == datetime.date(2026, 1, 6)
    assert theme_day_of(world.branch_a, datetime.date(2026, 10, 1)) == datetime.date(2026, 10, 5)


@pytest.mark.django_db
def test_versions_and_who_may(world):
    read = read_lines(LINES, 2031)
    assert save_holidays(by=world.staff, year=2031, days=read.days).version == 1
    with pytest.raises(ActionRefused, match="第 1 版相同"):
        save_holidays(by=world.superuser, year=2031, days=read.days)
    assert save_holidays(by=world.superuser, year=2031, days=read.days[:1], source="通知").version == 2
    assert len(uploaded_days([2031])) == 1
    with pytest.raises(ActionRefused, match="上级党委"):
        save_holidays(by=world.secretary_a, year=2031, days=read.days)


def key(html: str) -> str:
    return re.search(r'name="submission_key" value="([^"]+)"', html)[1]


@pytest.mark.django_db
def test_typed_looked_at_and_saved(world, as_user):
    client = as_user(world.staff)
    data = {"year": "2031", "source": "国办发明电", "lines": LINES, "submission_key": key(client.get(URL).content.decode())}  # fmt: skip
    preview = client.post(URL, data | {"step": "look"}).content.decode()
    assert "2031年共 8 天" in preview
    assert HolidayTable.objects.count() == 0
    text = re.search(r'name="lines" value="([^"]+)"', preview)[1]
    back = client.post(URL, data | {"lines": text, "step": "back"}).content.decode()
    assert "2031-02-08 春节 休" in back
    assert HolidayTable.objects.count() == 0
    saved = client.post(URL, data | {"lines": text, "step": "save"})
    assert saved.headers["Location"] == "/activities/holidays/2031/"
    assert client.post(URL, data | {"lines": text, "step": "save"}).status_code == 302
    assert HolidayTable.objects.count() == 1
    assert "调休上班" in as_user(world.member_a).get("/activities/holidays/2031/").content.decode()
    assert "没有节假日表" in as_user(world.member_a).get("/activities/holidays/").content.decode()
    assert LINES.split("\n")[0] in client.get(f"{URL}?year=2031").content.decode()


@pytest.mark.django_db
def test_a_workbook_is_read_and_a_wrong_one_refused(world, as_user):
    client = as_user(world.superuser)
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, ["2031年放假安排"])
        page.write_row(1, 0, ["日期", "名称", "安排"])
        page.write_datetime(
            2, 0, datetime.datetime(2031, 1, 1), book.add_format({"num_format": "yyyy-mm-dd"})
        )
        page.write_row(2, 1, ["元旦", "休"])
        page.write_row(3, 0, ["2031-02-09", "春节", "班"])
    data = {"year": "2031", "step": "look", "submission_key": key(client.get(URL).content.decode())}
    file = SimpleUploadedFile("放假.xlsx", buffer.getvalue())
    assert "2031年共 2 天" in client.post(URL, data | {"file": file}).content.decode()
    wrong = client.post(URL, data | {"file": SimpleUploadedFile("x.xlsx", b"MZ\x00\x01")})
    assert "不是 Excel 工作簿" in wrong.content.decode()
    assert as_user(world.secretary_a).get(URL).status_code == 403
