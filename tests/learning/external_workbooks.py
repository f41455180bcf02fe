"""Yearly files as they come from the field: content → rows by state, sentences of what cannot be taken, refusals."""

from dataclasses import dataclass, field

from tests.members.awkward_workbooks import add, sheet, workbook

HEAD = ["姓名", "手机尾号", "积分"]
#: Names and tails of the people that `test_external.py` puts into branch A.
ONE, TWO, NAMESAKE_1, NAMESAKE_2 = ("周一", "1111"), ("周二", "2222"), ("王强", "3333"), ("王强", "4444")
FULL = "1380000"


@dataclass(frozen=True)
class Case:
    """Rows by state; `points` of the matched ones in their order."""

    name: str
    content: bytes
    matched: int = 0
    ambiguous: int = 0
    unmatched: int = 0
    problems: list[str] = field(default_factory=list)
    points: list[str] | None = None
    refused: str = ""


def _hidden(book):
    add(book, [HEAD, ["周一", "1111", 100]], "本年")
    add(book, [HEAD, ["周二", "2222", 100]], "上年").hide()


def _formula(book):
    page = add(book, [HEAD, ["周一", "1111", 1], ["周二", "2222", 1]], "记录")
    page.write_formula(1, 2, "=50*2", None, "")
    page.write_formula(2, 2, "=50*2", None, 100)


def _two_sheets(book):
    add(book, [["说明"], ["平台导出"]], "说明")
    add(book, [HEAD, ["周一", "1111", 100]], "一组")
    add(
        book,
        [["学员姓名", "手机号码", "总积分", "名次"], ["周二", FULL + "2222", 90, 1], ["周一", "1111", 90, 2]],
        "二组",
    )


CASES = [
    Case("plain", sheet(HEAD, ["周一", "1111", 12000], ["周二", "2222", 900]), matched=2, points=["12000.00", "900.00"]),
    Case("the platform's own columns", sheet(["排名", "用户姓名", "部门", "手机号", "累计积分"], [1, "周一", "一组", FULL + "1111", "12,000分"]), matched=1, points=["12000.00"]),
    Case("telephone as a number", sheet(HEAD, ["周一", int(FULL + "1111"), 1]), matched=1),
    Case("telephone with blanks and +86", sheet(HEAD, ["周一", "+86 138 0000 1111", 1]), matched=1),
    Case("telephone as our lists print it", sheet(HEAD, ["周一", "138****1111", 1]), matched=1),
    Case("full-width figures", sheet(HEAD, ["周一", "１１１１", "１２００"]), matched=1, points=["1200.00"]),
    Case("a title above and a total below", sheet(["2026年度学习情况"], [], HEAD, ["周 一", "1111", 5], ["合计", "", 5], ["填报人：李四"]), matched=1),
    Case("the header once more", sheet(HEAD, ["周一", "1111", 5], HEAD, ["周二", "2222", 5]), matched=2),
    Case("no telephones", sheet(["姓名", "积分"], ["周一", 5], ["王强", 6]), matched=1, ambiguous=1),
    Case("namesakes told apart by the tail", sheet(HEAD, ["王强", "3333", 5], ["王强", "4444", 6]), matched=2),
    Case("a namesake with a third tail", sheet(HEAD, ["王强", "9999", 5]), ambiguous=1),
    Case("another tail than the roster's", sheet(HEAD, ["周一", "9999", 5]), ambiguous=1),
    Case("nobody of that name", sheet(HEAD, ["查无此人", "1111", 5], ["周一", "1111", 5]), matched=1, unmatched=1),
    Case("a tail whose zeros the sheet took", sheet(HEAD, ["周一", 12, 5]), ambiguous=1),
    Case("the same row twice", sheet(HEAD, ["周一", "1111", 5], ["周一", "1111", 6]), matched=1, problems=["第 3 行‘姓名’（A3）与工作表“名册”第 2 行重复；是两个人的，请填写手机尾号或所在党支部"]),
    Case("one person written two ways", sheet(HEAD, ["周一", "1111", 5], ["周一", "", 6]), matched=1, ambiguous=1),
    Case("hours instead of points", sheet(["姓名", "学时"], ["周一", "12.5学时"]), matched=1),
    Case("no amount", sheet(HEAD, ["周一", "1111", ""]), problems=["第 2 行‘积分’（C2）没有填写；积分和学时至少填写一项"]),
    Case("no name", sheet(HEAD, ["", "1111", 5]), problems=["第 2 行‘姓名’（A2）没有填写"]),
    Case("words for an amount", sheet(HEAD, ["周一", "1111", "很多"]), problems=["第 2 行‘积分’（C2）写作 很多，应为数字"]),
    Case("below nothing", sheet(HEAD, ["周一", "1111", -5]), problems=["第 2 行‘积分’（C2）写作 -5，应为不小于 0 的数字"]),
    Case("no number that is one", sheet(HEAD, ["周一", "1111", "NaN"]), problems=["第 2 行‘积分’（C2）写作 NaN，应为不小于 0 的数字"]),
    Case("far too much", sheet(HEAD, ["周一", "1111", 99999999]), problems=["第 2 行‘积分’（C2）写作 99999999，超过 1000000，请核对"]),
    Case("half a tail", sheet(HEAD, ["周一", "尾号11", 5]), problems=["第 2 行‘手机尾号’（B2）应为手机号的后四位"]),
    Case("hidden sheet", workbook(_hidden), matched=1),
    Case("formulas", workbook(_formula), matched=1, problems=["第 2 行‘积分’（C2）是公式，没有保存计算结果；请在 Excel 或 WPS 中打开后保存一次，或粘贴为数值"]),
    Case("two sheets with other headings", workbook(_two_sheets), matched=2, problems=["第 3 行‘学员姓名’（A3）与工作表“一组”第 2 行重复；是两个人的，请填写手机尾号或所在党支部"]),
    Case("csv of GBK", "姓名,手机号,积分\r\n周一,13800001111,5".encode("gbk"), matched=1),
    Case("a roster without points", sheet(["姓名", "手机号", "学历"], ["周一", FULL + "1111", "大学"]), refused="“积分”或“学时”"),
    Case("only a header", sheet(HEAD), refused="只有表头"),
    Case("no workbook", b"%PDF-1.4 something", refused="不是 Excel 工作簿"),
]  # fmt: skip
