"""A list of questions as .xlsx: the empty workbook, and reading a filled one row by row into questions and mistakes."""

import io
import re
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from typing import Any, BinaryIO

from learning.rules.quiz import LETTERS, MAX_OPTIONS, MULTIPLE, SINGLE, TRUE_FALSE, TRUE_FALSE_OPTIONS, faults
from members.imports.reader import FileRefused, Sheet, read_workbook

MAX_BYTES = 2 * 1024 * 1024
MAX_ROWS = 1000
SHEET = "题目"
MAX_TEXT = 400
MAX_OPTION = 200

_COLUMNS = ["题型", "题目", *(f"选项{letter}" for letter in LETTERS[:6]), "答案", "解析"]
_KINDS = {
    "单选题": SINGLE, "单选": SINGLE, "单项选择题": SINGLE, "单项选择": SINGLE,
    "多选题": MULTIPLE, "多选": MULTIPLE, "多项选择题": MULTIPLE, "多项选择": MULTIPLE, "不定项": MULTIPLE,
    "判断题": TRUE_FALSE, "判断": TRUE_FALSE, "是非题": TRUE_FALSE,
}  # fmt: skip
_TRUE = {"正确", "对", "√", "✓", "是", "A", "T", "TRUE", "Y", "1"}
_FALSE = {"错误", "错", "×", "✗", "X", "否", "B", "F", "FALSE", "N", "0"}
_SAMPLES = [
    ["单选题", "党支部党员大会一般多久召开1次？", "每月", "每季度", "每半年", "每年", "", "", "B", "《中国共产党支部工作条例（试行）》第十一条。"],
    ["多选题", "下列属于“三会一课”的有哪些？", "支部党员大会", "党小组会", "党课", "职工大会", "", "", "ABC", ""],
    ["判断题", "党小组会一般每月召开1次。", "", "", "", "", "", "", "正确", ""],
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Problem:
    """A row that cannot be taken: where it stands and what to mend."""

    sheet: str
    row: int
    text: str
    sentence: str


@dataclass(frozen=True, slots=True)
class ReadQuestions:
    """`good` are fields of `Question`; `problems` are `Problem` as data, in the order of the file."""

    good: list[dict[str, Any]]
    problems: list[dict[str, Any]]


def read_questions(file: BinaryIO, *, known: Collection[str]) -> ReadQuestions:
    """The questions of an uploaded workbook. `known` are the texts that the bank has. FileRefused for the whole file."""
    file.seek(0, 2)
    if file.tell() > MAX_BYTES:
        raise FileRefused("文件超过 2 MB。题目表一般只有几十 KB，请删去图片等多余内容后重新上传。")
    file.seek(0)
    sheets = [sheet for sheet in read_workbook(file) if not sheet.hidden]
    found = [(sheet, head) for sheet in sheets if (head := _header(sheet)) is not None]
    if not found:
        raise FileRefused("没有找到“题目”和“答案”两列。请下载模板，按模板的列名填写后重新上传。")
    good: list[dict[str, Any]] = []
    problems: list[Problem] = []
    seen: dict[str, str] = {}
    for sheet, (top, columns) in found:
        if sheet.too_large or len(sheet.rows) - top - 1 > MAX_ROWS:
            raise FileRefused(f"工作表“{sheet.name}”超过 {MAX_ROWS} 行，请分几次上传。")
        for number, cells in enumerate(sheet.rows[top + 1 :], start=top + 2):
            values = {name: _words(cells, place) for name, place in columns.items()}
            if not any(values.values()):
                continue
            question, sentences = _question(values)
            text = str(question["text"])
            place = f"“{sheet.name}”第 {number} 行"
            if text in seen:
                sentences.append(f"与{seen[text]}的题目相同，请删去一行")
            elif text in known:
                sentences.append("题库里已有同样的题目，请删去这一行")
            elif text:
                seen[text] = place
            if sentences:
                problems.append(Problem(sheet.name, number, text[:60], "；".join(sentences)))
            else:
                good.append(question)
    if not good and not problems:
        raise FileRefused("表里没有题目，请从列名的下一行开始填写。")
    return ReadQuestions(good, [asdict(problem) for problem in problems])


def _header(sheet: Sheet) -> tuple[int, dict[str, int]] | None:
    """(row from 0, column name → position) of the line with the names, within the first rows."""
    for index, cells in enumerate(sheet.rows[:20]):
        names = {_name(cell): place for place, cell in reversed(list(enumerate(cells)))}
        if {"题目", "答案"} <= set(names):
            return index, {name: place for name, place in names.items() if name}
    return None


def _name(cell: Any) -> str:
    """选项 Ａ, 题目*, 题干 → the names of the template."""
    if not isinstance(cell, str):
        return ""
    plain = re.sub(r"[\s*＊:：()（）必填]", "", unicodedata.normalize("NFKC", cell)).upper()
    plain = {"题干": "题目", "试题": "题目", "正确答案": "答案", "标准答案": "答案", "题目类型": "题型", "答案解析": "解析", "说明": "解析"}.get(plain, plain)  # fmt: skip
    if plain in LETTERS:
        return f"选项{plain}"
    return plain


def _words(cells: Sequence[Any], place: int) -> Any:
    """The cell as text; a cell that is no text and no number stays what it is, to be named as a mistake."""
    cell = cells[place] if place < len(cells) else ""
    if isinstance(cell, bool):
        return "正确" if cell else "错误"
    if isinstance(cell, dict):
        return cell
    return re.sub(r"\s+", " ", "".join(each for each in str(cell) if unicodedata.category(each) not in {"Cc", "Cf", "Cs"} or each in "\n\t")).strip()  # fmt: skip


def _question(values: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """(fields, what to mend)."""
    sentences = [
        f"“{name}”是公式或日期，请改成文字" for name, value in values.items() if isinstance(value, dict)
    ]
    plain = {name: "" if isinstance(value, dict) else value for name, value in values.items()}
    options = [plain.get(f"选项{letter}", "") for letter in LETTERS[:MAX_OPTIONS]]
    while options and not options[-1]:
        options.pop()
    kind = _kind(plain.get("题型", ""), options, plain.get("答案", ""))
    question: dict[str, Any] = {
        "kind": kind or SINGLE,
        "text": plain.get("题目", ""),
        "options": TRUE_FALSE_OPTIONS if kind == TRUE_FALSE else options,
        "answers": read_answer(kind, plain.get("答案", "")),
        "explanation": plain.get("解析", ""),
    }
    if kind is None:
        sentences.append(f"题型“{plain.get('题型')}”不认识，请写单选题、多选题或判断题")
    if kind != TRUE_FALSE and "" in options:
        sentences.append(f"选项{LETTERS[options.index('')]}空着，后面的选项却填了，请依次填写")
    if question["answers"] is None:
        question["answers"] = []
        sentences.append(f"答案“{plain['答案']}”看不懂，{_how_to_answer(kind)}")
    elif not sentences:
        sentences += faults(question["kind"], question["text"], question["options"], question["answers"])
    for name, limit in (
        ("题目", MAX_TEXT),
        ("解析", MAX_TEXT),
        *((f"选项{each}", MAX_OPTION) for each in LETTERS),
    ):
        if len(plain.get(name, "")) > limit:
            sentences.append(f"“{name}”超过 {limit} 字，请缩短")
    return question, sentences


def _kind(word: str, options: Sequence[str], answer: str) -> str | None:
    """The kind as written, or as the row itself shows it when that cell is empty."""
    if word:
        return _KINDS.get(word)
    if not options:
        return TRUE_FALSE
    return MULTIPLE if len(_letters(answer) or []) > 1 else SINGLE


def read_answer(kind: str | None, answer: str) -> list[int] | None:
    """Positions, [] when the cell is empty, None when it cannot be read."""
    if not answer:
        return []
    if kind == TRUE_FALSE:
        word = unicodedata.normalize("NFKC", answer).strip().upper()
        return [0] if word in _TRUE else [1] if word in _FALSE else None
    return _letters(answer)


def _letters(answer: str) -> list[int] | None:
    """A,C · AC · A、C · ａｃ → [0, 2]."""
    plain = re.sub(r"[\s,，、;；/.。和及]", "", unicodedata.normalize("NFKC", answer)).upper()
    if not plain or any(letter not in LETTERS for letter in plain):
        return None
    return sorted({LETTERS.index(letter) for letter in plain})


def _how_to_answer(kind: str | None) -> str:
    if kind == TRUE_FALSE:
        return "判断题请写“正确”或“错误”"
    return "请写选项的字母，例如 B" if kind == SINGLE else "请写选项的字母，例如 ABD"


def template_bytes() -> bytes:
    """An .xlsx with the columns, three examples and a sheet that explains them."""
    import xlsxwriter  # needed by this download only

    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False}) as book:
        page = book.add_worksheet(SHEET)
        bold = book.add_format({"bold": True, "bottom": 1})
        text = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
        page.write_row(0, 0, _COLUMNS, bold)
        for column, width in enumerate([10, 48, *[18] * 6, 10, 36]):
            page.set_column(column, column, width, text)
        for row, sample in enumerate(_SAMPLES, start=1):
            page.write_row(row, 0, sample, text)
        page.data_validation(
            1, 0, MAX_ROWS, 0, {"validate": "list", "source": ["单选题", "多选题", "判断题"]}
        )
        page.freeze_panes(1, 0)
        notes = book.add_worksheet("填写说明")
        notes.set_column(0, 0, 90)
        notes.write_column(0, 0, _NOTES)
    return buffer.getvalue()


_NOTES = [
    "一行一道题。前三行是示例，填写时请删去。",
    "题型：单选题、多选题或判断题；空着时按选项和答案判断。",
    f"题目和解析各不超过 {MAX_TEXT} 字，每个选项不超过 {MAX_OPTION} 字。",
    f"选项从 A 起依次填写，最多 {MAX_OPTIONS} 个（可自行加列 选项G、选项H）；判断题不填选项。",
    "答案：单选题写一个字母，多选题写几个字母（如 ABD），判断题写“正确”或“错误”。",
    "解析可不填；党员测验合格以后才看得到。",
    "答题时题目随机抽取，选项次序随机打乱，所以题目里不要写“以上都对”一类依赖次序的话。",
]
