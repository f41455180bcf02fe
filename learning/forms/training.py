"""Forms of training classes: the class, its half-days, whom it is for."""

import datetime
import re
from collections.abc import Iterable, Mapping

from django import forms

from branch_portal.forms import DateInput, FilterForm, PortalForm, TimeInput
from branch_portal.once import OneTimeFormMixin
from learning.actions.training import ClassFacts
from learning.keepers import kept_organizations
from learning.models import TrainingClass, TrainingEnrollment, TrainingSession
from learning.queries.training import POST_GROUPS
from learning.rules.training import DAY_HOURS, MOST_DAYS, MOST_MINUTES, half_days
from members.models import Member, PartyOrganization
from members.names import tidy_name

_BETWEEN = re.compile(r"[\n\t,，、;；|/]+")
_NUMBERING = re.compile(r"^[\s(（]*\d{1,3}\s*[)）.．、:：号]?\s*")
_TITLES = re.compile(r"(?<=..)(同志|书记|委员|组长)$")


class _ClassFields(PortalForm):
    """What both forms of a class ask."""

    title = forms.CharField(label="培训班名称", max_length=80)
    level = forms.ChoiceField(label="组织层级", choices=TrainingClass.Level.choices)
    first_on = forms.DateField(label="开始日期", widget=DateInput)
    last_on = forms.DateField(label="结束日期", widget=DateInput)
    place = forms.CharField(label="地点", max_length=80)
    day_hours = forms.TypedChoiceField(
        label="每天学时",
        coerce=int,
        choices=[(hours, f"每天 {hours} 学时") for hours in DAY_HOURS],
        help_text="按上下午各一半折成分钟；个别半天时间不同的，保存后在“半天安排”里修改。",
    )
    morning_from = forms.TimeField(label="上午开始", widget=TimeInput, initial=datetime.time(9))
    afternoon_from = forms.TimeField(label="下午开始", widget=TimeInput, initial=datetime.time(14))
    teacher = forms.CharField(label="授课人", max_length=80, required=False)
    topics = forms.CharField(
        label="培训内容", max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    materials = forms.CharField(
        label="学习材料", max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in ("first_on", "last_on"):
            self.fields[name].error_messages["invalid"] = "日期看不懂，请写成 2026-04-13。"
        for name in ("morning_from", "afternoon_from"):
            self.fields[name].error_messages["invalid"] = "时间看不懂，请写成 09:00。"

    def clean(self):
        cleaned = super().clean()
        first, last = cleaned.get("first_on"), cleaned.get("last_on")
        if first and not 2019 <= first.year <= 2099:
            self.add_error("first_on", "请核对年份。")
        if first and last and last < first:
            self.add_error("last_on", "结束日期早于开始日期，请核对。")
        elif first and last and (last - first).days >= MOST_DAYS:
            self.add_error("last_on", f"一个培训班最多 {MOST_DAYS} 天，请核对日期，或分期登记。")
        return cleaned

    def facts(self) -> ClassFacts:
        return ClassFacts(**{name: self.cleaned_data[name] for name in _ClassFields.base_fields})


class PlanClassForm(OneTimeFormMixin, _ClassFields):
    field_order = ("organizer", "title", "level")
    organizer = forms.ModelChoiceField(
        label="举办单位",
        queryset=PartyOrganization.objects.none(),
        to_field_name="uid",
        empty_label=None,
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["organizer"].queryset = kept_organizations(self.user)
        if self.fields["organizer"].queryset.above_branches().exists():
            self.fields["level"].initial = TrainingClass.Level.SUPERIOR


class ChangeClassForm(_ClassFields):
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args, training: TrainingClass, **kwargs):
        stored = {name: getattr(training, name) for name in _ClassFields.base_fields}
        super().__init__(*args, initial=stored | {"version": training.version}, **kwargs)


class HalfDaysForm(PortalForm):
    """Minutes of each half-day; 0 or empty for one that is not held."""

    def __init__(self, *args, training: TrainingClass, sessions: Iterable[TrainingSession], **kwargs):
        super().__init__(*args, **kwargs)
        stored = {(row.on_date, row.half): row for row in sessions}
        self.keys: dict[str, tuple[datetime.date, str]] = {}
        for day, half in half_days(training.first_on, training.last_on):
            name, session = f"{day:%Y%m%d}-{half}", stored.get((day, half))
            label = f"{day.month}月{day.day}日{TrainingSession.Half(half).label}"
            self.keys[name] = day, half
            self.fields[name] = forms.IntegerField(
                label=label + ("（已点名）" if session and session.roll_saved_at else ""),
                required=False,
                min_value=0,
                max_value=MOST_MINUTES,
                initial=session.minutes if session else 0,
                error_messages={
                    "invalid": "请填整数分钟，例如 180。",
                    "min_value": "分钟数不能小于 0。",
                    "max_value": f"半天最多 {MOST_MINUTES} 分钟。",
                },
            )

    def minutes(self) -> Mapping[tuple[datetime.date, str], int]:
        return {key: self.cleaned_data.get(name) or 0 for name, key in self.keys.items()}


class CancelClassForm(PortalForm):
    reason = forms.CharField(
        label="取消原因", max_length=100, error_messages={"max_length": "原因最多 100 字，请缩短。"}
    )


class ConfirmClassForm(PortalForm):
    version = forms.IntegerField(widget=forms.HiddenInput)


# --- People ---


class PeopleFilter(FilterForm):
    """Whom to look for: branch, post, category, or names out of a list."""

    branch = forms.ModelChoiceField(
        label="党支部",
        queryset=PartyOrganization.objects.none(),
        to_field_name="uid",
        required=False,
        empty_label="全部",
    )
    post = forms.ChoiceField(
        label="职务",
        required=False,
        choices=[("", "不限"), *((key, label) for key, (label, _) in POST_GROUPS.items())],
    )
    category = forms.ChoiceField(
        label="人员类别", required=False, choices=[("", "不限"), *Member.Category.choices]
    )
    names = forms.CharField(
        label="按姓名查找",
        required=False,
        max_length=8000,
        widget=forms.Textarea(
            attrs={"rows": 3, "placeholder": "从通知或表格里复制姓名，一行一个，或用顿号隔开"}
        ),
    )

    def __init__(self, *args, branches, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["branch"].queryset = branches

    def asked(self) -> dict:
        values = self.values()
        return {
            "branch": values.get("branch"),
            "post": values.get("post") or "",
            "category": values.get("category") or "",
            "names": read_names(values.get("names") or ""),
        }


def read_names(text: str) -> list[str]:
    """The names of a pasted list, without numbering and titles, each once."""
    pieces = (_NUMBERING.sub("", piece.replace("\x00", "")) for piece in _BETWEEN.split(text))
    names = (_TITLES.sub("", tidy_name(piece)) for piece in pieces)
    return list(dict.fromkeys(name for name in names if name))[:1000]


class EnrollForm(PortalForm):
    members = forms.ModelMultipleChoiceField(
        label="学员",
        queryset=Member.objects.none(),
        to_field_name="uid",
        error_messages={
            "required": "请先勾选党员。",
            "invalid_choice": "所选党员已在名单中，或不在可选范围内，请重新查找。",
            "invalid_pk_value": "所选党员无法识别，请重新查找。",
        },
    )

    def __init__(self, *args, people, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["members"].queryset = people
        self.fields["members"].error_messages["required"] = "请先勾选党员。"


class TakeOffForm(PortalForm):
    enrollments = forms.ModelMultipleChoiceField(
        label="学员",
        queryset=TrainingEnrollment.objects.none(),
        to_field_name="uid",
        error_messages={
            "invalid_choice": "所选学员已不在名单中，请刷新后重试。",
            "invalid_pk_value": "所选学员无法识别。",
        },
    )

    def __init__(self, *args, rows, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["enrollments"].queryset = rows
        self.fields["enrollments"].error_messages["required"] = "请先勾选学员。"


class BranchSearchForm(FilterForm):
    q = forms.CharField(label="党支部名称", required=False, max_length=40)


class AskBranchForm(PortalForm):
    branch = forms.UUIDField(widget=forms.HiddenInput)
