"""P4: saving a gathering with 50 roll rows, with its credits, summaries, audit and reminders, beside the saves that a plain
developer would write, and beside one bulk insert of the roll alone.

Everything is undone afterwards; deferred constraints are checked before, as a commit would.
"""

import datetime
from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import partial

from django.db import connection, transaction
from django.utils import timezone

from benchmarks.measure import Row, alternate, compared, once, statements
from benchmarks.scales import Scale
from benchmarks.stack import Stack

IDS = {"P4"}
ROLL, FEW = 50, 2
MOST_STATEMENTS = 25
HOURS = Decimal(2)

Work = Callable[[], object]


def run(stack: Stack, scale: Scale) -> list[Row]:
    from branch_portal.dates import today_shanghai
    from members.models import Member, PartyOrganization, User

    # Ahead, so that there are reminders to call off.
    day = today_shanghai() + datetime.timedelta(days=7)
    by = User.objects.get_by_natural_key("secretary")
    branch = PartyOrganization.objects.branches().order_by("pk").first()
    members = list(Member.objects.order_by("pk").values_list("pk", "name")[:ROLL])
    return compare(Saving(by, branch, members, day), Saving(by, branch, members[:FEW], day), rounds=9)


def compare(saving: "Saving", few: "Saving", rounds: int) -> list[Row]:
    """Both ways to a record with its roll, each with the statements that it sends."""
    rows, size = [], len(saving.members)
    for name in ("logged", "announced"):
        works = (getattr(saving, name), saving.naively, saving.roll_alone)
        ours, naive, floor = alternate(*(partial(timed, work) for work in works), rounds=rounds)
        what = f"{name}, a roll of {size}"
        rows.append(compared("P4", f"{what} beside naive saves", ours, naive, faster=10))
        rows.append(compared("P4", f"{what} beside one bulk insert of the roll", ours, floor, at_most=2.0))
        many, less = counted(getattr(saving, name)), counted(getattr(few, name))
        rows.append(
            Row("P4", f"{name}: statements for a roll of {size} / of {FEW}", many, less, many / less,
                f"≤ {MOST_STATEMENTS}, equal", "statements", many <= MOST_STATEMENTS and many == less,
                f"naive saves {counted(saving.naively)}")
        )  # fmt: skip
    return rows


def timed(prepare: Callable[[], Work]) -> tuple[float, float]:
    """(wall, CPU) of what `prepare` leaves to be done, and of the checks at its end."""
    with transaction.atomic():
        work = prepare()
        _check_constraints()
        seen = once(lambda: (work(), _check_constraints()))
        transaction.set_rollback(True)
    return seen


def counted(prepare: Callable[[], Work]) -> int:
    with transaction.atomic():
        seen = statements(prepare())
        transaction.set_rollback(True)
    return seen


def _check_constraints() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")


class Saving:
    """A theme day of the branch with a roll of these (id, name); every method says what is left to be done."""

    def __init__(self, by, branch, members: Sequence[tuple[int, str]], day: datetime.date):
        from activities.actions.facts import Facts, Mark
        from branch_portal.dates import local_datetime

        self.by, self.branch, self.members, self.day = by, branch, members, day
        self.facts = Facts(
            kind="theme_day",
            theme="学习党章",
            content="学习党章，交流体会。",
            place="党群服务中心",
            on_date=self.day,
            started_at=local_datetime(self.day, datetime.time(14)),
            ended_at=local_datetime(self.day, datetime.time(15, 30)),
        )
        self.marks = [
            Mark(row, pk, name, "absent", "", "外出务工") if row % 10 == 0 else Mark(row, pk, name, "present")
            for row, (pk, name) in enumerate(members, 1)
        ]

    def _asked(self) -> None:
        from branch_portal.database import set_context
        from branch_portal.scoping import Scope

        set_context(user=self.by, scope=Scope(everything=True))

    def logged(self) -> Work:
        """What was held and announced by nobody."""
        from activities.actions.records import record_gathering

        self._asked()
        return partial(record_gathering, by=self.by, branch=self.branch, facts=self.facts, marks=self.marks)

    def announced(self) -> Work:
        """What was announced: its draft is taken up, and reminders that still lie ahead are called off."""
        from activities.actions.records import update_record

        record = self._announced()
        return partial(
            update_record,
            by=self.by,
            record=record,
            version=record.version,
            facts=self.facts,
            marks=self.marks,
        )

    def _announced(self):
        from activities.actions.gatherings import announce_gathering

        self._asked()
        share = announce_gathering(by=self.by, branch=self.branch, facts=self.facts)
        return share.records.get()

    def naively(self) -> Work:
        """The same rows of the same tables, saved one by one in one transaction."""
        return partial(self._save_one_by_one, self._announced())

    def _save_one_by_one(self, record) -> None:
        from activities.models import BranchYear, RollEntry
        from learning.models import MemberYear, StudyCredit, StudyRule
        from notices.models import ReminderSlot

        share, now = record.share, timezone.now()
        gathering = share.gathering
        gathering.state = "held"
        gathering.save()
        share.roll_saved_at = now
        rule = StudyRule.objects.filter(category="theme_day").latest("from_year")
        for mark in self.marks:
            present = mark.status == "present"
            RollEntry.objects.create(
                share=share, branch=self.branch, member_id=mark.member_id, on_date=self.day, row_number=mark.row_number,
                name=mark.name, status=mark.status, reason=mark.reason, minutes=90 if present else 0, marked_by=self.by,
                marked_at=now,
            )  # fmt: skip
            share.expected_count += 1
            share.present_count += present
            share.absent_count += not present
            if not present:
                continue
            StudyCredit.objects.create(
                member_id=mark.member_id, branch=self.branch, on_date=self.day, year=self.day.year, category="theme_day",
                title=record.title, minutes=90, hours=HOURS, rule=rule, source=f"activities.record:{record.uid}",
                status="pending",
            )  # fmt: skip
            year, _ = MemberYear.objects.get_or_create(
                member_id=mark.member_id,
                year=self.day.year,
                defaults={"branch": self.branch, "required_hours": 32},
            )
            year.hours += HOURS
            year.minutes += 90
            year.save()
        share.save()
        record.state, record.recorded_by, record.recorded_at, record.study_minutes = (
            "recorded",
            self.by,
            now,
            90,
        )
        record.save()
        summary, _ = BranchYear.objects.get_or_create(branch=self.branch, year=self.day.year)
        summary.held_theme_day |= 1 << (self.day.month - 1)
        summary.save()
        for slot in ReminderSlot.objects.filter(subject__contains=str(gathering.uid), state="open"):
            slot.state = "cancelled"
            slot.save()

    def roll_alone(self) -> Work:
        """The floor: the same rows of the roll, made and inserted at once; the audit's triggers belong to the table."""
        record = self._announced()
        return partial(self._insert_roll, record.share)

    def _insert_roll(self, share) -> None:
        from activities.actions.facts import attendance
        from activities.models import RollEntry

        RollEntry.objects.bulk_create(
            attendance(self.marks).rows(share, self.day, self.by, timezone.now(), study=[90])
        )
