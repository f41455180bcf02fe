"""Forms of 更正申请; what is asked is judged by the same form and rules as the card itself."""

from django import forms

from branch_portal.forms import PortalForm
from branch_portal.once import OneTimeFormMixin
from members.actions.people import ENTERED_FIELDS, NUMBER_TAKEN
from members.cards import SEALED_LABELS
from members.forms.people import MemberForm
from members.models import Member
from members.rules import national_id

#: Items that one writes as text or date; codes are chosen by the branch.
ASKABLE = (
    "name", "id_number", "birth_date", "admitted_on", "confirmed_on", "employer", "mobile", "landline", "home_address",
)  # fmt: skip


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


class CorrectionForm(OneTimeFormMixin, PortalForm):
    field = forms.ChoiceField(label="项目", choices=[])
    proposed = forms.CharField(label="应为", max_length=120)
    note = forms.CharField(
        label="说明", max_length=200, required=False, help_text="例如：以档案中的入党志愿书为准。"
    )

    def __init__(self, *args, member: Member, **kwargs):
        super().__init__(*args, **kwargs)
        self.member = member
        self.fields["field"].choices = [(name, item_label(name)) for name in ASKABLE]

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
                cleaned["proposed"] = str(
                    card.cleaned_data.get(cleaned["field"]) or national_id.normalise(cleaned["proposed"])
                )
        return cleaned


class AnswerForm(PortalForm):
    decision = forms.ChoiceField(label="处理", choices=[("accept", "按申请更正"), ("refuse", "不采纳")])
    reply = forms.CharField(label="答复", max_length=200, required=False, help_text="不采纳时至少 4 个字。")

    def clean(self):
        cleaned = self.cleaned_data
        if cleaned.get("decision") == "refuse" and len(cleaned.get("reply", "").strip()) < 4:
            self.add_error("reply", "请写明不采纳的原因，至少 4 个字。")
        return cleaned
