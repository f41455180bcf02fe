"""Two years of gatherings, drawn from each branch's habits and written in bulk by the same rules as real ones."""

import datetime
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random

from django.db.models import F

from activities.actions.facts import Facts, Mark, attendance
from activities.actions.years import recompute_branch_years
from activities.models import ActivityRecord, Gathering, GatheringBranch, RollEntry
from activities.queries.defaults import theme_day_of
from activities.queries.eligibility import excuse_of
from activities.queries.subjects import credit_source, record_url
from activities.rules.kinds import KINDS
from branch_portal.dates import add_months, local_datetime
from learning.actions.credits import CreditLine, credit_rows
from learning.actions.years import recompute_member_years
from learning.models import StudyCredit
from learning.queries.rules import RuleBook
from learning.rules.categories import category_of_kind
from members.models import Member, PartyOrganization, User
from supervision.demo import words
from supervision.demo.structure import BRANCHES, HOME, BranchPlan, Township

_MINUTES = {
    "theme_day": 90,
    "general_meeting": 90,
    "committee_meeting": 60,
    "cell_meeting": 60,
    "party_lecture": 60,
    "collective_study": 180,
}
_STUDY = {"general_meeting": 45}
_START = {
    "theme_day": 15,
    "general_meeting": 9,
    "committee_meeting": 16,
    "cell_meeting": 19,
    "party_lecture": 15,
    "collective_study": 9,
}
#: Older than this is confirmed; the rest still waits for the chair.
_SETTLED_DAYS = 12
#: The branch that got one record back from the committee.
_RETURNED = "machines"


@dataclass
class Written:
    """Rows to insert, in the order of their dependencies."""

    gatherings: list[Gathering] = field(default_factory=list)
    shares: list[GatheringBranch] = field(default_factory=list)
    records: list[ActivityRecord] = field(default_factory=list)
    rolls: list[list[RollEntry]] = field(default_factory=list)
    numbers: dict[tuple, int] = field(default_factory=lambda: defaultdict(int))


@dataclass(frozen=True)
class Held:
    """One gathering that took place."""

    kind: str
    on_date: datetime.date
    cell: PartyOrganization | None = None


def build_life(
    township: Township,
    people: dict[str, list[Member]],
    users: dict[int, User],
    *,
    today: datetime.date,
    random: Random,
) -> None:
    """Everything from January of last year up to today; this month's theme day of the home branch is left to be logged."""
    written = Written()
    for plan in BRANCHES:
        branch = township.branches[plan.key]
        members = people[plan.key]
        signer = users[members[0].pk]
        for held in sorted(
            _held(plan, branch, township.cells[plan.key], today, random), key=lambda one: one.on_date
        ):
            _write(written, plan, branch, members, held, signer, today, random)
    _return_one(written, township.branches[_RETURNED], today)
    _insert(written)
    years = (today.year - 1, today.year)
    recompute_branch_years(by=None, branches=list(township.branches.values()), years=years)
    recompute_member_years(
        by=None, member_ids=[m.pk for group in people.values() for m in group], years=years
    )


def _held(plan: BranchPlan, branch, cells, today: datetime.date, random: Random) -> Iterator[Held]:
    month = datetime.date(today.year - 1, 1, 1)
    while month <= today:
        if random.random() < plan.diligence and not (plan.key == HOME and month == today.replace(day=1)):
            yield Held("theme_day", theme_day_of(branch, month))
        if branch.has_committee and random.random() < plan.diligence:
            yield Held("committee_meeting", month + datetime.timedelta(days=random.randint(1, 24)))
        for cell in cells:
            if random.random() < plan.diligence:
                yield Held("cell_meeting", month + datetime.timedelta(days=random.randint(8, 26)), cell)
        if month.month % 3 == 2 and random.random() < plan.diligence:
            yield Held("general_meeting", month + datetime.timedelta(days=random.randint(9, 25)))
            yield Held(
                "party_lecture", add_months(month, -1) + datetime.timedelta(days=random.randint(9, 27))
            )
        if plan.key == HOME and month.month % 6 == 3:
            yield Held("collective_study", month + datetime.timedelta(days=18))
        month = add_months(month, 1)


