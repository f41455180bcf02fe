"""The rows of minutes in a form: 议题, 发言要点, 决议. Each part is a set of rows of which the empty ones say nothing."""

from collections.abc import Mapping, Sequence

from django import forms
from django.forms import BaseFormSet, formset_factory

from activities.actions.facts import AgendaLine, RemarkLine, ResolutionLine
from activities.models import ActivityKind
from activities.queries.eligibility import Eligible
from activities.queries.minutes import PriorMeeting
from activities.rules.parts import AGENDA, PART_LABELS, REMARKS, RESOLUTIONS
from branch_portal.forms import DateInput, PortalFormHelper
from branch_portal.typed import TypedTextMixin

MAX_ROWS = 60
NAMES_LIST = "people-of-the-day"


class _RowForm(TypedTextMixin, forms.Form):
    helper = PortalFormHelper()
    required_css_class = "required"
    use_required_attribute = False

    #: What a row that says anything must say. Not `required`: an empty row is no fault, so no star stands on it.
    owed: tuple[str, ...] = ()

    def clean(self) -> dict:
        values = super().clean()
        for name in self.owed:
            if not values.get(name) and name not in self.errors:
                self.add_error(name, f"请填写{self.fields[name].label}。")
        return values


def _name_field(label: str) -> forms.CharField:
    attrs = {"list": NAMES_LIST, "autocomplete": "off"}
    return forms.CharField(label=label, max_length=60, required=False, widget=forms.TextInput(attrs=attrs))


class AgendaRow(_RowForm):
    title = forms.CharField(label="议题", max_length=200, required=False)
    important = forms.BooleanField(label="重要事项", required=False)
    prior = forms.ChoiceField(label="会前支委会讨论", required=False)

    def __init__(self, *args, priors: Sequence[PriorMeeting] = (), asks_prior: bool = False, **kwargs):
        super().__init__(*args, **kwargs)
        if asks_prior:
            choices = [("", "未选择"), *((meeting.uid, meeting.label) for meeting in priors)]
            self.fields["prior"].choices = choices
            self.fields["prior"].error_messages["invalid_choice"] = "这次支委会不在可选范围，请重新选择。"
        else:
            del self.fields["prior"], self.fields["important"]

    def has_changed(self) -> bool:
        # A tick without a title is no agenda item.
        return bool(str(self.data.get(self.add_prefix("title"), "")).strip()) if self.is_bound else False


