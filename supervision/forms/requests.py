"""Writing a work request: words, whom it is for, what the portal holds, and the rows of what is new."""

import datetime
import re
from collections.abc import Sequence

from django import forms
from django.forms import BaseFormSet, formset_factory
from django.urls import reverse_lazy
from django.utils import timezone

from branch_portal.dates import to_local, today_shanghai
from branch_portal.forms import DateInput, FilterForm, PortalForm, RowForm
from branch_portal.once import OneTimeFormMixin
from members.models import PartyOrganization
from notices.forms.notices import NoticeTextBase
from supervision.actions.requests import Asked
from supervision.forms.filters import SubtreeYearForm
from supervision.models import RequestField, WorkRequest
from supervision.queries.held import held_figures
from supervision.rules.requests import CHOICE, FILE, MOST_FREE, MOST_HELD

_BY_PARTS = re.compile(r"[、,，;；\n]+")
#: Five days to answer, until the end of the working day.
_DAYS, _HOUR = datetime.timedelta(days=5), datetime.time(18)


class RequestForm(OneTimeFormMixin, NoticeTextBase):
    """A draft: words, deadline, branches, and the figures of the portal that go with it."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1, max_value=2**31 - 1)
    as_of = forms.DateField(
        label="数据截止日期",
        required=False,
        widget=DateInput,
        help_text="系统数据按这一天统计；不填则按支部填报当天。",
        error_messages={"invalid": "日期看不懂，请写成 2026-06-30。"},
    )
    reach = forms.ChoiceField(
        label="发给",
        choices=[("all", "所属全部党支部"), ("some", "只发给下面选中的")],
        widget=forms.RadioSelect,
    )
    roots = forms.MultipleChoiceField(label="按组织", required=False, widget=forms.CheckboxSelectMultiple)
    categories = forms.MultipleChoiceField(
        label="按单位类别",
        required=False,
        choices=PartyOrganization.UnitCategory.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    branches = forms.MultipleChoiceField(
        label="逐个选党支部", required=False, widget=forms.CheckboxSelectMultiple
    )
    held = forms.MultipleChoiceField(
        label="系统已有的数据", required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args, roots: Sequence, branches: Sequence, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["due_day"].label, self.fields["due_time"].label = "截止日期", "截止时间"
        for name in ("due_day", "due_time"):
            self.fields[name].required = True
            self.fields[name].error_messages["required"] = f"请填写{self.fields[name].label}。"
        self.parts = {part.uid.hex: part for part in (*roots, *branches)}
        self.fields["roots"].choices = [(part.uid.hex, str(part)) for part in roots]
        self.fields["branches"].choices = [(part.uid.hex, str(part)) for part in branches]
        self.fields["held"].choices = [(figure.key, figure.label) for figure in held_figures()]

    def clean(self) -> dict:
        values = super().clean()
        self.check_deadline(values, wanted=True)
        if values["deadline"] and values["deadline"] <= timezone.now():
            self.add_error("due_day", "截止时间已经过了，请改为以后的时间。")
        if values.get("reach") == "some" and not any(
            values.get(name) for name in ("roots", "categories", "branches")
        ):
            self.add_error("reach", "请在下面选择组织、单位类别或党支部，或者改为发给全部。")
        if len(values.get("held") or ()) > MOST_HELD:
            self.add_error(
                "held",
                f"一次最多带 {MOST_HELD} 项系统数据；需要更多的，请直接用“统计与报表”导出，不用发给支部。",
            )
        return values

    @property
    def words(self) -> dict:
        """What the actions take."""
        values = self.cleaned_data
        some = values["reach"] == "some"
        return {name: values[name] for name in ("title", "text", "deadline", "as_of")} | {
            "audience": {
                "roots": self._ids(values["roots"]) if some else [],
                "categories": values["categories"] if some else [],
                "branches": self._ids(values["branches"]) if some else [],
            }
        }

    def _ids(self, uids: Sequence[str]) -> list[int]:
        return [self.parts[uid].pk for uid in uids]

    def held_groups(self) -> list[dict]:
        """The catalogue by source, each entry with its tick, for the template."""
        ticked = set(self["held"].value() or ())
        groups: dict[str, list[dict]] = {}
        for figure in held_figures():
            entry = {"figure": figure, "ticked": figure.key in ticked}
            groups.setdefault(figure.source.value, []).append(entry)
        return [
            {"name": name, "entries": entries, "ticked": sum(entry["ticked"] for entry in entries)}
            for name, entries in groups.items()
        ]


#: While a label is typed, the portal says what it has (htmx; without it the catalogue is a page of its own).
_PROPOSE = {
    "hx-get": reverse_lazy("supervision:request-held"),
    # Not on `change`: whoever presses one of the answers leaves the field, and the answer would be taken from under the finger.
    "hx-trigger": "input changed delay:400ms",
    "hx-target": "next .proposals",
    "autocomplete": "off",
}


class FreeFieldRow(RowForm):
    """One thing that is new; a row without a label says nothing."""

    use_required_attribute = False
    label = forms.CharField(
        label="要填的内容", max_length=60, required=False, widget=forms.TextInput(attrs=_PROPOSE)
    )
    kind = forms.ChoiceField(label="填写方式", choices=RequestField.Kind.choices, initial="short")
    choices = forms.CharField(
        label="可选项",
        max_length=400,
        required=False,
        help_text="只有“选择一项”要填，用顿号分开，如：已完成、进行中、未开始。",
    )
    required = forms.BooleanField(label="必填", required=False, initial=True)
    valid_months = forms.TypedChoiceField(
        label="多久内不变",
        choices=RequestField.Validity.choices,
        coerce=int,
        initial=12,
        help_text="在此期间再问同样的内容，直接用支部已报的。",
    )

    def has_changed(self) -> bool:
        return bool(str(self.data.get(self.add_prefix("label"), "")).strip()) if self.is_bound else False

    def clean_label(self) -> str:
        return " ".join(self.cleaned_data["label"].split())

    def clean_choices(self) -> list[str]:
        parts = [" ".join(part.split()) for part in _BY_PARTS.split(self.cleaned_data["choices"])]
        return list(dict.fromkeys(part[:60] for part in parts if part))

    def clean(self) -> dict:
        values = super().clean()
        if values.get("kind") == CHOICE and len(values.get("choices") or ()) < 2:
            self.add_error("choices", "“选择一项”请写出至少两个可选项，用顿号分开。")
        return values

    @property
    def asked(self) -> Asked:
        values = self.cleaned_data
        kind = values["kind"]
        return Asked(
            label=values["label"],
            kind=kind,
            choices=tuple(values["choices"]) if kind == CHOICE else (),
            required=values["required"] and kind != FILE,
            valid_months=values["valid_months"],
        )


class _Rows(BaseFormSet):
    def add_fields(self, form, index):
        super().add_fields(form, index)
        form.empty_permitted = True


_FreeRows = formset_factory(
    FreeFieldRow, formset=_Rows, extra=2, max_num=MOST_FREE, absolute_max=MOST_FREE, validate_max=True
)


class FreeFields:
    """The rows of what is new, bound to what was posted or filled with what is stored."""

    prefix = "free"

    def __init__(self, form_data=None, *, initial: Sequence[dict] = ()):
        if form_data is not None and f"{self.prefix}-TOTAL_FORMS" in form_data:
            self.rows = _FreeRows(form_data, prefix=self.prefix)
        else:
            self.rows = _FreeRows(prefix=self.prefix, initial=list(initial))

    def errors(self) -> list[str]:
        """What is wrong, each with its row."""
        if not self.rows.is_bound or self.rows.is_valid():
            return []
        found = [str(error) for error in self.rows.non_form_errors()]
        for number, row in enumerate(self.rows.forms, start=1):
            found += [
                f"第 {number} 项：{message}" for messages in row.errors.values() for message in messages
            ]
        return found

    def unjudged(self) -> None:
        for row in self.rows.forms:
            row._errors = forms.utils.ErrorDict()

    @property
    def asked(self) -> list[Asked]:
        if not self.rows.is_bound:
            return []
        return [row.asked for row in self.rows.forms if row.has_changed()]


class SendRequestForm(PortalForm):
    """The version that was looked at."""

    version = forms.IntegerField(min_value=1, max_value=2**31 - 1)


class WithdrawRequestForm(PortalForm):
    reason = forms.CharField(label="撤回原因", max_length=200, help_text="会显示给收到要求的党支部。")


class ReturnAnswerForm(PortalForm):
    reason = forms.CharField(
        label="退回意见",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="请写明哪一项要改、怎样改，会显示给该党支部。",
    )


class RequestSenderForm(FilterForm):
    """`?for=<organisation>`: in whose name."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["for"] = forms.UUIDField(required=False)


