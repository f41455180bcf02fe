"""The part of a vote's form that says who is counted: not counted, written beforehand, left before the vote."""

import datetime
import json
from collections.abc import Sequence

from django import forms
from django.forms import BaseFormSet, formset_factory

from activities.models import VotingRule
from activities.queries.electors import Adjustments, RollVoter, voters_of
from activities.rules.roll import ONLINE
from activities.rules.vote_kinds import (
    COMMITTEE_DECISION,
    VOTE_KINDS,
    passing_words,
    quorum_words,
)
from activities.rules.voters import (
    EXCLUSION_REASONS,
    FLOATING_CANNOT_RETURN,
    OPINION_LABELS,
    Exclusion,
    base_of,
)
from activities.rules.votes import standing
from branch_portal.forms import DateInput, PortalForm
from branch_portal.once import OneTimeFormMixin
from branch_portal.typed import TypedTextMixin

BLANK = [("", "—")]
EXTRA_ROWS = 2
MAX_ROWS = 60


class _PersonRow(TypedTextMixin, forms.Form):
    """A row about one member; without one it says nothing."""

    member = forms.ChoiceField(label="姓名", required=False)

    def __init__(self, *args, people: Sequence[tuple[str, str]], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["member"].choices = [*BLANK, *people]
        for field in self.fields.values():
            kind = "form-check-input" if isinstance(field, forms.BooleanField) else "form-control"
            field.widget.attrs["class"] = "form-select" if isinstance(field.widget, forms.Select) else kind


class _ExclusionRow(_PersonRow):
    reason = forms.ChoiceField(label="情形", required=False)
    superior_agreed_on = forms.DateField(label="上级党组织同意日期", required=False, widget=DateInput)
    meeting_agreed = forms.BooleanField(label="经支部党员大会通过", required=False)

    def __init__(self, *args, floating: bool, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["superior_agreed_on"].error_messages["invalid"] = "同意日期看不懂，请写成 2026-04-13。"
        self.fields["reason"].choices = [
            *BLANK,
            *(
                (key, text)
                for key, text in EXCLUSION_REASONS.items()
                if floating or key != FLOATING_CANNOT_RETURN
            ),
        ]

    def clean(self) -> dict:
        values = super().clean()
        if values.get("member") and not values.get("reason") and "reason" not in self.errors:
            self.add_error("reason", "请选择规定的情形；不属于这些情形的仍计入应到会人数。")
        return values


class _OpinionRow(_PersonRow):
    opinion = forms.ChoiceField(label="意见", required=False, choices=[*BLANK, *OPINION_LABELS.items()])
    written_on = forms.DateField(label="提出日期", required=False, widget=DateInput)

    def clean(self) -> dict:
        values = super().clean()
        if values.get("member") and not values.get("opinion"):
            self.add_error("opinion", "请选择赞成、不赞成或弃权。")
        return values


class CountedForm(OneTimeFormMixin, PortalForm):
    """Base of the forms of votes and elections of one record. `people` are the roll with rights, `rule` the one in force on the day."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    left = forms.MultipleChoiceField(
        label="到会但未参加本项表决的",
        required=False,
        widget=forms.SelectMultiple(attrs={"data-search": "", "data-left": ""}),
        help_text="中途离会等；迟到、补到的请在到会情况里改。",
    )

    def __init__(
        self,
        *args,
        people: Sequence[RollVoter],
        rule: VotingRule,
        kinds: Sequence[str],
        adjustments: Adjustments,
        day: datetime.date,
        **kwargs,
    ):
        super().__init__(*args, **kwargs)
        self.people, self.kinds, self.day = people, kinds, day
        self.rule, self.terms = rule, rule.terms
        self.by_uid = {person.uid: person for person in people}
        self.adjustments = adjustments
        with_right = [(p.uid, f"{p.row_number} {p.name}") for p in people if not p.why_no_right]
        came = {p.uid for p in people if p.came}
        self.fields["left"].choices = [choice for choice in with_right if choice[0] in came]
        if not self.is_bound:
            self.initial.setdefault("left", [self._uid(pk) for pk in adjustments.left])
        rows = {"people": with_right}
        self.exclusions = self._rows(
            _ExclusionRow,
            "exclusions",
            self._exclusion_rows(),
            rows | {"floating": self.terms.floating_exclusion},
        )
        self.opinions = self._rows(_OpinionRow, "opinions", self._opinion_rows(), rows)

    @property
    def applies(self) -> bool:
        """Whether any kind offered here knows exclusions."""
        return any(self.terms.exclusions_apply(kind) for kind in self.kinds)

    @property
    def takes_opinions(self) -> bool:
        return any(VOTE_KINDS[kind].written for kind in self.kinds)

    @property
    def opened(self) -> bool:
        """Whether the part about people starts unfolded."""
        return bool(
            self.exclusions.initial or self.opinions.initial or self.initial.get("left") or self.is_bound
        )

    def clean(self) -> dict:
        values = super().clean()
        for label, rows in (("不计入应到会", self.exclusions), ("书面意见", self.opinions)):
            if rows.is_bound and not rows.is_valid():
                for _ in rows.non_form_errors():
                    self.add_error(None, f"{label}的行数有误，请刷新页面后重新填写。")
                for number, errors in enumerate(rows.errors, start=1):
                    for messages in errors.values():
                        self.add_error(None, [f"{label}第 {number} 行：{message}" for message in messages])
        if not self.errors:
            self.adjustments = self._adjustments(values)
        return values

    def member_id(self, uid: str) -> int | None:
        return self.by_uid[uid].member_id if uid in self.by_uid else None

    def summary(self) -> dict:
        """The numbers of the chosen kind before anything is typed: base, presence, quorum, votes needed."""
        kind = self["kind"].value() if "kind" in self.fields else self.kinds[0]
        kind = kind if kind in self.kinds else self.kinds[0]
        base = base_of(voters_of(self.people, self.adjustments), kind, self.day, self.terms)
        now = standing(kind, base, self.terms)
        return {
            "base": base,
            "standing": now,
            "quorum_words": quorum_words(kind, self.terms),
            "passing_words": passing_words(kind, self.terms),
            "clause": VOTE_KINDS[kind].clause,
        }

    def script_data(self) -> str:
        """What the page's script needs to count along; the server decides alone."""
        kinds = {}
        for kind in self.kinds:
            quorum = self.terms.quorum(kind)
            info = VOTE_KINDS[kind]
            kinds[kind] = {
                "quorum": [quorum.numerator, quorum.denominator, quorum.strict],
                "ofPresent": self.terms.passing_base(kind, 1, 0) == 0,
                "written": info.written,
                "person": info.one_person,
                "exclusions": self.terms.exclusions_apply(kind),
                "online": self.terms.online_counts(kind),
                "committee": kind == COMMITTEE_DECISION,
                "method": self.terms.method(kind),
                "quorumWords": quorum_words(kind, self.terms),
                "passingWords": passing_words(kind, self.terms),
                "clause": info.clause,
            }
        people = {
            person.uid: {
                "right": not person.why_no_right,
                "came": person.came,
                "online": person.roll_status == ONLINE,
            }
            for person in self.people
        }
        data = {"kinds": kinds, "people": people, "day": self.day.isoformat()}
        return json.dumps(data, ensure_ascii=False)

    def _rows(self, row: type[forms.Form], prefix: str, initial: list[dict], options: dict) -> BaseFormSet:
        made = formset_factory(row, extra=EXTRA_ROWS, max_num=MAX_ROWS, absolute_max=MAX_ROWS + 10)
        # A page without these rows (nothing to adjust) sends none.
        sent = self.is_bound and f"{prefix}-TOTAL_FORMS" in self.data
        return made(self.data if sent else None, prefix=prefix, initial=initial, form_kwargs=options)

    def _uid(self, member_id: int) -> str:
        return next((p.uid for p in self.people if p.member_id == member_id), "")

    def _exclusion_rows(self) -> list[dict]:
        return [
            {
                "member": self._uid(pk),
                "reason": exclusion.reason,
                "superior_agreed_on": exclusion.superior_agreed_on,
                "meeting_agreed": exclusion.meeting_agreed,
            }
            for pk, exclusion in self.adjustments.exclusions.items()
        ]

    def _opinion_rows(self) -> list[dict]:
        return [
            {"member": self._uid(pk), "opinion": opinion, "written_on": day}
            for pk, (opinion, day) in self.adjustments.opinions.items()
        ]

    def _adjustments(self, values: dict) -> Adjustments:
        """What was sent, without what the chosen kind does not know (its rows are hidden on the page)."""
        kind = values.get("kind") or self.kinds[0]
        exclusions, opinions = {}, {}
        if self.exclusions.is_bound and self.terms.exclusions_apply(kind):
            for row in self.exclusions.cleaned_data:
                if row.get("member"):
                    exclusions[self.by_uid[row["member"]].member_id] = Exclusion(
                        row["reason"], row["superior_agreed_on"], row["meeting_agreed"]
                    )
        if self.opinions.is_bound and VOTE_KINDS[kind].written:
            for row in self.opinions.cleaned_data:
                if row.get("member"):
                    opinions[self.by_uid[row["member"]].member_id] = (row["opinion"], row["written_on"])
        left = frozenset(self.by_uid[uid].member_id for uid in values.get("left") or ())
        return Adjustments(exclusions, opinions, left)
