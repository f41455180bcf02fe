"""The Word sheet of one record, in the layout that paper has: facts, minutes, signatures, the roll."""

from activities.paper.codes import code_words
from activities.rules.sheet import RecordSheet
from activities.rules.states import CONFIRMED_STATES, RECORD, STATE_LABELS
from branch_portal.codes import code_png
from branch_portal.dates import format_date_cn, to_local
from branch_portal.paper import Paper

DIGITS = "一二三四五六七八九十"
ROLL_HEADER = ("序号", "姓名", "到会情况", "原因", "学习分钟")
ROLL_WIDTHS = (16, 34, 30, 52, 24)
#: A longer roll begins on a page of its own, as an annex does.
ROLL_BESIDE_TEXT = 12
NO_ROLL = "到会名单由党支部保存，本件只列人数。"
SIGNED_BY = ("主持人（签名）：", "记录人（签名）：")
DATE_BLANK = "　　年　　月　　日"


def sheet_docx(sheet: RecordSheet) -> bytes:
    """One record as a .docx of its own."""
    paper = Paper(f"{sheet.form_title} {sheet.on_date}")
    write_sheet(paper, sheet)
    return paper.bytes()


def write_sheet(paper: Paper, sheet: RecordSheet, *, anchor: str = "") -> None:
    """Add a record to a document, from its title on; one with an anchor begins on a new page."""
    title = paper.paragraph(sheet.form_title, "Title", new_page=bool(anchor))
    if anchor:
        paper.anchor(title, anchor)
    paper.paragraph(subject(sheet), "Subject")
    paper.facts(facts(sheet))
    paper.paragraph("", "Small")
    _minutes(paper, sheet)
    _signatures(paper)
    if sheet.code:
        paper.paragraph()
        paper.picture(code_png(sheet.code), 24, code_words(sheet.code, sheet.content_hash))
    _roll(paper, sheet)


def subject(sheet: RecordSheet) -> str:
    """Under the title: whose record, which of the year, and its state while nobody has confirmed it."""
    series = f"（{sheet.series}）" if sheet.series else ""
    state = "" if sheet.state in CONFIRMED_STATES else f"【{STATE_LABELS[RECORD][sheet.state]}】"
    return f"{sheet.unit}{series}{state}"


def facts(sheet: RecordSheet) -> list[tuple[str, ...]]:
    """The table on top: pairs over the whole width, or two pairs in a row."""
    rows: list[tuple[str, ...]] = [
        ("主题", sheet.title),
        ("时间", sheet.when),
        ("地点", sheet.place),
        ("主持人", sheet.chair, "记录人", sheet.recorder),
        ("应到", sheet.expected_words, "实到", f"{sheet.count.present}人"),
    ]
    if not sheet.roll_saved:
        rows.pop()
    elif sheet.lecturer:
        rows.append(("缺席", sheet.away_words, "主讲人", sheet.lecturer))
    else:
        rows.append(("缺席", sheet.away_words))
    rows.append(("列席", sheet.observers or "无"))
    if sheet.lecturer and not sheet.roll_saved:
        rows.append(("主讲人", sheet.lecturer))
    if sheet.held_as:
        rows.append(("召开形式", sheet.held_as_label, "所属年度", f"{sheet.year}年"))
    elif sheet.year != sheet.on_date.year:
        rows.append(("所属年度", f"{sheet.year}年"))
    if sheet.material:
        rows.append(("学习材料", sheet.material))
    if sheet.study_minutes:
        rows.append(("学习时长", f"{sheet.study_minutes}分钟"))
    return rows


def parts(sheet: RecordSheet) -> list[tuple[str, list[str]]]:
    """The minutes as headings with their paragraphs; what was not written has no heading."""
    absent = [f"{line.name}（{line.why}）" for line in sheet.absentees]
    absences = ["；".join(absent) + "。"] if absent else ["无。"]
    found: list[tuple[str, list[str]]] = []
    if sheet.roll_shown and sheet.roll:
        found.append(("缺席人员及原因", absences))
    if sheet.preparation:
        found.append(("会前准备", _lines(sheet.preparation)))
    if sheet.agenda:
        found.append(("议题", [_agenda(number, line) for number, line in enumerate(sheet.agenda, 1)]))
    if sheet.content:
        found.append(("内容", _lines(sheet.content)))
    if sheet.remarks:
        found.append(("发言要点", [_remark(line) for line in sheet.remarks]))
    if sheet.votes:
        found.append(("表决情况", list(sheet.votes)))
    if sheet.resolutions:
        found.append(
            ("决议", [_resolution(number, line) for number, line in enumerate(sheet.resolutions, 1)])
        )
    if sheet.summary:
        found.append(("小结", _lines(sheet.summary)))
    if sheet.amendments:
        found.append(
            (
                "更正",
                [
                    f"{line.number}. {line.words}。更正原因：{line.reason}。（{line.signature}）"
                    for line in sheet.amendments
                ],
            )
        )
    return found


def _lines(text: str) -> list[str]:
    return text.strip().splitlines()


def numbered(place: int) -> str:
    """一、 … 十、"""
    return f"{DIGITS[place]}、"


def _agenda(number: int, line) -> str:
    important = "（重要事项）" if line.important else ""
    prior = f"（会前经{line.prior}讨论）" if line.prior else ""
    return f"{number}. {line.title}{important}{prior}"


def _remark(line) -> str:
    mark = "（不同意见）" if line.dissent else ""
    return f"{line.speaker}{mark}：{line.text}"


def _resolution(number: int, line) -> str:
    more = f"（{line.who_and_when}）" if line.who_and_when else ""
    return f"{number}. {line.text}{more}"


def _minutes(paper: Paper, sheet: RecordSheet) -> None:
    for place, (heading, lines) in enumerate(parts(sheet)):
        paper.heading(f"{numbered(place)}{heading}")
        for line in lines:
            paper.text(line)


def _signatures(paper: Paper) -> None:
    """Room to sign by hand, kept together on one page."""
    paper.paragraph(keep=True)
    for place, label in enumerate(SIGNED_BY):
        last = place == len(SIGNED_BY) - 1
        paper.paragraph(f"{label}　　　　　　　{DATE_BLANK}", "Signature", keep=not last)
        if not last:
            paper.paragraph(keep=True)


def _roll(paper: Paper, sheet: RecordSheet) -> None:
    if not sheet.roll_shown:
        paper.paragraph()
        paper.text(NO_ROLL)
        if sheet.own:
            paper.text(f"本人到会情况：{sheet.own.why if sheet.own.reason else sheet.own.label}。")
        return
    if not sheet.roll:
        return
    apart = len(sheet.roll) > ROLL_BESIDE_TEXT
    if not apart:
        paper.paragraph(keep=True)
    paper.paragraph(f"附：到会名单（{sheet.count.sentence}）", "Text", keep=True, new_page=apart)
    rows = [
        (
            str(line.row_number),
            line.name,
            line.label,
            "" if line.reason == line.label else line.reason,
            str(line.minutes or ""),
        )
        for line in sheet.roll
    ]
    paper.table(ROLL_WIDTHS, rows, header=ROLL_HEADER, left=(3,))


def history(sheet: RecordSheet) -> list[str]:
    """Who recorded and confirmed, for the foot of the print view."""
    lines = []
    for label, who, at in (
        ("记录", sheet.recorded_by, sheet.recorded_at),
        ("确认", sheet.confirmed_by, sheet.confirmed_at),
    ):
        if at:
            lines.append(f"{label}：{who} {format_date_cn(to_local(at).date())}{to_local(at):%H:%M}")
    return lines
