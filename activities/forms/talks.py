"""谈心谈话: who with whom, and the filters of the list."""

import re
from collections.abc import Sequence

from django import forms

from activities.queries.talks import Person
from activities.rules.talks import PAIR_LABELS
from branch_portal.dates import today_shanghai
from branch_portal.forms import DateInput, FilterForm, PortalForm
from branch_portal.once import OneTimeFormMixin

_BETWEEN = re.compile(r"[\s、，,；;]+")


class TalkFilterForm(FilterForm):
    """The year, branch, kind and whether they wait."""

    year = forms.TypedChoiceField(label="年度", required=False, coerce=int, empty_value=None)
    kind = forms.ChoiceField(label="类别", required=False, choices=[("", "全部"), *PAIR_LABELS.items()])
    state = forms.ChoiceField(
        label="状态", required=False, choices=[("", "全部"), ("waiting", "待核收"), ("counted", "已登记")]
    )
    cursor = forms.CharField(required=False, max_length=300, widget=forms.HiddenInput)

    def __init__(self, *args, branches=(), **kwargs):
        super().__init__(*args, **kwargs)
        this_year = today_shanghai().year
        self.fields["year"].choices = [
            ("", "全部"),
            *((year, f"{year}年") for year in range(this_year, this_year - 6, -1)),
        ]
        if len(branches) > 1:
            choices = [("", "全部"), *((branch.uid.hex, str(branch)) for branch in branches)]
            self.fields["branch"] = forms.ChoiceField(label="党支部", required=False, choices=choices)
            self.order_fields(["year", "branch", "kind", "state"])


class TalkPrefillForm(FilterForm):
    """`?for=<branch>&with=<member>`: which branch a log is for, and with whom."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["for"] = forms.UUIDField(required=False)
        self.fields["with"] = forms.UUIDField(required=False)
        self.fields["one"] = forms.UUIDField(required=False)


class TalkBase(OneTimeFormMixin, PortalForm):
    """Day, place and what about; who is what the two kinds of form differ in."""

    on_date = forms.DateField(
        label="日期", widget=DateInput, error_messages={"invalid": "日期看不懂，请写成 2026-04-13。"}
    )
    place = forms.CharField(label="地点", max_length=80, required=False)
    note = forms.CharField(
        label="谈话要点",
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="只有谈话双方和本支部记录人员能看到，不超过 500 字。一次登记几人的，每次谈话都记同样的要点。",
    )

    def __init__(self, *args, people: Sequence[Person], **kwargs):
        super().__init__(*args, **kwargs)
        self.people = list(people)
        self.by_uid = {person.uid: person for person in people}

    def clean_on_date(self):
        day = self.cleaned_data["on_date"]
        if day > today_shanghai():
            raise forms.ValidationError("日期不能晚于今天，谈过以后再登记。")
        if day.year < today_shanghai().year - 1:
            raise forms.ValidationError("只登记今年和去年的谈话。")
        return day

    def _two(self, one: Person | None, others: list[Person]) -> None:
        self.one, self.others = one, others


class TalkForm(TalkBase):
    """The record keeper's: one with several at once."""

    one = forms.ChoiceField(label="谈话人")
    others = forms.MultipleChoiceField(label="谈话对象", widget=forms.CheckboxSelectMultiple)

    field_order = ["one", "others", "on_date", "place", "note"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        words = [
            (person.uid, f"{person.name}（{person.post}）" if person.post else person.name)
            for person in self.people
        ]
        self.fields["one"].choices = [("", "请选择"), *words]
        self.fields["others"].choices = words
        for name, label in (("one", "谈话人"), ("others", "谈话对象")):
            self.fields[name].error_messages = {
                "required": f"请选择{label}。",
                "invalid_choice": f"{label}不在本支部当日名单里，请重新选择。",
            }

    def clean(self) -> dict:
        values = super().clean()
        one = self.by_uid.get(values.get("one", ""))
        others = [self.by_uid[uid] for uid in values.get("others", ())]
        if one is not None and one in others:
            others.remove(one)
            if not others:
                self.add_error("others", "谈话人和谈话对象是同一个人，请重新选择。")
        self._two(one, others)
        return values


class OwnTalkForm(TalkBase):
    """A member's: names are typed, because a plain member reads no roster."""

    names = forms.CharField(
        label="与谁谈",
        max_length=400,
        help_text="写姓名全名，可写几位，用顿号隔开；由支部记录人员核收后计入。",
    )

    field_order = ["names", "on_date", "place", "note"]

    def __init__(self, *args, member_id: int, **kwargs):
        super().__init__(*args, **kwargs)
        self.member_id = member_id

    def clean(self) -> dict:
        values = super().clean()
        one = next((person for person in self.people if person.pk == self.member_id), None)
        others, unknown, twice = [], [], []
        for name in dict.fromkeys(part for part in _BETWEEN.split(values.get("names", "")) if part):
            found = [p for p in self.people if p.name == name and p.pk != self.member_id]
            if len(found) == 1:
                others += found
            else:
                (twice if found else unknown).append(name)
        if unknown:
            self.add_error("names", f"本支部没有名叫“{'”“'.join(unknown)}”的其他党员，请核对姓名。")
        if twice:
            self.add_error("names", f"“{'”“'.join(twice)}”有同名党员，请支部委员登记。")
        if one is None:
            self.add_error("on_date", "这一天您还不在本支部，请核对日期。")
        if not (unknown or twice or others) and values.get("names"):
            self.add_error("names", "请写谈话对象的姓名。")
        self._two(one, others)
        return values
