"""Forms of the year plan: the year, one line per period, a plan's own words and time, the branch's theme day."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from django import forms

from activities.forms.announce import AnnounceForm
from activities.rules.plan import Habit, Period
from activities.rules.theme_day import DAY_OF_MONTH, LAST, NTH_WEEKDAY, SHIFTS, ThemeDayRule
from branch_portal.dates import WEEKDAYS_CN, format_date_cn, today_shanghai
from branch_portal.forms import DateInput, FilterForm, PortalForm, TimeInput
from branch_portal.once import OneTimeFormMixin
from members.models import PartyOrganization


class PlanYearForm(FilterForm):
    """`?year=…` and `?for=<branch or cell>`: which plan."""

    year = forms.IntegerField(label="年度", required=False, min_value=2000, max_value=2100)

    def __init__(self, *args, years: Sequence[int] = (), default: int = 0, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["for"] = forms.UUIDField(required=False)
        self.years, self.default = years, default

    @property
    def chosen(self) -> int:
        """The year asked for where it may be planned, else the default."""
        year = self.values().get("year")
        return year if year and (not self.years or year in self.years) else self.default


@dataclass(frozen=True)
class Line:
    """One period of the form: its field names, what it says, and what it starts with (None: not proposed now)."""

    period: Period
    cell_name: str
    cell_uid: str
    habit: Habit
    day: datetime.date | None

    @property
    def name(self) -> str:
        kind, _, index = self.period.key
        return "-".join(part for part in (kind, self.cell_uid[:8], str(index)) if part)

    @property
    def title(self) -> str:
        return self.period.title + (f"（{self.cell_name}）" if self.cell_name else "")


_PARTS = ("on", "day", "start", "end", "place")


class PlanForm(OneTimeFormMixin, PortalForm):
    """The whole plan. Fields of a line are `<line>-on`, `-day`, `-start`, `-end`, `-place`; only ticked lines are looked at."""

    def __init__(self, *args, branch: PartyOrganization, year: int, lines: Sequence[Line], **kwargs):
        super().__init__(*args, **kwargs)
        self.branch, self.year, self.lines = branch, year, lines
        for line in lines:
            self._add(line)

    def _add(self, line: Line) -> None:
        fields = {
            "on": forms.BooleanField(required=False, initial=line.day is not None),
            "day": forms.DateField(required=False, initial=line.day, widget=DateInput()),
            "start": forms.TimeField(required=False, initial=line.habit.start, widget=TimeInput()),
            "end": forms.TimeField(required=False, initial=line.habit.end, widget=TimeInput()),
            "place": forms.CharField(required=False, initial=line.habit.place, max_length=80),
        }
        words = {"on": "列入计划", "day": "日期", "start": "开始时间", "end": "结束时间", "place": "地点"}
        for part, field in fields.items():
            field.label = f"{line.title} {words[part]}"
            field.widget.attrs["aria-label"] = field.label
            field.widget.attrs["class"] = "form-check-input" if part == "on" else "form-control"
            self.fields[f"{line.name}-{part}"] = field
        self.fields[f"{line.name}-day"].error_messages["invalid"] = "日期看不懂，请写成 2027-04-13。"
        for part in ("start", "end"):
            self.fields[f"{line.name}-{part}"].error_messages["invalid"] = "时间看不懂，请写成 15:00。"
        self.fields[f"{line.name}-place"].error_messages["max_length"] = "地点不能超过 80 个字。"

    def values_of(self, line: Line) -> dict:
        return {part: self.cleaned_data.get(f"{line.name}-{part}") for part in _PARTS}

    def ticked(self) -> list[tuple[Line, dict]]:
        """The lines to save, each with its values; of a valid form."""
        return [(line, values) for line in self.lines if (values := self.values_of(line))["on"]]

    def clean(self) -> dict:
        cleaned = super().clean()
        any_ticked = False
        for line in self.lines:
            if not self.cleaned_data.get(f"{line.name}-on"):
                for part in _PARTS:
                    self._errors.pop(f"{line.name}-{part}", None)
                continue
            any_ticked = True
            self._check(line, self.values_of(line))
        if not any_ticked and not self.errors:
            raise forms.ValidationError("一项都没有勾选，请至少勾选一项再保存。")
        return cleaned

    def _check(self, line: Line, values: dict) -> None:
        for part, word in (("day", "日期"), ("start", "开始时间"), ("end", "结束时间"), ("place", "地点")):
            if not values[part] and f"{line.name}-{part}" not in self.errors:
                self.add_error(f"{line.name}-{part}", f"请填写{word}，或者取消勾选这一项。")
        day, start, end = values["day"], values["start"], values["end"]
        if start and end and end <= start:
            self.add_error(f"{line.name}-end", f"结束时间应晚于开始时间 {start:%H:%M}。")
        if not day:
            return
        period, founded, abolished = line.period, self.branch.founded_on, self.branch.abolished_on
        if not period.first <= day <= period.closes:
            span = f"{format_date_cn(period.first)}至{format_date_cn(period.closes)}"
            self.add_error(f"{line.name}-day", f"{period.label}的活动应在{span}之间。")
        elif day <= today_shanghai():
            self.add_error(f"{line.name}-day", "计划的日期应在今天以后；已经开过的，请直接“记录活动”。")
        elif day < founded or (abolished and day >= abolished):
            self.add_error(f"{line.name}-day", "这一天党支部尚未成立或已经撤销，请核对日期。")


class EditPlannedForm(AnnounceForm):
    """修改计划: theme, time and place of a plan; the version says what was read."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in ("cell", "submission_key"):
            self.fields.pop(name, None)
        self.order_fields(["theme", "on_date", "start", "end", "place", "note", "version"])


