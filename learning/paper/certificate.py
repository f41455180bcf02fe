"""学时证明 as Word and as a page to print: one text for both, from the frozen content."""

import datetime

from branch_portal.codes import code_png, code_url
from branch_portal.paper import Paper
from branch_portal.verification import shown_code
from learning.models import StudyCertificate

TITLE = "党员学时证明"
CATEGORY_HEADS = ("类别", "次数", "分钟", "学时", "计入学时")
ROW_HEADS = ("日期", "内容", "类别", "党支部", "分钟", "学时")


def statement(certificate: StudyCertificate) -> str:
    """The sentence of the certificate."""
    said = certificate.content
    tail = "，已达到年度学时要求" if said["met"] else ""
    trainings = f"，其中参加集中培训 {said['trainings']} 次" if said["trainings"] else ""
    return (
        f"兹证明{said['name']}同志（所在党支部：{said['branch']}）{said['year']} 年度经确认计入学时 {said['hours']} 学时{trainings}。"
        f"年度要求：{said['reason']}{tail}。"
    )


def issued_in_words(certificate: StudyCertificate) -> str:
    day = datetime.date.fromisoformat(certificate.content["issued_on"])
    return f"{day.year}年{day.month}月{day.day}日"


def code_lines(certificate: StudyCertificate) -> list[str]:
    """What stands beside the code."""
    return [
        f"查验码：{shown_code(certificate.code)}",
        "扫码或在浏览器打开下列地址，查验本证明是否属实、出具后有无更正：",
        code_url(certificate.code),
    ]


def file_name(certificate: StudyCertificate) -> str:
    return f"{TITLE}{certificate.content['name']}{certificate.year}.docx"


def certificate_docx(certificate: StudyCertificate) -> bytes:
    said = certificate.content
    paper = Paper(TITLE)
    paper.paragraph(TITLE, "Title")
    paper.text(statement(certificate))
    paper.heading("一、分类合计")
    paper.table((44, 22, 28, 28, 34), _texts(said["categories"]), header=CATEGORY_HEADS)
    paper.heading("二、学时明细")
    paper.table((25, 50, 24, 25, 16, 16), _texts(said["rows"]), header=ROW_HEADS, left=(1, 3))
    paper.paragraph("（党组织盖章）", align="right")
    paper.paragraph(issued_in_words(certificate), align="right")
    paper.picture(code_png(certificate.code), 26, code_lines(certificate))
    return paper.bytes()


def _texts(rows) -> list[list[str]]:
    return [[str(value) for value in row] for row in rows]