class RemarkRow(_RowForm):
    owed = ("speaker", "text")
    speaker = _name_field("发言人")
    text = forms.CharField(
        label="发言要点", max_length=3000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    dissent = forms.BooleanField(label="不同意见", required=False)


class ResolutionRow(_RowForm):
    owed = ("text",)
    text = forms.CharField(
        label="决议内容", max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    owner = _name_field("责任人")
    due_on = forms.DateField(label="完成时限", required=False, widget=DateInput)
    uid = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["due_on"].error_messages["invalid"] = "完成时限看不懂，请写成 2026-06-30。"

    def has_changed(self) -> bool:
        """A hidden name alone is a row whose words were taken out."""
        return any(name != "uid" for name in self.changed_data)


class _Rows(BaseFormSet):
    def add_fields(self, form, index):
        super().add_fields(form, index)
        # A stored row that was emptied is taken out, so every row may be empty.
        form.empty_permitted = True


_SETS = {
    AGENDA: formset_factory(AgendaRow, formset=_Rows, extra=1, max_num=MAX_ROWS, absolute_max=MAX_ROWS),
    REMARKS: formset_factory(RemarkRow, formset=_Rows, extra=1, max_num=MAX_ROWS, absolute_max=MAX_ROWS),
    RESOLUTIONS: formset_factory(
        ResolutionRow, formset=_Rows, extra=1, max_num=MAX_ROWS, absolute_max=MAX_ROWS
    ),
}


class MinutesRows:
    """The row sets that a kind uses, bound to the posted data or filled with what is stored.

    `initial` maps a part to the dictionaries of its rows. A posted set without its management fields (a form sent by a
    script of another hand) counts as empty.
    """

    def __init__(
        self,
        parts: Sequence[str],
        *,
        kind: str,
        data: Mapping | None = None,
        initial: Mapping[str, Sequence[Mapping]] | None = None,
        priors: Sequence[PriorMeeting] = (),
    ):
        self.priors = {meeting.uid: meeting for meeting in priors}
        asks_prior = kind == ActivityKind.GENERAL_MEETING
        self.sets: dict[str, BaseFormSet] = {}
        for part in parts:
            if part not in _SETS:
                continue
            kwargs = {"form_kwargs": {"priors": priors, "asks_prior": asks_prior}} if part == AGENDA else {}
            if data is not None and f"{part}-TOTAL_FORMS" in data:
                self.sets[part] = _SETS[part](data, prefix=part, **kwargs)
            else:
                self.sets[part] = _SETS[part](
                    prefix=part, initial=list((initial or {}).get(part, ())), **kwargs
                )

    def errors(self) -> list[str]:
        """What is wrong, each with its part and row."""
        found = []
        for part, rows in self.sets.items():
            if not rows.is_bound or rows.is_valid():
                continue
            label = PART_LABELS[part]
            found += [f"{label}：{error}" for error in _plain(rows.non_form_errors())]
            for number, row in enumerate(rows.forms, start=1):
                for messages in row.errors.values():
                    found += [f"{label}第 {number} 行：{message}" for message in messages]
        return found

    @property
    def typed(self) -> bool:
        """Whether any row says anything."""
        return any(
            rows.is_bound and any(row.has_changed() for row in rows.forms) for rows in self.sets.values()
        )

    def unjudged(self) -> None:
        """Show what is typed without saying what it lacks (a text that was kept by itself)."""
        for rows in self.sets.values():
            for row in rows.forms:
                row._errors = forms.utils.ErrorDict()

    def lines(self, people: Sequence[Eligible]) -> dict:
        """The typed rows as the actions take them; a name that two people share stays a name."""
        ids = ids_by_name(people)
        return {
            "agenda": tuple(
                AgendaLine(
                    title=row["title"],
                    important=row.get("important", False),
                    prior_id=self._prior_id(row.get("prior")),
                )
                for row in self._rows(AGENDA)
            ),
            "remarks": tuple(
                RemarkLine(
                    speaker_name=row["speaker"],
                    speaker_id=ids.get(_squeezed(row["speaker"])),
                    text=row["text"],
                    dissent=row["dissent"],
                )
                for row in self._rows(REMARKS)
            ),
            "resolutions": tuple(
                ResolutionLine(
                    text=row["text"],
                    owner_name=row["owner"],
                    owner_id=ids.get(_squeezed(row["owner"])),
                    due_on=row["due_on"],
                    uid=row["uid"],
                )
                for row in self._rows(RESOLUTIONS)
            ),
        }

    def _rows(self, part: str) -> list[dict]:
        rows = self.sets.get(part)
        if rows is None or not rows.is_bound:
            return []
        return [row.cleaned_data for row in rows.forms if row.has_changed()]

    def _prior_id(self, uid: str | None) -> int | None:
        return self.priors[uid].pk if uid else None


def ids_by_name(people: Sequence[Eligible]) -> dict[str, int]:
    """Member id by name, the names that two people share left out."""
    ids: dict[str, int] = {}
    shared: set[str] = set()
    for person in people:
        name = _squeezed(person.name)
        if name in ids:
            shared.add(name)
        ids[name] = person.member_id
    return {name: pk for name, pk in ids.items() if name not in shared}


def _squeezed(name: str) -> str:
    return "".join(name.split())


def _plain(errors) -> list[str]:
    return [f"最多 {MAX_ROWS} 行。" if "form" in str(error).lower() else str(error) for error in errors]
