"""The texts of one record: what was prepared, said, resolved and learned; the same fields whether or not the gathering's
facts and roll stand on the same page.
"""

import datetime
from collections.abc import Sequence

from django import forms
from django.core.exceptions import ValidationError

from activities.actions.facts import Texts
from activities.forms.gathering import KindForm
from activities.forms.minutes import MinutesRows
from activities.models import ActivityKind, ActivityRecord
from activities.queries.eligibility import Eligible
from activities.queries.minutes import PriorMeeting
from activities.rules.kinds import KINDS, OF_A_YEAR, year_of
from activities.rules.parts import (
    LECTURER,
    MATERIAL,
    PART_LABELS,
    PREPARATION,
    REQUIRED,
    SUMMARY,
    use_of,
    used_parts,
)
from branch_portal.once import OneTimeFormMixin


class TextsForm(OneTimeFormMixin, KindForm):
    """Fields of a record of one kind. `rows` are its 议题, 发言要点 and 决议."""

    theme = forms.CharField(label="主题", max_length=120)
    preparation = forms.CharField(
        label=PART_LABELS[PREPARATION],
        max_length=5000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    content = forms.CharField(
        label="内容", max_length=20000, required=False, widget=forms.Textarea(attrs={"rows": 8})
    )
    summary = forms.CharField(
        label="小结", max_length=5000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    draft = forms.CharField(required=False, widget=forms.HiddenInput, max_length=1)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        *args,
        day: datetime.date,
        rows_initial: dict | None = None,
        priors: Sequence[PriorMeeting] = (),
        **kwargs,
    ):
        super().__init__(*args, **kwargs)
        self.day, kind = day, self.kind
        self.parts = used_parts(kind)
        for name in (PREPARATION, SUMMARY):
            if name not in self.parts:
                del self.fields[name]
        self._add_text_fields()
        self.fields["content"].widget.attrs["placeholder"] = KINDS[kind].content_hint
        self.rows = MinutesRows(
            self.parts,
            kind=kind,
            data=self.data if self.is_bound else None,
            initial=rows_initial,
            priors=priors,
        )

    def _add_text_fields(self) -> None:
        if LECTURER in self.parts:
            self.fields["lecturer"] = forms.CharField(label="主讲人", max_length=60, required=False)
            self.fields["lecturer"].error_messages["required"] = "请填写主讲人。"
        if MATERIAL in self.parts:
            self.fields["material"] = forms.CharField(
                label=PART_LABELS[MATERIAL], max_length=200, required=False
            )
        if KINDS[self.kind].gives_hours:
            whole = KINDS[self.kind].study == "whole"
            self.fields["study_minutes"] = forms.IntegerField(
                label="学习分钟数",
                required=False,
                min_value=0,
                max_value=1440,
                help_text="不填则按活动时长计算学时" if whole else "会上有学习的，填写学习用时，按此计算学时",
                error_messages={
                    "invalid": "学习分钟数请填整数，例如 90。",
                    "min_value": "学习分钟数不能小于 0。",
                    "max_value": "学习分钟数不能超过 1440。",
                },
            )
        if self.kind in OF_A_YEAR:
            self.fields["assessment_year"] = forms.IntegerField(
                label="所属年度",
                required=False,
                initial=year_of(self.kind, self.day),
                error_messages={"invalid": "所属年度请填四位年份，例如 2026。"},
            )
        if self.kind == ActivityKind.ORG_LIFE_MEETING:
            self.fields["held_as"] = forms.ChoiceField(
                label="召开形式", choices=ActivityRecord.HeldAs.choices, initial=ActivityRecord.HeldAs.GENERAL
            )
            self.fields["held_as"].widget.attrs["data-roll-date"] = ""

    def keep_held_as(self, held_as: str, why: str) -> None:
        """What the meeting is held as stays, because the roll and the reach follow from it; `why` is told to who tries."""
        field = self.fields["held_as"]
        field.choices = [choice for choice in ActivityRecord.HeldAs.choices if choice[0] == held_as]
        field.error_messages["invalid_choice"] = why

    @property
    def is_draft(self) -> bool:
        """暂存 was pressed."""
        return self.data.get("draft") == "1"

    def unjudged(self) -> None:
        """Show what is typed without saying what it lacks."""
        self._errors = forms.utils.ErrorDict()
        self.rows.unjudged()

    def clean(self) -> dict:
        values = super().clean()
        for message in self.rows.errors():
            self.add_error(None, ValidationError(message))
        # Minutes in parts need no second text beside them.
        if not self.is_draft and not values.get("content") and not self.rows.typed:
            self.add_error("content", "请填写内容。")
        return values

    def check_year(self, day: datetime.date) -> None:
        """What belongs to a year is held in it, or early in the next."""
        year = self.cleaned_data.get("assessment_year")
        if year is not None and year not in (day.year, day.year - 1):
            self.add_error("assessment_year", f"所属年度应为 {day.year} 或 {day.year - 1}。")

    def check_minutes(self, duration: int) -> None:
        """Nobody studies longer than the gathering lasts."""
        minutes = self.cleaned_data.get("study_minutes")
        if minutes is not None and 0 < duration < minutes:
            self.add_error("study_minutes", f"学习分钟数不能超过活动时长（{duration} 分钟）。")

    def text_values(self, people: Sequence[Eligible]) -> dict:
        """Keyword arguments of `Texts`, from a valid form."""
        values = self.cleaned_data
        return {
            "kind": self.kind,
            "theme": values["theme"],
            "lecturer": values.get("lecturer", ""),
            "material": values.get("material", ""),
            "held_as": values.get("held_as", ""),
            "preparation": values.get("preparation", ""),
            "study_minutes": values.get("study_minutes"),
            "content": values["content"],
            "summary": values.get("summary", ""),
            "assessment_year": values.get("assessment_year"),
            **self.rows.lines(people),
        }


class PartForm(TextsForm):
    """One record of a gathering whose facts and roll are fixed or kept with another record."""

    def __init__(self, *args, people: Sequence[Eligible], duration: int, **kwargs):
        super().__init__(*args, **kwargs)
        self.people, self.duration = people, duration
        # Of what it is held as, the roll is a consequence; another record's roll cannot follow it.
        self.fields.pop("held_as", None)
        if self.is_bound and use_of(self.kind, LECTURER) == REQUIRED:
            self.fields["lecturer"].required = not self.is_draft

    def clean(self) -> dict:
        values = super().clean()
        self.check_minutes(self.duration)
        self.check_year(self.day)
        return values

    def texts(self, *, held_as: str = "") -> Texts:
        return Texts(**self.text_values(self.people) | {"held_as": held_as})
