"""Forms of 更正申请; what is asked is judged by the same form and rules as the card itself."""

from django import forms

from branch_portal.forms import FilterForm, PortalForm, PortalFormHelper
from branch_portal.once import OneTimeFormMixin
from members.actions.people import ENTERED_FIELDS, NUMBER_TAKEN
from members.cards import MASKS, SEALED_LABELS
from members.forms.people import CODED, MemberForm
from members.models import Member
from members.queries.dictionaries import choices_of, label_of
from members.rules import national_id

#: What one may ask to correct: everything on the card but what an action of the branch's own decides (category, probation).
ASKABLE = (
    "name", "id_number", "gender", "ethnicity", "birth_date", "education", "admitted_on", "confirmed_on", "job_post",
    "mobile", "landline", "home_address", "degree", "native_place", "registered_address", "applied_on", "admission_type",
    "admitted_branch", "work_started_on", "employer", "professional_title", "new_stratum", "is_migrant_worker",
)  # fmt: skip
_YES_NO = [("True", "是"), ("False", "否")]


def item_label(field: str) -> str:
    return str(Member._meta.get_field(field).verbose_name)


def card_with(user, member: Member, field: str, proposed: str) -> MemberForm:
    """The card's own form as if the branch had typed the proposed value into it."""
    plain = [name for name in MemberForm.base_fields if name in ENTERED_FIELDS and name not in SEALED_LABELS]
    data = {name: getattr(member, name) for name in plain} | {
        field: proposed,
        "warnings_confirmed": True,
        "warnings_reason": "本人申请更正",
    }
    return MemberForm(data, user=user, member=member)


def choices_for(field: str) -> list[tuple[str, str]]:
    """What may be chosen for a coded item, in the words of today; nothing for an item that one writes."""
    if field == "gender":
        return list(Member.Gender.choices)
    if field == "is_migrant_worker":
        return _YES_NO
    return choices_of(field) if field in CODED else []


def shown_value(field: str, value) -> str:
    """A present or proposed value as it is read: sealed ones masked, codes in words, days as days."""
    if value in (None, ""):
        return ""
    if field in MASKS:
        return MASKS[field](str(value))
    if field in CODED:
        return label_of(field, value)
    return dict(choices_for(field)).get(str(value), str(value))


def outdated(field: str, value: str) -> bool:
    """Whether a code that was asked for is no longer to be chosen."""
    choices = choices_for(field)
    return bool(choices) and value not in dict(choices)


class ItemForm(FilterForm):
    """Which item: what may be entered for it depends on it."""

    field = forms.ChoiceField(label="更正的项目", choices=[], required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = PortalFormHelper()
        self.fields["field"].choices = [("", "请选择"), *((name, item_label(name)) for name in ASKABLE)]


class CorrectionForm(OneTimeFormMixin, PortalForm):
    field = forms.ChoiceField(label="项目", choices=[], widget=forms.HiddenInput)
    proposed = forms.CharField(label="应为", max_length=120)
    note = forms.CharField(
        label="说明", max_length=200, required=False, help_text="例如：以档案中的入党志愿书为准。"
    )

    def __init__(self, *args, member: Member, **kwargs):
        super().__init__(*args, **kwargs)
        self.member = member
        self.fields["field"].choices = [(name, item_label(name)) for name in ASKABLE]
        choices = choices_for(self["field"].value() or "")
        if choices:
            self.fields["proposed"] = forms.ChoiceField(
                label="应为", choices=[("", "请选择"), *choices], error_messages={"required": "请填写应为。"}
            )

    def clean(self):
        """Only the item itself is judged here: other faults of the card are the branch's to mend."""
        cleaned = self.cleaned_data
        if not self.errors:
            card = card_with(self.user, self.member, cleaned["field"], cleaned["proposed"])
            # Whether a number is somebody else's is for the branch to find out, not for whoever asks.
            errors = [error for error in card.errors.get(cleaned["field"], []) if error != NUMBER_TAKEN]
            if errors:
                self.add_error("proposed", list(errors))
            else:
                judged = card.cleaned_data.get(cleaned["field"])
                if judged in (None, ""):
                    judged = national_id.normalise(cleaned["proposed"])
                cleaned["proposed"] = str(judged)
        return cleaned


class AnswerForm(PortalForm):
    decision = forms.ChoiceField(label="处理", choices=[("accept", "按申请更正"), ("refuse", "不采纳")])
    reply = forms.CharField(label="答复", max_length=200, required=False, help_text="不采纳时至少 4 个字。")

    def clean(self):
        cleaned = self.cleaned_data
        if cleaned.get("decision") == "refuse" and len(cleaned.get("reply", "").strip()) < 4:
            self.add_error("reply", "请写明不采纳的原因，至少 4 个字。")
        return cleaned