class ThemeDayForm(PortalForm):
    """主题党日的固定日: a day of the month or the nth weekday, and where it goes when it is a day off."""

    rule = forms.ChoiceField(label="固定日", choices=PartyOrganization.ThemeDayRule.choices)
    day = forms.IntegerField(label="每月几日", required=False, min_value=1, max_value=31)
    nth = forms.TypedChoiceField(
        label="第几个",
        required=False,
        coerce=int,
        empty_value=None,
        choices=[(number, f"第{'一二三四五'[number - 1]}个") for number in range(1, 6)],
        help_text="没有第五个的月份，取最后一个。",
    )
    weekday = forms.TypedChoiceField(
        label="星期几",
        required=False,
        coerce=int,
        empty_value=None,
        choices=[(number, word) for number, word in enumerate(WEEKDAYS_CN, start=1)],
    )
    shift = forms.ChoiceField(label="遇节假日", choices=PartyOrganization.ThemeDayShift.choices)
    redate = forms.BooleanField(label="尚未通知的主题党日计划随之改期", required=False, initial=True)

    def clean(self) -> dict:
        values = super().clean()
        if values.get("rule") == DAY_OF_MONTH and not values.get("day") and "day" not in self.errors:
            self.add_error("day", "请填写每月几日（1–31）。")
        if values.get("rule") == NTH_WEEKDAY:
            for name, word in (("nth", "第几个"), ("weekday", "星期几")):
                if not values.get(name) and name not in self.errors:
                    self.add_error(name, f"请选择{word}。")
        return values

    @property
    def chosen(self) -> ThemeDayRule:
        """The rule of a valid form."""
        values = self.cleaned_data
        if values["rule"] == DAY_OF_MONTH:
            return ThemeDayRule(DAY_OF_MONTH, day=values["day"], shift=values["shift"])
        return ThemeDayRule(NTH_WEEKDAY, nth=values["nth"], weekday=values["weekday"], shift=values["shift"])


def theme_day_initial(rule: ThemeDayRule) -> dict:
    return {
        "rule": rule.kind,
        "day": rule.day,
        "nth": 5 if rule.nth == LAST else rule.nth,
        "weekday": rule.weekday,
        "shift": rule.shift if rule.shift in SHIFTS else "",
    }
