"""Questions from a workbook: the template, awkward files, and every mistake with its place and mend."""

import io

import pytest
import xlsxwriter

from learning.question_file import MAX_ROWS, read_questions, template_bytes
from members.imports.reader import FileRefused

HEAD = ["题型", "题目", "选项A", "选项B", "选项C", "选项D", "答案", "解析"]
GOOD = ["单选题", "党课多久一次？", "每月", "每季度", "每年", "", "B", "条例第十一条"]


def workbook(*rows, head=HEAD, above=(), sheet="题目") -> io.BytesIO:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"strings_to_formulas": False}) as book:
        page = book.add_worksheet(sheet)
        for index, row in enumerate([*above, head, *rows]):
            for column, cell in enumerate(row):
                if callable(cell):
                    cell(page, index, column)
                elif cell != "":
                    page.write(index, column, cell)
    out.seek(0)
    return out


def read(*rows, known=(), **how):
    return read_questions(workbook(*rows, **how), known=set(known))


def sentence(*rows, **how) -> str:
    return "；".join(problem["sentence"] for problem in read(*rows, **how).problems)


def test_the_template_can_be_uploaded_as_it_is():
    found = read_questions(io.BytesIO(template_bytes()), known=set())
    assert found.problems == []
    assert [(each["kind"], each["answers"]) for each in found.good] == [
        ("single", [1]), ("multiple", [0, 1, 2]), ("true_false", [0]),
    ]  # fmt: skip
    assert found.good[2]["options"] == ["正确", "错误"]


def test_a_row_becomes_a_question():
    assert read(GOOD).good == [
        {
            "kind": "single",
            "text": "党课多久一次？",
            "options": ["每月", "每季度", "每年"],
            "answers": [1],
            "explanation": "条例第十一条",
        }
    ]


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("AC", [0, 2]),
        ("A,C", [0, 2]),
        ("A、C", [0, 2]),
        ("ａｃ", [0, 2]),
        ("c；a", [0, 2]),
        ("A C", [0, 2]),
        ("CAC", [0, 2]),
    ],
)
def test_letters_are_read_however_they_are_written(answer, expected):
    assert read(["多选", "题", "甲", "乙", "丙", "", answer, ""]).good[0]["answers"] == expected


@pytest.mark.parametrize(
    ("answer", "expected"), [("对", [0]), ("√", [0]), ("错误", [1]), ("×", [1]), ("F", [1]), (True, [0])]
)
def test_judgements_are_read_however_they_are_written(answer, expected):
    assert read(["判断题", "题", "", "", "", "", answer, ""]).good[0]["answers"] == expected


def test_the_kind_follows_from_the_row_when_it_is_not_written():
    rows = [
        ["", "一", "甲", "乙", "", "", "A", ""],
        ["", "二", "甲", "乙", "", "", "AB", ""],
        ["", "三", "", "", "", "", "对", ""],
    ]
    assert [each["kind"] for each in read(*rows).good] == ["single", "multiple", "true_false"]


def test_titles_above_other_names_and_another_order_of_columns():
    found = read(
        ["B", "题干一", "甲", "乙", "单项选择题"],
        head=["正确答案*", "题 干", "A", "选项 Ｂ", "题目类型"],
        above=[["清源镇党委题库"], []],
    )
    assert (found.good[0]["text"], found.good[0]["answers"]) == ("题干一", [1])


def test_empty_rows_are_passed_over_and_row_numbers_are_the_sheets():
    found = read(GOOD, [], [], ["单选题", "坏题", "甲", "乙", "", "", "", ""])
    assert [(each["sheet"], each["row"], each["text"]) for each in found.problems] == [("题目", 5, "坏题")]


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (["填空题", "题", "甲", "乙", "", "", "A", ""], "题型“填空题”不认识"),
        (["单选题", "", "甲", "乙", "", "", "A", ""], "题目没有填写"),
        (["单选题", "题", "甲", "", "", "", "A", ""], "至少要有两个选项"),
        (["单选题", "题", "甲", "", "丙", "", "A", ""], "选项B空着，后面的选项却填了"),
        (["单选题", "题", "甲", "甲", "", "", "A", ""], "完全相同"),
        (["单选题", "题", "甲", "乙", "", "", "", ""], "答案没有填写"),
        (["单选题", "题", "甲", "乙", "", "", "D", ""], "答案所指的选项没有填写"),
        (["单选题", "题", "甲", "乙", "", "", "AB", ""], "单选题只能有一个答案"),
        (["单选题", "题", "甲", "乙", "", "", "甲", ""], "答案“甲”看不懂，请写选项的字母，例如 B"),
        (["多选题", "题", "甲", "乙", "", "", "A", ""], "至少要有两个答案"),
        (["判断题", "题", "", "", "", "", "也许", ""], "判断题请写“正确”或“错误”"),
        (["单选题", "题" * 401, "甲", "乙", "", "", "A", ""], "“题目”超过 400 字"),
        (["单选题", "题" * 600, "甲", "乙", "", "", "A", ""], "“题目”超过 400 字"),
        (["单选题", "题", "甲" * 201, "乙", "", "", "A", ""], "“选项A”超过 200 字"),
        (
            [
                "单选题",
                lambda page, r, c: page.write_formula(r, c, '="题"&"目"', None, ""),
                "甲",
                "乙",
                "",
                "",
                "A",
                "",
            ],
            "“题目”是公式或日期",
        ),
    ],
)
def test_a_mistake_is_named_with_its_mend(row, words):
    found = read(row)
    assert found.good == [] and words in found.problems[0]["sentence"]


def test_the_same_question_twice_in_the_file_or_in_the_bank():
    assert "与“题目”第 2 行的题目相同" in sentence(GOOD, GOOD)
    assert "题库里已有同样的题目" in sentence(GOOD, known=["党课多久一次？"])


def test_formulas_stay_text_and_odd_characters_go():
    found = read(["单选题", "=1+1 是多少\u202e\u200b？", "@甲", "+乙", "", "", "A", ""])
    assert (found.good[0]["text"], found.good[0]["options"]) == ("=1+1 是多少？", ["@甲", "+乙"])


def test_numbers_as_options():
    found = read(["单选题", "1+1", 2, 3.5, "", "", "A", ""])
    assert found.good[0]["options"] == ["2", "3.5"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "不是 Excel"),
        (b"PK\x03\x04 broken", "无法读取"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 600, "旧版 .xls 或加了密码"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "不是 Excel"),
        (b"PK" + b"x" * 3_000_000, "超过 2 MB"),
    ],
)
def test_files_that_are_no_workbook(content, words):
    with pytest.raises(FileRefused, match=words):
        read_questions(io.BytesIO(content), known=set())


def test_a_workbook_without_the_columns_without_rows_and_with_too_many():
    for rows, head, words in (
        ([["甲"]], ["姓名"], "没有找到“题目”和“答案”两列"),
        ([], HEAD, "表里没有题目"),
        (
            [["单选题", f"题{n}", "甲", "乙", "", "", "A", ""] for n in range(MAX_ROWS + 1)],
            HEAD,
            "超过 1000 行",
        ),
    ):
        with pytest.raises(FileRefused, match=words):
            read(*rows, head=head)


def test_csv_in_the_encoding_of_an_office_computer():
    text = "题型,题目,选项A,选项B,答案\n单选题,党课？,甲,乙,A\n"
    assert read_questions(io.BytesIO(text.encode("gb18030")), known=set()).good[0]["text"] == "党课？"
