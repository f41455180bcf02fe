"""检查情况报告: what was inspected and how it was drawn, what was found branch by branch, by when, and how it stands."""

import datetime
from dataclasses import dataclass

from activities.models import ActivityKind
from activities.paper.sheet import DATE_BLANK
from branch_portal.dates import format_date_cn, to_local, today_shanghai
from branch_portal.paper import Paper
from members.models import PartyOrganization
from supervision.models import Finding, Inspection, SpotCheck
from supervision.queries.inspections import reported_findings, visited_branches

WIDTHS = (12, 54, 22, 26, 42)
HEADER = ("序号", "问题", "责任人", "整改期限", "状态")
SIGNED_BY = ("检查人（签名）：", "负责人（签名）：")


@dataclass(frozen=True, slots=True)
class FindingLine:
    number: int
    words: str
    responsible: str
    due_on: datetime.date
    state: str

    @property
    def cells(self) -> tuple[str, ...]:
        return (
            str(self.number),
            self.words,
            self.responsible,
            f"{self.due_on.year}.{self.due_on.month}.{self.due_on.day}",
            self.state,
        )


@dataclass(frozen=True, slots=True)
class BranchPart:
    """One branch of the report."""

    name: str
    opinion: str
    findings: list[FindingLine]


@dataclass(frozen=True, slots=True)
class InspectionReport:
    """All values of the report, plain."""

    title: str
    organization: str
    facts: list[tuple[str, str]]
    sample: list[tuple[str, str]]
    summary: list[str]
    branches: list[BranchPart]
    figures: str
    made_on: datetime.date

    @property
    def without_findings(self) -> list[str]:
        return [part.name for part in self.branches if not part.findings and not part.opinion]

    @property
    def spoken_of(self) -> list[BranchPart]:
        return [part for part in self.branches if part.findings or part.opinion]


def report_of(inspection: Inspection) -> InspectionReport:
    """Two queries. The inspection comes with its organisation and spot check joined."""
    listed, found = visited_branches(inspection), reported_findings(inspection)
    day = today_shanghai()
    parts = [
        BranchPart(
            row.branch.name,
            row.opinion,
            [_line(one, day) for one in found if one.branch_id == row.branch_id],
        )
        for row in listed
    ]
    return InspectionReport(
        title=inspection.title,
        organization=inspection.organization.name,
        facts=[
            ("检查日期", format_date_cn(inspection.on_date)),
            ("检查人", inspection.inspectors),
            ("被检查党支部", f"{len(listed)} 个"),
        ],
        sample=sample_of(inspection.spot_check) if inspection.spot_check else [],
        summary=inspection.summary.strip().splitlines(),
        branches=parts,
        figures=_figures(found, day),
        made_on=day,
    )


def sample_of(check: SpotCheck) -> list[tuple[str, str]]:
    """How the records were drawn, so that a reader of the paper can have them drawn again."""
    categories = PartyOrganization.UnitCategory
    return [
        ("抽取范围", check.root.name),
        ("活动日期", f"{format_date_cn(check.first_on)}至{format_date_cn(check.last_on)}"),
        ("活动类型", "、".join(ActivityKind(kind).label for kind in check.kinds) or "全部"),
        ("支部类别", "、".join(categories(one).label for one in check.unit_categories) or "全部"),
        ("抽取份数", f"从 {check.population} 份记录中抽取 {check.size} 份"),
        ("随机种子", str(check.seed)),
        ("抽取时间", f"{format_date_cn(to_local(check.drawn_at).date())}{to_local(check.drawn_at):%H:%M}"),
        ("总体校验值", check.population_hash[:16]),
    ]


def _line(finding: Finding, day: datetime.date) -> FindingLine:
    where = f"（{finding.record.on_date:%Y-%m-%d}“{finding.record.title}”）" if finding.record else ""
    label = "" if finding.code == "other" else f"{finding.get_code_display()}："
    late = "（逾期）" if finding.is_overdue(day) else ""
    return FindingLine(
        finding.number,
        f"{label}{finding.text}{where}",
        finding.responsible,
        finding.due_on,
        f"{finding.get_state_display()}{late}",
    )


def _figures(found: list[Finding], day: datetime.date) -> str:
    if not found:
        return "没有发现需要整改的问题。"
    counts = [
        f"{label} {number} 项"
        for state, label in Finding.State.choices
        if (number := sum(one.state == state for one in found))
    ]
    late = sum(one.is_overdue(day) for one in found)
    tail = f"，其中逾期 {late} 项" if late else ""
    return f"共发现问题 {len(found)} 项：{'、'.join(counts)}{tail}。"


def inspection_docx(report: InspectionReport) -> bytes:
    paper = Paper(f"{report.title}检查情况报告")
    paper.paragraph("检查情况报告", "Title")
    paper.paragraph(f"{report.organization}　{report.title}", "Subject")
    paper.facts(report.facts)
    paper.paragraph("", "Small")
    headings = iter("一二三四五")
    if report.sample:
        paper.heading(f"{next(headings)}、抽取情况")
        paper.facts(report.sample)
        paper.paragraph("", "Small")
    if report.summary:
        paper.heading(f"{next(headings)}、总体情况")
        for line in report.summary:
            paper.text(line)
    paper.heading(f"{next(headings)}、问题和整改")
    paper.text(report.figures)
    for place, part in enumerate(report.spoken_of, start=1):
        _branch(paper, place, part)
    if report.without_findings:
        paper.text(f"未发现问题的党支部：{'、'.join(report.without_findings)}。")
    paper.paragraph(keep=True)
    for label in SIGNED_BY:
        paper.paragraph(f"{label}　　　　　　　{DATE_BLANK}", "Signature", keep=True)
    paper.paragraph(f"{report.organization}　{format_date_cn(report.made_on)}", align="right")
    return paper.bytes()


def _branch(paper: Paper, place: int, part: BranchPart) -> None:
    paper.heading(f"{place}. {part.name}", 2)
    if part.opinion:
        paper.text(f"检查意见：{part.opinion}")
    if part.findings:
        paper.table(WIDTHS, [line.cells for line in part.findings], header=HEADER, left=(1,))
        paper.paragraph("", "Small")
