"""Forms of an election: setting it up, counting it, leaving seats unfilled."""

import re
from collections.abc import Sequence

from django import forms

from activities.actions.elections import CandidateVotes, ElectionFacts
from activities.forms.electors import CountedForm
from activities.forms.votes import number_field
from activities.models import Ballot, Candidate
from activities.rules.elections import OFFICE_LABELS, Papers
from activities.rules.strokes import by_strokes
from activities.rules.vote_kinds import ELECTION
from branch_portal.forms import PortalForm
from members.rules.pinyin import name_pinyin


def _several(label: str, help_text: str = "", *, required: bool = True) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label,
        required=required,
        help_text=help_text,
        widget=forms.SelectMultiple(attrs={"data-search": ""}),
    )


class ElectionForm(CountedForm):
    """选举: office, seats, candidates, who watches and counts."""

    office = forms.ChoiceField(label="选举职务", widget=forms.Select(attrs={"data-office": ""}))
    seats = number_field("应选名额", required=True, **{"data-seats": ""})
    candidates = _several("候选人", "委员差额不少于应选人数的20%；书记、副书记等额。")
    order = forms.CharField(
        label="选票上的次序",
        max_length=500,
        required=False,
        help_text="不填按姓氏笔画排列；要改时按次序写姓名，用顿号隔开。",
    )
    scrutineers = _several("监票人", "从不是候选人的选举人中提名，经会议通过。")
    tellers = _several("计票人", "在监票人监督下工作，候选人不能担任。", required=False)

    def __init__(self, *args, offices: Sequence[str], among_tied: bool = False, **kwargs):
        super().__init__(*args, kinds=[ELECTION], **kwargs)
        self.fields["office"].choices = [(key, OFFICE_LABELS[key]) for key in offices]
        with_right = [(p.uid, f"{p.row_number} {p.name}") for p in self.people if not p.why_no_right]
        came = {p.uid for p in self.people if p.came}
        self.fields["candidates"].choices = with_right
        self.fields["scrutineers"].choices = [choice for choice in with_right if choice[0] in came]
        self.fields["tellers"].choices = [(p.uid, f"{p.row_number} {p.name}") for p in self.people if p.came]
        if among_tied:
            # Only those of equal votes stand, for the seats that were left; the action keeps them.
            for name in ("office", "seats", "candidates", "order"):
                del self.fields[name]

    def clean(self) -> dict:
        values = super().clean()
        self.order = []
        if (values.get("order") or "").strip() and values.get("candidates"):
            self._read_order(values)
        return values

    def _read_order(self, values: dict) -> None:
        names = [name for name in re.split(r"[、，,\s]+", values["order"].strip()) if name]
        chosen = [self.by_uid[uid] for uid in values["candidates"]]
        by_name = {person.name: person for person in chosen}
        unknown = [name for name in names if name not in by_name]
        missing = [person.name for person in chosen if person.name not in names]
        if unknown:
            self.add_error("order", f"{'、'.join(unknown)}不在所选候选人中，请核对姓名。")
        if missing:
            self.add_error("order", f"还没有排{'、'.join(missing)}，请写全，或清空后按笔画排列。")
        self.order = [by_name[name].member_id for name in names if name in by_name]

    @property
    def facts(self) -> ElectionFacts:
        values = self.cleaned_data
        ids = {
            name: [self.by_uid[uid].member_id for uid in values.get(name) or ()]
            for name in ("candidates", "scrutineers", "tellers")
        }
        return ElectionFacts(
            office=values.get("office", ""), seats=values.get("seats") or 0, order=self.order, **ids
        )


class ElectionCountForm(PortalForm):
    """计票: papers and each candidate's votes; an empty field means none."""

    issued = number_field("发出选票", required=True)
    collected = number_field("收回选票", required=True)
    invalid = number_field("无效票")
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    write_ins = forms.CharField(
        label="另选他人",
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="每行一人：姓名和票数，例如“张三 2”。",
    )

    def __init__(self, *args, nominated: Sequence[Candidate], **kwargs):
        super().__init__(*args, **kwargs)
        self.nominated = nominated
        for row in nominated:
            self.fields[f"for_{row.pk}"] = number_field(f"{row.name} 赞成", **{"data-count": "for"})
            self.fields[f"against_{row.pk}"] = number_field(f"{row.name} 不赞成", **{"data-count": "against"})
            self.fields[f"abstain_{row.pk}"] = number_field(f"{row.name} 弃权", **{"data-count": "abstain"})
        for name, field in self.fields.items():
            if "_" in name and name != "write_ins":
                field.widget.attrs |= {"class": "form-control", "aria-label": field.label}

    @property
    def lines(self):
        """(candidate, for, against, abstain) for the table of the page."""
        return [
            (row, *(self[f"{part}_{row.pk}"] for part in ("for", "against", "abstain")))
            for row in self.nominated
        ]

    @property
    def papers(self) -> Papers:
        values = self.cleaned_data
        invalid = values["invalid"] or 0
        return Papers(values["issued"], values["collected"], max(values["collected"] - invalid, 0), invalid)

    @property
    def votes(self) -> dict[int, CandidateVotes]:
        return {
            row.pk: CandidateVotes(
                *(self.cleaned_data[f"{part}_{row.pk}"] or 0 for part in ("for", "against", "abstain"))
            )
            for row in self.nominated
        }

    def clean_write_ins(self) -> list[tuple[str, int]]:
        found = []
        for number, line in enumerate(self.cleaned_data["write_ins"].splitlines(), start=1):
            if not line.strip():
                continue
            match = re.fullmatch(r"\s*(\D{1,60}?)[\s：:，,]*([0-9]{1,4})\s*票?\s*", line)
            if match is None:
                self.add_error("write_ins", f"第 {number} 行“{line.strip()[:20]}”看不懂，请写成“张三 2”。")
                continue
            found.append((match[1].strip(), int(match[2])))
        return found


def count_initial(ballot: Ballot, rows: Sequence[Candidate]) -> dict:
    """A stored count as the form shows it; before that, one paper for each who is there."""
    values = {
        "issued": ballot.ballots_issued if ballot.ballots_issued is not None else ballot.present_voting,
        "collected": ballot.ballots_collected,
        "invalid": ballot.ballots_invalid,
        "version": ballot.version,
        "write_ins": "\n".join(f"{row.name} {row.votes_for}" for row in rows if row.write_in),
    }
    for row in rows:
        values |= {
            f"for_{row.pk}": row.votes_for,
            f"against_{row.pk}": row.votes_against,
            f"abstain_{row.pk}": row.votes_abstain,
        }
    return values


def election_initial(ballot: Ballot, duties: dict[str, list[str]], rows: Sequence[Candidate], uid_of) -> dict:
    """An election as its form shows it before it is counted. `uid_of` maps member ids to the roll's uids."""
    names = [row.name for row in rows]
    return {
        "office": ballot.office,
        "seats": ballot.seats,
        "version": ballot.version,
        "candidates": [uid_of[row.member_id] for row in rows if row.member_id in uid_of],
        "order": "" if names == by_strokes(names, name=str, sound=name_pinyin) else "、".join(names),
        **duties,
    }


class ReduceSeatsForm(PortalForm):
    """减少名额: how many electors agreed."""

    agreeing = number_field("同意减少名额的选举人数", required=True)
