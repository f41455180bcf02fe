"""The branch's answer to a request: figures to look at, new things to fill in, what was said before already in its place."""

import datetime
import hashlib
import json

from django import forms
from django.utils import timezone

from branch_portal.dates import parse_date
from branch_portal.forms import CursorFilter, DateInput, PortalForm, SeveralFilesField
from supervision.actions.request_answers import Given, figures_of
from supervision.models import RequestBranch, RequestField
from supervision.queries.duplicates import Knowledge
from supervision.rules.requests import CHOICE, DATE, FILE, LONG, NUMBER, YES_NO, YES_NO_LABELS, stored

_FILE_HELP = "可以不交。照片、PDF、Word（.docx）或 Excel（.xlsx），不超过 20 MB。"


def _field_of(field: RequestField) -> forms.Field:
    common: dict = {"label": field.label, "required": field.required}
    if field.kind == NUMBER:
        widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
        return forms.CharField(max_length=20, widget=widget, **common)
    if field.kind == DATE:
        return forms.DateField(
            widget=DateInput, error_messages={"invalid": "日期看不懂，请写成 2026-06-30。"}, **common
        )
    if field.kind in (YES_NO, CHOICE):
        options = YES_NO_LABELS.items() if field.kind == YES_NO else [(one, one) for one in field.choices]
        none = [] if field.required else [("", "不填")]
        return forms.ChoiceField(choices=[*none, *options], widget=forms.RadioSelect, **common)
    if field.kind == FILE:
        widget = forms.FileInput(attrs={"accept": SeveralFilesField.ACCEPT})
        return forms.FileField(
            label=field.label, required=False, allow_empty_file=True, widget=widget, help_text=_FILE_HELP
        )
    if field.kind == LONG:
        return forms.CharField(max_length=2000, widget=forms.Textarea(attrs={"rows": 4}), **common)
    return forms.CharField(max_length=200, **common)


class RequestAnswerForm(PortalForm):
    """One input per free field; for a figure of the portal only whether something is wrong with it, and what.

    `seen` says which figures the page showed; `version` which answer of the branch it was made from.
    """

    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1, max_value=2**31 - 1)
    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)

    def __init__(self, *args, target: RequestBranch, known: Knowledge, **kwargs):
        self.target, self.known = target, known
        self.digest = _digest(figures_of(known, target.branch_id))
        super().__init__(*args, **kwargs)
        self.initial.setdefault("version", target.version)
        for field in known.fields:
            if field.is_held:
                self.fields[f"doubt_{field.pk}"] = forms.CharField(
                    label=f"{field.label}有误", max_length=200, required=False
                )
            else:
                self.fields[f"field_{field.pk}"] = shown = _field_of(field)
                if shown.label and shown.required:
                    verb = "选择" if field.kind in (YES_NO, CHOICE) else "填写"
                    shown.error_messages["required"] = f"请{verb}{field.label}。"
        if not known.fields:
            self.fields["note"] = forms.CharField(
                label="办理情况（可以不填）",
                max_length=500,
                required=False,
                widget=forms.Textarea(attrs={"rows": 4}),
            )

    def clean(self) -> dict:
        values = super().clean()
        for field in self.known.fields:
            name = f"field_{field.pk}"
            if field.kind == NUMBER and values.get(name) and stored(NUMBER, values[name]) is None:
                self.add_error(name, "请只填数字，如 12 或 3.5，单位不用写。")
        return values

    def unjudged(self) -> None:
        """Show what is typed without saying what it lacks."""
        self._errors = forms.utils.ErrorDict()

    @property
    def saw_these_figures(self) -> bool:
        return self.cleaned_data["seen"] == self.digest

    def given(self) -> dict[int, Given]:
        """What the action takes; uploads are kept by the view."""
        values, found = self.cleaned_data, {}
        for field in self.known.fields:
            if field.is_held:
                found[field.pk] = Given(doubt=values.get(f"doubt_{field.pk}") or "")
            elif field.kind != FILE:
                value = values.get(f"field_{field.pk}")
                text = value.isoformat() if isinstance(value, datetime.date) else str(value or "")
                found[field.pk] = Given(value=stored(field.kind, text) or "")
        return found

    def uploads(self) -> dict[int, object]:
        """Field id → the file that was chosen."""
        return {
            field.pk: file
            for field in self.known.fields
            if field.kind == FILE and (file := self.cleaned_data.get(f"field_{field.pk}"))
        }


def answer_initial(target: RequestBranch, known: Knowledge) -> dict:
    """What the branch handed in, else what it said before to the same question."""
    found: dict = {"version": target.version, "note": target.note}
    handed = {answer.field_id: answer for answer in target.answers.all()}
    for field in known.fields:
        answer, before = handed.get(field.pk), known.answer_before(field, target.branch_id)
        if field.is_held:
            found[f"doubt_{field.pk}"] = answer.doubt if answer else ""
        elif field.kind != FILE:
            text = answer.value if answer else before.value if before else ""
            found[f"field_{field.pk}"] = parse_date(text) if field.kind == DATE and text else text
    return found


def _digest(figures: dict[str, str]) -> str:
    text = json.dumps(figures, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


class ReceivedRequestsForm(CursorFilter):
    state = forms.ChoiceField(
        label="状态", required=False, choices=[("", "全部"), ("waiting", "待填报"), ("answered", "已填报")]
    )


def is_late(target: RequestBranch) -> bool:
    return target.is_waiting and target.request.deadline < timezone.now()
