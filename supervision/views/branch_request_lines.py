"""The lines of a branch's form: for each field what is shown, where it comes from, and where a wrong figure is put right."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from branch_portal.dates import format_date_cn
from members.models import PartyOrganization
from supervision.forms.request_answers import RequestAnswerForm
from supervision.models import RequestFile
from supervision.queries.duplicates import figure_words
from supervision.queries.held import held_figure
from supervision.rules.held import Basis, Source
from supervision.rules.requests import plain_value

_PLACES = {
    Source.ROSTER: ("到党员名册更正", lambda branch: reverse("members:roster")),
    Source.POSTS: ("到任职和任期更正", lambda branch: reverse("members:terms", args=[branch.uid])),
    Source.STRUCTURE: ("到党组织信息查看", lambda branch: reverse("organizations:detail", args=[branch.uid])),
    Source.RECORDS: ("到组织生活记录更正", lambda branch: reverse("activities:records")),
    Source.STUDY: ("到学时台账查看", lambda branch: reverse("learning:branch")),
}


@dataclass(frozen=True)
class Line:
    """One field of the form. `bound` is its input: for a figure of the portal the one that says what is wrong."""

    label: str
    bound: Any
    held: bool = False
    value: str = ""
    source: str = ""
    place: str = ""
    place_url: str = ""
    before: str = ""
    handed: str = ""
    file: RequestFile | None = None


def answer_lines(form: RequestAnswerForm) -> list[Line]:
    known, target = form.known, form.target
    files = {file.field_id: file for file in target.files.kept()}
    handed = {answer.field_id: answer.value for answer in target.answers.all()}
    lines = []
    for field in known.fields:
        if field.is_held:
            text = known.text_of(field, target.branch_id)
            lines.append(_held(field, form[f"doubt_{field.pk}"], text, target.branch, known.day))
            continue
        before = known.answer_before(field, target.branch_id)
        words = f"{before.when}已报：{before.shown}（{before.asked_by}）" if before else ""
        said = plain_value(field.kind, handed.get(field.pk, ""))
        lines.append(
            Line(
                field.label,
                form[f"field_{field.pk}"],
                before=words,
                handed="" if said is None else str(said),
                file=files.get(field.pk),
            )
        )
    return lines


def _held(field, bound, text: str, branch: PartyOrganization, day) -> Line:
    figure = held_figure(field.held_key)
    if figure is None:  # taken out of the catalogue since
        return Line(field.label, bound, held=True, value=text or "无记录", source="系统数据")
    label, url = _PLACES[figure.source]
    shown = format_date_cn(day)
    span = f"截至{shown}" if figure.basis is Basis.AS_OF else f"{day.year}年1月1日至{shown}"
    return Line(
        field.label,
        bound,
        held=True,
        value=figure_words(field.held_key, text),
        source=f"来源：{figure.source.value}，{span}",
        place=label,
        place_url=url(branch),
    )
