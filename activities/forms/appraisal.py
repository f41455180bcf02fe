"""民主评议表: the facts of the meeting and one line per member, read together so that nothing typed is lost."""

from collections.abc import Mapping, Sequence

from django import forms
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from activities.actions.appraisal import Opinion, SheetFacts
from activities.models import AppraisalEntry
from activities.rules.appraisal import FULL, GRADE_LABELS, GRADES, QUALIFIED, Caps, Rated, caps_of, read_tally
from branch_portal.dates import today_shanghai
from branch_portal.forms import DateInput, PortalForm

TEXT_LENGTH = 300
_CHOICES = [("", "—"), *GRADE_LABELS.items()]


def _number(label: str) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        required=False,
        min_value=0,
        max_value=9999,
        error_messages={
            "invalid": f"{label}请填整数，例如 20。",
            "min_value": f"{label}不能小于 0。",
            "max_value": f"{label}太大了，请核对。",
        },
    )


class AppraisalForm(PortalForm):
    """The sheet of one record; `rows` are its members in order, stored or not."""

    ballots_issued = _number("发出测评票")
    ballots_collected = _number("收回测评票")
    committee_opinion = forms.CharField(label="对支部委员会工作的评议", max_length=300, required=False)
    over_cap_reason = forms.CharField(
        label="超过上限的原因",
        max_length=300,
        required=False,
        help_text="优秀人数一般不超过三分之一；超过时在这里写明原因。",
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)

    def __init__(self, *args, rows: Sequence[AppraisalEntry], base: str, **kwargs):
        super().__init__(*args, **kwargs)
        self.rows, self.base = list(rows), base
        self.row_errors: list[str] = []
        self.values: dict[int, Opinion] = {row.member_id: _stored(row) for row in self.rows}
        if self.is_bound:
            self.values = {row.member_id: self._typed(row) for row in self.rows}
            if self.fills:
                self._fill()

    @property
    def fills(self) -> bool:
        """全部合格 was pressed in a browser without script: the page comes back filled, nothing is saved."""
        return self.data.get("fill") == "1"

    @property
    def caps(self) -> Caps:
        rated = [
            Rated(row.name, row.category, self.values[row.member_id].grade)
            for row in self.rows
        ]  # fmt: skip
        return caps_of(rated, self.base)

    @property
    def facts(self) -> SheetFacts:
        return SheetFacts(**{name: self.cleaned_data[name] for name in SheetFacts.__slots__})

    def clean(self) -> dict:
        values = super().clean()
        for message in self.row_errors:
            self.add_error(None, message)
        return values

    def refuse(self, findings) -> None:
        """Put what the rules say where it belongs: a field of the form, or the line on top."""
        for finding in findings:
            self.add_error(finding.field if finding.field in self.fields else None, finding.message)

    def _fill(self) -> None:
        for row in self.rows:
            opinion = self.values[row.member_id]
            if row.category == FULL and not opinion.grade:
                self.values[row.member_id] = Opinion(
                    opinion.self_grade, opinion.tally, QUALIFIED, opinion.reason, opinion.follow_up
                )

    def _typed(self, row: AppraisalEntry) -> Opinion:
        if row.category != FULL:
            return Opinion()
        uid = row.key
        return Opinion(
            self_grade=_grade(self.data.get(f"self_{uid}")),
            tally=self._tally(row, uid),
            grade=_grade(self.data.get(f"grade_{uid}")),
            reason=_text(self.data, f"reason_{uid}"),
            follow_up=_text(self.data, f"follow_{uid}"),
        )

    def _tally(self, row: AppraisalEntry, uid: str):
        """Four numbers; nothing typed at all is not counted, a part of them is filled up with noughts."""
        typed = [str(self.data.get(f"votes_{grade}_{uid}", "")).strip() for grade in GRADES]
        if not any(typed):
            return None
        unread = [text for text in typed if text and not (text.isdecimal() and len(text) <= 4)]
        if unread:
            self.row_errors.append(f"{row.name}：得票写作“{unread[0][:12]}”，请填整数，例如 12。")
            return None
        first, second, third, fourth = (int(text or 0) for text in typed)
        return first, second, third, fourth

    def html(self) -> SafeString:
        """The lines as table rows; joined in Python because a page has up to hundreds of controls."""
        return format_html_join("", "{}", ((_row(row, self.values[row.member_id]),) for row in self.rows))


