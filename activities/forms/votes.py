"""Forms of a vote: the resolution with its numbers, and withdrawing it."""

from collections.abc import Sequence

from django import forms

from activities.actions.ballots import VoteFacts
from activities.forms.electors import BLANK, CountedForm
from activities.models import Ballot
from activities.rules.vote_kinds import ADMISSION, CONFIRMATION, MEASURE_LABELS, METHOD_LABELS, VOTE_KINDS
from activities.rules.votes import Votes
from branch_portal.forms import PortalForm

_NUMBER = {"inputmode": "numeric", "autocomplete": "off"}


def number_field(label: str, *, required: bool = False, **attrs) -> forms.IntegerField:
    """A count of people or papers."""
    field = forms.IntegerField(
        label=label,
        min_value=0,
        max_value=9999,
        required=required,
        widget=forms.NumberInput(attrs=_NUMBER | attrs),
    )
    field.error_messages |= {
        "invalid": f"{label}应为整数，例如 12。",
        "min_value": f"{label}不能小于 0。",
        "max_value": f"{label}不能大于 9999。",
    }
    return field


class VoteForm(CountedForm):
    """添加表决: kind, what is voted on, and the numbers; empty 不赞成 and 弃权 mean none."""

    kind = forms.ChoiceField(label="类别", widget=forms.Select(attrs={"data-vote-kind": ""}))
    title = forms.CharField(label="表决事项", max_length=120, required=False)
    subject = forms.ChoiceField(label="表决对象", required=False)
    subject_name = forms.CharField(label="表决对象姓名", max_length=60, required=False)
    measure = forms.ChoiceField(label="转正事项", required=False, choices=[*BLANK, *MEASURE_LABELS.items()])
    method = forms.ChoiceField(label="表决方式", choices=list(METHOD_LABELS.items()))
    votes_for = number_field("赞成", required=True, **{"data-votes-for": ""})
    votes_against = number_field("不赞成", **{"data-votes-against": ""})
    votes_abstain = number_field("弃权", **{"data-votes-abstain": ""})

    def __init__(self, *args, kinds: Sequence[str], **kwargs):
        super().__init__(*args, kinds=kinds, **kwargs)
        self.fields["kind"].choices = [(kind, VOTE_KINDS[kind].label) for kind in kinds]
        self.fields["subject"].choices = [*BLANK, *((p.uid, f"{p.row_number} {p.name}") for p in self.people)]
        self.fields["subject"].widget.attrs["data-search"] = ""
        self.fields["subject"].help_text = "转正、处置的选名册上的本人，一次只选一人。"
        self.fields["subject_name"].help_text = "接收预备党员的写发展对象姓名，一次只写一人。"
        self.fields["title"].help_text = "接收预备党员和转正可不填，由系统按表决对象写出。"
        self.fields["method"].initial = self.terms.method(kinds[0])

    def _person(self, values: dict):
        """The chosen member; a prospect is not on the roster, and a field that the page hides says nothing."""
        return None if values.get("kind") == ADMISSION else self.by_uid.get(values.get("subject") or "")

    @property
    def facts(self) -> VoteFacts:
        values = self.cleaned_data
        person = self._person(values)
        return VoteFacts(
            kind=values["kind"],
            title=values["title"],
            method=values["method"],
            subject_member_id=person.member_id if person else None,
            subject_name=person.name if person else values.get("subject_name", ""),
            measure=values.get("measure", ""),
        )

    @property
    def votes(self) -> Votes:
        values = self.cleaned_data
        return Votes(values["votes_for"], values["votes_against"] or 0, values["votes_abstain"] or 0)

    def clean(self) -> dict:
        values = super().clean()
        kind = values.get("kind")
        if kind in (ADMISSION, CONFIRMATION) and not values.get("title"):
            values["title"] = self._usual_title(values)
        if kind and not values.get("title"):
            self.add_error("title", "请写明表决什么，例如“通过支部2026年工作计划”。")
        return values

    def _usual_title(self, values: dict) -> str:
        person = self._person(values)
        name = person.name if person else (values.get("subject_name") or "").strip()
        if not name:
            return "接收预备党员" if values["kind"] == ADMISSION else "预备党员转正"
        if values["kind"] == ADMISSION:
            return f"接收{name}为预备党员"
        endings = {"confirm": f"同意{name}按期转为正式党员", "extend": f"延长{name}的预备期"}
        return endings.get(values.get("measure") or "confirm", f"取消{name}的预备党员资格")[:120]


def vote_initial(ballot: Ballot, uid_of_subject: str) -> dict:
    """A stored vote as the form shows it."""
    names = ("kind", "title", "subject_name", "measure", "method", "votes_for", "votes_against", "votes_abstain",
             "version")  # fmt: skip
    values = {name: getattr(ballot, name) for name in names}
    if uid_of_subject:
        values |= {"subject": uid_of_subject, "subject_name": ""}
    return values


class WithdrawBallotForm(PortalForm):
    """撤销: the row stays, with the reason."""

    reason = forms.CharField(label="撤销原因", max_length=200, help_text="例如“登记有误，重新登记”。")
