"""What one record's roll earns in the ledger, by the rules of its year: own minutes, online, made up, teaching."""

from collections.abc import Iterator, Sequence

from activities.models import ActivityRecord, RollEntry
from activities.rules.kinds import PARTY_LECTURE
from activities.rules.names import lecturers_among
from activities.rules.roll import ATTENDING, minutes_by_rule
from learning.actions.credits import CreditLine
from learning.queries.rules import RuleBook
from learning.rules.categories import TEACHING, category_of_kind


def credit_lines(
    record: ActivityRecord, entries: Sequence[RollEntry], earned: Sequence[int], book: RuleBook
) -> list[CreditLine]:
    """Lines for `post_credits`; `earned` are the minutes of each row by its attendance alone.

    Where the year's rule counts teaching, whoever gives the lecture earns that in place of attending it: nobody earns twice
    of one hour. Without such a rule (the default) the lecturer attends like everybody.
    """
    category = category_of_kind(record.kind)
    rules = book.rules(record.on_date.year)
    rule = rules.get(category) if category else None
    if category is None or rule is None:
        return []
    whole = record.study_minutes or 0
    teaching = set(_teaching(record, entries)) if TEACHING in rules and rules[TEACHING].counts else set()
    lines = []
    for entry, minutes in zip(entries, earned, strict=True):
        teaches = entry.member_id in teaching
        lines.append(
            CreditLine(
                member_id=entry.member_id,
                branch_id=record.branch_id,
                category=TEACHING if teaches else category,
                on_date=record.on_date,
                minutes=whole if teaches else minutes_by_rule(entry.status, minutes, whole, rule),
                title=f"授课：{record.title}"[:120] if teaches else record.title,
            )
        )
    return [line for line in lines if line.minutes > 0]


def _teaching(record: ActivityRecord, entries: Sequence[RollEntry]) -> Iterator[int]:
    """Whom of the roll the record names as 主讲人 of a lecture."""
    if record.kind != PARTY_LECTURE or not record.lecturer:
        return
    present = [entry for entry in entries if entry.status in ATTENDING]
    names = lecturers_among(record.lecturer, [entry.name for entry in present])
    yield from (entry.member_id for entry in present if entry.name in names)