def _write(written: Written, plan, branch, members, held: Held, signer, today, random: Random) -> None:
    if held.on_date >= today:
        return
    facts = _facts(plan, members, held, random)
    marks = list(_marks(plan, members, held, random))
    if not any(mark.status in RollEntry.PRESENT_STATUSES for mark in marks):
        return
    roll = attendance(marks)
    study = facts.minutes_of_study(facts.duration) if KINDS[held.kind].gives_hours else None
    gathering = Gathering(
        host=branch, theme=facts.theme, on_date=facts.on_date, started_at=facts.started_at, ended_at=facts.ended_at,
        place=facts.place, state=Gathering.State.HELD,
    )  # fmt: skip
    # Never later than now: what was held yesterday is written down by midnight.
    logged = facts.ended_at + datetime.timedelta(hours=random.choice((1, 2, 20, 22, 44)))
    logged = min(logged, local_datetime(today))
    share = GatheringBranch(
        gathering=gathering, branch=branch, cell=held.cell, chair_id=facts.chair_id, recorder_id=facts.recorder_id,
        roll_saved_at=logged, **roll.counts,
    )  # fmt: skip
    settled = (today - held.on_date).days > _SETTLED_DAYS
    series = (branch.pk, held.cell and held.cell.pk, held.kind, held.on_date.year)
    written.numbers[series] += 1
    record = ActivityRecord(
        share=share, branch=branch, cell=held.cell, kind=held.kind, on_date=held.on_date, title=facts.theme,
        state="confirmed" if settled else "recorded", number=written.numbers[series], assessment_year=held.on_date.year,
        content=facts.content, lecturer=facts.lecturer, study_minutes=study,
        recorded_by=signer, recorded_at=logged, confirmed_by=signer if settled else None,
        confirmed_at=logged + datetime.timedelta(hours=18) if settled else None,
    )  # fmt: skip
    written.gatherings.append(gathering)
    written.shares.append(share)
    written.records.append(record)
    written.rolls.append(roll.rows(share, held.on_date, signer, logged, study=[study or 0]))


def _facts(plan: BranchPlan, members: list[Member], held: Held, random: Random) -> Facts:
    started = local_datetime(held.on_date, datetime.time(_START[held.kind]))
    theme = random.choice(words.THEMES[held.kind])
    return Facts(
        kind=held.kind, theme=theme, on_date=held.on_date, started_at=started,
        ended_at=started + datetime.timedelta(minutes=_MINUTES[held.kind]), place=plan.place, cell=held.cell,
        chair_id=members[0].pk, recorder_id=members[min(1, len(members) - 1)].pk,
        lecturer=members[0].name if held.kind == "party_lecture" else "", study_minutes=_STUDY.get(held.kind),
        content=words.CONTENT[held.kind].format(theme=theme),
    )  # fmt: skip


def _marks(plan: BranchPlan, members: list[Member], held: Held, random: Random) -> Iterator[Mark]:
    """The roll as it was on that day; officers, the few who hold the branch together, hardly ever miss."""
    number = 0
    for index, member in _in_official_order(plan, members):
        if not _concerned(plan, member, index, held):
            continue
        number += 1
        excuse = excuse_of(member.lost_contact_on, member.floating_since, held.on_date)
        chance = plan.attendance if index > 3 else 0.97
        if excuse:
            yield Mark(number, member.pk, member.name, "exempt", reason=excuse)
        elif random.random() < chance:
            status = "online" if plan.key == "floating" else "late" if random.random() < 0.02 else "present"
            yield Mark(number, member.pk, member.name, status)
        elif random.random() < 0.85:
            leave_type, reason = random.choice(words.LEAVES)
            yield Mark(number, member.pk, member.name, "leave", leave_type=leave_type, reason=reason)
        else:
            yield Mark(number, member.pk, member.name, "absent", reason=random.choice(words.ABSENCES))


def _in_official_order(plan: BranchPlan, members: list[Member]) -> list[tuple[int, Member]]:
    officers = (4 if plan.size >= 8 else 1) + plan.cells
    indexed = list(enumerate(members))
    return indexed[:officers] + sorted(indexed[officers:], key=lambda pair: (pair[1].name_pinyin, pair[1].pk))


def _concerned(plan: BranchPlan, member: Member, index: int, held: Held) -> bool:
    since = member.admitted_on if member.confirmed_on is None else datetime.date.min
    if held.on_date < since:
        return False
    if held.kind == "committee_meeting":
        return index < 4
    return held.cell is None or member.cell_id == held.cell.pk


def _return_one(written: Written, branch: PartyOrganization, today: datetime.date) -> None:
    record = max((one for one in written.records if one.branch == branch), key=lambda one: one.on_date)
    record.state, record.returned_reason = "returned", words.RETURN_REASON
    record.returned_at = local_datetime(today - datetime.timedelta(days=2), datetime.time(10))
    record.return_due_on = today + datetime.timedelta(days=5)
    record.confirmed_by = record.confirmed_at = None


def _insert(written: Written) -> None:
    Gathering.objects.bulk_create(written.gatherings, batch_size=2000)
    GatheringBranch.objects.bulk_create(written.shares, batch_size=2000)
    ActivityRecord.objects.bulk_create(written.records, batch_size=2000)
    # Logged soon after the day, not at the moment when the demo was made.
    ActivityRecord.objects.update(created_at=F("recorded_at"))
    RollEntry.objects.bulk_create([row for roll in written.rolls for row in roll], batch_size=4000)
    StudyCredit.objects.bulk_create(list(_credits(written)), batch_size=4000)


def _credits(written: Written) -> Iterator[StudyCredit]:
    book = RuleBook()
    for record, roll in zip(written.records, written.rolls, strict=True):
        category = category_of_kind(record.kind)
        if category is None:
            continue
        lines = [
            CreditLine(row.member_id, record.branch_id, category, record.on_date, row.minutes, record.title)
            for row in roll
            if row.minutes > 0
        ]
        status = "confirmed" if record.state == "confirmed" else "pending"
        yield from credit_rows(
            lines,
            source=credit_source(record),
            source_url=record_url(record),
            status=status,
            book=book,
            revisions={},
        )