def _stored(row: AppraisalEntry) -> Opinion:
    return Opinion(row.self_grade, read_tally(row.tally), row.grade, row.reason, row.follow_up)


def _grade(value) -> str:
    return value if value in GRADES else ""


def _text(data: Mapping[str, str], name: str) -> str:
    return str(data.get(name, "")).replace("\x00", "").strip()[:TEXT_LENGTH]


_SELECTED = SafeString(" selected")
_NOT_GRADED = SafeString('<td data-label="评定" colspan="8" class="muted">预备党员参加评议，不评定等次</td>')


def _row(row: AppraisalEntry, opinion: Opinion) -> SafeString:
    head = format_html(
        '<td class="num" data-label="序号">{}</td><td data-label="姓名" class="text-nowrap">{}</td>',
        row.row_number,
        row.name,
    )
    if row.category != FULL:
        return format_html("<tr>{}{}</tr>", head, _NOT_GRADED)
    uid, name = row.key, row.name
    votes = format_html_join(
        "",
        '<td data-label="{}票" class="num"><input class="form-control is-votes" name="votes_{}_{}" value="{}"'
        ' inputmode="numeric" maxlength="4" aria-label="{} {}票" data-votes></td>',
        (
            (
                label,
                grade,
                uid,
                "" if opinion.tally is None else opinion.tally[GRADES.index(grade)],
                name,
                label,
            )
            for grade, label in GRADE_LABELS.items()
        ),
    )
    return format_html(
        '<tr data-appraisal-row>{}<td data-label="自评">{}</td>{}<td data-label="评定">{}</td>{}</tr>',
        head,
        _select(f"self_{uid}", f"{name} 自评", opinion.self_grade, "self"),
        votes,
        _select(f"grade_{uid}", f"{name} 评定等次", opinion.grade, "grade"),
        _texts(uid, name, opinion),
    )


def _select(name: str, label: str, chosen: str, column: str) -> SafeString:
    options = format_html_join(
        "",
        '<option value="{}"{}>{}</option>',
        ((value, _SELECTED if value == chosen else "", words) for value, words in _CHOICES),
    )
    return format_html(
        '<select class="form-select" name="{}" aria-label="{}" data-grade="{}">{}</select>',
        name,
        label,
        column,
        options,
    )


def _texts(uid: str, name: str, opinion: Opinion) -> SafeString:
    return format_html_join(
        "",
        '<td data-label="{}"><input class="form-control" name="{}_{}" value="{}" maxlength="300"'
        ' aria-label="{} {}"></td>',
        (
            (label, key, uid, value, name, label)
            for key, label, value in (
                ("reason", "主要问题", opinion.reason),
                ("follow", "后续措施", opinion.follow_up),
            )
        ),
    )


class FeedbackForm(PortalForm):
    """反馈: who was told the result, and when."""

    day = forms.DateField(
        label="反馈日期", widget=DateInput, error_messages={"invalid": "日期看不懂，请写成 2026-12-31。"}
    )
    entries = forms.MultipleChoiceField(
        label="已反馈的党员",
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": "请勾选已反馈的党员。",
            "invalid_choice": "名单有变化，请核对后重新勾选。",
        },
    )

    def __init__(self, *args, entries: Sequence[AppraisalEntry], since, **kwargs):
        super().__init__(*args, **kwargs)
        self.since = since
        self.fields["entries"].choices = [(entry.uid.hex, entry.name) for entry in entries]
        self.fields["entries"].error_messages["required"] = "请勾选已反馈的党员。"

    def clean_day(self):
        day = self.cleaned_data["day"]
        if day > today_shanghai():
            raise forms.ValidationError("反馈日期不能晚于今天。")
        if day < self.since:
            raise forms.ValidationError(f"反馈日期不能早于评议日期 {self.since.isoformat()}。")
        return day


class LookForm(PortalForm):
    """Why somebody of the committee looks into a branch's grades, or takes them out."""

    reason = forms.CharField(
        label="事由",
        min_length=4,
        max_length=200,
        help_text="事由一并记入查看与导出记录。",
        error_messages={"min_length": "请写明事由，至少 4 个字。"},
    )