class ProposalForm(FilterForm):
    """What is being typed; htmx sends the field under the name of its row."""

    q = forms.CharField(label="查找", required=False, max_length=60)

    def typed(self) -> str:
        text = self.values().get("q") or ""
        if not text:
            rows = [
                value
                for name, value in self.data.items()
                if name.startswith("free-") and name.endswith("-label")
            ]
            text = rows[0][:60] if rows else ""
        return text


class RequestListForm(FilterForm):
    state = forms.ChoiceField(
        label="状态", required=False, choices=[("", "全部"), *WorkRequest.State.choices]
    )
    cursor = forms.CharField(required=False, max_length=300, widget=forms.HiddenInput)


class TargetListForm(FilterForm):
    """Which branches of a request."""

    state = forms.ChoiceField(
        label="填报情况",
        required=False,
        choices=[("", "全部"), ("missing", "未填报"), ("answered", "已填报"), ("doubt", "认为系统数据有误")],
    )
    cursor = forms.CharField(required=False, max_length=300, widget=forms.HiddenInput)


class BurdenForm(SubtreeYearForm):
    """Which part of the tree, which year, which month of the branches' table."""

    month = forms.TypedChoiceField(
        label="月份",
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", "本月"), *((month, f"{month} 月") for month in range(1, 13))],
    )
    field_order = ("organization", "year", "month")

    @property
    def chosen_month(self) -> int:
        return self.values().get("month") or today_shanghai().month


def new_initial() -> dict:
    return {"reach": "all", "due_day": today_shanghai() + _DAYS, "due_time": _HOUR}


def draft_initial(request: WorkRequest, form_parts: Sequence[PartyOrganization]) -> dict:
    """What the form starts from for a stored draft."""
    due, audience = to_local(request.deadline), request.audience
    uids = {part.pk: part.uid.hex for part in form_parts}
    chosen = {
        name: [uids[pk] for pk in audience.get(name) or () if pk in uids] for name in ("roots", "branches")
    }
    categories = audience.get("categories") or []
    return {
        "title": request.title,
        "text": request.text,
        "due_day": due.date(),
        "due_time": due.time(),
        "as_of": request.as_of,
        "reach": "some" if any((*chosen.values(), categories)) else "all",
        "categories": categories,
        "held": [field.held_key for field in request.fields.all() if field.is_held],
        "version": request.version,
        **chosen,
    }


def draft_rows(request: WorkRequest) -> list[dict]:
    return [
        {
            "label": field.label,
            "kind": field.kind,
            "choices": "、".join(field.choices),
            "required": field.required,
            "valid_months": field.valid_months,
        }
        for field in request.fields.all()
        if not field.is_held
    ]
